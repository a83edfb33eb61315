//! Charts' signatures: `verify`, `--verify` and `package --sign`.

mod plugins;

use std::fs::{self, File};
use std::io::{self, BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use pintle_chart::disk::go_text;
use pintle_provenance::{Keyring, Verification, digest, message};

use crate::{Class, Error};

pub(crate) use plugins::{check_key, sign_bytes, verify_plugin_bytes};

/// Checks the archive at `path` against the `.prov` file beside it.
///
/// # Errors
/// Helm's text for whatever is not as it must be; nothing odd passes.
pub fn verify(path: &Path, keyring: &Path) -> Result<Verification, Error> {
    verify_with(path, &prov_of(path), keyring)
}

/// Checks the archive at `path` against a `.prov` file, under the archive's own name.
///
/// # Errors
/// As [`verify`].
pub fn verify_with(path: &Path, prov: &Path, keyring: &Path) -> Result<Verification, Error> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    verify_as(&name, path, prov, keyring)
}

/// Checks the archive that is kept at `path` under the name it was published with: files in a
/// cache have other names.
///
/// # Errors
/// As [`verify`].
pub fn verify_as(
    name: &str,
    path: &Path,
    prov: &Path,
    keyring: &Path,
) -> Result<Verification, Error> {
    let facts = fs::metadata(path)
        .map_err(|error| problem(format!("stat {}: {}", path.display(), go_text(&error))))?;
    if facts.is_dir() {
        return Err(problem("unpacked charts cannot be verified")
            .hint("a signature is of an archive: name NAME-VERSION.tgz"));
    }
    check_name(name)?;
    fs::metadata(prov).map_err(|error| {
        let prov = prov.display();
        problem(format!(
            "could not load provenance file {prov}: stat {prov}: {}",
            go_text(&error)
        ))
        .hint("the signature of x.tgz is the file x.tgz.prov beside it")
    })?;
    let keyring =
        read_keyring(keyring).map_err(|error| error.prefixed("failed to load keyring: "))?;
    let sum = File::open(path)
        .and_then(digest)
        .map_err(|error| unread("chart archive", path, &error))?;
    let prov = fs::read(prov).map_err(|error| unread("provenance file", prov, &error))?;
    pintle_provenance::verify(&prov, &sum, name, &keyring, now()).map_err(Error::from)
}

/// Checks an archive that was just fetched against its signature.
///
/// # Errors
/// As [`verify`].
pub fn verify_bytes(
    name: &str,
    archive: &[u8],
    prov: &[u8],
    keyring: &Path,
) -> Result<Verification, Error> {
    check_name(name)?;
    let keyring =
        read_keyring(keyring).map_err(|error| error.prefixed("failed to load keyring: "))?;
    let sum = digest(archive).map_err(|error| problem(go_text(&error)))?;
    pintle_provenance::verify(prov, &sum, name, &keyring, now()).map_err(Error::from)
}

/// HELM: the words for a signature that must be there and is not.
pub fn no_signature(url: &str) -> Error {
    problem(format!("failed to fetch provenance {url:?}"))
        .hint("without --verify, charts that nobody signed are taken too")
}

/// What is told of a chart's good signature.
pub fn told(verified: &Verification) -> String {
    told_of("Chart", verified)
}

/// What is told of the good signature of something of this kind.
pub(crate) fn told_of(kind: &str, verified: &Verification) -> String {
    let mut text = String::new();
    for name in &verified.names {
        text.push_str(&format!("Signed by: {name}\n"));
    }
    text.push_str(&format!(
        "Using Key With Fingerprint: {}\n{kind} Hash Verified: {}\n",
        verified.fingerprint, verified.digest
    ));
    text
}

fn check_name(name: &str) -> Result<(), Error> {
    let end = Path::new(name).extension();
    if end.is_some_and(|end| end.eq_ignore_ascii_case("tgz")) {
        return Ok(());
    }
    Err(problem("chart must be a tgz file"))
}

/// Where the signature of an archive is.
pub fn prov_of(archive: &Path) -> PathBuf {
    let mut path = archive.as_os_str().to_owned();
    path.push(".prov");
    path.into()
}

/// How archives are signed.
#[derive(Debug, Default)]
pub struct Signing {
    /// `--key`: part of a name of the key.
    pub key: String,
    /// `--keyring`: the file with the key.
    pub keyring: PathBuf,
    /// `--passphrase-file`: whose first line is the passphrase; `-` is standard input.
    pub passphrase_file: Option<String>,
    /// The passphrase, once it was read.
    pub passphrase: Option<Vec<u8>>,
}

/// Writes the `.prov` file of an archive. `ask` is given the name of a locked key, and gives its
/// passphrase, when no file has it.
///
/// # Errors
/// No such key, a wrong passphrase; the texts are Helm's.
pub fn sign(
    archive: &Path,
    signing: &mut Signing,
    ask: &dyn Fn(&str) -> Result<Vec<u8>, Error>,
) -> Result<(), Error> {
    let keyring = read_keyring(&signing.keyring)?;
    let signer = keyring.signer(&signing.key);
    if signing.passphrase.is_none()
        && let Some(file) = &signing.passphrase_file
    {
        signing.passphrase = Some(read_passphrase(file)?);
    }
    let signer = signer?;
    let passphrase = match &signing.passphrase {
        _ if !signer.is_locked() => Vec::new(),
        Some(passphrase) => passphrase.clone(),
        None => ask(signer.name())?,
    };
    signer.unlock(&passphrase)?;
    let bytes = fs::read(archive).map_err(|error| unread("chart archive", archive, &error))?;
    let (chart, _) = pintle_chart::load_archive(&bytes[..])
        .map_err(|error| Error::from(error.context("failed to load chart for signing")))?;
    let metadata = chart.metadata.to_yaml()?;
    let sum = digest(&bytes[..]).map_err(|error| unread("chart archive", archive, &error))?;
    let name = archive.file_name().unwrap_or_default().to_string_lossy();
    let text = message(&String::from_utf8_lossy(&metadata), &name, &sum)?;
    let prov = signer.sign(&text, &passphrase, now())?;
    let path = prov_of(archive);
    pintle_repo::whole_file::write(&path, prov.as_bytes())
        .map_err(|error| problem(format!("open {}: {}", path.display(), go_text(&error))))
}

fn read_keyring(path: &Path) -> Result<Keyring, Error> {
    let file = fs::read(path).map_err(|error| {
        let verb = if path.is_dir() { "read" } else { "open" };
        problem(format!("{verb} {}: {}", path.display(), go_text(&error)))
            .hint("a keyring is made with `gpg --export >keyring.gpg`, for --keyring")
    })?;
    Ok(Keyring::read(&file)?)
}

/// Why a passphrase could not be asked for.
pub fn no_passphrase(reason: String) -> Error {
    problem(reason).hint("without a terminal, --passphrase-file has the passphrase")
}

/// The first line of a file, or of standard input when that is a pipe.
fn read_passphrase(file: &str) -> Result<Vec<u8>, Error> {
    let mut line = Vec::new();
    let outcome = if file == "-" {
        if !is_pipe() {
            let text = "specified reading passphrase from stdin, without input on stdin";
            return Err(problem(text).hint("pipe the passphrase into this command"));
        }
        io::stdin().lock().read_until(b'\n', &mut line)
    } else {
        let opened = File::open(file)
            .map_err(|error| problem(format!("open {file}: {}", go_text(&error))))?;
        BufReader::new(opened).read_until(b'\n', &mut line)
    };
    outcome.map_err(|error| problem(format!("read {file}: {}", go_text(&error))))?;
    if line.is_empty() {
        return Err(problem("EOF").hint("the file with the passphrase is empty"));
    }
    for end in [b'\n', b'\r'] {
        line.pop_if(|last| *last == end);
    }
    Ok(line)
}

#[cfg(unix)]
fn is_pipe() -> bool {
    use std::os::fd::AsFd as _;
    use std::os::unix::fs::FileTypeExt as _;
    let Ok(copy) = io::stdin().as_fd().try_clone_to_owned() else {
        return false;
    };
    File::from(copy)
        .metadata()
        .is_ok_and(|facts| facts.file_type().is_fifo())
}

#[cfg(not(unix))]
fn is_pipe() -> bool {
    use io::IsTerminal as _;
    !io::stdin().is_terminal()
}

/// The time of day in seconds since 1970.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn unread(what: &str, path: &Path, error: &io::Error) -> Error {
    let verb = if path.is_dir() { "read" } else { "open" };
    problem(format!(
        "failed to read {what}: {verb} {}: {}",
        path.display(),
        go_text(error)
    ))
}

fn problem(text: impl Into<String>) -> Error {
    Error::new(Class::Input, text)
}
