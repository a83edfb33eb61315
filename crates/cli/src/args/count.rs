//! How many arguments a command takes.

use crate::quote::quote;

/// The number of arguments that a command takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Count {
    /// any number
    Any,
    /// none
    None,
    /// this many
    Exactly(usize),
    /// this many or more
    AtLeast(usize),
    /// up to this many
    AtMost(usize),
}

impl Count {
    /// Checks a number of arguments given to the command `path`, whose usage is `use_line`.
    ///
    /// # Errors
    /// Helm's text, with the usage below it.
    pub fn check(self, given: usize, path: &str, use_line: &str) -> Result<(), String> {
        let wants = match self {
            Self::None if given > 0 => "accepts no arguments".to_owned(),
            Self::Exactly(count) if given != count => format!("requires {}", arguments(count)),
            Self::AtLeast(count) if given < count => {
                format!("requires at least {}", arguments(count))
            }
            Self::AtMost(count) if given > count => format!("accepts at most {}", arguments(count)),
            _ => return Ok(()),
        };
        Err(format!("{} {wants}\n\nUsage:  {use_line}", quote(path)))
    }
}

fn arguments(count: usize) -> String {
    format!("{count} argument{}", if count == 1 { "" } else { "s" })
}
