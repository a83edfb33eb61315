//! Fitting text into a width: wrapping, abbreviating, initials. All of it counts bytes.

use pintle_go_template::Parameter::{Int, Str as Text};
use pintle_go_value::Str;

use crate::call::{Call, Outcome};
use crate::declare::{Declaration, fixed};
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("abbrev", &[Int, Text], abbrev, "Shortens to a width, with dots at the end."),
    fixed("abbrevboth", &[Int, Int, Text], abbrev_both, "Shortens to a width from an offset on, with dots at both ends."),
    fixed("wrap", &[Int, Text], |c| wrap(c.int(0)?, b"", c.bytes(1)?, false), "Breaks lines at a column, between words."),
    fixed("wrapWith", &[Int, Text, Text], |c| wrap(c.int(0)?, c.bytes(1)?, c.bytes(2)?, true), "Breaks lines at a column with a string, long words too."),
    fixed("initials", &[Text], initials, "The first letter of each word."),
];

const DOTS: &[u8] = b"...";

fn abbrev(call: &Call<'_>) -> Outcome {
    let width = call.int(0)?;
    if width < 4 {
        return Ok(call.value(1).clone());
    }
    Ok(shorten(0, width, call.bytes(1)?).into())
}

fn abbrev_both(call: &Call<'_>) -> Outcome {
    let (offset, width) = (call.int(0)?, call.int(1)?);
    if width < 4 || (offset > 0 && width < 7) {
        return Ok(call.value(2).clone());
    }
    Ok(shorten(offset, width, call.bytes(2)?).into())
}

/// At most `width` bytes of `text`, from about `offset` on. A width below 4, or below 7
/// where dots are needed at both ends, gives nothing.
fn shorten(offset: i64, width: i64, text: &[u8]) -> Str {
    let Ok(width) = usize::try_from(width) else {
        return Str::empty();
    };
    if width < 4 {
        return Str::empty();
    }
    if text.len() <= width {
        return text.into();
    }
    let room = width - DOTS.len();
    let offset = usize::try_from(offset).unwrap_or(0).min(text.len() - room);
    if offset <= 4 {
        return [&text[..room], DOTS].concat().into();
    }
    if width < 7 {
        return Str::empty();
    }
    if offset + room < text.len() {
        let tail = shorten(0, room as i64, &text[offset..]);
        return [DOTS, tail.as_bytes()].concat().into();
    }
    [DOTS, &text[text.len() - room..]].concat().into()
}

fn wrap(width: i64, line_break: &[u8], text: &[u8], break_words: bool) -> Outcome {
    let width = usize::try_from(width.max(1)).unwrap_or(usize::MAX);
    let line_break = if line_break.is_empty() {
        b"\n"
    } else {
        line_break
    };
    let pieces = wrapped_pieces(width, text, break_words);
    let breaks = line_break.len().saturating_mul(pieces.len());
    limits::text(text.len().saturating_add(breaks))?;
    Ok(Str::from(pieces.join(line_break)).into())
}

fn wrapped_pieces(width: usize, text: &[u8], break_words: bool) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while text.len() - at > width {
        if text[at] == b' ' {
            at += 1;
            continue;
        }
        let (end, next) = line_end(&text[at..], width, break_words);
        pieces.push(&text[at..at + end]);
        at += next;
        if end == next && at == text.len() && !break_words {
            // The last word ran to the end: no break follows it.
            return pieces;
        }
    }
    pieces.push(&text[at..]);
    pieces
}

/// Where the line that starts `text` ends, and where the next one begins.
fn line_end(text: &[u8], width: usize, break_words: bool) -> (usize, usize) {
    if let Some(blank) = text[..=width].iter().rposition(|b| *b == b' ') {
        return (blank, blank + 1);
    }
    if break_words {
        return (width, width);
    }
    match text[width..].iter().position(|b| *b == b' ') {
        Some(blank) => (width + blank, width + blank + 1),
        None => (text.len(), text.len()),
    }
}

/// HELM: looks at bytes as if they were Latin-1 characters.
fn initials(call: &Call<'_>) -> Outcome {
    let mut after_gap = true;
    let mut result = String::new();
    for character in call.bytes(0)?.iter().map(|b| char::from(*b)) {
        let gap = character.is_whitespace();
        if after_gap && !gap {
            result.push(character);
        }
        after_gap = gap;
    }
    Ok(result.into())
}
