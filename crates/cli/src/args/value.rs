//! What the kinds of flags accept.

use std::collections::BTreeMap;

use super::csv;
use super::duration::parse_duration;
use super::number::{parse_bool, parse_float, parse_int, parse_uint};
use crate::quote::quote;

/// What values a flag takes, and how repeated ones add up.
#[derive(Debug, Clone, Copy)]
pub enum Kind {
    /// on or off
    Bool,
    /// a whole number
    Int,
    /// a whole number that is not below zero
    Uint,
    /// a number
    Float,
    /// a text
    Text,
    /// texts, separated by commas and by repeating the flag (pflag's `strings`)
    List,
    /// texts, separated by repeating the flag alone (pflag's `stringArray`)
    Array,
    /// `key=value` pairs (pflag's `stringToString`)
    Map,
    /// a Go duration
    Duration,
    /// `table`, `json` or `yaml`
    Format,
    /// what is waited for
    Wait,
    /// the name of a plugin, once
    PostRenderer,
    /// arguments of that plugin
    PostRendererArguments,
    /// a text that a function finds right
    Checked(fn(&str) -> Result<(), String>),
}

/// The value of a flag.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// of [`Kind::Bool`]
    Bool(bool),
    /// of [`Kind::Int`] and [`Kind::Uint`]
    Int(i64),
    /// of [`Kind::Float`]
    Float(f32),
    /// of every kind with one text
    Text(String),
    /// of every kind with several texts
    List(Vec<String>),
    /// of [`Kind::Map`]
    Map(BTreeMap<String, String>),
    /// of [`Kind::Duration`], in nanoseconds
    Duration(i64),
}

impl Kind {
    /// The word for the value in help (empty for switches).
    pub fn type_name(self) -> &'static str {
        match self {
            Self::Bool => "",
            Self::Int => "int",
            Self::Uint => "uint",
            Self::Float => "float32",
            Self::Text | Self::Checked(_) => "string",
            Self::List => "strings",
            Self::Array => "stringArray",
            Self::Map => "stringToString",
            Self::Duration => "duration",
            Self::Format => "format",
            Self::Wait => "WaitStrategy",
            Self::PostRenderer => "postRendererString",
            Self::PostRendererArguments => "postRendererArgsSlice",
        }
    }

    /// The default of a flag that declares none, as text.
    pub fn zero_text(self) -> &'static str {
        match self {
            Self::Bool => "false",
            Self::Int | Self::Uint | Self::Float => "0",
            Self::Duration => "0s",
            _ => "",
        }
    }

    /// Reads one occurrence of a flag; `current` is what earlier occurrences gave. Words of
    /// advice about an old spelling go to `warnings`.
    ///
    /// # Errors
    /// pflag's text for why `text` is not such a value.
    pub fn read(
        self,
        current: Option<Value>,
        text: &str,
        warnings: &mut Vec<String>,
    ) -> Result<Value, String> {
        Ok(match self {
            Self::Bool => Value::Bool(parse_bool(text)?),
            Self::Int => Value::Int(parse_int(text)?),
            Self::Uint => Value::Int(i64::try_from(parse_uint(text)?).unwrap_or(i64::MAX)),
            Self::Float => Value::Float(parse_float(text)?),
            Self::Text => Value::Text(text.to_owned()),
            Self::List => Value::List(appended(current, comma_list(text)?)),
            Self::Array | Self::PostRendererArguments => {
                Value::List(appended(current, vec![text.to_owned()]))
            }
            Self::Map => Value::Map(merged(current, pairs(text)?)),
            Self::Duration => Value::Duration(parse_duration(text)?),
            Self::Format => Value::Text(format(text)?),
            Self::Wait => Value::Text(wait(text, warnings)?),
            Self::PostRenderer => Value::Text(once(current, text)?),
            Self::Checked(check) => {
                check(text)?;
                Value::Text(text.to_owned())
            }
        })
    }
}

fn appended(current: Option<Value>, more: Vec<String>) -> Vec<String> {
    match current {
        Some(Value::List(mut list)) => {
            list.extend(more);
            list
        }
        _ => more,
    }
}

fn merged(current: Option<Value>, more: BTreeMap<String, String>) -> BTreeMap<String, String> {
    match current {
        Some(Value::Map(mut map)) => {
            map.extend(more);
            map
        }
        _ => more,
    }
}

fn comma_list(text: &str) -> Result<Vec<String>, String> {
    if text.is_empty() {
        return Ok(Vec::new());
    }
    csv::record(text)
}

/// GO: with one `=` the whole text is one pair, commas included; with more it is a CSV record.
fn pairs(text: &str) -> Result<BTreeMap<String, String>, String> {
    let wrong = |pair: &str| format!("{pair} must be formatted as key=value");
    let fields = match text.matches('=').count() {
        0 => return Err(wrong(text)),
        1 => vec![text.trim_matches('"').to_owned()],
        _ => csv::record(text)?,
    };
    fields
        .iter()
        .map(|pair| {
            let (key, value) = pair.split_once('=').ok_or_else(|| wrong(pair))?;
            Ok((key.to_owned(), value.to_owned()))
        })
        .collect()
}

fn format(text: &str) -> Result<String, String> {
    match text {
        "table" | "json" | "yaml" => Ok(text.to_owned()),
        _ => Err("invalid format type".to_owned()),
    }
}

fn wait(text: &str, warnings: &mut Vec<String>) -> Result<String, String> {
    let meant = match text {
        "watcher" | "hookOnly" | "legacy" => return Ok(text.to_owned()),
        "true" => "watcher",
        "false" => "hookOnly",
        _ => {
            return Err(format!(
                "invalid wait input {}. Valid inputs are watcher, hookOnly, and legacy",
                quote(text)
            ));
        }
    };
    warnings.push(format!(
        "--wait={text} is deprecated (boolean value) and can be replaced with --wait={meant}"
    ));
    Ok(meant.to_owned())
}

/// HELM: a name is given once; an empty one changes nothing. The parser asks whether there is
/// such a plugin.
fn once(current: Option<Value>, text: &str) -> Result<String, String> {
    let earlier = match current {
        Some(Value::Text(earlier)) => earlier,
        _ => String::new(),
    };
    match (earlier.is_empty(), text.is_empty()) {
        (_, true) => Ok(earlier),
        (true, false) => Ok(text.to_owned()),
        (false, false) => Err("cannot specify --post-renderer flag more than once".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::{Kind, Value};

    fn read(kind: Kind, texts: &[&str]) -> Result<Value, String> {
        let mut current = None;
        for text in texts {
            current = Some(kind.read(current, text, &mut Vec::new())?);
        }
        current.ok_or_else(|| "no texts".to_owned())
    }

    fn list(items: &[&str]) -> Result<Value, String> {
        Ok(Value::List(items.iter().map(ToString::to_string).collect()))
    }

    #[test]
    fn repeated_flags_add_up() {
        assert_eq!(read(Kind::List, &["a,b", "", "c"]), list(&["a", "b", "c"]));
        assert_eq!(read(Kind::Array, &["a,b", "c"]), list(&["a,b", "c"]));
        assert_eq!(read(Kind::Text, &["a", "b"]), Ok(Value::Text("b".into())));
    }

    #[test]
    fn pairs_follow_the_count_of_equal_signs() {
        let map = |pairs: &[(&str, &str)]| {
            Ok(Value::Map(
                pairs
                    .iter()
                    .map(|(key, value)| (key.to_string(), value.to_string()))
                    .collect(),
            ))
        };
        assert_eq!(read(Kind::Map, &["a=b,c"]), map(&[("a", "b,c")]));
        assert_eq!(
            read(Kind::Map, &["a=b,c=d"]),
            map(&[("a", "b"), ("c", "d")])
        );
        assert_eq!(read(Kind::Map, &["a=b", "a=c"]), map(&[("a", "c")]));
        assert_eq!(
            read(Kind::Map, &["a=1,b,c=2"]),
            Err("b must be formatted as key=value".into())
        );
    }
}
