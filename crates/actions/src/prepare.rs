//! Chart and values to manifests: what `template`, `install` and `upgrade` have in common.

use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;

use pintle_chart::{ApiVersion, Chart};
use pintle_fetch::Client;
use pintle_go_value::{Map, SharedStr};
use pintle_manifest::{Classified, FileRead, Manifest, SkippedHook, classify_with, read_file};
use pintle_plugin::PostRenderer;
use pintle_render::beside::Beside;
use pintle_render::{
    Ahead, Capabilities, Context, Dialect, Helpers, Lookup, ReleaseFacts, Rendered, render_helped,
};
use pintle_semver::{Constraint, Version};
use pintle_sprig::Env;
use pintle_values::options::UserValues;

use crate::dependency::{self, DependencyOptions};
use crate::explain;
use crate::input::ChartInput;
use crate::post_render::post_render;
use crate::schema;
use crate::{Class, Error, Events, Level, Log, Page, Session};

/// A chart that can be installed, its dependencies switched on and off, with the user's values.
pub(crate) struct Prepared {
    pub chart: Chart,
    /// What the user gave.
    pub user: Map,
    /// What templates see.
    pub values: Map,
    /// The flags and files that the user's values come from.
    pub sources: UserValues,
    /// The values of the last release, where an upgrade uses them again.
    pub reused: Option<Map>,
    /// Templates that were parsed while the chart was read.
    pub ahead: Option<Ahead>,
}

impl Prepared {
    /// The same with templates that were parsed while the chart was read.
    pub fn parsed(mut self, ahead: Ahead) -> Self {
        self.ahead = Some(ahead);
        self
    }
}

/// The user's values, and where they come from.
pub(crate) struct Given {
    pub user: Map,
    /// The flags and files.
    pub sources: UserValues,
    /// The values of the last release, where an upgrade uses them again.
    pub reused: Option<Map>,
}

impl Given {
    /// Values that were given now.
    pub fn new(user: Map, sources: UserValues) -> Self {
        Self {
            user,
            sources,
            reused: None,
        }
    }
}

/// What a render depends on besides chart and values.
pub(crate) struct Facts {
    pub release: ReleaseFacts,
    pub capabilities: Capabilities,
    pub lookup: Option<Arc<dyn Lookup>>,
    pub env: Env,
    pub post_renderer: Option<PostRenderer>,
    pub dialect: Dialect,
}

/// What came of rendering.
pub(crate) struct Output {
    pub classified: Classified,
    pub rendered: Rendered,
}

/// Checks that a chart can be installed at all.
///
/// # Errors
/// Library charts, missing dependencies.
pub(crate) fn check(
    chart: Chart,
    path: &Path,
    input: &ChartInput,
    events: &dyn Events,
) -> Result<Chart, Error> {
    if !matches!(chart.metadata.type_.as_str(), "" | "application") {
        return Err(Error::new(
            Class::Input,
            format!("{} charts are not installable", chart.metadata.type_),
        )
        .hint("a library chart is meant to be a dependency of another chart"));
    }
    if chart.metadata.deprecated {
        events.log(Log::new(Level::Warn, "this chart is deprecated"));
    }
    let chart = completed(chart, path, input, events)?;
    check_api_version(&chart)?;
    Ok(chart)
}

/// As [`check_dependencies`]; with `--dependency-update` what is missing is fetched, and the
/// chart read again.
///
/// # Errors
/// Missing dependencies, or that they cannot be had.
pub(crate) fn completed(
    chart: Chart,
    path: &Path,
    input: &ChartInput,
    events: &dyn Events,
) -> Result<Chart, Error> {
    match check_dependencies(&chart) {
        Ok(()) => Ok(chart),
        Err(_) if input.dependency_update => {
            let options = DependencyOptions {
                chart: path.to_path_buf(),
                debug: input.debug,
                source_date: input.source_date,
                access: input.access.clone(),
                ..DependencyOptions::default()
            };
            dependency::update(&options, events)?;
            let again = crate::input::load(path, events)
                .map_err(|error| error.prefixed("failed reloading chart after repo update: "))?;
            Ok(again)
        }
        Err(error) => Err(error),
    }
}

/// HELM: charts of version 3 are read, but cannot be installed yet.
pub(crate) fn check_api_version(chart: &Chart) -> Result<(), Error> {
    if chart.metadata.chart_api_version() == ApiVersion::V3 {
        return Err(Error::new(Class::Input, "invalid chart apiVersion")
            .hint("charts of apiVersion v3 are an experiment; use v2"));
    }
    Ok(())
}

/// Whether every declared dependency is in `charts/`.
pub(crate) fn check_dependencies(chart: &Chart) -> Result<(), Error> {
    let is_v3 = chart.metadata.chart_api_version() == ApiVersion::V3;
    // HELM: in charts of version 3, one in `charts/` that is not declared ends here.
    if is_v3 && chart.dependencies.len() > chart.metadata.dependencies.len() {
        return Err(Error::new(
            Class::Input,
            "an error occurred while checking for chart dependencies. You may need to run 'helm dependency build' to fetch missing dependencies: unsupported chart dependency type",
        ));
    }
    Ok(pintle_values::dependencies::check(chart)?)
}

/// Switches dependencies on and off and imports their values.
///
/// # Errors
/// As the values crate tells them.
pub(crate) fn process_dependencies(
    chart: &mut Chart,
    user: &Map,
    events: &dyn Events,
) -> Result<(), Error> {
    let warnings = told(pintle_values::dependencies::process(chart, user), events)?;
    report(warnings, events);
    Ok(())
}

/// As [`process_dependencies`], as `install` and `template` do it: Helm logs the failure, too.
///
/// # Errors
/// As [`process_dependencies`], with what was being done in front.
pub(crate) fn process_dependencies_aloud(
    chart: &mut Chart,
    user: &Map,
    events: &dyn Events,
) -> Result<(), Error> {
    const FAILED: &str = "chart dependencies processing failed";
    process_dependencies(chart, user, events).map_err(|error| {
        events.log(Log::new(Level::Error, FAILED).with("error", error.text.as_str()));
        error.prefixed(&format!("{FAILED}: "))
    })
}

/// Tells what was noticed before values could not be put together.
fn told<T>(outcome: Result<T, pintle_values::Error>, events: &dyn Events) -> Result<T, Error> {
    outcome.map_err(|error| {
        report(error.warnings().to_vec(), events);
        error.into()
    })
}

/// Merges the user's values over the chart's, and checks the outcome against the schemas of the
/// chart and its subcharts. Schemas on servers are fetched by `schemas`; without it, no schema is
/// looked at.
///
/// # Errors
/// Values of the wrong type, or that break a schema.
pub(crate) fn coalesce(
    chart: Chart,
    given: Given,
    schemas: Option<&Client>,
    events: &dyn Events,
) -> Result<Prepared, Error> {
    let coalesced = pintle_values::coalesce::coalesce_values(&chart, &given.user);
    let (values, warnings) = told(coalesced, events)?;
    report(warnings, events);
    let prepared = Prepared {
        chart,
        user: given.user,
        values,
        sources: given.sources,
        reused: given.reused,
        ahead: None,
    };
    if let Some(client) = schemas {
        check_schemas(&prepared, &prepared.values, client, events)?;
    }
    Ok(prepared)
}

/// Checks `values`, which are those of `prepared`, against the schemas of the chart and its
/// subcharts.
///
/// # Errors
/// Values that break a schema.
pub(crate) fn check_schemas(
    prepared: &Prepared,
    values: &Map,
    client: &Client,
    events: &dyn Events,
) -> Result<(), Error> {
    let checked = schema::check(&prepared.chart, values, client, events);
    checked.map_err(|error| {
        if events.wants_explanations() {
            explain::schema(prepared, values, error)
        } else {
            error
        }
    })
}

/// Tells the caller what a lower layer noticed.
pub(crate) fn report(warnings: Vec<pintle_chart::Warning>, events: &dyn Events) {
    for warning in warnings {
        let level = match warning.level {
            pintle_chart::Level::Info => Level::Info,
            pintle_chart::Level::Warn => Level::Warn,
        };
        let mut log = Log::new(level, warning.message);
        for (key, value) in warning.attributes {
            log = log.with(key, value);
        }
        events.log(log);
    }
}

/// Renders and sorts the result into manifests and hooks.
///
/// # Errors
/// A cluster that is too old for the chart, a template that fails, output that is not YAML; in
/// the last case the rendered text comes along in [`Error::output`].
pub(crate) fn render(
    prepared: &Prepared,
    facts: Facts,
    events: &dyn Events,
) -> Result<Output, Error> {
    check_kube_version(&prepared.chart, &facts.capabilities)?;
    let post_renderer = facts.post_renderer.clone();
    let context = context(facts);
    let explained = |error: Error| {
        if events.wants_explanations() {
            explain::render(prepared, &context, error)
        } else {
            error
        }
    };
    // Documents are read while others are still being rendered.
    let documents: Beside<SharedStr, Result<FileRead, pintle_manifest::Error>> =
        Beside::new(|| Box::new(|path, text| read_file(path, &text)));
    let read = |path: &str, text: &SharedStr| {
        documents.add(path.to_owned(), text.clone(), text.len());
    };
    let helpers = Helpers {
        ahead: prepared.ahead.as_ref(),
        file: post_renderer.is_none().then_some(&read),
    };
    let mut rendered = render_helped(&prepared.chart, &prepared.values, &context, helpers)
        .map_err(|error| explained(render_error(error)))?;
    if let Some(plugin) = &post_renderer {
        rendered.files = post_render(&rendered.files, plugin)?;
    }
    documents.help();
    let classified = classify_with(&rendered.files, |path, text| {
        let done = documents.take(path);
        done.unwrap_or_else(|| read_file(path, text))
    });
    let classified = classified.map_err(|error| {
        report_skipped(&error.skipped, events);
        explained(yaml_error(&error, &rendered))
    })?;
    report_skipped(&classified.skipped, events);
    Ok(Output {
        classified,
        rendered,
    })
}

fn report_skipped(hooks: &[SkippedHook], events: &dyn Events) {
    for hook in hooks {
        let log = Log::new(Level::Info, "skipping unknown hooks");
        events.log(log.with("hookTypes", hook.events.clone()));
    }
}

/// What a render is told.
pub(crate) fn context(facts: Facts) -> Context {
    Context {
        release: facts.release,
        capabilities: facts.capabilities,
        lookup: facts.lookup,
        env: facts.env,
        dialect: facts.dialect,
    }
}

/// The same beside an async program: templates may block while they look objects up.
pub(crate) async fn render_beside(
    session: &Session,
    prepared: Prepared,
    facts: Facts,
) -> Result<(Prepared, Output), Error> {
    let events = Arc::clone(&session.events);
    let work = tokio::task::spawn_blocking(move || {
        let output = render(&prepared, facts, &*events)?;
        Ok((prepared, output))
    });
    work.await.unwrap_or_else(|error| {
        Err(Error::new(
            Class::Render,
            format!("rendering template failed: {error}"),
        ))
    })
}

fn render_error(error: pintle_render::Error) -> Error {
    let mut found = Error::new(Class::Render, error.text);
    if let Some(place) = error.place.filter(|place| place.line > 0) {
        found = found.hint(format!("look at {place}"));
    }
    found
}

/// HELM: with `--debug` everything that was rendered is shown before the error.
fn yaml_error(error: &pintle_manifest::Error, rendered: &Rendered) -> Error {
    let mut output = String::new();
    for (path, text) in &rendered.files {
        if !text.trim().is_empty() {
            let _ = writeln!(output, "---\n# Source: {path}\n{text}");
        }
    }
    Error::new(Class::Render, error.to_string())
        .hint(format!(
            "the output of {} is no YAML; see it with --debug",
            error.path
        ))
        .with_output(output)
}

fn check_kube_version(chart: &Chart, capabilities: &Capabilities) -> Result<(), Error> {
    let wanted = &chart.metadata.kube_version;
    if wanted.is_empty() {
        return Ok(());
    }
    let version = &capabilities.kube_version;
    let compatible = Constraint::parse(wanted)
        .ok()
        .zip(Version::parse(&version.normalized).ok())
        .is_some_and(|(constraint, version)| constraint.check(&version));
    if compatible {
        return Ok(());
    }
    Err(Error::new(
        Class::Render,
        format!(
            "chart requires kubeVersion: {wanted} which is incompatible with Kubernetes {}",
            version.version
        ),
    )
    .hint("--kube-version sets the version to render for without a cluster"))
}

/// The text of a release's manifest: every document under its source.
pub(crate) fn manifest_text(
    chart: Option<&Chart>,
    manifests: &[Manifest],
    hide_secret: bool,
) -> String {
    let page = manifest_page(chart, manifests, hide_secret);
    let mut text = String::with_capacity(page.pieces().map(str::len).sum());
    text.extend(page.pieces());
    text
}

/// The same in pieces.
pub(crate) fn manifest_page(
    chart: Option<&Chart>,
    manifests: &[Manifest],
    hide_secret: bool,
) -> Page {
    let mut page = Page::default();
    for crd in chart.map(Chart::crds).unwrap_or_default() {
        page.document(&crd.path, SharedStr::from(crd.file.data.text()).into());
    }
    for manifest in manifests {
        let is_secret = manifest.head.kind == "Secret" && manifest.head.api_version == "v1";
        let body = if hide_secret && is_secret {
            "# HIDDEN: The Secret output has been suppressed".into()
        } else {
            manifest.text.clone()
        };
        page.document(&manifest.path, body);
    }
    page
}
