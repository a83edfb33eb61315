//! The plan: what will change, as data.
