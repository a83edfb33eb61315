//! A plugin that others have published, run by Helm and by us: helm-unittest.

use std::path::Path;

use pintle_testkit::Home;
use pintle_testkit::oracle::{self, Peer};

use crate::without_hints;

fn chart(home: &Home, name: &str, number: u8) {
    home.write(
        &format!("{name}/Chart.yaml"),
        format!("apiVersion: v2\nname: {name}\nversion: 1.0.0\n"),
    );
    home.write(&format!("{name}/values.yaml"), "b: 1\n");
    home.write(
        &format!("{name}/templates/a.yaml"),
        "a: {{ .Values.b }}\nname: {{ .Release.Name }}\n",
    );
    home.write(
        &format!("{name}/tests/a_test.yaml"),
        format!(
            "suite: a\ntemplates: [a.yaml]\ntests:\n- it: has a number\n  asserts:\n  - equal: {{path: a, value: 1}}\n\
             - it: takes a value\n  set: {{b: 2}}\n  asserts:\n  - equal: {{path: a, value: {number}}}\n\
             - it: is as it was\n  asserts:\n  - matchSnapshot: {{path: name}}\n"
        ),
    );
}

/// What is told, without how long it took.
fn timeless(text: &str) -> String {
    let word = |word: &str| match word.split_once('=') {
        Some((name @ ("time" | "timestamp"), _)) => name.to_owned(),
        _ => word.to_owned(),
    };
    let line = |line: &str| {
        if line.starts_with("Time:") {
            return "Time:".to_owned();
        }
        line.split(' ').map(word).collect::<Vec<_>>().join(" ")
    };
    text.split('\n').map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(unix)]
fn answers(program: &Path, plugin: &Path) -> String {
    let home = Home::new();
    let plugins = home.path().join(".local/share/helm/plugins");
    std::fs::create_dir_all(&plugins).expect("a folder");
    // Its own hook would fetch the program that is here already.
    std::os::unix::fs::symlink(plugin, plugins.join("helm-unittest")).expect("a plugin");
    chart(&home, "good", 2);
    chart(&home, "bad", 3);
    let mut told = String::new();
    for words in [
        &["plugin", "list"][..],
        &["unittest", "good"],
        &["unittest", "good"],
        &["unittest", "good", "bad"],
        &[
            "unittest",
            "bad",
            "-o",
            "out.xml",
            "-t",
            "JUnit",
            "--namespace",
            "x",
        ],
        &["unittest", "nope"],
        &["unittest", "--strict", "-f", "tests/none*.yaml", "good"],
        &["unittest", "--nope"],
        &["--debug", "unittest", "good"],
    ] {
        let done = home.command(program).called("helm").args(words).run();
        let done = without_hints(done.map(|text| home.redact(text)).map(timeless));
        told += &done.to_string();
    }
    told + &timeless(&home.read("out.xml")) + &home.read("good/tests/__snapshot__/a_test.yaml.snap")
}

#[test]
#[cfg(unix)]
fn helm_unittest_says_the_same() {
    let test = "helm_unittest_says_the_same";
    let helm = oracle::find_or_skip(Peer::Helm4, test);
    let plugin = oracle::find_or_skip(Peer::HelmUnittest, test);
    let (Some(helm), Some(plugin)) = (helm, plugin) else {
        return;
    };
    let plugin = plugin.parent().expect("a folder");
    let theirs = answers(&helm, plugin);
    let ours = answers(&pintle_testkit::pintle!(), plugin);
    assert_eq!(ours, theirs);
    for text in ["1 failed, 1 passed", "Snapshot:", "<testsuites", "1.1.2"] {
        assert!(ours.contains(text), "{text}: {ours}");
    }
}
