//! The order of keys in written maps: letters after everything else, numbers by value.

use pintle_go_value::{Str, Value};

/// Which library's order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Order {
    /// goyaml v2, for `toYaml`.
    V2,
    /// goyaml v3, for `toYamlPretty`: behind a digit, letters come first.
    V3,
}

/// Up to this length insertion is the fastest way to sort.
const FEW: usize = 24;

/// Sorts entries.
///
/// The order has no mathematical guarantees, so this is a sort of our own: the standard
/// library's may panic when an order contradicts itself.
pub(crate) fn sort(entries: &mut Vec<(Str, Value)>, order: Order) {
    if entries.len() <= FEW {
        insertion_sort(entries, order);
        return;
    }
    let mut right = entries.split_off(entries.len() / 2);
    sort(entries, order);
    sort(&mut right, order);
    let in_order = match (entries.last(), right.first()) {
        (Some(left), Some(right)) => !is_less(&right.0, &left.0, order),
        _ => true,
    };
    if in_order {
        entries.append(&mut right);
    } else {
        *entries = merge(std::mem::take(entries), right, order);
    }
}

fn insertion_sort(entries: &mut [(Str, Value)], order: Order) {
    for end in 1..entries.len() {
        let place = entries[..end]
            .iter()
            .rposition(|(key, _)| !is_less(&entries[end].0, key, order))
            .map_or(0, |before| before + 1);
        if place < end {
            entries[place..=end].rotate_right(1);
        }
    }
}

fn merge(left: Vec<(Str, Value)>, right: Vec<(Str, Value)>, order: Order) -> Vec<(Str, Value)> {
    let mut out = Vec::with_capacity(left.len() + right.len());
    let mut left = left.into_iter().peekable();
    let mut right = right.into_iter().peekable();
    while let (Some((left_key, _)), Some((right_key, _))) = (left.peek(), right.peek()) {
        let next = if is_less(right_key, left_key, order) {
            right.next()
        } else {
            left.next()
        };
        out.extend(next);
    }
    out.extend(left);
    out.extend(right);
    out
}

/// Whether `left` comes before `right`.
pub(crate) fn is_less(left: &Str, right: &Str, order: Order) -> bool {
    let (left, right) = (left.as_bytes(), right.as_bytes());
    if left.is_ascii() && right.is_ascii() {
        return is_less_by(left, right, order, char::from);
    }
    let characters = |text| String::from_utf8_lossy(text).chars().collect::<Vec<char>>();
    is_less_by(&characters(left), &characters(right), order, |c| c)
}

fn is_less_by<T: Copy + PartialEq>(
    left: &[T],
    right: &[T],
    order: Order,
    character: impl Fn(T) -> char,
) -> bool {
    let same = left.iter().zip(right).take_while(|(a, b)| a == b).count();
    let (Some(&l), Some(&r)) = (left.get(same), right.get(same)) else {
        return left.len() < right.len();
    };
    let (l, r) = (character(l), character(r));
    let digit_before = same > 0 && character(left[same - 1]).is_ascii_digit();
    match (l.is_alphabetic(), r.is_alphabetic()) {
        (true, true) => return l < r,
        (false, false) => {}
        (left_is_letter, _) if order == Order::V3 && digit_before => return left_is_letter,
        (_, right_is_letter) => return right_is_letter,
    }
    // Zeros behind another digit are part of a number, leading ones are not.
    let inside_number = (l == '0' || r == '0')
        && left[..same]
            .iter()
            .rev()
            .map(|&c| character(c))
            .take_while(char::is_ascii_digit)
            .any(|c| c != '0');
    let number = |text: &[T]| {
        let digits = text.iter().map_while(|&c| character(c).to_digit(10));
        let start = (i64::from(inside_number), 0_usize);
        digits.fold(start, |(value, length), digit| {
            (
                value.wrapping_mul(10).wrapping_add(i64::from(digit)),
                length + 1,
            )
        })
    };
    // GO: numbers of more than 18 digits wrap around.
    let (left_number, right_number) = (number(&left[same..]), number(&right[same..]));
    if left_number != right_number {
        return left_number < right_number;
    }
    l < r
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sorted(keys: &[&str], order: Order) -> Vec<String> {
        let mut entries: Vec<_> = keys.iter().map(|&key| (key.into(), Value::Nil)).collect();
        sort(&mut entries, order);
        entries.iter().map(|(key, _)| key.to_string()).collect()
    }

    #[test]
    fn numbers_are_in_order_and_letters_come_last() {
        let keys = [
            "", "_", "1", "2", "10", "A", "a", "a-1", "a.1", "a_1", "a1", "a10", "a1b", "a1b2",
            "a1b10", "a9",
        ];
        let mut bytes = keys;
        bytes.sort_unstable();
        assert_eq!(sorted(&bytes, Order::V2), keys);
    }

    #[test]
    fn long_lists_are_sorted() {
        let keys: Vec<String> = (0..200).map(|n| format!("item{}", (n * 7) % 200)).collect();
        let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
        let expected: Vec<String> = (0..200).map(|n| format!("item{n}")).collect();
        assert_eq!(sorted(&keys, Order::V2), expected);
    }
}
