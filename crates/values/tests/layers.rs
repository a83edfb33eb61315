//! Order of the flags, values on upgrade, and where values come from.

use pintle_chart::{Chart, File, load_files};
use pintle_go_value::{Map, Value, json};
use pintle_values::options::{SetFile, UserValues, ValuesFile, set_file_contents};
use pintle_values::origin::{Layer, Origins};
use pintle_values::reuse::{Previous, Reuse, reuse};
use pintle_values::{coalesce, dependencies};

fn shown(map: &Map) -> String {
    let bytes = json::encode(&map.clone().into(), json::Options::default()).expect("plain values");
    String::from_utf8(bytes).expect("JSON is text")
}

fn read(text: &str) -> Map {
    let value = json::decode(text.as_bytes()).expect("JSON");
    value.as_map().cloned().expect("an object")
}

fn file(name: &str, text: &str) -> ValuesFile {
    ValuesFile {
        name: name.to_owned(),
        text: text.into(),
    }
}

fn strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&t| t.to_owned()).collect()
}

fn chart(values: &str) -> Chart {
    let files = vec![
        File::new(
            "Chart.yaml",
            "apiVersion: v2\nname: web\nversion: 1.0.0\ndependencies: [{name: db, version: '*'}]\n",
        ),
        File::new("values.yaml", values),
        File::new(
            "charts/db/Chart.yaml",
            "apiVersion: v2\nname: db\nversion: 1.0.0\n",
        ),
        File::new(
            "charts/db/values.yaml",
            "image: {tag: '1'}\nport: 5432\nglobal: {zone: c}\n",
        ),
    ];
    load_files(files).expect("a chart").0
}

/// `helm template` with the flags in any order.
#[test]
fn later_kinds_of_flags_win() {
    let user = UserValues {
        files: vec![
            file("one.yaml", "a: 1\nm: {x: 1, w: null}\n"),
            file("two.yaml", "m: {x: 2}\n---\nl: [1]\n"),
        ],
        set_json: strings(&["b={\"c\":1}", "{\"m\":{\"z\":3}}"]),
        set: strings(&["a=set,b.d=5"]),
        set_string: strings(&["s=5"]),
        set_file: vec![SetFile {
            text: "f=path,e=".to_owned(),
            contents: vec![b"text\n".to_vec()],
        }],
        set_literal: strings(&["a=l,i{t"]),
    };
    assert_eq!(
        shown(&user.merge().unwrap()),
        r#"{"a":"l,i{t","b":{"c":1,"d":5},"e":"","f":"text\n","l":[1],"m":{"w":null,"x":2,"z":3},"s":"5"}"#
    );
    let read = &mut |path: &str| Ok(path.as_bytes().to_vec());
    assert_eq!(
        set_file_contents("f=path,e=,g={x,y}", &user.merge().unwrap(), read).unwrap(),
        [&b"path"[..], b"", b"x", b"y"]
    );
}

/// The first lines of `helm template rel CHART FLAG…`.
#[test]
fn flags_that_are_wrong() {
    let refused = |user: UserValues| user.merge().expect_err("refused").text().to_owned();
    let set = UserValues {
        set: strings(&["a"]),
        ..UserValues::default()
    };
    assert_eq!(
        refused(set),
        "failed parsing --set data: key \"a\" has no value"
    );
    let json = |text: &str| UserValues {
        set_json: strings(&[text]),
        ..UserValues::default()
    };
    assert_eq!(
        refused(json("a=bad")),
        "failed parsing --set-json data a=bad"
    );
    assert_eq!(
        refused(json("{\"a\":1")),
        "failed parsing --set-json data JSON: {\"a\":1"
    );
    assert!(json("[1]").merge().unwrap().is_empty());
    let list = UserValues {
        files: vec![file("v.yaml", "- a\n")],
        ..UserValues::default()
    };
    assert_eq!(
        refused(list),
        "failed to parse v.yaml: cannot unmarshal yaml document: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}"
    );
}

#[test]
fn missing_dependencies_are_named() {
    let mut chart = chart("{}");
    dependencies::check(&chart).unwrap();
    chart.dependencies.clear();
    let error = dependencies::check(&chart).unwrap_err();
    assert!(
        error
            .text()
            .ends_with("found in Chart.yaml, but missing in charts/ directory: db"),
        "{error}"
    );
}

/// `import-values` that puts a table into itself: Helm 4.3.1 dies of it (stack overflow).
#[test]
fn a_table_in_itself_is_an_error() {
    let files = vec![
        File::new(
            "Chart.yaml",
            "apiVersion: v2\nname: p\nversion: 1.0.0\ndependencies:\n- name: s\n  version: '*'\n  import-values: [{child: a, parent: k}, {child: a.b, parent: k.b.c}, {child: a, parent: k.b.c.d}]\n",
        ),
        File::new(
            "charts/s/Chart.yaml",
            "apiVersion: v2\nname: s\nversion: 1.0.0\n",
        ),
        File::new("charts/s/values.yaml", "a: {b: {x: 1}}\n"),
    ];
    let (mut chart, _) = load_files(files).unwrap();
    let error = dependencies::process(&mut chart, &Map::new()).unwrap_err();
    assert!(
        error.text().starts_with("values are nested too deeply"),
        "{error}"
    );
}

#[test]
fn values_nested_without_end_are_an_error() {
    let mut deep = Value::Bool(true);
    for _ in 0..1500 {
        deep = Value::Map([("k", deep)].into_iter().collect());
    }
    let given = deep.as_map().unwrap().clone();
    let chart = Chart {
        values: given.clone(),
        ..Chart::default()
    };
    assert!(coalesce::coalesce_values(&chart, &given).is_err());
}

/// `helm upgrade` with the flags, each after `install --set a=1,b=1` of a chart with `a: 0`.
#[test]
fn values_on_upgrade() {
    let previous = Previous {
        chart_name: "web".to_owned(),
        chart_values: read(r#"{"a":0,"old":1}"#),
        config: read(r#"{"a":1,"b":1}"#),
    };
    let with = |given: &str, how: Reuse| {
        let mut chart = chart("a: 2\nnew: 2\n");
        let (config, _) = reuse(&mut chart, &previous, &read(given), how).expect("values");
        let (values, _) = coalesce::coalesce_values(&chart, &config).expect("values");
        let _ = values.remove("db");
        (shown(&config), shown(&values))
    };
    let pair = |config: &str, values: &str| (config.to_owned(), values.to_owned());
    assert_eq!(
        with("{}", Reuse::Auto),
        pair(r#"{"a":1,"b":1}"#, r#"{"a":1,"b":1,"new":2}"#)
    );
    assert_eq!(
        with(r#"{"c":3}"#, Reuse::Auto),
        pair(r#"{"c":3}"#, r#"{"a":2,"c":3,"new":2}"#)
    );
    assert_eq!(
        with(r#"{"c":3}"#, Reuse::Reuse),
        pair(r#"{"a":1,"b":1,"c":3}"#, r#"{"a":1,"b":1,"c":3,"old":1}"#)
    );
    assert_eq!(
        with(r#"{"a":null}"#, Reuse::Reuse),
        pair(r#"{"b":1}"#, r#"{"a":1,"b":1,"old":1}"#)
    );
    assert_eq!(
        with(r#"{"c":3}"#, Reuse::ResetThenReuse),
        pair(r#"{"a":1,"b":1,"c":3}"#, r#"{"a":1,"b":1,"c":3,"new":2}"#)
    );
    assert_eq!(
        with(r#"{"c":3}"#, Reuse::Reset),
        pair(r#"{"c":3}"#, r#"{"a":2,"c":3,"new":2}"#)
    );
}

#[test]
fn origins_name_layer_and_line() {
    let chart = chart("name: x\ndb:\n  image:\n    tag: '2'\nglobal:\n  zone: p\nlist: [a]\n");
    let user = UserValues {
        files: vec![
            file("one.yaml", "name: one\n"),
            file("two.yaml", "# two\nname: two\nport: 1\n---\nq:\n  r: 1\n"),
        ],
        set: strings(&["other=1", "db.port=1,hosts[1].name=h"]),
        ..UserValues::default()
    };
    let origins = Origins::new(&user, &chart);
    let place = |path: &str| {
        let origin = origins.explain(path)?;
        Some((origin.layer, origin.line, origin.is_exact))
    };
    let in_file = |name: &str, line| Some((Layer::File(name.to_owned()), Some(line), true));
    let in_chart = |name: &str, line| Some((Layer::Chart(name.to_owned()), Some(line), true));
    assert_eq!(place("name"), in_file("two.yaml", 2));
    assert_eq!(place("q.r"), in_file("two.yaml", 6));
    assert_eq!(place("db.image.tag"), in_chart("web", 4));
    assert_eq!(place("db.global.zone"), in_chart("web", 6));
    assert_eq!(place("list[0]"), in_chart("web", 7));
    assert_eq!(place("nothing"), None);
    let flag = |number, text: &str| Layer::Flag {
        flag: "--set",
        number,
        text: text.to_owned(),
    };
    let second = flag(2, "db.port=1,hosts[1].name=h");
    assert_eq!(place("db.port"), Some((second.clone(), None, true)));
    assert_eq!(place("hosts[1].name"), Some((second.clone(), None, true)));
    assert_eq!(place("hosts[5].name"), Some((second, None, false)));
}
