//! What a `.prov` file says: a chart's `Chart.yaml`, and the digest of its archive.

use std::io::{self, Read};

use pintle_chart::scalar_text;
use pintle_go_value::{Map, Value};
use sha2::{Digest, Sha256};

use crate::Error;

/// What stands between the two parts.
const DIVIDER: &str = "\n...\n";

/// The SHA-256 digest of an archive, in hexadecimal digits.
///
/// # Errors
/// What keeps it from being read.
pub fn digest(mut archive: impl Read) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut buffer = vec![0; 64 << 10];
    loop {
        let size = match archive.read(&mut buffer) {
            Ok(0) => break,
            Ok(size) => size,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        hash.update(&buffer[..size]);
    }
    Ok(format!("{:x}", hash.finalize()))
}

/// The text to sign for an archive: `metadata` is its `Chart.yaml` as it is written anew,
/// `file` its name and `digest` its [`digest`](fn@digest).
///
/// # Errors
/// None that the name of an archive can cause.
pub fn message(metadata: &str, file: &str, digest: &str) -> Result<String, Error> {
    let files = Map::new();
    files.set(file, Value::from(format!("sha256:{digest}")));
    let sums = Map::new();
    sums.set("files", Value::Map(files));
    let sums =
        pintle_go_yaml::emit(&Value::Map(sums)).map_err(|error| Error::new(error.shown()))?;
    let sums = String::from_utf8_lossy(&sums);
    Ok(format!("{metadata}{DIVIDER}{sums}"))
}

/// The digest that a signed text has for a file; nothing when it has none.
///
/// # Errors
/// A text that is not made of `Chart.yaml` and digests.
pub fn digest_of(text: &str, file: &str) -> Result<Option<String>, Error> {
    let mut digests = digests(text)?;
    // The last one wins.
    let place = digests.iter().rposition(|(name, _)| name == file);
    Ok(place.map(|place| digests.swap_remove(place).1))
}

/// The files that a signed text has digests for.
///
/// # Errors
/// As [`digest_of`].
pub fn digests(text: &str) -> Result<Vec<(String, String)>, Error> {
    let sums = text.split(DIVIDER).nth(1).ok_or_else(|| {
        Error::new("message block must have at least two parts")
            .hint("the signature is good, but the signed text is no chart's")
    })?;
    let sums = pintle_go_yaml::parse(sums.as_bytes()).map_err(|error| Error::new(error.shown()))?;
    let mut found = Vec::new();
    for (name, value) in entries(&sums, "main.SumCollection")? {
        // GO: names of fields are found whatever their case.
        if !name.eq_ignore_ascii_case("files") {
            continue;
        }
        for (name, value) in entries(&value, "map[string]string")? {
            let sum = scalar(&value).ok_or_else(|| mismatch(&value, "string"))?;
            found.push((name, sum));
        }
    }
    Ok(found)
}

/// The files that a signed text names, with their digests. No key is asked: anybody may have
/// signed it. None for what is no signed text; none are in one that names none.
pub fn signed_files(prov: &[u8]) -> Option<Vec<(String, String)>> {
    let signed = crate::cleartext::Signed::read(&String::from_utf8_lossy(prov))?;
    Some(files(&signed.text).unwrap_or_default())
}

fn files(text: &str) -> Option<Vec<(String, String)>> {
    let sums = pintle_go_yaml::parse(text.split(DIVIDER).nth(1)?.as_bytes()).ok()?;
    let mut files = Vec::new();
    for (name, value) in entries(&sums, "").ok()? {
        if name.eq_ignore_ascii_case("files") {
            for (name, value) in entries(&value, "").ok()? {
                files.push((name, scalar(&value)?));
            }
        }
    }
    Some(files)
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::Nil => Some(String::new()),
        other => scalar_text(other),
    }
}

/// The entries of a map, for which null counts as an empty one.
fn entries(value: &Value, go_type: &str) -> Result<Vec<(String, Value)>, Error> {
    match value {
        Value::Nil => Ok(Vec::new()),
        Value::Map(map) => Ok(map
            .entries()
            .into_iter()
            .map(|(key, value)| (key.to_text().into_owned(), value))
            .collect()),
        other => Err(mismatch(other, go_type)),
    }
}

fn mismatch(value: &Value, go_type: &str) -> Error {
    let kind = match value {
        Value::List(_) => "array",
        Value::Map(_) => "object",
        Value::Str(_) => "string",
        Value::Bool(_) => "bool",
        _ => "number",
    };
    Error::new(format!(
        "error unmarshaling JSON: while decoding JSON: json: cannot unmarshal {kind} into Go struct field .files of type {go_type}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_is_understood() {
        let text = message("name: web\n", "web-1.0.0.tgz", "00").unwrap();
        assert_eq!(
            text,
            "name: web\n\n...\nfiles:\n  web-1.0.0.tgz: sha256:00\n"
        );
        assert_eq!(
            digest_of(&text, "web-1.0.0.tgz").unwrap().unwrap(),
            "sha256:00"
        );
        assert_eq!(digest_of(&text, "web-1.0.1.tgz").unwrap(), None);
    }

    #[test]
    fn digests_are_found_as_helm_finds_them() {
        let found = |sums: &str| digest_of(&format!("a: 1\n...\n{sums}"), "x.tgz");
        assert_eq!(found("files:\n  x.tgz: 5").unwrap().unwrap(), "5");
        assert_eq!(found("Files: {x.tgz: a}\nother: 1").unwrap().unwrap(), "a");
        for none in [
            "files: {}",
            "images: {x.tgz: a}",
            "",
            "files: {}\n...\nfiles: {x.tgz: a}",
        ] {
            assert_eq!(found(none).unwrap(), None, "{none}");
        }
        for bad in ["files: [x.tgz]", "{", "files: {x.tgz: {}}", "[]"] {
            assert!(found(bad).is_err(), "{bad}");
        }
        assert!(digest_of("files: {x.tgz: a}", "x.tgz").is_err());
    }

    #[test]
    fn digests_are_those_of_everybody() {
        assert_eq!(
            digest(&b"abc"[..]).unwrap(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
        );
    }
}
