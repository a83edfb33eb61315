//! Private keys: making, reading, writing, signing with them.

use ed25519_dalek::{Signer as _, SigningKey};
use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::{Str, Value};
use rsa::pkcs1::{DecodeRsaPrivateKey, EncodeRsaPrivateKey, EncodeRsaPublicKey};
use rsa::pkcs8::DecodePrivateKey;
use rsa::{Pkcs1v15Sign, RsaPrivateKey};
use sha2::{Digest, Sha256};

use crate::Random;
use crate::call::{Call, Outcome};
use crate::curves::CurveKey;
use crate::declare::{Declaration, impure};
use crate::der::{Reader, bit_string, sequence};
use crate::primes::prime;
use crate::{dsa, pem};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    impure("genPrivateKey", &[Text], generate, "A new private key in PEM: rsa, ecdsa, ed25519 or dsa."),
];

/// Object identifiers, whole.
const RSA_ENCRYPTION: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01";
const SHA256_WITH_RSA: &[u8] = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b";
const EC_PUBLIC_KEY: &[u8] = b"\x06\x07\x2a\x86\x48\xce\x3d\x02\x01";
const ED25519: &[u8] = b"\x06\x03\x2b\x65\x70";
const NULL: &[u8] = b"\x05\x00";
/// What says "SHA-256" before the digest in an RSA signature.
const SHA256_DIGEST_INFO: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
/// What comes before the seed in an Ed25519 key of PKCS #8.
const ED25519_PKCS8: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";

/// A private key of a kind that can sign certificates.
pub(crate) enum PrivateKey {
    Rsa(Box<RsaPrivateKey>),
    Curve(CurveKey),
    Ed25519([u8; 32]),
    /// Read, but of no use for certificates: the DER is kept.
    Dsa(Vec<u8>),
}

/// The exponent of all public keys.
const EXPONENT: u32 = 65_537;
/// How often two primes are drawn. Once is enough but for a likelihood of 1 in 30000.
const TRIES: usize = 100;

/// A new RSA key.
///
/// # Errors
/// When the source of randomness fails.
pub(crate) fn generate_rsa(random: &dyn Random, bits: usize) -> Result<PrivateKey, String> {
    for _ in 0..TRIES {
        let primes = vec![prime(random, bits / 2)?, prime(random, bits / 2)?];
        // Fails where the primes are equal, or one less than a multiple of the exponent.
        if let Ok(key) = RsaPrivateKey::from_primes(primes, EXPONENT.into()) {
            return Ok(PrivateKey::Rsa(Box::new(key)));
        }
    }
    Err("the source of randomness gives no usable bytes".into())
}

/// HELM: an error becomes the result, as the function cannot fail.
fn generate(call: &Call<'_>) -> Outcome {
    let kind = call.str(0)?.to_text();
    let random = &*call.env.random;
    let key = match kind.as_ref() {
        "" | "rsa" => generate_rsa(random, 4096),
        "ecdsa" => CurveKey::generate(random).map(PrivateKey::Curve),
        "ed25519" => {
            let mut seed = [0; 32];
            random.fill(&mut seed).map(|()| PrivateKey::Ed25519(seed))
        }
        "dsa" => dsa::generate(random).map(PrivateKey::Dsa),
        _ => return Ok(Str::from([b"Unknown type ", call.bytes(0)?].concat()).into()),
    };
    Ok(Value::from(match key.and_then(|key| key.to_pem()) {
        Ok(text) => text,
        Err(error) => format!("failed to generate private key: {error}"),
    }))
}

impl PrivateKey {
    /// Reads a key in PEM.
    ///
    /// # Errors
    /// Sprig's text, with the words of our libraries for what is wrong inside.
    pub(crate) fn from_pem(text: &str) -> Result<Self, String> {
        let block = pem::decode(text).ok_or("no PEM data in input")?;
        let der = &block.bytes;
        match block.label.as_str() {
            "PRIVATE KEY" => {
                Self::from_pkcs8(der).map_err(|e| format!("decoding PEM as PKCS#8: {e}"))
            }
            "RSA PRIVATE KEY" => RsaPrivateKey::from_pkcs1_der(der)
                .map(|key| Self::Rsa(Box::new(key)))
                .map_err(|e| format!("parsing RSA private key from PEM: {e}")),
            "EC PRIVATE KEY" => CurveKey::from_sec1(der)
                .map(Self::Curve)
                .map_err(|e| format!("parsing EC private key from PEM: {e}")),
            "DSA PRIVATE KEY" => Ok(Self::Dsa(der.clone())),
            label if label.ends_with(" PRIVATE KEY") => {
                Err(format!("invalid private key type {label}"))
            }
            label => Err(format!("no private key data in PEM block of type {label}")),
        }
    }

    fn from_pkcs8(der: &[u8]) -> Result<Self, String> {
        if let Some(seed) = der.strip_prefix(ED25519_PKCS8) {
            let seed = seed
                .try_into()
                .map_err(|_| "x509: invalid Ed25519 private key length")?;
            return Ok(Self::Ed25519(seed));
        }
        if let Ok(key) = RsaPrivateKey::from_pkcs8_der(der) {
            return Ok(Self::Rsa(Box::new(key)));
        }
        CurveKey::from_pkcs8(der).map(Self::Curve)
    }

    /// The key in PEM, in the format that is usual for its kind.
    pub(crate) fn to_pem(&self) -> Result<String, String> {
        Ok(match self {
            Self::Rsa(key) => {
                let der = key.to_pkcs1_der().map_err(|error| error.to_string())?;
                pem::encode("RSA PRIVATE KEY", der.as_bytes())
            }
            Self::Curve(key) => pem::encode("EC PRIVATE KEY", &key.to_sec1()),
            Self::Ed25519(seed) => pem::encode("PRIVATE KEY", &[ED25519_PKCS8, seed].concat()),
            Self::Dsa(der) => pem::encode("DSA PRIVATE KEY", der),
        })
    }

    /// The bytes of the public key inside of [`PrivateKey::public_info`].
    pub(crate) fn public_bytes(&self) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(key) => key
                .to_public_key()
                .to_pkcs1_der()
                .map(|der| der.as_bytes().to_vec())
                .map_err(|error| error.to_string()),
            Self::Curve(key) => Ok(key.public_bytes()),
            Self::Ed25519(seed) => {
                let key = SigningKey::from_bytes(seed).verifying_key();
                Ok(key.to_bytes().to_vec())
            }
            Self::Dsa(_) => Err(NO_SIGNER.into()),
        }
    }

    /// The SubjectPublicKeyInfo of a certificate.
    pub(crate) fn public_info(&self) -> Result<Vec<u8>, String> {
        let algorithm = match self {
            Self::Rsa(_) => sequence(&[RSA_ENCRYPTION, NULL]),
            Self::Curve(key) => sequence(&[EC_PUBLIC_KEY, key.curve()]),
            Self::Ed25519(_) | Self::Dsa(_) => sequence(&[ED25519]),
        };
        Ok(sequence(&[&algorithm, &bit_string(&self.public_bytes()?)]))
    }

    /// The AlgorithmIdentifier of its signatures.
    pub(crate) fn signature_algorithm(&self) -> Vec<u8> {
        match self {
            Self::Rsa(_) => sequence(&[SHA256_WITH_RSA, NULL]),
            Self::Curve(key) => sequence(&[key.signature_algorithm()]),
            Self::Ed25519(_) | Self::Dsa(_) => sequence(&[ED25519]),
        }
    }

    /// Signs a message.
    pub(crate) fn sign(&self, message: &[u8]) -> Result<Vec<u8>, String> {
        match self {
            Self::Rsa(key) => {
                let padding = Pkcs1v15Sign {
                    hash_len: Some(32),
                    prefix: SHA256_DIGEST_INFO.into(),
                };
                key.sign(padding, &Sha256::digest(message))
                    .map_err(|error| error.to_string())
            }
            Self::Curve(key) => key.sign(message),
            Self::Ed25519(seed) => {
                let signature = SigningKey::from_bytes(seed).sign(message);
                Ok(signature.to_bytes().to_vec())
            }
            Self::Dsa(_) => Err(NO_SIGNER.into()),
        }
    }
}

const NO_SIGNER: &str = "x509: certificate private key does not implement crypto.Signer";

/// Whether a SubjectPublicKeyInfo is that of a key.
pub(crate) fn matches(info: &[u8], key: &PrivateKey) -> bool {
    let bits = |info: &[u8]| {
        let mut parts = Reader::new(Reader::new(info).expect(0x30)?.content);
        parts.expect(0x30)?;
        Some(parts.expect(0x03)?.content.to_vec())
    };
    key.public_info().is_ok_and(|own| bits(&own) == bits(info))
}
