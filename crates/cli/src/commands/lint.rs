//! `lint`: look for mistakes in charts.

use std::fmt::Write as _;

use pintle_actions::{LintOptions, LintReport, Message, Severity, lint};

use super::{Call, inputs};
use crate::args::command::EMPTY;
use crate::args::shared::{EXPLAIN, release, values};
use crate::args::{Command, Count, Flag, Parsed};
use crate::connect;
use crate::console::Console;
use crate::errors::Failure;
use crate::heap;
use crate::output;

/// `--kube-version`
static KUBE_VERSION: Flag = Flag::text(
    "kube-version",
    "Kubernetes version that templates see, and that decides what is deprecated",
);
/// `--quiet`
static QUIET: Flag = Flag::switch("quiet", "show only warnings and errors");
/// `--strict`
static STRICT: Flag = Flag::switch("strict", "fail on warnings too");
/// `--with-subcharts`
static WITH_SUBCHARTS: Flag =
    Flag::switch("with-subcharts", "look at the charts below charts/ too");

/// `lint`
pub static COMMAND: Command = Command {
    name: "lint",
    arguments: "PATH",
    count: Count::AtLeast(1),
    about: "look for mistakes in charts",
    long: "Looks for mistakes in charts: folders or archives.\n\
           \n\
           Templates are rendered without a cluster, and what they make is looked at too. What keeps a\n\
           chart from working is shown as [ERROR], and the command fails; what is against a convention\n\
           as [WARNING], which counts with --strict; and what is good to know as [INFO].",
    examples: "  {program} lint ./chart\n\
           \x20 {program} lint ./chart -f production.yaml --strict --kube-version 1.37\n\
           \x20 {program} lint ./charts/* --quiet",
    flags: &[
        &values::FLAGS,
        &[&values::STRICT],
        &[
            &EXPLAIN,
            &release::DIALECT,
            &KUBE_VERSION,
            &QUIET,
            &release::SKIP_SCHEMA,
            &STRICT,
            &WITH_SUBCHARTS,
        ],
    ],
    run: Some(run),
    ..EMPTY
};

fn run(call: &Call<'_>) -> Result<(), Failure> {
    let args = call.args;
    let options = options(call, args);
    let console = Console::new(call.settings);
    let env = connect::template_env(false);
    heap::prepare();
    let reports = lint(&args.arguments, &options, &env, &console)?;
    let quiet = args.is_on(&QUIET);
    let shown: Vec<&LintReport> = reports
        .iter()
        .filter(|report| !quiet || is_serious(report))
        .collect();
    for report in &shown {
        output::print(page(report, quiet))?;
        explain(report, quiet, &console);
    }
    let failed = shown.iter().filter(|report| report.failed).count();
    let summary = format!(
        "{} chart(s) linted, {failed} chart(s) failed",
        reports.len()
    );
    if failed > 0 {
        return Err(Failure::error(summary));
    }
    if !quiet || !shown.is_empty() {
        output::print(format!("{summary}\n"))?;
    }
    Ok(())
}

/// Why the findings of a chart are so, on stderr: what lint says on stdout stays Helm's.
fn explain(report: &LintReport, quiet: bool, console: &Console) {
    let messages = report.found.iter().flatten();
    for message in messages.filter(|message| is_shown(message, quiet)) {
        if let Some(explanation) = &message.explanation {
            console.explain(&format!("{}, explained", message.head()), explanation);
        }
    }
}

fn is_shown(message: &Message, quiet: bool) -> bool {
    !quiet || message.severity > Severity::Info
}

fn options(call: &Call<'_>, args: &Parsed<'_>) -> LintOptions {
    LintOptions {
        namespace: connect::namespace(call.settings),
        values: inputs::values_input(args, call.settings),
        kube_version: args.text_if_any(&KUBE_VERSION),
        skip_schema: args.is_on(&release::SKIP_SCHEMA),
        strict: args.is_on(&STRICT),
        with_subcharts: args.is_on(&WITH_SUBCHARTS),
        dialect: inputs::dialect(args),
    }
}

/// Whether there is more than information.
fn is_serious(report: &LintReport) -> bool {
    match &report.found {
        Ok(messages) => messages.iter().any(|m| m.severity > Severity::Info),
        Err(_) => true,
    }
}

/// What is shown of one chart.
fn page(report: &LintReport, quiet: bool) -> String {
    let mut page = format!("==> Linting {}\n", report.path);
    match &report.found {
        Err(error) => {
            let _ = writeln!(page, "Error {error}");
        }
        Ok(messages) => {
            for message in messages {
                if is_shown(message, quiet) {
                    let _ = writeln!(page, "{message}");
                }
            }
        }
    }
    page.push('\n');
    page
}
