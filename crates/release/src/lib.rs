//! The release record: model, states, encodings.
