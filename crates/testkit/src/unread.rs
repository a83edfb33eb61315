//! A check of `--strict-values` that trusts nothing: what is said to be unread is changed and
//! taken away, and the output must stay as it is.

use std::fmt::Write as _;
use std::path::Path;

use serde_json::{Map, Value};

use crate::{Finished, Home};

/// A chart that prints its values.
const ECHO: &str = "apiVersion: v2\nname: echo\nversion: 0.1.0\n";

/// What came of a check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// So many values were said to be unread, and are.
    Right(usize),
    /// These were said to be unread, and change the output.
    Wrong(Vec<String>),
    /// The chart cannot be checked, for this reason.
    Skipped(&'static str),
}

/// A chart to check.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'a> {
    /// The program.
    pub program: &'a Path,
    /// The working directory.
    pub folder: &'a Path,
    /// The chart's archive.
    pub chart: &'a str,
    /// The values file to give; none gives the chart's own.
    pub values: Option<&'a str>,
}

/// Gives the chart the values, and checks what the program says of them.
pub fn check(subject: &Subject<'_>) -> Verdict {
    let home = Home::new();
    let Some(given) = subject.given(&home) else {
        return Verdict::Skipped("no values");
    };
    home.write("given.json", given.to_string());
    let told = subject.template(&home, "given.json", &["--strict-values=error"]);
    let paths = told_paths(&told.stderr);
    if paths.is_empty() {
        return Verdict::Right(0);
    }
    let base = subject.template(&home, "given.json", &[]);
    if base.code != Some(0) {
        return Verdict::Skipped("does not render");
    }
    if subject.template(&home, "given.json", &[]).stdout != base.stdout {
        return Verdict::Skipped("renders vary");
    }
    let all: Vec<&str> = paths.iter().map(String::as_str).collect();
    if subject.stays(&home, &given, &all, &base) {
        return Verdict::Right(paths.len());
    }
    let wrong: Vec<String> = paths
        .iter()
        .filter(|path| !subject.stays(&home, &given, &[path], &base))
        .cloned()
        .collect();
    if wrong.is_empty() {
        return Verdict::Wrong(vec![format!("all at once: {}", paths.join(", "))]);
    }
    Verdict::Wrong(wrong)
}

impl Subject<'_> {
    /// The values as the program reads them.
    fn given(&self, home: &Home) -> Option<Value> {
        let file = match self.values {
            Some(file) => self.folder.join(file),
            None => {
                let shown = home
                    .command(self.program)
                    .args(["show", "values", self.chart])
                    .current_dir(self.folder)
                    .run();
                home.write("own.yaml", shown.stdout)
            }
        };
        home.write("echo/Chart.yaml", ECHO);
        home.write("echo/templates/all.yaml", "{{ .Values | toJson }}");
        let done = home
            .command(self.program)
            .args(["template", "r", "echo", "-f"])
            .arg(file)
            .run();
        let json = done.stdout.lines().find(|line| line.starts_with('{'))?;
        serde_json::from_str(json).ok()
    }

    fn template(&self, home: &Home, values: &str, more: &[&str]) -> Finished {
        home.command(self.program)
            .args([
                "template",
                "rel",
                self.chart,
                "--skip-schema-validation",
                "-f",
            ])
            .arg(home.path().join(values))
            .args(more)
            .current_dir(self.folder)
            .run()
    }

    /// Whether the output stays when the values at these paths are others, and when they are
    /// not there.
    fn stays(&self, home: &Home, given: &Value, paths: &[&str], base: &Finished) -> bool {
        [other, |_: &Value| Value::Null].iter().all(|change| {
            let mut changed = given.clone();
            for path in paths {
                if let Some(value) = find(&mut changed, &steps(path)) {
                    *value = change(value);
                }
            }
            home.write("changed.json", changed.to_string());
            let done = self.template(home, "changed.json", &[]);
            done.code == Some(0) && done.stdout == base.stdout
        })
    }
}

/// The paths that a refusal lists: `  PLACE: PATH; did you mean …?`
fn told_paths(stderr: &str) -> Vec<String> {
    let lines = stderr.lines().filter_map(|line| line.strip_prefix("  "));
    let path = |line: &str| {
        let (_, told) = line.split_once(": ")?;
        let told = told.split("; did you mean ").next()?;
        Some(told.split(", though ").next()?.to_owned())
    };
    let is_list = stderr.contains("given that no template reads:");
    lines.filter_map(path).filter(|_| is_list).collect()
}

/// One step of a path.
enum Step {
    Key(String),
    Index(usize),
}

/// `a.b[0].c`; `\.` is a dot in a key.
fn steps(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut letters = path.chars().peekable();
    while let Some(letter) = letters.peek().copied() {
        match letter {
            '[' => {
                letters.next();
                let index: String = letters.by_ref().take_while(|c| *c != ']').collect();
                steps.push(Step::Index(index.parse().unwrap_or(usize::MAX)));
            }
            '.' => {
                letters.next();
            }
            _ => {
                let mut key = String::new();
                while let Some(letter) = letters.next_if(|c| !matches!(c, '.' | '[')) {
                    match letter {
                        '\\' => key.extend(letters.next()),
                        plain => key.push(plain),
                    }
                }
                steps.push(Step::Key(key));
            }
        }
    }
    steps
}

fn find<'a>(value: &'a mut Value, steps: &[Step]) -> Option<&'a mut Value> {
    steps.iter().try_fold(value, |value, step| match step {
        Step::Key(key) => value.get_mut(key),
        Step::Index(index) => value.get_mut(index),
    })
}

/// Another value of the same type.
fn other(value: &Value) -> Value {
    match value {
        Value::Null | Value::String(_) => Value::from("something else"),
        Value::Bool(set) => Value::from(!set),
        Value::Number(number) => Value::from(number.as_i64().unwrap_or_default() + 1),
        Value::Array(items) if items.is_empty() => Value::from(vec!["something else"]),
        Value::Array(items) => items.iter().map(other).collect(),
        Value::Object(entries) if entries.is_empty() => {
            let mut more = Map::new();
            more.insert("something".to_owned(), Value::from("else"));
            Value::Object(more)
        }
        Value::Object(entries) => entries
            .iter()
            .map(|(key, value)| (key.clone(), other(value)))
            .collect(),
    }
}

impl std::fmt::Display for Verdict {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Right(count) => write!(f, "{count} unread"),
            Self::Skipped(reason) => f.write_str(reason),
            Self::Wrong(paths) => {
                let mut text = String::from("read after all: ");
                let _ = write!(text, "{}", paths.join(", "));
                f.write_str(&text)
            }
        }
    }
}
