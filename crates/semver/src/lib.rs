//! Semantic versions and constraints in the Masterminds dialect that Helm uses.
