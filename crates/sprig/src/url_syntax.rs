//! Go's `net/url`: taking URLs apart, putting them together, percent-encoding.

use core::net::Ipv6Addr;

use pintle_go_value::{Str, Value, format};

/// The parts of a URL, decoded.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Url {
    pub scheme: Vec<u8>,
    pub opaque: Vec<u8>,
    pub user: Option<UserInfo>,
    pub host: Vec<u8>,
    pub path: Vec<u8>,
    pub query: Vec<u8>,
    pub fragment: Vec<u8>,
}

/// A user name, perhaps with a password, decoded.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct UserInfo {
    name: Vec<u8>,
    password: Option<Vec<u8>>,
}

/// The place in a URL that is encoded; each lets other characters stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Path,
    User,
    Host,
    Zone,
    Fragment,
}

/// Go's quoting of a text.
fn quoted(text: &[u8]) -> String {
    format::sprintf(b"%q", &[Value::Str(Str::from(text))]).to_string()
}

impl Url {
    /// `url.Parse`.
    ///
    /// # Errors
    /// Go's text.
    pub(crate) fn parse(text: &[u8]) -> Result<Self, String> {
        let (before, fragment) = cut(text, b'#');
        let failed = |about: &[u8], error: String| format!("parse {}: {error}", quoted(about));
        let mut url = Self::parse_without_fragment(before).map_err(|e| failed(before, e))?;
        if let Some(fragment) = fragment {
            url.fragment = decode(fragment, Place::Fragment).map_err(|e| failed(text, e))?;
        }
        Ok(url)
    }

    fn parse_without_fragment(text: &[u8]) -> Result<Self, String> {
        if text.iter().any(u8::is_ascii_control) {
            return Err("net/url: invalid control character in URL".into());
        }
        let mut url = Self::default();
        if text == b"*" {
            url.path = text.to_vec();
            return Ok(url);
        }
        let (scheme, rest) = split_scheme(text)?;
        url.scheme = scheme.to_ascii_lowercase();
        let (rest, query) = cut(rest, b'?');
        url.query = query.unwrap_or_default().to_vec();
        if !rest.starts_with(b"/") {
            if !url.scheme.is_empty() {
                url.opaque = rest.to_vec();
                return Ok(url);
            }
            if cut(rest, b'/').0.contains(&b':') {
                return Err("first path segment in URL cannot contain colon".into());
            }
        }
        let mut path = rest;
        let has_authority =
            rest.starts_with(b"//") && (!url.scheme.is_empty() || !rest.starts_with(b"///"));
        if has_authority {
            let after = &rest[2..];
            let end = after.iter().position(|b| *b == b'/').unwrap_or(after.len());
            (url.user, url.host) = parse_authority(&after[..end])?;
            path = &after[end..];
        }
        url.path = decode(path, Place::Path)?;
        Ok(url)
    }

    /// The host without its port and brackets.
    pub(crate) fn host_name(&self) -> &[u8] {
        let mut host = &self.host[..];
        if let Some(colon) = host.iter().rposition(|b| *b == b':')
            && is_port(&host[colon..])
        {
            host = &host[..colon];
        }
        match host {
            [b'[', inner @ .., b']'] => inner,
            other => other,
        }
    }

    /// `URL.String`, of a URL whose parts have been set one by one.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut out = Vec::new();
        if !self.scheme.is_empty() {
            out.extend_from_slice(&self.scheme);
            out.push(b':');
        }
        if self.opaque.is_empty() {
            self.append_hierarchy(&mut out);
        } else {
            out.extend_from_slice(&self.opaque);
        }
        if !self.query.is_empty() {
            out.push(b'?');
            out.extend_from_slice(&self.query);
        }
        if !self.fragment.is_empty() {
            out.push(b'#');
            out.extend(encode(&self.fragment, Place::Fragment));
        }
        out
    }

    fn append_hierarchy(&self, out: &mut Vec<u8>) {
        let anchored = !self.scheme.is_empty() || !self.host.is_empty() || self.user.is_some();
        let named = !self.host.is_empty() || !self.path.is_empty() || self.user.is_some();
        if anchored && named {
            out.extend_from_slice(b"//");
            if let Some(user) = &self.user {
                out.extend(user.text());
                out.push(b'@');
            }
            out.extend(encode(&self.host, Place::Host));
        }
        let path = match &self.path[..] {
            b"*" => b"*".to_vec(),
            path => encode(path, Place::Path),
        };
        if !self.host.is_empty() && path.first().is_some_and(|b| *b != b'/') {
            out.push(b'/');
        }
        // Without a scheme, a colon in the first segment would make it one.
        if out.is_empty() && cut(&path, b'/').0.contains(&b':') {
            out.extend_from_slice(b"./");
        }
        out.extend(path);
    }
}

impl UserInfo {
    /// Encoded, as before the `@`.
    pub(crate) fn text(&self) -> Vec<u8> {
        let mut out = encode(&self.name, Place::User);
        if let Some(password) = &self.password {
            out.push(b':');
            out.extend(encode(password, Place::User));
        }
        out
    }
}

/// The text before the first `byte`, and the text after it if there is one.
fn cut(text: &[u8], byte: u8) -> (&[u8], Option<&[u8]>) {
    match text.iter().position(|b| *b == byte) {
        Some(at) => (&text[..at], Some(&text[at + 1..])),
        None => (text, None),
    }
}

fn split_scheme(text: &[u8]) -> Result<(&[u8], &[u8]), String> {
    for (at, &byte) in text.iter().enumerate() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' => {}
            b'0'..=b'9' | b'+' | b'-' | b'.' if at > 0 => {}
            b':' if at == 0 => return Err("missing protocol scheme".into()),
            b':' => return Ok((&text[..at], &text[at + 1..])),
            _ => break,
        }
    }
    Ok((&[], text))
}

fn parse_authority(text: &[u8]) -> Result<(Option<UserInfo>, Vec<u8>), String> {
    let Some(at) = text.iter().rposition(|b| *b == b'@') else {
        return Ok((None, parse_host(text)?));
    };
    let host = parse_host(&text[at + 1..])?;
    let info = &text[..at];
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-._:~!$&'()*+,;=%@".contains(b);
    if !info.iter().all(allowed) {
        return Err("net/url: invalid userinfo".into());
    }
    let (name, password) = cut(info, b':');
    let user = UserInfo {
        name: decode(name, Place::User)?,
        password: password.map(|text| decode(text, Place::User)).transpose()?,
    };
    Ok((Some(user), host))
}

fn parse_host(host: &[u8]) -> Result<Vec<u8>, String> {
    match host.iter().rposition(|b| *b == b'[') {
        Some(0) => return parse_literal(host),
        Some(_) => return Err("invalid IP-literal".into()),
        None => {}
    }
    if let Some(colon) = host.iter().position(|b| *b == b':') {
        check_port(&host[colon..])?;
    }
    decode(host, Place::Host)
}

/// `[address]:port`.
fn parse_literal(host: &[u8]) -> Result<Vec<u8>, String> {
    let Some(end) = host.iter().rposition(|b| *b == b']') else {
        return Err("missing ']' in host".into());
    };
    check_port(&host[end + 1..])?;
    let inner = &host[1..end];
    let zone = crate::text::find(inner, b"%25").unwrap_or(inner.len());
    let mut name = decode(&inner[..zone], Place::Host)?;
    let address = String::from_utf8_lossy(&name).into_owned();
    name.extend(decode(&inner[zone..], Place::Zone)?);
    if address.parse::<core::net::Ipv4Addr>().is_ok() {
        return Err("invalid IP-literal".into());
    }
    if address.parse::<Ipv6Addr>().is_err() {
        return Err(format!(
            "invalid host: ParseAddr({}): unable to parse IP",
            quoted(&name)
        ));
    }
    let mut result = vec![b'['];
    result.extend(name);
    result.push(b']');
    result.extend(decode(&host[end + 1..], Place::Host)?);
    Ok(result)
}

fn check_port(text: &[u8]) -> Result<(), String> {
    if is_port(text) {
        return Ok(());
    }
    Err(format!("invalid port {} after host", quoted(text)))
}

/// Nothing, or a colon with any number of digits.
fn is_port(text: &[u8]) -> bool {
    match text {
        [] => true,
        [b':', digits @ ..] => digits.iter().all(u8::is_ascii_digit),
        _ => false,
    }
}

fn must_encode(byte: u8, place: Place) -> bool {
    if byte.is_ascii_alphanumeric() {
        return false;
    }
    let host = matches!(place, Place::Host | Place::Zone);
    if host && b"!$&'()*+,;=:[]<>\"".contains(&byte) {
        return false;
    }
    match byte {
        b'-' | b'_' | b'.' | b'~' => false,
        b'$' | b'&' | b'+' | b',' | b'/' | b':' | b';' | b'=' | b'?' | b'@' => match place {
            Place::Path => byte == b'?',
            Place::User => matches!(byte, b'@' | b'/' | b'?' | b':'),
            Place::Fragment => false,
            Place::Host | Place::Zone => true,
        },
        b'!' | b'(' | b')' | b'*' => place != Place::Fragment,
        _ => true,
    }
}

fn encode(text: &[u8], place: Place) -> Vec<u8> {
    let mut out = Vec::with_capacity(text.len());
    for &byte in text {
        if must_encode(byte, place) {
            out.extend_from_slice(format!("%{byte:02X}").as_bytes());
        } else {
            out.push(byte);
        }
    }
    out
}

fn decode(text: &[u8], place: Place) -> Result<Vec<u8>, String> {
    let host = matches!(place, Place::Host | Place::Zone);
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&byte, after)) = rest.split_first() {
        if byte == b'%' {
            let sequence = &rest[..rest.len().min(3)];
            let decoded = decode_sequence(sequence, place);
            out.push(decoded.ok_or_else(|| format!("invalid URL escape {}", quoted(sequence)))?);
            rest = &rest[3..];
            continue;
        }
        if host && byte.is_ascii() && must_encode(byte, place) {
            return Err(format!(
                "invalid character {} in host name",
                quoted(&[byte])
            ));
        }
        out.push(byte);
        rest = after;
    }
    Ok(out)
}

/// GO: in a host only bytes beyond ASCII may be encoded, in a zone also what need not be.
fn decode_sequence(sequence: &[u8], place: Place) -> Option<u8> {
    let [b'%', high, low] = sequence else {
        return None;
    };
    let digit = |byte: &u8| char::from(*byte).to_digit(16);
    let value = (digit(high)? * 16 + digit(low)?) as u8;
    let percent = sequence == b"%25";
    let refused = match place {
        Place::Host => value < 0x80 && !percent,
        Place::Zone => !percent && value != b' ' && must_encode(value, Place::Host),
        _ => false,
    };
    (!refused).then_some(value)
}
