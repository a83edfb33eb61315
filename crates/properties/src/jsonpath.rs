//! JSONPath templates.

use pintle_go_value::compare::deep_equal;
use pintle_jsonpath::JsonPath;

use crate::parts;

/// A template parses or does not, and prints the same every time, ends, and leaves the values
/// as they are. The input is a template and the YAML of the values.
pub(crate) fn print(input: &[u8]) {
    let text = parts::text(input);
    let [template, yaml] = parts::split(&text);
    let parsed = JsonPath::parse(template);
    let again = JsonPath::parse(template);
    assert_eq!(format!("{parsed:?}"), format!("{again:?}"), "parsed twice");
    let path = match parsed {
        Ok(path) => path,
        Err(error) => {
            assert!(!error.is_empty() && template.contains('{'), "{error}");
            return;
        }
    };
    let values = || pintle_go_yaml::parse(yaml.as_bytes()).unwrap_or_default();
    let first = values();
    let printed = path.print(&first);
    assert!(deep_equal(&first, &values()), "printing changes nothing");
    assert_eq!(printed, path.print(&first), "printed twice");
    assert_eq!(printed, path.print(&values()), "printed of a copy");
    if !template.contains('{') {
        assert_eq!(printed, template.as_bytes(), "text stands for itself");
    }
}
