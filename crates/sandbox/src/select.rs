//! Selectors of lists and watches: by labels, by fields.

use serde_json::Value;

use crate::catalog::Resource;
use crate::object::each;
use crate::status::Status;
use crate::store::Kept;

/// Which objects a list or a watch is about.
#[derive(Debug, Clone, Default)]
pub struct Selector {
    labels: Vec<Requirement>,
    fields: Vec<(String, String, bool)>,
}

#[derive(Debug, Clone)]
struct Requirement {
    label: String,
    test: Test,
}

#[derive(Debug, Clone)]
enum Test {
    Exists,
    Missing,
    In(Vec<String>),
    /// An object without the label passes, too.
    NotIn(Vec<String>),
    Greater(i64),
    Less(i64),
}

/// Whether a label selector (`matchLabels`, `matchExpressions`) wants labels.
pub fn selects<'l>(selector: &Value, label: &dyn Fn(&str) -> Option<&'l str>) -> bool {
    let same = |(name, value): (&String, &Value)| label(name) == value.as_str();
    let equal = selector["matchLabels"].as_object();
    equal.is_none_or(|equal| equal.iter().all(same))
        && each(&selector["matchExpressions"])
            .all(|one| wants(one, label(one["key"].as_str().unwrap_or_default())))
}

/// A label selector, or labels, as the query of a list has it.
pub fn text(selector: &Value) -> String {
    let labels = match (
        selector.get("matchLabels"),
        selector.get("matchExpressions"),
    ) {
        (None, None) => selector.as_object(),
        (labels, _) => labels.and_then(Value::as_object),
    };
    let labels = labels.into_iter().flatten();
    let equal = |(key, value): (&String, &Value)| {
        let text = format!("{key}={}", value.as_str().unwrap_or_default());
        (key.clone(), text)
    };
    let mut parts: Vec<(String, String)> = labels.map(equal).collect();
    for one in each(&selector["matchExpressions"]) {
        let key = one["key"].as_str().unwrap_or_default();
        let mut values: Vec<&str> = each(&one["values"]).filter_map(Value::as_str).collect();
        values.sort_unstable();
        let values = values.join(",");
        let text = match one["operator"].as_str() {
            Some("In") => format!("{key} in ({values})"),
            Some("NotIn") => format!("{key} notin ({values})"),
            Some("DoesNotExist") => format!("!{key}"),
            _ => key.to_owned(),
        };
        parts.push((key.to_owned(), text));
    }
    parts.sort_by(|one, other| one.0.cmp(&other.0));
    let parts: Vec<String> = parts.into_iter().map(|(_, text)| text).collect();
    parts.join(",")
}

/// Whether a requirement (`operator`, `values`) wants a value.
pub fn wants(requirement: &Value, value: Option<&str>) -> bool {
    let listed = || each(&requirement["values"]).any(|one| one.as_str() == value);
    let compared = |greater: bool| {
        let bound = requirement["values"][0]
            .as_str()
            .unwrap_or_default()
            .parse::<i64>();
        let number = value.unwrap_or_default().parse::<i64>();
        matches!((number, bound), (Ok(number), Ok(bound)) if number != bound && (number > bound) == greater)
    };
    match requirement["operator"].as_str().unwrap_or_default() {
        "In" => value.is_some() && listed(),
        "NotIn" => value.is_none() || !listed(),
        "Exists" => value.is_some(),
        "DoesNotExist" => value.is_none(),
        "Gt" => compared(true),
        "Lt" => compared(false),
        _ => false,
    }
}

impl Selector {
    /// From `labelSelector` and `fieldSelector`.
    ///
    /// # Errors
    /// Selectors that are none, and fields that the resource cannot be selected by.
    pub fn parse(resource: &Resource, labels: &str, fields: &str) -> Result<Self, Status> {
        let labels = Labels::new(labels).all().map_err(Status::bad_request)?;
        let mut selector = Self {
            labels,
            fields: Vec::new(),
        };
        for term in fields.split(',').filter(|term| !term.is_empty()) {
            let split = ["!=", "==", "="].iter().find_map(|sign| {
                let (field, value) = term.split_once(sign)?;
                Some((field, value, *sign != "!="))
            });
            let Some((field, value, equal)) = split else {
                return Err(Status::bad_request(format!(
                    "invalid selector: '{fields}'; can't understand '{term}'"
                )));
            };
            if !selectable(resource, field) {
                let message = if own_fields(resource).is_empty() && resource.custom().is_none() {
                    format!(
                        "\"{field}\" is not a known field selector: only \"metadata.name\", \"metadata.namespace\""
                    )
                } else {
                    format!("field label not supported: {field}")
                };
                return Err(Status::bad_request(message));
            }
            let value = value
                .replace("\\,", ",")
                .replace("\\=", "=")
                .replace("\\\\", "\\");
            selector.fields.push((field.to_owned(), value, equal));
        }
        Ok(selector)
    }

    /// Whether it is about an object.
    pub fn matches(&self, kept: &Kept) -> bool {
        if !self
            .labels
            .iter()
            .all(|one| one.test.passes(kept.label(&one.label)))
        {
            return false;
        }
        let mut object = None;
        self.fields.iter().all(|(field, value, equal)| {
            let same = match field.as_str() {
                "metadata.name" => *kept.key.name == *value,
                "metadata.namespace" => *kept.key.namespace == *value,
                field => at(object.get_or_insert_with(|| kept.object()), field) == *value,
            };
            same == *equal
        })
    }
}

impl Test {
    fn passes(&self, value: Option<&str>) -> bool {
        let number = || value.and_then(|value| value.parse::<i64>().ok());
        match self {
            Self::Exists => value.is_some(),
            Self::Missing => value.is_none(),
            Self::In(values) => value.is_some_and(|value| values.iter().any(|one| one == value)),
            Self::NotIn(values) => value.is_none_or(|value| values.iter().all(|one| one != value)),
            Self::Greater(bound) => number().is_some_and(|number| number > *bound),
            Self::Less(bound) => number().is_some_and(|number| number < *bound),
        }
    }
}

/// A field's value as selectors see it: all are texts.
fn at(object: &Value, field: &str) -> String {
    let field = match (field, object["kind"].as_str()) {
        ("involvedObject", _) => "",
        ("source", Some("Event")) => "source.component",
        (field, _) => field,
    };
    let found = field
        .split('.')
        .try_fold(object, |value, name| value.get(name));
    match found {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Null) | None => absent(field).to_owned(),
        Some(other) => other.to_string(),
    }
}

/// GO: fields that are no texts have a value even when they are not said.
fn absent(field: &str) -> &'static str {
    match field {
        "spec.hostNetwork" | "spec.unschedulable" => "false",
        "status.replicas" | "status.successful" => "0",
        _ => "",
    }
}

/// Whether objects can be selected by a field.
fn selectable(resource: &Resource, field: &str) -> bool {
    if field == "metadata.name" || (field == "metadata.namespace" && resource.namespaced) {
        return true;
    }
    if let Some(custom) = resource.custom() {
        let fields = each(&custom.version["selectableFields"]);
        let mut paths = fields.filter_map(|one| one["jsonPath"].as_str());
        return paths.any(|path| path.trim_start_matches('.') == field);
    }
    own_fields(resource).contains(&field)
}

/// The fields of a built-in kind, besides those of all kinds.
fn own_fields(resource: &Resource) -> &'static [&'static str] {
    match resource.plural.as_str() {
        "pods" => &[
            "spec.nodeName",
            "spec.restartPolicy",
            "spec.schedulerName",
            "spec.serviceAccountName",
            "spec.hostNetwork",
            "status.phase",
            "status.podIP",
            "status.podIPs",
            "status.nominatedNodeName",
        ],
        "events" => &[
            "involvedObject.kind",
            "involvedObject.namespace",
            "involvedObject.name",
            "involvedObject.uid",
            "involvedObject.apiVersion",
            "involvedObject.resourceVersion",
            "involvedObject.fieldPath",
            "reason",
            "reportingComponent",
            "source",
            "type",
        ],
        "secrets" => &["type"],
        "namespaces" => &["status.phase"],
        "nodes" => &["spec.unschedulable"],
        "replicationcontrollers" | "replicasets" => &["status.replicas"],
        "jobs" => &["status.successful"],
        "services" => &["spec.clusterIP", "spec.type"],
        "certificatesigningrequests" => &["spec.signerName"],
        _ => &[],
    }
}

/// The grammar of label selectors.
struct Labels<'t> {
    rest: &'t str,
}

impl<'t> Labels<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text }
    }

    fn all(&mut self) -> Result<Vec<Requirement>, String> {
        let mut found = Vec::new();
        self.skip();
        if self.rest.is_empty() {
            return Ok(found);
        }
        loop {
            let one = self.requirement();
            found.push(one.map_err(|why| format!("unable to parse requirement: {why}"))?);
            match self.token() {
                "" => return Ok(found),
                "," => {
                    if self.peek().is_empty() {
                        return Err("found '', expected: identifier after ','".to_owned());
                    }
                }
                other => return Err(format!("found '{other}', expected: ',' or 'end of string'")),
            }
        }
    }

    fn requirement(&mut self) -> Result<Requirement, String> {
        let mut label = self.token();
        let missing = label == "!";
        if missing {
            label = self.token();
        }
        if label.is_empty() || is_sign(label) {
            return Err(format!("found '{label}', expected: identifier"));
        }
        label_name(label)?;
        let label = label.to_owned();
        if missing {
            return Ok(Requirement {
                label,
                test: Test::Missing,
            });
        }
        if matches!(self.peek(), "" | ",") {
            return Ok(Requirement {
                label,
                test: Test::Exists,
            });
        }
        let test = match self.token() {
            "=" | "==" => Test::In(vec![self.value(&label)?]),
            "!=" => Test::NotIn(vec![self.value(&label)?]),
            "in" => Test::In(self.values(&label)?),
            "notin" => Test::NotIn(self.values(&label)?),
            ">" | "gt" => Test::Greater(self.number()?),
            "<" | "lt" => Test::Less(self.number()?),
            other => {
                return Err(format!(
                    "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
                ));
            }
        };
        Ok(Requirement { label, test })
    }

    fn value(&mut self, label: &str) -> Result<String, String> {
        match self.peek() {
            "" | "," => Ok(String::new()),
            value if is_sign(value) => Err(format!("found '{value}', expected: identifier")),
            value => {
                self.token();
                label_value(label, value)?;
                Ok(value.to_owned())
            }
        }
    }

    fn values(&mut self, label: &str) -> Result<Vec<String>, String> {
        match self.token() {
            "(" => {}
            other => return Err(format!("found '{other}' expected: '('")),
        }
        let mut values = Vec::new();
        loop {
            match self.token() {
                ")" => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    return Ok(values);
                }
                "," => {
                    if values.is_empty() {
                        values.push(String::new());
                    }
                    if matches!(self.peek(), "," | ")") {
                        values.push(String::new());
                    }
                }
                "" => return Err("found '', expected: ',', ')' or identifier".to_owned()),
                value => {
                    label_value(label, value)?;
                    values.push(value.to_owned());
                }
            }
        }
    }

    fn number(&mut self) -> Result<i64, String> {
        let text = self.token();
        text.parse().map_err(|_| {
            format!("values[0][{text}]: Invalid value: \"{text}\": for 'Gt', 'Lt' operators, the value must be an integer")
        })
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\r', '\n']);
    }

    fn peek(&mut self) -> &'t str {
        let before = self.rest;
        let token = self.token();
        self.rest = before;
        token
    }

    fn token(&mut self) -> &'t str {
        self.skip();
        let signs = |c: char| "=!<>(),".contains(c);
        let end = match self.rest.chars().next() {
            None => 0,
            Some(_) if self.rest.starts_with("==") || self.rest.starts_with("!=") => 2,
            Some(first) if signs(first) => 1,
            Some(_) => {
                let ends = |c: char| signs(c) || c.is_ascii_whitespace();
                self.rest.find(ends).unwrap_or(self.rest.len())
            }
        };
        let (token, rest) = self.rest.split_at(end);
        self.rest = rest;
        token
    }
}

fn is_sign(token: &str) -> bool {
    matches!(token, "=" | "==" | "!=" | "!" | "<" | ">" | "(" | ")" | ",")
}

const VALUE: &str = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
const NAME: &str = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

fn plain(text: &str) -> bool {
    let ends = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let inside = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    ends(text.chars().next()) && ends(text.chars().last()) && text.chars().all(inside)
}

fn label_value(label: &str, value: &str) -> Result<(), String> {
    if value.is_empty() || (value.len() <= 63 && plain(value)) {
        return Ok(());
    }
    let why = if value.len() > 63 {
        "must be no more than 63 bytes"
    } else {
        VALUE
    };
    Err(format!(
        "values[0][{label}]: Invalid value: \"{value}\": {why}"
    ))
}

fn label_name(label: &str) -> Result<(), String> {
    let name = label.split_once('/').map_or(label, |(_, name)| name);
    if plain(name) && name.len() <= 63 {
        return Ok(());
    }
    let why = if name.len() > 63 {
        "name part must be no more than 63 bytes"
    } else {
        NAME
    };
    Err(format!("key: Invalid value: \"{label}\": {why}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::catalog::Catalog;
    use crate::store::Key;

    fn matches(labels: &str, fields: &str) -> Result<bool, String> {
        let pods = Catalog::builtin().resource("", "v1", "pods").expect("pods");
        let pod = json!({
            "metadata": {"name": "a", "namespace": "n", "labels": {"app": "web", "tier": "5"}},
            "status": {"phase": "Running"},
        });
        let kept = Kept::new(Key::new("/pods", "n", "a"), 1, &pod);
        let selector = Selector::parse(pods, labels, fields).map_err(|status| status.message)?;
        Ok(selector.matches(&kept))
    }

    #[test]
    fn labels() {
        for yes in [
            "",
            "app",
            "app=web",
            "app==web",
            "app in (x, web)",
            "app!=x",
            "!no",
            "no!=x",
            "no notin (a)",
            "tier>4",
            "tier lt 6",
            "app=web,tier=5",
            " app = web , tier ",
        ] {
            assert_eq!(matches(yes, ""), Ok(true), "{yes}");
        }
        for no in [
            "no",
            "app=x",
            "app notin (web)",
            "!app",
            "tier>5",
            "app=web,tier=6",
            "app in ()",
            "app=",
        ] {
            assert_eq!(matches(no, ""), Ok(false), "{no}");
        }
    }

    /// What the API server of Kubernetes v1.37.1 says.
    #[test]
    fn labels_that_are_none() {
        let refused = matches("a b", "").expect_err("none");
        assert_eq!(
            refused,
            "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
        );
        for bad in [
            "=", ",", "a=b,", "a in x", "a in (x", "a>b", "a=b=c", "a=-", "-=a",
        ] {
            assert!(matches(bad, "").is_err(), "{bad}");
        }
    }

    #[test]
    fn fields() {
        assert_eq!(
            matches("", "metadata.name=a,status.phase=Running"),
            Ok(true)
        );
        assert_eq!(matches("", "metadata.name!=a"), Ok(false));
        assert_eq!(matches("", "spec.nodeName="), Ok(true));
        assert_eq!(matches("", "spec.hostNetwork=false"), Ok(true));
        assert_eq!(
            matches("", "foo=bar"),
            Err("field label not supported: foo".to_owned())
        );
        assert_eq!(
            matches("", "foo"),
            Err("invalid selector: 'foo'; can't understand 'foo'".to_owned())
        );
    }
}
