//! Plugins to the folder of plugins, whole or not at all.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_plugin::archive;
use pintle_provenance::Verification;
use pintle_repo::whole_file;

use super::source::{Archive, Fetched, Source};
use super::{PluginPlaces, problem, run_hook};
use crate::input::Access;
use crate::provenance::{told_of, verify_plugin_bytes};
use crate::{Error, Events, Level, Log};

/// What to install.
#[derive(Debug, Clone, Default)]
pub struct InstallPluginOptions {
    /// A folder, an archive, a URL, a reference.
    pub source: String,
    /// `--version`: a version or range, of plugins in repositories.
    pub version: String,
    /// `--verify`
    pub verify: bool,
    /// `--keyring`
    pub keyring: PathBuf,
    /// Where plugins are.
    pub places: PluginPlaces,
    /// How servers are asked.
    pub access: Access,
}

/// Installs a plugin, and runs its hook.
///
/// # Errors
/// No such plugin, no good signature, one of that name is there. Nothing is installed then, and
/// nothing of the plugin was run (CVE-2026-35205).
pub fn install_plugin(options: &InstallPluginOptions, events: &dyn Events) -> Result<(), Error> {
    let places = &options.places;
    let source = Source::of(&options.source, &options.version, places)?;
    let verifies = match &source {
        Source::Folder(_) => {
            events.message("Installing plugin from local directory (development mode)");
            false
        }
        Source::Repository(_) if options.verify => {
            return Err(problem(
                "plugin source does not support verification. Use --verify=false to skip verification",
            ));
        }
        _ if options.verify => {
            events.message("Verifying plugin signature...");
            true
        }
        _ => {
            events.message("WARNING: Skipping plugin signature verification");
            false
        }
    };
    let target = source.target(places);
    make_room(&target, events)?;
    match &source {
        Source::Folder(folder) => link(folder, &target)?,
        Source::Repository(repository) => repository.install(events)?,
        Source::Archive(archive) => {
            let fetched = archive.fetch(&options.access, verifies)?;
            let verified = if verifies {
                Some(verified(&fetched, &options.keyring)?)
            } else {
                None
            };
            put(archive, &fetched, &target, places)?;
            if let Some(verified) = verified {
                events.message(told_of("Plugin", &verified).trim_end());
            }
        }
    }
    let plugin = pintle_plugin::load(&target)
        .map_err(|error| Error::from(error).prefixed("plugin is installed but unusable: "))?;
    events.log(Log::new(Level::Debug, "loading plugin").with("path", target.display().to_string()));
    run_hook(&plugin, "install", places, events)?;
    events.message(&format!("Installed plugin: {}", plugin.metadata.name));
    Ok(())
}

/// Makes the folder above the plugin's; its own must not be there.
fn make_room(target: &Path, events: &dyn Events) -> Result<(), Error> {
    if let Some(above) = target.parent() {
        fs::create_dir_all(above)
            .map_err(|error| problem(format!("mkdir {}: {}", above.display(), go_text(&error))))?;
    }
    let found = fs::metadata(target);
    let error = match &found {
        Ok(_) => "<nil>".to_owned(),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => format!("stat {}: {}", target.display(), go_text(error)),
    };
    events.log(
        Log::new(Level::Warn, "plugin already exists")
            .with("path", target.display().to_string())
            .with("error", error),
    );
    Err(problem("plugin already exists")
        .hint("`plugin update NAME` brings one up to date, `plugin uninstall NAME` makes room"))
}

fn verified(fetched: &Fetched, keyring: &Path) -> Result<Verification, Error> {
    let prov = fetched.prov.as_deref().unwrap_or_default();
    if prov.is_empty() {
        return Err(
            problem("plugin verification failed: no provenance file (.prov) found").hint(
                "the signature of x.tgz is x.tgz.prov beside it; --verify=false does without one",
            ),
        );
    }
    let file = match &fetched.file {
        Some(file) => file.clone(),
        None => {
            let metadata = archive::metadata_in(&fetched.bytes).map_err(|error| {
                Error::from(error).prefixed(
                    "failed to get verification data: failed to extract plugin metadata from tarball: ",
                )
            })?;
            format!("{}-{}.tgz", metadata.name, metadata.version)
        }
    };
    verify_plugin_bytes(&file, &fetched.bytes, prov, keyring)
        .map_err(|error| error.prefixed("plugin verification failed: "))
}

/// DIFF: unpacks an archive beside its place and puts it there when it is whole; the archive and its
/// signature are kept beside it, for those who want to look at them later.
fn put(
    archive: &Archive,
    fetched: &Fetched,
    target: &Path,
    places: &PluginPlaces,
) -> Result<(), Error> {
    let metadata = archive::metadata_in(&fetched.bytes).map_err(|error| {
        Error::from(error).prefixed("failed to extract plugin metadata from tarball: ")
    })?;
    let above = target.parent().unwrap_or(&places.data);
    let room = tempfile::Builder::new()
        .prefix(".new-")
        .tempdir_in(above)
        .map_err(|error| problem(format!("mkdir {}: {}", above.display(), go_text(&error))))?;
    let unpacked = room.path().join("plugin");
    fs::create_dir(&unpacked).map_err(|error| problem(go_text(&error)))?;
    archive::unpack(&fetched.bytes, &unpacked)
        .map_err(|error| Error::from(error).prefixed(archive.unpacking()))?;
    let root = archive.root(&unpacked)?;
    let failed = |path: &Path, error: &io::Error| {
        problem(format!(
            "failed to save tarball: open {}: {}",
            path.display(),
            go_text(error)
        ))
    };
    fs::create_dir_all(&places.data).map_err(|error| {
        problem(format!(
            "failed to create plugins directory: {}",
            go_text(&error)
        ))
    })?;
    let kept = places
        .data
        .join(format!("{}-{}.tgz", metadata.name, metadata.version));
    whole_file::write(&kept, &fetched.bytes).map_err(|error| failed(&kept, &error))?;
    if let Some(prov) = &fetched.prov {
        let kept = crate::provenance::prov_of(&kept);
        whole_file::write(&kept, prov).map_err(|error| failed(&kept, &error))?;
    }
    fs::rename(&root, target)
        .map_err(|error| problem(format!("rename {}: {}", target.display(), go_text(&error))))
}

impl Archive {
    /// Helm's words for an archive that is not unpacked.
    fn unpacking(&self) -> &'static str {
        use super::source::Place;
        match self.place {
            Place::File(_) => "failed to extract archive: ",
            Place::Url(_) => "extracting files from archive: ",
            Place::Registry(..) => "failed to extract plugin: ",
        }
    }

    /// The folder of the plugin in what was unpacked.
    ///
    /// HELM: of a file, it must have the name that the archive has.
    fn root(&self, unpacked: &Path) -> Result<PathBuf, Error> {
        use super::source::Place;
        let has = |folder: &Path| folder.join("plugin.yaml").is_file();
        if let Place::File(_) = self.place {
            let name = self.folder.file_name().unwrap_or_default();
            let root = unpacked.join(name);
            if has(&root) {
                return Ok(root);
            }
            let name = name.to_string_lossy();
            return Err(problem(format!(
                "plugin.yaml not found in expected directory {name}: stat {name}/plugin.yaml: no such file or directory"
            ))
            .hint("an archive NAME-VERSION.tgz has one folder, NAME, with the plugin in it"));
        }
        if has(unpacked) {
            return Ok(unpacked.to_owned());
        }
        let mut folders: Vec<PathBuf> = fs::read_dir(unpacked)
            .into_iter()
            .flatten()
            .flatten()
            .map(|entry| entry.path())
            .filter(|path| has(path))
            .collect();
        folders.sort();
        let first = folders.into_iter().next();
        first.ok_or_else(|| match self.place {
            Place::Registry(..) => problem(MISSING),
            _ => problem("plugin.yaml not found in the archive or its immediate subdirectories"),
        })
    }
}

pub(super) const MISSING: &str = "plugin metadata (plugin.yaml) missing";

/// A folder that is worked on stays where it is: a link leads to it.
fn link(folder: &Path, target: &Path) -> Result<(), Error> {
    if !folder.is_dir() {
        return Err(problem(
            "expected plugin to be a directory (containing a file 'plugin.yaml')",
        ));
    }
    if fs::metadata(folder.join("plugin.yaml")).is_err() {
        return Err(problem(MISSING));
    }
    make_link(folder, target).map_err(|error| {
        problem(format!(
            "symlink {} {}: {}",
            folder.display(),
            target.display(),
            go_text(&error)
        ))
    })
}

#[cfg(unix)]
fn make_link(folder: &Path, target: &Path) -> io::Result<()> {
    std::os::unix::fs::symlink(folder, target)
}

#[cfg(windows)]
fn make_link(folder: &Path, target: &Path) -> io::Result<()> {
    std::os::windows::fs::symlink_dir(folder, target)
}
