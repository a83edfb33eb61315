//! `.Files`: the chart's files that are neither templates nor metadata.

use std::any::Any;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pintle_chart::{Data, File};
use pintle_go_value::{Kind, List, Map, MapType, MethodError, Object, Str, Value};

use crate::glob::Glob;

/// A map of file names to bytes with the methods Helm gives it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Files {
    by_name: BTreeMap<Str, Data>,
}

impl Files {
    pub fn new(files: &[File]) -> Self {
        let by_name = files
            .iter()
            .map(|file| (Str::from(file.name.as_str()), file.data.clone()))
            .collect();
        Self { by_name }
    }

    fn get(&self, name: &Str) -> Arc<[u8]> {
        self.by_name.get(name).map(Data::shared).unwrap_or_default()
    }

    /// HELM: a malformed pattern matches nothing.
    fn glob(&self, pattern: &Str) -> Self {
        let Some(glob) = Glob::compile(&pattern.to_text()) else {
            return Self::default();
        };
        let by_name = self
            .by_name
            .iter()
            .filter(|(name, _)| glob.matches(&name.to_text()))
            .map(|(name, data)| (name.clone(), data.clone()))
            .collect();
        Self { by_name }
    }

    /// HELM: one newline at the end does not make a line of its own.
    fn lines(&self, name: &Str) -> List {
        let data = self.get(name);
        if data.is_empty() {
            return List::strings(Vec::<Str>::new());
        }
        let text = data.strip_suffix(b"\n").unwrap_or(&data);
        List::strings(text.split(|byte| *byte == b'\n'))
    }

    /// A YAML map from base names to what `encode` makes of the contents; of files with the
    /// same base name the last one stays.
    fn as_yaml(&self, encode: impl Fn(&Data) -> Str) -> Str {
        let map = Map::typed(MapType::Str);
        for (name, data) in &self.by_name {
            let base = name.as_bytes().rsplit(|b| *b == b'/').next();
            map.set(base.unwrap_or_default(), Value::Str(encode(data)));
        }
        pintle_go_yaml::emit(&Value::Map(map)).map_or_else(
            |_| Str::empty(),
            |text| text.strip_suffix(b"\n").unwrap_or(&text).into(),
        )
    }
}

impl Object for Files {
    fn type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed("engine.files")
    }

    fn kind(&self) -> Kind {
        Kind::Map
    }

    fn has_method(&self, name: &str) -> bool {
        matches!(
            name,
            "Get" | "GetBytes" | "Glob" | "Lines" | "AsConfig" | "AsSecrets"
        )
    }

    fn parameters(&self, method: &str) -> Option<&'static [Kind]> {
        match method {
            "Get" | "GetBytes" | "Glob" | "Lines" => Some(&[Kind::String]),
            "AsConfig" | "AsSecrets" => Some(&[]),
            _ => None,
        }
    }

    fn call(&self, name: &str, arguments: &[Value]) -> Result<Value, MethodError> {
        match (name, arguments) {
            ("AsConfig", []) => Ok(self.as_yaml(|data| Str::from(data.shared())).into()),
            ("AsSecrets", []) => Ok(self.as_yaml(|data| STANDARD.encode(data).into()).into()),
            ("AsConfig" | "AsSecrets", _) => Err(MethodError::ArgumentCount(0, arguments.len())),
            ("Get" | "GetBytes" | "Glob" | "Lines", [Value::Str(name_or_pattern)]) => {
                Ok(match name {
                    "Get" => Value::Str(Str::from(self.get(name_or_pattern))),
                    "GetBytes" => Value::Bytes(self.get(name_or_pattern)),
                    "Glob" => Value::Object(Arc::new(self.glob(name_or_pattern))),
                    _ => Value::List(self.lines(name_or_pattern)),
                })
            }
            ("Get" | "GetBytes" | "Glob" | "Lines", _) => {
                Err(MethodError::ArgumentCount(1, arguments.len()))
            }
            _ => Err(MethodError::NotFound),
        }
    }

    fn underlying(&self) -> Option<Value> {
        let entries = self
            .by_name
            .iter()
            .map(|(name, data)| (name.clone(), Value::Bytes(data.shared())));
        Some(Value::Map(Map::from_entries(MapType::Bytes, entries)))
    }

    fn is_true(&self) -> bool {
        !self.by_name.is_empty()
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}
