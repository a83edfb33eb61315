//! Outputs of renders that vary from run to run: keys, passwords, dates, the order of maps.
//!
//! What several runs of Helm say alike, we must say too. Where they differ, our line must be
//! one of theirs or look like them: the same text around what varies, no other length, no
//! other alphabet; or it is one of theirs from another place. The bodies of PEM blocks (also inside base64) vary in their number of
//! lines, by a leading zero in a serial number: only kind and rough size are compared.

use std::collections::HashSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::process::Finished;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// Words of base64 shorter than this hold no PEM block.
const SHORTEST_PEM: usize = 100;

/// So many bytes at the ends of a part that varies may be equal by chance in all runs. (In
/// base64 neighbours share bits.)
const SLACK: usize = 4;

/// Whether our output is one that Helm could have made, going by these runs of it.
pub fn plausible(runs: &[Finished], ours: &[u8]) -> bool {
    let ours = Outline::of(ours);
    let runs: Vec<Outline> = runs
        .iter()
        .map(|run| Outline::of(&run.stdout))
        .filter(|run| run.lines.len() == ours.lines.len())
        .collect();
    let theirs = |number: usize| runs.iter().map(move |run| run.lines[number].as_str());
    // Where the order varies, a line may be where none of the runs had it.
    let moving: HashSet<&str> = (0..ours.lines.len())
        .filter(|&number| theirs(number).any(|line| line != runs[0].lines[number]))
        .flat_map(theirs)
        .collect();
    runs.iter().any(|run| run.has_bodies_like(&ours))
        && ours.lines.iter().enumerate().all(|(number, line)| {
            let theirs: Vec<&str> = theirs(number).collect();
            let varies = theirs.iter().any(|their| *their != theirs[0]);
            theirs.contains(&line.as_str())
                || varies && (moving.contains(line.as_str()) || is_variation(&theirs, line))
        })
}

/// Whether the line is as random as these, in the same way.
fn is_variation(theirs: &[&str], line: &str) -> bool {
    let Some((first, others)) = theirs.split_first() else {
        return false;
    };
    let shared = |count: &dyn Fn(&str, &str) -> usize| {
        let counts = others.iter().map(|other| count(first, other));
        counts.min().unwrap_or_default()
    };
    let head = shared(&|a, b| equal(a.bytes(), b.bytes()));
    let tail = shared(&|a, b| equal(a.bytes().rev(), b.bytes().rev()));
    let lengths = theirs.iter().map(|their| their.len());
    let alphabet = theirs.iter().fold(0, |all, their| all | classes(their));
    equal(first.bytes(), line.bytes()) + SLACK >= head
        && equal(first.bytes().rev(), line.bytes().rev()) + SLACK >= tail
        && lengths.clone().min() <= Some(line.len())
        && lengths.max() >= Some(line.len())
        && classes(line) & !alphabet == 0
}

/// How many bytes are equal at the start.
fn equal(a: impl Iterator<Item = u8>, b: impl Iterator<Item = u8>) -> usize {
    a.zip(b).take_while(|(a, b)| a == b).count()
}

/// The classes of characters in a text, as bits.
fn classes(text: &str) -> u8 {
    text.chars().fold(0, |all, c| {
        all | match c {
            '0'..='9' => 1,
            'a'..='f' => 2,
            'g'..='z' => 4,
            'A'..='F' => 8,
            'G'..='Z' => 16,
            _ if c.is_ascii() => 32,
            _ => 64,
        }
    })
}

/// An output without the bodies of its PEM blocks.
#[derive(Debug, Default)]
struct Outline {
    lines: Vec<String>,
    /// The size of each body in bytes.
    bodies: Vec<usize>,
}

impl Outline {
    fn of(output: &[u8]) -> Self {
        let mut outline = Self::default();
        let text = String::from_utf8_lossy(output);
        let mut lines = text.split('\n');
        while let Some(line) = lines.next() {
            let line = outline.without_bodies(line);
            let open = line.rfind(BEGIN) > line.rfind(END);
            outline.lines.push(line);
            if open {
                let mut size = 0;
                for line in lines.by_ref() {
                    if line.contains(END) {
                        outline.lines.push(line.to_owned());
                        break;
                    }
                    size += line.trim().len();
                }
                outline.bodies.push(size);
            }
        }
        outline
    }

    /// The line with a mark in place of each block that is whole on it, plain or in base64.
    fn without_bodies(&mut self, line: &str) -> String {
        let mut kept = String::new();
        let mut rest = line;
        while let Some(start) = rest.find(BEGIN) {
            let Some(end) = rest[start..].find(END) else {
                break;
            };
            let body = start
                + rest[start + BEGIN.len()..]
                    .find("-----")
                    .unwrap_or_default();
            kept.push_str(&self.decoded(&rest[..body.min(start + end)]));
            kept.push('…');
            self.bodies.push(end);
            rest = &rest[start + end..];
            let (word, after) = rest.split_at(END.len());
            kept.push_str(word);
            rest = after;
        }
        kept.push_str(&self.decoded(rest));
        kept
    }

    /// The text with long words of base64 that hold PEM blocks replaced by what is in them.
    fn decoded(&mut self, text: &str) -> String {
        let is_word = |c: char| c.is_ascii_alphanumeric() || "+/=".contains(c);
        let mut kept = String::new();
        let mut rest = text;
        while let Some(start) = rest.find(is_word) {
            let length = rest[start..]
                .find(|c| !is_word(c))
                .unwrap_or(rest.len() - start);
            let word = &rest[start..start + length];
            kept.push_str(&rest[..start]);
            match pem_inside(word) {
                Some(inside) => {
                    let inside = Self::of(&inside);
                    kept.push_str(&format!("base64({})", inside.lines.join("\\n")));
                    self.bodies.extend(inside.bodies);
                }
                None => kept.push_str(word),
            }
            rest = &rest[start + length..];
        }
        kept.push_str(rest);
        kept
    }

    /// Whether there are as many bodies, of sizes that differ by a twentieth at most.
    fn has_bodies_like(&self, other: &Self) -> bool {
        let close = |(a, b): (&usize, &usize)| a.abs_diff(*b) * 20 <= *a.max(b);
        self.bodies.len() == other.bodies.len() && self.bodies.iter().zip(&other.bodies).all(close)
    }
}

fn pem_inside(word: &str) -> Option<Vec<u8>> {
    if word.len() < SHORTEST_PEM {
        return None;
    }
    let inside = STANDARD.decode(word).ok()?;
    String::from_utf8_lossy(&inside)
        .contains(BEGIN)
        .then_some(inside)
}

#[cfg(test)]
mod tests {
    use super::{STANDARD, plausible};
    use crate::process::{Ending, Finished};
    use base64::Engine as _;

    fn check(runs: &[&str], ours: &str) -> bool {
        let answer = |text: &&str| Finished {
            ending: Ending::Code(0),
            stdout: text.as_bytes().to_vec(),
            stderr: Vec::new(),
        };
        let runs: Vec<Finished> = runs.iter().map(answer).collect();
        plausible(&runs, ours.as_bytes())
    }

    #[test]
    fn what_varies_for_helm_may_vary_for_us() {
        let runs = ["a\npassword: x1y2\nc\n", "a\npassword: z3a9\nc\n"];
        assert!(check(&runs, "a\npassword: q7f1\nc\n"));
        assert!(!check(&runs[..1], "a\npassword: q7f1\nc\n"));
        assert!(!check(&[], ""));
    }

    #[test]
    fn nothing_else_may_vary() {
        let runs = ["a\npassword: x1y2\nc\n", "a\npassword: z3a9\nc\n"];
        for other in [
            "a\npassword: q7f1\nd\n",
            "a\npassword: q7f1\nc\n\n",
            "a\npassword: q7f12\nc\n",
            "a\npassword: Q7f1\nc\n",
            "a\n__________q7f1\nc\n",
        ] {
            assert!(!check(&runs, other), "{other}");
        }
    }

    #[test]
    fn the_order_of_lines_may_be_that_of_any_run() {
        let runs = ["a\nb\n", "b\na\n"];
        assert!(check(&runs, "b\na\n"));
        assert!(!check(&runs, "cc\na\n"));
    }

    #[test]
    fn an_order_may_be_one_that_no_run_had() {
        let runs = ["x: a\nx: bcd\nx: ef\n", "x: ef\nx: a\nx: bcd\n"];
        assert!(check(&runs, "x: bcd\nx: a\nx: ef\n"));
        assert!(!check(&runs, "x: bcd\nx: a\nx: efgh\n"));
        assert!(!check(&runs[..1], "x: bcd\nx: a\nx: ef\n"));
    }

    fn pem(kind: &str, size: usize) -> String {
        let body = "Ab1+".repeat(size / 4);
        let lines: Vec<&str> = (0..body.len())
            .step_by(64)
            .map(|at| &body[at..body.len().min(at + 64)])
            .collect();
        format!(
            "-----BEGIN {kind}-----\n{}\n-----END {kind}-----\n",
            lines.join("\n")
        )
    }

    #[test]
    fn blocks_are_alike_by_kind_and_rough_size() {
        let (one, other) = (pem("KEY", 640), pem("KEY", 644));
        assert_ne!(one.lines().count(), other.lines().count());
        assert!(check(&[&one], &other));
        assert!(!check(&[&one], &pem("KEY", 1200)));
        assert!(!check(&[&one], &pem("CERT", 640)));
    }

    #[test]
    fn blocks_inside_base64_and_on_one_line() {
        for wrap in [
            |pem: String| format!("key: {}\n", STANDARD.encode(pem)),
            |pem: String| format!("key: {:?}\n", pem),
        ] {
            let helm = wrap(pem("KEY", 640));
            assert!(check(&[&helm], &wrap(pem("KEY", 644))));
            assert!(!check(&[&helm], &wrap(pem("KEY", 1200))));
            assert!(!check(&[&helm], &wrap(pem("CERT", 640))));
        }
    }
}
