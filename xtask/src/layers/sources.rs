//! What the sources of a pure crate name of the standard library.

use std::fs;
use std::path::Path;

use anyhow::{Context as _, Result};

use super::rules::{NOT_NAMED_IN_PURE, may_touch_files};

/// The forbidden names in a pure crate's sources, as `FILE:LINE names std::X`.
pub fn forbidden(crate_name: &str, folder: &Path) -> Result<Vec<String>> {
    let mut found = Vec::new();
    visit(&folder.join("src"), "", &mut |file, text| {
        if may_touch_files(crate_name, file) || is_test(file) {
            return;
        }
        for (line, name) in names(text) {
            found.push(format!(
                "crates/{crate_name}/src/{file}:{line} names std::{name}"
            ));
        }
    })?;
    Ok(found)
}

fn visit(folder: &Path, prefix: &str, action: &mut impl FnMut(&str, &str)) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| folder.display().to_string())?;
    let mut names: Vec<String> = entries
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<_>>()?;
    names.sort();
    for name in names {
        let path = folder.join(&name);
        let relative = format!("{prefix}{name}");
        if path.is_dir() {
            visit(&path, &format!("{relative}/"), action)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = fs::read_to_string(&path).with_context(|| path.display().to_string())?;
            action(&relative, &text);
        }
    }
    Ok(())
}

/// Files of unit tests may read fixtures.
fn is_test(file: &str) -> bool {
    file.split('/')
        .any(|part| part == "tests" || part == "tests.rs" || part.ends_with("_tests.rs"))
}

/// The forbidden modules that a source names, with their lines (from 1). Comments and what
/// follows `#[cfg(test)]` (the tests, by our custom at the end of a file) do not count.
fn names(text: &str) -> Vec<(usize, &'static str)> {
    let shipped = text.split("#[cfg(test)]\nmod ").next().unwrap_or(text);
    let code: String = shipped
        .lines()
        .flat_map(|line| [line.split("//").next().unwrap_or(line), "\n"])
        .collect();
    let mut found = Vec::new();
    for (at, _) in code.match_indices("std::") {
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_') {
            continue;
        }
        let line = code[..at].matches('\n').count() + 1;
        for first in first_segments(&code[at + "std::".len()..]) {
            if let Some(&name) = NOT_NAMED_IN_PURE.iter().find(|&&name| name == first) {
                found.push((line, name));
            }
        }
    }
    found
}

/// The modules named right after `std::`: one, or those of a group in braces.
fn first_segments(rest: &str) -> Vec<&str> {
    let word = |text| -> &str {
        let text: &str = text;
        let end = text
            .find(|c: char| !c.is_alphanumeric() && c != '_')
            .unwrap_or(text.len());
        &text[..end]
    };
    let Some(group) = rest.strip_prefix('{') else {
        return vec![word(rest)];
    };
    let mut segments = vec![word(group.trim_start())];
    let mut depth = 0_usize;
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => segments.push(word(group[at + 1..].trim_start())),
            _ => {}
        }
    }
    segments
}

#[cfg(test)]
mod tests {
    use super::{is_test, names};

    #[test]
    fn plain_and_grouped_names_are_found() {
        let text = "use std::fmt;\nuse std::{\n    collections::{env, BTreeMap},\n    fs,\n};\n\
                    fn f() { std::process::exit(1) }\n";
        assert_eq!(names(text), [(2, "fs"), (6, "process")]);
    }

    #[test]
    fn comments_tests_and_other_crates_do_not_count() {
        let text = "// std::fs\nuse my_std::fs;\nuse std::environment;\n\
                    #[cfg(test)]\nmod tests { use std::fs; }\n";
        assert_eq!(names(text), []);
        assert!(is_test("coalesce/tests.rs") && is_test("tests/a.rs") && !is_test("test.rs"));
    }
}
