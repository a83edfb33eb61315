//! JSON pointers, and addresses that end in one.

use std::borrow::Cow;
use std::fmt::Write as _;

use crate::node::Node;

/// Adds one step to a pointer.
pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    if token.contains(['~', '/']) {
        pointer.push_str(&token.replace('~', "~0").replace('/', "~1"));
    } else {
        pointer.push_str(token);
    }
}

/// Adds one step, given as bytes.
pub(crate) fn push_bytes(pointer: &mut String, token: &[u8]) {
    push(pointer, &String::from_utf8_lossy(token));
}

/// A step as it was before it was escaped; none if it was not escaped rightly.
pub(crate) fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(token.into());
    }
    let mut parts = token.split('~');
    let mut out = parts.next()?.to_owned();
    for part in parts {
        let rest = part.strip_prefix('0').map(|rest| ('~', rest));
        let (character, rest) = rest.or_else(|| part.strip_prefix('1').map(|rest| ('/', rest)))?;
        out.push(character);
        out.push_str(rest);
    }
    Some(out.into())
}

/// Why a pointer leads nowhere.
pub(crate) enum Lost {
    /// A `~` that escapes nothing.
    Invalid,
    /// There is no such value.
    NotFound,
}

/// What a pointer leads to.
pub(crate) fn lookup<'a>(mut node: &'a Node, pointer: &str) -> Result<&'a Node, Lost> {
    for token in pointer.split('/').skip(1) {
        let token = unescape(token).ok_or(Lost::Invalid)?;
        let found = match node {
            Node::Map(_) => node.get(&token),
            Node::List(items) => index(&token).and_then(|at| items.get(at)),
            _ => None,
        };
        node = found.ok_or(Lost::NotFound)?;
    }
    Ok(node)
}

/// GO: `strconv.Atoi` takes a sign and leading zeros.
fn index(token: &str) -> Option<usize> {
    token.parse().ok()
}

/// A document's URL with a pointer into it, as error texts have it.
pub(crate) fn address(url: &str, pointer: &str) -> String {
    format!("{url}#{}", encode(pointer))
}

/// Percent-encodes a fragment; slashes stay.
pub(crate) fn encode(fragment: &str) -> String {
    let mut out = String::with_capacity(fragment.len());
    for byte in fragment.bytes() {
        if byte.is_ascii_alphanumeric() || b"/-_.~$&+=:@".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// Percent-decodes a fragment.
///
/// # Errors
/// Go's text.
pub(crate) fn decode(fragment: &str) -> Result<Cow<'_, str>, String> {
    if !fragment.contains('%') {
        return Ok(fragment.into());
    }
    let mut out = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((&byte, after)) = rest.split_first() {
        if byte != b'%' {
            out.push(byte);
            rest = after;
            continue;
        }
        let digit = |at: usize| rest.get(at).and_then(|b| char::from(*b).to_digit(16));
        let (Some(high), Some(low)) = (digit(1), digit(2)) else {
            let sequence = String::from_utf8_lossy(&rest[..rest.len().min(3)]);
            return Err(format!(
                "invalid URL escape {}",
                crate::words::double_quoted(&sequence)
            ));
        };
        out.push((high * 16 + low) as u8);
        rest = &rest[3..];
    }
    Ok(String::from_utf8_lossy(&out).into_owned().into())
}

/// The parts before and after the first `#`.
pub(crate) fn split(url: &str) -> (&str, &str) {
    url.split_once('#').unwrap_or((url, ""))
}
