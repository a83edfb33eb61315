//! `repo index`: indexes of folders, beside Helm's.

use std::fs;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Finished, Home, snapshot};

/// Folders of archives as one may find them.
fn prepare(home: &Home) {
    let package = |chart: &str, version: &str, to: &str| {
        let command = home.command(pintle_testkit::pintle!());
        command
            .env("SOURCE_DATE_EPOCH", "1700000000")
            .args(["package", chart, "--version", version, "-d", to])
            .run()
            .success();
    };
    home.write(
        "src/full/Chart.yaml",
        "apiVersion: v2\nname: full\nversion: 1.0.0\nappVersion: 1.10\ndescription: \"x <y> & z\\u2028 \\u00fc\"\ntype: library\nhome: http://h\nicon: http://i\ndeprecated: true\nkubeVersion: '>=1'\nkeywords: [a, b]\nsources: [http://s]\nmaintainers:\n- {name: m, email: e}\n- {}\nannotations: {a: b, 1: '2'}\ncondition: c\ntags: t\n",
    );
    home.write("src/plain/Chart.yaml", "name: plain\nversion: 1.0.0\n");
    home.write("src/plain/values.yaml", "a: 1\n");
    home.write(
        "src/bad/Chart.yaml",
        "apiVersion: v2\nname: bad\nversion: 1.0.0\n",
    );
    home.write("src/bad/values.yaml", "a: b: c\n");
    for version in ["1.0.0", "1.2.0-rc.1", "0.9.0", "1.10.0", "1.2.0+b.1"] {
        package("src/full", version, "charts");
    }
    package("src/plain", "1.0.0", "charts/sub");
    package("src/plain", "2.0.0", "charts/.hidden");
    package("src/plain", "3.0.0", "charts/sub/deeper");
    let bad =
        home.command("/usr/bin/tar")
            .args(["-C", "src", "-czf", "charts/bad-1.0.0.tgz", "bad"]);
    bad.run().success();
    home.write("charts/junk.tgz", "junk\n");
    home.write("charts/empty.tgz", "");
    home.write("charts/folder.tgz/x", "");
    home.write("charts/readme.txt", "x\n");
    home.write("old.yaml", OLD);
    home.write(
        "broken.yaml",
        "apiVersion: v1\nentries:\n  a:\n  - nope: 1\n",
    );
}

const OLD: &str = "apiVersion: v1
entries:
  full:
  - {name: full, version: 1.0.0, urls: [old.tgz], created: \"2020-01-02T03:04:05.600+01:00\"}
  - {name: full, version: 0.1.0, urls: [old.tgz], digest: 5, checksum: x, engine: gotpl, tillerVersion: '>2', url: u, removed: true}
  other:
  - {name: other, version: 2.0.0}
  - {name: other, version: x}
  - {name: another, version: 2.0.0, urls: [], dependencies: [{name: a, version: 1.x, repository: 'http://r', tags: [x], import-values: [a, {child: b, parent: c}]}]}
publicKeys: [x]
annotations: {a: b}
serverInfo: {c: d}
generated: 2020-01-02T03:04:05Z
";

const CASES: &[&[&str]] = &[
    &["charts"],
    &["charts", "--url", "http://charts.example"],
    &["charts", "--url", "http://charts.example/a/?b=c"],
    &["charts", "--url", "charts.example/a"],
    &["charts", "--url", "::x"],
    &["charts", "--json"],
    &["charts", "--merge", "old.yaml"],
    &[
        "charts", "--merge", "old.yaml", "--json", "--url", "http://u",
    ],
    &["charts", "--merge", "missing.yaml"],
    &["charts", "--merge", "missing.json", "--json"],
    &["charts", "--merge", "broken.yaml"],
    &["charts", "--merge", "charts"],
    &["src"],
    &["nowhere"],
    &[],
];

/// The times of the present, and the names of temporary files.
fn hide(text: &str) -> String {
    let year = |text: &str| text.starts_with("202") && !text.starts_with("2020");
    let mut shown = String::new();
    for line in text.split_inclusive('\n') {
        let time = line
            .find('"')
            .filter(|_| line.contains("generated") || line.contains("created"));
        let quoted = time.map(|_| {
            line.split('"')
                .filter(|part| year(part))
                .collect::<Vec<_>>()
        });
        match quoted.as_deref() {
            Some([time]) => shown += &line.replace(time, "NOW"),
            _ => shown += line,
        }
    }
    match shown.split_once("index.yaml") {
        Some((start, rest)) if rest.starts_with(|c: char| c.is_ascii_digit()) => {
            let rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
            format!("{start}index.yaml{rest}")
        }
        _ => shown,
    }
}

#[test]
fn folders_are_indexed_as_helm_indexes_them() {
    crate::compare_with_helm("repo_index.txt", |program| {
        let home = Home::new();
        prepare(&home);
        let run = |words: &&[&str]| -> Finished {
            let command = home.command(&program).called("helm");
            let answer = command.args(["repo", "index"]).args(*words).run();
            let mut answer = answer.map(|text| hide(&home.redact(text)));
            for file in [
                "charts/index.yaml",
                "src/index.yaml",
                "missing.yaml",
                "missing.json",
            ] {
                let path = home.path().join(file);
                if let Ok(text) = fs::read_to_string(&path) {
                    answer.stdout += &format!("=== file {file}\n{}", hide(&text));
                    fs::remove_file(path).expect("a file that can be removed");
                }
            }
            answer
        };
        CASES.iter().map(run).collect()
    });
}

/// Many archives are read on several threads, and are in the index in their order.
#[test]
fn many_archives_give_helms_index() {
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, "cli::many_archives_give_helms_index")
    else {
        return;
    };
    let home = Home::new();
    prepare(&home);
    for number in 0..40 {
        let command = home.command(pintle_testkit::pintle!());
        let version = format!("2.{number}.0");
        let words = ["package", "src/full", "--version", &version, "-d", "charts"];
        command.args(words).run().success();
    }
    let index = |program| {
        home.command(program)
            .args(["repo", "index", "charts"])
            .run()
            .success();
        hide(&home.read("charts/index.yaml"))
    };
    let (theirs, ours) = (index(helm), index(pintle_testkit::pintle!()));
    if let Some(report) = snapshot::difference(&theirs, &ours) {
        panic!("{report}");
    }
}
