//! No input makes a function panic, hang or take all memory.

#![expect(clippy::unwrap_used, reason = "tests of fixed inputs")]

use std::sync::Arc;

use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::{Map, Value};
use pintle_sprig::Env;

fn execute(template: &str) -> Result<Vec<u8>, String> {
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&Env::system()));
    let mut set = Set::new(Arc::new(functions));
    set.add("t", template).unwrap();
    set.execute("t", &Map::new().into(), &Limits::default())
        .map_err(|error| error.text)
}

#[test]
fn what_would_take_all_memory_is_refused() {
    for call in [
        r#"repeat 4611686018427387903 "ab""#,
        r#"indent 9223372036854775807 "a""#,
        r#"nindent 1000000000 "a\nb""#,
        "until 9223372036854775807",
        "until -9223372036854775808",
        "untilStep 0 9223372036854775807 1",
        "seq 0 9223372036854775806",
        "randAlphaNum 9223372036854775807",
        "randAscii 1000000000",
        "randBytes 9223372036854775807",
        r#"replace "" (repeat 100000 "a") (repeat 100000 "b")"#,
        r#"regexReplaceAll "" (repeat 10000 "a") (repeat 100000 "b")"#,
        r#"join (repeat 100000 "a") (until 100000)"#,
        r#"wrapWith 1 (repeat 100000 "a") (repeat 100000 "b")"#,
    ] {
        let error = execute(&format!("{{{{ $x := {call} }}}}")).unwrap_err();
        assert!(error.contains("hint:"), "{call}: {error}");
    }
}

/// Sets `$d.x` to a list of two lists of two lists, and so on, of a text; all of them are
/// forty in memory.
fn doubled(name: &str, text: &str) -> String {
    let template = r#"{{ $d := dict "x" (TEXT) }}{{ range until 40 }}{{ $_ := set $d "x" (list $d.x $d.x) }}{{ end }}"#;
    template.replace("TEXT", text).replace("$d", name)
}

#[test]
fn what_contains_one_value_many_times_is_not_written_out() {
    // A long text, so that it is soon too long in all.
    let long = doubled("$d", r#"repeat 4000000 "y""#);
    let calls = "toJson $d,print $d,$d,quote $d";
    for call in calls.split(',') {
        let error = execute(&format!("{long}{{{{ {call} }}}}")).unwrap_err();
        let text = "would take more than 67108864 bytes";
        assert!(
            error.contains(text) && error.contains("hint:"),
            "{call}: {error}"
        );
    }
}

#[test]
fn what_contains_one_value_many_times_is_compared() {
    let (one, other) = (doubled("$d", "1"), doubled("$e", "1"));
    let equal = execute(&format!("{one}{other}{{{{ deepEqual $d $e }}}}"));
    assert_eq!(equal.unwrap(), b"true");
}

#[test]
fn toml_is_limited_in_depth() {
    let read = |document: &str, count: usize| {
        let document = document.replace('#', &format!("(repeat {count} "));
        let template = format!("{{{{ get (fromToml ({document})) \"Error\" }}}}");
        String::from_utf8(execute(&template).unwrap()).unwrap()
    };
    for document in [
        r#"printf "a = %s1" #"[")"#,
        r#"printf "a = %sb = 1" #"{a=")"#,
        r#"printf "a%s = 1" #".a")"#,
        r#"printf "[a%s]" #".a")"#,
        r#"printf "a = {b%s = 1}" #".a")"#,
    ] {
        let error = read(document, 100_000);
        assert!(
            error.contains("nest more than 500 deep"),
            "{document}: {error}"
        );
        let error = read(document, 200);
        assert!(!error.contains("deep"), "{document}: {error}");
    }
}

#[test]
fn maps_that_contain_themselves_do_no_harm() {
    for call in [
        "deepCopy $d",
        "merge (dict) $d | deepCopy",
        "mustToToml $d",
        "merge $d (deepCopy $d)",
    ] {
        let template = format!(
            r#"{{{{ $d := dict }}}}{{{{ $_ := set $d "self" $d }}}}{{{{ $x := {call} }}}}"#
        );
        let result = execute(&template);
        assert!(result.is_err(), "{call}");
    }
}

#[test]
fn deeply_nested_expressions_are_refused() {
    let deep = format!("{}a{}", "(".repeat(90), ")*".repeat(90));
    assert_eq!(
        execute(&format!("{{{{ mustRegexMatch `{deep}` `a` }}}}")).unwrap(),
        b"true"
    );
    let deeper = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
    let error = execute(&format!("{{{{ mustRegexMatch `{deeper}` `a` }}}}")).unwrap_err();
    assert!(error.contains("expression nests too deeply"));
}

/// Calls every function with every combination of up to three odd values.
#[test]
fn no_function_panics() {
    let odd = [
        Value::Nil,
        Value::Int(i64::MIN),
        Value::Int(7),
        Value::Float(f64::NAN),
        Value::Float(-1e300),
        Value::Bool(true),
        Value::from(""),
        Value::from("a\u{301}é,b=%zz[("),
        Value::Str(b"\xFF-\xF0\x9F".as_slice().into()),
        Value::Bytes([0, 255].as_slice().into()),
        Value::from(vec![Value::Nil, Value::Int(1)]),
        Map::from_iter([("a", Value::Nil)]).into(),
    ];
    for function in pintle_sprig::functions(&Env::system()) {
        // Keys and hashes take their time; their arguments are tested elsewhere.
        if matches!(
            function.name.as_ref(),
            "genPrivateKey" | "bcrypt" | "htpasswd" | "derivePassword"
        ) || function.name.starts_with("gen")
        {
            continue;
        }
        let body = &function.body;
        for first in &odd {
            let _ = body(&mut NoRuntime, std::slice::from_ref(first));
            for second in &odd {
                let _ = body(&mut NoRuntime, &[first.clone(), second.clone()]);
                for third in &odd {
                    let _ = body(
                        &mut NoRuntime,
                        &[first.clone(), second.clone(), third.clone()],
                    );
                }
            }
        }
        let _ = body(&mut NoRuntime, &[]);
    }
}

struct NoRuntime;

impl pintle_go_template::Runtime for NoRuntime {
    fn execute(
        &mut self,
        name: &str,
        _: Value,
    ) -> Result<pintle_go_value::Str, pintle_go_template::Error> {
        unreachable!("no function of this crate executes the template {name}")
    }

    fn execute_text(
        &mut self,
        name: &str,
        _: &str,
        _: Value,
    ) -> Result<pintle_go_value::Str, pintle_go_template::Error> {
        unreachable!("no function of this crate executes the template {name}")
    }
}
