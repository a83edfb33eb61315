//! Laws of coalescing, over random charts.

use pintle_chart::{Chart, Warning};
use pintle_go_value::compare::deep_equal;
use pintle_go_value::{List, Map, Value};

use super::{coalesce_values, merge_values, view_values};

/// A small generator of numbers: the same ones each time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn value(&mut self, depth: u64) -> Value {
        match self.roll(if depth == 0 { 4 } else { 8 }) {
            0 => Value::Nil,
            1 => Value::Int(self.roll(3).cast_signed()),
            2 => Value::from("text"),
            3 => Value::List(List::new(vec![Value::Map(Map::new()), Value::Nil])),
            _ => Value::Map(self.map(depth - 1)),
        }
    }

    fn map(&mut self, depth: u64) -> Map {
        const KEYS: [&str; 6] = ["a", "b", "c", "global", "child", "grandchild"];
        let entries = (0..self.roll(5)).map(|_| {
            let key = KEYS[usize::try_from(self.roll(6)).unwrap_or(0)];
            (key, self.value(depth))
        });
        entries.collect::<Vec<_>>().into_iter().collect()
    }

    fn chart(&mut self, names: &[&str]) -> Chart {
        let mut chart = Chart::default();
        names[0].clone_into(&mut chart.metadata.name);
        chart.values = self.map(3);
        if names.len() > 1 {
            chart.dependencies.push(self.chart(&names[1..]));
        }
        chart
    }
}

fn shown(outcome: &Result<(Map, Vec<Warning>), crate::Error>) -> String {
    match outcome {
        Ok((values, warnings)) => format!("{values:?} {warnings:?}"),
        Err(error) => format!("{error:?}"),
    }
}

fn everything(chart: &Chart, given: &Map) -> String {
    let below = chart
        .dependencies
        .iter()
        .map(|child| everything(child, given));
    format!(
        "{given:?} {:?} {:?}",
        chart.values,
        below.collect::<Vec<_>>()
    )
}

#[test]
fn a_view_is_what_a_copy_is_and_changes_nothing() {
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15);
    let mut fine = 0;
    for _ in 0..3000 {
        let chart = dice.chart(&["parent", "child", "grandchild"]);
        let given = dice.map(3);
        let before = everything(&chart, &given);
        for keep_nulls in [false, true] {
            let view = view_values(&chart, &given, keep_nulls);
            assert_eq!(everything(&chart, &given), before);
            let copy = if keep_nulls {
                merge_values(&chart, &given)
            } else {
                coalesce_values(&chart, &given)
            };
            assert_eq!(shown(&view), shown(&copy), "{before}");
            assert_eq!(everything(&chart, &given), before);
            fine += u32::from(copy.is_ok());
        }
    }
    assert!(fine > 2000, "{fine} of 6000 charts have values that fit");
}

#[test]
fn values_share_nothing_with_what_they_come_from() {
    let mut dice = Dice(0x2545_f491_4f6c_dd1d);
    for _ in 0..500 {
        let chart = dice.chart(&["parent", "child", "grandchild"]);
        let given = dice.map(3);
        let before = everything(&chart, &given);
        let Ok((values, _)) = coalesce_values(&chart, &given) else {
            continue;
        };
        assert!(deep_equal(
            &Value::Map(values.clone()),
            &Value::Map(values.deep_copy())
        ));
        fill(&Value::Map(values));
        assert_eq!(everything(&chart, &given), before);
    }
}

/// Puts something into every map there is.
fn fill(value: &Value) {
    match value {
        Value::Map(map) => {
            map.entries().iter().for_each(|(_, value)| fill(value));
            map.set("filled", Value::Bool(true));
        }
        Value::List(items) => items.iter().for_each(fill),
        _ => {}
    }
}
