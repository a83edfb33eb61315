//! `registry login`: log in to a registry.

use pintle_actions::Error;
use pintle_fetch::Tls;
use pintle_registry::{Client, Credential, Options, Store};

use super::super::Call;
use crate::access;
use crate::args::command::EMPTY;
use crate::args::shared::chart;
use crate::args::{Command, Count, Flag};
use crate::connect;
use crate::errors::Failure;
use crate::log::{self, Level};
use crate::output;
use crate::prompt;

/// `--insecure`
static INSECURE: Flag = Flag::switch("insecure", "do not check the certificate of the registry");
/// `--password`
static PASSWORD: Flag = Flag::text(
    "password",
    "password or token; others can read it there, which --password-stdin avoids",
)
.short('p');
/// `--password-stdin`
static PASSWORD_STDIN: Flag = Flag::switch(
    "password-stdin",
    "read the password or token from standard input",
);
/// `--username`
static USERNAME: Flag = Flag::text("username", "user name").short('u');

/// `registry login`
pub static COMMAND: Command = Command {
    name: "login",
    arguments: "[host]",
    count: Count::AtLeast(1),
    about: "log in to a registry",
    long: "Tries a user name and password on a registry, and keeps them when it accepts them. What is\n\
           not given is asked for.",
    examples: "  {program} registry login registry.example\n  \
               echo $TOKEN | {program} registry login registry.example --username me --password-stdin",
    flags: &[&[
        &chart::CA_FILE,
        &chart::CERT_FILE,
        &INSECURE,
        &chart::KEY_FILE,
        &PASSWORD,
        &PASSWORD_STDIN,
        &chart::PLAIN_HTTP,
        &USERNAME,
    ]],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let registry = args.arguments.first().map_or("", String::as_str);
    let (username, password) = asked(call).map_err(Failure::error)?;
    if let Some((host, _)) = registry.split_once('/') {
        let text =
            "registry login currently only supports registry hostname, not a repository path";
        let fields = [
            ("host".to_owned(), registry.to_owned()),
            ("suggested".to_owned(), host.to_owned()),
        ];
        output::complain(&log::line(Level::Warn, text, &fields));
    }
    let client = Client::new(
        connect::fetch_client(call.settings),
        Options {
            plain_http: args.is_on(&chart::PLAIN_HTTP),
            tls: Tls {
                insecure: args.is_on(&INSECURE),
                ..access::tls(args)
            },
            credential: Some(Credential::basic(username, password)),
            store: Some(Store::new(access::places(call.settings))),
            listener: access::listener(call.settings),
            ..Options::default()
        },
    );
    // DIFF: Helm panics when a certificate cannot be read.
    client.prepare().map_err(Error::from)?;
    pintle_fetch::blocking(async || client.login(registry).await).map_err(Error::from)?;
    output::print("Login Succeeded\n")
}

/// User name and password, from flags, standard input, or people.
fn asked(call: &Call<'_>) -> Result<(String, String), String> {
    let args = call.args;
    let mut username = args.text(&USERNAME);
    let password = args.text(&PASSWORD);
    if args.is_on(&PASSWORD_STDIN) {
        return Ok((username, prompt::piped()?));
    }
    if !password.is_empty() {
        let text = "using --password via the CLI is insecure. Use --password-stdin";
        output::complain(&log::line(Level::Warn, text, &[]));
        return Ok((username, password));
    }
    if username.is_empty() {
        prompt::seen("Username: ")?.trim().clone_into(&mut username);
    }
    // HELM: without a name it is a token.
    let what = if username.is_empty() {
        "Token"
    } else {
        "Password"
    };
    let password = prompt::secret(&format!("{what}: "))?;
    if password.is_empty() {
        return Err(format!("{} required", what.to_lowercase()));
    }
    Ok((username, password))
}
