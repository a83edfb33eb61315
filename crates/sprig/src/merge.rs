//! Merging maps in place.

use pintle_go_template::CallError;
use pintle_go_template::Parameter::Map as Dict;
use pintle_go_value::{Map, MapType, Str, Value};

use crate::call::{Call, Outcome, fail};
use crate::convert::is_empty;
use crate::declare::{Declaration, variadic};
use crate::limits;

#[rustfmt::skip]
pub(crate) const FUNCTIONS: &[Declaration] = &[
    variadic("merge", &[Dict, Dict], |c| merge_all(c, Winner::Destination), "Merges maps into the first, which wins unless it has an empty value."),
    variadic("mustMerge", &[Dict, Dict], |c| merge_all(c, Winner::Destination), "Merges maps into the first, which wins unless it has an empty value."),
    variadic("mergeOverwrite", &[Dict, Dict], |c| merge_all(c, Winner::Source), "Merges maps into the first; the last wins."),
    variadic("mustMergeOverwrite", &[Dict, Dict], |c| merge_all(c, Winner::Source), "Merges maps into the first; the last wins."),
];

/// Whose value is kept when both maps have a key.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Winner {
    /// the first map, unless its value is empty
    Destination,
    /// the later map, also with an empty value
    Source,
}

fn merge_all(call: &Call<'_>, winner: Winner) -> Outcome {
    let destination = call.map(0)?;
    let mut merger = Merger::new(winner);
    for source in call.maps(1)? {
        merger.merge(&destination, &source)?;
    }
    Ok(destination.into())
}

/// One call, within bounds: maps may contain each other, or one map many times.
struct Merger {
    winner: Winner,
    level: usize,
    /// How many entries may still be looked at.
    left: usize,
}

impl Merger {
    fn new(winner: Winner) -> Self {
        Self {
            winner,
            level: 0,
            left: limits::MAX_BYTES / size_of::<Value>(),
        }
    }

    /// HELM: maps that only the source has are taken over as they are, not copied: changing
    /// them later changes the source too.
    fn merge(&mut self, destination: &Map, source: &Map) -> Result<(), CallError> {
        limits::depth(self.level)?;
        if destination.is_same(source) {
            return Ok(());
        }
        self.level += 1;
        for (key, value) in source.entries() {
            let left = self.left.checked_sub(1);
            self.left = left.ok_or_else(limits::too_large)?;
            self.entry(destination, source, key, value)?;
        }
        self.level -= 1;
        Ok(())
    }

    fn entry(
        &mut self,
        destination: &Map,
        source: &Map,
        key: Str,
        value: Value,
    ) -> Result<(), CallError> {
        if value.is_nil() {
            // A nil never fills a gap, but it overwrites.
            return match self.winner {
                Winner::Source => put(destination, source, key, value),
                Winner::Destination => Ok(()),
            };
        }
        let present = destination.get(&key).unwrap_or_default();
        if let (Value::Map(inner), Value::Map(added)) = (&present, &value) {
            self.merge(inner, added)?;
            if !inner.is_empty() {
                return Ok(());
            }
        }
        if self.winner == Winner::Source || is_empty(&present) {
            return put(destination, source, key, value);
        }
        Ok(())
    }
}

/// GO: what is in a `map[string]interface{}` cannot be put into a `map[string]string`
/// (as `split` makes one), whatever it is.
fn put(destination: &Map, source: &Map, key: Str, value: Value) -> Result<(), CallError> {
    if destination.map_type() == MapType::Str && source.map_type() != MapType::Str {
        return fail(
            "reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string",
        );
    }
    destination.set(key, value);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_that_contain_themselves_do_not_exhaust_the_stack() {
        let (left, right) = (Map::new(), Map::new());
        left.set("self", left.clone().into());
        right.set("self", right.clone().into());
        assert!(
            Merger::new(Winner::Destination)
                .merge(&left, &right)
                .is_err()
        );
        left.remove("self");
        right.remove("self");
    }

    #[test]
    fn maps_that_contain_one_map_many_times_do_not_take_forever() {
        let many = || {
            (0..40).fold(Map::new(), |map, _| {
                [("a", map.clone().into()), ("b", map.into())]
                    .into_iter()
                    .collect()
            })
        };
        let mut merger = Merger::new(Winner::Destination);
        merger.left = 1000;
        assert!(merger.merge(&many(), &many()).is_err());
    }
}
