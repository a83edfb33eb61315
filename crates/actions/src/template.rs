//! `template`: render a chart without a cluster.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use pintle_chart::ignore::glob_matches;
use pintle_fetch::Client;
use pintle_manifest::{Hook, HookEvent, split};
use pintle_plan::Owner;
use pintle_plugin::PostRenderer;
use pintle_render::{Ahead, Capabilities, Dialect, KubeVersion, Lookup, ReleaseFacts};
use pintle_sprig::Env;

use crate::checked::check_and_render;
use crate::input::{self, ChartInput, ValuesInput};
use crate::page::Page;
use crate::prepare::{self, Facts, Given, Output, Prepared};
use crate::strict::Strict;
use crate::{Class, Error, Events, Session, SourceMap, objects};

/// What to render and what to show of it.
#[derive(Debug, Clone, Default)]
pub struct TemplateOptions {
    /// The release's name (`release-name` when the user gives none).
    pub name: String,
    /// The release's namespace.
    pub namespace: String,
    /// The chart.
    pub chart: ChartInput,
    /// The user's values.
    pub values: ValuesInput,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// `--api-versions`
    pub api_versions: Vec<String>,
    /// `--include-crds`
    pub include_crds: bool,
    /// `--skip-crds`: with a cluster, no word about custom resource definitions
    pub skip_crds: bool,
    /// `--skip-tests`
    pub skip_tests: bool,
    /// `--no-hooks`
    pub no_hooks: bool,
    /// `--skip-schema-validation`
    pub skip_schema_validation: bool,
    /// `--is-upgrade`
    pub is_upgrade: bool,
    /// `--show-only`, in flag order
    pub show_only: Vec<String>,
    /// `--output-dir`
    pub output_dir: Option<PathBuf>,
    /// `--release-name`: a folder of that name under the output folder
    pub release_name_folder: bool,
    /// `--post-renderer`
    pub post_renderer: Option<PostRenderer>,
    /// `--dialect`: what templates are told of Helm
    pub dialect: Dialect,
}

/// Renders a chart; the outcome is for standard output.
///
/// With an output folder the documents are written there, and each file is told through
/// [`Events::message`].
///
/// # Errors
/// Chart, values or templates at fault, or a pattern of `show_only` that matches nothing.
pub fn template(options: &TemplateOptions, env: &Env, events: &dyn Events) -> Result<Page, Error> {
    let capabilities = assumed(options)?;
    let prepared = prepared(options, None, env, events)?;
    let facts = facts(options, capabilities, None, env);
    let schemas = options.values.schemas(options.skip_schema_validation);
    let output = check_and_render(&prepared, schemas, facts, events)?.map_err(debuggable)?;
    let page = shown(options, &prepared, &output, events)?;
    Ok(page.made_of((prepared, output)))
}

/// Which template line wrote each line of `output`, which [`template()`] made with the same
/// options. Renders once more.
///
/// # Errors
/// As [`template()`].
pub fn source_map(options: &TemplateOptions, env: &Env, output: &str) -> Result<SourceMap, Error> {
    let events = &crate::Silent;
    let prepared = prepared(options, None, env, events)?;
    let context = prepare::context(facts(options, assumed(options)?, None, env));
    let trace = pintle_render::trace::trace(&prepared.chart, &prepared.values, &context);
    Ok(crate::source_map::map(output, &trace.files))
}

/// The same as the cluster would have it (`--dry-run=server`): its capabilities, its objects for
/// `lookup`, and the check that the objects could be installed.
///
/// # Errors
/// As [`template()`]; the cluster does not answer, does not know a kind, or has an object that
/// belongs to another release.
pub async fn template_on_server(
    session: &Session,
    options: &TemplateOptions,
    take_ownership: bool,
) -> Result<Page, Error> {
    let events = &*session.events;
    crate::install::check_reachable(session).await?;
    let schemas = options.values.schemas(options.skip_schema_validation);
    let prepared = prepared(options, schemas, &session.env, events)?;
    if !options.skip_crds && !prepared.chart.crds().is_empty() {
        crate::crds::warn(session);
    }
    let (capabilities, lookup) = crate::capabilities::of(session).await?;
    let facts = facts(options, capabilities, lookup, &session.env);
    let rendered = prepare::render_beside(session, prepared, facts).await;
    let (prepared, output) = rendered.map_err(debuggable)?;

    let manifest = prepare::manifest_text(None, &output.classified.manifests, false);
    let resources = objects::build(session, &manifest, &options.namespace)
        .await
        .map_err(|error| {
            error.prefixed("unable to build kubernetes objects from release manifest: ")
        })?;
    if !options.is_upgrade {
        let owner = Owner {
            name: options.name.clone(),
            namespace: options.namespace.clone(),
        };
        objects::adoptable(session, &resources, &owner, take_ownership)
            .await
            .map_err(|error| error.prefixed("unable to continue with install: "))?;
    }
    shown(options, &prepared, &output, events)
}

fn debuggable(error: Error) -> Error {
    error.suffixed("\n\nUse --debug flag to render out invalid YAML")
}

fn facts(
    options: &TemplateOptions,
    capabilities: Capabilities,
    lookup: Option<Arc<dyn Lookup>>,
    env: &Env,
) -> Facts {
    Facts {
        release: ReleaseFacts {
            name: options.name.clone(),
            namespace: options.namespace.clone(),
            revision: 1,
            is_upgrade: options.is_upgrade,
        },
        capabilities,
        lookup,
        env: env.clone(),
        post_renderer: options.post_renderer.clone(),
        dialect: options.dialect,
    }
}

fn shown(
    options: &TemplateOptions,
    prepared: &Prepared,
    output: &Output,
    events: &dyn Events,
) -> Result<Page, Error> {
    let mut page = manifests(options, prepared, output, events)?;
    hooks(options, &output.classified.hooks, &mut page, events)?;
    if options.show_only.is_empty() {
        return Ok(page);
    }
    only(&page.to_string(), &options.show_only).map(Page::from)
}

/// `schemas` is as for [`prepare::coalesce`].
fn prepared(
    options: &TemplateOptions,
    schemas: Option<&Client>,
    env: &Env,
    events: &dyn Events,
) -> Result<Prepared, Error> {
    let path = input::locate(&options.chart, events)?;
    let (user, sources) = input::user_values(&options.values, events)?;
    let ahead = Ahead::new(env);
    let chart = input::load_watched(&path, &ahead, events)?;
    let mut chart = prepare::check(chart, &path, &options.chart, events)?;
    crate::name::check(&options.name).map_err(|error| crate::name::refused(error, events))?;
    let strict = Strict::new(options.values.strict, &chart);
    prepare::process_dependencies_aloud(&mut chart, &user, events)?;
    strict.check(&chart, (&user, &sources), env, events)?;
    let prepared = prepare::coalesce(chart, Given::new(user, sources), schemas, events)?;
    events.loaded();
    Ok(prepared.parsed(ahead))
}

fn assumed(options: &TemplateOptions) -> Result<Capabilities, Error> {
    let mut capabilities = Capabilities::default();
    if let Some(version) = &options.kube_version {
        capabilities.kube_version =
            KubeVersion::parse(version).map_err(|text| Error::new(Class::Input, text))?;
    }
    let more = options.api_versions.iter().cloned();
    capabilities.api_versions.extend(more);
    Ok(capabilities)
}

/// HELM: without a folder the manifests are trimmed as a whole and end in one newline.
fn manifests(
    options: &TemplateOptions,
    prepared: &Prepared,
    output: &Output,
    events: &dyn Events,
) -> Result<Page, Error> {
    let chart = options.include_crds.then_some(&prepared.chart);
    let manifests = &output.classified.manifests;
    let Some(folder) = &options.output_dir else {
        let mut page = prepare::manifest_page(chart, manifests, false);
        page.trim_end();
        page.push_str("\n");
        return Ok(page);
    };
    let mut writer = Writer::new(folder.clone(), events);
    for crd in chart.map(pintle_chart::Chart::crds).unwrap_or_default() {
        writer.write(&crd.path, &String::from_utf8_lossy(&crd.file.data))?;
    }
    let mut writer = Writer::new(release_folder(options, folder), events);
    for manifest in manifests {
        writer.write(&manifest.path, &manifest.text)?;
    }
    Ok("\n".to_owned().into())
}

fn hooks(
    options: &TemplateOptions,
    hooks: &[Hook],
    page: &mut Page,
    events: &dyn Events,
) -> Result<(), Error> {
    if options.no_hooks {
        return Ok(());
    }
    let folder = options.output_dir.as_ref();
    let mut writer =
        folder.map(|folder| Writer::appending(release_folder(options, folder), events));
    for hook in hooks {
        if options.skip_tests && hook.events.contains(&HookEvent::Test) {
            continue;
        }
        match &mut writer {
            Some(writer) => writer.write(&hook.path, &hook.manifest)?,
            None => page.document(&hook.path, hook.manifest.as_str().into()),
        }
    }
    Ok(())
}

fn release_folder(options: &TemplateOptions, folder: &Path) -> PathBuf {
    if options.release_name_folder {
        folder.join(&options.name)
    } else {
        folder.to_owned()
    }
}

/// Keeps the documents whose source matches a pattern, in the order of the patterns.
fn only(text: &str, patterns: &[String]) -> Result<String, Error> {
    let documents = split(text);
    let mut shown = String::new();
    for pattern in patterns {
        let mut missing = true;
        for document in &documents {
            if source(document).is_some_and(|path| glob_matches(pattern, path).unwrap_or(false)) {
                let _ = writeln!(shown, "---\n{document}");
                missing = false;
            }
        }
        if missing {
            return Err(Error::new(
                Class::Input,
                format!("could not find template {pattern} in chart"),
            )
            .hint("give the path below the chart's folder, such as templates/service.yaml; partials, notes and templates without output never match"));
        }
    }
    Ok(shown)
}

/// The path after the chart's name in a document's `# Source:` line.
fn source(document: &str) -> Option<&str> {
    let (_, after) = document.split_once("# Source: ")?;
    let line = after.lines().next()?;
    let (chart, path) = line.split_once('/')?;
    (!chart.is_empty() && !path.is_empty()).then_some(path)
}

/// Writes documents to files; several documents of one file follow each other.
struct Writer<'a> {
    folder: PathBuf,
    written: BTreeSet<PathBuf>,
    appending: bool,
    events: &'a dyn Events,
}

impl<'a> Writer<'a> {
    fn new(folder: PathBuf, events: &'a dyn Events) -> Self {
        Self {
            folder,
            written: BTreeSet::new(),
            appending: false,
            events,
        }
    }

    /// HELM: hooks are added to files that exist already, whoever wrote them.
    fn appending(folder: PathBuf, events: &'a dyn Events) -> Self {
        Self {
            appending: true,
            ..Self::new(folder, events)
        }
    }

    fn write(&mut self, name: &str, text: &str) -> Result<(), Error> {
        let path = self.folder.join(inside(name)?);
        let append = self.written.contains(&path) || (self.appending && path.exists());
        put(&path, append, name, text).map_err(|error| {
            Error::new(Class::Input, format!("open {}: {error}", path.display()))
        })?;
        self.events.message(&format!("wrote {}", path.display()));
        self.written.insert(path);
        Ok(())
    }
}

fn put(path: &Path, append: bool, name: &str, text: &str) -> std::io::Result<()> {
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let mut file = fs::OpenOptions::new()
        .create(true)
        .write(true)
        .append(append)
        .truncate(!append)
        .open(path)?;
    write!(file, "---\n# Source: {name}\n{text}\n")
}

/// A chart's author chooses file names: none may lead out of the output folder.
fn inside(name: &str) -> Result<&Path, Error> {
    let path = Path::new(name);
    if path
        .components()
        .all(|part| matches!(part, Component::Normal(_)))
    {
        return Ok(path);
    }
    Err(Error::new(
        Class::Input,
        format!("template {name:?} would be written outside the output folder"),
    ))
}
