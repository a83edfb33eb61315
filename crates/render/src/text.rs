//! Small repairs of rendered text.

use pintle_go_value::Str;

const NO_VALUE: &[u8] = b"<no value>";

/// Removes every `<no value>`.
///
/// HELM: Go prints it for a missing key; Helm removes it from the output wherever it stands,
/// even where the chart's author wrote it.
pub(crate) fn without_no_value(text: Str) -> Str {
    let bytes = text.as_bytes();
    if find(bytes).is_none() {
        return text;
    }
    let mut kept = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = find(rest) {
        kept.extend_from_slice(&rest[..at]);
        rest = &rest[at + NO_VALUE.len()..];
    }
    kept.extend_from_slice(rest);
    kept.into()
}

fn find(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    // `<` is rare in charts: look for it first.
    while let Some(at) = bytes[from..].iter().position(|byte| *byte == b'<') {
        if bytes[from + at..].starts_with(NO_VALUE) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_everywhere() {
        let text = without_no_value("a<no value>b<<no value><no value".into());
        assert_eq!(text, "ab<<no value");
    }
}
