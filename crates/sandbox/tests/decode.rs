//! What a real API server made of bodies, and what ours does.
//!
//! `real/decode.jsonl` holds requests to create objects, and the answers that Kubernetes v1.37.1's
//! API server gave (identifiers, times and managed fields removed).

use pintle_sandbox::catalog::{Catalog, Resource};
use pintle_sandbox::decode::{self, FieldValidation, Format};
use serde_json::Value;

const CASES: &str = include_str!("real/decode.jsonl");

fn word<'a>(case: &'a Value, name: &str) -> &'a str {
    case[name].as_str().unwrap_or_default()
}

fn resource(case: &Value) -> &'static Resource {
    let at = |at: usize| case["resource"][at].as_str().expect("a name");
    Catalog::builtin()
        .resource(at(0), at(1), at(2))
        .expect("it is built in")
}

/// What is in the first and otherwise in the second: the second may have more.
fn missing(ours: &Value, real: &Value, path: &str, found: &mut Vec<String>) {
    match (ours, real) {
        (Value::Object(ours), Value::Object(real)) => {
            for (name, value) in ours {
                let path = format!("{path}.{name}");
                match real.get(name) {
                    Some(real) => missing(value, real, &path, found),
                    None => found.push(format!("{path}: {value} is not in the real one")),
                }
            }
        }
        (Value::Array(ours), Value::Array(real)) if ours.len() == real.len() => {
            for (at, (ours, real)) in ours.iter().zip(real).enumerate() {
                missing(ours, real, &format!("{path}[{at}]"), found);
            }
        }
        (ours, real) if ours == real => {}
        // The rules of defaults make something of what is empty.
        (Value::Null, _) => {}
        (Value::String(text), _) if text.is_empty() => {}
        (ours, real) => found.push(format!("{path}: {ours} is really {real}")),
    }
}

#[test]
fn bodies_are_read_as_the_real_server_reads_them() {
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let resource = resource(&case);
        let body = word(&case, "body");
        let validation = match word(&case, "validation") {
            "Strict" => FieldValidation::Strict,
            "Ignore" => FieldValidation::Ignore,
            _ => FieldValidation::Warn,
        };
        let format = if case["yaml"] == true {
            Format::Yaml
        } else {
            Format::Json
        };
        let decoded = decode::decode(resource, body.as_bytes(), format, validation);
        match (decoded, &case["object"]) {
            (Err(status), Value::Null) if status.message == word(&case, "message") => {}
            (Err(status), _) => {
                wrong.push(format!(
                    "{body}\n  ours {}\n  real {}",
                    status.message, case["message"]
                ));
            }
            (Ok(_), Value::Null) => {
                // What decoding lets pass and a rule refuses is tested with the rules.
                if case["code"] == 400 {
                    wrong.push(format!("{body}\n  is read, really {}", case["message"]));
                }
            }
            (Ok(decoded), real) => {
                missing(&decoded.object, real, &resource.kind, &mut wrong);
                // Of a deprecated version another part of the server warns.
                let told = case["warnings"].as_array().into_iter().flatten();
                let told: Vec<&Value> = told
                    .filter(|one| one.to_string().contains("field"))
                    .collect();
                if decoded
                    .warnings
                    .iter()
                    .ne(told.iter().filter_map(|one| one.as_str()))
                {
                    wrong.push(format!(
                        "{body}\n  warns {:?}\n  real {told:?}",
                        decoded.warnings
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn what_the_real_server_sent_stays_as_it_is() {
    let mut wrong = Vec::new();
    for line in CASES.lines() {
        let case: Value = serde_json::from_str(line).expect("a case");
        let real = &case["object"];
        if real.is_null() {
            continue;
        }
        let mut ours = real.clone();
        let warnings = decode::check(resource(&case), &mut ours, FieldValidation::Strict);
        assert_eq!(warnings, Ok(Vec::new()), "{real}");
        missing(&ours, real, "ours", &mut wrong);
        missing(real, &ours, "real", &mut wrong);
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
