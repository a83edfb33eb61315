//! The text/template language of Go: lexer, parser, executor.
//!
//! What it is: Go 1.27's template language, with Go's texts for every error, over
//! [`pintle_go_value::Value`]. What it is not: the function library (see `pintle-sprig`);
//! only the functions of Go itself are here. No I/O, no clock.
//!
//! ```
//! use std::sync::Arc;
//! use pintle_go_template::{Functions, Limits, Set};
//! use pintle_go_value::Value;
//!
//! let mut set = Set::new(Arc::new(Functions::new()));
//! set.add("t", "{{ range $i, $x := . }}{{ if $i }}, {{ end }}{{ $x }}{{ end }}")?;
//! let data = Value::from(vec![Value::from("a"), Value::Float(2.0)]);
//! assert_eq!(set.execute("t", &data, &Limits::default())?, b"a, 2");
//! # Ok::<(), pintle_go_template::Error>(())
//! ```
//!
//! - `set`: [`Set`], the named templates; `limits`: [`Limits`]; `ahead`: texts parsed before
//!   there is a set
//! - `function`: [`Function`], what templates may call; `builtins`: Go's own
//! - `lexer` and `token`: text to tokens; `literal`: constants
//! - `parser` (`control`, `operand`): tokens to `node`s, with names resolved;
//!   `node_text`: nodes as errors show them
//! - [`syntax`]: a parsed template for those who want to look through it
//! - [`Recording`]: what an execution did, for those who explain failures
//! - `execute`: nodes to output; `cell`: values with Go's static types; `stack`: recursion
//!   that cannot overflow

mod ahead;
mod builtins;
mod cell;
mod error;
mod execute;
mod function;
mod lexer;
mod limits;
mod literal;
mod node;
mod node_text;
mod parser;
mod recording;
mod set;
mod stack;
pub mod syntax;
mod token;

pub use ahead::{Parsed, TextParser};
pub use error::{CallError, Error, ErrorKind};
pub use function::{Function, Functions, Parameter, Runtime};
pub use limits::Limits;
pub use recording::{Call, Capture, Piece, Place, Read, Recording};
pub use set::{MapMethods, MissingKey, Session, Set};
