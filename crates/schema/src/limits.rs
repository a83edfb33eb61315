//! Bounds against schemas that are made to hurt.

/// How deep checks may nest on the caller's stack, of which we know nothing.
pub(crate) const DEPTH_HERE: usize = 128;
/// How deep checks may nest at all, on a stack of our own.
pub(crate) const DEPTH: usize = 10_000;
/// The stack for that depth. It is only reserved; the system provides what is used.
pub(crate) const STACK: usize = 256 << 20;
/// How many steps one validation may take: some seconds. Real charts take thousands.
pub(crate) const STEPS: u64 = 30_000_000;
/// What noting a problem costs, in steps: problems take memory.
pub(crate) const PROBLEM: u64 = 40;
/// What compiling an expression costs, in steps.
pub(crate) const EXPRESSION: u64 = 20_000;
/// How many bytes of problems are printed.
pub(crate) const TEXT: usize = 8 << 20;
/// How many schemas may be compiled for one chart's schema, references included.
pub(crate) const SCHEMAS: usize = 1_000_000;
/// How many documents one schema may refer to.
pub(crate) const DOCUMENTS: usize = 200;

/// Why a validation was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Halt {
    /// Of values or schemas.
    Depth,
    /// Steps of validation.
    Work,
    Schemas,
    Documents,
}

impl Halt {
    /// What to say about it.
    pub(crate) fn text(self) -> String {
        let what = match self {
            Self::Depth => format!("it nests more than {DEPTH} levels deep"),
            Self::Work => format!("it takes more than {STEPS} steps"),
            Self::Schemas => format!("it has more than {SCHEMAS} subschemas"),
            Self::Documents => format!("it refers to more than {DOCUMENTS} documents"),
        };
        format!("unable to validate schema: {what}")
    }
}
