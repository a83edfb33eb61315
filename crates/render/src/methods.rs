//! The methods of `.Values`, which is a named Go type.

use pintle_go_template::{MapMethods, Parameter};
use pintle_go_value::{Map, MapType, MethodError, Value};
use pintle_values::table::{path_value, table};

/// HELM: `common.Values` has methods, and they come before its keys: a value named `Table`
/// cannot be reached with a dot.
#[derive(Debug)]
pub(crate) struct ValuesMethods;

impl MapMethods for ValuesMethods {
    fn parameters(&self, map_type: MapType, name: &str) -> Option<&'static [Parameter]> {
        if map_type != MapType::Values {
            return None;
        }
        match name {
            "AsMap" | "YAML" => Some(&[]),
            "Table" | "PathValue" => Some(&[Parameter::Str]),
            _ => None,
        }
    }

    fn call(&self, map: &Map, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        let path = arguments.first().and_then(Value::as_str).cloned();
        let path = path.unwrap_or_default();
        let path = path.to_text();
        let failed = |error: pintle_values::Error| MethodError::Failed(error.text().to_owned());
        match name {
            "AsMap" => Ok(Value::Map(map.retyped(MapType::Any))),
            "Table" => {
                let found = table(map, &path).map_err(failed)?;
                Ok(Value::Map(found.retyped(MapType::Values)))
            }
            "PathValue" => path_value(map, &path).map_err(failed),
            "YAML" => pintle_go_yaml::emit(&Value::Map(map.clone()))
                .map(|text| Value::Str(text.into()))
                .map_err(|error| MethodError::Failed(error.to_string())),
            _ => Err(MethodError::NotFound),
        }
    }
}
