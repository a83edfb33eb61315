//! How long a typical chart's templates take.
//!
//! `cargo run --release -p pintle-go-template --example speed` prints nanoseconds for each
//! template, parsed once and executed many times.

use std::sync::Arc;
use std::time::Instant;

use pintle_go_template::{Function, Functions, Limits, MissingKey, Parameter, Set};
use pintle_go_value::{Map, Value};

const CASES: &[(&str, &str)] = &[
    (
        "text",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: x\n",
    ),
    (
        "fields",
        "{{ .Values.image.repository }}:{{ .Values.image.tag }}",
    ),
    (
        "branches",
        "{{ if and .Values.on (eq .Values.image.tag \"1.0\") }}a{{ else if .Values.off }}b{{ else }}c{{ end }}",
    ),
    (
        "loop",
        "{{ range $i, $e := .Values.list }}{{ $i }}={{ $e.name }} {{ end }}",
    ),
    (
        "map loop",
        "{{ range $k, $v := .Values.labels }}{{ $k }}: {{ $v }}\n{{ end }}",
    ),
    (
        "variables",
        "{{ $x := .Values.image }}{{ $y := $x.tag }}{{ printf \"%s-%s\" $y $x.repository }}",
    ),
    (
        "include",
        "{{ include \"name\" . }}{{ include \"name\" . | len }}",
    ),
    (
        "template",
        "{{ template \"name\" . }}{{ template \"name\" . }}",
    ),
    ("tpl", "{{ tpl .Values.text . }}"),
];

const NAME: &str =
    r#"{{ define "name" }}{{ printf "%s-%s" .Values.name .Values.image.tag }}{{ end }}"#;

fn main() {
    let mut set = Set::new(Arc::new(functions())).with_missing_key(MissingKey::Zero);
    set.add("_helpers.tpl", NAME).expect("parses");
    for (name, text) in CASES {
        set.add(name, *text).expect("parses");
    }
    let data = data();
    for (name, text) in CASES {
        let execute = nanoseconds(|| {
            let output = set.execute(name, &data, &Limits::default());
            assert!(output.is_ok(), "{output:?}");
        });
        let parse = nanoseconds(|| {
            let functions = Arc::new(Functions::new());
            let _ = Set::new(functions).add(name, *text);
        });
        let line = format!("{name:10} execute {execute:8} ns   parse {parse:8} ns\n");
        std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes()).expect("stdout");
    }
}

fn nanoseconds(mut work: impl FnMut()) -> u128 {
    const ROUNDS: u32 = 20_000;
    for _ in 0..ROUNDS / 10 {
        work();
    }
    let start = Instant::now();
    for _ in 0..ROUNDS {
        work();
    }
    start.elapsed().as_nanos() / u128::from(ROUNDS)
}

fn functions() -> Functions {
    let mut functions = Functions::new();
    functions.add(Function::new(
        "include",
        &[Parameter::Str, Parameter::Any],
        |runtime, arguments| {
            let name = arguments[0].as_str().cloned().unwrap_or_default();
            Ok(runtime
                .execute(&name.to_text(), arguments[1].clone())?
                .into())
        },
    ));
    functions.add(Function::new(
        "tpl",
        &[Parameter::Str, Parameter::Any],
        |runtime, arguments| {
            let text = arguments[0].as_str().cloned().unwrap_or_default();
            let data = arguments[1].clone();
            Ok(runtime.execute_text("gotpl", &text.to_text(), data)?.into())
        },
    ));
    functions
}

fn data() -> Value {
    let values = map(&[
        ("name", "web".into()),
        ("on", true.into()),
        (
            "text",
            "{{ .Values.name }} and {{ .Values.image.tag }}".into(),
        ),
    ]);
    values.set(
        "image",
        map(&[("repository", "example/web".into()), ("tag", "1.0".into())]).into(),
    );
    let labels: Map = (0..10)
        .map(|i| (format!("label-{i}"), Value::from(format!("value-{i}"))))
        .collect();
    values.set("labels", labels.into());
    let list: Vec<Value> = (0..10)
        .map(|i| map(&[("name", format!("item-{i}").into())]).into())
        .collect();
    values.set("list", list.into());
    map(&[("Values", values.into())]).into()
}

fn map(entries: &[(&str, Value)]) -> Map {
    entries.iter().cloned().collect()
}
