//! The area `values`: flags that set values, files of values, and charts in charts.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::Area;
use super::case::Case;
use super::document_words::SCALARS;
use super::documents;
use super::rng::Rng;

/// `--set` and its relatives, `-f`, coalescing and dependencies.
#[derive(Debug)]
pub struct Values;

impl Area for Values {
    fn name(&self) -> &'static str {
        "values"
    }

    fn case(&self, rng: &mut Rng) -> Case {
        match rng.below(5) {
            0..=1 => flags(rng),
            _ => charts(rng),
        }
    }
}

/// Shows all values, once as JSON and once with Go's types.
const SHOW: &str = "# {{ .Values | toJson }}\n# {{ printf \"%#v\" .Values }}\n";

/// A chart without subcharts, and a few flags.
fn flags(rng: &mut Rng) -> Case {
    let mut files = BTreeMap::from([("templates/run.yaml".to_owned(), SHOW.to_owned())]);
    if rng.one_in(2) {
        let values = "a: {b: {c: 1}, l: [1, {x: y}]}\nl: [1, 2, [3]]\ns: text\nn: null\nb: true\n";
        files.insert("values.yaml".to_owned(), values.to_owned());
    }
    if rng.one_in(3) {
        files.insert("text.txt".to_owned(), "line 1\nline,2={x}\n".to_owned());
    }
    let mut arguments = Vec::new();
    for _ in 0..=rng.below(3) {
        flag(rng, &mut files, &mut arguments);
    }
    Case::Chart { files, arguments }
}

fn flag(rng: &mut Rng, files: &mut BTreeMap<String, String>, arguments: &mut Vec<String>) {
    let (name, text) = match rng.below(10) {
        0..=4 => ("--set", assignments(rng)),
        5 => ("--set-string", assignments(rng)),
        6 => ("--set-json", json(rng)),
        7 => ("--set-literal", assignments(rng)),
        8 => ("--set-file", file_assignment(rng)),
        _ => {
            let name = format!("f{}.yaml", files.len());
            files.insert(name.clone(), table(rng, 3));
            ("-f", format!("c/{name}"))
        }
    };
    arguments.push(name.to_owned());
    arguments.push(text);
}

/// `key=value`s with commas, now and then broken.
fn assignments(rng: &mut Rng) -> String {
    let mut text = String::new();
    for index in 0..=rng.below(3) {
        if index > 0 {
            text.push(',');
        }
        text += &key(rng);
        if rng.one_in(25) {
            continue;
        }
        text.push('=');
        text += &value(rng);
    }
    if rng.one_in(6) {
        let at = rng.below(text.len() + 1);
        if text.is_char_boundary(at) {
            text.insert_str(at, rng.word(MARKS));
        }
    }
    text
}

const MARKS: &[&str] = &[
    ",", "=", ".", "[", "]", "{", "}", "\\", " ", "[0]", "[]", "\"", "'", "\n", "\\,", "é", "[-1]",
    "null", "[0][1]",
];

fn key(rng: &mut Rng) -> String {
    let mut key = String::new();
    for index in 0..=rng.below(3) {
        if index > 0 {
            key.push('.');
        }
        key += rng.word(KEYS);
        while rng.one_in(5) {
            key += rng.word(INDEXES);
        }
    }
    if rng.one_in(150) {
        key = vec!["a"; rng.below(4) + 29].join(".");
    }
    key
}

const KEYS: &[&str] = &[
    "a", "a", "b", "c", "l", "s", "n", "x\\.y", "k\\,k", "a\\=b", " a", "a ", "1", "", "null", "é",
    "a\\[0]", "{", "global", "a\\\\b", "\\a",
];

const INDEXES: &[&str] = &[
    "[0]",
    "[1]",
    "[2]",
    "[5]",
    "[-1]",
    "[x]",
    "[]",
    "[65536]",
    "[65537]",
    "[0",
    "0]",
    "[ 1 ]",
    "[01]",
    "[+1]",
    "[1.5]",
    "[99999999999999999999]",
    "[0]x",
    "[0]]",
];

fn value(rng: &mut Rng) -> String {
    match rng.below(7) {
        0 => {
            let items: Vec<String> = (0..rng.below(4)).map(|_| simple(rng)).collect();
            let close = if rng.one_in(12) { "" } else { "}" };
            format!(
                "{{{}{close}{}",
                items.join(","),
                rng.word(&["", "", "", "", "x", ","])
            )
        }
        1 => rng.text(SCALARS),
        2 => documents::number(rng),
        _ => simple(rng),
    }
}

fn simple(rng: &mut Rng) -> String {
    rng.text(&[
        "1",
        "0",
        "-1",
        "+1",
        "01",
        "1.5",
        "1e3",
        "true",
        "TRUE",
        "false",
        "null",
        "NULL",
        "~",
        "",
        "x",
        "a b",
        " x ",
        "x\\,y",
        "a=b",
        "a.b",
        "\"q\"",
        "[]",
        "{}",
        "{a}",
        "9223372036854775807",
        "9223372036854775808",
        "0x10",
        "\\n",
        "\\\\",
        "x\\",
        "yes",
        "é",
        "a[0]",
        "1_000",
        "-0",
        "00",
        "0",
        ".5",
        "-9223372036854775808",
    ])
}

fn json(rng: &mut Rng) -> String {
    if rng.one_in(4) {
        return rng.text(&[
            "{\"a\": 1, \"b\": {\"c\": null}}",
            "{\"a\": null}",
            "{\"a\":1",
            "{}",
            "{\"a\":1} x",
            "[1]",
            "null",
            " {\"a\":2}",
            "{\"l\":[1,{\"x\":2}]}",
            "{\"a\":1e400}",
            "{\"a\":1,\"a\":2}",
            "{a: 1}",
            "\"x\"",
            "{\"a.b\":1}",
        ]);
    }
    let mut text = String::new();
    for index in 0..=rng.below(2) {
        if index > 0 {
            text += rng.word(&[",", " ", ", ", ""]);
        }
        text += &key(rng);
        text += rng.word(&["=", "=", "=", "=", ""]);
        text += rng.word(&[
            "1",
            "1.5",
            "\"x\"",
            "null",
            "true",
            "[1,2]",
            "{\"a\":1}",
            "{\"a\":{\"b\":[null]}}",
            "",
            "bad",
            "[1,",
            "{\"a\":",
            "1e400",
            "12345678901234567890",
            "[]",
            "{}",
            " 1",
            "\"a,b\"",
            "'x'",
            "01",
            "nul",
        ]);
    }
    text
}

fn file_assignment(rng: &mut Rng) -> String {
    let path = rng.word(&[
        "c/text.txt",
        "c/none.txt",
        "",
        "c",
        "c/Chart.yaml",
        "{c/Chart.yaml,c/Chart.yaml}",
        "{}",
        "c/text.txt,b=c/text.txt",
    ]);
    format!("{}={path}", key(rng))
}

/// A YAML table of few names, so that tables of different files meet.
fn table(rng: &mut Rng, depth: usize) -> String {
    format!("{}\n", flow(rng, depth))
}

fn flow(rng: &mut Rng, depth: usize) -> String {
    let mut entries = Vec::new();
    for name in NAMES {
        if rng.one_in(3) {
            // What is no table where one has to be ends everything, so it is rare.
            let table = matches!(*name, "s1" | "s2" | "global") && depth > 0 && !rng.one_in(12);
            let value = if table {
                flow(rng, depth - 1)
            } else {
                item(rng, depth)
            };
            entries.push(format!("{name}: {value}"));
        }
    }
    format!("{{{}}}", entries.join(", "))
}

const NAMES: &[&str] = &["a", "b", "global", "s1", "s2", "exports", "tags", "on"];

fn item(rng: &mut Rng, depth: usize) -> String {
    if depth > 0 && rng.below(5) < 3 {
        return flow(rng, depth - 1);
    }
    rng.text(&[
        "1",
        "2.5",
        "x",
        "null",
        "null",
        "true",
        "false",
        "[]",
        "[1, {a: b}]",
        "{}",
        "\"\"",
        "~",
        "[null]",
        "1000000",
    ])
}

/// A chart with subcharts, up to three deep.
fn charts(rng: &mut Rng) -> Case {
    let mut files = BTreeMap::new();
    chart(rng, &mut files, "", "c", 2);
    let mut arguments = Vec::new();
    for _ in 0..rng.below(3) {
        match rng.below(4) {
            0 => {
                let name = format!("f{}.yaml", files.len());
                files.insert(name.clone(), table(rng, 3));
                arguments.extend(["-f".to_owned(), format!("c/{name}")]);
            }
            1 => {
                arguments.push("--set-json".to_owned());
                arguments.push(
                    subchart_path(rng)
                        + rng.word(&[
                            "=null",
                            "={\"a\":null}",
                            "={}",
                            "=[1]",
                            "={\"b\":{\"a\":1}}",
                        ]),
                );
            }
            _ => {
                arguments.push("--set".to_owned());
                arguments.push(
                    subchart_path(rng)
                        + rng.word(&["=1", "=null", "=true", "=false", "=x", "={1,2}"]),
                );
            }
        }
    }
    Case::Chart { files, arguments }
}

fn subchart_path(rng: &mut Rng) -> String {
    let steps: Vec<&str> = (0..=rng.below(3)).map(|_| rng.word(NAMES)).collect();
    steps.join(".")
}

fn chart(
    rng: &mut Rng,
    files: &mut BTreeMap<String, String>,
    folder: &str,
    name: &str,
    depth: usize,
) {
    let version = rng.word(&["0.1.0", "0.1.0", "1.2.3", "1.0.0-beta"]);
    let old = rng.one_in(6);
    let mut metadata = format!(
        "apiVersion: {}\nname: {name}\nversion: {version}\n",
        if old { "v1" } else { "v2" }
    );
    let mut children = Vec::new();
    if depth > 0 {
        for child in ["s1", "s2"] {
            if rng.below(3) > 0 {
                children.push(child);
                chart(
                    rng,
                    files,
                    &format!("{folder}charts/{child}/"),
                    child,
                    depth - 1,
                );
            }
        }
    }
    let mut dependencies = String::new();
    for child in &children {
        if rng.below(4) > 0 {
            dependency(rng, &mut dependencies, child);
            if rng.one_in(12) {
                dependency(rng, &mut dependencies, child);
            }
        }
    }
    if rng.one_in(60) {
        dependency(rng, &mut dependencies, "missing");
    }
    if !dependencies.is_empty() {
        let text = format!("dependencies:\n{dependencies}");
        if old || rng.one_in(30) {
            files.insert(format!("{folder}requirements.yaml"), text);
        } else {
            metadata += &text;
        }
    }
    files.insert(format!("{folder}Chart.yaml"), metadata);
    if rng.below(6) > 0 {
        files.insert(format!("{folder}values.yaml"), table(rng, 3));
    }
    files.insert(format!("{folder}templates/run.yaml"), SHOW.to_owned());
}

fn dependency(rng: &mut Rng, out: &mut String, name: &str) {
    let version = rng.word(&[
        "'*'",
        "'*'",
        "'*'",
        "'>=0.1.0-0'",
        "0.1.0",
        "'^1.0.0'",
        "'>= 9'",
        "''",
    ]);
    let _ = write!(out, "- name: {name}\n  version: {version}\n");
    let mut line = |times: usize, text: &str, rng: &mut Rng| {
        if rng.one_in(times) {
            let _ = writeln!(out, "  {text}");
        }
    };
    // Not `global`: Helm then changes the map that it goes through, and what comes out depends
    // on the order in which it does.
    let alias = format!(
        "alias: {}",
        rng.word(&["s1", "s2", "a", "b", "other", "bad name"])
    );
    line(6, &alias, rng);
    let condition = format!(
        "condition: {}",
        rng.word(&[
            "s1.on",
            "s2.on",
            "a.on",
            "on",
            "global.on",
            "s1.on,s2.on",
            "s1.a",
            "a.b.on",
            "''",
            "s1",
            " s1.on , on",
            "none.on",
            "s1.s2.on"
        ])
    );
    line(3, &condition, rng);
    let tags = format!(
        "tags: {}",
        rng.word(&["[a]", "[b]", "[a, b]", "[on]", "[]", "[none]", "[s1, s2]"])
    );
    line(4, &tags, rng);
    let imports = format!(
        "import-values: {}",
        rng.word(&[
            "[a]",
            "[a, b]",
            "[{child: a, parent: b}]",
            "[{child: exports.a, parent: a.b}]",
            "[{child: a, parent: .}]",
            "[{child: a.b, parent: global}]",
            "[none]",
            "[{child: none, parent: a}]",
            "[]",
            "[1]",
            "[{child: a}]",
            "[{parent: a}]",
            "[{child: s1, parent: s1}]",
            "[{child: global, parent: global}]",
            "[{child: ., parent: a}]",
            "[a, {child: b, parent: a}]",
            "[null]",
            "[{child: 1, parent: 2}]",
            "[[a]]",
            "{a: b}",
            "a",
            "[{child: '', parent: ''}]",
            "[{child: a, parent: ''}]",
            "[{child: a.b.c, parent: x.y}]",
            "[tags]",
            "[{child: tags, parent: tags}]",
        ])
    );
    line(2, &imports, rng);
    line(60, "repository: https://example.com", rng);
    line(60, "enabled: false", rng);
}
