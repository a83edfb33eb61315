//! In which styles a string can be written.

use crate::chars::break_length;

/// What a string allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Analysis {
    pub(crate) multiline: bool,
    pub(crate) plain_allowed: bool,
    pub(crate) single_allowed: bool,
    pub(crate) block_allowed: bool,
}

/// What was seen in a string.
#[derive(Default)]
struct Seen {
    indicator: bool,
    line_break: bool,
    special: bool,
    tab: bool,
    edge_blank: bool,
    trailing_space: bool,
    break_space: bool,
    space_break: bool,
}

/// Looks at a string. `tabs` says that a tab is allowed in a block scalar (goyaml v3).
pub(crate) fn analyze(text: &[u8], tabs: bool) -> Analysis {
    if text.is_empty() {
        return Analysis {
            multiline: false,
            plain_allowed: true,
            single_allowed: true,
            block_allowed: false,
        };
    }
    let mut seen = Seen {
        indicator: starts_with_indicator(text),
        ..Seen::default()
    };
    if text.iter().all(|&byte| is_easy(byte)) {
        return seen.allows();
    }
    look(text, tabs, &mut seen);
    seen.allows()
}

impl Seen {
    fn allows(&self) -> Analysis {
        let never_plain = self.edge_blank || self.break_space || self.line_break || self.indicator;
        let hidden = self.space_break || self.special;
        Analysis {
            multiline: self.line_break,
            plain_allowed: !(never_plain || hidden || self.tab),
            single_allowed: !(self.break_space || hidden || self.tab),
            block_allowed: !(self.trailing_space || hidden),
        }
    }
}

/// Bytes that never matter behind the first one.
fn is_easy(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
        || matches!(byte, b'-' | b'_' | b'.' | b'/' | b'@' | b'%' | b'+' | b'=')
}

fn starts_with_indicator(text: &[u8]) -> bool {
    if text.starts_with(b"---") || text.starts_with(b"...") {
        return true;
    }
    match text[0] {
        b'#' | b',' | b'[' | b']' | b'{' | b'}' | b'&' | b'*' | b'!' | b'|' | b'>' | b'\''
        | b'"' | b'%' | b'@' | b'`' => true,
        b'?' | b':' | b'-' => is_blank_at(text, 1),
        _ => false,
    }
}

/// Whether a blank, or nothing, is at `index`.
fn is_blank_at(text: &[u8], index: usize) -> bool {
    matches!(text.get(index), None | Some(b' ' | b'\t'))
}

/// The kind of the last character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Last {
    Space,
    Break,
    Other,
}

fn look(text: &[u8], tabs: bool, seen: &mut Seen) {
    let mut last = Last::Other;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let width = char_width(rest[0]).min(rest.len());
        let is_edge = at == 0 || at + width == text.len();
        let is_break = break_length(rest) > 0;
        match rest[0] {
            b' ' => {
                seen.edge_blank |= is_edge;
                seen.trailing_space |= at + width == text.len();
                seen.break_space |= last == Last::Break;
                last = Last::Space;
            }
            _ if is_break => {
                seen.line_break = true;
                seen.edge_blank |= is_edge;
                seen.space_break |= last == Last::Space;
                seen.special |= !is_printable(rest);
                last = Last::Break;
            }
            byte => {
                if byte == b'\t' && tabs {
                    seen.tab = true;
                } else {
                    seen.special |= !is_printable(rest);
                }
                seen.indicator |= at > 0 && is_indicator(text, at);
                last = Last::Other;
            }
        }
        at += width;
    }
}

/// Whether the character at `at`, not the first, ends a plain scalar.
fn is_indicator(text: &[u8], at: usize) -> bool {
    match text[at] {
        b':' => is_blank_at(text, at + 1),
        b'#' => follows_blank(text, at),
        _ => false,
    }
}

/// Whether a blank or a line break is right before `at`.
fn follows_blank(text: &[u8], at: usize) -> bool {
    let before = &text[..at];
    matches!(
        before,
        [.., b' ' | b'\t' | b'\r' | b'\n'] | [.., 0xc2, 0x85]
    ) || matches!(before, [.., 0xe2, 0x80, 0xa8 | 0xa9])
        || before.ends_with(&[0])
}

/// The length of the character that starts with this byte.
pub(super) fn char_width(lead: u8) -> usize {
    match lead {
        0xc0..0xe0 => 2,
        0xe0..0xf0 => 3,
        0xf0..0xf8 => 4,
        _ => 1,
    }
}

/// Whether the first character of `text` can be written as it is.
///
/// GO: tabs cannot, nor can anything above U+FFFF.
pub(crate) fn is_printable(text: &[u8]) -> bool {
    match text {
        [b'\n' | 0x20..=0x7e, ..] => true,
        [0xc2, next, ..] => *next >= 0xa0,
        [0xed, next, ..] => *next < 0xa0,
        [0xef, 0xbb, 0xbf, ..] | [0xef, 0xbf, 0xbe | 0xbf, ..] => false,
        [0xc3..=0xec | 0xee | 0xef, ..] => true,
        _ => false,
    }
}
