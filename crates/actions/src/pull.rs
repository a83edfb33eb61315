//! `pull`: a chart from a server to a file or folder.

mod several;
mod untar;

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::content_type;
use pintle_chart::disk::go_text;
use pintle_fetch::Url;
use pintle_provenance::Verification;
use pintle_registry::{Client, Located, Wanted, is_oci, no_signature};
use pintle_repo::content::{Contents, parse_digest};
use pintle_repo::whole_file;

use crate::input::ChartInput;
use crate::locate;
use crate::provenance;
use crate::{Class, Error, Events};

pub use self::several::pull_all;

/// What to pull, and where it goes.
#[derive(Debug, Clone)]
pub struct PullOptions {
    /// Which chart.
    pub chart: ChartInput,
    /// `--prov`: the signature too.
    pub provenance: bool,
    /// `--destination`
    pub destination: PathBuf,
    /// `--untar`, with `--untardir`: unpack it there, and keep no archive.
    pub untar: Option<PathBuf>,
}

/// A chart that came, not yet written anywhere.
struct Arrived {
    file: String,
    chart: Vec<u8>,
    provenance: Option<Vec<u8>>,
    /// Where its signature is, or would be.
    signature_url: String,
}

/// Pulls one chart. What Helm prints while it works goes to `events`.
///
/// # Errors
/// No such chart, a server that does not give it, a place that cannot be written.
pub fn pull(options: &PullOptions, events: &dyn Events) -> Result<(), Error> {
    place(&arrive(options, events)?, options, events)
}

fn arrive(options: &PullOptions, events: &dyn Events) -> Result<Arrived, Error> {
    let is_oci = is_oci(&options.chart.reference) && options.chart.repository.is_none();
    if !is_oci {
        return from_server(options, events);
    }
    let client = options.chart.access.registry()?;
    pintle_fetch::blocking(async || from_registry(&client, options, events).await)
}

/// Checks what came, and writes it where it belongs.
fn place(arrived: &Arrived, options: &PullOptions, events: &dyn Events) -> Result<(), Error> {
    let verified = verify(arrived, &options.chart)?;
    match &options.untar {
        Some(folder) => {
            let folder = options.destination.join(folder);
            untar::untar(&arrived.chart, &folder)?;
        }
        None => {
            let path = options.destination.join(&arrived.file);
            write(&path, &arrived.chart)?;
            if let Some(bytes) = &arrived.provenance {
                let mut path = path.into_os_string();
                path.push(".prov");
                write(Path::new(&path), bytes)?;
            }
        }
    }
    if let Some(verified) = verified {
        events.message(provenance::told(&verified).trim_end_matches('\n'));
    }
    Ok(())
}

/// Checks the signature, when that is wanted, before anything is written.
///
/// DIFF: Helm leaves an archive that it could not verify.
fn verify(arrived: &Arrived, chart: &ChartInput) -> Result<Option<Verification>, Error> {
    if !chart.verify {
        return Ok(None);
    }
    let prov = arrived
        .provenance
        .as_ref()
        .ok_or_else(|| provenance::no_signature(&arrived.signature_url))?;
    provenance::verify_bytes(&arrived.file, &arrived.chart, prov, &chart.keyring).map(Some)
}

async fn from_registry(
    client: &Client,
    options: &PullOptions,
    events: &dyn Events,
) -> Result<Arrived, Error> {
    let (name, version) = (&options.chart.reference, options.chart.wanted_version());
    let Located { reference, file } = client.locate(name, &version).await?;
    let wanted = if options.provenance || options.chart.verify {
        Wanted::ChartAndSignature
    } else {
        Wanted::Chart
    };
    let pulled = client.pull(&reference, wanted).await?;
    events.message(pulled.report().trim_end_matches('\n'));
    if options.provenance || options.chart.verify {
        match &pulled.provenance {
            // HELM: it is pulled a second time for the signature, and says so.
            Some(_) => events.message(pulled.report().trim_end_matches('\n')),
            None if options.chart.verify => {}
            None => missing(name, &no_signature(), events),
        }
    }
    Ok(Arrived {
        signature_url: format!("oci://{reference}.prov"),
        file,
        chart: pulled.chart,
        provenance: pulled.provenance,
    })
}

/// From a repository, or a URL.
fn from_server(options: &PullOptions, events: &dyn Events) -> Result<Arrived, Error> {
    let access = &options.chart.access;
    let remote = locate::remote(&options.chart, events)?;
    let (url, file) = file_url(&remote.request.url)?;
    let contents = Contents::new(&access.places.content);
    // HELM: what is kept under the digest of the index is not fetched again.
    let kept = parse_digest(&remote.digest)?.and_then(|digest| contents.chart(&digest));
    let chart = match kept {
        Some(path) => fs::read(&path).map_err(|error| {
            Error::new(
                Class::Input,
                format!("open {}: {}", path.display(), go_text(&error)),
            )
        })?,
        None => archive(locate::download(&remote, access)?, &remote.request.url)?,
    };
    let mut provenance = None;
    if options.provenance || options.chart.verify {
        let mut request = remote.request.clone();
        request.url = signature_url(&url);
        match access.client.get_blocking(&request) {
            Ok(answer) => provenance = Some(answer.body),
            Err(_) if options.chart.verify => {}
            Err(error) => missing(&options.chart.reference, &error.to_string(), events),
        }
    }
    Ok(Arrived {
        signature_url: signature_url(&url),
        file,
        chart,
        provenance,
    })
}

/// DIFF: Helm keeps whatever comes, a page about an error say, as an archive.
fn archive(bytes: Vec<u8>, url: &str) -> Result<Vec<u8>, Error> {
    const GZIP: [u8; 2] = [0x1f, 0x8b];
    if bytes.starts_with(&GZIP) {
        return Ok(bytes);
    }
    let kind = content_type(&bytes);
    let text = format!("{url} does not appear to be a gzipped archive; got '{kind}'");
    Err(Error::new(Class::Input, text)
        .hint("is it the right address? download it yourself and look"))
}

fn missing(reference: &str, reason: &str, events: &dyn Events) {
    events.message(&format!(
        "WARNING: Verification not found for {reference}: {reason}"
    ));
}

/// A URL, and the name of the file at its end.
pub(crate) fn file_url(text: &str) -> Result<(Url, String), Error> {
    let refused = |text: String| Error::new(Class::Input, text);
    let url = Url::parse(text).map_err(|_| refused(format!("invalid chart URL format: {text}")))?;
    let name = url.path_segments().and_then(|mut parts| parts.next_back());
    let name = decoded(name.unwrap_or_default());
    let plain = !name.is_empty()
        && !matches!(name.as_str(), "." | "..")
        && !name.contains(['/', '\\', '\0']);
    if !plain {
        return Err(refused(format!("{text} names no file"))
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
pub(crate) fn signature_url(url: &Url) -> String {
    let mut url = url.clone();
    let path = format!("{}.prov", url.path());
    url.set_path(&path);
    url.into()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    whole_file::write_as(path, bytes, 0o644).map_err(|error| {
        let text = format!("open {}: {}", path.display(), go_text(&error));
        Error::new(Class::Input, text)
    })
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
        let url = Url::parse("http://h/a.tgz?q=1").unwrap();
        assert_eq!(signature_url(&url), "http://h/a.tgz.prov?q=1");
    }
}
