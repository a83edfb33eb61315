//! Which functions everyday work runs through, in the order in which it first does.
//!
//! valgrind's callgrind tells each instruction that was executed by its address; nm tells
//! which function that is in. (callgrind also tells names of functions, but not the linker's.)

use std::collections::HashSet;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

use crate::bench::CHARTS;
use crate::workspace;

/// The names of the functions, as the linker knows them.
pub fn functions(program: &Path) -> Result<Vec<String>> {
    let symbols = Symbols::of(program)?;
    let mut seen = HashSet::new();
    let mut names = Vec::new();
    for work in everyday_work(program)? {
        for address in addresses(&watched(program, &work)?)? {
            if let Some(name) = symbols.at(address)
                && seen.insert(name)
            {
                names.push(name.to_owned());
            }
        }
    }
    ensure!(!names.is_empty(), "valgrind saw no function of the program");
    Ok(names)
}

/// What the program is asked to do: what most people want first.
fn everyday_work(program: &Path) -> Result<Vec<Vec<String>>> {
    let folder = tempfile::tempdir()?;
    let chart = folder.path().join("web");
    let created = Command::new(program).arg("create").arg(&chart).output()?;
    ensure!(created.status.success(), "the program creates no chart");
    let mut charts = vec![chart.display().to_string()];
    // The folder is needed until the end of this process, which is soon.
    let _ = folder.keep();
    if let Some(corpus) = workspace::corpus() {
        charts.extend(CHARTS.iter().map(|(chart, _)| {
            let path = corpus.join(format!("charts/{chart}.tgz"));
            path.display().to_string()
        }));
    }
    let ways: [&[&str]; 4] = [
        &["template", "web"],
        &["show", "values"],
        &["lint"],
        &["show", "all"],
    ];
    let mut work = Vec::new();
    for (number, way) in ways.into_iter().enumerate() {
        // Rendering differs from chart to chart, the rest hardly.
        let count = if number == 0 { charts.len() } else { 3 };
        for chart in charts.iter().take(count) {
            let words = way.iter().copied().chain([chart.as_str()]);
            work.push(words.map(str::to_owned).collect());
        }
    }
    work.push(vec!["version".to_owned()]);
    Ok(work)
}

/// What callgrind writes about a run.
fn watched(program: &Path, words: &[String]) -> Result<String> {
    let folder = tempfile::tempdir()?;
    let report = folder.path().join("report");
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind", "--dump-instr=yes"])
        .arg(format!("--callgrind-out-file={}", report.display()))
        .arg(program)
        .args(words)
        .env("KUBECONFIG", "/dev/null")
        .env("HOME", folder.path())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .context("cannot start valgrind (without it: cargo xtask dist --no-order)")?;
    // What lint thinks of a chart does not matter here.
    let ended = status.code().is_some_and(|code| code <= 1);
    ensure!(ended, "pintle {}: {status}", words.join(" "));
    Ok(std::fs::read_to_string(&report)?)
}

/// The addresses of all instructions that were executed.
///
/// The format: a line of costs starts with an address, in hexadecimal digits after `0x`, or
/// relative to the one before: `+3`, `-3`, `*` (the same).
fn addresses(report: &str) -> Result<Vec<u64>> {
    let mut all = Vec::new();
    let mut last: u64 = 0;
    for line in report.lines() {
        let word = line.split(' ').next().unwrap_or_default();
        let number = |text: &str| match text.strip_prefix("0x") {
            Some(digits) => u64::from_str_radix(digits, 16),
            None => text.parse(),
        };
        let found = match word.as_bytes() {
            [b'0', b'x', ..] => number(word),
            [b'+', ..] => number(&word[1..]).map(|step| last.wrapping_add(step)),
            [b'-', ..] => number(&word[1..]).map(|step| last.wrapping_sub(step)),
            // `*`, or no line of costs.
            _ => continue,
        };
        let Ok(address) = found else {
            bail!("callgrind wrote {line:?}");
        };
        last = address;
        all.push(address);
    }
    Ok(all)
}

/// The functions of a program, by address.
struct Symbols(Vec<Symbol>);

struct Symbol {
    start: u64,
    size: u64,
    name: String,
}

impl Symbols {
    fn of(program: &Path) -> Result<Self> {
        let output = Command::new("nm")
            .args(["-S", "--defined-only"])
            .arg(program)
            .output()
            .context("cannot start nm")?;
        ensure!(output.status.success(), "nm failed");
        let text = String::from_utf8_lossy(&output.stdout);
        let mut symbols: Vec<Symbol> = text.lines().filter_map(symbol).collect();
        symbols.sort_by_key(|symbol| symbol.start);
        Ok(Self(symbols))
    }

    fn at(&self, address: u64) -> Option<&str> {
        let after = self.0.partition_point(|symbol| symbol.start <= address);
        let symbol = &self.0[after.checked_sub(1)?];
        (address < symbol.start + symbol.size).then_some(symbol.name.as_str())
    }
}

/// `ADDRESS SIZE KIND NAME`, of a function.
fn symbol(line: &str) -> Option<Symbol> {
    let mut words = line.split(' ');
    let start = u64::from_str_radix(words.next()?, 16).ok()?;
    let size = u64::from_str_radix(words.next()?, 16).ok()?;
    let is_code = matches!(words.next()?, "t" | "T" | "w" | "W");
    let name = words.next()?.to_owned();
    is_code.then_some(Symbol { start, size, name })
}

#[cfg(test)]
mod tests {
    use super::{Symbols, addresses, symbol};

    #[test]
    fn addresses_are_read() {
        let report = "version: 1\nfn=(1) main\n0x401000 12 3\n+4 13 1\n* 13 1\n-2 1 1\n+0x10 1 1\ncalls=1 0x5 1\n";
        let found = addresses(report).expect("a report");
        assert_eq!(found, [0x40_1000, 0x40_1004, 0x40_1002, 0x40_1012]);
    }

    #[test]
    fn a_function_has_an_end() {
        let lines = [
            "0000000000401000 0000000000000010 t first",
            "0000000000401020 0000000000000008 T second",
            "0000000000402000 0000000000000008 d data",
        ];
        let symbols = Symbols(lines.into_iter().filter_map(symbol).collect());
        assert_eq!(symbols.at(0x40_0fff), None);
        assert_eq!(symbols.at(0x40_100f), Some("first"));
        assert_eq!(symbols.at(0x40_1010), None);
        assert_eq!(symbols.at(0x40_1020), Some("second"));
        assert_eq!(symbols.at(0x40_2000), None);
    }
}
