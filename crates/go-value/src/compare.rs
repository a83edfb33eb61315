//! Deep equality and the template comparison functions.

use crate::Value;

/// Go's `reflect.DeepEqual`.
pub fn deep_equal(left: &Value, right: &Value) -> bool {
    format!("{left:?}") == format!("{right:?}")
}
