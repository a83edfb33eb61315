//! One run's time, one run's memory, and pairs of runs.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};

/// GNU time: the one plain way to a process' peak memory that needs no unsafe code.
const GNU_TIME: &str = "/usr/bin/time";

/// Runs a command to its end; its output goes nowhere.
pub fn time(command: &mut Command) -> Result<Duration> {
    quiet(command);
    let start = Instant::now();
    let output = command.output().context("cannot start")?;
    let elapsed = start.elapsed();
    ensure!(
        output.status.success(),
        "{command:?}: {}\n{}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(elapsed)
}

/// The peak resident memory of a command in MB; none without GNU time.
pub fn memory(command: &Command) -> Result<Option<f64>> {
    if !Path::new(GNU_TIME).is_file() {
        return Ok(None);
    }
    let report = tempfile::NamedTempFile::new()?;
    let mut timed = Command::new(GNU_TIME);
    timed
        .args(["--format=%M", "--output"])
        .arg(report.path())
        .arg(command.get_program())
        .args(command.get_args())
        .env_clear();
    for (name, value) in command.get_envs() {
        if let Some(value) = value {
            timed.env(name, value);
        }
    }
    if let Some(folder) = command.get_current_dir() {
        timed.current_dir(folder);
    }
    time(&mut timed)?;
    let text = fs::read_to_string(report.path())?;
    let kilobytes: f64 = text.trim().parse().context("the report of GNU time")?;
    Ok(Some(kilobytes / 1024.0))
}

/// Resident memory of a process, in MB.
pub fn resident(id: u32) -> Result<f64> {
    let status = fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.split_whitespace().next());
    Ok(kilobytes.context("no VmRSS")?.parse::<f64>()? / 1024.0)
}

/// As [`memory`], the median of some runs: when Go collects garbage is up to chance.
pub fn usual_memory(command: &Command) -> Result<Option<f64>> {
    const RUNS: usize = 5;
    let runs: Option<Vec<f64>> = (0..RUNS).map(|_| memory(command)).collect::<Result<_>>()?;
    Ok(runs.map(median))
}

fn quiet(command: &mut Command) {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
}

/// Runs of both programs on the same work.
#[derive(Debug, Default)]
pub struct Pairs {
    /// Helm's time and ours, pair by pair.
    pub times: Vec<(Duration, Duration)>,
    /// The peak memory of each.
    pub memory: (Option<f64>, Option<f64>),
}

/// A line of the table.
#[derive(Debug)]
pub struct Row {
    /// What was run.
    pub name: String,
    /// How it went.
    pub pairs: Pairs,
}

impl Row {
    /// How many times faster we are: the median of the pairs' ratios.
    pub fn ratio(&self) -> f64 {
        let ratios = self.pairs.times.iter();
        median(
            ratios
                .map(|(helm, ours)| helm.as_secs_f64() / ours.as_secs_f64())
                .collect(),
        )
    }

    /// The cells: medians of the times, median of the ratios, peak memory.
    pub fn cells(&self) -> Vec<String> {
        let milliseconds = |which: fn(&(Duration, Duration)) -> Duration| {
            let times = self
                .pairs
                .times
                .iter()
                .map(|pair| which(pair).as_secs_f64());
            format!("{:.1}", median(times.collect()) * 1000.0)
        };
        let megabytes = |memory: Option<f64>| {
            memory.map_or_else(|| "-".to_owned(), |megabytes| format!("{megabytes:.0}"))
        };
        vec![
            self.name.clone(),
            milliseconds(|pair| pair.0),
            milliseconds(|pair| pair.1),
            format!("{:.1}", self.ratio()),
            megabytes(self.pairs.memory.0),
            megabytes(self.pairs.memory.1),
        ]
    }
}

/// What the rows of a command on charts come to.
pub fn summary(rows: &[Row], command: &str) -> Option<String> {
    let start = format!("{command} ");
    let rows = rows.iter().filter(|row| row.name.starts_with(&start));
    let rows: Vec<&Row> = rows.collect();
    let least = rows.iter().map(|row| row.ratio()).reduce(f64::min)?;
    let logarithms: f64 = rows.iter().map(|row| row.ratio().ln()).sum();
    let mean = (logarithms / rows.len() as f64).exp();
    let share = |row: &&Row| Some(row.pairs.memory.0? / row.pairs.memory.1?);
    let memory = rows.iter().filter_map(share).reduce(f64::min);
    let memory = memory.map_or_else(String::new, |memory| {
        format!(" Helm takes {memory:.1} times the memory or more.")
    });
    Some(format!(
        "`{command}`: {mean:.1} times faster (geometric mean of {} charts), at least {least:.1} times.{memory}",
        rows.len()
    ))
}

/// The middle value, or the mean of the middle two.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => f64::NAN,
        length if length % 2 == 0 => f64::midpoint(values[middle - 1], values[middle]),
        _ => values[middle],
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Pairs, Row, median};

    #[test]
    fn medians() {
        assert!((median(vec![3.0, 1.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 3.0]) - 2.5).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn the_ratio_is_that_of_pairs() {
        let ms = Duration::from_millis;
        let row = Row {
            name: "x".into(),
            pairs: Pairs {
                // One pair in bad weather: both are slow, the ratio holds.
                times: vec![(ms(10), ms(2)), (ms(100), ms(20)), (ms(12), ms(3))],
                memory: (Some(64.4), None),
            },
        };
        assert_eq!(row.cells(), ["x", "12.0", "3.0", "5.0", "64", "-"]);
    }
}
