//! The resources that there are: built-in ones, and those of custom resource definitions.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock};

use serde_json::Value;

use crate::crd;
use crate::data;
use crate::object::{each, group_version};
use crate::schema::{self, Arena, Id, Schema};

/// One resource in one version: `deployments` of `apps/v1`.
#[derive(Debug, Clone)]
pub struct Resource {
    /// `apps`; nothing for the core group.
    pub group: String,
    /// `v1`
    pub version: String,
    /// `Deployment`
    pub kind: String,
    /// `DeploymentList`
    pub list_kind: String,
    /// `deployments`: its name in paths.
    pub plural: String,
    /// `deployment`
    pub singular: String,
    /// `deploy`
    pub short_names: Vec<String>,
    /// `all`
    pub categories: Vec<String>,
    /// Whether its objects are in namespaces.
    pub namespaced: bool,
    /// `create`, `list` and so on.
    pub verbs: Vec<String>,
    /// `status`, `scale` and so on.
    pub subresources: Vec<Subresource>,
    /// What discovery says of the version that is kept.
    pub storage_hash: String,
    /// Where its schema is.
    pub types: Types,
}

/// A part of a resource that has a path of its own.
#[derive(Debug, Clone)]
pub struct Subresource {
    /// `status`
    pub name: String,
    /// The kind that is sent and given.
    pub kind: String,
    /// The kind's group and version, when they are not the resource's.
    pub of: Option<(String, String)>,
    /// `get`, `update` and so on.
    pub verbs: Vec<String>,
}

/// Where the schema of a resource is.
#[derive(Debug, Clone)]
pub enum Types {
    /// Among the built-in ones.
    Builtin,
    /// With its definition.
    Custom(Arc<CustomTypes>),
}

/// What a custom resource definition says of one version.
#[derive(Debug)]
pub struct CustomTypes {
    /// The name of the definition, `widgets.example.com`.
    pub definition: String,
    /// The revision at which the definition was as it is read here.
    pub revision: u64,
    /// Its schemas.
    pub arena: Arena,
    /// The schema of the object; nothing when anything goes.
    pub root: Option<Id>,
    /// All of `spec.versions[]` of this version.
    pub version: Value,
}

impl Resource {
    /// `apps/v1`, `v1`
    pub fn api_version(&self) -> String {
        if self.group.is_empty() {
            self.version.clone()
        } else {
            format!("{}/{}", self.group, self.version)
        }
    }

    /// `deployments.apps`, `pods`: how messages name it.
    pub fn qualified(&self) -> String {
        if self.group.is_empty() {
            self.plural.clone()
        } else {
            format!("{}.{}", self.plural, self.group)
        }
    }

    /// Where its objects are kept: the same for all its versions. Events are kept once, whichever
    /// group they are asked of.
    pub fn shelf(&self) -> String {
        if self.plural == "events" && self.group == "events.k8s.io" {
            return "/events".to_owned();
        }
        format!("{}/{}", self.group, self.plural)
    }

    /// Its schema, when one is known.
    pub fn schema(&self) -> Option<Schema<'_>> {
        match &self.types {
            Types::Builtin => schema::builtin().of(&self.group, &self.version, &self.kind),
            Types::Custom(types) => types.root.map(|at| types.arena.schema(at)),
        }
    }

    /// What its definition says, when it is a custom one.
    pub fn custom(&self) -> Option<&CustomTypes> {
        match &self.types {
            Types::Builtin => None,
            Types::Custom(types) => Some(types),
        }
    }

    /// The subresource of that name.
    pub fn subresource(&self, name: &str) -> Option<&Subresource> {
        self.subresources.iter().find(|one| one.name == name)
    }
}

/// A group and its versions, the preferred one first.
#[derive(Debug, Clone)]
pub struct Group {
    /// `apps`; nothing for the core group.
    pub name: String,
    /// The versions, the preferred one first.
    pub versions: Vec<Version>,
}

/// A version of a group.
#[derive(Debug, Clone)]
pub struct Version {
    /// `v1`
    pub name: String,
    /// Its resources, in the order of discovery.
    pub resources: Vec<Arc<Resource>>,
}

/// All resources, in the order of discovery.
#[derive(Debug, Clone, Default)]
pub struct Catalog {
    /// The core group first.
    pub groups: Vec<Group>,
}

static BUILTIN: LazyLock<Catalog> = LazyLock::new(read);

impl Catalog {
    /// The built-in resources.
    pub fn builtin() -> &'static Catalog {
        &BUILTIN
    }

    /// The built-in resources, and custom ones: a group of theirs comes after those that there are,
    /// in the order of names.
    pub fn with(mut custom: Vec<Arc<Resource>>) -> Self {
        let mut catalog = BUILTIN.clone();
        custom.sort_by(|a, b| (&a.group, &a.plural).cmp(&(&b.group, &b.plural)));
        for resource in custom {
            let named = |group: &Group| group.name == resource.group;
            if !catalog.groups.iter().any(named) {
                catalog.groups.push(Group {
                    name: resource.group.clone(),
                    versions: Vec::new(),
                });
            }
            let Some(group) = catalog.groups.iter_mut().find(|group| named(group)) else {
                continue;
            };
            match group
                .versions
                .iter_mut()
                .find(|one| one.name == resource.version)
            {
                Some(version) => version.resources.push(resource),
                None => group.versions.push(Version {
                    name: resource.version.clone(),
                    resources: vec![resource],
                }),
            }
            let order = |one: &Version| Reverse(crd::priority(&one.name));
            group.versions.sort_by_cached_key(order);
        }
        catalog
    }

    /// A group's version.
    pub fn version(&self, group: &str, version: &str) -> Option<&Version> {
        let group = self.groups.iter().find(|one| one.name == group)?;
        group.versions.iter().find(|one| one.name == version)
    }

    /// The resource that a path names.
    pub fn resource(&self, group: &str, version: &str, plural: &str) -> Option<&Arc<Resource>> {
        let resources = &self.version(group, version)?.resources;
        resources.iter().find(|one| one.plural == plural)
    }

    /// The resource of a kind.
    pub fn kind(&self, group: &str, version: &str, kind: &str) -> Option<&Arc<Resource>> {
        let resources = &self.version(group, version)?.resources;
        resources.iter().find(|one| one.kind == kind)
    }

    /// Every resource in every version.
    pub fn resources(&self) -> impl Iterator<Item = &Arc<Resource>> {
        let versions = self.groups.iter().flat_map(|group| &group.versions);
        versions.flat_map(|version| &version.resources)
    }
}

fn read() -> Catalog {
    let discovery = data::discovery();
    let mut groups = vec![Group {
        name: String::new(),
        versions: vec![Version {
            name: "v1".to_owned(),
            resources: list(&discovery["lists"]["v1"]),
        }],
    }];
    for group in each(&discovery["groups"]) {
        let versions = each(&group["versions"]);
        groups.push(Group {
            name: word(group, "name"),
            versions: versions
                .map(|version| Version {
                    name: word(version, "version"),
                    resources: list(&discovery["lists"][&word(version, "groupVersion")]),
                })
                .collect(),
        });
    }
    Catalog { groups }
}

/// From an `APIResourceList`: subresources follow in it under `RESOURCE/NAME`.
fn list(list: &Value) -> Vec<Arc<Resource>> {
    let whole = word(list, "groupVersion");
    let (group, version) = group_version(&whole);
    let mut found: BTreeMap<String, Resource> = BTreeMap::new();
    let mut order = Vec::new();
    for one in each(&list["resources"]) {
        let name = word(one, "name");
        if let Some((plural, subresource)) = name.split_once('/') {
            let of = (word(one, "group"), word(one, "version"));
            if let Some(resource) = found.get_mut(plural) {
                resource.subresources.push(Subresource {
                    name: subresource.to_owned(),
                    kind: word(one, "kind"),
                    of: (!of.1.is_empty()).then_some(of),
                    verbs: words(one, "verbs"),
                });
            }
            continue;
        }
        let kind = word(one, "kind");
        order.push(name.clone());
        found.insert(
            name.clone(),
            Resource {
                group: group.to_owned(),
                version: version.to_owned(),
                list_kind: format!("{kind}List"),
                kind,
                singular: word(one, "singularName"),
                short_names: words(one, "shortNames"),
                categories: words(one, "categories"),
                namespaced: one["namespaced"] == true,
                verbs: words(one, "verbs"),
                subresources: Vec::new(),
                storage_hash: word(one, "storageVersionHash"),
                types: Types::Builtin,
                plural: name,
            },
        );
    }
    let resources = order.iter().filter_map(|name| found.remove(name));
    resources.map(Arc::new).collect()
}

fn word(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

fn words(value: &Value, name: &str) -> Vec<String> {
    let list = each(&value[name]);
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_resources() {
        let catalog = Catalog::builtin();
        let deployments = catalog
            .resource("apps", "v1", "deployments")
            .expect("built in");
        assert_eq!(deployments.kind, "Deployment");
        assert_eq!(deployments.qualified(), "deployments.apps");
        assert!(deployments.namespaced && deployments.schema().is_some());
        assert_eq!(
            deployments
                .subresource("scale")
                .and_then(|one| one.of.clone()),
            Some(("autoscaling".into(), "v1".into()))
        );
        // `Eviction` of pods and such are no resources of their own.
        assert!(catalog.resource("", "v1", "pods/log").is_none());
        assert_eq!(
            catalog
                .kind("", "v1", "Pod")
                .map(|one| one.short_names.clone()),
            Some(vec!["po".to_owned()])
        );
    }
}
