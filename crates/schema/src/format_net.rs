//! Formats of the network: addresses, names, URLs.

use pintle_sprig::{UrlParts, parse_url};

use crate::format::{Verdict, ensure, fail, quoted_char};
use crate::pointer;
use crate::words::double_quoted;

/// Four decimals.
pub(crate) fn ipv4(text: &str) -> Verdict {
    let groups: Vec<&str> = text.split('.').collect();
    ensure(groups.len() == 4, "expected four decimals")?;
    for group in groups {
        ensure(group.len() < 2 || !group.starts_with('0'), "leading zeros")?;
        let digits = group.strip_prefix(['+', '-']).unwrap_or(group);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return fail(format!(
                "strconv.Atoi: parsing {}: invalid syntax",
                double_quoted(group)
            ));
        }
        let Ok(number) = group.parse::<i64>() else {
            return fail(format!(
                "strconv.Atoi: parsing {}: value out of range",
                double_quoted(group)
            ));
        };
        ensure(
            (0..=255).contains(&number),
            "decimal must be between 0 and 255",
        )?;
    }
    Ok(())
}

/// What `netip.ParseAddr` takes, if it has a colon and no zone.
pub(crate) fn ipv6(text: &str) -> Verdict {
    ensure(text.contains(':'), "missing colon")?;
    let fail = |reason: &str, at: &str| {
        let at = if at.is_empty() {
            String::new()
        } else {
            format!(" (at {})", double_quoted(at))
        };
        format!("ParseAddr({}): {reason}{at}", double_quoted(text))
    };
    match text.find(['.', ':', '%']) {
        Some(at) if text[at..].starts_with('.') => {
            return dotted(text).map_err(|(why, at)| fail(why, at));
        }
        Some(at) if text[at..].starts_with('%') => return Err(fail("missing IPv6 address", "")),
        _ => {}
    }
    let (address, zone) = text
        .split_once('%')
        .map_or((text, None), |(a, z)| (a, Some(z)));
    if zone == Some("") {
        return Err(fail("zone must be a non-empty string", ""));
    }
    groups(address).map_err(|(why, at)| fail(why, at))?;
    ensure(zone.is_none(), "zone id is not a part of ipv6 address")
}

type Reason<'a> = (&'static str, &'a str);

/// The sixteen bytes in groups of two.
fn groups(text: &str) -> Result<(), Reason<'_>> {
    let mut rest = text;
    let mut bytes = 0;
    let mut ellipsis = false;
    if let Some(after) = rest.strip_prefix("::") {
        (rest, ellipsis) = (after, true);
        if rest.is_empty() {
            return Ok(());
        }
    }
    while bytes < 16 {
        let digits = rest.bytes().take_while(u8::is_ascii_hexdigit).count();
        if digits > 4 {
            return Err(("each group must have 4 or less digits", rest));
        }
        if digits == 0 {
            return Err((
                "each colon-separated field must have at least one digit",
                rest,
            ));
        }
        if rest[digits..].starts_with('.') {
            if !ellipsis && bytes != 12 {
                return Err((
                    "embedded IPv4 address must replace the final 2 fields of the address",
                    rest,
                ));
            }
            if bytes + 4 > 16 {
                return Err((
                    "too many hex fields to fit an embedded IPv4 at the end of the address",
                    rest,
                ));
            }
            dotted(rest)?;
            (rest, bytes) = ("", bytes + 4);
            break;
        }
        (rest, bytes) = (&rest[digits..], bytes + 2);
        if rest.is_empty() {
            break;
        }
        let Some(after) = rest.strip_prefix(':') else {
            return Err(("unexpected character, want colon", rest));
        };
        if after.is_empty() {
            return Err(("colon must be followed by more characters", rest));
        }
        rest = after;
        if let Some(after) = rest.strip_prefix(':') {
            if ellipsis {
                return Err(("multiple :: in address", rest));
            }
            (rest, ellipsis) = (after, true);
            if rest.is_empty() {
                break;
            }
        }
    }
    finish(rest, bytes, ellipsis)
}

fn finish(rest: &str, bytes: usize, ellipsis: bool) -> Result<(), Reason<'_>> {
    if !rest.is_empty() {
        return Err(("trailing garbage after address", rest));
    }
    if bytes < 16 && !ellipsis {
        return Err(("address string too short", ""));
    }
    if bytes == 16 && ellipsis {
        return Err(("the :: must expand to at least one field of zeros", ""));
    }
    Ok(())
}

/// Four decimals as `netip` reads them.
fn dotted(text: &str) -> Result<(), Reason<'_>> {
    let (mut value, mut fields, mut digits) = (0u32, 0, 0);
    for (at, byte) in text.bytes().enumerate() {
        match byte {
            b'0'..=b'9' => {
                if digits == 1 && value == 0 {
                    return Err(("IPv4 field has octet with leading zero", ""));
                }
                value = value * 10 + u32::from(byte - b'0');
                digits += 1;
                if value > 255 {
                    return Err(("IPv4 field has value >255", ""));
                }
            }
            b'.' => {
                if digits == 0 || at + 1 == text.len() {
                    return Err(("IPv4 field must have at least one digit", &text[at..]));
                }
                if fields == 3 {
                    return Err(("IPv4 address too long", ""));
                }
                (fields, value, digits) = (fields + 1, 0, 0);
            }
            _ => return Err(("unexpected character", text.get(at..).unwrap_or_default())),
        }
    }
    if fields < 3 {
        return Err(("IPv4 address too short", ""));
    }
    Ok(())
}

/// Labels of letters, digits and hyphens.
pub(crate) fn hostname(text: &str) -> Verdict {
    let text = text.strip_suffix('.').unwrap_or(text);
    ensure(text.len() <= 253, "more than 253 characters long")?;
    for label in text.split('.') {
        ensure(
            (1..=63).contains(&label.len()),
            "label must be 1 to 63 characters long",
        )?;
        ensure(!label.starts_with('-'), "label starts with hyphen")?;
        ensure(!label.ends_with('-'), "label ends with hyphen")?;
        allow(label, |c| c.is_ascii_alphanumeric() || c == '-')?;
    }
    Ok(())
}

fn allow(text: &str, allowed: impl Fn(char) -> bool) -> Verdict {
    match text.chars().find(|c| !allowed(*c)) {
        Some(other) => fail(format!("invalid character {}", quoted_char(other))),
        None => Ok(()),
    }
}

/// `local@domain`
pub(crate) fn email(text: &str) -> Verdict {
    ensure(text.len() <= 254, "more than 255 characters long")?;
    let Some((local, domain)) = text.rsplit_once('@') else {
        return fail("missing @");
    };
    ensure(local.len() <= 64, "local part more than 64 characters long")?;
    if local.len() > 1 && local.starts_with('"') {
        // GO: the last character is taken for the closing quote, whatever it is.
        let end = local
            .char_indices()
            .next_back()
            .map_or(1, |(at, _)| at.max(1));
        let reason = "backslash and quote are not allowed within quoted local part";
        ensure(!local[1..end].contains(['\\', '"']), reason)?;
    } else {
        ensure(!local.starts_with('.'), "starts with dot")?;
        ensure(!local.ends_with('.'), "ends with dot")?;
        ensure(!local.contains(".."), "consecutive dots")?;
        allow(local, |c| {
            c.is_ascii_alphanumeric() || ".!#$%&'*+-/=?^_`{|}~".contains(c)
        })?;
    }
    let literal = domain
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    match literal.map(|inner| (inner, inner.strip_prefix("IPv6:"))) {
        Some((_, Some(address))) => {
            ipv6(address).map_err(|why| format!("invalid ipv6 address: {why}"))
        }
        Some((address, None)) => {
            ipv4(address).map_err(|why| format!("invalid ipv4 address: {why}"))
        }
        None => hostname(domain).map_err(|why| format!("invalid domain: {why}")),
    }
}

fn url(text: &str) -> Result<UrlParts, String> {
    let parts = parse_url(text)?;
    if parts.host_name.contains(':') {
        let bracketed = parts.host.contains('[') && parts.host.contains(']');
        ensure(bracketed, "ipv6 address not enclosed in brackets")?;
        ipv6(&parts.host_name).map_err(|why| format!("invalid ipv6 address: {why}"))?;
    }
    Ok(parts)
}

/// A URL with a scheme.
pub(crate) fn uri(text: &str) -> Verdict {
    ensure(!url(text)?.scheme.is_empty(), "relative url")
}

/// A URL, relative or not.
pub(crate) fn uri_reference(text: &str) -> Verdict {
    ensure(!text.contains('\\'), "contains \\")?;
    url(text).map(|_| ())
}

/// A URL with variables in braces in its path.
pub(crate) fn uri_template(text: &str) -> Verdict {
    let parts = url(text)?;
    for token in raw_path(text, &parts).split('/') {
        let token =
            pointer::decode(token).map_err(|why| format!("percent decode failed: {why}"))?;
        let mut is_open = false;
        for brace in token.chars().filter(|c| matches!(c, '{' | '}')) {
            ensure((brace == '{') != is_open, "nested curly braces")?;
            is_open = !is_open;
        }
        ensure(!is_open, "no matching closing brace")?;
    }
    Ok(())
}

/// The path as it is written. GO: only where that is not how Go would write it.
fn raw_path<'a>(text: &'a str, parts: &UrlParts) -> &'a str {
    let text = pointer::split(text).0;
    let text = text.get(parts.scheme.len()..).unwrap_or_default();
    let text = text
        .strip_prefix(':')
        .filter(|_| !parts.scheme.is_empty())
        .unwrap_or(text);
    let text = text.split_once('?').map_or(text, |(path, _)| path);
    let path = match text.strip_prefix("//") {
        Some(rest) => rest.find('/').map_or("", |at| &rest[at..]),
        None => text,
    };
    if path.contains(['{', '}']) { path } else { "" }
}
