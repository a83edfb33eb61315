//! Cutting, searching, quoting, splitting and joining strings.

use pintle_go_template::Parameter::{Any, Int, Str as Text};
use pintle_go_value::{ElementType, List, Map, MapType, Str, Value, format};

use crate::call::{Call, Outcome, fail};
use crate::convert::{strings, to_items, to_text, to_texts};
use crate::declare::{Declaration, fixed, variadic};
use crate::limits;
use crate::text::{
    explode, find, positions, runes, split, to_lower, to_upper, trim_matching, trim_space,
};

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    fixed("hello", &[], |_| Ok("Hello!".into()), "Says hello."),
    fixed("trim", &[Text], |c| Ok(text(trim_space(c.bytes(0)?))), "Removes white space from both ends."),
    fixed("trimAll", &[Text, Text], trim_all, "Removes the given characters from both ends."),
    fixed("trimall", &[Text, Text], trim_all, "Removes the given characters from both ends; the old name of trimAll."),
    fixed("trimSuffix", &[Text, Text], trim_suffix, "Removes a suffix once."),
    fixed("trimPrefix", &[Text, Text], trim_prefix, "Removes a prefix once."),
    fixed("upper", &[Text], |c| Ok(map_runes(c.bytes(0)?, to_upper)), "Converts to upper case."),
    fixed("lower", &[Text], |c| Ok(map_runes(c.bytes(0)?, to_lower)), "Converts to lower case."),
    fixed("trunc", &[Int, Text], trunc, "Keeps that many bytes from the start, or with a negative number from the end."),
    fixed("substr", &[Int, Int, Text], substr, "The bytes from a start to before an end."),
    fixed("repeat", &[Int, Text], repeat, "Repeats a string."),
    fixed("nospace", &[Text], nospace, "Removes all white space."),
    fixed("contains", &[Text, Text], |c| Ok(Value::Bool(find(c.bytes(1)?, c.bytes(0)?).is_some())), "Whether the second string contains the first."),
    fixed("hasPrefix", &[Text, Text], |c| Ok(Value::Bool(c.bytes(1)?.starts_with(c.bytes(0)?))), "Whether the second string starts with the first."),
    fixed("hasSuffix", &[Text, Text], |c| Ok(Value::Bool(c.bytes(1)?.ends_with(c.bytes(0)?))), "Whether the second string ends with the first."),
    variadic("quote", &[Any], quote, "Puts each value in double quotes, with escapes; skips nil."),
    variadic("squote", &[Any], squote, "Puts each value in single quotes; skips nil."),
    variadic("cat", &[Any], cat, "Joins values with blanks; skips nil."),
    fixed("indent", &[Int, Text], |c| indent(c, ""), "Puts blanks before each line."),
    fixed("nindent", &[Int, Text], |c| indent(c, "\n"), "A line break, then each line with blanks before it."),
    fixed("replace", &[Text, Text, Text], replace, "Replaces each occurrence of the first string by the second in the third."),
    fixed("plural", &[Text, Text, Int], plural, "The first string if the count is one, else the second."),
    fixed("toString", &[Any], |c| Ok(to_text(c.value(0)).into()), "Converts to a string."),
    fixed("toStrings", &[Any], to_strings, "Converts a list to a list of strings."),
    fixed("split", &[Text, Text], |c| split_map(c.bytes(0)?, -1, c.bytes(1)?), "Splits a string into a map with the keys _0, _1 and so on."),
    fixed("splitn", &[Text, Int, Text], |c| split_map(c.bytes(0)?, c.int(1)?, c.bytes(2)?), "Splits a string into a map of at most that many parts."),
    fixed("splitList", &[Text, Text], |c| Ok(strings(split(c.bytes(1)?, c.bytes(0)?, -1))), "Splits a string into a list."),
    fixed("join", &[Text, Any], join, "Joins the elements of a list with a separator."),
    fixed("sortAlpha", &[Any], sort_alpha, "The elements of a list as strings in byte order."),
];

fn text(bytes: &[u8]) -> Value {
    Value::Str(bytes.into())
}

fn map_runes(bytes: &[u8], map: fn(char) -> char) -> Value {
    runes(bytes).map(map).collect::<String>().into()
}

fn trim_all(call: &Call<'_>) -> Outcome {
    let drop: Vec<char> = runes(call.bytes(0)?).collect();
    Ok(text(trim_matching(call.bytes(1)?, |c| drop.contains(&c))))
}

fn trim_suffix(call: &Call<'_>) -> Outcome {
    let whole = call.bytes(1)?;
    Ok(text(whole.strip_suffix(call.bytes(0)?).unwrap_or(whole)))
}

fn trim_prefix(call: &Call<'_>) -> Outcome {
    let whole = call.bytes(1)?;
    Ok(text(whole.strip_prefix(call.bytes(0)?).unwrap_or(whole)))
}

/// HELM: counts bytes, so a character may be cut in two.
fn trunc(call: &Call<'_>) -> Outcome {
    let (count, whole) = (call.int(0)?, call.bytes(1)?);
    let wanted = usize::try_from(count.unsigned_abs()).unwrap_or(usize::MAX);
    if wanted >= whole.len() {
        return Ok(call.value(1).clone());
    }
    let kept = if count < 0 {
        &whole[whole.len() - wanted..]
    } else {
        &whole[..wanted]
    };
    Ok(text(kept))
}

/// HELM: with a negative start, or an end that is negative or too large, that end is open;
/// what remains is sliced as Go slices, with its panics as errors.
fn substr(call: &Call<'_>) -> Outcome {
    let (start, end, whole) = (call.int(0)?, call.int(1)?, call.bytes(2)?);
    let length = whole.len() as i64;
    if start < 0 {
        return match usize::try_from(end) {
            Ok(end) if end <= whole.len() => Ok(text(&whole[..end])),
            Ok(_) => out_of_range(&format!(":{end}] with length {length}")),
            Err(_) => out_of_range(&format!(":{end}]")),
        };
    }
    let end = if end < 0 || end > length { length } else { end };
    if start > end {
        return out_of_range(&format!("{start}:{end}]"));
    }
    Ok(text(&whole[start as usize..end as usize]))
}

fn out_of_range(range: &str) -> Outcome {
    fail(format!("runtime error: slice bounds out of range [{range}"))
}

fn repeat(call: &Call<'_>) -> Outcome {
    let (count, part) = (call.int(0)?, call.bytes(1)?);
    repeat_bytes(part, count).map(|bytes| Value::Str(bytes.into()))
}

/// `strings.Repeat`.
fn repeat_bytes(part: &[u8], count: i64) -> Result<Vec<u8>, pintle_go_template::CallError> {
    let Ok(count) = usize::try_from(count) else {
        return fail("strings: negative Repeat count");
    };
    let fits = part
        .len()
        .checked_mul(count)
        .and_then(|all| i64::try_from(all).ok());
    if fits.is_none() {
        return fail("strings: Repeat output length overflow");
    }
    limits::text(part.len() * count)?;
    Ok(part.repeat(count))
}

/// HELM: where there is white space, looks at bytes as if they were Latin-1 characters, so
/// text beyond ASCII comes out mangled.
fn nospace(call: &Call<'_>) -> Outcome {
    let whole = call.bytes(0)?;
    let kept: String = whole
        .iter()
        .map(|byte| char::from(*byte))
        .filter(|character| !character.is_whitespace())
        .collect();
    if kept.chars().count() == whole.len() {
        return Ok(call.value(0).clone());
    }
    Ok(kept.into())
}

fn quote(call: &Call<'_>) -> Outcome {
    let given = call.all().iter().filter(|v| !v.is_nil());
    let quoted: Vec<Str> = given
        .map(|value| format::sprintf(b"%q", &[to_text(value).into()]))
        .collect();
    Ok(join_bytes(&quoted, b" ").into())
}

fn squote(call: &Call<'_>) -> Outcome {
    let given = call.all().iter().filter(|v| !v.is_nil());
    let quoted: Vec<Vec<u8>> = given
        .map(|value| [b"'", format::sprint(value).as_bytes(), b"'"].concat())
        .collect();
    Ok(Str::from(quoted.join(&b' ')).into())
}

fn cat(call: &Call<'_>) -> Outcome {
    let given = call.all().iter().filter(|v| !v.is_nil());
    let printed: Vec<Str> = given.map(format::sprint).collect();
    Ok(join_bytes(&printed, b" ").into())
}

fn indent(call: &Call<'_>, before: &str) -> Outcome {
    let body = call.bytes(1)?;
    let pad = repeat_bytes(b" ", call.int(0)?)?;
    let lines = body.split(|b| *b == b'\n').count();
    limits::text(pad.len().saturating_mul(lines).saturating_add(body.len()))?;
    let mut result = Vec::with_capacity(before.len() + body.len() + pad.len() * lines);
    result.extend_from_slice(before.as_bytes());
    result.extend_from_slice(&pad);
    for line in body.split_inclusive(|b| *b == b'\n') {
        result.extend_from_slice(line);
        if line.ends_with(b"\n") {
            result.extend_from_slice(&pad);
        }
    }
    Ok(Str::from(result).into())
}

fn replace(call: &Call<'_>) -> Outcome {
    let (old, new, whole) = (call.bytes(0)?, call.bytes(1)?, call.bytes(2)?);
    let at = if old.is_empty() {
        character_boundaries(whole)
    } else {
        positions(whole, old)
    };
    if at.is_empty() {
        return Ok(call.value(2).clone());
    }
    limits::text(
        whole
            .len()
            .saturating_add(new.len().saturating_mul(at.len())),
    )?;
    let mut result = Vec::with_capacity(whole.len());
    let mut done = 0;
    for start in at {
        result.extend_from_slice(&whole[done..start]);
        result.extend_from_slice(new);
        done = start + old.len();
    }
    result.extend_from_slice(&whole[done..]);
    Ok(Str::from(result).into())
}

/// Where the empty string occurs: before each character and at the end.
fn character_boundaries(whole: &[u8]) -> Vec<usize> {
    let mut at = 0;
    let mut boundaries = vec![0];
    for part in explode(whole) {
        at += part.len();
        boundaries.push(at);
    }
    boundaries
}

fn plural(call: &Call<'_>) -> Outcome {
    let one = call.int(2)? == 1;
    Ok(call.value(usize::from(!one)).clone())
}

fn split_map(separator: &[u8], limit: i64, whole: &[u8]) -> Outcome {
    let parts = Map::typed(MapType::Str);
    for (index, part) in split(whole, separator, limit).into_iter().enumerate() {
        parts.set(format!("_{index}"), text(part));
    }
    Ok(parts.into())
}

fn join(call: &Call<'_>) -> Outcome {
    let (separator, parts) = (call.bytes(0)?, to_texts(call.value(1)));
    let total = parts
        .iter()
        .map(Str::len)
        .fold(0usize, usize::saturating_add);
    let between = separator.len().saturating_mul(parts.len());
    limits::text(total.saturating_add(between))?;
    Ok(join_bytes(&parts, separator).into())
}

fn join_bytes(parts: &[Str], separator: &[u8]) -> Str {
    let slices: Vec<&[u8]> = parts.iter().map(Str::as_bytes).collect();
    slices.join(separator).into()
}

/// A list of texts stays what it is, without a copy: who sorts one sorts the other.
fn to_strings(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    Ok(match text_list(value) {
        Some(_) => value.clone(),
        None => strings(to_texts(value)),
    })
}

fn text_list(value: &Value) -> Option<&List> {
    value
        .as_list()
        .filter(|list| list.element_type() == ElementType::Str)
}

/// HELM: nil in place of a list is the string `<nil>`, not nothing as in `join`; a list of
/// texts is sorted itself, for all who hold it, and not a copy.
/// DIFF: a part of such a list, by `slice`, has its own texts; Helm sorts them in the whole
/// list too.
fn sort_alpha(call: &Call<'_>) -> Outcome {
    let value = call.value(0);
    if to_items(value).is_none() {
        return Ok(strings([to_text(value)]));
    }
    if let Some(list) = text_list(value) {
        list.sort_texts();
        return Ok(value.clone());
    }
    let mut texts = to_texts(value);
    texts.sort();
    Ok(strings(texts))
}
