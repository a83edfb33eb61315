//! Values that no template reads: words of our own, kept as they are.

use pintle_testkit::{Home, snapshot};

use crate::{pintle, snapshot_path};

const TEMPLATE: &str = "kind: Pod\n\
    metadata:\n  name: {{ .Values.name }}\n\
    {{- with .Values.image }}\nimage: {{ .repository }}:{{ .tag }}\n{{- end }}\n\
    replicas: {{ .Values.replicaCount }}\n\
    {{- range .Values.hosts }}\nhost: {{ .name }}\n{{- end }}\n\
    labels: {{ toYaml .Values.labels | nindent 2 }}\n\
    note: {{ tpl .Values.note . }}\n";

const VALUES: &str = "name: web\nreplicaCount: 1\nimage:\n  repository: nginx\n  tag: a\n\
    hosts: []\nlabels: {}\nnote: ''\nmotto: none\nunused: 1\n";

const GIVEN: &str = "x-shared: &shared\n  any: thing\nlabels: *shared\n\
    imge:\n  tag: b\nimage:\n  tga: c\nhosts:\n- {name: a, pat: /}\n- {name: b, pat: /}\n\
    unused: 2\nnote: 'at {{ .Values.motto }}'\nmotto: x\n";

fn prepare(home: &Home) {
    home.write(
        "web/Chart.yaml",
        "apiVersion: v2\nname: web\nversion: 0.1.0\nicon: https://example.org/i.png\n",
    );
    home.write("web/values.yaml", VALUES);
    home.write("web/templates/pod.yaml", TEMPLATE);
    home.write("given.yaml", GIVEN);
    home.write("good.yaml", "name: b\nlabels: {any: {thing: 1}}\n");
}

#[test]
fn values_that_no_template_reads_are_told() {
    let home = Home::new();
    prepare(&home);
    let template = ["template", "r", "web", "--strict-values"];
    let with = |more: &[&'static str]| [&template[..], more].concat();
    let cases = [
        with(&["-f", "given.yaml", "--set", "replicas=3,image.tag=d"]),
        with(&["-f", "given.yaml", "--explain"]),
        with(&["-f", "good.yaml", "--set-json", "hosts=[{\"name\":\"c\"}]"]),
        vec![
            "template",
            "r",
            "web",
            "--strict-values=error",
            "--set",
            "naem=a",
        ],
        vec![
            "template",
            "r",
            "web",
            "--strict-values=error",
            "-f",
            "given.yaml",
            "--explain",
        ],
        vec![
            "template",
            "r",
            "web",
            "--strict-values=off",
            "-f",
            "given.yaml",
        ],
        vec!["template", "r", "web", "--strict-values=no"],
        vec!["lint", "web", "--strict-values", "-f", "given.yaml"],
        vec!["lint", "web", "--strict-values=error", "--set", "naem=a"],
        vec![
            "install",
            "r",
            "web",
            "--dry-run=client",
            "--strict-values=error",
            "--set",
            "naem=a",
        ],
    ];
    let answers: Vec<_> = cases.iter().map(|words| pintle(&home, words)).collect();
    snapshot::check(snapshot_path("strict_values.txt"), &answers);
}

/// Standard output is the same whatever is told.
#[test]
fn warnings_change_no_output() {
    let home = Home::new();
    prepare(&home);
    let plain = pintle(&home, &["template", "r", "web", "-f", "given.yaml"]).success();
    assert_eq!(plain.stderr, "");
    let words = [
        "template",
        "r",
        "web",
        "-f",
        "given.yaml",
        "--strict-values",
    ];
    let told = pintle(&home, &words).success();
    assert_eq!(told.stdout, plain.stdout);
    assert!(told.stderr.contains("did you mean image.tag?"), "{told}");
}
