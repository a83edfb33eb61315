//! Deep equality and the template comparison functions.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

use crate::format::{sprint, sprintf};
use crate::{Kind, Map, Object, Value};

/// From this depth on, pairs of maps that are being compared are remembered, so that maps
/// that contain themselves compare in finite time.
const CYCLE_DEPTH: usize = 500;

/// Go's `reflect.DeepEqual`: types matter too, so `int` 1 and `int64` 1 differ, and a
/// `[]string` never equals an `[]interface {}`.
pub fn deep_equal(left: &Value, right: &Value) -> bool {
    DeepComparison::default().run(left.clone(), right.clone())
}

/// From so many steps on, pairs of lists and maps that were compared are remembered: a map
/// may hold another one twice, and that one a third one twice, and so on.
const MANY_STEPS: usize = 100_000;

/// A comparison with its own stack, so that no nesting is too deep.
#[derive(Default)]
struct DeepComparison {
    open: Vec<(Value, Value, usize)>,
    visited: Vec<(Map, Map)>,
    steps: usize,
    /// Where the compared values are, which are kept there.
    compared: HashSet<(usize, usize)>,
    kept: Vec<(Value, Value)>,
}

impl DeepComparison {
    fn run(mut self, left: Value, right: Value) -> bool {
        self.open.push((left, right, 0));
        while let Some((left, right, depth)) = self.open.pop() {
            self.steps += 1;
            if self.steps > MANY_STEPS && self.is_known(&left, &right) {
                continue;
            }
            if !self.step(&left, &right, depth + 1) {
                return false;
            }
        }
        true
    }

    /// Whether these were compared before, or are being compared.
    fn is_known(&mut self, left: &Value, right: &Value) -> bool {
        let pair = match (left, right) {
            (Value::List(left), Value::List(right)) => (left.address(), right.address()),
            (Value::Map(left), Value::Map(right)) => (left.address(), right.address()),
            _ => return false,
        };
        if !self.compared.insert(pair) {
            return true;
        }
        self.kept.push((left.clone(), right.clone()));
        false
    }

    /// Compares one level; what is inside goes onto the stack.
    fn step(&mut self, left: &Value, right: &Value, depth: usize) -> bool {
        match (left, right) {
            (Value::Nil, Value::Nil) => true,
            (Value::Bool(l), Value::Bool(r)) => l == r,
            (Value::Int(l), Value::Int(r)) | (Value::Int64(l), Value::Int64(r)) => l == r,
            (Value::Int32(l), Value::Int32(r)) => l == r,
            (Value::Uint8(l), Value::Uint8(r)) => l == r,
            (Value::Uint(l), Value::Uint(r)) | (Value::Uint64(l), Value::Uint64(r)) => l == r,
            (Value::Float(l), Value::Float(r)) => l == r,
            (Value::Complex(l, li), Value::Complex(r, ri)) => l == r && li == ri,
            (Value::Str(l), Value::Str(r)) => l == r,
            (Value::Bytes(l), Value::Bytes(r)) => {
                l == r && left.is_nil_bytes() == right.is_nil_bytes()
            }
            (Value::List(l), Value::List(r)) => {
                l.element_type() == r.element_type()
                    && l.is_nil() == r.is_nil()
                    && (l.is_same(r) || self.lists(l, r, depth))
            }
            (Value::Map(l), Value::Map(r)) => {
                l.map_type() == r.map_type()
                    && l.is_nil() == r.is_nil()
                    && (l.is_same(r) || self.maps(l, r, depth))
            }
            (Value::Object(l), Value::Object(r)) => {
                Arc::ptr_eq(l, r) || self.objects(l.as_ref(), r.as_ref(), depth)
            }
            _ => false,
        }
    }

    fn lists(&mut self, left: &[Value], right: &[Value], depth: usize) -> bool {
        let pairs = left.iter().zip(right);
        self.open
            .extend(pairs.map(|(l, r)| (l.clone(), r.clone(), depth)));
        left.len() == right.len()
    }

    fn maps(&mut self, left: &Map, right: &Map, depth: usize) -> bool {
        if depth > CYCLE_DEPTH {
            let seen = |(l, r): &(Map, Map)| l.is_same(left) && r.is_same(right);
            if self.visited.iter().any(seen) {
                return true;
            }
            self.visited.push((left.clone(), right.clone()));
        }
        let (left, right) = (left.entries(), right.entries());
        if left.len() != right.len() {
            return false;
        }
        for ((left_key, l), (right_key, r)) in left.into_iter().zip(right) {
            if left_key != right_key {
                return false;
            }
            self.open.push((l, r, depth));
        }
        true
    }

    fn objects(&mut self, left: &dyn Object, right: &dyn Object, depth: usize) -> bool {
        if left.type_name() != right.type_name() {
            return false;
        }
        if let (Some(l), Some(r)) = (left.underlying(), right.underlying()) {
            self.open.push((l, r, depth));
            return true;
        }
        let (left_fields, right_fields) = (left.fields(), right.fields());
        if left_fields.len() != right_fields.len() || left.string() != right.string() {
            return false;
        }
        // Two opaque objects are equal only as far as they tell: by their text.
        let known = !left_fields.is_empty() || left.string().is_some();
        let pairs = left_fields.into_iter().zip(right_fields);
        self.open
            .extend(pairs.map(|((_, l), (_, r))| (l, r, depth)));
        known
    }
}

/// Why two values cannot be compared, in the words of Go's templates.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompareError {
    /// `eq` with one argument.
    #[error("missing argument for comparison")]
    Missing,
    /// A type that has no such order.
    #[error("invalid type for comparison")]
    InvalidType,
    /// Two types that do not compare.
    #[error("incompatible types for comparison: {0} and {1}")]
    Incompatible(String, String),
    /// A map or list, which Go cannot compare with `==`: its text and type.
    #[error("non-comparable type {0}: {1}")]
    NotComparable(String, String),
    /// Two different kinds of composite: text and type of one, type and text of the other.
    #[error("non-comparable types {0}: {1}, {2}: {3}")]
    NotComparableTypes(String, String, String, String),
}

/// The classes in which Go's templates compare.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Basic {
    Bool,
    Complex,
    Int,
    Float,
    Str,
    Uint,
    Other,
}

impl Basic {
    fn of(value: &Value) -> Self {
        match value.kind() {
            Kind::Bool => Self::Bool,
            Kind::Int | Kind::Int32 | Kind::Int64 => Self::Int,
            Kind::Uint | Kind::Uint8 | Kind::Uint64 => Self::Uint,
            Kind::Float64 => Self::Float,
            Kind::Complex128 => Self::Complex,
            Kind::String => Self::Str,
            _ => Self::Other,
        }
    }
}

/// The template function `eq`: whether `left` equals any of `others`.
///
/// # Errors
///
/// When the types do not compare; see [`CompareError`].
pub fn eq(left: &Value, others: &[Value]) -> Result<bool, CompareError> {
    if others.is_empty() {
        return Err(CompareError::Missing);
    }
    for right in others {
        if equal(left, right)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The template function `lt`.
///
/// # Errors
///
/// When the types have no order or differ; see [`CompareError`].
pub fn lt(left: &Value, right: &Value) -> Result<bool, CompareError> {
    let basics = (Basic::of(left), Basic::of(right));
    if basics.0 == Basic::Other || basics.1 == Basic::Other {
        return Err(CompareError::InvalidType);
    }
    let integer = |basic| matches!(basic, Basic::Int | Basic::Uint);
    if basics.0 != basics.1 && !(integer(basics.0) && integer(basics.1)) {
        return Err(incompatible(left, right));
    }
    let (left, right) = (&plain(left), &plain(right));
    match basics {
        (Basic::Int | Basic::Uint, _) => Ok(compare_integers(left, right) == Ordering::Less),
        (Basic::Float, _) => {
            Ok(matches!((left, right), (Value::Float(l), Value::Float(r)) if l < r))
        }
        (Basic::Str, _) => Ok(left.as_str() < right.as_str()),
        _ => Err(CompareError::InvalidType),
    }
}

/// The template function `le`: less or equal, in that order of asking.
///
/// # Errors
///
/// As [`lt`].
pub fn le(left: &Value, right: &Value) -> Result<bool, CompareError> {
    Ok(lt(left, right)? || equal(left, right)?)
}

fn equal(left: &Value, right: &Value) -> Result<bool, CompareError> {
    let basics = (Basic::of(left), Basic::of(right));
    match basics {
        (Basic::Str, Basic::Str) => {
            if let (Value::Str(l), Value::Str(r)) = (left, right) {
                return Ok(l == r);
            }
            Ok(plain(left).as_str() == plain(right).as_str())
        }
        (Basic::Int | Basic::Uint, Basic::Int | Basic::Uint) => {
            Ok(compare_integers(&plain(left), &plain(right)) == Ordering::Equal)
        }
        (Basic::Other, Basic::Other) => equal_composites(left, right),
        // GO: anything compares with nil, and is different.
        (l, r) if l != r && !left.is_nil() && !right.is_nil() => Err(incompatible(left, right)),
        (l, r) if l != r => Ok(false),
        _ => Ok(match (plain(left), plain(right)) {
            (Value::Bool(l), Value::Bool(r)) => l == r,
            (Value::Float(l), Value::Float(r)) => l == r,
            (Value::Complex(l, li), Value::Complex(r, ri)) => l == r && li == ri,
            _ => false,
        }),
    }
}

/// Equality of what is neither number, text nor truth.
fn equal_composites(left: &Value, right: &Value) -> Result<bool, CompareError> {
    if left.is_nil() || right.is_nil() {
        return Ok(left.is_nil() && right.is_nil());
    }
    if left.kind() != right.kind() {
        return Err(CompareError::NotComparableTypes(
            text(left),
            left.type_name().into_owned(),
            right.type_name().into_owned(),
            // GO: %v here, %s in the other places.
            sprint(right).to_string(),
        ));
    }
    match (left, right) {
        (Value::Object(l), Value::Object(r)) if l.underlying().is_none() => {
            let pointers = l.kind() == Kind::Ptr;
            Ok(Arc::ptr_eq(l, r) || (!pointers && deep_equal(left, right)))
        }
        _ => Err(CompareError::NotComparable(
            text(right),
            right.type_name().into_owned(),
        )),
    }
}

fn incompatible(left: &Value, right: &Value) -> CompareError {
    CompareError::Incompatible(
        left.type_name().into_owned(),
        right.type_name().into_owned(),
    )
}

/// Integers of any type; a negative one is below every unsigned one.
fn compare_integers(left: &Value, right: &Value) -> Ordering {
    wide(left).cmp(&wide(right))
}

fn wide(value: &Value) -> i128 {
    match value {
        Value::Uint(u) | Value::Uint64(u) => i128::from(*u),
        other => i128::from(other.as_int().unwrap_or(0)),
    }
}

/// The plain value under a named type.
fn plain(value: &Value) -> Value {
    match value {
        Value::Object(object) => object.underlying().unwrap_or_else(|| value.clone()),
        other => other.clone(),
    }
}

fn text(value: &Value) -> String {
    sprintf(b"%s", std::slice::from_ref(value)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::List;

    fn list(items: &[Value]) -> Value {
        Value::from(items.to_vec())
    }

    #[test]
    fn deep_equality_minds_types() {
        assert!(!deep_equal(&Value::Int(1), &Value::Int64(1)));
        assert!(!deep_equal(
            &Value::Float(f64::NAN),
            &Value::Float(f64::NAN)
        ));
        assert!(!deep_equal(
            &List::strings(["a"]).into(),
            &list(&["a".into()])
        ));
        assert!(deep_equal(
            &list(&["a".into(), Value::Nil]),
            &list(&["a".into(), Value::Nil])
        ));
    }

    #[test]
    fn maps_that_contain_themselves_compare() {
        let ring = || {
            let map = Map::new();
            map.set("self", map.clone().into());
            map
        };
        let (a, b) = (ring(), ring());
        assert!(deep_equal(&a.clone().into(), &b.clone().into()));
        b.set("more", Value::Int(1));
        assert!(!deep_equal(&a.into(), &b.into()));
    }

    // Texts as printed by Go's text/template.
    #[test]
    fn comparison_texts_are_gos() {
        let text = |result: Result<bool, CompareError>| result.unwrap_err().to_string();
        assert_eq!(
            text(eq(&Value::Float(1.0), &[Value::Int(1)])),
            "incompatible types for comparison: float64 and int"
        );
        assert_eq!(
            text(eq(&list(&[Value::Int(1)]), &[list(&[Value::Int(1)])])),
            "non-comparable type [%!s(int=1)]: []interface {}"
        );
        assert_eq!(
            text(eq(&Map::new().into(), &[list(&[])])),
            "non-comparable types map[]: map[string]interface {}, []interface {}: []"
        );
        assert_eq!(
            text(lt(&Value::Nil, &Value::Int(1))),
            "invalid type for comparison"
        );
        assert_eq!(
            text(lt(&true.into(), &true.into())),
            "invalid type for comparison"
        );
        assert_eq!(
            text(eq(&Value::Nil, &[])),
            "missing argument for comparison"
        );
    }

    #[test]
    fn integers_compare_whatever_their_type() {
        assert_eq!(
            eq(&Value::Int(3), &[Value::Uint64(4), Value::Uint8(3)]),
            Ok(true)
        );
        assert_eq!(lt(&Value::Int64(-1), &Value::Uint64(u64::MAX)), Ok(true));
        assert_eq!(eq(&Value::Nil, &[Value::Int(0)]), Ok(false));
        assert_eq!(le(&"a".into(), &"a".into()), Ok(true));
    }
}
