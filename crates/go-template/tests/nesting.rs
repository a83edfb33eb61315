//! Templates in templates: `include`, `tpl`, definitions that replace each other.
//!
//! The texts are those of Helm 4.3.1 (`helm template` on a chart with these templates),
//! less what Helm's own `tpl` puts around them.

mod support;

use pintle_go_template::{CallError, ErrorKind, Limits, Set};
use pintle_go_value::{Map, Value};

const HELPERS: &str = r#"{{- define "x" }}{{ .y.z }}{{ end }}
{{- define "inc" }}{{ include "x" . }}{{ end }}
{{- define "rec" }}{{ include "rec" . }}{{ end }}
{{- define "blank" }}full{{ end }}"#;

fn chart(text: &str) -> Set {
    support::set(&[("c/_h.tpl", HELPERS), ("c/t.yaml", text)])
}

fn run(text: &str) -> Result<String, pintle_go_template::Error> {
    let data = Value::Map(Map::new());
    let output = chart(text).execute("c/t.yaml", &data, &Limits::default())?;
    Ok(String::from_utf8(output).expect("text"))
}

#[test]
fn errors_name_every_template_on_the_way() {
    let error = run(r#"{{ include "inc" . }}"#).unwrap_err();
    assert_eq!(
        error.text,
        "template: c/t.yaml:1:3: executing \"c/t.yaml\" at <include \"inc\" .>: \
         error calling include: \
         template: c/_h.tpl:2:22: executing \"inc\" at <include \"x\" .>: \
         error calling include: \
         template: c/_h.tpl:1:22: executing \"x\" at <.y.z>: \
         nil pointer evaluating interface {}.z"
    );
    let Some(CallError::Template(middle)) = error.cause.as_deref() else {
        panic!("no cause: {error:?}");
    };
    assert_eq!(
        (&*middle.template, middle.line, middle.column),
        ("c/_h.tpl", 2, 22)
    );
    assert!(matches!(
        middle.cause.as_deref(),
        Some(CallError::Template(_))
    ));
}

#[test]
fn a_missing_template_is_a_plain_error() {
    let error = run(r#"{{ include "nope" . }}"#).unwrap_err();
    assert!(error.text.ends_with(
        "error calling include: template: no template \"nope\" associated with template \"gotpl\""
    ));
    let missing = chart("").execute("nope", &Value::Nil, &Limits::default());
    assert_eq!(
        missing.unwrap_err().text,
        "template: no template \"nope\" associated with template \"gotpl\""
    );
}

#[test]
fn text_templates_see_the_set_and_keep_their_definitions() {
    let text = r#"{{ tpl "{{ define \"x\" }}local{{ end }}{{ include \"x\" . }} {{ include \"inc\" . }} {{ template \"x\" . }}" . }}"#;
    assert_eq!(run(text).expect("runs"), "local local local");
    let after = format!("{text}{{{{ include \"x\" . }}}}");
    let error = run(&after).unwrap_err();
    assert!(
        error
            .text
            .ends_with("nil pointer evaluating interface {}.z")
    );
    let blank = r#"{{ tpl "{{ define \"blank\" }}  {{ end }}{{ include \"blank\" . }}" . }}"#;
    assert_eq!(run(blank).expect("runs"), "full");
    let nested = r#"{{ tpl "{{ tpl `{{ define \"q\" }}7{{ end }}{{ include \"q\" . }}` . }}" . }}"#;
    assert_eq!(run(nested).expect("runs"), "7");
}

#[test]
fn a_text_template_may_fail_to_parse() {
    let error = run(r#"{{ tpl "{{ foo }}" . }}"#).unwrap_err();
    assert!(
        error
            .text
            .ends_with("error calling tpl: template: gotpl:1: function \"foo\" not defined")
    );
    let Some(CallError::Template(inner)) = error.cause.as_deref() else {
        panic!("no cause: {error:?}");
    };
    assert_eq!(inner.kind, ErrorKind::Parse);
}

#[test]
fn later_definitions_win_unless_blank() {
    let mut set = support::set(&[
        ("a", r#"{{ define "d" }}first{{ end }}"#),
        ("b", r#"{{ define "d" }}second{{ end }}"#),
        ("c", r#"{{ define "d" }} {{/* nothing */}} {{ end }}"#),
        ("main", r#"{{ template "d" }}"#),
    ]);
    let run = |set: &Set| set.execute("main", &Value::Nil, &Limits::default());
    assert_eq!(run(&set).expect("runs"), b"second");
    let copy = set.clone();
    set.add("d2", r#"{{ define "d" }}third{{ end }}"#)
        .expect("parses");
    assert_eq!(run(&set).expect("runs"), b"third");
    assert_eq!(run(&copy).expect("runs"), b"second");
    assert_eq!(set.names(), ["a", "b", "c", "d", "d2", "main"]);
}

#[test]
fn includes_without_end_stop_at_helms_limit() {
    let error = run(r#"{{ include "rec" . }}"#).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    assert_eq!(error.text.matches("executing \"rec\"").count(), 1001);
    assert!(error.text.ends_with(
        "error calling include: rendering template has a nested reference name: rec: \
         unable to execute template"
    ));
}
