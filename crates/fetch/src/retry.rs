//! When a request is made again.

use std::time::Duration;

/// How often, and after which pauses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Retry {
    /// How many more times at most.
    pub times: u32,
    /// The first pause; each is twice the one before.
    pub first: Duration,
    /// The shortest and the longest pause.
    pub pauses: (Duration, Duration),
}

impl Retry {
    /// HELM: registries are asked up to six times, within 7 seconds. Repositories are asked
    /// once.
    pub fn registry() -> Self {
        Self {
            times: 5,
            first: Duration::from_millis(250),
            pauses: (Duration::from_millis(200), Duration::from_secs(3)),
        }
    }

    /// How long to wait before asking for the `attempt`th time again (from 0), after an answer
    /// with this status; none when the answer is final.
    pub(crate) fn pause(&self, attempt: u32, status: u16, after: Option<&str>) -> Option<Duration> {
        // HELM: whatever the server's fault is, and too many requests.
        let again = matches!(status, 408 | 429) || status >= 500;
        if attempt >= self.times || !again {
            return None;
        }
        let asked = after
            .filter(|_| status == 429)
            .and_then(|text| text.trim().parse().ok())
            .filter(|seconds| *seconds > 0)
            .map(Duration::from_secs);
        let doubled = || self.first.saturating_mul(1 << attempt.min(20));
        let (shortest, longest) = self.pauses;
        Some(asked.unwrap_or_else(doubled).max(shortest).min(longest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let retry = Retry::registry();
        let pauses: Vec<_> = (0..7)
            .map(|attempt| retry.pause(attempt, 503, None).map(|one| one.as_millis()))
            .collect();
        assert_eq!(
            pauses,
            [
                Some(250),
                Some(500),
                Some(1000),
                Some(2000),
                Some(3000),
                None,
                None
            ]
        );
        assert_eq!(retry.pause(0, 404, None), None);
        assert_eq!(Retry::default().pause(0, 503, None), None);
    }

    #[test]
    fn the_server_may_say_when() {
        let retry = Retry::registry();
        let pause = |status, after| retry.pause(0, status, Some(after)).unwrap();
        assert_eq!(pause(429, "1"), Duration::from_secs(1));
        assert_eq!(pause(429, "3600"), Duration::from_secs(3));
        assert_eq!(pause(429, "soon"), Duration::from_millis(250));
        assert_eq!(pause(503, "2"), Duration::from_millis(250));
    }
}
