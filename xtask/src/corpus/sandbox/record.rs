//! What became of the charts, for people: tables, and the part of `docs/parity.md`.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::Lived;
use super::beside::Pair;
use super::life::End;
use super::objects::Why;
use super::provide::unknown;
use crate::document::Part;
use crate::{table, workspace};

const HEAD: [&str; 6] = ["source", "renders", "clean", "refused", "unready", "left"];

/// How many lives ended in each way, by source.
pub fn table(lived: &[Lived<'_>]) -> String {
    let mut sources: BTreeMap<&str, Vec<&Lived<'_>>> = BTreeMap::new();
    for one in lived {
        sources.entry(&one.case.source).or_default().push(one);
    }
    let mut rows: Vec<Vec<String>> = sources
        .iter()
        .map(|(source, lived)| row(source, lived))
        .collect();
    rows.push(row("all", &lived.iter().collect::<Vec<_>>()));
    table::markdown(&HEAD, &rows)
}

fn row(name: &str, lived: &[&Lived<'_>]) -> Vec<String> {
    let mut counts = [0_usize; 4];
    for one in lived {
        counts[match one.life.end {
            End::Clean(_) => 0,
            End::Refused(_) => 1,
            End::Unready(_) => 2,
            End::Left(_) => 3,
        }] += 1;
    }
    let counts = counts.iter().map(usize::to_string);
    [name.to_owned(), lived.len().to_string()]
        .into_iter()
        .chain(counts)
        .collect()
}

/// Writes the part of `docs/parity.md`.
pub fn write(lived: &[Lived<'_>]) -> Result<()> {
    let archives: BTreeSet<&str> = lived.iter().map(|one| &*one.case.archive).collect();
    let provided = lived.iter().filter(|one| one.life.provided).count();
    let text = format!(
        "Recorded of {} renders of {} charts, {provided} of which were provided with something.\n\n{}\n\
         What is left of those that are clean:\n\n{}\nWhy others are refused, or not ready:\n\n{}",
        lived.len(),
        archives.len(),
        table(lived),
        left(lived),
        reasons(lived),
    );
    let part = Part {
        path: workspace::root().join("docs/parity.md"),
        name: "sandbox",
    };
    part.write(&text)
}

/// Writes what came of the lives beside a real server into `docs/parity.md`.
pub fn write_beside(pairs: &[Pair<'_>], every: usize) -> Result<()> {
    let alike = pairs.iter().filter(|pair| pair.parting.is_none()).count();
    let mut text = format!(
        "Recorded of {} charts, one of {every}: {alike} alike.\n",
        pairs.len()
    );
    let mut ends: BTreeMap<&str, [usize; 2]> = BTreeMap::new();
    for pair in pairs {
        let counts = ends.entry(class(&pair.life.end)).or_default();
        counts[0] += 1;
        counts[1] += usize::from(pair.parting.is_none());
    }
    let rows: Vec<Vec<String>> = ends
        .into_iter()
        .map(|(end, [all, alike])| vec![end.to_owned(), all.to_string(), alike.to_string()])
        .collect();
    let head = ["in the sandbox", "charts", "alike on the real server"];
    text.push_str(&format!("\n{}\n", table::markdown(&head, &rows)));
    for pair in pairs {
        if let Some(parting) = &pair.parting {
            text.push_str(&format!(
                "- {}: {}: here {}; there {}\n",
                short(pair.case.archive.as_str()),
                parting.what,
                quoted(&parting.sandbox),
                quoted(&parting.real)
            ));
        }
    }
    let part = Part {
        path: workspace::root().join("docs/parity.md"),
        name: "beside",
    };
    part.write(&text)
}

fn class(end: &End) -> &'static str {
    match end {
        End::Clean(_) => "clean",
        End::Refused(_) => "refused",
        End::Unready(_) => "unready",
        End::Left(_) => "left",
    }
}

fn short(archive: &str) -> &str {
    archive
        .trim_start_matches("charts/")
        .trim_end_matches(".tgz")
}

/// What one server says or has, on one line.
fn quoted(text: &str) -> String {
    if text.is_empty() {
        return "nothing".to_owned();
    }
    let words: Vec<&str> = text.split_whitespace().collect();
    format!("`{}`", words.join(" ").replace('`', "'"))
}

fn left(lived: &[Lived<'_>]) -> String {
    let mut counts: BTreeMap<Why, (usize, usize)> = BTreeMap::new();
    for one in lived {
        if let End::Clean(left) = &one.life.end {
            for (why, shapes) in &left.expected {
                let (renders, objects) = counts.entry(*why).or_default();
                *renders += 1;
                *objects += shapes.len();
            }
        }
    }
    let rows: Vec<Vec<String>> = counts
        .iter()
        .map(|(why, (renders, objects))| {
            vec![
                why.words().to_owned(),
                renders.to_string(),
                objects.to_string(),
            ]
        })
        .collect();
    table::markdown(&["what", "renders", "objects"], &rows)
}

/// The reasons, the commonest first, each with the charts that have it.
fn reasons(lived: &[Lived<'_>]) -> String {
    let mut found: BTreeMap<String, (usize, BTreeSet<&str>)> = BTreeMap::new();
    for one in lived {
        let (End::Refused(why) | End::Unready(why) | End::Left(why)) = &one.life.end else {
            continue;
        };
        let (renders, charts) = found.entry(essence(why)).or_default();
        *renders += 1;
        charts.insert(short(&one.case.archive));
    }
    let mut sorted: Vec<_> = found.into_iter().collect();
    sorted.sort_by(|a, b| b.1.0.cmp(&a.1.0).then_with(|| a.0.cmp(&b.0)));
    let mut text = String::new();
    for (why, (renders, charts)) in sorted {
        let charts: Vec<&str> = charts.into_iter().collect();
        text.push_str(&format!("- {why} ({renders}): {}\n", charts.join(", ")));
    }
    text
}

/// What an error is about: kinds that are not there, or the server's own words.
fn essence(why: &str) -> String {
    let unknown = unknown(why);
    if !unknown.is_empty() {
        let mut versions: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (kind, version) in unknown {
            versions.entry(version).or_default().insert(kind);
        }
        let all: Vec<String> = versions
            .into_iter()
            .map(|(version, kinds)| {
                let kinds: Vec<String> = kinds.into_iter().collect();
                format!("{version} {}", kinds.join(" and "))
            })
            .collect();
        return format!("no such kind: `{}`", all.join(", "));
    }
    let words = why.split_once("FAILED: ").map_or(why, |(_, rest)| rest);
    let words = words.split_once(", Kind=").map_or(words, |(_, rest)| rest);
    let words = words
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or(words);
    format!("`{}`", words.trim().replace('`', "'"))
}

#[cfg(test)]
mod tests {
    use super::essence;

    #[test]
    fn the_essence_is_what_the_server_says() {
        assert_eq!(
            essence(
                "Error: INSTALLATION FAILED: server-side apply failed for object x/a /v1, Kind=ConfigMap: bad\nmore"
            ),
            "`ConfigMap: bad`"
        );
        let error = "no matches for kind \"B\" in version \"b/v1\"\nno matches for kind \"A\" in version \"b/v1\"";
        assert_eq!(essence(error), "no such kind: `b/v1 A and B`");
    }
}
