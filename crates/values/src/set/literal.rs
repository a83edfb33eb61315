//! `--set-literal`: `key=…` where everything after `=` is the value.

use pintle_go_value::{Map, Value};

use super::place::{
    MAX_NESTED_INDEXES, MAX_NESTED_NAMES, check_index, existing_list, existing_map, has_no_value,
    indexes_too_deep, list_value, nested_list, nested_map, nested_too_deep, parse_index, quote,
    set, set_index,
};
use crate::Error;

pub(super) fn parse_into(map: &Map, text: &str) -> Result<(), Error> {
    Literal { rest: text }.key(map, 0)
}

struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn key(&mut self, map: &Map, level: usize) -> Result<(), Error> {
        let (key, stop) = self.until(&['=', '[', '.']);
        match stop {
            None if key.is_empty() => Ok(()),
            None => Err(has_no_value(key)),
            Some('=') => {
                set(map, key, Value::from(self.rest));
                Ok(())
            }
            Some('[') => {
                let index = self.index()?;
                let mut list = existing_list(map, key)?;
                let outcome = self.item(&mut list, index, level, 0);
                set(map, key, list_value(list));
                outcome
            }
            Some(_) => self.nested(map, key, level + 1),
        }
    }

    fn nested(&mut self, map: &Map, key: &str, level: usize) -> Result<(), Error> {
        if level > MAX_NESTED_NAMES {
            return Err(nested_too_deep());
        }
        let inner = existing_map(map, key)?;
        let had_text = !self.rest.is_empty();
        self.key(&inner, level)?;
        if !inner.is_empty() {
            set(map, key, Value::Map(inner));
        } else if had_text {
            return Err(Error::new(format!("key map {} has no value", quote(key))));
        }
        Ok(())
    }

    fn item(
        &mut self,
        list: &mut Vec<Value>,
        index: i64,
        level: usize,
        depth: usize,
    ) -> Result<(), Error> {
        let place = check_index(index)?;
        let (rest, stop) = self.until(&['[', '.', '=']);
        if !rest.is_empty() {
            let rest = quote(rest);
            return Err(Error::new(format!(
                "unexpected data at end of array index: {rest}"
            )));
        }
        let value = match stop {
            None => return Ok(()),
            Some('=') => Value::from(self.rest),
            Some('[') => {
                if depth > MAX_NESTED_INDEXES {
                    return Err(indexes_too_deep());
                }
                let inner_index = self.index()?;
                let mut inner = nested_list(list, place)?;
                self.item(&mut inner, inner_index, level, depth + 1)?;
                list_value(inner)
            }
            Some(_) => {
                let inner = nested_map(list, place);
                self.key(&inner, level)?;
                Value::Map(inner)
            }
        };
        *list = set_index(std::mem::take(list), index, value)?;
        Ok(())
    }

    fn index(&mut self) -> Result<i64, Error> {
        match self.until(&[']']) {
            (text, Some(_)) => parse_index(text),
            (_, None) => Err(Error::new("error parsing index: EOF")),
        }
    }

    /// Reads up to one of `stops`, which is consumed.
    fn until(&mut self, stops: &[char]) -> (&'a str, Option<char>) {
        let Some(at) = self.rest.find(stops) else {
            return (std::mem::take(&mut self.rest), None);
        };
        let (token, rest) = self.rest.split_at(at);
        let mut letters = rest.chars();
        let stop = letters.next();
        self.rest = letters.as_str();
        (token, stop)
    }
}
