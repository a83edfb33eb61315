//! A cluster that is not there: for releases that are kept in memory.

use std::convert::Infallible;

use http::{Request, Response, StatusCode};
use kube::Client;
use kube::client::Body;

use crate::Cluster;

/// What it says of itself.
const VERSION: &str = r#"{"major":"1","minor":"37","gitVersion":"v1.37.0"}"#;
/// What it answers to everything else, as an API server would.
const NOT_FOUND: &str = r#"{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Failure","message":"there is no cluster behind the memory driver","reason":"NotFound","code":404}"#;

impl Cluster {
    /// A cluster that tells its version, and has nothing. No request leaves the process.
    ///
    /// HELM: with `HELM_DRIVER=memory` commands that only look at records need no cluster.
    ///
    /// Must be called inside a tokio runtime.
    pub fn pretended() -> Self {
        let service = tower::service_fn(|request: Request<Body>| async move {
            let (code, text) = match request.uri().path() {
                "/version" => (StatusCode::OK, VERSION),
                _ => (StatusCode::NOT_FOUND, NOT_FOUND),
            };
            let mut response = Response::new(Body::from(text.as_bytes().to_vec()));
            *response.status_mut() = code;
            Ok::<_, Infallible>(response)
        });
        Self::with_client(Client::new(service, "default"), "http://localhost")
    }
}

#[cfg(test)]
mod tests {
    use crate::Cluster;

    #[tokio::test]
    async fn it_is_reachable_and_empty() {
        let cluster = Cluster::pretended();
        let version = cluster.check_reachable().await.expect("it answers");
        assert_eq!(version.git_version, "v1.37.0");
        assert!(cluster.discovery().await.is_err());
    }
}
