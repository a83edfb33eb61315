//! Go structs as templates of `--template` see them.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::{Object, Value};

use crate::errors::Failure;
use crate::output;

/// A struct: a type name, and fields in their order.
#[derive(Debug, Clone)]
pub struct GoStruct {
    type_name: &'static str,
    fields: Vec<(&'static str, Value)>,
}

impl GoStruct {
    /// A struct as a value.
    pub fn value(type_name: &'static str, fields: Vec<(&'static str, Value)>) -> Value {
        Value::Object(Arc::new(Self { type_name, fields }))
    }
}

impl Object for GoStruct {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.type_name)
    }

    fn field(&self, name: &str) -> Option<Value> {
        let found = self.fields.iter().find(|(field, _)| *field == name);
        found.map(|(_, value)| value.clone())
    }

    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let fields = self.fields.iter();
        fields
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// Prints what a template makes of `data`.
///
/// HELM: these templates have Go's own functions alone, none of sprig's.
///
/// # Errors
/// A template that is none, or that fails.
pub fn print_template(template: &str, data: &Value) -> Result<(), Failure> {
    let mut set = Set::new(Arc::new(Functions::default()));
    let fail = |error: pintle_go_template::Error| Failure::error(error.text);
    set.add("_", template).map_err(fail)?;
    let text = set.execute("_", data, &Limits::default()).map_err(fail)?;
    output::print(text)
}
