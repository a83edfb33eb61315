//! The tree of commands, and which of them a command line means.

use super::parse::FlagSet;
use super::suggest::suggestions;
use super::{Count, Flag, global, klog};
use crate::commands::Run;
use crate::plugins::PluginCommand;

/// One command: everything that finding it, running it and its help need to know.
#[derive(Debug)]
pub struct Command {
    /// The word that calls it.
    pub name: &'static str,
    /// Other words that do.
    pub aliases: &'static [&'static str],
    /// Words that it is suggested for.
    pub suggested_for: &'static [&'static str],
    /// The arguments in its usage line.
    pub arguments: &'static str,
    /// How many arguments it takes.
    pub count: Count,
    /// One line for the list of commands.
    pub about: &'static str,
    /// The text above the usage. `{program}` stands for the program's name, `{variables}` for the
    /// table of environment variables.
    pub long: &'static str,
    /// Examples, indented by two; may be empty.
    pub examples: &'static str,
    /// Its flags, in groups that several commands share.
    pub flags: &'static [&'static [&'static Flag]],
    /// Names of flags that exclude each other.
    pub exclusive: &'static [&'static [&'static str]],
    /// The commands below it.
    pub subcommands: &'static [&'static Command],
    /// What it does; none for a command that only groups others.
    pub run: Option<Run>,
    /// Whether help leaves it out.
    pub hidden: bool,
    /// Whether all words behind its name are arguments, whatever they look like.
    pub takes_words: bool,
    /// The plugin that it is.
    pub plugin: Option<&'static PluginCommand>,
}

/// A command with nothing in it, to be filled in.
pub const EMPTY: Command = Command {
    name: "",
    aliases: &[],
    suggested_for: &[],
    arguments: "",
    count: Count::Any,
    about: "",
    long: "",
    examples: "",
    flags: &[],
    exclusive: &[],
    subcommands: &[],
    run: None,
    hidden: false,
    takes_words: false,
    plugin: None,
};

impl Command {
    /// Its own flags.
    pub fn own_flags(&self) -> impl Iterator<Item = &'static Flag> {
        self.flags.iter().flat_map(|group| group.iter().copied())
    }

    /// The command below it that `word` calls.
    pub fn subcommand(&self, word: &str) -> Option<&'static Command> {
        self.subcommands
            .iter()
            .find(|command| command.name == word || command.aliases.contains(&word))
            .copied()
    }
}

/// The command that was meant, with the words on the way to it.
#[derive(Debug, Clone)]
pub struct Found {
    /// The command.
    pub command: &'static Command,
    /// `program`, then the names of the commands on the way, its own last.
    pub path: Vec<&'static str>,
    /// The words that are left: its flags and arguments.
    pub words: Vec<String>,
}

impl Found {
    /// The words by which the command is called: `helm get values`.
    pub fn path_text(&self, program: &str) -> String {
        let mut text = program.to_owned();
        for name in &self.path {
            text.push(' ');
            text.push_str(name);
        }
        text
    }

    /// The usage line: `helm get values RELEASE_NAME [flags]`.
    pub fn use_line(&self, program: &str) -> String {
        let mut line = self.path_text(program);
        if !self.command.arguments.is_empty() {
            line.push(' ');
            line.push_str(self.command.arguments);
        }
        // The usage of a plugin may name them itself.
        if !line.contains("[flags]") {
            line.push_str(" [flags]");
        }
        line
    }

    /// All flags that the command line may use.
    pub fn flag_set(&self) -> FlagSet {
        FlagSet::default()
            .with(self.command.own_flags())
            .with(global::FLAGS)
            .with(klog::FLAGS)
            .with([&global::HELP])
    }
}

/// No such command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unknown {
    /// The word.
    pub word: String,
    /// Commands it may have meant.
    pub suggestions: Vec<&'static str>,
}

/// Finds the command that `words` mean, below `root`.
///
/// HELM: the flags of the command are not known yet, and an unknown flag is taken to have a
/// value: in `helm -h status` the word `status` belongs to `-h`.
///
/// # Errors
/// When the first word that is not a flag calls no command of `root`.
pub fn find(root: &'static Command, words: &[String]) -> Result<Found, Unknown> {
    let mut flags = FlagSet::default().with(global::FLAGS).with(klog::FLAGS);
    let mut found = Found {
        command: root,
        path: Vec::new(),
        words: words.to_vec(),
    };
    while let Some(place) = first_argument(&found.words, &flags) {
        let Some(command) = found.command.subcommand(&found.words[place]) else {
            break;
        };
        found.words.remove(place);
        found.path.push(command.name);
        found.command = command;
        // What a plugin says of its flags is known here, too.
        if command.plugin.is_some() {
            flags = flags.with(command.own_flags());
        }
    }
    if !found.path.is_empty() {
        return Ok(found);
    }
    match first_argument(&found.words, &flags) {
        None => Ok(found),
        Some(place) => {
            let word = found.words.swap_remove(place);
            let suggestions = suggestions(root.subcommands, &word);
            Err(Unknown { word, suggestions })
        }
    }
}

/// The place of the first word that is neither a flag nor the value of one.
fn first_argument(words: &[String], flags: &FlagSet) -> Option<usize> {
    let mut place = 0;
    while let Some(word) = words.get(place) {
        if word == "--" {
            return None;
        }
        if !word.starts_with('-') && !word.is_empty() {
            return Some(place);
        }
        let long = word.starts_with("--");
        let pair = word.len() == 2 && word.starts_with('-');
        place += 1;
        if (long || pair) && flags.takes_next_word(word) {
            place += 1;
        }
    }
    None
}
