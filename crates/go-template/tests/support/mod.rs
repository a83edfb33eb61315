//! Functions for templates under test, and a short way to run one.
#![allow(dead_code, reason = "each test file uses its own part")]

use std::sync::Arc;

use pintle_go_template::{
    CallError, Error, Function, Functions, Limits, MissingKey, Parameter, Set,
};
use pintle_go_value::{ElementType, List, Map, Str, Value, format};

/// Functions of every signature, the like of which the Go program that made the fixtures
/// had, and `include` and `tpl` as Helm has them.
pub fn functions() -> Arc<Functions> {
    let mut functions = Functions::new();
    functions.extend(typed());
    functions.extend(variadic());
    functions.add(Function::new("nilf", &[], |_, _| Ok(Value::Nil)));
    functions.add(Function::new("fail", &[Parameter::Str], |_, arguments| {
        Err(CallError::Message(text(&arguments[0]).to_string()))
    }));
    functions.add(Function::new(
        "include",
        &[Parameter::Str, Parameter::Any],
        |runtime, arguments| {
            let name = text(&arguments[0]);
            Ok(runtime
                .execute(&name.to_text(), arguments[1].clone())?
                .into())
        },
    ));
    functions.add(Function::new(
        "tpl",
        &[Parameter::Str, Parameter::Any],
        |runtime, arguments| {
            let template = text(&arguments[0]);
            let data = arguments[1].clone();
            Ok(runtime
                .execute_text("gotpl", &template.to_text(), data)?
                .into())
        },
    ));
    Arc::new(functions)
}

fn typed() -> [Function; 8] {
    let same =
        |name, parameters| Function::new(name, parameters, |_, a: &[Value]| Ok(a[0].clone()));
    [
        same("int1", &[Parameter::Int]),
        same("i64", &[Parameter::Int64]),
        same("flt", &[Parameter::Float]),
        same("boo", &[Parameter::Bool]),
        same("anyf", &[Parameter::Any]),
        Function::new("str1", &[Parameter::Str], |_, a| {
            Ok(Value::from(format!("<{}>", text(&a[0]))))
        }),
        Function::new("lst", &[Parameter::List], |_, a| {
            Ok(Value::Int(
                a[0].as_list().map_or(0, |list| list.len()) as i64
            ))
        }),
        Function::new("mp", &[Parameter::Map], |_, a| {
            Ok(Value::Int(a[0].as_map().map_or(0, Map::len) as i64))
        }),
    ]
}

fn variadic() -> [Function; 4] {
    [
        Function::variadic("list", &[Parameter::Any], |_, a| Ok(a.to_vec().into())),
        Function::variadic("strs", &[Parameter::Str], |_, a| {
            Ok(List::typed(ElementType::Str, a.to_vec()).into())
        }),
        Function::variadic("vari", &[Parameter::Str, Parameter::Int], |_, a| {
            let rest = List::typed(ElementType::Int, a[1..].to_vec());
            Ok(format::sprint_all(&[a[0].clone(), rest.into()]).into())
        }),
        Function::variadic("dict", &[Parameter::Any], |_, a| {
            let pairs = a.chunks_exact(2);
            let map: Map = pairs
                .map(|pair| (format::sprint(&pair[0]), pair[1].clone()))
                .collect();
            Ok(map.into())
        }),
    ]
}

fn text(value: &Value) -> Str {
    value.as_str().cloned().unwrap_or_default()
}

/// A set with the functions above, Helm's option, and these templates.
pub fn set(templates: &[(&str, &str)]) -> Set {
    let mut set = Set::new(functions()).with_missing_key(MissingKey::Zero);
    for (name, text) in templates {
        set.add(name, *text).expect("the template parses");
    }
    set
}

/// Runs one text as Helm runs a file.
pub fn run(text: &str, data: &Value) -> Result<String, Error> {
    let mut set = set(&[]);
    set.add("t.yaml", text)?;
    let output = set.execute("t.yaml", data, &Limits::default())?;
    Ok(String::from_utf8_lossy(&output).into_owned())
}
