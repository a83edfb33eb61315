//! Signatures of plugins, which hold another description and have other texts than charts'.

use std::path::Path;

use pintle_chart::disk::go_text;
use pintle_provenance::{Verification, digest, message};

use super::{Signing, now, problem, read_keyring, read_passphrase};
use crate::Error;

/// Checks a signature of an archive.
///
/// # Errors
/// Whatever keeps it from being a valid signature of exactly this archive.
pub fn verify_plugin_bytes(
    name: &str,
    archive: &[u8],
    prov: &[u8],
    keyring: &Path,
) -> Result<Verification, Error> {
    let keyring = read_keyring(keyring)?;
    let sum = digest(archive).map_err(|error| problem(go_text(&error)))?;
    pintle_provenance::verify(prov, &sum, name, &keyring, now()).map_err(Error::from)
}

/// Finds out that a key can be used, before anything is signed with it.
///
/// # Errors
/// No such key, a wrong passphrase.
pub fn check_key(
    signing: &mut Signing,
    ask: &dyn Fn(&str) -> Result<Vec<u8>, Error>,
) -> Result<(), Error> {
    let keyring = read_keyring(&signing.keyring)
        .map_err(|error| error.prefixed("error reading from keyring: "))?;
    let signer = if signing.key.is_empty() {
        Err(problem("private key not found")
            .hint("--key says whose: part of a name or address; --sign=false does without"))
    } else {
        keyring.signer(&signing.key).map_err(Error::from)
    };
    if signing.passphrase.is_none()
        && let Some(file) = &signing.passphrase_file
    {
        signing.passphrase = Some(read_passphrase(file)?);
    }
    let signer = signer?;
    if signing.passphrase.is_none() && signer.is_locked() {
        signing.passphrase = Some(ask(signer.name())?);
    }
    if signer.is_locked() {
        signer.unlock(signing.passphrase.as_deref().unwrap_or_default())?;
    }
    Ok(())
}

/// The signature of an archive, with a key that [`check_key`] found good.
///
/// # Errors
/// A key that cannot sign.
pub fn sign_bytes(
    name: &str,
    archive: &[u8],
    metadata: &str,
    signing: &Signing,
) -> Result<String, Error> {
    let keyring = read_keyring(&signing.keyring)?;
    let signer = keyring.signer(&signing.key)?;
    let sum = digest(archive).map_err(|error| problem(go_text(&error)))?;
    let text = message(metadata, name, &sum)?;
    let passphrase = match &signing.passphrase {
        Some(passphrase) if signer.is_locked() => passphrase.as_slice(),
        _ => &[],
    };
    Ok(signer.sign(&text, passphrase, now())?)
}
