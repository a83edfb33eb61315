//! Which servers a request may reach at all.

use reqwest::Url;

/// Hosts by their names or patterns, in which a star stands for anything. A request that has
/// them asks no other one, and follows no redirect to any.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hosts(pub Vec<String>);

impl Hosts {
    pub(crate) fn allow(&self, url: &Url) -> bool {
        let host = url.host_str().unwrap_or_default();
        let host = host.trim_matches(['[', ']']);
        self.0.iter().any(|pattern| fits(pattern, host))
    }
}

/// Whether a host is one of a pattern, in which a star stands for anything.
fn fits(pattern: &str, host: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = host.strip_prefix(first) else {
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
    fn stars_stand_for_anything() {
        assert!(fits("example.com", "example.com"));
        assert!(fits("*.example.com", "a.b.example.com"));
        assert!(fits("*", "x"));
        assert!(fits("a*b*c", "a1b2c"));
        assert!(!fits("example.com", "example.com.evil"));
        assert!(!fits("*.example.com", "example.com"));
        assert!(!fits("", "x"));
    }

    #[test]
    fn addresses_are_hosts_too() {
        let hosts = Hosts(vec!["::1".into(), "10.0.0.*".into()]);
        let allowed = |url: &str| hosts.allow(&Url::parse(url).unwrap());
        assert!(allowed("http://[::1]:80/"));
        assert!(allowed("http://10.0.0.7/"));
        assert!(!allowed("http://10.0.1.7/"));
        assert!(!allowed("data:10.0.0.1"));
    }
}
