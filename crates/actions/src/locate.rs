//! From the words that name a chart to a folder or archive on this machine.

mod known;

use std::path::{Path, PathBuf};
use std::time::Duration;

use pintle_fetch::{Client, Credentials, Request, Tls};
use pintle_registry::{Listener, Places, is_oci};
use pintle_repo::content::{Contents, Kind, hex, parse_digest};
use pintle_repo::index::find;
use pintle_repo::{Catalog, Repositories, Repository, cache, download, url};
use pintle_sprig::parse_url;

use crate::input::ChartInput;
use crate::prepare::report;
use crate::provenance;
use crate::repo::{RepositoryPlaces, quote, unreachable};
use crate::{Class, Error, Events, Level, Log};

pub(crate) use self::known::known_versions;

/// How charts are fetched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// `--username`
    pub username: String,
    /// `--password`
    pub password: String,
    /// `--pass-credentials`
    pub pass_credentials: bool,
    /// `--ca-file` and its relatives.
    pub tls: Tls,
    /// `--plain-http`
    pub plain_http: bool,
    /// `--allow-git`: how Git may be asked for charts: `https`, `ssh`, `file`; not at all for none.
    pub git: Vec<String>,
    /// Repositories, and what is kept of them.
    pub places: RepositoryPlaces,
    /// The way to servers.
    pub client: Client,
    /// Where credentials for registries are kept.
    pub registries: Places,
    /// Who is told of every request to a registry.
    pub listener: Option<Listener>,
    /// Whether what Helm says of a chart from a registry goes to stdout.
    pub tells_on_stdout: bool,
}

/// How long Helm waits for a server.
const PATIENCE: Duration = Duration::from_mins(2);

/// An archive on a server.
#[derive(Debug, Clone)]
pub struct Remote {
    /// How it is asked for.
    pub request: Request,
    /// Its digest, if the index has one.
    pub digest: String,
}

/// Finds a chart, and fetches its archive when it is not here.
///
/// HELM: an existing path wins over everything; a path that looks like one must exist.
///
/// # Errors
/// There is no such chart, or it cannot be fetched.
pub(crate) fn locate(input: &ChartInput, events: &dyn Events) -> Result<PathBuf, Error> {
    match on_disk(input)? {
        Some(path) => {
            if input.verify {
                provenance::verify(&path, &input.keyring)?;
            }
            Ok(path)
        }
        None if is_oci(input.reference.trim()) && input.repository.is_none() => {
            crate::access::from_registry(input, events)
        }
        None => {
            let remote = remote(input, events)?;
            let path = fetched(&remote, &input.access)?;
            if input.verify {
                verify_fetched(&remote, &path, input)?;
            }
            Ok(path)
        }
    }
}

/// Checks the signature that lies beside an archive on its server.
fn verify_fetched(remote: &Remote, path: &Path, input: &ChartInput) -> Result<(), Error> {
    let (url, file) = crate::pull::file_url(&remote.request.url)?;
    let mut request = remote.request.clone();
    request.url = crate::pull::signature_url(&url);
    let prov = input.access.client.get_blocking(&request);
    let prov = prov.map_err(|_| provenance::no_signature(&request.url))?;
    let archive = std::fs::read(path).map_err(|error| {
        let reason = pintle_chart::disk::go_text(&error);
        Error::new(Class::Input, format!("open {}: {reason}", path.display()))
    })?;
    provenance::verify_bytes(&file, &archive, &prov.body, &input.keyring)?;
    Ok(())
}

/// The folder or archive that is named; none when what is named is no path.
///
/// # Errors
/// A path that leads nowhere.
fn on_disk(input: &ChartInput) -> Result<Option<PathBuf>, Error> {
    let name = input.reference.trim();
    if input.repository.is_some() {
        return Ok(None);
    }
    let path = Path::new(name);
    if path.exists() {
        return Ok(Some(pintle_chart::disk::absolute(path)?));
    }
    if path.is_absolute() || name.starts_with('.') {
        return Err(Error::new(Class::Input, format!("path {name:?} not found"))
            .hint("check the path: a chart is a folder with a Chart.yaml, or a .tgz archive"));
    }
    Ok(None)
}

/// Finds out where a chart's archive is.
///
/// # Errors
/// There is no such repository, chart or version; an index that cannot be had.
pub(crate) fn remote(input: &ChartInput, events: &dyn Events) -> Result<Remote, Error> {
    let name = input.reference.trim();
    let version = input.wanted_version();
    let mut request = Request::new(name);
    request.accept = Some("application/gzip,application/octet-stream".to_owned());
    request.tls = input.access.tls.clone();
    request.limits.time = PATIENCE;
    request.credentials = input.access.credentials("");
    match &input.repository {
        None => resolve(name, &version, request, &input.access, events),
        Some(repository) => {
            let target = in_unlisted(repository, name, &version, &input.access, events)?;
            let may_know = input.access.pass_credentials || url::same_site(repository, &target);
            if !may_know {
                request.credentials = None;
            }
            resolve(&target, &version, request, &input.access, events)
        }
    }
}

impl Access {
    fn credentials(&self, site: &str) -> Option<Credentials> {
        let is_somebody = !self.username.is_empty() && !self.password.is_empty();
        is_somebody.then(|| Credentials {
            username: self.username.clone(),
            password: self.password.clone(),
            site: site.to_owned(),
            everywhere: self.pass_credentials,
        })
    }

    /// The repository at a URL, which no list has.
    fn unlisted(&self, url: &str) -> Repository {
        let file = |path: &Option<PathBuf>| {
            let path = path.as_ref();
            path.map(|path| path.display().to_string())
                .unwrap_or_default()
        };
        Repository {
            name: String::new(),
            url: url.to_owned(),
            username: self.username.clone(),
            password: self.password.clone(),
            cert_file: file(&self.tls.cert_file),
            key_file: file(&self.tls.key_file),
            ca_file: file(&self.tls.ca_file),
            insecure_skip_tls_verify: self.tls.insecure,
            pass_credentials_all: self.pass_credentials,
        }
    }
}

/// The URL of a chart in the repository at a URL.
fn in_unlisted(
    repository: &str,
    name: &str,
    version: &str,
    access: &Access,
    events: &dyn Events,
) -> Result<String, Error> {
    let unlisted = access.unlisted(repository);
    download::check(&unlisted, &access.client)?;
    let fetched = download::index(&unlisted, &access.client, PATIENCE);
    report(fetched.warnings, events);
    let (_, index) = fetched
        .result
        .map_err(|error| unreachable(repository, error))?;
    let mut chart = format!("chart {}", quote(name));
    if !version.is_empty() {
        chart += &format!(" version {}", quote(version));
    }
    let entries = index
        .charts
        .get(name)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let versions = entries.iter().map(|entry| entry.metadata.version.as_str());
    let Ok(found) = find(name, versions.clone(), version) else {
        let error = input(format!("{chart} not found in {repository} repository"));
        let known: Vec<&str> = index.charts.keys().map(String::as_str).collect();
        return Err(error.hint(if entries.is_empty() {
            nearest(name, &known)
        } else {
            newest(versions)
        }));
    };
    let entry = &entries[found.place];
    warn_of_another(
        name,
        version,
        &entry.metadata.version,
        found.is_another,
        events,
    );
    let urls = entry.urls.as_deref().unwrap_or_default();
    let Some(target) = urls.first() else {
        return Err(input(format!("{chart} has no downloadable URLs")));
    };
    url::resolve(repository, target)
        .map_err(|error| error.context("failed to make chart URL absolute").into())
}

/// Finds the archive of a URL or of `repository/chart`.
fn resolve(
    name: &str,
    version: &str,
    mut request: Request,
    access: &Access,
    events: &dyn Events,
) -> Result<Remote, Error> {
    let malformed = || input(format!("invalid chart URL format: {name}"));
    let parts = parse_url(name).map_err(|_| malformed())?;
    if name.starts_with("oci://") {
        return Err(not_a_path(name));
    }
    let list = match Repositories::load(&access.places.list) {
        Ok(list) => list,
        Err(error) if error.is_absent() => Repositories::default(),
        Err(error) => return Err(error.into()),
    };
    if !parts.scheme.is_empty() && !parts.host.is_empty() && !parts.path.is_empty() {
        let owner = owner(name, &list, access, events)?;
        at_site(&mut request, owner.map_or(name, |owner| &owner.url));
        if let Some(owner) = owner {
            as_listed(&mut request, owner);
        }
        name.clone_into(&mut request.url);
        return supported(request, String::new(), &access.client);
    }
    let Some((repository, chart)) = parts.path.split_once('/') else {
        return Err(not_a_path(&parts.text));
    };
    let Some(listed) = list.get(repository) else {
        return Err(not_a_repository(repository, name, &list));
    };
    if listed.url.is_empty() {
        return Err(input(format!("no URL found for repository {repository}")));
    }
    at_site(&mut request, &listed.url);
    download::check(listed, &access.client)?;
    as_listed(&mut request, listed);
    let mut catalog = opened(repository, access, events)?;
    let versions = catalog.chart(chart)?;
    let not_found = |reason: &str| {
        input(format!(
            "chart {} matching {version} not found in {repository} index. (try 'helm repo update'): {reason}",
            quote(chart)
        ))
    };
    let Some(listings) = versions else {
        return Err(not_found("no chart name found").hint("search repo shows what there is"));
    };
    let versions = listings.iter().map(|one| one.version.as_str());
    let found = find(chart, versions.clone(), version)
        .map_err(|reason| not_found(&reason.0).hint(newest(versions)))?;
    let listing = &listings[found.place];
    warn_of_another(chart, version, &listing.version, found.is_another, events);
    let Some(target) = listing.urls.first() else {
        return Err(input(format!(
            "chart {} has no downloadable URLs",
            quote(name)
        )));
    };
    request.url = url::resolve(&listed.url, target).map_err(|_| malformed())?;
    supported(request, listing.digest.clone(), &access.client)
}

/// Opens the index of a listed repository.
fn opened(repository: &str, access: &Access, events: &dyn Events) -> Result<Catalog, Error> {
    let opened = Catalog::open(&access.places.cache, repository);
    report(opened.warnings, events);
    opened.catalog.map_err(|error| {
        error
            .context("no cached repo found. (try 'helm repo update')")
            .into()
    })
}

/// The repository whose index has a URL. HELM: all indexes before it must be readable.
fn owner<'a>(
    target: &str,
    list: &'a Repositories,
    access: &Access,
    events: &dyn Events,
) -> Result<Option<&'a Repository>, Error> {
    for listed in list.all() {
        download::check(listed, &access.client)?;
        if opened(&listed.name, access, events)?.leads_to(target)? {
            return Ok(Some(listed));
        }
    }
    Ok(None)
}

/// Says whom the user's credentials are for.
fn at_site(request: &mut Request, site: &str) {
    if let Some(credentials) = &mut request.credentials {
        site.clone_into(&mut credentials.site);
    }
}

/// What the list says of a repository wins over flags.
fn as_listed(request: &mut Request, listed: &Repository) {
    let tls = listed.tls();
    if tls.ca_file.is_some() || tls.cert_file.is_some() || tls.key_file.is_some() {
        // HELM: whether any certificate will do is for the flag alone to say.
        request.tls = Tls {
            insecure: request.tls.insecure,
            ..tls
        };
    }
    if let Some(credentials) = listed.credentials() {
        request.credentials = Some(credentials);
    }
}

fn supported(request: Request, digest: String, client: &Client) -> Result<Remote, Error> {
    let scheme = parse_url(&request.url).map(|parts| parts.scheme);
    let scheme = scheme.unwrap_or_default();
    match scheme.as_str() {
        "oci" => Err(not_a_path(&request.url)),
        scheme if client.provides(scheme) => Ok(Remote { request, digest }),
        other => Err(input(format!("scheme {} not supported", quote(other)))),
    }
}

/// The archive on this machine: one that was fetched before, or just now.
///
/// # Errors
/// A server that does not give it, or gives another one.
pub(crate) fn fetched(remote: &Remote, access: &Access) -> Result<PathBuf, Error> {
    let contents = Contents::new(&access.places.content);
    let wanted = parse_digest(&remote.digest)?;
    if let Some(path) = wanted.and_then(|digest| contents.chart(&digest)) {
        return Ok(path);
    }
    let archive = download(remote, access)?;
    Ok(contents.put(&cache::digest(&archive), Kind::Chart, &archive)?)
}

/// Fetches an archive and compares it with its digest.
///
/// DIFF: Helm does not compare, and keeps whatever came under the digest of the index.
///
/// # Errors
/// A server that does not give it, or gives another one.
pub(crate) fn download(remote: &Remote, access: &Access) -> Result<Vec<u8>, Error> {
    let archive = access
        .client
        .get_blocking(&remote.request)
        .map_err(|error| Error::from(pintle_repo::Error::from(error)))?
        .body;
    let wanted = parse_digest(&remote.digest)?;
    let found = cache::digest(&archive);
    match wanted {
        Some(wanted) if wanted != found => Err(input(format!(
            "{} has the digest {}, but its repository's index says {}",
            remote.request.url,
            hex(&found),
            hex(&wanted)
        ))
        .hint("the archive was changed after it was published, or the index is old: try repo update; if that does not help, tell those who keep the repository")),
        _ => Ok(archive),
    }
}

fn warn_of_another(name: &str, wanted: &str, found: &str, is_another: bool, events: &dyn Events) {
    let text = "unable to find exact version requested; falling back to closest available version";
    if is_another {
        let log = Log::new(Level::Warn, text).with("chart", name);
        events.log(log.with("requested", wanted).with("selected", found));
    } else if !wanted.is_empty() && wanted != found {
        let log = Log::new(Level::Debug, "selected version matching constraint");
        let log = log.with("chart", name).with("constraint", wanted);
        events.log(log.with("selected", found));
    }
}

fn newest<'a>(mut versions: impl Iterator<Item = &'a str>) -> String {
    match versions.next() {
        Some(version) => format!("the newest version there is {version}"),
        None => "there is no version of it".to_owned(),
    }
}

fn nearest(name: &str, known: &[&str]) -> String {
    let start: String = name.chars().take(3).collect();
    let alike: Vec<&str> = known
        .iter()
        .copied()
        .filter(|one| one.contains(name) || !start.is_empty() && one.starts_with(&start))
        .take(5)
        .collect();
    if alike.is_empty() {
        return format!(
            "the repository has {} charts, none with such a name",
            known.len()
        );
    }
    format!("it has {}", alike.join(", "))
}

fn not_a_repository(repository: &str, name: &str, list: &Repositories) -> Error {
    let known: Vec<&str> = list.all().iter().map(|one| one.name.as_str()).collect();
    let known = match known.as_slice() {
        [] => "none was added yet: repo add NAME URL".to_owned(),
        some => format!("there are {}", some.join(", ")),
    };
    input(format!("repo {repository} not found")).hint(format!(
        "there is no file or folder {name:?} here, and no repository of that name: {known}"
    ))
}

fn not_a_path(name: &str) -> Error {
    let text =
        format!("non-absolute URLs should be in form of repo_name/path_to_chart, got: {name}");
    input(text).hint(format!("there is no file or folder {name:?} here; charts of a repository are named REPOSITORY/CHART"))
}

fn input(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}
