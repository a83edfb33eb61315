//! `pull`: a chart from a server to a file or folder.

mod untar;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use pintle_chart::disk::go_text;
use pintle_fetch::Url;
use pintle_registry::{Client, Located, Wanted, is_oci, no_signature};

use crate::{Access, Class, Error, Events, Level, Log};

/// What to pull, and where it goes.
#[derive(Debug, Clone)]
pub struct PullOptions {
    /// `oci://…` or a URL.
    pub reference: String,
    /// `--version`: a version or range; empty for the newest.
    pub version: String,
    /// `--prov`: the signature too.
    pub provenance: bool,
    /// `--destination`
    pub destination: PathBuf,
    /// `--untar`, with `--untardir`: unpack it there, and keep no archive.
    pub untar: Option<PathBuf>,
    /// How servers are reached.
    pub access: Access,
}

/// A chart that came, not yet written anywhere.
struct Arrived {
    file: String,
    chart: Vec<u8>,
    provenance: Option<Vec<u8>>,
}

/// Pulls one chart. What Helm prints while it works goes to `events`.
///
/// # Errors
/// No such chart, a server that does not give it, a place that cannot be written.
pub fn pull(options: &PullOptions, events: &dyn Events) -> Result<(), Error> {
    let arrived = if is_oci(&options.reference) {
        let client = options.access.registry()?;
        pintle_fetch::blocking(async || from_registry(&client, options, events).await)?
    } else {
        pintle_fetch::blocking(async || from_url(options, events).await)?
    };
    match &options.untar {
        Some(folder) => {
            let folder = options.destination.join(folder);
            untar::untar(&arrived.chart, &folder)
        }
        None => {
            let path = options.destination.join(&arrived.file);
            write(&path, &arrived.chart)?;
            if let Some(bytes) = &arrived.provenance {
                let mut path = path.into_os_string();
                path.push(".prov");
                write(Path::new(&path), bytes)?;
            }
            Ok(())
        }
    }
}

async fn from_registry(
    client: &Client,
    options: &PullOptions,
    events: &dyn Events,
) -> Result<Arrived, Error> {
    let Located { reference, file } = client.locate(&options.reference, &options.version).await?;
    let wanted = match options.provenance {
        true => Wanted::ChartAndSignature,
        false => Wanted::Chart,
    };
    let progress = &mut |done, total| events.progress(&amount(&file, done, total));
    let pulled = client.pull(&reference, wanted, progress).await?;
    events.message(pulled.report().trim_end_matches('\n'));
    if options.provenance {
        match &pulled.provenance {
            // HELM: it is pulled a second time for the signature, and says so.
            Some(_) => events.message(pulled.report().trim_end_matches('\n')),
            None => missing(&options.reference, &no_signature(), events),
        }
    }
    Ok(Arrived {
        file,
        chart: pulled.chart,
        provenance: pulled.provenance,
    })
}

async fn from_url(options: &PullOptions, events: &dyn Events) -> Result<Arrived, Error> {
    let reference = &options.reference;
    let (url, file) = file_url(reference)?;
    let session = options.access.client.session();
    let mut request = options.access.request(reference, reference);
    request.accept = Some("application/gzip,application/octet-stream".to_owned());
    let mut chart = Vec::new();
    let answer = session.send(&request).await?;
    if answer.status() != 200 {
        return Err(not_found(reference, &answer));
    }
    let progress = &mut |done, total| events.progress(&amount(&file, done, total));
    answer.write_to(&mut chart, progress).await?;
    let mut provenance = None;
    if options.provenance {
        request.url = signature_url(&url);
        let found = match session.send(&request).await {
            Ok(answer) if answer.status() == 200 => answer.read().await.map_err(Error::from),
            Ok(answer) => Err(not_found(&request.url, &answer)),
            Err(error) => Err(error.into()),
        };
        match found {
            Ok(bytes) => provenance = Some(bytes),
            Err(error) => missing(reference, &error.text, events),
        }
    }
    Ok(Arrived {
        file,
        chart,
        provenance,
    })
}

fn not_found(url: &str, answer: &pintle_fetch::Answer) -> Error {
    let (status, phrase) = (answer.status(), answer.phrase());
    Error::new(
        Class::Input,
        format!("failed to fetch {url} : {status}{phrase}"),
    )
}

fn missing(reference: &str, reason: &str, events: &dyn Events) {
    events.message(&format!(
        "WARNING: Verification not found for {reference}: {reason}"
    ));
    events.log(Log::new(Level::Debug, "no signature").with("chart", reference));
}

/// A URL, and the name of the file at its end.
fn file_url(reference: &str) -> Result<(Url, String), Error> {
    let refused = |text: String| Error::new(Class::Input, text);
    let is_url = reference.starts_with("http://") || reference.starts_with("https://");
    if !is_url {
        if let Some((scheme, _)) = reference.split_once("://") {
            return Err(refused(format!("scheme \"{scheme}\" not supported")));
        }
        return Err(match reference.split_once('/') {
            Some((name, _)) => refused(format!("repo {name} not found")),
            None => refused(format!(
                "non-absolute URLs should be in form of repo_name/path_to_chart, got: {reference}"
            )),
        });
    }
    let url = Url::parse(reference)
        .map_err(|_| refused(format!("invalid chart URL format: {reference}")))?;
    let name = url
        .path_segments()
        .and_then(|mut parts| parts.next_back())
        .unwrap_or_default();
    let name = decoded(name);
    let plain = !name.is_empty()
        && !matches!(name.as_str(), "." | "..")
        && !name.contains(['/', '\\', '\0']);
    if !plain {
        return Err(refused(format!("{reference} names no file"))
            .hint("the URL of a chart ends with the name of its archive, such as web-1.0.0.tgz"));
    }
    Ok((url, name))
}

/// `%2B` and its like as what they stand for.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = after.get(..2).filter(|_| *first == b'%');
        let code = code.and_then(|code| std::str::from_utf8(code).ok());
        match code.and_then(|code| u8::from_str_radix(code, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// DIFF: `.prov` goes to the path; Helm adds it behind a query.
fn signature_url(url: &Url) -> String {
    let mut url = url.clone();
    let path = format!("{}.prov", url.path());
    url.set_path(&path);
    url.into()
}

/// `web-1.0.0.tgz: 1.2 of 3.4 MiB`
fn amount(file: &str, done: u64, total: Option<u64>) -> String {
    let size = |bytes: u64| format!("{:.1}", bytes as f64 / f64::from(1 << 20));
    match total {
        Some(total) => format!("{file}: {} of {} MiB", size(done), size(total)),
        None => format!("{file}: {} MiB", size(done)),
    }
}

/// Writes a file beside its place, and puts it there.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let failed = |error: io::Error| {
        Error::new(
            Class::Input,
            format!("open {}: {}", path.display(), go_text(&error)),
        )
    };
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty());
    let mut builder = tempfile::Builder::new();
    builder.prefix(".pintle-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        builder.permissions(std::fs::Permissions::from_mode(0o644));
    }
    let mut file = builder
        .tempfile_in(folder.unwrap_or(Path::new(".")))
        .map_err(failed)?;
    file.write_all(bytes).map_err(failed)?;
    file.persist(path).map_err(|error| failed(error.error))?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_is_named_by_the_url_and_stays_in_its_folder() {
        let name = |url: &str| {
            file_url(url)
                .map(|(_, name)| name)
                .map_err(|error| error.text)
        };
        assert_eq!(
            name("http://h/a/web-1.0.0%2Bb.tgz?x=/y").unwrap(),
            "web-1.0.0+b.tgz"
        );
        for url in [
            "http://h/",
            "http://h",
            "http://h/a/",
            "http://h/..%2fx",
            "http://h/a%5Cb",
            "http://h/%00",
        ] {
            assert_eq!(name(url), Err(format!("{url} names no file")));
        }
        assert_eq!(name("nope/x").unwrap_err(), "repo nope not found");
        let url = Url::parse("http://h/a.tgz?q=1").unwrap();
        assert_eq!(signature_url(&url), "http://h/a.tgz.prov?q=1");
        assert_eq!(amount("f", 1 << 20, Some(3 << 19)), "f: 1.0 of 1.5 MiB");
    }
}
