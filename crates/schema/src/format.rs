//! The formats that Helm's validator knows, and its words for what does not have them.

use pintle_sprig::{check_regex, check_time};

use crate::format_net;
use crate::format_time;

/// A known format.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Format {
    pub(crate) name: &'static str,
    check: Check,
}

/// Why a text does not have a format.
pub(crate) type Verdict = Result<(), String>;

type Check = fn(&str) -> Verdict;

#[rustfmt::skip]
const FORMATS: &[(&str, Check)] = &[
    ("json-pointer", json_pointer),
    ("relative-json-pointer", relative_json_pointer),
    ("uuid", uuid),
    ("duration", format_time::duration),
    ("period", format_time::period),
    ("ipv4", format_net::ipv4),
    ("ipv6", format_net::ipv6),
    ("hostname", format_net::hostname),
    ("email", format_net::email),
    ("date", date),
    ("time", format_time::time),
    ("date-time", format_time::date_time),
    ("uri", format_net::uri),
    ("iri", format_net::uri),
    ("uri-reference", format_net::uri_reference),
    ("iri-reference", format_net::uri_reference),
    ("uri-template", format_net::uri_template),
    ("semver", semver),
    ("regex", check_regex),
];

impl Format {
    /// The format of that name; unknown ones ask for nothing.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let found = FORMATS.iter().find(|(known, _)| *known == name);
        found.map(|(name, check)| Self {
            name,
            check: *check,
        })
    }

    /// Whether a text has the format.
    ///
    /// # Errors
    /// Helm's reason.
    pub(crate) fn check(self, text: &str) -> Verdict {
        (self.check)(text)
    }
}

/// A reason.
pub(crate) fn fail<T>(reason: impl Into<String>) -> Result<T, String> {
    Err(reason.into())
}

/// `condition`, or else the reason.
pub(crate) fn ensure(condition: bool, reason: &str) -> Verdict {
    if condition { Ok(()) } else { fail(reason) }
}

/// A character as Go's `%q` has it.
pub(crate) fn quoted_char(character: char) -> String {
    let text = character.to_string();
    let quoted = crate::words::double_quoted(&text);
    match character {
        '\'' => "'\\''".into(),
        '"' => "'\"'".into(),
        _ => format!("'{}'", &quoted[1..quoted.len() - 1]),
    }
}

pub(crate) fn date(text: &str) -> Verdict {
    check_time("2006-01-02", text)
}

fn json_pointer(text: &str) -> Verdict {
    if text.is_empty() {
        return Ok(());
    }
    ensure(text.starts_with('/'), "not starting with /")?;
    for token in text.split('/').skip(1) {
        for after in token.split('~').skip(1) {
            ensure(
                after.starts_with(['0', '1']),
                "~ must be followed by 0 or 1",
            )?;
        }
    }
    Ok(())
}

fn relative_json_pointer(text: &str) -> Verdict {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = &text[..text.len() - rest.len()];
    ensure(!digits.is_empty(), "must start with non-negative integer")?;
    ensure(
        digits.len() == 1 || !digits.starts_with('0'),
        "starts with zero",
    )?;
    if rest == "#" {
        Ok(())
    } else {
        json_pointer(rest)
    }
}

fn uuid(text: &str) -> Verdict {
    const LENGTHS: [usize; 5] = [8, 4, 4, 4, 12];
    let groups: Vec<&str> = text.split('-').collect();
    ensure(groups.len() == LENGTHS.len(), "must have 5 elements")?;
    for (at, (group, length)) in groups.iter().zip(LENGTHS).enumerate() {
        if group.len() != length {
            return fail(format!(
                "element {} must be {length} characters long",
                at + 1
            ));
        }
        if let Some(other) = group.chars().find(|c| !c.is_ascii_hexdigit()) {
            return fail(format!("non-hex character {}", quoted_char(other)));
        }
    }
    Ok(())
}

fn semver(text: &str) -> Verdict {
    let (text, build) = text
        .split_once('+')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    if let Some(build) = build {
        ensure(!build.is_empty(), "build is empty")?;
        identifiers(build, "build")?;
    }
    let (core, pre) = text
        .split_once('-')
        .map_or((text, None), |(a, b)| (a, Some(b)));
    if let Some(pre) = pre {
        identifiers(pre, "pre-release")?;
        let is_padded = |id: &str| {
            id.len() > 1 && id.starts_with('0') && id.bytes().all(|b| b.is_ascii_digit())
        };
        ensure(
            !pre.split('.').any(is_padded),
            "pre-release numeric identifier starts with zero",
        )?;
    }
    let numbers: Vec<&str> = core.split('.').collect();
    ensure(
        numbers.len() == 3,
        "versionCore must have 3 numbers separated by dot",
    )?;
    for (number, name) in numbers.iter().zip(["major", "minor", "patch"]) {
        ensure(!number.is_empty(), &format!("{name} is empty"))?;
        ensure(
            number.len() == 1 || !number.starts_with('0'),
            &format!("{name} starts with zero"),
        )?;
        ensure(
            number.bytes().all(|b| b.is_ascii_digit()),
            &format!("{name} contains non-digit"),
        )?;
    }
    Ok(())
}

fn identifiers(text: &str, what: &str) -> Verdict {
    for id in text.split('.') {
        ensure(!id.is_empty(), &format!("{what} identifier is empty"))?;
        if let Some(other) = id.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-') {
            return fail(format!(
                "invalid character {} in {what} identifier",
                quoted_char(other)
            ));
        }
    }
    Ok(())
}
