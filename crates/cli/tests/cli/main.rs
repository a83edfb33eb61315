//! The program as its users see it: whole commands, exit code and both streams.
//!
//! - `advisories`: what has once been an advisory for Helm
//! - `certificates`: for servers of tests
//! - `command_line`: what is typed wrongly
//! - `completion`: what shells are told, and what they make of it
//! - `create`: new charts, beside those that Helm makes
//! - `dependency`: the charts that a chart depends on
//! - `dialect`: charts of every generation
//! - `differences`: what differs from Helm on purpose
//! - `docs`: help as files
//! - `explain`: failures explained, values traced
//! - `git`: charts of Git repositories
//! - `help`: every command's help, and that it has every flag of Helm's
//! - `lint`: a chart for each thing it may say
//! - `located`: charts from repositories and URLs
//! - `nginx`: a real server as repository
//! - `offline`: commands that need nothing but the environment
//! - `package`: charts to archives, beside those that Helm makes
//! - `plugin_advisories`: advisories about plugins
//! - `plugin_commands`: plugins that are commands
//! - `plugin_completion`: what may come behind the name of a plugin
//! - `plugin_getters`: plugins that fetch URLs
//! - `plugin_install`: plugins installed, listed, packaged, verified
//! - `plugin_modules`: plugins that are WebAssembly
//! - `plugin_requests`: plugins that are WebAssembly and ask servers
//! - `plugins`: post-renderers
//! - `post_rendered`: how documents look that go through them
//! - `real_registries`: real registries, between Helm and us
//! - `records`: questions about releases, kept in memory
//! - `refresh`: what is kept of repositories, and servers that are in trouble
//! - `refusals`: bad charts and values
//! - `registries`: registries, and charts pulled from URLs
//! - `repo_index`: indexes of folders
//! - `repos`: repositories
//! - `schema`: values that break a schema, schemas on servers
//! - `search`: charts of repositories
//! - `serve`: a server, with Helm, programs and a browser as its clients
//! - `several`: several downloads at once
//! - `show`: what charts say about themselves
//! - `verify`: signatures
//! - `templates`: `template`, and what the other verbs say without a cluster
//!
//! Tables of command lines are answered by Helm once and kept (`as_helm`); words of our own
//! are kept as they are (`pintle`).

mod advisories;
mod certificates;
mod command_line;
mod completion;
mod create;
mod dependency;
mod dialect;
mod differences;
mod docs;
mod explain;
mod git;
mod git_servers;
mod git_submodules;
mod help;
mod lint;
mod located;
mod nginx;
mod offline;
mod package;
mod plugin_advisories;
mod plugin_commands;
mod plugin_completion;
mod plugin_getters;
mod plugin_install;
mod plugin_modules;
mod plugin_published;
mod plugin_repositories;
mod plugin_requests;
mod plugins;
mod post_rendered;
mod real_registries;
mod records;
mod refresh;
mod refusals;
mod registries;
mod repo_index;
mod repos;
mod sandbox;
mod schema;
mod search;
mod serve;
mod several;
mod show;
mod strict;
mod templates;
mod verify;

use std::path::PathBuf;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::web::{Pages, Web};
use pintle_testkit::{Command, Finished, Home, snapshot};

/// A command line with the variables it is run with.
struct Case {
    variables: &'static [(&'static str, &'static str)],
    words: &'static [&'static str],
}

impl Case {
    fn run(&self, command: Command) -> Finished {
        let command = self
            .variables
            .iter()
            .fold(command, |command, (name, value)| command.env(name, value));
        command.args(self.words).run()
    }
}

/// Runs `pintle` in a home of its own, which shows as `[HOME]`.
fn pintle(home: &Home, words: &[&str]) -> Finished {
    home.command(pintle_testkit::pintle!())
        .called("pintle")
        .args(words)
        .run()
        .map(|text| home.redact(text))
}

/// The file of a snapshot.
fn snapshot_path(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests/cli/snapshots", name]
        .iter()
        .collect()
}

/// Answers each command line, called `helm`, as Helm 4.3.1 did: its answers are kept in the
/// snapshot. Where Helm is at hand they are asked for again, and `PINTLE_UPDATE=1` keeps them.
///
/// `prepare` fills the home that the commands run in.
fn as_helm(name: &str, cases: &[Case], prepare: impl Fn(&Home)) {
    as_helm_apart_from(name, cases, prepare, str::to_owned);
}

/// As [`as_helm`]; `hide` takes out what is never the same twice.
fn as_helm_apart_from(
    name: &str,
    cases: &[Case],
    prepare: impl Fn(&Home),
    hide: impl Fn(&str) -> String,
) {
    compare_with_helm(name, |program| {
        let home = Home::new();
        prepare(&home);
        let run = |case: &Case| {
            let answer = case.run(home.command(&program).called("helm"));
            answer.map(|text| hide(&home.redact(text)))
        };
        cases.iter().map(run).collect()
    });
}

/// As [`as_helm`], with servers to ask. What was asked of them is part of the answer, and so is
/// every one of `files` that is another than before.
fn as_helm_on_web(
    name: &str,
    cases: &[Case],
    prepare: impl Fn(&Home),
    pages: Pages,
    files: &[&str],
) {
    compare_with_helm(name, |program| {
        let home = Home::new();
        let web = Web::new(pages.clone());
        prepare(&home);
        let content = |file: &&str| {
            let text = std::fs::read_to_string(home.path().join(file)).ok()?;
            if file.strip_suffix("-charts.txt").is_none() {
                return Some(text);
            }
            // Lists of names, in Helm's random order.
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            lines.sort_unstable();
            Some(lines.concat())
        };
        let mut before: Vec<_> = files.iter().map(content).collect();
        let run = |case: &Case| {
            let command = home.command(&program).called("helm");
            let answer = case.run(command.env("HTTP_PROXY", web.proxy()));
            let mut answer = answer.map(|text| home.redact(text));
            for line in web.asked() {
                answer.stdout += &format!("=== asked: {line}\n");
            }
            for (file, before) in files.iter().zip(&mut before) {
                let now = content(file);
                if now != *before {
                    let text = now.as_deref().unwrap_or("(gone)\n");
                    answer.stdout += &format!("=== file {file}\n{text}");
                    *before = now;
                }
            }
            answer
        };
        cases.iter().map(run).collect()
    });
}

fn compare_with_helm(name: &str, answers: impl Fn(PathBuf) -> Vec<Finished>) {
    let path = snapshot_path(name);
    match oracle::find_or_skip(Peer::Helm4, &format!("cli::{name}: asking Helm again")) {
        Some(helm) => snapshot::check(&path, &answers(helm)),
        None => assert!(
            std::env::var_os("PINTLE_UPDATE").is_none(),
            "{name} can only be kept with Helm at hand"
        ),
    }
    let ours: Vec<String> = answers(pintle_testkit::pintle!())
        .into_iter()
        .map(|answer| without_hints(answer).to_string())
        .collect();
    let kept = std::fs::read_to_string(&path).expect("the snapshot is there");
    if let Some(report) = snapshot::difference(&kept, &ours.join("\n")) {
        panic!("our answers are not those of {}\n{report}", path.display());
    }
}

/// Hints are ours, and follow Helm's text.
fn without_hints(mut answer: Finished) -> Finished {
    let lines = answer.stderr.split_inclusive('\n');
    answer.stderr = lines.filter(|line| !line.starts_with("hint: ")).collect();
    answer
}
