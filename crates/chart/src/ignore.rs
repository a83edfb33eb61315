//! `.helmignore`: which files of a chart folder are left out.

use crate::Error;

/// The rules of a `.helmignore` file.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    patterns: Vec<Pattern>,
}

#[derive(Debug, Clone)]
struct Pattern {
    /// The glob, without the marks around it.
    glob: String,
    /// HELM: `!glob` leaves out everything that does *not* match.
    negated: bool,
    /// The line ended in `/`: folders only.
    folders_only: bool,
    target: Target,
}

/// What a glob is matched against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Target {
    /// The whole path from the chart's top.
    Path,
    /// The last part of the path.
    Name,
}

impl Rules {
    /// Reads a `.helmignore` file and adds the rule that always holds.
    ///
    /// # Errors
    /// `double-star (**) syntax is not supported`, or `syntax error in pattern`.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let mut rules = Self::default();
        for (index, line) in text.lines().enumerate() {
            rules
                .add(line)
                .map_err(|error| error.hint(format!("see .helmignore, line {}", index + 1)))?;
        }
        // HELM: dot files under templates are never templates.
        rules.add("templates/.?*")?;
        Ok(rules)
    }

    /// Whether the file or folder at `path` (from the chart's top, with `/`) is left out.
    pub fn ignores(&self, path: &str, is_folder: bool) -> bool {
        if path.is_empty() || path == "." || path == "./" {
            return false;
        }
        self.patterns
            .iter()
            .any(|pattern| pattern.ignores(path, is_folder))
    }

    fn add(&mut self, line: &str) -> Result<(), Error> {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            return Ok(());
        }
        if line.contains("**") {
            return Err(Error::new("double-star (**) syntax is not supported"));
        }
        if glob_matches(line, "abc").is_none() {
            return Err(Error::new("syntax error in pattern"));
        }
        let (negated, line) = line.strip_prefix('!').map_or((false, line), |l| (true, l));
        let (folders_only, line) = line.strip_suffix('/').map_or((false, line), |l| (true, l));
        let (target, glob) = match line.strip_prefix('/') {
            Some(rest) => (Target::Path, rest),
            None if line.contains('/') => (Target::Path, line),
            None => (Target::Name, line),
        };
        self.patterns.push(Pattern {
            glob: glob.to_owned(),
            negated,
            folders_only,
            target,
        });
        Ok(())
    }
}

impl Pattern {
    fn ignores(&self, path: &str, is_folder: bool) -> bool {
        // HELM: for `!glob/` a file is left out, being no folder that matches.
        if self.folders_only && !is_folder {
            return self.negated;
        }
        let subject = match self.target {
            Target::Path => path,
            Target::Name => path.rsplit('/').next().unwrap_or(path),
        };
        glob_matches(&self.glob, subject).unwrap_or(false) != self.negated
    }
}

/// Go's `filepath.Match`; `None` if the pattern is malformed as far as it was looked at.
pub fn glob_matches(pattern: &str, name: &str) -> Option<bool> {
    if is_told_apart_by_ends(pattern, name) {
        return Some(false);
    }
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let valid = is_well_formed(&pattern);
    valid.then(|| matches_from(&pattern, &name))
}

/// Whether a pattern without classes and escapes, and so without mistakes, begins or ends in
/// other letters than the name: most that are compared do.
fn is_told_apart_by_ends(pattern: &str, name: &str) -> bool {
    if pattern.contains(['[', '\\']) {
        return false;
    }
    let wild = ['*', '?'];
    match (pattern.find(wild), pattern.rfind(wild)) {
        (Some(first), Some(last)) => {
            !name.starts_with(&pattern[..first]) || !name.ends_with(&pattern[last + 1..])
        }
        _ => pattern != name,
    }
}

fn is_well_formed(pattern: &[char]) -> bool {
    let mut at = 0;
    while at < pattern.len() {
        match take_one(pattern, at) {
            Some((_, next)) => at = next,
            None => return false,
        }
    }
    true
}

/// One part of a pattern.
enum Part {
    /// `*`: anything but `/`
    Star,
    /// `?`: one character but `/`
    Any,
    /// One character.
    Char(char),
    /// `[a-z]` or `[^a-z]`
    Class(bool, Vec<(char, char)>),
}

impl Part {
    fn accepts(&self, character: char) -> bool {
        match self {
            Self::Star => false,
            Self::Any => character != '/',
            Self::Char(wanted) => *wanted == character,
            Self::Class(negated, ranges) => {
                ranges
                    .iter()
                    .any(|(low, high)| (*low..=*high).contains(&character))
                    != *negated
            }
        }
    }
}

/// The part at `at` and where the next begins.
fn take_one(pattern: &[char], at: usize) -> Option<(Part, usize)> {
    match pattern.get(at)? {
        '*' => Some((Part::Star, at + 1)),
        '?' => Some((Part::Any, at + 1)),
        '\\' => Some((Part::Char(*pattern.get(at + 1)?), at + 2)),
        '[' => take_class(pattern, at + 1),
        plain => Some((Part::Char(*plain), at + 1)),
    }
}

fn take_class(pattern: &[char], mut at: usize) -> Option<(Part, usize)> {
    let negated = pattern.get(at) == Some(&'^');
    if negated {
        at += 1;
    }
    let mut ranges = Vec::new();
    loop {
        if pattern.get(at)? == &']' && !ranges.is_empty() {
            return Some((Part::Class(negated, ranges), at + 1));
        }
        let (low, next) = take_class_char(pattern, at)?;
        at = next;
        let mut high = low;
        if pattern.get(at)? == &'-' {
            (high, at) = take_class_char(pattern, at + 1)?;
        }
        ranges.push((low, high));
    }
}

fn take_class_char(pattern: &[char], at: usize) -> Option<(char, usize)> {
    match pattern.get(at)? {
        '-' | ']' => None,
        '\\' => Some((*pattern.get(at + 1)?, at + 2)),
        plain => Some((*plain, at + 1)),
    }
}

/// Matches a well-formed pattern; on a mismatch only the last `*` need grow.
fn matches_from(pattern: &[char], name: &[char]) -> bool {
    let (mut at, mut seen) = (0, 0);
    let mut retry: Option<(usize, usize)> = None;
    loop {
        match take_one(pattern, at) {
            Some((Part::Star, next)) => {
                retry = Some((next, seen));
                at = next;
                continue;
            }
            Some((part, next)) if name.get(seen).is_some_and(|&c| part.accepts(c)) => {
                (at, seen) = (next, seen + 1);
                continue;
            }
            None if seen == name.len() => return true,
            _ => {}
        }
        match retry {
            Some((star, from)) if name.get(from).is_some_and(|&c| c != '/') => {
                retry = Some((star, from + 1));
                (at, seen) = (star, from + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ignored(rules: &str, path: &str, is_folder: bool) -> bool {
        Rules::parse(rules).unwrap().ignores(path, is_folder)
    }

    /// Checked with `helm template` over charts whose template prints the names in `.Files`.
    #[test]
    fn follows_helm() {
        assert!(ignored("foo", "a/foo", false));
        assert!(ignored("*.bak", "a/b/x.bak", false));
        assert!(!ignored("a/*.bak", "a/b/x.bak", false));
        assert!(ignored("a/*.bak", "a/x.bak", false));
        assert!(ignored("/foo", "foo", false));
        assert!(!ignored("/foo", "a/foo", false));
        assert!(ignored("foo/", "a/foo", true));
        assert!(!ignored("foo/", "a/foo", false));
        assert!(ignored("[^b]oo", "foo", false));
        assert!(!ignored("[!b]oo", "foo", false));
        assert!(ignored("!foo", "Chart.yaml", false));
        assert!(!ignored("!foo", "foo", false));
        assert!(!ignored("./foo", "foo", false));
        assert!(ignored("", "templates/.x", false));
        assert!(!ignored("", "templates/x", false));
        assert!(!ignored("# foo\n\n  \n", "foo", false));
        assert!(ignored("  foo  \r\n", "foo", false));
        assert!(!ignored("FOO", "foo", false));
        assert!(ignored("a*b*c", "axbyc", false));
        assert!(!ignored("a*b*c", "axbyd", false));
        assert!(!ignored("aba*aba", "aba", false));
        assert!(ignored("?oo", "foo", false));
        assert!(!ignored("?o", "foo", false));
        assert!(ignored("\\foo", "foo", false));
    }

    #[test]
    fn refuses_what_helm_refuses() {
        let refused = |text| Rules::parse(text).unwrap_err().text().to_owned();
        assert_eq!(
            refused("a\n**/b"),
            "double-star (**) syntax is not supported"
        );
        assert_eq!(refused("a["), "syntax error in pattern");
        assert_eq!(refused("a\\"), "syntax error in pattern");
        assert_eq!(refused("[]a]"), "syntax error in pattern");
    }

    #[test]
    fn stars_do_not_explode() {
        let pattern = "*a".repeat(40);
        assert!(!ignored(&pattern, &"a".repeat(39), false));
    }
}
