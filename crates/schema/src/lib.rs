//! JSON schema validation of chart values, with Helm's words.
//!
//! What it is: a validator for `values.schema.json` in the drafts 4, 6, 7, 2019-09 and
//! 2020-12 that says what Helm 4.3.1 says, line by line: the same failures, in the same tree,
//! in the same words. What it is not: a general JSON schema library. It tells everything as
//! text, and annotations (`default`, `title`) are of no interest to it.
//!
//! The crate does no I/O: documents that a schema refers to are read by a [`Loader`] of the
//! caller's; which URLs are asked for at all is Helm's policy, and is kept here.
//!
//! ```
//! use pintle_go_value::{Map, Value};
//! use pintle_schema::{Compiled, Nothing, validate};
//! let schema = br#"{"properties": {"port": {"maximum": 65535}}, "required": ["host"]}"#;
//! let values = Map::new();
//! values.set("port", Value::Float(70000.0));
//! let error = validate(schema, &values, &Nothing, &Compiled::default()).unwrap_err();
//! assert_eq!(
//!     error.text(),
//!     "- at '': missing property 'host'\n- at '/port': maximum: got 70,000, want 65,535\n"
//! );
//! ```
//!
//! Why not one of the libraries there are: none prints Helm's text, and all compile the
//! meta-schemas and every regular expression before they look at a value. Here a sound schema
//! never meets its meta-schema (`quick`), and expressions are compiled when they are used.
//!
//! From text to verdict:
//!
//! - `chart`: a chart and its subcharts ([`validate_chart`]), the error
//! - `node`, `number`: JSON values, numbers of any size; `pointer`: places in them
//! - `documents`: loading; URLs and anchors of schemas ([`Loader`] is in `loader`)
//! - `draft`: drafts, vocabularies, meta-schemas; `quick`: sound schemas told by plain code
//! - `compile`, `keywords`, `schema`: from a document to numbered, linked schemas
//! - `validate`: a value against a compiled schema; `format` (with `format_net` and
//!   `format_time`): e-mail addresses and the like
//! - `problem`, `words`: what is wrong, in Helm's words
//! - `limits`: bounds on depth, work, memory and documents. A schema that is made to hurt ends
//!   in an error that begins with `unable to validate schema:`, never in a hang or a crash.
//!
//! The meta-schemas under `metaschemas` are the standard's own, without their prose.

mod chart;
mod compile;
mod documents;
mod draft;
mod format;
mod format_net;
mod format_time;
mod keywords;
mod limits;
mod loader;
mod node;
mod number;
mod pointer;
mod problem;
mod quick;
mod schema;
mod validate;
mod words;

pub use chart::{Compiled, Error, validate, validate_bytes, validate_chart};
pub use loader::{Loader, Nothing};
