//! Words among the charts of repositories, by Helm's rules.

use std::collections::HashMap;

use pintle_semver::{Constraint, Version};
use pintle_sprig::go_regex;

use crate::catalog::{Catalog, Line, Searched};
use crate::{Error, url};

/// What is looked for.
#[derive(Debug)]
pub struct Search {
    words: Words,
    constraint: Constraint,
    every_version: bool,
    hits: Vec<Hit>,
}

#[derive(Debug)]
enum Words {
    /// Everything is found.
    None,
    /// This text, in small letters.
    Text(String),
    Expression(Box<regex::Regex>),
}

/// A version of a chart that was found.
#[derive(Debug, Clone)]
pub struct Hit {
    /// `repository/chart`
    pub name: String,
    /// Its version.
    pub version: String,
    /// The version of what it installs.
    pub app_version: String,
    /// What it says of itself.
    pub description: String,
    score: usize,
    order: Version,
}

/// The words, and how they are meant.
#[derive(Debug, Clone, Default)]
pub struct SearchOptions {
    /// What is looked for; everything for none.
    pub words: Option<String>,
    /// Whether that is a regular expression.
    pub is_regexp: bool,
    /// `--version`; stable versions alone for none.
    pub version: Option<String>,
    /// Whether development versions are found too, unless there is a `version`.
    pub devel: bool,
    /// Whether every version is told, or the newest of each chart alone.
    pub every_version: bool,
}

impl Search {
    /// Gets ready.
    ///
    /// # Errors
    /// An expression or a version that is none.
    pub fn new(options: &SearchOptions) -> Result<Self, Error> {
        let words = match &options.words {
            None => Words::None,
            Some(text) if options.is_regexp => {
                Words::Expression(Box::new(go_regex(text).map_err(Error::new)?))
            }
            Some(text) => Words::Text(lower(text)),
        };
        let version =
            options
                .version
                .as_deref()
                .unwrap_or(if options.devel { ">0.0.0-0" } else { ">0.0.0" });
        let constraint = Constraint::parse(version).map_err(|error| {
            Error::new(format!("an invalid version/constraint format: {error}"))
        })?;
        Ok(Self {
            words,
            constraint,
            every_version: options.every_version,
            hits: Vec::new(),
        })
    }

    /// Searches a repository.
    ///
    /// # Errors
    /// The index cannot be read any more.
    pub fn look(&mut self, repository: &str, catalog: &mut Catalog) -> Result<(), Error> {
        catalog.search(|name, searched| self.chart(repository, name, searched))
    }

    /// What was found, the best first: by where the words are (the name before the description
    /// before the keywords), then by name, then the newest first.
    pub fn hits(mut self) -> Vec<Hit> {
        self.hits.sort_by(|one, other| {
            let by_name = || one.name.cmp(&other.name);
            let by_version = || other.order.cmp(&one.order);
            let order = one.score.cmp(&other.score).then_with(by_name);
            order.then_with(by_version)
        });
        self.hits
    }

    fn chart(&mut self, repository: &str, name: &str, searched: &Searched<'_>) {
        let full = url::joined(repository, name);
        let full = full.split("$$").next().unwrap_or(&full);
        let mut lines = self.matching(repository, searched);
        if !self.every_version {
            // The first that may be is told; versions are in order already.
            lines.sort_by_key(|(score, _)| *score);
        }
        for (score, line) in lines {
            let version = searched.text(line.version);
            let Ok(order) = Version::parse(version) else {
                continue;
            };
            if !self.constraint.check(&order) {
                continue;
            }
            self.hits.push(Hit {
                name: full.to_owned(),
                version: version.to_owned(),
                app_version: searched.text(line.app_version).to_owned(),
                description: searched.text(line.description).to_owned(),
                score,
                order,
            });
            if !self.every_version {
                return;
            }
        }
    }

    /// The versions that have the words, with their scores. HELM: of several entries with one
    /// version the last counts.
    fn matching(&self, repository: &str, searched: &Searched<'_>) -> Vec<(usize, Line)> {
        let mut scores = HashMap::new();
        let mut matching: Vec<(Option<usize>, Line)> = Vec::new();
        let mut places = HashMap::new();
        for line in searched.lines() {
            let words = (line.name, line.description, line.keywords);
            let score = scores
                .entry(words)
                .or_insert_with(|| self.score(repository, searched, &line));
            match places.insert(line.version, matching.len()) {
                Some(earlier) => {
                    matching[earlier] = (*score, line);
                    places.insert(line.version, earlier);
                }
                None => matching.push((*score, line)),
            }
        }
        let found = matching.into_iter();
        found
            .filter_map(|(score, line)| Some((score?, line)))
            .collect()
    }

    /// HELM: name, name with its repository, description and keywords are searched as one
    /// text; the score is in which of them the words start.
    fn score(&self, repository: &str, searched: &Searched<'_>, line: &Line) -> Option<usize> {
        if matches!(self.words, Words::None) {
            return Some(0);
        }
        let name = searched.text(line.name);
        let text = format!(
            "{name}\x0b{repository}/{name}\x0b{}\x0b{}",
            searched.text(line.description),
            searched.text(line.keywords)
        );
        let (text, start) = match &self.words {
            Words::None => return Some(0),
            Words::Text(words) => {
                let text = lower(&text);
                let start = text.find(words.as_str())?;
                (text, start)
            }
            Words::Expression(expression) => {
                let start = expression.find(&text)?.start();
                (text, start)
            }
        };
        Some(text[..start].matches('\x0b').count())
    }
}

/// GO: `strings.ToLower`: a letter for a letter, whatever stands around it.
fn lower(text: &str) -> String {
    if text.is_ascii() {
        return text.to_ascii_lowercase();
    }
    let small = |letter: char| letter.to_lowercase().next().unwrap_or(letter);
    text.chars().map(small).collect()
}
