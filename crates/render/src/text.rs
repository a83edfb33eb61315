//! Small repairs of rendered text.

use memchr::memmem;
use pintle_go_value::Str;

const NO_VALUE: &[u8] = b"<no value>";

/// Removes every `<no value>`.
///
/// HELM: Go prints it for a missing key; Helm removes it from the output wherever it stands,
/// even where the chart's author wrote it.
pub(crate) fn remove_no_value(text: &mut Vec<u8>) {
    let finder = memmem::Finder::new(NO_VALUE);
    let Some(mut found) = finder.find(text) else {
        return;
    };
    let mut kept = found;
    while found < text.len() {
        let rest = found + NO_VALUE.len();
        let length = finder.find(&text[rest..]).unwrap_or(text.len() - rest);
        text.copy_within(rest..rest + length, kept);
        kept += length;
        found = rest + length;
    }
    text.truncate(kept);
}

/// The same for a shared text.
pub(crate) fn shared_without_no_value(text: Str) -> Str {
    if memmem::find(text.as_bytes(), NO_VALUE).is_none() {
        return text;
    }
    let mut text = text.as_bytes().to_vec();
    remove_no_value(&mut text);
    text.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_everywhere() {
        for (before, after) in [
            ("a<no value>b<<no value><no value", "ab<<no value"),
            ("<no value><no value>", ""),
            ("plain", "plain"),
            ("", ""),
        ] {
            assert_eq!(shared_without_no_value(before.into()), after);
        }
    }
}
