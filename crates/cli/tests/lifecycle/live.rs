//! What charts learn from the cluster while they are rendered: `lookup` and `.Capabilities`.

use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::agreement::same;
use crate::cluster::{Fixture, Program, unique};

/// Says all there is to say of what `.Values.q` asks for; the state of the cluster in which a
/// list was made is nothing to compare.
const ASK: &str = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: answer}
data:
  found: |
    {{- $q := .Values.q }}
    {{- $found := lookup (index $q 0) (index $q 1) (index $q 2) (index $q 3) }}
    {{- if hasKey $found "items" }}{{ with $found.metadata }}{{ $_ := set . "resourceVersion" "" }}{{ end }}{{ end }}
    {{- $found | toYaml | nindent 4 }}
    {{- printf "%v" $found | nindent 4 }}
    {{- printf "%#v" $found | nindent 4 }}
    {{- $found | toPrettyJson | nindent 4 }}
    {{ typeOf $found }} {{ kindOf $found }} {{ len $found }} {{ if $found }}there{{ else }}not there{{ end }}
    {{- range $found.items }}
    - {{ .metadata.name }} {{ .kind }} {{ .apiVersion }} {{ typeOf . }} {{ typeOf .metadata }}
    {{- end }}
    {{- range $key, $value := $found.spec }}
    {{ $key }}: {{ typeOf $value }} {{ $value }}
    {{- end }}
"#;

const CAPABILITIES: &str = r#"apiVersion: v1
kind: ConfigMap
metadata: {name: capabilities}
data:
  version: |
    {{ .Capabilities.KubeVersion }} {{ toJson .Capabilities.KubeVersion }}
    {{ .Capabilities.KubeVersion.Version }} {{ .Capabilities.KubeVersion.Major }} {{ .Capabilities.KubeVersion.Minor }}
    {{ semverCompare ">=1.20-0" .Capabilities.KubeVersion.Version }}
  has: |
    {{- range list "v1" "v1/Pod" "v1/Eviction" "apps/v1" "apps/v1/Deployment" "batch/v1beta1" "live.pintle.test/v1" "live.pintle.test/v1/Widget" "live.pintle.test/v1/Wodget" "more.example/v1" }}
    {{ . }} {{ $.Capabilities.APIVersions.Has . }}
    {{- end }}
    {{- range .Capabilities.APIVersions | toStrings | sortAlpha }}{{ if or (hasPrefix "apps/" .) (hasPrefix "live.pintle.test/" .) }}
    - {{ . }}{{ end }}{{ end }}
"#;

const DEFINITIONS: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.live.pintle.test}
spec:
  group: live.pintle.test
  names: {kind: Widget, plural: widgets, singular: widget}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: globes.live.pintle.test}
spec:
  group: live.pintle.test
  names: {kind: Globe, plural: globes, singular: globe, listKind: AllGlobes}
  scope: Cluster
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object, x-kubernetes-preserve-unknown-fields: true}}}
";

const OBJECTS: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: one}
data: {a: '1', b: 'x: y', long: \"several\\nlines\\n\"}
---
apiVersion: v1
kind: Secret
metadata: {name: key}
data: {password: cGFzcw==}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 0
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: nginx, ports: [{containerPort: 80}]}]}
";

/// Numbers of every kind, texts that need quotes.
const CUSTOM: &str = "apiVersion: live.pintle.test/v1
kind: Widget
metadata: {name: odd}
spec: {big: 12345678901234567890, exact: 9007199254740993, half: 2.50, thousand: 1e3, small: 1e-7, zero: -0.0, text: \"é\\t<>&\", none: {}, empty: [], yes: true}
---
apiVersion: live.pintle.test/v1
kind: Globe
metadata: {name: NAME}
spec: {round: true}
";

/// A chart that asks, in a namespace with something to ask for; `None` when there is no cluster.
fn fixture(test: &str) -> Option<(Fixture, String)> {
    with_objects(Fixture::new(test)?)
}

fn with_objects(fixture: Fixture) -> Option<(Fixture, String)> {
    let chart = fixture.chart("ask", &[("templates/a.yaml", ASK)]);
    let objects = fixture.write("objects.yaml", OBJECTS);
    fixture.kubectl(&["apply", "-f", &objects]).success();
    Some((fixture, chart))
}

/// Applies objects of custom kinds as soon as the server serves them.
fn apply_custom(fixture: &Fixture, text: &str) {
    let definitions = fixture.write("definitions.yaml", DEFINITIONS);
    fixture.kubectl(&["apply", "-f", &definitions]).success();
    let file = fixture.write("custom.yaml", text);
    let started = Instant::now();
    while fixture.kubectl(&["apply", "-f", &file]).code != Some(0) {
        assert!(started.elapsed() < Duration::from_mins(1), "{text}");
        sleep(Duration::from_millis(200));
    }
}

fn question(words: [&str; 4]) -> String {
    format!("q={}", serde_json::json!(words))
}

/// Asks by rendering alone.
fn ask(fixture: &Fixture, chart: &str, words: [&str; 4]) -> String {
    let question = question(words);
    let command = ["template", "r", chart, "--dry-run=server", "--set-json"];
    let answer = same(fixture, &[&command[..], &[&question]].concat());
    answer.stdout + &answer.stderr
}

#[test]
fn objects_are_looked_up() {
    let Some((fixture, chart)) = fixture("objects_are_looked_up") else {
        return;
    };
    let space = fixture.namespace.as_str();
    let there = |words| {
        let answer = ask(&fixture, &chart, words);
        assert!(answer.contains(" there\n"), "{answer}");
    };
    there(["v1", "ConfigMap", space, "one"]);
    there(["v1", "Secret", space, "key"]);
    there(["apps/v1", "Deployment", space, "web"]);
    there(["v1", "Namespace", "", space]);
    // Namespaces are in no namespace.
    there(["v1", "Namespace", "elsewhere", space]);
    there(["v1", "ConfigMap", space, ""]);
    there(["apps/v1", "Deployment", space, ""]);
    // An empty list is there.
    there(["v1", "Pod", space, ""]);
    for absent in [
        ["v1", "ConfigMap", space, "none"],
        ["v1", "ConfigMap", "nowhere-at-all", "one"],
        ["v1", "ConfigMap", "", "one"],
        ["apps/v1", "ConfigMap", space, "one"],
        ["v1", "Nothing", space, "one"],
        ["v1", "", "", "one"],
        ["authorization.k8s.io/v1", "SubjectAccessReview", "", "x"],
    ] {
        let answer = ask(&fixture, &chart, absent);
        assert!(answer.contains(" 0 not there\n"), "{answer}");
    }
    // Helm asks for these at a path that tells of the server's versions.
    there(["v1", "Nothing", "", ""]);
    there(["apps/v1", "Nothing", space, ""]);
    there(["v1", "Nothing", "", "v1"]);
}

#[test]
fn lists_of_all_namespaces_are_looked_up() {
    let test = "lists_of_all_namespaces_are_looked_up";
    let Some((fixture, _)) = fixture(test) else {
        return;
    };
    // Other tests make and delete objects meanwhile.
    let chart = fixture.chart(
        "all",
        &[(
            "templates/a.yaml",
            "{{- range (lookup \"v1\" \"ConfigMap\" \"\" \"\").items }}\n\
             {{- if eq .metadata.namespace $.Release.Namespace }}\n\
             ---\nkind: Found\nitem:\n{{ toYaml . }}\n\
             {{- end }}{{ end }}\n\
             {{- range (lookup \"v1\" \"Namespace\" \"\" \"\").items }}\n\
             {{- if eq .metadata.name $.Release.Namespace }}\n\
             ---\nkind: Found\nspace:\n{{ toYaml . }}\n\
             {{- end }}{{ end }}\n",
        )],
    );
    // The objects are none of the server's: they are rendered, and then refused.
    let words = ["template", "r", &chart, "--dry-run=server", "--debug"];
    let answer = |program| {
        let done = fixture.run(program, &words);
        let error = done.stderr.lines().find(|line| line.starts_with("Error: "));
        (done.code, done.stdout, error.map(str::to_owned))
    };
    let ours = answer(Program::Pintle);
    assert_eq!(ours, answer(Program::Helm4));

    let notes = fixture.chart(
        "count",
        &[(
            "templates/NOTES.txt",
            "{{ range (lookup \"v1\" \"ConfigMap\" \"\" \"\").items }}{{ if eq .metadata.namespace $.Release.Namespace }}{{ .metadata.name }} {{ end }}{{ end }}",
        )],
    );
    let done = same(&fixture, &["install", "r", &notes, "--dry-run=server"]);
    assert!(
        done.stdout.contains("NOTES:\nkube-root-ca.crt one\n"),
        "{done}"
    );
}

#[test]
fn custom_objects_are_looked_up() {
    let Some((fixture, chart)) = fixture("custom_objects_are_looked_up") else {
        return;
    };
    let globe = unique("globe");
    apply_custom(&fixture, &CUSTOM.replace("NAME", &globe));
    let space = fixture.namespace.as_str();
    let odd = ask(
        &fixture,
        &chart,
        ["live.pintle.test/v1", "Widget", space, "odd"],
    );
    assert!(odd.contains("exact: int64 9007199254740993\n"), "{odd}");
    ask(
        &fixture,
        &chart,
        ["live.pintle.test/v1", "Widget", space, ""],
    );
    ask(
        &fixture,
        &chart,
        ["live.pintle.test/v1", "Globe", space, &globe],
    );
    ask(
        &fixture,
        &chart,
        ["live.pintle.test/v1", "Wodget", space, ""],
    );
    let list = fixture.chart(
        "globes",
        &[(
            "templates/NOTES.txt",
            "{{ with lookup \"live.pintle.test/v1\" \"Globe\" \"\" \"\" }}{{ .kind }} {{ .metadata.continue | quote }}{{ end }}",
        )],
    );
    let done = same(&fixture, &["install", "r", &list, "--dry-run=server"]);
    assert!(done.stdout.contains("AllGlobes \"\"\n"), "{done}");
    fixture
        .kubectl(&["delete", "globes.live.pintle.test", &globe])
        .success();
}

#[test]
fn what_cannot_be_looked_up_fails_as_in_helm() {
    let test = "what_cannot_be_looked_up_fails_as_in_helm";
    let Some((fixture, chart)) = fixture(test) else {
        return;
    };
    let space = fixture.namespace.as_str();
    for (words, text) in [
        (
            ["nowhere.example/v1", "Thing", space, "x"],
            "nowhere.example/v1, Kind=Thing",
        ),
        (["apps/v9", "Deployment", space, ""], "could not find"),
        (
            ["", "ConfigMap", space, "one"],
            "groupVersion shouldn't be empty",
        ),
        (["a/b/c", "X", "", ""], "groupVersion shouldn't be empty"),
        (["v1", "ConfigMap", space, "a/b"], "may not contain '/'"),
        (["v1", "ConfigMap", space, ".."], "may not be '..'"),
        (["v1", "ConfigMap", "%/", "one"], "invalid namespace"),
        (
            ["v1", "Binding", space, ""],
            "error calling lookup: the server does not allow",
        ),
    ] {
        let answer = ask(&fixture, &chart, words);
        assert!(answer.contains(text), "{answer}");
        assert!(answer.contains("error calling lookup"), "{answer}");
    }
    let question = question(["nowhere.example/v1", "Thing", "", ""]);
    for verb in ["install", "upgrade"] {
        let command = [verb, "r", &chart, "--set-json", &question];
        same(&fixture, &command);
        same(&fixture, &[&command[..], &["--dry-run=server"]].concat());
    }
    let install = ["upgrade", "-i", "r", &chart, "--set-json", &question];
    same(&fixture, &install);
}

#[test]
fn what_may_not_be_looked_up_fails_as_in_helm() {
    let test = "what_may_not_be_looked_up_fails_as_in_helm";
    let Some((fixture, chart)) = Fixture::with_rights(test).and_then(with_objects) else {
        return;
    };
    let space = fixture.namespace.as_str();
    for words in [
        ["v1", "Secret", space, "key"],
        ["v1", "Secret", space, ""],
        ["v1", "Secret", "", ""],
        ["v1", "Node", "", "x"],
    ] {
        let question = question(words);
        for verb in ["template", "install"] {
            let command = [
                verb,
                "r",
                &chart,
                "--dry-run=server",
                "--kube-as-user=nobody",
                "--set-json",
                &question,
            ];
            let done = same(&fixture, &command);
            let text = "error calling lookup: ";
            assert!(done.stderr.contains(text), "{done}");
            assert!(done.stderr.contains("is forbidden: User"), "{done}");
        }
    }
}

/// Every verb asks, and `--dry-run=client` asks nothing.
#[test]
fn every_verb_asks_the_cluster() {
    let Some((fixture, chart)) = fixture("every_verb_asks_the_cluster") else {
        return;
    };
    let question = question(["v1", "ConfigMap", &fixture.namespace, "one"]);
    let run = |words: &[&str], found: bool| {
        let done = same(&fixture, &[words, &["--set-json", &question]].concat());
        assert_eq!(done.code, Some(0), "{done}");
        let empty = done.stdout.contains("found: |\n    {}\n");
        assert_eq!(!empty, found, "{done}");
    };
    run(&["template", "r", &chart, "--dry-run=server"], true);
    run(&["template", "r", &chart, "--validate"], true);
    let wrong = ["--kube-version=1.20", "--api-versions=more.example/v1"];
    let validate = ["template", "r", &chart, "--validate", wrong[0], wrong[1]];
    run(&validate, true);
    run(&["template", "r", &chart, "--dry-run=client"], false);
    run(&["template", "r", &chart], false);
    run(&["install", "r", &chart, "--dry-run=server"], true);
    run(&["install", "r", &chart, "--dry-run=client"], false);
    run(&["upgrade", "-i", "r", &chart, "--dry-run=server"], true);
    run(&["upgrade", "-i", "r", &chart, "--dry-run=client"], false);

    let plain = fixture.chart("plain", &[]);
    fixture.pintle(&["install", "r", &plain]).success();
    run(&["upgrade", "r", &chart, "--dry-run=server"], true);
    run(&["upgrade", "r", &chart, "--dry-run=client"], false);
    run(&["upgrade", "-i", "r", &chart, "--dry-run=server"], true);
    let server = ["template", "r", &chart, "--dry-run=server", "--is-upgrade"];
    run(&server, true);
}

#[test]
fn capabilities_are_the_clusters() {
    let Some((fixture, _)) = fixture("capabilities_are_the_clusters") else {
        return;
    };
    apply_custom(
        &fixture,
        "apiVersion: live.pintle.test/v1\nkind: Widget\nmetadata: {name: any}\n",
    );
    let chart = fixture.chart("able", &[("templates/a.yaml", CAPABILITIES)]);
    for words in [
        &["template", "r", &chart, "--dry-run=server"][..],
        &["template", "r", &chart, "--validate"],
        &[
            "template",
            "r",
            &chart,
            "--dry-run=server",
            "--kube-version=1.20",
            "--api-versions=more.example/v1",
        ],
        &["install", "r", &chart, "--dry-run=server"],
        &["upgrade", "-i", "r", &chart, "--dry-run=server"],
    ] {
        let done = same(&fixture, words);
        let text = "live.pintle.test/v1/Widget true\n    live.pintle.test/v1/Wodget false\n    more.example/v1 false\n";
        assert!(done.stdout.contains(text), "{done}");
    }
    same(&fixture, &["install", "r", &chart, "--dry-run=client"]);
    fixture.pintle(&["install", "r", &chart]).success();
    same(&fixture, &["upgrade", "r", &chart, "--dry-run=server"]);
    same(&fixture, &["upgrade", "r", &chart, "--dry-run=client"]);

    fixture.write(
        "old/Chart.yaml",
        "apiVersion: v2\nname: old\nversion: 0.1.0\nkubeVersion: <1.20.0\n",
    );
    let old = fixture.chart_path("old");
    for words in [
        &["template", "r", &old, "--dry-run=server"][..],
        &[
            "template",
            "r",
            &old,
            "--dry-run=server",
            "--kube-version=1.19",
        ],
        &["install", "s", &old],
        &["install", "s", &old, "--dry-run=server"],
        &["upgrade", "r", &old],
        &["upgrade", "r", &old, "--dry-run=client"],
    ] {
        let done = same(&fixture, words);
        let text = "chart requires kubeVersion: <1.20.0 which is incompatible with Kubernetes v1.";
        assert!(done.stderr.contains(text), "{done}");
    }
}

/// The usual reason to look something up: what is there is kept.
#[test]
fn releases_keep_what_they_find() {
    let Some((fixture, _)) = fixture("releases_keep_what_they_find") else {
        return;
    };
    let chart = fixture.chart(
        "keep",
        &[(
            "templates/a.yaml",
            "{{- $last := lookup \"v1\" \"ConfigMap\" .Release.Namespace \"kept\" }}\n\
             apiVersion: v1\nkind: ConfigMap\nmetadata: {name: kept}\ndata:\n\
             \x20 first: {{ dig \"data\" \"first\" (print \"made-by-\" .Release.Revision) $last }}\n\
             \x20 count: {{ dig \"data\" \"count\" \"0\" $last | int | add1 | quote }}\n\
             \x20 other: {{ (lookup \"v1\" \"ConfigMap\" .Release.Namespace \"one\").data.b | quote }}\n",
        )],
    );
    let journey = |program| {
        let run = |words: &[&str]| fixture.run(program, words).success();
        let manifest = || run(&["get", "manifest", "r"]).stdout;
        run(&["install", "r", &chart]);
        let mut told = vec![manifest()];
        run(&["upgrade", "r", &chart]);
        told.push(manifest());
        run(&["upgrade", "-i", "r", &chart]);
        told.push(manifest());
        run(&["uninstall", "r", "--wait"]);
        run(&["upgrade", "-i", "r", &chart]);
        told.push(manifest());
        run(&["uninstall", "r", "--wait"]);
        told
    };
    let ours = journey(Program::Pintle);
    assert!(
        ours[2].contains("first: made-by-1\n  count: \"3\""),
        "{ours:?}"
    );
    assert!(
        ours[3].contains("first: made-by-1\n  count: \"1\""),
        "{ours:?}"
    );
    assert_eq!(ours, journey(Program::Helm4));
}
