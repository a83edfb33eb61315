//! Letter case and the ways to write names: camel, snake, kebab, title.

use pintle_go_template::Parameter::Str as Text;
use pintle_go_value::Value;

use crate::call::{Call, Outcome};
use crate::case_words::{Word, WordKind, characters, is_connector, words};
use crate::declare::{Declaration, fixed};
use crate::text::{
    is_digit, is_letter, is_lower, is_space, is_title, is_upper, runes, to_lower, to_title,
    to_upper,
};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("title", &[Text], title, "Capitalises the first letter of each word."),
    fixed("untitle", &[Text], untitle, "Puts the first letter of each word in lower case."),
    fixed("swapcase", &[Text], swap_case, "Swaps upper and lower case; a lower case letter after a blank becomes title case."),
    fixed("camelcase", &[Text], camel_case, "Writes words together, each with a capital: FooBar."),
    fixed("snakecase", &[Text], |c| separate_words(c, '_'), "Writes words in lower case with underscores: foo_bar."),
    fixed("kebabcase", &[Text], |c| separate_words(c, '-'), "Writes words in lower case with hyphens: foo-bar."),
];

fn title(call: &Call<'_>) -> Outcome {
    let mut previous = ' ';
    let mapped = runes(call.bytes(0)?).map(|character| {
        let starts = separates_titles(previous);
        previous = character;
        if starts {
            to_title(character)
        } else {
            character
        }
    });
    Ok(mapped.collect::<String>().into())
}

/// GO: `strings.Title` takes every ASCII character but letters, digits and the underscore
/// for a border of words, beyond ASCII only white space.
fn separates_titles(character: char) -> bool {
    if character.is_ascii() {
        return !character.is_ascii_alphanumeric() && character != '_';
    }
    !is_letter(character) && !is_digit(character) && is_space(character)
}

fn untitle(call: &Call<'_>) -> Outcome {
    let mut first = true;
    let mapped = runes(call.bytes(0)?).map(|character| {
        let space = is_space(character);
        let result = if first && !space {
            to_lower(character)
        } else {
            character
        };
        first = space;
        result
    });
    Ok(mapped.collect::<String>().into())
}

fn swap_case(call: &Call<'_>) -> Outcome {
    let mut after_space = true;
    let mapped = runes(call.bytes(0)?).map(|character| {
        if is_upper(character) || is_title(character) {
            after_space = false;
            to_lower(character)
        } else if is_lower(character) {
            let starts = std::mem::take(&mut after_space);
            if starts {
                to_title(character)
            } else {
                to_upper(character)
            }
        } else {
            after_space = is_space(character);
            character
        }
    });
    Ok(mapped.collect::<String>().into())
}

/// Each run of connectors loses one connector (the one before a letter); connectors at the
/// start stay. A word that starts with a capital has its further capitals lowered until
/// the first letter that is none.
///
/// HELM: text of connectors alone gets its last one twice.
fn camel_case(call: &Call<'_>) -> Outcome {
    let characters: Vec<char> = runes(call.bytes(0)?).collect();
    let Some(start) = characters.iter().position(|c| !is_connector(*c)) else {
        let mut result: String = characters.iter().collect();
        result.extend(characters.last());
        return Ok(result.into());
    };
    let mut result: String = characters[..start].iter().collect();
    let mut lowering = is_upper(characters[start]);
    let mut pending = to_upper(characters[start]);
    for &next in &characters[start + 1..] {
        let (mut next, after_connector) = (next, is_connector(pending));
        if after_connector && is_connector(next) {
            result.push(pending);
        } else if after_connector {
            lowering = is_upper(next);
            next = to_upper(next);
        } else {
            if lowering && is_upper(next) {
                next = to_lower(next);
            } else {
                lowering = false;
            }
            result.push(pending);
        }
        pending = next;
    }
    result.push(pending);
    Ok(result.into())
}

fn separate_words(call: &Call<'_>, connector: char) -> Outcome {
    let whole = call.bytes(0)?;
    let characters = characters(whole);
    let mut writer = Writer {
        words: words(&characters),
        at: 0,
        connector,
        result: Vec::with_capacity(whole.len() + 8),
    };
    while writer.at < writer.words.len() {
        writer.write_group();
    }
    Ok(Value::Str(writer.result.into()))
}

/// Writes words one group after another: a group is what gets no connector inside.
struct Writer<'a> {
    words: Vec<Word<'a>>,
    at: usize,
    connector: char,
    result: Vec<u8>,
}

impl Writer<'_> {
    fn write_group(&mut self) {
        let kind = self.words[self.at].kind;
        self.write_word();
        match kind {
            WordKind::Connector | WordKind::Punctuation => {}
            WordKind::Number => {
                self.write_letters_and_numbers();
                self.separate();
            }
            _ if self.kind() == Some(WordKind::Number) && self.at + 1 < self.words.len() => {
                self.write_number_after_word();
            }
            _ if self.kind() == Some(WordKind::Number) => {}
            _ => self.separate(),
        }
    }

    /// A number belongs to the word before it (`bld4_floor`), unless lower case letters
    /// follow it (`http_2xx`).
    fn write_number_after_word(&mut self) {
        if self.words[self.at + 1].kind == WordKind::Lower {
            self.push(self.connector);
            self.write_word();
            self.write_letters_and_numbers();
        } else {
            self.write_word();
        }
        self.separate();
    }

    fn write_letters_and_numbers(&mut self) {
        while matches!(self.kind(), Some(WordKind::Lower | WordKind::Number)) {
            self.write_word();
        }
    }

    /// A connector, if a word follows that brings none itself.
    fn separate(&mut self) {
        let brings_none = |kind| !matches!(kind, WordKind::Connector | WordKind::Punctuation);
        if self.kind().is_some_and(brings_none) {
            self.push(self.connector);
        }
    }

    fn kind(&self) -> Option<WordKind> {
        self.words.get(self.at).map(|word| word.kind)
    }

    fn write_word(&mut self) {
        let Some(word) = self.words.get(self.at) else {
            return;
        };
        let bytes = word.characters.iter().map(|character| character.bytes);
        if !matches!(word.kind, WordKind::Connector | WordKind::Upper) {
            bytes.for_each(|bytes| self.result.extend_from_slice(bytes));
        } else {
            for character in bytes.flat_map(runes) {
                self.push(if is_connector(character) {
                    self.connector
                } else if is_upper(character) {
                    to_lower(character)
                } else {
                    character
                });
            }
        }
        self.at += 1;
    }

    fn push(&mut self, character: char) {
        let mut buffer = [0; 4];
        self.result
            .extend_from_slice(character.encode_utf8(&mut buffer).as_bytes());
    }
}
