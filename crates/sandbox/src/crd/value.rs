//! What a custom resource's schema demands of values, in the words of the real server's validator.

use std::cell::RefCell;
use std::cmp::Ordering;
use std::collections::HashMap;

use pintle_sprig::go_regex;
use regex::Regex;
use serde_json::{Map, Value};

use crate::object::each;
use crate::status::Cause;

/// How many compiled patterns a thread keeps: the values of an object share few.
const PATTERNS: usize = 256;

thread_local! {
    static COMPILED: RefCell<HashMap<String, Option<Regex>>> = RefCell::default();
}

/// Whether a text has what a pattern wants. One that cannot be compiled wants nothing.
fn fits_pattern(pattern: &str, text: &str) -> bool {
    COMPILED.with_borrow_mut(|compiled| {
        if compiled.len() >= PATTERNS && !compiled.contains_key(pattern) {
            compiled.clear();
        }
        let regex = compiled
            .entry(pattern.to_owned())
            .or_insert_with(|| go_regex(pattern).ok());
        regex.as_ref().is_none_or(|regex| regex.is_match(text))
    })
}

/// What is wrong with a value, whose place is `path`.
pub(super) fn check(schema: &Value, value: &Value, path: &str) -> Vec<Cause> {
    let mut checker = Checker { causes: Vec::new() };
    checker.value(schema, value, path);
    checker.lists(schema, value, path);
    checker.causes
}

struct Checker {
    causes: Vec<Cause>,
}

impl Checker {
    fn wrong(&mut self, path: &str, value: &Value, why: &str) {
        let why = format!("{path} in body {why}");
        self.causes.push(Cause::invalid(path, value, &why));
    }

    /// How many items or properties there may be.
    fn count(&mut self, count: usize, least: &Value, most: &Value, what: &str, path: &str) {
        let is = count as u64;
        if let Some(least) = least.as_u64().filter(|least| is < *least) {
            let why = format!("should have at least {least} {what}");
            self.wrong(path, &Value::from(count), &why);
        }
        if let Some(most) = most.as_u64().filter(|most| is > *most) {
            let message = format!("Too many: {count}: must have at most {most} items");
            let cause = Cause::new("FieldValueTooMany", path, message);
            self.causes.push(cause);
        }
    }

    /// GO: an error about the whole, which has no field.
    fn whole(&mut self, why: String) {
        let cause = Cause::invalid("<nil>", &Value::from(""), &why);
        self.causes.push(cause);
    }

    fn value(&mut self, schema: &Value, value: &Value, path: &str) {
        if value.is_null() && schema["nullable"] == true {
            return;
        }
        self.of_type(schema, value, path);
        self.logic(schema, value, path);
        match value {
            Value::String(text) => self.text(schema, text, path),
            Value::Number(_) => self.number(schema, value, path),
            Value::Array(items) => self.list(schema, items, path),
            _ => {}
        }
        if let Some(choices) = schema["enum"].as_array()
            && !choices.contains(value)
        {
            let shown: Vec<String> = choices.iter().map(shown).collect();
            let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
            self.causes.push(Cause::unsupported(path, value, &shown));
        }
        if let Value::Object(map) = value {
            self.object(schema, map, path);
        }
    }

    fn of_type(&mut self, schema: &Value, value: &Value, path: &str) {
        let is_whole = value.is_i64() || value.is_u64();
        let format = schema["format"].as_str().unwrap_or_default();
        let (wanted, found) = if schema["x-kubernetes-int-or-string"] == true {
            if is_whole || value.is_string() {
                return;
            }
            ("integer,string", called(value))
        } else {
            let Some(wanted) = schema["type"].as_str() else {
                return;
            };
            let fits = match wanted {
                "string" => value.is_string(),
                "integer" => is_whole,
                "number" => value.is_number(),
                "boolean" => value.is_boolean(),
                "array" => value.is_array(),
                "object" => value.is_object(),
                _ => true,
            };
            if fits {
                return;
            }
            if wanted == "string" && value.is_number() && is_format(format) {
                (format, if is_whole { "int64" } else { "float64" })
            } else {
                (wanted, called(value))
            }
        };
        let why = format!("{path} in body must be of type {wanted}: \"{found}\"");
        let found = Value::from(found);
        self.causes.push(Cause::type_invalid(path, &found, &why));
    }

    /// GO: what does not fit an alternative is told of the first one.
    fn logic(&mut self, schema: &Value, value: &Value, path: &str) {
        let list = |name: &str| schema[name].as_array().filter(|list| !list.is_empty());
        let faults = |one: &Value| {
            let mut checker = Checker { causes: Vec::new() };
            checker.value(one, value, path);
            checker.causes
        };
        if let Some(any) = list("anyOf") {
            let mut failed: Vec<Vec<Cause>> = any.iter().map(faults).collect();
            if failed.iter().all(|one| !one.is_empty()) {
                self.whole(format!(
                    "\"{path}\" must validate at least one schema (anyOf)"
                ));
                self.causes.append(&mut failed[0]);
            }
        }
        if let Some(one) = list("oneOf") {
            let mut failed: Vec<Vec<Cause>> = one.iter().map(faults).collect();
            let right = failed.iter().filter(|one| one.is_empty()).count();
            let must = format!("\"{path}\" must validate one and only one schema (oneOf). Found");
            match right {
                0 => {
                    self.whole(format!("{must} none valid"));
                    self.causes.append(&mut failed[0]);
                }
                1 => {}
                many => self.whole(format!("{must} {many} valid alternatives")),
            }
        }
        if let Some(all) = list("allOf") {
            let failed: Vec<Vec<Cause>> = all.iter().map(faults).collect();
            let right = failed.iter().filter(|one| one.is_empty()).count();
            self.causes.extend(failed.into_iter().flatten());
            if right < all.len() {
                let none = if right == 0 { ". None validated" } else { "" };
                self.whole(format!(
                    "\"{path}\" must validate all the schemas (allOf){none}"
                ));
            }
        }
        if let Some(not) = schema.get("not").filter(|not| not.is_object())
            && faults(not).is_empty()
        {
            self.whole(format!("\"{path}\" must not validate the schema (not)"));
        }
    }

    /// Of these only the first that fails is told, but for the format.
    fn text(&mut self, schema: &Value, text: &str, path: &str) {
        let value = Value::from(text);
        let chars = text.chars().count() as u64;
        let pattern = schema["pattern"].as_str().unwrap_or_default();
        if schema["maxLength"]
            .as_u64()
            .is_some_and(|most| chars > most)
        {
            let most = schema["maxLength"].as_u64().unwrap_or_default();
            let most = usize::try_from(most).unwrap_or(usize::MAX);
            self.causes.push(Cause::too_long(path, most));
        } else if let Some(least) = schema["minLength"].as_u64().filter(|least| chars < *least) {
            let why = format!("should be at least {least} chars long");
            self.wrong(path, &value, &why);
        } else if !pattern.is_empty() && !fits_pattern(pattern, text) {
            self.wrong(path, &value, &format!("should match '{pattern}'"));
        }
        let format = schema["format"].as_str().unwrap_or_default();
        if is_format(format) && !fits(format, text) {
            let why = format!("{path} in body must be of type {format}: {value}");
            self.causes.push(Cause::type_invalid(path, &value, &why));
        }
    }

    fn number(&mut self, schema: &Value, value: &Value, path: &str) {
        let Some(number) = value.as_f64() else {
            return;
        };
        let whole = value.is_i64() || value.is_u64();
        if schema["type"] == "integer" {
            let small = schema["format"] == "int32";
            let fits = value.as_i64().is_some_and(|n| i32::try_from(n).is_ok());
            if !whole {
                self.whole(format!(
                    "Checked value must be of type integer (default format) in {path}"
                ));
                return;
            }
            if small && !fits {
                self.whole(format!(
                    "Checked value must be of type integer with format int32 in {path}"
                ));
                return;
            }
        }
        if let Some(factor) = schema["multipleOf"].as_f64() {
            let quotient = number / factor;
            // GO: for whole numbers the factor is cut to one, too.
            if whole && factor.trunc() <= 0.0 {
                let why = format!(
                    "factor MultipleOf declared for {path} must be positive: {}",
                    factor.trunc()
                );
                self.causes
                    .push(Cause::invalid(path, &Value::from(0), &why));
            } else if (quotient - quotient.round()).abs() > 1e-9 {
                self.wrong(path, value, &format!("should be a multiple of {factor}"));
            }
        }
        for (bound, exclusive, wanted, than) in [
            ("maximum", "exclusiveMaximum", Ordering::Less, "less"),
            ("minimum", "exclusiveMinimum", Ordering::Greater, "greater"),
        ] {
            let Some(bound) = schema[bound].as_f64() else {
                continue;
            };
            let found = number.partial_cmp(&bound).unwrap_or(wanted);
            let strict = schema[exclusive] == true;
            if found != wanted && (strict || found != Ordering::Equal) {
                let equal = if strict { "" } else { " or equal to" };
                self.wrong(
                    path,
                    value,
                    &format!("should be {than} than{equal} {bound}"),
                );
            }
        }
    }

    fn list(&mut self, schema: &Value, items: &[Value], path: &str) {
        if schema["items"].is_object() {
            for (at, item) in items.iter().enumerate() {
                self.value(&schema["items"], item, &format!("{path}[{at}]"));
            }
        }
        let (least, most) = (&schema["minItems"], &schema["maxItems"]);
        self.count(items.len(), least, most, "items", path);
    }

    fn object(&mut self, schema: &Value, map: &Map<String, Value>, path: &str) {
        let (least, most) = (&schema["minProperties"], &schema["maxProperties"]);
        self.count(map.len(), least, most, "properties", path);
        let under = |name: &str| under(path, name);
        if schema["x-kubernetes-embedded-resource"] == true {
            for name in ["apiVersion", "kind"] {
                match map.get(name).and_then(Value::as_str) {
                    None | Some("") => self.causes.push(Cause::required(under(name), "")),
                    Some(text) if name == "apiVersion" && text.matches('/').count() > 1 => {
                        let why = format!("unexpected GroupVersion string: {text}");
                        let cause = Cause::invalid(under(name), &Value::from(text), &why);
                        self.causes.push(cause);
                    }
                    Some(_) => {}
                }
            }
        }
        for name in each(&schema["required"]) {
            let name = name.as_str().unwrap_or_default();
            if !map.contains_key(name) {
                self.causes.push(Cause::required(under(name), ""));
            }
        }
        for (name, value) in map {
            let of = schema["properties"].get(name);
            let of = of.or_else(|| schema.get("additionalProperties"));
            if let Some(of) = of.filter(|of| of.is_object()) {
                self.value(of, value, &under(name));
            }
        }
    }

    /// Items of sets and maps that come twice: told after all else.
    fn lists(&mut self, schema: &Value, value: &Value, path: &str) {
        match value {
            Value::Array(items) => {
                self.twice(schema, items, path);
                for (at, item) in items.iter().enumerate() {
                    self.lists(&schema["items"], item, &format!("{path}[{at}]"));
                }
            }
            Value::Object(map) => {
                for (name, value) in map {
                    let of = schema["properties"].get(name);
                    let of = of.unwrap_or(&schema["additionalProperties"]);
                    self.lists(of, value, &under(path, name));
                }
            }
            _ => {}
        }
    }

    fn twice(&mut self, schema: &Value, items: &[Value], path: &str) {
        let keys: Vec<&str> = match schema["x-kubernetes-list-type"].as_str() {
            Some("set") => Vec::new(),
            Some("map") => {
                let keys = each(&schema["x-kubernetes-list-map-keys"]);
                keys.filter_map(Value::as_str).collect()
            }
            _ => return,
        };
        let mut seen = std::collections::BTreeSet::new();
        for (at, item) in items.iter().enumerate() {
            let path = format!("{path}[{at}]");
            let key = match item {
                item if keys.is_empty() => item.clone(),
                Value::Object(map) => {
                    let key = map.iter().filter(|(name, _)| keys.contains(&name.as_str()));
                    key.map(|(name, value)| (name.clone(), value.clone()))
                        .collect()
                }
                other => {
                    let why = "must be an object for an array of list-type map";
                    self.causes.push(Cause::invalid(path, other, why));
                    continue;
                }
            };
            if !seen.insert(key.to_string()) {
                self.causes.push(Cause::duplicate(path, &key));
            }
        }
    }
}

/// The path of a property.
fn under(path: &str, name: &str) -> String {
    match path {
        "" => name.to_owned(),
        path => format!("{path}.{name}"),
    }
}

/// A choice as it is listed.
fn shown(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}

fn called(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

/// The formats of texts that are checked.
pub(super) fn is_format(format: &str) -> bool {
    matches!(
        format,
        "date-time" | "date" | "uuid" | "ipv4" | "ipv6" | "byte" | "cidr" | "uri"
    )
}

fn fits(format: &str, text: &str) -> bool {
    use base64::Engine as _;
    match format {
        "date-time" => text.parse::<jiff::Timestamp>().is_ok(),
        "date" => text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok(),
        "uuid" => {
            let hex: Vec<usize> = text.split('-').map(str::len).collect();
            let digits = text
                .bytes()
                .all(|byte| byte == b'-' || byte.is_ascii_hexdigit());
            digits && (hex == [8, 4, 4, 4, 12] || hex == [32])
        }
        "ipv4" => text.parse::<std::net::Ipv4Addr>().is_ok(),
        "ipv6" => text.parse::<std::net::Ipv6Addr>().is_ok(),
        "cidr" => text.split_once('/').is_some_and(|(ip, bits)| {
            let most = if ip.contains(':') { 128 } else { 32 };
            let bits = bits.parse::<u8>();
            ip.parse::<std::net::IpAddr>().is_ok() && bits.is_ok_and(|bits| bits <= most)
        }),
        "byte" => base64::engine::general_purpose::STANDARD
            .decode(text)
            .is_ok(),
        // GO: a request's URI: absolute, or a path.
        "uri" => {
            text.starts_with('/')
                || text.split_once(':').is_some_and(|(scheme, _)| {
                    scheme.starts_with(|c: char| c.is_ascii_alphabetic())
                        && scheme
                            .bytes()
                            .all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
                })
        }
        _ => true,
    }
}
