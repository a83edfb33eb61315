//! What is at the cursor: a flag, its value, or an argument.

use crate::args::Flag;
use crate::args::parse::FlagSet;

/// The word at the cursor, and what is before it.
#[derive(Debug)]
pub(super) struct Cursor<'a> {
    /// The words before it that stand for themselves: without a flag whose value is at the cursor.
    pub before: &'a [String],
    /// What is at the cursor; of `--flag=value`, the value.
    pub word: &'a str,
    /// The flag whose value it is.
    pub flag: Option<&'static Flag>,
    /// A flag that there is not, whose value it would be.
    pub unknown: Option<&'a str>,
}

impl<'a> Cursor<'a> {
    pub fn of(before: &'a [String], word: &'a str, flags: &FlagSet) -> Self {
        let plain = Self {
            before,
            word,
            flag: None,
            unknown: None,
        };
        if word.starts_with('-') {
            let Some((name, value)) = word.split_once('=') else {
                return plain;
            };
            return Self {
                word: value,
                ..plain.with(name, flags, true)
            };
        }
        let Some((last, earlier)) = before.split_last() else {
            return plain;
        };
        if !is_flag(last) || last.contains('=') {
            return plain;
        }
        let with = plain.with(last, flags, false);
        if with.flag.is_none() {
            return with;
        }
        Self {
            before: earlier,
            ..with
        }
    }

    /// GO: of several letters, the last is the flag.
    fn with(self, text: &'a str, flags: &FlagSet, is_attached: bool) -> Self {
        let (name, found) = match text.strip_prefix("--") {
            Some(name) => (name, flags.long(name)),
            None => {
                let last = text.char_indices().next_back();
                let (at, letter) = last.unwrap_or((0, '-'));
                (&text[at..], flags.short(letter))
            }
        };
        match found {
            None => Self {
                unknown: Some(name),
                ..self
            },
            // A switch has no value unless it is attached.
            Some(flag) if flag.bare.is_some() && !is_attached => self,
            Some(flag) => Self {
                flag: Some(flag),
                ..self
            },
        }
    }
}

fn is_flag(word: &str) -> bool {
    word.len() > 1 && word.starts_with('-') && word != "--"
}
