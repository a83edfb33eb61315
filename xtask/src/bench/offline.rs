//! Work that needs no cluster.

use std::path::Path;
use std::process::Command;

use anyhow::Result;

use super::Programs;
use super::measure::{Pairs, Row, memory, time};

/// Large charts of five sources: those with the most output per source, where most of it
/// comes out of templates. (The archives that are nothing but CRDs are larger, and say
/// little about a template engine.)
pub const CHARTS: [&str; 5] = [
    "kong/kong-operator-1.4.0-rc.1",
    "rook/rook-ceph-0.0.1",
    "argo/argo-cd-10.1.1",
    "prometheus-community/kube-prometheus-stack-88.5.3",
    "opentelemetry/opentelemetry-demo-0.41.0",
];

/// The time to start: `version`.
pub fn version(programs: &Programs, rounds: usize) -> Result<Row> {
    let pairs = pairs(programs, rounds, |program, home| {
        hermetic(program, home, &["version"])
    })?;
    Ok(Row {
        name: "version".into(),
        pairs,
    })
}

/// `template` of a chart of the corpus.
pub fn template(programs: &Programs, corpus: &Path, chart: &str, rounds: usize) -> Result<Row> {
    let archive = format!("charts/{chart}.tgz");
    let pairs = pairs(programs, rounds, |program, home| {
        let mut command = hermetic(program, home, &["template", "rel", &archive]);
        command.current_dir(corpus);
        command
    })?;
    Ok(Row {
        name: format!("template {chart}"),
        pairs,
    })
}

/// A command with nothing of this machine in its environment.
pub fn hermetic(program: &Path, home: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(program);
    command
        .args(words)
        .env_clear()
        .env("HOME", home)
        .env("KUBECONFIG", "/dev/null")
        .env("TZ", "UTC")
        .env("LANG", "C.UTF-8");
    command
}

/// Both programs, turn by turn, after one pair that does not count.
fn pairs(
    programs: &Programs,
    rounds: usize,
    make: impl Fn(&Path, &Path) -> Command,
) -> Result<Pairs> {
    let home = tempfile::tempdir()?;
    let helm = || make(&programs.helm, home.path());
    let ours = || make(&programs.pintle, home.path());
    let mut pairs = Pairs::default();
    for round in 0..=rounds {
        let pair = (time(&mut helm())?, time(&mut ours())?);
        if round > 0 {
            pairs.times.push(pair);
        }
    }
    pairs.memory = (memory(&helm())?, memory(&ours())?);
    Ok(pairs)
}
