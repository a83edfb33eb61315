//! The drafts of the standard: their names, where they keep subschemas, their meta-schemas.

use std::sync::{Arc, LazyLock};

use crate::documents::Store;
use crate::node::Node;
use crate::schema::Program;

/// A draft of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Draft {
    D4,
    D6,
    D7,
    D2019,
    D2020,
}

/// What a keyword holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Holds {
    /// A schema.
    One,
    /// Schemas by name.
    Map,
    /// A list of schemas.
    List,
    /// A schema or a list of them.
    OneOrList,
}

/// The keywords that hold subschemas, and the draft that brought them.
const SUBSCHEMAS: &[(&str, Holds, Draft)] = &[
    ("definitions", Holds::Map, Draft::D4),
    ("not", Holds::One, Draft::D4),
    ("allOf", Holds::List, Draft::D4),
    ("anyOf", Holds::List, Draft::D4),
    ("oneOf", Holds::List, Draft::D4),
    ("properties", Holds::Map, Draft::D4),
    ("additionalProperties", Holds::One, Draft::D4),
    ("patternProperties", Holds::Map, Draft::D4),
    ("items", Holds::OneOrList, Draft::D4),
    ("additionalItems", Holds::One, Draft::D4),
    ("dependencies", Holds::Map, Draft::D4),
    ("propertyNames", Holds::One, Draft::D6),
    ("contains", Holds::One, Draft::D6),
    ("if", Holds::One, Draft::D7),
    ("then", Holds::One, Draft::D7),
    ("else", Holds::One, Draft::D7),
    ("$defs", Holds::Map, Draft::D2019),
    ("dependentSchemas", Holds::Map, Draft::D2019),
    ("unevaluatedProperties", Holds::One, Draft::D2019),
    ("unevaluatedItems", Holds::One, Draft::D2019),
    ("contentSchema", Holds::One, Draft::D2019),
    ("prefixItems", Holds::List, Draft::D2020),
];

static META: [LazyLock<Program>; 5] = [
    LazyLock::new(|| Draft::D4.compile_meta()),
    LazyLock::new(|| Draft::D6.compile_meta()),
    LazyLock::new(|| Draft::D7.compile_meta()),
    LazyLock::new(|| Draft::D2019.compile_meta()),
    LazyLock::new(|| Draft::D2020.compile_meta()),
];

impl Draft {
    /// The draft of a schema that does not say.
    pub(crate) const LATEST: Self = Self::D2020;

    /// The draft a `$schema` names, be it with `http` or `https`.
    pub(crate) fn from_url(url: &str) -> Option<Self> {
        let (url, fragment) = crate::pointer::split(url);
        if !fragment.is_empty() {
            return None;
        }
        let rest = url
            .strip_prefix("http://")
            .or_else(|| url.strip_prefix("https://"));
        match rest.unwrap_or(url).strip_prefix("json-schema.org/")? {
            "schema" => Some(Self::LATEST),
            "draft/2020-12/schema" => Some(Self::D2020),
            "draft/2019-09/schema" => Some(Self::D2019),
            "draft-07/schema" => Some(Self::D7),
            "draft-06/schema" => Some(Self::D6),
            "draft-04/schema" => Some(Self::D4),
            _ => None,
        }
    }

    fn url(self) -> &'static str {
        match self {
            Self::D4 => "http://json-schema.org/draft-04/schema",
            Self::D6 => "http://json-schema.org/draft-06/schema",
            Self::D7 => "http://json-schema.org/draft-07/schema",
            Self::D2019 => "https://json-schema.org/draft/2019-09/schema",
            Self::D2020 => "https://json-schema.org/draft/2020-12/schema",
        }
    }

    /// The keyword that gives a schema its URL.
    pub(crate) fn id_keyword(self) -> &'static str {
        if self == Self::D4 { "id" } else { "$id" }
    }

    /// The URL that a schema gives itself, without its fragment; may be empty.
    pub(crate) fn id_of(self, schema: &Node) -> &str {
        // In old drafts everything beside a `$ref` is ignored.
        if self < Self::D2019 && schema.get("$ref").is_some() {
            return "";
        }
        let id = schema.get(self.id_keyword()).and_then(Node::as_str);
        crate::pointer::split(id.unwrap_or_default()).0
    }

    /// The keywords that hold subschemas in this draft.
    pub(crate) fn subschemas(self) -> impl Iterator<Item = (&'static str, Holds)> {
        let known = SUBSCHEMAS
            .iter()
            .filter(move |(_, _, since)| *since <= self);
        known.map(|(keyword, holds, _)| (*keyword, *holds))
    }

    /// What a keyword holds in this draft, if that is schemas.
    pub(crate) fn holds(self, keyword: &str) -> Option<Holds> {
        self.subschemas()
            .find(|(known, _)| *known == keyword)
            .map(|(_, holds)| holds)
    }

    /// What all vocabularies of this draft have in their URLs.
    pub(crate) fn vocabulary_prefix(self) -> &'static str {
        match self {
            Self::D2019 => "https://json-schema.org/draft/2019-09/vocab/",
            Self::D2020 => "https://json-schema.org/draft/2020-12/vocab/",
            _ => "",
        }
    }

    /// The names of the vocabularies of this draft.
    pub(crate) fn vocabularies(self) -> &'static [&'static str] {
        match self {
            Self::D2019 => &[
                "core",
                "applicator",
                "validation",
                "meta-data",
                "format",
                "content",
            ],
            Self::D2020 => &[
                "core",
                "applicator",
                "unevaluated",
                "validation",
                "meta-data",
                "format-annotation",
                "format-assertion",
                "content",
            ],
            _ => &[],
        }
    }

    /// The compiled meta-schema.
    pub(crate) fn meta(self) -> &'static Program {
        &META[self as usize]
    }

    fn compile_meta(self) -> Program {
        compile(self.url()).unwrap_or_default()
    }
}

/// Compiles a document of the standard. They are sound; the tests compile all of them.
fn compile(url: &str) -> Option<Program> {
    Store::of_the_standard().compile(url).ok()
}

/// The rules under which a schema is read.
#[derive(Debug, Clone)]
pub(crate) struct Dialect {
    pub(crate) draft: Draft,
    /// The vocabularies that a meta-schema of the author's own requires, with a meta-schema
    /// made of them.
    pub(crate) own: Option<Arc<Vocabularies>>,
}

/// A choice of vocabularies.
#[derive(Debug)]
pub(crate) struct Vocabularies {
    names: Vec<&'static str>,
    meta: Program,
}

impl Vocabularies {
    /// A choice of vocabularies of a draft; the core is always one of them.
    pub(crate) fn new(draft: Draft, names: Vec<&'static str>) -> Self {
        let folder = draft.url().trim_end_matches("schema");
        let documents = names.iter().map(|name| format!("{folder}meta/{name}"));
        let meta = Store::of_the_standard().compile_all(draft, documents.collect());
        Self {
            names,
            meta: meta.unwrap_or_default(),
        }
    }
}

impl Dialect {
    /// The dialect of a draft as it is.
    pub(crate) fn plain(draft: Draft) -> Self {
        Self { draft, own: None }
    }

    /// Whether the keywords of a vocabulary count.
    pub(crate) fn has(&self, vocabulary: &str) -> bool {
        match &self.own {
            Some(own) if self.draft >= Draft::D2019 => own.names.contains(&vocabulary),
            _ => match vocabulary {
                "unevaluated" => self.draft != Draft::D2019,
                "format" | "format-assertion" => self.draft < Draft::D2019,
                _ => true,
            },
        }
    }

    /// The meta-schema of the dialect.
    pub(crate) fn meta(&self) -> &Program {
        match &self.own {
            Some(own) => &own.meta,
            None => self.draft.meta(),
        }
    }
}

/// The documents of the standard, by what follows `json-schema.org/`.
pub(crate) fn standard_document(url: &str) -> Option<&'static [u8]> {
    let path = url
        .strip_prefix("http://json-schema.org/")
        .or_else(|| url.strip_prefix("https://json-schema.org/"))?;
    let text: &str = match path {
        "draft-04/schema" => include_str!("metaschemas/draft-04.json"),
        "draft-06/schema" => include_str!("metaschemas/draft-06.json"),
        "draft-07/schema" => include_str!("metaschemas/draft-07.json"),
        "draft/2019-09/schema" => include_str!("metaschemas/2019-09.json"),
        "draft/2019-09/meta/core" => include_str!("metaschemas/2019-09-core.json"),
        "draft/2019-09/meta/applicator" => include_str!("metaschemas/2019-09-applicator.json"),
        "draft/2019-09/meta/validation" => include_str!("metaschemas/2019-09-validation.json"),
        "draft/2019-09/meta/meta-data" => include_str!("metaschemas/2019-09-meta-data.json"),
        "draft/2019-09/meta/format" => include_str!("metaschemas/2019-09-format.json"),
        "draft/2019-09/meta/content" => include_str!("metaschemas/2019-09-content.json"),
        "schema" | "draft/2020-12/schema" => include_str!("metaschemas/2020-12.json"),
        "draft/2020-12/meta/core" => include_str!("metaschemas/2020-12-core.json"),
        "draft/2020-12/meta/applicator" => include_str!("metaschemas/2020-12-applicator.json"),
        "draft/2020-12/meta/unevaluated" => include_str!("metaschemas/2020-12-unevaluated.json"),
        "draft/2020-12/meta/validation" => include_str!("metaschemas/2020-12-validation.json"),
        "draft/2020-12/meta/meta-data" => include_str!("metaschemas/2020-12-meta-data.json"),
        "draft/2020-12/meta/format-annotation" => {
            include_str!("metaschemas/2020-12-format-annotation.json")
        }
        "draft/2020-12/meta/format-assertion" => {
            include_str!("metaschemas/2020-12-format-assertion.json")
        }
        "draft/2020-12/meta/content" => include_str!("metaschemas/2020-12-content.json"),
        _ => return None,
    };
    Some(text.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_draft_has_its_meta_schema() {
        for draft in [Draft::D4, Draft::D6, Draft::D7, Draft::D2019, Draft::D2020] {
            assert!(draft.meta().len() > 50, "{draft:?}");
            let own = Vocabularies::new(draft, draft.vocabularies().to_vec());
            assert!(draft < Draft::D2019 || own.meta.len() > 50, "{draft:?}");
        }
    }
}
