//! Semantic versions and constraints in the Masterminds dialect that Helm uses.
//!
//! What it is: the rules by which Helm reads chart versions (`v1`, `1.2` are fine), orders
//! them, and matches them against constraints such as `^1.2`, `>=1.20.0-0` or `1.2 - 1.4`.
//! The behaviour is that of Masterminds/semver 3.5.0, checked against it; other semver
//! libraries decide one constraint in three otherwise.
//! What it is not: a reader of npm or Cargo ranges.
//!
//! ```
//! use pintle_semver::{Constraint, Version};
//! let wanted = Constraint::parse("^1.2, !=1.4.0")?;
//! assert!(wanted.check(&Version::parse("v1.3")?));
//! assert!(!wanted.check(&Version::parse("1.4.0")?));
//! # Ok::<(), pintle_semver::Error>(())
//! ```
//!
//! - `version`: [`Version`]: reading, ordering, incrementing
//! - `constraint`: [`Constraint`]: reading, checking
//! - `rule`: one comparison such as `>=1.2`, and why a version fails it
//! - `scan`: the small scanner that both readers share

mod constraint;
mod error;
mod rule;
mod scan;
mod version;

pub use constraint::Constraint;
pub use error::Error;
pub use rule::Mismatch;
pub use version::Version;
