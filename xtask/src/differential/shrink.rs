//! Makes a difference small: pieces are left out as long as the programs still differ in
//! the same way.

use std::collections::BTreeMap;

use anyhow::Result;

use super::batch::Found;
use super::case::Case;
use super::run::{Outcome, Programs, judge};
use crate::process::{Ending, Finished};

/// So many runs one difference is worth, unless somebody says otherwise.
pub const TRIES: usize = 120;

/// Makes a difference small in place, with so many runs.
pub fn shrink(programs: &Programs, found: &mut Found, mut tries: usize) -> Result<()> {
    loop {
        let before = tries;
        let mut smaller = false;
        for candidate in candidates(&found.case) {
            if tries == 0 {
                return Ok(());
            }
            tries -= 1;
            let answers = programs.ask(&candidate)?;
            let alike = shape(&answers.helm) == shape(&found.answers.helm)
                && shape(&answers.pintle) == shape(&found.answers.pintle);
            if !alike || judge(&answers) != Outcome::Different {
                continue;
            }
            *found = Found {
                case: candidate,
                answers,
            };
            smaller = true;
            break;
        }
        if !smaller || before == tries {
            return Ok(());
        }
    }
}

/// How an answer ended, and how its error begins: a difference must not turn into another.
fn shape(answer: &Finished) -> (Ending, String) {
    let text = String::from_utf8_lossy(&answer.stderr);
    let error = text
        .lines()
        .find(|line| line.starts_with("Error"))
        .unwrap_or_default();
    let start: String = error.chars().take(16).collect();
    (answer.ending.clone(), start)
}

/// The next smaller cases, the smallest first.
fn candidates(case: &Case) -> Vec<Case> {
    match case {
        Case::Templates { texts, values } => smaller_texts(texts)
            .into_iter()
            .map(|texts| Case::Templates {
                texts,
                values: values.clone(),
            })
            .collect(),
        Case::Chart { files, arguments } => {
            let fewer = without_one(files, arguments);
            let shorter = shorter_files(files, arguments);
            fewer.into_iter().chain(shorter).collect()
        }
    }
}

fn smaller_texts(texts: &[String]) -> Vec<Vec<String>> {
    if texts.len() > 1 {
        return (0..texts.len())
            .map(|out| {
                let mut left = texts.to_vec();
                left.remove(out);
                left
            })
            .collect();
    }
    let text = texts.first().map(String::as_str).unwrap_or_default();
    shorter(text).into_iter().map(|text| vec![text]).collect()
}

fn without_one(files: &BTreeMap<String, String>, arguments: &[String]) -> Vec<Case> {
    let mut smaller = Vec::new();
    for name in files.keys() {
        let mut files = files.clone();
        files.remove(name);
        let arguments = arguments.to_vec();
        smaller.push(Case::Chart { files, arguments });
    }
    for (at, width) in (0..arguments.len()).flat_map(|at| [(at, 2), (at, 1)]) {
        if at + width <= arguments.len() {
            let mut arguments = arguments.to_vec();
            arguments.drain(at..at + width);
            let files = files.clone();
            smaller.push(Case::Chart { files, arguments });
        }
    }
    smaller
}

fn shorter_files(files: &BTreeMap<String, String>, arguments: &[String]) -> Vec<Case> {
    let mut smaller = Vec::new();
    for (name, text) in files {
        for text in shorter(text) {
            let mut files = files.clone();
            files.insert(name.clone(), text);
            let arguments = arguments.to_vec();
            smaller.push(Case::Chart { files, arguments });
        }
    }
    smaller
}

/// A text without one of its larger pieces, then without one of its smaller ones.
fn shorter(text: &str) -> Vec<String> {
    let pieces = pieces(text);
    let mut shorter = Vec::new();
    let mut width = pieces.len() / 2;
    while width > 0 {
        let mut at = 0;
        while at < pieces.len() {
            let end = (at + width).min(pieces.len());
            let left: String = pieces[..at].iter().chain(&pieces[end..]).copied().collect();
            if left != text {
                shorter.push(left);
            }
            at += width;
        }
        width /= 2;
    }
    shorter
}

/// Words, with the space before them, and single marks.
fn pieces(text: &str) -> Vec<&str> {
    let word = |c: char| c.is_alphanumeric() || "_$.".contains(c);
    let mut pieces = Vec::new();
    let mut start = 0;
    let mut last = ' ';
    for (at, c) in text.char_indices() {
        let joined = (word(last) && word(c))
            || (last == c && "{} \n".contains(c))
            || (last == ' ' && word(c));
        if !joined && at > start {
            pieces.push(&text[start..at]);
            start = at;
        }
        last = c;
    }
    pieces.push(&text[start..]);
    pieces
}

#[cfg(test)]
mod tests {
    use super::{pieces, shorter};

    #[test]
    fn pieces_make_the_text() {
        let text = "{{ if .a }}x, \"b c\"{{- end }}\n\n é";
        assert_eq!(pieces(text).concat(), text);
        assert_eq!(pieces("{{ .a }}x"), ["{{", " .a", " ", "}}", "x"]);
        assert_eq!(pieces(""), [""]);
    }

    #[test]
    fn every_candidate_is_shorter() {
        let text = "{{ $x := 1 }}{{ $x }}";
        let all = shorter(text);
        assert!(all.iter().all(|candidate| candidate.len() < text.len()));
        assert!(all.contains(&"{{ $x }}".to_owned()) || !all.is_empty());
    }
}
