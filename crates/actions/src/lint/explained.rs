//! What rules find, explained beside Helm's text when somebody reads it.

use pintle_chart::Chart;
use pintle_go_value::Map;
use pintle_values::coalesce::coalesce_values;

use super::{Context, Subject};
use crate::explain::{self, Explanation};
use crate::prepare::{Given, Prepared};
use crate::{Class, Error, Silent};

/// A chart that was rendered, with what it takes to do so again.
pub struct Made {
    prepared: Prepared,
    facts: pintle_render::Context,
}

impl Made {
    /// A chart and its values.
    pub fn new(
        chart: Chart,
        values: Map,
        facts: pintle_render::Context,
        context: &Context<'_>,
    ) -> Self {
        Self {
            prepared: prepared(chart, values, context),
            facts,
        }
    }

    /// The chart.
    pub fn chart(&self) -> &Chart {
        &self.prepared.chart
    }

    /// The values.
    pub fn values(&self) -> &Map {
        &self.prepared.values
    }

    /// What a render is told.
    pub fn facts(&self) -> &pintle_render::Context {
        &self.facts
    }

    /// Why the chart does not render.
    pub fn failure(&self) -> Explanation {
        explain::lint(&self.prepared, &self.facts, None)
    }

    /// Why what a template of the chart makes is no YAML.
    pub fn output(&self, template: &str) -> Explanation {
        let name = format!("{}/{template}", self.prepared.chart.name());
        explain::lint(&self.prepared, &self.facts, Some(&name))
    }

    /// Why values break the schema of a chart, which `text` says.
    pub fn schema(&self, text: &str) -> Explanation {
        schema(&self.prepared, text)
    }
}

/// Why the values of a chart break its own schema, which `text` says. Nothing for a chart that
/// cannot be read: other rules say so.
pub fn own_schema(subject: &mut Subject<'_>, context: &Context<'_>, text: &str) -> Explanation {
    let Ok(chart) = subject.chart(&Silent) else {
        return Explanation::default();
    };
    let Ok((values, _)) = coalesce_values(&chart, &context.user.deep_copy()) else {
        return Explanation::default();
    };
    let text = format!("{}:\n{text}", chart.name());
    schema(&prepared(chart, values, context), &text)
}

fn schema(prepared: &Prepared, text: &str) -> Explanation {
    let error = explain::schema(prepared, &prepared.values, Error::new(Class::Input, text));
    error.explanation.map(|found| *found).unwrap_or_default()
}

fn prepared(chart: Chart, values: Map, context: &Context<'_>) -> Prepared {
    let Given {
        user,
        sources,
        reused,
    } = Given::new(context.user.clone(), context.sources.clone());
    Prepared {
        chart,
        user,
        values,
        sources,
        reused,
        ahead: None,
    }
}
