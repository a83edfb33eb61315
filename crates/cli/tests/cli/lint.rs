//! `lint`: a small chart for each thing it may say.

mod charts;

use pintle_testkit::Home;

use crate::{Case, as_helm, as_helm_apart_from};
use charts::{CHARTS, GOOD};

/// A chart under test: its name, and the files that make it.
type Chart = (&'static str, &'static [(&'static str, &'static str)]);

fn write(home: &Home) {
    for (name, files) in CHARTS {
        for (file, text) in *files {
            home.write(&format!("{name}/{file}"), text);
        }
        if !files.iter().any(|(file, _)| file.starts_with("templates")) {
            std::fs::create_dir_all(home.path().join(name).join("templates"))
                .expect("a folder can be made");
        }
    }
    home.write("no-templates/Chart.yaml", GOOD);
    home.write("no-templates/values.yaml", "");
    home.write("no-values/Chart.yaml", GOOD);
    home.write("no-values/templates/a.txt", "");
    home.write("folder/Chart.yaml/x", "");
    home.write("user.yaml", "name: from-file\n");
    home.write("broken.tgz", "no archive");
}

#[test]
fn each_rule() {
    let cases: Vec<Case> = CHARTS
        .iter()
        .map(|(name, _)| Case {
            variables: &[],
            words: Box::leak(Box::new(["lint", name])),
        })
        .collect();
    as_helm("lint_rules.txt", &cases, write);
}

const fn lint(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const CASES: &[Case] = &[
    lint(&["lint"]),
    lint(&["lint", "good"]),
    lint(&["lint", "./good/"]),
    lint(&["lint", "good", "good", "empty-name"]),
    lint(&["lint", "good", "nope", "good"]),
    lint(&["lint", "nope"]),
    lint(&["lint", "folder"]),
    lint(&["lint", "no-templates"]),
    lint(&["lint", "no-values"]),
    lint(&["lint", "no-templates", "--strict"]),
    lint(&["lint", "good", "--strict"]),
    lint(&["lint", "icon-missing", "--strict"]),
    lint(&["lint", "version-short", "--strict"]),
    lint(&["lint", "good", "--quiet"]),
    lint(&["lint", "icon-missing", "--quiet"]),
    lint(&["lint", "icon-missing", "version-short", "--quiet"]),
    lint(&["lint", "version-short", "empty-name", "--quiet", "--strict"]),
    lint(&["lint", "nope", "--quiet"]),
    lint(&["lint", "values-shown", "-n", "space"]),
    lint(&[
        "lint",
        "values-shown",
        "--set",
        "name=X_Y",
        "--set-string",
        "b=1",
    ]),
    lint(&[
        "lint",
        "values-shown",
        "-f",
        "user.yaml",
        "--set",
        "name=UP",
    ]),
    lint(&["lint", "values-shown", "--set", "name=null"]),
    lint(&["lint", "values-shown", "-f", "nope.yaml"]),
    lint(&["lint", "values-shown", "--set", "a"]),
    lint(&["lint", "deprecated-apis", "--kube-version", "1.7"]),
    lint(&["lint", "deprecated-apis", "--kube-version", "1.16.3"]),
    lint(&["lint", "deprecated-apis", "--kube-version", "v1.33.0-gke.1"]),
    lint(&["lint", "deprecated-apis", "--kube-version", "2.0"]),
    lint(&["lint", "good", "--kube-version", "bad"]),
    lint(&["lint", "good", "--kube-version", ""]),
    lint(&["lint", "kube-shown", "--kube-version", "1.30"]),
    lint(&["lint", "needs-newer"]),
    lint(&["lint", "parent", "--with-subcharts"]),
    lint(&["lint", "parent", "--with-subcharts", "--quiet"]),
    lint(&["lint", "good", "parent", "--with-subcharts", "--strict"]),
    lint(&["lint", "nope", "--with-subcharts"]),
    lint(&["lint", "schema", "--skip-schema-validation"]),
    lint(&["lint", "broken.tgz"]),
    lint(&["lint", "nope.tgz"]),
    lint(&["lint", "oci://example.com/chart"]),
];

#[test]
fn flags_and_paths() {
    as_helm("lint_flags.txt", CASES, write);
}

const ARCHIVES: &[Case] = &[
    lint(&["lint", "archive.tgz"]),
    lint(&["lint", "archive.tar.gz", "--strict"]),
    lint(&["lint", "bundle", "--with-subcharts"]),
    lint(&["lint", "nameless.tgz"]),
    lint(&["lint", "slash.tgz"]),
    lint(&["lint", "dots.tgz"]),
    lint(&["lint", "unmarked"]),
];

/// Packs files into a gzipped archive with the system's own tools, which keep no surprises.
fn pack(home: &Home, archive: &str, folder: &str) {
    let path = home.path().join(archive);
    std::fs::create_dir_all(path.parent().expect("it is in the home"))
        .expect("a folder can be made");
    let packed = std::process::Command::new("tar")
        .arg("-czf")
        .arg(path)
        .arg(folder)
        .current_dir(home.path())
        .status()
        .expect("tar can be run");
    assert!(packed.success());
}

fn write_archives(home: &Home) {
    home.write("a/Chart.yaml", GOOD.replace("name: good", "name: a"));
    home.write("a/values.yaml", "");
    home.write("a/.helmignore", "ignored.yaml\n");
    home.write("a/templates/ignored.yaml", "a: b: c");
    home.write("a/templates/x.yaml", "kind: X\nmetadata: {name: A_B}\n");
    home.write("a/charts/undeclared/Chart.yaml", GOOD);
    pack(home, "archive.tgz", "a");
    pack(home, "archive.tar.gz", "a");
    home.write("bundle/Chart.yaml", GOOD);
    home.write("bundle/templates/NOTES.txt", "");
    pack(home, "bundle/charts/a.tgz", "a");
    for (name, line) in [
        ("nameless", ""),
        ("slash", "name: a/b\n"),
        ("dots", "name: ..\n"),
    ] {
        home.write(&format!("{name}/Chart.yaml"), line);
        pack(home, &format!("{name}.tgz"), name);
    }
    home.write("unmarked", "a file");
}

#[test]
fn archives() {
    as_helm_apart_from("lint_archives.txt", ARCHIVES, write_archives, |text| {
        without_temporary(text)
    });
}

/// Archives are unpacked to a folder with a random name.
fn without_temporary(text: &str) -> String {
    let mut rest = text;
    let mut shown = String::new();
    while let Some((before, after)) = rest.split_once("/helm-lint") {
        shown.push_str(before);
        shown.push_str("/[RANDOM]");
        rest = after.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    }
    shown + rest
}
