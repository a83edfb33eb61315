//! Signatures by keys on secp256k1, of which each has a twin.

use std::io;

use k256::ecdsa::Signature;
use pgp::crypto::hash::HashAlgorithm;
use pgp::crypto::public_key::PublicKeyAlgorithm;
use pgp::errors::Result;
use pgp::ser::Serialize;
use pgp::types::{
    EcdsaPublicParams, Fingerprint, KeyDetails, KeyId, KeyVersion, Mpi, PublicParams,
    SignatureBytes, Timestamp, VerifyingKey,
};

/// A key that takes all signatures that ECDSA allows.
///
/// Of each signature `(r, s)` there is a twin `(r, n - s)` that is as good (SEC 1, 4.1.4). On
/// secp256k1 the library takes only the one with the smaller second number, as Bitcoin asks;
/// GnuPG writes either, and Helm takes both.
#[derive(Debug)]
pub struct EitherTwin<'a, K>(pub &'a K);

impl<K: VerifyingKey> VerifyingKey for EitherTwin<'_, K> {
    fn verify(&self, hash: HashAlgorithm, digest: &[u8], signature: &SignatureBytes) -> Result<()> {
        let answer = self.0.verify(hash, digest, signature);
        match (&answer, self.public_params(), signature) {
            (
                Err(_),
                PublicParams::ECDSA(EcdsaPublicParams::Secp256k1 { .. }),
                SignatureBytes::Mpis(numbers),
            ) => match twin(numbers) {
                Some(twin) => self.0.verify(hash, digest, &twin),
                None => answer,
            },
            _ => answer,
        }
    }
}

/// The twin with the smaller second number, of a signature on secp256k1 that has the larger one.
fn twin(numbers: &[Mpi]) -> Option<SignatureBytes> {
    let [r, s] = numbers else { return None };
    let signature = Signature::from_scalars(scalar(r)?, scalar(s)?).ok()?;
    let (r, s) = signature.normalize_s()?.split_bytes();
    Some(SignatureBytes::Mpis(vec![
        Mpi::from_slice(&r),
        Mpi::from_slice(&s),
    ]))
}

/// A number with zeros in front, as long as the curve's numbers are.
fn scalar(number: &Mpi) -> Option<[u8; 32]> {
    let number = number.as_ref();
    let mut bytes = [0; 32];
    let start = bytes.len().checked_sub(number.len())?;
    bytes[start..].copy_from_slice(number);
    Some(bytes)
}

impl<K: KeyDetails> KeyDetails for EitherTwin<'_, K> {
    fn version(&self) -> KeyVersion {
        self.0.version()
    }

    fn legacy_key_id(&self) -> KeyId {
        self.0.legacy_key_id()
    }

    fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint()
    }

    fn algorithm(&self) -> PublicKeyAlgorithm {
        self.0.algorithm()
    }

    fn created_at(&self) -> Timestamp {
        self.0.created_at()
    }

    fn legacy_v3_expiration_days(&self) -> Option<u16> {
        self.0.legacy_v3_expiration_days()
    }

    fn public_params(&self) -> &PublicParams {
        self.0.public_params()
    }
}

impl<K: Serialize> Serialize for EitherTwin<'_, K> {
    fn to_writer<W: io::Write>(&self, writer: &mut W) -> Result<()> {
        self.0.to_writer(writer)
    }

    fn write_len(&self) -> usize {
        self.0.write_len()
    }
}
