//! What may come next on a command line: the questions of shells, and their answers.
//!
//! A shell's script calls `__complete` with the words so far, the one at the cursor last, and gets
//! a line for each candidate (a tab divides it from its description) and a last one with a number
//! that says how to go on: the protocol of cobra, which Helm's scripts and plugins speak too.
//!
//! - `directive`: that number
//! - `words`: whether a flag, its value or an argument is at the cursor
//! - `arguments`: candidates for arguments, by command; `flags`: for names and values of flags
//! - `plugins`: candidates that plugins name
//! - `known`: what files and the cluster know: releases, charts, namespaces
//! - `scripts`: the scripts

mod arguments;
mod directive;
mod flags;
mod known;
mod plugins;
pub mod scripts;
mod words;

use crate::args::command::EMPTY;
use crate::args::{Command, Found, Parsed, find, global};
use crate::commands::Call;
use crate::errors::Failure;
use crate::output;
use crate::settings::Settings;
use directive::Directive;
use words::Cursor;

/// `__complete`
pub static COMPLETE: Command = Command {
    name: "__complete",
    arguments: "[WORD]...",
    about: "tell a shell what may come next",
    long: "Tells a shell what may come next: a line for each candidate, and how to go on. The last word\n\
           is the one at the cursor, and may be empty.",
    examples: "  {program} __complete install --output ''",
    takes_words: true,
    hidden: true,
    run: Some(|call| tell(call, true)),
    ..EMPTY
};

/// `__completeNoDesc`
pub static COMPLETE_PLAINLY: Command = Command {
    name: "__completeNoDesc",
    about: "tell a shell what may come next, without descriptions",
    run: Some(|call| tell(call, false)),
    ..COMPLETE
};

/// What may stand at the cursor.
#[derive(Debug, Default)]
struct Candidates {
    list: Vec<Candidate>,
    directive: Directive,
}

/// One word that may.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Candidate {
    text: String,
    about: String,
}

impl Candidate {
    fn new(text: impl Into<String>, about: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            about: about.into(),
        }
    }

    /// Without a description.
    fn plain(text: impl Into<String>) -> Self {
        Self::new(text, "")
    }

    /// The line for the shell: only the first line of a description, without blanks around.
    fn line(&self, described: bool) -> String {
        let about = self.about.lines().next().unwrap_or_default();
        let line = if described && !about.is_empty() {
            format!("{}\t{about}", self.text)
        } else {
            self.text.clone()
        };
        // What repositories say is not to reach the terminal as anything but text.
        line.trim()
            .replace(|c: char| c.is_control() && c != '\t', "")
    }
}

impl Candidates {
    fn new(list: Vec<Candidate>, directive: Directive) -> Self {
        Self { list, directive }
    }

    /// Whatever the shell thinks of, files that is.
    fn files() -> Self {
        Self::default()
    }

    fn nothing() -> Self {
        Self::new(Vec::new(), Directive::NO_FILES)
    }

    /// Says to the user that nothing may come but flags. Shells show what follows the mark, and
    /// do not offer it.
    fn no_more_arguments(settings: &Settings) -> Self {
        const MARK: &str = "_activeHelp_ ";
        const TEXT: &str = "This command does not take any more arguments (but may accept flags).";
        let mut nothing = Self::nothing();
        if settings.has_active_help() {
            nothing.list.push(Candidate::plain(format!("{MARK}{TEXT}")));
        }
        nothing
    }
}

/// A command line that is being written.
#[derive(Debug)]
struct Line<'a> {
    found: &'a Found,
    /// Flags and arguments before the cursor.
    args: &'a Parsed<'a>,
    settings: &'a Settings,
    /// The word at the cursor; of `--flag=value`, the value.
    word: &'a str,
}

fn tell(call: &Call<'_>, described: bool) -> Result<(), Failure> {
    let words = &call.args.arguments;
    let candidates = match answer(words, call) {
        Ok(candidates) => candidates,
        Err(text) => {
            output::complain(&format!("[Debug] [Error] {text}\n"));
            Candidates::files()
        }
    };
    let mut lines: String = candidates
        .list
        .iter()
        .map(|candidate| candidate.line(described) + "\n")
        .collect();
    let directive = candidates.directive;
    lines += &format!(":{}\n", directive.number());
    output::print(lines)?;
    output::complain(&format!("Completion ended with directive: {directive}\n"));
    Ok(())
}

/// # Errors
/// GO: why there is no answer, for people who look at what the shell hides.
fn answer(words: &[String], call: &Call<'_>) -> Result<Candidates, String> {
    let defaults = call.settings;
    let (word, before) = match words.split_last() {
        Some((word, before)) => (word.as_str(), before),
        None => ("", words),
    };
    let root = crate::plugins::root_to_complete(defaults);
    let found = find(root, before).map_err(|_| {
        format!(
            "unable to find a command for arguments: [{}]",
            before.join(" ")
        )
    })?;
    if let Some(plugin) = found.command.plugin {
        return Ok(plugins::of(&found, plugin, word, call));
    }
    let flag_set = found.flag_set();
    let cursor = Cursor::of(&found.words, word, &flag_set);
    let args = flag_set.parse(cursor.before, defaults).map_err(|refused| {
        let (words, text) = (cursor.before.join(" "), refused.text);
        format!("Error while parsing flags from args [{words}]: {text}")
    })?;
    // Behind `--` there are no flags.
    let has_flags = !cursor.before.iter().any(|word| word == "--");
    if args.is_on(&global::HELP) {
        return Ok(Candidates::nothing());
    }
    let settings = defaults.clone().with_flags(&args);
    let line = Line {
        found: &found,
        args: &args,
        settings: &settings,
        word: cursor.word,
    };
    if has_flags && let Some(name) = cursor.unknown {
        let command = found.path.last().copied().unwrap_or("helm");
        return Err(format!(
            "Subcommand '{command}' does not support flag '{name}'"
        ));
    }
    match cursor.flag.filter(|_| has_flags) {
        Some(flag) => Ok(flags::values(&line, flag)),
        None if has_flags && word.starts_with('-') && !word.contains('=') => {
            Ok(flags::names(&line))
        }
        None => Ok(arguments::of(&line)),
    }
}
