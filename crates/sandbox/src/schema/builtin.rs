//! The types of built-in kinds, as a real API server told them.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use super::{Arena, Builder, Id, Schema};
use crate::data;

#[derive(Debug)]
struct Builtin {
    arena: Arena,
    names: BTreeMap<String, Id>,
    kinds: BTreeMap<(String, String, String), Id>,
}

static BUILTIN: LazyLock<Builtin> = LazyLock::new(|| {
    let mut builder = Builder::default();
    let definitions = data::schemas();
    builder.definitions(&definitions);
    let (arena, names) = builder.finish();
    let mut kinds = BTreeMap::new();
    for (name, schema) in &definitions {
        let Some([only]) = schema["x-kubernetes-group-version-kind"]
            .as_array()
            .map(Vec::as_slice)
        else {
            // Options and events of watches are of all groups.
            continue;
        };
        let word = |name: &str| only[name].as_str().unwrap_or_default().to_owned();
        if let Some(at) = names.get(name) {
            kinds.insert((word("group"), word("version"), word("kind")), *at);
        }
    }
    Builtin {
        arena,
        names,
        kinds,
    }
});

/// The types of built-in kinds.
#[derive(Debug)]
pub struct Types(&'static Builtin);

/// The types of built-in kinds. They are read once, at the first call.
pub fn builtin() -> Types {
    Types(&BUILTIN)
}

impl Types {
    /// The schema of a kind.
    pub fn of(&self, group: &str, version: &str, kind: &str) -> Option<Schema<'static>> {
        let key = (group.to_owned(), version.to_owned(), kind.to_owned());
        self.0.kinds.get(&key).map(|at| self.0.arena.schema(*at))
    }

    /// The schema of a definition, `io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` say.
    pub fn named(&self, name: &str) -> Option<Schema<'static>> {
        self.0.names.get(name).map(|at| self.0.arena.schema(*at))
    }
}

/// The schema of `metadata`.
pub fn metadata() -> Option<Schema<'static>> {
    builtin().named("io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::schema::{Kind, ListType};

    #[test]
    fn a_deployment_is_known_to_its_ports() {
        let deployment = builtin()
            .of("apps", "v1", "Deployment")
            .expect("it is built in");
        assert_eq!(deployment.go_name(), Some("Deployment"));
        let pod = deployment
            .property("spec")
            .and_then(|spec| spec.property("template"));
        let pod = pod
            .and_then(|template| template.property("spec"))
            .expect("a pod's");
        let containers = pod.property("containers").expect("containers");
        assert_eq!(containers.list_type(), ListType::Map);
        assert_eq!(containers.map_keys(), ["name"]);
        assert!(containers.patch().merge);
        let ports = containers
            .items()
            .and_then(|one| one.property("ports"))
            .expect("ports");
        assert_eq!(ports.map_keys(), ["containerPort", "protocol"]);
        let port = ports.items().expect("a port");
        assert_eq!(
            port.property("protocol").and_then(Schema::default),
            Some(&Value::from("TCP"))
        );
        let limits = containers.items().and_then(|one| one.property("resources"));
        let limits = limits
            .and_then(|one| one.property("limits"))
            .and_then(Schema::additional);
        assert_eq!(limits.map(Schema::kind), Some(Kind::Quantity));
        assert!(
            metadata()
                .and_then(|meta| meta.property("labels"))
                .is_some()
        );
    }
}
