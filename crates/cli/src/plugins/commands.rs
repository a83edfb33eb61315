//! Plugins that are commands: `pintle NAME`.

use std::fs::File;
use std::io::Read as _;
use std::sync::OnceLock;

use pintle_plugin::{CLI, Completion, Config, Error, Plugin, read_completion};

use crate::args::command::EMPTY;
use crate::args::parse::FlagSet;
use crate::args::{Command, Flag, global, klog};
use crate::commands::{Call, ROOT};
use crate::env;
use crate::errors::Failure;
use crate::log::{self, Level};
use crate::output;
use crate::sandbox::{self, Place};
use crate::settings::Settings;

/// A command that a plugin is or has.
#[derive(Debug)]
pub struct PluginCommand {
    /// The plugin.
    pub plugin: Plugin,
    /// What the first argument may be, by its `completion.yaml`.
    pub words: Vec<String>,
    /// Whether the plugin is asked what may come next.
    pub asks: bool,
}

/// All commands, those of plugins among them. Looks for plugins when it is called first.
pub fn root(settings: &Settings) -> &'static Command {
    static WITH_PLUGINS: OnceLock<&'static Command> = OnceLock::new();
    WITH_PLUGINS.get_or_init(|| with(settings, |_| Completion::default()))
}

/// The same with the commands and flags that plugins say they have.
pub fn root_to_complete(settings: &Settings) -> &'static Command {
    static WITH_PLUGINS: OnceLock<&'static Command> = OnceLock::new();
    WITH_PLUGINS.get_or_init(|| with(settings, completion_of))
}

/// More than any `completion.yaml`.
const MAX_BYTES: u64 = 1 << 20;

fn completion_of(plugin: &Plugin) -> Completion {
    let mut text = Vec::new();
    let file = File::open(plugin.folder.join("completion.yaml"));
    match file.and_then(|file| file.take(MAX_BYTES).read_to_end(&mut text)) {
        Ok(_) => read_completion(&text),
        Err(_) => Completion::default(),
    }
}

/// The root with commands for all plugins. Commands live as long as the program.
fn with(settings: &Settings, completion: fn(&Plugin) -> Completion) -> &'static Command {
    if settings.environment.get(env::HELM_NO_PLUGINS) == "1" {
        return &ROOT;
    }
    let plugins = super::all(settings).unwrap_or_else(|error| {
        let fields = [("error".to_owned(), error.to_string())];
        output::complain(&log::line(Level::Error, "failed to load plugins", &fields));
        Vec::new()
    });
    let mut subcommands = ROOT.subcommands.to_vec();
    for plugin in plugins {
        if plugin.metadata.kind != CLI {
            continue;
        }
        let completion = completion(&plugin);
        let command = command(plugin, completion);
        // DIFF: Helm then leaves out all plugins that come later, too.
        if subcommands.iter().any(|other| other.name == command.name) {
            let fields = [("name".to_owned(), command.name.to_owned())];
            let text = "failed to load plugins: name conflicts";
            output::complain(&log::line(Level::Error, text, &fields));
            continue;
        }
        subcommands.push(Box::leak(Box::new(command)));
    }
    subcommands.sort_by_key(|command| command.name);
    Box::leak(Box::new(Command {
        subcommands: subcommands.leak(),
        ..ROOT
    }))
}

fn command(plugin: Plugin, completion: Completion) -> Command {
    let metadata = &plugin.metadata;
    let (usage, short, long) = match &metadata.config {
        Config::Cli(cli) => (cli.usage.clone(), shown(&cli.short), shown(&cli.long)),
        _ => (String::new(), String::new(), String::new()),
    };
    // HELM: the first word of the usage is the name of the command.
    let (name, arguments) = match usage.split_once(' ') {
        Some((name, arguments)) => (name.to_owned(), arguments.to_owned()),
        None => (usage, String::new()),
    };
    let name = if name.is_empty() {
        metadata.name.clone()
    } else {
        name
    };
    let about = if short.is_empty() {
        format!("the {:?} plugin", metadata.name)
    } else {
        short
    };
    Command {
        name: name.leak(),
        arguments: arguments.leak(),
        about: about.leak(),
        long: long.leak(),
        run: Some(run),
        ..part(&plugin, completion)
    }
}

/// What a plugin says that it, or a command of it, takes.
fn part(plugin: &Plugin, completion: Completion) -> Command {
    let asks = completion.commands.is_none();
    let below = completion.commands.unwrap_or_default().into_iter();
    let below = below.filter(|command| !command.name.is_empty());
    let mut subcommands: Vec<&'static Command> = below
        .map(|mut below| {
            let name = std::mem::take(&mut below.name);
            let command = Command {
                name: name.leak(),
                ..part(plugin, below)
            };
            &*Box::leak(Box::new(command))
        })
        .collect();
    subcommands.sort_by_key(|command| command.name);
    Command {
        flags: flags(&completion.flags),
        subcommands: subcommands.leak(),
        takes_words: true,
        plugin: Some(Box::leak(Box::new(PluginCommand {
            plugin: plugin.clone(),
            words: completion.words,
            asks,
        }))),
        ..EMPTY
    }
}

/// HELM: all are taken for switches; the first letter goes with the first long name, and so on.
fn flags(names: &[String]) -> &'static [&'static [&'static Flag]] {
    let is_short = |name: &&String| name.len() == 1;
    let letters: Vec<&String> = names.iter().filter(is_short).collect();
    let long: Vec<&String> = names.iter().filter(|name| name.len() > 1).collect();
    let mut flags: Vec<&'static Flag> = Vec::new();
    for at in 0..long.len().max(letters.len()) {
        let letter = letters.get(at).and_then(|name| name.chars().next());
        let Some(name) = long.get(at).or_else(|| letters.get(at)) else {
            continue;
        };
        let mut flag = Flag::switch(String::leak((*name).clone()), "");
        if let Some(letter) = letter {
            flag = flag.short(letter);
        }
        if !flags.iter().any(|other| other.name == flag.name) {
            flags.push(Box::leak(Box::new(flag)));
        }
    }
    if flags.is_empty() {
        return &[];
    }
    vec![&*flags.leak()].leak()
}

/// What strangers wrote is not to reach the terminal as anything but text.
fn shown(text: &str) -> String {
    let is_shown = |c: &char| matches!(c, '\n' | '\t') || !c.is_control();
    text.chars().filter(is_shown).collect()
}

/// HELM: flags of ours that plugins do not get.
const KNOWN: [&str; 14] = [
    "--kube-context",
    "--namespace",
    "-n",
    "--kubeconfig",
    "--kube-apiserver",
    "--kube-token",
    "--kube-as-user",
    "--kube-as-group",
    "--kube-ca-file",
    "--registry-config",
    "--repository-cache",
    "--repository-config",
    "--kube-insecure-skip-tls-verify",
    "--kube-tls-server-name",
];

/// The flag by which a plugin is to use the sandbox: it gets the kubeconfig of that.
const SANDBOX: &str = "--sandbox";

/// The words that are for us, and those that are for a plugin.
///
/// DIFF: Helm takes an empty word for one of these flags, and the word behind it for its value.
pub fn split_known(words: &[String]) -> (Vec<String>, Vec<String>) {
    let (mut known, mut others) = (Vec::new(), Vec::new());
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let name = word.split_once('=').map_or(word.as_str(), |(name, _)| name);
        if word == "--debug"
            || name == SANDBOX
            || (KNOWN.contains(&name) && name.len() < word.len())
        {
            known.push(word.clone());
        } else if KNOWN.contains(&name) {
            known.push(word.clone());
            // HELM: whatever follows is the value, even of a switch.
            known.extend(words.next().cloned());
        } else {
            others.push(word.clone());
        }
    }
    (known, others)
}

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let Some(PluginCommand { plugin, .. }) = call.command.plugin else {
        return Ok(());
    };
    let (known, others) = split_known(&call.args.arguments);
    let flags = FlagSet::default().with(global::FLAGS).with(klog::FLAGS);
    let parsed = flags
        .parse(&known, call.settings)
        .map_err(|refused| Failure::error(refused.text))?;
    let mut settings = call.settings.clone().with_flags(&parsed);
    if settings.sandbox {
        sandbox::ready(&settings)?;
        settings = Place::of(&settings).settings(&settings);
    }
    let gets_none = matches!(&plugin.metadata.config, Config::Cli(cli) if cli.ignores_flags);
    let arguments = if gets_none { Vec::new() } else { others };
    let variables = super::variables(call.invoked, &settings);
    if plugin.is_module() {
        let mut environment = settings.environment.all().clone();
        environment.extend(variables);
        let look = |what: &str, data: &[u8]| show_data(&settings, plugin, what, data);
        return Ok(plugin.run_as_module(&arguments, environment, &look)?);
    }
    let prepared = plugin.command(&arguments, settings.environment.all(), variables)?;
    let name = ("pluginName".to_owned(), plugin.metadata.name.clone());
    let command = prepared.shown(settings.environment.get(env::PATH));
    debug(
        &settings,
        "executing plugin command",
        &[name.clone(), ("command".to_owned(), command)],
    );
    prepared.run().map_err(|error| {
        if let Some(code) = error.code() {
            let fields = [
                name,
                ("error".to_owned(), format!("exit status {code}")),
                ("exitCode".to_owned(), code.to_string()),
                ("stderr".to_owned(), String::new()),
            ];
            debug(&settings, "plugin execution failed", &fields);
        }
        error.into()
    })
}

/// What goes into a module, and what comes out.
fn show_data(settings: &Settings, plugin: &Plugin, what: &str, data: &[u8]) {
    let mut fields = vec![("plugin".to_owned(), plugin.metadata.name.clone())];
    if what == "output" {
        fields.push(("exitCode".to_owned(), "0".to_owned()));
    }
    let data = String::from_utf8_lossy(data).into_owned();
    fields.push((format!("{what}Data"), data));
    debug(settings, &format!("plugin {what}"), &fields);
}

fn debug(settings: &Settings, message: &str, fields: &[(String, String)]) {
    if settings.debug {
        output::complain(&log::line(Level::Debug, message, fields));
    }
}

/// A failure of a plugin: with its exit code, if it has one.
impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let mut failure = Self::error(error.to_string());
        if let Some(hint) = error.hint() {
            failure = failure.hint(hint);
        }
        if let Some(code) = error.code() {
            failure.code = code.to_le_bytes()[0];
        }
        failure
    }
}

#[cfg(test)]
mod tests {
    use super::split_known;

    #[test]
    fn flags_of_ours_are_taken_out() {
        let words = |line: &str| -> Vec<String> { line.split(' ').map(str::to_owned).collect() };
        let (known, others) = split_known(&words(
            "a -n x --kube-token=t --foo --debug --burst-limit 7 -- -n z --namespacex=1 --qps=2",
        ));
        assert_eq!(known, words("-n x --kube-token=t --debug -n z"));
        assert_eq!(
            others,
            words("a --foo --burst-limit 7 -- --namespacex=1 --qps=2")
        );
        let (known, others) = split_known(&words("--sandbox a --sandbox=false --sandboxes"));
        assert_eq!(known, words("--sandbox --sandbox=false"));
        assert_eq!(others, words("a --sandboxes"));
        let (known, others) = split_known(&words("--kube-insecure-skip-tls-verify a -n"));
        assert_eq!(known, words("--kube-insecure-skip-tls-verify a -n"));
        assert!(others.is_empty());
    }
}
