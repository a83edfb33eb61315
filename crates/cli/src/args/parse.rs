//! The words of a command line against a set of flags, as pflag reads them.
//!
//! Flags and arguments interleave; `--` ends the flags; the first wrong word is the error.

use std::collections::BTreeMap;

use super::{Flag, Kind, Value};
use crate::plugins;
use crate::quote::{quote, quote_char};
use crate::settings::Settings;

/// The flags that a command line may use.
#[derive(Debug, Default, Clone)]
pub struct FlagSet {
    long: BTreeMap<&'static str, &'static Flag>,
    short: BTreeMap<char, &'static Flag>,
}

impl FlagSet {
    /// Adds flags; a name that is there already stays what it was.
    pub fn with(mut self, flags: impl IntoIterator<Item = &'static Flag>) -> Self {
        for flag in flags {
            self.long.entry(flag.name).or_insert(flag);
            if let Some(short) = flag.short {
                self.short.entry(short).or_insert(flag);
            }
        }
        self
    }

    /// The flag of a long name.
    pub fn long(&self, name: &str) -> Option<&'static Flag> {
        self.long.get(name).copied()
    }

    /// The flag of a letter.
    pub fn short(&self, letter: char) -> Option<&'static Flag> {
        self.short.get(&letter).copied()
    }

    /// Whether the word after this one is its value, as far as this set can tell: cobra looks
    /// for the command before it knows all flags, and takes an unknown one to have a value.
    pub fn takes_next_word(&self, word: &str) -> bool {
        if word.contains('=') {
            return false;
        }
        let bare_allowed = |flag: Option<&&Flag>| flag.is_some_and(|flag| flag.bare.is_some());
        if let Some(name) = word.strip_prefix("--") {
            return !bare_allowed(self.long.get(name));
        }
        let mut letters = word.chars().skip(1);
        match (letters.next(), letters.next()) {
            (Some(letter), None) => !bare_allowed(self.short.get(&letter)),
            _ => false,
        }
    }

    /// Reads the words; the first wrong one is an error.
    ///
    /// # Errors
    /// pflag's text, and the warnings that earlier words earned.
    pub fn parse<'a>(
        &self,
        words: &[String],
        settings: &'a Settings,
    ) -> Result<Parsed<'a>, Refused> {
        let mut parser = Parser::new(self, words, settings, false);
        match parser.run() {
            Ok(()) => Ok(parser.parsed),
            Err(text) => Err(Refused {
                text,
                warnings: parser.parsed.warnings,
            }),
        }
    }

    /// Reads the words, passing over flags it does not know; at a wrong one it stops.
    ///
    /// HELM: so are the flags of all commands read before the command is known.
    pub fn parse_known<'a>(&self, words: &[String], settings: &'a Settings) -> Parsed<'a> {
        let mut parser = Parser::new(self, words, settings, true);
        // An error will come up again, with its text, when everything is read.
        let _ = parser.run();
        parser.parsed
    }
}

/// A command line that cannot be read.
#[derive(Debug, Clone)]
pub struct Refused {
    /// pflag's text.
    pub text: String,
    /// Warnings from before the error.
    pub warnings: Vec<String>,
}

/// A command line that was read.
#[derive(Debug, Clone)]
pub struct Parsed<'a> {
    settings: &'a Settings,
    values: BTreeMap<&'static str, Value>,
    /// The words that are not flags.
    pub arguments: Vec<String>,
    /// Warnings about old spellings, for the log.
    pub warnings: Vec<String>,
    /// Lines about deprecated flags, for stderr.
    pub deprecations: Vec<String>,
}

impl<'a> Parsed<'a> {
    /// A command line whose words are all arguments.
    pub fn of_words(words: &[String], settings: &'a Settings) -> Self {
        Self {
            settings,
            values: BTreeMap::new(),
            arguments: words.to_vec(),
            warnings: Vec::new(),
            deprecations: Vec::new(),
        }
    }

    /// Whether the flag was given at all.
    pub fn given(&self, flag: &Flag) -> bool {
        self.values.contains_key(flag.name)
    }

    /// Whether a flag of that name was given.
    pub fn given_name(&self, name: &str) -> bool {
        self.values.contains_key(name)
    }

    /// The flag's value, or its default.
    pub fn value(&self, flag: &Flag) -> Option<Value> {
        if let Some(value) = self.values.get(flag.name) {
            return Some(value.clone());
        }
        let default = flag.default_text(self.settings);
        flag.kind.read(None, &default, &mut Vec::new()).ok()
    }

    /// Whether a switch is on.
    pub fn is_on(&self, flag: &Flag) -> bool {
        matches!(self.value(flag), Some(Value::Bool(true)))
    }

    /// A flag's text; empty when there is none.
    pub fn text(&self, flag: &Flag) -> String {
        match self.value(flag) {
            Some(Value::Text(text)) => text,
            _ => String::new(),
        }
    }

    /// A flag's text unless it is empty.
    pub fn text_if_any(&self, flag: &Flag) -> Option<String> {
        Some(self.text(flag)).filter(|text| !text.is_empty())
    }

    /// A flag's texts.
    pub fn list(&self, flag: &Flag) -> Vec<String> {
        match self.values.get(flag.name) {
            Some(Value::List(list)) => list.clone(),
            _ => Vec::new(),
        }
    }

    /// A flag's pairs.
    pub fn map(&self, flag: &Flag) -> BTreeMap<String, String> {
        match self.values.get(flag.name) {
            Some(Value::Map(map)) => map.clone(),
            _ => BTreeMap::new(),
        }
    }

    /// A flag's whole number.
    pub fn int(&self, flag: &Flag) -> i64 {
        match self.value(flag) {
            Some(Value::Int(number)) => number,
            _ => 0,
        }
    }

    /// A flag's number.
    pub fn float(&self, flag: &Flag) -> f32 {
        match self.value(flag) {
            Some(Value::Float(number)) => number,
            _ => 0.0,
        }
    }

    /// A flag's duration in nanoseconds.
    pub fn nanoseconds(&self, flag: &Flag) -> i64 {
        match self.value(flag) {
            Some(Value::Duration(nanoseconds)) => nanoseconds,
            _ => 0,
        }
    }
}

struct Parser<'a, 's> {
    flags: &'a FlagSet,
    words: &'a [String],
    next: usize,
    lenient: bool,
    parsed: Parsed<'s>,
}

impl<'a, 's> Parser<'a, 's> {
    fn new(flags: &'a FlagSet, words: &'a [String], settings: &'s Settings, lenient: bool) -> Self {
        Self {
            flags,
            words,
            next: 0,
            lenient,
            parsed: Parsed::of_words(&[], settings),
        }
    }

    fn run(&mut self) -> Result<(), String> {
        while let Some(word) = self.next_word() {
            if word == "--" {
                let rest = self.words.get(self.next..).unwrap_or_default();
                self.parsed.arguments.extend_from_slice(rest);
                break;
            }
            if let Some(name) = word.strip_prefix("--") {
                self.long(word, name)?;
            } else if word.len() > 1 && word.starts_with('-') {
                self.cluster(&word[1..])?;
            } else {
                self.parsed.arguments.push(word.to_owned());
            }
        }
        Ok(())
    }

    fn next_word(&mut self) -> Option<&'a str> {
        let word = self.words.get(self.next)?;
        self.next += 1;
        Some(word)
    }

    /// `--name`, `--name=value`, `--name value`
    fn long(&mut self, word: &str, text: &str) -> Result<(), String> {
        if text.starts_with(['-', '=']) {
            return Err(format!("bad flag syntax: {word}"));
        }
        let (name, attached) = match text.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (text, None),
        };
        let Some(flag) = self.flags.long.get(name).copied() else {
            if !self.lenient {
                return Err(format!("unknown flag: --{name}"));
            }
            if attached.is_none() {
                self.pass_over_value();
            }
            return Ok(());
        };
        let value = match (attached, flag.bare) {
            (Some(value), _) => value,
            (None, Some(bare)) => bare,
            (None, None) => self
                .next_word()
                .ok_or_else(|| format!("flag needs an argument: --{name}"))?,
        };
        self.set(flag, value)
    }

    /// `-n value`, `-nvalue`, `-n=value`, `-abc`
    fn cluster(&mut self, letters: &str) -> Result<(), String> {
        let mut rest = letters;
        while let Some(letter) = rest.chars().next() {
            let after = &rest[letter.len_utf8()..];
            let Some(flag) = self.flags.short.get(&letter).copied() else {
                if !self.lenient {
                    let letter = quote_char(letter);
                    return Err(format!("unknown shorthand flag: {letter} in -{rest}"));
                }
                if after.len() > 1 && after.starts_with('=') {
                    return Ok(());
                }
                self.pass_over_value();
                rest = after;
                continue;
            };
            // GO: a lone `=` at the end is a letter like any other, not an empty value.
            let attached = after.strip_prefix('=').filter(|value| !value.is_empty());
            let (value, remaining) = match (attached, flag.bare) {
                (Some(value), _) => (value, ""),
                (None, Some(bare)) => (bare, after),
                (None, None) if !after.is_empty() => (after, ""),
                (None, None) => match self.next_word() {
                    Some(word) => (word, ""),
                    None => {
                        let letter = quote_char(letter);
                        return Err(format!("flag needs an argument: {letter} in -{rest}"));
                    }
                },
            };
            self.set(flag, value)?;
            rest = remaining;
        }
        Ok(())
    }

    /// After an unknown flag, a word that is not a flag is taken for its value.
    fn pass_over_value(&mut self) {
        let next = self.words.get(self.next);
        if next.is_some_and(|word| !word.starts_with('-')) {
            self.next += 1;
        }
    }

    /// HELM: a plugin is looked for when its flag is read.
    fn known_plugin(&self, flag: &Flag, value: Value) -> Result<Value, String> {
        if let (Kind::PostRenderer, Value::Text(name)) = (flag.kind, &value)
            && !name.is_empty()
        {
            plugins::post_renderer(self.parsed.settings, name, Vec::new(), |_| ())
                .map_err(|error| error.to_string())?;
        }
        Ok(value)
    }

    fn set(&mut self, flag: &'static Flag, text: &str) -> Result<(), String> {
        let current = self.parsed.values.remove(flag.name);
        let value = flag
            .kind
            .read(current, text, &mut self.parsed.warnings)
            .and_then(|value| self.known_plugin(flag, value))
            .map_err(|reason| {
                let (text, flag) = (quote(text), quote(&flag.shown()));
                format!("invalid argument {text} for {flag} flag: {reason}")
            })?;
        self.parsed.values.insert(flag.name, value);
        if let Some(advice) = flag.deprecated {
            let line = format!("Flag --{} has been deprecated, {advice}", flag.name);
            self.parsed.deprecations.push(line);
        }
        Ok(())
    }
}
