//! Values that break a `values.schema.json`, and schemas that lead elsewhere.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::thread;

use pintle_testkit::{Home, snapshot};

use crate::{Case, as_helm, as_helm_apart_from, pintle, snapshot_path};

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";

const SCHEMA: &str = r##"{
  "type": "object",
  "required": ["host"],
  "additionalProperties": false,
  "properties": {
    "host": {"type": "string"},
    "db": true,
    "global": true,
    "image": {
      "properties": {
        "tag": {"$ref": "#/definitions/tag"},
        "policy": {"enum": ["Always", "Never"]}
      }
    },
    "ports": {"items": {"maximum": 65535}}
  },
  "definitions": {"tag": {"type": "string", "pattern": "^v"}}
}
"##;

const VALUES: &str = "host: example.org # where it is\nimage:\n  tag: v1\n  policy: Always\nports:\n- 80\ndb:\n  size: 1\n";

fn prepare(home: &Home) {
    home.write("web/Chart.yaml", CHART);
    home.write("web/values.yaml", VALUES);
    home.write("web/values.schema.json", SCHEMA);
    home.write("web/templates/a.yaml", "kind: A\n");
    home.write("web/charts/db/Chart.yaml", CHART.replace("web", "db"));
    home.write("web/charts/db/values.yaml", "size: 1\nname: a\n");
    home.write(
        "web/charts/db/values.schema.json",
        "{\"properties\": {\"size\": {\"minimum\": 1}, \"name\": {\"maxLength\": 3}}}\n",
    );
    home.write("tag.yaml", "image:\n  tag: 2\n  policy: Maybe\n");
    home.write("small.yaml", "# sizes\ndb: {size: 0}\n");
    large(home);
    for (name, schema) in [("broken", "{"), ("empty", ""), ("list", "[]")] {
        home.write(&format!("{name}/Chart.yaml"), CHART);
        home.write(&format!("{name}/values.yaml"), "a: 1\n");
        home.write(&format!("{name}/values.schema.json"), schema);
    }
}

/// A chart with so large a schema that it is checked while the chart is rendered. Its
/// template changes a value to one that the schema would not take, has an unknown hook, and
/// fails when it is told to.
fn large(home: &Home) {
    let more: Vec<String> = (0..500)
        .map(|number| format!("\"more{number}\": {{\"type\": \"integer\"}}"))
        .collect();
    let schema = format!(
        "{{\"properties\": {{\"host\": {{\"type\": \"string\"}}, \"urn\": {{\"$ref\": \"urn:x\"}}, {}}}}}",
        more.join(", ")
    );
    home.write("large/Chart.yaml", CHART);
    home.write("large/values.yaml", "host: example.org\nmore1: 1\n");
    home.write("large/values.schema.json", schema);
    home.write(
        "large/templates/a.yaml",
        "{{ $_ := set .Values \"host\" 5 }}{{ if .Values.fail }}{{ fail \"as told\" }}{{ end }}\n\
         kind: A\nmetadata:\n  annotations:\n    helm.sh/hook: never\n",
    );
}

const fn template(words: &'static [&'static str]) -> Case {
    Case {
        variables: &[],
        words,
    }
}

const CASES: &[Case] = &[
    template(&["template", "r", "web"]),
    template(&["template", "r", "web", "--set", "host=null"]),
    template(&["template", "r", "web", "--set", "hots=a"]),
    // Of several values of one chart Helm tells in random order.
    template(&["template", "r", "web", "--set", "image.tag=2"]),
    template(&["template", "r", "web", "--set", "image.policy=Maybe"]),
    template(&["template", "r", "web", "--set", "ports={1,70000}"]),
    template(&["template", "r", "web", "-f", "small.yaml"]),
    template(&["template", "r", "web", "--set", "db.name=long,host=1"]),
    template(&["template", "r", "web", "--set", "db=null"]),
    template(&[
        "template",
        "r",
        "web",
        "--set",
        "host=1",
        "--skip-schema-validation",
    ]),
    template(&["template", "r", "large"]),
    template(&["template", "r", "large", "--set", "more7=a"]),
    template(&["template", "r", "large", "--set", "fail=true"]),
    template(&["template", "r", "large", "--set", "fail=true,host=1"]),
    template(&[
        "template",
        "r",
        "large",
        "--set",
        "fail=true,host=1",
        "--skip-schema-validation",
    ]),
    template(&["template", "r", "broken"]),
    template(&["template", "r", "empty"]),
    template(&["template", "r", "list"]),
    template(&["lint", "web", "--set", "host=null"]),
    template(&["lint", "web", "-f", "small.yaml"]),
];

#[test]
fn values_are_checked() {
    as_helm("schema.txt", CASES, prepare);
}

/// Answers each path, for as long as the program runs.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address");
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut lines = BufReader::new(&stream).lines().map_while(Result::ok);
            let first = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = first.split(' ').nth(1).unwrap_or_default();
            let (head, body) = match path {
                "/string.json" => ("200 OK", "{\"type\": \"string\"}"),
                "/relative.json" => ("200 OK", "{\"$ref\": \"string.json\"}"),
                "/broken.json" => ("200 OK", "{\"type\": "),
                "/empty.json" => ("200 OK", ""),
                "/moved" => ("302 Found\r\nLocation: /string.json", ""),
                "/loop" => ("302 Found\r\nLocation: /loop", ""),
                "/teapot" => ("418 Short and stout", ""),
                "/large" => ("413 Too much", ""),
                "/none" => ("204 No Content", ""),
                _ => ("404 Not Found", ""),
            };
            let length = body.len();
            let _ = (&stream).write_all(
                format!(
                    "HTTP/1.1 {head}\r\nConnection: close\r\nContent-Length: {length}\r\n\r\n{body}"
                )
                .as_bytes(),
            );
        }
    });
    format!("http://{address}")
}

const SERVED: [&str; 11] = [
    "string.json",
    "relative.json",
    "broken.json",
    "empty.json",
    "moved",
    "loop",
    "teapot",
    "large",
    "none",
    "missing",
    "string.json#/nope",
];

#[test]
fn schemas_on_servers_are_followed() {
    let server = server();
    let cases: Vec<Case> = (0..=SERVED.len())
        .map(|number| {
            let chart: &'static str = Box::leak(format!("c{number}").into_boxed_str());
            template(Box::leak(Box::new(["template", "r", chart])))
        })
        .collect();
    let closed = "http://127.0.0.1:1/x".to_owned();
    let urls = SERVED.iter().map(|path| format!("{server}/{path}"));
    let urls: Vec<String> = urls.chain([closed]).collect();
    let prepare = |home: &Home| {
        for (number, url) in urls.iter().enumerate() {
            home.write(&format!("c{number}/Chart.yaml"), CHART);
            home.write(&format!("c{number}/values.yaml"), "a: 1\n");
            home.write(
                &format!("c{number}/values.schema.json"),
                format!("{{\"properties\": {{\"a\": {{\"$ref\": \"{url}\"}}}}}}"),
            );
        }
    };
    as_helm_apart_from("schema_served.txt", &cases, prepare, |text| {
        text.replace(&server, "http://SERVER")
    });
}

#[test]
fn what_a_schema_refuses_is_explained() {
    let home = Home::new();
    prepare(&home);
    let cases: &[&[&str]] = &[
        &["--set", "host=null"],
        &["--set", "hots=a"],
        &["-f", "tag.yaml"],
        &["--set", "ports={1,70000}"],
        &["-f", "small.yaml"],
        &["--set", "db.name=long"],
    ];
    let mut answers: Vec<_> = cases
        .iter()
        .map(|more| {
            pintle(
                &home,
                &[&["template", "r", "web", "--explain"], *more].concat(),
            )
        })
        .collect();
    // The value that was given, not the one that the template has put in its place meanwhile.
    let words = ["template", "r", "large", "--explain", "--set", "host=1"];
    let meanwhile = pintle(&home, &words);
    assert!(meanwhile.stderr.contains("is 1, set by"), "{meanwhile}");
    answers.push(meanwhile);
    snapshot::check(snapshot_path("explained_schema.txt"), &answers);
}
