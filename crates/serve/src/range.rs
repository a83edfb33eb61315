//! `Range` headers.

/// The part of a file that is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Range {
    /// All of it: nothing else was asked for, or nothing that is understood.
    Whole,
    /// From one byte up to another, which is not part of it.
    Part {
        /// The first byte.
        start: u64,
        /// The byte after the last.
        end: u64,
    },
    /// Nothing that the file has.
    Outside,
}

/// The part of a file of `size` bytes that a `Range` header asks for. More than one part is
/// answered with the whole, which RFC 9110 allows.
pub fn range(header: &str, size: u64) -> Range {
    let Some(wanted) = header.trim().strip_prefix("bytes=") else {
        return Range::Whole;
    };
    let Some((first, last)) = wanted.trim().split_once('-') else {
        return Range::Whole;
    };
    if wanted.contains(',') {
        return Range::Whole;
    }
    match (first.trim(), last.trim()) {
        ("", "") => Range::Whole,
        ("", last) => match digits(last) {
            Some(0) => Range::Outside,
            Some(_) if size == 0 => Range::Outside,
            Some(count) => Range::Part {
                start: size.saturating_sub(count),
                end: size,
            },
            None => Range::Whole,
        },
        (first, last) => {
            let end = if last.is_empty() {
                Some(size)
            } else {
                digits(last).map(|last| last.saturating_add(1).min(size))
            };
            match (digits(first), end) {
                (Some(start), _) if start >= size => Range::Outside,
                (Some(start), Some(end)) if start < end => Range::Part { start, end },
                _ => Range::Whole,
            }
        }
    }
}

/// A number; what is larger than any file counts as the largest.
fn digits(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_cut_to_the_file() {
        let part = |start, end| Range::Part { start, end };
        for (header, wanted) in [
            ("bytes=0-0", part(0, 1)),
            ("bytes=2-", part(2, 10)),
            ("bytes=-3", part(7, 10)),
            ("bytes=-99", part(0, 10)),
            ("bytes=8-99999999999999999999999", part(8, 10)),
            ("bytes=10-", Range::Outside),
            ("bytes=99999999999999999999999-", Range::Outside),
            ("bytes=-0", Range::Outside),
            ("bytes=5-2", Range::Whole),
            ("bytes=0-1,3-4", Range::Whole),
            ("bytes=-", Range::Whole),
            ("bytes=+1-2", Range::Whole),
            ("lines=1-2", Range::Whole),
            ("", Range::Whole),
        ] {
            assert_eq!(range(header, 10), wanted, "{header}");
        }
        assert_eq!(range("bytes=0-", 0), Range::Outside);
        assert_eq!(range("bytes=-1", 0), Range::Outside);
    }
}
