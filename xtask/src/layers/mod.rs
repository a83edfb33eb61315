//! `cargo xtask layers`: which crate may use what.
//!
//! - [`rules`]: the tables
//! - [`tree`]: what cargo knows
//! - [`sources`]: what pure crates name

mod rules;
mod sources;
mod tree;

use std::process::ExitCode;

use anyhow::Result;

use crate::arguments::Arguments;
use crate::table;
use rules::{DEVELOPMENT, EMPTY_NAMES, NOT_IN_PURE, NOWHERE, PURE, layer};
use tree::{Member, Tree};

/// Runs the subcommand: prints the table, then each breach, and fails when there is one.
pub fn run(arguments: Arguments) -> Result<ExitCode> {
    arguments.finish()?;
    let tree = tree::read()?;
    print!("{}", picture(&tree));
    let mut breaches = breaches(&tree);
    for member in tree.members.iter().filter(|member| is_pure(member)) {
        breaches.extend(sources::forbidden(&member.name, &member.folder)?);
    }
    for breach in &breaches {
        println!("breach: {breach}");
    }
    if breaches.iter().any(|breach| breach.ends_with("std::net")) {
        println!("hint: addresses without a network are in core::net");
    }
    if breaches.is_empty() {
        println!("layers: all {} crates keep the rules", tree.members.len());
        return Ok(ExitCode::SUCCESS);
    }
    Ok(ExitCode::FAILURE)
}

fn is_pure(member: &Member) -> bool {
    PURE.contains(&member.name.as_str())
}

fn picture(tree: &Tree) -> String {
    let mut members: Vec<&Member> = tree.members.iter().collect();
    members.sort_by_key(|member| (std::cmp::Reverse(layer(&member.name)), &member.name));
    let rows: Vec<Vec<String>> = members
        .into_iter()
        .map(|member| {
            let own: Vec<&str> = member.own.iter().map(String::as_str).collect();
            vec![
                member.name.clone(),
                layer(&member.name).map_or_else(|| "dev".into(), |layer| layer.to_string()),
                if is_pure(member) { "pure" } else { "" }.into(),
                member.closure.len().to_string(),
                own.join(" "),
            ]
        })
        .collect();
    table::markdown(
        &["crate", "layer", "I/O", "packages", "uses of ours"],
        &rows,
    )
}

/// All breaches of the rules that the tree itself shows.
fn breaches(tree: &Tree) -> Vec<String> {
    let mut found = Vec::new();
    for package in NOWHERE {
        if tree.packages.contains(*package) {
            found.push(format!("{package} is in the tree: one TLS provider, ring"));
        }
    }
    for member in &tree.members {
        found.extend(name_breach(member));
        found.extend(member.own.iter().filter_map(|to| layer_breach(member, to)));
        if is_pure(member) {
            for package in NOT_IN_PURE {
                if member.closure.contains(*package) {
                    found.push(format!("{} is pure, and pulls in {package}", member.name));
                }
            }
        }
    }
    found
}

fn name_breach(member: &Member) -> Option<String> {
    let name = member.name.as_str();
    if EMPTY_NAMES.contains(&name) {
        return Some(format!("{name}: a name that says nothing"));
    }
    let known = layer(name).is_some() || DEVELOPMENT.contains(&name);
    (!known).then(|| format!("{name} has no layer (xtask/src/layers/rules.rs)"))
}

fn layer_breach(member: &Member, to: &str) -> Option<String> {
    if DEVELOPMENT.contains(&member.name.as_str()) {
        return None;
    }
    if DEVELOPMENT.contains(&to) {
        return Some(format!(
            "{} ships {to}, which is for development",
            member.name
        ));
    }
    let (from, below) = (layer(&member.name)?, layer(to)?);
    (below >= from).then(|| {
        format!(
            "{} (layer {from}) depends on {to} (layer {below})",
            member.name
        )
    })
}

#[cfg(test)]
mod tests {
    use super::{Member, Tree, breaches};

    fn member(name: &str, own: &[&str], closure: &[&str]) -> Member {
        let set = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Member {
            name: name.into(),
            folder: name.into(),
            own: set(own),
            closure: set(closure),
        }
    }

    fn of(members: Vec<Member>, packages: &[&str]) -> Vec<String> {
        breaches(&Tree {
            members,
            packages: packages.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    #[test]
    fn downwards_is_fine() {
        let members = vec![
            member("render", &["chart", "go-value"], &["serde"]),
            member("cluster", &["go-yaml"], &["tokio", "kube"]),
            member("xtask", &["testkit"], &["tokio"]),
        ];
        assert_eq!(of(members, &["ring"]), [""; 0]);
    }

    #[test]
    fn sideways_and_upwards_are_refused() {
        let members = vec![
            member("chart", &["sprig"], &[]),
            member("go-yaml", &["chart"], &[]),
            member("values", &["testkit"], &[]),
        ];
        assert_eq!(
            of(members, &[]),
            [
                "chart (layer 2) depends on sprig (layer 2)",
                "go-yaml (layer 1) depends on chart (layer 2)",
                "values ships testkit, which is for development",
            ]
        );
    }

    #[test]
    fn pure_crates_pull_in_no_network() {
        let members = vec![member("plan", &[], &["serde", "tokio", "hyper"])];
        assert_eq!(
            of(members, &[]),
            [
                "plan is pure, and pulls in tokio",
                "plan is pure, and pulls in hyper"
            ]
        );
    }

    #[test]
    fn one_tls_provider_and_telling_names() {
        assert_eq!(
            of(vec![member("core", &[], &[])], &["aws-lc-rs"]),
            [
                "aws-lc-rs is in the tree: one TLS provider, ring",
                "core: a name that says nothing"
            ]
        );
        assert_eq!(
            of(vec![member("wharf", &[], &[])], &[]),
            ["wharf has no layer (xtask/src/layers/rules.rs)"]
        );
    }
}
