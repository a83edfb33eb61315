//! Templates of JSONPath expressions, in the dialect of the Kubernetes client library.
//!
//! What it is: text with expressions in braces, such as `{.items[*].name}`,
//! `{range .items[?(@.port > 80.0)]}{.name}{"\n"}{end}` or `{..image}`. What it is not: RFC 9535;
//! the dialect is older, and its oddities are kept:
//!
//! - numbers of values are `float64`: they compare with `80.0`, never with `80`
//! - a key that is nowhere ends everything, and nothing is printed at all
//! - a negative or missing bound of a slice counts from the end, a bad one is an error
//!
//! Wildcards go through maps in the order of keys, where the original has no order.
//!
//! - `parse`: from text to nodes
//! - `evaluate`: from nodes and values to values
//! - `unquote`: Go's quoted texts
//!
//! ```
//! use pintle_go_value::{Map, Value};
//! use pintle_jsonpath::JsonPath;
//!
//! let values = Map::new();
//! values.set("name", Value::from("web"));
//! let path = JsonPath::parse("name: {.name}")?;
//! assert_eq!(path.print(&values.into()), b"name: web");
//! # Ok::<(), String>(())
//! ```

mod evaluate;
mod parse;
mod unquote;

use pintle_go_value::{Value, format, json};

use evaluate::{Evaluation, Item};
use parse::Node;

/// A template, parsed.
#[derive(Debug)]
pub struct JsonPath {
    nodes: Vec<Node>,
}

impl JsonPath {
    /// Parses a template.
    ///
    /// # Errors
    /// The client library's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        Ok(Self {
            nodes: parse::parse(text)?,
        })
    }

    /// What the template gives for these values; when it cannot be followed, nothing.
    pub fn print(&self, values: &Value) -> Vec<u8> {
        let mut text = Vec::new();
        let Ok(results) = Evaluation::new(&self.nodes).run(values) else {
            return text;
        };
        for items in results {
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(b' ');
                }
                if print_item(item, &mut text).is_none() {
                    return text;
                }
            }
        }
        text
    }

    /// The first value that the template finds, if it finds any.
    pub fn first(&self, values: &Value) -> Option<Value> {
        let results = Evaluation::new(&self.nodes).run(values).ok()?;
        results.into_iter().next()?.into_iter().next()?
    }
}

/// Lists and maps as JSON, anything else as Go prints it.
fn print_item(item: &Item, text: &mut Vec<u8>) -> Option<()> {
    match item {
        None => text.extend_from_slice(b"<no value>"),
        Some(Value::Nil) => text.extend_from_slice(b"null"),
        Some(value @ (Value::List(_) | Value::Map(_))) => {
            text.extend(json::encode(value, json::Options::default()).ok()?);
        }
        Some(value) => text.extend_from_slice(format::sprint(value).as_bytes()),
    }
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const VALUES: &str = "a: 1\nport: 1000000\nl: [1, 2, null, {x: yes}]\ns: hi\nnothing: null\n\
        m: {z: 1, b: [1]}\nempty: []\nitems:\n- {name: a, port: 80, tag: q.r}\n- {name: b, port: 90}\n\
        'dotted.key': <v>\n";

    /// `helm show values c --jsonpath TEMPLATE` for a chart with these values.
    fn shown(template: &str) -> String {
        let values = pintle_go_yaml::parse(VALUES.as_bytes()).expect("the values are YAML");
        match JsonPath::parse(template) {
            Ok(path) => String::from_utf8_lossy(&path.print(&values)).into_owned(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn values_are_printed_as_helm_prints_them() {
        let cases = [
            ("{.a}", "1"),
            ("{.port}", "1e+06"),
            ("{.l}", r#"[1,2,null,{"x":true}]"#),
            ("{.l[*]}", r#"1 2 null {"x":true}"#),
            ("{.nothing}", "null"),
            ("{.m}", r#"{"b":[1],"z":1}"#),
            ("x{.a}y{.s}", "x1yhi"),
            ("a.b", "a.b"),
            ("", ""),
            ("{1.5}{true}{-3}", "1.5true-3"),
            (r#"{"a\tb"}{'it\'s'}"#, "a\tbit's"),
            (r"{.dotted\.key}", "<v>"),
            ("{.m['z','b']}", "1 [1]"),
            ("{['s']}", "hi"),
        ];
        for (template, expected) in cases {
            assert_eq!(shown(template), expected, "{template}");
        }
    }

    #[test]
    fn slices_and_filters() {
        let cases = [
            ("{.l[0:2]}", "1 2"),
            ("{.l[-1]}", r#"{"x":true}"#),
            ("{.l[-2:]}", r#"null {"x":true}"#),
            ("{.l[::2]}", "1 null"),
            ("{.l[1:0]}", ""),
            ("{.l[9]}", ""),
            ("{.l[1:1]}", ""),
            ("{.items[0,1].name}", "a b"),
            (r#"{.items[?(@.name=="b")].port}"#, "90"),
            ("{.items[?(@.port==80)].name}", ""),
            ("{.items[?(@.port==80.0)].name}", "a"),
            ("{.items[?(@.port>80.5)].name}", "b"),
            ("{.items[?(@.port>=80.0)].name}", "a b"),
            ("{.items[?(@.port!=80.0)].name}", "b"),
            ("{.items[?(@.tag)].name}", "a"),
            ("{..name}", "a b"),
            ("{.s[*]}", ""),
        ];
        for (template, expected) in cases {
            assert_eq!(shown(template), expected, "{template}");
        }
    }

    #[test]
    fn ranges() {
        let cases = [
            (
                r#"{range .items[*]}{.name}={.port}{"\n"}{end}"#,
                "a=80\nb=90\n",
            ),
            ("{range .empty[*]}{.x}{end}z", ""),
            (r#"{range .empty[*]}{"q"}{end}z"#, "z"),
            (
                "{range .l[*]}<{@}>{end}",
                r#"<1><2><<no value>><{"x":true}>"#,
            ),
            ("{range .items[*]}{range .port}{@}{end};{end}.", "80;90;."),
            ("{end}", ""),
            ("{foo}", ""),
            ("{.nope}", ""),
            ("{.s}{.nope}", ""),
        ];
        for (template, expected) in cases {
            assert_eq!(shown(template), expected, "{template}");
        }
    }

    #[test]
    fn what_does_not_parse() {
        let cases = [
            ("{", "unclosed action"),
            ("{.a", "unclosed action"),
            ("{!}", "unrecognized character in action: U+0021 '!'"),
            ("{.a[}", "unterminated array"),
            ("{[?(}", "unterminated filter"),
            ("{[?(@.a)}", "unclosed array expect ]"),
            ("{.l[x]}", "invalid array index x"),
            ("{\"a", "unterminated quoted string"),
            ("{1.2.3}", "cannot parse number 1.2.3"),
            ("{.a....b}", "invalid multiple recursive descent"),
            (r#"{"\q"}"#, r#"unquote string "\q" error invalid syntax"#),
        ];
        for (template, expected) in cases {
            assert_eq!(shown(template), format!("error: {expected}"), "{template}");
        }
    }

    #[test]
    fn hostile_templates_end() {
        let deep = format!("{{{}}}", "..a".repeat(10_000));
        assert_eq!(shown(&deep), "");
        let wide = format!("{{{}}}", "[?(@.a)]".repeat(10_000));
        assert_eq!(shown(&wide), "");
        let unions = format!("{{.l[{}]}}", vec!["0"; 10_000].join(","));
        assert_eq!(shown(&unions).len(), 19_999);
    }

    #[test]
    fn hostile_expressions_over_hostile_values_end() {
        let first_ten = vec!["0"; 10_000].join(",");
        let (all, wide) = ("[*]".repeat(20), format!("[{first_ten}]"));
        // Lists that hold the same list twenty times, and so on: 20^6 texts.
        let mut list = Value::from("x");
        for _ in 0..6 {
            list = Value::List(vec![list; 20].into_iter().collect());
        }
        let expressions = [
            format!("{{{wide}{all}}}"),
            format!("{{{wide}{wide}{wide}}}"),
            "{[*][*][*][?(@..[*]..[*])]}".to_owned(),
            "{[*][*][*][*][:][:]}".to_owned(),
            "{range [*][*][*][*]}{range $..[*]}{@}{end}{end}".to_owned(),
        ];
        for expression in expressions {
            let path = JsonPath::parse(&expression).expect("an expression");
            assert!(path.print(&list).is_empty(), "{expression:.40}");
        }
    }
}
