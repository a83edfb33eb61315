//! `corpus --post-render`: what goes through a post-renderer, beside real Helm.
//!
//! The plugin copies what it reads. So both ways are seen: what it was given, and what became
//! of its answer.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::snapshot;

use super::lint::differences;
use super::render::{LIMIT, surroundings};
use super::{Case, Comparison};
use crate::process::{self, Ending};

const PLUGIN: &str = "\
apiVersion: v1
name: copy
version: 0.1.0
type: postrenderer/v1
runtime: subprocess
runtimeConfig:
  platformCommand:
  - {command: sh, args: [$HELM_PLUGIN_DIR/copy.sh]}
";
const SCRIPT: &str = "tee \"$HOME/seen\"\n";

/// How often Helm is asked before a difference is believed.
const HELM_RUNS: usize = 4;

/// Compares both programs for every render of these cases that is the same every time and
/// succeeds; tells each difference.
///
/// # Errors
/// A program that cannot be run; any difference.
pub fn compare(comparison: &Comparison, cases: &[Case], jobs: usize) -> Result<()> {
    let plugins = tempfile::tempdir()?;
    let folder = plugins.path().join("copy");
    fs::create_dir(&folder)?;
    fs::write(folder.join("plugin.yaml"), PLUGIN)?;
    fs::write(folder.join("copy.sh"), SCRIPT)?;
    let cases: Vec<&Case> = cases
        .iter()
        .filter(|case| case.deterministic && case.code == 0)
        .collect();
    let found = differences(cases.len(), jobs, |number| {
        let case = cases[number];
        let found = difference(comparison, plugins.path(), case)
            .unwrap_or_else(|error| Some(format!("{error:#}")));
        found.map(|found| format!("{}\n{found}", case.name()))
    });
    for one in &found {
        println!("{one}");
    }
    let same = cases.len() - found.len();
    println!("post-render: {same} of {} renders are alike", cases.len());
    ensure!(found.is_empty(), "{} renders differ", found.len());
    Ok(())
}

/// The first difference, if any run of Helm is unlike ours.
fn difference(comparison: &Comparison, plugins: &Path, case: &Case) -> Result<Option<String>> {
    let corpus = &comparison.corpus;
    let ours = post_rendered(&comparison.program, corpus, plugins, case)?;
    let mut found = None;
    for _ in 0..HELM_RUNS {
        let theirs = post_rendered(comparison.helm.program(), corpus, plugins, case)?;
        found = snapshot::difference(&theirs, &ours);
        if found.is_none() {
            break;
        }
    }
    Ok(found)
}

/// What the plugin read and what was printed; of a failure its first line.
fn post_rendered(program: &Path, corpus: &Path, plugins: &Path, case: &Case) -> Result<String> {
    let home = tempfile::tempdir()?;
    let mut command = Command::new(program);
    command
        .args(case.arguments())
        .args(["--post-renderer", "copy"]);
    surroundings(&mut command, corpus, home.path());
    command
        .env("HELM_PLUGINS", plugins)
        .env("PATH", std::env::var_os("PATH").context("PATH")?);
    let done = process::run(&mut command, LIMIT)?;
    let seen = fs::read(home.path().join("seen")).unwrap_or_default();
    let stderr = String::from_utf8_lossy(&done.stderr);
    let failure = match done.ending {
        Ending::Code(0) => "",
        _ => stderr.lines().next().unwrap_or_default(),
    };
    Ok(format!(
        "{:?} {failure}\nread:\n{}\nprinted:\n{}",
        done.ending,
        String::from_utf8_lossy(&seen),
        String::from_utf8_lossy(&done.stdout)
    ))
}
