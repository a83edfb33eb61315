//! How much one execution may use.

/// Bounds of one execution. The defaults are Go's and Helm's where they have any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Nesting of `{{template}}` actions. GO: 100000.
    pub max_depth: usize,
    /// How often a named template may be open at once through `include`.
    /// HELM: 1000 for each name.
    pub max_include_depth: usize,
    /// Bytes of output of the whole execution, templates within templates included.
    pub max_output_bytes: usize,
    /// Bytes of stack for nested templates. Go ends the program when it has used
    /// 1 GB; we end the execution with an error.
    pub max_stack_bytes: usize,
    /// Work of the whole execution: each turn of a loop, branch taken and template called is
    /// a step, and so is each KiB of text or 64 elements that a function gives back. Go and
    /// Helm know no end here, and neither does the default: `range` counts as far as it is told.
    pub max_steps: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_depth: 100_000,
            max_include_depth: 1000,
            max_output_bytes: 1 << 30,
            max_stack_bytes: 1 << 30,
            max_steps: u64::MAX,
        }
    }
}
