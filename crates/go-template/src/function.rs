//! Functions that templates may call.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

use pintle_go_value::{Str, Value};

use crate::builtins::Builtin;
use crate::node::Callee;
use crate::{CallError, Error};

/// The Go type of a function's parameter. The executor checks arguments against it with
/// Go's rules and texts, and evaluates constants to it (the constant `5` becomes a
/// `float64` where [`Parameter::Float`] is asked for).
///
/// GO: an untyped nil is accepted for a slice, map or pointer, and becomes a nil of that
/// type: for [`Parameter::Bytes`], [`Parameter::List`], [`Parameter::Strings`],
/// [`Parameter::Map`] and such names the function may get [`Value::Nil`]. For the other
/// types but [`Parameter::Any`] it never does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parameter {
    /// `interface {}`: anything, nil too
    Any,
    /// `bool`
    Bool,
    /// `int`
    Int,
    /// `int64`
    Int64,
    /// `uint32`; the function gets a [`Value::Uint`]
    Uint32,
    /// `float64`
    Float,
    /// `string`
    Str,
    /// `[]uint8`
    Bytes,
    /// `[]interface {}`
    List,
    /// `[]string`
    Strings,
    /// `map[string]interface {}` (Helm's `common.Values` is assignable to it)
    Map,
    /// a named Go type, matched against [`pintle_go_value::Value::type_name`]
    Named(&'static str),
}

/// What a function may ask of the execution that called it.
pub trait Runtime {
    /// Executes a named template of the current set and returns its text (`include`).
    fn execute(&mut self, name: &str, data: Value) -> Result<Str, Error>;

    /// Parses `text` as a template of its own that sees, and may locally redefine, the
    /// templates of the current set; executes it under the name `name` (`tpl`).
    fn execute_text(&mut self, name: &str, text: &str, data: Value) -> Result<Str, Error>;
}

/// The code of a function. Arguments have been checked against the parameters.
pub type Body = Arc<dyn Fn(&mut dyn Runtime, &[Value]) -> Result<Value, CallError> + Send + Sync>;

/// A function that templates may call, with its Go signature.
#[derive(Clone)]
pub struct Function {
    /// The name in templates.
    pub name: Cow<'static, str>,
    /// The parameters; with `variadic`, the last one may occur any number of times.
    pub parameters: Cow<'static, [Parameter]>,
    /// Whether the last parameter repeats.
    pub variadic: bool,
    /// Whether the same arguments always give the same result, and nothing happens besides.
    /// What such functions made may be used again instead of calling them again.
    pub pure: bool,
    /// The code.
    pub body: Body,
}

impl Function {
    /// A function with a fixed number of parameters.
    pub fn new<F>(name: &'static str, parameters: &'static [Parameter], body: F) -> Self
    where
        F: Fn(&mut dyn Runtime, &[Value]) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Self {
            name: Cow::Borrowed(name),
            parameters: Cow::Borrowed(parameters),
            variadic: false,
            pure: false,
            body: Arc::new(body),
        }
    }

    /// The same function, known to be [pure](Self::pure). It may change maps, and run templates
    /// by its [`Runtime`]: that is seen.
    pub fn into_pure(self) -> Self {
        Self { pure: true, ..self }
    }

    /// A function whose last parameter may occur any number of times (none included).
    pub fn variadic<F>(name: &'static str, parameters: &'static [Parameter], body: F) -> Self
    where
        F: Fn(&mut dyn Runtime, &[Value]) -> Result<Value, CallError> + Send + Sync + 'static,
    {
        Self {
            variadic: true,
            ..Self::new(name, parameters, body)
        }
    }
}

impl fmt::Debug for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Function")
            .field("name", &self.name)
            .field("parameters", &self.parameters)
            .field("variadic", &self.variadic)
            .finish_non_exhaustive()
    }
}

/// The functions a set of templates may call, by name. Go's own (`printf`, `index`, …) are
/// always there and need not be added.
#[derive(Clone, Debug, Default)]
pub struct Functions {
    all: Vec<Function>,
    by_name: HashMap<Cow<'static, str>, u16>,
    /// FNV-1a, which does for names that nobody chooses to collide.
    order: u64,
}

impl Functions {
    /// No functions but Go's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a function, replacing one of the same name. A function is left out when there
    /// are 65,535 already, or its name is longer than that.
    pub fn add(&mut self, function: Function) {
        if let Some(index) = self.by_name.get(&function.name) {
            self.all[usize::from(*index)] = function;
        } else if let Ok(index) = u16::try_from(self.all.len())
            && u16::try_from(function.name.len()).is_ok()
        {
            let bytes = function.name.bytes().chain([0]);
            self.order = bytes.fold(self.order, |hash, byte| {
                (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
            });
            self.by_name.insert(function.name.clone(), index);
            self.all.push(function);
        }
    }

    /// The function of this name.
    pub fn get(&self, name: &str) -> Option<&Function> {
        let index = *self.by_name.get(name)?;
        self.all.get(usize::from(index))
    }

    /// What a name in a template stands for.
    pub(crate) fn callee(&self, name: &str) -> Option<Callee> {
        match self.by_name.get(name) {
            Some(index) => Some(Callee::Function(*index)),
            None => Builtin::of(name).map(Callee::Builtin),
        }
    }

    /// The function that a template knows by number: that of [`Self::callee`].
    pub(crate) fn by_number(&self, number: u16) -> &Function {
        &self.all[usize::from(number)]
    }

    /// Tells functions apart whose numbers are others: a digest of the names in the order of
    /// the numbers.
    pub(crate) fn order(&self) -> u64 {
        self.order
    }

    /// All names in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let mut names: Vec<&str> = self.by_name.keys().map(AsRef::as_ref).collect();
        names.sort_unstable();
        names.into_iter()
    }
}

impl Extend<Function> for Functions {
    fn extend<I: IntoIterator<Item = Function>>(&mut self, functions: I) {
        for function in functions {
            self.add(function);
        }
    }
}
