//! Helm and Pintle take turns on one release.

use crate::agreement;
use crate::cluster::{Fixture, Program};

const CONFIG: &str = "apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-config
data:
  text: {{ .Values.text | quote }}
";

const EXTRA: &str = "{{ if .Values.extra }}
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ .Release.Name }}-extra
data: {}
{{ end }}
";

const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}-web
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers:
      - name: web
        image: web:1
        ports: [{containerPort: 80}]
";

const HOOK: &str = "apiVersion: batch/v1
kind: Job
metadata:
  name: {{ .Release.Name }}-migrate
  annotations:
    helm.sh/hook: pre-install,pre-upgrade,pre-rollback
    helm.sh/hook-weight: \"-1\"
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers: [{name: migrate, image: migrate:1}]
";

fn chart(fixture: &Fixture) -> String {
    fixture.chart(
        "turn",
        &[
            ("values.yaml", "text: one\nextra: true\nreplicas: 1\n"),
            ("templates/config.yaml", CONFIG),
            ("templates/extra.yaml", EXTRA),
            ("templates/web.yaml", DEPLOYMENT),
            ("templates/hook.yaml", HOOK),
            ("templates/NOTES.txt", "Text: {{ .Values.text }}\n"),
        ],
    )
}

/// Helm installs, Pintle upgrades, Helm rolls back, Pintle shows history, Helm uninstalls, or
/// the same with the two exchanged.
fn play(fixture: &Fixture, first: Program, second: Program) {
    let chart = chart(fixture);
    let chart = chart.as_str();
    fixture
        .run(
            first,
            &["install", "turn", chart, "--wait", "--timeout", "60s"],
        )
        .success();
    assert!(fixture.exists("configmap/turn-extra"));
    agreement::check(fixture, "turn", "installed");

    fixture
        .run(
            second,
            &[
                "upgrade",
                "turn",
                chart,
                "--set",
                "text=two,extra=false,replicas=2",
            ],
        )
        .success();
    assert_eq!(
        fixture.field("configmap/turn-config", "{.data.text}"),
        "two"
    );
    assert_eq!(
        fixture.field("deployment/turn-web", "{.spec.replicas}"),
        "2"
    );
    assert!(
        !fixture.exists("configmap/turn-extra"),
        "what an upgrade no longer holds goes"
    );
    agreement::check(fixture, "turn", "upgraded");

    fixture.run(first, &["rollback", "turn", "1"]).success();
    assert_eq!(
        fixture.field("configmap/turn-config", "{.data.text}"),
        "one"
    );
    assert!(fixture.exists("configmap/turn-extra"));
    agreement::check(fixture, "turn", "rolled back");

    let history = fixture.run(second, &["history", "turn"]).success().stdout;
    assert!(history.contains("Rollback to 1"), "{history}");

    fixture
        .run(second, &["upgrade", "turn", chart, "--reuse-values"])
        .success();
    agreement::check(fixture, "turn", "upgraded again");

    fixture
        .run(first, &["uninstall", "turn", "--wait", "--timeout", "60s"])
        .success();
    for object in [
        "configmap/turn-config",
        "configmap/turn-extra",
        "deployment/turn-web",
    ] {
        assert!(!fixture.exists(object), "{object}");
    }
    agreement::check_gone(fixture, "turn");
}

#[test]
fn helm_begins() {
    let Some(fixture) = Fixture::new("helm_begins") else {
        return;
    };
    play(&fixture, Program::Helm4, Program::Pintle);
}

#[test]
fn pintle_begins() {
    let Some(fixture) = Fixture::new("pintle_begins") else {
        return;
    };
    play(&fixture, Program::Pintle, Program::Helm4);
}

#[test]
fn a_release_of_helm_3() {
    let Some(fixture) = Fixture::new("a_release_of_helm_3") else {
        return;
    };
    let chart = chart(&fixture);
    let chart = chart.as_str();
    fixture
        .run(
            Program::Helm3,
            &["install", "turn", chart, "--wait", "--timeout", "60s"],
        )
        .success();
    agreement::check(&fixture, "turn", "installed by Helm 3");

    fixture
        .pintle(&["upgrade", "turn", chart, "--set", "text=two,extra=false"])
        .success();
    assert_eq!(
        fixture.field("configmap/turn-config", "{.data.text}"),
        "two"
    );
    assert!(!fixture.exists("configmap/turn-extra"));
    agreement::check(&fixture, "turn", "upgraded by Pintle");

    let history = fixture.run(Program::Helm3, &["history", "turn"]).success();
    assert_eq!(history.stdout.lines().count(), 3, "{history}");
    fixture
        .run(Program::Helm3, &["rollback", "turn", "1"])
        .success();
    agreement::check(&fixture, "turn", "rolled back by Helm 3");

    fixture
        .pintle(&[
            "upgrade",
            "turn",
            chart,
            "--server-side=true",
            "--set",
            "text=three",
        ])
        .success();
    assert_eq!(
        fixture.field("configmap/turn-config", "{.data.text}"),
        "three"
    );
    agreement::check(&fixture, "turn", "moved to server-side apply");

    fixture.pintle(&["rollback", "turn", "1"]).success();
    assert_eq!(
        fixture.field("configmap/turn-config", "{.data.text}"),
        "one"
    );
    agreement::check(&fixture, "turn", "rolled back by Pintle");

    fixture.pintle(&["uninstall", "turn"]).success();
    agreement::check_gone(&fixture, "turn");
}
