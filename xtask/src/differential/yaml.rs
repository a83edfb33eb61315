//! The area `yaml`: documents read by template functions, values written by them, and the
//! files of a chart that Helm reads itself.

use std::fmt::Write as _;

use super::Area;
use super::case::Case;
use super::document_words::{LINES, SCALARS};
use super::documents;
use super::rng::Rng;
use super::yaml_files::{manifests, metadata, values_files};

/// YAML in and out, JSON and TOML beside it.
#[derive(Debug)]
pub struct Yaml;

impl Area for Yaml {
    fn name(&self) -> &'static str {
        "yaml"
    }

    fn case(&self, rng: &mut Rng) -> Case {
        match rng.below(20) {
            0 => values_files(rng),
            1 => manifests(rng),
            2 if rng.one_in(2) => metadata(rng),
            2..=6 => Case::template(written(rng), ""),
            7 => Case::template(json_read(rng), ""),
            8 => Case::template(toml_read(rng), ""),
            _ => Case::template(read(rng), ""),
        }
    }
}

/// A document read as a map and as a list; errors are values, too.
fn read(rng: &mut Rng) -> String {
    let document = quoted(&documents::document(rng));
    let view = match rng.below(8) {
        0 => "{{ fromYamlArray $d | toJson }}",
        1 => "{{ fromYaml $d | toYaml }}",
        2 => "{{ fromYaml $d | toYamlPretty }}",
        3 => "{{ printf \"%v\" (fromYaml $d) }}",
        _ => "{{ fromYaml $d | toJson }}",
    };
    format!("{{{{ $d := {document} }}}}{view}")
}

/// A value, written.
fn written(rng: &mut Rng) -> String {
    let function = rng.word(&[
        "toYaml",
        "toYaml",
        "toYaml",
        "toYamlPretty",
        "toYamlPretty",
        "toJson",
        "toPrettyJson",
        "toRawJson",
        "toToml",
        "toYaml | fromYaml | toJson",
        "toYamlPretty | fromYamlArray | toJson",
        "mustToYaml",
        "mustToJson",
        "mustToToml",
    ]);
    let value = value(rng, 3);
    format!("{{{{ {value} | {function} }}}}")
}

/// An expression of a template.
fn value(rng: &mut Rng, depth: usize) -> String {
    let nested = if depth == 0 { 6 } else { 10 };
    match rng.below(nested) {
        0 => rng.text(LITERALS),
        1..=5 => quoted(text(rng).as_bytes()),
        6 | 7 => {
            let mut call = String::from("(list");
            for _ in 0..rng.below(4) {
                call.push(' ');
                call += &value(rng, depth - 1);
            }
            call + ")"
        }
        _ => {
            let mut call = String::from("(dict");
            for index in 0..rng.below(4) {
                let key = match rng.below(3) {
                    0 => text(rng),
                    1 => format!("k{index}"),
                    _ => rng.text(&["a", "a1", "a10", "a2", "B", "b_c", "10", "9", "true", ""]),
                };
                let _ = write!(
                    call,
                    " {} {}",
                    quoted(key.as_bytes()),
                    value(rng, depth - 1)
                );
            }
            call + ")"
        }
    }
}

const LITERALS: &[&str] = &[
    "1",
    "-1",
    "0",
    "1.5",
    "1e20",
    "1e21",
    "1e-7",
    "true",
    "false",
    "nil",
    "1e6",
    "123456789012",
    "(int64 5)",
    "(float64 3)",
    "(float64 12345678901234567890.0)",
    "0x10",
    "'a'",
    "(divf 1 3)",
    "(mulf 1.1 1.1)",
    "(list)",
    "(dict)",
    "(b64dec \"/w==\")",
    "(b64dec \"gICA\")",
    "(1.5 | float64)",
    "(toJson 1)",
    "(until 3)",
    "(splitList \",\" \"a,b\")",
    "(duration 5)",
    "(semver \"1.2.3\").Major",
    "(fromJson \"{\\\"a\\\":1e300}\")",
    "(1e308 | mul 10)",
    "1e308",
    "5e-324",
    "(fromYaml \"a: 0x7fffffffffffffff\")",
    "(list 1 (list 2 (list)))",
    "(dict \"a\" (dict \"b\" (dict)))",
];

/// A string that may need quotes, escapes or a block style.
fn text(rng: &mut Rng) -> String {
    match rng.below(6) {
        0 | 1 => rng.text(SCALARS),
        2 => documents::number(rng),
        3 => (0..=rng.below(30)).map(|_| rng.word(WORDS)).collect(),
        4 => (0..=rng.below(3)).map(|_| rng.word(SCALARS)).collect(),
        _ => (0..=rng.below(5))
            .flat_map(|_| [rng.word(LINES), rng.word(ENDS)])
            .collect(),
    }
}

const WORDS: &[&str] = &[
    "word",
    " ",
    " ",
    "longer-word",
    "  ",
    "é",
    "a",
    ":",
    "#",
    "x y z ",
    "https://example.com/a/very/long/path?with=query&more=1",
    "\"",
    "'",
    "\\",
    ", ",
    "日本語",
    "\u{a0}",
    "😀",
    "- ",
    "\u{200b}",
    "\u{301}",
];

const ENDS: &[&str] = &[
    "\n", "\n", "\n", "", "\n\n", " \n", "\r\n", "\r", "\t\n", "\u{85}", "\u{2028}", "\n ", "\n  ",
];

fn json_read(rng: &mut Rng) -> String {
    let mut text = String::new();
    json(rng, &mut text, 3);
    if rng.one_in(3) {
        let at = rng.below(text.len() + 1);
        if text.is_char_boundary(at) {
            match rng.below(3) {
                0 => text.truncate(at),
                _ => text.insert_str(at, rng.word(JSON_ODD)),
            }
        }
    }
    let view = rng.word(&[
        "{{ fromJson $d | toJson }}",
        "{{ fromJson $d | toJson }}",
        "{{ fromJsonArray $d | toJson }}",
        "{{ fromJson $d | toYaml }}",
        "{{ fromYaml $d | toJson }}",
        "{{ printf \"%v\" (fromJson $d) }}",
    ]);
    format!("{{{{ $d := {} }}}}{view}", quoted(text.as_bytes()))
}

fn json(rng: &mut Rng, out: &mut String, depth: usize) {
    let close = if depth == 3 && !rng.one_in(5) || depth > 0 && rng.one_in(2) {
        let is_map = rng.below(3) > 0;
        *out += if is_map { "{" } else { "[" };
        for index in 0..rng.below(4) {
            if index > 0 {
                *out += rng.word(&[",", ", ", ",\n\t"]);
            }
            if is_map {
                *out += rng.word(&[
                    "\"a\":",
                    "\"b\": ",
                    "\"\":",
                    "\"\\u0061\" :",
                    "\"c d\":",
                    "\"é\":",
                ]);
            }
            json(rng, out, depth - 1);
        }
        if is_map { "}" } else { "]" }
    } else {
        rng.word(JSON_SCALARS)
    };
    *out += close;
}

const JSON_SCALARS: &[&str] = &[
    "1",
    "-0",
    "0.5",
    "1e5",
    "1E+5",
    "1e400",
    "-1.5e-7",
    "123456789012345678",
    "9007199254740993",
    "true",
    "false",
    "null",
    "\"\"",
    "\"a\"",
    "\"\\n\\t\\\"\\\\\\/\\b\\f\\r\"",
    "\"\\u00e9\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"\\ud800x\"",
    "\"<a&b>\"",
    "\"\u{2028}\"",
    "\"é\"",
    "\"\u{7f}\"",
    "01",
    "1.",
    ".5",
    "+1",
    "-",
    "1e",
    "nul",
    "NaN",
    "\"\\x\"",
    "\"\\u12\"",
    "\"a\tb\"",
    "'a'",
    "\"a",
    "0x1",
    "1 2",
    "Infinity",
    "18446744073709551616",
    "[]",
    "{}",
];

const JSON_ODD: &[&str] = &[
    ",", "}", "]", "{", "\"", ":", " x", "\u{1}", "//", "\u{feff}", "\\", "1", "null", "\n",
];

/// TOML that is read; what is wrong with one that cannot be read has words of our own.
fn toml_read(rng: &mut Rng) -> String {
    let mut text = String::new();
    for index in 0..=rng.below(4) {
        let line = rng.word(TOML);
        let _ = writeln!(text, "{}", line.replace('#', &index.to_string()));
    }
    format!(
        "{{{{ $t := fromToml {} }}}}{{{{ if hasKey $t \"Error\" }}}}wrong{{{{ else }}}}{{{{ $t | {} }}}}{{{{ end }}}}",
        quoted(text.as_bytes()),
        rng.word(&["toJson", "toYaml", "toToml", "printf \"%v\""])
    )
}

const TOML: &[&str] = &[
    "k# = 1",
    "k# = -0",
    "k# = 1_000",
    "k# = 0x1F",
    "k# = 0o17",
    "k# = 0b11",
    "k# = 1.5",
    "k# = 1e3",
    "k# = inf",
    "k# = -nan",
    "k# = true",
    "k# = \"a\\n\\u00e9\"",
    "k# = 'c:\\x'",
    "k# = \"\"\"\na\\\n  b\"\"\"",
    "k# = '''\nx\ny'''",
    "k# = [1, 2]",
    "k# = [[1], [\"a\"]]",
    "k# = [1, \"a\"]",
    "k# = {a = 1, b.c = 2}",
    "k# = {}",
    "k# = []",
    "[t#]\na = 1",
    "[t#.u]\nb = 2",
    "[[l#]]\na = 1\n[[l#]]\na = 2",
    "a#.b.c = 1",
    "\"q r#\" = 1",
    "k# = 1979-05-27T07:32:00Z",
    "k# = 1979-05-27",
    "k# = 07:32:00",
    "k# = 1979-05-27T07:32:00",
    "k# = 1979-05-27 07:32:00.5-07:00",
    "[x]\n[x.y#]\nz = 1",
    "; no",
    "k# = 9223372036854775807",
    "k# = 9223372036854775808",
    "k# = 012",
    "k# = ",
    "k# = \"\\q\"",
    "dup = 1",
    "[[l#.m]]\nx = 1",
    "k# = 1.",
    "k# = +5",
    "'' = #",
    "k# = \"\\U0001F600\"",
    "k# = [ # c\n 1,\n]",
];

/// A string constant of a template.
fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            let _ = match c {
                '"' | '\\' => write!(text, "\\{c}"),
                '\n' => write!(text, "\\n"),
                '\t' => write!(text, "\\t"),
                '\r' => write!(text, "\\r"),
                c if (c as u32) < 0x20 || c as u32 == 0x7f => write!(text, "\\x{:02x}", c as u32),
                '\u{feff}' => write!(text, "\\ufeff"),
                c => write!(text, "{c}"),
            };
        }
        for byte in chunk.invalid() {
            let _ = write!(text, "\\x{byte:02x}");
        }
    }
    text.push('"');
    text
}
