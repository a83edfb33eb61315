//! The words after a subcommand's name: flags taken one by one, the rest refused.

use anyhow::{Result, anyhow, bail};

/// What was typed and not yet understood.
#[derive(Debug)]
pub struct Arguments {
    words: Vec<String>,
}

impl Arguments {
    /// The words after the subcommand's name.
    pub fn new(words: Vec<String>) -> Self {
        Self { words }
    }

    /// Whether `--name` is there; takes it.
    pub fn flag(&mut self, name: &str) -> bool {
        let before = self.words.len();
        self.words.retain(|word| word != name);
        self.words.len() != before
    }

    /// The value of `--name VALUE` or `--name=VALUE`; takes both.
    pub fn value(&mut self, name: &str) -> Result<Option<String>> {
        let prefix = format!("{name}=");
        let Some(at) = self
            .words
            .iter()
            .position(|word| word == name || word.starts_with(&prefix))
        else {
            return Ok(None);
        };
        let word = self.words.remove(at);
        if let Some(value) = word.strip_prefix(&prefix) {
            return Ok(Some(value.to_owned()));
        }
        if at < self.words.len() {
            return Ok(Some(self.words.remove(at)));
        }
        bail!("{name} needs a value")
    }

    /// Like [`Self::value`], as a number.
    pub fn number(&mut self, name: &str) -> Result<Option<usize>> {
        self.value(name)?
            .map(|text| {
                text.parse()
                    .map_err(|_| anyhow!("{name}: {text:?} is not a whole number"))
            })
            .transpose()
    }

    /// Everything after a `--`; takes it.
    pub fn after_dashes(&mut self) -> Vec<String> {
        match self.words.iter().position(|word| word == "--") {
            Some(at) => self.words.drain(at..).skip(1).collect(),
            None => Vec::new(),
        }
    }

    /// Refuses what nobody took.
    pub fn finish(self) -> Result<()> {
        match self.words.first() {
            Some(word) => bail!("do not know what {word:?} means here"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Arguments;

    fn typed(text: &str) -> Arguments {
        Arguments::new(text.split_whitespace().map(str::to_owned).collect())
    }

    #[test]
    fn flags_values_and_the_rest() {
        let mut typed = typed("--check --limit 3 --only=a=b -- --limit 4");
        assert_eq!(typed.after_dashes(), ["--limit", "4"]);
        assert!(typed.flag("--check"));
        assert!(!typed.flag("--check"));
        assert_eq!(typed.number("--limit").expect("a number"), Some(3));
        assert_eq!(
            typed.value("--only").expect("a value").as_deref(),
            Some("a=b")
        );
        typed.finish().expect("nothing is left");
    }

    #[test]
    fn mistakes_are_named() {
        let error = typed("--limit x").number("--limit").expect_err("no number");
        assert_eq!(error.to_string(), "--limit: \"x\" is not a whole number");
        let error = typed("--only").value("--only").expect_err("no value");
        assert_eq!(error.to_string(), "--only needs a value");
        let error = typed("--onyl x").finish().expect_err("unknown");
        assert_eq!(error.to_string(), "do not know what \"--onyl\" means here");
    }
}
