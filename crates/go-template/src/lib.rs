//! The text/template language of Go: lexer, parser, executor.

mod error;
mod function;
mod limits;
mod set;

pub use error::{CallError, Error, ErrorKind};
pub use function::{Function, Functions, Parameter, Runtime};
pub use limits::Limits;
pub use set::{MissingKey, Set};
