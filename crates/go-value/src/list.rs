//! A Go slice as templates see it.

use std::ops::Deref;
use std::sync::Arc;

use crate::Value;
use crate::dismantle::dismantle;

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

/// An immutable list, cheap to clone.
///
/// No template function changes a list in place (`append` and friends return a
/// new one), so lists need no lock.
#[derive(Clone, Debug, Default)]
pub struct List(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    element_type: ElementType,
    items: Vec<Value>,
    nil: bool,
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
            nil: false,
        }))
    }

    /// A nil slice: empty, and `null` in JSON.
    pub fn nil(element_type: ElementType) -> Self {
        Self(Arc::new(Inner {
            element_type,
            items: Vec::new(),
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

    /// Whether both are the same list in memory.
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for List {
    type Target = [Value];

    fn deref(&self) -> &[Value] {
        &self.0.items
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
