//! An explanation as text, below Helm's.
//!
//! DIFF: Helm explains nothing.

use std::fmt::Write as _;

use pintle_actions::explain::{Excerpt, Explanation};

use super::color::Paint;

/// The whole explanation, ending in a newline.
///
/// ```text
///   --> web/templates/deployment.yaml:3:20
///    |
///  3 |     image: {{ .Values.imge.tag }}
///    |                       ^^^^ .Values.imge is not there
///    |
///    = value: .Values.imge is not set by anything
/// ```
pub fn text(explanation: &Explanation, paint: Paint) -> String {
    let numbers = explanation.excerpts.iter().flat_map(|e| &e.lines);
    let width = numbers.map(|(number, _)| number.to_string().len()).max();
    let gutter = Gutter {
        width: width.unwrap_or(1),
        paint,
    };
    let mut text = String::from("\n");
    for (index, part) in explanation.excerpts.iter().enumerate() {
        if index > 0 {
            let _ = writeln!(text, "{}", gutter.empty());
        }
        excerpt(part, &gutter, &mut text);
    }
    if !explanation.notes.is_empty() && !explanation.excerpts.is_empty() {
        let _ = writeln!(text, "{}", gutter.empty());
    }
    for note in &explanation.notes {
        let topic = paint.head(note.topic.name());
        let sign = paint.frame(&format!("{:width$} =", "", width = gutter.width + 1));
        let _ = writeln!(text, "{sign} {topic}: {}", note.text);
    }
    text
}

struct Gutter {
    width: usize,
    paint: Paint,
}

impl Gutter {
    fn empty(&self) -> String {
        self.paint
            .frame(&format!("{:width$} |", "", width = self.width + 1))
    }

    fn numbered(&self, number: usize) -> String {
        self.paint
            .frame(&format!(" {number:>width$} |", width = self.width))
    }
}

fn excerpt(excerpt: &Excerpt, gutter: &Gutter, text: &mut String) {
    let paint = gutter.paint;
    let arrow = paint.frame(&format!("{:width$}-->", "", width = gutter.width + 1));
    let _ = writeln!(text, "{arrow} {}", excerpt.place);
    let _ = writeln!(text, "{}", gutter.empty());
    for (number, line) in &excerpt.lines {
        let _ = writeln!(
            text,
            "{}",
            format!("{} {line}", gutter.numbered(*number)).trim_end()
        );
        if *number == excerpt.mark.line {
            let mark = "^".repeat(excerpt.mark.width);
            let shown = paint.mark(&format!("{mark} {}", excerpt.mark.label));
            let space = " ".repeat(excerpt.mark.start);
            let _ = writeln!(text, "{} {space}{shown}", gutter.empty());
        }
    }
}
