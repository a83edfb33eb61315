//! X.509 certificates as Go's `x509.CreateCertificate` lays them out.

use core::net::IpAddr;

use sha2::{Digest, Sha256};

use crate::calendar::{Civil, SECONDS_PER_DAY};
use crate::der::{Reader, bit_string, integer, sequence, value};
use crate::keys::PrivateKey;

const COMMON_NAME: &[u8] = b"\x06\x03\x55\x04\x03";
const SUBJECT_KEY: &[u8] = b"\x06\x03\x55\x1d\x0e";
const KEY_USAGE: &[u8] = b"\x06\x03\x55\x1d\x0f";
const ALTERNATIVE_NAMES: &[u8] = b"\x06\x03\x55\x1d\x11";
const BASIC_CONSTRAINTS: &[u8] = b"\x06\x03\x55\x1d\x13";
const AUTHORITY_KEY: &[u8] = b"\x06\x03\x55\x1d\x23";
const EXTENDED_KEY_USAGE: &[u8] = b"\x06\x03\x55\x1d\x25";
const SERVER_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x01";
const CLIENT_AUTH: &[u8] = b"\x06\x08\x2b\x06\x01\x05\x05\x07\x03\x02";
const TRUE: &[u8] = b"\x01\x01\xff";
/// Three bits unused: digitalSignature and keyEncipherment.
const USAGE: &[u8] = b"\x03\x02\x05\xa0";
/// Two bits unused: the same and keyCertSign.
const AUTHORITY_USAGE: &[u8] = b"\x03\x02\x02\xa4";

/// What a certificate shall say.
#[derive(Debug)]
pub(crate) struct Request {
    pub common_name: String,
    pub addresses: Vec<IpAddr>,
    pub names: Vec<String>,
    pub serial: [u8; 16],
    /// Seconds after 1970 began: when it becomes valid.
    pub now: i64,
    pub days: i64,
    pub authority: bool,
}

/// What a certificate takes over from the one that signs it.
#[derive(Debug)]
pub(crate) struct Issuer {
    /// Its subject, in DER.
    subject: Vec<u8>,
    /// Its public key, in DER.
    pub public_info: Vec<u8>,
    /// The identifier of that key, if it has one.
    key_identifier: Option<Vec<u8>>,
}

impl Issuer {
    /// Reads a certificate.
    ///
    /// # Errors
    /// Go's text, without its details.
    pub(crate) fn parse(der: &[u8]) -> Result<Self, String> {
        Self::read(der).ok_or_else(|| "x509: malformed certificate".into())
    }

    fn read(der: &[u8]) -> Option<Self> {
        let mut outer = Reader::new(Reader::new(der).expect(0x30)?.content);
        let mut body = Reader::new(outer.expect(0x30)?.content);
        body.expect(0xA0);
        // Serial number and signature algorithm.
        body.expect(0x02)?;
        body.expect(0x30)?;
        // Issuer and validity.
        body.expect(0x30)?;
        body.expect(0x30)?;
        let subject = body.expect(0x30)?.whole.to_vec();
        let public_info = body.expect(0x30)?.whole.to_vec();
        body.expect(0x81);
        body.expect(0x82);
        let key_identifier = body
            .expect(0xA3)
            .and_then(|extensions| read_key_identifier(extensions.content));
        Some(Self {
            subject,
            public_info,
            key_identifier,
        })
    }
}

fn read_key_identifier(extensions: &[u8]) -> Option<Vec<u8>> {
    let mut list = Reader::new(Reader::new(extensions).expect(0x30)?.content);
    while let Some(extension) = list.expect(0x30) {
        let mut parts = Reader::new(extension.content);
        let identifier = parts.next()?;
        parts.expect(0x01);
        let inner = parts.expect(0x04)?;
        if identifier.whole == SUBJECT_KEY {
            return Some(Reader::new(inner.content).expect(0x04)?.content.to_vec());
        }
    }
    None
}

/// Makes a certificate for `key`, signed by `signer`; without an issuer it is its own.
///
/// # Errors
/// When a key cannot sign, or the dates do not fit.
pub(crate) fn create(
    request: &Request,
    key: &PrivateKey,
    issuer: Option<&Issuer>,
    signer: &PrivateKey,
) -> Result<Vec<u8>, String> {
    let subject = subject(&request.common_name);
    let algorithm = signer.signature_algorithm();
    let lifetime = request.days.saturating_mul(SECONDS_PER_DAY);
    let validity = sequence(&[
        &time(request.now)?,
        &time(request.now.saturating_add(lifetime))?,
    ]);
    let body = sequence(&[
        // Version 3.
        &value(0xA0, &integer(&[2])),
        &integer(&request.serial),
        &algorithm,
        issuer.map_or(&subject, |issuer| &issuer.subject),
        &validity,
        &subject,
        &key.public_info()?,
        &value(
            0xA3,
            &sequence(&[&extensions(request, key, issuer, &subject)?]),
        ),
    ]);
    let signature = signer.sign(&body)?;
    Ok(sequence(&[&body, &algorithm, &bit_string(&signature)]))
}

/// The name, with the string type Go chooses: printable where the characters allow it.
fn subject(common_name: &str) -> Vec<u8> {
    if common_name.is_empty() {
        return sequence(&[]);
    }
    let printable = |b: u8| b.is_ascii_alphanumeric() || b" '()+,-./:=?*&".contains(&b);
    let tag = if common_name.bytes().all(printable) {
        0x13
    } else {
        0x0C
    };
    let attribute = sequence(&[COMMON_NAME, &value(tag, common_name.as_bytes())]);
    sequence(&[&value(0x31, &attribute)])
}

/// Two digits of the year until 2049, then four.
fn time(seconds: i64) -> Result<Vec<u8>, String> {
    let civil = Civil::from_seconds(seconds);
    let rest = format!(
        "{:02}{:02}{:02}{:02}{:02}Z",
        civil.month, civil.day, civil.hour, civil.minute, civil.second
    );
    match civil.year {
        1950..=2049 => Ok(value(
            0x17,
            format!("{:02}{rest}", civil.year % 100).as_bytes(),
        )),
        0..=9999 => Ok(value(0x18, format!("{:04}{rest}", civil.year).as_bytes())),
        _ => Err("asn1: structure error: cannot represent time as GeneralizedTime".into()),
    }
}

fn extension(identifier: &[u8], critical: bool, content: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { TRUE } else { &[] };
    sequence(&[identifier, flag, &value(0x04, content)])
}

fn extensions(
    request: &Request,
    key: &PrivateKey,
    issuer: Option<&Issuer>,
    subject: &[u8],
) -> Result<Vec<u8>, String> {
    let usage = if request.authority {
        AUTHORITY_USAGE
    } else {
        USAGE
    };
    let constraints = sequence(&[if request.authority { TRUE } else { &[] }]);
    let mut all = [
        extension(KEY_USAGE, true, usage),
        extension(
            EXTENDED_KEY_USAGE,
            false,
            &sequence(&[SERVER_AUTH, CLIENT_AUTH]),
        ),
        extension(BASIC_CONSTRAINTS, true, &constraints),
    ]
    .concat();
    if request.authority {
        // GO: since 1.25 the start of a SHA-256 checksum of the key.
        let identifier = &Sha256::digest(key.public_bytes()?)[..20];
        all.extend(extension(SUBJECT_KEY, false, &value(0x04, identifier)));
    }
    let foreign = issuer.filter(|issuer| issuer.subject != subject);
    if let Some(identifier) = foreign.and_then(|issuer| issuer.key_identifier.as_ref()) {
        let content = sequence(&[&value(0x80, identifier)]);
        all.extend(extension(AUTHORITY_KEY, false, &content));
    }
    if !request.addresses.is_empty() || !request.names.is_empty() {
        let unnamed = request.common_name.is_empty();
        all.extend(extension(
            ALTERNATIVE_NAMES,
            unnamed,
            &alternative_names(request),
        ));
    }
    Ok(all)
}

fn alternative_names(request: &Request) -> Vec<u8> {
    let mut names = Vec::new();
    for name in &request.names {
        names.extend(value(0x82, name.as_bytes()));
    }
    for address in &request.addresses {
        let address = match address {
            IpAddr::V4(address) => value(0x87, &address.octets()),
            IpAddr::V6(address) => match address.to_ipv4_mapped() {
                Some(address) => value(0x87, &address.octets()),
                None => value(0x87, &address.octets()),
            },
        };
        names.extend(address);
    }
    sequence(&[&names])
}
