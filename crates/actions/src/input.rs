//! How a caller names a chart and values, and how they are read.

mod chart;
mod name;
mod values;

pub use crate::locate::Access;
pub(crate) use crate::locate::locate;
pub use chart::ChartInput;
pub(crate) use chart::{load, load_watched};
pub use name::{NameInput, release_name};
pub(crate) use values::user_values;
pub use values::{ValuesInput, read_values};
