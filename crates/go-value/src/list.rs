//! A Go slice as templates see it.

use std::ops::Deref;
use std::sync::{Arc, OnceLock};

use crate::dismantle::dismantle;
use crate::{Value, age};

/// What Go type the elements of a list have.
///
/// Templates can tell: `typeOf`, `%T`, `deepEqual`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ElementType {
    /// `[]interface {}`
    #[default]
    Any,
    /// `[]string`
    Str,
    /// `[]int`
    Int,
    /// `[]map[string]interface {}`
    Map,
    /// `[][]interface {}`
    List,
}

/// A list that is immutable but for one thing, and cheap to clone.
///
/// No template function changes a list in place (`append` and friends return a
/// new one), but `sortAlpha` a list of texts: [`List::sort_texts`]. So lists need no lock.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    element_type: ElementType,
    items: Vec<Value>,
    /// Of lists of texts only, so that others stay small.
    texts: Option<Box<Texts>>,
    nil: bool,
}

/// What may happen to a list of texts: to be sorted, once and for all who hold it.
#[derive(Debug)]
struct Texts {
    /// When the list was made, by [`age`].
    born: u64,
    sorted: OnceLock<Vec<Value>>,
}

impl Texts {
    fn of(element_type: ElementType) -> Option<Box<Self>> {
        let texts = || Self {
            born: age::now(),
            sorted: OnceLock::new(),
        };
        (element_type == ElementType::Str).then(|| Box::new(texts()))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        dismantle(std::mem::take(&mut self.items));
    }
}

impl List {
    /// A list of `[]interface {}`.
    pub fn new(items: Vec<Value>) -> Self {
        Self::typed(ElementType::Any, items)
    }

    /// A list with the given element type; the items must be of that type.
    pub fn typed(element_type: ElementType, items: Vec<Value>) -> Self {
        Self(Arc::new(Inner {
            element_type,
            items,
            texts: Texts::of(element_type),
            nil: false,
        }))
    }

    /// A nil slice: empty, and `null` in JSON.
    pub fn nil(element_type: ElementType) -> Self {
        Self(Arc::new(Inner {
            element_type,
            items: Vec::new(),
            texts: None,
            nil: true,
        }))
    }

    /// Whether this is a nil slice.
    pub fn is_nil(&self) -> bool {
        self.0.nil
    }

    /// A `[]string`.
    pub fn strings<S: Into<crate::Str>>(items: impl IntoIterator<Item = S>) -> Self {
        let items = items.into_iter().map(|s| Value::Str(s.into())).collect();
        Self::typed(ElementType::Str, items)
    }

    /// The items when nobody else holds the list, and else none.
    pub(crate) fn into_last_items(self) -> Vec<Value> {
        Arc::into_inner(self.0)
            .map(|mut inner| std::mem::take(&mut inner.items))
            .unwrap_or_default()
    }

    /// What Go type the elements have.
    pub fn element_type(&self) -> ElementType {
        self.0.element_type
    }

    /// Sorts a list of texts in byte order, for everyone who holds it; of other lists
    /// nothing is done.
    pub fn sort_texts(&self) {
        let Some(texts) = &self.0.texts else { return };
        let order = |value: &Value| value.as_str().cloned();
        if self.is_sorted_by_key(order) {
            return;
        }
        age::changed(texts.born);
        texts.sorted.get_or_init(|| {
            let mut items = self.0.items.clone();
            items.sort_by_cached_key(order);
            items
        });
    }

    /// Where the list is in memory: the same for all handles on it, and for no other list.
    pub fn address(&self) -> usize {
        Arc::as_ptr(&self.0).addr()
    }

    /// Whether both are the same list in memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        let sorted = self.0.texts.as_ref().and_then(|texts| texts.sorted.get());
        sorted.unwrap_or(&self.0.items)
    }
}

impl FromIterator<Value> for List {
    fn from_iter<I: IntoIterator<Item = Value>>(items: I) -> Self {
        Self::new(items.into_iter().collect())
    }
}

impl From<Vec<Value>> for List {
    fn from(items: Vec<Value>) -> Self {
        Self::new(items)
    }
}

#[cfg(test)]
mod tests {
    use super::{ElementType, List};
    use crate::{Value, age};

    #[test]
    fn texts_are_sorted_for_all_who_hold_them() {
        let list = List::strings(["b", "a", "c"]);
        let other = list.clone();
        list.sort_texts();
        let texts: Vec<Value> = other.to_vec();
        assert_eq!(format!("{texts:?}"), r#"["a", "b", "c"]"#);
        assert_eq!(other.element_type(), ElementType::Str);
        let mixed = List::new(vec!["b".into(), "a".into()]);
        mixed.sort_texts();
        assert_eq!(mixed[0].as_str().map(crate::Str::as_bytes), Some(&b"b"[..]));
    }

    #[test]
    fn sorting_is_a_change_of_what_was_there_before() {
        let old = List::strings(["b", "a"]);
        let start = age::tick();
        let outer = age::begin_watch();
        List::strings(["b", "a"]).sort_texts();
        List::strings(["a", "b"]).sort_texts();
        assert!(age::end_watch(outer).is_pure_since(start));
        let outer = age::begin_watch();
        old.sort_texts();
        assert!(!age::end_watch(outer).is_pure_since(start));
        let outer = age::begin_watch();
        old.sort_texts();
        assert!(age::end_watch(outer).is_pure_since(start), "as it was");
    }
}
