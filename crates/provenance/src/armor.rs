//! OpenPGP data as text: base64 between two lines.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// The data of the first block in a text, and what follows it.
///
/// HELM: the checksum at the end of a block is not looked at: a signature is checked better.
pub fn decode(text: &str) -> Option<(Vec<u8>, &str)> {
    let start = text
        .match_indices("-----BEGIN PGP ")
        .find(|(at, _)| *at == 0 || text.as_bytes()[at - 1] == b'\n')?
        .0;
    let (first, mut rest) = line(&text[start..])?;
    let kind = first.strip_prefix("-----BEGIN ")?.strip_suffix("-----")?;
    let end = format!("-----END {kind}-----");
    // Lines like `Comment: …` up to an empty one.
    loop {
        let (header, after) = line(rest)?;
        rest = after;
        if header.is_empty() {
            break;
        }
        if !header.contains(':') {
            return None;
        }
    }
    let mut digits = String::new();
    loop {
        let (text, after) = line(rest)?;
        rest = after;
        if text == end {
            break;
        }
        if !text.starts_with('=') {
            digits.push_str(text);
        }
    }
    Some((STANDARD.decode(digits).ok()?, rest))
}

/// A line without blanks at its end, and the rest.
fn line(text: &str) -> Option<(&str, &str)> {
    if text.is_empty() {
        return None;
    }
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    Some((line.trim_end(), rest))
}

/// The text of a block.
pub fn encode(kind: &str, data: &[u8]) -> String {
    let mut text = format!("-----BEGIN {kind}-----\n\n");
    let digits = STANDARD.encode(data);
    for line in digits.as_bytes().chunks(64) {
        text.extend(line.iter().map(|digit| char::from(*digit)));
        text.push('\n');
    }
    let sum = checksum(data).to_be_bytes();
    text.push_str(&format!(
        "={}\n-----END {kind}-----",
        STANDARD.encode(&sum[1..])
    ));
    text
}

/// The checksum of 24 bits that OpenPGP puts under armored data.
fn checksum(data: &[u8]) -> u32 {
    let mut sum = 0x00b7_04ce;
    for byte in data {
        sum ^= u32::from(*byte) << 16;
        for _ in 0..8 {
            sum <<= 1;
            if sum & 0x0100_0000 != 0 {
                sum ^= 0x0186_4cfb;
            }
        }
    }
    sum & 0x00ff_ffff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        for size in [0, 1, 47, 48, 49, 200] {
            let data = vec![0xa5; size];
            let text = encode("PGP SIGNATURE", &data);
            assert_eq!(decode(&text), Some((data, "")), "{size}");
        }
        // The one that everybody checks their checksum with.
        assert_eq!(checksum(b"123456789"), 0x0021_cf02);
    }

    #[test]
    fn what_is_no_block_is_none() {
        for text in [
            "",
            "-----BEGIN PGP ",
            "-----BEGIN PGP X-----",
            "-----BEGIN PGP X-----\n\nAAAA\n",
            "-----BEGIN PGP X-----\n\nAAAA\n-----END PGP Y-----",
            "-----BEGIN PGP X-----\n\n!\n-----END PGP X-----",
            "-----BEGIN PGP X-----\nAAAA\n-----END PGP X-----",
            "x-----BEGIN PGP X-----\n\nAAAA\n-----END PGP X-----",
        ] {
            assert_eq!(decode(text), None, "{text}");
        }
    }
}
