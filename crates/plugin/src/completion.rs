//! `completion.yaml`: what may come behind the name of a plugin that is a command.

use pintle_chart::scalar_text;
use pintle_go_value::{Map, Value};

/// How deep commands may be below commands.
const MAX_DEPTH: usize = 16;
/// How many commands there may be in all.
const MAX_COMMANDS: usize = 10_000;

/// A command of a plugin, or the plugin itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Its name; of the plugin itself, nothing that matters.
    pub name: String,
    /// What its first argument may be.
    pub words: Vec<String>,
    /// Its flags, without dashes; a flag of one letter is a short one.
    pub flags: Vec<String>,
    /// The commands below it; none where the plugin is asked what may come next.
    pub commands: Option<Vec<Completion>>,
}

/// Reads a `completion.yaml`; a file that is wrong anywhere says nothing at all.
pub fn read_completion(text: &[u8]) -> Completion {
    let mut left = MAX_COMMANDS;
    match pintle_go_yaml::parse(text) {
        Ok(Value::Map(map)) => command(&map, MAX_DEPTH, &mut left).unwrap_or_default(),
        _ => Completion::default(),
    }
}

fn command(map: &Map, depth: usize, left: &mut usize) -> Option<Completion> {
    *left = left.checked_sub(1)?;
    let commands = match map.get("commands") {
        None | Some(Value::Nil) => None,
        Some(Value::List(list)) => {
            let depth = depth.checked_sub(1)?;
            let mut commands = Vec::new();
            for item in list.iter() {
                match item {
                    Value::Map(map) => commands.push(command(map, depth, left)?),
                    Value::Nil => commands.push(Completion::default()),
                    _ => return None,
                }
            }
            Some(commands)
        }
        Some(_) => return None,
    };
    Some(Completion {
        name: match map.get("name") {
            None | Some(Value::Nil) => String::new(),
            Some(value) => scalar_text(&value)?,
        },
        words: texts(map, "validArgs")?,
        flags: texts(map, "flags")?,
        commands,
    })
}

fn texts(map: &Map, name: &str) -> Option<Vec<String>> {
    let list = match map.get(name) {
        None | Some(Value::Nil) => return Some(Vec::new()),
        Some(Value::List(list)) => list,
        Some(_) => return None,
    };
    // HELM: other scalars become text: `y` is true.
    let text = |value: &Value| match value {
        Value::Nil => Some(String::new()),
        other => scalar_text(other),
    };
    list.iter().map(text).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_are_read_whole_or_not_at_all() {
        let text = "name: x\nflags: [a, all]\ncommands:\n- name: get\n  validArgs: [one, two]\n- name: set\n  commands: []\n";
        let read = read_completion(text.as_bytes());
        assert_eq!(read.flags, ["a", "all"]);
        let commands = read.commands.unwrap();
        assert_eq!(commands[0].words, ["one", "two"]);
        assert_eq!(commands[0].commands, None);
        assert_eq!(commands[1].commands, Some(Vec::new()));
        for bad in [
            "",
            "[]",
            "flags: a",
            "validArgs: [[]]",
            "commands: [{name: []}]",
            "a: b: c",
        ] {
            assert_eq!(
                read_completion(bad.as_bytes()),
                Completion::default(),
                "{bad}"
            );
        }
        let deep = "{commands: [".repeat(100) + &"]}".repeat(100);
        assert_eq!(read_completion(deep.as_bytes()), Completion::default());
    }
}
