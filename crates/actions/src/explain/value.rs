//! Who set a value.

use pintle_go_template::Read;
use pintle_go_value::{Map, Value, json};
use pintle_render::trace::Resolved;
use pintle_values::origin::{Layer, Origin, Origins, Say, Step};

use super::excerpt::tame;
use super::{Explanation, Sources, Topic, nearest};
use crate::prepare::Prepared;

/// How much of a value is shown.
const MAX_SHOWN: usize = 60;

/// Who set what, for a render.
pub(crate) fn origins(prepared: &Prepared) -> Origins {
    let origins = Origins::new(&prepared.sources, &prepared.chart);
    match &prepared.reused {
        Some(values) => origins.over_release(values),
        None => origins,
    }
}

/// The charts a template lies below the top one: `["db"]` for `web/charts/db/templates/a.yaml`.
pub(super) fn chart_path(template: &str) -> Vec<&str> {
    let mut parts = template.split('/').skip(1);
    let mut path = Vec::new();
    while parts.next() == Some("charts") {
        path.extend(parts.next());
    }
    path
}

/// A path as the templates of a chart write it.
pub(super) fn shown_path(path: &[String], chart: &[&str]) -> String {
    let own = path.len() > chart.len() && path.iter().zip(chart).all(|(a, b)| a == b);
    let inner = if own { &path[chart.len()..] } else { path };
    let mut text = ".Values".to_owned();
    for step in inner {
        if !step.starts_with('[') {
            text.push('.');
        }
        text.push_str(&tame(step));
    }
    text
}

/// A value on one line, not too long.
pub fn shown(value: &Value) -> String {
    let options = json::Options::default();
    let text = match value {
        Value::Nil => "null".to_owned(),
        Value::Map(map) if !map.is_empty() => keys_of(map),
        Value::List(list) if !list.is_empty() => format!("a list of {}", list.len()),
        value => json::encode(value, options)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default(),
    };
    let text = tame(&text);
    if text.chars().count() <= MAX_SHOWN {
        return text;
    }
    let cut: String = text.chars().take(MAX_SHOWN).collect();
    format!("{cut}…")
}

fn keys_of(map: &Map) -> String {
    const SHOWN: usize = 5;
    let keys = map.keys();
    let names: Vec<_> = keys
        .iter()
        .take(SHOWN)
        .map(pintle_go_value::Str::to_text)
        .collect();
    let more = if keys.len() > SHOWN { ", …" } else { "" };
    format!("a map with {}{more}", names.join(", "))
}

/// A layer and its place: `-f prod.yaml:3`, `--set a=b`, `web/values.yaml:12`.
pub fn place(origin: &Origin) -> String {
    let line = origin
        .line
        .map(|line| format!(":{line}"))
        .unwrap_or_default();
    match &origin.layer {
        Layer::Chart(_) => format!("{}{line}", origin.file.as_deref().unwrap_or_default()),
        Layer::File(name) => format!("-f {name}{line}"),
        Layer::Release => "the values of the last release".to_owned(),
        Layer::Flag { flag, text, .. } => format!("{flag} {}", tame(text)),
    }
}

pub(super) fn steps(path: &[String]) -> Vec<Step> {
    let step = |name: &String| {
        let index = name
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'));
        match index.and_then(|index| index.parse().ok()) {
            Some(index) => Step::Index(index),
            None => Step::Key(name.as_str().into()),
        }
    };
    path.iter().map(step).collect()
}

impl Sources {
    /// Adds what is known of a value that a template read.
    pub(super) fn describe(&self, found: &Resolved, chart: &[&str], into: &mut Explanation) {
        let path = shown_path(&found.path, chart);
        let says = self.origins.says(&steps(&found.path));
        match &found.value {
            Some(value) => {
                let by = says.first().map(|say| format!(", set by {}", told(say)));
                let text = format!("{path} is {}{}", shown(value), by.unwrap_or_default());
                into.note(Topic::Value, text);
            }
            None => self.missing(found, &path, &says, chart, into),
        }
    }

    fn missing(
        &self,
        found: &Resolved,
        path: &str,
        says: &[Say],
        chart: &[&str],
        into: &mut Explanation,
    ) {
        let Some(first) = says.first() else {
            into.note(Topic::Value, format!("{path} is not set by anything"));
            self.suggest(found, chart, into);
            return;
        };
        if !first.origin.is_exact {
            let text = format!(
                "{path} cannot be: there is {} at {}",
                shown(&first.value),
                told(first)
            );
            into.note(Topic::Value, text);
            return;
        }
        let by = told(first);
        into.note(Topic::Value, format!("{path} is null by {by}"));
        if let Some(other) = says.iter().find(|say| !say.value.is_nil()) {
            let text = format!("{} had set it to {}", told(other), shown(&other.value));
            into.note(Topic::Value, text);
        }
    }

    /// The existing name that may have been meant.
    fn suggest(&self, found: &Resolved, chart: &[&str], into: &mut Explanation) {
        let (Some(parent), Some((wanted, above))) = (&found.parent, found.path.split_last()) else {
            return;
        };
        let keys = parent.keys();
        let names: Vec<_> = keys.iter().map(pintle_go_value::Str::to_text).collect();
        let Some(name) = nearest(wanted, names.iter().map(AsRef::as_ref)) else {
            return;
        };
        let mut path = above.to_vec();
        path.push(name.to_owned());
        let says = self.origins.says(&steps(&path));
        let by = says.first().map(|say| format!(" (set by {})", told(say)));
        let path = shown_path(&path, chart);
        into.note(
            Topic::Help,
            format!("did you mean {path}?{}", by.unwrap_or_default()),
        );
    }

    /// What a template read, as a path in the values.
    pub(super) fn resolve(&self, read: &Read) -> Option<Resolved> {
        self.index.resolve(read)
    }
}

/// The place of a word, and where it was imported from.
pub(super) fn told(say: &Say) -> String {
    let place = place(&say.origin);
    match &say.imported_from {
        Some(from) => format!("{place} (imported from {from})"),
        None => place,
    }
}
