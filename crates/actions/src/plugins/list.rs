//! Who signed the plugins that are installed.

use std::fs;
use std::path::Path;

use pintle_plugin::Metadata;
use pintle_provenance::{digest, signed_files};

use super::PluginPlaces;

/// More than any signature.
const MAX_PROV: u64 = 8 << 20;

/// Helm's words on the signature of an installed plugin. No keyring is asked: `signed` says
/// that there is a signature, and that it is of the archive that was installed.
///
/// HELM: the folder is looked for by the plugin's name where archives are installed, wherever
/// the plugin really is.
pub fn signing_status(metadata: &Metadata, places: &PluginPlaces) -> &'static str {
    let Ok(facts) = fs::symlink_metadata(places.data.join(&metadata.name)) else {
        return "unknown";
    };
    if facts.file_type().is_symlink() {
        return "local dev";
    }
    let file = format!("{}-{}.tgz", metadata.name, metadata.version);
    let archive = places.data.join(&file);
    if fs::metadata(&archive).is_err() {
        return "unsigned";
    }
    let prov_path = crate::provenance::prov_of(&archive);
    let prov = match fs::metadata(&prov_path).map(|facts| facts.len()) {
        Err(_) => return "unsigned",
        Ok(size) if size > MAX_PROV => return "invalid provenance",
        Ok(_) => match fs::read(&prov_path) {
            Ok(prov) => prov,
            Err(_) => return "unknown",
        },
    };
    let Some(files) = signed_files(&prov) else {
        return "invalid provenance";
    };
    match sum(&archive) {
        Some(sum) if is_named(&files, &file, &sum) => "signed",
        _ => "mismatched provenance",
    }
}

fn sum(archive: &Path) -> Option<String> {
    let sum = digest(fs::File::open(archive).ok()?).ok()?;
    Some(format!("sha256:{sum}"))
}

fn is_named(files: &[(String, String)], file: &str, sum: &str) -> bool {
    files
        .iter()
        .any(|(name, digest)| name.contains(file) && digest == sum)
}
