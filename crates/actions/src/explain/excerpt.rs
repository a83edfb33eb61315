//! Some lines of a file with a mark under what is wrong.

/// How many lines are shown above and below the marked one.
const AROUND: usize = 2;

/// How much of a line is shown.
const MAX_WIDTH: usize = 160;

/// Lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Excerpt {
    /// The file, and the place in it as far as it is known.
    pub place: String,
    /// The lines, each with its number from 1.
    pub lines: Vec<(usize, String)>,
    /// What is marked.
    pub mark: Mark,
}

/// A mark under a part of one line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The line's number.
    pub line: usize,
    /// How many characters stand before it.
    pub start: usize,
    /// How many characters it spans.
    pub width: usize,
    /// What is said about them.
    pub label: String,
}

impl Excerpt {
    /// The lines around a marked stretch of bytes of one line. A mark without a width goes
    /// under all of the line but the space around it. `None` if there is no such line.
    pub(crate) fn new(
        file: &str,
        text: &str,
        line: usize,
        mark: (usize, usize),
        label: &str,
    ) -> Option<Self> {
        let shown = text.lines().nth(line.checked_sub(1)?)?;
        let (start, width) = if mark.1 == 0 {
            let start = shown.len() - shown.trim_start().len();
            (start, shown.trim().len())
        } else {
            mark
        };
        let before = shown.get(..start).unwrap_or(shown);
        let marked = shown.get(start..start + width).unwrap_or_default();
        let first = line.saturating_sub(AROUND).max(1);
        let lines = text.lines().enumerate().skip(first - 1);
        let lines: Vec<(usize, String)> = lines
            .take(line + AROUND + 1 - first)
            .map(|(index, text)| (index + 1, tame(text)))
            .collect();
        let place = match mark.1 {
            0 => format!("{file}:{line}"),
            _ => format!("{file}:{line}:{}", before.chars().count() + 1),
        };
        Some(Self {
            place,
            lines: without_blank_ends(lines, line),
            mark: Mark {
                line,
                start: before.chars().count(),
                width: marked.chars().count().max(1),
                label: tame(label),
            },
        })
    }

    /// The same with another word for the place.
    pub(crate) fn called(mut self, place: String) -> Self {
        self.place = place;
        self
    }
}

/// Blank lines at the ends tell nothing.
fn without_blank_ends(mut lines: Vec<(usize, String)>, marked: usize) -> Vec<(usize, String)> {
    let is_blank = |(number, text): &(usize, String)| *number != marked && text.trim().is_empty();
    while lines.last().is_some_and(is_blank) {
        lines.pop();
    }
    let kept = lines.iter().position(|line| !is_blank(line)).unwrap_or(0);
    lines.split_off(kept)
}

/// What strangers wrote, on one line: nothing that steers a terminal, not too much of it.
/// Tabs become one space, so that marks stay under what they mean.
pub(crate) fn tame(text: &str) -> String {
    let letter = |c: char| match c {
        '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        c => c,
    };
    let mut shown: String = text.chars().take(MAX_WIDTH).map(letter).collect();
    if text.chars().nth(MAX_WIDTH).is_some() {
        shown.push('…');
    }
    shown
}

/// The stretch of bytes of a line that a node takes, where its column (from 1) is somewhere in
/// it, as Go's are. Without the node, what stands at the column up to the next space or brace.
pub(crate) fn node_at(line: &str, column: usize, node: &str) -> (usize, usize) {
    let Some(at) = column.checked_sub(1).filter(|at| *at <= line.len()) else {
        return (0, 0);
    };
    let first = node.lines().next().unwrap_or_default();
    if !first.is_empty() {
        let found = line
            .match_indices(first)
            .find(|(start, _)| (*start..=*start + first.len()).contains(&at));
        if let Some((start, _)) = found {
            return (start, first.len());
        }
    }
    let rest = line.get(at..).unwrap_or_default();
    let end = rest.find([' ', '\t', '}', ')', '|']);
    (at, end.unwrap_or(rest.len()).max(1))
}

/// Narrows a node to the name that leads nowhere: the last of `names`, which stand in it one
/// after the other.
pub(crate) fn name_in(line: &str, node: (usize, usize), names: &[Box<str>]) -> (usize, usize) {
    let mut found = node;
    let end = node.0 + node.1;
    let mut from = node.0;
    for name in names {
        let dotted = format!(".{name}");
        let Some(at) = line.get(from..end).and_then(|rest| rest.find(&dotted)) else {
            return node;
        };
        found = (from + at + 1, name.len());
        from = found.0 + found.1;
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nodes_are_found_around_their_column() {
        let line = "a: {{ .Values.image.tag | quote }} {{ .Values.image.tag }}";
        let node = node_at(line, 14, ".Values.image.tag");
        assert_eq!(node, (6, 17));
        let names = ["Values".into(), "image".into()];
        assert_eq!(name_in(line, node, &names), (14, 5));
        assert_eq!(node_at(line, 46, ".Values.image.tag").0, 38);
        assert_eq!(node_at(line, 27, "nonsense"), (26, 5));
        assert_eq!(node_at(line, 400, "x"), (0, 0));
    }

    #[test]
    fn lines_around_a_mark() {
        let text = "\n\nfirst\nsecond ünd\nthird\n\n";
        let excerpt = Excerpt::new("f", text, 4, (9, 2), "here").expect("a line");
        assert_eq!(excerpt.place, "f:4:9");
        assert_eq!(excerpt.lines.len(), 3);
        assert_eq!((excerpt.mark.start, excerpt.mark.width), (8, 2));
        assert!(Excerpt::new("f", text, 40, (0, 0), "").is_none());
    }
}
