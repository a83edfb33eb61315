//! What charts want to find in a cluster: definitions of others' resources, marks on nodes.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};

use super::place::Place;
use crate::corpus::case::Case;

/// Groups, and the charts of the corpus that define their kinds, with what makes them do so.
const DEFINERS: &[(&str, &str, &[&str])] = &[
    ("ceph.rook.io", "charts/rook/rook-ceph-0", &[]),
    (
        "cert-manager.io",
        "charts/cert-manager/cert-manager-",
        &["--set", "crds.enabled=true"],
    ),
    ("clickhouse.altinity.com", "charts/altinity-op/", &[]),
    ("keda.sh", "charts/keda/keda-2", &[]),
    ("kustomize.toolkit.fluxcd.io", "charts/fluxcd/flux2-2", &[]),
    (
        "monitoring.coreos.com",
        "charts/prometheus-community/prometheus-operator-crds-",
        &[],
    ),
    ("postgresql.cnpg.io", "charts/cnpg/cloudnative-pg-", &[]),
    ("source.toolkit.fluxcd.io", "charts/fluxcd/flux2-2", &[]),
];

/// Groups of Kubernetes itself, whose kinds nobody provides.
const OWN: &[&str] = &[
    "admissionregistration.k8s.io",
    "apiextensions.k8s.io",
    "apiregistration.k8s.io",
    "apps",
    "autoscaling",
    "batch",
    "certificates.k8s.io",
    "coordination.k8s.io",
    "extensions",
    "networking.k8s.io",
    "policy",
    "rbac.authorization.k8s.io",
    "scheduling.k8s.io",
    "storage.k8s.io",
];

/// What charts take for granted, by the beginning of their archives' names: labels of nodes,
/// classes of storage, namespaces.
const SURROUNDINGS: &[(&str, &str)] = &[
    (
        "charts/rook/rook-ceph-cluster-",
        "{apiVersion: v1, kind: Namespace, metadata: {name: rook-ceph}}\n",
    ),
    ("charts/openstack-helm/", LABELS),
    ("charts/openstack-helm/", CLASS),
    (
        "charts/eks/appmesh-spire-",
        "{apiVersion: v1, kind: Namespace, metadata: {name: spire}}\n",
    ),
    (
        "charts/openstack-helm/registry-",
        "{apiVersion: v1, kind: Namespace, metadata: {name: docker-registry}}\n",
    ),
    (
        "charts/openstack-helm/swift-",
        "{apiVersion: storage.k8s.io/v1, kind: StorageClass, metadata: {name: nfs-provisioner}, \
         provisioner: pintle.test/volume}\n",
    ),
];

const LABELS: &str = "\
apiVersion: v1
kind: Node
metadata:
  name: node-1
  labels: {openstack-control-plane: enabled, openstack-compute-node: enabled, ceph-mon: enabled}
";
const CLASS: &str = "\
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: general}
provisioner: pintle.test/volume
";

/// Gives a chart what it takes for granted; whether there is any.
pub fn surroundings(place: &Place, case: &Case) -> Result<bool> {
    let wanted: Vec<&str> = SURROUNDINGS
        .iter()
        .filter(|(begin, _)| case.archive.starts_with(begin))
        // This one makes the class itself.
        .filter(|(_, objects)| *objects != CLASS || !case.archive.contains("/ceph-provisioners-"))
        .map(|(_, objects)| *objects)
        .collect();
    if wanted.is_empty() {
        return Ok(false);
    }
    place.provide("surroundings", "templates", &wanted.join("---\n"))?;
    Ok(true)
}

/// A kind that a server does not know.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Missing {
    pub kind: String,
    pub group: String,
    pub version: String,
}

/// The kinds that an error says are not there, but for those of Kubernetes itself.
pub fn missing(error: &str) -> Vec<Missing> {
    unknown(error)
        .into_iter()
        .filter_map(|(kind, of)| {
            let (group, version) = of.split_once('/')?;
            let own = OWN.contains(&group) || kind == "CustomResourceDefinition";
            (!own).then(|| Missing {
                kind,
                group: group.to_owned(),
                version: version.to_owned(),
            })
        })
        .collect()
}

/// The kinds that an error says are not there, each with its group and version.
pub fn unknown(error: &str) -> BTreeSet<(String, String)> {
    let pieces = error.split("no matches for kind \"").skip(1);
    pieces
        .filter_map(|piece| {
            let (kind, rest) = piece.split_once("\" in version \"")?;
            let (of, _) = rest.split_once('"')?;
            Some((kind.to_owned(), of.to_owned()))
        })
        .collect()
}

/// Defines what is missing; whether there was anything to define.
pub fn definitions(place: &Place, missing: &[Missing], cases: &[Case]) -> Result<bool> {
    let mut texts = BTreeSet::new();
    for one in missing {
        let definer = DEFINERS.iter().find(|(group, ..)| *group == one.group);
        let found = match definer {
            Some((_, begin, words)) => {
                let case = cases.iter().find(|case| case.archive.starts_with(begin));
                let case = case.with_context(|| format!("no chart {begin} in the corpus"))?;
                let all = place.definitions(&case.archive, words)?;
                let of_group = format!(".{}", one.group);
                all.into_iter()
                    .filter(|text| defines(text, &of_group, &one.kind))
                    .collect()
            }
            None => Vec::new(),
        };
        if found.is_empty() {
            texts.insert(anything(one));
        }
        texts.extend(found);
    }
    let texts: Vec<String> = texts.into_iter().collect();
    let name = format!("definitions-{}", missing.len());
    place.provide(&name, "crds", &texts.join("\n---\n"))?;
    Ok(!texts.is_empty())
}

/// Whether a definition is that of a kind of a group.
fn defines(text: &str, of_group: &str, kind: &str) -> bool {
    let mut lines = text.lines();
    let named = lines.any(|line| {
        let line = line.trim_start();
        line.starts_with("name:") && line.trim_matches(['"', '\'']).ends_with(of_group)
    });
    let kind = format!("kind: {kind}");
    named && text.lines().any(|line| line.trim() == kind)
}

/// Whether an object is one of these definitions, or of the release that brought them.
pub fn is_provided(id: &str, missing: &[Missing]) -> bool {
    if let Some(name) = id.strip_prefix("CustomResourceDefinition ") {
        return missing.iter().any(|one| {
            name.split_once('.')
                .is_some_and(|(_, group)| group == one.group)
        });
    }
    id.starts_with("Secret default/sh.helm.release.v1.definitions-")
}

/// A definition by which anything goes.
fn anything(one: &Missing) -> String {
    let Missing {
        kind,
        group,
        version,
    } = one;
    let plural = format!("{}s", kind.to_lowercase());
    format!(
        "apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  name: {plural}.{group}
  annotations: {{api-approved.kubernetes.io: \"unapproved, for tests\"}}
spec:
  group: {group}
  scope: Namespaced
  names: {{plural: {plural}, kind: {kind}}}
  versions:
  - name: {version}
    served: true
    storage: true
    schema: {{openAPIV3Schema: {{type: object, x-kubernetes-preserve-unknown-fields: true}}}}
"
    )
}

#[cfg(test)]
mod tests {
    use super::{anything, defines, is_provided, missing};

    const ERROR: &str = "Error: [resource mapping not found for name: \"a\" namespace: \"\" from \"\": \
        no matches for kind \"PodDisruptionBudget\" in version \"policy/v1beta1\"\nensure CRDs are \
        installed first, resource mapping not found for name: \"b\" namespace: \"\" from \"\": \
        no matches for kind \"Issuer\" in version \"cert-manager.io/v1\"\nensure CRDs are installed first]";

    #[test]
    fn only_what_is_of_others_is_provided() {
        let missing = missing(ERROR);
        assert_eq!(missing.len(), 1);
        assert_eq!(missing[0].kind, "Issuer");
        assert!(anything(&missing[0]).contains("name: issuers.cert-manager.io\n"));
        let text =
            "metadata:\n  name: \"issuers.cert-manager.io\"\nspec:\n  names:\n    kind: Issuer\n";
        assert!(defines(text, ".cert-manager.io", "Issuer"));
        assert!(!defines(text, ".example.com", "Issuer"));
        assert!(!defines(text, ".cert-manager.io", "Certificate"));
        let id = "CustomResourceDefinition issuers.cert-manager.io";
        assert!(is_provided(id, &missing));
        assert!(!is_provided(
            "CustomResourceDefinition a.example.com",
            &missing
        ));
    }
}
