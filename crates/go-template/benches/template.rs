//! The template language: text to nodes, and nodes to output.
//!
//! `cargo bench -p pintle-go-template`; figures in `docs/benchmarks.md`.

use std::sync::Arc;

use divan::Bencher;
use divan::counter::BytesCount;
use pintle_go_template::{Function, Functions, Limits, MissingKey, Parameter, Set};
use pintle_go_value::{Map, Value};

fn main() {
    divan::main();
}

/// One object of a typical chart: fields, conditions, a loop, an include, trimmed blanks.
const DEPLOYMENT: &str = r#"{{- if .Values.server.enabled }}
---
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "full" . }}-@
  labels:
    {{- range $key, $value := .Values.labels }}
    {{ $key }}: {{ $value | printf "%q" }}
    {{- end }}
  {{- with .Values.server.annotations }}
  annotations: {{ . }}
  {{- end }}
spec:
  {{- /* How many of them */}}
  replicas: {{ .Values.server.replicas }}
  template:
    spec:
      containers:
        {{- range .Values.server.containers }}
        {{- $image := printf "%s/%s" $.Values.registry .image }}
        - name: {{ .name }}
          image: "{{ $image }}:{{ or .tag $.Chart.AppVersion }}"
          {{- if and .port (not .hidden) }}
          ports: [{containerPort: {{ .port }}, name: {{ .name }}-http}]
          {{- else if eq .name "sidecar" }}
          stdin: true
          {{- else }}
          tty: true
          {{- end }}
        {{- end }}
{{- end }}
"#;

const HELPERS: &str = r#"{{ define "full" }}{{ .Release.Name }}-{{ .Chart.Name }}{{ end }}"#;

/// Texts that stand for themselves, as in definitions of custom resources.
const PLAIN: &str = "                  description: what it is, and what it is not\n";

/// A template of `objects` objects, about a kilobyte each.
fn template(objects: usize) -> String {
    let mut text = String::new();
    for number in 0..objects {
        text.push_str(&DEPLOYMENT.replace('@', &number.to_string()));
    }
    text
}

fn functions() -> Functions {
    const PARAMETERS: [Parameter; 2] = [Parameter::Str, Parameter::Any];
    let mut functions = Functions::new();
    functions.add(Function::new("include", &PARAMETERS, |runtime, given| {
        let name = given[0].as_str().cloned().unwrap_or_default();
        Ok(runtime.execute(&name.to_text(), given[1].clone())?.into())
    }));
    functions
}

fn set(text: &str) -> Set {
    let mut set = Set::new(Arc::new(functions())).with_missing_key(MissingKey::Zero);
    set.add("helpers", HELPERS).expect("parses");
    set.add("t", text).expect("parses");
    set
}

fn data() -> Value {
    let container = |number: usize| -> Value {
        let name = format!("container-{number}");
        let entries: Map = [
            ("name", Value::from(name.as_str())),
            ("image", Value::from(format!("example/{name}"))),
            ("port", Value::Float(8000.0 + number as f64)),
        ]
        .into_iter()
        .collect();
        entries.into()
    };
    let server: Map = [
        ("enabled", Value::Bool(true)),
        ("replicas", Value::Float(3.0)),
        (
            "containers",
            (0..4).map(container).collect::<Vec<_>>().into(),
        ),
    ]
    .into_iter()
    .collect();
    let labels: Map = (0..8)
        .map(|number| (format!("example.org/label-{number}"), "value".into()))
        .collect();
    let values: Map = [
        ("server", Value::from(server)),
        ("labels", labels.into()),
        ("registry", "registry.example.org".into()),
    ]
    .into_iter()
    .collect();
    let named = |name: &str| -> Value {
        let map: Map = [("Name", Value::from(name)), ("AppVersion", "1.2.3".into())]
            .into_iter()
            .collect();
        map.into()
    };
    let dot: Map = [
        ("Values", Value::from(values)),
        ("Release", named("demo")),
        ("Chart", named("web")),
    ]
    .into_iter()
    .collect();
    dot.into()
}

/// Lexer and parser, over templates of 1, 10 and 100 objects.
#[divan::bench(args = [1, 10, 100])]
fn parse(bencher: Bencher<'_, '_>, objects: usize) {
    let text: Arc<str> = template(objects).into();
    let functions = Arc::new(functions());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Set::new(Arc::clone(&functions)).add("t", Arc::clone(&text)));
}

/// The same over text with no action in it.
#[divan::bench]
fn parse_plain_text(bencher: Bencher<'_, '_>) {
    let text: Arc<str> = PLAIN.repeat(2000).into();
    let functions = Arc::new(functions());
    bencher
        .counter(BytesCount::of_str(&text))
        .bench(|| Set::new(Arc::clone(&functions)).add("t", Arc::clone(&text)));
}

/// The executor, over the same templates; bytes are those of the output.
#[divan::bench(args = [1, 10, 100])]
fn execute(bencher: Bencher<'_, '_>, objects: usize) {
    let set = set(&template(objects));
    let data = data();
    let limits = Limits::default();
    let output = set.execute("t", &data, &limits).expect("executes");
    bencher
        .counter(BytesCount::new(output.len()))
        .bench(|| set.execute("t", &data, &limits));
}

/// A loop over a long list, where the cost of a step shows.
#[divan::bench(args = [1_000, 10_000])]
fn execute_loop(bencher: Bencher<'_, '_>, steps: usize) {
    let text = "{{ range $i, $x := . }}{{ if $i }}, {{ end }}{{ $x }}{{ end }}";
    let set = set(text);
    let list: Vec<Value> = (0..steps).map(|step| Value::Int(step as i64)).collect();
    let data = Value::from(list);
    let limits = Limits::default();
    bencher.bench(|| set.execute("t", &data, &limits));
}
