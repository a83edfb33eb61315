//! What differs from Helm on purpose; COMPATIBILITY.md names these tests.

use pintle_testkit::Home;

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
fn no_post_renderer_is_found_yet() {
    let home = Home::new();
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    let done = pintle(&home, &["template", "r", "c", "--post-renderer", "x"]);
    assert_eq!(done.code, Some(1), "{done}");
    let text = "plugin: {Name:x Type:postrenderer/v1} not found";
    assert!(done.stderr.contains(text), "{done}");
}

#[test]
fn a_validation_asks_the_cluster() {
    let home = Home::new();
    home.write("c/Chart.yaml", "apiVersion: v2\nname: c\nversion: 0.1.0\n");
    let words = [
        "template",
        "r",
        "c",
        "--validate",
        "--kube-apiserver=http://127.0.0.1:9",
    ];
    let done = pintle(&home, &words);
    assert_eq!(done.code, Some(1), "{done}");
    let text = "cluster reachability check failed";
    assert!(done.stderr.contains(text), "{done}");
}
