//! The area `language`: Go's templates, mostly well formed, and broken in small ways.

use super::Area;
use super::case::Case;
use super::pools::{self, FIELDS, NUMBERS, ODD_FIELDS, ODD_NUMBERS, STRINGS, VALUES};
use super::rng::Rng;

/// The language of templates.
#[derive(Debug)]
pub struct Language;

impl Area for Language {
    fn name(&self) -> &'static str {
        "language"
    }

    fn case(&self, rng: &mut Rng) -> Case {
        let mut writer = Writer {
            rng,
            text: String::new(),
            loops: 0,
        };
        if !writer.rng.one_in(4) {
            writer.text.push_str(VARIABLES);
        }
        writer.list(3);
        let mut text = writer.text;
        if rng.one_in(6) {
            text = broken(rng, &text);
        }
        Case::template(text, VALUES)
    }
}

/// What the variables in the pools are.
pub const VARIABLES: &str = "{{ $s := \"str\" }}{{ $i := 3 }}{{ $f := 2.5 }}{{ $l := list 1 \"a\" nil }}{{ $m := dict \"a\" 1 \"k\" (dict \"x\" \"y\") -}}\n";

/// Functions and about how many arguments they want.
const CALLS: &[(&str, usize)] = &[
    ("print", 2),
    ("println", 2),
    ("len", 1),
    ("index", 2),
    ("index", 3),
    ("slice", 3),
    ("slice", 2),
    ("not", 1),
    ("and", 2),
    ("or", 2),
    ("and", 3),
    ("or", 3),
    ("eq", 2),
    ("eq", 3),
    ("ne", 2),
    ("lt", 2),
    ("le", 2),
    ("gt", 2),
    ("ge", 2),
    ("html", 1),
    ("js", 1),
    ("urlquery", 1),
    ("html", 2),
    ("call", 1),
    ("call", 2),
    ("default", 2),
    ("upper", 1),
    ("trunc", 2),
    ("int", 1),
    ("toString", 1),
    ("list", 3),
    ("dict", 2),
    ("typeOf", 1),
    ("kindOf", 1),
    ("add", 2),
    ("ternary", 3),
    ("quote", 1),
    ("empty", 1),
    ("first", 1),
    ("join", 2),
    ("has", 2),
    ("hasKey", 2),
    ("include", 2),
    ("tpl", 2),
    ("required", 2),
    ("get", 2),
    ("toJson", 1),
    ("until", 1),
    ("substr", 3),
    ("lookup", 4),
];

/// A template being written.
struct Writer<'a> {
    rng: &'a mut Rng,
    text: String,
    loops: usize,
}

impl Writer<'_> {
    /// Several nodes.
    fn list(&mut self, depth: usize) {
        for _ in 0..=self.rng.below(3) {
            self.node(depth);
        }
    }

    fn node(&mut self, depth: usize) {
        match self.rng.below(if depth == 0 { 9 } else { 16 }) {
            0..=1 => self.plain(),
            2..=5 => {
                let pipeline = self.pipeline(2);
                self.action(&pipeline);
            }
            6 => self.assignment(),
            7 => self.small(),
            8 => self.printf(),
            9..=10 => self.block("if", depth),
            11 => self.block("with", depth),
            12..=13 => self.range(depth),
            14 => self.define(depth),
            _ => self.short_circuit(),
        }
    }

    fn plain(&mut self) {
        let text = self.rng.text(&[
            "x", " ", "\n", "a b\n", "  y: ", "\n\n", "{", "}", "}}", "é", "- ", "{ {", "\t\n",
            "$", "\"", "\r\n",
        ]);
        self.text.push_str(&text);
    }

    /// An action with its delimiters, which trim now and then.
    fn action(&mut self, inside: &str) {
        let open = self
            .rng
            .text(&["{{ ", "{{ ", "{{", "{{- ", "{{-\n", "{{\n"]);
        let close = self
            .rng
            .text(&[" }}", " }}", "}}", " -}}", "\n-}}", "\t}}"]);
        self.text.push_str(&format!("{open}{inside}{close}"));
    }

    fn assignment(&mut self) {
        let name = self.rng.text(&["$s", "$i", "$x", "$y", "$l"]);
        let sign = self.rng.text(&[" := ", " = ", ":=", "=", " =  "]);
        let value = self.pipeline(1);
        self.action(&format!("{name}{sign}{value}"));
        if self.rng.one_in(2) {
            self.action(&name);
        }
    }

    /// Comments, loop control, calls of templates.
    fn small(&mut self) {
        let inside = match self.rng.below(if self.loops > 0 { 10 } else { 7 }) {
            0 => self.rng.text(&["/* c */", "/*\n\n*/", "/* }} */", "/**/"]),
            1..=2 => {
                let name = self.name();
                let data = self.operand(1);
                format!("template {name} {data}")
            }
            3 => format!("template {}", self.name()),
            4 => self.rng.text(&[
                "$", ".", "nil", "$x", "break", "continue", "end", "else", "block",
            ]),
            5 => self.rng.text(ODD_NUMBERS),
            6 => format!("include {} {}", self.name(), self.operand(1)),
            7 => "break".to_owned(),
            8 => "continue".to_owned(),
            _ => {
                let head = self.pipeline(1);
                self.action(&format!("if {head}"));
                let word = self.rng.text(&["break", "continue"]);
                self.action(&word);
                "end".to_owned()
            }
        };
        self.action(&inside);
    }

    fn name(&mut self) -> String {
        self.rng.text(&[
            "\"t1\"",
            "\"t2\"",
            "\"t3\"",
            "`t1`",
            "\"nope\"",
            "\"c/templates/run.yml\"",
        ])
    }

    /// `if` and `with`, with their `else`.
    fn block(&mut self, word: &str, depth: usize) {
        let head = self.head();
        self.action(&format!("{word} {head}"));
        self.list(depth - 1);
        if self.rng.one_in(3) {
            let word = if self.rng.one_in(6) {
                self.rng.text(&["if", "with"])
            } else {
                word.to_owned()
            };
            let head = self.head();
            self.action(&format!("else {word} {head}"));
            self.list(depth - 1);
        }
        if self.rng.one_in(2) {
            self.action("else");
            self.list(depth - 1);
        }
        self.action("end");
    }

    fn head(&mut self) -> String {
        let pipeline = self.pipeline(2);
        match self.rng.below(5) {
            0 => format!("$x := {pipeline}"),
            1 => format!("$i = {pipeline}"),
            _ => pipeline,
        }
    }

    fn range(&mut self, depth: usize) {
        let over = match self.rng.below(8) {
            0 => pools::map(self.rng),
            1..=2 => pools::list(self.rng),
            3 => self.rng.text(&[
                "3",
                "0",
                "-1",
                "2.5",
                "\"héy\"",
                "nil",
                "(int64 2)",
                "'b'",
                "true",
                "$i",
                ".Values.i",
                "(int .Values.i)",
                "\"a\\xffb\"",
                ".Values.n",
                "1i",
                "(duration 3)",
            ]),
            _ => self.pipeline(1),
        };
        let variables = self.rng.text(&[
            "",
            "",
            "$x := ",
            "$k, $v := ",
            "$i, $s = ",
            "$i = ",
            "$k, $k := ",
            "$x, $y, $z := ",
            "$k , $v:=",
        ]);
        self.action(&format!("range {variables}{over}"));
        self.loops += 1;
        if self.rng.one_in(2) {
            let shown =
                self.rng
                    .text(&[".", "$x", "$k", "$v", "printf \"%T=%v;\" . .", "$i", "$s"]);
            self.action(&shown);
        }
        self.list(depth - 1);
        self.loops -= 1;
        if self.rng.one_in(3) {
            self.action("else");
            self.list(depth - 1);
        }
        self.action("end");
    }

    fn define(&mut self, depth: usize) {
        let name = self.name();
        if self.rng.one_in(2) {
            let data = self.pipeline(1);
            self.action(&format!("block {name} {data}"));
        } else {
            self.action(&format!("define {name}"));
        }
        let loops = std::mem::take(&mut self.loops);
        self.list(depth - 1);
        self.loops = loops;
        self.action("end");
    }

    /// Calls of `printf`, whose verbs are a language of their own.
    fn printf(&mut self) {
        let call = printf(self.rng);
        self.action(&call);
    }

    fn short_circuit(&mut self) {
        let function = self.rng.text(&["and", "or"]);
        let (a, b) = (self.operand(1), self.operand(1));
        let inside = match self.rng.below(3) {
            0 => format!("{function} {a} (fail \"never\")"),
            1 => format!("{function} ({a}) ({b}) | print"),
            _ => format!("{function} ($x := {a}) {b}"),
        };
        self.action(&inside);
    }

    fn pipeline(&mut self, depth: usize) -> String {
        let mut text = self.command(depth);
        while self.rng.one_in(4) {
            let (function, wants) = *self.rng.pick(CALLS);
            text.push_str(&self.rng.text(&[" | ", "|", " |"]));
            text.push_str(function);
            for _ in 1..wants {
                text.push(' ');
                text.push_str(&self.operand(depth.saturating_sub(1)));
            }
        }
        text
    }

    fn command(&mut self, depth: usize) -> String {
        if depth == 0 || self.rng.one_in(3) {
            return self.operand(depth);
        }
        let (function, wants) = *self.rng.pick(CALLS);
        let wants = if self.rng.one_in(10) {
            self.rng.below(4)
        } else {
            wants
        };
        let mut text = function.to_owned();
        for _ in 0..wants {
            text.push(' ');
            text.push_str(&self.operand(depth - 1));
        }
        text
    }

    fn operand(&mut self, depth: usize) -> String {
        match self.rng.below(20) {
            0..=3 => self.rng.text(STRINGS),
            4..=6 => self.rng.text(NUMBERS),
            7..=9 => self.rng.text(FIELDS),
            10 if self.rng.one_in(4) => self.rng.text(ODD_FIELDS),
            11 => self.rng.text(&["true", "false", "nil", ".", "$"]),
            12 => self.rng.text(&[
                "$s", "$i", "$l", "$m", "$m.k", "$m.k.x", "$s.x", "$i.y", "$m.q", "$f", "$l.x",
            ]),
            13 if depth == 0 => self.rng.text(&[
                "(print 1)",
                "(list)",
                "(list 1).x",
                "(dict \"x\" 1).x",
                "$.Values.s",
                "(1)",
                "(nil)",
                "(\"a\").b",
            ]),
            14 => pools::list(self.rng),
            15 => pools::map(self.rng),
            16 if self.rng.one_in(3) => self.rng.text(ODD_NUMBERS),
            _ if depth > 0 => {
                let inside = self.pipeline(depth - 1);
                let field = self.rng.text(&["", "", "", "", ".x", ".a.b"]);
                format!("({inside}){field}")
            }
            _ => pools::any(self.rng),
        }
    }
}

/// A call of `printf` with all its flags.
pub fn printf(rng: &mut Rng) -> String {
    let mut verbs = String::new();
    let count = 1 + rng.below(3);
    for _ in 0..count {
        // Go puts its memory where it likes, so an address has no length to make wide.
        if rng.one_in(25) {
            verbs.push_str("%p");
            continue;
        }
        verbs.push('%');
        for _ in 0..rng.below(3) {
            verbs.push_str(&rng.text(&["+", "-", "#", "0", " "]));
        }
        verbs.push_str(&rng.text(&[
            "", "", "", "5", "10", "*", "[1]", "[2]*", "020", "[x]", "[9]",
        ]));
        verbs.push_str(&rng.text(&["", "", "", ".2", ".0", ".", ".*", ".[1]*", ".-1"]));
        verbs.push_str(&rng.text(&[
            "v", "v", "v", "s", "d", "q", "T", "x", "X", "e", "g", "f", "G", "E", "F", "b", "o",
            "O", "c", "U", "t", "w", "%", "z", "!", "é", "",
        ]));
        verbs.push_str(&rng.text(&["", " ", "|", "é"]));
    }
    let mut text = format!("printf \"{verbs}\"");
    for _ in 0..(count + rng.below(3)).saturating_sub(rng.below(2)) {
        // What a wrong verb shows of a time is where in memory its zone is, and of the data
        // where the capabilities are.
        let argument = pools::any(rng);
        let argument = match argument.as_str() {
            time if time.contains("toDate") => "nil",
            "." | "$" => ".Values",
            other => other,
        };
        text.push(' ');
        text.push_str(argument);
    }
    text
}

/// A text with one small mistake.
fn broken(rng: &mut Rng, text: &str) -> String {
    let mut characters: Vec<char> = text.chars().collect();
    let at = rng.below(characters.len() + 1);
    match rng.below(3) {
        0 => {
            let end = (at + 1 + rng.below(4)).min(characters.len());
            characters.drain(at.min(end)..end);
        }
        1 => {
            let more = rng.text(&[
                "{{",
                "}}",
                "(",
                ")",
                "|",
                ".",
                "$",
                "\"",
                "`",
                "'",
                ":=",
                "=",
                ",",
                "{{ end }}",
                "{{ else }}",
                "\\",
                "/*",
                "*/",
                " ",
                "\n",
                "-}}",
                "{{-",
                "@",
                "#",
                "é",
                "\0",
                "%",
                "0",
                "..",
                "{{/*",
                "}",
                "{",
                "[",
                "nil ",
                ";",
                "\u{1F600}",
                "\u{200b}",
                "!",
                "&",
                "1",
                "_",
                "{{ else if }}",
                "{{ define }}",
                "{{ break }}",
            ]);
            characters.splice(at..at, more.chars());
        }
        _ => characters.truncate(at),
    }
    characters.into_iter().collect()
}
