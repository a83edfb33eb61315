//! Logs of the pods of hooks and tests.

use serde_json::Value;

use crate::client::Call;
use crate::error::Error;
use crate::objects::{GroupVersionKind, Resource, escape};
use crate::{Cluster, ListOptions};

/// What one container wrote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContainerLog {
    /// The pod.
    pub pod: String,
    /// The container.
    pub container: String,
    /// The text.
    pub text: String,
}

impl Cluster {
    /// What a container wrote so far.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn container_log(
        &self,
        namespace: &str,
        pod: &str,
        container: &str,
    ) -> Result<String, Error> {
        let path = format!(
            "/api/v1/namespaces/{}/pods/{}/log?container={}",
            escape(namespace),
            escape(pod),
            escape(container)
        );
        let bytes = self
            .bytes(&Call::get(path).accept("application/json, */*"))
            .await?;
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// What the pods of a hook wrote: those of a Job, or the pod itself. Nothing for other kinds.
    ///
    /// # Errors
    /// The server's own text.
    pub async fn hook_logs(&self, hook: &Resource) -> Result<Vec<ContainerLog>, Error> {
        let name = &hook.name;
        let options = match hook.kind.gvk.kind.as_str() {
            "Job" => ListOptions {
                namespace: hook.namespace.clone(),
                labels: format!("job-name={name}"),
                ..ListOptions::default()
            },
            "Pod" => ListOptions {
                namespace: hook.namespace.clone(),
                fields: format!("metadata.name={name}"),
                ..ListOptions::default()
            },
            _ => return Ok(Vec::new()),
        };
        let kind = self
            .kind_of(&GroupVersionKind::new("", "v1", "Pod"))
            .await?;
        let mut logs = Vec::new();
        for pod in self.list(&kind, &options).await? {
            let containers = containers(&pod, "containers");
            logs.extend(self.logs_of(&hook.namespace, &pod, containers).await?);
        }
        Ok(logs)
    }

    /// What all containers of a test's pod wrote, those that initialise it first.
    ///
    /// # Errors
    /// `unable to get pod logs for NAME: …`
    pub async fn test_logs(&self, namespace: &str, pod: &str) -> Result<Vec<ContainerLog>, Error> {
        let failed = |error: Error| error.context(format!("unable to get pod logs for {pod}"));
        let kind = self
            .kind_of(&GroupVersionKind::new("", "v1", "Pod"))
            .await
            .map_err(failed)?;
        let Some(object) = self
            .read_object(&kind, namespace, pod)
            .await
            .map_err(failed)?
        else {
            return Ok(Vec::new());
        };
        let mut names = containers(&object, "initContainers");
        names.extend(containers(&object, "containers"));
        self.logs_of(namespace, &object, names)
            .await
            .map_err(failed)
    }

    async fn logs_of(
        &self,
        namespace: &str,
        pod: &Value,
        names: Vec<String>,
    ) -> Result<Vec<ContainerLog>, Error> {
        let pod = pod
            .pointer("/metadata/name")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let logs = names.into_iter().map(|container| async move {
            let text = self.container_log(namespace, pod, &container).await?;
            Ok(ContainerLog {
                pod: pod.to_owned(),
                container,
                text,
            })
        });
        futures::future::try_join_all(logs).await
    }
}

fn containers(pod: &Value, list: &str) -> Vec<String> {
    let containers = pod
        .pointer(&format!("/spec/{list}"))
        .and_then(Value::as_array);
    let names = containers
        .into_iter()
        .flatten()
        .filter_map(|container| container.get("name")?.as_str());
    names.map(str::to_owned).collect()
}
