//! The functions that need the chart being rendered or the cluster.

use std::sync::Arc;

use pintle_go_template::{CallError, Function, Functions, Parameter, Runtime};
use pintle_go_value::format::quoted;
use pintle_go_value::{Map, Str, Value};
use pintle_sprig::Env;

use crate::{Lookup, text};

/// Every function a chart may call.
pub(crate) fn functions(env: &Env, cluster: Option<Arc<dyn Lookup>>) -> Functions {
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(env));
    const TEXT_AND_ANY: [Parameter; 2] = [Parameter::Str, Parameter::Any];
    functions.add(Function::new("include", &TEXT_AND_ANY, include).into_pure());
    functions.add(Function::new("tpl", &TEXT_AND_ANY, tpl).into_pure());
    functions.add(Function::new("required", &TEXT_AND_ANY, required).into_pure());
    functions.add(Function::new("fail", &[Parameter::Str], fail).into_pure());
    // What the cluster says may change from question to question.
    functions.add(lookup_function(cluster));
    functions
}

pub(crate) fn string(argument: Option<&Value>) -> Str {
    argument
        .and_then(Value::as_str)
        .cloned()
        .unwrap_or_default()
}

fn value(argument: Option<&Value>) -> Value {
    argument.cloned().unwrap_or_default()
}

fn include(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let name = string(arguments.first());
    if name.as_str().is_none() {
        // The names of templates are text; the error shows what this one is.
        let mut message = b"template: no template ".to_vec();
        quoted::append(&mut message, name.as_bytes());
        message.extend_from_slice(b" associated with template \"gotpl\"");
        let message = String::from_utf8_lossy(&message).into_owned();
        return Err(CallError::Message(message));
    }
    let text = runtime.execute(&name.to_text(), value(arguments.get(1)))?;
    Ok(Value::Str(text))
}

fn tpl(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let written = string(arguments.first());
    let template = written.to_text();
    match runtime.execute_text("gotpl", &template, value(arguments.get(1))) {
        Ok(output) => Ok(Value::Str(text::shared_without_no_value(output))),
        Err(error) => {
            let doing = match error.kind {
                pintle_go_template::ErrorKind::Parse => "cannot parse template",
                _ => "error during tpl function execution for",
            };
            let quoted = pintle_go_value::format::sprintf(b"%q", &[Value::Str(written)]);
            Err(CallError::Context {
                text: format!("{doing} {quoted}: {error}"),
                cause: Box::new(CallError::Template(error)),
            })
        }
    }
}

/// HELM: nil and the empty string are missing; `false`, `0` and empty lists are not.
fn required(_: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    match arguments.get(1) {
        None | Some(Value::Nil) => {}
        Some(Value::Str(text)) if text.is_empty() => {}
        Some(present) => return Ok(present.clone()),
    }
    Err(CallError::Raised(string(arguments.first()).to_string()))
}

fn fail(_: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    Err(CallError::Raised(string(arguments.first()).to_string()))
}

fn lookup_function(cluster: Option<Arc<dyn Lookup>>) -> Function {
    const STRINGS: [Parameter; 4] = [Parameter::Str; 4];
    Function::new("lookup", &STRINGS, move |_, arguments| {
        let Some(cluster) = &cluster else {
            return Ok(Value::Map(Map::new()));
        };
        let text = |index: usize| string(arguments.get(index)).to_string();
        cluster
            .lookup(&text(0), &text(1), &text(2), &text(3))
            .map_err(CallError::Message)
    })
}
