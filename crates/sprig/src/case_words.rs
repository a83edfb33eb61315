//! Where the words of a name such as `HTTPServer2xx-foo` begin and end.

use crate::text::{is_letter, is_number, is_punctuation, is_space, is_upper};

/// What a word consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum WordKind {
    /// starts with an upper case letter
    Upper,
    /// letters, the first not upper case
    Lower,
    /// digits
    Number,
    /// hyphens, underscores, white space
    Connector,
    /// other punctuation
    Punctuation,
    /// ideographs, symbols
    Other,
}

/// A run of characters that belong together.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Word<'a> {
    /// What it consists of.
    pub kind: WordKind,
    /// Its characters.
    pub characters: &'a [Character<'a>],
}

/// A character, with what is no character before it.
///
/// GO: bytes that are no UTF-8 (and U+FFFD, which looks like them) go with the character
/// after them, or at the end count as one more of the character before.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Character<'a> {
    /// What it counts as.
    pub class: char,
    /// All of it.
    pub bytes: &'a [u8],
}

/// The characters of a text.
pub(crate) fn characters(text: &[u8]) -> Vec<Character<'_>> {
    let mut found: Vec<Character<'_>> = Vec::new();
    let (mut start, mut at) = (0, 0);
    for chunk in text.utf8_chunks() {
        for class in chunk.valid().chars() {
            at += class.len_utf8();
            if class != char::REPLACEMENT_CHARACTER {
                let bytes = &text[start..at];
                found.push(Character { class, bytes });
                start = at;
            }
        }
        at += chunk.invalid().len();
    }
    if start < text.len() {
        let class = found
            .last()
            .map_or(char::REPLACEMENT_CHARACTER, |last| last.class);
        let bytes = &text[start..];
        found.push(Character { class, bytes });
    }
    found
}

/// Whether the character only joins words.
pub(crate) fn is_connector(character: char) -> bool {
    matches!(character, '-' | '_') || is_space(character)
}

/// Letters of alphabets; Chinese ideographs are letters too, but form no words.
fn is_alphabet(character: char) -> bool {
    let ideograph = matches!(
        u32::from(character),
        0x3400..=0x4DB5 | 0x4E00..=0x9FCC | 0x2_0000..=0x2_B81D
    );
    is_letter(character) && !ideograph
}

/// Splits into words; nothing is lost.
pub(crate) fn words<'a>(mut characters: &'a [Character<'a>]) -> Vec<Word<'a>> {
    let mut words = Vec::new();
    while let Some(first) = characters.first() {
        let (kind, length) = first_word(first.class, characters);
        let (word, rest) = characters.split_at(length);
        words.push(Word {
            kind,
            characters: word,
        });
        characters = rest;
    }
    words
}

fn first_word(first: char, characters: &[Character<'_>]) -> (WordKind, usize) {
    let run = |continues: fn(char) -> bool| {
        1 + characters[1..]
            .iter()
            .take_while(|c| continues(c.class))
            .count()
    };
    if is_connector(first) {
        (WordKind::Connector, run(is_connector))
    } else if is_punctuation(first) {
        (WordKind::Punctuation, run(is_punctuation_only))
    } else if is_upper(first) {
        (WordKind::Upper, upper_word_length(characters))
    } else if is_alphabet(first) {
        (WordKind::Lower, run(continues_word))
    } else if is_number(first) {
        (WordKind::Number, run(is_number))
    } else {
        (WordKind::Other, run(is_other))
    }
}

fn is_punctuation_only(character: char) -> bool {
    is_punctuation(character)
}

fn continues_word(character: char) -> bool {
    is_alphabet(character) && !is_upper(character)
}

fn is_other(character: char) -> bool {
    !is_connector(character)
        && !is_alphabet(character)
        && !is_number(character)
        && !is_punctuation(character)
}

/// `Status` as a whole, of `HTTPStatus` only `HTTP`.
fn upper_word_length(characters: &[Character<'_>]) -> usize {
    let capitals = characters.iter().take_while(|c| is_upper(c.class)).count();
    let next = characters.get(capitals);
    let next_is_letter = next.is_some_and(|c| is_alphabet(c.class));
    if capitals > 1 {
        return if next_is_letter {
            capitals - 1
        } else {
            capitals
        };
    }
    1 + characters[1..]
        .iter()
        .take_while(|c| continues_word(c.class))
        .count()
}
