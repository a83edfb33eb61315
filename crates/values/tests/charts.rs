//! Values of whole charts, with flags, as real Helm puts them together.
//!
//! Each line of `fixtures/charts.jsonl` has the `files` of a chart `c`, the `arguments` after
//! `helm template rel c`, and Helm's answer: the `values` that a template of the top chart
//! sees as JSON, or the text of the `error`, and its `log`, in the order of the texts. Answers
//! of lines that have none, and with `PINTLE_UPDATE=1` of all, are asked of Helm 4.3.1. Most
//! lines were drawn by `cargo xtask differential --area values --print`.

use std::fs;
use std::path::{Path, PathBuf};

use pintle_chart::{File, Level, Warning, load_files};
use pintle_go_value::{List, Map, Str, Value, format, json};
use pintle_testkit::oracle::Peer;
use pintle_values::options::{SetFile, UserValues, ValuesFile, set_file_contents};
use pintle_values::{Error, coalesce, dependencies};

const METADATA: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
const SHOW: &str = "# {{ .Values | toJson }}\n";

#[test]
fn charts_as_in_helm() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/charts.jsonl");
    let lines = answered(&path);
    let wrong: Vec<String> = lines.iter().filter_map(difference).collect();
    let (wrong, count) = (wrong.join("\n\n"), wrong.len());
    assert!(count == 0, "{count} of {} differ\n{wrong}", lines.len());
}

/// The fixtures; asks Helm for answers that are missing or to be renewed.
fn answered(path: &PathBuf) -> Vec<Map> {
    let text = fs::read_to_string(path).expect("the fixture file");
    let lines: Vec<Map> = text.lines().map(|line| decode(line.as_bytes())).collect();
    let update = std::env::var_os("PINTLE_UPDATE").is_some();
    let asks = |line: &Map| update || !(line.contains("values") || line.contains("error"));
    if lines.iter().any(asks) {
        let helm = pintle_testkit::oracle::find(Peer::Helm4).expect("the real Helm");
        for line in lines.iter().filter(|line| asks(line)) {
            ask(&helm, line);
        }
        let text: Vec<String> = lines.iter().map(|line| encode(line) + "\n").collect();
        fs::write(path, text.concat()).expect("the fixture file can be written");
    }
    lines
}

fn ask(helm: &Path, line: &Map) {
    let home = pintle_testkit::Home::new();
    for file in files(line) {
        home.write(&format!("c/{}", file.name), &*file.data);
    }
    home.write("c/templates/values.yaml", SHOW);
    let words = ["template", "rel", "c"].map(str::to_owned);
    let done = home
        .command(helm)
        .args(words.into_iter().chain(arguments(line)))
        .run();
    let is_log = |text: &&str| text.starts_with("level=");
    let mut log: Vec<&str> = done.stderr.lines().filter(is_log).collect();
    log.sort_unstable();
    let log: Vec<Value> = log.into_iter().map(Value::from).collect();
    line.set("log", Value::List(List::from_iter(log)));
    line.remove("values");
    line.remove("error");
    let (key, answer) = if done.code == Some(0) {
        let marked = "# Source: c/templates/values.yaml\n# ";
        let (_, rest) = done.stdout.split_once(marked).expect("the values");
        ("values", rest.lines().next().unwrap_or_default().to_owned())
    } else {
        let rest = done.stderr.lines().filter(|text| !is_log(text));
        let text = rest.collect::<Vec<_>>().join("\n");
        let text = text.strip_prefix("Error: ").map(str::to_owned);
        ("error", text.expect("an error"))
    };
    line.set(key, Value::from(answer));
}

fn difference(line: &Map) -> Option<String> {
    let mut log = Vec::new();
    let answer = evaluate(line, &mut log);
    log.sort_unstable();
    let wanted = match line.get("values") {
        Some(values) => format!("values {values}", values = plain(&values)),
        None => format!("error {}", plain(&line.get("error")?)),
    };
    let found = match answer {
        Ok(values) => format!("values {}", encode(&values)),
        Err(error) => format!("error {}", error.text()),
    };
    let wanted = format!("{wanted}\n{}", strings(line, "log").join("\n"));
    let found = format!("{found}\n{}", log.join("\n"));
    let words = arguments(line).join(" ");
    let shown = || format!("c {words}\n{}", encode(line));
    (wanted != found).then(|| format!("{}\n helm   {wanted}\n pintle {found}", shown()))
}

/// The same in this crate: the steps of `template`, in Helm's order.
fn evaluate(line: &Map, log: &mut Vec<String>) -> Result<Map, Error> {
    let given = user_values(line)?.merge()?;
    let refused =
        |error: pintle_chart::Error| (Error::new(error.text()), error.warnings().to_vec());
    let loaded = load_files(files(line)).map_err(refused);
    let (mut chart, warnings) = loaded.map_err(|(error, warnings)| {
        log.extend(warnings.iter().map(logged));
        error
    })?;
    log.extend(warnings.iter().map(logged));
    dependencies::check(&chart)?;
    let processed = dependencies::process(&mut chart, &given);
    let warnings = processed.map_err(|error| {
        log.extend(error.warnings().iter().map(logged));
        let doing = "chart dependencies processing failed";
        log.push(format!(
            "level=ERROR msg=\"{doing}\" error={}",
            quoted(error.text())
        ));
        error.context(doing)
    })?;
    log.extend(warnings.iter().map(logged));
    let (values, warnings) = coalesce::coalesce_values(&chart, &given)?;
    log.extend(warnings.iter().map(logged));
    Ok(values)
}

/// The flags, each kind in its order, with the files that they name.
fn user_values(line: &Map) -> Result<UserValues, Error> {
    let mut user = UserValues::default();
    let words = arguments(line);
    let of = |flag: &str| -> Vec<String> {
        let pairs = words.chunks(2).filter(|pair| pair[0] == flag);
        pairs.map(|pair| pair[1].clone()).collect()
    };
    for name in of("-f") {
        let text = read(line, &name)?;
        user.files.push(ValuesFile { name, text });
    }
    user.set_json = of("--set-json");
    user.set = of("--set");
    user.set_string = of("--set-string");
    for text in of("--set-file") {
        let contents = set_file_contents(&text, &user.merge()?, &mut |path| read(line, path))?;
        user.set_file.push(SetFile { text, contents });
    }
    user.set_literal = of("--set-literal");
    Ok(user)
}

fn read(line: &Map, path: &str) -> Result<Vec<u8>, Error> {
    if path == "c" {
        return Err(Error::new("read c: is a directory"));
    }
    let name = path.strip_prefix("c/").unwrap_or_default();
    let found = files(line).into_iter().find(|file| file.name == name);
    found.map_or_else(
        || {
            Err(Error::new(format!(
                "open {path}: no such file or directory"
            )))
        },
        |file| Ok(file.data.to_vec()),
    )
}

fn files(line: &Map) -> Vec<File> {
    let written = line.get("files").expect("files");
    let written = written.as_map().expect("an object of files").clone();
    if !written.contains("Chart.yaml") {
        written.set("Chart.yaml", Value::from(METADATA));
    }
    let entries = written.entries();
    let file = |(name, text): &(Str, Value)| File::new(name.to_text().into_owned(), plain(text));
    entries.iter().map(file).collect()
}

fn arguments(line: &Map) -> Vec<String> {
    strings(line, "arguments")
}

fn strings(line: &Map, key: &str) -> Vec<String> {
    match line.get(key) {
        Some(Value::List(items)) => items.iter().map(plain).collect(),
        _ => Vec::new(),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().expect("a text").to_string()
}

/// A line of Helm's log.
fn logged(warning: &Warning) -> String {
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
    let quoted = format::sprintf(b"%q", &[Value::from(text)]);
    quoted.to_text().into_owned()
}

fn decode(text: &[u8]) -> Map {
    let value = json::decode(text).expect("a fixture line is JSON");
    value.as_map().expect("a fixture line is an object").clone()
}

fn encode(map: &Map) -> String {
    let bytes = json::encode(&Value::Map(map.clone()), json::Options::default());
    String::from_utf8(bytes.expect("values are JSON")).expect("JSON is UTF-8")
}
