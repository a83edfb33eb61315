//! Which requests go through a proxy, by the environment variables everyone uses.

use std::net::IpAddr;

use http::Uri;

/// The values of `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` (or their lower-case twins).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProxyVariables {
    /// The proxy for `http` servers.
    pub http: Option<String>,
    /// The proxy for `https` servers.
    pub https: Option<String>,
    /// The servers that are reached without.
    pub no_proxy: Option<String>,
}

impl ProxyVariables {
    /// The values in an environment.
    ///
    /// GO: the upper-case name wins, unless it is empty.
    pub fn of(get: impl Fn(&str) -> Option<String>) -> Self {
        let either = |name: &str| {
            let names = [name.to_owned(), name.to_ascii_lowercase()];
            let mut values = names.iter().filter_map(|name| get(name));
            values.find(|value| !value.is_empty())
        };
        Self {
            http: either("HTTP_PROXY"),
            https: either("HTTPS_PROXY"),
            no_proxy: either("NO_PROXY"),
        }
    }

    /// The proxy for a server, if there is to be one.
    ///
    /// GO: the machine itself is never reached through a proxy.
    pub fn for_url(&self, url: &Uri) -> Option<&str> {
        let proxy = match url.scheme_str() {
            Some("https") => self.https.as_deref(),
            _ => self.http.as_deref(),
        };
        let proxy = proxy.filter(|text| !text.is_empty())?;
        let host = url.host()?.trim_matches(['[', ']']).to_ascii_lowercase();
        let address: Option<IpAddr> = host.parse().ok();
        if host == "localhost" || address.is_some_and(|address| address.is_loopback()) {
            return None;
        }
        let exempt = self
            .no_proxy
            .as_deref()
            .unwrap_or_default()
            .split(',')
            .any(|rule| matches(rule.trim(), &host, address, url.port_u16()));
        (!exempt).then_some(proxy)
    }
}

fn matches(rule: &str, host: &str, address: Option<IpAddr>, port: Option<u16>) -> bool {
    if rule.is_empty() {
        return false;
    }
    if rule == "*" {
        return true;
    }
    let rule = rule.to_ascii_lowercase();
    if let Some((network, bits)) = rule.split_once('/') {
        return match (network.parse(), bits.parse(), address) {
            (Ok(network), Ok(bits), Some(address)) => contains(network, bits, address),
            _ => false,
        };
    }
    let (name, rule_port) = match rule.rsplit_once(':') {
        Some((name, port)) if port.parse::<u16>().is_ok() && !name.contains(':') => {
            (name, port.parse::<u16>().ok())
        }
        _ => (rule.as_str(), None),
    };
    if rule_port.is_some() && rule_port != port {
        return false;
    }
    let name = name.trim_start_matches('*');
    match name.strip_prefix('.') {
        Some(domain) => host
            .strip_suffix(domain)
            .is_some_and(|head| head.ends_with('.')),
        None => {
            host == name
                || host
                    .strip_suffix(name)
                    .is_some_and(|head| head.ends_with('.'))
        }
    }
}

fn contains(network: IpAddr, bits: u32, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) if bits <= 32 => {
            let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) if bits <= 128 => {
            let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_variables_mean_what_they_mean_elsewhere() {
        let variables = ProxyVariables {
            http: None,
            https: Some("http://proxy:3128".into()),
            no_proxy: Some("10.0.0.0/8, .corp.example,api.test:6443,plain.test".into()),
        };
        let proxied = |url: &str| variables.for_url(&url.parse().unwrap()).is_some();
        assert!(proxied("https://kube.example:6443"));
        assert!(proxied("https://api.test:443"));
        assert!(proxied("https://corp.example"));
        for direct in [
            "http://kube.example",
            "https://127.0.0.1:6443",
            "https://localhost:6443",
            "https://10.1.2.3",
            "https://a.corp.example",
            "https://api.test:6443",
            "https://plain.test",
            "https://a.plain.test",
        ] {
            assert!(!proxied(direct), "{direct}");
        }
    }

    #[test]
    fn the_upper_case_name_wins() {
        let variables = ProxyVariables::of(|name| match name {
            "HTTP_PROXY" => Some("http://upper".to_owned()),
            "http_proxy" | "https_proxy" => Some("http://lower".to_owned()),
            "HTTPS_PROXY" => Some(String::new()),
            _ => None,
        });
        assert_eq!(variables.http.as_deref(), Some("http://upper"));
        assert_eq!(variables.https.as_deref(), Some("http://lower"));
        assert_eq!(variables.no_proxy, None);
    }
}
