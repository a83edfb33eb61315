//! `--set-literal`: `key=…` where everything after `=` is the value.

use pintle_go_value::{Map, Value};

use super::place::{
    MAX_NESTED_INDEXES, MAX_NESTED_NAMES, Next, check_index, data_after_index, existing_list,
    existing_map, has_no_value, indexes_too_deep, list_value, nested_list, nested_map,
    nested_too_deep, parse_index, put_back, quote, set, set_index,
};
use crate::Error;

pub(super) fn parse_into(map: &Map, text: &str) -> Result<(), Error> {
    Literal { rest: text }.key(map, 0).map(|_| ())
}

struct Literal<'a> {
    rest: &'a str,
}

impl<'a> Literal<'a> {
    fn key(&mut self, map: &Map, level: usize) -> Result<Next, Error> {
        let (key, stop) = self.until(&['=', '[', '.']);
        match stop {
            None if key.is_empty() => Ok(Next::End),
            None => Err(has_no_value(key)),
            Some('=') => {
                set(map, key, Value::from(self.rest));
                Ok(Next::More)
            }
            Some('[') => {
                let Some(index) = self.index()? else {
                    return Ok(Next::End);
                };
                let mut list = existing_list(map, key)?;
                let outcome = self.item(&mut list, index, level, 0);
                set(map, key, list_value(list));
                outcome
            }
            Some(_) => self.nested(map, key, level + 1),
        }
    }

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
            return Err(data_after_index(rest));
        }
        let (value, next) = match stop {
            None => return Ok(Next::End),
            Some('=') => (Value::from(self.rest), Next::More),
            Some('[') => return self.nested_item(list, index, level, depth + 1),
            Some(_) => {
                let inner = nested_map(list, place);
                let next = self.key(&inner, level)?;
                (Value::Map(inner), next)
            }
        };
        if next == Next::More {
            *list = set_index(std::mem::take(list), index, value)?;
        }
        Ok(next)
    }

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
        match self.until(&[']']) {
            (text, Some(_)) => parse_index(text).map(Some),
            (_, None) => Ok(None),
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
