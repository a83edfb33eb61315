//! install → status → upgrade → history → rollback → uninstall of real charts.

use crate::agreement;
use crate::cluster::{Fixture, corpus_chart, unique};

struct Journey<'a> {
    chart: &'a str,
    /// Changes a value so that the upgrade has something to do.
    set: &'a str,
    /// An object of the release, where the change shows, and how.
    object: &'a str,
    jsonpath: &'a str,
    changed: &'a str,
}

fn travel(fixture: &Fixture, journey: &Journey<'_>) {
    let Journey { chart, object, .. } = *journey;
    // Cluster-wide objects of a chart carry the release's name: it must be nobody else's.
    let release = unique("r");
    let object = object.replace("NAME", &release);
    let installed = fixture
        .pintle(&["install", &release, chart, "--wait", "--timeout", "120s"])
        .success();
    assert!(installed.stdout.contains("STATUS: deployed"), "{installed}");
    assert!(installed.stdout.contains("REVISION: 1"), "{installed}");
    let before = fixture.field(&object, journey.jsonpath);
    assert_ne!(before, journey.changed);
    assert_eq!(
        fixture.field(
            &object,
            "{.metadata.annotations.meta\\.helm\\.sh/release-name}"
        ),
        release
    );
    agreement::check(fixture, &release, "installed");

    let upgraded = fixture
        .pintle(&["upgrade", &release, chart, "--set", journey.set])
        .success();
    let happy = format!("Release \"{release}\" has been upgraded. Happy Helming!");
    assert!(upgraded.stdout.starts_with(&happy), "{upgraded}");
    assert_eq!(fixture.field(&object, journey.jsonpath), journey.changed);
    agreement::check(fixture, &release, "upgraded");

    let rolled = fixture.pintle(&["rollback", &release, "1"]).success();
    assert_eq!(rolled.stdout, "Rollback was a success! Happy Helming!\n");
    assert_eq!(fixture.field(&object, journey.jsonpath), before);
    let history = fixture.pintle(&["history", &release]).success().stdout;
    assert!(history.contains("Rollback to 1"), "{history}");
    assert_eq!(history.lines().count(), 4, "{history}");
    agreement::check(fixture, &release, "rolled back");

    let gone = fixture
        .pintle(&["uninstall", &release, "--wait", "--timeout", "120s"])
        .success();
    assert!(
        gone.stdout
            .ends_with(&format!("release \"{release}\" uninstalled\n")),
        "{gone}"
    );
    assert!(!fixture.exists(&object), "{object} is still there");
    agreement::check_gone(fixture, &release);
}

#[test]
fn a_chart_with_hooks() {
    let test = "a_chart_with_hooks";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let Some(chart) = corpus_chart(test, "ingress-nginx/ingress-nginx-4.15.1.tgz") else {
        return;
    };
    travel(
        &fixture,
        &Journey {
            chart: &chart,
            set: "controller.replicaCount=2",
            object: "deployment/NAME-ingress-nginx-controller",
            jsonpath: "{.spec.replicas}",
            changed: "2",
        },
    );
}

#[test]
fn a_chart_with_custom_resource_definitions() {
    let test = "a_chart_with_custom_resource_definitions";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let Some(chart) = corpus_chart(test, "smallstep/step-issuer-1.11.0.tgz") else {
        return;
    };
    travel(
        &fixture,
        &Journey {
            chart: &chart,
            set: "replicaCount=2",
            object: "deployment/NAME-step-issuer",
            jsonpath: "{.spec.replicas}",
            changed: "2",
        },
    );
    // What `crds/` brought stays when the release goes.
    assert!(fixture.exists("crd/stepissuers.certmanager.step.sm"));
}

#[test]
fn an_umbrella_chart() {
    let test = "an_umbrella_chart";
    let Some(fixture) = Fixture::new(test) else {
        return;
    };
    let Some(chart) = corpus_chart(test, "prometheus-community/prometheus-29.27.0.tgz") else {
        return;
    };
    travel(
        &fixture,
        &Journey {
            chart: &chart,
            set: "server.replicaCount=2",
            object: "deployment/NAME-prometheus-server",
            jsonpath: "{.spec.replicas}",
            changed: "2",
        },
    );
}
