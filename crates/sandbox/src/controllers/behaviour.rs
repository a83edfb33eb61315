//! What a pod is told to do: by annotations and labels, or by the name of an image.
//!
//! The marks mean the same as in the tests' real cluster (`tests/cluster/README.md`). An image does
//! something when it is `pintle.test/WORD[:ARGUMENT]`, or when its tag is `pintle-WORD[-ARGUMENT]`
//! (so that `--set image.tag=pintle-crash` is enough).

use std::time::Duration;

use pintle_sprig::parse_duration;
use serde_json::Value;

use super::parts::{self, containers, text};
use crate::object;

/// An image that cannot be pulled.
pub const NO_SUCH_IMAGE: &str = "no-such-image";

/// What a pod does.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Behaviour {
    /// It never starts.
    pub pending: bool,
    /// It fails.
    pub fail: bool,
    /// It keeps running, though it would end.
    pub run: bool,
    /// It starts after this time.
    pub delay: Duration,
    /// It ends this time after it started.
    pub run_for: Duration,
    /// What its containers answer when they fail.
    pub exit_code: i64,
    /// Deleted, it stays for this time.
    pub delete_delay: Duration,
}

/// What the name of an image tells: a word, and what more there is to it.
pub fn image(name: &str) -> Option<(&str, &str)> {
    let (repository, tag) = match name.rsplit_once(':') {
        Some((repository, tag)) if !tag.contains('/') => (repository, tag),
        _ => (name, ""),
    };
    let words = [NO_SUCH_IMAGE, "crash", "pending", "slow"];
    if let Some(word) = repository.strip_prefix("pintle.test/") {
        return words.contains(&word).then_some((word, tag));
    }
    let tag = tag.strip_prefix("pintle-")?;
    let word = words.into_iter().find(|word| tag.starts_with(word))?;
    Some((word, tag[word.len()..].trim_start_matches('-')))
}

/// What a pod is told to do.
pub fn of(pod: &Value) -> Behaviour {
    let annotation = |name: &str| object::annotation(pod, &format!("pintle.test/{name}"));
    let marked = |name: &str| parts::is_marked(pod, &format!("pintle.test/{name}"));
    let time = |name: &str| annotation(name).map(duration).unwrap_or_default();
    let mut behaviour = Behaviour {
        pending: marked("pending"),
        fail: marked("fail"),
        run: marked("run"),
        delay: time("delay"),
        run_for: time("run-for"),
        exit_code: annotation("exit-code")
            .and_then(|code| code.parse().ok())
            .unwrap_or(1),
        delete_delay: time("delete-delay"),
    };
    for container in containers(pod) {
        match image(text(&container["image"])) {
            Some(("pending", _)) => behaviour.pending = true,
            Some(("slow", time)) => behaviour.delay = behaviour.delay.max(duration(time)),
            Some(("crash", code)) => {
                behaviour.fail = true;
                behaviour.exit_code = code.parse().unwrap_or(behaviour.exit_code);
            }
            _ => {}
        }
    }
    behaviour
}

/// GO: a duration such as `1m30s`, or seconds; nothing when it is none. At most a day.
pub fn duration(text: &str) -> Duration {
    const MOST: Duration = Duration::from_hours(24);
    let read = parse_duration(text).or_else(|_| parse_duration(&format!("{text}s")));
    let nanoseconds = read.ok().and_then(|read| u64::try_from(read).ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default()).min(MOST)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn images_that_do_something() {
        for (name, does) in [
            ("nginx", None),
            ("localhost:5000/pintle-crash", None),
            ("pintle.test/crash", Some(("crash", ""))),
            ("pintle.test/crash:7", Some(("crash", "7"))),
            ("example.com/web:pintle-crash-3", Some(("crash", "3"))),
            ("web:pintle-no-such-image", Some(("no-such-image", ""))),
            ("pintle.test/slow:5s", Some(("slow", "5s"))),
            ("web:pintle-slow-5s", Some(("slow", "5s"))),
            ("pintle.test/pending", Some(("pending", ""))),
            ("web:pintle-else", None),
        ] {
            assert_eq!(image(name), does, "{name}");
        }
    }

    #[test]
    fn durations() {
        for (text, millis) in [
            ("3s", 3_000),
            ("1m30s", 90_000),
            ("250ms", 250),
            ("1.5s", 1_500),
            ("2", 2_000),
            ("", 0),
            ("soon", 0),
            ("-3s", 0),
            ("999999h", 86_400_000),
        ] {
            assert_eq!(duration(text), Duration::from_millis(millis), "{text}");
        }
    }
}
