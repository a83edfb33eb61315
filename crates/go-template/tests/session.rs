//! A session gives what executions by themselves give, and saves work where it may.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use pintle_go_template::{CallError, Function, Functions, Limits, Parameter, Runtime, Set};
use pintle_go_value::{Map, MapType, Str, Value};

const TEXT_AND_ANY: [Parameter; 2] = [Parameter::Str, Parameter::Any];

fn text(arguments: &[Value]) -> String {
    let text = arguments[0].as_str().cloned().unwrap_or_default();
    text.to_text().into_owned()
}

fn include(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let result = runtime.execute(&text(arguments), arguments[1].clone());
    result.map(Value::Str).map_err(CallError::Template)
}

fn tpl(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let result = runtime.execute_text("text", &text(arguments), arguments[1].clone());
    result.map(Value::Str).map_err(CallError::Template)
}

fn set(_: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    if let Value::Map(map) = &arguments[0] {
        map.set(
            arguments[1].as_str().cloned().unwrap_or_default(),
            arguments[2].clone(),
        );
    }
    Ok(Value::from(""))
}

fn dict(_: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let pairs = arguments.chunks(2);
    let entries = pairs.map(|pair| {
        (
            pair[0].as_str().cloned().unwrap_or_default(),
            pair[1].clone(),
        )
    });
    Ok(Value::Map(entries.collect()))
}

/// The functions of charts that matter here; `pure` and `impure` count their calls.
fn functions(calls: &Arc<AtomicUsize>) -> Functions {
    let mut functions = Functions::new();
    let counter = |calls: Arc<AtomicUsize>| {
        move |_: &mut dyn Runtime, _: &[Value]| {
            let before = calls.fetch_add(1, Ordering::Relaxed);
            Ok(Value::Int(i64::try_from(before).unwrap_or_default()))
        }
    };
    functions.add(Function::new("pure", &[], counter(Arc::clone(calls))).into_pure());
    functions.add(Function::new("impure", &[], counter(Arc::clone(calls))));
    functions.add(Function::new("include", &TEXT_AND_ANY, include).into_pure());
    functions.add(Function::new("tpl", &TEXT_AND_ANY, tpl).into_pure());
    let set_parameters = &[Parameter::Map, Parameter::Str, Parameter::Any];
    functions.add(Function::new("set", set_parameters, set).into_pure());
    functions.add(Function::variadic("dict", &[Parameter::Any], dict).into_pure());
    functions
}

/// What the templates `t` and, when there is one, `u` give in one session; and the calls.
fn run(definitions: &str, texts: &[&str]) -> (String, usize) {
    let calls = Arc::default();
    let mut templates = Set::new(Arc::new(functions(&calls)));
    templates
        .add("definitions", definitions)
        .expect("definitions");
    for (number, text) in texts.iter().enumerate() {
        templates
            .add(&number.to_string(), *text)
            .expect("a template");
    }
    let root = Map::new();
    root.set("a", Value::from("1"));
    let deep = Map::new();
    deep.set("b", Value::from("2"));
    root.set("m", Value::Map(deep));
    let mut session = templates.session();
    let mut output = String::new();
    for number in 0..texts.len() {
        let about = Map::volatile(
            MapType::Any,
            [("Name".into(), Value::from(number.to_string()))],
        );
        root.set_volatile("Template", about);
        let root = Value::Map(root.clone());
        let written = session.execute(&number.to_string(), &root, &Limits::default());
        output.push_str(&Str::from(written.expect("output").as_slice()).to_text());
        output.push(';');
    }
    (output, calls.load(Ordering::Relaxed))
}

#[test]
fn a_template_with_the_same_data_is_executed_once() {
    let definitions = "{{ define `x` }}{{ pure }}{{ .a }}{{ .m.b }}{{ end }}";
    let twice = "{{ include `x` . }} {{ include `x` . }}";
    assert_eq!(
        run(definitions, &[twice, twice]),
        ("012 012;012 012;".into(), 1)
    );
}

#[test]
fn a_dict_made_for_the_call_is_the_same_when_its_entries_are() {
    let definitions = "{{ define `x` }}{{ pure }}{{ .root.a }}{{ .n }}{{ end }}";
    let text = "{{ include `x` (dict `root` . `n` 1) }} {{ include `x` (dict `root` . `n` 1) }} \
                {{ include `x` (dict `root` . `n` 2) }} {{ include `x` (dict `root` .m `n` 1) }}";
    let (output, calls) = run(definitions, &[text, text]);
    let once = "011 011 112 2<no value>1;";
    assert_eq!((output.as_str(), calls), (&*format!("{once}{once}"), 3));
}

#[test]
fn a_nil_map_is_not_an_empty_one() {
    let definitions = "{{ define `x` }}{{ pure }}{{ end }}";
    let text = "{{ include `x` (dict) }}{{ include `x` (dict) }}{{ include `x` nil }}";
    assert_eq!(run(definitions, &[text]).0, "001;");
}

#[test]
fn impure_functions_are_called_each_time() {
    let definitions = "{{ define `x` }}{{ impure }}{{ end }}\
                       {{ define `y` }}{{ include `x` . }}{{ end }}";
    let text = "{{ include `y` . }}{{ include `y` . }}{{ tpl `{{ impure }}` . }}";
    assert_eq!(run(definitions, &[text, text]), ("012;345;".into(), 6));
}

#[test]
fn a_change_of_what_was_there_counts() {
    let definitions = "{{ define `x` }}{{ pure }}{{ .m.b }}{{ end }}";
    for change in [
        "{{ set .m `b` `3` }}",
        "{{ $m := .m }}{{ set $m `b` `3` }}",
        "{{ set . `m` (dict `b` `3`) }}",
        "{{ tpl `{{ set .m \\`b\\` \\`3\\` }}` . }}",
    ] {
        let change = change.replace("\\`", "\"");
        let text = format!("{{{{ include `x` . }}}}{change} {{{{ include `x` . }}}}");
        assert_eq!(run(definitions, &[&text]), ("02 13;".into(), 2), "{change}");
    }
    // Also when another template makes it.
    let texts = [
        "{{ include `x` . }}",
        "{{ set .m `b` 4 }}",
        "{{ include `x` . }}",
    ];
    assert_eq!(run(definitions, &texts), ("02;;14;".into(), 2));
}

#[test]
fn a_change_inside_is_made_each_time() {
    let definitions = "{{ define `x` }}{{ pure }}{{ set .m `b` (print .m.b `!`) }}{{ end }}";
    let text = "{{ include `x` . }}{{ include `x` . }}{{ .m.b }}";
    assert_eq!(run(definitions, &[text]), ("012!!;".into(), 2));
    // Of what is handed in, too, and of what was stored where it can be seen.
    let definitions = "{{ define `x` }}{{ pure }}{{ set . `n` (print .n `!`) }}{{ end }}";
    let text = "{{ $d := dict `n` `1` }}{{ include `x` $d }}{{ include `x` $d }}{{ $d.n }}";
    assert_eq!(run(definitions, &[text]), ("011!!;".into(), 2));
}

#[test]
fn maps_made_inside_may_change() {
    let definitions =
        "{{ define `x` }}{{ pure }}{{ $d := dict }}{{ set $d `n` 1 }}{{ $d.n }}{{ end }}";
    let text = "{{ include `x` . }}{{ $d := dict }}{{ set $d `o` 1 }}{{ include `x` . }}";
    assert_eq!(run(definitions, &[text]), ("0101;".into(), 1));
}

#[test]
fn a_map_changed_between_calls_is_another() {
    let definitions = "{{ define `x` }}{{ pure }}{{ .in.n }}{{ end }}";
    let text = "{{ $in := dict `n` 1 }}{{ $d := dict `in` $in }}{{ include `x` $d }} \
                {{ set $in `n` 2 }}{{ include `x` $d }} {{ include `x` (dict `in` $in) }}";
    assert_eq!(run(definitions, &[text]), ("01 12 12;".into(), 2));
}

#[test]
fn what_reads_the_template_is_bound_to_it() {
    let definitions = "{{ define `x` }}{{ pure }}{{ .Template.Name }}{{ end }}\
                       {{ define `y` }}{{ pure }}{{ len (print .) }}{{ end }}\
                       {{ define `z` }}{{ pure }}{{ .a }}{{ end }}";
    let text = "{{ include `x` . }}";
    assert_eq!(run(definitions, &[text, text]), ("00;11;".into(), 2));
    let text = "{{ include `y` . }}";
    assert_eq!(run(definitions, &[text, text]).1, 2);
    let text = "{{ include `z` . }}";
    assert_eq!(run(definitions, &[text, text]), ("01;01;".into(), 1));
}

#[test]
fn templates_of_a_text_are_seen_by_what_it_includes() {
    let definitions =
        "{{ define `x` }}{{ pure }}{{ include `y` . }}{{ end }}{{ define `y` }}y{{ end }}";
    let text =
        "{{ include `x` . }}{{ tpl `{{ define \"y\" }}own{{ end }}{{ include \"x\" . }}` . }}";
    assert_eq!(run(definitions, &[text]), ("0y1own;".into(), 2));
}

#[test]
fn failures_are_found_out_again() {
    let calls = Arc::default();
    let mut templates = Set::new(Arc::new(functions(&calls)));
    let text = "{{ define `x` }}{{ pure }}{{ index .a 5 }}{{ end }}{{ include `x` . }}";
    templates.add("t", text).expect("a template");
    let mut session = templates.session();
    let root = Map::new();
    root.set("a", Value::from("1"));
    let root = Value::Map(root);
    for expected in [1, 2] {
        assert!(session.execute("t", &root, &Limits::default()).is_err());
        assert_eq!(calls.load(Ordering::Relaxed), expected);
    }
}
