//! Verifying. Whatever is odd is no valid signature.

use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::packet::{Packet, Signature, SignatureType};
use pgp::types::{KeyDetails, VerifyingKey};

use crate::cleartext::Signed;
use crate::key::{Key, Rights, is_by};
use crate::message::{digest_of, digests};
use crate::twin::EitherTwin;
use crate::{Error, Keyring, packets};

/// Who vouches for an archive.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// The names of the key.
    pub names: Vec<String>,
    /// The fingerprint of the primary key, in hexadecimal digits.
    pub fingerprint: String,
    /// The digest of the archive, with `sha256:` in front.
    pub digest: String,
}

/// The largest `.prov` file that is looked at, in bytes.
const LARGEST: usize = 8 << 20;

/// Checks that `prov` has a valid signature of a key in the keyring over the digest of the
/// archive `file`. `now` is the time of day in seconds since 1970.
///
/// # Errors
/// Helm's text for whatever is not as it must be.
pub fn verify(
    prov: &[u8],
    digest: &str,
    file: &str,
    keyring: &Keyring,
    now: u64,
) -> Result<Verification, Error> {
    let signed = signed(prov)?;
    let key = signer_of(&signed, keyring, now)?;
    let digest = format!("sha256:{digest}");
    let Some(expected) = digest_of(&signed.text, file)? else {
        return Err(Error::new(format!(
            "provenance does not contain a SHA for a file named {file:?}"
        ))
        .hint("the signature is good, but of another archive; has the file been renamed?"));
    };
    if expected != digest {
        return Err(Error::new(format!(
            "sha256 sum does not match for {file}: {expected:?} != {digest:?}"
        ))
        .hint("the archive is not the one that was signed: do not use it"));
    }
    Ok(Verification {
        names: key.names.clone(),
        fingerprint: format!("{:X}", key.fingerprint()),
        digest,
    })
}

/// The files that `prov` says it is of, with their digests (`sha256:…`). Nobody is asked who
/// signed it, or whether that is so: this tells what belongs together, not what to believe.
///
/// # Errors
/// What is no signed text, or not that of a chart.
pub fn claims(prov: &[u8]) -> Result<Vec<(String, String)>, Error> {
    let signed = signed(prov)?;
    let pieces = packets::pieces(&signed.signature)?;
    if !pieces
        .iter()
        .any(|piece| matches!(piece.packet, Some(Packet::Signature(_))))
    {
        return Err(no_block());
    }
    digests(&signed.text)
}

fn signed(prov: &[u8]) -> Result<Signed, Error> {
    if prov.len() > LARGEST {
        return Err(no_block());
    }
    Signed::read(&String::from_utf8_lossy(prov)).ok_or_else(no_block)
}

fn no_block() -> Error {
    Error::new("signature block not found")
        .hint("a .prov file holds a clear-signed text; is this one? Was it downloaded whole?")
}

/// The key that signed the text.
fn signer_of<'a>(signed: &Signed, keyring: &'a Keyring, now: u64) -> Result<&'a Key, Error> {
    let data = Signed::canonical(&signed.text);
    for piece in packets::pieces(&signed.signature)? {
        let Some(Packet::Signature(signature)) = piece.packet else {
            return Err(
                Error::new("openpgp: invalid data: non signature packet found")
                    .hint("the signature is of a kind that is not known"),
            );
        };
        if !is_strong(&signature) {
            continue;
        }
        let mut refused = unknown(keyring, &signature);
        for key in &keyring.keys {
            for (part, rights) in parts(key, &signature) {
                match part.check(&signature, &data) {
                    Ok(()) => {
                        check_times(key, rights, &signature, now)?;
                        return Ok(key);
                    }
                    Err(error) => refused = Some(error),
                }
            }
        }
        if let Some(error) = refused {
            return Err(error);
        }
    }
    Err(Error::new("openpgp: signature made by unknown entity").hint(
        "the keyring has no key that may have made the signature; --keyring names another keyring",
    ))
}

/// DIFF: a signature by a key on one of the Brainpool curves is refused: no kept library checks
/// them all. Helm checks it.
fn unknown(keyring: &Keyring, signature: &Signature) -> Option<Error> {
    let key = keyring
        .unknown
        .iter()
        .find(|key| is_by(signature, &key.fingerprint, &key.id))?;
    Some(
        Error::new("openpgp: signature made by unknown entity").hint(format!(
            "the key {:X} is on the curve {}, whose signatures cannot be checked here; Helm can",
            key.fingerprint, key.curve
        )),
    )
}

/// Whether a signature is of a kind that is believed.
fn is_strong(signature: &Signature) -> bool {
    let is_of_file = matches!(
        signature.typ(),
        Some(SignatureType::Text | SignatureType::Binary)
    );
    let hash = signature.hash_alg();
    is_of_file
        && matches!(
            hash,
            Some(
                HashAlgorithm::Sha1
                    | HashAlgorithm::Sha224
                    | HashAlgorithm::Sha256
                    | HashAlgorithm::Sha384
                    | HashAlgorithm::Sha512
                    | HashAlgorithm::Sha3_256
                    | HashAlgorithm::Sha3_512
            )
        )
}

/// The parts of a key that may have made a signature.
fn parts<'a>(key: &'a Key, signature: &Signature) -> Vec<(&'a dyn Checks, Rights)> {
    let mut parts: Vec<(&dyn Checks, Rights)> = Vec::new();
    let primary = key.primary.public();
    if key.rights.signs && is_by(signature, &primary.fingerprint(), &primary.legacy_key_id()) {
        parts.push((primary, key.rights));
    }
    for subkey in &key.subkeys {
        let public = subkey.public();
        if subkey.rights.signs && is_by(signature, &public.fingerprint(), &public.legacy_key_id()) {
            parts.push((public, subkey.rights));
        }
    }
    parts
}

/// A key or subkey.
trait Checks {
    /// Whether a signature over `data` is its own.
    fn check(&self, signature: &Signature, data: &[u8]) -> Result<(), Error>;
}

impl<K: VerifyingKey + KeyDetails> Checks for K {
    fn check(&self, signature: &Signature, data: &[u8]) -> Result<(), Error> {
        signature.verify(&EitherTwin(self), data).map_err(|_| {
            let kind = match self.algorithm() {
                PublicKeyAlgorithm::RSA
                | PublicKeyAlgorithm::RSASign
                | PublicKeyAlgorithm::RSAEncrypt => "RSA",
                PublicKeyAlgorithm::DSA => "DSA",
                PublicKeyAlgorithm::ECDSA => "ECDSA",
                PublicKeyAlgorithm::EdDSALegacy => "EdDSA",
                PublicKeyAlgorithm::Ed25519 => "Ed25519",
                _ => "",
            };
            let text = format!("openpgp: invalid signature: {kind} verification failure");
            Error::new(text).hint("the signed text was changed, or the key cannot be checked")
        })
    }
}

/// HELM: a key that was revoked or has expired vouches for nothing, whenever it signed.
fn check_times(key: &Key, rights: Rights, signature: &Signature, now: u64) -> Result<(), Error> {
    if key.rights.revoked || rights.revoked {
        return Err(Error::new("openpgp: signature made by revoked key"));
    }
    if key.rights.is_expired(now) || rights.is_expired(now) {
        return Err(Error::new("openpgp: key expired"));
    }
    let made = signature
        .created()
        .map_or(0, |time| u64::from(time.as_secs()));
    let lasts = signature
        .signature_expiration_time()
        .map_or(0, |time| u64::from(time.as_secs()));
    if made > now || (lasts > 0 && now >= made + lasts) {
        return Err(Error::new("openpgp: signature expired"));
    }
    Ok(())
}
