//! What can go wrong, in Go's words.

use std::borrow::Cow;

use pintle_go_value::{Value, json};

use crate::scanner::Mark;

/// A document that cannot be read, or a value that cannot be written.
///
/// `Display` is the text of the YAML library itself; [`Error::shown`] is what
/// Helm prints, which says first at which step the failure happened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text}")]
pub struct Error {
    text: String,
    step: Step,
    line: usize,
    column: usize,
}

/// The step of "YAML to JSON to Go value" that failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Step {
    /// Reading YAML and turning it into JSON.
    Convert,
    /// Putting the JSON into a Go value of a certain type.
    Unmarshal,
    /// Writing.
    Write,
}

impl Error {
    /// A failure of the reader at a place: `line` and `column` count from 1, 0 is unknown.
    pub(crate) fn convert(text: impl Into<String>, line: usize, column: usize) -> Self {
        Self {
            text: text.into(),
            step: Step::Convert,
            line,
            column,
        }
    }

    /// A document of another type than the one `wanted`.
    pub(crate) fn mismatch(found: &Value, wanted: &str) -> Self {
        Self {
            text: json::mismatch(found, wanted).to_string(),
            step: Step::Unmarshal,
            line: 0,
            column: 0,
        }
    }

    /// A value that YAML cannot hold.
    pub(crate) fn write(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            step: Step::Write,
            line: 0,
            column: 0,
        }
    }

    /// The text of the YAML (or JSON) library, such as
    /// `yaml: line 2: mapping values are not allowed in this context`.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text as Helm prints it, with the step that failed in front:
    /// `error converting YAML to JSON: yaml: line 2: …`.
    pub fn shown(&self) -> String {
        match self.step {
            Step::Convert => format!("error converting YAML to JSON: {}", self.text),
            Step::Unmarshal => format!(
                "error unmarshaling JSON: while decoding JSON: {}",
                self.text
            ),
            Step::Write => self.text.clone(),
        }
    }

    /// Where reading stopped, counted from 1; 0 if unknown. This is the true
    /// place, which the line number in Go's text sometimes misses by one or two.
    pub fn line(&self) -> usize {
        self.line
    }

    /// The column where reading stopped, counted from 1; 0 if unknown.
    pub fn column(&self) -> usize {
        self.column
    }
}

/// What the scanner or the parser found wrong, before it has a line number as Go counts.
#[derive(Debug, Clone)]
pub(crate) struct Problem {
    text: Cow<'static, str>,
    source: Source,
    mark: Mark,
    /// Where what is broken starts.
    context: Option<Mark>,
    /// Whether it is the list or map around the place; the parser does not know where that
    /// starts.
    of_collection: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Source {
    Reader,
    Scanner,
    Parser,
}

impl Problem {
    /// Bytes that are not text.
    pub(crate) fn reader(text: &'static str) -> Self {
        Self {
            text: text.into(),
            source: Source::Reader,
            mark: Mark::default(),
            context: None,
            of_collection: false,
        }
    }

    /// Text that is not a token.
    pub(crate) fn scanner(text: &'static str, mark: Mark) -> Self {
        Self {
            text: text.into(),
            source: Source::Scanner,
            mark,
            context: None,
            of_collection: false,
        }
    }

    /// A token in the wrong place.
    pub(crate) fn parser(text: &'static str, mark: Mark) -> Self {
        Self {
            text: text.into(),
            source: Source::Parser,
            mark,
            context: None,
            of_collection: false,
        }
    }

    /// A token in the wrong place inside a list or map.
    pub(crate) fn in_collection(text: &'static str, mark: Mark) -> Self {
        Self {
            of_collection: true,
            ..Self::parser(text, mark)
        }
    }

    /// Says where what is broken starts, unless that was said.
    pub(crate) fn inside(mut self, mark: Mark) -> Self {
        self.context.get_or_insert(mark);
        self
    }

    /// As [`Problem::inside`], if what is broken is a list or map.
    pub(crate) fn inside_collection(self, mark: Option<Mark>) -> Self {
        match mark {
            Some(mark) if self.of_collection => self.inside(mark),
            _ => self,
        }
    }

    /// The error in the words of goyaml v3, which names the line on which what is broken
    /// starts.
    pub(crate) fn of_v3(self) -> Error {
        let start = self.context.filter(|context| context.line > 0);
        let mark = start.unwrap_or(self.mark);
        Self { mark, ..self }.into()
    }

    /// Too much nesting.
    pub(crate) fn depth(limit: usize, mark: Mark) -> Self {
        Self {
            text: format!("exceeded max depth of {limit}").into(),
            source: Source::Scanner,
            mark,
            context: None,
            of_collection: false,
        }
    }
}

impl From<Problem> for Error {
    /// GO: the line is named only from the second line on, and what the parser complains
    /// about is said to be one line above where it is.
    fn from(problem: Problem) -> Self {
        let Mark { line, column } = problem.mark;
        let shown = match problem.source {
            Source::Scanner if line > 0 => line + 1,
            _ => line,
        };
        let text = match shown {
            0 => format!("yaml: {}", problem.text),
            _ => format!("yaml: line {shown}: {}", problem.text),
        };
        match problem.source {
            Source::Reader => Self::convert(text, 0, 0),
            _ => Self::convert(text, line as usize + 1, column as usize + 1),
        }
    }
}
