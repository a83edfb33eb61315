//! Chart values: merge, set grammar, conditions, imports, origins.
