//! From the text of an index to its entries.

use std::collections::BTreeMap;
use std::io;

use pintle_chart::Warning;
use pintle_go_value::{Map, Value, json};

use super::blocks::{Cut, Cutter};
use super::head::{Head, TYPE, YAML};
use super::windows::{self, Windows};
use super::{Index, Read, sort};
use crate::decode::{self, Path, Rules, folded};
use crate::entry::Draft;
use crate::{Entry, Error};

/// One chart as far as it is known.
struct Kept<T> {
    name: String,
    warnings: Vec<Warning>,
    of: T,
}

/// Reads an index: by blocks where it can be cut, else as a whole.
pub(super) fn read<T: Send>(
    text: &[u8],
    source: &str,
    windows: Windows,
    keep: impl Fn(&str, Vec<Entry>) -> T + Sync,
) -> Read<T> {
    let keep = checked_by(source, keep);
    let mut kept = Vec::new();
    let by_blocks = windows.read(text, &keep, |one| {
        kept.push(one);
        Some(())
    });
    told(match by_blocks {
        Some(head) => Ok((head, kept)),
        None => whole(text, &keep),
    })
}

/// Reads an index that is not in memory and never needs to be, and shows to `take` each chart's
/// name and what `keep` makes of its versions; log lines by chart. Nothing where that does not
/// surely say what [`read`] does, or when `take` wants no more.
pub(super) fn stream<T: Send>(
    text: impl io::Read,
    windows: Windows,
    source: &str,
    keep: impl Fn(&str, Vec<Entry>) -> T + Sync,
    mut take: impl FnMut(String, T) -> Option<()>,
) -> Option<Vec<Warning>> {
    let keep = checked_by(source, keep);
    let mut warnings = BTreeMap::new();
    let head = windows.read(text, &keep, |one| {
        if !one.warnings.is_empty() {
            warnings.insert(one.name.clone(), one.warnings);
        }
        take(one.name, one.of)
    })?;
    (!head.api_version.is_empty()).then(|| warnings.into_values().flatten().collect())
}

/// The versions of one chart, reading nothing else where the index can be cut.
pub(super) fn read_chart(text: &[u8], name: &str) -> Option<Vec<Entry>> {
    if let Some((is_index, Some(found))) = cut_chart(text, name) {
        return is_index.then_some(found);
    }
    // A name may be written in ways that do not look like it.
    let windows = Windows::for_size(text.len());
    let all = read(text, "", windows, |found, entries| {
        if found == name { entries } else { Vec::new() }
    });
    all.index.ok()?.charts.remove(name)
}

/// The versions of one chart, if it is seen where the index is cut, and whether that is one.
fn cut_chart(text: &[u8], name: &str) -> Option<(bool, Option<Vec<Entry>>)> {
    let mut cutter = Cutter::default();
    let mut cuts = cutter.lines(text)?;
    let (head, last) = cutter.finish()?;
    cuts.extend(last);
    let head = Head::read(&head)?;
    let mut found = None;
    for block in cuts.into_iter().filter_map(|cut: Cut| cut.of(text, 0)) {
        let mut parts = block.header.windows(name.len().max(1));
        if !parts.any(|part| part == name.as_bytes()) {
            continue;
        }
        let (of, drafts) = windows::chart(&block)?;
        if of == name && found.is_none() {
            found = Some(checked(name, drafts, "").0);
        }
    }
    Some((!head.api_version.is_empty(), found))
}

/// Reads an index as a whole.
pub(super) fn read_whole<T>(
    text: &[u8],
    source: &str,
    keep: impl Fn(&str, Vec<Entry>) -> T,
) -> Read<T> {
    told(whole(text, &checked_by(source, keep)))
}

/// Checks the entries of a chart before `keep` sees them.
fn checked_by<T>(
    source: &str,
    keep: impl Fn(&str, Vec<Entry>) -> T,
) -> impl Fn(String, Vec<Option<Draft>>) -> Kept<T> {
    move |name, drafts| {
        let (entries, warnings) = checked(&name, drafts, source);
        let of = keep(&name, entries);
        Kept { name, warnings, of }
    }
}

fn told<T>(done: Result<Done<T>, Error>) -> Read<T> {
    match done {
        Ok((head, charts)) => assembled(head, charts),
        Err(error) => Read {
            warnings: Vec::new(),
            index: Err(error),
        },
    }
}

fn assembled<T>(head: Head, mut kept: Vec<Kept<T>>) -> Read<T> {
    // Helm's order is random.
    kept.sort_by(|one, other| one.name.cmp(&other.name));
    let mut warnings = Vec::new();
    let mut charts = BTreeMap::new();
    for one in kept {
        warnings.extend(one.warnings);
        charts.insert(one.name, one.of);
    }
    if head.api_version.is_empty() {
        return Read {
            warnings,
            index: Err(Error::new("no API version specified")
                .hint("is it the index of a chart repository? `repo index` makes one")),
        };
    }
    let index = Index {
        api_version: head.api_version,
        generated: head.generated,
        charts,
    };
    Read {
        warnings,
        index: Ok(index),
    }
}

/// What is valid of the entries under one name, the newest first.
///
/// HELM: entries are looked at from the last to the first.
fn checked(name: &str, drafts: Vec<Option<Draft>>, source: &str) -> (Vec<Entry>, Vec<Warning>) {
    const SKIPPED: &str = "skipping loading invalid entry for chart";
    let mut warnings = Vec::new();
    let mut entries = Vec::with_capacity(drafts.len());
    for draft in drafts.into_iter().rev() {
        let Some(draft) = draft else {
            let warning = Warning::warn(format!("{SKIPPED}: empty entry")).with("name", name);
            warnings.push(warning.with("source", source));
            continue;
        };
        match draft.check() {
            Ok(entry) => entries.push(entry),
            Err((version, problem)) => {
                let warning = Warning::warn(SKIPPED).with("name", name);
                let warning = warning.with("version", version).with("source", source);
                warnings.push(warning.with("error", problem.to_string()));
            }
        }
    }
    entries.reverse();
    sort(&mut entries);
    (entries, warnings)
}

type Done<T> = (Head, Vec<Kept<T>>);

/// The long way, which has Helm's words for everything that is wrong.
fn whole<T>(
    text: &[u8],
    keep: &impl Fn(String, Vec<Option<Draft>>) -> Kept<T>,
) -> Result<Done<T>, Error> {
    if text.is_empty() {
        return Err(Error::new("empty index.yaml file")
            .hint("the file has no bytes; was the download cut off?"));
    }
    let web_page = || {
        let start = text.trim_ascii_start();
        let is_page = start.first() == Some(&b'<');
        is_page.then_some("it starts like a web page: is the URL that of the repository itself, and does it need a login?")
    };
    let hinted = |error: Error| match web_page() {
        Some(hint) => error.hint(hint),
        None => error,
    };
    if let Some(value) = as_json(text) {
        let path = Path::Top(TYPE, "IndexFile");
        return from_value(&value, &path, Rules::JSON, keep).map_err(Error::new);
    }
    let (value, _) = pintle_go_yaml::parse_with(text, &YAML)
        .map_err(|error| hinted(Error::new(error.shown())))?;
    from_value(&value, &Path::Top(TYPE, ""), Rules::YAML, keep).map_err(|mismatch| {
        hinted(Error::new(format!(
            "error unmarshaling JSON: while decoding JSON: {mismatch}"
        )))
    })
}

/// HELM: what is JSON is not read as YAML, and is not read strictly.
fn as_json(text: &[u8]) -> Option<Value> {
    let first = *text.trim_ascii_start().first()?;
    let may_be = matches!(
        first,
        b'{' | b'[' | b'"' | b'-' | b't' | b'f' | b'n' | b'0'..=b'9'
    );
    json::decode(text).ok().filter(|_| may_be)
}

fn from_value<T>(
    value: &Value,
    path: &Path<'_>,
    rules: Rules,
    keep: &impl Fn(String, Vec<Option<Draft>>) -> Kept<T>,
) -> Result<Done<T>, String> {
    let mut head = Head::default();
    let mut kept = Vec::new();
    let Some(map) = decode::record(value, path, TYPE)? else {
        return Ok((head, kept));
    };
    for (key, value) in map.entries() {
        let key = key.to_text();
        let at = Path::Key(path, &key);
        if folded(&key) == "entries" {
            let charts = decode::record(&value, &at, "map[string]repo.ChartVersions")?;
            kept.extend(charts_of_value(
                &charts.unwrap_or_default(),
                &at,
                rules,
                keep,
            )?);
        } else {
            head.field(&key, &value, &at, rules)?;
        }
    }
    Ok((head, kept))
}

fn charts_of_value<T>(
    charts: &Map,
    path: &Path<'_>,
    rules: Rules,
    keep: &impl Fn(String, Vec<Option<Draft>>) -> Kept<T>,
) -> Result<Vec<Kept<T>>, String> {
    let mut kept = Vec::new();
    for (name, value) in charts.entries() {
        let name = name.to_text().into_owned();
        let at = Path::Key(path, &name);
        let drafts = decode::list(&value, &at, "repo.ChartVersions", |item, at| {
            Draft::read(item, at, rules)
        })?;
        kept.push(keep(name, drafts.unwrap_or_default()));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INDEX: &str = "apiVersion: v1\nentries:\n  web:\n  - name: web\n    version: 1.0.0\n    urls: [a]\n  - name: web\n    version: 2.0.0\n    urls: [b]\n\
                         \x20 \"q\\x75oted\":\n  - name: quoted\n    version: 1.0.0\n    urls: [a]\n  broken:\n  - name: {broken\n    version: 1.0.0\n";

    fn versions(text: &str, name: &str) -> Option<Vec<String>> {
        let found = read_chart(text.as_bytes(), name)?;
        let version = |entry: Entry| entry.metadata.version;
        Some(found.into_iter().map(version).collect())
    }

    #[test]
    fn of_one_chart_nothing_else_is_read() {
        let newest_first = Some(vec!["2.0.0".to_owned(), "1.0.0".to_owned()]);
        assert_eq!(versions(INDEX, "web"), newest_first);
        // What is broken elsewhere is seen only when it is looked at.
        assert_eq!(versions(INDEX, "broken"), None);
        assert_eq!(versions(INDEX, "nope"), None);
        let whole = INDEX.split("  broken:").next().unwrap_or_default();
        assert_eq!(versions(whole, "quoted"), Some(vec!["1.0.0".to_owned()]));
        assert_eq!(versions(whole, "nope"), None);
        assert_eq!(
            versions(&whole.replace("apiVersion: v1", "x: y"), "web"),
            None
        );
    }

    /// What is cut is the same as a whole.
    #[test]
    fn what_goes_over_the_entries_is_read_as_a_whole() {
        let entries = "entries:\n  web:\n  - name: web\n    version: 1.0.0\n    urls: [a]\n";
        for (before, after) in [
            ("apiVersion: v1\n", "generated: \"2026-01-01T00:00:00Z\"\n"),
            ("apiVersion: v1\n", "~"),
            ("", "~\n"),
            ("", "null\n"),
            ("apiVersion: v1\n", "{generated: x}\n"),
            ("{apiVersion: v1}\n", ""),
            ("apiVersion: \"v\n", "a\"\n"),
            ("apiVersion: \"v\n", "\"\n"),
            ("apiVersion: v1\n", "'generated': x\n"),
            ("annotations: {a: b,\napiVersion: \"", "\"}\n"),
            ("# c\n", "apiVersion: v1\n"),
            ("apiVersion: v1\n", "apiVersion: v2\n"),
            ("apiVersion: &a v1\n", "generated: *a\n"),
            ("apiVersion: v1\n", "? generated\n: x\n"),
        ] {
            let text = format!("{before}{entries}{after}");
            let told = |read: Read<Vec<Entry>>| match read.index {
                Ok(index) => Ok(String::from_utf8(index.to_yaml().unwrap()).unwrap()),
                Err(error) => Err(error.to_string()),
            };
            let read = told(Index::read(text.as_bytes(), ""));
            assert_eq!(read, told(Index::read_whole(text.as_bytes(), "")), "{text}");
        }
    }
}
