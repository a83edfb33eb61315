//! What is to be installed.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::disk::{absolute, go_text};
use pintle_fetch::Request;
use pintle_registry::{Reference, is_oci};

use super::vcs::Repository;
use super::{PluginPlaces, problem};
use crate::Error;
use crate::input::Access;

/// Where a plugin comes from.
#[derive(Debug)]
pub(super) enum Source {
    /// A folder of this machine, which stays where it is.
    Folder(PathBuf),
    /// An archive.
    Archive(Archive),
    /// A repository of Git, Mercurial, Subversion or Bazaar.
    Repository(Repository),
}

/// An archive, and the name of the folder it is installed to.
#[derive(Debug)]
pub(super) struct Archive {
    pub place: Place,
    pub folder: PathBuf,
}

/// Where an archive is.
#[derive(Debug)]
pub(super) enum Place {
    File(PathBuf),
    Url(String),
    Registry(String, Box<Reference>),
}

/// An archive that was fetched.
#[derive(Debug)]
pub(super) struct Fetched {
    /// The archive.
    pub bytes: Vec<u8>,
    /// Its signature; none when it has none.
    pub prov: Option<Vec<u8>>,
    /// The name that it is signed by; none for that of the plugin in it.
    pub file: Option<String>,
}

const ENDINGS: [&str; 2] = [".tar.gz", ".tgz"];

/// More than any signature.
const MAX_PROV: u64 = 8 << 20;

impl Source {
    /// What the user's words mean.
    ///
    /// # Errors
    /// They mean nothing.
    pub fn of(text: &str, version: &str, places: &PluginPlaces) -> Result<Self, Error> {
        if is_oci(text) {
            return registry(text, places);
        }
        if fs::metadata(text).is_ok() {
            let path = absolute(Path::new(text))?;
            let name = file_name(&path.to_string_lossy());
            return Ok(if is_archive(&name) {
                Self::Archive(Archive {
                    folder: places.data.join(plugin_name(&name)),
                    place: Place::File(path),
                })
            } else {
                Self::Folder(path)
            });
        }
        let is_url = text.starts_with("http://") || text.starts_with("https://");
        if is_url && is_archive(text) {
            return Ok(Self::Archive(Archive {
                place: Place::Url(text.to_owned()),
                folder: places.data.join(plugin_name(&file_name(text))),
            }));
        }
        match Repository::detect(text, version, places) {
            Ok(repository) => Ok(Self::Repository(repository)),
            Err(reason) => Err(problem(format!(
                "cannot get information about plugin source {text:?} (if it's a local directory, does it exist?), last error was: {reason}"
            ))
            .hint("plugins come from folders, archives (.tgz), repositories (….git, ….hg, ….svn, ….bzr) and oci://… references")),
        }
    }

    /// The folder of the plugin when it is installed.
    pub fn target(&self, places: &PluginPlaces) -> PathBuf {
        match self {
            Self::Folder(path) => places.data.join(file_name(&path.to_string_lossy())),
            Self::Archive(archive) => archive.folder.clone(),
            Self::Repository(repository) => repository.target.clone(),
        }
    }
}

fn registry(text: &str, places: &PluginPlaces) -> Result<Source, Error> {
    let reference = Reference::parse(text)
        .map_err(|error| Error::from(error).prefixed("invalid OCI reference: "))?;
    let folder = places.plugins.join(reference.name());
    Ok(Source::Archive(Archive {
        place: Place::Registry(text.to_owned(), Box::new(reference)),
        folder,
    }))
}

fn is_archive(name: &str) -> bool {
    ENDINGS.iter().any(|end| name.ends_with(end))
}

/// The last part of a path or URL.
fn file_name(path: &str) -> String {
    let path = path.trim_end_matches('/');
    path.rsplit('/').next().unwrap_or(path).to_owned()
}

/// HELM: `NAME-1.2.3.tgz` is of the plugin NAME: up to the last `-` that a number and a dot follow.
fn plugin_name(file: &str) -> &str {
    let name = ENDINGS.iter().find_map(|end| file.strip_suffix(end));
    let name = name.unwrap_or(file);
    let mut dashes = name.match_indices('-').map(|(at, _)| at).rev();
    let version = dashes.find(|at| {
        let rest = &name[at + 1..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        digits > 0 && rest[digits..].starts_with('.')
    });
    // A name that leads nowhere else: CVE-2026-35204 is about such.
    match &name[..version.unwrap_or(name.len())] {
        "" | "." | ".." => "plugin",
        name => name,
    }
}

impl Archive {
    /// Fetches the archive, and its signature if it has one.
    ///
    /// # Errors
    /// It cannot be had. `verifies` changes the words, as Helm does.
    pub fn fetch(&self, access: &Access, verifies: bool) -> Result<Fetched, Error> {
        let during = |error: Error, what: &str| {
            if verifies {
                return error.prefixed(&format!("failed to get verification data: {what}"));
            }
            error
        };
        match &self.place {
            Place::File(path) => from_file(path, verifies),
            Place::Url(url) => from_url(url, access, verifies)
                .map_err(|error| during(error, "failed to download plugin: ")),
            Place::Registry(text, reference) => from_registry(reference, access).map_err(|error| {
                let error = error.prefixed(&format!("failed to pull plugin from {text}: "));
                during(error, "")
            }),
        }
    }
}

fn from_file(path: &Path, verifies: bool) -> Result<Fetched, Error> {
    let failed = |path: &Path, error: &std::io::Error| {
        let verb = if path.is_dir() { "read" } else { "open" };
        problem(format!("{verb} {}: {}", path.display(), go_text(error)))
    };
    let bytes = fs::read(path).map_err(|error| {
        let doing = if verifies {
            "failed to get verification data: failed to read plugin file: "
        } else {
            "failed to read archive: "
        };
        failed(path, &error).prefixed(doing)
    })?;
    let prov_path = crate::provenance::prov_of(path);
    let prov = match read_limited(&prov_path) {
        Ok(prov) => Some(prov),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound || !verifies => None,
        Err(error) => {
            return Err(failed(&prov_path, &error).prefixed(&format!(
                "failed to get verification data: failed to access provenance file {}: ",
                prov_path.display()
            )));
        }
    };
    Ok(Fetched {
        bytes,
        prov,
        file: Some(file_name(&path.to_string_lossy())),
    })
}

fn read_limited(path: &Path) -> std::io::Result<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    fs::File::open(path)?
        .take(MAX_PROV)
        .read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn from_url(url: &str, access: &Access, verifies: bool) -> Result<Fetched, Error> {
    let get = |url: &str| access.client.get_blocking(&Request::new(url));
    let bytes = get(url)?.body;
    // HELM: whatever keeps the signature from us, there is none then: verifying fails. Of what is
    // no archive none is asked for.
    let is_wanted = verifies || bytes.starts_with(&[0x1f, 0x8b]);
    let prov = is_wanted.then(|| get(&format!("{url}.prov")));
    let prov = prov.and_then(Result::ok).map(|answer| answer.body);
    Ok(Fetched {
        bytes,
        prov,
        file: Some(file_name(url)),
    })
}

fn from_registry(reference: &Reference, access: &Access) -> Result<Fetched, Error> {
    let client = access.registry()?;
    let pulled = pintle_fetch::blocking(async || -> Result<_, pintle_registry::Error> {
        client.pull_plugin(reference).await
    })?;
    Ok(Fetched {
        bytes: pulled.archive,
        prov: pulled.provenance,
        file: None,
    })
}

#[cfg(test)]
mod tests {
    use super::plugin_name;

    // Helm's `stripPluginName`.
    #[test]
    fn names_are_those_of_archives() {
        for (file, name) in [
            ("my-plug-1.2.3.tgz", "my-plug"),
            ("my-plug-1.2.3-beta.1.tar.gz", "my-plug"),
            ("plug.tgz", "plug"),
            ("plug-2.tgz", "plug-2"),
            ("a-1.0-b-2.0.tgz", "a-1.0-b"),
            ("...tgz", "plugin"),
            (".tgz", "plugin"),
        ] {
            assert_eq!(plugin_name(file), name, "{file}");
        }
    }
}
