//! Archives of plugins, and their signatures.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_plugin::{archive, signed_text};
use pintle_repo::whole_file;

use super::problem;
use crate::provenance::{Signing, check_key, prov_of, sign_bytes, told_of, verify_plugin_bytes};
use crate::{Error, Events};

/// What to package.
#[derive(Debug, Default)]
pub struct PackagePluginOptions {
    /// The plugin's folder.
    pub path: String,
    /// `--destination`
    pub destination: String,
    /// The key, unless `--sign=false`.
    pub signing: Option<Signing>,
    /// Seconds since 1970 that all files are said to be of.
    pub source_date: Option<u64>,
}

/// Makes an archive of a plugin, and signs it.
///
/// # Errors
/// What is no plugin, a key that cannot be used, a folder that cannot be written.
pub fn package_plugin(
    mut options: PackagePluginOptions,
    ask: &dyn Fn(&str) -> Result<Vec<u8>, Error>,
    events: &dyn Events,
) -> Result<(), Error> {
    let folder = Path::new(&options.path);
    let facts = fs::metadata(folder)
        .map_err(|error| problem(format!("stat {}: {}", options.path, go_text(&error))))?;
    if !facts.is_dir() {
        return Err(problem(
            "plugin package only supports directories, not tarballs",
        ));
    }
    let plugin = pintle_plugin::load(folder)
        .map_err(|error| Error::from(error).prefixed("invalid plugin directory: "))?;
    fs::create_dir_all(&options.destination).map_err(|error| {
        problem(format!(
            "mkdir {}: {}",
            options.destination,
            go_text(&error)
        ))
    })?;
    match &mut options.signing {
        Some(signing) => check_key(signing, ask)?,
        None => events.message(
            "WARNING: Skipping plugin signing. This is not recommended for plugins intended for distribution.",
        ),
    }
    let metadata = &plugin.metadata;
    let file = format!("{}-{}.tgz", metadata.name, metadata.version);
    let path = joined(&options.destination, &file);
    let mut packed = Vec::new();
    archive::pack(folder, &metadata.name, options.source_date, &mut packed)
        .map_err(|error| Error::from(error).prefixed("failed to create plugin tarball: "))?;
    let failed = |path: &Path, error: &std::io::Error| {
        problem(format!("open {}: {}", path.display(), go_text(error)))
    };
    let prov = match &mut options.signing {
        Some(signing) => Some(
            sign_bytes(&file, &packed, &signed_text(metadata)?, signing)
                .map_err(|error| error.prefixed("failed to sign plugin: "))?,
        ),
        None => None,
    };
    whole_file::write(&path, &packed)
        .map_err(|error| failed(&path, &error).prefixed("failed to create tarball: "))?;
    if let Some(prov) = prov {
        let path = prov_of(&path);
        whole_file::write(&path, prov.as_bytes()).map_err(|error| failed(&path, &error))?;
        events.message(&format!(
            "Successfully signed. Signature written to: {}",
            path.display()
        ));
    }
    events.message(&format!(
        "Successfully packaged plugin and saved it to: {}",
        path.display()
    ));
    Ok(())
}

/// GO: `.` does not show in a joined path.
fn joined(folder: &str, file: &str) -> PathBuf {
    let path = Path::new(folder).join(file);
    path.components()
        .filter(|part| !matches!(part, std::path::Component::CurDir))
        .collect()
}

/// Checks the signature of a plugin's archive; says who signed it.
///
/// # Errors
/// No archive, no signature, or no good one.
pub fn verify_plugin(path: &str, keyring: &Path) -> Result<String, Error> {
    let archive = Path::new(path);
    let facts = fs::metadata(archive)
        .map_err(|error| problem(format!("stat {path}: {}", go_text(&error))))?;
    if facts.is_dir() {
        return Err(problem(
            "directory verification not supported - only plugin tarballs can be verified",
        ));
    }
    if ![".gz", ".tgz"].iter().any(|end| path.ends_with(end)) {
        return Err(problem(
            "plugin file must be a gzipped tarball (.tar.gz or .tgz)",
        ));
    }
    let prov_path = prov_of(archive);
    let shown = prov_path.display();
    fs::metadata(&prov_path).map_err(|error| {
        problem(format!(
            "could not find provenance file {shown}: stat {shown}: {}",
            go_text(&error)
        ))
        .hint("the signature of x.tgz is the file x.tgz.prov beside it")
    })?;
    let read = |what: &str, path: &Path| {
        fs::read(path).map_err(|error| {
            let verb = if path.is_dir() { "read" } else { "open" };
            problem(format!(
                "failed to read {what}: {verb} {}: {}",
                path.display(),
                go_text(&error)
            ))
        })
    };
    let bytes = read("plugin file", archive)?;
    let prov = read("provenance file", &prov_path)?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let verified = verify_plugin_bytes(&name, &bytes, &prov, keyring)?;
    Ok(told_of("Plugin", &verified))
}
