//! YAML read and written exactly as Helm's Go libraries do.
