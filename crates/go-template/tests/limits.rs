//! Nothing that a template does may end the program.
//!
//! The test threads have 2 MiB of stack.

mod support;

use pintle_go_template::{ErrorKind, Limits};
use pintle_go_value::{Map, Value};
use support::{run, set};

#[test]
fn templates_without_end_stop_at_gos_limit() {
    let error = run(r#"{{ define "a" }}{{ if true }}{{ template "a" (print .) }}{{ end }}{{ end }}{{ template "a" 1 }}"#, &Value::Nil)
        .unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    assert_eq!(
        error.text,
        "template: t.yaml:1:41: executing \"a\" at <{{template \"a\" (print .)}}>: \
         exceeded maximum template depth (100000)"
    );
}

#[test]
fn texts_that_execute_themselves_stop() {
    let data = Map::new();
    data.set("x", Value::from("{{ tpl .x . }}"));
    let error = run("{{ tpl .x . }}", &data.into()).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
    assert!(error.text.len() < 1 << 20);
}

#[test]
fn many_names_that_include_each_other_stop() {
    let mut text = String::new();
    for i in 0..40 {
        let next = (i + 1) % 40;
        text += &format!("{{{{ define \"n{i}\" }}}}{{{{ include \"n{next}\" . }}}}{{{{ end }}}}");
    }
    text += "{{ include \"n0\" . }}";
    let error = run(&text, &Value::Nil).unwrap_err();
    assert_eq!(error.kind, ErrorKind::Limit);
}

#[test]
fn stack_has_a_limit_of_its_own() {
    let set = set(&[("t", r#"{{ template "t" }}"#)]);
    let limits = Limits {
        max_stack_bytes: 1 << 20,
        ..Limits::default()
    };
    let error = set.execute("t", &Value::Nil, &limits).unwrap_err();
    assert!(
        error
            .text
            .ends_with("exceeded maximum stack size (1048576 bytes)"),
        "{error}"
    );
}

#[test]
fn output_has_a_limit() {
    let set = set(&[
        ("t", "{{ range 1000000 }}0123456789{{ end }}"),
        (
            "u",
            r#"{{ range 1000000 }}{{ print "0123456789" }}{{ end }}"#,
        ),
        ("v", r#"{{ include "t" . }}"#),
    ]);
    let limits = Limits {
        max_output_bytes: 100_000,
        ..Limits::default()
    };
    for name in ["t", "u", "v"] {
        let error = set.execute(name, &Value::Nil, &limits).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Limit);
        assert!(
            error
                .text
                .ends_with("exceeded maximum output size (100000 bytes)")
        );
    }
}

#[test]
fn work_has_a_limit_when_one_is_wanted() {
    let set = set(&[
        ("t", "{{ range 1000000 }}{{ end }}"),
        (
            "u",
            r#"{{ range 400 }}{{ $x := printf "%10000d" 1 }}{{ end }}"#,
        ),
        ("v", r#"{{ include "t" . }}"#),
        ("w", "{{ range 400 }}{{ end }}"),
    ]);
    let limits = Limits {
        max_steps: 1000,
        ..Limits::default()
    };
    for name in ["t", "u", "v"] {
        let error = set.execute(name, &Value::Nil, &limits).unwrap_err();
        assert_eq!(error.kind, ErrorKind::Limit);
        let text = "exceeded maximum number of steps (1000)";
        assert!(error.text.ends_with(text), "{error}");
    }
    assert_eq!(set.execute("w", &Value::Nil, &limits).expect("runs"), b"");
}

#[test]
fn nested_parentheses_have_gos_limit() {
    let nested = |depth| format!("{{{{ {}1{} }}}}", "(".repeat(depth), ")".repeat(depth));
    assert_eq!(run(&nested(9000), &Value::Nil).expect("runs"), "1");
    let error = run(&nested(20_000), &Value::Nil).unwrap_err();
    assert_eq!(
        error.text,
        "template: t.yaml:1: max expression depth exceeded"
    );
    // An error at the bottom shows the whole expression.
    let failing = nested(5000).replace('1', "nil");
    let error = run(&failing, &Value::Nil).unwrap_err();
    assert!(error.text.ends_with("nil is not a command"));
}

#[test]
fn nested_blocks_have_a_limit() {
    let nested = |depth| format!("{}x{}", "{{if 1}}".repeat(depth), "{{end}}".repeat(depth));
    assert_eq!(run(&nested(9000), &Value::Nil).expect("runs"), "x");
    let error = run(&nested(20_000), &Value::Nil).unwrap_err();
    assert_eq!(error.text, "template: t.yaml:1: max block depth exceeded");
    let unclosed = "{{if 1}}".repeat(9000);
    assert_eq!(
        run(&unclosed, &Value::Nil).unwrap_err().text,
        "template: t.yaml:1: unexpected EOF"
    );
}

#[test]
fn long_chains_of_else_do_not_nest() {
    let mut text = "{{if false}}".to_owned();
    text += &"{{else if false}}".repeat(50_000);
    text += "{{else}}last{{end}}";
    assert_eq!(run(&text, &Value::Nil).expect("runs"), "last");
}

#[test]
fn values_nested_without_end_print_and_drop() {
    let text = "{{ $d := dict }}{{ range 100000 }}{{ $d = dict \"a\" $d }}{{ end }}{{ $d }}";
    assert!(
        run(text, &Value::Nil)
            .expect("runs")
            .starts_with("map[a:map[a:")
    );
    let ring = Map::new();
    ring.set("one", ring.clone().into());
    ring.set("two", ring.clone().into());
    let set = set(&[("t", "{{ . }}")]);
    let output = set.execute("t", &ring.clone().into(), &Limits::default());
    assert_eq!(output.expect("runs"), b"map[one:... two:...]");
    ring.remove("one");
    ring.remove("two");
}
