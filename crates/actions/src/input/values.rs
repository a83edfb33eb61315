//! From `-f` and `--set` flags to the user's values.

use std::io::Read;

use pintle_go_value::Map;

use crate::{Class, Error};

/// The values flags as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValuesInput {
    /// `-f`, already split at commas: paths or `-`
    pub files: Vec<String>,
    /// `--set-json`
    pub set_json: Vec<String>,
    /// `--set`
    pub set: Vec<String>,
    /// `--set-string`
    pub set_string: Vec<String>,
    /// `--set-file`
    pub set_file: Vec<String>,
    /// `--set-literal`
    pub set_literal: Vec<String>,
}
