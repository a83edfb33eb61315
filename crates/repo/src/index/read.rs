//! From the text of an index to its entries.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::thread;

use pintle_chart::{Warning, time};
use pintle_go_value::{Map, Value, json};
use pintle_go_yaml::Options;

use super::blocks::{Blocks, ChartBlock, blocks};
use super::fields::Fields;
use super::{Index, Read, sort};
use crate::decode::{self, Path, Rules, folded};
use crate::entry::Draft;
use crate::{Entry, Error};

/// An index smaller than this is read on one thread.
const WORTH_A_THREAD: usize = 512 << 10;
/// More threads than this gain nothing.
const THREADS: usize = 4;

const TYPE: &str = "repo.IndexFile";

/// Everything but the entries.
struct Head {
    api_version: String,
    generated: String,
}

impl Default for Head {
    fn default() -> Self {
        Self {
            api_version: String::new(),
            generated: time::ZERO.to_owned(),
        }
    }
}

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
    keep: impl Fn(&str, Vec<Entry>) -> T + Sync,
) -> Read<T> {
    let keep = checked_by(source, keep);
    told(match by_blocks(text, &keep) {
        Some(done) => Ok(done),
        None => whole(text, &keep),
    })
}

/// The versions of one chart, reading nothing else where the index can be cut.
pub(super) fn read_chart(text: &[u8], name: &str) -> Option<Vec<Entry>> {
    let cut = blocks(text).and_then(|Blocks { head, charts }| {
        let head = read_head(&yaml(&head)?)?;
        let is_of_it = |block: &&ChartBlock<'_>| {
            block
                .header
                .windows(name.len())
                .any(|part| part == name.as_bytes())
        };
        let keep = checked_by("", |_, entries| entries);
        let read = charts
            .iter()
            .filter(is_of_it)
            .map(|block| chart_of(block, &keep));
        let found: Vec<_> = read.collect::<Option<Vec<_>>>()?;
        let found = found.into_iter().find(|one| one.name == name);
        Some((!head.api_version.is_empty(), found))
    });
    if let Some((is_index, Some(found))) = cut {
        return is_index.then_some(found.of);
    }
    // A name may be written in ways that do not look like it.
    let all = read(
        text,
        "",
        |found, entries| if found == name { entries } else { Vec::new() },
    );
    all.index.ok()?.charts.remove(name)
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

/// Nothing where the blocks do not surely say what the whole says.
fn by_blocks<T: Send>(
    text: &[u8],
    keep: &(impl Fn(String, Vec<Option<Draft>>) -> Kept<T> + Sync),
) -> Option<Done<T>> {
    let Blocks { head, charts } = blocks(text)?;
    let head = read_head(&yaml(&head)?)?;
    let kept: Vec<Kept<T>> = if text.len() < WORTH_A_THREAD {
        charts_of(&charts, keep)?
    } else {
        let parts = shared_out(&charts);
        thread::scope(|scope| {
            let work = parts.map(|part| scope.spawn(move || charts_of(part, keep)));
            let work: Vec<_> = work.collect();
            let done = work.into_iter().map(|one| one.join().ok().flatten());
            done.collect::<Option<Vec<_>>>()
        })?
        .into_iter()
        .flatten()
        .collect()
    };
    let mut names: Vec<&str> = kept.iter().map(|one| one.name.as_str()).collect();
    names.sort_unstable();
    let all_different = names.windows(2).all(|pair| pair[0] != pair[1]);
    all_different.then_some((head, kept))
}

/// Parts of about the same size, one for each thread.
fn shared_out<'a, 'b>(
    charts: &'b [ChartBlock<'a>],
) -> impl Iterator<Item = &'b [ChartBlock<'a>]> + use<'a, 'b> {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let bytes: usize = charts.iter().map(ChartBlock::len).sum();
    let share = bytes / threads.min(THREADS) + 1;
    let mut rest = charts;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let mut taken = 0;
        let enough = rest.iter().position(|chart| {
            taken += chart.len();
            taken >= share
        });
        let (part, more) = rest.split_at(enough.map_or(rest.len(), |at| at + 1));
        rest = more;
        Some(part)
    })
}

fn charts_of<T>(
    charts: &[ChartBlock<'_>],
    keep: &impl Fn(String, Vec<Option<Draft>>) -> Kept<T>,
) -> Option<Vec<Kept<T>>> {
    charts.iter().map(|chart| chart_of(chart, keep)).collect()
}

fn chart_of<T>(
    chart: &ChartBlock<'_>,
    keep: &impl Fn(String, Vec<Option<Draft>>) -> Kept<T>,
) -> Option<Kept<T>> {
    let Value::Map(header) = yaml(chart.header)? else {
        return None;
    };
    let mut header = header.entries();
    let (name, nothing) = header.pop().filter(|_| header.is_empty())?;
    let is_empty_list = matches!(&nothing, Value::List(list) if list.is_empty());
    if !(nothing.is_nil() || is_empty_list && chart.items.is_empty()) {
        return None;
    }
    let mut drafts = Vec::new();
    let mut fields = Fields::default();
    for text in chart.entries() {
        let entry = match fields.read(text, yaml) {
            Some(entry) => entry,
            None => whole_entry(text)?,
        };
        let path = Path::Top(TYPE, "");
        drafts.push(Draft::read(&entry, &path, Rules::YAML).ok()?);
    }
    Some(keep(name.as_str()?.to_owned(), drafts))
}

/// An entry that could not be cut: a list of one.
fn whole_entry(text: &[u8]) -> Option<Value> {
    match yaml(text)? {
        Value::List(list) if list.len() == 1 => list.first().cloned(),
        _ => None,
    }
}

fn yaml(text: &[u8]) -> Option<Value> {
    Some(pintle_go_yaml::parse_with(text, &YAML).ok()?.0)
}

const YAML: Options = Options {
    limits: pintle_go_yaml::Limits {
        max_depth: json::MAX_DEPTH,
        max_values: usize::MAX,
    },
    strict: true,
    located: false,
    integers: true,
};

fn read_head(value: &Value) -> Option<Head> {
    let mut head = Head::default();
    let Value::Map(map) = value else {
        return value.is_nil().then_some(head);
    };
    let path = Path::Top(TYPE, "");
    for (key, value) in map.entries() {
        let key = key.to_text();
        if folded(&key) == "entries" {
            return None;
        }
        head.field(&key, &value, &Path::Key(&path, &key), Rules::YAML)
            .ok()?;
    }
    Some(head)
}

impl Head {
    fn field(
        &mut self,
        key: &str,
        value: &Value,
        at: &Path<'_>,
        rules: Rules,
    ) -> Result<(), String> {
        match &*folded(key) {
            "apiversion" => decode::string(&mut self.api_version, value, at, rules),
            "generated" => decode::time(&mut self.generated, value, at),
            "publickeys" => decode::strings(value, at, rules).map(|_| ()),
            "annotations" => decode::string_map(value, at, rules).map(|_| ()),
            "serverinfo" => decode::record(value, at, "map[string]interface {}").map(|_| ()),
            _ => rules.unknown(key),
        }
    }
}

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
}
