//! What Helm 4.3.1 makes of values, flags and dependencies.
//!
//! `fixtures/*.tsv` were made by a Go program of a few lines that feeds the first column (JSON)
//! to Helm's own packages (`strvals`, `CoalesceValues`, `ProcessDependencies`) and adds two
//! columns: what came out (int64 written as `5i`), and the log lines, sorted.

use pintle_chart::{Chart, Dependency, Level, Warning};
use pintle_go_value::{Map, Value, format, json};
use pintle_values::{coalesce, dependencies, set};

#[test]
fn set_flags() {
    compare(include_str!("fixtures/set.tsv"));
}

#[test]
fn coalescing() {
    compare(include_str!("fixtures/coalesce.tsv"));
}

#[test]
fn subcharts() {
    compare(include_str!("fixtures/dependencies.tsv"));
}

fn compare(table: &str) {
    let mut wrong = Vec::new();
    for line in table.lines() {
        let columns: Vec<&str> = line.split('\t').collect();
        let (output, log) = answer(columns[0]);
        let failed = output.contains("\"ERR ");
        if output != columns[1] || (log != columns[2] && !failed) {
            wrong.push(format!(
                "input {}\n want {}\n  got {output}\n  log {}\n  got {log}",
                columns[0], columns[1], columns[2]
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} lines differ:\n{}",
        wrong.len(),
        wrong[..wrong.len().min(10)].join("\n")
    );
}

fn answer(input: &str) -> (String, String) {
    let input = map(json::decode(input.as_bytes()).expect("JSON in the table"));
    let operation = text(&input, "op");
    let given = input.get("vals").map(map).unwrap_or_default();
    let (output, warnings) = match operation.as_str() {
        "coalesce" => shown(coalesce::coalesce_values(&chart(&input), &given)),
        "merge" => shown(coalesce::merge_values(&chart(&input), &given)),
        "tables" => shown(coalesce::coalesce_tables(&given, &map_in(&input, "old"))),
        "mtables" => shown(coalesce::merge_tables(&given, &map_in(&input, "old"))),
        "deps" => process(chart(&input), &given),
        flag => (set_all(flag, &given, &input), Vec::new()),
    };
    let mut log: Vec<String> = warnings.iter().map(line).collect();
    log.sort();
    (output, log.join("|"))
}

type Coalesced = Result<(Map, Vec<Warning>), pintle_values::Error>;

fn shown(outcome: Coalesced) -> (String, Vec<Warning>) {
    match outcome {
        Ok((values, warnings)) => (dump(&values.into()), warnings),
        Err(error) => (failure(error.text()), Vec::new()),
    }
}

fn process(mut chart: Chart, given: &Map) -> (String, Vec<Warning>) {
    match dependencies::process(&mut chart, given) {
        Ok(mut warnings) => {
            let (values, more) = shown(coalesce::coalesce_values(&chart, given));
            warnings.extend(more);
            (format!("{} {values}", tree(&chart)), warnings)
        }
        Err(error) => (failure(error.text()), Vec::new()),
    }
}

fn set_all(flag: &str, map: &Map, input: &Map) -> String {
    let mut map = map.clone();
    for text in strings(input, "texts") {
        let outcome = match flag {
            "set" => set::parse_into(&map, &text),
            "set-string" => set::parse_string_into(&map, &text),
            "set-literal" => set::parse_literal_into(&map, &text),
            "set-file" => set::parse_file_into(&map, &text, &mut |path| {
                Ok(Value::from(format!("<{path}>")))
            }),
            _ => set::parse_json_into(&map, &text).map(|merged| map = merged),
        };
        if let Err(error) = outcome {
            // The JSON library's own words are shown nowhere: Helm drops them.
            if flag == "set-json" {
                return "ERR".to_owned();
            }
            return format!("{} {}", failure(error.text()), dump(&map.into()));
        }
    }
    dump(&map.into())
}

fn failure(text: &str) -> String {
    dump(&Value::from(format!("ERR {text}")))
}

fn line(warning: &Warning) -> String {
    let level = match warning.level {
        Level::Info => "INFO",
        Level::Warn => "WARN",
    };
    let mut line = format!("level={level} msg={}", quoted(&warning.message));
    for (key, value) in &warning.attributes {
        line.push_str(&format!(" {key}={}", quoted(value)));
    }
    line
}

fn quoted(text: &str) -> String {
    let plain = |b: u8| b > b' ' && b < 0x7f && b != b'"' && b != b'=' && b != b'\\';
    if !text.is_empty() && text.bytes().all(plain) {
        return text.to_owned();
    }
    format::sprintf(b"%q", &[Value::from(text)])
        .to_text()
        .into_owned()
}

fn chart(input: &Map) -> Chart {
    build(&map_in(input, "chart"))
}

fn build(written: &Map) -> Chart {
    let mut chart = Chart::default();
    chart.metadata.name = text(written, "name");
    chart.metadata.version = match text(written, "version") {
        empty if empty.is_empty() => "1.0.0".to_owned(),
        version => version,
    };
    chart.values = map_in(written, "values");
    chart.dependencies = items(written, "deps")
        .into_iter()
        .map(|d| build(&map(d)))
        .collect();
    chart.metadata.has_empty_dependencies = written.contains("req");
    chart.metadata.dependencies = items(written, "req")
        .into_iter()
        .map(|d| dependency(&map(d)))
        .collect();
    chart
}

fn dependency(written: &Map) -> Dependency {
    Dependency {
        name: text(written, "name"),
        version: text(written, "version"),
        condition: text(written, "condition"),
        alias: text(written, "alias"),
        tags: strings(written, "tags"),
        import_values: items(written, "import-values"),
        ..Dependency::default()
    }
}

fn tree(chart: &Chart) -> String {
    let declared: Vec<String> = chart
        .metadata
        .dependencies
        .iter()
        .map(|d| serde_json::to_string(d).expect("JSON"))
        // GO: its JSON escapes these.
        .map(|text| text.replace('<', "\\u003c").replace('>', "\\u003e"))
        .collect();
    let children: Vec<String> = chart.dependencies.iter().map(tree).collect();
    format!(
        "{}{}({})[{}]",
        chart.name(),
        dump(&chart.values.clone().into()),
        declared.join(","),
        children.join(";")
    )
}

fn dump(value: &Value) -> String {
    match value {
        Value::Int64(integer) => format!("{integer}i"),
        Value::Map(map) => {
            let entries: Vec<String> = map
                .entries()
                .into_iter()
                .map(|(k, v)| format!("{}:{}", dump(&k.into()), dump(&v)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
        Value::List(list) => {
            let items: Vec<String> = list.iter().map(dump).collect();
            format!("[{}]", items.join(","))
        }
        scalar => {
            let bytes = json::encode(scalar, json::Options::default()).expect("a scalar");
            String::from_utf8(bytes).expect("JSON is text")
        }
    }
}

fn map(value: Value) -> Map {
    value.as_map().cloned().unwrap_or_default()
}

fn map_in(holder: &Map, key: &str) -> Map {
    holder.get(key).map(map).unwrap_or_default()
}

fn text(holder: &Map, key: &str) -> String {
    holder
        .get(key)
        .and_then(|v| v.as_str().map(|s| s.to_text().into_owned()))
        .unwrap_or_default()
}

fn items(holder: &Map, key: &str) -> Vec<Value> {
    holder
        .get(key)
        .and_then(|v| v.as_list().map(|l| l.to_vec()))
        .unwrap_or_default()
}

fn strings(holder: &Map, key: &str) -> Vec<String> {
    items(holder, key)
        .iter()
        .filter_map(|v| v.as_str().map(|s| s.to_text().into_owned()))
        .collect()
}
