//! Where release records are kept.
