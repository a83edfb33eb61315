//! Failures explained: the place in the source, the calls that led there, the value at fault,
//! who set it, and what was probably meant.
//!
//! Helm's text is never touched; an [`Explanation`] comes beside it, and only when
//! [`crate::Events::wants_explanations`] says that somebody reads it. It is made by doing the
//! work again with a recording, so that success pays nothing.
//!
//! - `excerpt`: some lines of a file with a mark under what is wrong
//! - `template`: templates that fail; `rendered`: output that is no YAML
//! - `given`: files of values and charts that cannot be read; `schema`: values that break one
//! - `value`: who set a value; `nearest`: what a name may have been

mod excerpt;
mod given;
mod nearest;
mod rendered;
mod schema;
mod template;
mod value;

use pintle_go_value::Map;
use pintle_render::Context;
use pintle_render::trace::{ValuesIndex, trace, trace_for_lint};
use pintle_values::origin::Origins;

pub use excerpt::{Excerpt, Mark};
pub(crate) use given::{chart_file, unreadable, values_file};
pub(crate) use nearest::nearest;
pub use pintle_values::origin::{Effect, Say};
pub(crate) use schema::explain as schema;
pub(crate) use template::place as call_place;
pub(crate) use value::origins;
pub use value::{place as origin_place, shown as shown_value};

use crate::Error;
use crate::prepare::Prepared;

/// What helps to understand a failure, for a reader who has just seen Helm's text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Explanation {
    /// Places in files, the most telling first.
    pub excerpts: Vec<Excerpt>,
    /// Facts, one line each.
    pub notes: Vec<Note>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub topic: Topic,
    /// The fact, on one line.
    pub text: String,
}

/// What a [`Note`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Topic {
    /// A call on the way to the place.
    Call,
    /// A value that had to do with it.
    Value,
    /// How to mend it.
    Help,
}

impl Topic {
    /// The word in front of the note.
    pub fn name(self) -> &'static str {
        match self {
            Self::Call => "called from",
            Self::Value => "value",
            Self::Help => "help",
        }
    }
}

impl Explanation {
    /// Whether there is nothing to say.
    pub fn is_empty(&self) -> bool {
        self.excerpts.is_empty() && self.notes.is_empty()
    }

    fn note(&mut self, topic: Topic, text: impl Into<String>) {
        let text = text.into();
        let note = Note { topic, text };
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }
}

/// The values of a render, and who set them.
struct Sources {
    index: ValuesIndex,
    origins: Origins,
}

impl Sources {
    fn new(prepared: &Prepared) -> Self {
        Self::of(prepared, &prepared.values)
    }

    /// The same for values as they were before templates changed them.
    fn of(prepared: &Prepared, values: &Map) -> Self {
        Self {
            index: ValuesIndex::new(values),
            origins: value::origins(prepared),
        }
    }
}

/// Explains why a chart does not render, by rendering it again.
pub(crate) fn render(prepared: &Prepared, context: &Context, error: Error) -> Error {
    let trace = trace(&prepared.chart, &prepared.values, context);
    let sources = Sources::new(prepared);
    let explanation = match &trace.failure {
        Some(failure) => template::explain(failure, &sources),
        None => rendered::explain(trace.files.iter(), &sources),
    };
    error.explained(explanation)
}

/// Explains why a chart does not render for `lint`, or why what one template makes is no YAML.
pub(crate) fn lint(prepared: &Prepared, context: &Context, file: Option<&str>) -> Explanation {
    let trace = trace_for_lint(&prepared.chart, &prepared.values, context);
    let sources = Sources::new(prepared);
    match (file, &trace.failure) {
        (Some(name), _) => {
            let files = trace.files.iter().filter(|file| file.name == name);
            rendered::explain(files, &sources)
        }
        (None, Some(failure)) => template::explain(failure, &sources),
        (None, None) => Explanation::default(),
    }
}
