//! The flags that every command takes.

use super::{Flag, Kind};

/// `--help`
pub static HELP: Flag = Flag::switch("help", "show this help").short('h');

/// `--namespace`
pub static NAMESPACE: Flag = Flag::text("namespace", "namespace of the release")
    .short('n')
    .default_from(|settings| settings.namespace.clone());
/// `--debug`
pub static DEBUG: Flag = Flag::switch("debug", "tell more: debug log lines and more output")
    .default_from(|settings| settings.debug.to_string());
/// `--color`
pub static COLOR: Flag = Flag::text("color", "colored output: never, auto or always")
    .default_from(|settings| settings.color.clone());
/// `--colour`
pub static COLOUR: Flag =
    Flag::text("colour", "the same as --color").default_from(|settings| settings.color.clone());
/// `--burst-limit`
pub static BURST_LIMIT: Flag = Flag::new(
    "burst-limit",
    Kind::Int,
    "how many requests may go to the API server at once before they are spread out; -1 for any number",
)
.default_from(|settings| settings.burst_limit.to_string());
/// `--qps`
pub static QPS: Flag = Flag::new(
    "qps",
    Kind::Float,
    "requests to the API server in a second once the burst limit is reached; 0 for the default",
)
.default_from(|settings| settings.qps.to_string());
/// `--kubeconfig`
pub static KUBECONFIG: Flag = Flag::text("kubeconfig", "path of the kubeconfig file");
/// `--kube-context`
pub static KUBE_CONTEXT: Flag = Flag::text("kube-context", "context of the kubeconfig file to use")
    .default_from(|settings| settings.kube.context.clone());
/// `--kube-apiserver`
pub static KUBE_APISERVER: Flag = Flag::text(
    "kube-apiserver",
    "address and port of the Kubernetes API server",
)
.default_from(|settings| settings.kube.server.clone());
/// `--kube-as-user`
pub static KUBE_AS_USER: Flag = Flag::text("kube-as-user", "user to act as")
    .default_from(|settings| settings.kube.as_user.clone());
/// `--kube-as-group`
pub static KUBE_AS_GROUP: Flag = Flag::new(
    "kube-as-group",
    Kind::Array,
    "group to act as; may be given several times",
)
.default_from(|settings| {
    let groups = settings.kube.as_groups.join(",");
    if groups.is_empty() {
        groups
    } else {
        format!("[{groups}]")
    }
});
/// `--kube-ca-file`
pub static KUBE_CA_FILE: Flag = Flag::text(
    "kube-ca-file",
    "file with the certificate authority of the Kubernetes API server",
)
.default_from(|settings| settings.kube.ca_file.clone());
/// `--kube-insecure-skip-tls-verify`
pub static KUBE_INSECURE: Flag = Flag::switch(
    "kube-insecure-skip-tls-verify",
    "do not check the certificate of the Kubernetes API server: anybody on the way can read and change what is sent",
)
.default_from(|settings| settings.kube.insecure.to_string());
/// `--kube-tls-server-name`
pub static KUBE_TLS_SERVER_NAME: Flag = Flag::text(
    "kube-tls-server-name",
    "name to expect in the certificate of the Kubernetes API server (default: the host name it is reached by)",
)
.default_from(|settings| settings.kube.tls_server_name.clone());
/// `--kube-token`
///
/// DIFF: Helm's help shows the token of the environment as the default. A secret is not shown.
pub static KUBE_TOKEN: Flag =
    Flag::text("kube-token", "bearer token for the Kubernetes API server");
/// `--content-cache`
pub static CONTENT_CACHE: Flag = Flag::text(
    "content-cache",
    "folder for downloaded charts and other content",
)
.default_from(|settings| settings.paths.content_cache.clone());
/// `--registry-config`
pub static REGISTRY_CONFIG: Flag = Flag::text(
    "registry-config",
    "file with the credentials for OCI registries",
)
.default_from(|settings| settings.paths.registry_config.clone());
/// `--repository-cache`
pub static REPOSITORY_CACHE: Flag = Flag::text(
    "repository-cache",
    "folder for the indexes of chart repositories",
)
.default_from(|settings| settings.paths.repository_cache.clone());
/// `--repository-config`
pub static REPOSITORY_CONFIG: Flag = Flag::text(
    "repository-config",
    "file with the names and URLs of chart repositories",
)
.default_from(|settings| settings.paths.repository_config.clone());

/// `--sandbox`
pub static SANDBOX: Flag = Flag::switch(
    "sandbox",
    "use the sandbox on this machine instead of a cluster, and start it when need be",
)
.default_from(|settings| settings.sandbox.to_string());

/// All of them but `--help`.
pub static FLAGS: [&Flag; 20] = [
    &BURST_LIMIT,
    &COLOR,
    &COLOUR,
    &CONTENT_CACHE,
    &DEBUG,
    &KUBE_APISERVER,
    &KUBE_AS_GROUP,
    &KUBE_AS_USER,
    &KUBE_CA_FILE,
    &KUBE_CONTEXT,
    &KUBE_INSECURE,
    &KUBE_TLS_SERVER_NAME,
    &KUBE_TOKEN,
    &KUBECONFIG,
    &NAMESPACE,
    &QPS,
    &REGISTRY_CONFIG,
    &REPOSITORY_CACHE,
    &REPOSITORY_CONFIG,
    &SANDBOX,
];
