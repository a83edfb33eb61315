//! Why no answer came, in the words of Go's network library.

use std::error::Error as StdError;
use std::io;

use kube::client::AuthError;

use crate::config::Plugin;
use crate::error::{Error, ErrorKind};

/// The failure of a request that got no answer: `Get "URL": dial tcp …`.
pub(crate) async fn unanswered(verb: &str, url: &str, error: &kube::Error) -> Error {
    let reason = match credentials_reason(error) {
        Some(reason) => reason,
        None => pintle_fetch::reason::unanswered(url, error).await,
    };
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

/// What the credential plugin said, when it was its fault.
fn credentials_reason(error: &kube::Error) -> Option<String> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = cause {
        if let Some(auth) = current.downcast_ref::<AuthError>() {
            return Some(format!("getting credentials: {}", login_reason(auth, None)));
        }
        cause = current.source();
    }
    None
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

    #[test]
    fn verbs_look_like_gos() {
        assert_eq!(go_verb("GET"), "Get");
        assert_eq!(go_verb("PATCH"), "Patch");
    }
}
