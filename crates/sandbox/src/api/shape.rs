//! Objects, lists and tables as clients want them.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::{JSON, Whole};
use crate::catalog::Resource;
use crate::convert::convert;
use crate::object::partial;
use crate::status::Status;
use crate::store::Kept;
use crate::table::{self, Include};

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Whole objects.
    Whole,
    /// Their metadata (`PartialObjectMetadata`).
    Metadata,
    /// Rows (`Table`).
    Table,
}

const OFFERED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

impl Form {
    /// What the client accepts, the first of it that we have.
    ///
    /// # Errors
    /// When we have none of it.
    pub fn accepted(accept: &str, is_list: bool) -> Result<Self, Status> {
        if accept.trim().is_empty() {
            return Ok(Self::Whole);
        }
        let mut wanted_form = false;
        for one in accept.split(',') {
            let words: Vec<&str> = one.split(';').map(str::trim).collect();
            // What is JSON is YAML, too.
            let known = [
                "application/json",
                "application/yaml",
                "application/*",
                "*/*",
            ];
            if !known.contains(&words[0]) {
                continue;
            }
            let of_meta = words.contains(&"g=meta.k8s.io") && words.contains(&"v=v1");
            match words.iter().find_map(|word| word.strip_prefix("as=")) {
                None => return Ok(Self::Whole),
                Some("Table") if of_meta => return Ok(Self::Table),
                Some("PartialObjectMetadata" | "PartialObjectMetadataList") if of_meta => {
                    return Ok(Self::Metadata);
                }
                Some(_) => wanted_form = true,
            }
        }
        Err(if wanted_form {
            Status::not_acceptable(OFFERED)
        } else {
            Status::none_acceptable(is_list)
        })
    }

    /// An answer with one object.
    pub fn object(
        self,
        resource: &Resource,
        object: &Value,
        code: u16,
        include: Include,
        now: i64,
    ) -> Whole {
        match self {
            Self::Whole => Whole::json(code, object),
            Self::Metadata => Whole::json(code, &partial(object)),
            Self::Table => {
                let rows = vec![table::row(resource, object, include, now)];
                let version = object["metadata"]["resourceVersion"].clone();
                let table = table(resource, rows, json!({"resourceVersion": version}), true);
                Whole::json(code, &table)
            }
        }
    }

    /// An answer with a `Scale`.
    pub fn scale(self, scale: &Value, include: Include, now: i64) -> Whole {
        match self {
            Self::Whole => Whole::json(200, scale),
            Self::Metadata => Whole::json(200, &partial(scale)),
            Self::Table => Whole::json(200, &table::of_scale(scale, include, now)),
        }
    }

    /// An answer with an object as it is kept, without reading it when it need not be.
    pub fn kept(self, resource: &Resource, kept: &Kept, include: Include, now: i64) -> Whole {
        if self == Self::Whole && is_in_version(resource, kept) {
            return Whole::text(200, JSON, kept.text.to_vec());
        }
        self.object(resource, &object(resource, kept), 200, include, now)
    }

    /// An answer with a list.
    pub fn list(
        self,
        resource: &Resource,
        list: &[Arc<Kept>],
        meta: Value,
        include: Include,
        now: i64,
    ) -> Whole {
        match self {
            Self::Table => {
                let rows = list
                    .iter()
                    .map(|kept| table::row(resource, &object(resource, kept), include, now));
                Whole::json(200, &table(resource, rows.collect(), meta, true))
            }
            Self::Metadata => {
                let items: Vec<Value> = list
                    .iter()
                    .map(|kept| partial(&object(resource, kept)))
                    .collect();
                let list = json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": meta, "items": items});
                Whole::json(200, &list)
            }
            Self::Whole => {
                let mut text = format!(
                    "{{\"kind\":\"{}\",\"apiVersion\":\"{}\",\"metadata\":{meta},\"items\":[",
                    resource.list_kind,
                    resource.api_version()
                )
                .into_bytes();
                for (at, kept) in list.iter().enumerate() {
                    if at > 0 {
                        text.push(b',');
                    }
                    self::item(resource, kept, &mut text);
                }
                text.extend_from_slice(b"]}\n");
                Whole::text(200, JSON, text)
            }
        }
    }
}

/// An item of a list. GO: those of built-in kinds do not say what they are.
fn item(resource: &Resource, kept: &Kept, text: &mut Vec<u8>) {
    let whole = resource.custom().is_some();
    if is_in_version(resource, kept) {
        if whole {
            text.extend_from_slice(&kept.text);
        } else {
            text.push(b'{');
            text.extend_from_slice(kept.rest());
            text.push(b'}');
        }
        return;
    }
    let mut object = object(resource, kept);
    if let (false, Some(map)) = (whole, object.as_object_mut()) {
        map.remove("kind");
        map.remove("apiVersion");
    }
    text.extend_from_slice(object.to_string().as_bytes());
}

fn is_in_version(resource: &Resource, kept: &Kept) -> bool {
    let version = kept.api_version();
    match version.strip_prefix(resource.group.as_bytes()) {
        Some([b'/', version @ ..]) => version == resource.version.as_bytes(),
        Some(version) => resource.group.is_empty() && version == resource.version.as_bytes(),
        None => false,
    }
}

/// An object in the version of a resource.
pub fn object(resource: &Resource, kept: &Kept) -> Value {
    let object = kept.object();
    if is_in_version(resource, kept) {
        object
    } else {
        convert(object, resource)
    }
}

/// A `Table`; `with_columns` is whether its columns are described, as they are at its first answer.
pub fn table(resource: &Resource, rows: Vec<Value>, meta: Value, with_columns: bool) -> Value {
    let mut table = Map::new();
    table.insert("kind".to_owned(), "Table".into());
    table.insert("apiVersion".to_owned(), "meta.k8s.io/v1".into());
    table.insert("metadata".to_owned(), meta);
    let columns = if with_columns {
        table::columns(resource)
    } else {
        Value::Null
    };
    table.insert("columnDefinitions".to_owned(), columns);
    table.insert("rows".to_owned(), rows.into());
    table.into()
}

pub(super) fn yaml(value: &Value) -> Vec<u8> {
    let text = value.to_string();
    // JSON is YAML, too: should it not be read, it is sent as it is.
    let read = pintle_go_yaml::parse(text.as_bytes());
    read.and_then(|value| pintle_go_yaml::emit(&value))
        .unwrap_or(text.into_bytes())
}
