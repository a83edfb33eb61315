//! Keys of elliptic curves: P-256, P-384 and P-521.

use p256::ecdsa::signature::{RandomizedSigner, Signer};
use p256::elliptic_curve::rand_core::{self, CryptoRng, RngCore};
use p256::elliptic_curve::sec1::ToEncodedPoint;
use sha2::{Digest, Sha512};

use crate::Random;
use crate::der::{Reader, bit_string, integer, sequence, value};

/// Object identifiers, whole.
const CURVE_P256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
const CURVE_P384: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x22";
const CURVE_P521: &[u8] = b"\x06\x05\x2b\x81\x04\x00\x23";
const ECDSA_WITH_SHA256: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02";
const ECDSA_WITH_SHA384: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x03";
const ECDSA_WITH_SHA512: &[u8] = b"\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x04";

/// A private key.
pub(crate) enum CurveKey {
    P256(p256::SecretKey),
    P384(p384::SecretKey),
    P521(p521::SecretKey),
}

/// The same of the key, whatever its curve.
macro_rules! of_each {
    ($self:ident, $key:ident => $body:expr) => {
        match $self {
            Self::P256($key) => $body,
            Self::P384($key) => $body,
            Self::P521($key) => $body,
        }
    };
}

impl CurveKey {
    /// A new key of P-256.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub(crate) fn generate(random: &dyn Random) -> Result<Self, String> {
        // Almost every 32 bytes are a key.
        for _ in 0..64 {
            let mut bytes = [0; 32];
            random.fill(&mut bytes)?;
            if let Ok(key) = p256::SecretKey::from_slice(&bytes) {
                return Ok(Self::P256(key));
            }
        }
        Err("the source of randomness gives no usable bytes".into())
    }

    /// Reads the DER of an `EC PRIVATE KEY`.
    ///
    /// # Errors
    /// The words of our libraries.
    pub(crate) fn from_sec1(der: &[u8]) -> Result<Self, String> {
        let key = match named_curve(der) {
            Some(CURVE_P384) => p384::SecretKey::from_sec1_der(der).map(Self::P384),
            Some(CURVE_P521) => p521::SecretKey::from_sec1_der(der).map(Self::P521),
            _ => p256::SecretKey::from_sec1_der(der).map(Self::P256),
        };
        key.map_err(|error| error.to_string())
    }

    /// Reads the DER of a key in PKCS #8: its algorithm with the curve, and within it what
    /// [`Self::from_sec1`] reads, where the curve may be left out.
    ///
    /// # Errors
    /// The words of our libraries.
    pub(crate) fn from_pkcs8(der: &[u8]) -> Result<Self, String> {
        use p256::pkcs8::DecodePrivateKey;
        let p384 = || p384::SecretKey::from_pkcs8_der(der).map(Self::P384);
        let p521 = || p521::SecretKey::from_pkcs8_der(der).map(Self::P521);
        p256::SecretKey::from_pkcs8_der(der)
            .map(Self::P256)
            .or_else(|error| p384().or_else(|_| p521()).map_err(|_| error.to_string()))
    }

    /// The key as Go writes it, with its curve and public key.
    pub(crate) fn to_sec1(&self) -> Vec<u8> {
        let private: Vec<u8> = of_each!(self, key => key.to_bytes().to_vec());
        sequence(&[
            &integer(&[1]),
            &value(0x04, &private),
            &value(0xA0, self.curve()),
            &value(0xA1, &bit_string(&self.public_bytes())),
        ])
    }

    /// The point that is the public key, not compressed.
    pub(crate) fn public_bytes(&self) -> Vec<u8> {
        of_each!(self, key => key.public_key().to_encoded_point(false).as_bytes().to_vec())
    }

    /// The identifier of the curve.
    pub(crate) fn curve(&self) -> &'static [u8] {
        match self {
            Self::P256(_) => CURVE_P256,
            Self::P384(_) => CURVE_P384,
            Self::P521(_) => CURVE_P521,
        }
    }

    /// The identifier of its signatures, with the hash that Go takes for the curve.
    pub(crate) fn signature_algorithm(&self) -> &'static [u8] {
        match self {
            Self::P256(_) => ECDSA_WITH_SHA256,
            Self::P384(_) => ECDSA_WITH_SHA384,
            Self::P521(_) => ECDSA_WITH_SHA512,
        }
    }

    /// Signs a message.
    ///
    /// # Errors
    /// None of a key that could be read.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::P256(key) => {
                let signature: p256::ecdsa::Signature =
                    p256::ecdsa::SigningKey::from(key).sign(message);
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::P384(key) => {
                let signature: p384::ecdsa::Signature =
                    p384::ecdsa::SigningKey::from(key).sign(message);
                Ok(signature.to_der().as_bytes().to_vec())
            }
            Self::P521(key) => {
                let signer = p521::ecdsa::SigningKey::from_bytes(&key.to_bytes());
                let signer = signer.map_err(|error| error.to_string())?;
                let mut nonces = Nonces::new(&key.to_bytes(), message);
                let signature: p521::ecdsa::Signature = signer
                    .try_sign_with_rng(&mut nonces, message)
                    .map_err(|error| error.to_string())?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
        }
    }
}

/// The numbers that one signature needs, by hashes of the key and what is signed: the other two
/// curves' signatures do the same by RFC 6979, which hashes too short for P-521 do not fit.
struct Nonces {
    key: [u8; 64],
    blocks: u64,
}

impl Nonces {
    fn new(private: &[u8], message: &[u8]) -> Self {
        let key = Sha512::digest([private, &Sha512::digest(message)].concat());
        Self {
            key: key.into(),
            blocks: 0,
        }
    }
}

impl RngCore for Nonces {
    fn next_u32(&mut self) -> u32 {
        rand_core::impls::next_u32_via_fill(self)
    }

    fn next_u64(&mut self) -> u64 {
        rand_core::impls::next_u64_via_fill(self)
    }

    fn fill_bytes(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(64) {
            // A checksum of a secret of fixed length and a counter: nothing can be appended.
            let counter = self.blocks.to_be_bytes();
            let block = Sha512::digest([&self.key[..], &counter].concat());
            self.blocks += 1;
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), rand_core::Error> {
        self.fill_bytes(bytes);
        Ok(())
    }
}

impl CryptoRng for Nonces {}

/// The curve that an `EC PRIVATE KEY` names.
fn named_curve(der: &[u8]) -> Option<&[u8]> {
    let mut parts = Reader::new(Reader::new(der).expect(0x30)?.content);
    parts.expect(0x02)?;
    parts.expect(0x04)?;
    Some(parts.expect(0xA0)?.content)
}
