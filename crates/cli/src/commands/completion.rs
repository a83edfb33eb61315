//! `completion`: scripts that teach a shell to complete command lines.

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag};
use crate::completion::scripts::{self, Shell};
use crate::errors::Failure;
use crate::output;

/// `--no-descriptions`
static NO_DESCRIPTIONS: Flag = Flag::switch(
    "no-descriptions",
    "offer words alone, without what they mean",
);

/// `completion`
pub static COMMAND: Command = Command {
    name: "completion",
    arguments: "SHELL",
    about: "print a script that completes command lines",
    long: "Prints a script for a shell. With it the tab key completes commands, flags, and the names of\n\
           releases, revisions, charts, repositories, namespaces and contexts.",
    examples: "  source <({program} completion bash)\n\
           \x20 {program} completion fish | source",
    subcommands: &[&BASH, &FISH, &POWERSHELL, &ZSH],
    ..EMPTY
};

static BASH: Command = Command {
    name: "bash",
    about: "print the script for bash",
    long: "Prints the script for bash.\n\n\
           For this shell alone:\n  \
           source <({program} completion bash)\n\n\
           For every new one:\n  \
           mkdir -p ~/.local/share/bash-completion/completions\n  \
           {program} completion bash > ~/.local/share/bash-completion/completions/{program}\n\n\
           or, without the package bash-completion, the first line in ~/.bashrc.",
    examples: "  source <({program} completion bash)",
    run: Some(|call| script(call, Shell::Bash)),
    ..SHELL
};

static FISH: Command = Command {
    name: "fish",
    about: "print the script for fish",
    long: "Prints the script for fish.\n\n\
           For this shell alone:\n  \
           {program} completion fish | source\n\n\
           For every new one:\n  \
           {program} completion fish > ~/.config/fish/completions/{program}.fish",
    examples: "  {program} completion fish | source",
    run: Some(|call| script(call, Shell::Fish)),
    ..SHELL
};

static POWERSHELL: Command = Command {
    name: "powershell",
    about: "print the script for PowerShell",
    long: "Prints the script for PowerShell.\n\n\
           For this shell alone:\n  \
           {program} completion powershell | Out-String | Invoke-Expression\n\n\
           For every new one, that line in the file that $PROFILE names.",
    examples: "  {program} completion powershell | Out-String | Invoke-Expression",
    run: Some(|call| script(call, Shell::Power)),
    ..SHELL
};

static ZSH: Command = Command {
    name: "zsh",
    about: "print the script for zsh",
    long: "Prints the script for zsh, whose completion must be on (autoload -U compinit; compinit).\n\n\
           For this shell alone:\n  \
           source <({program} completion zsh)\n\n\
           For every new one, in a folder of $fpath:\n  \
           {program} completion zsh > \"${fpath[1]}/_{program}\"",
    examples: "  source <({program} completion zsh)",
    run: Some(|call| script(call, Shell::Zsh)),
    ..SHELL
};

/// What all shells have in common.
const SHELL: Command = Command {
    count: Count::None,
    flags: &[&[&NO_DESCRIPTIONS]],
    ..EMPTY
};

/// HELM: the script is for the name by which the program was called.
fn script(call: &Call<'_>, shell: Shell) -> Result<(), Failure> {
    let file = call.invoked.rsplit(['/', '\\']).next();
    let program = file.unwrap_or(call.invoked);
    let described = !call.args.is_on(&NO_DESCRIPTIONS);
    output::print(scripts::script(shell, program, described))
}
