//! An index as text.

use std::collections::BTreeMap;

use pintle_go_value::json;
use pintle_release::to_go_json;
use serde::Serialize;

use super::Index;
use crate::{Entry, Error};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    api_version: &'a str,
    generated: &'a str,
    entries: &'a BTreeMap<String, Vec<Entry>>,
}

impl Index {
    /// The text of an `index.yaml`, as Helm writes it.
    ///
    /// # Errors
    /// What has no form in JSON.
    pub fn to_yaml(&self) -> Result<Vec<u8>, Error> {
        let text = self.compact()?;
        let value = json::decode(text.as_bytes()).map_err(|error| Error::new(error.0))?;
        pintle_go_yaml::emit(&value).map_err(|error| Error::new(error.shown()))
    }

    /// The text of an index in JSON, indented by two.
    ///
    /// # Errors
    /// As [`Index::to_yaml`].
    pub fn to_json(&self) -> Result<Vec<u8>, Error> {
        Ok(indented(&self.compact()?))
    }

    fn compact(&self) -> Result<String, Error> {
        let written = Written {
            api_version: &self.api_version,
            generated: &self.generated,
            entries: &self.charts,
        };
        to_go_json(&written).map_err(|error| Error::new(error.to_string()))
    }
}

/// GO: `json.Indent`: empty lists and maps stay on their line.
fn indented(compact: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(compact.len() * 2);
    let (mut depth, mut in_text, mut escaped) = (0usize, false, false);
    let bytes = compact.as_bytes();
    let new_line = |out: &mut Vec<u8>, depth: usize| {
        out.push(b'\n');
        out.extend(std::iter::repeat_n(b' ', depth * 2));
    };
    for (at, byte) in bytes.iter().copied().enumerate() {
        if in_text {
            out.push(byte);
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
            continue;
        }
        let closes = |byte: Option<&u8>| matches!(byte, Some(b'}' | b']'));
        let opened = at > 0 && matches!(bytes[at - 1], b'{' | b'[');
        match byte {
            b'{' | b'[' => {
                out.push(byte);
                if !closes(bytes.get(at + 1)) {
                    depth += 1;
                    new_line(&mut out, depth);
                }
            }
            b'}' | b']' => {
                if !opened {
                    depth = depth.saturating_sub(1);
                    new_line(&mut out, depth);
                }
                out.push(byte);
            }
            b',' => {
                out.push(byte);
                new_line(&mut out, depth);
            }
            b':' => out.extend_from_slice(b": "),
            b'"' => {
                in_text = true;
                out.push(byte);
            }
            _ => out.push(byte),
        }
    }
    out
}
