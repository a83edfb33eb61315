//! What the user gave, and its merge in Helm's order.

use pintle_chart::values_file;
use pintle_go_value::{Map, Value};

use crate::{Error, merge_maps, set};

/// All values flags of a command, each kind in the order given. The contents of files are
/// read by the caller.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UserValues {
    /// `-f`, `--values`
    pub files: Vec<ValuesFile>,
    /// `--set-json`
    pub set_json: Vec<String>,
    /// `--set`
    pub set: Vec<String>,
    /// `--set-string`
    pub set_string: Vec<String>,
    /// `--set-file`: each with the contents of the files it names.
    pub set_file: Vec<SetFile>,
    /// `--set-literal`
    pub set_literal: Vec<String>,
}

/// One `-f`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValuesFile {
    /// The path or URL as typed.
    pub name: String,
    /// Its contents.
    pub text: Vec<u8>,
}

/// One `--set-file`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetFile {
    /// The flag as typed: `key=path,…`.
    pub text: String,
    /// The contents of each file that it names, in that order: see
    /// [`set_file_contents`].
    pub contents: Vec<Vec<u8>>,
}

/// The contents of the files that a `--set-file` names, in the order in which they are
/// needed: `base` holds the values so far, and is not changed.
///
/// HELM: nothing at the end of the flag (`key=`) gives an empty text; nothing elsewhere is
/// the name of a file. What is wrong with the flag before a name is told before the file is
/// looked for.
///
/// # Errors
/// A flag that does not follow the grammar, and what `read` says.
pub fn set_file_contents(
    text: &str,
    base: &Map,
    read: &mut dyn FnMut(&str) -> Result<Vec<u8>, Error>,
) -> Result<Vec<Vec<u8>>, Error> {
    let mut contents = Vec::new();
    set::parse_file_into(&base.deep_copy(), text, &mut |path| {
        contents.push(read(path)?);
        Ok(Value::from(""))
    })
    .map_err(|error| error.context("failed parsing --set-file data"))?;
    Ok(contents)
}

impl UserValues {
    /// Whether nothing was given.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// All of it as one map: first the files, then `--set-json`, `--set`, `--set-string`,
    /// `--set-file` and `--set-literal`, whatever their order on the command line.
    ///
    /// # Errors
    /// Helm's texts: `failed to parse FILE: …`, `failed parsing --set data: …`.
    pub fn merge(&self) -> Result<Map, Error> {
        let mut values = Map::new();
        for file in &self.files {
            values = merge_maps(&values, &file.parse()?);
        }
        for text in &self.set_json {
            values = set::parse_json_into(&values, text)?;
        }
        let typed = |text: &String| set::parse_into(&values, text);
        each(&self.set, "--set", typed)?;
        let string = |text: &String| set::parse_string_into(&values, text);
        each(&self.set_string, "--set-string", string)?;
        each(&self.set_file, "--set-file", |file: &SetFile| {
            file.parse_into(&values)
        })?;
        let literal = |text: &String| set::parse_literal_into(&values, text);
        each(&self.set_literal, "--set-literal", literal)?;
        Ok(values)
    }
}

impl ValuesFile {
    /// The values of the file.
    ///
    /// # Errors
    /// `failed to parse FILE: …`
    pub fn parse(&self) -> Result<Map, Error> {
        values_file::parse(&self.name, &self.text).map_err(|error| {
            let shown = Error::new(format!("failed to parse {}: {}", self.name, error.text()));
            match error.advice() {
                Some(hint) => shown.hint(hint),
                None => shown,
            }
        })
    }
}

impl SetFile {
    /// Sets the contents of the files in `map`.
    pub(crate) fn parse_into(&self, map: &Map) -> Result<(), Error> {
        let mut contents = self.contents.iter();
        set::parse_file_into(map, &self.text, &mut |path| {
            let text = contents
                .next()
                .ok_or_else(|| Error::new(format!("{path} was not read")))?;
            Ok(Value::Str(text.as_slice().into()))
        })
    }
}

fn each<T>(all: &[T], flag: &str, apply: impl Fn(&T) -> Result<(), Error>) -> Result<(), Error> {
    all.iter().try_for_each(|one| {
        apply(one).map_err(|error| error.context(&format!("failed parsing {flag} data")))
    })
}
