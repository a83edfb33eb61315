//! Flags and habits of single verbs, against the same done by Helm.

use crate::agreement;
use crate::cluster::{Fixture, Program, unique};

const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}
data:
  text: {{ .Values.text | default \"none\" | quote }}
";

const PENDING: &str = "apiVersion: v1
kind: Pod
metadata:
  name: {{ .Release.Name }}-pod
  annotations: {pintle.test/pending: \"true\"}
spec:
  containers: [{name: c, image: c:1}]
";

fn hook(name: &str, event: &str, more: &str, fail: bool) -> String {
    format!(
        "apiVersion: batch/v1
kind: Job
metadata:
  name: {name}
  annotations:
    helm.sh/hook: {event}
    {more}
spec:
  backoffLimit: 0
  template:
    metadata: {{annotations: {{pintle.test/fail: \"{fail}\"}}}}
    spec:
      restartPolicy: Never
      containers: [{{name: c, image: c:1}}]
"
    )
}

#[test]
fn a_dry_run_changes_nothing_and_shows_the_manifest() {
    let Some(fixture) = Fixture::new("a_dry_run_changes_nothing_and_shows_the_manifest") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    for mode in ["--dry-run=client", "--dry-run=server"] {
        let ours = fixture.pintle(&["install", "r", &chart, mode]).success();
        assert!(
            ours.stdout
                .contains("MANIFEST:\n---\n# Source: c/templates/a.yaml"),
            "{ours}"
        );
        assert!(ours.stdout.contains("Dry run complete"), "{ours}");
    }
    assert!(!fixture.exists("configmap/r"));
    assert_eq!(fixture.pintle(&["list", "-q"]).success().stdout, "");
}

#[test]
fn the_namespace_is_created() {
    let Some(fixture) = Fixture::new("the_namespace_is_created") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let namespace = unique("made");
    let flag = format!("--namespace={namespace}");
    let refused = fixture.pintle(&["install", "r", &chart, &flag]);
    assert_eq!(refused.code, Some(1), "{refused}");
    fixture
        .pintle(&["install", "r", &chart, &flag, "--create-namespace"])
        .success();
    let object = format!("namespace/{namespace}");
    assert_eq!(fixture.field(&object, "{.metadata.labels.name}"), namespace);
    fixture.pintle(&["uninstall", "r", &flag]).success();
    fixture
        .kubectl(&["delete", &object, "--wait=false"])
        .success();
}

#[test]
fn waiting_ends_at_the_time_limit() {
    let Some(fixture) = Fixture::new("waiting_ends_at_the_time_limit") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", PENDING)]);
    let ours = fixture.pintle(&["install", "ours", &chart, "--wait", "--timeout", "3s"]);
    let theirs = fixture.helm(&["install", "theirs", &chart, "--wait", "--timeout", "3s"]);
    assert_eq!(
        (ours.code, theirs.code),
        (Some(1), Some(1)),
        "{ours}\n{theirs}"
    );
    let error = |text: &str| {
        text[text.find("Error: ").unwrap_or(0)..]
            .trim_end()
            .to_owned()
    };
    assert_eq!(
        error(&ours.stderr).lines().take(2).collect::<Vec<_>>(),
        error(&theirs.stderr.replace("theirs", "ours"))
            .lines()
            .take(2)
            .collect::<Vec<_>>(),
    );
    let status = fixture.pintle(&["status", "ours"]).success();
    assert!(status.stdout.contains("STATUS: failed"), "{status}");
}

#[test]
fn a_failed_install_is_undone_when_asked() {
    let Some(fixture) = Fixture::new("a_failed_install_is_undone_when_asked") else {
        return;
    };
    let chart = fixture.chart(
        "c",
        &[("templates/a.yaml", CONFIG), ("templates/p.yaml", PENDING)],
    );
    let done = fixture.pintle(&[
        "install",
        "r",
        &chart,
        "--rollback-on-failure",
        "--timeout",
        "3s",
    ]);
    assert_eq!(done.code, Some(1), "{done}");
    assert!(
        done.stderr.contains(
            "release r failed, and has been uninstalled due to rollback-on-failure being set"
        ),
        "{done}"
    );
    assert!(!fixture.exists("configmap/r"));
    agreement::check_gone(&fixture, "r");
}

#[test]
fn a_failed_upgrade_is_undone_when_asked() {
    let Some(fixture) = Fixture::new("a_failed_upgrade_is_undone_when_asked") else {
        return;
    };
    let good = fixture.chart("good", &[("templates/a.yaml", CONFIG)]);
    let bad = fixture.chart(
        "bad",
        &[("templates/a.yaml", CONFIG), ("templates/p.yaml", PENDING)],
    );
    fixture
        .pintle(&["install", "r", &good, "--set", "text=one"])
        .success();
    let done = fixture.pintle(&[
        "upgrade",
        "r",
        &bad,
        "--set",
        "text=two",
        "--atomic",
        "--timeout",
        "3s",
    ]);
    assert_eq!(done.code, Some(1), "{done}");
    assert!(
        done.stderr.contains(
            "release r failed, and has been rolled back due to rollback-on-failure being set"
        ),
        "{done}"
    );
    assert_eq!(fixture.field("configmap/r", "{.data.text}"), "one");
    agreement::check(&fixture, "r", "rolled back after failure");
    let history = fixture.pintle(&["history", "r"]).success().stdout;
    assert!(
        history.contains("failed") && history.contains("Rollback to 1"),
        "{history}"
    );
}

#[test]
fn hooks_run_in_order_and_leave_as_their_policies_say() {
    let Some(fixture) = Fixture::new("hooks_run_in_order_and_leave_as_their_policies_say") else {
        return;
    };
    let gone = hook(
        "gone",
        "post-install",
        "helm.sh/hook-delete-policy: hook-succeeded",
        false,
    );
    let stays = hook("stays", "pre-install", "helm.sh/hook-weight: \"5\"", false);
    let first = hook("first", "pre-install", "helm.sh/hook-weight: \"-5\"", false);
    let chart = fixture.chart(
        "c",
        &[
            ("templates/a.yaml", CONFIG),
            ("templates/gone.yaml", &gone),
            ("templates/stays.yaml", &stays),
            ("templates/first.yaml", &first),
        ],
    );
    fixture.pintle(&["install", "r", &chart]).success();
    assert!(!fixture.exists("job/gone"));
    assert!(fixture.exists("job/stays") && fixture.exists("job/first"));
    let hooks = fixture
        .pintle(&["status", "r", "-o", "json"])
        .success()
        .stdout;
    let record: serde_json::Value = serde_json::from_str(&hooks).expect("JSON");
    let started = |name: &str| {
        let hooks = record["hooks"].as_array().expect("hooks");
        let hook = hooks.iter().find(|hook| hook["name"] == name).expect(name);
        assert_eq!(hook["last_run"]["phase"], "Succeeded", "{hook}");
        hook["last_run"]["started_at"]
            .as_str()
            .expect("a time")
            .to_owned()
    };
    assert!(started("first") < started("stays"));
    assert!(started("stays") < started("gone"));
    agreement::check(&fixture, "r", "installed with hooks");
    // A hook's object is no part of the release: it stays.
    fixture.pintle(&["uninstall", "r"]).success();
    assert!(fixture.exists("job/stays"));
}

#[test]
fn a_hook_that_fails_fails_the_release() {
    let Some(fixture) = Fixture::new("a_hook_that_fails_fails_the_release") else {
        return;
    };
    let failing = hook(
        "breaks",
        "pre-install",
        "helm.sh/hook-delete-policy: hook-failed",
        true,
    );
    let chart = fixture.chart(
        "c",
        &[("templates/a.yaml", CONFIG), ("templates/h.yaml", &failing)],
    );
    let ours = fixture.pintle(&["install", "r", &chart, "--timeout", "60s"]);
    assert_eq!(ours.code, Some(1), "{ours}");
    assert!(!fixture.exists("configmap/r"));
    assert!(!fixture.exists("job/breaks"), "its policy says so");
    let status = fixture.pintle(&["status", "r"]).success();
    assert!(status.stdout.contains("STATUS: failed"), "{status}");
    let theirs = fixture.helm(&["install", "theirs", &chart, "--timeout", "60s"]);
    let error = |text: &str| {
        let at = text.find("Error: ").unwrap_or(0);
        text[at..].lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        error(&ours.stderr),
        error(&theirs.stderr),
        "{ours}\n{theirs}"
    );
    fixture
        .pintle(&["install", "r2", &chart, "--no-hooks"])
        .success();
}

#[test]
fn history_is_kept_and_trimmed() {
    let Some(fixture) = Fixture::new("history_is_kept_and_trimmed") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    fixture.pintle(&["install", "r", &chart]).success();
    for text in ["b", "c", "d"] {
        let set = format!("text={text}");
        fixture
            .pintle(&["upgrade", "r", &chart, "--set", &set, "--history-max", "2"])
            .success();
    }
    let history = fixture.pintle(&["history", "r"]).success().stdout;
    assert_eq!(history.lines().count(), 3, "{history}");
    agreement::check(&fixture, "r", "trimmed");
    fixture
        .pintle(&["uninstall", "r", "--keep-history"])
        .success();
    agreement::check(&fixture, "r", "uninstalled, history kept");
    let again = fixture.pintle(&["uninstall", "r", "--keep-history"]);
    assert_eq!(
        again.stderr,
        "Error: the release named \"r\" is already deleted\n"
    );
    fixture
        .pintle(&["install", "r", &chart, "--replace"])
        .success();
    agreement::check(&fixture, "r", "replaced");
    fixture.pintle(&["uninstall", "r"]).success();
    agreement::check_gone(&fixture, "r");
}

#[test]
fn values_are_reused_reset_and_merged() {
    let Some(fixture) = Fixture::new("values_are_reused_reset_and_merged") else {
        return;
    };
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n  values: {{ .Values | toJson | quote }}\n";
    let chart = fixture.chart(
        "c",
        &[
            ("values.yaml", "a: 1\nb: {c: 2}\n"),
            ("templates/a.yaml", template),
        ],
    );
    let newer = fixture.chart(
        "n",
        &[
            ("values.yaml", "a: 5\nd: 6\n"),
            ("templates/a.yaml", template),
        ],
    );
    let steps: [&[&str]; 6] = [
        &["--set", "b.c=3"],
        &[],
        &["--reuse-values", "--set", "e=7"],
        &["--reset-then-reuse-values", "--set", "f=8"],
        &["--set", "g=9"],
        &["--reset-values"],
    ];
    for (program, release) in [(Program::Pintle, "ours"), (Program::Helm4, "theirs")] {
        fixture
            .run(program, &["install", release, &chart, "--set", "x=1,b.c=9"])
            .success();
    }
    for (index, flags) in steps.iter().enumerate() {
        let chart = if index % 2 == 0 { &chart } else { &newer };
        let mut seen = Vec::new();
        for (program, release) in [(Program::Pintle, "ours"), (Program::Helm4, "theirs")] {
            let mut arguments = vec!["upgrade", release, chart.as_str()];
            arguments.extend(*flags);
            fixture.run(program, &arguments).success();
            let values = fixture.run(program, &["get", "values", release, "-o", "json"]);
            seen.push((
                fixture.field(&format!("configmap/{release}"), "{.data.values}"),
                values.success().stdout,
            ));
        }
        assert_eq!(seen[0], seen[1], "step {index} {flags:?}");
    }
}

#[test]
fn upgrade_installs_what_is_not_there() {
    let Some(fixture) = Fixture::new("upgrade_installs_what_is_not_there") else {
        return;
    };
    let chart = fixture.chart("c", &[("templates/a.yaml", CONFIG)]);
    let done = fixture
        .pintle(&["upgrade", "r", &chart, "--install"])
        .success();
    assert!(
        done.stdout
            .starts_with("Release \"r\" does not exist. Installing it now.\nNAME: r\n"),
        "{done}"
    );
    let done = fixture
        .pintle(&["upgrade", "r", &chart, "-i", "-o", "json"])
        .success();
    let record: serde_json::Value = serde_json::from_str(&done.stdout).expect("JSON");
    assert_eq!(record["version"], 2);
    agreement::check(&fixture, "r", "upgraded");
}

#[test]
fn an_uninstall_keeps_what_the_policy_or_another_owner_keeps() {
    let Some(fixture) = Fixture::new("an_uninstall_keeps_what_the_policy_or_another_owner_keeps")
    else {
        return;
    };
    let kept = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: kept-{{ .Release.Name }}\n  annotations: {helm.sh/resource-policy: keep}\n";
    let chart = fixture.chart(
        "c",
        &[("templates/a.yaml", CONFIG), ("templates/k.yaml", kept)],
    );
    let mut texts = Vec::new();
    for (program, release) in [(Program::Pintle, "ours"), (Program::Helm4, "theirs")] {
        fixture
            .run(program, &["install", release, &chart])
            .success();
        let object = format!("configmap/{release}");
        fixture
            .kubectl(&[
                "annotate",
                "--overwrite",
                &object,
                "meta.helm.sh/release-name=other",
            ])
            .success();
        let done = fixture.run(program, &["uninstall", release]).success();
        assert!(fixture.exists(&object) && fixture.exists(&format!("configmap/kept-{release}")));
        texts.push(done.stdout.replace("theirs", "ours"));
    }
    assert_eq!(texts[0], texts[1]);
}

#[test]
fn templates_look_objects_up() {
    let Some(fixture) = Fixture::new("templates_look_objects_up") else {
        return;
    };
    let template = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\ndata:\n  found: {{ (lookup \"v1\" \"ConfigMap\" .Release.Namespace \"seen\").data | toJson | quote }}\n  none: {{ lookup \"v1\" \"ConfigMap\" .Release.Namespace \"unseen\" | toJson | quote }}\n  many: {{ len (lookup \"v1\" \"Namespace\" \"\" \"\").items | gt 1 | quote }}\n  has: {{ .Capabilities.APIVersions.Has \"apps/v1/Deployment\" | quote }}\n";
    let chart = fixture.chart("c", &[("templates/a.yaml", template)]);
    fixture
        .kubectl(&["create", "configmap", "seen", "--from-literal=a=b"])
        .success();
    let mut seen = Vec::new();
    for (program, release) in [(Program::Pintle, "ours"), (Program::Helm4, "theirs")] {
        fixture
            .run(program, &["install", release, &chart])
            .success();
        seen.push(fixture.field(&format!("configmap/{release}"), "{.data}"));
    }
    assert_eq!(seen[0], seen[1]);
    assert!(seen[0].contains("\\\"a\\\":\\\"b\\\""), "{}", seen[0]);
    let server = ["template", "r", chart.as_str(), "--dry-run=server"];
    let ours = fixture.pintle(&server).success();
    assert_eq!(ours.stdout, fixture.helm(&server).success().stdout);
}

#[test]
fn waiting_covers_every_kind_of_workload() {
    let Some(fixture) = Fixture::new("waiting_covers_every_kind_of_workload") else {
        return;
    };
    let delay = "annotations: {pintle.test/delay: \"2s\"}, labels: {app: APP}";
    let pod = "spec: {restartPolicy: POLICY, containers: [{name: c, image: c:1}]}";
    let template = |app: &str, policy: &str| {
        let metadata = delay.replace("APP", app);
        format!(
            "{{metadata: {{{metadata}}}, {}}}",
            pod.replace("POLICY", policy)
        )
    };
    let workload = |kind: &str, api: &str, app: &str, more: &str| {
        format!(
            "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {app}}}\nspec:\n  selector: {{matchLabels: {{app: {app}}}}}\n  template: {}\n{more}",
            template(app, "Always")
        )
    };
    let job = format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j}}\nspec:\n  template: {}\n",
        template("j", "Never")
    );
    let chart = fixture.chart(
        "c",
        &[
            ("templates/d.yaml", &workload("Deployment", "apps/v1", "d", "  replicas: 2\n")),
            ("templates/s.yaml", &workload("StatefulSet", "apps/v1", "s", "  serviceName: s\n  volumeClaimTemplates: [{metadata: {name: v}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}]\n")),
            ("templates/ds.yaml", &workload("DaemonSet", "apps/v1", "ds", "")),
            ("templates/j.yaml", &job),
            ("templates/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: p, annotations: {pintle.test/delay: \"2s\"}}\nspec: {containers: [{name: c, image: c:1}]}\n"),
            ("templates/svc.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: lb}\nspec: {type: LoadBalancer, ports: [{port: 80}]}\n"),
            ("templates/pvc.yaml", "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {name: claim}\nspec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}\n"),
        ],
    );
    for (release, strategy) in [("watched", "--wait"), ("polled", "--wait=legacy")] {
        fixture
            .pintle(&[
                "install",
                release,
                &chart,
                strategy,
                "--wait-for-jobs",
                "--timeout",
                "120s",
            ])
            .success();
        assert_eq!(
            fixture.field("deployment/d", "{.status.readyReplicas}"),
            "2"
        );
        assert_eq!(
            fixture.field("statefulset/s", "{.status.readyReplicas}"),
            "1"
        );
        assert_eq!(fixture.field("daemonset/ds", "{.status.numberReady}"), "1");
        assert_eq!(fixture.field("job/j", "{.status.succeeded}"), "1");
        assert_eq!(fixture.field("pod/p", "{.status.phase}"), "Running");
        assert_eq!(fixture.field("pvc/claim", "{.status.phase}"), "Bound");
        fixture
            .pintle(&["uninstall", release, "--wait", "--timeout", "120s"])
            .success();
        assert!(!fixture.exists("pod/p"));
        fixture.kubectl(&["delete", "pvc", "--all"]).success();
    }
}

#[test]
fn names_are_generated() {
    let Some(fixture) = Fixture::new("names_are_generated") else {
        return;
    };
    let chart = fixture.chart("web", &[("templates/a.yaml", CONFIG)]);
    fixture
        .pintle(&["install", &chart, "--generate-name"])
        .success();
    let template = "made-{{ \"X\" | lower }}";
    fixture
        .pintle(&["install", &chart, "--name-template", template])
        .success();
    let names = fixture.pintle(&["list", "-q"]).success().stdout;
    let names: Vec<&str> = names.lines().collect();
    assert_eq!(names[0], "made-x");
    let number = names[1].strip_prefix("web-").unwrap_or_default();
    assert!(
        number.len() >= 10 && number.bytes().all(|b| b.is_ascii_digit()),
        "{names:?}"
    );
}

// DIFF: Helm leaves such a rollback pending, and every later upgrade refuses to work.
#[test]
fn a_rollback_whose_hook_fails_is_recorded_as_failed() {
    let Some(fixture) = Fixture::new("a_rollback_whose_hook_fails_is_recorded_as_failed") else {
        return;
    };
    let failing = hook("breaks", "pre-rollback", "a: b", true);
    let chart = fixture.chart(
        "c",
        &[("templates/a.yaml", CONFIG), ("templates/h.yaml", &failing)],
    );
    fixture.pintle(&["install", "r", &chart]).success();
    fixture
        .pintle(&["upgrade", "r", &chart, "--set", "text=two"])
        .success();
    let done = fixture.pintle(&["rollback", "r", "1", "--timeout", "60s"]);
    assert_eq!(done.code, Some(1), "{done}");
    let history = fixture.pintle(&["history", "r"]).success().stdout;
    assert!(
        history
            .lines()
            .last()
            .is_some_and(|line| line.contains("failed")),
        "{history}"
    );
    fixture
        .pintle(&["upgrade", "r", &chart, "--set", "text=three"])
        .success();
    assert_eq!(fixture.field("configmap/r", "{.data.text}"), "three");
}

#[test]
fn every_verb_prints_what_helm_prints() {
    let Some(fixture) = Fixture::new("every_verb_prints_what_helm_prints") else {
        return;
    };
    let notes = "Hello {{ .Release.Name }}, revision {{ .Release.Revision }}.\n";
    let chart = fixture.chart(
        "c",
        &[("templates/a.yaml", CONFIG), ("templates/NOTES.txt", notes)],
    );
    let chart = chart.as_str();
    let steps: [&[&str]; 16] = [
        &["install", "NAME", chart],
        &["install", "NAME", chart],
        &["upgrade", "NAME", chart, "--set", "text=b"],
        &["upgrade", "NAME", chart, "--dry-run=client"],
        &[
            "upgrade",
            "NAME",
            chart,
            "--dry-run=server",
            "--hide-secret",
        ],
        &["upgrade", "NAME", chart, "--dry-run"],
        &["upgrade", "NAME", chart, "--hide-secret"],
        &["get", "all", "NAME"],
        &["rollback", "NAME", "1", "--dry-run=client"],
        &["rollback", "NAME", "1", "--description", "back"],
        &[
            "upgrade",
            "NAME",
            chart,
            "--description",
            "on",
            "--hide-notes",
        ],
        &["uninstall", "NAME", "--dry-run"],
        &["uninstall", "NAME", "--keep-history"],
        &["install", "NAME", chart],
        &["uninstall", "NAME"],
        &["uninstall", "NAME"],
    ];
    for step in steps {
        let answer = |program, name: &str| {
            let words: Vec<&str> = step
                .iter()
                .map(|word| if *word == "NAME" { name } else { word })
                .collect();
            let done = fixture.run(program, &words);
            done.map(|text| without_hints_and_times(&text.replace(name, "NAME")))
        };
        let (ours, theirs) = (
            answer(Program::Pintle, "aaaa"),
            answer(Program::Helm4, "bbbb"),
        );
        assert_eq!(ours.code, theirs.code, "{ours}\n{theirs}");
        assert_eq!(ours.stdout, theirs.stdout, "{step:?}");
        assert_eq!(ours.stderr, theirs.stderr, "{step:?}");
    }
}

fn without_hints_and_times(text: &str) -> String {
    let lines = text.lines().filter(|line| !line.starts_with("hint: "));
    let lines: Vec<&str> = lines
        .map(|line| {
            if line.starts_with("LAST DEPLOYED: ") {
                "LAST DEPLOYED:"
            } else {
                line
            }
        })
        .collect();
    lines.join("\n")
}
