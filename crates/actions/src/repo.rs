//! `repo`: the user's list of repositories.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use pintle_fetch::Client;
use pintle_repo::repositories::Lock;
use pintle_repo::{Repositories, Repository, cache, download};

use crate::prepare::report;
use crate::{Class, Error, Events};

/// Where the list of repositories is, and what is kept of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RepositoryPlaces {
    /// `repositories.yaml`
    pub list: PathBuf,
    /// The folder of indexes.
    pub cache: PathBuf,
    /// The folder of archives.
    pub content: PathBuf,
}

/// What to add.
#[derive(Debug, Clone, Default)]
pub struct AddOptions {
    /// The repository.
    pub repository: Repository,
    /// `--force-update`: whether one of the same name is replaced.
    pub replace: bool,
    /// `--allow-deprecated-repos`
    pub allow_deprecated: bool,
    /// How long the download of its index may take.
    pub timeout: Duration,
    /// The way to servers.
    pub client: Client,
}

/// Repositories that are gone for good, and what to use instead.
const GONE: [(&str, &str); 2] = [
    (
        "//kubernetes-charts.storage.googleapis.com",
        "https://charts.helm.sh/stable",
    ),
    (
        "//kubernetes-charts-incubator.storage.googleapis.com",
        "https://charts.helm.sh/incubator",
    ),
];

/// Adds a repository to the list; says what was done. `ask` gets the password of a user who
/// gave none.
///
/// # Errors
/// A name that is taken, a repository that does not answer.
pub fn add_repository(
    places: &RepositoryPlaces,
    options: AddOptions,
    ask: &dyn Fn() -> Result<String, Error>,
    events: &dyn Events,
) -> Result<String, Error> {
    let mut repository = options.repository;
    let (name, url) = (repository.name.clone(), repository.url.clone());
    if !options.allow_deprecated {
        let gone = GONE.iter().find(|(old, _)| url.contains(old));
        if let Some((_, instead)) = gone {
            return Err(input(format!(
                "repo {} is no longer available; try {instead:?} instead",
                quote(&url)
            )));
        }
    }
    let _lock = Lock::take(&places.list)?;
    let mut list = if places.list.exists() {
        let text = std::fs::read(&places.list).map_err(|error| unreadable(places, &error))?;
        Repositories::parse(&text)?
    } else {
        Repositories::default()
    };
    if !repository.username.is_empty() && repository.password.is_empty() {
        repository.password = ask()?;
    }
    if name.contains('/') {
        return Err(input(format!(
            "repository name ({name}) contains '/', please specify a different name without '/'"
        )));
    }
    if let Some(known) = list.get(&name).filter(|_| !options.replace) {
        if *known == repository {
            return Ok(format!(
                "{} already exists with the same configuration, skipping",
                quote(&name)
            ));
        }
        return Err(input(format!(
            "repository name ({name}) already exists, please specify a different name"
        ))
        .hint("--force-update replaces it"));
    }
    download::check(&repository, &options.client)?;
    let (warnings, kept) =
        download::update(&repository, &options.client, options.timeout, &places.cache);
    report(warnings, events);
    kept.map_err(|error| unreachable(&url, error))?;
    list.put(repository);
    list.save(&places.list)?;
    Ok(format!(
        "{} has been added to your repositories",
        quote(&name)
    ))
}

/// Helm's words for a repository that cannot be used.
pub(crate) fn unreachable(url: &str, error: pintle_repo::Error) -> Error {
    let doing = format!(
        "looks like {} is not a valid chart repository or cannot be reached",
        quote(url)
    );
    error.context(&doing).into()
}

/// The repositories, in the order of the list. HELM: a list that cannot be read is empty.
pub fn list_repositories(places: &RepositoryPlaces) -> Vec<Repository> {
    let list = Repositories::load(&places.list);
    list.map(|list| list.all().to_vec()).unwrap_or_default()
}

/// Takes repositories out of the list, with what is kept of them.
///
/// # Errors
/// A name that is not in the list; those before it are gone by then.
pub fn remove_repositories(
    places: &RepositoryPlaces,
    names: &[String],
    events: &dyn Events,
) -> Result<(), Error> {
    let nothing = || input("no repositories configured");
    if !places.list.exists() {
        return Err(nothing());
    }
    let _lock = Lock::take(&places.list)?;
    let mut list = Repositories::load(&places.list).map_err(|_| nothing())?;
    if list.all().is_empty() {
        return Err(nothing());
    }
    for name in names {
        if !list.remove(name) {
            return Err(input(format!("no repo named {} found", quote(name))));
        }
        list.save(&places.list)?;
        cache::remove(&places.cache, name)?;
        events.message(&format!(
            "{} has been removed from your repositories",
            quote(name)
        ));
    }
    Ok(())
}

/// Which repositories to update.
#[derive(Debug, Clone, Default)]
pub struct UpdateOptions {
    /// Their names; all for none.
    pub names: Vec<String>,
    /// How long each download may take.
    pub timeout: Duration,
    /// The way to servers.
    pub client: Client,
}

/// How many repositories are asked at once.
const AT_ONCE: usize = 16;

/// Fetches the indexes of repositories anew, several at once.
///
/// # Errors
/// A name that is not in the list; repositories that could not be fetched, when the others are
/// done.
pub fn update_repositories(
    places: &RepositoryPlaces,
    options: &UpdateOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let nothing = || {
        input("no repositories found. You must add one before updating")
            .hint("repo add NAME URL adds one")
    };
    let list = Repositories::load(&places.list).map_err(|error| {
        if error.is_absent() {
            return nothing();
        }
        let path = places.list.display();
        error
            .context(&format!("failed loading file: {path}"))
            .into()
    })?;
    if list.all().is_empty() {
        return Err(nothing());
    }
    let unknown = options.names.iter().find(|name| list.get(name).is_none());
    if let Some(name) = unknown {
        return Err(input(format!(
            "no repositories found matching '{name}'.  Nothing will be updated"
        ))
        .hint("repo list shows the names"));
    }
    let wanted = |one: &&Repository| options.names.is_empty() || options.names.contains(&one.name);
    let repositories: Vec<&Repository> = list.all().iter().filter(wanted).collect();
    for repository in &repositories {
        download::check(repository, &options.client)?;
    }
    events.message("Hang tight while we grab the latest from your chart repositories...");
    let failed = fetch_all(&repositories, places, options, events);
    if failed.is_empty() {
        events.message("Update Complete. ⎈Happy Helming!⎈");
        return Ok(());
    }
    Err(input(format!(
        "failed to update the following repositories: [{}]",
        failed.join(" ")
    )))
}

/// The URLs of those that could not be fetched, in the order of the list.
fn fetch_all(
    repositories: &[&Repository],
    places: &RepositoryPlaces,
    options: &UpdateOptions,
    events: &dyn Events,
) -> Vec<String> {
    let next = AtomicUsize::new(0);
    let failed = Mutex::new(Vec::new());
    let told = Mutex::new(());
    let work = || {
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(one) = repositories.get(place) else {
                return;
            };
            let (warnings, kept) =
                download::refresh(one, &options.client, options.timeout, &places.cache);
            let _alone = told.lock();
            report(warnings, events);
            let name = quote(&one.name);
            match kept {
                Ok(()) => events.message(&format!(
                    "...Successfully got an update from the {name} chart repository"
                )),
                Err(error) => {
                    events.message(&format!(
                        "...Unable to get an update from the {name} chart repository ({}):\n\t{error}",
                        one.url
                    ));
                    if let Ok(mut failed) = failed.lock() {
                        failed.push((place, one.url.clone()));
                    }
                }
            }
        }
    };
    thread::scope(|scope| {
        for _ in 0..repositories.len().min(AT_ONCE) {
            scope.spawn(work);
        }
    });
    let mut failed = failed.into_inner().unwrap_or_default();
    failed.sort();
    failed.into_iter().map(|(_, url)| url).collect()
}

fn unreadable(places: &RepositoryPlaces, error: &std::io::Error) -> Error {
    let reason = pintle_chart::disk::go_text(error);
    input(format!("open {}: {reason}", places.list.display()))
}

fn input(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}

pub(crate) fn quote(text: &str) -> String {
    pintle_go_value::format::quoted::quote(text)
}
