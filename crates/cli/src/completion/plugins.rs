//! Candidates that plugins name: those of `completion.yaml`, and those that the program
//! `plugin.complete` of a plugin answers.

use super::arguments::below;
use super::directive::Directive;
use super::{Candidate, Candidates};
use crate::args::parse::FlagSet;
use crate::args::{Flag, Found, global, klog};
use crate::commands::Call;
use crate::plugins::{PluginCommand, split_known, variables};
use crate::settings::Settings;
use pintle_plugin::{Config, Runtime};

/// What may come next.
///
/// GO: the flags of a plugin are its own business: none is parsed, and what it is asked comes
/// beside the flags that it says it has.
pub(super) fn of(
    found: &Found,
    command: &PluginCommand,
    word: &str,
    call: &Call<'_>,
) -> Candidates {
    let mut list = Vec::new();
    let mut directive = Directive::default();
    if word.starts_with('-') && !word.contains('=') {
        list = flags(found, word);
        directive = Directive::NO_FILES;
    } else {
        if found.words.is_empty() {
            list = below(found.command, word).list;
            if !found.command.subcommands.is_empty() {
                directive = Directive::NO_FILES;
            }
        }
        if !command.words.is_empty() {
            if found.words.is_empty() {
                let fitting = command.words.iter().filter(|one| one.starts_with(word));
                list.extend(fitting.map(|one| candidate(one)));
                directive = Directive::NO_FILES;
            }
            return Candidates::new(list, directive);
        }
    }
    if command.asks {
        let (answers, wish) = asked(found, command, word, call);
        list.extend(answers);
        directive = wish;
    }
    Candidates::new(list, directive)
}

/// The flags of all commands, then those that the plugin says it has.
fn flags(found: &Found, word: &str) -> Vec<Candidate> {
    let mut common: Vec<&Flag> = global::FLAGS.to_vec();
    let mut own: Vec<&Flag> = found.command.own_flags().collect();
    common.sort_by_key(|flag| flag.name);
    own.sort_by_key(|flag| flag.name);
    let forms = |flag: &Flag| {
        let short = flag.short.map(|short| format!("-{short}"));
        let about = flag.help;
        [Some(format!("--{}", flag.name)), short]
            .into_iter()
            .flatten()
            .filter(|form| form.starts_with(word))
            .map(move |form| Candidate::new(form, about))
            .collect::<Vec<_>>()
    };
    common.into_iter().chain(own).flat_map(forms).collect()
}

/// A candidate as a plugin writes it: a tab divides it from its description.
fn candidate(text: &str) -> Candidate {
    let (text, about) = text.split_once('\t').unwrap_or((text, ""));
    Candidate::new(text, about)
}

/// Asks the plugin's own program, if it has one.
fn asked(
    found: &Found,
    command: &PluginCommand,
    word: &str,
    call: &Call<'_>,
) -> (Vec<Candidate>, Directive) {
    let plugin = &command.plugin;
    let nothing = (Vec::new(), Directive::default());
    if let Runtime::Extism(_) = plugin.metadata.runtime {
        return nothing;
    }
    let (known, others) = split_known(&found.words);
    let Ok(settings) = settings(&known, found, call) else {
        return (Vec::new(), Directive::ERROR);
    };
    let path = found.path.iter().skip(1);
    let mut words: Vec<String> = path.map(|name| (*name).to_owned()).collect();
    let gets_all = !matches!(&plugin.metadata.config, Config::Cli(cli) if cli.ignores_flags);
    if gets_all {
        words.extend(others);
        words.push(word.to_owned());
    }
    let variables = variables(call.invoked, &settings);
    let program = plugin.own_program("plugin.complete", words, variables);
    let Ok(answer) = program.answer() else {
        return nothing;
    };
    let mut lines: Vec<&str> = answer.split('\n').filter(|line| !line.is_empty()).collect();
    let mut directive = Directive::default();
    let wish = lines.last().and_then(|line| line.strip_prefix(':'));
    if let Some(number) = wish.and_then(|wish| wish.parse().ok()) {
        directive = Directive::of(number);
        lines.pop();
    }
    (lines.into_iter().map(candidate).collect(), directive)
}

/// HELM: flags of ours that were typed hold for the plugin's program; below a command of the
/// plugin nothing of them is looked at.
fn settings(known: &[String], found: &Found, call: &Call<'_>) -> Result<Settings, String> {
    if found.path.len() > 1 {
        return Ok(call.settings.clone());
    }
    let flags = FlagSet::default().with(global::FLAGS).with(klog::FLAGS);
    let parsed = flags
        .parse(known, call.settings)
        .map_err(|refused| refused.text)?;
    Ok(call.settings.clone().with_flags(&parsed))
}
