{{/*
Definitions that the templates share. Names are cut to 63 characters, the most that DNS allows.
*/}}

{{/* The name of the app. */}}
{{- define "<CHARTNAME>.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The name of everything: release and app, or the release alone if it names the app already. */}}
{{- define "<CHARTNAME>.fullname" -}}
{{- $app := .Values.nameOverride | default .Chart.Name -}}
{{- $full := printf "%s-%s" .Release.Name $app -}}
{{- if contains $app .Release.Name -}}
{{- $full = .Release.Name -}}
{{- end -}}
{{- .Values.fullnameOverride | default $full | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* Name and version of the chart; a label may not have a plus sign. */}}
{{- define "<CHARTNAME>.chart" -}}
{{- list .Chart.Name .Chart.Version | join "-" | replace "+" "_" | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* The labels of every object. */}}
{{- define "<CHARTNAME>.labels" -}}
helm.sh/chart: {{ include "<CHARTNAME>.chart" . }}
{{ include "<CHARTNAME>.selectorLabels" . }}
{{- with .Chart.AppVersion }}
app.kubernetes.io/version: {{ quote . }}
{{- end }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* The labels that find the pods: they can never change. */}}
{{- define "<CHARTNAME>.selectorLabels" -}}
app.kubernetes.io/name: {{ include "<CHARTNAME>.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{/* The service account of the pods. */}}
{{- define "<CHARTNAME>.serviceAccountName" -}}
{{- $unnamed := ternary (include "<CHARTNAME>.fullname" .) "default" (not (not .Values.serviceAccount.create)) -}}
{{- .Values.serviceAccount.name | default $unnamed -}}
{{- end -}}
