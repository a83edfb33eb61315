//! Why no answer came, in the words of Go's network library.

use std::error::Error as StdError;
use std::io;
use std::net::SocketAddr;

use http::Uri;
use kube::client::AuthError;
use rustls::{AlertDescription, CertificateError};

use crate::config::Plugin;
use crate::error::{Error, ErrorKind};

/// The failure of a request that got no answer: `Get "URL": dial tcp …`.
pub(crate) async fn unanswered(verb: &str, url: &str, error: &kube::Error) -> Error {
    let reason = reason(url, error).await;
    let mut out = Error::new(
        ErrorKind::Unreachable,
        format!("{} \"{url}\": {reason}", go_verb(verb)),
    );
    for hint in hints(url, &reason) {
        out = out.with_hint(hint);
    }
    out
}

/// GO: the first letter large, the rest small.
fn go_verb(verb: &str) -> String {
    let mut out = verb.to_ascii_lowercase();
    if let Some(first) = out.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    out
}

async fn reason(url: &str, error: &kube::Error) -> String {
    if let kube::Error::Auth(auth) = error {
        return format!("getting credentials: {}", login_reason(auth, None));
    }
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(auth) = current.downcast_ref::<AuthError>() {
            return format!("getting credentials: {}", login_reason(auth, None));
        }
        if let Some(tls) = current.downcast_ref::<rustls::Error>() {
            return tls_reason(tls, url);
        }
        if let Some(error) = current.downcast_ref::<io::Error>() {
            // An I/O failure often only wraps what really happened.
            if let Some(inner) = error.get_ref() {
                cause = Some(inner);
                continue;
            }
            return io_reason(error, url).await;
        }
        cause = current.source();
    }
    let text = innermost(error);
    if text.contains("connection closed before message completed") || text == "tls handshake eof" {
        return "EOF".to_owned();
    }
    text
}

fn innermost(error: &dyn StdError) -> String {
    let mut current: &dyn StdError = error;
    while let Some(source) = current.source() {
        current = source;
    }
    current.to_string()
}

async fn io_reason(error: &io::Error, url: &str) -> String {
    let what = match error.kind() {
        io::ErrorKind::ConnectionRefused => "connect: connection refused",
        io::ErrorKind::HostUnreachable => "connect: no route to host",
        io::ErrorKind::NetworkUnreachable => "connect: network is unreachable",
        io::ErrorKind::AddrNotAvailable => "connect: cannot assign requested address",
        io::ErrorKind::TimedOut => "i/o timeout",
        io::ErrorKind::ConnectionReset => return "read: connection reset by peer".to_owned(),
        io::ErrorKind::UnexpectedEof => return "EOF".to_owned(),
        _ => {
            let text = error.to_string();
            if text.contains("failed to lookup address") || text.contains("nodename nor servname") {
                return format!("dial tcp: lookup {}: no such host", host(url));
            }
            return text;
        }
    };
    match address(url).await {
        Some(address) => format!("dial tcp {address}: {what}"),
        None => format!("dial tcp: {what}"),
    }
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
        CertificateError::Other(other) if other.to_string().contains("UnknownIssuer") => {
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

/// Why a credential plugin or token gave nothing.
pub(crate) fn login_reason(error: &AuthError, plugin: Option<&Plugin>) -> String {
    let command = plugin.map_or("", |plugin| plugin.command.as_str());
    match error {
        AuthError::AuthExecStart(error) if error.kind() == io::ErrorKind::NotFound => {
            let hint = plugin.map_or("", |plugin| plugin.install_hint.as_str());
            format!(
                "exec: executable {command} not found\n\nIt looks like you are trying to use a client-go \
                 credential plugin that is not installed.\n\nTo learn more about this feature, consult the \
                 documentation available at:\n      \
                 https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins\
                 \n\n{hint}"
            )
            .trim_end()
            .to_owned()
        }
        AuthError::AuthExecRun { out, .. } => match out.status.code() {
            Some(code) => format!("exec: executable {command} failed with exit code {code}"),
            None => format!("exec: executable {command} was killed"),
        },
        AuthError::AuthExecParse(error) => format!("decoding stdout: {error}"),
        AuthError::ExecPluginFailed => "exec plugin didn't return a status field".to_owned(),
        AuthError::ReadTokenFile(error, path) => {
            format!(
                "open {}: {}",
                path.display(),
                crate::kubeconfig::go_io_text(error)
            )
        }
        other => other.to_string(),
    }
}

fn hints(url: &str, reason: &str) -> Vec<String> {
    let hint = if reason.contains("getting credentials") {
        "the credential plugin of the kubeconfig's user failed: run it by hand to see why"
    } else if url.starts_with("http://localhost:8080") {
        "no kubeconfig was found: set KUBECONFIG, use --kubeconfig, or create ~/.kube/config"
    } else if reason.contains("unknown authority") {
        "give the cluster's CA with --kube-ca-file, or certificate-authority in the kubeconfig"
    } else if reason.contains("certificate is valid for")
        || reason.contains("any names")
        || reason.contains("any IP SANs")
    {
        "the server's certificate is for another name: --kube-tls-server-name NAME checks for that one"
    } else if reason.contains("connection refused") || reason.contains("timeout") {
        "is the cluster running, and is this the right context? --kube-context chooses another"
    } else if reason.contains("no such host") {
        "the server's name is not known here: check the kubeconfig, DNS and VPN"
    } else {
        return Vec::new();
    };
    vec![hint.to_owned()]
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn verbs_look_like_gos() {
        assert_eq!(go_verb("GET"), "Get");
        assert_eq!(go_verb("PATCH"), "Patch");
    }
}
