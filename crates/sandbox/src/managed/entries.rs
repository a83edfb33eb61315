//! `metadata.managedFields` as it is kept.

use crate::object::each;
use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::fields::{Malformed, Set};

/// How many entries of updates there may be: the oldest become one.
const MOST_UPDATES: usize = 10;
/// The manager of the one that the oldest become.
const ANCIENT: &str = "ancient-changes";

/// How somebody wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Operation {
    Apply,
    Update,
}

/// Who wrote, and how: there is one entry for each.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Manager {
    pub name: String,
    pub operation: Operation,
    /// Nothing for those who apply: they have one entry for all versions.
    pub api_version: String,
    pub subresource: String,
}

/// What a manager manages.
#[derive(Debug, Clone, Default)]
pub(super) struct Entry {
    pub api_version: String,
    pub time: Option<String>,
    pub fields: Set,
}

/// All managers.
pub(super) type Managers = BTreeMap<Manager, Entry>;

impl Manager {
    /// As messages about conflicts name it.
    pub(super) fn shown(&self) -> String {
        let mut text = Value::from(self.name.as_str()).to_string();
        if !self.subresource.is_empty() {
            let subresource = Value::from(self.subresource.as_str());
            text.push_str(&format!(" with subresource {subresource}"));
        }
        if self.operation == Operation::Update {
            text.push_str(&format!(" using {}", self.api_version));
        }
        text
    }
}

/// Whether somebody asks for all entries to be forgotten.
pub(super) fn is_reset(entries: &Value) -> bool {
    match entries.as_array().map(Vec::as_slice) {
        Some([]) => true,
        Some([one]) => one.as_object().is_some_and(Map::is_empty),
        _ => false,
    }
}

/// The entries of an object.
///
/// # Errors
/// Any entry that is none.
pub(super) fn read(entries: &Value) -> Result<Managers, Malformed> {
    let mut managers = Managers::new();
    for entry in each(entries) {
        let text = |name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        let operation = match text("operation").as_str() {
            "Apply" => Operation::Apply,
            "Update" => Operation::Update,
            _ => return Err(Malformed),
        };
        let api_version = text("apiVersion");
        if api_version.is_empty() || text("fieldsType") != "FieldsV1" {
            return Err(Malformed);
        }
        let manager = Manager {
            name: text("manager"),
            operation,
            api_version: match operation {
                Operation::Apply => String::new(),
                Operation::Update => api_version.clone(),
            },
            subresource: text("subresource"),
        };
        let entry = Entry {
            api_version,
            time: entry["time"].as_str().map(str::to_owned),
            fields: Set::from_json(&entry["fieldsV1"])?,
        };
        managers.insert(manager, entry);
    }
    Ok(managers)
}

/// The entries as they are kept: those who apply first, the older ones first.
pub(super) fn write(managers: &Managers) -> Value {
    let mut sorted: Vec<(&Manager, &Entry)> = managers.iter().collect();
    sorted.sort_by_key(|(manager, entry)| {
        (
            manager.operation,
            &entry.time,
            &manager.name,
            &entry.api_version,
            &manager.subresource,
        )
    });
    let entries = sorted.into_iter().map(|(manager, entry)| {
        let mut written = json!({
            "manager": manager.name,
            "operation": match manager.operation {
                Operation::Apply => "Apply",
                Operation::Update => "Update",
            },
            "apiVersion": entry.api_version,
            "fieldsType": "FieldsV1",
            "fieldsV1": entry.fields.to_json(),
        });
        if let Some(time) = &entry.time {
            written["time"] = time.as_str().into();
        }
        if !manager.subresource.is_empty() {
            written["subresource"] = manager.subresource.as_str().into();
        }
        written
    });
    entries.collect()
}

/// Makes one of the oldest updates of a version, when there are too many.
pub(super) fn cap(managers: &mut Managers) {
    let mut updates: Vec<Manager> = managers
        .keys()
        .filter(|manager| manager.operation == Operation::Update)
        .cloned()
        .collect();
    let mut count = updates.len();
    updates.sort_by_cached_key(|manager| {
        let time = managers.get(manager).and_then(|entry| entry.time.clone());
        (time, manager.clone())
    });
    let mut first_of: BTreeMap<String, Manager> = BTreeMap::new();
    for manager in updates {
        if count <= MOST_UPDATES {
            return;
        }
        let version = manager.api_version.clone();
        let Some(first) = first_of.get(&version) else {
            first_of.insert(version, manager);
            continue;
        };
        let bucket = Manager {
            name: ANCIENT.to_owned(),
            operation: Operation::Update,
            api_version: version,
            subresource: String::new(),
        };
        if !managers.contains_key(&bucket) {
            let entry = managers.remove(first).unwrap_or_default();
            managers.insert(bucket.clone(), entry);
        }
        if let Some(entry) = managers.remove(&manager) {
            let old = managers.entry(bucket).or_default();
            old.fields = old.fields.union(&entry.fields);
            old.api_version = entry.api_version;
            old.time = entry.time;
            count -= 1;
        }
    }
}
