//! What names and other texts may be made of. Each answers with what is wrong.

/// What is wrong with a text.
pub(super) type Rule = fn(&str) -> Vec<String>;

/// As the rules name them.
const RULES: &[(&str, Rule)] = &[
    ("label", label),
    ("subdomain", subdomain),
    ("host", host),
    ("segment", |text| path_segment(text, false)),
    ("qualified", qualified),
    ("label-value", label_value),
    ("port-name", port_name),
    ("header", header),
    ("variable", variable),
    ("data-key", data_key),
    ("local-path", local_path),
    ("inner-path", inner_path),
    ("no-way-up", no_way_up),
    ("clean-path", clean_path),
    ("domain-path", domain_path),
    ("sysctl", sysctl),
    ("webhook-name", webhook_name),
    ("dns-label", |text| wrong(!is_dns_label(text), DNS_LABEL)),
    ("kind", |text| {
        let why = format!("may have mixed case, but should otherwise match: {DNS_LABEL}");
        wrong(!is_dns_label(&text.to_lowercase()), &why)
    }),
    ("group", group),
    ("under-spec", |text| {
        let why = "should be a json path under .spec";
        wrong(!text.starts_with(".spec."), why)
    }),
    ("under-status", |text| {
        let why = "should be a json path under .status";
        wrong(!text.starts_with(".status."), why)
    }),
    ("under-either", |text| {
        let under = text.starts_with(".spec.") || text.starts_with(".status.");
        wrong(
            !under,
            "should be a json path under either .spec or .status",
        )
    }),
    ("simple-path", |text| {
        let why = "must be a simple json path starting with .";
        wrong(!text.starts_with('.'), why)
    }),
    ("pattern", pattern_of_schema),
    ("absolute", |text| {
        wrong(!text.starts_with('/'), "must be an absolute path")
    }),
    ("no-address", |text| {
        let is = text.parse::<std::net::IpAddr>().is_ok();
        wrong(is, "must be a DNS name, not an IP address")
    }),
    ("trimmed", |text| {
        let why = "must not have leading or trailing whitespace";
        wrong(text.trim() != text, why)
    }),
    ("at-most-52", |text| {
        most(52, text, "characters").into_iter().collect()
    }),
];

/// The rule of a name.
pub(super) fn rule(name: &str) -> Option<Rule> {
    let known = RULES.iter().find(|(known, _)| *known == name);
    known.map(|(_, rule)| *rule)
}

fn wrong(is_wrong: bool, why: &str) -> Vec<String> {
    let why = is_wrong.then(|| why.to_owned());
    why.into_iter().collect()
}

const LABEL: &str = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";

fn pattern(what: &str, pattern: &str, examples: &[&str]) -> String {
    let mut told = format!("{what} (e.g. ");
    for (index, example) in examples.iter().enumerate() {
        // GO: two blanks before each `or`.
        let between = if index > 0 { " or " } else { "" };
        told.push_str(&format!("{between}'{example}', "));
    }
    format!("{told}regex used for validation is '{pattern}')")
}

fn most(length: usize, text: &str, unit: &str) -> Option<String> {
    (text.len() > length).then(|| format!("must be no more than {length} {unit}"))
}

fn word(text: &str, inner: &str, is_end: fn(u8) -> bool) -> bool {
    let bytes = text.as_bytes();
    bytes.first().is_some_and(|byte| is_end(*byte))
        && bytes.last().is_some_and(|byte| is_end(*byte))
        && bytes
            .iter()
            .all(|byte| is_end(*byte) || inner.as_bytes().contains(byte))
}

fn small(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte.is_ascii_digit()
}

fn any(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

fn is_label(text: &str) -> bool {
    word(text, "-", small)
}

fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}

/// RFC 1123: one part of a domain.
pub(super) fn label(text: &str) -> Vec<String> {
    let mut whys: Vec<String> = most(63, text, "characters").into_iter().collect();
    if !is_label(text) {
        whys.push(if is_subdomain(text) {
            "must not contain dots".to_owned()
        } else {
            pattern(
                "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
                LABEL,
                &["my-name", "123-abc"],
            )
        });
    }
    whys
}

/// RFC 1123: a domain.
pub(super) fn subdomain(text: &str) -> Vec<String> {
    let mut whys: Vec<String> = most(253, text, "characters").into_iter().collect();
    if !is_subdomain(text) {
        let regex = format!("{LABEL}(\\.{LABEL})*");
        whys.push(pattern(
            "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
            &regex,
            &["example.com"],
        ));
    }
    whys
}

/// A domain, or one whose first part is any.
fn host(text: &str) -> Vec<String> {
    if !text.contains('*') {
        return subdomain(text);
    }
    if text.strip_prefix("*.").is_some_and(is_subdomain) {
        return Vec::new();
    }
    let regex = format!("\\*\\.{LABEL}(\\.{LABEL})*");
    vec![pattern(
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character",
        &regex,
        &["*.example.com"],
    )]
}

/// A name that is one part of a path.
pub(super) fn path_segment(text: &str, is_prefix: bool) -> Vec<String> {
    if !is_prefix && (text == "." || text == "..") {
        return vec![format!("may not be '{text}'")];
    }
    let bad = ["/", "%"].iter().filter(|part| text.contains(**part));
    bad.map(|part| format!("may not contain '{part}'"))
        .collect()
}

const QUALIFIED: &str = "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character";

/// The key of a label: a name, and perhaps a domain before it.
pub(crate) fn qualified(text: &str) -> Vec<String> {
    let told = || {
        pattern(
            QUALIFIED,
            "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]",
            &["MyName", "my.name", "123-abc"],
        )
    };
    let parts: Vec<&str> = text.split('/').collect();
    let mut whys = Vec::new();
    let name = match parts.as_slice() {
        [name] => name,
        [prefix, name] => {
            if prefix.is_empty() {
                whys.push("prefix part must be non-empty".to_owned());
            } else {
                let bad = subdomain(prefix).into_iter();
                whys.extend(bad.map(|why| format!("prefix part {why}")));
            }
            name
        }
        _ => {
            return vec![format!(
                "a valid label key {} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')",
                told()
            )];
        }
    };
    if name.is_empty() {
        whys.push("name part must be non-empty".to_owned());
    } else if let Some(why) = most(63, name, "bytes") {
        whys.push(format!("name part {why}"));
    }
    if !word(name, "-_.", any) {
        whys.push(format!("name part {}", told()));
    }
    whys
}

/// The value of a label.
pub(crate) fn label_value(text: &str) -> Vec<String> {
    let mut whys: Vec<String> = most(63, text, "bytes").into_iter().collect();
    if !text.is_empty() && !word(text, "-_.", any) {
        whys.push(pattern(
            "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
            "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?",
            &["MyValue", "my_value", "12345"],
        ));
    }
    whys
}

/// The name of a port.
pub(super) fn port_name(text: &str) -> Vec<String> {
    let mut whys: Vec<String> = most(15, text, "characters").into_iter().collect();
    if !text.bytes().all(|byte| small(byte) || byte == b'-') || text.is_empty() {
        whys.push(
            "must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)".to_owned(),
        );
    }
    if !text.bytes().any(|byte| byte.is_ascii_lowercase()) {
        whys.push("must contain at least one letter (a-z)".to_owned());
    }
    if text.contains("--") {
        whys.push("must not contain consecutive hyphens".to_owned());
    }
    if text.starts_with('-') || text.ends_with('-') {
        whys.push("must not begin or end with a hyphen".to_owned());
    }
    whys
}

/// A part in a hundred.
pub(super) fn percent(text: &str) -> Vec<String> {
    let number = text.strip_suffix('%').unwrap_or_default();
    if !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    vec![pattern(
        "a valid percent string must be a numeric string followed by an ending '%'",
        "[0-9]+%",
        &["1%", "93%"],
    )]
}

/// The name of an HTTP header.
pub(super) fn header(text: &str) -> Vec<String> {
    if !text.is_empty() && text.bytes().all(|byte| any(byte) || byte == b'-') {
        return Vec::new();
    }
    vec![pattern(
        "a valid HTTP header must consist of alphanumeric characters or '-'",
        "[-A-Za-z0-9]+",
        &["X-Header-Name"],
    )]
}

/// The name of an environment variable.
pub(super) fn variable(text: &str) -> Vec<String> {
    let good = |byte: u8| (b' '..=b'~').contains(&byte) && byte != b'=';
    if text.bytes().all(good) {
        return Vec::new();
    }
    vec![
        "a valid environment variable name must consist only of printable ASCII characters other than '='"
            .to_owned(),
    ]
}

/// The key of a `ConfigMap` or a secret.
pub(super) fn data_key(text: &str) -> Vec<String> {
    let mut whys: Vec<String> = most(253, text, "characters").into_iter().collect();
    let good = |byte: u8| any(byte) || b"-._".contains(&byte);
    if text.is_empty() || !text.bytes().all(good) {
        whys.push(pattern(
            "a valid config key must consist of alphanumeric characters, '-', '_' or '.'",
            "[-._a-zA-Z0-9]+",
            &["key.name", "KEY_NAME", "key-name"],
        ));
    }
    match text {
        "." => whys.push("must not be '.'".to_owned()),
        ".." => whys.push("must not be '..'".to_owned()),
        text if text.starts_with("..") => whys.push("must not start with '..'".to_owned()),
        _ => {}
    }
    whys
}

/// A path that stays below where it starts.
fn local_path(text: &str) -> Vec<String> {
    let mut whys = wrong(text.starts_with('/'), "must be a relative path");
    whys.extend(no_way_up(text));
    whys
}

fn inner_path(text: &str) -> Vec<String> {
    let mut whys = local_path(text);
    whys.extend(wrong(text.starts_with(".."), "must not start with '..'"));
    whys
}

/// A path without `..`.
fn no_way_up(text: &str) -> Vec<String> {
    let up = text.split('/').any(|part| part == "..");
    wrong(up, "must not contain '..'")
}

/// The path of a rule of an ingress.
fn clean_path(text: &str) -> Vec<String> {
    let parts = ["//", "/./", "/../", "%2f", "%2F"].into_iter();
    let parts = parts.filter(|part| text.contains(part));
    let ends = ["/..", "/."].into_iter().filter(|end| text.ends_with(end));
    parts
        .map(|part| format!("must not contain '{part}'"))
        .chain(ends.map(|end| format!("cannot end with '{end}'")))
        .collect()
}

/// The name of a setting of the kernel.
fn sysctl(text: &str) -> Vec<String> {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_./".contains(c);
    wrong(
        !text.chars().all(good),
        r"must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$",
    )
}

const DNS_LABEL: &str = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', \
    start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  \
    or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

fn is_dns_label(text: &str) -> bool {
    is_label(text) && text.len() <= 63 && !text.starts_with(|c: char| c.is_ascii_digit())
}

/// The group of a custom resource.
fn group(text: &str) -> Vec<String> {
    let whys = subdomain(text);
    if !whys.is_empty() {
        return whys;
    }
    let why = "should be a domain with at least one dot";
    wrong(!text.contains('.'), why)
}

/// A regular expression in the schema of a custom resource.
fn pattern_of_schema(text: &str) -> Vec<String> {
    let wrong = pintle_sprig::check_regex(text).err();
    wrong
        .map(|error| format!("must be a valid regular expression, but isn't: {error}"))
        .into_iter()
        .collect()
}

fn webhook_name(text: &str) -> Vec<String> {
    let whys = subdomain(text);
    if !whys.is_empty() {
        return whys;
    }
    let why = "should be a domain with at least three segments separated by dots";
    wrong(text.split('.').count() < 3, why)
}

/// A path under a domain, `acme.io/foo`.
pub(super) fn domain_path(text: &str) -> Vec<String> {
    let why = "must be a domain-prefixed path (such as \"acme.io/foo\")";
    match text.split_once('/') {
        Some((domain, rest)) if !domain.is_empty() && !rest.is_empty() => subdomain(domain),
        _ => vec![why.to_owned()],
    }
}
