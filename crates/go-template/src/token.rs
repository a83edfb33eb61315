//! The words of the template language.

use pintle_go_value::format::quoted;

use crate::node::Span;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// The lexer failed; the message is in the token.
    Error,
    EndOfFile,
    /// Plain text outside of actions.
    Text,
    LeftDelimiter,
    RightDelimiter,
    Space,
    Assign,
    Declare,
    Bool,
    Char,
    CharConstant,
    Number,
    Complex,
    Dot,
    Field,
    Variable,
    Identifier,
    LeftParen,
    RightParen,
    Pipe,
    Str,
    RawStr,
    Keyword(Keyword),
}

/// The reserved words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keyword {
    Block,
    Break,
    Continue,
    Define,
    Else,
    End,
    If,
    Nil,
    Range,
    Template,
    With,
}

impl Keyword {
    /// The keyword that `word` is, if it is one.
    pub(crate) fn of(word: &str) -> Option<Self> {
        Some(match word {
            "block" => Self::Block,
            "break" => Self::Break,
            "continue" => Self::Continue,
            "define" => Self::Define,
            "else" => Self::Else,
            "end" => Self::End,
            "if" => Self::If,
            "nil" => Self::Nil,
            "range" => Self::Range,
            "template" => Self::Template,
            "with" => Self::With,
            _ => return None,
        })
    }
}

/// A token: its kind and the bytes of the source it stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Token {
    pub(crate) kind: Kind,
    pub(crate) start: u32,
    pub(crate) end: u32,
}

impl Token {
    /// Where it stands.
    pub(crate) fn span(&self) -> Span {
        Span {
            start: self.start,
            end: self.end,
        }
    }

    /// The text of the token.
    pub(crate) fn text<'s>(&self, source: &'s str) -> &'s str {
        &source[self.start as usize..self.end as usize]
    }

    /// The token as Go's parse errors show it.
    pub(crate) fn shown(&self, source: &str) -> String {
        let text = self.text(source);
        match self.kind {
            Kind::EndOfFile => "EOF".to_owned(),
            // GO: a lone dot counts as a keyword there.
            Kind::Keyword(_) | Kind::Dot => format!("<{text}>"),
            // GO: shown whole up to ten bytes, else the first ten characters.
            _ if text.len() > 10 => {
                let start: String = text.chars().take(10).collect();
                format!("{}...", quoted::quote(&start))
            }
            _ => quoted::quote(text),
        }
    }
}
