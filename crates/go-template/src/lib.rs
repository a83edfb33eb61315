//! The text/template language of Go: lexer, parser, executor.

mod error;
mod function;

pub use error::{CallError, Error, ErrorKind};
pub use function::{Function, Functions, Parameter, Runtime};
