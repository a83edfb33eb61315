//! Why no answer came, in the words of Go's network library.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use http::{StatusCode, Uri};
use rustls::{AlertDescription, CertificateError};

/// What an HTTP client's failure comes down to: `dial tcp 127.0.0.1:1: connect: connection
/// refused`, without the `Get "URL": ` that callers put in front.
///
/// The error is looked at now; the future, which does not hold it, looks up the address.
pub fn unanswered(
    url: &str,
    error: &(dyn StdError + 'static),
) -> impl Future<Output = String> + Send + use<> {
    let found = cause(url, error);
    let url = url.to_owned();
    async move {
        match found {
            Cause::Told(text) => text,
            Cause::Dial(what) => match address(&url).await {
                Some(address) => format!("dial tcp {address}: {what}"),
                None => format!("dial tcp: {what}"),
            },
        }
    }
}

/// Go's `http.StatusText`: the words for a status; none for one that has no words.
pub fn status_text(status: u16) -> &'static str {
    match status {
        203 => "Non-Authoritative Information",
        // Go kept the words of older standards.
        413 => "Request Entity Too Large",
        414 => "Request URI Too Long",
        416 => "Requested Range Not Satisfiable",
        other => StatusCode::from_u16(other)
            .ok()
            .and_then(|status| status.canonical_reason())
            .unwrap_or_default(),
    }
}

enum Cause {
    /// This is the whole text.
    Told(String),
    /// No connection; Go names the address first.
    Dial(&'static str),
}

fn cause(url: &str, error: &(dyn StdError + 'static)) -> Cause {
    let mut next: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = next {
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return Cause::Told(tls_reason(tls, url));
        }
        if let Some(error) = current.downcast_ref::<io::Error>() {
            // An I/O failure often only wraps what really happened.
            if let Some(inner) = error.get_ref() {
                next = Some(inner);
                continue;
            }
            return io_cause(error, url);
        }
        next = current.source();
    }
    let text = innermost(error);
    if text.contains("connection closed before message completed") || text == "tls handshake eof" {
        return Cause::Told("EOF".to_owned());
    }
    Cause::Told(text)
}

pub(crate) fn innermost(error: &dyn StdError) -> String {
    let mut current: &dyn StdError = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

fn io_cause(error: &io::Error, url: &str) -> Cause {
    Cause::Dial(match error.kind() {
        io::ErrorKind::ConnectionRefused => "connect: connection refused",
        io::ErrorKind::HostUnreachable => "connect: no route to host",
        io::ErrorKind::NetworkUnreachable => "connect: network is unreachable",
        io::ErrorKind::AddrNotAvailable => "connect: cannot assign requested address",
        io::ErrorKind::TimedOut => "i/o timeout",
        io::ErrorKind::ConnectionReset => {
            return Cause::Told("read: connection reset by peer".to_owned());
        }
        io::ErrorKind::UnexpectedEof => return Cause::Told("EOF".to_owned()),
        _ => {
            let text = error.to_string();
            if text.contains("failed to lookup address") || text.contains("nodename nor servname") {
                return Cause::Told(format!("dial tcp: lookup {}: no such host", host(url)));
            }
            return Cause::Told(text);
        }
    })
}

fn host(url: &str) -> String {
    let uri: Option<Uri> = url.parse().ok();
    uri.as_ref()
        .and_then(Uri::host)
        .unwrap_or_default()
        .trim_matches(['[', ']'])
        .to_owned()
}

/// The address Go would name: the one of the host that is tried first.
async fn address(url: &str) -> Option<SocketAddr> {
    let uri: Uri = url.parse().ok()?;
    let port = uri
        .port_u16()
        .unwrap_or(if uri.scheme_str() == Some("https") {
            443
        } else {
            80
        });
    let host = host(url);
    let lookup = tokio::task::spawn_blocking(move || {
        use std::net::ToSocketAddrs;
        let addresses: Vec<SocketAddr> = (host.as_str(), port).to_socket_addrs().ok()?.collect();
        let first_of_4 = addresses.iter().copied().find(SocketAddr::is_ipv4);
        first_of_4.or(addresses.first().copied())
    });
    lookup.await.ok().flatten()
}

fn tls_reason(error: &rustls::Error, url: &str) -> String {
    match error {
        rustls::Error::InvalidCertificate(certificate) => format!(
            "tls: failed to verify certificate: x509: {}",
            certificate_reason(certificate, url)
        ),
        rustls::Error::AlertReceived(alert) => format!("remote error: tls: {}", alert_text(*alert)),
        rustls::Error::InvalidMessage(_) => {
            "http: server gave HTTP response to HTTPS client".to_owned()
        }
        other => format!("tls: {other}"),
    }
}

fn certificate_reason(error: &CertificateError, url: &str) -> String {
    match error {
        CertificateError::UnknownIssuer | CertificateError::BadSignature => {
            "certificate signed by unknown authority".to_owned()
        }
        CertificateError::Expired | CertificateError::NotValidYet => {
            "certificate has expired or is not yet valid".to_owned()
        }
        CertificateError::ExpiredContext { time, not_after } => format!(
            "certificate has expired or is not yet valid: current time {} is after {}",
            rfc3339(time.as_secs()),
            rfc3339(not_after.as_secs())
        ),
        CertificateError::NotValidYetContext { time, not_before } => format!(
            "certificate has expired or is not yet valid: current time {} is before {}",
            rfc3339(time.as_secs()),
            rfc3339(not_before.as_secs())
        ),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => wrong_name(&expected.to_str(), presented),
        CertificateError::NotValidForName => {
            format!(
                "certificate is not valid for any names, but wanted to match {}",
                host(url)
            )
        }
        // What the platform's own verifier says, in its own words.
        CertificateError::Other(other)
            if ["UnknownIssuer", "CaUsedAsEndEntity"]
                .iter()
                .any(|reason| other.to_string().contains(reason)) =>
        {
            "certificate signed by unknown authority".to_owned()
        }
        other => other.to_string(),
    }
}

/// GO: an address is compared with the certificate's addresses, a name with its names.
fn wrong_name(expected: &str, presented: &[String]) -> String {
    let is_address = expected.parse::<std::net::IpAddr>().is_ok();
    let wanted = if is_address { "IpAddress(" } else { "DnsName(" };
    let names: Vec<&str> = presented
        .iter()
        .filter_map(|name| name.strip_prefix(wanted)?.strip_suffix(')'))
        .map(|name| name.trim_matches('"'))
        .collect();
    match (names.is_empty(), is_address) {
        (false, _) => format!(
            "certificate is valid for {}, not {expected}",
            names.join(", ")
        ),
        (true, true) => format!(
            "cannot validate certificate for {expected} because it doesn't contain any IP SANs"
        ),
        (true, false) => {
            format!("certificate is not valid for any names, but wanted to match {expected}")
        }
    }
}

fn rfc3339(seconds: u64) -> String {
    let seconds = i64::try_from(seconds).unwrap_or(i64::MAX);
    jiff::Timestamp::from_second(seconds)
        .map_or_else(|_| seconds.to_string(), |time| time.to_string())
}

fn alert_text(alert: AlertDescription) -> &'static str {
    match alert {
        AlertDescription::CertificateRequired => "certificate required",
        AlertDescription::BadCertificate => "bad certificate",
        AlertDescription::CertificateExpired => "expired certificate",
        AlertDescription::CertificateRevoked => "revoked certificate",
        AlertDescription::CertificateUnknown => "unknown certificate",
        AlertDescription::UnknownCA => "unknown certificate authority",
        AlertDescription::AccessDenied => "access denied",
        AlertDescription::HandshakeFailure => "handshake failure",
        AlertDescription::ProtocolVersion => "protocol version not supported",
        AlertDescription::UnrecognisedName => "unrecognized name",
        AlertDescription::InternalError => "internal error",
        _ => "alert",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Go's words for all numbers that it has words for, where ours might differ.
    #[test]
    fn a_status_has_gos_words() {
        for (status, words) in [
            (200, "OK"),
            (203, "Non-Authoritative Information"),
            (404, "Not Found"),
            (413, "Request Entity Too Large"),
            (414, "Request URI Too Long"),
            (416, "Requested Range Not Satisfiable"),
            (418, "I'm a teapot"),
            (422, "Unprocessable Entity"),
            (425, "Too Early"),
            (505, "HTTP Version Not Supported"),
            (599, ""),
            (1000, ""),
        ] {
            assert_eq!(status_text(status), words, "{status}");
        }
    }

    // The texts of `helm list` 4.3.1 against servers with such certificates.
    #[test]
    fn certificates_are_refused_in_gos_words() {
        let names = |names: &[&str]| names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>();
        assert_eq!(
            wrong_name(
                "localhost",
                &names(&["DnsName(\"example.com\")", "DnsName(\"a.example.com\")"])
            ),
            "certificate is valid for example.com, a.example.com, not localhost"
        );
        assert_eq!(
            wrong_name("127.0.0.1", &names(&["DnsName(\"example.com\")"])),
            "cannot validate certificate for 127.0.0.1 because it doesn't contain any IP SANs"
        );
        assert_eq!(
            wrong_name("127.0.0.1", &names(&["IpAddress(10.1.1.1)"])),
            "certificate is valid for 10.1.1.1, not 127.0.0.1"
        );
        assert_eq!(
            wrong_name("localhost", &names(&["IpAddress(10.1.1.1)"])),
            "certificate is not valid for any names, but wanted to match localhost"
        );
    }
}
