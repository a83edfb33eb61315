//! Glob patterns over file names, as `.Files.Glob` has them.
//!
//! HELM: the dialect of the `gobwas/glob` library with `/` as separator: `*` and `?` stop at
//! `/`, `**` does not, `{a,b}` alternatives, `[abc]`, `[a-z]`, `[!a]`, `\` escapes.

/// More alternatives than any real pattern has; keeps hostile ones cheap.
const MAX_ALTERNATIVES: usize = 1024;

/// A compiled pattern.
#[derive(Debug)]
pub(crate) struct Glob {
    alternatives: Vec<Vec<Token>>,
}

#[derive(Debug, Clone)]
enum Token {
    Literal(char),
    AnyInSegment,
    Any,
    OneInSegment,
    Set {
        negated: bool,
        ranges: Vec<(char, char)>,
    },
}

impl Glob {
    /// Compiles a pattern; `None` when it is malformed.
    pub fn compile(pattern: &str) -> Option<Self> {
        let characters: Vec<char> = pattern.chars().collect();
        let mut parser = Parser {
            characters: &characters,
            at: 0,
        };
        let alternatives = parser.sequence(false)?;
        (parser.at == characters.len()).then_some(Self { alternatives })
    }

    /// Whether the whole name matches.
    pub fn matches(&self, name: &str) -> bool {
        let name: Vec<char> = name.chars().collect();
        self.alternatives
            .iter()
            .any(|tokens| matches(tokens, &name))
    }
}

struct Parser<'a> {
    characters: &'a [char],
    at: usize,
}

impl Parser<'_> {
    /// Parses up to the end, or up to `,` or `}` inside braces.
    fn sequence(&mut self, in_braces: bool) -> Option<Vec<Vec<Token>>> {
        let mut found = vec![Vec::new()];
        while let Some(&character) = self.characters.get(self.at) {
            if in_braces && matches!(character, ',' | '}') {
                break;
            }
            self.at += 1;
            let next = match character {
                '*' if self.characters.get(self.at) == Some(&'*') => {
                    self.at += 1;
                    Token::Any
                }
                '*' => Token::AnyInSegment,
                '?' => Token::OneInSegment,
                '[' => self.set()?,
                '{' => {
                    found = product(&found, &self.braces()?)?;
                    continue;
                }
                '\\' => {
                    let escaped = *self.characters.get(self.at)?;
                    self.at += 1;
                    Token::Literal(escaped)
                }
                other => Token::Literal(other),
            };
            for tokens in &mut found {
                tokens.push(next.clone());
            }
        }
        Some(found)
    }

    fn braces(&mut self) -> Option<Vec<Vec<Token>>> {
        let mut all = Vec::new();
        loop {
            all.extend(self.sequence(true)?);
            let end = *self.characters.get(self.at)?;
            self.at += 1;
            if end == '}' {
                return Some(all);
            }
        }
    }

    fn set(&mut self) -> Option<Token> {
        let negated = self.characters.get(self.at) == Some(&'!');
        self.at += usize::from(negated);
        let mut ranges = Vec::new();
        loop {
            let low = *self.characters.get(self.at)?;
            self.at += 1;
            if low == ']' {
                return (!ranges.is_empty()).then_some(Token::Set { negated, ranges });
            }
            let is_range = self.characters.get(self.at) == Some(&'-')
                && self.characters.get(self.at + 1).is_some_and(|c| *c != ']');
            let high = if is_range {
                *self.characters.get(self.at + 1)?
            } else {
                low
            };
            self.at += if is_range { 2 } else { 0 };
            ranges.push((low, high));
        }
    }
}

fn product(left: &[Vec<Token>], right: &[Vec<Token>]) -> Option<Vec<Vec<Token>>> {
    if left.len().checked_mul(right.len())? > MAX_ALTERNATIVES {
        return None;
    }
    Some(
        left.iter()
            .flat_map(|l| {
                right
                    .iter()
                    .map(move |r| [l.as_slice(), r.as_slice()].concat())
            })
            .collect(),
    )
}

/// Set-of-positions matching: linear in pattern × name, whatever the pattern.
fn matches(tokens: &[Token], name: &[char]) -> bool {
    let mut states = vec![false; tokens.len() + 1];
    states[0] = true;
    close(tokens, &mut states);
    for &character in name {
        let mut next = vec![false; tokens.len() + 1];
        for (index, token) in tokens.iter().enumerate().filter(|(i, _)| states[*i]) {
            match token {
                Token::Any => next[index] = true,
                Token::AnyInSegment => next[index] |= character != '/',
                Token::OneInSegment => next[index + 1] |= character != '/',
                Token::Literal(literal) => next[index + 1] |= *literal == character,
                Token::Set { negated, ranges } => {
                    let inside = ranges.iter().any(|(l, h)| (*l..=*h).contains(&character));
                    next[index + 1] |= inside != *negated;
                }
            }
        }
        close(tokens, &mut next);
        states = next;
    }
    states[tokens.len()]
}

/// A star also matches nothing.
fn close(tokens: &[Token], states: &mut [bool]) {
    for (index, token) in tokens.iter().enumerate() {
        if states[index] && matches!(token, Token::Any | Token::AnyInSegment) {
            states[index + 1] = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Glob;

    fn matches(pattern: &str, name: &str) -> bool {
        Glob::compile(pattern).is_some_and(|glob| glob.matches(name))
    }

    #[test]
    fn stars_and_separators() {
        assert!(matches("cfg/*", "cfg/a.txt"));
        assert!(!matches("cfg/*", "cfg/sub/a.txt"));
        assert!(matches("cfg/**", "cfg/sub/a.txt"));
        assert!(matches("**.yaml", "a/b/c.yaml"));
        assert!(matches("*.txt", ".txt"));
        assert!(!matches("?", "/"));
    }

    #[test]
    fn sets_and_alternatives() {
        assert!(matches("{a,b/*}.txt", "b/x.txt"));
        assert!(matches("[!a]b", "cb"));
        assert!(!matches("[!a]b", "ab"));
        assert!(matches("[a-c]1", "b1"));
        assert!(matches("\\*", "*"));
        assert!(Glob::compile("[").is_none());
        assert!(Glob::compile("{a").is_none());
    }

    #[test]
    fn hostile_patterns_stay_cheap() {
        let pattern = "{a,b}".repeat(40);
        assert!(Glob::compile(&pattern).is_none());
        assert!(!matches(&"*a".repeat(100), &"a".repeat(90)));
    }
}
