//! From flags to the options that several actions share.

use std::time::Duration;

use pintle_actions::input::{Access, ChartInput, NameInput, ValuesInput};
use pintle_actions::{
    ApplyMode, Dialect, DryRun, PostRenderer, ServerSide, StrictValues, WaitOptions, WaitStrategy,
};

use pintle_fetch::Tls;

use super::{Call, repo};
use crate::access;
use crate::args::shared::release::naming;
use crate::args::shared::{apply, chart, release, values, wait};
use crate::args::{Flag, Parsed, parse_bool};
use crate::connect;
use crate::env;
use crate::errors::Failure;
use crate::log::{self, Level};
use crate::output;
use crate::plugins;
use crate::quote::quote;
use crate::settings::Settings;

/// The chart flags, for the chart that `reference` names.
///
/// # Errors
/// A date for archives that is none.
pub fn chart_input(call: &Call<'_>, reference: String) -> Result<ChartInput, Failure> {
    let args = call.args;
    Ok(ChartInput {
        reference,
        version: args.text_if_any(&chart::VERSION),
        repository: args.text_if_any(&chart::REPO),
        devel: args.is_on(&chart::DEVEL),
        verify: args.is_on(&chart::VERIFY),
        keyring: args.text(&chart::KEYRING).into(),
        dependency_update: args.is_on(&release::DEPENDENCY_UPDATE),
        debug: call.settings.debug,
        source_date: None,
        access: access(args, call.settings),
    })
}

/// The same for commands that say on stdout what was pulled from a registry.
///
/// # Errors
/// As [`chart_input`].
pub fn release_chart_input(call: &Call<'_>, reference: String) -> Result<ChartInput, Failure> {
    let mut input = chart_input(call, reference)?;
    input.access.tells_on_stdout = true;
    Ok(input)
}

/// The flags about how charts are fetched.
pub fn access(args: &Parsed<'_>, settings: &Settings) -> Access {
    Access {
        username: args.text(&chart::USERNAME),
        password: args.text(&chart::PASSWORD),
        pass_credentials: args.is_on(&chart::PASS_CREDENTIALS),
        tls: Tls {
            insecure: args.is_on(&chart::INSECURE),
            ..access::tls(args)
        },
        plain_http: args.is_on(&chart::PLAIN_HTTP),
        git: allowed_git(args, settings),
        places: repo::places(settings),
        client: connect::fetch_client(settings),
        registries: access::places(settings),
        listener: access::listener(settings),
        tells_on_stdout: false,
    }
}

/// How Git may be asked: by the flag, else by the environment.
fn allowed_git(args: &Parsed<'_>, settings: &Settings) -> Vec<String> {
    let named = args.list(&chart::ALLOW_GIT);
    if !named.is_empty() {
        return named;
    }
    let variable = settings.environment.get(env::PINTLE_ALLOW_GIT);
    let names = variable.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect()
}

/// The value flags.
pub fn values_input(args: &Parsed<'_>, settings: &Settings) -> ValuesInput {
    ValuesInput {
        files: args.list(&values::FILES),
        set_json: args.list(&values::SET_JSON),
        set: args.list(&values::SET),
        set_string: args.list(&values::SET_STRING),
        set_file: args.list(&values::SET_FILE),
        set_literal: args.list(&values::SET_LITERAL),
        strict: StrictValues::from_name(&args.text(&values::STRICT)).unwrap_or_default(),
        client: connect::fetch_client(settings),
        registries: access::places(settings),
    }
}

/// `--post-renderer` and its arguments; plugins that cannot be used are warned of.
pub fn post_renderer(args: &Parsed<'_>, settings: &Settings) -> Option<PostRenderer> {
    let name = args.text_if_any(&release::POST_RENDERER)?;
    let arguments = args.list(&release::POST_RENDERER_ARGS);
    plugins::post_renderer(settings, &name, arguments, plugins::warn).ok()
}

/// What templates are told of Helm.
pub fn dialect(args: &Parsed<'_>) -> Dialect {
    Dialect::from_name(&args.text(&release::DIALECT)).unwrap_or_default()
}

/// What names a new release.
pub fn name_input(args: &Parsed<'_>, default: Option<&str>) -> NameInput {
    NameInput {
        arguments: args.arguments.clone(),
        generate: args.is_on(&naming::GENERATE),
        template: args.text_if_any(&naming::TEMPLATE),
        default: default.map(str::to_owned),
    }
}

/// The flags about waiting. Undoing on failure needs to know of failures: with it, everything
/// is waited for unless the user chose otherwise.
pub fn wait_options(args: &Parsed<'_>, undo_on_failure: bool) -> WaitOptions {
    let strategy = match args.text(&wait::WAIT).as_str() {
        "watcher" => WaitStrategy::Watcher,
        "legacy" => WaitStrategy::Legacy,
        _ if undo_on_failure => WaitStrategy::Watcher,
        _ => WaitStrategy::HookOnly,
    };
    WaitOptions {
        strategy,
        jobs: args.is_on(&wait::JOBS),
        // GO: a negative duration is one that has passed already.
        timeout: Duration::from_nanos(u64::try_from(args.nanoseconds(&wait::TIMEOUT)).unwrap_or(0)),
    }
}

/// `--dry-run` of commands that change the cluster.
///
/// # Errors
/// A word that is none of its values.
pub fn dry_run(args: &Parsed<'_>, flag: &Flag) -> Result<DryRun, Failure> {
    let text = args.text(flag);
    let (mode, warning) = match text.as_str() {
        "none" => return Ok(DryRun::None),
        "client" => return Ok(DryRun::Client),
        "server" => return Ok(DryRun::Server),
        "unset" => (DryRun::Client, UNSET.to_owned()),
        other => match parse_bool(other) {
            Ok(true) => (DryRun::Client, boolean_warning(other, "client")),
            Ok(false) => (DryRun::None, boolean_warning(other, "none")),
            Err(_) => return Err(wrong_dry_run(other, "\"none\", \"server\", or \"client\"")),
        },
    };
    output::complain(&log::line(Level::Warn, &warning, &[]));
    Ok(mode)
}

/// `--dry-run` of `template`, which is always dry.
///
/// # Errors
/// A word that is none of its values, or one that means a real run.
pub fn dry_run_of_template(args: &Parsed<'_>, flag: &Flag) -> Result<DryRun, Failure> {
    let text = args.text(flag);
    if text == "none" || parse_bool(&text) == Ok(false) {
        return Err(wrong_dry_run(&text, "\"server\" or \"client\""));
    }
    dry_run(args, flag)
}

const UNSET: &str = "--dry-run is deprecated and should be replaced with '--dry-run=client'";

fn wrong_dry_run(text: &str, values: &str) -> Failure {
    Failure::error(format!(
        "invalid dry-run value ({}). Must be {values}",
        quote(text)
    ))
}

fn boolean_warning(text: &str, instead: &str) -> String {
    format!(
        "boolean '--dry-run={text}' flag is deprecated and must be replaced with '--dry-run={instead}'"
    )
}

/// `--server-side` of commands that change an existing release.
///
/// # Errors
/// A word that is none of its values.
pub fn server_side(args: &Parsed<'_>) -> Result<ServerSide, String> {
    match args.text(&apply::SERVER_SIDE).as_str() {
        "auto" => Ok(ServerSide::Auto),
        "true" => Ok(ServerSide::Fixed(ApplyMode::ServerSide)),
        "false" => Ok(ServerSide::Fixed(ApplyMode::ClientSide)),
        other => Err(format!(
            "invalid/unknown release server-side apply method: {other}"
        )),
    }
}

/// `--server-side` of `install`.
pub fn apply_mode(args: &Parsed<'_>) -> ApplyMode {
    if args.is_on(&apply::SERVER_SIDE_SWITCH) {
        ApplyMode::ServerSide
    } else {
        ApplyMode::ClientSide
    }
}

/// `--force-replace`, also by its old name.
pub fn force_replace(args: &Parsed<'_>) -> bool {
    args.is_on(&apply::FORCE_REPLACE) || args.is_on(&apply::FORCE)
}
