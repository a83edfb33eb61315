//! One input that holds several texts.

/// A line of its own that ends one text and begins the next.
const BETWEEN: &str = "\n====\n";

/// The input as text: what is no UTF-8 becomes something else.
pub(crate) fn text(input: &[u8]) -> String {
    String::from_utf8_lossy(input).into_owned()
}

/// The texts of an input; those that are missing are empty.
pub(crate) fn split<const N: usize>(text: &str) -> [&str; N] {
    let mut parts = text.splitn(N, BETWEEN);
    std::array::from_fn(|_| parts.next().unwrap_or_default())
}

/// Files, each with its name in the first line.
pub(crate) fn files(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split(BETWEEN)
        .map(|part| part.split_once('\n').unwrap_or((part, "")))
}
