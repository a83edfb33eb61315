//! Scalars in each of their styles.

use super::output::{INDENT, Output, pieces};
use super::{Node, TextStyle};
use crate::chars::break_length;
use crate::emitter::{Analysis, analyze, escape, is_printable};
use crate::resolve::{Resolved, resolve};

/// Where a scalar stands, as far as its style depends on it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Around {
    /// In brackets.
    pub(super) flow: bool,
    /// A key that is not behind `?`.
    pub(super) simple_key: bool,
}

/// The style that `node` asks for.
pub(super) fn wanted(node: &Node) -> TextStyle {
    match node.style.text {
        TextStyle::Plain if node.value.contains('\n') => TextStyle::Literal,
        TextStyle::Plain if is_hidden_text(node) => TextStyle::DoubleQuoted,
        style => style,
    }
}

/// Whether text would be something else without quotes.
fn is_hidden_text(node: &Node) -> bool {
    if node.tag != Node::TEXT || node.style.tagged {
        return false;
    }
    match resolve(node.value.as_bytes()) {
        Resolved::Text => false,
        // The words of YAML 1.1 are text for goyaml v3.
        Resolved::Bool(_) => matches!(&*node.value.to_ascii_lowercase(), "true" | "false"),
        _ => true,
    }
}

pub(super) fn analysis(value: &str) -> Analysis {
    analyze(value.as_bytes(), true)
}

/// The style that is possible for `value` where it stands.
pub(super) fn possible(value: &str, wanted: TextStyle, around: Around) -> TextStyle {
    let analysis = analysis(value);
    let mut style = wanted;
    if around.simple_key && analysis.multiline {
        style = TextStyle::DoubleQuoted;
    }
    if style == TextStyle::Plain {
        let allowed = analysis.plain_allowed && !(around.flow && has_flow_indicator(value));
        let hidden = value.is_empty() && (around.flow || around.simple_key);
        if !allowed || hidden {
            style = TextStyle::SingleQuoted;
        }
    }
    match style {
        TextStyle::SingleQuoted if !analysis.single_allowed => TextStyle::DoubleQuoted,
        TextStyle::Literal | TextStyle::Folded
            if !analysis.block_allowed || around.flow || around.simple_key =>
        {
            TextStyle::DoubleQuoted
        }
        other => other,
    }
}

/// Whether a character is in `value` that ends a scalar in brackets.
fn has_flow_indicator(value: &str) -> bool {
    value.starts_with(['?', ':'])
        || value
            .chars()
            .skip(1)
            .any(|c| matches!(c, ',' | '?' | '[' | ']' | '{' | '}' | ':'))
}

impl Output {
    pub(super) fn scalar(&mut self, value: &str, style: TextStyle) {
        match style {
            TextStyle::Plain => self.plain(value),
            TextStyle::SingleQuoted => self.single_quoted(value),
            TextStyle::DoubleQuoted => self.double_quoted(value),
            TextStyle::Literal => self.literal(value),
            TextStyle::Folded => self.folded(value),
        }
    }

    fn plain(&mut self, value: &str) {
        if !value.is_empty() {
            self.separate();
            self.put(value);
            self.whitespace = false;
        }
        self.indention = false;
    }

    fn single_quoted(&mut self, value: &str) {
        self.indicator("'");
        let mut after_break = false;
        for piece in pieces(value) {
            if piece.is_break {
                if !after_break && piece.text == "\n" {
                    self.line_break();
                }
                self.text_break(piece.text);
                after_break = true;
                continue;
            }
            // A blank does not end the breaks, nor is it indented.
            let blanks = piece.text.len() - piece.text.trim_start_matches(' ').len();
            let (blanks, text) = piece.text.split_at(blanks);
            self.put(blanks);
            if text.is_empty() {
                continue;
            }
            if after_break {
                self.write_indent();
            }
            self.put(&text.replace('\'', "''"));
            self.indention = false;
            after_break = false;
        }
        self.glued("'");
    }

    fn double_quoted(&mut self, value: &str) {
        self.indicator("\"");
        // GO: looks for the byte order mark at the start of the text, whatever character is
        // being written: behind one, everything is escaped.
        let all = value.starts_with('\u{feff}');
        for (at, character) in value.char_indices() {
            let rest = &value.as_bytes()[at..];
            if all
                || !is_printable(rest)
                || break_length(rest) > 0
                || matches!(character, '"' | '\\')
            {
                self.put(&escape(character));
            } else {
                self.put(character.encode_utf8(&mut [0; 4]));
            }
        }
        self.glued("\"");
    }

    /// Writes what stands behind `|` or `>`: how lines are indented if that cannot be seen,
    /// and how many line breaks end the text.
    fn block_hints(&mut self, value: &str) {
        if value.starts_with(' ') || break_length(value.as_bytes()) > 0 {
            self.glued(&INDENT.to_string());
        }
        let is_break = |c: char| matches!(c, '\r' | '\n' | '\u{85}' | '\u{2028}' | '\u{2029}');
        let mut back = value.chars().rev();
        if !back.next().is_some_and(is_break) {
            self.glued("-");
        } else if back.next().is_none_or(is_break) {
            self.glued("+");
        }
        if !self.line_comment() {
            self.line_break();
        }
        self.whitespace = true;
    }

    fn literal(&mut self, value: &str) {
        self.indicator("|");
        self.block_hints(value);
        let mut after_break = true;
        for piece in pieces(value) {
            if piece.is_break {
                self.text_break(piece.text);
            } else {
                if after_break {
                    self.write_indent();
                }
                self.put(piece.text);
                self.indention = false;
            }
            after_break = piece.is_break;
        }
    }

    fn folded(&mut self, value: &str) {
        self.indicator(">");
        self.block_hints(value);
        // GO: whether a break is doubled depends on how the whole text starts, not on what
        // follows the break.
        let first = value.trim_start_matches(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}']);
        let doubles = !first.starts_with([' ', '\t', '\0']) && !first.is_empty();
        let mut after_break = true;
        let mut blank_line = true;
        for piece in pieces(value) {
            if piece.is_break {
                if !after_break && !blank_line && piece.text == "\n" && doubles {
                    self.line_break();
                }
                self.text_break(piece.text);
            } else {
                if after_break {
                    self.write_indent();
                    blank_line = piece.text.starts_with([' ', '\t']);
                }
                self.put(piece.text);
                self.indention = false;
            }
            after_break = piece.is_break;
        }
    }
}
