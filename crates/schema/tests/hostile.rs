//! Schemas and values that are made to hurt end in a verdict or an error, soon.

use std::time::{Duration, Instant};

use pintle_schema::validate_bytes;

/// The error of a schema, which must come within some seconds even in a slow build.
fn told(schema: &str, values: &str) -> String {
    let start = Instant::now();
    let result = validate_bytes(schema.as_bytes(), values.as_bytes());
    assert!(
        start.elapsed() < Duration::from_mins(2),
        "{:?}",
        start.elapsed()
    );
    result.map_or_else(|error| error.to_string(), |()| "(valid)".into())
}

#[test]
fn exponential_references_are_given_up() {
    let mut schema = String::from(r##"{"$ref":"#/$defs/d0","$defs":{"##);
    for at in 0..60 {
        let next = at + 1;
        schema += &format!(
            r##""d{at}":{{"allOf":[{{"$ref":"#/$defs/d{next}"}},{{"$ref":"#/$defs/d{next}"}}]}},"##
        );
    }
    schema += r#""d60":{"required":["x"]}}}"#;
    let told = told(&schema, "{}");
    assert!(
        told.starts_with("unable to validate schema: it takes more than"),
        "{told}"
    );
}

#[test]
fn endless_references_are_a_cycle() {
    let told = told(
        r##"{"$ref":"#/$defs/a","$defs":{"a":{"allOf":[{"$ref":"#/$defs/a"}]}}}"##,
        "{}",
    );
    assert!(told.contains("causing reference cycle"), "{told}");
}

#[test]
fn deep_schemas_and_values_are_no_trouble() {
    let depth = 300;
    let schema =
        format!("{}{}", r#"{"properties":{"a":"#.repeat(depth), "true") + &"}}".repeat(depth);
    assert_eq!(told(&schema, "{}"), "(valid)");
    let values = format!("{}1{}", r#"{"a":"#.repeat(depth), "}".repeat(depth));
    let schema = r##"{"type":"object","additionalProperties":{"$ref":"#"}}"##;
    let text = told(schema, &values);
    assert!(text.ends_with("got number, want object\n"), "{text}");
    assert_eq!(told(&"[".repeat(100_000), "{}"), "exceeded max depth");
}

#[test]
fn deep_chains_of_references_get_a_stack_of_their_own() {
    let mut schema = String::from(r##"{"$ref":"#/$defs/d0","$defs":{"##);
    for at in 0..3000 {
        schema += &format!(r##""d{at}":{{"$ref":"#/$defs/d{}"}},"##, at + 1);
    }
    schema += r#""d3000":{"required":["x"]}}}"#;
    assert_eq!(told(&schema, "{}"), "- at '': missing property 'x'\n");
}

#[test]
fn many_problems_are_cut() {
    let values: Vec<String> = (0..60_000).map(|at| format!(r#""k{at}":1"#)).collect();
    let values = format!("{{{}}}", values.join(","));
    let text = told(r#"{"additionalProperties":{"type":"string"}}"#, &values);
    assert!(text.lines().count() <= 60_001);
    let text = told(r#"{"additionalProperties":false}"#, &values);
    assert!(text.starts_with("- at '': additional properties 'k0', 'k1', 'k10'"));
}

#[test]
fn expressions_do_not_explode() {
    let pattern = "(a*)*".repeat(50);
    let schema = format!(r#"{{"properties":{{"a":{{"pattern":"^{pattern}$"}}}}}}"#);
    let values = format!(r#"{{"a":"{}b"}}"#, "a".repeat(5000));
    assert!(told(&schema, &values).contains("does not match pattern"));
}

#[test]
fn bytes_of_any_kind_are_answered() {
    for schema in [
        "",
        "\u{0}",
        "[[[[",
        r#"{"$ref":""}"#,
        r##"{"$ref":"#"}"##,
        r#"{"$id":""}"#,
    ] {
        told(schema, "{}");
        told(schema, "[]");
        told("{}", schema);
    }
}
