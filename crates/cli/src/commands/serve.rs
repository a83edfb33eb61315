//! `serve`: a folder of archives as a chart repository, with a page for people.
//!
//! DIFF: Helm 4 has no such command; Helm 2 had, with these flags `--address`, `--repo-path` and
//! `--url`. The others are named as ChartMuseum names them.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use pintle_serve::{Access, Error, Limits, Options, Overwrite, Scope, Server, TlsFiles};

use super::Call;
use crate::args::command::EMPTY;
use crate::args::{Command, Count, Flag, Kind};
use crate::env;
use crate::errors::Failure;
use crate::output;
use crate::quote::quote;

/// `--address`
static ADDRESS: Flag = Flag::text(
    "address",
    "where to listen: HOST:PORT, or :PORT for all hosts",
)
.default("127.0.0.1:8879");
/// `--allow-overwrite`
static ALLOW_OVERWRITE: Flag = Flag::switch(
    "allow-overwrite",
    "let every upload replace an archive that is there, not only those with ?force",
);
/// `--auth-anonymous-get`
static AUTH_ANONYMOUS_GET: Flag = Flag::switch(
    "auth-anonymous-get",
    "let everybody look and fetch, and ask for credentials for changes alone",
);
/// `--auth-anonymous-write`
static AUTH_ANONYMOUS_WRITE: Flag = Flag::switch(
    "auth-anonymous-write",
    "let everybody who gets here upload and delete: without credentials that is so on the loopback address alone",
);
/// `--basic-auth-pass`
static BASIC_AUTH_PASS: Flag = Flag::text(
    "basic-auth-pass",
    "password of the user; others may see it here, so better use BASIC_AUTH_PASS or a file",
);
/// `--basic-auth-pass-file`
static BASIC_AUTH_PASS_FILE: Flag = Flag::text(
    "basic-auth-pass-file",
    "file whose first line is the password",
);
/// `--basic-auth-user`
static BASIC_AUTH_USER: Flag = Flag::text(
    "basic-auth-user",
    "a user who may do everything (also BASIC_AUTH_USER)",
);
/// `--disable-api`
static DISABLE_API: Flag = Flag::switch(
    "disable-api",
    "serve the repository and its page, and no API",
);
/// `--disable-force-overwrite`
static DISABLE_FORCE_OVERWRITE: Flag = Flag::switch(
    "disable-force-overwrite",
    "let no upload replace an archive, not even with ?force",
);
/// `--max-upload-size`
static MAX_UPLOAD_SIZE: Flag = Flag::new(
    "max-upload-size",
    Kind::Int,
    "how many bytes an upload may have",
)
.default("20971520");
/// `--read-only`
static READ_ONLY: Flag = Flag::switch("read-only", "let nobody change anything");
/// `--repo-path`
static REPO_PATH: Flag = Flag::text("repo-path", "the folder, as Helm 2 had it");
/// `--tls-cert`
static TLS_CERT: Flag = Flag::text("tls-cert", "certificate for HTTPS, in PEM");
/// `--tls-key`
static TLS_KEY: Flag = Flag::text("tls-key", "key of the certificate, in PEM");
/// `--token-file`
static TOKEN_FILE: Flag = Flag::text(
    "token-file",
    "file with tokens that let in: lines of read TOKEN and write TOKEN",
);
/// `--url`
static URL: Flag = Flag::text(
    "url",
    "what the addresses in the index start with, when that is not where the index is",
);

/// `serve`
pub static COMMAND: Command = Command {
    name: "serve",
    arguments: "[DIR]",
    count: Count::AtMost(1),
    about: "serve a folder of archives as a chart repository, with a page for people",
    long: "Serves the archives of a folder, and of those in it, as a chart repository. The index is made\n\
           at the start and stays true as archives come and go. In a browser the same address shows the\n\
           charts, their versions, READMEs and values. Ends on SIGINT and SIGTERM.\n\
           \n\
           Programs may list, upload and delete charts over ChartMuseum's API. What they upload is\n\
           checked before it is kept. Without credentials to ask for, changes are let in on the loopback\n\
           address alone. Times in the index are those of the archives.",
    examples: "  {program} serve ./archives\n\
           \x20 {program} serve ./archives --address :8080 --url https://charts.example.com --read-only\n\
           \x20 {program} serve ./archives --token-file tokens --auth-anonymous-get\n\
           \x20 curl --data-binary @web-1.0.0.tgz http://127.0.0.1:8879/api/charts\n\
           \x20 {program} repo add mine http://127.0.0.1:8879",
    flags: &[&[
        &ADDRESS,
        &ALLOW_OVERWRITE,
        &AUTH_ANONYMOUS_GET,
        &AUTH_ANONYMOUS_WRITE,
        &BASIC_AUTH_PASS,
        &BASIC_AUTH_PASS_FILE,
        &BASIC_AUTH_USER,
        &DISABLE_API,
        &DISABLE_FORCE_OVERWRITE,
        &MAX_UPLOAD_SIZE,
        &READ_ONLY,
        &REPO_PATH,
        &TLS_CERT,
        &TLS_KEY,
        &TOKEN_FILE,
        &URL,
    ]],
    exclusive: &[
        &["basic-auth-pass", "basic-auth-pass-file"],
        &["allow-overwrite", "disable-force-overwrite"],
    ],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let address = call.args.text(&ADDRESS);
    let (options, note) = options(call, &address)?;
    let log = Arc::new(|line: &str| output::complain(&format!("{line}\n")));
    let server = Server::open(&address, options, log).map_err(failed)?;
    let (charts, archives) = server.counts();
    let scheme = if call.args.text_if_any(&TLS_CERT).is_some() {
        "https"
    } else {
        "http"
    };
    let address = server.address();
    output::print(format!(
        "Serving {archives} archives of {charts} charts at {scheme}://{address}\n"
    ))?;
    output::complain(&format!("{note}\n"));
    server.run().map_err(failed)
}

fn failed(error: Error) -> Failure {
    let failure = Failure::error(error.to_string());
    match error.advice() {
        Some(advice) => failure.hint(advice),
        None => failure,
    }
}

/// What was asked for, and what people should know of it.
fn options(call: &Call<'_>, address: &str) -> Result<(Options, &'static str), Failure> {
    let args = call.args;
    let folder = args.arguments.first().cloned();
    let folder = match (folder, args.text_if_any(&REPO_PATH)) {
        (Some(_), Some(_)) => {
            return Err(Failure::error(
                "name the folder once, not also by --repo-path",
            ));
        }
        (Some(folder), None) | (None, Some(folder)) => folder,
        (None, None) => {
            return Err(Failure::error("which folder is to be served?")
                .hint("name one, such as . for this one"));
        }
    };
    let folder = pintle_actions::absolute(&folder)?;
    let is_read_only = args.is_on(&READ_ONLY) || args.is_on(&DISABLE_API);
    let (access, note) = access(call, address, is_read_only)?;
    let tls = match (args.text_if_any(&TLS_CERT), args.text_if_any(&TLS_KEY)) {
        (None, None) => None,
        (Some(certificate), Some(key)) => Some(TlsFiles {
            certificate: PathBuf::from(certificate),
            key: PathBuf::from(key),
        }),
        _ => return Err(Failure::error("HTTPS needs both --tls-cert and --tls-key")),
    };
    let overwrite = if args.is_on(&ALLOW_OVERWRITE) {
        Overwrite::Always
    } else if args.is_on(&DISABLE_FORCE_OVERWRITE) {
        Overwrite::Never
    } else {
        Overwrite::Forced
    };
    let upload = usize::try_from(args.int(&MAX_UPLOAD_SIZE))
        .map_err(|_| Failure::error("--max-upload-size must not be negative"))?;
    let options = Options {
        folder,
        url: args.text(&URL),
        access,
        has_api: !args.is_on(&DISABLE_API),
        is_read_only,
        overwrite,
        limits: Limits {
            upload,
            ..Limits::default()
        },
        tls,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        is_talkative: call.settings.debug,
    };
    Ok((options, note))
}

/// Who may do what, and in words.
fn access(
    call: &Call<'_>,
    address: &str,
    is_read_only: bool,
) -> Result<(Access, &'static str), Failure> {
    let args = call.args;
    let mut access = Access::default();
    if let Some((user, password)) = login(call)? {
        access.add_login(&user, &password);
    }
    if let Some(file) = args.text_if_any(&TOKEN_FILE) {
        let text = read(&file)?;
        let wrong = |error: Error| Failure::error(format!("{file}: {error}"));
        access.add_tokens(&text).map_err(wrong)?;
    }
    let writes_anyway = args.is_on(&AUTH_ANONYMOUS_WRITE);
    let note = if writes_anyway {
        access.anonymous = Some(Scope::Write);
        "everybody who gets here may upload and delete"
    } else if access.asks() {
        access.anonymous = args.is_on(&AUTH_ANONYMOUS_GET).then_some(Scope::Read);
        "credentials are asked for"
    } else if is_loopback(address) {
        access.anonymous = Some(Scope::Write);
        "everybody on this machine may upload and delete"
    } else {
        access.anonymous = Some(Scope::Read);
        "nobody may upload or delete: there are no credentials to ask for"
    };
    let note = match (is_read_only, access.anonymous) {
        (true, Some(_)) => "everybody may read, nobody may upload or delete",
        (true, None) => "credentials are asked for; nobody may upload or delete",
        _ => note,
    };
    Ok((access, note))
}

/// Whether only this machine gets to an address.
fn is_loopback(address: &str) -> bool {
    match address.parse::<SocketAddr>() {
        Ok(address) => address.ip().is_loopback(),
        Err(_) => address
            .rsplit_once(':')
            .is_some_and(|(host, _)| host == "localhost"),
    }
}

/// The user and the password: flags win over files, and those over variables.
fn login(call: &Call<'_>) -> Result<Option<(String, String)>, Failure> {
    let (args, environment) = (call.args, &call.settings.environment);
    let variable = |variable| environment.get_if_any(variable).map(str::to_owned);
    let user = args
        .text_if_any(&BASIC_AUTH_USER)
        .or_else(|| variable(env::BASIC_AUTH_USER));
    let password = match (
        args.text_if_any(&BASIC_AUTH_PASS),
        args.text_if_any(&BASIC_AUTH_PASS_FILE),
    ) {
        (Some(password), _) => Some(password),
        (None, Some(file)) => {
            let text = read(&file)?;
            let line = text.lines().next().unwrap_or_default().to_owned();
            if line.is_empty() {
                return Err(Failure::error(format!(
                    "{file} has no password in its first line"
                )));
            }
            Some(line)
        }
        (None, None) => variable(env::BASIC_AUTH_PASS),
    };
    match (user, password) {
        (None, None) => Ok(None),
        (Some(user), Some(password)) if !user.contains(':') => Ok(Some((user, password))),
        (Some(user), Some(_)) => Err(Failure::error(format!(
            "the user {} has a colon in it, which no browser can send",
            quote(&user)
        ))),
        (Some(_), None) => Err(Failure::error("the user has no password")
            .hint("--basic-auth-pass-file names a file with it, BASIC_AUTH_PASS holds it")),
        (None, Some(_)) => Err(Failure::error("the password has no user")
            .hint("--basic-auth-user or BASIC_AUTH_USER says who it is of")),
    }
}

fn read(path: &str) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|error| failed(Error::file("open", Path::new(path), &error)))
}
