//! Which generation of Helm the templates believe to run under.

/// What templates find beside the values.
///
/// Charts of every generation are read alike (`requirements.yaml` of a chart with `apiVersion:
/// v1` included); the dialect decides what only Helm 2 gave to its templates.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Dialect {
    /// As Helm 4 (and 3) has it: `.Release.Service` is `Helm`.
    #[default]
    Helm4,
    /// As Helm 2.17 had it: `.Release.Service` is `Tiller`, and there are
    /// `.Capabilities.TillerVersion` and `.Release.Time` (seconds and nanoseconds).
    Helm2,
}

impl Dialect {
    /// The dialect of that name: `helm2`, `helm3` or `helm4`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "helm2" => Some(Self::Helm2),
            "helm3" | "helm4" => Some(Self::Helm4),
            _ => None,
        }
    }

    /// `.Release.Service`
    pub(crate) fn service(self) -> &'static str {
        match self {
            Self::Helm4 => "Helm",
            Self::Helm2 => "Tiller",
        }
    }
}
