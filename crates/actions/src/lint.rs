//! `lint`: what is wrong with a chart, or might be.
//!
//! One file a family of rules, in the order in which they are told:
//!
//! - `chartfile`: `Chart.yaml`; with `addresses`: what counts as a URL or an e-mail address
//! - `values`: `values.yaml`, and its schema
//! - `templates`: the templates and what they make; with `documents` (YAML and JSON to heads of
//!   objects), `names` (what objects may be called), `deprecations` (old kinds) and `lists`
//! - `dependencies`: what is declared and what is there
//! - `unread`: values that no template reads (`--strict-values`)
//! - `crds`: the files under `crds/`
//!
//! And around them: `message` (what is told), `explained` (why, for who wants to know),
//! `folder` (where rules look), `archive` (archives as folders), `subcharts` (`--with-subcharts`).

mod addresses;
mod archive;
mod chartfile;
mod crds;
mod dependencies;
mod deprecations;
mod documents;
mod explained;
mod folder;
mod lists;
mod message;
mod names;
mod subcharts;
mod templates;
mod unread;
mod values;

use std::path::{Component, Path, PathBuf};

use pintle_chart::disk::{absolute, load_dir};
use pintle_chart::{Chart, File, Warning, load_folder_files};
use pintle_go_value::Map;
use pintle_render::{Ahead, Capabilities, Dialect, KubeVersion};
use pintle_schema::Compiled;
use pintle_sprig::Env;
use pintle_values::options::UserValues;

use crate::explain::Explanation;
use crate::input::{ValuesInput, user_values};
use crate::prepare::report;
use crate::{Class, Error, Events, StrictValues};
use crds::Looking;
use folder::Folder;

pub use message::{Message, Severity};

/// How charts are looked at.
#[derive(Debug, Clone, Default)]
pub struct LintOptions {
    /// The namespace that templates see.
    pub namespace: String,
    /// The user's values.
    pub values: ValuesInput,
    /// `--kube-version`
    pub kube_version: Option<String>,
    /// `--skip-schema-validation`
    pub skip_schema: bool,
    /// `--strict`: warnings count as failures.
    pub strict: bool,
    /// `--with-subcharts`
    pub with_subcharts: bool,
    /// `--dialect`: what templates are told of Helm
    pub dialect: Dialect,
}

/// What was found out about one path.
#[derive(Debug, Clone)]
pub struct LintReport {
    /// The path, as it was given or found.
    pub path: String,
    /// What the rules say, in their order; or why there is no chart to look at.
    pub found: Result<Vec<Message>, String>,
    /// Whether the chart failed.
    pub failed: bool,
}

/// Looks at the charts in these folders and archives.
///
/// # Errors
/// Values or a Kubernetes version that cannot be read; what is wrong with a chart is no error.
pub fn lint(
    paths: &[String],
    options: &LintOptions,
    env: &Env,
    events: &dyn Events,
) -> Result<Vec<LintReport>, Error> {
    let kube_version = options.kube_version.as_deref().map(parse_kube_version);
    let kube_version = kube_version.transpose()?;
    let mut paths = paths.to_vec();
    if options.with_subcharts {
        paths.extend(subcharts::below(&paths));
    }
    let (user, sources) = user_values(&options.values, events)?;
    let context = Context {
        options,
        kube_version: kube_version.unwrap_or_else(|| Capabilities::default().kube_version),
        user,
        sources,
        env,
        events,
    };
    let reports = paths.into_iter().map(|path| context.report(path));
    Ok(reports.collect())
}

fn parse_kube_version(text: &str) -> Result<KubeVersion, Error> {
    KubeVersion::parse(text).map_err(|error| Error::new(Class::Input, error))
}

/// What all rules may ask besides the chart.
struct Context<'a> {
    options: &'a LintOptions,
    kube_version: KubeVersion,
    /// The user's values; copy before changing.
    user: Map,
    /// Where they come from.
    sources: UserValues,
    env: &'a Env,
    events: &'a dyn Events,
}

impl Context<'_> {
    fn report(&self, path: String) -> LintReport {
        let found = self.messages(&path);
        let limit = if self.options.strict {
            Severity::Warning
        } else {
            Severity::Error
        };
        LintReport {
            failed: match &found {
                Ok(messages) => messages.iter().any(|message| message.severity >= limit),
                Err(_) => true,
            },
            path,
            found,
        }
    }

    /// What the rules say about the chart at a path.
    fn messages(&self, path: &str) -> Result<Vec<Message>, String> {
        let ahead = Ahead::new(self.env);
        let looking = Looking::new(&ahead);
        if !archive::is_archive(path) {
            return self.check(Path::new(path), &looking);
        }
        let (folder, files) = archive::unpack(path, &looking)?;
        Ok(self.rules(Subject::new(folder, Some(files), &looking)))
    }

    /// What they say about a folder on disk.
    fn check(&self, folder: &Path, looking: &Looking<'_>) -> Result<Vec<Message>, String> {
        Folder::on_disk(joined(folder, ""))
            .has("Chart.yaml")
            .map_err(|error| format!("unable to check Chart.yaml file in chart: {error}"))?;
        let folder = absolute(folder).map_err(|error| error.text().to_owned())?;
        Ok(self.rules(Subject::new(Folder::on_disk(folder), None, looking)))
    }

    fn rules(&self, mut subject: Subject<'_>) -> Vec<Message> {
        chartfile::check(&mut subject);
        values::check(&mut subject, self);
        templates::check(&mut subject, self);
        if self.options.values.strict != StrictValues::Off {
            unread::check(&mut subject, self);
        }
        dependencies::check(&mut subject, self);
        crds::check(&mut subject, self);
        subject.messages
    }
}

/// A chart under the rules.
struct Subject<'a> {
    /// Its folder.
    folder: Folder,
    /// The files in it, if they have been read.
    files: Option<Vec<File>>,
    /// What is looked at and parsed while the chart is read.
    looking: &'a Looking<'a>,
    /// What was said so far.
    messages: Vec<Message>,
    loaded: Option<Loaded>,
    /// The schema that more than one rule checks values against.
    compiled: Compiled,
}

/// A chart that was read once for all rules; or why it cannot be.
struct Loaded {
    chart: Result<Chart, String>,
    warnings: Vec<Warning>,
}

impl<'a> Subject<'a> {
    fn new(folder: Folder, files: Option<Vec<File>>, looking: &'a Looking<'a>) -> Self {
        Self {
            folder,
            files,
            looking,
            messages: Vec::new(),
            loaded: None,
            compiled: Compiled::default(),
        }
    }

    /// Says what a rule found, if anything; whether it was content.
    fn rule(&mut self, severity: Severity, path: &str, found: Result<(), String>) -> bool {
        let Err(text) = found else {
            return true;
        };
        self.messages.push(Message {
            severity,
            path: path.to_owned(),
            text,
            explanation: None,
        });
        false
    }

    /// The same with why it is so, if somebody wants to know and there is something to tell.
    fn explained_rule(
        &mut self,
        (severity, path): (Severity, &str),
        found: Result<(), String>,
        context: &Context<'_>,
        explanation: impl FnOnce(&mut Self) -> Explanation,
    ) {
        if self.rule(severity, path, found) || !context.events.wants_explanations() {
            return;
        }
        let explanation = explanation(self);
        let told = |message: &Message| message.explanation.as_deref() == Some(&explanation);
        if explanation.is_empty() || self.messages.iter().any(told) {
            return;
        }
        if let Some(last) = self.messages.last_mut() {
            last.explanation = Some(Box::new(explanation));
        }
    }

    /// Whether what has this name is a folder, in Helm's words if not.
    fn is_folder(&self, name: &str) -> Result<(), String> {
        if self.folder.is_folder(name)? {
            return Ok(());
        }
        Err("not a directory".to_owned())
    }

    /// What the chart's files are told below: its folder's name.
    fn name(&self) -> String {
        let name = self.folder.path().file_name().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    /// The chart as it is loaded for a release.
    ///
    /// HELM: each family of rules loads the chart again, and what is logged on the way is logged
    /// again.
    fn chart(&mut self, events: &dyn Events) -> Result<Chart, String> {
        let loaded = self.loaded();
        report(loaded.warnings.clone(), events);
        loaded.chart.clone()
    }

    fn loaded(&mut self) -> &Loaded {
        self.loaded.get_or_insert_with(|| {
            Loaded::new(match self.files.take() {
                Some(files) => load_folder_files(files, self.looking),
                None => load_dir(self.folder.path(), self.looking),
            })
        })
    }
}

impl Loaded {
    fn new(loaded: Result<(Chart, Vec<Warning>), pintle_chart::Error>) -> Self {
        match loaded {
            Ok((chart, warnings)) => Self {
                chart: Ok(chart),
                warnings,
            },
            Err(error) => Self {
                chart: Err(error.text().to_owned()),
                warnings: Vec::new(),
            },
        }
    }
}

/// Go's `filepath.Join`: `.` and `..` resolved.
pub(crate) fn joined(folder: &Path, name: &str) -> PathBuf {
    let mut clean = PathBuf::new();
    for part in folder.join(name).components() {
        let goes_back = matches!(clean.components().next_back(), Some(Component::Normal(_)));
        match part {
            Component::CurDir => {}
            Component::ParentDir if goes_back => {
                clean.pop();
            }
            Component::ParentDir if clean.has_root() => {}
            other => clean.push(other),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_as_go_joins_them() {
        for (folder, expected) in [
            ("a", "a/x"),
            ("./a/", "a/x"),
            ("a/../b", "b/x"),
            ("../a", "../a/x"),
            ("oci://h/c", "oci:/h/c/x"),
            ("/../a", "/a/x"),
            (".", "x"),
            ("a/..", "x"),
        ] {
            assert_eq!(joined(Path::new(folder), "x"), Path::new(expected));
        }
    }
}
