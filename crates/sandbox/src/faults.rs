//! Requests that go wrong on purpose: for tests of clients, ours and others'.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use serde::{Deserialize, Serialize};

/// What is done with some requests.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase", deny_unknown_fields)]
pub struct Rule {
    /// `GET` and so on; nothing for all.
    pub method: String,
    /// The path, in which `*` stands for anything; nothing for all.
    pub path: String,
    /// What the query must contain; nothing for all.
    pub query: String,
    /// How many such requests pass first.
    pub after: u32,
    /// How many are then touched; 0 for all.
    pub times: u32,
    /// How long they wait before anything else.
    pub delay_millis: u64,
    /// The HTTP status that they get instead of their answer; 0 for none.
    pub fail: u16,
    /// What the refusal says.
    pub message: String,
    /// Whether the connection ends: `before` the request is carried out, or `after` it.
    pub cut: Cut,
}

/// When a connection is cut.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// Not at all.
    #[default]
    Never,
    /// Before the request is carried out.
    Before,
    /// After it: the client does not know that it was.
    After,
}

/// What is to be done with one request.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Fate {
    /// How long it waits.
    pub delay: Duration,
    /// The status and message that it gets.
    pub fail: Option<(u16, String)>,
    /// When its connection is cut.
    pub cut: Cut,
}

/// All rules, and how many requests met each.
#[derive(Debug, Default)]
pub struct Faults {
    rules: Mutex<Vec<(Rule, u32)>>,
}

impl Faults {
    fn rules(&self) -> std::sync::MutexGuard<'_, Vec<(Rule, u32)>> {
        self.rules.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a rule; its number.
    pub fn add(&self, rule: Rule) -> usize {
        let mut rules = self.rules();
        rules.push((rule, 0));
        rules.len() - 1
    }

    /// Takes all rules away.
    pub fn clear(&self) {
        self.rules().clear();
    }

    /// The rules, and how many requests met each of them so far.
    pub fn counts(&self) -> Vec<(Rule, u32)> {
        self.rules().clone()
    }

    /// What is to be done with a request. The first rule that does something decides.
    pub fn fate(&self, method: &str, path: &str, query: &str) -> Fate {
        let mut fate = Fate::default();
        for (rule, met) in self.rules().iter_mut() {
            let meets = (rule.method.is_empty() || rule.method == method)
                && (rule.path.is_empty() || is_like(path, &rule.path))
                && query.contains(&rule.query);
            if !meets {
                continue;
            }
            *met += 1;
            let turn = *met > rule.after && (rule.times == 0 || *met <= rule.after + rule.times);
            if turn && fate == Fate::default() {
                fate.delay = Duration::from_millis(rule.delay_millis);
                fate.cut = rule.cut;
                if rule.fail != 0 {
                    fate.fail = Some((rule.fail, rule.message.clone()));
                }
            }
        }
        fate
    }
}

/// Whether a text is like a pattern in which `*` stands for anything.
fn is_like(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns() {
        for (text, pattern) in [
            ("/a/b", "/a/b"),
            ("/a/b", "*"),
            ("/a/b", "/a*"),
            ("/a/b/c", "/a/*/c"),
            ("/a", "*a*"),
        ] {
            assert!(is_like(text, pattern), "{text} {pattern}");
        }
        for (text, pattern) in [
            ("/a/b", "/a"),
            ("/a/b", "/b*"),
            ("/a", "*b"),
            ("ab", "ab*b"),
        ] {
            assert!(!is_like(text, pattern), "{text} {pattern}");
        }
    }

    #[test]
    fn the_second_of_some_requests_fails() {
        let faults = Faults::default();
        let rule = Rule {
            method: "PATCH".into(),
            path: "*/deployments/*".into(),
            after: 1,
            times: 1,
            fail: 503,
            ..Rule::default()
        };
        faults.add(rule);
        let path = "/apis/apps/v1/namespaces/n/deployments/a";
        let fails: Vec<bool> = (0..3)
            .map(|_| faults.fate("PATCH", path, "").fail.is_some())
            .collect();
        assert_eq!(fails, [false, true, false]);
        assert_eq!(faults.fate("GET", path, ""), Fate::default());
        assert_eq!(faults.counts()[0].1, 3);
    }
}
