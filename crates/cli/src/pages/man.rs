//! Pages for `man`, in the language of its macros.

use super::Page;
use crate::args::help::{Row, all_rows, own_rows};

/// The name and the text of a page.
pub fn page(page: &Page<'_>) -> (String, String) {
    let found = page.found;
    let name = page.words(found, "-");
    let program = page.program;
    let mut text = format!(
        ".TH \"{}\" \"1\" \"\" \"{program} {}\" \"\"\n",
        name.to_uppercase(),
        env!("CARGO_PKG_VERSION")
    );
    text += &section(
        "NAME",
        &format!("{} - {}\n", plain(&name), plain(found.command.about)),
    );
    let usage = if found.command.run.is_some() {
        found.use_line(program)
    } else {
        format!("{} [command]", found.path_text(program))
    };
    text += &section("SYNOPSIS", &format!("\\fB{}\\fP\n", plain(&usage)));
    text += &section("DESCRIPTION", &verbatim(&page.long()));
    text += &section("OPTIONS", &rows(&own_rows(found, program, page.settings)));
    if !found.path.is_empty() {
        let inherited = rows(&all_rows(page.settings));
        text += &section("OPTIONS INHERITED FROM PARENT COMMANDS", &inherited);
    }
    if let Some(examples) = page.examples() {
        text += &section("EXAMPLE", &verbatim(&examples));
    }
    let related = page.related();
    let links: Vec<String> = related
        .iter()
        .map(|other| format!("\\fB{}\\fP(1)", plain(&page.words(other, "-"))))
        .collect();
    if !links.is_empty() {
        text += &section("SEE ALSO", &format!("{}\n", links.join(",\n")));
    }
    (format!("{name}.1"), text)
}

fn section(title: &str, text: &str) -> String {
    format!(".SH {title}\n{text}")
}

/// Lines that stay as they are.
fn verbatim(text: &str) -> String {
    format!(".nf\n{}\n.fi\n", plain(text))
}

fn rows(rows: &[Row]) -> String {
    let row = |row: &Row| {
        format!(
            ".TP\n\\fB{}\\fP\n{}\n",
            plain(row.head.trim()),
            plain(&row.help)
        )
    };
    rows.iter().map(row).collect()
}

/// Text in which nothing is a command of the language, and in which signs stay what people copy.
fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    for line in text.split('\n') {
        if !plain.is_empty() {
            plain.push('\n');
        }
        if line.starts_with(['.', '\'']) {
            plain.push_str("\\&");
        }
        for sign in line.chars() {
            match sign {
                '\\' => plain.push_str("\\e"),
                '-' => plain.push_str("\\-"),
                '\'' => plain.push_str("\\(aq"),
                '`' => plain.push_str("\\(ga"),
                '^' => plain.push_str("\\(ha"),
                '~' => plain.push_str("\\(ti"),
                other if other.is_ascii() => plain.push(other),
                other => plain += &format!("\\[u{:04X}]", u32::from(other)),
            }
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::plain;

    #[test]
    fn text_is_no_command() {
        assert_eq!(
            plain(".SH x\n'a\n-b\\n`c`─"),
            "\\&.SH x\n\\&\\(aqa\n\\-b\\en\\(gac\\(ga\\[u2500]"
        );
    }

    #[test]
    fn empty_lines_in_front_stay() {
        assert_eq!(plain("a\n\nb"), "a\n\nb");
    }
}
