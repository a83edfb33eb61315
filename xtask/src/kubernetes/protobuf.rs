//! The numbers that fields have in protobuf: what OpenAPI does not say, and `.proto` files do.
//!
//! Of each message that a kind of the API is made of: `[number, name, type, shape]` of its fields,
//! with the names of types and fields that OpenAPI has. Of the files nothing else is taken.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};

use super::LIMIT;
use crate::process::{self, Ending};
use crate::workspace;

/// Where the messages of the API server's own kinds are told.
const MODULES: [&str; 4] = [
    "k8s.io/api",
    "k8s.io/apimachinery",
    "k8s.io/apiextensions-apiserver",
    "k8s.io/kube-aggregator",
];

#[derive(Debug)]
struct Field {
    number: u32,
    name: String,
    of: String,
    shape: &'static str,
}

/// The table: fields by the names of their messages.
pub(super) fn table(schemas: &BTreeMap<String, Value>) -> Result<Value> {
    let mut messages = BTreeMap::new();
    for folder in folders()? {
        for file in files(&folder)? {
            let text = std::fs::read_to_string(&file)
                .with_context(|| format!("cannot read {}", file.display()))?;
            read(&text, &mut messages).with_context(|| file.display().to_string())?;
        }
    }
    let mut wanted: Vec<&str> = schemas.keys().map(String::as_str).collect();
    let mut table = BTreeMap::new();
    let mut seen = BTreeSet::new();
    while let Some(name) = wanted.pop() {
        let Some((name, fields)) = messages.get_key_value(name) else {
            continue;
        };
        if !seen.insert(name) {
            continue;
        }
        wanted.extend(fields.iter().map(|field| field.of.as_str()));
        let mut told = Vec::new();
        for field in fields {
            let called = called(schemas.get(name), field)
                .with_context(|| format!("{name} has no {} in OpenAPI", field.name))?;
            told.push(json!([field.number, called, field.of, field.shape]));
        }
        table.insert(name.as_str(), told);
    }
    Ok(json!(table))
}

/// The folders of the modules, as the control plane of the tests is built from them.
fn folders() -> Result<Vec<PathBuf>> {
    let mut go = Command::new("go");
    go.current_dir(workspace::root().join("tests/cluster"))
        .args(["list", "-m", "-f", "{{.Dir}}"])
        .args(MODULES);
    let told = process::run(&mut go, LIMIT)?;
    if told.ending != Ending::Code(0) {
        bail!("go list: {}", String::from_utf8_lossy(&told.stderr));
    }
    let told = String::from_utf8(told.stdout)?;
    let folders: Vec<PathBuf> = told.lines().map(PathBuf::from).collect();
    if folders.len() != MODULES.len() || folders.iter().any(|folder| !folder.is_dir()) {
        bail!("the modules of the control plane are not here: tests/cluster/up fetches them");
    }
    Ok(folders)
}

fn files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            found.extend(files(&entry.path())?);
        } else if entry.file_name() == "generated.proto" {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// The messages of a file. They are generated: one field on a line, none inside of another.
fn read(text: &str, messages: &mut BTreeMap<String, Vec<Field>>) -> Result<()> {
    let (mut package, mut message) = (String::new(), None);
    for line in text.lines() {
        let line = line.split("//").next().unwrap_or_default().trim();
        if let Some(name) = line.strip_prefix("package ") {
            name.trim_end_matches(';').clone_into(&mut package);
        } else if let Some(name) = line.strip_prefix("message ") {
            let name = open_api(&format!("{package}.{}", name.trim_end_matches(" {")));
            messages.insert(name.clone(), Vec::new());
            message = Some(name);
        } else if line == "}" {
            message = None;
        } else if let Some(fields) = message.as_ref().and_then(|name| messages.get_mut(name))
            && !line.is_empty()
        {
            fields.push(field(line, &package).with_context(|| line.to_owned())?);
        }
    }
    Ok(())
}

/// `optional string name = 1;`, `map<string, .a.b.C> names = 2;`
fn field(line: &str, package: &str) -> Option<Field> {
    let (left, number) = line.trim_end_matches(';').split_once(" = ")?;
    let number = number.split_whitespace().next()?.parse().ok()?;
    let (shape, rest) = match left.strip_prefix("map<string,") {
        Some(rest) => ("map", rest.replace('>', "")),
        None => match left.split_once(' ')? {
            ("optional" | "required", rest) => ("one", rest.to_owned()),
            ("repeated", rest) => ("many", rest.to_owned()),
            _ => return None,
        },
    };
    let (of, name) = rest.trim().split_once(' ')?;
    let of = match of {
        "string" | "bytes" | "bool" | "int32" | "int64" | "double" => of.to_owned(),
        of => match of.trim_start_matches('.') {
            of if of.contains('.') => open_api(of),
            of => open_api(&format!("{package}.{of}")),
        },
    };
    Some(Field {
        number,
        name: name.trim().to_owned(),
        of,
        shape,
    })
}

/// `k8s.io.api.core.v1.Pod` is `io.k8s.api.core.v1.Pod`.
fn open_api(name: &str) -> String {
    let name = name.strip_prefix("k8s.io.").unwrap_or(name);
    format!("io.k8s.{}", name.replace('_', "-"))
}

/// The name that a field has in JSON; none when the fields of its message stand in its place.
fn called(schema: Option<&Value>, field: &Field) -> Option<String> {
    let Some(properties) = schema.and_then(|schema| schema["properties"].as_object()) else {
        // OpenAPI says no more of these than that they are texts, lists or anything.
        return Some(field.name.clone());
    };
    if properties.contains_key(&field.name) {
        return Some(field.name.clone());
    }
    let plain = |name: &str| -> String {
        let letters = name.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let like = properties
        .keys()
        .find(|name| plain(name) == plain(&field.name));
    if like.is_none() && field.of.contains('.') && field.shape == "one" {
        return Some(String::new());
    }
    like.cloned()
}
