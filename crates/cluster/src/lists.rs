//! Lists, a page at a time; and the plain requests that keep release records.

use http::Method;
use serde_json::{Value, json};

use crate::Cluster;
use crate::client::Call;
use crate::error::{Error, ErrorKind};
use crate::objects::{ResourceKind, escape};

/// Which objects to list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ListOptions {
    /// The namespace; empty for all of them.
    pub namespace: String,
    /// A label selector, such as `owner=helm`.
    pub labels: String,
    /// A field selector, such as `metadata.name=x`.
    pub fields: String,
    /// At most so many a page; 0 for all at once.
    pub page_size: u32,
    /// Metadata alone: names, labels and annotations.
    pub metadata_only: bool,
}

/// One page of a list.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The objects.
    pub items: Vec<Value>,
    /// The state of the cluster it shows: where a watch goes on.
    pub resource_version: String,
    /// Where the next page starts; empty on the last one.
    pub next: String,
}

const METADATA: &str =
    "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json";

impl ListOptions {
    fn path(&self, kind: &ResourceKind, next: &str) -> String {
        let page_size = if self.page_size == 0 {
            String::new()
        } else {
            self.page_size.to_string()
        };
        let query: Vec<String> = [
            ("continue", next),
            ("fieldSelector", &self.fields),
            ("labelSelector", &self.labels),
            ("limit", &page_size),
        ]
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(key, value)| format!("{key}={}", escape(value)))
        .collect();
        let path = kind.path(&self.namespace);
        if query.is_empty() {
            path
        } else {
            format!("{path}?{}", query.join("&"))
        }
    }
}

impl Cluster {
    /// One page of a list; start with `next` empty.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn list_page(
        &self,
        kind: &ResourceKind,
        options: &ListOptions,
        next: &str,
    ) -> Result<Page, Error> {
        let accept = if options.metadata_only {
            METADATA
        } else {
            "application/json"
        };
        let mut list = self
            .json(&Call::get(options.path(kind, next)).accept(accept))
            .await?;
        let text = |pointer: &str| {
            list.pointer(pointer)
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let (resource_version, next) = (
            text("/metadata/resourceVersion"),
            text("/metadata/continue"),
        );
        let items = match list.get_mut("items").map(Value::take) {
            Some(Value::Array(items)) => items,
            Some(Value::Null) | None => Vec::new(),
            Some(_) => {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    "the server's list has items that are no list",
                ));
            }
        };
        Ok(Page {
            items,
            resource_version,
            next,
        })
    }

    /// All objects of a list, page by page.
    ///
    /// GO: a list that takes so long that the server forgot where it was starts again, whole.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn list(
        &self,
        kind: &ResourceKind,
        options: &ListOptions,
    ) -> Result<Vec<Value>, Error> {
        let mut items = Vec::new();
        let mut next = String::new();
        loop {
            let page = match self.list_page(kind, options, &next).await {
                Err(error) if error.code() == Some(410) && !next.is_empty() => {
                    let whole = ListOptions {
                        page_size: 0,
                        ..options.clone()
                    };
                    return Ok(self.list_page(kind, &whole, "").await?.items);
                }
                page => page?,
            };
            items.extend(page.items);
            if page.next.is_empty() {
                return Ok(items);
            }
            next = page.next;
        }
    }

    /// Reads one object of a known kind; none when there is none.
    pub async fn read_object(
        &self,
        kind: &ResourceKind,
        namespace: &str,
        name: &str,
    ) -> Result<Option<Value>, Error> {
        self.get_at(&kind.object_path(namespace, name)).await
    }

    /// Creates one object of a known kind, as it is.
    pub async fn create_object(
        &self,
        kind: &ResourceKind,
        namespace: &str,
        body: &Value,
    ) -> Result<Value, Error> {
        let call = Call::send(Method::POST, kind.path(namespace), "application/json", body);
        self.json(&call).await
    }

    /// Replaces one object of a known kind.
    pub async fn replace_object(
        &self,
        kind: &ResourceKind,
        namespace: &str,
        name: &str,
        body: &Value,
    ) -> Result<Value, Error> {
        let call = Call::send(
            Method::PUT,
            kind.object_path(namespace, name),
            "application/json",
            body,
        );
        self.json(&call).await
    }

    /// Deletes one object of a known kind; `false` when there was none.
    pub async fn delete_object(
        &self,
        kind: &ResourceKind,
        namespace: &str,
        name: &str,
    ) -> Result<bool, Error> {
        let call = Call::send(
            Method::DELETE,
            kind.object_path(namespace, name),
            "application/json",
            &json!({}),
        );
        match self.json(&call).await {
            Ok(_) => Ok(true),
            Err(error) if error.is_not_found() => Ok(false),
            Err(error) => Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::objects::GroupVersionKind;

    #[test]
    fn selectors_are_escaped() {
        let secrets = ResourceKind {
            gvk: GroupVersionKind::new("", "v1", "Secret"),
            plural: "secrets".into(),
            namespaced: true,
            watchable: true,
        };
        let options = ListOptions {
            namespace: "ns".into(),
            labels: "name=x,owner=helm".into(),
            page_size: 100,
            ..ListOptions::default()
        };
        assert_eq!(
            options.path(&secrets, "abc="),
            "/api/v1/namespaces/ns/secrets?continue=abc%3D&labelSelector=name%3Dx%2Cowner%3Dhelm&limit=100"
        );
    }
}
