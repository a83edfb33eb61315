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

/// The form and the language of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// The form.
    pub form: Form,
    /// YAML instead of JSON.
    pub yaml: bool,
}

const OFFERED: &str = "application/json, application/yaml, application/vnd.kubernetes.protobuf";

impl Shape {
    /// What the client accepts, the first of it that we have.
    ///
    /// # Errors
    /// When we have none of it.
    pub fn accepted(accept: &str, is_list: bool) -> Result<Self, Status> {
        let plain = Self {
            form: Form::Whole,
            yaml: false,
        };
        if accept.trim().is_empty() {
            return Ok(plain);
        }
        let mut wanted_form = false;
        for one in accept.split(',') {
            let mut parts = one.split(';').map(str::trim);
            let media = parts.next().unwrap_or_default();
            let words: Vec<(&str, &str)> = parts.filter_map(|part| part.split_once('=')).collect();
            let word = |name: &str| {
                words
                    .iter()
                    .find(|(known, _)| *known == name)
                    .map(|(_, value)| *value)
            };
            let yaml = match media {
                "application/json" | "application/*" | "*/*" => false,
                "application/yaml" => true,
                _ => continue,
            };
            let form = match word("as") {
                None => Form::Whole,
                Some("Table") if word("g") == Some("meta.k8s.io") && word("v") == Some("v1") => {
                    Form::Table
                }
                Some("PartialObjectMetadata" | "PartialObjectMetadataList")
                    if word("g") == Some("meta.k8s.io") && word("v") == Some("v1") =>
                {
                    Form::Metadata
                }
                Some(_) => {
                    wanted_form = true;
                    continue;
                }
            };
            return Ok(Self { form, yaml });
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
        match self.form {
            Form::Whole => self.whole(code, object),
            Form::Metadata => self.whole(code, &partial(object)),
            Form::Table => {
                let rows = vec![table::row(resource, object, include, now)];
                let version = object["metadata"]["resourceVersion"].clone();
                let table = table(resource, rows, json!({"resourceVersion": version}), true);
                self.whole(code, &table)
            }
        }
    }

    /// An answer with a `Scale`.
    pub fn scale(self, scale: &Value, include: Include, now: i64) -> Whole {
        match self.form {
            Form::Whole => self.whole(200, scale),
            Form::Metadata => self.whole(200, &partial(scale)),
            Form::Table => self.whole(200, &table::of_scale(scale, include, now)),
        }
    }

    /// An answer of a value in its language.
    pub fn whole(self, code: u16, value: &Value) -> Whole {
        if self.yaml {
            return Whole::text(code, "application/yaml", yaml(value));
        }
        Whole::json(code, value)
    }

    /// An answer with an object as it is kept, without reading it when it need not be.
    pub fn kept(self, resource: &Resource, kept: &Kept, include: Include, now: i64) -> Whole {
        if self.form == Form::Whole && !self.yaml && is_in_version(resource, kept) {
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
        match self.form {
            Form::Table => {
                let rows = list
                    .iter()
                    .map(|kept| table::row(resource, &object(resource, kept), include, now));
                self.whole(200, &table(resource, rows.collect(), meta, true))
            }
            Form::Metadata => {
                let items: Vec<Value> = list
                    .iter()
                    .map(|kept| partial(&object(resource, kept)))
                    .collect();
                let list = json!({"kind": "PartialObjectMetadataList", "apiVersion": "meta.k8s.io/v1", "metadata": meta, "items": items});
                self.whole(200, &list)
            }
            Form::Whole => {
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
                if self.yaml {
                    let value: Value = serde_json::from_slice(&text).unwrap_or_default();
                    return self.whole(200, &value);
                }
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
