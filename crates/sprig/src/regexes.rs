//! Regular expressions, in Go's syntax and with Go's rules of replacement.

use std::borrow::Cow;
use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Int, Str as Text};
use pintle_go_value::{ElementType, List, Str, Value, format};
use regex::{Captures, Regex, RegexBuilder};

use crate::call::{Call, Outcome, fail};
use crate::convert::strings;
use crate::declare::{Declaration, fixed};
use crate::limits;
use crate::regex_syntax::translate;
use crate::text::runes;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("regexMatch", &[Text, Text], matches_lenient, "Whether a string contains a match; false for a bad expression."),
    fixed("mustRegexMatch", &[Text, Text], matches, "Whether a string contains a match."),
    fixed("regexFind", &[Text, Text], |c| lenient(c, find), "The first match, or the empty string."),
    fixed("mustRegexFind", &[Text, Text], find, "The first match, or the empty string."),
    fixed("regexFindAll", &[Text, Text, Int], |c| lenient(c, find_all), "At most that many matches, all with a negative number."),
    fixed("mustRegexFindAll", &[Text, Text, Int], find_all, "At most that many matches, all with a negative number."),
    fixed("regexReplaceAll", &[Text, Text, Text], |c| lenient(c, replace_all), "Replaces each match; $1 and ${name} stand for groups."),
    fixed("mustRegexReplaceAll", &[Text, Text, Text], replace_all, "Replaces each match; $1 and ${name} stand for groups."),
    fixed("regexReplaceAllLiteral", &[Text, Text, Text], |c| lenient(c, replace_all_literal), "Replaces each match by a string as it is."),
    fixed("mustRegexReplaceAllLiteral", &[Text, Text, Text], replace_all_literal, "Replaces each match by a string as it is."),
    fixed("regexSplit", &[Text, Text, Int], |c| lenient(c, split), "Splits at matches into at most that many parts, all with a negative number."),
    fixed("mustRegexSplit", &[Text, Text, Int], split, "Splits at matches into at most that many parts, all with a negative number."),
    fixed("regexQuoteMeta", &[Text], quote_meta, "Escapes what has a meaning in expressions."),
];

/// Compiled expressions that are kept; charts use a few again and again.
const CACHED: usize = 128;
/// What one compiled expression may take.
const MAX_COMPILED: usize = 32 * 1024 * 1024;

struct Compiled {
    regex: Regex,
    names: Vec<(String, usize)>,
}

thread_local! {
    static CACHE: RefCell<HashMap<Str, Rc<Compiled>>> = RefCell::new(HashMap::new());
}

/// HELM: `regexMatch` alone says nothing about a bad expression.
fn matches_lenient(call: &Call<'_>) -> Outcome {
    Ok(matches(call).unwrap_or(Value::Bool(false)))
}

/// HELM: the lenient forms fail all the same, with the expression in the text.
fn lenient(call: &Call<'_>, body: fn(&Call<'_>) -> Outcome) -> Outcome {
    compile(call.str(0)?).map_err(|error| {
        let expression = call.value(0).clone();
        let quoted = if can_backquote(call.bytes(0).unwrap_or_default()) {
            Str::from(format!("`{}`", format::sprint(&expression)))
        } else {
            format::sprintf(b"%q", &[expression])
        };
        CallError::Message(format!("regexp: Compile({quoted}): {error}"))
    })?;
    body(call)
}

/// `strconv.CanBackquote`.
fn can_backquote(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| {
        !text
            .chars()
            .any(|c| (c < ' ' && c != '\t') || matches!(c, '`' | '\x7F' | '\u{FEFF}'))
    })
}

pub(crate) fn build(expression: &str) -> Result<(Regex, Vec<(String, usize)>), String> {
    let translated = translate(expression).map_err(|error| error.0)?;
    let regex = RegexBuilder::new(&translated.pattern)
        .size_limit(MAX_COMPILED)
        .dfa_size_limit(MAX_COMPILED)
        .build()
        .map_err(|_| format!("error parsing regexp: expression too large: `{expression}`"))?;
    Ok((regex, translated.names))
}

fn compile(expression: &Str) -> Result<Rc<Compiled>, CallError> {
    if let Some(found) = CACHE.with_borrow(|cache| cache.get(expression).cloned()) {
        return Ok(found);
    }
    let Some(text) = expression.as_str() else {
        return fail(format!(
            "error parsing regexp: invalid UTF-8: `{expression}`"
        ));
    };
    let (regex, names) = build(text).map_err(CallError::Message)?;
    let compiled = Rc::new(Compiled { regex, names });
    CACHE.with_borrow_mut(|cache| {
        if cache.len() >= CACHED {
            cache.clear();
        }
        cache.insert(expression.clone(), Rc::clone(&compiled));
    });
    Ok(compiled)
}

/// A text to search in. GO: an invalid byte is one character, U+FFFD.
struct Haystack<'a> {
    bytes: &'a [u8],
    text: Cow<'a, str>,
    /// Where each byte of the text is in the bytes, when they differ.
    places: Vec<usize>,
}

impl<'a> Haystack<'a> {
    fn new(bytes: &'a [u8]) -> Self {
        if let Ok(text) = std::str::from_utf8(bytes) {
            return Self {
                bytes,
                text: Cow::Borrowed(text),
                places: Vec::new(),
            };
        }
        let text: String = runes(bytes).collect();
        let mut places = Vec::with_capacity(text.len() + 1);
        let mut at = 0;
        for (part, character) in crate::text::explode(bytes).into_iter().zip(text.chars()) {
            places.extend(std::iter::repeat_n(at, character.len_utf8()));
            at += part.len();
        }
        places.push(bytes.len());
        Self {
            bytes,
            text: Cow::Owned(text),
            places,
        }
    }

    /// The bytes between two places of the text.
    fn slice(&self, start: usize, end: usize) -> &'a [u8] {
        &self.bytes[self.place(start)..self.place(end)]
    }

    fn place(&self, at: usize) -> usize {
        self.places.get(at).copied().unwrap_or(at)
    }
}

fn matches(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let haystack = Haystack::new(call.bytes(1)?);
    Ok(Value::Bool(compiled.regex.is_match(&haystack.text)))
}

fn find(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let haystack = Haystack::new(call.bytes(1)?);
    let found = compiled.regex.find(&haystack.text);
    let bytes = found.map_or(&[][..], |found| haystack.slice(found.start(), found.end()));
    Ok(Str::from(bytes).into())
}

fn at_most(count: i64) -> usize {
    usize::try_from(count).unwrap_or(usize::MAX)
}

fn find_all(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let haystack = Haystack::new(call.bytes(1)?);
    let mut found = compiled
        .regex
        .find_iter(&haystack.text)
        .take(at_most(call.int(2)?))
        .peekable();
    if found.peek().is_none() {
        return Ok(List::nil(ElementType::Str).into());
    }
    Ok(strings(
        found.map(|found| haystack.slice(found.start(), found.end())),
    ))
}

fn replace_all(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let template = call.bytes(2)?;
    replace_with(call, &compiled, |captures, haystack, out| {
        expand(template, captures, &compiled, haystack, out);
    })
}

fn replace_all_literal(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let replacement = call.bytes(2)?;
    replace_with(call, &compiled, |_, _, out| {
        out.extend_from_slice(replacement);
    })
}

fn replace_with(
    call: &Call<'_>,
    compiled: &Compiled,
    replacement: impl Fn(&Captures<'_>, &Haystack<'_>, &mut Vec<u8>),
) -> Outcome {
    let haystack = Haystack::new(call.bytes(1)?);
    let mut out = Vec::with_capacity(haystack.bytes.len());
    let mut done = 0;
    for captures in compiled.regex.captures_iter(&haystack.text) {
        let Some(found) = captures.get(0) else {
            continue;
        };
        out.extend_from_slice(haystack.slice(done, found.start()));
        replacement(&captures, &haystack, &mut out);
        limits::text(out.len())?;
        done = found.end();
    }
    out.extend_from_slice(haystack.slice(done, haystack.text.len()));
    Ok(Str::from(out).into())
}

/// Go's `Expand`: `$1`, `${1}`, `$name`, `${name}`, `$$`; a dollar before anything else
/// stays. A name is as long as letters, digits and underscores go.
fn expand(
    template: &[u8],
    captures: &Captures<'_>,
    compiled: &Compiled,
    haystack: &Haystack<'_>,
    out: &mut Vec<u8>,
) {
    let mut rest = template;
    while let Some(dollar) = rest.iter().position(|b| *b == b'$') {
        out.extend_from_slice(&rest[..dollar]);
        rest = &rest[dollar + 1..];
        if let Some(after) = rest.strip_prefix(b"$") {
            out.push(b'$');
            rest = after;
        } else if let Some((name, after)) = reference(rest) {
            if let Some((start, end)) = group(name, captures, compiled) {
                out.extend_from_slice(haystack.slice(start, end));
            }
            rest = after;
        } else {
            out.push(b'$');
        }
    }
    out.extend_from_slice(rest);
}

/// The name after a dollar, and what follows.
fn reference(text: &[u8]) -> Option<(&str, &[u8])> {
    let (braced, inner) = match text.strip_prefix(b"{") {
        Some(inner) => (true, inner),
        None => (false, text),
    };
    // Only the start of the template that is valid text can be a name.
    let valid = inner.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    let is_name = |c: char| c == '_' || c.is_alphanumeric();
    let length = valid.find(|c| !is_name(c)).unwrap_or(valid.len());
    if length == 0 {
        return None;
    }
    let after = &inner[length..];
    let after = if braced {
        after.strip_prefix(b"}")?
    } else {
        after
    };
    Some((&valid[..length], after))
}

/// Where the group of this number or name matched. GO: of several groups with one name,
/// the first that matched.
fn group(name: &str, captures: &Captures<'_>, compiled: &Compiled) -> Option<(usize, usize)> {
    let place = |index| {
        captures
            .get(index)
            .map(|found| (found.start(), found.end()))
    };
    // GO: a number with a leading zero counts as a name.
    let numeric = name.bytes().all(|b| b.is_ascii_digit());
    if numeric && (name.len() == 1 || !name.starts_with('0')) {
        return place(name.parse().ok()?);
    }
    let named = compiled.names.iter().filter(|(known, _)| known == name);
    named.map(|(_, index)| *index).find_map(place)
}

fn split(call: &Call<'_>) -> Outcome {
    let compiled = compile(call.str(0)?)?;
    let (whole, most) = (call.bytes(1)?, at_most(call.int(2)?));
    if most == 0 {
        return Ok(List::nil(ElementType::Str).into());
    }
    if whole.is_empty() && !call.bytes(0)?.is_empty() {
        return Ok(strings([whole]));
    }
    let haystack = Haystack::new(whole);
    let (mut parts, mut start, mut end) = (Vec::new(), 0, 0);
    for found in compiled.regex.find_iter(&haystack.text).take(most) {
        if parts.len() + 1 >= most {
            break;
        }
        end = found.start();
        // GO: an empty match at the very start splits nothing off.
        if found.end() != 0 {
            parts.push(haystack.slice(start, end));
        }
        start = found.end();
    }
    if end != haystack.text.len() {
        parts.push(haystack.slice(start, haystack.text.len()));
    }
    Ok(strings(parts))
}

fn quote_meta(call: &Call<'_>) -> Outcome {
    let mut out = Vec::new();
    for &byte in call.bytes(0)? {
        if br"\.+*?()|[]{}^$".contains(&byte) {
            out.push(b'\\');
        }
        out.push(byte);
    }
    Ok(Str::from(out).into())
}
