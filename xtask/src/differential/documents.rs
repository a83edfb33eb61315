//! Draws YAML documents: from a grammar of indented blocks, from a soup of tokens, and
//! broken versions of both.

use super::document_words::{
    BREAKS, ESCAPES, FLOW_KEYS, HEADS, INDICATORS, KEYS, LINES, MERGES, NUMBER_PARTS, PROPERTIES,
    SCALARS, TAGS, TAILS, TOKENS,
};
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
