//! A Markdown table that can also be read on a terminal: columns are padded.

/// Lays out rows under a head. The first column is text, the others end at the right.
pub fn markdown(head: &[&str], rows: &[Vec<String>]) -> String {
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(|cell| cell.chars().count())
            .chain([head[column].chars().count(), 4])
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let head: Vec<String> = head.iter().map(|&cell| cell.to_owned()).collect();
    let mut text = line(&head, &widths);
    for (column, width) in widths.iter().enumerate() {
        let dashes = "-".repeat(width - 1);
        text.push_str(&match column {
            0 => format!("| {dashes}- "),
            _ => format!("| {dashes}: "),
        });
    }
    text.push_str("|\n");
    for row in rows {
        text.push_str(&line(row, &widths));
    }
    text
}

fn line(cells: &[String], widths: &[usize]) -> String {
    let mut text = String::new();
    for (column, (cell, &width)) in cells.iter().zip(widths).enumerate() {
        text.push_str(&match column {
            0 => format!("| {cell:<width$} "),
            _ => format!("| {cell:>width$} "),
        });
    }
    text.push_str("|\n");
    text
}

#[cfg(test)]
mod tests {
    #[test]
    fn columns_are_padded() {
        let rows = [vec!["bitnami".to_owned(), "12".to_owned()]];
        assert_eq!(
            super::markdown(&["source", "n"], &rows),
            "| source  |    n |\n| ------- | ---: |\n| bitnami |   12 |\n"
        );
    }
}
