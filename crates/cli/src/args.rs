//! What was typed: flags, arguments and commands, read with pflag's and cobra's habits.
//!
//! Why a table of our own and not clap: the texts of Helm's errors, the order in which
//! they are found, its two passes over the command line and the layout of its help are part
//! of what scripts rely on. Bending clap to all of that (every error reworded, values taken
//! only with `=`, comma lists with CSV quoting, the search for the command that guesses at
//! unknown flags) is more code than this module, and each help text would still be ours to lay
//! out. One declaration per flag ([`Flag`]) drives parsing, help and tests alike.
//!
//! - [`flag`](Flag): the declaration; [`value`](Value): what its kind accepts
//! - [`parse`]: the words of a command line against a set of flags
//! - [`command`](Command): the tree of commands, and which one was meant
//! - [`count`](Count): how many arguments a command takes
//! - [`help`]: the text of `--help`
//! - [`global`], [`klog`], [`shared`]: flags of every command, and of several

pub mod command;
mod count;
mod csv;
mod duration;
mod flag;
pub mod global;
pub mod help;
pub mod klog;
mod number;
pub mod parse;
pub mod shared;
mod suggest;
mod value;

pub use command::{Command, Found, Unknown, find};
pub use count::Count;
pub use flag::{Default, Flag};
pub use number::{parse_bool, parse_decimal};
pub use parse::Parsed;
pub use value::{Kind, Value};
