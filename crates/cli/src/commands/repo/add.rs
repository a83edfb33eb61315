//! `repo add`: add a repository to the list.

use pintle_actions::{AddOptions, Class, Error, add_repository};

use super::super::Call;
use super::{TIMEOUT, places, timeout};
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::connect;
use crate::console::Console;
use crate::errors::Failure;
use crate::{output, prompt};

/// `--allow-deprecated-repos`
static ALLOW_DEPRECATED: Flag = Flag::switch(
    "allow-deprecated-repos",
    "add a repository even when it is known to be gone for good",
);
/// `--force-update`
static FORCE_UPDATE: Flag = Flag::switch(
    "force-update",
    "replace the repository of this name, if there is one",
);
/// `--password-stdin`
static PASSWORD_STDIN: Flag =
    Flag::switch("password-stdin", "read the password from standard input");

/// `repo add`
pub static COMMAND: Command = Command {
    name: "add",
    arguments: "[NAME] [URL]",
    count: Count::Exactly(2),
    about: "add a chart repository to the list",
    long: "Fetches the index of a chart repository and adds it to the list, under a name of your choice.\n\
           With a user name and no password, the password is asked for.",
    examples: "  {program} repo add podinfo https://stefanprodan.github.io/podinfo\n\
           \x20 echo $PASSWORD | {program} repo add mine https://charts.example.com --username me --password-stdin",
    flags: &[&[
        &ALLOW_DEPRECATED,
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &FORCE_UPDATE,
        &chart::INSECURE,
        &chart::KEY_FILE,
        &chart::PASS_CREDENTIALS,
        &chart::PASSWORD,
        &PASSWORD_STDIN,
        &TIMEOUT,
        &chart::USERNAME,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let [name, url] = args.arguments.as_slice() else {
        return Err(Failure::error("two arguments are needed: a name and a URL"));
    };
    let repository = pintle_repo::Repository {
        name: name.clone(),
        url: url.clone(),
        username: args.text(&chart::USERNAME),
        password: args.text(&chart::PASSWORD),
        cert_file: args.text(&chart::CERT_FILE),
        key_file: args.text(&chart::KEY_FILE),
        ca_file: args.text(&chart::CA_FILE),
        insecure_skip_tls_verify: args.is_on(&chart::INSECURE),
        pass_credentials_all: args.is_on(&chart::PASS_CREDENTIALS),
    };
    let options = AddOptions {
        repository,
        replace: args.is_on(&FORCE_UPDATE),
        allow_deprecated: args.is_on(&ALLOW_DEPRECATED),
        timeout: timeout(args),
        client: connect::fetch_client(call.settings),
    };
    let from_stdin = args.is_on(&PASSWORD_STDIN);
    let ask = || {
        let answer = if from_stdin {
            prompt::piped()
        } else {
            prompt::password("Password: ")
        };
        answer.map_err(|text| {
            Error::new(Class::Input, text).hint("give the password with --password-stdin")
        })
    };
    let console = Console::new(call.settings);
    let said = add_repository(&places(call.settings), options, &ask, &console)?;
    output::print(format!("{said}\n"))
}
