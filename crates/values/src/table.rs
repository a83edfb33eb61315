//! Looking up paths such as `a.b.c`.

use pintle_go_value::{Map, Value, format};

use crate::Error;

/// The table at `path`.
///
/// HELM: every dot separates, so a key with a dot in it cannot be reached.
///
/// # Errors
/// `"KEY" is not a table`, with the first key that is not one.
pub fn table(values: &Map, path: &str) -> Result<Map, Error> {
    path.split('.')
        .try_fold(values.clone(), |current, key| match current.get(key) {
            Some(Value::Map(inner)) => Ok(inner),
            _ => Err(Error::new(format!("{} is not a table", quote(key)))),
        })
}

/// The value at `path`, which must not be a table.
///
/// # Errors
/// `"KEY" is not a value`, with the last key of the path.
pub fn path_value(values: &Map, path: &str) -> Result<Value, Error> {
    if path.is_empty() {
        return Err(Error::new("YAML path cannot be empty"));
    }
    let missing = |key: &str| Error::new(format!("{} is not a value", quote(key)));
    let (holder, key) = match path.rsplit_once('.') {
        None => (values.clone(), path),
        Some((tables, key)) => (table(values, tables).map_err(|_| missing(key))?, key),
    };
    match holder.get(key) {
        None | Some(Value::Map(_)) => Err(missing(key)),
        Some(value) => Ok(value),
    }
}

fn quote(text: &str) -> String {
    let quoted = format::sprintf(b"%q", &[Value::from(text)]);
    quoted.to_text().into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values() -> Map {
        let inner: Map = [("c", Value::Bool(true))].into_iter().collect();
        let middle: Map = [("b", Value::Map(inner)), ("n", Value::Nil)]
            .into_iter()
            .collect();
        [("a", Value::Map(middle)), ("x", Value::from("y"))]
            .into_iter()
            .collect()
    }

    #[test]
    fn finds_tables_and_values() {
        assert_eq!(table(&values(), "a.b").unwrap().len(), 1);
        assert_eq!(
            table(&values(), "a.x.b").unwrap_err().text(),
            "\"x\" is not a table"
        );
        assert!(path_value(&values(), "a.b.c").unwrap().is_true());
        assert!(path_value(&values(), "a.n").unwrap().is_nil());
        assert_eq!(
            path_value(&values(), "a.b").unwrap_err().text(),
            "\"b\" is not a value"
        );
        assert_eq!(
            path_value(&values(), "q.r").unwrap_err().text(),
            "\"r\" is not a value"
        );
        assert!(path_value(&values(), "").is_err());
    }
}
