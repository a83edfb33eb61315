//! Functions through the template engine, against what real Helm makes of them.
//!
//! Each line of `fixtures/*.jsonl` is `[expression, output]` or `[expression, null, error]`,
//! output being a string or, where it is not UTF-8, a list of bytes. An expression may
//! begin with actions, each followed by ` ;; `. Made with `helm template` of Helm 4.3.1
//! (`TZ=UTC`, no configuration) from a chart with the values below and a template of
//! `{{ $r := (EXPRESSION) }}{{ printf "%T %v" $r $r | b64enc }}`; of an error only
//! the part after the place is kept.

#![expect(clippy::unwrap_used, reason = "tests of fixed inputs")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use pintle_go_template::{Functions, Limits, MissingKey, Set};
use pintle_go_value::{Map, MapType, Value, json};
use pintle_sprig::Env;

const VALUES: &str = r#"{"s":"text","num":5,"f":1.5,"b":true,"l":["a",1,true,null],"m":{"a":1,"b":{"c":"x"}},"e":""}"#;

fn data() -> Value {
    let values = json::decode(VALUES.as_bytes()).unwrap();
    let values = values.as_map().unwrap().retyped(MapType::Values);
    Map::from_iter([("Values", Value::Map(values))]).into()
}

fn functions() -> Arc<Functions> {
    let mut env = Env::system();
    env.local_zone = jiff::tz::TimeZone::UTC;
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&env));
    Arc::new(functions)
}

/// The output, or the text of the error.
fn evaluate(functions: &Arc<Functions>, expression: &str) -> Result<Vec<u8>, String> {
    let mut parts: Vec<&str> = expression.split(" ;; ").collect();
    let last = parts.pop().unwrap_or_default();
    let mut text = String::new();
    for part in parts {
        text.push_str(&format!("{{{{ {part} }}}}"));
    }
    text.push_str(&format!(
        "{{{{ $r := ({last}) }}}}{{{{ printf \"%T %v\" $r $r }}}}"
    ));
    let mut set = Set::new(Arc::clone(functions)).with_missing_key(MissingKey::Zero);
    set.add("t", text).map_err(|error| error.text)?;
    set.execute("t", &data(), &Limits::default())
        .map_err(|error| error.text)
}

fn difference(functions: &Arc<Functions>, row: &serde_json::Value) -> Option<String> {
    let expression = row[0].as_str().unwrap();
    let result = evaluate(functions, expression);
    let shown = match &result {
        Ok(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Err(text) => format!("error {text:?}"),
    };
    let (equal, wanted) = if let Some(wanted) = row[1].as_str() {
        (
            result.as_deref() == Ok(wanted.as_bytes()),
            format!("{wanted:?}"),
        )
    } else if let Some(bytes) = row[1].as_array() {
        let wanted: Vec<u8> = bytes.iter().map(|b| b.as_u64().unwrap() as u8).collect();
        (result.as_deref() == Ok(&wanted[..]), format!("{wanted:?}"))
    } else {
        let wanted = row[2].as_str().unwrap();
        (
            result.is_err_and(|text| text.ends_with(wanted)),
            format!("error {wanted:?}"),
        )
    };
    (!equal).then(|| format!("{expression}\n  helm   {wanted}\n  pintle {shown}"))
}

fn check(name: &str) {
    check_file(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/{name}.jsonl")));
}

fn check_file(path: &Path) {
    let functions = functions();
    let lines = fs::read_to_string(path).unwrap();
    let rows: Vec<serde_json::Value> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let differences: Vec<String> = rows
        .iter()
        .filter_map(|row| difference(&functions, row))
        .collect();
    assert!(
        differences.is_empty(),
        "{}: {} of {} differ\n{}",
        path.display(),
        differences.len(),
        rows.len(),
        differences.join("\n")
    );
}

macro_rules! fixtures {
    ($($name:ident),* $(,)?) => {
        $(#[test]
        fn $name() {
            check(stringify!($name));
        })*
    };
}

fixtures!(
    case,
    collections,
    crypto,
    dates,
    encoding,
    layout,
    merge,
    numeric,
    strings,
    text_formats
);
