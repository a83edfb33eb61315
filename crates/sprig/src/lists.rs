//! Lists: making, taking apart, joining, searching.

use std::borrow::Cow;
use std::collections::BTreeSet;

use pintle_go_template::CallError;
use pintle_go_template::Parameter::{Any, Int};
use pintle_go_value::compare::deep_equal;
use pintle_go_value::{ElementType, List, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::convert::{is_empty, to_int, to_items};
use crate::declare::{Declaration, fixed, variadic};
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    variadic("list", &[Any], |c| Ok(c.all().to_vec().into()), "Makes a list."),
    variadic("tuple", &[Any], |c| Ok(c.all().to_vec().into()), "Makes a list; the old name of list."),
    fixed("first", &[Any], first, "The first element, or nil."),
    fixed("mustFirst", &[Any], first, "The first element, or nil."),
    fixed("last", &[Any], last, "The last element, or nil."),
    fixed("mustLast", &[Any], last, "The last element, or nil."),
    fixed("rest", &[Any], rest, "All elements but the first."),
    fixed("mustRest", &[Any], rest, "All elements but the first."),
    fixed("initial", &[Any], initial, "All elements but the last."),
    fixed("mustInitial", &[Any], initial, "All elements but the last."),
    fixed("append", &[Any, Any], append, "A new list with an element added at the end."),
    fixed("mustAppend", &[Any, Any], append, "A new list with an element added at the end."),
    fixed("push", &[Any, Any], append, "A new list with an element added at the end; the same as append."),
    fixed("mustPush", &[Any, Any], append, "A new list with an element added at the end; the same as append."),
    fixed("prepend", &[Any, Any], prepend, "A new list with an element added at the start."),
    fixed("mustPrepend", &[Any, Any], prepend, "A new list with an element added at the start."),
    variadic("concat", &[Any], concat, "One list of the elements of several."),
    fixed("reverse", &[Any], reverse, "The elements in reverse order."),
    fixed("mustReverse", &[Any], reverse, "The elements in reverse order."),
    fixed("uniq", &[Any], uniq, "Each element once."),
    fixed("mustUniq", &[Any], uniq, "Each element once."),
    variadic("without", &[Any, Any], without, "The elements that do not equal any of the others given."),
    variadic("mustWithout", &[Any, Any], without, "The elements that do not equal any of the others given."),
    fixed("has", &[Any, Any], has, "Whether a list contains an element."),
    fixed("mustHas", &[Any, Any], has, "Whether a list contains an element."),
    variadic("slice", &[Any, Any], slice, "The elements from a start to before an end."),
    variadic("mustSlice", &[Any, Any], slice, "The elements from a start to before an end."),
    fixed("chunk", &[Int, Any], chunk, "Splits a list into lists of at most that many elements."),
    fixed("mustChunk", &[Int, Any], chunk, "Splits a list into lists of at most that many elements."),
    fixed("compact", &[Any], compact, "The elements that are not empty."),
    fixed("mustCompact", &[Any], compact, "The elements that are not empty."),
];

/// GO: what reflection does with the type of nil.
const NIL_DEREFERENCE: &str = "runtime error: invalid memory address or nil pointer dereference";

/// The elements of a list argument, or the error that names what could not be done.
fn items<'a>(value: &'a Value, refusal: &str) -> Result<Cow<'a, [Value]>, CallError> {
    match to_items(value) {
        Some(items) => Ok(items),
        None if value.is_nil() => fail(NIL_DEREFERENCE),
        None => fail(format!("{refusal} type {}", value.kind().name())),
    }
}

fn first(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find first on")?;
    Ok(items.first().cloned().unwrap_or_default())
}

fn last(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find last on")?;
    Ok(items.last().cloned().unwrap_or_default())
}

fn rest(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find rest on")?;
    if items.is_empty() {
        return Ok(List::nil(ElementType::Any).into());
    }
    Ok(items.get(1..).unwrap_or_default().to_vec().into())
}

fn initial(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find initial on")?;
    let kept = items.len().saturating_sub(1);
    if items.is_empty() {
        return Ok(List::nil(ElementType::Any).into());
    }
    Ok(items[..kept].to_vec().into())
}

fn append(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot push on")?;
    let added = items.iter().chain([call.value(1)]).cloned();
    Ok(added.collect::<List>().into())
}

fn prepend(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot prepend on")?;
    let added = [call.value(1)].into_iter().chain(items.iter()).cloned();
    Ok(added.collect::<List>().into())
}

fn concat(call: &Call<'_>) -> Outcome {
    let mut all = Vec::new();
    for list in call.all() {
        let Some(items) = to_items(list) else {
            if list.is_nil() {
                return fail(NIL_DEREFERENCE);
            }
            let kind = list.kind().name();
            return fail(format!("Cannot concat type {kind} as list"));
        };
        limits::list(all.len() + items.len())?;
        all.extend_from_slice(&items);
    }
    if all.is_empty() {
        return Ok(List::nil(ElementType::Any).into());
    }
    Ok(all.into())
}

fn reverse(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find reverse on")?;
    Ok(items.iter().rev().cloned().collect::<List>().into())
}

fn uniq(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find uniq on")?;
    // Strings, of which there may be many, are looked up; the rest is compared in turn.
    let mut texts: BTreeSet<&Str> = BTreeSet::new();
    let mut others: Vec<&Value> = Vec::new();
    let mut kept = Vec::new();
    for item in items.iter() {
        let fresh = if let Value::Str(text) = item {
            texts.insert(text)
        } else if others.iter().any(|other| deep_equal(other, item)) {
            false
        } else {
            others.push(item);
            true
        };
        if fresh {
            kept.push(item.clone());
        }
    }
    Ok(kept.into())
}

fn without(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot find without on")?;
    let omitted = call.rest(1);
    let kept = items
        .iter()
        .filter(|item| !omitted.iter().any(|other| deep_equal(item, other)));
    Ok(kept.cloned().collect::<List>().into())
}

fn has(call: &Call<'_>) -> Outcome {
    if call.value(1).is_nil() {
        return Ok(Value::Bool(false));
    }
    let items = items(call.value(1), "Cannot find has on")?;
    Ok(Value::Bool(
        items.iter().any(|item| deep_equal(item, call.value(0))),
    ))
}

/// The result has the type of the list; an empty list gives nil.
fn slice(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    let items = items(value, "list should be type of slice or array but").map_err(without_type)?;
    if items.is_empty() {
        return Ok(Value::Nil);
    }
    let (length, indices) = (items.len() as i64, call.rest(1));
    let start = indices.first().map_or(0, to_int);
    let end = indices.get(1).map_or(length, to_int);
    if start < 0 || start > end || end > length {
        return fail("reflect.Value.Slice: slice index out of bounds");
    }
    let range = start as usize..end as usize;
    Ok(match value {
        Value::Bytes(bytes) => Value::Bytes(bytes[range].into()),
        Value::List(list) if range.len() == list.len() => list.clone().into(),
        Value::List(list) => List::typed(list.element_type(), items[range].to_vec()).into(),
        _ => items[range].to_vec().into(),
    })
}

/// This one error does not have the word before the type.
fn without_type(error: CallError) -> CallError {
    CallError::Message(error.to_string().replacen("but type ", "but ", 1))
}

/// HELM: what a size that is no size gives comes of how the number of lists is counted.
fn chunk(call: &Call<'_>) -> Outcome {
    let items = items(call.value(1), "Cannot chunk")?;
    let given = call.int(0)?;
    let size = usize::try_from(given).unwrap_or(0);
    let (backward, count) = (given.unsigned_abs(), items.len() as u64);
    let size = match count {
        _ if size > 0 => size,
        1 if backward > 1 => 1,
        2.. if count - 1 <= backward => {
            return Ok(List::typed(ElementType::List, Vec::new()).into());
        }
        _ => return fail("runtime error: makeslice: len out of range"),
    };
    let chunks = items.chunks(size).map(|part| Value::from(part.to_vec()));
    Ok(List::typed(ElementType::List, chunks.collect()).into())
}

fn compact(call: &Call<'_>) -> Outcome {
    let items = items(call.value(0), "Cannot compact on")?;
    Ok(items
        .iter()
        .filter(|item| !is_empty(item))
        .cloned()
        .collect::<List>()
        .into())
}
