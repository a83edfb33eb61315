//! What can go wrong while parsing or executing, and where.

use std::fmt;

/// The class of a template error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The text is not a template.
    Parse,
    /// The template failed while it ran.
    Execute,
    /// A limit of ours or of Go's was reached (depth, output size).
    Limit,
}

/// A parse or execution error with its place.
#[derive(Debug, Clone)]
pub struct Error {
    /// The class.
    pub kind: ErrorKind,
    /// The template file in which it happened; empty when the error has no place, such as
    /// that of a template that does not exist.
    pub template: String,
    /// Line in that file, from 1; 0 when unknown.
    pub line: usize,
    /// Column in bytes, from 0 as Go counts for execution errors.
    pub column: usize,
    /// Go's whole text: `template: a/b.yaml:1:2: executing "…" at <…>: …`.
    pub text: String,
    /// The error of the inner template when this one came up through `include` or `tpl`.
    pub cause: Option<Box<CallError>>,
}

impl Error {
    /// An error without a place: Go's plain `error`, not an `ExecError`.
    pub(crate) fn plain(text: String) -> Self {
        Self {
            kind: ErrorKind::Execute,
            template: String::new(),
            line: 0,
            column: 0,
            text,
            cause: None,
        }
    }

    /// How many errors are under this one, counted up to `most`.
    fn depth(&self, most: usize) -> usize {
        let mut depth = 0;
        let mut cause = self.cause.as_deref();
        while let Some(inner) = cause {
            depth += 1;
            if depth >= most {
                break;
            }
            cause = match inner {
                CallError::Template(error) => error.cause.as_deref(),
                CallError::Context { cause, .. } => Some(cause),
                CallError::Message(_) | CallError::Raised(_) => None,
            };
        }
        depth
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// Why a template function failed.
#[derive(Debug, Clone)]
pub enum CallError {
    /// The function's own error text.
    Message(String),
    /// A template that the function executed failed (`include`, `tpl`).
    Template(Error),
    /// The chart's author raised it on purpose (`required`, `fail`): shown to the user alone,
    /// without the call chain.
    Raised(String),
    /// Another failure with a text of the function's own around it (`tpl`).
    Context {
        /// The whole text, the cause's included.
        text: String,
        /// What failed.
        cause: Box<CallError>,
    },
}

/// How many errors may be one under the other. More than Helm's limit on includes; a chain
/// without end would take as much stack to drop as it took to make.
const MAX_CHAIN: usize = 2000;

/// From this size on, the text of an inner error is not kept beside that of the outer one,
/// which has it too.
const MAX_INNER_TEXT: usize = 256 << 10;

impl CallError {
    /// This error, fit to be the cause of another one: neither too long a chain nor too
    /// large. Only nesting beyond all reason is ever cut.
    pub(crate) fn bounded(mut self) -> Self {
        let text = match &mut self {
            Self::Template(error) => Some(&mut error.text),
            Self::Context { text, .. } => Some(text),
            Self::Message(_) | Self::Raised(_) => None,
        };
        if let Some(text) = text.filter(|text| text.len() > MAX_INNER_TEXT) {
            "...".clone_into(text);
        }
        if let Some(error) = self.template_error()
            && error.depth(MAX_CHAIN) >= MAX_CHAIN
        {
            error.cause = None;
        }
        self
    }

    /// The error of the template that failed here, if one did.
    fn template_error(&mut self) -> Option<&mut Error> {
        match self {
            Self::Template(error) => Some(error),
            Self::Context { cause, .. } => cause.template_error(),
            Self::Message(_) | Self::Raised(_) => None,
        }
    }

    /// The text as part of another one. DIFF: cut where Go would build texts of gigabytes,
    /// out of ten thousand templates that include each other.
    pub(crate) fn shown(&self) -> String {
        let mut text = self.to_string();
        if text.len() > MAX_INNER_TEXT {
            text.truncate(text.floor_char_boundary(MAX_INNER_TEXT));
            text.push_str("...");
        }
        text
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Message(text) | Self::Raised(text) | Self::Context { text, .. } => {
                f.write_str(text)
            }
            Self::Template(error) => f.write_str(&error.text),
        }
    }
}

impl std::error::Error for CallError {}

impl From<String> for CallError {
    fn from(text: String) -> Self {
        Self::Message(text)
    }
}

impl From<&str> for CallError {
    fn from(text: &str) -> Self {
        Self::Message(text.to_owned())
    }
}

impl From<Error> for CallError {
    fn from(error: Error) -> Self {
        Self::Template(error)
    }
}
