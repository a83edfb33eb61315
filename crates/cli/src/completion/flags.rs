//! Candidates for names and values of flags.

use super::directive::Directive;
use super::{Candidate, Candidates, Line, known};
use crate::args::{Command, Flag, Kind, global};

/// The flags that may still be given: those of all commands first, then the command's own.
pub(super) fn names(line: &Line<'_>) -> Candidates {
    let command = line.found.command;
    let mut common: Vec<&Flag> = global::FLAGS.to_vec();
    let mut own: Vec<&Flag> = command.own_flags().chain([&global::HELP]).collect();
    if line.found.path.is_empty() {
        own.append(&mut common);
    }
    common.sort_by_key(|flag| flag.name);
    own.sort_by_key(|flag| flag.name);
    let offered = common.into_iter().chain(own);
    let offered = offered.filter(|flag| is_offered(flag, line));
    let list = offered.flat_map(|flag| forms(flag, line)).collect();
    Candidates::new(list, Directive::NO_FILES)
}

fn is_offered(flag: &Flag, line: &Line<'_>) -> bool {
    let is_given = line.args.given(flag);
    let adds_up = matches!(
        flag.kind,
        Kind::List | Kind::Array | Kind::Map | Kind::PostRendererArguments
    );
    let is_excluded = excluded(line.found.command, flag, line);
    !flag.hidden && flag.deprecated.is_none() && (!is_given || adds_up) && !is_excluded
}

/// Whether another flag was given that this one cannot stand beside.
fn excluded(command: &Command, flag: &Flag, line: &Line<'_>) -> bool {
    let groups = command.exclusive.iter();
    let mut others = groups
        .filter(|group| group.contains(&flag.name))
        .flat_map(|group| group.iter())
        .filter(|name| **name != flag.name);
    others.any(|name| line.args.given_name(name))
}

/// `--name` and `-n`.
fn forms(flag: &'static Flag, line: &Line<'_>) -> impl Iterator<Item = Candidate> + use<> {
    let word = line.word.to_owned();
    let about = if std::ptr::eq(flag, &raw const global::HELP) {
        format!(
            "help for {}",
            line.found.path.last().unwrap_or(&"the program")
        )
    } else {
        flag.help.to_owned()
    };
    let short = flag.short.map(|short| format!("-{short}"));
    [Some(format!("--{}", flag.name)), short]
        .into_iter()
        .flatten()
        .filter(move |form| form.starts_with(&word))
        .map(move |form| Candidate::new(form, about.clone()))
}

/// What the flag may be given. Of most nothing is known: then the shell offers files.
pub(super) fn values(line: &Line<'_>, flag: &Flag) -> Candidates {
    let arguments = &line.args.arguments;
    let plain = |words: &[&str]| {
        let list = words.iter().map(|word| Candidate::plain(*word)).collect();
        Candidates::new(list, Directive::NO_FILES)
    };
    match (flag.kind, flag.name) {
        (Kind::Format, _) => formats(),
        (_, "color" | "colour") => plain(&["never", "auto", "always"]),
        (_, "strict-values") => plain(&["warn", "error"]),
        (_, "type") if line.found.path == ["docs"] => plain(&["bash", "man", "markdown"]),
        (_, "dialect") => plain(&["helm2", "helm3", "helm4"]),
        (_, "namespace") => known::namespaces(line),
        (_, "kube-context") => known::contexts(line),
        (_, "revision") => match arguments.as_slice() {
            [release] => known::revisions(line, release),
            _ => Candidates::nothing(),
        },
        (_, "version") => versions(line),
        _ => Candidates::files(),
    }
}

fn formats() -> Candidates {
    let list = [
        ("json", "Output result in JSON format"),
        ("table", "Output result in human-readable format"),
        ("yaml", "Output result in YAML format"),
    ];
    let list = list.map(|(name, about)| Candidate::new(name, about));
    Candidates::new(list.to_vec(), Directive::NO_FILES)
}

/// Versions of the chart that was named. Where `--version` means something else, files.
fn versions(line: &Line<'_>) -> Candidates {
    let arguments = &line.args.arguments;
    let place = match line.found.path.as_slice() {
        ["install" | "template"] => usize::from(!line.args.given_name("generate-name")),
        ["upgrade"] => 1,
        ["pull"] | ["show", ..] => 0,
        _ => return Candidates::files(),
    };
    match arguments.split_at_checked(place) {
        Some((_, [chart])) => known::versions(line, chart),
        _ => Candidates::nothing(),
    }
}
