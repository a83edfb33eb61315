//! Keyrings: what GnuPG exports, as data or as text, and the file it keeps keys in itself.

use pgp::packet::Packet;
use pgp::types::{EcdsaPublicParams, Fingerprint, KeyDetails as _, KeyId, PublicParams};

use crate::key::Key;
use crate::packets::{self, Piece};
use crate::{Error, armor};

/// The keys of a file.
#[derive(Debug, Default)]
pub struct Keyring {
    pub(crate) keys: Vec<Key>,
    /// Keys that signatures cannot be checked with.
    pub(crate) unknown: Vec<UnknownKey>,
}

/// A key on a curve that is not known here.
#[derive(Debug)]
pub(crate) struct UnknownKey {
    pub fingerprint: Fingerprint,
    pub id: KeyId,
    /// The curve's name, such as `brainpoolP256r1`.
    pub curve: String,
}

/// Tags of the packets that a key begins with: a secret key, a public one.
const PRIMARY: [u8; 2] = [5, 6];

impl Keyring {
    /// Reads the keys of a file: packets, armored text, or a keybox. Keys that cannot be used for
    /// signatures are passed over.
    ///
    /// # Errors
    /// A file that is no keyring.
    pub fn read(file: &[u8]) -> Result<Self, Error> {
        let mut keyring = Self::default();
        if is_keybox(file) {
            for block in keybox(file)? {
                keyring.add(block)?;
            }
        } else if file.trim_ascii_start().starts_with(b"-----BEGIN PGP ") {
            let text = String::from_utf8_lossy(file);
            let mut rest = &*text;
            while let Some((block, after)) = armor::decode(rest) {
                keyring.add(&block)?;
                rest = after;
            }
        } else {
            keyring.add(file).map_err(|error| {
                error.hint("a keyring is made with `gpg --export` or `gpg --export-secret-keys`")
            })?;
        }
        Ok(keyring)
    }

    fn add(&mut self, data: &[u8]) -> Result<(), Error> {
        let mut open: Option<Vec<Piece>> = None;
        for piece in packets::pieces(data)? {
            if PRIMARY.contains(&piece.tag) {
                self.keys.extend(open.take().and_then(Key::read));
                self.unknown.extend(UnknownKey::of(&piece));
                open = Some(vec![piece]);
            } else if let Some(open) = &mut open {
                open.push(piece);
            }
        }
        self.keys.extend(open.and_then(Key::read));
        Ok(())
    }
}

impl UnknownKey {
    fn of(piece: &Piece) -> Option<Self> {
        let key = match piece.packet.as_ref()? {
            Packet::PublicKey(key) => key,
            Packet::SecretKey(key) => key.public_key(),
            _ => return None,
        };
        match key.public_params() {
            PublicParams::ECDSA(EcdsaPublicParams::Unsupported { curve, .. }) => Some(Self {
                fingerprint: key.fingerprint(),
                id: key.legacy_key_id(),
                curve: curve.to_string(),
            }),
            _ => None,
        }
    }
}

/// Kinds of blocks in a keybox.
const HEADER: u8 = 1;
const OPENPGP: u8 = 2;

fn is_keybox(file: &[u8]) -> bool {
    file.get(4) == Some(&HEADER) && file.get(8..12) == Some(b"KBXf")
}

/// The blocks of OpenPGP data in the file that GnuPG keeps public keys in since version 2.1.
fn keybox(file: &[u8]) -> Result<Vec<&[u8]>, Error> {
    let broken = || Error::new("unexpected EOF").hint("the keybox ends in the middle of a key");
    let number = |data: &[u8], at: usize| -> Option<usize> {
        let bytes = data.get(at..at + 4)?;
        Some(
            bytes
                .iter()
                .fold(0, |number, byte| (number << 8) | usize::from(*byte)),
        )
    };
    let mut blocks = Vec::new();
    let mut rest = file;
    while !rest.is_empty() {
        let size = number(rest, 0)
            .filter(|size| *size >= 5)
            .ok_or_else(broken)?;
        let (blob, after) = rest.split_at_checked(size).ok_or_else(broken)?;
        rest = after;
        if blob[4] == OPENPGP {
            let start = number(blob, 8).ok_or_else(broken)?;
            let size = number(blob, 12).ok_or_else(broken)?;
            blocks.push(
                blob.get(start..start.saturating_add(size))
                    .ok_or_else(broken)?,
            );
        }
    }
    Ok(blocks)
}
