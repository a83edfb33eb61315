//! Small repairs of rendered text.

use memchr::memmem;
use pintle_go_value::Str;

const NO_VALUE: &[u8] = b"<no value>";

/// Removes every `<no value>`.
///
/// HELM: Go prints it for a missing key; Helm removes it from the output wherever it stands,
/// even where the chart's author wrote it.
pub(crate) fn without_no_value(mut text: Vec<u8>) -> Vec<u8> {
    let finder = memmem::Finder::new(NO_VALUE);
    let Some(mut found) = finder.find(&text) else {
        return text;
    };
    let mut kept = found;
    loop {
        let rest = found + NO_VALUE.len();
        let length = finder.find(&text[rest..]).unwrap_or(text.len() - rest);
        text.copy_within(rest..rest + length, kept);
        kept += length;
        found = rest + length;
        if found == text.len() {
            text.truncate(kept);
            return text;
        }
    }
}

/// The same for a shared text.
pub(crate) fn shared_without_no_value(text: Str) -> Str {
    if memmem::find(text.as_bytes(), NO_VALUE).is_none() {
        return text;
    }
    without_no_value(text.as_bytes().to_vec()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_goes_everywhere() {
        let text = without_no_value(b"a<no value>b<<no value><no value".to_vec());
        assert_eq!(text, b"ab<<no value");
        assert_eq!(without_no_value(b"<no value><no value>".to_vec()), b"");
        assert_eq!(without_no_value(b"plain".to_vec()), b"plain");
    }
}
