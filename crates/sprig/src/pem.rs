//! PEM blocks, as Go's `encoding/pem` reads and writes them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::encoding::decode_base64;

/// One block.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Block {
    /// Such as `CERTIFICATE`.
    pub label: String,
    /// The decoded content.
    pub bytes: Vec<u8>,
}

/// Writes a block.
pub(crate) fn encode(label: &str, bytes: &[u8]) -> String {
    let body = STANDARD.encode(bytes);
    let mut out = format!("-----BEGIN {label}-----\n");
    let mut rest = body.as_str();
    while !rest.is_empty() {
        let (line, after) = rest.split_at(rest.len().min(64));
        out.push_str(line);
        out.push('\n');
        rest = after;
    }
    out.push_str(&format!("-----END {label}-----\n"));
    out
}

/// The first whole block in a text.
pub(crate) fn decode(text: &str) -> Option<Block> {
    let mut rest = text;
    while let Some(at) = rest.find("-----BEGIN ") {
        let starts_line = at == 0 || rest.as_bytes()[at - 1] == b'\n';
        let after = &rest[at + "-----BEGIN ".len()..];
        rest = after;
        if !starts_line {
            continue;
        }
        if let Some(block) = decode_after_begin(after) {
            return Some(block);
        }
    }
    None
}

fn decode_after_begin(text: &str) -> Option<Block> {
    let (first, body) = text.split_once('\n')?;
    let label = first.trim_end().strip_suffix("-----")?;
    let end = format!("-----END {label}-----");
    let length = if body.starts_with(&end) {
        0
    } else {
        body.find(&format!("\n{end}"))?
    };
    // Headers such as `Proc-Type: 4,ENCRYPTED` come before the content.
    let content: String = body[..length]
        .lines()
        .filter(|line| !line.contains(':'))
        .map(str::trim)
        .collect();
    Some(Block {
        label: label.to_owned(),
        bytes: decode_base64(content.as_bytes()).ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_read_as_written() {
        let text = encode("X Y", &[1; 100]);
        assert!(text.lines().all(|line| line.len() <= 64));
        let block = decode(&format!("junk\n{text}tail")).unwrap();
        assert_eq!((block.label.as_str(), block.bytes), ("X Y", vec![1; 100]));
        assert!(decode("-----BEGIN A-----\nAAAA\n-----END B-----\n").is_none());
        assert!(decode("").is_none());
    }
}
