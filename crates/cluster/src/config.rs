//! How to reach a cluster: kubeconfig, the flags over it, or the pod we run in.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, Uri};
use kube::config::{AuthInfo, Cluster as KubeCluster, ExecAuthCluster};
use serde_json::{Map, Value, json};

use crate::error::{Error, aggregate};
pub use crate::kubeconfig::KubeconfigFiles;
use crate::kubeconfig::{Chosen, Kubeconfig, config_error, go_io_text};
pub use pintle_fetch::ProxyVariables;

/// Where a pod finds its service account.
const SERVICE_ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";
/// GO: where client-go looks when nothing says otherwise.
const DEFAULT_SERVER: &str = "http://localhost:8080";

/// Everything that says how to reach a cluster: Helm's global flags and their environment.
#[derive(Debug, Clone, Default)]
pub struct ConnectOptions {
    /// `--kubeconfig`, or the files of `KUBECONFIG`, or `~/.kube/config`.
    pub kubeconfig: KubeconfigFiles,
    /// `--kube-context`
    pub context: Option<String>,
    /// `--namespace`
    pub namespace: Option<String>,
    /// `--kube-apiserver`
    pub api_server: Option<String>,
    /// `--kube-token`
    pub token: Option<String>,
    /// `--kube-as-user`
    pub as_user: Option<String>,
    /// `--kube-as-group`
    pub as_groups: Vec<String>,
    /// `--kube-ca-file`
    pub ca_file: Option<PathBuf>,
    /// `--kube-insecure-skip-tls-verify`
    pub insecure_skip_tls_verify: bool,
    /// `--kube-tls-server-name`
    pub tls_server_name: Option<String>,
    /// `--qps`: requests a second; 0 means no limit of ours.
    pub qps: f32,
    /// `--burst-limit`: how many requests may go at once before `qps` counts.
    pub burst: i32,
    /// The API server's host and port as a pod sees them (`KUBERNETES_SERVICE_HOST`,
    /// `KUBERNETES_SERVICE_PORT`); none outside of a pod.
    pub in_cluster: Option<(String, String)>,
    /// `POD_NAMESPACE`
    pub pod_namespace: Option<String>,
    /// `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`.
    pub proxy: ProxyVariables,
    /// What we call ourselves; see [`user_agent`].
    pub user_agent: String,
}

/// The User-Agent for this version: servers and auditors that look for Helm find it.
pub fn user_agent(version: &str) -> String {
    format!("pintle/{version} (Helm/4.3.1 compatible)")
}

/// The contexts of kubeconfig files, by name, with the names of their clusters.
///
/// # Errors
/// A file that cannot be read.
pub fn contexts(files: &KubeconfigFiles) -> Result<BTreeMap<String, String>, crate::Error> {
    Ok(Kubeconfig::load(files)?.contexts())
}

/// The namespace to work in, without any request: `--namespace`, else that of the context, else
/// that of the pod, else `default`.
///
/// HELM: a kubeconfig that cannot be read gives `default` here; it is reported only when a
/// cluster is needed.
pub fn default_namespace(options: &ConnectOptions) -> String {
    if let Some(namespace) = options.namespace.as_deref().filter(|n| !n.is_empty()) {
        return namespace.to_owned();
    }
    let chosen = Kubeconfig::load(&options.kubeconfig)
        .and_then(|config| config.choose(options.context.as_deref()));
    match chosen {
        Ok(chosen) if chosen.found => chosen.namespace,
        Ok(_) => pod_namespace(options),
        Err(_) => None,
    }
    .unwrap_or_else(|| "default".to_owned())
}

fn pod_namespace(options: &ConnectOptions) -> Option<String> {
    options.in_cluster.as_ref()?;
    let from_file = || std::fs::read_to_string(Path::new(SERVICE_ACCOUNT).join("namespace")).ok();
    let namespace = options.pod_namespace.clone().or_else(from_file)?;
    let namespace = namespace.trim();
    (!namespace.is_empty()).then(|| namespace.to_owned())
}

/// What a client is built from.
pub(crate) struct Connection {
    pub config: kube::Config,
    /// The server's URL without a final slash, for error texts.
    pub url: String,
    /// The credential plugin, for error texts.
    pub plugin: Option<Plugin>,
}

/// What is said of a credential plugin that does not work.
#[derive(Debug, Clone, Default)]
pub(crate) struct Plugin {
    pub command: String,
    pub install_hint: String,
}

/// Reads the kubeconfig and puts the flags over it.
///
/// # Errors
/// Helm's text, without `kubernetes cluster unreachable: `.
pub(crate) fn connection(options: &ConnectOptions) -> Result<Connection, Error> {
    let mut chosen = Kubeconfig::load(&options.kubeconfig)?.choose(options.context.as_deref())?;
    if !chosen.found && options.api_server.is_none() && chosen.cluster.is_empty() {
        use_service_account(&mut chosen, options, Path::new(SERVICE_ACCOUNT));
    }
    override_cluster(&mut chosen.cluster, options);
    override_user(&mut chosen.user, options);
    validate(&chosen)?;
    let url = server_url(&chosen.cluster)?;
    let config = kube_config(&chosen, &url, options)?;
    let plugin = config.auth_info.exec.as_ref().map(|exec| Plugin {
        command: exec.command.clone().unwrap_or_default(),
        install_hint: exec.install_hint.clone().unwrap_or_default(),
    });
    Ok(Connection {
        config,
        url,
        plugin,
    })
}

/// In a pod without a kubeconfig: the server and token that Kubernetes gives every pod.
fn use_service_account(chosen: &mut Chosen, options: &ConnectOptions, folder: &Path) {
    let token = folder.join("token");
    let Some((host, port)) = options.in_cluster.as_ref().filter(|_| token.exists()) else {
        return;
    };
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host.clone()
    };
    let ca = folder.join("ca.crt");
    chosen
        .cluster
        .insert("server".into(), format!("https://{host}:{port}").into());
    chosen.cluster.insert(
        "certificate-authority".into(),
        ca.display().to_string().into(),
    );
    chosen
        .user
        .insert("tokenFile".into(), token.display().to_string().into());
}

fn override_cluster(cluster: &mut Map<String, Value>, options: &ConnectOptions) {
    if let Some(server) = text(&options.api_server) {
        cluster.insert("server".into(), server.into());
    }
    if let Some(ca) = &options.ca_file {
        cluster.insert(
            "certificate-authority".into(),
            ca.display().to_string().into(),
        );
        cluster.remove("certificate-authority-data");
    }
    if options.insecure_skip_tls_verify {
        cluster.insert("insecure-skip-tls-verify".into(), true.into());
    }
    if let Some(name) = text(&options.tls_server_name) {
        cluster.insert("tls-server-name".into(), name.into());
    }
}

fn override_user(user: &mut Map<String, Value>, options: &ConnectOptions) {
    if let Some(token) = text(&options.token) {
        // GO: a token given by flag replaces every other way to log in but certificates.
        for key in ["tokenFile", "username", "password", "exec", "auth-provider"] {
            user.remove(key);
        }
        user.insert("token".into(), token.into());
    }
    if let Some(name) = text(&options.as_user) {
        user.insert("as".into(), name.into());
    }
    if !options.as_groups.is_empty() {
        user.insert("as-groups".into(), json!(options.as_groups));
    }
}

fn text(option: &Option<String>) -> Option<&str> {
    option.as_deref().filter(|text| !text.is_empty())
}

fn field<'a>(entry: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    entry
        .get(key)
        .and_then(Value::as_str)
        .filter(|text| !text.is_empty())
}

/// The checks of client-go, all of them reported together.
fn validate(chosen: &Chosen) -> Result<(), Error> {
    let mut errors = Vec::new();
    let mut readable = |entry: &Map<String, Value>, key: &str, what: &str, owner: &str| {
        if field(entry, &format!("{key}-data")).is_some() {
            return;
        }
        if let Some(path) = field(entry, key)
            && let Err(error) = std::fs::File::open(path)
        {
            errors.push(config_error(format!(
                "unable to read {what} {path} for {owner} due to open {path}: {}",
                go_io_text(&error)
            )));
        }
    };
    readable(
        &chosen.cluster,
        "certificate-authority",
        "certificate-authority",
        &chosen.cluster_name,
    );
    readable(
        &chosen.user,
        "client-certificate",
        "client-cert",
        &chosen.user_name,
    );
    readable(&chosen.user, "client-key", "client-key", &chosen.user_name);
    errors.extend(validate_login(chosen));
    match aggregate(errors) {
        None => Ok(()),
        Some(error) => Err(error.context("invalid configuration")),
    }
}

fn validate_login(chosen: &Chosen) -> Option<Error> {
    let user = &chosen.user;
    let mut methods = Vec::new();
    if field(user, "token").is_some() {
        methods.push("token");
    }
    if field(user, "username").is_some() || field(user, "password").is_some() {
        methods.push("basicAuth");
    }
    if methods.len() > 1 {
        return Some(config_error(format!(
            "more than one authentication method found for {}; found [{}], only one is allowed",
            chosen.user_name,
            methods.join(" ")
        )));
    }
    let exec = user.get("exec")?.as_object()?;
    let name = &chosen.user_name;
    if field(exec, "command").is_none() {
        return Some(config_error(format!(
            "command must be specified for {name} to use exec authentication plugin"
        )));
    }
    if field(exec, "apiVersion").is_none() {
        return Some(config_error(format!(
            "apiVersion must be specified for {name} to use exec authentication plugin"
        )));
    }
    // Only the oldest version of the plugin interface may leave this out.
    let optional = field(exec, "apiVersion") == Some("client.authentication.k8s.io/v1beta1");
    if field(exec, "interactiveMode").is_none() && !optional {
        return Some(config_error(format!(
            "interactiveMode must be specified for {name} to use exec authentication plugin"
        )));
    }
    None
}

/// GO: a server without a scheme is reached by https if anything about TLS is set, else by http.
fn server_url(cluster: &Map<String, Value>) -> Result<String, Error> {
    let server = field(cluster, "server").unwrap_or(DEFAULT_SERVER);
    let tls = ["certificate-authority", "certificate-authority-data"]
        .iter()
        .any(|key| field(cluster, key).is_some())
        || cluster
            .get("insecure-skip-tls-verify")
            .and_then(Value::as_bool)
            == Some(true);
    let url = match server.split_once("://") {
        Some(_) => server.to_owned(),
        None if tls => format!("https://{server}"),
        None => format!("http://{server}"),
    };
    let url = url.trim_end_matches('/').to_owned();
    let parsed: Uri = url.parse().map_err(|_| {
        config_error(format!("parse {url:?}: invalid URL"))
            .with_hint("a server is written like https://HOST:PORT")
    })?;
    match parsed.scheme_str() {
        Some("http" | "https") => Ok(url),
        scheme => Err(config_error(format!(
            "Get \"{url}/version\": unsupported protocol scheme {:?}",
            scheme.unwrap_or_default()
        ))),
    }
}

fn kube_config(
    chosen: &Chosen,
    url: &str,
    options: &ConnectOptions,
) -> Result<kube::Config, Error> {
    let uri: Uri = url
        .parse()
        .map_err(|error| config_error(format!("parse {url:?}: {error}")))?;
    let cluster = &chosen.cluster;
    let mut config = kube::Config::new(uri);
    config.accept_invalid_certs = cluster
        .get("insecure-skip-tls-verify")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    config.tls_server_name = field(cluster, "tls-server-name").map(str::to_owned);
    config.disable_compression = cluster
        .get("disable-compression")
        .and_then(Value::as_bool)
        .unwrap_or(false);
    config.root_cert = root_certificates(cluster)?;
    let proxy = field(cluster, "proxy-url").or_else(|| options.proxy.for_url(&config.cluster_url));
    config.proxy_url = match proxy {
        None => None,
        Some(proxy) => Some(
            proxy
                .parse()
                .map_err(|_| config_error(format!("invalid proxy-url {proxy:?}")))?,
        ),
    };
    config.auth_info = login(chosen, url)?;
    let agent = HeaderValue::from_str(&options.user_agent)
        .map_err(|_| config_error("the User-Agent has characters no header may have"))?;
    config
        .headers
        .push((HeaderName::from_static("user-agent"), agent));
    // Our own retries follow client-go's rules.
    config.default_retry = false;
    Ok(config)
}

fn root_certificates(cluster: &Map<String, Value>) -> Result<Option<Vec<Vec<u8>>>, Error> {
    let pem = match (
        field(cluster, "certificate-authority-data"),
        field(cluster, "certificate-authority"),
    ) {
        (Some(data), _) => STANDARD.decode(data).map_err(|error| {
            config_error(format!(
                "illegal base64 data in certificate-authority-data: {error}"
            ))
        })?,
        (None, Some(path)) => std::fs::read(path)
            .map_err(|error| config_error(format!("open {path}: {}", go_io_text(&error))))?,
        (None, None) => return Ok(None),
    };
    let certificates = pem_certificates(&pem);
    if certificates.is_empty() {
        return Err(config_error(
            "unable to load root certificates: unable to parse bytes as PEM block",
        ));
    }
    Ok(Some(certificates))
}

fn pem_certificates(pem: &[u8]) -> Vec<Vec<u8>> {
    use rustls::pki_types::CertificateDer;
    use rustls::pki_types::pem::PemObject;
    CertificateDer::pem_slice_iter(pem)
        .filter_map(Result::ok)
        .map(|certificate| certificate.to_vec())
        .collect()
}

/// The user entry in kube's own type, which knows tokens, certificates and exec plugins.
fn login(chosen: &Chosen, url: &str) -> Result<AuthInfo, Error> {
    let user = &chosen.user;
    if let Some(name) = user
        .get("auth-provider")
        .and_then(|p| p.get("name"))
        .and_then(Value::as_str)
    {
        return Err(removed_provider(name));
    }
    if field(user, "token").is_none()
        && let Some(path) = field(user, "tokenFile")
        && let Err(error) = std::fs::File::open(path)
    {
        return Err(config_error(format!("open {path}: {}", go_io_text(&error))));
    }
    let mut login: AuthInfo =
        serde_json::from_value(Value::Object(user.clone())).map_err(|error| {
            config_error(format!(
                "invalid configuration: user {}: {error}",
                chosen.user_name
            ))
        })?;
    if let Some(exec) = login.exec.as_mut().filter(|exec| exec.provide_cluster_info) {
        let mut cluster = chosen.cluster.clone();
        cluster.insert("server".into(), url.into());
        let cluster: KubeCluster =
            serde_json::from_value(Value::Object(cluster)).map_err(|error| {
                config_error(format!(
                    "invalid configuration: cluster {}: {error}",
                    chosen.cluster_name
                ))
            })?;
        exec.cluster = ExecAuthCluster::try_from(&cluster).ok();
    }
    Ok(login)
}

fn removed_provider(name: &str) -> Error {
    let text = match name {
        "gcp" => {
            "The gcp auth plugin has been removed.\nPlease use the \"gke-gcloud-auth-plugin\" \
             kubectl/client-go credential plugin instead.\nSee \
             https://cloud.google.com/blog/products/containers-kubernetes/kubectl-auth-changes-in-gke \
             for further details"
                .to_owned()
        }
        "azure" => {
            "The azure auth plugin has been removed.\nPlease use the \
             https://github.com/Azure/kubelogin kubectl/client-go credential plugin instead.\nSee \
             https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins \
             for further details"
                .to_owned()
        }
        other => format!("no Auth Provider found for name {other:?}"),
    };
    config_error(text).with_hint("let the kubeconfig name a credential plugin under `exec` instead")
}

/// A kubeconfig's YAML as JSON.
pub(crate) fn yaml_to_json(bytes: &[u8]) -> Result<Value, String> {
    let value = pintle_go_yaml::parse(bytes).map_err(|error| error.to_string())?;
    let json = pintle_go_value::json::encode(&value, pintle_go_value::json::Options::default())
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&json).map_err(|error| error.to_string())
}

#[cfg(test)]
mod in_cluster {
    use super::*;

    #[test]
    fn a_pod_is_reached_by_what_kubernetes_gives_it() {
        let folder = tempfile::tempdir().unwrap();
        let options = ConnectOptions {
            in_cluster: Some(("fd00::1".to_owned(), "443".to_owned())),
            ..ConnectOptions::default()
        };
        let mut chosen = Chosen::default();
        use_service_account(&mut chosen, &options, folder.path());
        assert!(chosen.cluster.is_empty(), "without a token this is no pod");

        std::fs::write(folder.path().join("token"), "t").unwrap();
        use_service_account(&mut chosen, &options, folder.path());
        assert_eq!(chosen.cluster["server"], "https://[fd00::1]:443");
        let file = |name: &str| folder.path().join(name).display().to_string();
        assert_eq!(chosen.cluster["certificate-authority"], file("ca.crt"));
        assert_eq!(chosen.user["tokenFile"], file("token"));
    }
}
