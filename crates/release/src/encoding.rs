//! Records as bytes: `base64(gzip(JSON))`.

use std::borrow::Cow;
use std::io::{Read, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use flate2::Compression;
use flate2::read::GzDecoder;
use flate2::write::GzEncoder;

use crate::{Release, to_go_json};

/// The largest record we unpack. Kubernetes keeps at most 1 MiB of packed bytes, which an
/// attacker can make grow a thousandfold; real records stay far below.
pub const MAX_RECORD_BYTES: u64 = 256 * 1024 * 1024;

/// How gzip data starts.
const GZIP_MAGIC: [u8; 3] = [0x1f, 0x8b, 0x08];

/// A record that cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Not base64.
    #[error("illegal base64 data in the release record: {0}")]
    Base64(#[from] base64::DecodeError),
    /// Not gzip although it starts like it.
    #[error("the release record cannot be unpacked: {0}")]
    Gzip(#[from] std::io::Error),
    /// Too large once unpacked.
    #[error("the release record is larger than {MAX_RECORD_BYTES} bytes when unpacked")]
    TooLarge,
    /// Not the JSON of a release.
    #[error("the release record is not the JSON of a release: {0}")]
    Json(#[from] serde_json::Error),
}

/// The JSON of a record, byte for byte as Helm 4 writes it.
pub fn encode_json(release: &Release) -> Result<String, Error> {
    Ok(to_go_json(release)?)
}

/// A record as Helm keeps it in a `ConfigMap` (a `Secret` adds one more layer of base64).
pub fn encode(release: &Release) -> Result<String, Error> {
    let json = encode_json(release)?;
    let mut gzip = GzEncoder::new(Vec::new(), Compression::best());
    gzip.write_all(json.as_bytes())?;
    Ok(STANDARD.encode(gzip.finish()?))
}

/// Reads the JSON of a record. Unknown fields and nulls are no error.
pub fn decode_json(json: &[u8]) -> Result<Release, Error> {
    // serde would also read a struct from a list; Go does not.
    if json.trim_ascii_start().starts_with(b"[") {
        return Err(Error::Json(serde::de::Error::custom(
            "a list is no release",
        )));
    }
    Ok(serde_json::from_slice(json)?)
}

/// Reads a record. HELM: one that is not gzipped is taken as it is.
pub fn decode(record: &[u8]) -> Result<Release, Error> {
    decode_json(&unpack(record)?)
}

/// The JSON inside a record.
pub(crate) fn unpack(record: &[u8]) -> Result<Cow<'static, [u8]>, Error> {
    let packed = STANDARD.decode(record.trim_ascii())?;
    if !packed.starts_with(&GZIP_MAGIC) {
        return Ok(packed.into());
    }
    let mut json = Vec::with_capacity(packed.len().saturating_mul(4).min(1 << 22));
    GzDecoder::new(packed.as_slice())
        .take(MAX_RECORD_BYTES + 1)
        .read_to_end(&mut json)?;
    if json.len() as u64 > MAX_RECORD_BYTES {
        return Err(Error::TooLarge);
    }
    Ok(json.into())
}
