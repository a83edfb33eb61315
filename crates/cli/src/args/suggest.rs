//! "Did you mean this?"

use super::Command;

/// The names of the commands that `typed` may have meant, in the order of the tree.
pub fn suggestions(commands: &[&'static Command], typed: &str) -> Vec<&'static str> {
    let lower = typed.to_lowercase();
    let near = |command: &&&'static Command| {
        distance(&lower, &command.name.to_lowercase()) <= 2
            || command.name.to_lowercase().starts_with(&lower)
            || command
                .suggested_for
                .iter()
                .any(|other| other.eq_ignore_ascii_case(typed))
    };
    commands
        .iter()
        .filter(|command| !command.hidden)
        .filter(near)
        .map(|command| command.name)
        .collect()
}

/// The Levenshtein distance: insertions, deletions and replacements of characters.
fn distance(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, character) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = line + 1;
        for (place, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(character != *other);
            diagonal = row[place + 1];
            row[place + 1] = replaced.min(diagonal + 1).min(row[place] + 1);
        }
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distances() {
        assert_eq!(distance("isntall", "install"), 2);
        assert_eq!(distance("", "list"), 4);
        assert_eq!(distance("list", "list"), 0);
        assert_eq!(distance("lis", "lint"), 2);
    }
}
