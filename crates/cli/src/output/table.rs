//! Tables as Helm's table library lays them out: cells padded to the width of their column,
//! the last one too, and separated by a TAB; a text of one line is never cut off.

/// A table under construction.
#[derive(Debug, Clone, Default)]
pub struct Table {
    rows: Vec<Vec<String>>,
    /// The widest that a column may be; any width for none.
    widest: Option<usize>,
}

impl Table {
    /// An empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty table whose columns are not wider than this; 0 for any width.
    pub fn within(widest: usize) -> Self {
        Self {
            widest: (widest > 0).then_some(widest),
            ..Self::default()
        }
    }

    /// Adds a row.
    pub fn row<I: IntoIterator<Item: Into<String>>>(&mut self, cells: I) {
        self.rows.push(cells.into_iter().map(Into::into).collect());
    }

    /// The text of the table. A cell with several lines makes its row as high.
    pub fn render(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widths: Vec<usize> = (0..columns).map(|column| self.width_of(column)).collect();
        let mut text = String::new();
        for row in &self.rows {
            let cells: Vec<String> = row
                .iter()
                .zip(&widths)
                .map(|(cell, width)| shortened(cell, *width))
                .collect();
            let height = cells.iter().map(|cell| cell.split('\n').count()).max();
            for line in 0..height.unwrap_or(1) {
                let cells: Vec<String> = cells
                    .iter()
                    .zip(&widths)
                    .map(|(cell, width)| padded(cell.split('\n').nth(line).unwrap_or(""), *width))
                    .collect();
                text.push_str(&cells.join("\t"));
                text.push('\n');
            }
        }
        text
    }

    fn width_of(&self, column: usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        cells
            .flat_map(|cell| cell.split('\n'))
            .map(width)
            .max()
            .unwrap_or(0)
            .min(self.widest.unwrap_or(usize::MAX))
    }
}

/// HELM: a column is as wide as its longest line, but a cell whose lines together are wider
/// than that is cut off.
fn shortened(cell: &str, to: usize) -> String {
    if width(cell) <= to {
        return cell.to_owned();
    }
    let room = to.saturating_sub(3);
    let mut used = 0;
    let mut text = String::new();
    for character in cell.chars() {
        text.push(character);
        used += columns_of(character);
        if used >= room {
            break;
        }
    }
    text + "..."
}

fn padded(text: &str, to: usize) -> String {
    format!("{text}{}", " ".repeat(to.saturating_sub(width(text))))
}

/// How many columns a text takes in a terminal: escape sequences and combining marks none,
/// East Asian wide characters and emoji two.
pub fn width(text: &str) -> usize {
    let mut columns = 0;
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character == '\u{1b}' {
            characters.find(char::is_ascii_alphabetic);
            continue;
        }
        columns += columns_of(character);
    }
    columns
}

fn columns_of(character: char) -> usize {
    match u32::from(character) {
        0..0x20 | 0x7f..0xa0 | 0x300..=0x36f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f
        | 0x2e80..=0x303e
        | 0x3041..=0xa4cf
        | 0xac00..=0xd7a3
        | 0xf900..=0xfaff
        | 0xfe30..=0xfe6f
        | 0xff00..=0xff60
        | 0xffe0..=0xffe6
        | 0x1f300..=0x1f64f
        | 0x1f680..=0x1f6ff
        | 0x1f900..=0x1f9ff
        | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, width};

    // `helm-4.3.1 history` of a release whose description is `a\nb c\n`.
    #[test]
    fn cells_are_padded_and_may_have_several_lines() {
        let mut table = Table::new();
        table.row(["REVISION", "CHART", "DESCRIPTION"]);
        table.row(["1", "日本-0.1.0", "a\nb c\n"]);
        assert_eq!(
            table.render(),
            "REVISION\tCHART     \tDESCRIPTION\n\
             1       \t日本-0.1.0\ta          \n        \t          \tb c        \n        \t          \t           \n"
        );
    }

    // `helm-4.3.1 history` of a release whose upgrade timed out.
    #[test]
    fn a_cell_of_long_lines_is_cut_off() {
        let mut table = Table::new();
        table.row(["REVISION", "DESCRIPTION"]);
        table.row([
            "1",
            "Pod is in the Pending phase\ncontext deadline exceeded",
        ]);
        assert_eq!(
            table.render(),
            "REVISION\tDESCRIPTION                \n1       \tPod is in the Pending ph...\n"
        );
    }

    // `helm-4.3.1 history` of a release whose description is `first\nsecond\twith tab\n`.
    #[test]
    fn several_long_lines_are_cut_off() {
        let mut table = Table::new();
        table.row(["1", "first\nsecond\twith tab\n"]);
        assert_eq!(table.render(), "1\tfirst         \n \tsecond...     \n");
    }

    #[test]
    fn widths_are_those_of_a_terminal() {
        assert_eq!(width("\u{1b}[1mNAME\u{1b}[22m"), 4);
        assert_eq!(width("e\u{301}"), 1);
        assert_eq!(width("😀"), 2);
    }
}
