//! Whole renders of generated charts, and how their time grows.
//!
//! `cargo bench -p pintle-render`; figures and growth in `docs/benchmarks.md`.

use divan::Bencher;
use divan::counter::ItemsCount;
use pintle_chart::{Chart, File, load_files};
use pintle_go_value::Map;
use pintle_render::{Context, ReleaseFacts, Rendered, render};
use pintle_sprig::Env;
use pintle_values::coalesce::coalesce_values;
use pintle_values::dependencies;

fn main() {
    divan::main();
}

const HELPERS: &str = r#"{{- define "NAME.full" -}}
{{- printf "%s-%s" .Release.Name (default .Chart.Name .Values.nameOverride) | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- define "NAME.labels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}
"#;

const DEPLOYMENT: &str = r#"apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "NAME.full" . }}
  labels:
    {{- include "NAME.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicas | default 1 }}
  template:
    metadata:
      annotations:
        checksum/config: {{ toYaml .Values.config | sha256sum }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
          env:
            {{- range $key, $value := .Values.config }}
            - name: {{ $key | upper | quote }}
              value: {{ tpl $value $ | quote }}
            {{- end }}
"#;

const VALUES: &str = r#"replicas: 2
image: {repository: example/web, tag: ""}
resources: {limits: {cpu: 500m, memory: 128Mi}, requests: {cpu: 100m, memory: 64Mi}}
config:
  address: "{{ .Release.Name }}.{{ .Release.Namespace }}.svc"
  mode: fast
  level: info
"#;

/// The files of a chart, named as below `prefix`; names of helpers carry the chart's.
fn files(prefix: &str, name: &str) -> Vec<File> {
    let named = |text: &str| text.replace("NAME", name);
    let at = |path: &str| format!("{prefix}{path}");
    let metadata = format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\nappVersion: '1.2'\n");
    vec![
        File::new(at("Chart.yaml"), metadata),
        File::new(at("values.yaml"), VALUES),
        File::new(at("templates/_helpers.tpl"), named(HELPERS)),
        File::new(at("templates/deployment.yaml"), named(DEPLOYMENT)),
    ]
}

/// The files of a chart with subcharts.
fn with_subcharts(subcharts: usize) -> Vec<File> {
    let mut all = files("", "web");
    for number in 0..subcharts {
        let name = format!("sub{number}");
        all.extend(files(&format!("charts/{name}/"), &name));
    }
    all
}

/// A chart with one template, and its values.
fn single(template: &str, values: &str) -> (Chart, Map) {
    prepared(vec![
        File::new("Chart.yaml", "apiVersion: v2\nname: web\nversion: 1.0.0\n"),
        File::new("values.yaml", values),
        File::new("templates/a.yaml", template),
    ])
}

fn prepared(files: Vec<File>) -> (Chart, Map) {
    let (mut chart, _) = load_files(files).expect("loads");
    dependencies::process(&mut chart, &Map::new()).expect("processes");
    let (values, _) = coalesce_values(&chart, &Map::new()).expect("coalesces");
    (chart, values)
}

fn context() -> Context {
    Context::offline(ReleaseFacts::install("demo", "default"), Env::system())
}

fn run(chart: &Chart, values: &Map) -> Rendered {
    render(chart, values, &context()).expect("renders")
}

/// From files in memory to text: reading, merging, rendering a chart with as many subcharts.
#[divan::bench(args = [0, 10])]
fn files_to_text(bencher: Bencher<'_, '_>, subcharts: usize) {
    let files = with_subcharts(subcharts);
    bencher.bench(|| {
        let (chart, values) = prepared(files.clone());
        run(&chart, &values)
    });
}

/// The growth with subcharts: all of the work on a chart once it is in memory.
#[divan::bench(args = [25, 50, 100, 200])]
fn subcharts(bencher: Bencher<'_, '_>, subcharts: usize) {
    let files = with_subcharts(subcharts);
    bencher.counter(ItemsCount::new(subcharts)).bench(|| {
        let (chart, values) = prepared(files.clone());
        run(&chart, &values)
    });
}

/// The rendering of these alone.
#[divan::bench(args = [25, 50, 100, 200])]
fn subcharts_render_only(bencher: Bencher<'_, '_>, subcharts: usize) {
    let (chart, values) = prepared(with_subcharts(subcharts));
    bencher
        .counter(ItemsCount::new(subcharts))
        .bench(|| run(&chart, &values));
}

/// `tpl` of one text, over and over.
#[divan::bench(args = [1_000, 2_000, 4_000, 8_000])]
fn tpl_same_text(bencher: Bencher<'_, '_>, calls: usize) {
    let template =
        format!("{{{{ range until {calls} }}}}{{{{ tpl $.Values.text $ }}}}\n{{{{ end }}}}");
    let (chart, values) = single(&template, "text: '{{ .Release.Name }}-{{ .Chart.Name }}'\n");
    bencher
        .counter(ItemsCount::new(calls))
        .bench(|| run(&chart, &values));
}

/// `tpl` of texts that all differ, so that each is parsed.
#[divan::bench(args = [1_000, 2_000, 4_000, 8_000])]
fn tpl_new_text(bencher: Bencher<'_, '_>, calls: usize) {
    let template = format!(
        "{{{{ range until {calls} }}}}{{{{ tpl (printf \"%d {{{{ .Release.Name }}}}\" .) $ }}}}\n{{{{ end }}}}"
    );
    let (chart, values) = single(&template, "");
    bencher
        .counter(ItemsCount::new(calls))
        .bench(|| run(&chart, &values));
}

/// `tpl` of texts that include a helper, in a chart with many templates.
#[divan::bench(args = [1_000, 2_000, 4_000, 8_000])]
fn tpl_with_include(bencher: Bencher<'_, '_>, calls: usize) {
    let mut all = with_subcharts(50);
    let template = format!(
        "{{{{ range until {calls} }}}}{{{{ tpl (printf \"%d {{{{ include \\\"web.full\\\" . }}}}\" .) $ }}}}\n{{{{ end }}}}"
    );
    all.push(File::new("templates/many.yaml", template));
    let (chart, values) = prepared(all);
    bencher
        .counter(ItemsCount::new(calls))
        .bench(|| run(&chart, &values));
}
