//! What cannot be done ends in one clear error, exit code 1, and nothing half-written.

use crate::agreement;
use crate::cluster::{Fixture, Program, unique};

const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Values.name | default .Release.Name }}
";

/// Runs the same command with both programs; the errors must be the same, hints apart.
///
/// `NEW` in the arguments is a release's name that nobody has, another one for each program.
fn same_error(fixture: &Fixture, arguments: &[&str]) -> String {
    let run = |program| {
        let name = unique("new");
        let arguments: Vec<&str> = arguments
            .iter()
            .map(|argument| {
                if *argument == "NEW" {
                    name.as_str()
                } else {
                    argument
                }
            })
            .collect();
        fixture
            .run(program, &arguments)
            .map(|text| text.replace(&name, "NEW"))
    };
    let (ours, theirs) = (run(Program::Pintle), run(Program::Helm4));
    assert_eq!(theirs.code, Some(1), "{theirs}");
    assert_eq!(ours.code, Some(1), "{ours}");
    assert_eq!(ours.stdout, theirs.stdout, "{ours}\n{theirs}");
    let error = |text: &str| {
        let at = text
            .find("Error: ")
            .unwrap_or_else(|| panic!("no error in {text:?}"));
        text[at..].to_owned()
    };
    let (ours, theirs) = (error(&ours.stderr), error(&theirs.stderr));
    assert!(
        ours.starts_with(theirs.trim_end()),
        "\nours:   {ours}\ntheirs: {theirs}"
    );
    ours
}

fn no_records(fixture: &Fixture) {
    let secrets = fixture.kubectl(&["get", "secrets", "-l", "owner=helm", "-o", "name"]);
    assert_eq!(secrets.success().stdout, "");
}

#[test]
fn the_server_does_not_answer() {
    let Some(fixture) = Fixture::new("the_server_does_not_answer") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let away = "--kube-apiserver=http://127.0.0.1:9";
    same_error(&fixture, &["install", "r", &chart, away]);
    same_error(&fixture, &["upgrade", "r", &chart, away]);
    same_error(&fixture, &["list", away]);
    same_error(&fixture, &["status", "r", away]);
    same_error(&fixture, &["uninstall", "r", away]);
    no_records(&fixture);
}

/// Whatever keeps a cluster from answering is told alike by all verbs that render for it.
#[test]
fn the_cluster_cannot_be_asked() {
    /// So many reasons are tried with all verbs.
    const FOR_ALL: usize = 4;
    let Some(fixture) = Fixture::new("the_cluster_cannot_be_asked") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let view = |path: &str| {
        let output = format!("jsonpath={path}");
        let view = ["config", "view", "--raw", "--minify", "-o", &output];
        fixture.kubectl(&view).success().stdout
    };
    let server = view("{.clusters[0].cluster.server}");
    let authority = view("{.clusters[0].cluster.certificate-authority-data}");
    let config = |authority: &str| {
        format!(
            "apiVersion: v1
kind: Config
current-context: here
contexts: [{{name: here, context: {{cluster: here, user: robot}}}}]
clusters: [{{name: here, cluster: {{server: '{server}', {authority}}}}}]
users: [{{name: robot, user: {{token: wrong}}}}]
"
        )
    };
    let with_authority = format!("certificate-authority-data: {authority}");
    let mut reasons = vec![
        "--kubeconfig=nothing/here".to_owned(),
        "--kube-context=nowhere".to_owned(),
        "--kube-apiserver=http://127.0.0.1:9".to_owned(),
    ];
    for (name, text) in [
        ("unauthorized", config(&with_authority)),
        ("untrusted", config("insecure-skip-tls-verify: false")),
        ("unreadable", config("certificate-authority: nothing/here")),
        ("syntax", "a: [".to_owned()),
        ("word", "hello".to_owned()),
        ("kind", "kind: Pod\napiVersion: v1\n".to_owned()),
        ("version", "kind: Config\napiVersion: v2\n".to_owned()),
        ("contexts", "contexts: 5\n".to_owned()),
        ("clusters", "clusters: [5]\n".to_owned()),
        (
            "server",
            "clusters: [{name: a, cluster: {server: 5}}]\n".to_owned(),
        ),
        ("users", "users: [{name: a, user: [b]}]\n".to_owned()),
        ("context", "current-context: 5\nusers: 5\n".to_owned()),
        ("gone", "current-context: gone\n".to_owned()),
        ("nothing", String::new()),
    ] {
        let path = fixture.write(name, &text);
        reasons.push(format!("--kubeconfig={path}"));
    }
    let verbs: [&[&str]; 9] = [
        &["install", "r", &chart],
        &["template", "r", &chart, "--dry-run=server"],
        &["template", "r", &chart, "--validate"],
        &["install", "r", &chart, "--dry-run=server"],
        &["upgrade", "r", &chart],
        &["upgrade", "r", &chart, "--dry-run=server"],
        &["upgrade", "r", &chart, "--dry-run=client"],
        &["upgrade", "-i", "r", &chart],
        &["upgrade", "-i", "r", &chart, "--dry-run=server"],
    ];
    for (number, reason) in reasons.iter().enumerate() {
        // How a kubeconfig is read is the same for all verbs.
        let verbs = if number < FOR_ALL {
            &verbs[..]
        } else {
            &verbs[..2]
        };
        for words in verbs {
            let done = agreement::same(&fixture, &[words, &[reason.as_str()][..]].concat());
            assert_eq!(done.code, Some(1), "{done}");
        }
    }
    let client = ["install", "r", &chart, "--dry-run=client", &reasons[2]];
    assert_eq!(agreement::same(&fixture, &client).code, Some(0));
    no_records(&fixture);
}

#[test]
fn permission_is_refused() {
    let Some(fixture) = Fixture::with_rights("permission_is_refused") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let config = std::env::var("PINTLE_TEST_KUBECONFIG").unwrap_or_default();
    let flag = format!("--kubeconfig={config}-nobody");
    let error = same_error(&fixture, &["list", &flag]);
    assert!(error.contains("forbidden"), "{error}");
    same_error(&fixture, &["install", "r", &chart, &flag]);
    same_error(
        &fixture,
        &["install", "r", &chart, "--kube-as-user=somebody"],
    );
    no_records(&fixture);
}

#[test]
fn the_name_is_in_use() {
    let Some(fixture) = Fixture::new("the_name_is_in_use") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    fixture.pintle(&["install", "r", &chart]).success();
    let error = same_error(&fixture, &["install", "r", &chart]);
    assert!(
        error.contains("cannot reuse a name that is still in use"),
        "{error}"
    );
    let history = fixture.pintle(&["history", "r"]).success();
    assert_eq!(history.stdout.lines().count(), 2, "{history}");
}

#[test]
fn the_name_is_too_long_or_has_the_wrong_form() {
    let Some(fixture) = Fixture::new("the_name_is_too_long_or_has_the_wrong_form") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    same_error(&fixture, &["install", &"x".repeat(54), &chart]);
    same_error(&fixture, &["install", "A_b", &chart]);
    same_error(&fixture, &["upgrade", "A_b", &chart]);
    same_error(&fixture, &["rollback", "A_b"]);
    same_error(&fixture, &["uninstall", "A_b"]);
    no_records(&fixture);
}

#[test]
fn the_object_belongs_to_another_release() {
    let Some(fixture) = Fixture::new("the_object_belongs_to_another_release") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    fixture.kubectl(&["create", "configmap", "taken"]).success();
    let error = same_error(&fixture, &["install", "r", &chart, "--set", "name=taken"]);
    assert!(
        error.contains("cannot be imported into the current release"),
        "{error}"
    );
    no_records(&fixture);
    fixture
        .pintle(&["install", "one", &chart, "--set", "name=mine"])
        .success();
    same_error(&fixture, &["install", "two", &chart, "--set", "name=mine"]);
    fixture.pintle(&["install", "two", &chart]).success();
    same_error(&fixture, &["upgrade", "two", &chart, "--set", "name=mine"]);
    fixture
        .pintle(&[
            "upgrade",
            "two",
            &chart,
            "--set",
            "name=mine",
            "--take-ownership",
        ])
        .success();
    let owner = "{.metadata.annotations.meta\\.helm\\.sh/release-name}";
    assert_eq!(fixture.field("configmap/mine", owner), "two");
}

#[test]
fn the_release_is_not_there() {
    let Some(fixture) = Fixture::new("the_release_is_not_there") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let name = unique("none");
    let name = name.as_str();
    same_error(&fixture, &["status", name]);
    same_error(&fixture, &["history", name]);
    same_error(&fixture, &["get", "values", name]);
    same_error(&fixture, &["get", "all", name]);
    same_error(&fixture, &["rollback", name]);
    same_error(&fixture, &["uninstall", name]);
    same_error(&fixture, &["upgrade", name, &chart]);
    fixture
        .pintle(&["uninstall", name, "--ignore-not-found"])
        .success();
    fixture.pintle(&["install", "r", &chart]).success();
    same_error(&fixture, &["rollback", "r", "7"]);
    same_error(&fixture, &["status", "r", "--revision", "7"]);
}

#[test]
fn the_chart_is_at_fault() {
    let Some(fixture) = Fixture::new("the_chart_is_at_fault") else {
        return;
    };
    let broken =
        |name: &str, template: &str| fixture.chart(name, &[("templates/a.yaml", template)]);
    let cases = [
        broken("syntax", "a: {{ .Values.x"),
        broken("runtime", "a: {{ .Values.x.y.z }}"),
        broken("raised", "a: {{ fail \"no\" }}"),
        broken("yaml", "a: b: c\n"),
        broken("kindless", "metadata: {name: x}\n"),
        broken(
            "unknown",
            "apiVersion: nowhere.example/v1\nkind: Thing\nmetadata: {name: x}\n",
        ),
        broken(
            "label",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x, labels: {a: on, b: 5}}\n",
        ),
        broken(
            "name",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: 5}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: y, annotations: {a: 1}}\n",
        ),
        "./nothing-here".to_owned(),
    ];
    for chart in &cases {
        same_error(&fixture, &["install", "NEW", chart]);
        same_error(&fixture, &["install", "NEW", chart, "--dry-run=server"]);
        same_error(&fixture, &["template", "NEW", chart, "--dry-run=server"]);
    }
    no_records(&fixture);
    // What only the server finds fails the release, and is recorded.
    let cases = [
        broken(
            "field",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}\ndatta: {}\n",
        ),
        broken(
            "invalid",
            "apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: []}\n",
        ),
    ];
    for chart in &cases {
        same_error(&fixture, &["install", "NEW", chart]);
    }
}
