//! Go's time layouts, such as `Mon Jan _2 15:04:05 2006`: their parts.

/// One part of a layout that stands for something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// `January`
    LongMonth,
    /// `Jan`
    Month,
    /// `1`
    NumberMonth,
    /// `01`
    ZeroMonth,
    /// `Monday`
    LongWeekday,
    /// `Mon`
    Weekday,
    /// `2`
    Day,
    /// `_2`
    BlankDay,
    /// `02`
    ZeroDay,
    /// `__2`
    BlankYearDay,
    /// `002`
    ZeroYearDay,
    /// `15`
    Hour,
    /// `3`
    Hour12,
    /// `03`
    ZeroHour12,
    /// `4`
    Minute,
    /// `04`
    ZeroMinute,
    /// `5`
    Second,
    /// `05`
    ZeroSecond,
    /// `2006`
    LongYear,
    /// `06`
    Year,
    /// `PM`
    UpperPm,
    /// `pm`
    LowerPm,
    /// `MST`
    ZoneName,
    /// `-0700`, `Z07:00` and the like
    Offset(OffsetStyle),
    /// `.000` or `,000`: that many digits
    Fraction(usize),
    /// `.999` or `,999`: at most that many digits, without trailing zeros
    OpenFraction(usize),
}

/// How an offset from UTC is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct OffsetStyle {
    /// `Z` stands for UTC.
    pub zulu: bool,
    /// Colons between the numbers.
    pub colons: bool,
    /// How many of hours, minutes and seconds.
    pub numbers: usize,
}

/// A layout cut at its first part: the text before, the part, and where its text ends.
pub(crate) struct Cut<'a> {
    /// Literal text.
    pub before: &'a [u8],
    /// The part, unless none follows.
    pub part: Option<Part>,
    /// The text of the part.
    pub text: &'a [u8],
    /// What follows.
    pub after: &'a [u8],
}

/// Cuts a layout at its first part.
pub(crate) fn cut(layout: &[u8]) -> Cut<'_> {
    for at in 0..layout.len() {
        if let Some((part, skipped, length)) = part_at(&layout[at..]) {
            let start = at + skipped;
            return Cut {
                before: &layout[..start],
                part: Some(part),
                text: &layout[start..start + length],
                after: &layout[start + length..],
            };
        }
    }
    Cut {
        before: layout,
        part: None,
        text: &[],
        after: &[],
    }
}

/// Parts by their text, longer before shorter where one begins with the other.
const FIXED: &[(&str, Part)] = &[
    ("January", Part::LongMonth),
    ("Monday", Part::LongWeekday),
    ("MST", Part::ZoneName),
    ("002", Part::ZeroYearDay),
    ("01", Part::ZeroMonth),
    ("02", Part::ZeroDay),
    ("03", Part::ZeroHour12),
    ("04", Part::ZeroMinute),
    ("05", Part::ZeroSecond),
    ("06", Part::Year),
    ("15", Part::Hour),
    ("1", Part::NumberMonth),
    ("2006", Part::LongYear),
    ("2", Part::Day),
    ("__2", Part::BlankYearDay),
    ("3", Part::Hour12),
    ("4", Part::Minute),
    ("5", Part::Second),
    ("PM", Part::UpperPm),
    ("pm", Part::LowerPm),
    ("-070000", offset(false, false, 3)),
    ("-07:00:00", offset(false, true, 3)),
    ("-0700", offset(false, false, 2)),
    ("-07:00", offset(false, true, 2)),
    ("-07", offset(false, false, 1)),
    ("Z070000", offset(true, false, 3)),
    ("Z07:00:00", offset(true, true, 3)),
    ("Z0700", offset(true, false, 2)),
    ("Z07:00", offset(true, true, 2)),
    ("Z07", offset(true, false, 1)),
];

const fn offset(zulu: bool, colons: bool, numbers: usize) -> Part {
    Part::Offset(OffsetStyle {
        zulu,
        colons,
        numbers,
    })
}

/// The part at the start of a text, how many bytes before it are literal, and its length.
fn part_at(text: &[u8]) -> Option<(Part, usize, usize)> {
    let lower_follows = |length: usize| text.get(length).is_some_and(u8::is_ascii_lowercase);
    if let Some((name, part)) = FIXED
        .iter()
        .find(|(name, _)| text.starts_with(name.as_bytes()))
    {
        return Some((*part, 0, name.len()));
    }
    match text {
        // GO: `Jan` inside of a longer word means nothing, nor does `Mon`.
        [b'J', b'a', b'n', ..] if !lower_follows(3) => Some((Part::Month, 0, 3)),
        [b'M', b'o', b'n', ..] if !lower_follows(3) => Some((Part::Weekday, 0, 3)),
        // GO: `_2006` is an underscore and a year, not a day and `006`.
        [b'_', b'2', b'0', b'0', b'6', ..] => Some((Part::LongYear, 1, 4)),
        [b'_', b'2', ..] => Some((Part::BlankDay, 0, 2)),
        [b'.' | b',', digit @ (b'0' | b'9'), ..] => {
            let digits = text[1..].iter().take_while(|b| *b == digit).count();
            if text.get(1 + digits).is_some_and(u8::is_ascii_digit) {
                return None;
            }
            let part = if *digit == b'0' {
                Part::Fraction(digits)
            } else {
                Part::OpenFraction(digits)
            };
            Some((part, 0, 1 + digits))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layouts_are_cut_at_their_parts() {
        let first = |layout: &'static str| cut(layout.as_bytes()).part;
        assert_eq!(first("x January"), Some(Part::LongMonth));
        assert_eq!(first("Janet"), None);
        assert_eq!(cut(b"_2006").before, b"_");
        assert_eq!(first("__2"), Some(Part::BlankYearDay));
        assert_eq!(first(".001"), Some(Part::ZeroMonth));
        assert_eq!(first(",99"), Some(Part::OpenFraction(2)));
    }
}
