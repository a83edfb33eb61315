//! `cargo xtask kubernetes`: what a real API server says of its own API, kept for the sandbox.
//!
//! Asked of the control plane that KUBECONFIG names (`tests/cluster/up` prints one), with the
//! real kubectl. Four files in `crates/sandbox/data`, each one JSON document, compressed:
//! `discovery` (the version, the groups and their resources), `schemas` (the definitions of all
//! types), `paths` (what may be asked of each resource, and how) and `protobuf` (the numbers of
//! fields, from the modules that the control plane is built from). Descriptions are left out.

mod protobuf;

use std::collections::BTreeMap;
use std::io::Write as _;
use std::process::{Command, ExitCode};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use flate2::Compression;
use flate2::write::ZlibEncoder;
use serde_json::{Map, Value, json};

use crate::arguments::Arguments;
use crate::process::{self, Ending};
use crate::workspace;

const LIMIT: Duration = Duration::from_secs(30);

/// Runs the subcommand.
pub fn run(mut arguments: Arguments) -> Result<ExitCode> {
    let check = arguments.flag("--check");
    arguments.finish()?;
    let version = get("/version")?;
    let core = get("/api")?;
    let groups = get("/apis")?;
    let mut lists = Map::new();
    for name in group_versions(&core, &groups) {
        let path = if name.contains('/') {
            format!("/apis/{name}")
        } else {
            format!("/api/{name}")
        };
        lists.insert(name, get(&path)?);
    }
    let documents = get("/openapi/v3")?;
    let mut schemas = BTreeMap::new();
    let mut paths = Map::new();
    for name in documents["paths"]
        .as_object()
        .into_iter()
        .flatten()
        .map(|(name, _)| name)
    {
        let document = get(&format!("/openapi/v3/{name}"))?;
        paths.insert(name.clone(), bare(&document["paths"]));
        for (name, schema) in document["components"]["schemas"]
            .as_object()
            .into_iter()
            .flatten()
        {
            let schema = bare(schema);
            // Options and events name the kinds of all groups that a document is about.
            let known: &mut Value = schemas.entry(name.clone()).or_insert(Value::Null);
            if size(&schema) > size(known) {
                *known = schema;
            }
        }
    }
    let git = version["gitVersion"]
        .as_str()
        .unwrap_or_default()
        .to_owned();
    let protobuf = protobuf::table(&schemas)?;
    let files = [
        (
            "discovery",
            json!({"version": version, "groups": groups["groups"], "lists": lists, "root": get("/")?["paths"]}),
        ),
        ("schemas", json!(schemas)),
        ("paths", Value::Object(paths)),
        ("protobuf", protobuf),
    ];
    let folder = workspace::root().join("crates/sandbox/data");
    let mut differs = false;
    for (name, document) in files {
        let mut compressed = ZlibEncoder::new(Vec::new(), Compression::best());
        compressed.write_all(&serde_json::to_vec(&document)?)?;
        let compressed = compressed.finish()?;
        let path = folder.join(format!("{name}.json.zz"));
        let same = std::fs::read(&path).is_ok_and(|kept| kept == compressed);
        differs |= !same;
        if !check {
            std::fs::write(&path, &compressed)?;
        }
        println!(
            "{name}: {} bytes of Kubernetes {git}{}",
            compressed.len(),
            if same { "" } else { ", changed" }
        );
    }
    Ok(if check && differs {
        ExitCode::FAILURE
    } else {
        ExitCode::SUCCESS
    })
}

/// `v1`, `apps/v1` and so on, in the server's order.
fn group_versions(core: &Value, groups: &Value) -> Vec<String> {
    let core = core["versions"].as_array().into_iter().flatten();
    let groups = groups["groups"].as_array().into_iter().flatten();
    core.filter_map(Value::as_str)
        .map(str::to_owned)
        .chain(groups.flat_map(|group| {
            let versions = group["versions"].as_array().into_iter().flatten();
            versions
                .filter_map(|version| version["groupVersion"].as_str())
                .map(str::to_owned)
        }))
        .collect()
}

fn get(path: &str) -> Result<Value> {
    let kubectl = workspace::root().join("target/oracle/kubectl-1.37");
    let asked = process::run(Command::new(kubectl).args(["get", "--raw", path]), LIMIT)?;
    if asked.ending != Ending::Code(0) {
        bail!("{path}: {}", String::from_utf8_lossy(&asked.stderr));
    }
    serde_json::from_slice(&asked.stdout).with_context(|| format!("{path} is no JSON"))
}

/// Without the descriptions, which are most of it.
fn bare(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .filter(|(name, value)| *name != "description" || !value.is_string())
            .map(|(name, value)| (name.clone(), bare(value)))
            .collect::<Map<_, _>>()
            .into(),
        Value::Array(items) => items.iter().map(bare).collect::<Vec<_>>().into(),
        other => other.clone(),
    }
}

fn size(value: &Value) -> usize {
    value.to_string().len()
}
