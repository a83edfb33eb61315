//! `--output`: a table for people, JSON and YAML for machines.

use pintle_release::to_go_json;
use serde::Serialize;

use super::print;
use crate::args::Parsed;
use crate::args::shared::OUTPUT;
use crate::errors::Failure;

/// The form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// for people
    Table,
    /// one line of JSON
    Json,
    /// YAML
    Yaml,
}

impl Format {
    /// What `--output` says.
    pub fn of(args: &Parsed<'_>) -> Self {
        match args.text(&OUTPUT).as_str() {
            "json" => Self::Json,
            "yaml" => Self::Yaml,
            _ => Self::Table,
        }
    }

    /// Prints `data` for machines, or the table that `table` makes.
    ///
    /// # Errors
    /// Data that has no JSON form; output that cannot be written.
    pub fn print<T: Serialize>(
        self,
        data: &T,
        table: impl FnOnce() -> Result<String, Failure>,
    ) -> Result<(), Failure> {
        match self {
            Self::Table => print(table()?),
            Self::Json => print(json(data)? + "\n"),
            Self::Yaml => print(yaml(&json(data)?)?),
        }
    }
}

/// One line of JSON, as Go writes it.
///
/// # Errors
/// Numbers that JSON does not have.
pub fn json<T: Serialize>(data: &T) -> Result<String, Failure> {
    to_go_json(data).map_err(|error| Failure::error(error.to_string()))
}

/// JSON text as YAML: what Helm's YAML library does with every struct.
///
/// # Errors
/// Text that is no JSON.
pub fn yaml(json: &str) -> Result<Vec<u8>, Failure> {
    let value = pintle_go_value::json::decode(json.as_bytes())
        .map_err(|error| Failure::error(error.to_string()))?;
    pintle_go_yaml::emit(&value).map_err(|error| Failure::error(error.to_string()))
}
