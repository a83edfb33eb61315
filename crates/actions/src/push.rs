//! `push`: an archive to a registry.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pintle_chart::disk;
use pintle_registry::{Chart, is_oci};

use crate::input::Access;
use crate::{Class, Error, Events};

/// What to push, and where.
#[derive(Debug, Clone)]
pub struct PushOptions {
    /// The archive. A signature beside it (`.prov`) goes with it.
    pub archive: PathBuf,
    /// `oci://host/path`, below which the chart gets its name.
    pub remote: String,
    /// How the registry is reached.
    pub access: Access,
    /// The time zone in which the age of the archive is told.
    pub zone: TimeZone,
}

/// Pushes a chart and gives Helm's report.
///
/// # Errors
/// What is no archive of a chart, a place that is none, a registry that does not take it.
pub fn push(options: &PushOptions, events: &dyn Events) -> Result<String, Error> {
    let client = options.access.registry()?;
    check_remote(&options.remote)?;
    let (archive, created) = read(&options.archive, &options.zone)?;
    let (chart, warnings) = disk::load(&options.archive)?;
    crate::prepare::report(warnings, events);
    let signature = provenance(&options.archive)?;
    let size = archive.len();
    let chart = Chart {
        archive: &archive,
        metadata: &chart.metadata,
        provenance: signature.as_deref(),
        created: &created,
    };
    events.progress(&format!("pushing {} ({size} bytes)", chart.metadata.name));
    let pushed = pintle_fetch::blocking(async || client.push(&chart, &options.remote).await)?;
    Ok(pushed.report())
}

fn check_remote(remote: &str) -> Result<(), Error> {
    let refused = |text: String| {
        Error::new(Class::Input, text)
            .hint("charts are pushed to OCI registries, such as oci://registry.example/charts")
    };
    if is_oci(remote) {
        return Ok(());
    }
    match remote.split_once(':') {
        Some((scheme, _)) if is_scheme(scheme) => Err(refused(format!(
            "scheme \"{}\" not supported",
            scheme.to_ascii_lowercase()
        ))),
        _ => Err(refused(
            "scheme prefix missing from remote (e.g. \"oci://\")".to_owned(),
        )),
    }
}

fn is_scheme(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
}

/// The archive, and when it was written.
fn read(path: &Path, zone: &TimeZone) -> Result<(Vec<u8>, String), Error> {
    let shown = path.display();
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => Error::new(Class::Input, format!("{shown}: no such file")),
        _ => Error::new(
            Class::Input,
            format!("open {shown}: {}", disk::go_text(&error)),
        ),
    };
    let about = fs::metadata(path).map_err(failed)?;
    if about.is_dir() {
        return Err(Error::new(
            Class::Input,
            "cannot push directory, must provide chart archive (.tgz)",
        )
        .hint("package makes an archive of it"));
    }
    let written = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
    let bytes = fs::read(path).map_err(failed)?;
    Ok((bytes, rfc3339(written, zone)))
}

fn rfc3339(time: SystemTime, zone: &TimeZone) -> String {
    let time = Timestamp::try_from(time).unwrap_or(Timestamp::UNIX_EPOCH);
    let time = time.to_zoned(zone.clone());
    // GO: UTC is `Z`, whatever the zone calls itself.
    match time.offset().seconds() {
        0 => time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        _ => time.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
    }
}

/// The signature beside an archive.
fn provenance(archive: &Path) -> Result<Option<Vec<u8>>, Error> {
    let mut path = archive.as_os_str().to_owned();
    path.push(".prov");
    let path = PathBuf::from(path);
    match fs::read(&path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let reason = disk::go_text(&error);
            Err(Error::new(
                Class::Input,
                format!("open {}: {reason}", path.display()),
            ))
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn times_are_gos() {
        let time = SystemTime::UNIX_EPOCH + Duration::new(1_704_164_645, 999);
        assert_eq!(rfc3339(time, &TimeZone::UTC), "2024-01-02T03:04:05Z");
        let east = TimeZone::fixed(jiff::tz::offset(2));
        assert_eq!(rfc3339(time, &east), "2024-01-02T05:04:05+02:00");
    }

    // The texts of `helm push c.tgz REMOTE` 4.3.1.
    #[test]
    fn only_registries_take_charts() {
        let error = |remote: &str| check_remote(remote).unwrap_err().text;
        assert_eq!(error("http://x/y"), "scheme \"http\" not supported");
        assert_eq!(
            error("x/y"),
            "scheme prefix missing from remote (e.g. \"oci://\")"
        );
        assert!(check_remote("oci://x/y").is_ok());
    }
}
