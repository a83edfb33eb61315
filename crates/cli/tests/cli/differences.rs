//! What differs from Helm on purpose; COMPATIBILITY.md names these tests.

use pintle_testkit::{Finished, Home};

use crate::pintle;

#[test]
fn help_keeps_the_token_of_the_environment_to_itself() {
    let home = Home::new();
    let done = home
        .command(pintle_testkit::pintle!())
        .env("HELM_KUBETOKEN", "very-secret")
        .args(["list", "--help"])
        .run()
        .success();
    assert!(done.stdout.contains("--kube-token"), "{done}");
    assert!(!done.stdout.contains("very-secret"), "{done}");
}

#[test]
fn the_sql_driver_matters_only_to_who_uses_it() {
    let home = Home::new();
    let run = |word: &str| {
        home.command(pintle_testkit::pintle!())
            .env("HELM_DRIVER", "sql")
            .arg(word)
            .run()
    };
    run("version").success();
    let done = run("list");
    assert_eq!(done.code, Some(1), "{done}");
    assert!(
        done.stderr
            .starts_with("Error: the sql driver is not available"),
        "{done}"
    );
}

#[test]
fn indexes_of_set_have_a_limit() {
    let home = Home::new();
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    let setting = |count: usize| format!("a{}=1", "[0]".repeat(count));
    pintle(&home, &["template", "r", "c", "--set", &setting(500)]).success();
    let done = pintle(&home, &["template", "r", "c", "--set", &setting(1002)]);
    assert_eq!(done.code, Some(1), "{done}");
    let text = "more than 1000 indexes in a row";
    assert!(done.stderr.contains(text), "{done}");
}

#[test]
fn sort_alpha_leaves_the_list_of_a_part_alone() {
    let home = Home::new();
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    let text = "s: l {{ $l := splitList \",\" \"c,b,a\" }}{{ sortAlpha (slice $l 1) }} {{ $l }}\n";
    home.write("c/templates/s.yaml", text);
    let done = pintle(&home, &["template", "r", "c"]).success();
    assert!(done.stdout.contains("s: l [a b] [c b a]"), "{done}");
}

/// A release in memory, without a chart unless one is given.
fn record(home: &Home, chart: &str, words: &[&str]) -> Finished {
    let text = format!(
        "- name: web\n  version: 1\n  namespace: default\n  info:\n    \
         last_deployed: \"2026-11-21T09:25:22Z\"\n    status: deployed\n{chart}"
    );
    home.write("records.yaml", text);
    home.command(pintle_testkit::pintle!())
        .env("HELM_DRIVER", "memory")
        .env("HELM_MEMORY_DRIVER_DATA", "records.yaml")
        .args(words)
        .run()
}

#[test]
fn a_record_without_a_chart_has_empty_metadata() {
    let home = Home::new();
    let words = ["get", "metadata", "web", "-o", "json"];
    let done = record(&home, "", &words).success();
    assert!(done.stdout.contains("\"name\":\"web\""), "{done}");
    assert!(done.stdout.contains("\"chart\":\"\""), "{done}");
}

#[test]
fn times_of_a_template_are_text() {
    let home = Home::new();
    let chart = "  chart:\n    metadata: {name: web, version: 0.1.0}\n";
    let shown = "{{ .Release.Info.LastDeployed }}";
    let words = ["get", "all", "web", "--template", shown];
    let done = record(&home, chart, &words).success();
    assert!(
        done.stdout.starts_with("2026-11-21 09:25:22 +0000 UTC"),
        "{done}"
    );
    let called = "{{ .Release.Info.LastDeployed.Year }}";
    let words = ["get", "all", "web", "--template", called];
    let done = record(&home, chart, &words);
    assert_eq!(done.code, Some(1), "{done}");
}
