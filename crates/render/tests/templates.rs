//! Templates as real Helm renders them, one by one.
//!
//! Each line of `fixtures/*.jsonl` is a template with what real Helm made of it: `output`
//! (`base64` where it is not UTF-8), or the text of the `error`. The template is a partial of
//! a chart with `fixtures/values.yaml`, which its only other template includes. Answers of
//! lines that have none, and with `PINTLE_UPDATE=1` of all, are asked of Helm 4.3.1
//! (`helm template rel c`); lines of `cargo xtask differential --keep` can be added as they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pintle_chart::File;
use pintle_go_value::{Map, Value, json};
use pintle_render::{Capabilities, Context, ReleaseFacts, render};
use pintle_sprig::Env;
use pintle_testkit::oracle::Peer;

const METADATA: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";
const VALUES: &str = include_str!("fixtures/values.yaml");

/// Base64, so that any output is YAML to Helm; without addresses, which are never alike.
const DRIVER: &str = "# {{ regexReplaceAll \"0x[0-9a-f]{9,}\" \
     (include \"c/templates/_case0000.tpl\" .) \"0xADDRESS\" | b64enc }}";

/// An output, or the text of an error.
type Answer = Result<Vec<u8>, String>;

#[derive(Debug)]
struct Fixture {
    template: String,
    answer: Option<Answer>,
}

impl Fixture {
    fn read(line: &str) -> Self {
        let line = json::decode(line.as_bytes()).expect("a fixture line is JSON");
        let line = line.as_map().expect("a fixture is an object");
        let text = |key: &str| {
            let value = line.get(key)?;
            Some(value.as_str().expect("a text").to_string())
        };
        let answer = match (text("output"), text("base64"), text("error")) {
            (Some(output), _, _) => Some(Ok(output.into_bytes())),
            (_, Some(encoded), _) => Some(Ok(STANDARD.decode(encoded).expect("base64"))),
            (_, _, error) => error.map(Err),
        };
        Self {
            template: text("template").expect("a template"),
            answer,
        }
    }

    fn written(&self) -> String {
        let (key, text) = match &self.answer {
            Some(Ok(bytes)) => match std::str::from_utf8(bytes) {
                Ok(text) => ("output", text.to_owned()),
                Err(_) => ("base64", STANDARD.encode(bytes)),
            },
            Some(Err(text)) => ("error", text.clone()),
            None => ("error", String::new()),
        };
        let quoted = |text: &str| {
            let text = Value::from(text);
            let raw = json::Options {
                escape_html: false,
                indent: None,
            };
            let bytes = json::encode(&text, raw).expect("a text is JSON");
            String::from_utf8(bytes).expect("JSON is UTF-8")
        };
        format!(
            "{{\"template\": {}, \"{key}\": {}}}\n",
            quoted(&self.template),
            quoted(&text)
        )
    }
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/{name}.jsonl"))
}

fn fixtures(name: &str) -> Vec<Fixture> {
    let text = fs::read_to_string(path(name)).expect("a fixture file");
    let mut fixtures: Vec<Fixture> = text.lines().map(Fixture::read).collect();
    let update = std::env::var_os("PINTLE_UPDATE").is_some();
    let asks = |fixture: &Fixture| update || fixture.answer.is_none();
    if fixtures.iter().any(asks) {
        let helm = pintle_testkit::oracle::find(Peer::Helm4).expect("the real Helm");
        for fixture in fixtures.iter_mut().filter(|fixture| asks(fixture)) {
            fixture.answer = Some(ask(&helm, &fixture.template));
        }
        let text: String = fixtures.iter().map(Fixture::written).collect();
        fs::write(path(name), text).expect("the fixture file can be written");
    }
    fixtures
}

/// What real Helm makes of a template.
fn ask(helm: &Path, template: &str) -> Answer {
    let home = pintle_testkit::Home::new();
    home.write("c/Chart.yaml", METADATA);
    home.write("c/values.yaml", VALUES);
    home.write("c/templates/_case0000.tpl", template);
    home.write("c/templates/run.yaml", DRIVER);
    let done = home.command(helm).args(["template", "rel", "c"]).run();
    if done.code != Some(0) {
        let text = done.stderr.strip_prefix("Error: ").unwrap_or(&done.stderr);
        let text = text.split("\n\nUse --debug").next().unwrap_or(text);
        return Err(text.strip_suffix('\n').unwrap_or(text).to_owned());
    }
    // Of an empty output Helm leaves `#` alone.
    let empty = || done.stdout.lines().any(|line| line == "#").then(Vec::new);
    let line = done.stdout.lines().find_map(decoded).or_else(empty);
    Ok(line.expect("the line of the driving template"))
}

fn decoded(line: &str) -> Option<Vec<u8>> {
    STANDARD.decode(line.strip_prefix("# ")?).ok()
}

/// What we make of it.
fn evaluate(template: &str) -> Answer {
    let files = vec![
        File::new("Chart.yaml", METADATA),
        File::new("values.yaml", VALUES),
        File::new("templates/_case0000.tpl", template),
        File::new("templates/run.yaml", DRIVER),
    ];
    let (chart, _) = pintle_chart::load_files(files).expect("a chart");
    let given = Map::new();
    let (values, _) =
        pintle_values::coalesce::coalesce_values(&chart, &given).expect("plain values");
    let rendered = render(&chart, &values, &context()).map_err(|error| error.text)?;
    let text: &str = &rendered.files["c/templates/run.yaml"];
    Ok(decoded(text).expect("base64"))
}

fn context() -> Context {
    let mut env = Env::system();
    env.local_zone = jiff::tz::TimeZone::UTC;
    Context {
        release: ReleaseFacts {
            name: "rel".to_owned(),
            namespace: "default".to_owned(),
            revision: 1,
            is_upgrade: false,
        },
        capabilities: Capabilities::default(),
        lookup: None,
        env,
        dialect: pintle_render::Dialect::default(),
    }
}

fn check(name: &str) {
    let fixtures = fixtures(name);
    let differences: Vec<String> = fixtures.iter().filter_map(difference).collect();
    assert!(
        differences.is_empty(),
        "{} of {} differ\n{}",
        differences.len(),
        fixtures.len(),
        differences.join("\n")
    );
}

fn difference(fixture: &Fixture) -> Option<String> {
    let wanted = fixture.answer.as_ref()?;
    let got = evaluate(&fixture.template);
    let shown = |answer: &Answer| match answer {
        Ok(bytes) => format!("{:?}", String::from_utf8_lossy(bytes)),
        Err(text) => format!("error {text}"),
    };
    let (template, helm, pintle) = (&fixture.template, shown(wanted), shown(&got));
    (*wanted != got).then(|| format!("{template}\n  helm   {helm}\n  pintle {pintle}"))
}

#[test]
fn functions_as_in_helm() {
    check("functions");
}

/// What is wrong with a document is told as Helm tells it, word for word.
#[test]
fn toml_as_in_helm() {
    check("toml");
}

#[test]
fn language_as_in_helm() {
    check("language");
}

/// Go's own functions, and those that need a chart.
const OTHERS: &[&str] = &[
    "and", "call", "eq", "fail", "ge", "gt", "html", "include", "index", "js", "le", "len",
    "lookup", "lt", "ne", "not", "or", "print", "printf", "println", "required", "slice", "tpl",
    "urlquery",
];

#[test]
fn every_function_has_fixtures() {
    let text = fs::read_to_string(path("functions")).expect("a fixture file");
    let registry = pintle_sprig::registry().iter().map(|doc| doc.name);
    let names: BTreeSet<&str> = registry.chain(OTHERS.iter().copied()).collect();
    let fixtures: Vec<Fixture> = text.lines().map(Fixture::read).collect();
    let words: Vec<BTreeSet<&str>> = fixtures
        .iter()
        .map(|fixture| {
            let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
            fixture.template.split(|c| !word(c)).collect()
        })
        .collect();
    let few: Vec<&str> = names
        .into_iter()
        .filter(|name| words.iter().filter(|words| words.contains(name)).count() < 3)
        .collect();
    assert!(
        few.is_empty(),
        "functions with fewer than 3 fixtures: {few:?}"
    );
}
