//! The help of all commands as files: one page a command.
//!
//! - `markdown`: for web sites
//! - `man`: for `man`

pub mod man;
pub mod markdown;

use std::fs;
use std::path::Path;

use crate::args::{Command, Found};
use crate::commands::ROOT;
use crate::errors::Failure;
use crate::settings::Settings;

/// What a page is about, and for whom it is written.
pub struct Page<'a> {
    /// The command.
    pub found: &'a Found,
    /// The command it is below of; none above the root.
    pub parent: Option<&'a Found>,
    /// The program's name.
    pub program: &'a str,
    /// Where the defaults of flags come from.
    pub settings: &'a Settings,
}

/// What makes the name and the text of a page.
pub type Write<'a> = &'a dyn Fn(&Page<'_>) -> (String, String);

/// Writes a page for each command that help shows into a folder that is there.
///
/// HELM: those of the commands below come before their own.
///
/// # Errors
/// A file that cannot be written, in Go's words.
pub fn write_all(
    folder: &str,
    program: &str,
    settings: &Settings,
    write: Write<'_>,
) -> Result<(), Failure> {
    let root = Found {
        command: &ROOT,
        path: Vec::new(),
        words: Vec::new(),
    };
    let pages = Pages {
        folder,
        program,
        settings,
        write,
    };
    pages.below(&root, None)
}

struct Pages<'a> {
    folder: &'a str,
    program: &'a str,
    settings: &'a Settings,
    write: Write<'a>,
}

impl Pages<'_> {
    fn below(&self, found: &Found, parent: Option<&Found>) -> Result<(), Failure> {
        for child in shown(found.command) {
            self.below(&down(found, child), Some(found))?;
        }
        let page = Page {
            found,
            parent,
            program: self.program,
            settings: self.settings,
        };
        let (name, text) = (self.write)(&page);
        write(self.folder, &name, &text)
    }
}

/// Writes a file into a folder that is there.
///
/// # Errors
/// It cannot be written, in Go's words.
pub fn write(folder: &str, name: &str, text: &str) -> Result<(), Failure> {
    let path = Path::new(folder).join(name);
    fs::write(&path, text).map_err(|error| {
        let reason = pintle_actions::go_text(&error);
        Failure::error(format!("open {}: {reason}", path.display()))
    })
}

impl Page<'_> {
    /// The words by which the command is called, with this between them.
    fn words(&self, found: &Found, between: &str) -> String {
        found.path_text(self.program).replace(' ', between)
    }

    /// The pages that this one leads to: the command above, then those below, by name.
    fn related(&self) -> Vec<Found> {
        let below = shown(self.found.command).map(|child| down(self.found, child));
        self.parent.cloned().into_iter().chain(below).collect()
    }

    /// What the command does, at length.
    fn long(&self) -> String {
        crate::args::help::long(self.found, self.program)
    }

    /// Examples, if there are any.
    fn examples(&self) -> Option<String> {
        let examples = self.found.command.examples.trim_end();
        (!examples.is_empty()).then(|| examples.replace("{program}", self.program))
    }
}

/// The commands below that help shows, but for `help` itself, by name.
fn shown(command: &'static Command) -> impl Iterator<Item = &'static Command> {
    let mut below: Vec<_> = command
        .subcommands
        .iter()
        .filter(|one| !one.hidden && one.name != "help")
        .collect();
    below.sort_by_key(|one| one.name);
    below.into_iter().copied()
}

fn down(found: &Found, child: &'static Command) -> Found {
    let mut path = found.path.clone();
    path.push(child.name);
    Found {
        command: child,
        path,
        words: Vec::new(),
    }
}
