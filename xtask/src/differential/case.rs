//! What is rendered: cases, and the chart that one becomes.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::Result;

/// The chart's name and the folder's.
pub const CHART: &str = "c";

const METADATA: &str = "apiVersion: v2\nname: c\nversion: 0.1.0\n";

/// Something to render with both programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Case {
    /// Template texts, each rendered by an `include` of its own with the chart's scope as
    /// `.`; their bytes are compared. An area draws one text a case, and the runner puts many
    /// cases into one chart.
    Templates {
        /// The texts.
        texts: Vec<String>,
        /// `values.yaml`.
        values: String,
    },
    /// A chart of its own; both streams are compared.
    Chart {
        /// Path below the chart's folder, and content. A `Chart.yaml` is made when missing.
        files: BTreeMap<String, String>,
        /// The words after `template rel c`. The working directory is the one that holds the
        /// chart's folder `c`, so that `-f c/extra.yaml` names a file of the case.
        arguments: Vec<String>,
    },
}

impl Case {
    /// One template text, with the content of `values.yaml`.
    pub fn template(text: String, values: &str) -> Self {
        Self::Templates {
            texts: vec![text],
            values: values.to_owned(),
        }
    }

    /// Writes the chart into `folder/c` and answers the words after `template rel c`.
    pub fn write(&self, folder: &Path) -> Result<Vec<String>> {
        let chart = folder.join(CHART);
        let put = |path: &str, text: &str| -> Result<()> {
            let path = chart.join(path);
            fs::create_dir_all(path.parent().unwrap_or(&chart))?;
            fs::write(path, text)?;
            Ok(())
        };
        match self {
            Self::Templates { texts, values } => {
                put("Chart.yaml", METADATA)?;
                put("values.yaml", values)?;
                let mut main = String::new();
                for (number, text) in texts.iter().enumerate() {
                    put(&format!("templates/{}", partial(number)), text)?;
                    main.push_str(&inclusion(number));
                }
                put("templates/run.yaml", &main)?;
                Ok(Vec::new())
            }
            Self::Chart { files, arguments } => {
                if !files.contains_key("Chart.yaml") {
                    put("Chart.yaml", METADATA)?;
                }
                for (path, text) in files {
                    put(path, text)?;
                }
                Ok(arguments.clone())
            }
        }
    }
}

fn partial(number: usize) -> String {
    format!("_case{number:04}.tpl")
}

/// A line of the driving template. Base64, so that the output is YAML whatever it holds; a
/// comment, so that it is no object; without addresses, which are never twice the same.
fn inclusion(number: usize) -> String {
    let name = partial(number);
    format!(
        "# {number} {{{{ regexReplaceAll \"0x[0-9a-f]{{9,}}\" \
         (include \"{CHART}/templates/{name}\" .) \"0xADDRESS\" | b64enc }}}}\n"
    )
}

/// The number of the case that an error names.
pub fn culprit(stderr: &str) -> Option<usize> {
    let (_, rest) = stderr.split_once("_case")?;
    rest.get(..4)?.parse().ok()
}

/// The outputs of the texts by number, as base64.
pub fn outputs(stdout: &str) -> BTreeMap<usize, &str> {
    let lines = stdout.lines().filter_map(|line| line.strip_prefix("# "));
    lines
        .filter_map(|line| {
            let (number, output) = line.split_once(' ').unwrap_or((line, ""));
            Some((number.parse().ok()?, output))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{culprit, outputs};

    #[test]
    fn errors_name_their_case() {
        let error = "Error: c/templates/run.yaml:3:4\n  at c/templates/_case0017.tpl:1:2";
        assert_eq!(culprit(error), Some(17));
        assert_eq!(culprit("Error: no such thing"), None);
        assert_eq!(culprit("_case"), None);
    }

    #[test]
    fn outputs_by_number() {
        let stdout = "---\n# Source: c/templates/run.yaml\n# 0 YQ==\n# 1 \n# 3 Yg==\n";
        let outputs = outputs(stdout);
        assert_eq!(outputs.len(), 3);
        assert_eq!(outputs[&1], "");
        assert_eq!(outputs[&3], "Yg==");
    }
}
