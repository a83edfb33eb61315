//! Which command of a plugin is for this machine, with its variables.

use std::collections::BTreeMap;

use crate::Error;

/// A command for one kind of machine.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlatformCommand {
    /// Go's name of the operating system; empty for any.
    pub os: String,
    /// Go's name of the processor; empty for any.
    pub arch: String,
    /// The program, perhaps with arguments after blanks.
    pub command: String,
    /// Further arguments.
    pub args: Vec<String>,
}

/// The program and its arguments, variables replaced (in the arguments: if `expands`), `extra`
/// behind.
///
/// # Errors
/// No command is for this machine.
pub(crate) fn prepare(
    commands: &[PlatformCommand],
    expands: bool,
    extra: &[String],
    variables: &BTreeMap<String, String>,
) -> Result<(String, Vec<String>), Error> {
    let none = || {
        Error::new("no plugin command is applicable").with_hint(format!(
            "plugin.yaml has no command for {} on {}",
            operating_system(),
            processor()
        ))
    };
    let chosen = choose(commands, operating_system(), processor()).ok_or_else(none)?;
    // HELM: every single blank separates, so that two in a row make an empty argument.
    let mut words = chosen.command.split(' ');
    let program = words
        .next()
        .filter(|word| !word.is_empty())
        .ok_or_else(none)?;
    let own = words.chain(chosen.args.iter().map(String::as_str));
    let arguments = own
        .map(|word| {
            if expands {
                expand(word, variables)
            } else {
                word.to_owned()
            }
        })
        .chain(extra.iter().cloned())
        .collect();
    Ok((expand(program, variables), arguments))
}

/// HELM: one for exactly this machine; else the first for its system; else the first for any.
fn choose<'a>(
    commands: &'a [PlatformCommand],
    os: &str,
    arch: &str,
) -> Option<&'a PlatformCommand> {
    let is_os = |one: &&PlatformCommand| one.os.eq_ignore_ascii_case(os);
    let any_arch = |one: &&PlatformCommand| one.arch.is_empty();
    let exact = |one: &&PlatformCommand| is_os(one) && one.arch.eq_ignore_ascii_case(arch);
    let find = |rule: &dyn Fn(&&PlatformCommand) -> bool| commands.iter().find(|one| rule(one));
    find(&exact)
        .or_else(|| find(&|one| is_os(one) && any_arch(one)))
        .or_else(|| find(&|one| one.os.is_empty() && any_arch(one)))
}

fn operating_system() -> &'static str {
    match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    }
}

fn processor() -> &'static str {
    match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        "powerpc64" => "ppc64le",
        other => other,
    }
}

/// GO: `os.Expand`: `$NAME`, `${NAME}`, and the shell's special names of one character; an
/// unknown name is empty, and a wrong brace disappears.
fn expand(text: &str, variables: &BTreeMap<String, String>) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        let (name, taken) = variable(after);
        if name.is_empty() && taken == 0 {
            // GO: a dollar sign that begins no name stays.
            out.push('$');
        } else if let Some(value) = variables.get(name) {
            out.push_str(value);
        }
        rest = &after[taken..];
    }
    out + rest
}

/// The name that begins `text`, and how many bytes it takes.
fn variable(text: &str) -> (&str, usize) {
    let special = |byte: u8| b"*#$@!?-0123456789".contains(&byte);
    let in_name = |byte: u8| byte == b'_' || byte.is_ascii_alphanumeric();
    let bytes = text.as_bytes();
    match bytes.first() {
        Some(b'{') => match bytes.get(1..) {
            Some([one, b'}', ..]) if special(*one) => (&text[1..2], 3),
            _ => match text.find('}') {
                // GO: `${}` and `${` without an end are eaten.
                Some(1) => ("", 2),
                Some(end) => (&text[1..end], end + 1),
                None => ("", 1),
            },
        },
        Some(byte) if special(*byte) => (&text[..1], 1),
        _ => {
            let length = bytes.iter().take_while(|byte| in_name(**byte)).count();
            (&text[..length], length)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn command(os: &str, arch: &str, command: &str) -> PlatformCommand {
        PlatformCommand {
            os: os.into(),
            arch: arch.into(),
            command: command.into(),
            args: Vec::new(),
        }
    }

    #[test]
    fn the_nearest_command_is_chosen() {
        let commands = [
            command("", "", "any"),
            command("linux", "", "linux"),
            command("Linux", "AMD64", "exact"),
            command("windows", "", "windows"),
            command("", "arm64", "never: a processor needs a system"),
        ];
        let chosen = |os, arch| choose(&commands, os, arch).map(|one| one.command.as_str());
        assert_eq!(chosen("linux", "amd64"), Some("exact"));
        assert_eq!(chosen("linux", "arm64"), Some("linux"));
        assert_eq!(chosen("darwin", "arm64"), Some("any"));
        assert_eq!(choose(&commands[4..], "linux", "arm64"), None);
    }

    // Go's results of os.Expand with A=1 and B=2.
    #[test]
    fn variables_are_replaced_as_go_does() {
        let variables = [("A", "1"), ("B", "2")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into();
        for (text, expected) in [
            ("$A-${B}", "1-2"),
            ("$AB|", "|"),
            ("x$", "x$"),
            ("$$", ""),
            ("$@", ""),
            ("$1st", "st"),
            ("${@}", ""),
            ("${}x", "x"),
            ("${A", "A"),
            ("a $ b", "a $ b"),
            ("ü$A", "ü1"),
        ] {
            assert_eq!(expand(text, &variables), expected, "{text}");
        }
    }

    #[test]
    fn arguments_come_in_order() {
        let mut one = command("", "", "sh  -c");
        one.args = vec!["$A".into()];
        let variables = [("A".to_owned(), "1".to_owned())].into();
        let (program, arguments) = prepare(&[one], true, &["$A".to_owned()], &variables).unwrap();
        assert_eq!(program, "sh");
        assert_eq!(arguments, ["", "-c", "1", "$A"]);
        let none = prepare(&[command("plan9", "", "x")], true, &[], &variables);
        assert_eq!(
            none.unwrap_err().to_string(),
            "no plugin command is applicable"
        );
    }
}
