//! Templates that fail.

use pintle_go_template::Call;
use pintle_render::trace::{Failure, Resolved};

use super::excerpt::{name_in, node_at, tame};
use super::value::{chart_path, shown_path};
use super::{Excerpt, Explanation, Sources, Topic};

/// How many calls and values are told.
const MAX_CALLS: usize = 8;
const MAX_VALUES: usize = 4;

/// Explains the failure of a template.
pub(super) fn explain(failure: &Failure, sources: &Sources) -> Explanation {
    let mut explanation = Explanation::default();
    let chart = chart_path(&failure.template);
    let culprit = culprit(failure, sources);
    explanation
        .excerpts
        .extend(excerpt(failure, culprit.as_ref(), &chart));
    calls(failure, &mut explanation);
    match &culprit {
        Some((_, found)) => sources.describe(found, &chart, &mut explanation),
        None => values(failure, sources, &chart, &mut explanation),
    }
    explanation
}

/// The read that failed, when following names is what failed.
fn culprit<'a>(failure: &'a Failure, sources: &Sources) -> Option<(&'a [Box<str>], Resolved)> {
    let follows = failure.message.starts_with("nil pointer evaluating")
        || failure.message.starts_with("can't evaluate field");
    let read = failure.reads.last().filter(|_| follows)?;
    let found = sources.resolve(read)?;
    Some((&read.names[..found.used.min(read.names.len())], found))
}

fn excerpt(
    failure: &Failure,
    culprit: Option<&(&[Box<str>], Resolved)>,
    chart: &[&str],
) -> Option<Excerpt> {
    let text = failure.text.as_deref()?;
    let line = text.lines().nth(failure.line.checked_sub(1)?)?;
    let mut mark = node_at(line, failure.column, &failure.node);
    let mut label = failure.message.clone();
    if let Some((names, found)) = culprit {
        mark = name_in(line, mark, names);
        let path = shown_path(&found.path, chart);
        label = match &found.value {
            None => format!("{path} is not there"),
            Some(_) => format!("{path}: {}", failure.message),
        };
    }
    let file = match failure.file.as_str() {
        "gotpl" => "text given to tpl",
        file => file,
    };
    Excerpt::new(file, text, failure.line, mark, &label)
}

/// The calls that led to the place, the innermost first.
fn calls(failure: &Failure, explanation: &mut Explanation) {
    let mut call = failure.call.as_deref();
    let mut told = 0;
    while let Some(current) = call {
        call = current.outer.as_deref();
        told += 1;
        if told > MAX_CALLS && call.is_some() {
            continue;
        }
        let place = place(current);
        let line = current.place.text().lines().nth(current.place.line() - 1);
        let line = tame(line.unwrap_or_default().trim());
        explanation.note(Topic::Call, format!("{place}  {line}"));
    }
    if told > MAX_CALLS + 1 {
        let left = told - MAX_CALLS - 1;
        explanation.note(Topic::Call, format!("(and {left} calls in between)"));
    }
}

/// Where a call stands.
pub(crate) fn place(call: &Call) -> String {
    let file = match call.place.file() {
        "gotpl" => "text given to tpl",
        file => file,
    };
    format!("{file}:{}:{}", call.place.line(), call.place.column())
}

/// The values that the failing node had read; when the author raised the failure, also those
/// of the condition it stands in. What is missing comes first.
fn values(failure: &Failure, sources: &Sources, chart: &[&str], explanation: &mut Explanation) {
    let mut reads: Vec<Resolved> = failure
        .reads
        .iter()
        .chain(failure.condition.iter().filter(|_| failure.is_raised))
        .filter_map(|read| sources.resolve(read))
        .collect();
    reads.sort_by_key(|found| found.value.is_some());
    reads.dedup_by(|a, b| a.path == b.path);
    for found in reads.iter().take(MAX_VALUES) {
        sources.describe(found, chart, explanation);
    }
}
