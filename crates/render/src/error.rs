//! Go's template errors in Helm's words, with the place in a form that programs can use.

use std::fmt;

use pintle_go_template::{CallError, Error as TemplateError, ErrorKind};

/// Why a chart does not render.
#[derive(Debug, Clone)]
pub struct Error {
    /// Helm's text.
    pub text: String,
    /// The file, line (from 1) and column (from 1) to look at first; the innermost place.
    pub place: Option<Place>,
}

/// A place in a template.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The template's full name.
    pub template: String,
    /// Line, from 1; 0 when unknown.
    pub line: usize,
    /// Column, from 1; 0 when unknown.
    pub column: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.template, self.line, self.column)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Error {}

/// An error of parsing one template.
///
/// HELM: of the chain `template: PLACE: …: REASON` only place and last reason are shown.
pub(crate) fn parse_error(file: &str, error: &TemplateError) -> Error {
    let tokens: Vec<&str> = error.text.split(": ").collect();
    let text = match tokens.as_slice() {
        [_, place, .., reason] => format!("parse error at ({place}): {reason}"),
        [_, reason] => format!("parse error at ({reason}): {reason}"),
        _ => format!("parse error in ({file}): {}", error.text),
    };
    Error {
        text,
        place: Some(place(error)),
    }
}

/// An error of executing one template.
pub(crate) fn execution_error(file: &str, error: &TemplateError) -> Error {
    let text = if matches!(error.kind, ErrorKind::Limit) && !error.text.starts_with("template: ") {
        format!("execution error in ({file}): {}", error.text)
    } else if let Some(message) = raised(error) {
        let at = error.text.split(": ").nth(1).unwrap_or(file);
        format!("execution error at ({at}): {message}")
    } else {
        chain(error).unwrap_or_else(|| error.text.clone())
    };
    Error {
        text,
        place: Some(innermost(error)),
    }
}

fn place(error: &TemplateError) -> Place {
    Place {
        template: error.template.clone(),
        line: error.line,
        column: if error.line == 0 { 0 } else { error.column + 1 },
    }
}

fn innermost(error: &TemplateError) -> Place {
    let mut current = error;
    while let Some(inner) = current.cause.as_deref().and_then(template_cause) {
        // The text of `tpl` is no file anybody can open: stay at the call.
        if inner.template == "gotpl" {
            break;
        }
        current = inner;
    }
    place(current)
}

fn template_cause(cause: &CallError) -> Option<&TemplateError> {
    match cause {
        CallError::Template(error) => Some(error),
        CallError::Context { cause, .. } => template_cause(cause),
        CallError::Message(_) | CallError::Raised(_) => None,
    }
}

/// What `fail` or `required` said, however deep.
fn raised(error: &TemplateError) -> Option<&str> {
    let mut cause = error.cause.as_deref();
    while let Some(current) = cause {
        match current {
            CallError::Raised(message) => return Some(message),
            CallError::Template(error) => cause = error.cause.as_deref(),
            CallError::Context { cause: inner, .. } => cause = Some(inner),
            CallError::Message(_) => return None,
        }
    }
    None
}

/// HELM: when every error of the chain is a template's, Helm shows one block for each;
/// otherwise the whole text on one line.
fn chain(error: &TemplateError) -> Option<String> {
    let mut blocks = vec![Block::parse(&error.text)?];
    let mut cause = error.cause.as_deref();
    while let Some(current) = cause {
        let block = Block::parse(&current.to_string())?;
        if blocks.last() != Some(&block) {
            blocks.push(block);
        }
        cause = match current {
            CallError::Template(error) => error.cause.as_deref(),
            CallError::Context { cause, .. } => Some(cause),
            CallError::Message(_) | CallError::Raised(_) => None,
        };
    }
    let text: String = blocks.iter().map(Block::to_string).collect();
    Some(text.trim().to_owned())
}

/// One template error taken apart.
#[derive(Debug, PartialEq, Eq, Default)]
struct Block {
    location: String,
    executing: String,
    message: String,
}

impl Block {
    /// `None` when the text is not one that Go's template package makes.
    fn parse(text: &str) -> Option<Self> {
        let rest = text.strip_prefix("template: ")?;
        if rest.starts_with("no template ") {
            return Some(Self {
                message: text.to_owned(),
                ..Self::default()
            });
        }
        Self::executing(rest).or_else(|| Self::simple(rest))
    }

    /// `PLACE: executing "NAME" at <WHAT>: REASON`
    fn executing(rest: &str) -> Option<Self> {
        let (location, after) = rest.split_once(": executing ")?;
        let (name, after) = after.strip_prefix('"')?.split_once('"')?;
        let (what, message) = after.strip_prefix(" at <")?.split_once(">: ")?;
        Some(Self {
            location: location.to_owned(),
            executing: format!("executing \"{name}\" at <{what}>:"),
            message: before_next(message).to_owned(),
        })
    }

    /// `PLACE: REASON`
    fn simple(rest: &str) -> Option<Self> {
        let (location, message) = rest.rsplit_once(": ")?;
        Some(Self {
            location: location.to_owned(),
            executing: String::new(),
            message: before_next(message).to_owned(),
        })
    }
}

/// The text of an inner template error follows on the same line: it gets a block of its own.
fn before_next(message: &str) -> &str {
    message
        .find(" template:")
        .map_or(message, |end| &message[..end])
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.location.is_empty() {
            write!(f, "{}\n  ", self.location)?;
        }
        if !self.executing.is_empty() {
            write!(f, "{}\n    ", self.executing)?;
        }
        if !self.message.is_empty() {
            writeln!(f, "{}", self.message)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str, cause: Option<CallError>) -> TemplateError {
        TemplateError {
            kind: ErrorKind::Execute,
            template: "c/templates/a.yaml".to_owned(),
            line: 1,
            column: 3,
            text: text.to_owned(),
            cause: cause.map(Box::new),
        }
    }

    #[test]
    fn one_block_for_each_template_of_the_chain() {
        let inner = error(
            "template: c/templates/_h.tpl:2:3: executing \"x\" at <.a.b>: nil pointer evaluating interface {}.b",
            None,
        );
        let outer = error(
            &format!(
                "template: c/templates/a.yaml:1:3: executing \"c/templates/a.yaml\" at <include \"x\" .>: error calling include: {inner}"
            ),
            Some(CallError::Template(inner)),
        );
        let found = execution_error("c/templates/a.yaml", &outer);
        assert_eq!(
            found.text,
            "c/templates/a.yaml:1:3\n  executing \"c/templates/a.yaml\" at <include \"x\" .>:\n    error calling include:\nc/templates/_h.tpl:2:3\n  executing \"x\" at <.a.b>:\n    nil pointer evaluating interface {}.b"
        );
    }

    #[test]
    fn what_the_author_raised_is_shown_alone() {
        let outer = error(
            "template: c/templates/a.yaml:1:3: executing \"c/templates/a.yaml\" at <fail \"no\">: error calling fail: no",
            Some(CallError::Raised("no".to_owned())),
        );
        assert_eq!(
            execution_error("c/templates/a.yaml", &outer).text,
            "execution error at (c/templates/a.yaml:1:3): no"
        );
    }

    #[test]
    fn a_function_error_keeps_gos_line() {
        let text = "template: c/templates/a.yaml:1:3: executing \"c/templates/a.yaml\" at <index .l 5>: error calling index: index out of range: 5";
        let outer = error(
            text,
            Some(CallError::Message("index out of range: 5".to_owned())),
        );
        assert_eq!(execution_error("c/templates/a.yaml", &outer).text, text);
    }
}
