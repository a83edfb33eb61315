//! Templates and values parsed while their chart is still being read.
//!
//! Decompressing a chart, parsing its templates and parsing its values are the larger part of
//! a render, and need nothing of each other.

use std::sync::Arc;

use pintle_chart::{Data, Watch, values_file};
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
        if is_here && (path.contains("/templates/") || is_values(path)) {
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

/// Whether these are a chart's own values: a file of that name right in the chart's folder.
fn is_values(path: &str) -> bool {
    let mut folders = path.rsplit('/');
    folders.next() == Some("values.yaml")
        && folders.next().is_some()
        && folders.next().is_none_or(|folder| folder == "charts")
}

fn parse(parser: &mut TextParser, path: &str, data: Data) -> Outcome {
    if is_values(path) {
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

#[cfg(test)]
mod tests {
    use super::is_values;

    #[test]
    fn values_stand_right_in_a_chart() {
        for path in ["web/values.yaml", "web/charts/db/values.yaml"] {
            assert!(is_values(path), "{path}");
        }
        for path in [
            "values.yaml",
            "web/ci/values.yaml",
            "web/templates/values.yaml",
            "web/Values.yaml",
            "web/charts/values.yaml",
        ] {
            assert!(!is_values(path), "{path}");
        }
    }
}
