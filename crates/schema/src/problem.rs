//! What is wrong with a value, and how Helm says it.

use std::fmt::Write as _;
use std::sync::Arc;

use pintle_go_value::Str;

use crate::limits;
use crate::node::Node;
use crate::number::Number;
use crate::schema::Types;
use crate::words::{float, int, quote, quote_all};

/// Something wrong at one place of the values, with what led to it.
#[derive(Debug)]
pub(crate) struct Problem {
    /// The place, as a JSON pointer.
    pub(crate) at: String,
    pub(crate) kind: Kind,
    pub(crate) causes: Vec<Problem>,
}

/// What is wrong.
#[derive(Debug)]
pub(crate) enum Kind {
    /// Nobody will ask: only whether something is wrong counts.
    Untold,
    /// Several things.
    Group,
    /// What a reference leads to.
    Reference,
    /// A keyword that failed for what its causes say.
    Failed(&'static str),
    OneOf(Option<(usize, usize)>),
    FalseSchema,
    /// Two ways to one schema, and where that is.
    RefCycle(Box<[String; 3]>),
    Type {
        got: Types,
        want: Types,
    },
    Enum(Arc<[Node]>),
    Const(Node),
    Format {
        got: Str,
        want: &'static str,
        why: String,
    },
    /// A count that is too small or too large.
    Count {
        keyword: &'static str,
        got: usize,
        want: i64,
    },
    /// A number that is too small or too large.
    Bound {
        keyword: &'static str,
        got: Number,
        want: Number,
    },
    Pattern {
        got: Str,
        want: Str,
    },
    Required(Vec<Str>),
    /// Properties that another property demands.
    Dependency {
        property: Str,
        missing: Vec<Str>,
    },
    AdditionalProperties(Vec<Str>),
    PropertyName(Str),
    AdditionalItems(usize),
    UniqueItems(usize, usize),
    Contains,
    MinContains {
        got: Vec<usize>,
        want: i64,
    },
    MaxContains {
        got: Vec<usize>,
        want: i64,
    },
}

impl Kind {
    /// Helm's text.
    fn text(&self) -> String {
        match self {
            Self::Untold => String::new(),
            Self::Group | Self::Reference => "validation failed".into(),
            Self::Failed(keyword) => format!("'{keyword}' failed"),
            Self::OneOf(None) => "'oneOf' failed, none matched".into(),
            Self::OneOf(Some((a, b))) => format!(
                "'oneOf' failed, subschemas {}, {} matched",
                int(*a as i64),
                int(*b as i64)
            ),
            Self::FalseSchema => "false schema".into(),
            Self::RefCycle(cycle) => {
                let [one, other, url] = &**cycle;
                let url = crate::words::double_quoted(url);
                format!("both {one} and {other} resolve to {url} causing reference cycle")
            }
            Self::Type { got, want } => {
                format!(
                    "got {}, want {}",
                    got.names().join(" or "),
                    want.names().join(" or ")
                )
            }
            Self::Enum(choices) => choices_text(choices),
            Self::Const(Node::List(_) | Node::Map(_)) => "'const' failed".into(),
            Self::Const(value) => format!("value must be {}", display(value)),
            Self::Format { got, want, why } => {
                format!("{} is not valid {want}: {why}", quote(got.as_bytes()))
            }
            Self::Count { keyword, got, want } => {
                format!("{keyword}: got {}, want {}", int(*got as i64), int(*want))
            }
            Self::Bound { keyword, got, want } => {
                format!(
                    "{keyword}: got {}, want {}",
                    float(got.to_float()),
                    float(want.to_float())
                )
            }
            Self::Pattern { got, want } => {
                format!(
                    "{} does not match pattern {}",
                    quote(got.as_bytes()),
                    quote(want.as_bytes())
                )
            }
            _ => self.text_of_collections(),
        }
    }

    /// The text of what is wrong with objects and arrays.
    fn text_of_collections(&self) -> String {
        match self {
            Self::Required(missing) => {
                let noun = if missing.len() == 1 {
                    "property"
                } else {
                    "properties"
                };
                format!("missing {noun} {}", listed(missing))
            }
            Self::Dependency { property, missing } => format!(
                "properties {} required, if {} exists",
                listed(missing),
                quote(property.as_bytes())
            ),
            Self::AdditionalProperties(names) => {
                format!("additional properties {} not allowed", listed(names))
            }
            Self::PropertyName(name) => format!("invalid propertyName {}", quote(name.as_bytes())),
            Self::AdditionalItems(count) => {
                format!("last {} additionalItem(s) not allowed", int(*count as i64))
            }
            Self::UniqueItems(a, b) => {
                format!(
                    "items at {} and {} are equal",
                    int(*a as i64),
                    int(*b as i64)
                )
            }
            Self::Contains => "no items match contains schema".into(),
            Self::MinContains { got, want } if got.is_empty() => format!(
                "min {} items required to match contains schema, but none matched",
                int(*want)
            ),
            Self::MinContains { got, want } => contains_text("min", got, *want),
            Self::MaxContains { got, want } => contains_text("max", got, *want),
            _ => String::new(),
        }
    }
}

fn contains_text(which: &str, got: &[usize], want: i64) -> String {
    let places: Vec<String> = got.iter().map(ToString::to_string).collect();
    format!(
        "{which} {} items required to match contains schema, but matched {} items at {}",
        int(want),
        int(got.len() as i64),
        places.join(" ")
    )
}

fn choices_text(choices: &[Node]) -> String {
    if choices
        .iter()
        .any(|choice| matches!(choice, Node::List(_) | Node::Map(_)))
    {
        return "'enum' failed".into();
    }
    let texts: Vec<String> = choices.iter().map(display).collect();
    match &texts[..] {
        [one] => format!("value must be {one}"),
        all => format!("value must be one of {}", all.join(", ")),
    }
}

/// A scalar as Go prints it; numbers as they are written.
fn display(node: &Node) -> String {
    match node {
        Node::Null => "<nil>".into(),
        Node::Bool(bool) => bool.to_string(),
        Node::Number(Number::Int(int), None) => int.to_string(),
        Node::Number(_, text) => text.as_deref().unwrap_or_default().to_owned(),
        Node::Str(text) => quote(text.as_bytes()),
        Node::List(_) | Node::Map(_) => "value".into(),
    }
}

fn listed(names: &[Str]) -> String {
    quote_all(names.iter().map(Str::as_bytes))
}

impl Problem {
    /// The causes of a problem with a whole document: those of a group, or the problem alone.
    pub(crate) fn into_causes(self) -> Vec<Self> {
        match self.kind {
            Kind::Group => self.causes,
            _ => vec![self],
        }
    }
}

/// Problems as Helm lists them: one a line, each indented below what it explains.
pub(crate) fn listing(problems: &[Problem]) -> String {
    let mut out = String::new();
    for problem in problems {
        append(&mut out, problem, 0);
    }
    out
}

fn append(out: &mut String, problem: &Problem, indent: usize) {
    if out.len() > limits::TEXT {
        return;
    }
    // A reference with one cause is nothing that a reader needs to know.
    let is_silent = matches!(problem.kind, Kind::Reference) && problem.causes.len() == 1;
    let mut below = indent;
    if !is_silent {
        if !out.is_empty() {
            out.push('\n');
        }
        let place = quote(problem.at.as_bytes());
        let _ = write!(out, "{:indent$}- at {place}: {}", "", problem.kind.text());
        below += 2;
    }
    if out.len() > limits::TEXT {
        out.push_str("\n- and more that is not shown");
        return;
    }
    for cause in &problem.causes {
        append(out, cause, below);
    }
}
