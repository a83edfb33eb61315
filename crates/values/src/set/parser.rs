//! `--set`, `--set-string`, `--set-file` and the pairs of `--set-json`.

use pintle_go_value::{Map, Value, json};

use super::json_value;
use super::place::{
    MAX_NESTED_INDEXES, MAX_NESTED_NAMES, Next, check_index, data_after_index, existing_list,
    existing_map, has_no_value, indexes_too_deep, list_value, nested_list, nested_map,
    nested_too_deep, parse_index, put_back, quote, set, set_index,
};
use crate::Error;

/// What becomes of the text of a value.
pub(super) enum Mode<'a> {
    Typed,
    Text,
    File(&'a mut dyn FnMut(&str) -> Result<Value, Error>),
    Json,
}

pub(super) struct Parser<'a> {
    text: &'a str,
    at: usize,
    mode: Mode<'a>,
}

/// Text up to a stop character; `None` instead of the stop if the input ended first.
type Token = (String, Option<char>);

impl<'a> Parser<'a> {
    pub fn new(text: &'a str, mode: Mode<'a>) -> Self {
        Self { text, at: 0, mode }
    }

    /// Reads all pairs into `map`.
    pub fn run(mut self, map: &Map) -> Result<(), Error> {
        while self.key(map, 0)? == Next::More {}
        Ok(())
    }

    fn key(&mut self, map: &Map, level: usize) -> Result<Next, Error> {
        let (key, stop) = self.until(&['=', '[', ',', '.']);
        match stop {
            None if key.is_empty() => Ok(Next::End),
            None => Err(has_no_value(&key)),
            Some('[') => self.indexed(map, &key, level),
            Some('=') => self.assigned(map, &key),
            Some('.') => self.nested(map, &key, level + 1),
            Some(_) => {
                set(map, &key, Value::from(""));
                let key = quote(&key);
                Err(Error::new(format!(
                    "key {key} has no value (cannot end with ,)"
                )))
            }
        }
    }

    /// `key.…`
    fn nested(&mut self, map: &Map, key: &str, level: usize) -> Result<Next, Error> {
        if level > MAX_NESTED_NAMES {
            return Err(nested_too_deep());
        }
        let inner = existing_map(map, key)?;
        let outcome = self.key(&inner, level);
        if inner.is_empty() {
            if matches!(outcome, Ok(Next::More)) {
                return Err(Error::new(format!("key map {} has no value", quote(key))));
            }
        } else {
            set(map, key, Value::Map(inner));
        }
        outcome
    }

    /// `key[…`
    fn indexed(&mut self, map: &Map, key: &str, level: usize) -> Result<Next, Error> {
        // HELM: an index without its `]` at the end is silently ignored.
        let Some(index) = self.index()? else {
            return Ok(Next::End);
        };
        let mut list = existing_list(map, key)?;
        let outcome = self.item(&mut list, index, level, 0);
        set(map, key, list_value(list));
        outcome
    }

    /// `key=…`
    fn assigned(&mut self, map: &Map, key: &str) -> Result<Next, Error> {
        let (value, next) = self.value()?;
        set(map, key, value);
        Ok(next)
    }

    /// What follows `key[INDEX]`: changes the item at `index`.
    fn item(
        &mut self,
        list: &mut Vec<Value>,
        index: i64,
        level: usize,
        depth: usize,
    ) -> Result<Next, Error> {
        let place = check_index(index)?;
        let (rest, stop) = self.until(&['[', '.', '=']);
        if !rest.is_empty() {
            return Err(data_after_index(&rest));
        }
        match stop {
            None => Ok(Next::End),
            Some('=') => {
                let (value, _) = self.value()?;
                *list = set_index(std::mem::take(list), index, value)?;
                Ok(Next::More)
            }
            Some('[') => self.nested_item(list, index, level, depth + 1),
            Some(_) => {
                let inner = nested_map(list, place);
                let next = self.key(&inner, level)?;
                if next == Next::More {
                    *list = set_index(std::mem::take(list), index, Value::Map(inner))?;
                }
                Ok(next)
            }
        }
    }

    /// What follows `key[INDEX][`.
    fn nested_item(
        &mut self,
        list: &mut Vec<Value>,
        index: i64,
        level: usize,
        depth: usize,
    ) -> Result<Next, Error> {
        if depth > MAX_NESTED_INDEXES {
            return Err(indexes_too_deep());
        }
        let Some(inner_index) = self.index()? else {
            return Ok(Next::End);
        };
        let place = check_index(index)?;
        let mut inner = nested_list(list, place)?;
        let outcome = self.item(&mut inner, inner_index, level, depth);
        if matches!(outcome, Ok(Next::More)) {
            *list = set_index(std::mem::take(list), index, list_value(inner))?;
        } else {
            put_back(list, place, inner);
        }
        outcome
    }

    /// The number before `]`; `None` if the text ends before that.
    fn index(&mut self) -> Result<Option<i64>, Error> {
        let (text, stop) = self.until(&[']']);
        if stop.is_none() {
            return Ok(None);
        }
        parse_index(&text).map(Some)
    }

    /// What follows `=`.
    fn value(&mut self) -> Result<(Value, Next), Error> {
        if matches!(self.mode, Mode::Json) {
            return Ok((self.json()?, Next::More));
        }
        let rest = &self.text[self.at..];
        if rest.is_empty() {
            return Ok((Value::from(""), Next::End));
        }
        if rest.starts_with('{') {
            self.at += 1;
            return Ok((self.list()?, Next::More));
        }
        let (text, _) = self.until(&[',']);
        Ok((self.read(&text)?, Next::More))
    }

    /// A JSON value and the comma after it; nothing is null.
    fn json(&mut self) -> Result<Value, Error> {
        if self.skip_empty() {
            return Ok(Value::Nil);
        }
        let rest = &self.text[self.at..];
        let length = json_value::extent(rest).ok_or_else(|| Error::new("unexpected EOF"))?;
        let value =
            json::decode(&rest.as_bytes()[..length]).map_err(|e| Error::new(e.to_string()))?;
        self.at += length;
        self.skip_empty();
        Ok(value)
    }

    /// The items after `{`.
    fn list(&mut self) -> Result<Value, Error> {
        let mut items = Vec::new();
        loop {
            let (text, stop) = self.until(&[',', '}']);
            if stop.is_none() {
                return Err(Error::new("list must terminate with '}'"));
            }
            let item = self.read(&text);
            if stop == Some('}') {
                if self.text[self.at..].starts_with(',') {
                    self.at += 1;
                }
                items.push(item?);
                return Ok(list_value(items));
            }
            items.push(item?);
        }
    }

    fn read(&mut self, text: &str) -> Result<Value, Error> {
        match &mut self.mode {
            Mode::Typed | Mode::Json => Ok(typed(text)),
            Mode::Text => Ok(Value::from(text)),
            Mode::File(read) => read(text),
        }
    }

    /// Skips blanks and one comma; whether there was nothing else before the comma or the end.
    fn skip_empty(&mut self) -> bool {
        let rest = self.text[self.at..].trim_start();
        self.at = self.text.len() - rest.len();
        if rest.starts_with(',') {
            self.at += 1;
            return true;
        }
        rest.is_empty()
    }

    /// Reads up to one of `stops`, which is consumed. A backslash makes the next character
    /// an ordinary one.
    fn until(&mut self, stops: &[char]) -> Token {
        let mut token = String::new();
        let mut letters = self.text[self.at..].char_indices();
        while let Some((offset, letter)) = letters.next() {
            if stops.contains(&letter) {
                self.at += offset + letter.len_utf8();
                return (token, Some(letter));
            }
            match letter {
                '\\' => token.extend(letters.next().map(|(_, next)| next)),
                plain => token.push(plain),
            }
        }
        self.at = self.text.len();
        (token, None)
    }
}

/// HELM: bool and null in any case; integers without a leading zero; all else is a string,
/// also `1.5` and `1e3`.
fn typed(text: &str) -> Value {
    // GO: the comparison folds case as Unicode does, and the long s is an s.
    let folded = text.replace('ſ', "s");
    for (word, value) in [
        ("true", Value::Bool(true)),
        ("false", Value::Bool(false)),
        ("null", Value::Nil),
        ("0", Value::Int64(0)),
    ] {
        if folded.eq_ignore_ascii_case(word) {
            return value;
        }
    }
    if text.starts_with('0') {
        return Value::from(text);
    }
    text.parse()
        .map_or_else(|_| Value::from(text), Value::Int64)
}
