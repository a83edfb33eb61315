//! `cargo xtask documents`: what the documents say of the sources must be true.
//!
//! Each `DIFF:` note in the sources has an entry in `COMPATIBILITY.md`; each test named there
//! exists; each path named in a document exists.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use crate::arguments::Arguments;
use crate::workspace;

const DOCUMENTS: [&str; 10] = [
    "README.md",
    "ARCHITECTURE.md",
    "COMPATIBILITY.md",
    "CONTRIBUTING.md",
    "SECURITY.md",
    "docs/testing.md",
    "docs/fuzzing.md",
    "docs/parity.md",
    "docs/benchmarks.md",
    "docs/serve.md",
];
/// The last cell of an entry whose test is still to be written.
const NO_TEST: &str = "none yet";

/// Runs the subcommand.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    arguments.finish()?;
    let root = workspace::root();
    let sources = sources(&root.join("crates"))?;
    let entries = entries(&read(&root.join("COMPATIBILITY.md"))?);
    let mut wrong = differences(&root, &sources, &entries);
    for document in DOCUMENTS {
        let text = read(&root.join(document))?;
        let missing = paths(&text)
            .into_iter()
            .filter(|path| !root.join(path).exists());
        wrong.extend(missing.map(|path| format!("{document} names {path}, which is not there")));
    }
    for one in &wrong {
        println!("wrong: {one}");
    }
    let untested = entries.iter().filter(|entry| entry.test.is_none()).count();
    println!(
        "documents: {} differences, {untested} of them without a test; {} mistakes",
        entries.len(),
        wrong.len()
    );
    Ok(if wrong.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// An entry of `COMPATIBILITY.md`.
#[derive(Debug, PartialEq, Eq)]
struct Entry {
    source: String,
    test: Option<String>,
}

/// The rows of three cells that name a source.
fn entries(text: &str) -> Vec<Entry> {
    text.lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.strip_prefix("| ")?.split(" | ").collect();
            let [_, source, test] = cells[..] else {
                return None;
            };
            let source = source.strip_prefix('`')?.strip_suffix('`')?.to_owned();
            let test = test.trim_end_matches(" |").trim();
            Some(Entry {
                source,
                test: (test != NO_TEST).then(|| test.trim_matches('`').to_owned()),
            })
        })
        .collect()
}

fn differences(root: &Path, sources: &[(PathBuf, String)], entries: &[Entry]) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, text) in sources {
        let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy();
        // A test may say which difference it shows; the note that counts is in the code.
        if shown.contains("/tests/") {
            continue;
        }
        let listed = entries.iter().any(|entry| entry.source == shown);
        if text.contains("DIFF:") != listed {
            wrong.push(if listed {
                format!("COMPATIBILITY.md lists {shown}, which has no DIFF: note")
            } else {
                format!("{shown} has a DIFF: note and no entry in COMPATIBILITY.md")
            });
        }
    }
    for test in entries.iter().filter_map(|entry| entry.test.as_ref()) {
        let definition = format!("fn {test}(");
        if !sources.iter().any(|(_, text)| text.contains(&definition)) {
            wrong.push(format!(
                "COMPATIBILITY.md names the test {test}, which is not there"
            ));
        }
    }
    wrong
}

/// The paths of this repository that a document names in backquotes, patterns apart.
fn paths(text: &str) -> Vec<&str> {
    text.split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| {
            let ours = ["crates/", "tests/", "xtask/", "docs/", "examples/"];
            ours.iter().any(|start| word.starts_with(start)) && !word.contains(['<', '*', ' '])
        })
        .collect()
}

/// Every Rust file below a folder, in the order of their paths.
fn sources(folder: &Path) -> Result<Vec<(PathBuf, String)>> {
    let mut found = Vec::new();
    let mut left = vec![folder.to_path_buf()];
    while let Some(folder) = left.pop() {
        for entry in fs::read_dir(&folder).with_context(|| folder.display().to_string())? {
            let path = entry?.path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = read(&path)?;
                found.push((path, text));
            }
        }
    }
    found.sort();
    Ok(found)
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| path.display().to_string())
}

#[cfg(test)]
mod tests {
    use super::{Entry, differences, entries, paths};
    use std::path::Path;

    const TABLE: &str = "\
| difference | source | test |
| ---------- | ------ | ---- |
| a limit | `crates/a/src/b.rs` | none yet |
| a text | `crates/a/src/c.rs` | `texts_differ` |
";

    #[test]
    fn rows_are_entries() {
        let entry = |source: &str, test: Option<&str>| Entry {
            source: source.into(),
            test: test.map(Into::into),
        };
        assert_eq!(
            entries(TABLE),
            [
                entry("crates/a/src/b.rs", None),
                entry("crates/a/src/c.rs", Some("texts_differ"))
            ]
        );
    }

    #[test]
    fn notes_entries_and_tests_belong_together() {
        let source = |name: &str, text: &str| {
            let path = Path::new("/w/crates/a/src").join(name);
            (path, text.to_owned())
        };
        let sources = [
            source("b.rs", "no note"),
            source("c.rs", "// DIFF: x"),
            source("d.rs", "// DIFF: y"),
        ];
        assert_eq!(
            differences(Path::new("/w"), &sources, &entries(TABLE)),
            [
                "COMPATIBILITY.md lists crates/a/src/b.rs, which has no DIFF: note",
                "crates/a/src/d.rs has a DIFF: note and no entry in COMPATIBILITY.md",
                "COMPATIBILITY.md names the test texts_differ, which is not there",
            ]
        );
    }

    #[test]
    fn paths_are_words_in_backquotes() {
        let text = "`docs/a.md` docs/b.md `crates/<x>/y` `tests/cluster/up` `tests/x --all`";
        assert_eq!(paths(text), ["docs/a.md", "tests/cluster/up"]);
    }
}
