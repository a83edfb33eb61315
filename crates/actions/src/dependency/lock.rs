//! `Chart.lock`: the versions that were found, and a digest over what was asked.

use std::fs;
use std::path::Path;

use pintle_chart::disk::go_text;
use pintle_chart::{Dependency, Lock};
use pintle_release::to_go_json;
use pintle_repo::whole_file;
use serde::Serialize;

use super::problem;
use crate::Error;

/// The digest of a lock: over the JSON of what is asked (aliases replaced by URLs) and what was
/// found, byte for byte as Go's.
///
/// # Errors
/// What has no form in JSON.
pub fn digest(
    asked: Option<&[Dependency]>,
    found: &(impl Serialize + ?Sized),
) -> Result<String, Error> {
    digest_of(&(asked, found))
}

/// The digest that Helm 2 wrote.
///
/// # Errors
/// As [`digest`].
pub fn old_digest(asked: &[Dependency]) -> Result<String, Error> {
    #[derive(Serialize)]
    struct Old<'a> {
        dependencies: &'a [Dependency],
    }
    digest_of(&Old {
        dependencies: asked,
    })
}

fn digest_of(value: &impl Serialize) -> Result<String, Error> {
    let json = to_go_json(value).map_err(|error| problem(error.to_string()))?;
    let sum =
        pintle_provenance::digest(json.as_bytes()).map_err(|error| problem(go_text(&error)))?;
    Ok(format!("sha256:{sum}"))
}

/// Writes the lock of the chart in a folder.
///
/// CVE-2025-53547: a lock that is a link could lead to any file of the user.
///
/// # Errors
/// The file is a link, or cannot be written.
pub fn write(folder: &Path, lock: &Lock, is_old: bool) -> Result<(), Error> {
    let name = if is_old {
        "requirements.lock"
    } else {
        "Chart.lock"
    };
    let path = folder.join(name);
    if fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_symlink()) {
        let target = fs::read_link(&path).map_err(|error| {
            problem(format!(
                "error reading symlink for {:?}: {}",
                path.display().to_string(),
                go_text(&error)
            ))
        })?;
        return Err(problem(format!(
            "the {name} file is a symlink to {:?}",
            target.display().to_string()
        ))
        .hint("a lock is written into the chart itself: remove the link"));
    }
    whole_file::write(&path, &lock.to_yaml()?)
        .map_err(|error| problem(format!("open {}: {}", path.display(), go_text(&error))))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The digests of `helm dependency update` over a local chart.
    #[test]
    fn digests_are_helms() {
        let asked = Dependency {
            name: "db".into(),
            version: ">=1.0.0 <2 || ^3 & x".into(),
            repository: "file://../db".into(),
            ..Dependency::default()
        };
        let json = to_go_json(&(&asked, &asked)).unwrap();
        assert!(
            json.contains(r"\u003e=1.0.0 \u003c2 || ^3 \u0026 x"),
            "{json}"
        );
        assert_eq!(
            digest(Some(&[]), &[(); 0]).unwrap(),
            "sha256:643d5437104296e21d906ecb15b2c96ad278f20cfc4af53b12bb6069bd853726"
        );
    }
}
