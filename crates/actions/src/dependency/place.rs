//! Archives into `charts/`: all of them, or none.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::disk::{go_text, load_as_is, load_dir};
use pintle_chart::{Chart, Dependency, Glance, processors};
use pintle_semver::Version;

use super::download::{Downloads, Planned};
use super::git::{self, Address};
use super::repositories::Source;
use super::resolve::constraint;
use super::{DependencyOptions, local_path, problem};
use crate::prepare::report;
use crate::{Error, Events, package};

/// Puts all dependencies into `charts/` and takes outdated archives out. The versions of local
/// charts are put into `locked`.
///
/// # Errors
/// Something cannot be had; `charts/` is then as it was.
pub fn place_all(
    locked: &mut [Dependency],
    sources: &[Source],
    options: &DependencyOptions,
    events: &dyn Events,
) -> Result<(), Error> {
    let charts = crate::lint::joined(&options.chart, "charts");
    make_folder(&charts)?;
    let unfinished = Unfinished::new(&options.chart)?;
    events.message(&format!("Saving {} charts", locked.len()));
    let mut planned: Vec<Planned> = Vec::new();
    let steps: Vec<Step> = locked
        .iter()
        .zip(sources)
        .map(|(dependency, source)| Step::new(dependency, source, options, &mut planned))
        .collect();
    let downloads = Downloads::new(&planned, &unfinished.path, options);
    let work = Work {
        charts: &charts,
        unfinished: &unfinished.path,
        downloads: &downloads,
        options,
        events,
    };
    let saved = downloads.beside(|| {
        for (dependency, step) in locked.iter_mut().zip(steps) {
            work.step(dependency, step)?;
        }
        Ok(())
    });
    match saved {
        Ok(()) => {}
        Err(Failure::Plain(error)) => return Err(error),
        Err(Failure::Saving(error)) => {
            events.message(&format!("Save error occurred:  {error}"));
            return Err(error);
        }
    }
    move_all(&unfinished.path, &charts, locked, events)
}

/// Why placing stopped. HELM: most reasons are told twice.
enum Failure {
    Plain(Error),
    Saving(Error),
}

/// What to do for one dependency.
enum Step {
    Inside,
    Folder,
    Git(Address),
    /// The how many-th of the downloads.
    Download(usize),
    /// The same archive as another.
    Again,
    Refused(Error),
}

impl Step {
    fn new(
        dependency: &Dependency,
        source: &Source,
        options: &DependencyOptions,
        planned: &mut Vec<Planned>,
    ) -> Self {
        match source {
            Source::Inside => Self::Inside,
            Source::Folder => Self::Folder,
            // By now there is a commit, of which the archive is kept.
            Source::Git(address) => {
                let locked = Address::parse(&dependency.repository, &options.access.git);
                Self::Git(locked.unwrap_or_else(|_| address.clone()))
            }
            Source::Registry => {
                let new = Planned::in_registry(dependency);
                match planned.iter().position(|one| one.is(&new)) {
                    // HELM: what two dependencies mean is fetched again; here it is told again.
                    Some(place) => Self::Download(place),
                    None => Self::planned(new, planned),
                }
            }
            Source::Listed(repository) | Source::Unlisted(repository) => {
                match Planned::new(dependency, repository, options) {
                    Err(error) => Self::Refused(error),
                    Ok(new) => Self::planned(new, planned),
                }
            }
        }
    }

    fn planned(new: Planned, planned: &mut Vec<Planned>) -> Self {
        if planned.iter().any(|one| one.is(&new)) {
            return Self::Again;
        }
        planned.push(new);
        Self::Download(planned.len() - 1)
    }
}

struct Work<'a> {
    charts: &'a Path,
    unfinished: &'a Path,
    downloads: &'a Downloads<'a>,
    options: &'a DependencyOptions,
    events: &'a dyn Events,
}

impl Work<'_> {
    fn step(&self, dependency: &mut Dependency, step: Step) -> Result<(), Failure> {
        let Dependency {
            name, repository, ..
        } = &*dependency;
        match step {
            Step::Inside => {
                self.events.message(&format!(
                    "Dependency {name} did not declare a repository. Assuming it exists in the charts directory"
                ));
                self.check_inside(dependency)
            }
            Step::Folder => {
                if self.options.debug {
                    self.events
                        .message(&format!("Archiving {name} from repo {repository}"));
                }
                let version = self.archive(dependency).map_err(Failure::Saving)?;
                dependency.version = version;
                Ok(())
            }
            Step::Git(address) => {
                self.events
                    .message(&format!("Downloading {name} from repo {repository}"));
                git::place(
                    dependency,
                    &address,
                    self.unfinished,
                    self.options,
                    self.events,
                )
                .map_err(Failure::Saving)
            }
            Step::Again => {
                self.events
                    .message(&format!("Already downloaded {name} from repo {repository}"));
                Ok(())
            }
            Step::Download(place) => {
                self.events
                    .message(&format!("Downloading {name} from repo {repository}"));
                self.downloads.wait(place, self.events).map_err(|error| {
                    let url = self.downloads.url(place);
                    Failure::Saving(error.prefixed(&format!("could not download {url}: ")))
                })
            }
            Step::Refused(error) => Err(Failure::Saving(error)),
        }
    }

    /// A chart that lies in `charts/` must be of the version that is asked for.
    fn check_inside(&self, dependency: &Dependency) -> Result<(), Failure> {
        let Dependency { name, version, .. } = dependency;
        let path = self.charts.join(name);
        let chart = self.folder(&path).map_err(|error| {
            Failure::Plain(error.prefixed(&format!("unable to load chart '{}': ", path.display())))
        })?;
        let constraint = pintle_semver::Constraint::parse(version).map_err(|error| {
            Failure::Plain(problem(format!(
                "dependency {name} has an invalid version/constraint format: {error}"
            )))
        })?;
        let found = &chart.metadata.version;
        let parsed = Version::parse(found).map_err(|error| {
            Failure::Plain(problem(format!(
                "invalid version {version} for dependency {name}: {error}"
            )))
        })?;
        if constraint.check(&parsed) {
            return Ok(());
        }
        Err(Failure::Saving(problem(format!(
            "dependency {name} at version {found} does not satisfy the constraint {version}"
        ))))
    }

    /// Makes an archive of a chart on this machine, and gives its version.
    fn archive(&self, dependency: &Dependency) -> Result<String, Error> {
        let folder = local_path(&dependency.repository, &self.options.chart)?;
        let mut chart = self.folder(&folder)?;
        if let Some(seconds) = self.options.source_date {
            chart.stamp(seconds);
        }
        let constraint = constraint(dependency)?;
        let version =
            Version::parse(&chart.metadata.version).map_err(|error| problem(error.to_string()))?;
        if !constraint.check(&version) {
            return Err(problem(format!(
                "can't get a valid version for dependency {}",
                dependency.name
            )));
        }
        package::save(&chart, self.unfinished)?;
        Ok(chart.metadata.version)
    }

    fn folder(&self, path: &Path) -> Result<Chart, Error> {
        let (chart, warnings) = load_dir(path, &())?;
        report(warnings, self.events);
        Ok(chart)
    }
}

fn make_folder(charts: &Path) -> Result<(), Error> {
    let shown = charts.display().to_string();
    match fs::metadata(charts) {
        Ok(facts) if facts.is_dir() => Ok(()),
        Ok(_) => Err(problem(format!("{shown:?} is not a directory"))),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => fs::create_dir_all(charts)
            .map_err(|error| problem(format!("mkdir {shown}: {}", go_text(&error)))),
        Err(error) => Err(problem(format!(
            "unable to retrieve file info for '{shown}': stat {shown}: {}",
            go_text(&error)
        ))),
    }
}

/// A folder for what is not complete yet; it goes away in any case.
struct Unfinished {
    path: PathBuf,
}

impl Unfinished {
    fn new(chart: &Path) -> Result<Self, Error> {
        let path = chart.join(format!("tmpcharts-{}", std::process::id()));
        fs::create_dir_all(&path)
            .map_err(|error| problem(format!("mkdir {}: {}", path.display(), go_text(&error))))?;
        Ok(Self { path })
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        // Nothing in it is needed any more.
        let _ = fs::remove_dir_all(&self.path);
    }
}

fn names(folder: &Path) -> Result<BTreeSet<String>, Error> {
    let entries = fs::read_dir(folder)
        .map_err(|error| problem(format!("open {}: {}", folder.display(), go_text(&error))))?;
    Ok(entries
        .flatten()
        .map(|entry| entry.file_name().to_string_lossy().into_owned())
        .collect())
}

/// Moves archives into `charts/`, and removes archives there that nothing declares any more.
fn move_all(
    from: &Path,
    to: &Path,
    locked: &[Dependency],
    events: &dyn Events,
) -> Result<(), Error> {
    let (new, old) = (names(from)?, names(to)?);
    // HELM: the line does not end behind what could not be moved.
    let mut told = String::new();
    let sources = new.iter().map(|name| from.join(name));
    let sources: Vec<PathBuf> = sources.filter(|path| !path.is_dir()).collect();
    let problem = |source: &PathBuf| load_as_is(source, &Glance).err();
    let problems = processors::map(&sources, || problem);
    for (source, problem) in sources.iter().zip(problems) {
        let name = source.file_name().unwrap_or_default();
        if let Some(error) = problem {
            let shown = source.display();
            told += &format!(
                "Could not verify {shown} for moving: {} (Skipping)",
                error.text()
            );
            continue;
        }
        if let Err(error) = fs::rename(source, to.join(name)) {
            told += &format!(
                "Unable to move {} to charts dir {} (Skipping)",
                source.display(),
                go_text(&error)
            );
        }
    }
    events.message(&format!("{told}Deleting outdated charts"));
    for name in old.difference(&new) {
        let path = to.join(name);
        if path.is_dir() {
            continue;
        }
        let shown = path.display();
        match load_as_is(&path, &Glance) {
            Err(error) => events.message(&format!(
                "Could not verify {shown} for deletion: {} (Skipping)",
                error.text()
            )),
            Ok((chart, _)) if is_inside(&chart, locked) => {}
            Ok(_) => {
                if let Err(error) = fs::remove_file(&path) {
                    events.message(&format!(
                        "Could not delete {shown}: {} (Skipping)",
                        go_text(&error)
                    ));
                }
            }
        }
    }
    Ok(())
}

/// Whether a chart is one that is declared to lie in `charts/`.
fn is_inside(chart: &Chart, locked: &[Dependency]) -> bool {
    let mut inside = locked.iter().filter(|one| one.repository.is_empty());
    inside.any(|one| one.name == chart.name())
}
