//! One line of the corpus' manifest: a chart, its values, and what Helm 4.3.1 made of them.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

/// One render of the corpus.
#[derive(Debug, Clone)]
pub struct Case {
    /// Where the chart comes from.
    pub source: String,
    /// The chart's archive, relative to the corpus.
    pub archive: String,
    /// A values file, relative to the corpus.
    pub values: Option<String>,
    /// The exit code of Helm 4.3.1.
    pub code: i32,
    /// Whether two runs of Helm gave the same bytes.
    pub deterministic: bool,
    /// The sha256 of what Helm wrote to stdout.
    pub out_sha256: String,
    /// A digest of the whole line: the case's identity in caches.
    pub key: String,
}

impl Case {
    /// Reads the manifest of a corpus.
    pub fn read_all(corpus: &Path) -> Result<Vec<Self>> {
        let path = corpus.join("manifest.tsv");
        let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        text.lines()
            .enumerate()
            .skip(1)
            .map(|(number, line)| {
                Self::parse(line).with_context(|| format!("{}:{}", path.display(), number + 1))
            })
            .collect()
    }

    fn parse(line: &str) -> Result<Self> {
        let cells: Vec<&str> = line.split('\t').collect();
        ensure!(cells.len() == 12, "{} columns, want 12", cells.len());
        let optional = |cell: &str| (cell != "-").then(|| cell.to_owned());
        Ok(Self {
            source: cells[0].to_owned(),
            archive: cells[3].to_owned(),
            values: optional(cells[4]),
            code: cells[5].parse().context("rc_helm4")?,
            deterministic: cells[7] == "y",
            out_sha256: cells[9].to_owned(),
            key: digest(line.as_bytes()),
        })
    }

    /// The arguments of the render, the same for both programs.
    pub fn arguments(&self) -> Vec<&str> {
        let mut words = vec!["template", "rel", &self.archive];
        if let Some(values) = &self.values {
            words.extend(["-f", values]);
        }
        words
    }

    /// The case's name, for people and for `--only`.
    pub fn name(&self) -> String {
        match &self.values {
            Some(values) => format!("{} -f {values}", self.archive),
            None => self.archive.clone(),
        }
    }

    /// The name as a file name.
    pub fn file_name(&self) -> String {
        self.name()
            .trim_start_matches("charts/")
            .replace(" -f values/", "__")
            .replace(['/', ' '], "_")
    }
}

/// The sha256 of some bytes, in hexadecimal.
pub fn digest(bytes: &[u8]) -> String {
    format!("{:x}", Sha256::digest(bytes))
}

#[cfg(test)]
mod tests {
    use super::Case;

    const LINE: &str = "stable\tmysql\t1.6.9\tcharts/stable/mysql-1.6.9.tgz\t\
        values/stable/mysql/a.yaml\t0\t0\tn\t10\tabc\t7\tmasks/m.txt";

    #[test]
    fn a_line_is_a_command() {
        let case = Case::parse(LINE).expect("a line");
        assert_eq!(
            case.arguments(),
            [
                "template",
                "rel",
                "charts/stable/mysql-1.6.9.tgz",
                "-f",
                "values/stable/mysql/a.yaml"
            ]
        );
        assert_eq!(
            case.file_name(),
            "stable_mysql-1.6.9.tgz__stable_mysql_a.yaml"
        );
        assert!(Case::parse("a\tb").is_err());
    }
}
