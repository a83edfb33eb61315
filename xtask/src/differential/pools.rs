//! What the areas of templates draw their operands from.

use super::rng::Rng;

/// `values.yaml` of these cases.
pub const VALUES: &str = r#"s: text
e: ""
u: "héllo wörld"
i: 5
z: 0
neg: -3
big: 12345678901
f: 1.5
b: true
fb: false
n: null
l: [a, 1, true, null, 2.5]
ls: [b, c, a, a]
ln: [3, 1, 2]
ll: [[1, 2], [3], []]
lm: [{k: 1, name: x}, {k: 2, name: y, z: {q: 1}}]
el: []
em: {}
m: {a: 1, b: {c: x, d: {e: deep}}, "k-1": v, n: null}
yaml: "a: 1\nb: [x, y]\n"
tpl: "{{ .Values.s }}!"
"#;

/// String constants as a template has them.
pub const STRINGS: &[&str] = &[
    r#""""#,
    r#"" ""#,
    r#""a""#,
    r#""abc""#,
    r#""Hello World""#,
    r#""héllo wörld""#,
    r#""日本語テキスト""#,
    r#""a,b,,c""#,
    r#""foo_bar-baz Qux""#,
    r#""fooBarHTTPServer""#,
    r#""\xff\xfe""#,
    r#""a\nb\n\nc""#,
    r#""\t tab\t""#,
    r#""<a href='x'>&\"q\"</a>""#,
    r#""%d %s %%""#,
    r#""1.5""#,
    r#""0x10""#,
    r#""-3""#,
    r#""+7""#,
    r#""08""#,
    r#""1e3""#,
    r#""true""#,
    r#""null""#,
    r#""12345678901234567890""#,
    r#""1_000""#,
    r#""ß ǆ İ ı""#,
    r#""\u00a0x\u2003""#,
    r#""a\x00b""#,
    r#""${1}-$0""#,
    r#""b""#,
    r#""k""#,
    r#""c""#,
    "`raw \\n \"x\"`",
    "`a\nb`",
    r#""  lead and trail  ""#,
    r#""😀 emoji""#,
    r#""\U0001F600\u200d""#,
    r#""NaN""#,
    r#""Inf""#,
    r#""0b11""#,
    r#""0o17""#,
    r#""'""#,
    r#""{{ 1 }}""#,
    r#""a.b.c""#,
    r#""/a/../b//c.txt""#,
];

/// Numbers and character constants as a template has them.
pub const NUMBERS: &[&str] = &[
    "0",
    "1",
    "2",
    "3",
    "5",
    "7",
    "10",
    "-1",
    "-3",
    "+2",
    "100",
    "0x1F",
    "0b101",
    "0o17",
    "017",
    "1_000",
    "1e3",
    "1.5",
    "-2.5",
    ".5",
    "5.",
    "0x1p4",
    "0X1P-2",
    "1e6",
    "1e21",
    "123456789.0",
    "0.1",
    "9223372036854775807",
    "-9223372036854775808",
    "2147483648",
    "1i",
    "2.5i",
    "1e-7",
    "'a'",
    "'\\n'",
    "'\\''",
    "'日'",
    "'\\x41'",
    "'\\u00e9'",
    "1e20",
    "64",
    "-0.0",
    "-0",
    "1+2i",
    "0x_1f",
    "3.0",
];

/// Numbers that the language refuses, or only some functions.
pub const ODD_NUMBERS: &[&str] = &[
    "08",
    "0x",
    "1e",
    "1__0",
    "18446744073709551615",
    "9223372036854775808",
    "1e400",
    "12x",
    "''",
    "'ab'",
    "0b2",
    "1_",
    "0x1.8",
    "--1",
    "1.2.3",
    "1e+",
    "i",
    "'\\q'",
    "0_8",
    "+",
    "-",
    "-'a'",
    "1i2",
];

/// Fields and the like, of the scope that `.` is at the start.
pub const FIELDS: &[&str] = &[
    ".Values.s",
    ".Values.e",
    ".Values.u",
    ".Values.i",
    ".Values.z",
    ".Values.neg",
    ".Values.big",
    ".Values.f",
    ".Values.b",
    ".Values.fb",
    ".Values.n",
    ".Values.l",
    ".Values.ls",
    ".Values.ln",
    ".Values.ll",
    ".Values.lm",
    ".Values.el",
    ".Values.em",
    ".Values.m",
    ".Values.m.a",
    ".Values.m.b",
    ".Values.m.b.c",
    ".Values.m.b.d.e",
    ".Values.missing",
    ".Values.m.missing",
    ".Values.m.n",
    ".Chart.Name",
    ".Chart.Version",
    ".Release.Name",
    ".Release.Revision",
    ".Release.IsInstall",
    ".Capabilities.KubeVersion.Version",
    ".Capabilities.KubeVersion",
    ".Template.Name",
    ".Template",
    ".Chart.Missing",
    ".Missing",
    ".Values.yaml",
    ".Values.tpl",
    ".Release",
];

/// Fields that end in errors more often than not.
pub const ODD_FIELDS: &[&str] = &[
    ".Values.missing.x",
    ".Values.s.x",
    ".Values.l.x",
    ".Values.i.x",
    ".Values.n.x",
    ".Values.m.n.x.y",
    ".Chart.Name.x",
    ".Values.b.x.y",
    ".Capabilities.Missing",
    ".Release.Missing",
    ".Chart.missing",
    ".Capabilities.KubeVersion.Missing",
    ".Missing.x",
    ".Values.lm.k",
    ".Files.x",
    ".Capabilities.APIVersions.x",
    ".Values.f.x",
];

/// A string constant, or something that holds a string.
pub fn string(rng: &mut Rng) -> String {
    match rng.below(10) {
        0 => rng.text(&[
            ".Values.s",
            ".Values.e",
            ".Values.u",
            ".Chart.Name",
            "$.Release.Name",
            "$s",
        ]),
        _ => rng.text(STRINGS),
    }
}

/// A number of any kind.
pub fn number(rng: &mut Rng) -> String {
    match rng.below(12) {
        0 => rng.text(&[
            ".Values.i",
            ".Values.f",
            ".Values.neg",
            ".Values.big",
            ".Values.z",
        ]),
        1 => rng.text(&[
            "(int .Values.i)",
            "(int64 3)",
            "(float64 2)",
            "(float64 \"1.5\")",
            "$i",
            "(len \"abc\")",
        ]),
        _ => rng.text(NUMBERS),
    }
}

/// A list of any kind.
pub fn list(rng: &mut Rng) -> String {
    rng.text(&[
        ".Values.l",
        ".Values.ls",
        ".Values.ln",
        ".Values.ll",
        ".Values.lm",
        ".Values.el",
        "$l",
        "(list)",
        "(list 1 2 3)",
        "(list \"b\" \"a\" \"c\")",
        "(list 1 \"a\" nil true 2.5)",
        "(until 5)",
        "(splitList \",\" \"x,y,z\")",
        "(list nil)",
        "(list (list 1 2) (list 3))",
        "(list (dict \"a\" 1) (dict \"a\" 2 \"b\" 3))",
        "(tuple 1 2)",
        "(list \"a\" \"a\" \"b\")",
        "(list 1 1.0 \"1\")",
        "(list \"\" 0 false nil)",
        "(regexFindAll \"[a-z]\" \"a1b2\" -1)",
        "(seq 3 | splitList \" \")",
        "(sortAlpha (list 3 1 2))",
        "(untilStep 0 10 3)",
        "(list 'a' 1i)",
    ])
}

/// A map of any kind.
pub fn map(rng: &mut Rng) -> String {
    rng.text(&[
        ".Values.m",
        ".Values.em",
        "$m",
        "(dict)",
        "(dict \"a\" 1)",
        "(dict \"a\" 1 \"b\" (dict \"c\" \"x\"))",
        "(dict \"k\" nil)",
        "(dict \"a\" (list 1 2) \"b\" true)",
        ".Values.m.b",
        "(dict 1 2)",
        "(dict \"a\" \"\" \"b\" 0)",
        "(fromYaml \"a: 1\\nb: {c: [1, x]}\")",
        "(fromJson `{\"a\": 1.0, \"z\": [null]}`)",
        "(split \",\" \"a,b\")",
        "(dict \"b\" (dict \"d\" 1) \"a\" nil)",
        "(deepCopy .Values.m)",
        "(fromYaml \"[\")",
        ".Values",
    ])
}

/// Anything at all.
pub fn any(rng: &mut Rng) -> String {
    match rng.below(12) {
        0..=2 => string(rng),
        3..=4 => number(rng),
        5 => list(rng),
        6 => map(rng),
        7 => rng.text(FIELDS),
        8 => rng.text(&["true", "false", "nil", ".", "$", "$.Values", ".Values"]),
        9 => rng.text(&[
            "(duration 90)",
            "(mustToDuration \"90m\")",
            "(toDate \"2006-01-02\" \"2024-02-29\")",
            "(semver \"1.2.3-a+b\")",
            "(untilStep 0 3 1)",
            "(b64dec \"/w==\")",
            "(int64 7)",
            "(float64 7)",
        ]),
        10 => rng.text(&["$s", "$i", "$l", "$m", "$f"]),
        _ if rng.one_in(5) => rng.text(ODD_FIELDS),
        _ => string(rng),
    }
}
