//! `.Capabilities`: what the cluster, or an assumed one, can do.

use std::any::Any;
use std::borrow::Cow;
use std::sync::Arc;

use pintle_go_value::{Kind, List, MethodError, Object, Value};

use crate::Dialect;

/// A Kubernetes version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KubeVersion {
    /// As given, such as `v1.33.4-gke.1`.
    pub version: String,
    /// Without suffixes, for comparisons: `v1.33.4`.
    pub normalized: String,
    /// `1`
    pub major: String,
    /// `33`; a server may say `33+`
    pub minor: String,
}

impl KubeVersion {
    /// Parses what `--kube-version` takes: at least `MAJOR.MINOR`, a `v` and a suffix allowed.
    ///
    /// # Errors
    /// Helm's text.
    pub fn parse(text: &str) -> Result<Self, String> {
        let numbers = components(text)
            .map_err(|reason| format!("invalid kube version '{text}': {reason}"))?;
        let prefix = if text.starts_with('v') { "" } else { "v" };
        Ok(Self {
            version: format!("{prefix}{text}"),
            normalized: format!("v{}", numbers.join(".")),
            major: numbers[0].to_owned(),
            minor: numbers[1].to_owned(),
        })
    }
}

/// GO: `k8s.io/apimachinery/pkg/util/version.ParseGeneric`: leading numbers separated by dots,
/// at least two, without leading zeros; anything may follow.
fn components(text: &str) -> Result<Vec<&str>, String> {
    let stripped = text.trim();
    let stripped = stripped.strip_prefix('v').unwrap_or(stripped);
    let mut parts = Vec::new();
    let mut rest = stripped;
    loop {
        let end = rest
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(rest.len());
        if end == 0 {
            break;
        }
        parts.push(&rest[..end]);
        match rest[end..].strip_prefix('.') {
            Some(next) => rest = next,
            None => break,
        }
    }
    if parts.is_empty() {
        return Err(format!("could not parse {text:?} as version"));
    }
    if parts.len() < 2 {
        return Err(format!("illegal version string {text:?}"));
    }
    for part in &parts {
        if part.len() > 1 && part.starts_with('0') {
            return Err(format!(
                "illegal zero-prefixed version component {part:?} in {text:?}"
            ));
        }
        if part.parse::<u64>().is_err() {
            return Err(format!(
                "illegal non-numeric version component {part:?} in {text:?}: strconv.ParseUint: parsing {part:?}: value out of range"
            ));
        }
    }
    Ok(parts)
}

/// Helm's own build, as templates see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HelmVersion {
    /// `v4.3.1`
    pub version: String,
    /// the commit
    pub git_commit: String,
    /// `clean`
    pub git_tree_state: String,
    /// the Go release
    pub go_version: String,
    /// `v1.37`
    pub kube_client_version: String,
}

impl Default for HelmVersion {
    /// The Helm release whose behaviour this is; charts test against it.
    fn default() -> Self {
        Self {
            version: "v4.3.1".to_owned(),
            git_commit: "c0d08d0d6d9424d4a14febb5e8a3e51b0dd00dff".to_owned(),
            git_tree_state: "clean".to_owned(),
            go_version: "go1.27.2".to_owned(),
            kube_client_version: "v1.37".to_owned(),
        }
    }
}

/// What the cluster can do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Capabilities {
    /// Its version.
    pub kube_version: KubeVersion,
    /// `group/version` and, from a real cluster, `group/version/Kind`.
    pub api_versions: Vec<String>,
    /// Helm's build.
    pub helm_version: HelmVersion,
}

impl Default for Capabilities {
    /// HELM: what Helm 4.3.1 assumes without a cluster.
    fn default() -> Self {
        Self {
            kube_version: KubeVersion {
                version: "v1.37.0".to_owned(),
                normalized: "v1.37.0".to_owned(),
                major: "1".to_owned(),
                minor: "37".to_owned(),
            },
            api_versions: API_VERSIONS.iter().map(|v| (*v).to_owned()).collect(),
            helm_version: HelmVersion::default(),
        }
    }
}

impl Capabilities {
    pub(crate) fn to_value(&self, dialect: Dialect) -> Value {
        let kube = &self.kube_version;
        let helm = &self.helm_version;
        let versions = Structure {
            type_name: "common.KubeVersion",
            kind: Kind::Struct,
            shown: Some(kube.normalized.clone()),
            json_names: None,
            fields: vec![
                ("Version", kube.version.as_str().into()),
                ("normalizedVersion", kube.normalized.as_str().into()),
                ("Major", kube.major.as_str().into()),
                ("Minor", kube.minor.as_str().into()),
            ],
            methods: vec![
                ("GitVersion", kube.version.as_str().into()),
                ("String", kube.normalized.as_str().into()),
            ],
        };
        let build = Structure {
            type_name: "version.BuildInfo",
            kind: Kind::Struct,
            shown: None,
            json_names: Some(&BUILD_JSON_NAMES),
            fields: vec![
                ("Version", helm.version.as_str().into()),
                ("GitCommit", helm.git_commit.as_str().into()),
                ("GitTreeState", helm.git_tree_state.as_str().into()),
                ("GoVersion", helm.go_version.as_str().into()),
                (
                    "KubeClientVersion",
                    helm.kube_client_version.as_str().into(),
                ),
            ],
            methods: Vec::new(),
        };
        let set = VersionSet(List::strings(self.api_versions.iter().map(String::as_str)));
        let mut fields = vec![
            ("KubeVersion", object(versions)),
            ("APIVersions", Value::Object(Arc::new(set))),
            ("HelmVersion", object(build)),
        ];
        if dialect == Dialect::Helm2 {
            fields.push(("TillerVersion", tiller()));
        }
        object(Structure {
            type_name: "*common.Capabilities",
            kind: Kind::Ptr,
            shown: None,
            json_names: None,
            fields,
            methods: Vec::new(),
        })
    }
}

/// Helm 2's last release, as its own `version.Version` told it.
fn tiller() -> Value {
    object(Structure {
        type_name: "*version.Version",
        kind: Kind::Ptr,
        shown: None,
        json_names: None,
        fields: vec![
            ("SemVer", "v2.17.0".into()),
            (
                "GitCommit",
                "a690bad98af45b015bd3da1a41f6218b1a451dbe".into(),
            ),
            ("GitTreeState", "clean".into()),
        ],
        methods: Vec::new(),
    })
}

const BUILD_JSON_NAMES: [&str; 5] = [
    "version",
    "git_commit",
    "git_tree_state",
    "go_version",
    "kube_client_version",
];

fn object(structure: Structure) -> Value {
    Value::Object(Arc::new(structure))
}

/// A Go struct whose methods take no arguments.
#[derive(Debug)]
struct Structure {
    type_name: &'static str,
    kind: Kind,
    shown: Option<String>,
    /// The names of the fields in JSON where they are not the Go names.
    json_names: Option<&'static [&'static str]>,
    fields: Vec<(&'static str, Value)>,
    methods: Vec<(&'static str, Value)>,
}

fn find<'a>(pairs: &'a [(&str, Value)], name: &str) -> Option<&'a Value> {
    pairs.iter().find(|(key, _)| *key == name).map(|(_, v)| v)
}

/// GO: a field whose name begins with a small letter is seen by `%v` alone.
fn exported(name: &str) -> bool {
    name.starts_with(|c: char| c.is_uppercase())
}

impl Object for Structure {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.type_name)
    }

    fn kind(&self) -> Kind {
        self.kind
    }

    fn field(&self, name: &str) -> Option<Value> {
        exported(name)
            .then(|| find(&self.fields, name).cloned())
            .flatten()
    }

    fn has_method(&self, name: &str) -> bool {
        find(&self.methods, name).is_some()
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        let result = find(&self.methods, name).ok_or(MethodError::NotFound)?;
        if !arguments.is_empty() {
            return Err(MethodError::ArgumentCount(0, arguments.len()));
        }
        Ok(result.clone())
    }

    fn shown(&self) -> Option<String> {
        self.shown.clone()
    }

    fn json(&self) -> Option<Value> {
        None
    }

    fn json_fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        let fields = self.fields.iter().enumerate();
        fields
            .filter(|(_, (name, _))| exported(name))
            .map(|(index, (name, value))| {
                let tag = self.json_names.and_then(|names| names.get(index));
                (Cow::Borrowed(*tag.unwrap_or(name)), value.clone())
            })
            .collect()
    }

    fn fields(&self) -> Vec<(Cow<'static, str>, Value)> {
        self.fields
            .iter()
            .map(|(name, value)| (Cow::Borrowed(*name), value.clone()))
            .collect()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// `.Capabilities.APIVersions`: a list with a method `Has`.
#[derive(Debug)]
struct VersionSet(List);

impl Object for VersionSet {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed("common.VersionSet")
    }

    fn kind(&self) -> Kind {
        Kind::Slice
    }

    fn has_method(&self, name: &str) -> bool {
        name == "Has"
    }

    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        (method == "Has").then_some(&[Kind::String])
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        match (name, arguments) {
            ("Has", [Value::Str(version)]) => Ok(Value::Bool(
                self.0.iter().any(|v| v.as_str() == Some(version)),
            )),
            ("Has", _) => Err(MethodError::ArgumentCount(1, arguments.len())),
            _ => Err(MethodError::NotFound),
        }
    }

    fn underlying(&self) -> Option<Value> {
        Some(Value::List(self.0.clone()))
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// HELM: the versions compiled into client-go 0.37, in Helm's order.
const API_VERSIONS: [&str; 57] = [
    "v1",
    "admissionregistration.k8s.io/v1",
    "admissionregistration.k8s.io/v1alpha1",
    "admissionregistration.k8s.io/v1beta1",
    "internal.apiserver.k8s.io/v1alpha1",
    "apps/v1",
    "apps/v1beta1",
    "apps/v1beta2",
    "authentication.k8s.io/v1",
    "authentication.k8s.io/v1alpha1",
    "authentication.k8s.io/v1beta1",
    "authorization.k8s.io/v1",
    "authorization.k8s.io/v1beta1",
    "autoscaling/v1",
    "autoscaling/v2",
    "batch/v1",
    "batch/v1beta1",
    "certificates.k8s.io/v1",
    "certificates.k8s.io/v1beta1",
    "certificates.k8s.io/v1alpha1",
    "coordination.k8s.io/v1alpha2",
    "coordination.k8s.io/v1beta1",
    "coordination.k8s.io/v1",
    "discovery.k8s.io/v1",
    "discovery.k8s.io/v1beta1",
    "events.k8s.io/v1",
    "events.k8s.io/v1beta1",
    "extensions/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1",
    "flowcontrol.apiserver.k8s.io/v1beta1",
    "flowcontrol.apiserver.k8s.io/v1beta2",
    "flowcontrol.apiserver.k8s.io/v1beta3",
    "lifecycle.k8s.io/v1alpha1",
    "networking.k8s.io/v1",
    "networking.k8s.io/v1beta1",
    "node.k8s.io/v1",
    "node.k8s.io/v1alpha1",
    "node.k8s.io/v1beta1",
    "policy/v1",
    "policy/v1beta1",
    "rbac.authorization.k8s.io/v1",
    "rbac.authorization.k8s.io/v1beta1",
    "rbac.authorization.k8s.io/v1alpha1",
    "resource.k8s.io/v1",
    "resource.k8s.io/v1beta2",
    "resource.k8s.io/v1beta1",
    "resource.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1alpha3",
    "scheduling.k8s.io/v1beta1",
    "scheduling.k8s.io/v1",
    "storage.k8s.io/v1beta1",
    "storage.k8s.io/v1",
    "storage.k8s.io/v1alpha1",
    "storagemigration.k8s.io/v1",
    "storagemigration.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1beta1",
    "apiextensions.k8s.io/v1",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kube_versions_are_parsed_as_helm_does() {
        let version = KubeVersion::parse("v1.33.4-gke.1").unwrap();
        assert_eq!(version.version, "v1.33.4-gke.1");
        assert_eq!(version.normalized, "v1.33.4");
        assert_eq!(
            (version.major.as_str(), version.minor.as_str()),
            ("1", "33")
        );
        assert_eq!(KubeVersion::parse("1.20").unwrap().normalized, "v1.20");
        assert_eq!(
            KubeVersion::parse("bogus").unwrap_err(),
            "invalid kube version 'bogus': could not parse \"bogus\" as version"
        );
        assert_eq!(KubeVersion::parse("1.20.").unwrap().normalized, "v1.20");
        assert_eq!(KubeVersion::parse("1.2x").unwrap().version, "v1.2x");
        assert_eq!(
            KubeVersion::parse("1").unwrap_err(),
            "invalid kube version '1': illegal version string \"1\""
        );
        assert_eq!(
            KubeVersion::parse("01.2").unwrap_err(),
            "invalid kube version '01.2': illegal zero-prefixed version component \"01\" in \"01.2\""
        );
    }
}
