//! How a shell is to go on with the candidates.

use std::fmt;

/// A set of wishes, as cobra numbers them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Directive(i64);

impl Directive {
    /// Nothing can be said.
    pub const ERROR: Self = Self(1);
    /// More of the same word follows.
    pub const NO_SPACE: Self = Self(2);
    /// No file names where there are no candidates.
    pub const NO_FILES: Self = Self(4);

    /// What a plugin says, whatever that is.
    pub fn of(number: i64) -> Self {
        Self(number)
    }

    pub fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub fn number(self) -> i64 {
        self.0
    }
}

impl fmt::Display for Directive {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let wishes = [
            (Self::ERROR, "Error"),
            (Self::NO_SPACE, "NoSpace"),
            (Self::NO_FILES, "NoFileComp"),
            (Self(8), "FilterFileExt"),
            (Self(16), "FilterDirs"),
            (Self(32), "KeepOrder"),
        ];
        if self.0 >= 64 {
            return write!(f, "ERROR: unexpected ShellCompDirective value: {}", self.0);
        }
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
