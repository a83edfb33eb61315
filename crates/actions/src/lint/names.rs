//! What objects may be called: a rule for each kind, in the words of Kubernetes.

use pintle_go_value::format::quoted::quote;

/// Checks a name.
///
/// # Errors
/// Everything that is wrong with it.
pub fn check(kind: &str, name: &str) -> Result<(), String> {
    let wrong = match kind.to_lowercase().as_str() {
        "service" => service(name),
        "namespace" => label(name),
        "role" | "clusterrole" | "rolebinding" | "clusterrolebinding" => path_segment(name),
        "certificatesigningrequest" => Vec::new(),
        _ => subdomain(name),
    };
    let quoted = quote(name);
    let shown: Vec<String> = wrong
        .iter()
        .map(|what| format!("metadata.name: Invalid value: {quoted}: {what}"))
        .collect();
    let all = match shown.as_slice() {
        [] => return Ok(()),
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    Err(format!(
        "object name does not conform to Kubernetes naming requirements: {quoted}: {all}"
    ))
}

const LONGEST_SUBDOMAIN: usize = 253;
const LONGEST_LABEL: usize = 63;

const SUBDOMAIN: &str = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
const LABEL: &str = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
const SERVICE: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

fn too_long(name: &str, limit: usize) -> Vec<String> {
    if name.len() > limit {
        return vec![format!("must be no more than {limit} characters")];
    }
    Vec::new()
}

/// Small letters and digits, with dashes between them.
fn is_label(text: &str) -> bool {
    let is_inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|byte| is_inner(*byte))
        && bytes.last().is_some_and(|byte| is_inner(*byte))
        && bytes.iter().all(|byte| is_inner(*byte) || *byte == b'-')
}

fn subdomain(name: &str) -> Vec<String> {
    let mut wrong = too_long(name, LONGEST_SUBDOMAIN);
    if !name.split('.').all(is_label) {
        wrong.push(SUBDOMAIN.to_owned());
    }
    wrong
}

fn label(name: &str) -> Vec<String> {
    let mut wrong = too_long(name, LONGEST_LABEL);
    if !is_label(name) {
        let what = if name.split('.').all(is_label) {
            "must not contain dots"
        } else {
            LABEL
        };
        wrong.push(what.to_owned());
    }
    wrong
}

fn service(name: &str) -> Vec<String> {
    let mut wrong = too_long(name, LONGEST_LABEL);
    let starts_well = name.bytes().next().is_some_and(|b| b.is_ascii_lowercase());
    if !starts_well || !is_label(name) {
        wrong.push(SERVICE.to_owned());
    }
    wrong
}

fn path_segment(name: &str) -> Vec<String> {
    if matches!(name, "." | "..") {
        return vec![format!("may not be '{name}'")];
    }
    ['/', '%']
        .into_iter()
        .filter(|character| name.contains(*character))
        .map(|character| format!("may not contain '{character}'"))
        .collect()
}
