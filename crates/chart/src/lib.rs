//! The chart tree: metadata, files, readers.
