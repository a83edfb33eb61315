//! Bad charts and values end in one clear error that says where to look.

use pintle_testkit::{Finished, Home};

use crate::pintle;

const CHART: &str = "apiVersion: v2\nname: bad\nversion: 0.1.0\n";

/// Exit code 1, nothing on stdout, and on stderr Helm's text followed by our hint.
fn refused(done: &Finished, error: &str, hint: &str) {
    assert_eq!(done.code, Some(1), "{done}");
    assert_eq!(done.stdout, "", "{done}");
    assert!(
        done.stderr.starts_with(&format!("Error: {error}")),
        "{done}"
    );
    assert!(done.stderr.contains(hint), "{done}");
}

#[test]
fn a_missing_chart_is_named() {
    let home = Home::new();
    let done = pintle(&home, &["template", "r", "./nope"]);
    refused(&done, "path \"./nope\" not found\n", "hint: check the path");
}

#[test]
fn broken_yaml_is_told_with_file_and_line() {
    let home = Home::new();
    let broken = "a: 1\nb: [1,\nc: 2\n";
    home.write("bad/Chart.yaml", CHART);
    home.write("broken.yaml", broken);
    let done = pintle(&home, &["template", "r", "bad", "-f", "broken.yaml"]);
    let error = "failed to parse broken.yaml: cannot unmarshal yaml document: error converting YAML to JSON: yaml: line 3: did not find expected ',' or ']'\n";
    refused(&done, error, "hint: see broken.yaml, line 4, column 1");

    home.write("bad/values.yaml", broken);
    let done = pintle(&home, &["template", "r", "bad"]);
    refused(
        &done,
        "cannot load values.yaml: ",
        "hint: see values.yaml, line 4, column 1",
    );

    home.write("bad/Chart.yaml", "name: a\n  b: c\n");
    let done = pintle(&home, &["template", "r", "bad"]);
    refused(
        &done,
        "cannot load Chart.yaml: ",
        "hint: see Chart.yaml, line 2, column 4",
    );
}

#[test]
fn a_template_error_is_told_with_file_line_and_column() {
    let home = Home::new();
    home.write("bad/Chart.yaml", CHART);
    home.write(
        "bad/templates/_h.tpl",
        "{{ define \"h\" }}\n  {{ .x.y }}\n{{ end }}",
    );
    home.write(
        "bad/templates/a.yaml",
        "a: 1\nb: {{ include \"h\" (dict \"x\" \"text\") }}\n",
    );
    let done = pintle(&home, &["template", "r", "bad"]);
    refused(
        &done,
        "bad/templates/a.yaml:2:6\n  executing \"bad/templates/a.yaml\" at <include \"h\" (dict \"x\" \"text\")>:\n    error calling include:\nbad/templates/_h.tpl:2:7\n",
        "hint: look at bad/templates/_h.tpl:2:8",
    );
}

#[test]
fn an_archive_that_leads_out_of_its_folder_is_refused() {
    let home = Home::new();
    home.write("c/Chart.yaml", CHART);
    home.write("evil.txt", "x");
    let packed = home
        .command("/bin/tar")
        .args(["-czPf", "evil.tgz", "c/Chart.yaml", "c/../evil.txt"])
        .run();
    assert_eq!(packed.code, Some(0), "{packed}");
    let before = files(&home);
    let done = pintle(&home, &["template", "r", "evil.tgz"]);
    refused(&done, "unable to load chart archive\n", "c/../evil.txt");
    assert_eq!(files(&home), before, "nothing is written");
}

fn files(home: &Home) -> String {
    home.command("/usr/bin/find")
        .args([".", "-type", "f"])
        .run()
        .stdout
}

#[test]
fn values_come_from_lists_of_files_and_from_standard_input() {
    let home = Home::new();
    home.write("c/Chart.yaml", CHART.replace("bad", "c"));
    home.write("c/values.yaml", "a: 1\nb: 1\nc: 1\nd: 1\n");
    home.write("c/templates/a.yaml", "v: {{ .Values | toJson }}\n");
    home.write("one.yaml", "b: 2\nc: 2\nd: 2\n");
    home.write("two.yaml", "c: 3\nd: 3\n");
    let done = home
        .command(pintle_testkit::pintle!())
        .args([
            "template",
            "r",
            "c",
            "-f",
            "one.yaml,two.yaml",
            "-f",
            "-",
            "--set",
            "e=x",
        ])
        .stdin("d: 4\n")
        .run()
        .success();
    assert_eq!(
        done.stdout,
        "---\n# Source: c/templates/a.yaml\nv: {\"a\":1,\"b\":2,\"c\":3,\"d\":4,\"e\":\"x\"}\n"
    );
}
