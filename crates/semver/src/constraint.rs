//! A version constraint: groups of rules, joined by `||`.

use std::fmt;
use std::str::FromStr;

use crate::rule::{Mismatch, Operator, Rule, Wildcard};
use crate::scan::{Parts, is_blank, run, take_version};
use crate::{Error, Version};

/// Longest text read as a constraint.
const MAX_LENGTH: usize = 512;

/// A set of rules that versions can be checked against.
///
/// Rules in a group are joined by commas or blanks and must all hold; groups are joined by
/// `||` and one of them must hold. Prereleases pass only where a rule of the group names one.
#[derive(Debug, Clone)]
pub struct Constraint {
    groups: Vec<Group>,
}

#[derive(Debug, Clone)]
struct Group {
    rules: Vec<Rule>,
    has_prerelease: bool,
}

impl Constraint {
    /// Reads a constraint such as `^1.2`, `>=1.2 <2 || 3.x` or `1.2 - 1.4`.
    ///
    /// # Errors
    /// [`Error::ImproperConstraint`] or [`Error::ConstraintVersion`].
    pub fn parse(text: &str) -> Result<Self, Error> {
        if text.len() > MAX_LENGTH {
            return Err(Error::ConstraintTooLong);
        }
        let text = rewrite_ranges(text);
        let groups = text.split("||").map(Group::parse);
        Ok(Self {
            groups: groups.collect::<Result<_, _>>()?,
        })
    }

    /// Whether `version` satisfies the constraint.
    pub fn check(&self, version: &Version) -> bool {
        self.groups.iter().any(|group| {
            group.admits_prerelease_of(version)
                && group.rules.iter().all(|rule| rule.accepts(version))
        })
    }

    /// Like [`Constraint::check`], with all the reasons why not.
    ///
    /// # Errors
    /// One reason for each rule that does not hold, in the order they are written.
    pub fn validate(&self, version: &Version) -> Result<(), Vec<Mismatch>> {
        let mut reasons = Vec::new();
        let mut told_prerelease = false;
        for group in &self.groups {
            if !group.admits_prerelease_of(version) {
                if !told_prerelease {
                    reasons.push(Mismatch::prerelease(version));
                    told_prerelease = true;
                }
                continue;
            }
            let before = reasons.len();
            reasons.extend(group.rules.iter().filter_map(|r| r.mismatch(version)));
            if reasons.len() == before {
                return Ok(());
            }
        }
        Err(reasons)
    }
}

impl FromStr for Constraint {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        Self::parse(text)
    }
}

impl fmt::Display for Constraint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, group) in self.groups.iter().enumerate() {
            if index > 0 {
                f.write_str(" || ")?;
            }
            for (index, rule) in group.rules.iter().enumerate() {
                let separator = if index > 0 { " " } else { "" };
                write!(f, "{separator}{}{}", rule.sign, rule.text)?;
            }
        }
        Ok(())
    }
}

impl Group {
    /// Reads the rules of one `||` part: at least one, separated by blanks or one comma.
    fn parse(text: &str) -> Result<Self, Error> {
        let improper = || Error::ImproperConstraint(text.to_owned());
        let mut written = Vec::new();
        let mut rest = skip_blanks(text);
        loop {
            let token = Token::take(rest).ok_or_else(improper)?;
            let after = &rest[token.length..];
            written.push(token);
            rest = skip_blanks(after);
            if rest.is_empty() {
                break;
            }
            match rest.strip_prefix(',') {
                Some(next) => rest = skip_blanks(next),
                None if rest.len() == after.len() => return Err(improper()),
                None => {}
            }
        }
        let rules: Vec<Rule> = written.iter().map(Token::rule).collect::<Result<_, _>>()?;
        Ok(Self {
            has_prerelease: rules.iter().any(|r| r.version.is_prerelease()),
            rules,
        })
    }

    fn admits_prerelease_of(&self, version: &Version) -> bool {
        self.has_prerelease || !version.is_prerelease()
    }
}

/// One rule as written.
struct Token<'a> {
    sign: &'static str,
    operator: Operator,
    parts: Parts<'a>,
    text: &'a str,
    length: usize,
}

impl<'a> Token<'a> {
    fn take(text: &'a str) -> Option<Self> {
        let (sign, operator) = leading_operator(text);
        let after = &text[sign.len()..];
        let versioned = skip_blanks(after);
        let parts = take_version(versioned, is_number_or_wildcard)?;
        let length = text.len() - versioned.len() + parts.length;
        Some(Self {
            sign,
            operator,
            text: &versioned[..parts.length],
            parts,
            length,
        })
    }

    fn rule(&self) -> Result<Rule, Error> {
        let Parts {
            major,
            minor,
            patch,
            prerelease,
            ..
        } = self.parts;
        let open = |number: Option<&str>| number.is_none_or(|n| matches!(n, "x" | "X" | "*"));
        let (wildcard, [major, minor, patch]) = if open(Some(major)) {
            (Wildcard::Major, ["0", "0", "0"])
        } else if open(minor) {
            (Wildcard::Minor, [major, "0", "0"])
        } else if open(patch) {
            (Wildcard::Patch, [major, minor.unwrap_or("0"), "0"])
        } else {
            let numbers = [major, minor.unwrap_or("0"), patch.unwrap_or("0")];
            (Wildcard::None, numbers)
        };
        let mut text = format!("{major}.{minor}.{patch}");
        if !prerelease.is_empty() {
            text.push('-');
            text.push_str(prerelease);
        }
        Ok(Rule {
            operator: self.operator,
            version: Version::parse(&text).map_err(|_| Error::ConstraintVersion)?,
            wildcard,
            sign: self.sign,
            text: self.text.to_owned(),
        })
    }
}

/// The operator that `text` starts with, as written and as meant.
fn leading_operator(text: &str) -> (&'static str, Operator) {
    // Longer signs before their own beginnings.
    const OPERATORS: [(&str, Operator); 12] = [
        ("!=", Operator::NotEqual),
        (">=", Operator::GreaterEqual),
        ("=>", Operator::GreaterEqual),
        ("<=", Operator::LessEqual),
        ("=<", Operator::LessEqual),
        ("~>", Operator::Tilde),
        ("=", Operator::Equal),
        (">", Operator::Greater),
        ("<", Operator::Less),
        ("~", Operator::Tilde),
        ("^", Operator::Caret),
        ("", Operator::Equal),
    ];
    OPERATORS
        .into_iter()
        .find(|(sign, _)| text.starts_with(sign))
        .unwrap_or(("", Operator::Equal))
}

/// Rewrites every `A - B` to `>= A, <= B `.
///
/// HELM: this happens on the text, before the `||` parts are cut and before anything is
/// checked, so `>1 - 2` becomes `>>= 1, <= 2 ` and is refused with that text.
fn rewrite_ranges(text: &str) -> String {
    let mut result = text.to_owned();
    let mut at = 0;
    while let Some((found, range)) = find_range(text, at) {
        let rewritten = format!(">= {}, <= {} ", range.from, range.to);
        let matched = &text[found..found + range.length];
        result = result.replacen(matched, &rewritten, 1);
        at = found + range.length;
    }
    result
}

struct Range<'a> {
    from: &'a str,
    to: &'a str,
    length: usize,
}

/// The first `A - B` with its surrounding blanks, at or after byte `at`.
fn find_range(text: &str, at: usize) -> Option<(usize, Range<'_>)> {
    let bytes = text.as_bytes();
    let mut dash = at;
    loop {
        dash += bytes.get(dash..)?.iter().position(|&b| b == b'-')?;
        if dash > at
            && is_blank(bytes[dash - 1])
            && bytes.get(dash + 1).is_some_and(|&b| is_blank(b))
        {
            let head = &text[at..dash];
            if let Some(start) = range_start(head) {
                let to_at = text.len() - skip_blanks(&text[dash + 1..]).len();
                if let Some(to) = take_version(&text[to_at..], is_number_or_wildcard) {
                    let from =
                        head[start..].trim_matches(|c: char| c.is_ascii() && is_blank(c as u8));
                    let to = &text[to_at..to_at + to.length];
                    let end = text.len() - skip_blanks(&text[to_at + to.len()..]).len();
                    let start = at + start;
                    let length = end - start;
                    return Some((start, Range { from, to, length }));
                }
            }
        }
        dash += 1;
    }
}

/// Where, in the text before a dash, the leftmost version that reaches up to the blanks
/// before the dash begins, blanks before it included.
fn range_start(head: &str) -> Option<usize> {
    let bytes = head.as_bytes();
    let end = bytes.iter().rposition(|&b| !is_blank(b))? + 1;
    let word = bytes[..end]
        .iter()
        .rposition(|&b| is_blank(b))
        .map_or(0, |i| i + 1);
    let start = (word..end).find(|&start| {
        head.is_char_boundary(start)
            && take_version(&head[start..end], is_number_or_wildcard)
                .is_some_and(|parts| parts.length == end - start)
    })?;
    let blanks = bytes[..start]
        .iter()
        .rev()
        .take_while(|&&b| is_blank(b))
        .count();
    Some(start - blanks)
}

fn skip_blanks(text: &str) -> &str {
    &text[run(text, is_blank)..]
}

/// HELM: the bar is in the set by a slip in the original; `1|2` is then refused with
/// another message.
fn is_number_or_wildcard(byte: u8) -> bool {
    byte.is_ascii_digit() || matches!(byte, b'x' | b'X' | b'*' | b'|')
}
