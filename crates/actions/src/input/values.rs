//! From `-f` and `--set` flags to the user's values.

use std::fs;
use std::io::{self, Read};

use pintle_fetch::{Client, Request};
use pintle_go_value::Map;
use pintle_registry::{Options, Places, Reference, SCHEME, Store, Wanted};
use pintle_values::options::{SetFile, UserValues, ValuesFile, set_file_contents};

use crate::{Class, Error, Events, StrictValues, explain};

/// The values flags as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ValuesInput {
    /// `-f`, already split at commas: paths, URLs or `-`
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
    /// What to do about values that no template reads.
    pub strict: StrictValues,
    /// How URLs are fetched.
    pub client: Client,
    /// Where credentials for registries are kept.
    pub registries: Places,
}

impl ValuesInput {
    /// How schemas on servers are fetched; none when `skip` says that no schema counts.
    pub(crate) fn schemas(&self, skip: bool) -> Option<&Client> {
        (!skip).then_some(&self.client)
    }
}

/// Reads the files that the flags name.
///
/// # Errors
/// A file that cannot be read, with Go's text, or what is wrong with a flag before it.
pub fn read_values(input: &ValuesInput) -> Result<UserValues, Error> {
    let mut values = UserValues::default();
    for name in &input.files {
        let text = read(name, input).map_err(|error| earlier(&values, error))?;
        let name = name.clone();
        values.files.push(ValuesFile { name, text });
    }
    values.set_json.clone_from(&input.set_json);
    values.set.clone_from(&input.set);
    values.set_string.clone_from(&input.set_string);
    for text in &input.set_file {
        let contents = contents(text, &values, input)?;
        let text = text.clone();
        values.set_file.push(SetFile { text, contents });
    }
    values.set_literal.clone_from(&input.set_literal);
    Ok(values)
}

/// HELM: a file is read when its turn comes, so what is wrong with the flags before it is
/// told first.
fn earlier(before: &UserValues, error: Error) -> Error {
    before.merge().err().map_or(error, Error::from)
}

/// The files of one `--set-file`.
fn contents(text: &str, before: &UserValues, input: &ValuesInput) -> Result<Vec<Vec<u8>>, Error> {
    let mut failed = None;
    let read = &mut |path: &str| {
        read(path, input).map_err(|error| {
            failed = Some(error.prefixed("failed parsing --set-file data: "));
            pintle_values::Error::new(path)
        })
    };
    let found = set_file_contents(text, &before.merge()?, read);
    found.map_err(|error| failed.unwrap_or_else(|| error.into()))
}

/// Reads and merges: the user's values, and where they come from.
///
/// # Errors
/// As [`read_values`], and values that cannot be parsed, with Helm's texts.
pub(crate) fn user_values(
    input: &ValuesInput,
    events: &dyn Events,
) -> Result<(Map, UserValues), Error> {
    let sources = read_values(input)?;
    match sources.merge() {
        Ok(values) => Ok((values, sources)),
        Err(error) if events.wants_explanations() => {
            Err(explain::unreadable(&sources, error.into()))
        }
        Err(error) => Err(error.into()),
    }
}

/// More than any values file; a pipe that never ends must not fill the memory.
const MAX_BYTES: u64 = 256 << 20;

/// HELM: whatever has a scheme that no getter knows is the path of a file.
fn read(name: &str, input: &ValuesInput) -> Result<Vec<u8>, Error> {
    if name.trim() == "-" {
        return limited(io::stdin().lock(), name);
    }
    let scheme = pintle_sprig::url_scheme(name).map_err(|text| Error::new(Class::Input, text))?;
    match scheme.as_str() {
        "http" | "https" => fetch(name, &input.client),
        "oci" => from_registry(name, input),
        scheme if !scheme.is_empty() && input.client.provides(scheme) => fetch(name, &input.client),
        _ => {
            let file = fs::File::open(name).map_err(|error| unreadable(name, &error))?;
            limited(file, name)
        }
    }
}

fn fetch(url: &str, client: &Client) -> Result<Vec<u8>, Error> {
    let answer = client.get_blocking(&Request::new(url)).map_err(|error| {
        let mut found = Error::new(Class::Input, error.to_string());
        found.hints.extend(error.hint().map(str::to_owned));
        found
    })?;
    Ok(answer.body)
}

/// HELM: what a registry has as the archive of a chart, whatever it is. The flags for registries
/// are for the chart: these are reached by HTTPS.
fn from_registry(name: &str, input: &ValuesInput) -> Result<Vec<u8>, Error> {
    let (reference, wants_signature) = match name.strip_suffix(".prov") {
        Some(reference) => (reference, true),
        None => (name, false),
    };
    let reference = Reference::parse(reference.strip_prefix(SCHEME).unwrap_or(reference))?;
    let store = Some(Store::new(input.registries.clone()));
    let options = Options {
        store,
        ..Options::default()
    };
    let client = pintle_registry::Client::new(input.client.clone(), options);
    let pulled =
        pintle_fetch::blocking(async || client.pull(&reference, Wanted::ChartAndSignature).await)?;
    if wants_signature {
        let missing = || Error::new(Class::Input, pintle_registry::no_signature());
        return pulled.provenance.ok_or_else(missing);
    }
    Ok(pulled.chart)
}

fn limited(reader: impl Read, name: &str) -> Result<Vec<u8>, Error> {
    let mut text = Vec::new();
    let read = reader.take(MAX_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| unreadable(name, &error))?;
    if text.len() as u64 > MAX_BYTES {
        return Err(Error::new(
            Class::Input,
            format!("{name} is larger than {MAX_BYTES} bytes"),
        ));
    }
    Ok(text)
}

/// GO: `open NAME: no such file or directory`, `read NAME: is a directory`.
fn unreadable(name: &str, error: &io::Error) -> Error {
    let (verb, reason) = match error.kind() {
        io::ErrorKind::NotFound => ("open", "no such file or directory".to_owned()),
        io::ErrorKind::PermissionDenied => ("open", "permission denied".to_owned()),
        io::ErrorKind::IsADirectory => ("read", "is a directory".to_owned()),
        _ => ("read", error.to_string()),
    };
    Error::new(Class::Input, format!("{verb} {name}: {reason}"))
}
