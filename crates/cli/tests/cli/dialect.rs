//! Charts of every generation: those of Helm 2 (`requirements.yaml`), and those of version 3,
//! which Helm reads but does not install, whatever its experimental switch says.

use pintle_testkit::Home;

use crate::{Case, as_helm_apart_from, pintle};

/// Charts by name, with their files.
const CHARTS: &[(&str, &[(&str, &str)])] = &[
    (
        "old",
        &[
            (
                "Chart.yaml",
                "apiVersion: v1\nname: old\nversion: 0.1.0\nicon: https://example.org/i.png\n",
            ),
            (
                "requirements.yaml",
                "dependencies:\n- {name: used, version: 0.1.0, condition: used.enabled}\n- {name: spare, version: 0.1.0, condition: spare.enabled, alias: other}\n",
            ),
            (
                "requirements.lock",
                "dependencies: []\ndigest: x\ngenerated: \"2020-01-01T00:00:00Z\"\n",
            ),
            ("values.yaml", "other: {}\nspare: {enabled: false}\n"),
            (
                "templates/a.yaml",
                "kind: A\nmetadata: {name: a}\nservice: {{ .Release.Service }}\n",
            ),
            (
                "charts/used/Chart.yaml",
                "apiVersion: v1\nname: used\nversion: 0.1.0\n",
            ),
            (
                "charts/used/templates/a.yaml",
                "kind: B\nmetadata: {name: b}\nservice: {{ .Release.Service }}\n",
            ),
            (
                "charts/spare/Chart.yaml",
                "apiVersion: v1\nname: spare\nversion: 0.1.0\n",
            ),
            (
                "charts/spare/templates/a.yaml",
                "kind: C\nmetadata: {name: c}\n",
            ),
        ],
    ),
    (
        "tiller",
        &[
            (
                "Chart.yaml",
                "apiVersion: v1\nname: tiller\nversion: 0.1.0\n",
            ),
            ("values.yaml", ""),
            (
                "templates/a.yaml",
                "kind: {{ .Release.Service }}\nmetadata: {name: a}\ntiller: {{ .Capabilities.TillerVersion.SemVer }}\n",
            ),
        ],
    ),
    (
        "nameless-version",
        &[("Chart.yaml", "name: nameless-version\nversion: 0.1.0\n")],
    ),
    (
        "inline",
        &[
            (
                "Chart.yaml",
                "apiVersion: v1\nname: inline\nversion: 0.1.0\ndependencies: [{name: c, version: 0.1.0}]\n",
            ),
            (
                "charts/c/Chart.yaml",
                "apiVersion: v1\nname: c\nversion: 0.1.0\n",
            ),
        ],
    ),
    (
        "both",
        &[
            ("Chart.yaml", "apiVersion: v2\nname: both\nversion: 0.1.0\n"),
            (
                "requirements.yaml",
                "dependencies:\n- {name: gone, version: 1.x.x}\n",
            ),
            ("templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
        ],
    ),
    (
        "third",
        &[
            (
                "Chart.yaml",
                "apiVersion: v3\nname: third\nversion: 0.1.0\nicon: https://example.org/i.png\n",
            ),
            ("values.yaml", "a: 1\n"),
            ("templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
            ("crds/a.yaml", "kind: CustomResourceDefinition\n"),
        ],
    ),
    (
        "third-parent",
        &[
            (
                "Chart.yaml",
                "apiVersion: v3\nname: third-parent\nversion: 0.1.0\ndependencies: [{name: c, version: 0.1.0}]\n",
            ),
            (
                "charts/c/Chart.yaml",
                "apiVersion: v3\nname: c\nversion: 0.1.0\n",
            ),
        ],
    ),
    (
        "mixed",
        &[
            (
                "Chart.yaml",
                "apiVersion: v2\nname: mixed\nversion: 0.1.0\n",
            ),
            ("templates/a.yaml", "kind: A\nmetadata: {name: a}\n"),
            (
                "charts/c/Chart.yaml",
                "apiVersion: v3\nname: c\nversion: 0.1.0\n",
            ),
            (
                "charts/c/templates/a.yaml",
                "kind: C\nmetadata: {name: c}\n",
            ),
        ],
    ),
    (
        "fourth",
        &[(
            "Chart.yaml",
            "apiVersion: v4\nname: fourth\nversion: 0.1.0\n",
        )],
    ),
];

fn write(home: &Home) {
    for (name, files) in CHARTS {
        for (file, text) in *files {
            home.write(&format!("{name}/{file}"), text);
        }
    }
}

const VERBS: [&[&str]; 8] = [
    &["lint", "CHART"],
    &["lint", "CHART", "--with-subcharts", "--strict"],
    &["template", "r", "CHART"],
    &["show", "all", "CHART"],
    &["show", "chart", "CHART"],
    &["show", "values", "CHART"],
    &["show", "crds", "CHART"],
    &["install", "r", "CHART", "--dry-run=client"],
];

/// The day is not the same twice.
fn without_time(text: &str) -> String {
    let lines = text.split_inclusive('\n').map(|line| match line {
        line if line.starts_with("LAST DEPLOYED: ") => "LAST DEPLOYED: [NOW]\n",
        line => line,
    });
    lines.collect()
}

#[test]
fn every_verb_takes_every_generation_as_helm_does() {
    const SWITCH: &[(&str, &str)] = &[("HELM_EXPERIMENTAL_CHART_V3", "1")];
    let mut cases = Vec::new();
    for (name, _) in CHARTS {
        let switches: &[&[(&str, &str)]] = match *name {
            "third" | "third-parent" | "mixed" => &[&[], SWITCH],
            _ => &[&[]],
        };
        for variables in switches {
            for words in VERBS {
                let words = words.iter().map(|word| match *word {
                    "CHART" => *name,
                    word => word,
                });
                cases.push(Case {
                    variables,
                    words: Box::leak(words.collect()),
                });
            }
        }
    }
    as_helm_apart_from("dialect.txt", &cases, write, without_time);
}

#[test]
fn a_chart_may_believe_in_tiller() {
    let home = Home::new();
    write(&home);
    let old = "--dialect=helm2";
    let text = "kind: Tiller\nmetadata: {name: a}\ntiller: v2.17.0\n";
    for words in [
        &["template", "r", "tiller", old][..],
        &["install", "r", "tiller", old, "--dry-run=client"],
    ] {
        let done = pintle(&home, words).success();
        assert!(done.stdout.contains(text), "{done}");
    }
    let done = pintle(&home, &["lint", "tiller", old]).success();
    assert!(!done.stdout.contains("[ERROR]"), "{done}");
    for words in [
        &["template", "r", "tiller"][..],
        &["template", "r", "tiller", "--dialect=helm3"],
        &["install", "r", "tiller", "--dry-run=client"],
        &["lint", "tiller"],
    ] {
        let new = pintle(&home, words);
        assert_eq!(new.code, Some(1), "{new}");
        let told = new.stderr.clone() + &new.stdout;
        assert!(told.contains("TillerVersion"), "{new}");
    }
    for verb in ["lint", "template", "install", "upgrade"] {
        let done = pintle(&home, &[verb, "tiller", "r", "--dialect=helm1"]);
        assert_eq!(done.code, Some(1), "{done}");
        let text = "must be helm2, helm3 or helm4";
        assert!(done.stderr.contains(text), "{done}");
    }
}
