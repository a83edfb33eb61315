//! What has once been an advisory for Helm, in what is said of charts and repositories: each is a
//! test under its name, answered as Helm answers it since.

use std::fs;
use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;
use pintle_testkit::web::{Page, Pages, Web};
use pintle_testkit::{Finished, Home};

use crate::compare_with_helm;
use crate::registries::archive;

/// Values of every type there is.
const TYPES: [&str; 9] = [
    "null",
    "5",
    "1.5",
    "true",
    "x",
    "[]",
    "[null]",
    "{}",
    "{a: {b: [c]}}",
];

/// Both programs update from a list with a repository for each index. Nothing crashes, what is
/// wrong is told alike, and what is kept can be searched.
fn of_indexes(name: &str, indexes: &[String]) {
    compare_with_helm(name, |program| {
        let home = Home::new();
        let site = |number: usize| format!("r{number:03}");
        let page = |(number, index): (usize, &String)| {
            let url = format!("http://{}.example/index.yaml", site(number));
            (url, Page::new(index))
        };
        let web = Web::new(indexes.iter().enumerate().map(page).collect::<Pages>());
        let mut list = "repositories:\n".to_owned();
        for number in 0..indexes.len() {
            let name = site(number);
            list += &format!("- name: {name}\n  url: http://{name}.example\n");
        }
        home.write(".config/helm/repositories.yaml", list);
        let run = |words: &[&str]| {
            let command = home.command(&program).called("helm").args(words);
            let answer = command.env("HTTP_PROXY", web.proxy()).run();
            sorted(answer.map(|text| home.redact(text)))
        };
        // The last line of the first names all that failed, in an order of chance.
        let mut updated = run(&["repo", "update"]);
        updated.stderr = String::new();
        let searched = run(&["search", "repo", "--devel", "--versions"]);
        let mut answers = vec![updated, searched];
        let some = if indexes.len() > 20 { 9 } else { 1 };
        for number in (0..indexes.len()).step_by(some) {
            let index = format!(".cache/helm/repository/{}-index.yaml", site(number));
            if home.path().join(index).exists() {
                let chart = format!("{}/web", site(number));
                answers.push(run(&["show", "chart", &chart]));
            }
        }
        answers
    });
}

/// Answers come in the order of chance: lines that belong together are put together, and sorted.
fn sorted(mut answer: Finished) -> Finished {
    for text in [&mut answer.stdout, &mut answer.stderr] {
        let whole = text.replace("\n\t", "\u{1}");
        let mut lines: Vec<&str> = whole.split_inclusive('\n').collect();
        lines.sort_unstable();
        *text = lines.concat().replace('\u{1}', "\n\t");
    }
    answer
}

/// CVE-2020-15185: an entry that is there twice hides another one.
#[test]
fn cve_2020_15185_entries_are_there_once() {
    let entry = "  - name: web\n    version: 1.0.0\n    urls: [web.tgz]\n";
    let indexes = [
        format!("apiVersion: v1\nentries:\n  web:\n{entry}  web:\n{entry}"),
        format!("apiVersion: v1\nentries:\n  web:\n{entry}entries:\n  web:\n{entry}"),
        format!("apiVersion: v1\nentries:\n  web:\n{entry}    version: 2.0.0\n"),
        format!("apiVersion: v1\nentries:\n  web:\n{entry}  \"web\":\n{entry}"),
        format!("apiVersion: v1\nentries:\n  web:\n{entry}{entry}"),
    ];
    of_indexes("cve_2020_15185.txt", &indexes);
}

/// CVE-2022-23525: an index with nothing where an entry is expected.
#[test]
fn cve_2022_23525_entries_may_be_missing() {
    let mut indexes: Vec<String> = [
        "web:\n  - null\n",
        "web:\n  -\n  - name: web\n    version: 1.0.0\n    urls: [w.tgz]\n",
        "web:\n",
        "web: []\n",
        "web:\n  - {}\n",
        "web:\n  - name: web\n",
        "web:\n  - version: 1.0.0\n",
        "web:\n  - name: web\n    version: 1.0.0\n",
        "web:\n  - name: web\n    version: 1.0.0\n    urls:\n",
        "web:\n  - name: web\n    version: 1.0.0\n    urls: [null]\n",
        "web:\n  - name: web\n    version: 1.0.0\n    urls: [\"\"]\n",
        "web:\n  - name: other\n    version: 1.0.0\n    urls: [w.tgz]\n",
        "\"\":\n  - name: web\n    version: 1.0.0\n    urls: [w.tgz]\n",
        "null:\n  - name: web\n    version: 1.0.0\n    urls: [w.tgz]\n",
    ]
    .iter()
    .map(|entries| format!("apiVersion: v1\nentries:\n  {entries}"))
    .collect();
    indexes.push("apiVersion: v1\nentries:\n".to_owned());
    indexes.push("apiVersion: v1\n".to_owned());
    of_indexes("cve_2022_23525.txt", &indexes);
}

/// CVE-2024-26147: an index without content.
#[test]
fn cve_2024_26147_an_index_may_be_empty() {
    const NOTHING: [&str; 12] = [
        "",
        "\n",
        "---\n",
        "---\n---\n",
        "null\n",
        "~\n",
        "# x\n",
        "5\n",
        "x\n",
        "[]\n",
        "{}\n",
        "...\n",
    ];
    of_indexes("cve_2024_26147.txt", &NOTHING.map(str::to_owned));
    compare_with_helm("cve_2024_26147_merged.txt", |program| {
        let home = Home::new();
        home.write(
            "charts/s.tgz",
            archive(&[("s/Chart.yaml", "apiVersion: v2\nname: s\nversion: 1.0.0\n")]),
        );
        let run = |text: &&str| {
            home.write("old.yaml", text);
            let _ = fs::remove_file(home.path().join("charts/index.yaml"));
            let words = ["repo", "index", "charts", "--merge", "old.yaml"];
            let mut answer = home.command(&program).called("helm").args(words).run();
            let index = home.path().join("charts/index.yaml");
            let index = fs::read_to_string(index).unwrap_or_default();
            let lasting = |line: &&str| !line.contains("created:") && !line.contains("generated:");
            for line in index.lines().filter(lasting) {
                answer.stdout += &format!("{line}\n");
            }
            answer.map(|text| home.redact(text))
        };
        NOTHING.iter().map(run).collect()
    });
}

/// CVE-2025-55198: something of another type where a text, a list or a table is expected, in an
/// index.
#[test]
fn cve_2025_55198_types_in_an_index() {
    let mut indexes = Vec::new();
    for field in [
        "apiVersion",
        "entries",
        "generated",
        "publicKeys",
        "annotations",
        "serverInfo",
    ] {
        for value in TYPES {
            let rest = if field == "entries" {
                ""
            } else {
                "entries: {}\n"
            };
            let version = if field == "apiVersion" {
                ""
            } else {
                "apiVersion: v1\n"
            };
            indexes.push(format!("{version}{field}: {value}\n{rest}"));
        }
    }
    for value in TYPES {
        indexes.push(format!("apiVersion: v1\nentries:\n  web: {value}\n"));
    }
    for field in [
        "apiVersion",
        "name",
        "version",
        "urls",
        "digest",
        "created",
        "removed",
        "keywords",
        "maintainers",
        "dependencies",
        "annotations",
        "deprecated",
        "description",
        "appVersion",
        "engine",
        "tillerVersion",
    ] {
        for value in TYPES {
            let mut entry = String::new();
            for (name, text) in [("name", "web"), ("version", "1.0.0"), ("urls", "[w.tgz]")] {
                if name != field {
                    entry += &format!("    {name}: {text}\n");
                }
            }
            indexes.push(format!(
                "apiVersion: v1\nentries:\n  web:\n  - {field}: {value}\n{entry}"
            ));
        }
    }
    of_indexes("cve_2025_55198_index.txt", &indexes);
}

/// CVE-2025-55198, in `Chart.yaml`: `lint` and `show` look at a chart for each.
#[test]
fn cve_2025_55198_types_in_a_chart() {
    let plain = [("apiVersion", "v2"), ("name", "web"), ("version", "1.0.0")];
    let mut texts = Vec::new();
    let mut add = |field: &str, text: String| {
        let mut whole = text;
        for (name, value) in plain {
            if name != field {
                whole += &format!("{name}: {value}\n");
            }
        }
        texts.push(whole);
    };
    for field in [
        "apiVersion",
        "name",
        "version",
        "appVersion",
        "kubeVersion",
        "description",
        "type",
        "keywords",
        "home",
        "sources",
        "maintainers",
        "icon",
        "condition",
        "tags",
        "deprecated",
        "annotations",
        "dependencies",
    ] {
        for value in TYPES {
            add(field, format!("{field}: {value}\n"));
        }
    }
    for field in [
        "name",
        "version",
        "repository",
        "condition",
        "tags",
        "enabled",
        "import-values",
        "alias",
    ] {
        for value in TYPES {
            let name = if field == "name" { "" } else { "  name: d\n" };
            add("", format!("dependencies:\n- {field}: {value}\n{name}"));
        }
    }
    for field in ["name", "email", "url"] {
        for value in TYPES {
            add("", format!("maintainers:\n- {field}: {value}\n"));
        }
    }
    compare_with_helm("cve_2025_55198_chart.txt", |program| {
        let home = Home::new();
        let mut words = vec!["lint".to_owned()];
        for (number, text) in texts.iter().enumerate() {
            words.push(format!("c{number:03}/web"));
            home.write(&format!("c{number:03}/web/Chart.yaml"), text);
        }
        let run = |words: &[String]| {
            let answer = home.command(&program).called("helm").args(words).run();
            answer.map(|text| home.redact(text))
        };
        let mut answers = vec![run(&words)];
        // What can be read at all is shown, packaged and rendered; some of it is enough.
        for chart in words.iter().skip(1).step_by(17) {
            for verb in [
                &["show", "chart"][..],
                &["dependency", "list"],
                &["template", "r"],
            ] {
                let words: Vec<String> = verb
                    .iter()
                    .copied()
                    .chain([chart.as_str()])
                    .map(str::to_owned)
                    .collect();
                answers.push(run(&words));
            }
        }
        answers
    });
}

/// CVE-2024-25620: the name of a chart is that of a file.
#[test]
fn cve_2024_25620_names_are_no_paths() {
    const NAMES: [&str; 9] = [
        "../up",
        "a/b",
        "/tmp/x",
        "..",
        ".",
        "",
        "a\\\\b",
        "a\\0b",
        "a/../../b",
    ];
    compare_with_helm("cve_2024_25620.txt", |program| {
        let home = Home::new();
        let mut answers = Vec::new();
        let before = entries(&home);
        for (number, name) in NAMES.iter().enumerate() {
            let text = format!("apiVersion: v2\nname: \"{name}\"\nversion: 1.0.0\n");
            home.write(&format!("in/c{number}/Chart.yaml"), &text);
            home.write(
                &format!("in/c{number}.tgz"),
                archive(&[("c/Chart.yaml", &text)]),
            );
            home.write(
                &format!("in/d{number}/Chart.yaml"),
                format!("apiVersion: v2\nname: d\nversion: 1.0.0\ndependencies:\n- {{name: \"{name}\", version: '*', repository: \"file://../c{number}\"}}\n"),
            );
            fs::create_dir_all(home.path().join("out")).expect("a folder");
            for words in [
                ["package", &format!("in/c{number}"), "-d", "out"],
                [
                    "dependency",
                    "update",
                    &format!("in/d{number}"),
                    "--debug=false",
                ],
                [
                    "template",
                    "r",
                    &format!("in/c{number}.tgz"),
                    "--debug=false",
                ],
            ] {
                let answer = home.command(&program).called("helm").args(words).run();
                answers.push(
                    answer.map(|text| crate::dependency::without_process(&home.redact(text))),
                );
            }
        }
        let more: Vec<String> = entries(&home)
            .into_iter()
            .filter(|name| !before.contains(name))
            .collect();
        assert!(
            more.iter()
                .all(|name| ["in", "out", ".cache", ".config"].contains(&name.as_str())),
            "{more:?}"
        );
        let packed = fs::read_dir(home.path().join("out")).expect("a folder");
        assert!(packed.flatten().all(|entry| entry.path().is_file()));
        answers
    });
}

fn entries(home: &Home) -> Vec<String> {
    let entries = fs::read_dir(home.path()).expect("a folder").flatten();
    entries
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect()
}

/// CVE-2025-32386: an archive that unpacks to more than memory has.
#[test]
fn cve_2025_32386_archives_have_an_end() {
    let bomb = |size: usize| {
        let mut gzip = GzEncoder::new(Vec::new(), Compression::fast());
        let mut header = tar::Header::new_gnu();
        header.set_path("web/zeros.txt").expect("a name");
        header.set_size(size as u64);
        header.set_mode(0o644);
        header.set_cksum();
        gzip.write_all(header.as_bytes()).expect("memory");
        gzip.write_all(&vec![0; size]).expect("memory");
        gzip.finish().expect("memory")
    };
    let one = bomb(6 << 20);
    // Streams of their own, one after the other, are one for readers of gzip.
    let many = bomb(5 << 20).repeat(25);
    compare_with_helm("cve_2025_32386.txt", |program| {
        let home = Home::new();
        let mut answers = Vec::new();
        for (name, bytes) in [("one.tgz", &one), ("many.tgz", &many)] {
            home.write(name, bytes);
            for verb in [&["show", "chart"][..], &["lint"]] {
                let answer = home
                    .command(&program)
                    .called("helm")
                    .args(verb)
                    .arg(name)
                    .run();
                answers.push(answer.map(|text| home.redact(text)));
            }
        }
        answers
    });
}
