//! How to read.

use pintle_go_value::json;

/// How far a document may go before it is refused.
///
/// DIFF: by default 1000 levels, where Go allows 10000: see [`json::MAX_DEPTH`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// How deep lists and maps may nest.
    pub max_depth: usize,
    /// How many values one document may make in all, counting those that aliases
    /// repeat. Go has no such number; its ratio rule (`document contains excessive
    /// aliasing`) is always applied.
    pub max_values: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: json::MAX_DEPTH,
            max_values: usize::MAX,
        }
    }
}

/// How [`crate::parse_with`] reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Options {
    /// How far the document may go.
    pub limits: Limits,
    /// Refuse a key that occurs twice in a map.
    pub strict: bool,
    /// Tell where each value was written.
    pub located: bool,
    /// Keep integers as `int64` or `uint64` instead of `float64`: as the Kubernetes client
    /// reads objects, through JSON text that keeps every digit.
    pub integers: bool,
}
