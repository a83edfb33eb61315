//! The keywords of strings and numbers.

use pintle_go_value::Str;

use super::{Frame, Run};
use crate::limits::EXPRESSION;
use crate::number::Number;
use crate::problem::Kind;
use crate::schema::Pattern;

/// A keyword, its number, and what must hold between a value and that number.
type Rule<'r> = (
    &'static str,
    &'r Option<Number>,
    fn(&Number, &Number) -> bool,
);

impl<'a> Run<'a> {
    pub(super) fn string(&mut self, frame: &mut Frame<'_, 'a>, text: &Str) {
        let Some(rules) = &frame.schema.string else {
            return;
        };
        if rules.min.is_some() || rules.max.is_some() {
            self.length(
                frame,
                ("minLength", "maxLength"),
                runes(text),
                (rules.min, rules.max),
            );
        }
        if let Some(pattern) = &rules.pattern
            && !self.matches(pattern, text)
        {
            let (got, want) = (text.clone(), pattern.text.clone());
            self.add(frame, Kind::Pattern { got, want });
        }
    }

    /// Whether an expression matches; compiling one costs.
    pub(super) fn matches(&mut self, pattern: &Pattern, text: &Str) -> bool {
        if !pattern.is_ready() {
            self.spend(EXPRESSION);
        }
        self.spend(1 + text.len() as u64 / 64);
        self.bounds.halt.is_none() && pattern.matches(text.as_bytes())
    }

    /// The least and the greatest count of something.
    pub(super) fn length(
        &mut self,
        frame: &mut Frame<'_, 'a>,
        keywords: (&'static str, &'static str),
        got: usize,
        (min, max): (Option<i64>, Option<i64>),
    ) {
        let count = got as i64;
        if let Some(want) = min.filter(|min| count < *min) {
            let keyword = keywords.0;
            self.add(frame, Kind::Count { keyword, got, want });
        }
        if let Some(want) = max.filter(|max| count > *max) {
            let keyword = keywords.1;
            self.add(frame, Kind::Count { keyword, got, want });
        }
    }

    pub(super) fn number(&mut self, frame: &mut Frame<'_, 'a>, got: &Number) {
        let Some(rules) = &frame.schema.number else {
            return;
        };
        let checks: [Rule<'_>; 5] = [
            ("minimum", &rules.minimum, |got, want| got >= want),
            ("maximum", &rules.maximum, |got, want| got <= want),
            ("exclusiveMinimum", &rules.above, |got, want| got > want),
            ("exclusiveMaximum", &rules.below, |got, want| got < want),
            ("multipleOf", &rules.multiple_of, Number::is_multiple_of),
        ];
        for (keyword, want, holds) in checks {
            if let Some(want) = want
                && !holds(got, want)
            {
                let (got, want) = (got.clone(), want.clone());
                self.add(frame, Kind::Bound { keyword, got, want });
            }
        }
    }
}

/// How many characters there are. GO: an invalid byte is one.
fn runes(text: &Str) -> usize {
    let chunks = text.as_bytes().utf8_chunks();
    chunks
        .map(|chunk| chunk.valid().chars().count() + chunk.invalid().len())
        .sum()
}
