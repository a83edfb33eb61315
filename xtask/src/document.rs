//! Text between two markers of a document, written by a tool and read back by it.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context as _, Result};

/// A part of a Markdown file between `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
#[derive(Debug)]
pub struct Part {
    /// The file.
    pub path: PathBuf,
    /// The markers' name.
    pub name: &'static str,
}

impl Part {
    /// The text between the markers.
    pub fn read(&self) -> Result<String> {
        let (text, from, to) = self.find()?;
        Ok(text[from..to].trim().to_owned())
    }

    /// Replaces the text between the markers.
    pub fn write(&self, content: &str) -> Result<()> {
        let (mut text, from, to) = self.find()?;
        text.replace_range(from..to, &format!("\n{}\n", content.trim()));
        fs::write(&self.path, text).with_context(|| self.path.display().to_string())
    }

    fn find(&self) -> Result<(String, usize, usize)> {
        let text =
            fs::read_to_string(&self.path).with_context(|| self.path.display().to_string())?;
        let begin = format!("<!-- {}:begin -->", self.name);
        let end = format!("<!-- {}:end -->", self.name);
        let found = text.find(&begin).and_then(|at| {
            let from = at + begin.len();
            let to = from + text[from..].find(&end)?;
            Some((from, to))
        });
        let (from, to) =
            found.with_context(|| format!("{}: no {begin} … {end}", self.path.display()))?;
        Ok((text, from, to))
    }
}

#[cfg(test)]
mod tests {
    use super::Part;

    #[test]
    fn only_the_part_is_replaced() {
        let home = pintle_testkit::Home::new();
        let path = home.write(
            "a.md",
            "# A\n<!-- x:begin -->\nold\n<!-- x:end -->\nafter\n",
        );
        let part = Part {
            path: path.clone(),
            name: "x",
        };
        assert_eq!(part.read().expect("markers"), "old");
        part.write("new\n\n").expect("markers");
        assert_eq!(
            home.read("a.md"),
            "# A\n<!-- x:begin -->\nnew\n<!-- x:end -->\nafter\n"
        );
        let other = Part { path, name: "y" };
        assert!(other.read().is_err());
    }
}
