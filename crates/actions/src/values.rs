//! `values explain`: every layer's word on one value.

use pintle_go_value::Value;
use pintle_values::origin::{Explained, Step, parse_path, show_path};

use crate::explain::{nearest, origins};
use crate::input::{self, ChartInput, ValuesInput};
use crate::prepare::{self, Given};
use crate::{Error, Events};

/// Which value of which chart.
#[derive(Debug, Clone, Default)]
pub struct ExplainValueOptions {
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// The path, such as `db.image.tag` or `hosts[0].name`; `.Values.` in front is left out.
    pub path: String,
}

/// A value, and what every layer says about it.
#[derive(Debug, Clone)]
pub struct ExplainedValue {
    /// The path.
    pub path: String,
    /// What templates see there; none when there is nothing.
    pub value: Option<Value>,
    /// The layers, strongest first.
    pub layers: Explained,
    /// A path that may have been meant, when nobody says anything about this one.
    pub suggestion: Option<String>,
}

/// Finds out who sets a value, with the very merge that rendering does.
///
/// # Errors
/// Chart or values that cannot be read.
pub fn explain_value(
    options: &ExplainValueOptions,
    events: &dyn Events,
) -> Result<ExplainedValue, Error> {
    let path = input::locate(&options.chart, events)?;
    let (user, sources) = input::user_values(&options.values, events)?;
    let mut chart = input::load(&path, events)?;
    prepare::process_dependencies(&mut chart, &user, events)?;
    let given = Given {
        user,
        sources,
        reused: None,
    };
    let prepared = prepare::coalesce(chart, given, None, events)?;
    let typed = options
        .path
        .trim()
        .trim_start_matches(".Values")
        .trim_start_matches('.');
    let steps = parse_path(typed);
    let values = Value::Map(prepared.values.clone());
    let value = follow(&values, &steps);
    let layers = Explained::new(origins(&prepared).says(&steps));
    let suggestion = match (&value, layers.first()) {
        (None, None) => suggestion(&values, &steps),
        _ => None,
    };
    Ok(ExplainedValue {
        path: show_path(&steps),
        value,
        layers,
        suggestion,
    })
}

fn follow(values: &Value, steps: &[Step]) -> Option<Value> {
    steps
        .iter()
        .try_fold(values.clone(), |current, step| match (&current, step) {
            (Value::Map(map), Step::Key(key)) => map.get(key),
            (Value::List(list), Step::Index(index)) => list.get(*index).cloned(),
            _ => None,
        })
}

/// The path with its first wrong key put right.
fn suggestion(values: &Value, steps: &[Step]) -> Option<String> {
    let wrong = (0..steps.len()).find(|end| follow(values, &steps[..=*end]).is_none())?;
    let (Value::Map(parent), Step::Key(key)) = (follow(values, &steps[..wrong])?, &steps[wrong])
    else {
        return None;
    };
    let keys = parent.keys();
    let names: Vec<_> = keys.iter().map(pintle_go_value::Str::to_text).collect();
    let name = nearest(&key.to_text(), names.iter().map(AsRef::as_ref))?;
    let mut meant = steps.to_vec();
    meant[wrong] = Step::Key(name.into());
    Some(show_path(&meant))
}
