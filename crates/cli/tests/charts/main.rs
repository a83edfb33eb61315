//! Whole charts rendered as Helm 4.3.1 renders them, byte for byte.
//!
//! - `corpus`: charts of the shared corpus, against the digest of Helm's own output
//! - `tutorial`: the charts that everybody starts with, rendered by both programs
//! - `strict`: values that are said to be unread change nothing
//! - `example`: the chart in `examples/hello`, against what Helm wrote and beside Helm
//!
//! `cargo xtask corpus` goes through the whole corpus; this list is what must never break.

mod corpus;
mod example;
mod strict;
mod tutorial;

use std::path::Path;

use pintle_testkit::{Command, Home};

/// `PROGRAM template …` in a home of its own.
fn template(home: &Home, program: &Path, words: &[&str]) -> Command {
    home.command(program).arg("template").args(words)
}
