//! From the words of the command line to an exit code, in cobra's order.

use crate::args::parse::FlagSet;
use crate::args::{Found, Parsed, Unknown, find, global, help, klog};
use crate::commands::{Call, ROOT};
use crate::driver::Driver;
use crate::env::Environment;
use crate::errors::Failure;
use crate::log::{self, Level};
use crate::memory;
use crate::output;
use crate::output::color::Paint;
use crate::plugins;
use crate::quote::quote;
use crate::sandbox::Place;
use crate::settings::Settings;

/// Runs the program; `words` are the arguments, `invoked` is the word it was called by.
///
/// # Errors
/// Whatever makes the command fail, ready to be reported.
pub fn run(invoked: &str, words: &[String], environment: &Environment) -> Result<(), Failure> {
    let program = program_name(invoked);
    let mut defaults = Settings::from_environment(environment);
    invoked.clone_into(&mut defaults.invoked);
    // HELM: the flags of all commands are read twice, first with an eye closed: a wrong color
    // is found even before a wrong command.
    let early = FlagSet::default()
        .with(global::FLAGS)
        .with(klog::FLAGS)
        .parse_known(words, &defaults);
    check_color(&defaults.clone().with_flags(&early).color)?;
    let found = find_command(words, &defaults, program)?;
    let parsed = parse(&found, &defaults)?;
    let Some(run) = found.command.run.filter(|_| !parsed.is_on(&global::HELP)) else {
        let paint = Paint::of(&defaults.clone().with_flags(&early));
        let help = help::help(&found, program, &defaults);
        return output::print(output::help::painted(&help, paint));
    };
    // HELM: a plugin reads few of its flags as ours, and knows all that were read early.
    let given = if found.command.plugin.is_some() {
        &early
    } else {
        &parsed
    };
    let mut settings = defaults.clone().with_flags(given);
    if settings.sandbox {
        settings = Place::of(&settings).settings(&settings);
    }
    check_driver(environment)?;
    found
        .command
        .count
        .check(
            parsed.arguments.len(),
            &found.path_text(program),
            &found.use_line(program),
        )
        .map_err(Failure::error)?;
    check_exclusive(&found, &parsed)?;
    run(&Call {
        program,
        invoked,
        command: found.command,
        args: &parsed,
        settings: &settings,
    })
    .map_err(|failure| failure.painted(Paint::of_stderr(&settings)))
}

/// The command that was meant. Plugins are looked for when it is none of ours, or all are wanted.
fn find_command(words: &[String], defaults: &Settings, program: &str) -> Result<Found, Failure> {
    match find(&ROOT, words) {
        Ok(found) if !found.path.is_empty() => Ok(found),
        _ => find(plugins::root(defaults), words)
            .map_err(|unknown| unknown_command(&unknown, program)),
    }
}

/// How the program calls itself: as it was called when that is `helm`, else by its own name.
fn program_name(invoked: &str) -> &'static str {
    let file = invoked.rsplit(['/', '\\']).next().unwrap_or(invoked);
    match file.strip_suffix(".exe").unwrap_or(file) {
        "helm" => "helm",
        _ => "pintle",
    }
}

fn check_color(mode: &str) -> Result<(), Failure> {
    if matches!(mode, "never" | "auto" | "always") {
        return Ok(());
    }
    let error = format!(
        "invalid color mode {}: must be one of: never, auto, always",
        quote(mode)
    );
    let fields = [("error".to_owned(), error)];
    Err(Failure::log(Level::Warn, "command failed", &fields))
}

fn unknown_command(unknown: &Unknown, program: &str) -> Failure {
    let mut text = format!(
        "Error: unknown command {} for {}",
        quote(&unknown.word),
        quote(program)
    );
    if !unknown.suggestions.is_empty() {
        text += "\n\nDid you mean this?\n";
        for name in &unknown.suggestions {
            text += &format!("\t{name}\n");
        }
    }
    Failure::raw(format!("{text}\nRun '{program} --help' for usage.\n"))
}

fn parse<'a>(found: &Found, defaults: &'a Settings) -> Result<Parsed<'a>, Failure> {
    if found.command.takes_words {
        return Ok(Parsed::of_words(&found.words, defaults));
    }
    let result = found.flag_set().parse(&found.words, defaults);
    let warnings = match &result {
        Ok(parsed) => &parsed.warnings,
        Err(refused) => &refused.warnings,
    };
    for warning in warnings {
        output::complain(&log::line(Level::Warn, warning, &[]));
    }
    let parsed = result.map_err(|refused| Failure::error(refused.text))?;
    for line in &parsed.deprecations {
        output::complain(&format!("{line}\n"));
    }
    Ok(parsed)
}

/// HELM: every command needs a storage that works, also one that does not use it.
///
/// DIFF: Helm also connects to the database of the sql driver here.
fn check_driver(environment: &Environment) -> Result<(), Failure> {
    if Driver::from_environment(environment)? == Driver::Memory {
        memory::driver(environment, "")?;
    }
    Ok(())
}

/// HELM: the group is named in its own order, the flags that were given in alphabetical order.
fn check_exclusive(found: &Found, parsed: &Parsed<'_>) -> Result<(), Failure> {
    for group in found.command.exclusive {
        let mut given: Vec<&str> = group
            .iter()
            .copied()
            .filter(|name| parsed.given_name(name))
            .collect();
        if given.len() > 1 {
            given.sort_unstable();
            return Err(Failure::error(format!(
                "if any flags in the group [{}] are set none of the others can be; [{}] were all set",
                group.join(" "),
                given.join(" ")
            )));
        }
    }
    Ok(())
}
