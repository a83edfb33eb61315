//! Printed text without what no two clusters have in common: times, uids, addresses, random names.

use std::sync::LazyLock;

use regex::Regex;

/// What is random in names is made of these.
const RANDOM: &str = "[bcdfghjklmnpqrstvwxz2456789]";

static RULES: LazyLock<Vec<(Regex, &str)>> = LazyLock::new(|| {
    let rules = [
        (
            "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
            "UID",
        ),
        // `2026-11-22T10:00:00Z`, Helm's `2026-11-22 10:00:00.5 +0000 UTC`
        (
            r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)?",
            "TIME",
        ),
        // `Sun, 22 Nov 2026 10:00:00 +0000`, `Sun Nov 22 10:00:00 2026`
        (r"\b\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", "TIME"),
        (r"\b\w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d \d{4}", "TIME"),
        (r"https://127\.0\.0\.1:\d+", "SERVER"),
        (r"/tmp/(LIVE|MERGED)-\d+", "/tmp/$1"),
        (r"\b(10|172|192)\.\d+\.\d+\.\d+\b", "ADDRESS"),
        (r#"([rR]esource ?Version"?:\s+)"?\d+"?"#, "${1}N"),
        (r"modifiedAt=\d+", "modifiedAt=N"),
        (r#"(nodePort"?:\s+|\d:)3[0-2]\d{3}\b"#, "${1}PORT"),
        (r"(NodePort:.*\s)3[0-2]\d{3}/", "${1}PORT/"),
        ("(pod-template-hash\"?[=:] ?\"?)RANDOM{8,10}", "${1}HASH"),
        (r"-RANDOM{8,10}\b", "-HASH"),
        (r"-RANDOM{5}\b", "-ID"),
        (r" \(x\d+ over [^)]*\)", ""),
    ];
    let rules = rules.into_iter().map(|(pattern, by)| {
        let rule = Regex::new(&pattern.replace("RANDOM", RANDOM));
        (
            rule.unwrap_or_else(|error| panic!("{pattern}: {error}")),
            by,
        )
    });
    rules.collect()
});

static AGE: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^(\d+(\.\d+)?(y|d|h|m|s|ms|µs))+$").expect("a pattern"));

/// What kubectl logs of its own when a watch ends, or takes as long as it was willing to wait.
static LOGGED: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^[IWE]\d{4} \d\d:\d\d:\d\d\.\d+ ").expect("a pattern"));

/// Lines as they are kept: columns are two spaces apart, however wide they are.
pub fn same(text: &str, home: &str) -> Vec<String> {
    let text = text.replace(home, "[HOME]");
    let mut lines: Vec<String> = text
        .lines()
        .filter(|line| !LOGGED.is_match(line))
        .map(line)
        .collect();
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

fn line(text: &str) -> String {
    let mut text = text.replace('\t', "  ");
    for (rule, by) in RULES.iter() {
        text = rule.replace_all(&text, *by).into_owned();
    }
    let words = text.trim_start();
    let mut told = " ".repeat(text.len() - words.len());
    let mut gap = 0;
    for word in words.split(' ') {
        if word.is_empty() {
            gap += 1;
            continue;
        }
        if !told.trim_start().is_empty() {
            told.push_str(if gap > 0 { "  " } else { " " });
        }
        // Not the `100m` of a processor: it stands behind `cpu: `, in columns there is more space.
        let is_value = gap == 0 && told.ends_with(": ");
        gap = 0;
        let bare = word.trim_matches(['(', ')', ',']);
        if !is_value && AGE.is_match(bare) {
            told.push_str(&word.replace(bare, "AGE"));
        } else {
            told.push_str(word);
        }
    }
    told.trim_end().to_owned()
}
