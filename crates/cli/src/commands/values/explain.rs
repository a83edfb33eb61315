//! `values explain`: who sets a value of a chart.

use pintle_actions::explain::{Effect, Say, origin_place, shown_value};
use pintle_actions::{ExplainValueOptions, ExplainedValue, explain_value};
use serde::Serialize;

use crate::args::command::EMPTY;
use crate::args::shared::{EXPLAIN, OUTPUT, chart, values};
use crate::args::{Command, Count};
use crate::commands::{Call, inputs};
use crate::console::Console;
use crate::errors::Failure;
use crate::output::format::Format;

/// `values explain`
pub static COMMAND: Command = Command {
    name: "explain",
    arguments: "CHART PATH",
    count: Count::Exactly(2),
    about: "show what every layer says about one value",
    long: "Shows what templates see at a path of the values, and what every layer says about it, the\n\
           strongest first: the flags, the files, the chart's own values.yaml, those of its parents\n\
           and dependencies, globals and imported values.",
    examples: "  {program} values explain ./chart image.tag\n\
           \x20 {program} values explain ./chart db.image.tag -f production.yaml --set db.image.tag=2",
    flags: &[&values::FLAGS, &chart::FLAGS, &[&EXPLAIN, &OUTPUT]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let [reference, path] = call.args.arguments.as_slice() else {
        return Err(Failure::error("a chart and a path are needed"));
    };
    let options = ExplainValueOptions {
        chart: inputs::chart_input(call, reference.clone())?,
        values: inputs::values_input(call.args, call.settings),
        path: path.clone(),
    };
    let format = Format::of(call.args);
    let found = explain_value(&options, &Console::for_format(call.settings, format))?;
    format.print(&Shown::new(&found)?, || Ok(text(&found)))
}

/// For people: the value, then one line a layer.
fn text(found: &ExplainedValue) -> String {
    let mut text = match &found.value {
        Some(value) => format!("{} is {}\n", found.path, shown_value(value)),
        None => format!("{} is not set\n", found.path),
    };
    let rows: Vec<[String; 3]> = found.layers.says.iter().map(row).collect();
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.max().unwrap_or_default()
    };
    let (places, values) = (width(0), width(1));
    if !rows.is_empty() {
        text.push('\n');
    }
    for [place, value, effect] in &rows {
        text += &format!("  {place:<places$}  {value:<values$}  {effect}\n");
    }
    if let Some(meant) = &found.suggestion {
        text += &format!("did you mean {meant}?\n");
    }
    text
}

fn row((say, effect): &(Say, Effect)) -> [String; 3] {
    let mut effect = effect.name().to_owned();
    if !say.origin.is_exact {
        effect += " (set above it)";
    }
    if let Some(from) = &say.imported_from {
        effect += &format!(" (imported from {from})");
    }
    [origin_place(&say.origin), shown_value(&say.value), effect]
}

/// For machines.
#[derive(Serialize)]
struct Shown {
    path: String,
    set: bool,
    value: serde_json::Value,
    layers: Vec<ShownLayer>,
    #[serde(skip_serializing_if = "Option::is_none")]
    suggestion: Option<String>,
}

#[derive(Serialize)]
struct ShownLayer {
    place: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    exact: bool,
    value: serde_json::Value,
    effect: &'static str,
    #[serde(rename = "importedFrom", skip_serializing_if = "Option::is_none")]
    imported_from: Option<String>,
}

impl Shown {
    fn new(found: &ExplainedValue) -> Result<Self, Failure> {
        let layer = |(say, effect): &(Say, Effect)| {
            Ok(ShownLayer {
                place: origin_place(&say.origin),
                file: say.origin.file.clone(),
                line: say.origin.line,
                exact: say.origin.is_exact,
                value: json(&say.value)?,
                effect: effect.name(),
                imported_from: say.imported_from.clone(),
            })
        };
        let layers = found.layers.says.iter().map(layer);
        Ok(Self {
            path: found.path.clone(),
            set: found.value.is_some(),
            value: found
                .value
                .as_ref()
                .map(json)
                .transpose()?
                .unwrap_or_default(),
            layers: layers.collect::<Result<_, Failure>>()?,
            suggestion: found.suggestion.clone(),
        })
    }
}

fn json(value: &pintle_go_value::Value) -> Result<serde_json::Value, Failure> {
    let failed = |error: String| Failure::error(error);
    let bytes = pintle_go_value::json::encode(value, pintle_go_value::json::Options::default())
        .map_err(|error| failed(error.to_string()))?;
    serde_json::from_slice(&bytes).map_err(|error| failed(error.to_string()))
}
