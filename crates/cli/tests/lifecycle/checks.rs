//! Charts and values that are refused before anything is written: schemas, values that no
//! template reads, charts of other generations.

use pintle_testkit::Finished;

use crate::agreement::same;
use crate::cluster::{Fixture, Program};

const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}}
data: {host: {{ .Values.host | quote }}}
";

const DEFINITION: &str = "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: NAMEs.checks.pintle.test}
spec:
  group: checks.pintle.test
  names: {kind: NAME, plural: NAMEs, singular: NAME}
  scope: Namespaced
  versions:
  - {name: v1, served: true, storage: true, schema: {openAPIV3Schema: {type: object}}}
";

const SCHEMA: &str = r#"{
  "required": ["host"],
  "additionalProperties": false,
  "properties": {
    "host": {"type": "string", "pattern": "^[a-z.]+$"},
    "port": {"maximum": 65535},
    "db": true,
    "global": true
  }
}
"#;

/// A chart with a schema and a subchart with one.
fn chart_with_schemas(fixture: &Fixture, name: &str) -> String {
    let chart = fixture.chart(name, &[("templates/a.yaml", CONFIG)]);
    fixture.write(&format!("{name}/values.yaml"), "host: example.org\n");
    fixture.write(&format!("{name}/values.schema.json"), SCHEMA);
    let db = fixture.chart(&format!("{name}/charts/db"), &[]);
    let metadata = "apiVersion: v2\nname: db\nversion: 0.1.0\n";
    fixture.write(&format!("{name}/charts/db/Chart.yaml"), metadata);
    let schema = r#"{"properties": {"size": {"minimum": 1}}}"#;
    fixture.write(&format!("{name}/charts/db/values.schema.json"), schema);
    assert!(db.ends_with("db"));
    chart
}

/// Nothing but what a new namespace has.
fn is_untouched(fixture: &Fixture) {
    let all = fixture.kubectl(&["get", "configmaps,secrets", "-o", "name"]);
    assert_eq!(all.success().stdout, "configmap/kube-root-ca.crt\n");
}

#[test]
fn values_that_break_a_schema_are_refused_as_in_helm() {
    let test = "values_that_break_a_schema_are_refused_as_in_helm";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let chart = chart_with_schemas(&fixture, "web");
    let refused = |words: &[&str]| {
        let done = same(&fixture, words);
        assert_eq!(done.code, Some(1), "{done}");
        let text = "values don't meet the specifications of the schema(s)";
        assert!(done.stderr.contains(text), "{done}");
    };
    // One thing wrong in each chart: the order of several is random in Helm.
    let wrong = "host=1,db.size=0";
    refused(&["install", "r", &chart, "--set", wrong]);
    refused(&["install", "r", &chart, "--set", "host=null"]);
    refused(&["install", "r", &chart, "--set", "db.size=0", "-o", "json"]);
    for dry_run in ["--dry-run=client", "--dry-run=server"] {
        refused(&["install", "r", &chart, "--set", wrong, dry_run]);
        refused(&["upgrade", "-i", "r", &chart, "--set", wrong, dry_run]);
    }
    refused(&["upgrade", "-i", "r", &chart, "--set", wrong]);
    refused(&[
        "install",
        "r",
        &chart,
        "--set",
        wrong,
        "--rollback-on-failure",
    ]);
    let server = ["template", "r", &chart, "--dry-run=server", "--set", wrong];
    refused(&server);
    is_untouched(&fixture);

    fixture.pintle(&["install", "r", &chart]).success();
    refused(&["upgrade", "r", &chart, "--set", wrong]);
    refused(&["upgrade", "r", &chart, "--set", wrong, "--dry-run=server"]);
    refused(&["upgrade", "r", &chart, "--set", wrong, "--dry-run=client"]);
    refused(&[
        "upgrade",
        "r",
        &chart,
        "--set",
        wrong,
        "--rollback-on-failure",
    ]);
    refused(&["upgrade", "-i", "r", &chart, "--set", "port=70000"]);
    let history = fixture.pintle(&["history", "r"]).success();
    assert_eq!(history.stdout.lines().count(), 2, "{history}");

    // Values of the last revision count as well.
    let skip = "--skip-schema-validation";
    fixture
        .pintle(&["upgrade", "r", &chart, "--set", "port=70000", skip])
        .success();
    refused(&["upgrade", "r", &chart]);
    refused(&["upgrade", "r", &chart, "--reuse-values"]);
    refused(&["upgrade", "r", &chart, "--reset-then-reuse-values"]);
    let kept = ["upgrade", "r", &chart, "--reuse-values", skip, "--dry-run"];
    assert_eq!(same(&fixture, &kept).code, Some(0));
    fixture
        .pintle(&["upgrade", "r", &chart, "--reset-values"])
        .success();
}

#[test]
fn schemas_that_are_none_are_refused_as_in_helm() {
    let test = "schemas_that_are_none_are_refused_as_in_helm";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    for (name, schema) in [("broken", "{"), ("typeless", r#"{"type": "txt"}"#)] {
        let chart = chart_with_schemas(&fixture, name);
        fixture.write(&format!("{name}/values.schema.json"), schema);
        assert_eq!(same(&fixture, &["install", "r", &chart]).code, Some(1));
        let words = ["upgrade", "-i", "r", &chart, "--dry-run=server"];
        assert_eq!(same(&fixture, &words).code, Some(1));
    }
    is_untouched(&fixture);
}

#[test]
fn a_definition_that_several_subcharts_bring_is_waited_for() {
    let test = "a_definition_that_several_subcharts_bring_is_waited_for";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let kind = format!("x{}", fixture.namespace.replace('-', ""));
    let definition = DEFINITION.replace("NAME", &kind);
    let mut files = vec![
        ("templates/a.yaml".to_owned(), CONFIG.to_owned()),
        ("crds/a.yaml".to_owned(), definition.clone()),
    ];
    for name in ["one", "two"] {
        let about = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\n");
        files.push((format!("charts/{name}/Chart.yaml"), about));
        files.push((format!("charts/{name}/crds/a.yaml"), definition.clone()));
    }
    let files: Vec<(&str, &str)> = files
        .iter()
        .map(|(path, text)| (&**path, &**text))
        .collect();
    let chart = fixture.chart("web", &files);
    fixture
        .pintle(&["install", "r", &chart, "--wait"])
        .success();
    assert!(fixture.exists(&format!("crd/{kind}s.checks.pintle.test")));
}

#[test]
fn an_object_that_comes_twice_is_waited_for_twice_as_in_helm() {
    let test = "an_object_that_comes_twice_is_waited_for_twice_as_in_helm";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let twice = |name: &str, object: &str| {
        let files = [("templates/a.yaml", object), ("templates/b.yaml", object)];
        fixture.chart(name, &files)
    };
    let pending = twice(
        "pending",
        "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: x}\n\
         spec: {accessModes: [ReadWriteOnce], storageClassName: nope, resources: {requests: {storage: 1Gi}}}\n",
    );
    let words = ["install", "r", &pending, "--wait", "--timeout=3s"];
    // One after the other: the claim belongs to one release at a time.
    let run = |program| {
        let command = fixture.command(program).called("helm");
        let done = command.args(words).run();
        fixture.pintle(&["uninstall", "r", "--wait"]).success();
        done
    };
    let done = run(Program::Pintle);
    let theirs = run(Program::Helm4);
    assert_eq!(done.code, Some(1), "{done}");
    let hints = done.stderr.strip_prefix(&theirs.stderr);
    let hints = hints.unwrap_or_else(|| panic!("{done}{theirs}"));
    assert!(
        hints.lines().all(|line| line.starts_with("hint: ")),
        "{done}"
    );
    let lines = done.stderr.matches("/x not ready. status: InProgress");
    assert_eq!(lines.count(), 2, "{done}");
    let ready = twice("ready", CONFIG);
    let words = ["install", "web", &ready, "--wait", "--timeout=10s"];
    fixture.pintle(&words).success();
}

#[test]
fn values_that_nobody_reads_are_refused_before_anything_is_written() {
    let test = "values_that_nobody_reads_are_refused_before_anything_is_written";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let kind = format!("x{}", fixture.namespace.replace('-', ""));
    let chart = fixture.chart(
        "web",
        &[
            ("templates/a.yaml", CONFIG),
            ("crds/a.yaml", &DEFINITION.replace("NAME", &kind)),
        ],
    );
    let definition = format!("crd/{kind}s.checks.pintle.test");
    let given = ["--set", "host=a,hots=b"];
    let run = |words: &[&str]| fixture.pintle(&[words, &given].concat());
    let refused = |done: &Finished| {
        assert_eq!(done.code, Some(1), "{done}");
        let text = "a value is given that no template reads:\n  --set: hots; did you mean host?";
        assert!(done.stderr.contains(text), "{done}");
        assert_eq!(done.stdout, "", "{done}");
    };
    let error = "--strict-values=error";
    refused(&run(&["install", "r", &chart, error]));
    refused(&run(&["install", "r", &chart, error, "--dry-run=server"]));
    refused(&run(&["install", "r", &chart, error, "--dry-run=client"]));
    let space = format!("{}-made", fixture.namespace);
    let elsewhere = ["-n", &space, "--create-namespace"];
    let install = ["install", "r", &chart, error];
    refused(&run(&[&install[..], &elsewhere].concat()));
    assert!(!fixture.exists(&format!("namespace/{space}")));
    let done = run(&["upgrade", "-i", "r", &chart, error, "-o", "json"]);
    refused(&done);
    is_untouched(&fixture);
    assert!(!fixture.exists(&definition), "{definition}");

    let warned = |done: Finished| {
        let done = done.success();
        let text = "warning: --set: no template reads hots; did you mean host?\n";
        assert!(done.stderr.contains(text), "{done}");
        assert!(!done.stdout.contains("warning"), "{done}");
    };
    let warn = "--strict-values=warn";
    warned(run(&["install", "r", &chart, warn, "--dry-run=server"]));
    warned(run(&["install", "r", &chart, warn, "--dry-run=client"]));
    is_untouched(&fixture);
    warned(run(&["install", "r", &chart, warn]));
    assert!(fixture.exists("configmap/r"));
    assert!(fixture.exists(&definition), "{definition}");

    refused(&run(&["upgrade", "r", &chart, error]));
    refused(&run(&["upgrade", "r", &chart, error, "--dry-run=server"]));
    refused(&run(&["upgrade", "r", &chart, error, "--dry-run=client"]));
    refused(&run(&["upgrade", "-i", "r", &chart, error]));
    let history = fixture.pintle(&["history", "r"]).success();
    assert_eq!(history.stdout.lines().count(), 2, "{history}");
    warned(run(&["upgrade", "r", &chart, warn, "--dry-run=server"]));
    warned(run(&["upgrade", "r", &chart, warn]));
    assert_eq!(fixture.field("configmap/r", "{.data.host}"), "a");
    // What the last revision was given is the user's as well, but not given now.
    let done = fixture.pintle(&["upgrade", "r", &chart, error, "--reuse-values"]);
    done.success();
    fixture
        .kubectl(&["delete", &definition, "--wait=false"])
        .success();
}

/// A chart as Helm 2 had them: its dependencies in a file of their own.
fn old_chart(fixture: &Fixture) -> String {
    fixture.write(
        "old/Chart.yaml",
        "apiVersion: v1\nname: old\nversion: 0.1.0\n",
    );
    fixture.write(
        "old/requirements.yaml",
        "dependencies:\n- {name: used, version: 0.1.0, condition: used.enabled}\n- {name: spare, version: 0.1.0, condition: spare.enabled}\n",
    );
    fixture.write("old/values.yaml", "spare: {enabled: false}\n");
    for name in ["used", "spare"] {
        let metadata = format!("apiVersion: v1\nname: {name}\nversion: 0.1.0\n");
        fixture.write(&format!("old/charts/{name}/Chart.yaml"), &metadata);
        let config = CONFIG.replace("{{ .Release.Name }}", "{{ .Chart.Name }}");
        fixture.write(&format!("old/charts/{name}/templates/a.yaml"), &config);
    }
    fixture.write(
        "old/templates/a.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: old}\ndata:\n  heritage: {{ .Release.Service }}\n{{- with dig \"TillerVersion\" dict (deepCopy .Capabilities | toJson | fromJson) }}\n  tiller: {{ .SemVer }}\n{{- end }}\n",
    );
    fixture.chart_path("old")
}

#[test]
fn charts_of_helm_2_are_released() {
    let Some(fixture) = Fixture::new("charts_of_helm_2_are_released") else {
        return;
    };
    let chart = old_chart(&fixture);
    for words in [
        &["install", "r", &chart, "--dry-run=server"][..],
        &["install", "r", &chart, "--dry-run=client"],
        &["upgrade", "-i", "r", &chart, "--dry-run=server"],
        &["template", "r", &chart, "--dry-run=server"],
    ] {
        let done = same(&fixture, words);
        assert!(done.stdout.contains("heritage: Helm\n"), "{done}");
        assert!(done.stdout.contains("{name: used}"), "{done}");
        assert!(!done.stdout.contains("{name: spare}"), "{done}");
    }
    let journey = |program| {
        let run = |words: &[&str]| fixture.run(program, words).success().stdout;
        run(&["install", "r", &chart]);
        run(&["upgrade", "r", &chart, "--set", "spare.enabled=true"]);
        let manifest = run(&["get", "manifest", "r"]);
        run(&["uninstall", "r", "--wait"]);
        manifest
    };
    assert_eq!(journey(Program::Pintle), journey(Program::Helm4));

    let old = "--dialect=helm2";
    let heritage = || fixture.field("configmap/old", "{.data.heritage}");
    let tiller = || fixture.field("configmap/old", "{.data.tiller}");
    fixture.pintle(&["install", "r", &chart, old]).success();
    assert_eq!(heritage(), "Tiller");
    assert_eq!(tiller(), "v2.17.0");
    fixture.pintle(&["upgrade", "r", &chart]).success();
    assert_eq!(heritage(), "Helm");
    assert_eq!(tiller(), "");
    fixture.pintle(&["upgrade", "r", &chart, old]).success();
    assert_eq!(heritage(), "Tiller");
    fixture.pintle(&["uninstall", "r", "--wait"]).success();
    let install = ["upgrade", "-i", "r", &chart, old];
    fixture.pintle(&install).success();
    assert_eq!(heritage(), "Tiller");
}

#[test]
fn charts_of_version_3_are_refused_as_in_helm() {
    let test = "charts_of_version_3_are_refused_as_in_helm";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let chart = fixture.chart("third", &[("templates/a.yaml", CONFIG)]);
    let plain = fixture.chart("plain", &[]);
    fixture.write(
        "third/Chart.yaml",
        "apiVersion: v3\nname: third\nversion: 0.1.0\n",
    );
    let refused = |words: &[&str]| {
        let done = same(&fixture, words);
        assert_eq!(done.code, Some(1), "{done}");
    };
    for dry_run in ["--dry-run=none", "--dry-run=client", "--dry-run=server"] {
        refused(&["install", "r", &chart, dry_run]);
        refused(&["upgrade", "-i", "r", &chart, dry_run]);
    }
    is_untouched(&fixture);
    fixture.pintle(&["install", "r", &plain]).success();
    for dry_run in ["--dry-run=none", "--dry-run=client", "--dry-run=server"] {
        refused(&["upgrade", "r", &chart, dry_run]);
    }
    let history = fixture.pintle(&["history", "r"]).success();
    assert_eq!(history.stdout.lines().count(), 2, "{history}");
}
