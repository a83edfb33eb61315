//! Texts parsed before the set that wants them is there, on another thread for instance.

use std::sync::Arc;

use crate::parser::{ParsedText, Scratch, parse};
use crate::{Error, Functions};

/// Parses texts for a [`Set`](crate::Set) with the same functions.
///
/// ```
/// use std::sync::Arc;
/// use pintle_go_template::{Functions, Limits, Set, TextParser};
/// use pintle_go_value::Value;
///
/// let mut parser = TextParser::new(Functions::new());
/// let parsed = parser.parse("greeting", "Hello!".into())?;
/// let mut set = Set::new(Arc::new(Functions::new()));
/// assert!(set.adopt(&parsed));
/// assert_eq!(set.execute("greeting", &Value::Nil, &Limits::default())?, b"Hello!");
/// # Ok::<(), pintle_go_template::Error>(())
/// ```
#[derive(Debug)]
pub struct TextParser {
    functions: Functions,
    scratch: Scratch,
}

/// A text that was parsed.
#[derive(Debug)]
pub struct Parsed {
    pub(crate) text: ParsedText,
    /// The order of the functions that its calls know by number.
    pub(crate) order: u64,
}

impl TextParser {
    /// A parser of texts that may call these functions.
    pub fn new(functions: Functions) -> Self {
        Self {
            functions,
            scratch: Scratch::default(),
        }
    }

    /// Parses `text` as the template `name`.
    ///
    /// # Errors
    ///
    /// As those of [`Set::add`](crate::Set::add).
    pub fn parse(&mut self, name: &str, text: Arc<str>) -> Result<Parsed, Error> {
        let text = parse(name, &text, &self.functions, &mut self.scratch)?;
        let order = self.functions.order();
        Ok(Parsed { text, order })
    }
}

impl Parsed {
    /// The name of the template that the whole text is.
    pub fn name(&self) -> &str {
        &self.text.main.name
    }

    /// The text.
    pub fn text(&self) -> &Arc<str> {
        &self.text.main.source.text
    }
}

#[cfg(test)]
mod tests {
    use super::{Functions, TextParser};
    use crate::{Function, Limits, Set};
    use pintle_go_value::Value;
    use std::sync::Arc;

    fn functions(names: &'static [&'static str]) -> Functions {
        let mut functions = Functions::new();
        for name in names {
            functions.add(Function::new(name, &[], move |_, _| Ok(Value::from(*name))));
        }
        functions
    }

    #[test]
    fn adopted_texts_work_as_added_ones() {
        let mut parser = TextParser::new(functions(&["a", "b"]));
        let text = "{{ define `t` }}{{ b }}{{ end }}{{ a }}{{ template `t` }}";
        let parsed = parser.parse("x", text.into()).expect("a template");
        assert_eq!((parsed.name(), &**parsed.text()), ("x", text));
        let mut set = Set::new(Arc::new(functions(&["a", "b"])));
        assert!(set.adopt(&parsed));
        assert_eq!(set.names(), ["t", "x"]);
        let output = set.execute("x", &Value::Nil, &Limits::default());
        assert_eq!(output.expect("output"), b"ab");
        assert!(parser.parse("x", "{{".into()).is_err());
    }

    #[test]
    fn texts_for_other_functions_are_refused() {
        let mut parser = TextParser::new(functions(&["a", "b"]));
        let parsed = parser.parse("x", "{{ a }}".into()).expect("a template");
        for other in [&["b", "a"][..], &["a"], &["ab"], &["a", "b", "c"]] {
            let mut set = Set::new(Arc::new(functions(other)));
            assert!(!set.adopt(&parsed), "{other:?}");
            assert!(!set.contains("x"));
        }
    }
}
