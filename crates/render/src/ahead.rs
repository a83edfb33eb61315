//! Templates and values parsed while their chart is still being read.
//!
//! Decompressing a chart, parsing its templates and parsing its values are the larger part of
//! a render, and need nothing of each other.

use std::sync::Arc;

use pintle_chart::{Data, Watch, is_values_file, values_file};
use pintle_go_template::{Parsed, TextParser};
use pintle_go_value::Map;
use pintle_sprig::Env;

use crate::beside::Beside;
use crate::functions::functions;

/// Parses a chart's files on a second thread, when it is told of them. What cannot be parsed
/// is left to those who need it, with its error.
pub struct Ahead(Beside<Data, Outcome>);

enum Outcome {
    Template(Parsed),
    Values(Data, Map),
    Broken,
}

impl Ahead {
    /// Nothing yet. No function of `env` is called: templates are only parsed.
    pub fn new(env: &Env) -> Self {
        let env = env.clone();
        Self(Beside::new(move || {
            let mut parser = TextParser::new(functions(&env, None));
            Box::new(move |path, data| parse(&mut parser, path, data))
        }))
    }

    /// The template, if it is this text and parsed.
    pub(crate) fn template(&self, name: &str, text: &Arc<str>) -> Option<Parsed> {
        match self.0.take(name)? {
            Outcome::Template(parsed) => {
                let is_same = Arc::ptr_eq(parsed.text(), text) || parsed.text() == text;
                is_same.then_some(parsed)
            }
            _ => None,
        }
    }

    /// Ends the thread when it is done with what it is at.
    pub(crate) fn finish(&self) {
        self.0.finish();
    }
}

impl Watch for Ahead {
    fn file(&self, path: &str, data: &Data) {
        let is_here = data.place().is_none();
        if is_here && (path.contains("/templates/") || is_values_file(path)) {
            self.0.add(path.to_owned(), data.clone(), data.len());
        }
    }

    fn values(&self, path: &str, data: &Data) -> Option<Map> {
        match self.0.take(path)? {
            Outcome::Values(of, values) => (of == *data).then_some(values),
            _ => None,
        }
    }
}

fn parse(parser: &mut TextParser, path: &str, data: Data) -> Outcome {
    if is_values_file(path) {
        return match values_file::parse("values.yaml", &data) {
            Ok(values) => Outcome::Values(data, values),
            Err(_) => Outcome::Broken,
        };
    }
    match parser.parse(path, data.text()) {
        Ok(parsed) => Outcome::Template(parsed),
        Err(_) => Outcome::Broken,
    }
}
