//! How a caller names a chart and values, and how they are read.

mod chart;
mod name;
mod values;

pub use chart::{ChartInput, load_chart};
pub use name::{NameInput, release_name};
pub use values::{ValuesInput, read_values};
