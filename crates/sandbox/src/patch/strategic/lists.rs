//! Lists in strategic merge patches: merged by a key or by value, and put in order.

use serde_json::Value;

use super::{
    DIRECTIVE, ORDER, Object, another_type, failed, field, no_merge_key, unknown_directive,
};
use crate::patch::go;
use crate::schema::{Kind, Schema};
use crate::status::Status;

/// How a list is merged.
#[derive(Clone, Copy)]
pub(super) struct Rules<'a> {
    merge: bool,
    key: Option<&'a str>,
    items: Option<Schema<'a>>,
}

pub(super) fn rules<'a>(schema: Option<Schema<'a>>, name: &str) -> Result<Rules<'a>, Status> {
    let (schema, rule) = field(schema, name)?;
    if schema.is_some_and(|schema| schema.kind() != Kind::List) {
        let message = "expected slice or array type, but got: struct";
        return Err(failed(message.to_owned()));
    }
    Ok(Rules {
        merge: rule.is_some_and(|rule| rule.merge),
        key: rule.and_then(|rule| rule.merge_key.as_deref()),
        items: schema.and_then(Schema::items),
    })
}

/// A list that was there and one of a patch.
pub(super) fn merged(
    live: Vec<Value>,
    patch: Vec<Value>,
    rules: Rules<'_>,
) -> Result<Vec<Value>, Status> {
    if !rules.merge {
        return Ok(patch);
    }
    if live.is_empty() && patch.is_empty() {
        return Ok(live);
    }
    if !same_types(&[&live, &patch])? {
        let mut both = live.clone();
        both.extend(patch.iter().cloned());
        return Ok(in_order(distinct(both), &patch, &live, None));
    }
    let Some(key) = rules.key else {
        let message = "cannot merge lists without merge key for struct";
        return Err(failed(message.to_owned()));
    };
    let (live, patch) = directives(live, patch, key)?;
    let mut all = live.clone();
    for item in &patch {
        let Value::Object(item) = item else { continue };
        let value = item.get(key).ok_or_else(|| no_merge_key(item, key))?;
        match find(&all, key, value)? {
            Some(at) => {
                let old = all[at].as_object().cloned().unwrap_or_default();
                all[at] = super::merge(old, item.clone(), rules.items)?.into();
            }
            None => all.push(Value::Object(item.clone())),
        }
    }
    keyed(&all, key)?;
    Ok(in_order(all, &patch, &live, Some(key)))
}

/// Obeys `$patch` of items: what remains of the list and of the patch.
fn directives(
    mut live: Vec<Value>,
    patch: Vec<Value>,
    key: &str,
) -> Result<(Vec<Value>, Vec<Value>), Status> {
    let mut rest = Vec::new();
    let mut replace = false;
    for item in patch {
        let Some(directive) = item.get(DIRECTIVE) else {
            rest.push(item);
            continue;
        };
        let map = item.as_object().cloned().unwrap_or_default();
        match directive.as_str() {
            Some("delete") => {
                let value = map.get(key).ok_or_else(|| no_merge_key(&map, key))?;
                while let Some(at) = find(&live, key, value)? {
                    live.remove(at);
                }
            }
            Some("replace") => replace = true,
            Some("merge") => {
                let message = "merging lists cannot yet be specified in the patch";
                return Err(failed(message.to_owned()));
            }
            _ => return Err(unknown_directive(&map)),
        }
    }
    Ok(if replace {
        (rest, Vec::new())
    } else {
        (live, rest)
    })
}

/// `$setElementOrder/NAME`, together with the patch of the list, if there is one.
pub(super) fn ordered(
    live: &mut Object,
    patch: &mut Object,
    directive: &str,
    schema: Option<Schema<'_>>,
) -> Result<(), Status> {
    let list = |value: Option<Value>| match value {
        None => Ok(None),
        Some(Value::Array(list)) => Ok(Some(list)),
        Some(other) => Err(another_type("[]interface {}", &other)),
    };
    let order = list(patch.remove(directive))?.unwrap_or_default();
    let name = directive
        .strip_prefix(ORDER)
        .and_then(|rest| rest.strip_prefix('/'))
        .ok_or_else(|| Status::bad_request("invalid patch format of setElementOrder list"))?;
    let old = list(live.get(name).cloned())?;
    let new = list(patch.get(name).cloned())?;
    let rules = rules(schema, name)?;
    agrees(new.as_deref().unwrap_or_default(), &order, rules.key)?;
    let (was, came) = (
        old.clone().unwrap_or_default(),
        new.clone().unwrap_or_default(),
    );
    let merged = match (old, new) {
        (None, None) => return Ok(()),
        (Some(old), None) => old,
        (None, Some(new)) => match super::without_directives(new.into()) {
            Some(Value::Array(list)) => list,
            _ => Vec::new(),
        },
        (Some(old), Some(new)) => merged(old, new, rules)?,
    };
    if let Some(key) = rules.key {
        keyed(&merged, key)?;
        find(&order, key, &Value::Null)?;
    }
    same_types(&[&was, &came])?;
    live.insert(
        name.to_owned(),
        in_order(merged, &order, &was, rules.key).into(),
    );
    patch.remove(name);
    Ok(())
}

/// Whether a patch has its items in the order that it demands.
fn agrees(patch: &[Value], order: &[Value], key: Option<&str>) -> Result<(), Status> {
    if patch.is_empty() || order.is_empty() {
        return Ok(());
    }
    let mut rest = order.iter();
    let kept = patch.iter().filter(|item| item.get(DIRECTIVE).is_none());
    for item in kept {
        let value = identity(item, key)?;
        loop {
            let Some(next) = rest.next() else {
                return Err(failed(format!(
                    "The order in patch list:\n{}\n doesn't match {ORDER} list:\n{}\n",
                    go::list(patch),
                    go::list(order)
                )));
            };
            if identity(next, key)? == value {
                break;
            }
        }
    }
    Ok(())
}

/// What tells an item apart.
fn identity<'a>(item: &'a Value, key: Option<&str>) -> Result<&'a Value, Status> {
    let Some(key) = key else { return Ok(item) };
    let Value::Object(map) = item else {
        return Err(another_type("map[string]interface {}", item));
    };
    map.get(key).ok_or_else(|| no_merge_key(map, key))
}

/// Items that `order` names come in its order; the others keep their place among those that were
/// there before (`live`), as well as can be.
fn in_order(items: Vec<Value>, order: &[Value], live: &[Value], key: Option<&str>) -> Vec<Value> {
    let id = |item: &Value| match key {
        Some(key) => item.get(key).cloned(),
        None => Some(item.clone()),
    };
    let order: Vec<_> = order.iter().map(id).collect();
    let live: Vec<_> = live.iter().map(id).collect();
    let place = |list: &[Option<Value>], item: &Value| {
        let wanted = id(item);
        list.iter().position(|one| *one == wanted)
    };
    let (mut named, mut others): (Vec<_>, Vec<_>) = items
        .into_iter()
        .partition(|item| place(&order, item).is_some());
    named.sort_by_key(|item| place(&order, item));
    others.sort_by_key(|item| place(&live, item));
    let mut named = named.into_iter().peekable();
    let mut all = Vec::new();
    for other in others {
        let at = place(&live, &other);
        while let Some(next) = named.next_if(|next| {
            let next = place(&live, next);
            !(at.is_some() && next.is_some() && at < next)
        }) {
            all.push(next);
        }
        all.push(other);
    }
    all.extend(named);
    all
}

fn find(list: &[Value], key: &str, value: &Value) -> Result<Option<usize>, Status> {
    for (at, item) in list.iter().enumerate() {
        let Value::Object(item) = item else {
            return Err(failed(format!("value for key {at} is not a map")));
        };
        if item.get(key) == Some(value) {
            return Ok(Some(at));
        }
    }
    Ok(None)
}

/// Whether all items have the key.
fn keyed(list: &[Value], key: &str) -> Result<(), Status> {
    list.iter()
        .try_for_each(|item| identity(item, Some(key)).map(drop))
}

/// Whether the items are maps; all must be alike.
fn same_types(lists: &[&Vec<Value>]) -> Result<bool, Status> {
    let mut items = lists.iter().flat_map(|list| list.iter());
    let Some(first) = items.next() else {
        let message = "no elements in any of the given slices";
        return Err(failed(message.to_owned()));
    };
    if first.is_array() {
        return Err(Status::rejected());
    }
    let kind = go::type_name(first);
    if items.any(|item| go::type_name(item) != kind) {
        let lists: Vec<String> = lists.iter().map(|list| go::list(list)).collect();
        return Err(failed(format!(
            "list element types are not identical: [{}]",
            lists.join(" ")
        )));
    }
    Ok(first.is_object())
}

fn distinct(items: Vec<Value>) -> Vec<Value> {
    let mut kept: Vec<Value> = Vec::new();
    for item in items {
        if !kept.contains(&item) {
            kept.push(item);
        }
    }
    kept
}
