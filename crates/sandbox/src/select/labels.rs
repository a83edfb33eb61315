//! The grammar of label selectors.

use serde_json::{Value, json};

use crate::validate::texts;

/// The requirements of a selector, as `matchExpressions` has them.
///
/// # Errors
/// What the real server says of a text that is none.
pub(super) fn read(text: &str) -> Result<Vec<Value>, String> {
    Labels { rest: text }.all()
}

struct Labels<'t> {
    rest: &'t str,
}

impl<'t> Labels<'t> {
    fn all(&mut self) -> Result<Vec<Value>, String> {
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

    fn requirement(&mut self) -> Result<Value, String> {
        let mut label = self.token();
        let missing = label == "!";
        if missing {
            label = self.token();
        }
        if label.is_empty() || is_sign(label) {
            return Err(format!("found '{label}', expected: identifier"));
        }
        // GO: the path of the field is not said.
        check("<nil>", label, texts::qualified(label))?;
        let (operator, values) = if missing {
            ("DoesNotExist", Vec::new())
        } else if matches!(self.peek(), "" | ",") {
            ("Exists", Vec::new())
        } else {
            match self.token() {
                "=" | "==" => ("In", vec![self.value(label)?]),
                "!=" => ("NotIn", vec![self.value(label)?]),
                "in" => ("In", self.values(label)?),
                "notin" => ("NotIn", self.values(label)?),
                ">" | "gt" => ("Gt", vec![self.number()?]),
                "<" | "lt" => ("Lt", vec![self.number()?]),
                other => {
                    return Err(format!(
                        "found '{other}', expected: in, notin, =, ==, !=, gt, lt"
                    ));
                }
            }
        };
        Ok(json!({"key": label, "operator": operator, "values": values}))
    }

    fn value(&mut self, label: &str) -> Result<&'t str, String> {
        match self.peek() {
            "" | "," => Ok(""),
            value if is_sign(value) => Err(format!("found '{value}', expected: identifier")),
            _ => self.label_value(label),
        }
    }

    fn label_value(&mut self, label: &str) -> Result<&'t str, String> {
        let value = self.token();
        let place = format!("values[0][{label}]");
        check(&place, value, texts::label_value(value))?;
        Ok(value)
    }

    fn values(&mut self, label: &str) -> Result<Vec<&'t str>, String> {
        match self.token() {
            "(" => {}
            other => return Err(format!("found '{other}' expected: '('")),
        }
        let mut values = Vec::new();
        loop {
            match self.peek() {
                end @ (")" | ",") => {
                    self.token();
                    if values.is_empty() {
                        values.push("");
                    }
                    if end == ")" {
                        return Ok(values);
                    }
                    if matches!(self.peek(), "," | ")") {
                        values.push("");
                    }
                }
                "" => return Err("found '', expected: ',', ')' or identifier".to_owned()),
                _ => values.push(self.label_value(label)?),
            }
        }
    }

    fn number(&mut self) -> Result<&'t str, String> {
        let text = self.token();
        let whys = match text.parse::<i64>() {
            Ok(_) => Vec::new(),
            Err(_) => vec!["for 'Gt', 'Lt' operators, the value must be an integer".to_owned()],
        };
        check("values[0]", text, whys)?;
        Ok(text)
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

fn check(place: &str, text: &str, whys: Vec<String>) -> Result<(), String> {
    if whys.is_empty() {
        return Ok(());
    }
    let why = whys.join("; ");
    Err(format!("{place}: Invalid value: \"{text}\": {why}"))
}
