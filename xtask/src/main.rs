//! Checks, generators and the test command of the workspace: `cargo xtask COMMAND`.
//!
//! - [`oracle`]: fetch the real Helm and kubectl
//! - [`mod@test`]: the one command that passes the tests
//! - [`kubernetes`]: what the sandbox knows of a real API server
//! - [`layers`]: which crate may use what
//! - [`documents`]: what the documents say of the sources
//! - [`corpus`]: every chart of the shared corpus, beside real Helm
//! - [`differential`]: random cases, beside real Helm
//! - [`dist`]: the program as it is released
//! - [`mod@bench`]: the paired table against real Helm
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program for the terminal"
)]

mod arguments;
mod bench;
mod build;
mod corpus;
mod differential;
mod dist;
mod document;
mod documents;
mod kubernetes;
mod layers;
mod oracle;
mod process;
mod table;
mod test;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use arguments::Arguments;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  test [-- CARGO TEST ARGUMENTS]   everything the tests need, then the tests
  oracle                           fetch the real Helm and kubectl (never committed)
  kubernetes [--check]             store what a real API server says of its API
  layers                           check which crate may depend on what
  documents                        check what the documents say of the sources
  corpus [FLAGS]                   render the shared corpus beside real Helm
  differential [FLAGS]             render random cases beside real Helm
  dist [FLAGS]                     build the program as it is released
  bench [FLAGS]                    measure against real Helm, in pairs

corpus, differential, dist and bench explain their flags with --help.";

fn main() -> ExitCode {
    if dist::is_linker() {
        let words: Vec<String> = std::env::args().skip(1).collect();
        return dist::link(&words).unwrap_or_else(|error| {
            eprintln!("xtask, linking: {error:#}");
            ExitCode::FAILURE
        });
    }
    let mut words = std::env::args().skip(1);
    let command = words.next().unwrap_or_default();
    match run(&command, Arguments::new(words.collect())) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("xtask {command}: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(command: &str, arguments: Arguments) -> Result<ExitCode> {
    match command {
        "test" => test::run(arguments),
        "oracle" => oracle::run(arguments),
        "kubernetes" => kubernetes::run(arguments),
        "layers" => layers::run(arguments),
        "documents" => documents::run(arguments),
        "corpus" => corpus::run(arguments),
        "differential" => differential::run(arguments),
        "dist" => dist::run(arguments),
        "bench" => bench::run(arguments),
        "" | "help" | "-h" | "--help" => {
            println!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        other => bail!("unknown command {other:?}\n\n{USAGE}"),
    }
}
