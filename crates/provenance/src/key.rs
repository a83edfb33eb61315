//! One key: who it is of, what it may do, and whether it still may.

use pgp::packet::{
    Packet, PublicKey, PublicSubkey, SecretKey, SecretSubkey, Signature, SignatureType, UserId,
};
use pgp::types::{Fingerprint, KeyDetails, KeyId, Tag, Timestamp};

use crate::packets::Piece;
use crate::twin::EitherTwin;

/// A primary key with its names and subkeys, of which all signatures hold.
#[derive(Debug)]
pub struct Key {
    pub primary: Primary,
    /// Its names, such as `Name <address>`.
    pub names: Vec<String>,
    pub rights: Rights,
    pub subkeys: Vec<Subkey>,
}

/// The primary key.
#[derive(Debug)]
pub enum Primary {
    Public(Box<PublicKey>),
    Secret(Box<SecretKey>),
}

/// A subkey.
#[derive(Debug)]
pub struct Subkey {
    pub part: SubkeyPart,
    pub rights: Rights,
}

#[derive(Debug)]
pub enum SubkeyPart {
    Public(Box<PublicSubkey>),
    Secret(Box<SecretSubkey>),
}

/// What a key or subkey may do.
#[derive(Debug, Default, Clone, Copy)]
pub struct Rights {
    /// Whether it may sign files.
    pub signs: bool,
    pub revoked: bool,
    /// When it was made, and until when it may be used, in seconds since 1970.
    pub since: u64,
    pub until: Option<u64>,
}

impl Rights {
    pub fn is_expired(&self, now: u64) -> bool {
        now < self.since || self.until.is_some_and(|until| now >= until)
    }

    fn of(created: u64, newest: &Signature, revoked: bool) -> Self {
        Self {
            signs: newest.key_flags().sign(),
            revoked,
            since: created,
            until: newest
                .key_expiration_time()
                .map(|time| u64::from(time.as_secs()))
                .filter(|time| *time > 0)
                .map(|time| created + time),
        }
    }
}

impl Primary {
    pub fn public(&self) -> &PublicKey {
        match self {
            Self::Public(key) => key,
            Self::Secret(key) => key.public_key(),
        }
    }
}

impl Subkey {
    pub fn public(&self) -> &PublicSubkey {
        match &self.part {
            SubkeyPart::Public(key) => key,
            SubkeyPart::Secret(key) => key.public_key(),
        }
    }
}

impl Key {
    /// Makes a key of its packets; nothing of what is no key, or a key that nobody vouches for.
    pub fn read(pieces: Vec<Piece>) -> Option<Self> {
        let mut parts = Parts::default();
        for piece in pieces {
            parts.add(piece);
        }
        parts.finish()
    }

    pub fn fingerprint(&self) -> Fingerprint {
        self.primary.public().fingerprint()
    }
}

/// Whether a signature was made by a key that says it has this fingerprint or identifier.
pub fn is_by(signature: &Signature, fingerprint: &Fingerprint, id: &KeyId) -> bool {
    let by_fingerprint = signature.issuer_fingerprint();
    let by_id = signature.issuer_key_id();
    if by_fingerprint.is_empty() {
        return by_id.contains(&id);
    }
    by_fingerprint.contains(&fingerprint)
}

/// A key while its packets come in.
#[derive(Default)]
struct Parts {
    primary: Option<Primary>,
    own: Vec<Signature>,
    users: Vec<(UserId, Vec<Signature>)>,
    subkeys: Vec<(SubkeyPart, Vec<Signature>)>,
    /// What came last, which is what a signature is about.
    last: Last,
}

#[derive(Default)]
enum Last {
    #[default]
    Primary,
    User,
    Subkey,
    /// A picture, or what nobody understands.
    Other,
}

/// Tags of packets that say nothing about a key: trust, markers, padding.
const PASSED_OVER: [u8; 3] = [10, 12, 21];
const SIGNATURE: u8 = 2;

impl Parts {
    fn add(&mut self, piece: Piece) {
        match piece.packet {
            Some(Packet::PublicKey(key)) => self.primary = Some(Primary::Public(Box::new(key))),
            Some(Packet::SecretKey(key)) => self.primary = Some(Primary::Secret(Box::new(key))),
            Some(Packet::UserId(user)) => {
                self.users.push((user, Vec::new()));
                self.last = Last::User;
            }
            Some(Packet::PublicSubkey(key)) => self.subkey(SubkeyPart::Public(Box::new(key))),
            Some(Packet::SecretSubkey(key)) => self.subkey(SubkeyPart::Secret(Box::new(key))),
            Some(Packet::Signature(signature)) => {
                let about = match self.last {
                    Last::Primary => Some(&mut self.own),
                    Last::User => self.users.last_mut().map(|user| &mut user.1),
                    Last::Subkey => self.subkeys.last_mut().map(|subkey| &mut subkey.1),
                    Last::Other => None,
                };
                if let Some(about) = about {
                    about.push(signature);
                }
            }
            _ if piece.tag == SIGNATURE || PASSED_OVER.contains(&piece.tag) => {}
            _ => self.last = Last::Other,
        }
    }

    fn subkey(&mut self, part: SubkeyPart) {
        self.subkeys.push((part, Vec::new()));
        self.last = Last::Subkey;
    }

    fn finish(self) -> Option<Key> {
        let primary = self.primary?;
        let key = primary.public();
        let created = u64::from(key.created_at().as_secs());
        let revoked = self.own.iter().any(|signature| {
            signature.typ() == Some(SignatureType::KeyRevocation)
                && signature.verify_key(&EitherTwin(key)).is_ok()
        });
        let mut names = Vec::new();
        // The signature that says what the key may do: that of the name called primary, or of
        // the first.
        let mut main: Option<&Signature> = None;
        for (user, signatures) in &self.users {
            let Some(newest) = newest(signatures, |signature| {
                signature.is_certification()
                    && signature
                        .verify_certification(&EitherTwin(key), Tag::UserId, user)
                        .is_ok()
            }) else {
                continue;
            };
            let name = String::from_utf8_lossy(user.id()).into_owned();
            if !names.contains(&name) {
                names.push(name);
            }
            if main.is_none_or(|main| newest.is_primary() && !main.is_primary()) {
                main = Some(newest);
            }
        }
        let rights = Rights::of(created, main?, revoked);
        let subkeys = self
            .subkeys
            .into_iter()
            .filter_map(|(part, signatures)| Subkey::read(part, &signatures, key))
            .collect();
        Some(Key {
            primary,
            names,
            rights,
            subkeys,
        })
    }
}

impl Subkey {
    fn read(part: SubkeyPart, signatures: &[Signature], primary: &PublicKey) -> Option<Self> {
        let mut subkey = Self {
            part,
            rights: Rights::default(),
        };
        let public = subkey.public();
        let binding = newest(signatures, |signature| {
            signature.typ() == Some(SignatureType::SubkeyBinding)
                && signature
                    .verify_subkey_binding(&EitherTwin(primary), public)
                    .is_ok()
                && (!signature.key_flags().sign() || vouches_back(signature, public, primary))
        })?;
        let revoked = signatures.iter().any(|signature| {
            signature.typ() == Some(SignatureType::SubkeyRevocation)
                && signature
                    .verify_subkey_binding(&EitherTwin(primary), public)
                    .is_ok()
        });
        let created = u64::from(public.created_at().as_secs());
        subkey.rights = Rights::of(created, binding, revoked);
        Some(subkey)
    }
}

/// Whether a subkey that may sign says itself that it belongs to the primary key: else anybody
/// could take another's subkey for theirs.
fn vouches_back(binding: &Signature, subkey: &PublicSubkey, primary: &PublicKey) -> bool {
    binding.embedded_signature().is_some_and(|back| {
        back.typ() == Some(SignatureType::KeyBinding)
            && back
                .verify_primary_key_binding(&EitherTwin(subkey), primary)
                .is_ok()
    })
}

/// The newest of the signatures that hold.
fn newest(signatures: &[Signature], holds: impl Fn(&Signature) -> bool) -> Option<&Signature> {
    signatures
        .iter()
        .filter(|signature| holds(signature))
        .max_by_key(|signature| signature.created().map_or(0, Timestamp::as_secs))
}
