//! Paths into values, as people write them.

use pintle_go_yaml::Step;

/// `a.b[0].c` as steps; `\.` is a dot in a key.
pub fn parse_path(path: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut key = String::new();
    let mut letters = path.chars();
    let flush = |key: &mut String, steps: &mut Vec<Step>| {
        if !key.is_empty() {
            steps.push(Step::Key(std::mem::take(key).into()));
        }
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => key.extend(letters.next()),
            '.' => flush(&mut key, &mut steps),
            '[' => {
                flush(&mut key, &mut steps);
                let index: String = letters.by_ref().take_while(|c| *c != ']').collect();
                match index.parse() {
                    Ok(index) => steps.push(Step::Index(index)),
                    Err(_) => steps.push(Step::Key(index.into())),
                }
            }
            plain => key.push(plain),
        }
    }
    flush(&mut key, &mut steps);
    steps
}

/// Steps as [`parse_path`] reads them.
pub fn show_path(steps: &[Step]) -> String {
    let mut path = String::new();
    for step in steps {
        match step {
            Step::Key(key) => {
                if !path.is_empty() {
                    path.push('.');
                }
                for letter in key.to_text().chars() {
                    if matches!(letter, '.' | '[' | '\\') {
                        path.push('\\');
                    }
                    path.push(letter);
                }
            }
            Step::Index(index) => path.push_str(&format!("[{index}]")),
        }
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_they_are_shown() {
        for path in ["a.b", "a[0].b[12]", r"a\.b.c", r"x\[y.z"] {
            assert_eq!(show_path(&parse_path(path)), path);
        }
    }
}
