//! Signing.

use pgp::crypto::hash::HashAlgorithm;
use pgp::packet::{
    PacketTrait as _, SecretKey, SecretSubkey, SignatureConfig, SignatureType, Subpacket,
    SubpacketData,
};
use pgp::types::{Password, S2kParams, SecretParams, SigningKey, StringToKey, Timestamp};

use crate::cleartext::{Signed, without_blanks};
use crate::key::{Key, Primary, SubkeyPart};
use crate::{Error, Keyring};

/// A secret key that signs.
#[derive(Debug)]
pub struct Signer<'a> {
    key: &'a Key,
    part: Part<'a>,
}

#[derive(Debug, Clone, Copy)]
enum Part<'a> {
    Primary(&'a SecretKey),
    Subkey(&'a SecretSubkey),
}

impl Keyring {
    /// The key that `id` means: the one with exactly that name, else the only one with a name
    /// that contains it.
    ///
    /// # Errors
    /// No such key, several, or one whose secret part is not here; the texts are Helm's.
    pub fn signer(&self, id: &str) -> Result<Signer<'_>, Error> {
        let exact = self
            .keys
            .iter()
            .find(|key| key.names.iter().any(|name| name == id));
        let key = match exact {
            Some(key) => key,
            None => self.containing(id)?,
        };
        let part = part(key).ok_or_else(|| {
            Error::new(
                "provided key is not a private key. Try providing a keyring with secret keys",
            )
            .hint("`gpg --export-secret-keys >secring.gpg` makes one, for --keyring")
        })?;
        Ok(Signer { key, part })
    }

    /// HELM: a key with two names that contain the text counts as two keys.
    fn containing(&self, id: &str) -> Result<&Key, Error> {
        let mut found = self
            .keys
            .iter()
            .flat_map(|key| key.names.iter().map(move |name| (key, name)))
            .filter(|(_, name)| name.contains(id));
        let Some((key, name)) = found.next() else {
            return Err(Error::new("private key not found").hint(format!(
                "the keyring has no key with a name that contains {id:?}; gpg --list-keys shows names"
            )));
        };
        if let Some((_, other)) = found.next() {
            return Err(
                Error::new(format!("more than one key contain the id {id:?}")).hint(format!(
                    "{name:?} and {other:?} do; --key takes a whole name, too"
                )),
            );
        }
        Ok(key)
    }
}

/// What signs for a key.
///
/// DIFF: Helm signs with the primary key even when that may not sign, and nobody accepts the
/// signature, Helm included; then we take a subkey that may.
fn part(key: &Key) -> Option<Part<'_>> {
    let Primary::Secret(primary) = &key.primary else {
        return None;
    };
    let is_here = has_secret(primary.secret_params());
    let subkey = key.subkeys.iter().rev().find_map(|subkey| {
        let SubkeyPart::Secret(secret) = &subkey.part else {
            return None;
        };
        let is_good = subkey.rights.signs && !subkey.rights.revoked;
        (is_good && has_secret(secret.secret_params())).then_some(&**secret)
    });
    match subkey {
        Some(subkey) if !is_here || !key.rights.signs => Some(Part::Subkey(subkey)),
        _ if is_here => Some(Part::Primary(primary)),
        _ => None,
    }
}

/// Whether the secret is in the file. GnuPG leaves a stub of a primary key that is kept apart.
fn has_secret(params: &SecretParams) -> bool {
    let SecretParams::Encrypted(params) = params else {
        return true;
    };
    let (S2kParams::Cfb { s2k, .. }
    | S2kParams::MalleableCfb { s2k, .. }
    | S2kParams::Aead { s2k, .. }) = params.string_to_key_params()
    else {
        return true;
    };
    !matches!(
        s2k,
        StringToKey::Private { .. } | StringToKey::Reserved { .. }
    )
}

impl Signer<'_> {
    /// The key's first name.
    pub fn name(&self) -> &str {
        self.key.names.first().map_or("Unknown", String::as_str)
    }

    /// Whether it needs a passphrase.
    pub fn is_locked(&self) -> bool {
        match self.part {
            Part::Primary(key) => key.secret_params().is_encrypted(),
            Part::Subkey(key) => key.secret_params().is_encrypted(),
        }
    }

    /// Checks a passphrase before there is anything to sign.
    ///
    /// # Errors
    /// A wrong one.
    pub fn unlock(&self, passphrase: &[u8]) -> Result<(), Error> {
        let password = Password::from(passphrase);
        let outcome = match self.part {
            Part::Primary(key) => key.unlock(&password, |_, _| Ok(())),
            Part::Subkey(key) => key.unlock(&password, |_, _| Ok(())),
        };
        match outcome {
            Ok(Ok(())) => Ok(()),
            _ => Err(
                Error::new("openpgp: invalid data: private key checksum failure")
                    .hint("is this the right passphrase?"),
            ),
        }
    }

    /// The text, with a signature made at `now`, in seconds since 1970.
    ///
    /// # Errors
    /// A wrong passphrase, or a kind of key that cannot sign.
    pub fn sign(&self, text: &str, passphrase: &[u8], now: u64) -> Result<String, Error> {
        self.unlock(passphrase)?;
        let text = without_blanks(text);
        let data = Signed::canonical(&text);
        let password = Password::from(passphrase);
        let signature = match self.part {
            Part::Primary(key) => signed(key, &password, &data, now),
            Part::Subkey(key) => signed(key, &password, &data, now),
        }
        .map_err(|error| {
            Error::new(format!(
                "failed to either sign or armor message block: {error}"
            ))
            .hint("keys for RSA, Ed25519 and the curves of NIST can sign")
        })?;
        Ok(Signed { text, signature }.write())
    }
}

/// The packet of a signature.
fn signed(
    key: &impl SigningKey,
    password: &Password,
    data: &[u8],
    now: u64,
) -> pgp::errors::Result<Vec<u8>> {
    let mut config =
        SignatureConfig::v4(SignatureType::Text, key.algorithm(), HashAlgorithm::Sha512);
    let now = Timestamp::from_secs(u32::try_from(now).unwrap_or(u32::MAX));
    config.hashed_subpackets = vec![
        Subpacket::regular(SubpacketData::SignatureCreationTime(now))?,
        Subpacket::regular(SubpacketData::IssuerFingerprint(key.fingerprint()))?,
        Subpacket::regular(SubpacketData::IssuerKeyId(key.legacy_key_id()))?,
    ];
    let signature = config.sign(key, password, data)?;
    let mut packet = Vec::new();
    signature.to_writer_with_header(&mut packet)?;
    Ok(packet)
}
