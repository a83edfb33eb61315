//! Real clients: kubectl, and both Helms.
//!
//! - `typed`: objects in protobuf, as clients write them where they know their types
//! - `transcript`: what clients print, line by line; `same`: without what no two clusters share

mod same;
mod transcript;
mod typed;
