//! Drops nested lists and maps without recursion.
//!
//! A template can nest lists in lists a million deep with one loop. Dropping them one
//! inside the other would use up the stack.

use crate::Value;

/// Drops the values, and what is in them as far as nobody else holds it.
pub(crate) fn dismantle(values: impl IntoIterator<Item = Value>) {
    let mut open: Vec<Value> = values.into_iter().filter(is_container).collect();
    while let Some(value) = open.pop() {
        match value {
            Value::List(list) => {
                let items = list.into_last_items();
                open.extend(items.into_iter().filter(is_container));
            }
            Value::Map(map) => {
                let entries = map.into_last_entries();
                open.extend(entries.into_values().filter(is_container));
            }
            _ => {}
        }
    }
}

fn is_container(value: &Value) -> bool {
    matches!(value, Value::List(_) | Value::Map(_))
}

#[cfg(test)]
mod tests {
    use crate::{List, Map, Value};

    #[test]
    fn deep_nesting_is_dropped_on_a_small_stack() {
        let work = || {
            let mut value = Value::Nil;
            for _ in 0..200_000 {
                let map = Map::new();
                map.set("inner", value);
                value = List::new(vec![map.into(), Value::Nil]).into();
            }
            drop(value);
        };
        let thread = std::thread::Builder::new().stack_size(128 << 10);
        thread
            .spawn(work)
            .expect("a thread")
            .join()
            .expect("no overflow");
    }
}
