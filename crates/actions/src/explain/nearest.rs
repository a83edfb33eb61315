//! What a name may have been.

/// The known name that is most like `wanted`, if one is like it at all: the same letters apart
/// from case and punctuation, or few slips away. Of equals the first.
pub(crate) fn nearest<'a>(wanted: &str, known: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |name: &str| -> Vec<char> {
        let letters = name.chars().filter(|c| c.is_alphanumeric());
        letters.flat_map(char::to_lowercase).collect()
    };
    let own = plain(wanted);
    let allowed = match own.len() {
        0..=2 => 0,
        3..=5 => 1,
        6..=9 => 2,
        _ => 3,
    };
    let distances = known
        .filter(|name| *name != wanted && name.len() <= 200 && wanted.len() <= 200)
        .map(|name| (distance(&own, &plain(name)), name))
        .filter(|(distance, _)| *distance <= allowed);
    // `min_by_key` gives the first of equals.
    distances
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Insertions, deletions, replacements, and swaps of neighbours.
fn distance(from: &[char], to: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (line, letter) in from.iter().enumerate() {
        let mut next = vec![line + 1];
        for (place, other) in to.iter().enumerate() {
            let replaced = row[place] + usize::from(letter != other);
            let mut best = replaced.min(row[place + 1] + 1).min(next[place] + 1);
            let swaps =
                line > 0 && place > 0 && from[line - 1] == *other && *letter == to[place - 1];
            if swaps {
                best = best.min(before[place - 1] + 1);
            }
            next.push(best);
        }
        before = std::mem::replace(&mut row, next);
    }
    row[to.len()]
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn slips_are_seen_through() {
        let known = ["image", "imagePullPolicy", "tag", "replicaCount"];
        let meant = |wanted| nearest(wanted, known.into_iter());
        assert_eq!(meant("imge"), Some("image"));
        assert_eq!(meant("iamge"), Some("image"));
        assert_eq!(meant("replica_count"), Some("replicaCount"));
        assert_eq!(meant("imagePullpolcy"), Some("imagePullPolicy"));
        assert_eq!(meant("tg"), None);
        assert_eq!(meant("host"), None);
    }
}
