//! What people see of the result, and what is kept of it.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use super::batch::{Found, Tally};
use super::case::{CHART, Case};
use super::{Judged, Options};
use crate::process::Finished;
use crate::table;

/// So many differences are shown; all are kept.
const SHOWN: usize = 25;

/// Prints cases as lines of a fixture file that lack their answers.
pub fn print_cases(cases: &[Case]) {
    for case in cases {
        match case {
            Case::Templates { texts, .. } => print!("{}", lines(texts)),
            Case::Chart { files, arguments } => {
                println!("{}", json!({ "files": files, "arguments": arguments }));
            }
        }
    }
}

/// Lines of a fixture file that lack their answers.
fn lines(texts: &[String]) -> String {
    let mut lines = String::new();
    for text in texts {
        lines.push_str(&json!({ "template": text }).to_string());
        lines.push('\n');
    }
    lines
}

/// Keeps the differences of one stream where `--keep` says, as soon as they are known.
pub fn keep(options: &Options, judged: &Judged) -> Result<()> {
    let Some(folder) = &options.keep else {
        return Ok(());
    };
    for (index, found) in judged.found.iter().enumerate() {
        let (area, seed, number) = (judged.area, options.seed, judged.number);
        let name = format!("{area}-{seed}-{number:03}-{index:02}");
        keep_one(&folder.join(name), found)?;
    }
    Ok(())
}

/// Prints the table and the differences; answers whether there are none.
pub fn show(options: &Options, results: &[Judged], time: Duration) -> Result<bool> {
    let mut total = Tally::default();
    let mut rows = Vec::new();
    for area in &options.areas {
        let mut tally = Tally::default();
        for judged in results.iter().filter(|judged| judged.area == area.name()) {
            tally.add(judged.tally);
        }
        rows.push(row(area.name(), tally));
        total.add(tally);
    }
    rows.push(row("all", total));
    let found: Vec<(&Judged, &Found)> = results
        .iter()
        .flat_map(|judged| judged.found.iter().map(move |found| (judged, found)))
        .collect();
    for (judged, found) in found.iter().take(SHOWN) {
        println!(
            "--- {} (seed {}, batch {})",
            judged.area, options.seed, judged.number
        );
        println!("{}", shown(&found.case));
        println!("{}", answer("helm", &found.answers.helm));
        println!("{}\n", answer("pintle", &found.answers.pintle));
    }
    let head = [
        "area",
        "cases",
        "same output",
        "same error",
        "Helm crashes",
        "different",
    ];
    print!("{}", table::markdown(&head, &rows));
    println!("seed {}, {:.1} s", options.seed, time.as_secs_f64());
    Ok(total.different == 0)
}

fn row(name: &str, tally: Tally) -> Vec<String> {
    let Tally {
        same,
        same_error,
        crash,
        different,
    } = tally;
    let figures = [
        same + same_error + crash + different,
        same,
        same_error,
        crash,
        different,
    ];
    let figures = figures.iter().map(ToString::to_string);
    std::iter::once(name.to_owned()).chain(figures).collect()
}

fn shown(case: &Case) -> String {
    match case {
        Case::Templates { texts, .. } => texts.join("\n-- and\n"),
        Case::Chart { files, arguments } => {
            let mut text = format!("template rel {CHART} {}\n", arguments.join(" "));
            for (name, content) in files {
                text.push_str(&format!("== {name}\n{content}\n"));
            }
            text
        }
    }
}

/// The interesting part of an answer: the errors, else the output without its frame.
fn answer(name: &str, answer: &Finished) -> String {
    let stderr = String::from_utf8_lossy(&answer.stderr);
    let stdout = String::from_utf8_lossy(&answer.stdout);
    let mut text = format!("{name}: {:?}", answer.ending);
    for line in stderr.lines().take(12) {
        text.push_str("\n  ");
        text.push_str(line);
    }
    for line in stdout.lines().filter(|line| *line != "---").take(40) {
        if line.starts_with("# Source: c/templates/run.yaml") {
            continue;
        }
        text.push_str("\n  | ");
        text.push_str(&plain(line));
    }
    text
}

/// A line of the driving template, with its base64 read.
fn plain(line: &str) -> String {
    let encoded = line
        .strip_prefix("# ")
        .and_then(|line| line.split_once(' '));
    let decoded = encoded.and_then(|(_, text)| base64(text));
    decoded.map_or_else(
        || line.to_owned(),
        |bytes| format!("{:?}", String::from_utf8_lossy(&bytes)),
    )
}

/// Reads standard base64; none when it is something else.
fn base64(text: &str) -> Option<Vec<u8>> {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let (mut bits, mut count, mut bytes) = (0u32, 0, Vec::new());
    for byte in text.trim_end_matches('=').bytes() {
        let digit = DIGITS.iter().position(|&digit| digit == byte)?;
        bits = (bits << 6 | u32::try_from(digit).ok()?) & 0xffff;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xff).ok()?);
        }
    }
    Some(bytes)
}

/// Keeps a difference: the chart, what to type, what both answered; of a template also the
/// line that a fixture file wants.
fn keep_one(folder: &Path, found: &Found) -> Result<()> {
    fs::create_dir_all(folder)?;
    let arguments = found.case.write(folder)?;
    fs::write(
        folder.join("command"),
        format!("template rel {CHART} {}\n", arguments.join(" ")),
    )?;
    for (name, answer) in [
        ("helm", &found.answers.helm),
        ("pintle", &found.answers.pintle),
    ] {
        fs::write(folder.join(format!("{name}.stdout")), &answer.stdout)?;
        fs::write(folder.join(format!("{name}.stderr")), &answer.stderr)?;
    }
    if let Case::Templates { texts, .. } = &found.case {
        fs::write(folder.join("fixture.jsonl"), lines(texts))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{base64, plain};

    #[test]
    fn base64_is_read() {
        assert_eq!(base64("aGVsbG8="), Some(b"hello".to_vec()));
        assert_eq!(base64("/+8="), Some(vec![0xff, 0xef]));
        assert_eq!(base64("a b"), None);
        assert_eq!(plain("# 12 aGVsbG8="), "\"hello\"");
        assert_eq!(plain("kind: Pod"), "kind: Pod");
    }
}
