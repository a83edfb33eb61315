//! A Markdown table that can also be read on a terminal: columns are padded.

/// Lays out rows under a head. Columns of figures end at the right.
pub fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let columns: Vec<Column> = (0..head.len())
        .map(|at| {
            let cells = rows.iter().filter_map(|row| row.get(at));
            let width = cells.clone().map(|cell| cell.chars().count());
            Column {
                figures: cells.clone().next().is_some()
                    && cells.clone().all(|cell| is_figure(cell)),
                width: width
                    .chain([head[at].chars().count(), 4])
                    .max()
                    .unwrap_or(4),
            }
        })
        .collect();
    let mut text = line(head.iter().copied(), &columns);
    for column in &columns {
        let dashes = "-".repeat(column.width - 1);
        let last = if column.figures { ':' } else { '-' };
        text.push_str(&format!("| {dashes}{last} "));
    }
    text.push_str("|\n");
    for row in rows {
        text.push_str(&line(row.iter().map(String::as_str), &columns));
    }
    text
}

struct Column {
    figures: bool,
    width: usize,
}

fn is_figure(cell: &str) -> bool {
    cell == "-" || cell.starts_with(|c: char| c.is_ascii_digit())
}

fn line<'a>(cells: impl Iterator<Item = &'a str>, columns: &[Column]) -> String {
    let mut text = String::new();
    for (cell, Column { figures, width }) in cells.zip(columns) {
        text.push_str(&if *figures {
            format!("| {cell:>width$} ")
        } else {
            format!("| {cell:<width$} ")
        });
    }
    text.push_str("|\n");
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_padded() {
        let row = |source: &str, count: &str| vec![source.to_owned(), count.to_owned()];
        assert_eq!(
            super::markdown(&["source", "n"], &[row("bitnami", "12"), row("all", "3")]),
            "| source  |    n |\n| ------- | ---: |\n| bitnami |   12 |\n| all     |    3 |\n"
        );
    }
}
