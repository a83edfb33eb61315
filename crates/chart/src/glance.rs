//! A glance at a chart, without its values and templates.

use pintle_go_value::Map;

use crate::{Data, Want, Watch, in_its_chart};

/// Wants to know that a chart is one, and what its `Chart.yaml` and its lock say: the values and
/// templates of what is read so are of no use.
#[derive(Debug, Clone, Copy)]
pub struct Glance;

impl Watch for Glance {
    fn wants(&self, name: &str) -> Want {
        let inner = in_its_chart(name);
        // What is loaded stands right in a chart's folder; a chart inside may be an archive.
        if !inner.contains('/') || inner.starts_with("charts/") {
            Want::Bytes
        } else {
            Want::Nothing
        }
    }

    fn file(&self, _: &str, _: &Data) {}

    /// Values need not be known, only to be ones.
    fn values(&self, _: &str, data: &Data) -> Option<Map> {
        let text = std::str::from_utf8(data).ok()?;
        let is_one_document = !text.starts_with("---") && !text.contains("\n---");
        let is_map = is_one_document && pintle_go_yaml::outline(text).is_some();
        is_map.then(Map::new)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_map_is_left_to_the_parser() {
        let values = |text: &str| Glance.values("a/values.yaml", &text.as_bytes().into());
        assert!(values("a: 1\n").is_some());
        for text in [
            "- a\n",
            "a\n",
            "a: {b\n",
            "a: 1\n---\nb: 2\n",
            "---\na: 1\n",
        ] {
            assert!(values(text).is_none(), "{text:?}");
        }
    }
}
