//! Archives of dependencies, several at once.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex};
use std::thread;
use std::time::Duration;

use pintle_chart::Dependency;
use pintle_chart::disk::go_text;
use pintle_fetch::Request;
use pintle_registry::Wanted;
use pintle_repo::{Catalog, Repository, cache, url};
use pintle_semver::Version;
use pintle_sprig::parse_url;

use super::{DependencyOptions, Verify, problem};
use crate::locate::{Remote, fetched};
use crate::provenance::{no_signature, verify_as};
use crate::{Error, Events};

/// How long an archive may take.
const PATIENCE: Duration = Duration::from_mins(2);

/// How many archives are fetched at once.
const AT_ONCE: usize = 8;

/// An archive that is to be fetched.
#[derive(Debug, Clone)]
pub struct Planned {
    from: From,
    /// The name it has in `charts/`.
    file: String,
}

/// Where an archive is.
#[derive(Debug, Clone)]
enum From {
    Server(Box<Remote>),
    /// `oci://host/path/name`, and a version.
    Registry(String, String),
}

impl Planned {
    /// Where it is fetched from.
    pub fn url(&self) -> &str {
        match &self.from {
            From::Server(remote) => &remote.request.url,
            From::Registry(reference, _) => reference,
        }
    }

    /// Whether two are the same archive.
    pub fn is(&self, other: &Self) -> bool {
        self.url() == other.url() && self.file == other.file
    }

    /// The archive of a dependency in a registry.
    pub fn in_registry(dependency: &Dependency) -> Self {
        let Dependency {
            name,
            version,
            repository,
            ..
        } = dependency;
        Self {
            from: From::Registry(format!("{repository}/{name}"), version.clone()),
            file: format!("{name}-{version}.tgz"),
        }
    }

    /// Finds where the archive of a dependency is, whose version is known.
    ///
    /// # Errors
    /// The repository does not have it, or not any more.
    pub fn new(
        dependency: &Dependency,
        repository: &Repository,
        options: &DependencyOptions,
    ) -> Result<Self, Error> {
        // HELM: the URL that it has not found is named, which is empty.
        let not_found = |what: &str| problem(format!("could not find : {what}"));
        let mut catalog = Catalog::open(&options.access.places.cache, &repository.name).catalog?;
        let versions = catalog
            .chart(&dependency.name)?
            .ok_or_else(|| not_found("entry not found"))?;
        let found = versions
            .into_iter()
            .find(|one| !one.urls.is_empty() && is_same(&dependency.version, &one.version))
            .ok_or_else(|| {
                not_found("no matching version").hint(format!(
                    "the repository has no version {} of {} any more; dependency update finds another",
                    dependency.version, dependency.name
                ))
            })?;
        let target = found.urls.first().map_or("", String::as_str);
        let target = url::resolve(&dependency.repository, target)?;
        let mut request = repository.request(&target, PATIENCE);
        request.accept = Some("application/gzip,application/octet-stream".to_owned());
        Ok(Self {
            file: file_name(&target)?,
            from: From::Server(Box::new(Remote {
                request,
                digest: found.digest,
            })),
        })
    }

    /// Fetches the archive into a folder, and checks its signature when that is wanted.
    fn fetch(&self, folder: &Path, options: &DependencyOptions) -> Outcome {
        let arrived = match self.arrived(folder, options) {
            Ok(arrived) => arrived,
            Err(error) => {
                return Outcome {
                    told: Vec::new(),
                    result: Err(error),
                };
            }
        };
        let (mut told, result) = (arrived.told.clone(), self.verify(arrived, folder, options));
        let result = result.map(|warning| told.extend(warning));
        Outcome { told, result }
    }

    /// Checks a signature when that is wanted; gives a warning when there is none and may be none.
    fn verify(
        &self,
        arrived: Arrived,
        folder: &Path,
        options: &DependencyOptions,
    ) -> Result<Option<String>, Error> {
        let prov = match arrived.signature {
            _ if options.verify == Verify::Never => return Ok(None),
            Ok(prov) => prov,
            Err(_) if options.verify == Verify::Always => {
                return Err(no_signature(&arrived.signature_url));
            }
            Err(reason) => {
                let url = self.url();
                return Ok(Some(format!(
                    "WARNING: Verification not found for {url}: {reason}"
                )));
            }
        };
        let path = folder.join(&arrived.file);
        let prov_path = folder.join(format!("{}.prov", arrived.file));
        cache::write(&prov_path, &prov, 0o644)?;
        verify_as(&arrived.file, &path, &prov_path, &options.keyring)?;
        Ok(None)
    }

    /// The archive in the folder, and its signature when that is wanted.
    fn arrived(&self, folder: &Path, options: &DependencyOptions) -> Result<Arrived, Error> {
        match &self.from {
            From::Server(remote) => {
                let path = folder.join(&self.file);
                let kept = fetched(remote, &options.access)?;
                fs::copy(&kept, &path).map_err(|error| unwritten(&path, &error))?;
                let (signature_url, signature) = signature(remote, options);
                Ok(Arrived {
                    file: self.file.clone(),
                    told: Vec::new(),
                    signature_url,
                    signature,
                })
            }
            From::Registry(reference, version) => {
                let (file, pulled) = pull(reference, version, options)?;
                cache::write(&folder.join(&file), &pulled.chart, 0o644)?;
                let report = pulled.report().trim_end_matches('\n').to_owned();
                // HELM: it is pulled a second time for the signature, and says so.
                let times = 1 + usize::from(pulled.provenance.is_some());
                Ok(Arrived {
                    file,
                    told: vec![report; times],
                    signature_url: format!("{reference}:{version}.prov"),
                    signature: pulled.provenance.ok_or_else(pintle_registry::no_signature),
                })
            }
        }
    }
}

/// An archive that came.
struct Arrived {
    /// Its name in the folder.
    file: String,
    /// What is to be told.
    told: Vec<String>,
    signature_url: String,
    /// The signature, or why there is none.
    signature: Result<Vec<u8>, String>,
}

/// The URL of an archive's signature, and the signature when it is wanted and there.
fn signature(remote: &Remote, options: &DependencyOptions) -> (String, Result<Vec<u8>, String>) {
    let mut request: Request = remote.request.clone();
    request.url.push_str(".prov");
    request.accept = None;
    let url = request.url.clone();
    if options.verify == Verify::Never {
        return (url, Err(String::new()));
    }
    let answer = options.access.client.get_blocking(&request);
    let prov = answer
        .map(|response| response.body)
        .map_err(|error| error.to_string());
    (url, prov)
}

/// A chart of a registry, and the name of its file.
fn pull(
    reference: &str,
    version: &str,
    options: &DependencyOptions,
) -> Result<(String, pintle_registry::Pulled), Error> {
    let wanted = match options.verify {
        Verify::Never => Wanted::Chart,
        _ => Wanted::ChartAndSignature,
    };
    let client = options.access.registry()?;
    pintle_fetch::blocking(async || {
        let found = client.locate(reference, version).await?;
        let pulled = client.pull(&found.reference, wanted).await?;
        Ok((found.file, pulled))
    })
}

fn unwritten(path: &Path, error: &std::io::Error) -> Error {
    problem(format!("open {}: {}", path.display(), go_text(error)))
}

/// Whether two texts are the same version.
fn is_same(one: &str, other: &str) -> bool {
    match (Version::parse(one), Version::parse(other)) {
        (Ok(one), Ok(other)) => one == other,
        (Err(_), _) => one == other,
        _ => false,
    }
}

/// The name that an archive at a URL gets: never a path.
fn file_name(target: &str) -> Result<String, Error> {
    let path = parse_url(target)
        .map(|parts| parts.path)
        .unwrap_or_default();
    let name = path.trim_end_matches('/').rsplit(['/', '\\']).next();
    match name {
        Some(name) if !matches!(name, "" | "." | "..") => Ok(name.to_owned()),
        _ => Err(problem(format!("could not find : {target} names no file"))),
    }
}

/// Archives on their way.
pub struct Downloads<'a> {
    planned: &'a [Planned],
    folder: PathBuf,
    options: &'a DependencyOptions,
    next: AtomicUsize,
    done: Mutex<Done>,
    changed: Condvar,
}

/// What became of an archive, and what is to be told of it.
#[derive(Debug)]
struct Outcome {
    told: Vec<String>,
    result: Result<(), Error>,
}

struct Done {
    outcomes: Vec<Option<Outcome>>,
    is_given_up: bool,
}

impl<'a> Downloads<'a> {
    /// Archives that are to be fetched into a folder.
    pub fn new(planned: &'a [Planned], folder: &Path, options: &'a DependencyOptions) -> Self {
        Self {
            planned,
            folder: folder.to_path_buf(),
            options,
            next: AtomicUsize::new(0),
            done: Mutex::new(Done {
                outcomes: planned.iter().map(|_| None).collect(),
                is_given_up: false,
            }),
            changed: Condvar::new(),
        }
    }

    /// Where one of them is fetched from.
    pub fn url(&self, place: usize) -> &str {
        self.planned.get(place).map_or("", Planned::url)
    }

    /// Fetches them beside `work`, which waits for each in turn.
    pub fn beside<T>(&self, work: impl FnOnce() -> T) -> T {
        thread::scope(|scope| {
            for _ in 0..self.planned.len().min(AT_ONCE) {
                scope.spawn(|| self.run());
            }
            let outcome = work();
            if let Ok(mut done) = self.done.lock() {
                done.is_given_up = true;
            }
            outcome
        })
    }

    fn run(&self) {
        loop {
            let place = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(planned) = self.planned.get(place) else {
                return;
            };
            if self.done.lock().is_ok_and(|done| done.is_given_up) {
                return;
            }
            let outcome = planned.fetch(&self.folder, self.options);
            if let Ok(mut done) = self.done.lock() {
                done.outcomes[place] = Some(outcome);
            }
            self.changed.notify_all();
        }
    }

    /// Waits for an archive.
    ///
    /// # Errors
    /// It could not be had.
    pub fn wait(&self, place: usize, events: &dyn Events) -> Result<(), Error> {
        let lost = || problem("a download was lost");
        let mut done = self.done.lock().map_err(|_| lost())?;
        loop {
            if let Some(outcome) = done.outcomes.get(place).and_then(Option::as_ref) {
                for line in &outcome.told {
                    events.message(line);
                }
                return outcome.result.clone();
            }
            done = self.changed.wait(done).map_err(|_| lost())?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn archives_are_never_put_elsewhere() {
        let name = |url| file_name(url).ok();
        assert_eq!(name("http://h/a/b-1.tgz?x").as_deref(), Some("b-1.tgz"));
        assert_eq!(name("http://h/a/..%2fb.tgz").as_deref(), Some("b.tgz"));
        assert_eq!(name("http://h/a/..%5cb.tgz").as_deref(), Some("b.tgz"));
        for bad in ["http://h", "http://h/", "http://h/..", "http://h/%2e%2e"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
