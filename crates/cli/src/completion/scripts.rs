//! The scripts of shells.

/// A shell that there is a script for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shell {
    /// bash, from 3.2
    Bash,
    /// fish, from 3.0
    Fish,
    /// Power, from 5.0
    Power,
    /// zsh, from 5.0
    Zsh,
}

/// The script for a program of that name; `described`, candidates come with what they mean.
pub fn script(shell: Shell, program: &str, described: bool) -> String {
    let text = match shell {
        Shell::Bash => include_str!("scripts/complete.bash"),
        Shell::Fish => include_str!("scripts/complete.fish"),
        Shell::Power => include_str!("scripts/complete.ps1"),
        Shell::Zsh => include_str!("scripts/complete.zsh"),
    };
    let question = if described {
        "__complete"
    } else {
        "__completeNoDesc"
    };
    text.replace("@function@", &function(program))
        .replace("@program@", program)
        .replace("@question@", question)
}

/// Part of the name of functions.
fn function(program: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() { c } else { '_' };
    program.chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::{Shell, script};

    #[test]
    fn scripts_are_for_the_name_of_the_program() {
        for shell in [Shell::Bash, Shell::Fish, Shell::Power, Shell::Zsh] {
            let text = script(shell, "helm-4", true);
            assert!(text.contains("helm-4") && text.contains("helm_4"), "{text}");
            assert!(
                !text.contains("@program@") && !text.contains("@function@"),
                "{text}"
            );
            assert!(!text.contains("__completeNoDesc"), "{text}");
        }
    }
}
