//! Draws YAML documents: from a grammar of indented blocks, from a soup of tokens, and
//! broken versions of both.

use super::rng::Rng;

/// A document, which need not be text.
pub fn document(rng: &mut Rng) -> Vec<u8> {
    let mut text = match rng.below(10) {
        0..=1 => soup(rng),
        2 => scalars(rng),
        _ => Writer::document(rng),
    };
    if rng.one_in(14) {
        text = text.replace('\n', "\r\n");
    }
    let mut bytes = text.into_bytes();
    while rng.one_in(3) {
        damage(rng, &mut bytes);
    }
    if rng.one_in(40) {
        bytes = other_encoding(rng, &bytes);
    }
    bytes
}

/// A document that is text.
pub fn text_document(rng: &mut Rng) -> String {
    String::from_utf8_lossy(&document(rng)).into_owned()
}

/// A map at the top level, now and then damaged: what most files have to be.
pub fn map_document(rng: &mut Rng) -> String {
    let mut writer = Writer::default();
    writer.map(rng, 0, 2);
    let mut bytes = writer.out.into_bytes();
    if rng.one_in(3) {
        damage(rng, &mut bytes);
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Leaves out, repeats, replaces or inserts a little.
fn damage(rng: &mut Rng, bytes: &mut Vec<u8>) {
    let at = rng.below(bytes.len() + 1);
    match rng.below(6) {
        0 | 1 if at < bytes.len() => drop(bytes.remove(at)),
        2 if at < bytes.len() => bytes[at] = *rng.pick(ODD_BYTES),
        3 => {
            let end = (at + rng.below(12)).min(bytes.len());
            let piece = bytes[at..end].to_vec();
            let to = rng.below(bytes.len() + 1);
            bytes.splice(to..to, piece);
        }
        4 => bytes.truncate(at.max(bytes.len() / 2)),
        _ => {
            let piece = rng.word(TOKENS).as_bytes().to_vec();
            bytes.splice(at..at, piece);
        }
    }
}

const ODD_BYTES: &[u8] = b"\t :-{}[]#&*!|>'\"%@`\n,?\\ax0\xff\x01\x7f";

/// UTF-16, or bytes that are no text at all.
fn other_encoding(rng: &mut Rng, bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes);
    let units = text.encode_utf16();
    match rng.below(5) {
        0 => b"\xff\xfe"
            .iter()
            .copied()
            .chain(units.flat_map(u16::to_le_bytes))
            .collect(),
        1 => b"\xfe\xff"
            .iter()
            .copied()
            .chain(units.flat_map(u16::to_be_bytes))
            .collect(),
        2 => [b"\xef\xbb\xbf", bytes].concat(),
        _ => {
            let mut bytes = bytes.to_vec();
            let at = rng.below(bytes.len() + 1);
            bytes.splice(at..at, rng.pick(NO_TEXT).iter().copied());
            bytes
        }
    }
}

const NO_TEXT: &[&[u8]] = &[
    b"\xff",
    b"\xc0\x80",
    b"\xed\xa0\x80",
    b"\xe2\x82",
    b"\xf4\x90\x80\x80",
    b"\x80",
    b"\xf8\x88\x80\x80\x80",
    b"\xef\xbf\xbf",
    b"\xef\xbb\xbf",
    b"\0",
];

fn soup(rng: &mut Rng) -> String {
    (0..=rng.below(12)).map(|_| rng.word(TOKENS)).collect()
}

/// Scalars alone, as items, values or keys: what type each has is what matters.
fn scalars(rng: &mut Rng) -> String {
    let style = rng.below(3);
    let mut text = String::new();
    for index in 0..=rng.below(5) {
        let scalar = match rng.below(3) {
            0 => number(rng),
            _ => rng.text(SCALARS),
        };
        if style == 0 {
            text += "- ";
        } else if style == 1 {
            text += &format!("k{index}: ");
        }
        if rng.one_in(3) {
            text += rng.word(TAGS);
        }
        text += &scalar;
        text += if style == 2 { ": v\n" } else { "\n" };
    }
    text
}

/// Something that looks like a number or a date.
pub fn number(rng: &mut Rng) -> String {
    if rng.one_in(5) {
        return timestamp(rng);
    }
    let mut text = rng.text(&["", "", "", "-", "+", "0x", "0o", "0b", "0", "-0x", "."]);
    for _ in 0..=rng.below(4) {
        text += rng.word(NUMBER_PARTS);
    }
    text
}

fn timestamp(rng: &mut Rng) -> String {
    let mut text = rng.text(&[
        "2001-12-14",
        "2001-1-2",
        "2002-13-40",
        "0000-00-00",
        "20011214",
        "2001-02-30",
    ]);
    if rng.one_in(2) {
        text += rng.word(&["T", "t", " ", "  ", "\t"]);
        text += rng.word(&[
            "21:59:43",
            "1:2:3",
            "24:00:00",
            "21:59",
            "21:59:43.10",
            "21:59:43.",
        ]);
        text += rng.word(&[
            "", "Z", "z", " Z", "+01:00", " -5", "-05", "+1:30", " +0100",
        ]);
    }
    text
}

/// Writes blocks with indentation.
#[derive(Default)]
struct Writer {
    out: String,
}

impl Writer {
    fn document(rng: &mut Rng) -> String {
        let mut writer = Self::default();
        if rng.one_in(8) {
            writer.out += rng.word(HEADS);
        }
        writer.block(rng, 0, 3);
        if rng.one_in(10) {
            writer.out += rng.word(TAILS);
        }
        writer.out
    }

    fn block(&mut self, rng: &mut Rng, indent: usize, depth: usize) {
        match rng.below(8) {
            0..=4 => self.map(rng, indent, depth),
            5..=6 => self.list(rng, indent, depth),
            _ => {
                self.indent(indent);
                self.inline(rng, indent);
            }
        }
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn map(&mut self, rng: &mut Rng, indent: usize, depth: usize) {
        for _ in 0..=rng.below(4) {
            self.between(rng, indent);
            self.indent(indent);
            self.key(rng, indent, depth);
            self.value(rng, indent, depth);
        }
    }

    fn list(&mut self, rng: &mut Rng, indent: usize, depth: usize) {
        for _ in 0..=rng.below(3) {
            self.between(rng, indent);
            self.indent(indent);
            self.out.push('-');
            if depth > 0 && rng.one_in(4) {
                // A map or list that starts on the line of its dash.
                let from = self.out.len();
                self.block(rng, indent + 2, depth - 1);
                let block = &self.out[from..];
                let spaces = block.len() - block.trim_start_matches(' ').len();
                self.out.replace_range(from..from + spaces, " ");
            } else {
                self.value(rng, indent, depth);
            }
        }
    }

    /// Now and then a comment or an empty line.
    fn between(&mut self, rng: &mut Rng, indent: usize) {
        if rng.one_in(12) {
            let indent = if rng.one_in(2) { indent } else { rng.below(6) };
            self.indent(indent);
            self.out += rng.word(&["# note\n", "\n", "#\n", "  \n", "\t\n", " #x: y\n"]);
        }
    }

    fn key(&mut self, rng: &mut Rng, indent: usize, depth: usize) {
        if rng.one_in(16) {
            self.out += rng.word(MERGES);
            self.indent(indent);
        }
        if depth > 0 && rng.one_in(25) {
            self.out.push('?');
            self.value(rng, indent, depth - 1);
            self.indent(indent);
            self.out.push(':');
            return;
        }
        if rng.one_in(14) {
            self.out += rng.word(PROPERTIES);
        }
        self.out += match rng.below(9) {
            0 => rng.word(SCALARS),
            1 => rng.word(KEYS),
            _ => rng.word(&["a", "b", "c", "d", "name", "1", "x.y"]),
        };
        self.out += if rng.one_in(30) { " :" } else { ":" };
    }

    /// What follows a key or a dash, up to the end of its last line.
    fn value(&mut self, rng: &mut Rng, indent: usize, depth: usize) {
        if depth == 0 || rng.one_in(2) {
            self.out.push(' ');
            self.inline(rng, indent);
            return;
        }
        if rng.one_in(9) {
            self.out.push(' ');
            self.out += rng.word(PROPERTIES).trim_end();
        }
        self.out += rng.word(&["\n", "\n", "\n", "\n", " \n", " # c\n", "\n\n", "\t\n"]);
        let deeper = match rng.below(12) {
            0 => indent,
            1 => indent + 1,
            2 => indent + 4,
            _ => indent + 2,
        };
        self.block(rng, deeper, depth - 1);
    }

    /// Something that starts here and ends with its line.
    fn inline(&mut self, rng: &mut Rng, indent: usize) {
        if rng.one_in(6) {
            self.out += rng.word(PROPERTIES);
        }
        match rng.below(14) {
            0..=1 => self.block_scalar(rng, indent),
            2 => self.folded(rng, indent, "\""),
            3 => self.folded(rng, indent, "'"),
            4 => self.folded(rng, indent, ""),
            5..=6 => self.flow(rng, 2),
            7 => self.out += rng.word(&["*a", "*b", "*c", "*a ", "*"]),
            8 => self.out += &number(rng),
            _ => self.out += rng.word(SCALARS),
        }
        if rng.one_in(10) {
            self.out += rng.word(&[" # c", "# c", "  ", "\t", " #", " : x", ": x", " \\"]);
        }
        self.out.push('\n');
    }

    fn block_scalar(&mut self, rng: &mut Rng, indent: usize) {
        self.out += rng.word(&["|", ">"]);
        self.out += rng.word(INDICATORS);
        let deeper = indent + rng.pick(&[2, 2, 2, 1, 4, 0]);
        for _ in 0..rng.below(6) {
            self.out.push('\n');
            if rng.one_in(4) {
                self.out += rng.word(&["", " ", "   ", "\t", "      "]);
                continue;
            }
            self.indent(deeper + rng.pick(&[0, 0, 0, 0, 1, 2]));
            self.out += rng.word(LINES);
        }
        if rng.one_in(3) {
            self.out.push('\n');
        }
    }

    /// A scalar over several lines, in quotes or plain.
    fn folded(&mut self, rng: &mut Rng, indent: usize, quote: &str) {
        self.out += quote;
        for index in 0..=rng.below(4) {
            if index > 0 {
                self.out += rng.word(BREAKS);
                self.indent(indent + rng.pick(&[2, 2, 2, 1, 0, 4]));
            }
            self.out += match (quote, rng.below(3)) {
                ("\"", 0 | 1) => rng.word(ESCAPES),
                _ => rng.word(LINES),
            };
        }
        if !rng.one_in(30) {
            self.out += quote;
        }
    }

    fn flow(&mut self, rng: &mut Rng, depth: usize) {
        let is_map = rng.one_in(2);
        self.out.push(if is_map { '{' } else { '[' });
        for index in 0..rng.below(4) {
            if index > 0 {
                self.out += rng.word(&[", ", ",", " , ", ",\n   ", ", # c\n  ", ",,"]);
            }
            if is_map || rng.one_in(6) {
                self.out += rng.word(FLOW_KEYS);
                self.out += rng.word(&[": ", ": ", ": ", ":", "", " : ", ":\n  "]);
            }
            if depth > 0 && rng.one_in(4) {
                self.flow(rng, depth - 1);
            } else {
                if rng.one_in(8) {
                    self.out += rng.word(PROPERTIES);
                }
                self.out += rng.word(SCALARS);
            }
        }
        self.out += rng.word(&["", "", "", "", " ", ",", "\n "]);
        let wrong = rng.one_in(40);
        self.out.push(if is_map == wrong { ']' } else { '}' });
    }
}

const HEADS: &[&str] = &[
    "---\n",
    "--- # c\n",
    "--- ",
    "%YAML 1.1\n---\n",
    "%YAML 1.2\n---\n",
    "%YAML 2.0\n---\n",
    "%YAML 1.1\n",
    "%TAG !e! tag:e.org,2000:\n---\n",
    "%TAG ! tag:yaml.org,2002:\n---\n",
    "%FOO bar\n---\n",
    "# c\n",
    "\u{feff}",
    "\n\n",
    "...\n",
    "%YAML 1.1\n%YAML 1.1\n---\n",
    "%YAML\n---\n",
    "%TAG !e! x\n%TAG !e! y\n---\n",
    "%\n---\n",
    "%YAML 1\n---\n",
    "%YAML 1.1 x\n---\n",
    "%YAML 12345678901.1\n---\n",
    "%TAG e x\n---\n",
    "---\n---\n",
];

const TAILS: &[&str] = &[
    "...\n",
    "---\n",
    "--- a\n",
    "---\nb: 1\n",
    "... # end\n",
    "...x\n",
];

const MERGES: &[&str] = &[
    "<<: *a\n",
    "<<: [*a, *b]\n",
    "<<: {x: 1, a: 2}\n",
    "<<: 1\n",
    "!!merge <<: *a\n",
    "<<: [{x: 1}, {x: 2, y: 3}]\n",
];

/// Anchors and tags.
const PROPERTIES: &[&str] = &[
    "&a ",
    "&a ",
    "&b ",
    "&c ",
    "&a &b ",
    "&a !!str ",
    "!!str &b ",
    "!!int ",
    "!!float ",
    "!!null ",
    "!!bool ",
    "!!str ",
    "!!binary ",
    "!!timestamp ",
    "!!map ",
    "!!seq ",
    "!!set ",
    "!!omap ",
    "!x ",
    "! ",
    "!<tag:yaml.org,2002:int> ",
    "!<!x> ",
    "!e!x ",
    "!!merge ",
    "!<> ",
    "!a%20b ",
    "!%zz ",
    "! !! ",
    "&",
    "&a-b_1 ",
    "&é ",
    "!!x,y ",
    "!!! ",
    "!<tag:yaml.org,2002:str",
    "!x!y!z ",
    "!%41 ",
    "!%c3%a9 ",
    "!%ff ",
];

const TAGS: &[&str] = &[
    "!!int ",
    "!!float ",
    "!!null ",
    "!!bool ",
    "!!str ",
    "!!binary ",
    "!!timestamp ",
    "!x ",
    "! ",
    "!!map ",
    "!!merge ",
];

const KEYS: &[&str] = &[
    "\"a b\"",
    "'it''s'",
    "\"\\n\"",
    "''",
    "*a ",
    "[a]",
    "{a: b}",
    "a b",
    "a-b",
    "-a",
    "?a",
    "a#b",
    "[a, {b: c}]",
    "[]",
    "{}",
    "null",
    "1.5",
    "2001-01-01",
];

const FLOW_KEYS: &[&str] = &[
    "a", "b", "\"c\"", "'d'", "1", "? e", "*a ", "&a k", "", "true", "<<",
];

const INDICATORS: &[&str] = &[
    "", "", "", "-", "+", "2", "1", "-2", "4+", "+1", "9", "0", "x", " # c", "-  ", "10",
];

const BREAKS: &[&str] = &[
    "\n", "\n", " \n", "\n\n", "\n  \n", "\\\n", "\t\n", "\r", "\u{2028}", "\u{85}",
];

const NUMBER_PARTS: &[&str] = &[
    "0",
    "1",
    "7",
    "8",
    "9",
    "12",
    "_",
    "00",
    "e",
    "E",
    "e5",
    "e-3",
    "e+10",
    ".",
    ".5",
    "x",
    "f",
    "A",
    ":30",
    ":59.5",
    "9007199254740993",
    "9223372036854775807",
    "18446744073709551615",
    "99999999999999999999",
    "-",
    "+",
    "i",
    "p3",
    "inf",
];

/// Scalars on one line, most of them of a type that is not obvious.
pub const SCALARS: &[&str] = &[
    "a",
    "b",
    "hello",
    "hello world",
    "x: y",
    "a:b",
    "a #b",
    "a#b",
    "true",
    "True",
    "tRUE",
    "yes",
    "no",
    "on",
    "off",
    "y",
    "n",
    "Y",
    "N",
    "NO",
    "null",
    "~",
    "Null",
    "nULL",
    "",
    "0",
    "1",
    "-1",
    "+1",
    "00",
    "007",
    "08",
    "0o14",
    "0x1F",
    "0X1f",
    "0b101",
    "1_000",
    "_1",
    "1_",
    "1__0",
    "0x_1",
    "1.5",
    "-1.5",
    "1.",
    ".5",
    "1e3",
    "1E3",
    "1e400",
    "-1e400",
    "1e-400",
    "1.0",
    "100000000000000000000000",
    "9007199254740993",
    "9223372036854775807",
    "9223372036854775808",
    "-9223372036854775808",
    "-9223372036854775809",
    "18446744073709551615",
    "18446744073709551616",
    ".inf",
    "-.inf",
    "+.inf",
    ".Inf",
    ".nan",
    ".NaN",
    "inf",
    "nan",
    "Infinity",
    "190:20:30",
    "1:30",
    "1:60",
    "12:30:45",
    "2001-12-14",
    "2001-12-14T21:59:43.1Z",
    "2001-12-14 21:59:43 +1",
    "'single'",
    "'it''s'",
    "\"double\"",
    "\"a\\nb\"",
    "\"\\u263a\"",
    "\"\\x41\\t\\e\\0\"",
    "\"\\ud83d\\ude00\"",
    "\"\\ud800\"",
    "\"\\U00110000\"",
    "\"\\q\"",
    "\"unended",
    "'unended",
    "@at",
    "`tick",
    "%pct",
    "- dash",
    "-dash",
    "--- x",
    "---",
    "...",
    "? q",
    "?q",
    ": c",
    ":c",
    "&",
    "*",
    "!",
    "|x",
    ">x",
    "{",
    "}",
    "[",
    "]",
    ",",
    "a,b",
    "{}",
    "[]",
    "[a, b]",
    "{a: 1}",
    "aGVsbG8=",
    "aGVsbG8",
    "!!!!",
    "<<",
    "=",
    "é",
    "日本語",
    "😀",
    "\u{a0}",
    "a\u{2028}b",
    "a\u{85}b",
    "\u{feff}x",
    "a\tb",
    "\ta",
    "a\u{7f}b",
    "a\u{1}b",
    "a\rb",
    "\\n",
    "a\\b",
    "1e",
    "e1",
    "0x",
    "0b",
    "0o",
    "0o8",
    "0b2",
    "-0",
    "+0",
    "-0x10",
    "-0b11",
    "-0o7",
    "0.0",
    "-0.0",
    "1.7976931348623157e309",
    "4.9e-324",
    "123456789.123456789",
    "1e21",
    "1e20",
    "0.000001",
    "0.0000001",
    "3.14159265358979323846",
    "0x7fffffffffffffff",
    "0xffffffffffffffff",
    "0x10000000000000000",
    "1.5e",
    "1e+",
    "0e0",
    "00.5",
    "01.5",
    "1,000",
    "1 000",
    "0777",
    "-0777",
    "+0777",
    "0_7",
    "07_7",
    "0b1_1",
    "1_0.5_0",
    "1e1_0",
    "._5",
    "5._",
    "true ",
    "\"\"",
    "''",
    "\" \"",
    "' '",
    "#",
    "#c",
    "a: ",
];

/// Lines of text inside of longer scalars.
pub const LINES: &[&str] = &[
    "text",
    "two words",
    "a: b",
    "- item",
    "# no comment",
    "a # b",
    "'q'",
    "\"q\"",
    "trailing ",
    "tab\tin",
    "\ttab",
    "é",
    "---",
    "...",
    "--- x",
    "very long line of words that goes on and on and on beyond eighty columns of text, really",
    "\\",
    "%x",
    "key:",
    "?",
    "日本",
    "x:",
    "[",
    "}",
    ",",
    "a\u{a0}b",
    "&a",
    "*a",
    "!t",
    "|",
    "0",
];

const ESCAPES: &[&str] = &[
    "\\n",
    "\\t",
    "\\\\",
    "\\\"",
    "\\x41",
    "\\u00e9",
    "\\U0001F600",
    "\\e",
    "\\a\\b\\v\\f\\r",
    "\\0",
    "\\ ",
    "\\_",
    "\\N\\L\\P",
    "\\/",
    "\\q",
    "\\x4",
    "\\ud83d",
    "\\uDFFF",
    "\\U00110000",
    "\\xzz",
    "a\\",
    "\\\n",
    "\\\t",
    "\\'",
    "\\x80",
    "\\u2028",
    "\\uFEFF",
];

/// Small pieces, for soups and as what is inserted.
const TOKENS: &[&str] = &[
    "- ",
    ": ",
    "? ",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "  ",
    "|",
    ">",
    "|-\n",
    ">+\n",
    "&a ",
    "*a",
    "*a ",
    "!!str ",
    "!x ",
    "'",
    "\"",
    "{",
    "}",
    "[",
    "]",
    ",",
    ", ",
    "#",
    " #c",
    "---\n",
    "---",
    "...\n",
    "%YAML 1.1\n",
    "\t",
    "a",
    "b",
    "1",
    "a: ",
    "b: ",
    "a:\n",
    "- a\n",
    "\u{feff}",
    "\r\n",
    "\r",
    "\u{85}",
    "\u{2028}",
    "\u{2029}",
    "\\",
    "<<: ",
    "<<",
    "~",
    "@",
    "`",
    "%",
    "null",
    "true",
    "é",
    "\u{1}",
    "\u{7f}",
    ":",
    "-",
    "?",
    "!",
    "&",
    "*",
    "=",
    "\0",
    "''",
    "\"\"",
    "{}",
    "[]",
    "a: b\n",
    "\n\n",
    "x\n y\n",
];
