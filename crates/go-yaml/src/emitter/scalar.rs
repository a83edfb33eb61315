//! The style of each string, and the styles without quotes.

use std::borrow::Cow;

use pintle_go_value::{Str, Value};

use super::analysis::{Analysis, analyze, char_width};
use super::{Emitter, Place, Result, Stop, Style, to_json};
use crate::chars::break_length;
use crate::resolve::{Resolved, resolve};

/// A key longer than this, in bytes, is written behind `?`.
const LONGEST_SIMPLE_KEY: usize = 128;

/// A key this long is still a key in any JSON: each byte takes at most 6 characters there,
/// and the reader takes up to 1024.
const LONGEST_SAFE_KEY: usize = 170;

/// How goyaml marks text that is not UTF-8.
const BINARY_TAG: &[u8] = b"!!binary";

/// The ways to write a string.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ScalarStyle {
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
}

impl Emitter {
    /// Writes a key and the `:` behind it.
    pub(super) fn key(&mut self, key: &[u8]) -> Result {
        if self.style == Style::Plain && key.len() > LONGEST_SAFE_KEY {
            return Err(Stop::Doubtful);
        }
        let key = self.settled(key)?;
        let binary = std::str::from_utf8(&key).is_err();
        let tag = if binary { BINARY_TAG.len() } else { 0 };
        let text = if binary { base64(&key) } else { key };
        let analysis = self.analysis(&text);
        if !analysis.multiline && text.len() + tag <= LONGEST_SIMPLE_KEY {
            self.scalar(&text, binary, analysis, Place::SimpleKey);
            self.writer.glued(b":");
            return Ok(());
        }
        self.writer.indicator(b"?", true, true);
        self.scalar(&text, binary, analysis, Place::Mapping);
        self.writer.write_indent();
        self.writer.indicator(b":", true, true);
        Ok(())
    }

    pub(super) fn string(&mut self, text: &[u8], place: Place) -> Result {
        let text = self.settled(text)?;
        let binary = std::str::from_utf8(&text).is_err();
        let text = if binary { base64(&text) } else { text };
        let analysis = self.analysis(&text);
        self.scalar(&text, binary, analysis, place);
        Ok(())
    }

    /// The string as it is after the way through JSON.
    fn settled<'a>(&self, text: &'a [u8]) -> Result<Cow<'a, [u8]>> {
        if self.style == Style::Pretty || is_settled(text) {
            return Ok(Cow::Borrowed(text));
        }
        if self.style == Style::Plain {
            return Err(Stop::Doubtful);
        }
        let json = to_json(&Value::Str(Str::from(text))).map_err(Stop::Error)?;
        match crate::parse(&json).map_err(Stop::Error)? {
            Value::Str(text) => Ok(Cow::Owned(text.as_bytes().to_vec())),
            _ => Err(Stop::Doubtful),
        }
    }

    fn analysis(&self, text: &[u8]) -> Analysis {
        analyze(text, self.style == Style::Pretty)
    }

    fn scalar(&mut self, text: &[u8], binary: bool, analysis: Analysis, place: Place) {
        let style = choose(text, binary, analysis, place);
        let indent = self.writer.indent_scalar();
        if binary {
            self.writer.plain_word(BINARY_TAG);
        }
        let may_break = place != Place::SimpleKey;
        match style {
            ScalarStyle::Plain => self.plain(text, may_break),
            ScalarStyle::SingleQuoted => self.single_quoted(text, may_break),
            ScalarStyle::DoubleQuoted => self.double_quoted(text, may_break),
            ScalarStyle::Literal => self.literal_lines(text),
        }
        self.writer.set_indent(indent);
    }

    fn plain(&mut self, text: &[u8], may_break: bool) {
        self.writer.separate();
        if !may_break || self.writer.fits(text.len()) {
            self.writer.text(text);
        } else {
            self.words(text);
        }
        self.writer.end_scalar();
    }

    /// Writes words, and a new line instead of a space where the line is full.
    fn words(&mut self, text: &[u8]) {
        let mut after_space = false;
        for (index, word) in text.split(|&byte| byte == b' ').enumerate() {
            if index > 0 {
                if !after_space && self.writer.is_wide() && !word.is_empty() {
                    self.writer.write_indent();
                } else {
                    self.writer.ascii(b" ");
                }
            }
            after_space = word.is_empty();
            self.writer.text(word);
            if !word.is_empty() {
                self.writer.leave_indention();
            }
        }
    }

    fn literal_lines(&mut self, text: &[u8]) {
        self.writer.indicator(b"|", true, false);
        if text.starts_with(b" ") || break_length(text) > 0 {
            self.writer.glued(b"2");
        }
        self.writer.glued(chomping_hint(text));
        self.writer.start_lines();
        let mut at_line_start = true;
        let mut rest = text;
        while !rest.is_empty() {
            let length = break_length(rest);
            if length > 0 {
                self.writer.scalar_break(&rest[..length]);
                at_line_start = true;
                rest = &rest[length..];
                continue;
            }
            if at_line_start {
                self.writer.write_indent();
            }
            let end = next_break(rest);
            self.writer.text(&rest[..end]);
            self.writer.leave_indention();
            at_line_start = false;
            rest = &rest[end..];
        }
    }
}

/// Where the first line of `text` ends.
fn next_break(text: &[u8]) -> usize {
    let may_break = |&byte: &u8| matches!(byte, b'\n' | b'\r' | 0xc2 | 0xe2);
    let mut end = 0;
    while let Some(found) = text[end..].iter().position(may_break) {
        end += found;
        if break_length(&text[end..]) > 0 {
            return end;
        }
        end += char_width(text[end]).min(text.len() - end);
    }
    text.len()
}

/// `-`, nothing or `+`: no line break at the end, one, or several.
fn chomping_hint(text: &[u8]) -> &'static [u8] {
    let (last, before) = split_last_char(text);
    if break_length(last) == 0 {
        return b"-";
    }
    let (last, _) = split_last_char(before);
    if last.is_empty() || break_length(last) > 0 {
        b"+"
    } else {
        b""
    }
}

fn split_last_char(text: &[u8]) -> (&[u8], &[u8]) {
    let start = text
        .iter()
        .rposition(|&byte| byte & 0xc0 != 0x80)
        .unwrap_or(0);
    let (before, last) = text.split_at(start);
    (last, before)
}

fn choose(text: &[u8], binary: bool, analysis: Analysis, place: Place) -> ScalarStyle {
    let is_key = place == Place::SimpleKey;
    let wanted = if text.contains(&b'\n') {
        ScalarStyle::Literal
    } else if binary || means_itself(text) {
        ScalarStyle::Plain
    } else {
        ScalarStyle::DoubleQuoted
    };
    match wanted {
        _ if is_key && analysis.multiline => ScalarStyle::DoubleQuoted,
        ScalarStyle::Plain if analysis.plain_allowed => ScalarStyle::Plain,
        ScalarStyle::Plain if analysis.single_allowed => ScalarStyle::SingleQuoted,
        ScalarStyle::Literal if analysis.block_allowed && !is_key => ScalarStyle::Literal,
        _ => ScalarStyle::DoubleQuoted,
    }
}

/// Whether the text, without quotes, would be read as the string it is.
fn means_itself(text: &[u8]) -> bool {
    resolve(text) == Resolved::Text && !is_base_60(text)
}

/// Whether old readers take the text for a number in base 60, such as `12:30:45`.
fn is_base_60(text: &[u8]) -> bool {
    let unsigned = match text {
        [b'+' | b'-', rest @ ..] => rest,
        _ => text,
    };
    let mut parts = unsigned.split(|&byte| byte == b':');
    let (Some([b'0'..=b'9', first @ ..]), true) = (parts.next(), unsigned.contains(&b':')) else {
        return false;
    };
    let number = |part: &[u8]| part.iter().all(|b| b.is_ascii_digit() || *b == b'_');
    let sixty = |part: &[u8]| matches!(part, [b'0'..=b'9'] | [b'0'..=b'5', b'0'..=b'9']);
    let mut parts: Vec<&[u8]> = parts.collect();
    // The last part may have a fraction.
    if let Some(last) = parts.last_mut()
        && let Some(point) = last.iter().position(|&byte| byte == b'.')
    {
        if !number(&last[point + 1..]) {
            return false;
        }
        *last = &last[..point];
    }
    number(first) && parts.into_iter().all(sixty)
}

/// Whether the way through JSON certainly leaves the text as it is: it is UTF-8, and has
/// no character that JSON leaves alone and YAML refuses (DEL, C1, U+FFFE) or folds (NEL).
fn is_settled(text: &[u8]) -> bool {
    if text.iter().all(|&byte| byte < 0x7f) {
        return true;
    }
    let doubtful = |c: char| matches!(c, '\u{7f}'..='\u{9f}' | '\u{fffe}' | '\u{ffff}');
    std::str::from_utf8(text).is_ok_and(|text| !text.chars().any(doubtful))
}

/// Base64 in lines of 70 characters, if there are more than one.
fn base64(bytes: &[u8]) -> Cow<'static, [u8]> {
    const LINE: usize = 70;
    let bytes = std::sync::Arc::from(bytes);
    let quoted = to_json(&Value::Bytes(bytes)).unwrap_or_default();
    let text = quoted
        .get(1..quoted.len().saturating_sub(1))
        .unwrap_or_default();
    if text.len() < LINE {
        return text.to_vec().into();
    }
    let lines = text.chunks(LINE).flat_map(|line| line.iter().chain(b"\n"));
    lines.copied().collect::<Vec<u8>>().into()
}
