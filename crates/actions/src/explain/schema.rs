//! Values that break a schema.

use pintle_chart::Chart;
use pintle_go_value::{Map, Str, Value};
use pintle_go_yaml::{Children, Position, Positions, Step};
use pintle_render::trace::Resolved;
use pintle_values::origin::{Layer, Origin};

use super::value::{shown_path, steps};
use super::{Excerpt, Explanation, Sources, Topic, nearest};
use crate::Error;
use crate::prepare::Prepared;

/// How many failures are explained; the rest is in Helm's text.
const MAX_FAILURES: usize = 3;

/// Beyond this column a mark would be off the line as it is shown.
const MAX_COLUMN: usize = 120;

/// Explains what Helm's text says about the values, failure by failure. `values` are those that
/// were checked: templates may be changing those of `prepared` meanwhile.
pub(crate) fn explain(prepared: &Prepared, values: &Map, error: Error) -> Error {
    let sources = Sources::of(prepared, values);
    let mut explanation = Explanation::default();
    for failure in failures(&error.text, &prepared.chart)
        .iter()
        .take(MAX_FAILURES)
    {
        failure.explain(prepared, values, &sources, &mut explanation);
    }
    error.explained(explanation)
}

/// One thing that is wrong, as Helm tells it.
#[derive(Debug)]
struct Failure<'a> {
    top: &'a Chart,
    /// The charts from below the top one to the one whose schema it is.
    charts: Vec<&'a str>,
    chart: &'a Chart,
    /// The place in the values of that chart.
    pointer: Vec<String>,
    message: &'a str,
}

/// The failures of a text: those that have no others below them.
fn failures<'a>(text: &'a str, top: &'a Chart) -> Vec<Failure<'a>> {
    let charts = all_charts(top);
    let mut rest = charts.as_slice();
    let mut current = None;
    let lines: Vec<&str> = text.lines().collect();
    let mut found: Vec<Failure<'a>> = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if let Some(name) = line.strip_suffix(':')
            && let Some(at) = rest.iter().position(|(_, chart)| chart.name() == name)
        {
            current = rest.get(at);
            rest = &rest[at + 1..];
            continue;
        }
        let (Some((path, chart)), Some((depth, pointer, message))) = (current, bullet(line)) else {
            continue;
        };
        let next = lines.get(number + 1).and_then(|line| bullet(line));
        if next.is_some_and(|(below, ..)| below > depth) {
            continue;
        }
        found.push(Failure {
            top,
            charts: path.clone(),
            chart,
            pointer: pointer.split('/').skip(1).map(unescaped).collect(),
            message,
        });
    }
    found
}

/// All charts in the order in which their schemas are looked at, each with its path.
fn all_charts(top: &Chart) -> Vec<(Vec<&str>, &Chart)> {
    fn collect<'a>(path: &[&'a str], chart: &'a Chart, into: &mut Vec<(Vec<&'a str>, &'a Chart)>) {
        into.push((path.to_vec(), chart));
        for child in &chart.dependencies {
            let path = [path, &[child.name()]].concat();
            collect(&path, child, into);
        }
    }
    let mut charts = Vec::new();
    collect(&[], top, &mut charts);
    charts
}

/// A line `- at '/a/b': message`: its indentation, the place and the message.
fn bullet(line: &str) -> Option<(usize, &str, &str)> {
    let rest = line.trim_start_matches(' ');
    let (pointer, message) = rest.strip_prefix("- at '")?.split_once("': ")?;
    Some((line.len() - rest.len(), pointer, message))
}

fn unescaped(step: &str) -> String {
    step.replace("~1", "/").replace("~0", "~")
}

/// The names in quotes in a message.
fn quoted(message: &str) -> Vec<&str> {
    message.split('\'').skip(1).step_by(2).collect()
}

impl Failure<'_> {
    fn explain(
        &self,
        prepared: &Prepared,
        values: &Map,
        sources: &Sources,
        into: &mut Explanation,
    ) {
        let schema = Schema::of(self);
        let at = self.path(values);
        let missing = self.message.starts_with("missing propert");
        let unwanted = self.message.starts_with("additional propert");
        let names = quoted(self.message);
        let name = (missing || unwanted)
            .then(|| names.first().copied())
            .flatten();
        let mut path = at.clone();
        path.extend(name.map(str::to_owned));
        // A name that is missing is best shown where its neighbours are.
        let shown = if missing { &at } else { &path };
        if let Some(origin) = sources.origin(shown) {
            let excerpt = values_excerpt(&origin, shown, prepared, self.message);
            into.excerpts.extend(excerpt);
        }
        if let Some(schema) = &schema {
            into.excerpts.extend(schema.excerpt(self));
        }
        let parent = match value_at(values, &path[..path.len().saturating_sub(1)]) {
            Some(Value::Map(map)) => Some(map),
            _ => None,
        };
        let found = Resolved {
            value: value_at(values, &path),
            used: path.len(),
            parent,
            path,
        };
        if !found.path.is_empty() {
            sources.describe(&found, &self.charts, into);
        }
        if let (true, Some(name), Some(schema)) = (unwanted, name, &schema)
            && let Some(meant) = nearest(name, schema.properties().iter().map(String::as_str))
        {
            let mut path = at;
            path.push(meant.to_owned());
            let path = shown_path(&path, &self.charts);
            into.note(Topic::Help, format!("did you mean {path}?"));
        }
    }

    /// The place as a path from the top of all values, indexes written `[0]`.
    fn path(&self, values: &Map) -> Vec<String> {
        let mut path: Vec<String> = self.charts.iter().map(|name| (*name).to_owned()).collect();
        for step in &self.pointer {
            let in_list = matches!(value_at(values, &path), Some(Value::List(_)));
            path.push(if in_list {
                format!("[{step}]")
            } else {
                step.clone()
            });
        }
        path
    }

    /// The keyword of the schema that failed, as the message tells it.
    fn keyword(&self) -> Option<&str> {
        let message = self.message;
        let begins = |words: &[&str]| words.iter().any(|start| message.starts_with(start));
        if let Some((word, _)) = message.split_once(": got ")
            && !word.contains([' ', '\''])
        {
            return Some(word);
        }
        if let Some(rest) = message.strip_prefix('\'')
            && let Some((word, "failed")) = rest
                .split_once("' ")
                .map(|(w, r)| (w, &r[..6.min(r.len())]))
        {
            return Some(word);
        }
        Some(match () {
            () if begins(&["got "]) => "type",
            () if begins(&["missing propert"]) => "required",
            () if begins(&["additional propert"]) => "additionalProperties",
            () if begins(&["value must be one of "]) => "enum",
            () if begins(&["value must be "]) => "const",
            () if begins(&["invalid propertyName"]) => "propertyNames",
            () if message.contains(" does not match pattern ") => "pattern",
            () if message.contains(" is not valid ") => "format",
            () => return None,
        })
    }
}

/// What is at a path of the values.
fn value_at(values: &Map, path: &[String]) -> Option<Value> {
    let mut value = Value::Map(values.clone());
    for step in steps(path) {
        value = match (&value, step) {
            (Value::Map(map), Step::Key(key)) => map.get(&*key.to_text())?,
            (Value::List(list), Step::Index(index)) => list.get(index)?.clone(),
            _ => return None,
        };
    }
    Some(value)
}

impl Sources {
    /// The strongest layer that says something about a path, or about what it is in.
    fn origin(&self, path: &[String]) -> Option<Origin> {
        let says = self.origins.says(&steps(path));
        says.into_iter().map(|say| say.origin).next()
    }
}

/// The line of a values file that set a value.
fn values_excerpt(
    origin: &Origin,
    path: &[String],
    prepared: &Prepared,
    message: &str,
) -> Option<Excerpt> {
    let (name, text) = match &origin.layer {
        Layer::File(name) => {
            let files = &prepared.sources.files;
            let file = files.iter().rev().find(|file| &file.name == name)?;
            (format!("-f {name}"), file.text.clone())
        }
        Layer::Chart(_) => {
            let name = origin.file.clone()?;
            let chart = all_charts(&prepared.chart)
                .into_iter()
                .find(|(path, _)| name == in_chart(&prepared.chart, path, "values.yaml"))?
                .1;
            let file = chart.raw_file("values.yaml")?;
            (name, file.data.to_vec())
        }
        _ => return None,
    };
    let text = String::from_utf8_lossy(&text);
    let line = usize::try_from(origin.line?).ok()?;
    let shown = text.lines().nth(line.checked_sub(1)?)?;
    let mark = path
        .last()
        .and_then(|key| value_in(shown, key))
        .unwrap_or_default();
    Excerpt::new(&name, &text, line, mark, message)
}

/// The stretch of a line `key: value  # note` that the value takes.
fn value_in(line: &str, key: &str) -> Option<(usize, usize)> {
    let wanted = format!("{key}:");
    let start = line.find(&wanted)? + wanted.len();
    let rest = line[start..].trim_end();
    let blank = rest.len() - rest.trim_start().len();
    let value = rest.trim_start();
    let value = value.split(" #").next().unwrap_or_default().trim_end();
    // In `{key: value, …}` the value ends sooner.
    let in_braces = line[..start].contains('{') && !value.starts_with(['{', '[', '"', '\'']);
    let value = match value.find([',', '}']).filter(|_| in_braces) {
        Some(end) => value[..end].trim_end(),
        None => value,
    };
    let plain = !value.is_empty() && !value.starts_with('#') && start + blank < MAX_COLUMN;
    plain.then_some((start + blank, value.len()))
}

/// A file of a chart as messages name it: `web/charts/db/values.yaml`.
fn in_chart(top: &Chart, path: &[&str], file: &str) -> String {
    let mut name = top.name().to_owned();
    for child in path {
        name.push_str("/charts/");
        name.push_str(child);
    }
    format!("{name}/{file}")
}

/// A schema as a text with places.
struct Schema {
    text: String,
    value: Value,
    places: Positions,
}

impl Schema {
    fn of(failure: &Failure<'_>) -> Option<Self> {
        let text = failure.chart.schema.as_deref()?;
        let (value, places) = pintle_go_yaml::parse_located(text).ok()?;
        let text = String::from_utf8_lossy(text).into_owned();
        Some(Self {
            text,
            value,
            places,
        })
    }

    /// The properties that the schema names anywhere.
    fn properties(&self) -> Vec<String> {
        fn collect(value: &Value, into: &mut Vec<String>) {
            let Value::Map(map) = value else {
                return;
            };
            for (key, value) in map.entries() {
                if &*key.to_text() == "properties"
                    && let Value::Map(properties) = &value
                {
                    into.extend(properties.keys().iter().map(Str::to_string));
                    for (_, property) in properties.entries() {
                        collect(&property, into);
                    }
                } else {
                    collect(&value, into);
                }
            }
        }
        let mut names = Vec::new();
        collect(&self.value, &mut names);
        names
    }

    /// The line that was not met, as far as `properties`, `items` and references within the
    /// schema lead there.
    fn excerpt(&self, failure: &Failure<'_>) -> Option<Excerpt> {
        let mut place = self.referred(Vec::new());
        for step in &failure.pointer {
            place = self.referred(self.below(place, step)?);
        }
        let keyword = failure.keyword()?;
        place.push(Step::Key(keyword.into()));
        let found = self.places.find(&place)?;
        let start = found.key.unwrap_or(found.value);
        let line = usize::try_from(start.line).ok()?;
        let shown = self.text.lines().nth(line.checked_sub(1)?)?;
        let mark = mark(shown, start, &found.children);
        if mark.0 > MAX_COLUMN {
            return None;
        }
        let file = in_chart(failure.top, &failure.charts, "values.schema.json");
        Excerpt::new(&file, &self.text, line, mark, "what the schema wants")
    }

    fn value_at(&self, place: &[Step]) -> Option<Value> {
        let mut value = self.value.clone();
        for step in place {
            value = match (&value, step) {
                (Value::Map(map), Step::Key(key)) => map.get(&*key.to_text())?,
                (Value::List(list), Step::Index(index)) => list.get(*index)?.clone(),
                _ => return None,
            };
        }
        Some(value)
    }

    /// The schema of a property or item.
    fn below(&self, mut place: Vec<Step>, step: &str) -> Option<Vec<Step>> {
        for way in [
            &["properties", step][..],
            &["items"],
            &["additionalProperties"],
        ] {
            let length = place.len();
            place.extend(way.iter().map(|key| Step::Key((*key).into())));
            if matches!(self.value_at(&place), Some(Value::Map(_))) {
                return Some(place);
            }
            place.truncate(length);
        }
        None
    }

    /// Where a `$ref` within the schema leads, from where there is one.
    fn referred(&self, mut place: Vec<Step>) -> Vec<Step> {
        const MOST: usize = 10;
        for _ in 0..MOST {
            let Some(Value::Map(map)) = self.value_at(&place) else {
                break;
            };
            let Some(Value::Str(to)) = map.get("$ref") else {
                break;
            };
            let to = to.to_string();
            let Some(pointer) = to.strip_prefix("#/") else {
                break;
            };
            let keys = pointer.split('/').map(unescaped);
            place = keys.map(|key| Step::Key(key.as_str().into())).collect();
        }
        place
    }
}

/// A keyword with its value, if that is on the same line and no list or map.
fn mark(line: &str, start: Position, inside: &Children) -> (usize, usize) {
    let before = usize::try_from(start.column).unwrap_or(1).saturating_sub(1);
    let at: usize = line.chars().take(before).map(char::len_utf8).sum();
    let rest = line.get(at..).unwrap_or_default();
    let end = match inside {
        Children::None => rest.find([',', '}']),
        _ => rest.find(':'),
    };
    let length = rest[..end.unwrap_or(rest.len())].trim_end().len();
    (at, length)
}
