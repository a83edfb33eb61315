//! The charts that `lint` looks at.

use super::Chart;

/// A `Chart.yaml` that nobody complains about.
pub const GOOD: &str =
    "apiVersion: v2\nname: good\nversion: 1.0.0\nicon: https://example.com/i.png\n";

/// A chart whose definition is all there is to see.
macro_rules! definition {
    ($name:literal, $text:expr) => {
        ($name, &[("Chart.yaml", $text), ("values.yaml", "")])
    };
}

/// A good chart with one template.
macro_rules! template {
    ($name:literal, $text:expr) => {
        (
            $name,
            &[
                ("Chart.yaml", GOOD),
                ("values.yaml", ""),
                ("templates/a.yaml", $text),
            ],
        )
    };
}

pub const CHARTS: &[Chart] = &[
    definition!("good", GOOD),
    // Chart.yaml
    definition!("null", ""),
    definition!("not-a-map", "- a\n"),
    definition!("not-yaml", "a: b: c\n"),
    definition!("wrong-type", "apiVersion: v2\nname: [a]\nversion: 1.0.0\n"),
    definition!(
        "wrong-inner-type",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nmaintainers: [{name: {}}]\n"
    ),
    definition!(
        "unknown-field",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nzzz: 1\nengine: gotpl\n"
    ),
    definition!(
        "unknown-inner-field",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [{name: a, x: y}]\n"
    ),
    definition!(
        "other-case",
        "APIVERSION: v2\nname: a\nVersion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "twice",
        "apiVersion: v2\nname: a\nname: b\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "empty-name",
        "apiVersion: v2\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "name-with-slash",
        "apiVersion: v2\nname: a/b\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "name-of-dots",
        "apiVersion: v2\nname: ..\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "name-number",
        "apiVersion: v2\nname: 12\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "api-missing",
        "name: a\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "api-v1",
        "apiVersion: v1\nname: a\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "api-v3",
        "apiVersion: v3\nname: a\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "api-bad",
        "apiVersion: v9\nname: a\nversion: 1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-missing",
        "apiVersion: v2\nname: a\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-float",
        "apiVersion: v2\nname: a\nversion: 1.1\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-int",
        "apiVersion: v2\nname: a\nversion: 2\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-null",
        "apiVersion: v2\nname: a\nversion: null\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-bad",
        "apiVersion: v2\nname: a\nversion: x.y\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-short",
        "apiVersion: v2\nname: a\nversion: \"1\"\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-v",
        "apiVersion: v2\nname: a\nversion: v1.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-least",
        "apiVersion: v2\nname: a\nversion: 0.0.0-0\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-zero",
        "apiVersion: v2\nname: a\nversion: 0.0.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "version-leading-zero",
        "apiVersion: v2\nname: a\nversion: 1.02.0\nicon: https://e.x/i\n"
    ),
    definition!(
        "app-version-float",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nappVersion: 1.10\nicon: https://e.x/i\n"
    ),
    definition!(
        "app-version-bool",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nappVersion: yes\nicon: https://e.x/i\n"
    ),
    definition!(
        "app-version-null",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nappVersion:\nicon: https://e.x/i\n"
    ),
    definition!(
        "maintainer-null",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [null]\n"
    ),
    definition!(
        "maintainer-nameless",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [{email: a@b.cd}]\n"
    ),
    definition!(
        "maintainer-email",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [{name: a, email: nobody}]\n"
    ),
    definition!(
        "maintainer-url",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [{name: a, url: 'ht tp'}]\n"
    ),
    definition!(
        "maintainers-good",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nmaintainers: [{name: a, email: a+b.c@d-e.example.org, url: github.com/a}]\n"
    ),
    definition!(
        "source-empty",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nsources: ['']\n"
    ),
    definition!(
        "source-relative",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nsources: [github.com/a]\n"
    ),
    definition!("icon-missing", "apiVersion: v2\nname: a\nversion: 1.0.0\n"),
    definition!(
        "icon-file",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: file.png\n"
    ),
    definition!(
        "icon-data",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: 'data:image/png;base64,aaa='\n"
    ),
    definition!(
        "type-in-v1",
        "apiVersion: v1\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ntype: application\n"
    ),
    definition!(
        "type-bad",
        "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ntype: plugin\n"
    ),
    definition!(
        "dependencies-in-v1",
        "apiVersion: v1\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ndependencies: [{name: b}]\n"
    ),
    definition!(
        "much-at-once",
        "apiVersion: v8\nname: /x/\nversion: z\nappVersion: 3\nsources: [x]\nicon: ':'\nmaintainers: [{}]\ntype: q\n"
    ),
    // values.yaml
    (
        "values-not-yaml",
        &[("Chart.yaml", GOOD), ("values.yaml", "a: b: c\n")],
    ),
    (
        "values-not-a-map",
        &[("Chart.yaml", GOOD), ("values.yaml", "- a\n")],
    ),
    (
        "values-twice",
        &[("Chart.yaml", GOOD), ("values.yaml", "a: 1\na: 2\n")],
    ),
    (
        "values-documents",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "a: 1\n---\nb: 2\n"),
            (
                "templates/a.yaml",
                "kind: {{ .Values | toJson | quote }}\nmetadata: {name: UP}\n",
            ),
        ],
    ),
    (
        "values-shown",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "name: default\n"),
            (
                "templates/a.yaml",
                "kind: {{ .Values.name | quote }}\nmetadata: {name: {{ .Values.name | quote }}, namespace: {{ .Release.Namespace }}}\n---\nmetadata: {name: {{ .Values | toJson | quote }}}\n",
            ),
        ],
    ),
    // templates
    (
        "templates-file",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("templates", "no folder"),
        ],
    ),
    template!("extension", "kind: A\nmetadata: {name: a}\n"),
    (
        "extensions",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("templates/a.json", "{}"),
            ("templates/b.YAML", "kind: A\nmetadata: {name: A}\n"),
            ("templates/c.yml", "kind: A\n"),
            ("templates/none", ""),
            ("templates/.dot", ""),
            ("templates/sub.d/x", ""),
            ("templates/_h.tpl", ""),
            ("templates/NOTES.txt", "a: b: c"),
        ],
    ),
    template!("parse-error", "a: {{ .Values.a\n"),
    template!("function-missing", "a: {{ nope }}\n"),
    template!("execution-error", "a: {{ .Values.a.b.c }}\n"),
    template!("include-missing", "a: {{ include \"nope\" . }}\n"),
    template!("fails", "a: {{ fail \"because\" }}b\nmetadata: {name: a}\n"),
    template!(
        "requires",
        "a: {{ required \"need a\" .Values.a }}b{{ required \"need b\" \"\" }}\nmetadata: {name: a}\n{{- if eq (required \"c\" .Values.c) \"\" }}\nempty: yes\n{{- end }}\n"
    ),
    template!(
        "missing-keys",
        "a: [{{ .Values.a }}]\nmetadata: {name: a}\n"
    ),
    template!(
        "release-facts",
        "metadata: {name: \"{{ .Release.Name }}_{{ .Release.Namespace }}_{{ .Release.Revision }}_{{ .Release.IsInstall }}_{{ .Release.IsUpgrade }}_{{ .Release.Service }}\"}\n"
    ),
    template!(
        "kube-shown",
        "metadata: {name: \"{{ .Capabilities.KubeVersion }}_{{ .Capabilities.KubeVersion.Minor }}_{{ lookup \"v1\" \"Pod\" \"\" \"\" | len }}\"}\n"
    ),
    (
        "needs-newer",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\nkubeVersion: '>=9.0'\n",
            ),
            ("values.yaml", ""),
            ("templates/a.yaml", "kind: A\nmetadata: {name: A}\n"),
        ],
    ),
    (
        "library",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ntype: library\n",
            ),
            ("values.yaml", ""),
            ("templates/a.yaml", "a: b: c\n"),
            ("templates/b.json", ""),
        ],
    ),
    template!("indent", "\n  kind: A\n  metadata: {name: a}\n"),
    template!(
        "indent-tab",
        "\t# a comment\nkind: A\nmetadata: {name: a}\n"
    ),
    template!("indent-blank", "   \n\t\nkind: A\nmetadata: {name: a}\n"),
    template!(
        "not-yaml-here",
        "kind: A\nmetadata: {name: A}\n---\na: b: c\n---\nkind: B\nmetadata: {name: B}\n"
    ),
    (
        "stops-at-yaml-error",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("templates/a.yaml", "a: [\n"),
            ("templates/b.yaml", "kind: A\nmetadata: {name: A}\n"),
        ],
    ),
    template!(
        "separator",
        "kind: A\nmetadata: {name: a}\n--- x\nkind: B\n"
    ),
    template!(
        "separators",
        "---\n# nothing\n--- # first\nkind: A\nmetadata: {name: A1}\n---\n---\n\n---\nkind: B\nmetadata: {name: B1}\n---"
    ),
    template!("scalar-document", "just text\n"),
    template!("list-document", "- a\n- b\n"),
    template!("number-document", "12\n"),
    template!("null-document", "null\n---\n~\n"),
    template!("kind-list", "kind: [a]\nmetadata: {name: a}\n"),
    template!("metadata-text", "kind: A\nmetadata: text\n"),
    template!("name-map", "kind: A\nmetadata: {name: {a: b}}\n"),
    template!(
        "namespace-list",
        "kind: A\nmetadata: {name: a, namespace: [b]}\n"
    ),
    template!(
        "scalars-as-text",
        "KIND: 1\nMetadata: {NAME: 12.50}\n---\nkind: true\nmetadata: {name: 0x10}\n---\nmetadata: {name: 1e3}\n---\nmetadata: {name: 1234567890}\n---\nmetadata: {name: 2024-01-01}\n"
    ),
    template!(
        "json",
        "{\"kind\": \"A\", \"metadata\": {\"name\": \"A1\"}}\n{\"kind\": \"B\", \"metadata\": {\"name\": \"B1\"}}\n"
    ),
    template!(
        "json-and-yaml",
        "{\"kind\": \"A\", \"metadata\": {\"name\": \"A1\"}}\n---\nkind: B\nmetadata: {name: B1}\n"
    ),
    template!("json-broken", "{\"kind\": \"A\",, }\n"),
    template!("json-flow", "{kind: A, metadata: {name: A1}}\n"),
    template!("json-wrong-type", "{\"kind\": \"A\", \"metadata\": []}\n"),
    template!(
        "json-number",
        "{\"kind\": 1, \"metadata\": {\"name\": 2}}\n"
    ),
    template!("duplicate-keys", "kind: A\nmetadata: {name: a, name: B}\n"),
    template!("json-second-broken", "{} {,}\n"),
    template!("json-third-broken", "{}\n{}\n{,}\n"),
    template!("json-escape", "{\"a\":\"\\q\"}\n"),
    template!("json-unicode", "{\"a\": \"x\\u12\"}\n"),
    template!("json-cut", "{\"a\": 1\n"),
    template!("json-then-list", "{\"metadata\": {\"name\": \"a\"}} []\n"),
    template!(
        "json-then-yaml-list",
        "{\"metadata\": {\"name\": \"a\"}}\n- x\n"
    ),
    template!(
        "json-then-wrong",
        "{\"metadata\": {\"name\": \"a\"}} {\"metadata\": {\"name\": \"a\"}} {\"kind\": {}}\n"
    ),
    template!(
        "json-then-yaml",
        "{\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}} kind: B\n"
    ),
    template!(
        "list-text-item",
        "kind: List\nmetadata: {name: a}\nitems:\n- text\n"
    ),
    template!(
        "list-text-metadata",
        "kind: List\nmetadata: {name: a}\nitems:\n- metadata: text\n"
    ),
    template!(
        "list-wrong-annotation",
        "kind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: {a: [b]}}\n"
    ),
    template!(
        "list-after-comment",
        "# c\n---\nkind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n"
    ),
    template!(
        "number-names",
        "metadata: {name: 1000000.0}\n---\nmetadata: {name: 1.5e300}\n---\nmetadata: {name: -0.0}\n---\nmetadata: {name: 12345678901234567890123}\n---\nmetadata: {name: 18446744073709551615}\n---\nmetadata: {name: -1.123456789}\n"
    ),
    template!("control-names", "metadata:\n  name: \"a\\u0000\"\n"),
    template!("map-key", "metadata: {? [a] : b}\n"),
    // names
    template!(
        "names",
        "kind: Pod\n---\nkind: Pod\nmetadata: {name: ''}\n---\nkind: Pod\nmetadata: {name: -a}\n---\nkind: Pod\nmetadata: {name: a.b-c.1}\n---\nkind: Pod\nmetadata: {name: a..b}\n---\nkind: deployment\nmetadata: {name: a_b}\nmatchLabels: 1\n---\nkind: Pod\nmetadata: {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa_}\n"
    ),
    template!(
        "names-of-services",
        "kind: Service\nmetadata: {name: 1a}\n---\nkind: service\nmetadata: {name: a.b}\n---\nkind: Service\nmetadata: {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa}\n---\nkind: Service\nmetadata: {name: A-}\n---\nkind: Service\nmetadata: {name: a-1}\n---\nkind: Service\n"
    ),
    template!(
        "names-of-namespaces",
        "kind: Namespace\nmetadata: {name: 1a}\n---\nkind: Namespace\nmetadata: {name: a.b}\n---\nkind: Namespace\nmetadata: {name: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaA}\n---\nkind: ServiceAccount\nmetadata: {name: a:b}\n---\nkind: Namespace\n"
    ),
    template!(
        "names-of-roles",
        "kind: Role\nmetadata: {name: 'system:a/b%'}\n---\nkind: ClusterRole\nmetadata: {name: '..'}\n---\nkind: RoleBinding\nmetadata: {name: '.'}\n---\nkind: ClusterRoleBinding\nmetadata: {name: 'Any Thing: fine'}\n---\nkind: Role\n---\nkind: CertificateSigningRequest\nmetadata: {name: 'A_/ß'}\n---\nkind: Role\nmetadata: {name: 'a/b'}\n"
    ),
    template!(
        "names-quoted",
        "kind: A\nmetadata: {name: \"a\\\"\\t\\n\\u00e4\\u200b\"}\n"
    ),
    // deprecated kinds
    template!(
        "deprecated-apis",
        "apiVersion: extensions/v1beta1\nkind: Ingress\nmetadata: {name: a}\n---\napiVersion: apps/v1beta1\nkind: Deployment\nmetadata: {name: b}\nspec: {selector: {matchLabels: {}}}\n---\napiVersion: policy/v1beta1\nkind: PodSecurityPolicy\nmetadata: {name: c}\n---\napiVersion: v1\nkind: Endpoints\nmetadata: {name: d}\n---\napiVersion: v1\nkind: ComponentStatus\nmetadata: {name: e}\n---\napiVersion: example.com/v1\nkind: Nothing\nmetadata: {name: f}\n---\napiVersion: a/b/c\nkind: Nothing\nmetadata: {name: g}\n---\napiVersion: batch/v1beta1\nkind: CronJobList\nmetadata: {name: h}\n---\napiVersion: batch/v1beta1\nmetadata: {name: h}\n---\nkind: CronJob\nmetadata: {name: i}\n"
    ),
    // selectors, lists
    template!(
        "selector",
        "kind: Deployment\nmetadata: {name: a}\n---\nkind: StatefulSet\nmetadata: {name: b}\n---\nkind: ReplicaSet\nmetadata: {name: \"c\\\"\"}\n---\nkind: DaemonSet\nmetadata: {name: d}\n---\nkind: daemonset\nmetadata: {name: e}\n"
    ),
    template!(
        "selector-elsewhere",
        "kind: Deployment\nmetadata: {name: a}\n# matchExpressions\n"
    ),
    template!(
        "list",
        "kind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n"
    ),
    template!(
        "list-later",
        "kind: A\nmetadata: {name: a}\n---\nkind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: {helm.sh/resource-policy: keep}}\n"
    ),
    template!(
        "list-plain",
        "kind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: {a: 1}}\n- {}\n"
    ),
    template!(
        "list-wrong",
        "kind: List\nmetadata: {name: a}\nitems: text\n"
    ),
    template!(
        "list-wrong-item",
        "kind: List\nmetadata: {name: a}\nitems:\n- metadata: {annotations: [a]}\n"
    ),
    // dependencies
    (
        "dependency-missing",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ndependencies: [{name: b}, {name: c}]\n",
            ),
            ("values.yaml", ""),
            ("templates/a.yaml", "kind: A\nmetadata: {name: A}\n"),
        ],
    ),
    (
        "dependency-undeclared",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("charts/b/Chart.yaml", GOOD),
        ],
    ),
    (
        "dependency-twice",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: a\nversion: 1.0.0\nicon: https://e.x/i\ndependencies: [{name: b}, {name: b}]\n",
            ),
            ("values.yaml", ""),
        ],
    ),
    (
        "dependency-broken",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("charts/b/Chart.yaml", "a: b: c\n"),
        ],
    ),
    (
        "dependency-old",
        &[
            (
                "Chart.yaml",
                "apiVersion: v1\nname: a\nversion: 1.0.0\nicon: https://e.x/i\n",
            ),
            ("values.yaml", ""),
            ("requirements.yaml", "dependencies: [{name: b}]\n"),
        ],
    ),
    (
        "dependency-old-in-v2",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("requirements.yaml", "dependencies: [{name: b}]\n"),
            ("crds/a.yaml", ""),
        ],
    ),
    (
        "parent",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: parent\nversion: 1.0.0\nicon: https://e.x/i\ndependencies: [{name: good, condition: good.on}, {name: off, condition: off.on}]\n",
            ),
            (
                "values.yaml",
                "good: {on: true, x: parent}\noff: {on: false}\n",
            ),
            (
                "templates/a.yaml",
                "kind: A\nmetadata: {name: '{{ .Values.good.x }}_{{ .Values.off }}'}\n",
            ),
            ("charts/good/Chart.yaml", GOOD),
            ("charts/good/values.yaml", "x: child\ny: z\n"),
            (
                "charts/good/templates/b.yaml",
                "kind: B\nmetadata: {name: B}\na: {{ required \"x is set\" .Values.x }}\n",
            ),
            (
                "charts/off/Chart.yaml",
                "apiVersion: v2\nname: 'off'\nversion: 1.0.0\n",
            ),
            ("charts/off/templates/b.yaml", "{{ .Values.a.b.c }}"),
            (
                "charts/off/charts/deep/Chart.yaml",
                "apiVersion: v2\nname: deep\nversion: 1.0.0\n",
            ),
        ],
    ),
    (
        "parent-broken",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("charts/a/Chart.yaml", GOOD),
            (
                "charts/a/charts/deep/Chart.yaml",
                "apiVersion: v2\nname: deep\nversion: x\n",
            ),
        ],
    ),
    // crds
    (
        "crds-file",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("crds", "no folder"),
        ],
    ),
    (
        "crds-good",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            (
                "crds/a.yaml",
                "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\n",
            ),
        ],
    ),
    (
        "crds-wrong",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            (
                "crds/a.yaml",
                "# nothing\n---\napiVersion: v1\nkind: Pod\n---\nkind: CustomResourceDefinition\n",
            ),
            ("crds/b.txt", "a: b: c"),
            ("crds/c.json", "{\"kind\": \"X\"}"),
        ],
    ),
    (
        "crds-template",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("crds/a.yaml", "{{ if .Values.a }}\nkind: X\n{{ end }}\n"),
            ("crds/b.yaml", "kind: X\n"),
        ],
    ),
    (
        "crds-not-yaml",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            ("crds/a.yaml", "a: b: c\n"),
            ("crds/b.yaml", "kind: X\n"),
        ],
    ),
    // many
    (
        "nulls",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "a: {b: 1}\nc: null\n"),
            (
                "templates/a.yaml",
                "metadata: {name: {{ .Values | toJson | quote }}}\n",
            ),
        ],
    ),
    (
        "ignored",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            (".helmignore", "*.bad\n"),
            ("templates/x.bad", "{{"),
        ],
    ),
    (
        "ignore-broken",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", ""),
            (".helmignore", "[\n"),
            ("templates/x.txt", ""),
        ],
    ),
    (
        "schema",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "a: 1\n"),
            (
                "values.schema.json",
                "{\"type\": \"object\", \"properties\": {\"a\": {\"type\": \"string\"}}}",
            ),
            ("templates/a.yaml", "kind: A\nmetadata: {name: A}\n"),
        ],
    ),
    (
        "schema-broken",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "a: 1\n"),
            ("values.schema.json", "{"),
        ],
    ),
    (
        "schema-empty",
        &[
            ("Chart.yaml", GOOD),
            ("values.yaml", "a: 1\n"),
            ("values.schema.json", ""),
        ],
    ),
];
