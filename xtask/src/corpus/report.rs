//! What the comparison shows: a table by source, and the cases that are not as they should be.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context as _, Result};

use super::case::Case;
use super::verdict::{Kind, Verdict};
use crate::{table, workspace};

/// A case and what came out.
#[derive(Debug)]
pub struct Judged<'a> {
    /// The case.
    pub case: &'a Case,
    /// Its verdict.
    pub verdict: Verdict,
}

/// How many cases of each class there are.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counts(BTreeMap<Kind, usize>);

impl Counts {
    /// Counts some cases.
    pub fn of<'a>(judged: impl IntoIterator<Item = &'a Judged<'a>>) -> Self {
        let mut counts = BTreeMap::new();
        for one in judged {
            *counts.entry(one.verdict.kind).or_default() += 1;
        }
        Self(counts)
    }

    /// The cases of one class.
    pub fn get(&self, kind: Kind) -> usize {
        self.0.get(&kind).copied().unwrap_or_default()
    }

    /// All cases.
    pub fn total(&self) -> usize {
        self.0.values().sum()
    }

    fn row(&self, name: &str) -> Vec<String> {
        let figures = Kind::ALL.map(|kind| self.get(kind).to_string());
        [name.to_owned(), self.total().to_string()]
            .into_iter()
            .chain(figures)
            .collect()
    }
}

/// The table by source with the totals in its last row.
pub fn by_source(judged: &[Judged<'_>]) -> String {
    let mut sources: BTreeMap<&str, Vec<&Judged<'_>>> = BTreeMap::new();
    for one in judged {
        sources.entry(&one.case.source).or_default().push(one);
    }
    let mut rows: Vec<Vec<String>> = sources
        .iter()
        .map(|(source, judged)| Counts::of(judged.iter().copied()).row(source))
        .collect();
    rows.push(Counts::of(judged).row("all"));
    let mut head = vec!["source", "renders"];
    head.extend(Kind::ALL.map(Kind::name));
    table::markdown(&head, &rows)
}

/// The commonest reasons of one class: what to mend first.
pub fn commonest(judged: &[Judged<'_>], kind: Kind, most: usize) -> Vec<(usize, String)> {
    let mut reasons: BTreeMap<String, usize> = BTreeMap::new();
    for one in judged.iter().filter(|one| one.verdict.kind == kind) {
        *reasons.entry(essence(&one.verdict.reason)).or_default() += 1;
    }
    let mut sorted: Vec<(usize, String)> = reasons
        .into_iter()
        .map(|(reason, count)| (count, reason))
        .collect();
    sorted.sort_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    sorted.truncate(most);
    sorted
}

/// The last part of an error's chain, which different charts have in common.
fn essence(reason: &str) -> String {
    let last = reason.rsplit(": ").next().unwrap_or(reason);
    last.trim().chars().take(120).collect()
}

/// Writes `target/corpus`: all differences in one file, and one file a case.
pub fn write(judged: &[Judged<'_>]) -> Result<()> {
    let folder = workspace::target("corpus");
    let cases = folder.join("cases");
    if cases.exists() {
        fs::remove_dir_all(&cases).context("the cases of the last run")?;
    }
    fs::create_dir_all(&cases)?;
    let mut all = String::new();
    for one in judged.iter().filter(|one| !one.verdict.kind.is_good()) {
        let kind = one.verdict.kind.name();
        let head = format!(
            "### {kind}: {}\n$ pintle {}\n{}\n",
            one.case.name(),
            one.case.arguments().join(" "),
            one.verdict.reason
        );
        let path = cases
            .join(kind)
            .join(format!("{}.diff", one.case.file_name()));
        fs::create_dir_all(path.parent().unwrap_or(&cases))?;
        fs::write(&path, format!("{head}\n{}", one.verdict.detail))?;
        let short: String = one
            .verdict
            .detail
            .lines()
            .take(25)
            .flat_map(|line| [line, "\n"])
            .collect();
        all.push_str(&format!("{head}{short}\n"));
    }
    fs::write(folder.join("differences.txt"), all)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn the_essence_of_an_error_is_its_end() {
        assert_eq!(
            essence("Error: a/b.yaml:3:4: function \"x\" not defined"),
            "function \"x\" not defined"
        );
    }
}
