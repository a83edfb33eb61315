//! What programs send: archives and signatures.
//!
//! Nothing of a request names a file: an archive is read as a chart, within the limits of all
//! charts, and lies under the name and version that it has itself; a signature lies beside the
//! archive whose digest it names.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::{self, HeaderValue};
use http::request::Parts;
use http::{Method, StatusCode};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Incoming};
use pintle_semver::Version;

use crate::answer::{Answer, error, json};
use crate::api::Refused;
use crate::handle::State;
use crate::multipart::{boundary, parts};
use crate::route::{Route, asked};
use crate::{Overwrite, multipart};

/// File systems have no longer names.
const LONGEST_NAME: usize = 200;
/// How long an upload may take at most.
const WHOLE_UPLOAD: Duration = Duration::from_mins(10);
/// Of a body that is not wanted, this much is read, so that the client reads why.
const DRAINED: usize = 64 << 20;
/// And for this long.
const DRAINING: Duration = Duration::from_secs(2);

/// Takes an upload.
pub async fn post(state: &Arc<State>, route: &Route, head: &Parts, body: Incoming) -> Answer {
    let _place = state.uploads.acquire().await;
    let body = match tokio::time::timeout(WHOLE_UPLOAD, read(state, head, body)).await {
        Ok(Ok(body)) => body,
        Ok(Err((status, text))) => return error(status, &text),
        Err(_) => return error(StatusCode::REQUEST_TIMEOUT, "the upload took too long"),
    };
    let kind = head.headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let boundary = boundary(kind);
    let is_form = kind
        .trim_start()
        .to_ascii_lowercase()
        .starts_with("multipart/");
    let force = asked(head.uri.query(), "force").is_some();
    let is_prov = *route == Route::Prov;
    let done = state.away(move |state| {
        let upload = match (is_prov, boundary) {
            (true, _) => Upload {
                chart: None,
                prov: Some(&body),
            },
            (false, Some(boundary)) => Upload::of_form(&body, &boundary)?,
            (false, None) if is_form => {
                return Err(bad("the form has no boundary between its parts"));
            }
            (false, None) => Upload {
                chart: Some(&body),
                prov: None,
            },
        };
        let changing = state
            .changing
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let done = upload.keep(state, force);
        drop(changing);
        state.shelf.look_closely();
        done
    });
    match done.await {
        Ok(()) => json(StatusCode::CREATED, "{\"saved\":true}"),
        Err((status, text)) => error(status, &text),
    }
}

fn bad(text: impl Into<String>) -> Refused {
    (StatusCode::BAD_REQUEST, text.into())
}

/// Reads a body, within its limits.
async fn read(state: &State, head: &Parts, mut body: Incoming) -> Result<Bytes, Refused> {
    let limits = state.options.limits;
    let too_large = || {
        let text = format!("request too large: more than {} bytes", limits.upload);
        (StatusCode::PAYLOAD_TOO_LARGE, text)
    };
    if body.size_hint().lower() > limits.upload as u64 {
        drain(body, head).await;
        return Err(too_large());
    }
    let mut whole = BytesMut::new();
    loop {
        let next = tokio::time::timeout(limits.stall, body.frame()).await;
        let frame = match next {
            Ok(Some(Ok(frame))) => frame,
            Ok(Some(Err(_))) => return Err(bad("the upload broke off")),
            Ok(None) => return Ok(whole.freeze()),
            Err(_) => {
                let text = "the upload makes no progress".to_owned();
                return Err((StatusCode::REQUEST_TIMEOUT, text));
            }
        };
        let Ok(data) = frame.into_data() else {
            continue;
        };
        if whole.len() + data.len() > limits.upload {
            drain(body, head).await;
            return Err(too_large());
        }
        whole.extend_from_slice(&data);
    }
}

/// Reads what is not wanted, and forgets it: a client that is still sending would only see that
/// the connection broke, and not why.
pub async fn drain(mut body: Incoming, head: &Parts) {
    let waits = head.headers.get(header::EXPECT).map(HeaderValue::as_bytes);
    // Who waits for leave to send has not begun.
    if waits.is_some() || head.method == Method::GET || head.method == Method::HEAD {
        return;
    }
    let all = async {
        let mut size = 0;
        while let Some(Ok(frame)) = body.frame().await {
            size += frame.data_ref().map_or(0, Bytes::len);
            if size > DRAINED {
                return;
            }
        }
    };
    let _ = tokio::time::timeout(DRAINING, all).await;
}

/// An archive, a signature, or both.
struct Upload<'a> {
    chart: Option<&'a [u8]>,
    prov: Option<&'a [u8]>,
}

impl<'a> Upload<'a> {
    fn of_form(body: &'a [u8], boundary: &str) -> Result<Self, Refused> {
        let parts = parts(body, boundary).map_err(bad)?;
        let field = |name: &str| {
            let mut parts = parts.iter();
            parts
                .find(|part: &&multipart::Part<'_>| part.name == name)
                .map(|part| part.content)
        };
        let upload = Self {
            chart: field("chart"),
            prov: field("prov"),
        };
        if upload.chart.is_none() && upload.prov.is_none() {
            return Err(bad(
                "no package or provenance file found in form fields chart and prov",
            ));
        }
        Ok(upload)
    }

    /// Checks all, then writes all.
    fn keep(&self, state: &State, force: bool) -> Result<(), Refused> {
        let folder = state.shelf.folder();
        let replaces = match state.options.overwrite {
            Overwrite::Always => true,
            Overwrite::Forced => force,
            Overwrite::Never => false,
        };
        let exists = || (StatusCode::CONFLICT, "file already exists".to_owned());
        let name = match self.chart {
            Some(chart) => archive_name(chart)?,
            None => claimed(state, self.prov.unwrap_or_default())?,
        };
        let path = folder.join(&name);
        let prov_path = folder.join(format!("{name}.prov"));
        if let (Some(chart), Some(prov)) = (self.chart, self.prov) {
            check_prov(prov, &name, chart)?;
        }
        let is_there = match self.chart {
            Some(_) => path.symlink_metadata().is_ok(),
            None => prov_path.symlink_metadata().is_ok(),
        };
        if is_there && !replaces {
            return Err(exists());
        }
        if let Some(chart) = self.chart {
            // A signature of what was there before is none of this one.
            let _ = fs::remove_file(&prov_path);
            write(folder, &path, chart, replaces)?;
        }
        if let Some(prov) = self.prov {
            write(folder, &prov_path, prov, true)?;
        }
        Ok(())
    }
}

/// The name of the file for an archive, by what it says itself.
fn archive_name(bytes: &[u8]) -> Result<String, Refused> {
    let (chart, _) = pintle_chart::load_archive(bytes).map_err(|error| {
        let advice = error.advice().map(|advice| format!(": {advice}"));
        bad(error.text().to_owned() + &advice.unwrap_or_default())
    })?;
    chart
        .metadata
        .validate()
        .map_err(|error| bad(error.text()))?;
    let name = chart.archive_name();
    if Version::parse(&chart.metadata.version).is_err() {
        return Err(bad("the version of the chart is none"));
    }
    // Blanks and whatever else a file system or a URL might take for something else.
    let is_plain = |c: char| c.is_alphanumeric() || "-_.+~".contains(c);
    if name.starts_with('.') || !name.chars().all(is_plain) || name.len() > LONGEST_NAME {
        return Err(bad(format!("{name} is improperly formatted")));
    }
    Ok(name)
}

/// The archive in the folder that a signature is of.
fn claimed(state: &State, prov: &[u8]) -> Result<String, Refused> {
    let claims = pintle_provenance::claims(prov)
        .map_err(|error| bad(format!("invalid provenance file: {}", error.text())))?;
    let stock = state.shelf.look();
    let fits = claims.into_iter().find(|(file, digest)| {
        let item = stock.at(file);
        item.is_some_and(|item| *digest == format!("sha256:{}", item.entry.digest))
    });
    let (file, _) = fits.ok_or_else(|| {
        bad("invalid provenance file: it is of no archive that is here; upload that first")
    })?;
    if file.contains('/') {
        return Err(bad(format!("{file} is improperly formatted")));
    }
    Ok(file)
}

/// Whether a signature is of this archive. Who signed is for those to judge who have keyrings.
fn check_prov(prov: &[u8], name: &str, chart: &[u8]) -> Result<(), Refused> {
    let claims = pintle_provenance::claims(prov)
        .map_err(|error| bad(format!("invalid provenance file: {}", error.text())))?;
    let digest = pintle_repo::content::hex(&pintle_repo::cache::digest(chart));
    let wanted = format!("sha256:{digest}");
    let fits = claims
        .iter()
        .any(|(file, digest)| file == name && *digest == wanted);
    if fits {
        return Ok(());
    }
    Err(bad(format!(
        "invalid provenance file: it is not of this {name}"
    )))
}

/// Writes a file so that others see all of it or none.
fn write(folder: &Path, path: &Path, bytes: &[u8], replaces: bool) -> Result<(), Refused> {
    let done = tempfile::Builder::new()
        .prefix(".upload-")
        .tempfile_in(folder)
        .and_then(|mut file| {
            file.write_all(bytes)?;
            readable(file.path())?;
            file.as_file().sync_all()?;
            let done = if replaces {
                file.persist(path)
            } else {
                file.persist_noclobber(path)
            };
            done.map_err(|refused| refused.error)
        });
    match done {
        Ok(_) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err((StatusCode::CONFLICT, "file already exists".to_owned()))
        }
        Err(error) => {
            let reason = pintle_chart::disk::go_text(&error);
            let text = format!("the folder cannot be written to: {reason}");
            Err((StatusCode::INTERNAL_SERVER_ERROR, text))
        }
    }
}

#[cfg(unix)]
fn readable(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    fs::set_permissions(path, fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &Path) -> std::io::Result<()> {
    Ok(())
}
