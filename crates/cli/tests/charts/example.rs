//! The example chart: what the README shows must be what Helm makes.

use std::path::PathBuf;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Home, snapshot};

use crate::template;

/// Values that a reader would try, each with the snapshot that real Helm made:
/// `helm-4.3.1 template demo examples/hello WORDS > SNAPSHOT`.
const RENDERS: [(&str, &[&str]); 3] = [
    ("hello.yaml", &[]),
    (
        "hello-ingress.yaml",
        &["--set", "ingress.enabled=true,ingress.className=nginx"],
    ),
    (
        "hello-small.yaml",
        &["--set", "replicas=1,check.enabled=false,resources=null"],
    ),
];

fn chart() -> String {
    let path = oracle::workspace_root().join("examples/hello");
    path.to_string_lossy().into_owned()
}

fn kept(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/charts/snapshots", name]
        .iter()
        .collect()
}

#[test]
fn the_example_renders_as_helm_rendered_it() {
    for (name, words) in RENDERS {
        let home = Home::new();
        let chart = chart();
        let done = template(&home, &pintle_testkit::pintle!(), &["demo", &chart])
            .args(words)
            .run()
            .success();
        snapshot::check_text(kept(name), &done.stdout);
    }
}

#[test]
fn the_snapshots_of_the_example_are_helms() {
    let test = "the_snapshots_of_the_example_are_helms";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    for (name, words) in RENDERS {
        let home = Home::new();
        let chart = chart();
        let done = template(&home, &helm, &["demo", &chart])
            .args(words)
            .run()
            .success();
        snapshot::check_text(kept(name), &done.stdout);
    }
}
