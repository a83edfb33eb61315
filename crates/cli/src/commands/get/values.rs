//! `get values`: show the values of a release.

use pintle_go_value::Value;
use pintle_release::Json;

use super::super::Call;
use super::super::shown::get_release;
use crate::args::command::EMPTY;
use crate::args::shared::{OUTPUT, REVISION};
use crate::args::{Command, Count, Flag};
use crate::errors::Failure;
use crate::output::format::{Format, json, yaml};

/// `--all`
static ALL: Flag = Flag::switch("all", "show the chart's own values too").short('a');

/// `get values`
pub static COMMAND: Command = Command {
    name: "values",
    arguments: "RELEASE_NAME",
    count: Count::Exactly(1),
    about: "show the values of a release",
    long: "Shows the values that the user gave for a release; with --all, those that templates saw.",
    examples: "  {program} get values web\n\
           \x20 {program} get values web --all --output json",
    flags: &[&[&ALL, &OUTPUT, &REVISION]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let release = get_release(call)?;
    let all = call.args.is_on(&ALL);
    let values = if all {
        Value::Map(pintle_actions::computed_values(&release)?)
    } else {
        release.config.clone().map_or(Value::Nil, Value::Map)
    };
    let values = Json(values);
    let title = if all {
        "COMPUTED VALUES:"
    } else {
        "USER-SUPPLIED VALUES:"
    };
    Format::of(call.args).print(&values, || {
        let yaml = yaml(&json(&values)?)?;
        Ok(format!("{title}\n{}", String::from_utf8_lossy(&yaml)))
    })
}
