//! Go's dynamic values as templates see them.
//!
//! What it is: the one value type that flows through the YAML reader, the
//! values merge, the template engine and the function library. It carries the
//! distinctions that templates can observe in Go: `int` and `int64` and
//! `float64` are different, strings are bytes, maps are shared and mutable.
//! What it is not: a JSON document model; `json` converts to and from JSON text.
//!
//! ```
//! use pintle_go_value::{Map, Value};
//! let map = Map::new();
//! map.set("replicas", Value::Float(3.0));
//! let same = map.clone(); // the same map, not a copy: as in Go
//! same.set("name", Value::from("web"));
//! assert_eq!(map.len(), 2);
//! assert!(map.get("name").unwrap().is_true());
//! ```
//!
//! - [`value`](Value): the value itself, its Go kind and type name, its truth
//! - `text`: [`Str`], Go's string: immutable bytes
//! - `list`: [`List`], a slice; `map`: [`Map`], a shared map with string keys
//! - `object`: [`Object`], Go structs and named types with fields and methods
//! - [`age`]: when maps were made and changed
//! - [`compare`]: deep equality and the template comparison functions
//! - [`mod@format`]: `%v` and every other verb of Go's `fmt`
//! - [`json`]: Go's `encoding/json`, both ways

pub mod age;
pub mod compare;
mod copy;
mod debug;
mod dismantle;
mod entries;
pub mod format;
pub mod json;
mod list;
mod map;
mod object;
mod shared;
mod text;
mod value;

pub use list::{ElementType, List};
pub use map::{Map, MapType};
pub use object::{MethodError, Object};
pub use shared::SharedStr;
pub use text::Str;
pub use value::{Kind, Value};
