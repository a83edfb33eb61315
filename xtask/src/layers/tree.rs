//! The dependency tree, as `cargo metadata` tells it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::workspace;

/// One of our own crates.
#[derive(Debug, Clone)]
pub struct Member {
    /// The name of its folder: `go-yaml` for package `pintle-go-yaml`.
    pub name: String,
    /// Its folder.
    pub folder: PathBuf,
    /// Our own crates that it depends on (not for its tests).
    pub own: BTreeSet<String>,
    /// The names of all packages that it pulls in, also indirectly.
    pub closure: BTreeSet<String>,
}

/// Our crates and the names of all packages of the tree.
#[derive(Debug)]
pub struct Tree {
    /// Our crates, by name.
    pub members: Vec<Member>,
    /// The names of all packages, tests' and build scripts' too.
    pub packages: BTreeSet<String>,
}

/// Asks cargo.
pub fn read() -> Result<Tree> {
    let output = Command::new(workspace::cargo())
        .args(["metadata", "--format-version=1", "--locked"])
        .current_dir(workspace::root())
        .output()?;
    ensure!(
        output.status.success(),
        "cargo metadata: {}",
        String::from_utf8_lossy(&output.stderr).trim()
    );
    parse(&serde_json::from_slice(&output.stdout)?).context("the answer of cargo metadata")
}

/// A package of the tree, by its id.
struct Package<'a> {
    name: &'a str,
    manifest: &'a str,
}

fn parse(metadata: &Value) -> Result<Tree> {
    let mut packages = BTreeMap::new();
    for package in array(&metadata["packages"])? {
        packages.insert(
            text(&package["id"])?,
            Package {
                name: text(&package["name"])?,
                manifest: text(&package["manifest_path"])?,
            },
        );
    }
    let mut edges = BTreeMap::new();
    for node in array(&metadata["resolve"]["nodes"])? {
        edges.insert(text(&node["id"])?, shipped(node)?);
    }
    let ours: BTreeMap<&str, String> = array(&metadata["workspace_members"])?
        .iter()
        .map(|id| {
            let id = text(id)?;
            let package = packages.get(id).context("a member that is no package")?;
            Ok((id, folder_name(package)))
        })
        .collect::<Result<_>>()?;
    let members = ours
        .iter()
        .map(|(id, name)| Member {
            name: name.clone(),
            folder: folder(&packages[id]),
            own: edges
                .get(id)
                .into_iter()
                .flatten()
                .filter_map(|to| ours.get(to).cloned())
                .collect(),
            closure: closure(id, &edges)
                .into_iter()
                .filter_map(|to| packages.get(to))
                .map(|package| package.name.to_owned())
                .collect(),
        })
        .collect();
    Ok(Tree {
        members,
        packages: packages
            .values()
            .map(|package| package.name.to_owned())
            .collect(),
    })
}

/// The dependencies of a node that go into what is shipped: all but those of tests.
fn shipped(node: &Value) -> Result<Vec<&str>> {
    let mut to = Vec::new();
    for dependency in array(&node["deps"])? {
        let kinds = array(&dependency["dep_kinds"])?;
        if kinds.iter().any(|kind| kind["kind"].is_null()) {
            to.push(text(&dependency["pkg"])?);
        }
    }
    Ok(to)
}

fn closure<'a>(from: &'a str, edges: &BTreeMap<&'a str, Vec<&'a str>>) -> BTreeSet<&'a str> {
    let mut seen = BTreeSet::new();
    let mut left = vec![from];
    while let Some(id) = left.pop() {
        for &to in edges.get(id).into_iter().flatten() {
            if seen.insert(to) {
                left.push(to);
            }
        }
    }
    seen
}

fn folder(package: &Package<'_>) -> PathBuf {
    let mut path = PathBuf::from(package.manifest);
    path.pop();
    path
}

fn folder_name(package: &Package<'_>) -> String {
    folder(package).file_name().map_or_else(
        || package.name.to_owned(),
        |name| name.to_string_lossy().into_owned(),
    )
}

fn array(value: &Value) -> Result<&Vec<Value>> {
    value.as_array().context("want a list")
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("want a text")
}

#[cfg(test)]
mod tests {
    use super::parse;
    use serde_json::json;

    #[test]
    fn dependencies_of_tests_are_not_shipped() {
        let package = |name: &str| {
            json!({
                "id": name, "name": format!("pintle-{name}"),
                "manifest_path": format!("/w/crates/{name}/Cargo.toml"),
            })
        };
        let dependency =
            |to: &str, kind: Option<&str>| json!({"pkg": to, "dep_kinds": [{"kind": kind}]});
        let tree = parse(&json!({
            "packages": [package("a"), package("b"), package("c"), package("d")],
            "workspace_members": ["a", "b"],
            "resolve": {"nodes": [
                {"id": "a", "deps": [dependency("b", None), dependency("d", Some("dev"))]},
                {"id": "b", "deps": [dependency("c", None)]},
                {"id": "c", "deps": []},
                {"id": "d", "deps": []},
            ]},
        }))
        .expect("metadata");
        let a = &tree.members[0];
        assert_eq!(a.name, "a");
        assert!(a.own.iter().eq(["b"]));
        assert!(a.closure.iter().eq(["pintle-b", "pintle-c"]));
        assert_eq!(tree.packages.len(), 4);
    }
}
