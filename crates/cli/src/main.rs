//! The `pintle` program.
//!
//! What it is: the command line over the actions. What it is not: a place for rules about
//! charts or clusters; those live in the crates below.
//!
//! - `program`: from words to an exit code
//! - `args`: what was typed; `env`, `settings`, `paths`: what holds without typing
//! - `commands`: one file a command
//! - `connect`: from settings to a cluster and a storage; `access`: to servers with charts
//! - `output`, `log`, `errors`: what is printed
//! - `go_struct`: what templates of `--template` see
//! - `prompt`: passwords
//! - `quote`: Go's quoted strings

mod access;
mod args;
mod commands;
mod completion;
mod connect;
mod console;
mod driver;
mod env;
mod errors;
mod go_struct;
mod heap;
mod image;
mod log;
mod memory;
mod names;
mod output;
mod pages;
mod paths;
mod plugins;
mod program;
mod progress;
mod prompt;
mod quote;
mod release_struct;
mod sandbox;
mod settings;

use std::process::ExitCode;

fn main() -> ExitCode {
    names::prepare();
    let environment = env::Environment::of_process();
    let mut words = std::env::args_os().map(|word| word.to_string_lossy().into_owned());
    let invoked = words.next().unwrap_or_else(|| "pintle".to_owned());
    let words: Vec<String> = words.collect();
    match program::run(&invoked, &words, &environment) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            output::complain(&failure.report());
            ExitCode::from(failure.code)
        }
    }
}
