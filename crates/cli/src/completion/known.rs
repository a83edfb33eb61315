//! Candidates that files and the cluster know. What cannot be found out is nothing to choose from,
//! and no failure.

use std::fs;

use pintle_actions::complete::{self, ChartVersion};
use pintle_actions::{ListOptions, list_repositories};
use pintle_plugin::Config;
use pintle_release::{ChartSummary, Release, StoredChart};

use super::directive::Directive;
use super::{Candidate, Candidates, Line};
use crate::commands::repo::places;
use crate::connect::{self, Connection};
use crate::console::Console;
use crate::sandbox::Place;
use crate::settings::Settings;

/// The cluster, or the sandbox if that runs: nobody starts one by a key.
fn connection(line: &Line<'_>) -> Option<Connection> {
    if !line.settings.sandbox {
        return Connection::new(line.settings).ok();
    }
    let place = Place::of(line.settings);
    let settings = Settings {
        sandbox: false,
        ..place.settings(line.settings)
    };
    let runs = place.is_running().unwrap_or_default();
    runs.then(|| Connection::new(&settings).ok()).flatten()
}

/// Names of releases that are not named yet.
pub(super) fn releases(line: &Line<'_>) -> Candidates {
    let options = ListOptions::default();
    let found = connection(line).and_then(|connection| {
        let listed = connection.run(Console::new(line.settings), async |session| {
            pintle_actions::list(session, &options).await
        });
        listed.ok()
    });
    let Some(found) = found else {
        return Candidates::files();
    };
    let named = &line.args.arguments;
    let open = found
        .iter()
        .filter(|release| !named.contains(&release.name));
    let list = open.map(|release| {
        let (chart, status) = (chart_of(release).name_version(), release.info.status.name());
        Candidate::new(&release.name, format!("{chart} -> {status}"))
    });
    Candidates::new(list.collect(), Directive::NO_FILES)
}

fn chart_of(release: &Release) -> ChartSummary {
    let chart = release.chart.as_ref();
    chart.map(StoredChart::summary).unwrap_or_default()
}

/// The revisions of a release.
pub(super) fn revisions(line: &Line<'_>, release: &str) -> Candidates {
    let found = connection(line).and_then(|connection| {
        let history = connection.run(Console::new(line.settings), async |session| {
            pintle_actions::history(session, release, usize::MAX).await
        });
        history.ok()
    });
    let Some(found) = found else {
        return Candidates::new(Vec::new(), Directive::ERROR);
    };
    let list = found.iter().map(|revision| {
        let chart = chart_of(revision);
        let about = format!(
            "App: {}, Chart: {}",
            chart.app_version,
            chart.name_version()
        );
        Candidate::new(revision.revision.to_string(), about)
    });
    Candidates::new(list.collect(), Directive::NO_FILES)
}

/// Names of namespaces.
pub(super) fn namespaces(line: &Line<'_>) -> Candidates {
    let names = connection(line).and_then(|connection| {
        let names = connection.run(Console::new(line.settings), async |session| {
            complete::namespaces(session).await
        });
        names.ok()
    });
    names.map_or_else(Candidates::files, |names| {
        let list = names.into_iter().map(Candidate::plain).collect();
        Candidates::new(list, Directive::NO_FILES)
    })
}

/// The contexts of the kubeconfig, with their clusters.
pub(super) fn contexts(line: &Line<'_>) -> Candidates {
    let contexts = connect::contexts(line.settings).unwrap_or_default();
    let list = contexts.into_iter();
    let list = list.map(|(name, cluster)| Candidate::new(name, cluster));
    Candidates::new(list.collect(), Directive::NO_FILES)
}

/// Names of repositories that are not named yet.
pub(super) fn repositories(line: &Line<'_>) -> Candidates {
    let named = &line.args.arguments;
    let all = list_repositories(&places(line.settings)).into_iter();
    let open = all.filter(|repository| !named.contains(&repository.name));
    let list = open.map(|repository| Candidate::new(repository.name, repository.url));
    Candidates::new(list.collect(), Directive::NO_FILES)
}

/// Names of plugins that are not named yet.
pub(super) fn plugins(line: &Line<'_>) -> Candidates {
    let named = &line.args.arguments;
    let all = crate::plugins::all(line.settings).unwrap_or_default();
    let open = all
        .iter()
        .filter_map(|plugin| match &plugin.metadata.config {
            Config::Cli(cli) if !named.contains(&plugin.metadata.name) => {
                Some(Candidate::new(&plugin.metadata.name, &cli.short))
            }
            _ => None,
        });
    Candidates::new(open.collect(), Directive::NO_FILES)
}

/// The versions of a chart of a repository.
pub(super) fn versions(line: &Line<'_>, chart: &str) -> Candidates {
    let list = match chart.split('/').collect::<Vec<_>>()[..] {
        [repository, chart] => complete::chart_versions(&places(line.settings), repository, chart),
        _ => Vec::new(),
    };
    let list = list.into_iter().map(|version: ChartVersion| {
        let app = match version.app_version.as_str() {
            "" => String::new(),
            app => format!("App: {app}, "),
        };
        let deprecated = if version.is_deprecated {
            "(deprecated)"
        } else {
            ""
        };
        let about = format!("{app}Created: {} {deprecated}", version.created);
        Candidate::new(version.version, about)
    });
    Candidates::new(list.collect(), Directive::NO_FILES)
}

/// How a chart may be named that is neither in a repository nor a file here.
const PREFIXES: [(&str, &str); 4] = [
    ("oci://", "Chart OCI prefix"),
    ("https://", "Chart URL prefix"),
    ("http://", "Chart URL prefix"),
    ("file://", "Chart local URL prefix"),
];

/// Charts of repositories, the repositories first; `files`, those here too.
pub(super) fn charts(line: &Line<'_>, files: bool) -> Candidates {
    let word = line.word;
    let mut list = Vec::new();
    let mut directive = Directive::default();
    let places = places(line.settings);
    let repositories = list_repositories(&places);
    let inside = repositories.iter().find(|repository| {
        word.strip_prefix(repository.name.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    });
    // HELM: repositories that come before it in the list are offered beside its charts.
    for repository in &repositories {
        let name = &repository.name;
        if inside.is_some_and(|inside| inside.name == *name) {
            let charts = complete::chart_names(&places, name).into_iter();
            list.extend(charts.map(|chart| Candidate::plain(format!("{name}/{chart}"))));
            directive = Directive::default();
            break;
        }
        if name.starts_with(word) {
            list.push(Candidate::new(format!("{name}/"), &repository.url));
            directive = Directive::NO_SPACE;
        }
    }
    for (prefix, about) in PREFIXES {
        if prefix.starts_with(word) {
            list.push(Candidate::new(prefix, about));
            directive = directive.and(Directive::NO_SPACE);
        }
    }
    if files && word.is_empty() {
        list.push(Candidate::new("./", "Relative path prefix to local chart"));
        list.push(Candidate::new("/", "Absolute path prefix to local chart"));
    } else if files && !list.is_empty() {
        list.extend(files_here(word));
    }
    if !files {
        directive = directive.and(Directive::NO_FILES);
    }
    Candidates::new(list, directive)
}

/// Beside other candidates a shell offers no files of its own.
fn files_here(word: &str) -> Vec<Candidate> {
    let entries = fs::read_dir(".").into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<String> = names.filter(|name| name.starts_with(word)).collect();
    names.sort_unstable();
    names.into_iter().map(Candidate::plain).collect()
}
