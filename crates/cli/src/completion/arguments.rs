//! Candidates for arguments, by command.

use super::directive::Directive;
use super::{Candidate, Candidates, Line, known};
use crate::args::Command;
use crate::commands::env::variables;

/// What may be the next argument.
pub(super) fn of(line: &Line<'_>) -> Candidates {
    let command = line.found.command;
    let mut subcommands = Candidates::files();
    let is_first = line.args.arguments.is_empty();
    let has_flags = command.own_flags().any(|flag| line.args.given(flag));
    if is_first && !has_flags {
        subcommands = below(command, line.word);
    }
    let Some(mut arguments) = own(line) else {
        return subcommands;
    };
    subcommands.list.append(&mut arguments.list);
    Candidates::new(subcommands.list, arguments.directive)
}

/// The commands below one.
pub(super) fn below(command: &Command, word: &str) -> Candidates {
    let offered = command.subcommands.iter().filter(|command| !command.hidden);
    let offered = offered.filter(|command| command.name.starts_with(word));
    let list: Vec<Candidate> = offered
        .map(|command| Candidate::new(command.name, command.about))
        .collect();
    if list.is_empty() {
        return Candidates::files();
    }
    Candidates::new(list, Directive::NO_FILES)
}

/// None where nothing is known.
fn own(line: &Line<'_>) -> Option<Candidates> {
    let given = &line.args.arguments;
    let no_more = || Candidates::no_more_arguments(line.settings);
    let files_once = || match given.len() {
        0 => Candidates::files(),
        _ => no_more(),
    };
    Some(match line.found.path.as_slice() {
        ["status" | "history"] | ["get", _] => match given.len() {
            0 => known::releases(line),
            _ => no_more(),
        },
        ["test" | "uninstall"] => known::releases(line),
        ["rollback"] => match given.as_slice() {
            [] => known::releases(line),
            [release] => known::revisions(line, release),
            _ => no_more(),
        },
        ["upgrade"] => match given.len() {
            0 => known::releases(line),
            1 => known::charts(line, true),
            _ => no_more(),
        },
        ["install" | "template"] => {
            let place = usize::from(!line.args.given_name("generate-name"));
            if given.len() == place {
                known::charts(line, true)
            } else {
                Candidates::nothing()
            }
        }
        ["show", _] => match given.len() {
            0 => known::charts(line, true),
            _ => no_more(),
        },
        ["pull"] => match given.len() {
            0 => known::charts(line, false),
            _ => Candidates::nothing(),
        },
        ["push"] => match given.len() {
            0 => Candidates::files(),
            1 => Candidates::new(
                vec![Candidate::plain("oci://")],
                Directive::NO_SPACE.and(Directive::NO_FILES),
            ),
            _ => no_more(),
        },
        ["repo", "add"] => match given.len() {
            0 | 1 => Candidates::nothing(),
            _ => no_more(),
        },
        ["repo", "remove" | "update"] => known::repositories(line),
        ["registry", _] => Candidates::nothing(),
        ["env"] => match given.len() {
            0 => {
                let names = variables("", line.settings).into_keys();
                Candidates::new(names.map(Candidate::plain).collect(), Directive::NO_FILES)
            }
            _ => no_more(),
        },
        ["create" | "serve" | "verify"] | ["repo", "index"] | ["plugin", "install"] => files_once(),
        ["plugin", "uninstall" | "update"] => known::plugins(line),
        ["list" | "version"] | ["repo" | "plugin", "list"] | ["completion", _] => no_more(),
        ["help"] => help(line),
        _ => return None,
    })
}

/// The commands below those that are named already.
fn help(line: &Line<'_>) -> Candidates {
    let mut command = crate::plugins::root_to_complete(line.settings);
    for word in &line.args.arguments {
        match command.subcommand(word) {
            Some(below) => command = below,
            None => return Candidates::nothing(),
        }
    }
    let mut list = below(command, line.word);
    list.directive = Directive::NO_FILES;
    list
}
