//! Values of the last release, on upgrade.

use pintle_chart::{Chart, Warning};
use pintle_go_value::Map;

use crate::Error;
use crate::coalesce::{coalesce_tables, coalesce_values};

/// Which old values count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reuse {
    /// No flag: the old ones if none are given now.
    #[default]
    Auto,
    /// `--reset-values`: none. Wins over the others.
    Reset,
    /// `--reuse-values`: the old defaults, under the old user values, under the new ones.
    Reuse,
    /// `--reset-then-reuse-values`: the new defaults, the old user values, the new ones.
    ResetThenReuse,
}

/// What the last release was made with.
#[derive(Debug, Clone)]
pub struct Previous {
    /// The name of its chart (for warnings).
    pub chart_name: String,
    /// The defaults of its chart, as the record keeps them.
    pub chart_values: Map,
    /// What the user gave.
    pub config: Map,
}

/// The user values of an upgrade. With [`Reuse::Reuse`] also replaces the chart's defaults by
/// the old values.
///
/// HELM: with `--reuse-values` a null given now cannot unset what the user had set before: it
/// only uncovers it again, since it is part of the old values by then.
///
/// # Errors
/// `failed to rebuild old values: …`
pub fn reuse(
    chart: &mut Chart,
    previous: &Previous,
    given: &Map,
    how: Reuse,
) -> Result<(Map, Vec<Warning>), Error> {
    match how {
        Reuse::Reset => Ok((given.clone(), Vec::new())),
        Reuse::Reuse => {
            let (old, mut warnings) = previous
                .values()
                .map_err(|error| error.context("failed to rebuild old values"))?;
            let (merged, more) = over_config(given, previous)?;
            warnings.extend(more);
            chart.values = old;
            chart.has_values = true;
            Ok((merged, warnings))
        }
        Reuse::ResetThenReuse => over_config(given, previous),
        Reuse::Auto if given.is_empty() => Ok((previous.config.deep_copy(), Vec::new())),
        Reuse::Auto => Ok((given.clone(), Vec::new())),
    }
}

fn over_config(given: &Map, previous: &Previous) -> Result<(Map, Vec<Warning>), Error> {
    coalesce_tables(&given.deep_copy(), &previous.config.deep_copy())
}

impl Previous {
    /// The old user values over the old defaults. HELM: a record has no subcharts, so theirs
    /// are there only as far as the parent's defaults hold them.
    fn values(&self) -> Result<(Map, Vec<Warning>), Error> {
        let mut chart = Chart::default();
        chart.metadata.name.clone_from(&self.chart_name);
        chart.values = self.chart_values.clone();
        coalesce_values(&chart, &self.config)
    }
}
