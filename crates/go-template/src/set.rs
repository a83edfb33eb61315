//! A set of named templates.

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};

use pintle_go_value::format::quoted::quote;
use pintle_go_value::{Map, MapType, MethodError, Value};

use crate::execute::{Failure, Memo, Scope, State, execute};
use crate::node::Template;
use crate::parser::{ParsedText, Scratch, Templates, merge, parse};
use crate::{Error, Functions, Limits, Parameter, Parsed, Recording};

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

/// Methods of named map types, such as Helm's `.Values.AsMap`. They come before the keys.
pub trait MapMethods: fmt::Debug + Send + Sync {
    /// The parameters of the method of this name, if maps of this type have one.
    fn parameters(&self, map_type: MapType, name: &str) -> Option<&'static [Parameter]>;

    /// Calls a method with arguments that have been checked against its parameters.
    ///
    /// # Errors
    ///
    /// When the method fails.
    fn call(&self, map: &Map, name: &str, arguments: &[Value]) -> Result<Value, MethodError>;
}

/// Named templates that see each other, and the functions they may call.
///
/// Cloning is cheap: clones share the templates until one of them adds some.
///
/// ```
/// use std::sync::Arc;
/// use pintle_go_template::{Functions, Limits, Set};
/// use pintle_go_value::{Map, Value};
///
/// let mut set = Set::new(Arc::new(Functions::new()));
/// set.add("greeting", "Hello, {{ .name }}!{{/* nothing */}}")?;
/// let data = Map::new();
/// data.set("name", Value::from("world"));
/// let text = set.execute("greeting", &data.into(), &Limits::default())?;
/// assert_eq!(text, b"Hello, world!");
/// # Ok::<(), pintle_go_template::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Set {
    shared: Arc<Shared>,
    templates: Arc<Templates>,
}

/// What a set and all executions of it have in common.
#[derive(Debug)]
pub(crate) struct Shared {
    name: Arc<str>,
    pub(crate) functions: Arc<Functions>,
    pub(crate) missing_key: MissingKey,
    pub(crate) methods: Option<Arc<dyn MapMethods>>,
    cache: Mutex<Cache>,
}

impl Shared {
    /// The error of Go's `ExecuteTemplate` for a name that is not there.
    pub(crate) fn no_template(&self, name: &str) -> Error {
        Error::plain(format!(
            "template: no template {} associated with template {}",
            quote(name),
            quote(&self.name)
        ))
    }

    /// Parses a text that is executed on the spot; charts do so with the same few texts
    /// again and again.
    ///
    /// Which templates and functions a text *calls* is decided when it runs and by the
    /// functions we hold, so a parsed text is good for every scope of this set.
    pub(crate) fn parse_cached(&self, name: &str, text: &str) -> Result<Arc<ParsedText>, Error> {
        if let Some(found) = self.lock_cache().get(name, text) {
            return Ok(found);
        }
        let text: Arc<str> = text.into();
        let mut cache = self.lock_cache();
        let parsed = Arc::new(parse(name, &text, &self.functions, &mut cache.scratch)?);
        cache.insert(text, &parsed);
        Ok(parsed)
    }

    fn lock_cache(&self) -> std::sync::MutexGuard<'_, Cache> {
        // Nothing panics while it holds the lock.
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Parsed texts by text. It never holds more than [`Cache::MAX_BYTES`] of them.
#[derive(Debug, Default)]
struct Cache {
    texts: HashMap<Arc<str>, Arc<ParsedText>>,
    bytes: usize,
    scratch: Scratch,
}

impl Cache {
    const MAX_BYTES: usize = 4 << 20;

    fn get(&self, name: &str, text: &str) -> Option<Arc<ParsedText>> {
        let found = self.texts.get(text)?;
        (*found.main.name == *name).then(|| Arc::clone(found))
    }

    fn insert(&mut self, text: Arc<str>, parsed: &Arc<ParsedText>) {
        if text.len() > Self::MAX_BYTES / 8 {
            return;
        }
        if self.bytes + text.len() > Self::MAX_BYTES {
            self.texts.clear();
            self.bytes = 0;
        }
        self.bytes += text.len();
        self.texts.insert(text, Arc::clone(parsed));
    }
}

impl Set {
    /// An empty set. Its name is `gotpl`, as in Helm: it shows in errors.
    pub fn new(functions: Arc<Functions>) -> Self {
        Self {
            shared: Arc::new(Shared {
                name: "gotpl".into(),
                functions,
                missing_key: MissingKey::default(),
                methods: None,
                cache: Mutex::default(),
            }),
            templates: Arc::default(),
        }
    }

    /// Sets what a missing map key gives.
    pub fn with_missing_key(self, missing_key: MissingKey) -> Self {
        self.configured(|shared| shared.missing_key = missing_key)
    }

    /// Sets the methods that named map types have.
    pub fn with_map_methods(self, methods: Arc<dyn MapMethods>) -> Self {
        self.configured(|shared| shared.methods = Some(methods))
    }

    fn configured(mut self, change: impl FnOnce(&mut Shared)) -> Self {
        let mut shared = Shared {
            name: Arc::clone(&self.shared.name),
            functions: Arc::clone(&self.shared.functions),
            missing_key: self.shared.missing_key,
            methods: self.shared.methods.clone(),
            cache: Mutex::default(),
        };
        change(&mut shared);
        self.shared = Arc::new(shared);
        self
    }

    /// Parses `text` as the template `name`, together with the templates it defines. They
    /// replace templates of the same name, except that one with nothing but space in it
    /// replaces nothing.
    ///
    /// # Errors
    ///
    /// `template: NAME:LINE: …`, Go's text, when `text` is not a template.
    pub fn add(&mut self, name: &str, text: impl Into<Arc<str>>) -> Result<(), Error> {
        let parsed = parse(
            name,
            &text.into(),
            &self.shared.functions,
            &mut self.shared.lock_cache().scratch,
        )?;
        merge(Arc::make_mut(&mut self.templates), &parsed);
        Ok(())
    }

    /// Takes a text that was parsed before, as [`Set::add`] does; says no, and does nothing,
    /// when it was parsed for other functions than those of this set.
    pub fn adopt(&mut self, parsed: &Parsed) -> bool {
        let fits = parsed.order == self.shared.functions.order();
        if fits {
            merge(Arc::make_mut(&mut self.templates), &parsed.text);
        }
        fits
    }

    /// The template of this name, as it is executed.
    pub(crate) fn template(&self, name: &str) -> Option<&Template> {
        self.templates.get(name).map(AsRef::as_ref)
    }

    /// Whether there is a template of this name.
    pub fn contains(&self, name: &str) -> bool {
        self.templates.contains_key(name)
    }

    /// The names of all templates, in order.
    pub fn names(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.templates.keys().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names
    }

    /// Executes as [`Set::execute`] does, slower, and gives what was done as well.
    ///
    /// # Errors
    ///
    /// In the first part of the result, as [`Set::execute`] gives them.
    pub fn execute_recorded(
        &self,
        name: &str,
        data: &Value,
        limits: &Limits,
    ) -> (Result<Vec<u8>, Error>, Recording) {
        let Some(template) = self.templates.get(name) else {
            let error = self.shared.no_template(name);
            return (Err(error), Recording::default());
        };
        let mut state = State::recorded(limits);
        let result = execute(self.scope(), &mut state, template, data);
        let recording = state.take_recording();
        let result = result.map(|()| state.into_output());
        (result.map_err(Failure::into_error), recording)
    }

    /// Executes the template `name` with `data` as its dot and gives its output.
    ///
    /// # Errors
    ///
    /// `template: NAME:LINE:COLUMN: executing …`, Go's text, when the template fails; a
    /// plain error (no line) when there is no such template.
    pub fn execute(&self, name: &str, data: &Value, limits: &Limits) -> Result<Vec<u8>, Error> {
        let Some(template) = self.templates.get(name) else {
            return Err(self.shared.no_template(name));
        };
        let mut state = State::new(limits, Vec::new());
        execute(self.scope(), &mut state, template, data).map_err(Failure::into_error)?;
        Ok(state.into_output())
    }

    fn scope(&self) -> Scope<'_> {
        Scope {
            shared: &self.shared,
            templates: &self.templates,
            outer: None,
        }
    }

    /// For executing one template after the other, with what that saves.
    pub fn session(&self) -> Session<'_> {
        Session {
            set: self,
            output: Vec::new(),
            memo: Memo::default(),
            on_one_thread: PhantomData,
        }
    }
}

/// Executions one after the other, on one thread: faster than each by itself, and the same.
///
/// What a template gave that was included with the same data before is not found out again,
/// as long as no map has changed that it may have seen. So no other thread may change the
/// data meanwhile.
pub struct Session<'s> {
    set: &'s Set,
    output: Vec<u8>,
    memo: Memo,
    /// Changes of maps are noted by thread.
    on_one_thread: PhantomData<*const ()>,
}

impl Session<'_> {
    /// As [`Set::execute`]; the output is good until the next execution.
    ///
    /// # Errors
    ///
    /// As [`Set::execute`].
    pub fn execute(
        &mut self,
        name: &str,
        data: &Value,
        limits: &Limits,
    ) -> Result<&mut Vec<u8>, Error> {
        let Some(template) = self.set.templates.get(name) else {
            return Err(self.set.shared.no_template(name));
        };
        self.output.clear();
        // Large templates are mostly text. To grow in steps would take up to three times that.
        self.output.reserve_exact(template.source.text.len());
        let output = std::mem::take(&mut self.output);
        let mut state = State::new(limits, output).with_memo(std::mem::take(&mut self.memo));
        let result = execute(self.set.scope(), &mut state, template, data);
        (self.output, self.memo) = state.into_parts();
        result.map_err(Failure::into_error)?;
        Ok(&mut self.output)
    }
}
