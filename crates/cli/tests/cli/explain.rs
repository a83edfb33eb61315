//! Failures explained, and where values come from: words of our own, kept as they are.

use pintle_testkit::{Home, snapshot};

use crate::{pintle, snapshot_path};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";

/// A chart with one fault in each template but those that the others need.
fn prepare(home: &Home) {
    let template = |chart: &str, text: &str| {
        home.write(&format!("{chart}/Chart.yaml"), CHART);
        home.write(&format!("{chart}/values.yaml"), VALUES);
        home.write(&format!("{chart}/templates/_helpers.tpl"), HELPERS);
        home.write(&format!("{chart}/templates/all.yaml"), text);
    };
    template(
        "missing",
        "kind: Pod\nimage: {{ include \"web.image\" . | quote }}\n",
    );
    template("wrong", "kind: Pod\nport: {{ .Values.name.port }}\n");
    template(
        "with",
        "{{- with .Values.image }}\nkind: Pod\ntag: {{ .tagg.short }}\n{{- end }}\n",
    );
    template(
        "required",
        "kind: Pod\nname: {{ required \"a name is needed\" .Values.name }}\n",
    );
    template(
        "fail",
        "{{- if not .Values.token }}\n{{- fail \"set a token\" }}\n{{- end }}\nkind: Pod\n",
    );
    template("function", "kind: Pod\nitem: {{ index .Values.list 5 }}\n");
    template("syntax", "kind: Pod\n{{ if .Values.name }\nname: a\n");
    template("tpl", "kind: Pod\nextra: {{ tpl .Values.extra . }}\n");
    template(
        "yaml",
        "kind: Pod\nmetadata:\n  labels:\n    {{- include \"web.labels\" . | nindent 4 }}\ndata:\n  a: b\n",
    );
    template("indent", "kind: Pod\nmetadata:\n  name: a\n   labels: {}\n");
    template(
        "good",
        "kind: Pod\nlabels:\n  {{- include \"web.labels\" . | nindent 2 }}\nname: {{ .Values.name }}\n",
    );
    // What `required` says is a remark for lint, and no end.
    template(
        "late",
        "kind: Pod\nname: {{ required \"a name is needed\" .Values.nome }}\nport: {{ .Values.name.port }}\n",
    );
    template("strict", "kind: Pod\nname: {{ .Values.name }}\n");
    home.write(
        "strict/values.schema.json",
        "{\n  \"properties\": {\n    \"list\": {\"items\": {\"type\": \"integer\"}}\n  }\n}\n",
    );
    home.write("unread.yaml", "app: a\nnmae: b\n");
    home.write("chart/Chart.yaml", CHART);
    home.write("chart/values.yaml", "a: 1\n  b: 2\n");
    home.write("null.yaml", "name: null\n");
    home.write("brace.yaml", "# labels\napp: \"{x\"\n");
    home.write("broken.yaml", "a: 1\nb: [1,\nc: 2\n");
    parent(home);
}

const VALUES: &str = "name: web\napp: shop\nimage:\n  repository: nginx\n  tag: \"1\"\nlist: [a, b]\nextra: \"{{ .Values.nothing.here }}\"\n";

const HELPERS: &str = "{{- define \"web.image\" -}}\n{{ .Values.imge.repository }}:{{ .Values.image.tag }}\n{{- end }}\n{{- define \"web.labels\" }}\napp: {{ .Values.app }}\ntier: front\n{{- end }}\n";

/// A chart with a dependency whose values it imports.
fn parent(home: &Home) {
    home.write(
        "parent/Chart.yaml",
        "apiVersion: v2\nname: parent\nversion: 0.1.0\ndependencies:\n- {name: db, version: '*', import-values: [{child: exports.net, parent: net}]}\n",
    );
    home.write(
        "parent/values.yaml",
        "global: {zone: a}\ndb:\n  image: {tag: '2'}\n",
    );
    home.write(
        "parent/charts/db/Chart.yaml",
        "apiVersion: v2\nname: db\nversion: 0.1.0\n",
    );
    home.write(
        "parent/charts/db/values.yaml",
        "image:\n  tag: '1'\nport: 5432\nexports:\n  net:\n    host: db\nglobal: {zone: c}\n",
    );
    home.write("prod.yaml", "db:\n  image: {tag: '3'}\n  port: null\n");
}

fn answers(name: &str, cases: &[&[&str]]) {
    let home = Home::new();
    prepare(&home);
    let answers: Vec<_> = cases.iter().map(|words| pintle(&home, words)).collect();
    snapshot::check(snapshot_path(name), &answers);
}

#[test]
fn every_failure_is_explained() {
    let with = |chart, more: &'static [&'static str]| -> Vec<&'static str> {
        [&["template", "r", chart, "--explain"], more].concat()
    };
    let cases = [
        with("missing", &[]),
        with("wrong", &[]),
        with("wrong", &["--set", "name=null"]),
        with("with", &[]),
        with("required", &["-f", "null.yaml"]),
        with("fail", &[]),
        with("function", &["--set", "list={x,y}"]),
        with("syntax", &[]),
        with("tpl", &[]),
        with("yaml", &["-f", "brace.yaml"]),
        with("indent", &[]),
        with("good", &["-f", "broken.yaml"]),
        with("chart", &[]),
        with("missing", &["--color", "always"]),
    ];
    let cases: Vec<&[&str]> = cases.iter().map(Vec::as_slice).collect();
    answers("explained.txt", &cases);
}

/// What lint finds stays on stdout as it is.
#[test]
fn what_lint_finds_is_explained() {
    let cases: &[&[&str]] = &[
        &["lint", "missing", "--explain"],
        &["lint", "wrong", "--explain", "--set", "name=null"],
        &["lint", "fail", "--explain"],
        &["lint", "function", "--explain"],
        &["lint", "syntax", "--explain"],
        &["lint", "tpl", "--explain"],
        &["lint", "yaml", "--explain", "-f", "brace.yaml"],
        &["lint", "indent", "--explain"],
        &["lint", "late", "--explain"],
        &["lint", "chart", "--explain"],
        &["lint", "strict", "--explain"],
        &["lint", "good", "--explain", "-f", "broken.yaml"],
        &[
            "lint",
            "good",
            "--explain",
            "--strict-values=error",
            "-f",
            "unread.yaml",
        ],
        &[
            "lint",
            "missing",
            "good",
            "indent",
            "--explain",
            "--quiet",
            "--color=always",
        ],
    ];
    answers("explained_lint.txt", cases);
    let home = Home::new();
    prepare(&home);
    for words in cases {
        let plain: Vec<&str> = words
            .iter()
            .copied()
            .filter(|word| *word != "--explain")
            .collect();
        let (explained, plain) = (pintle(&home, words), pintle(&home, &plain));
        assert_eq!(explained.stdout, plain.stdout);
        assert_eq!(explained.code, plain.code);
        assert!(!plain.stderr.contains("-->"), "{plain}");
    }
}

/// Nothing changes for those who did not ask.
#[test]
fn nothing_is_explained_to_a_pipe() {
    let home = Home::new();
    prepare(&home);
    let done = pintle(&home, &["template", "r", "missing"]);
    assert!(!done.stderr.contains("-->"), "{done}");
}

#[test]
fn values_are_traced_to_their_layers() {
    let cases: &[&[&str]] = &[
        &[
            "values",
            "explain",
            "parent",
            "db.image.tag",
            "-f",
            "prod.yaml",
            "--set",
            "db.image.tag=4",
        ],
        &["values", "explain", "parent", "db.image", "-f", "prod.yaml"],
        &[
            "values",
            "explain",
            "parent",
            ".Values.db.port",
            "-f",
            "prod.yaml",
        ],
        &["values", "explain", "parent", "net.host"],
        &[
            "values",
            "explain",
            "parent",
            "db.global.zone",
            "--set",
            "global.zone=b",
        ],
        &["values", "explain", "parent", "db.imge.tag"],
        &["values", "explain", "parent", "db.image.tag", "-o", "json"],
        &["values", "explain", "parent", "net.host", "-o", "yaml"],
        &["values", "explain", "parent"],
    ];
    answers("values_explain.txt", cases);
}

#[test]
fn lines_are_mapped_to_templates() {
    let home = Home::new();
    prepare(&home);
    let plain = pintle(&home, &["template", "r", "good"]).success();
    let words = ["template", "r", "good", "--source-map", "map.json"];
    let done = pintle(&home, &words).success();
    assert_eq!(done.stdout, plain.stdout);
    snapshot::check_text(snapshot_path("source_map.json"), &home.read("map.json"));
    let lines: Vec<&str> = done.stdout.lines().collect();
    assert_eq!(lines[5], "  app: shop");
    let map = home.read("map.json");
    assert!(
        map.contains(
            r#"{"line":6,"at":"web/templates/_helpers.tpl:5:9","from":["web/templates/all.yaml:3:"#
        ),
        "{map}"
    );
}
