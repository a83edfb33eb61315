//! How a shell is to go on with the candidates.

use std::fmt;

/// A set of wishes, as cobra numbers them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Directive(u8);

impl Directive {
    /// Nothing can be said.
    pub const ERROR: Self = Self(1);
    /// More of the same word follows.
    pub const NO_SPACE: Self = Self(2);
    /// No file names where there are no candidates.
    pub const NO_FILES: Self = Self(4);

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn number(self) -> u8 {
        self.0
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wishes = [
            (Self::ERROR, "Error"),
            (Self::NO_SPACE, "NoSpace"),
            (Self::NO_FILES, "NoFileComp"),
        ];
        let named = wishes.iter().filter(|(wish, _)| self.0 & wish.0 != 0);
        let names: Vec<String> = named.map(|(_, name)| shown(name)).collect();
        if names.is_empty() {
            return f.write_str(&shown("Default"));
        }
        f.write_str(&names.join(", "))
    }
}

fn shown(name: &str) -> String {
    format!("ShellCompDirective{name}")
}
