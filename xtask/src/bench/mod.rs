//! `cargo xtask bench`: Pintle and Helm 4.3.1 turn by turn on the same work.
//!
//! - [`measure`]: one run's time, one run's memory, and pairs of runs
//! - [`offline`]: `version`, and `template` of large charts
//! - [`online`]: `install` and `upgrade` on a real API server
//! - [`repositories`]: `search`, `pull`, `package` and their like
//! - [`serve`]: `serve` beside nginx
//! - [`sandbox`]: the sandbox beside a real API server
//! - [`machine`]: what it was measured on
//!
//! The two programs take turns (A B A B …) so that both meet the same weather, and the
//! figure that counts is the median of the pairs' ratios.

mod machine;
mod measure;
mod offline;
mod online;
mod repositories;
mod sandbox;
mod serve;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use pintle_testkit::oracle::Peer;

use crate::arguments::Arguments;
use crate::document::Part;
use crate::{dist, table, workspace};
use measure::Row;
pub use offline::CHARTS;

const USAGE: &str = "\
Usage: cargo xtask bench [FLAGS]

  --rounds N         pairs of runs for what works offline (default: 15)
  --cluster-rounds N pairs of runs on the API server (default: 7)
  --repositories     charts on the move instead: search, pull, package, dependencies
  --serve            measure serve beside nginx, and nothing else
  --sandbox          measure the sandbox beside the API server of PINTLE_TEST_KUBECONFIG, and nothing else
  --write            put the tables into docs/benchmarks.md

Builds the program (`cargo xtask dist`), or takes the one that PINTLE_BIN names. The charts are those of the
shared corpus (PINTLE_CORPUS, else ../shared/corpus). Where PINTLE_TEST_KUBECONFIG names the
kubeconfig of an API server (tests/cluster/up makes one), install and upgrade are measured, and
nothing else: the server has work of its own even when nobody asks it anything.";

/// The two programs.
#[derive(Debug)]
struct Programs {
    helm: PathBuf,
    pintle: PathBuf,
}

/// Runs the subcommand.
pub fn run(mut typed: Arguments) -> Result<ExitCode> {
    if typed.flag("--help") || typed.flag("-h") {
        println!("{USAGE}");
        return Ok(ExitCode::SUCCESS);
    }
    let rounds = typed.number("--rounds")?.unwrap_or(15);
    let cluster_rounds = typed.number("--cluster-rounds")?.unwrap_or(7);
    let on_the_move = typed.flag("--repositories");
    let serves = typed.flag("--serve");
    let in_sandbox = typed.flag("--sandbox");
    let write = typed.flag("--write");
    typed.finish()?;
    let programs = Programs {
        helm: workspace::peer(Peer::Helm4)?,
        pintle: match std::env::var_os("PINTLE_BIN") {
            Some(named) => PathBuf::from(named),
            None => dist::build(true)?,
        },
    };
    if serves {
        let corpus = workspace::corpus().context("no ../shared/corpus")?;
        let table = serve::page(&programs, &corpus, rounds)?;
        let text = format!("{}\n\n{table}", machine::describe(&programs)?);
        return finish("bench-serve", &text, write);
    }
    if in_sandbox {
        let kubeconfig = std::env::var_os("PINTLE_TEST_KUBECONFIG")
            .context("PINTLE_TEST_KUBECONFIG names no API server (tests/cluster/up makes one)")?;
        let tables = sandbox::page(&programs, kubeconfig.as_ref(), rounds)?;
        let text = format!("{}\n\n{tables}", machine::describe(&programs)?);
        return finish("bench-sandbox", &text, write);
    }
    let (part, rows, left_out) = match std::env::var_os("PINTLE_TEST_KUBECONFIG") {
        _ if on_the_move => {
            let corpus = workspace::corpus().context("no ../shared/corpus")?;
            let rows = repositories::rows(&programs, &corpus)?;
            ("bench-repositories", rows, None)
        }
        Some(kubeconfig) => {
            let corpus = workspace::corpus().context("no ../shared/corpus")?;
            let rows = online::rows(&programs, &corpus, kubeconfig.as_ref(), cluster_rounds)
                .context("on the API server")?;
            ("bench-cluster", rows, None)
        }
        None => {
            let (rows, left_out) = offline_rows(&programs, rounds)?;
            ("bench", rows, left_out)
        }
    };
    let text = page(&programs, &rows, left_out)?;
    finish(part, &text, write)
}

/// Prints a part of the document, and perhaps keeps it.
fn finish(part: &'static str, text: &str, write: bool) -> Result<ExitCode> {
    println!("{text}");
    if write {
        Part {
            path: workspace::root().join("docs/benchmarks.md"),
            name: part,
        }
        .write(text)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The rows, and what could not be measured.
fn offline_rows(programs: &Programs, rounds: usize) -> Result<(Vec<Row>, Option<&'static str>)> {
    let mut rows = vec![offline::version(programs, rounds)?];
    let Some(corpus) = workspace::corpus() else {
        return Ok((rows, Some("charts: no ../shared/corpus")));
    };
    for chart in offline::CHARTS {
        rows.push(offline::template(programs, &corpus, chart, rounds)?);
    }
    for command in ["lint", "show values"] {
        for (chart, _) in offline::CHARTS {
            let work = (command, chart);
            rows.push(offline::inspect(programs, &corpus, work, rounds)?);
        }
    }
    Ok((rows, None))
}

fn page(programs: &Programs, rows: &[Row], left_out: Option<&str>) -> Result<String> {
    let head = [
        "what",
        "Helm, ms",
        "Pintle, ms",
        "times faster",
        "Helm, MB",
        "Pintle, MB",
    ];
    let cells: Vec<Vec<String>> = rows.iter().map(Row::cells).collect();
    let mut text = machine::describe(programs)?;
    text.push_str("\n\n");
    text.push_str(&table::markdown(&head, &cells));
    for command in ["template", "lint", "show values"] {
        if let Some(summary) = measure::summary(rows, command) {
            text.push_str(&format!("\n{summary}\n"));
        }
    }
    if let Some(what) = left_out {
        text.push_str(&format!("\nNot measured: {what}.\n"));
    }
    Ok(text)
}
