//! Every environment variable that the program reads, and the environment itself.
//!
//! Nothing else looks at the process environment: `main` takes it once, and everything
//! below gets it as a value.

use std::collections::BTreeMap;

/// An environment variable.
#[derive(Debug, Clone, Copy)]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it does, for help.
    pub about: &'static str,
}

/// Declares the variables and the list of them all, in the order of the help.
macro_rules! variables {
    ($($name:ident: $about:literal,)*) => {
        $(
            #[doc = $about]
            pub const $name: Variable = Variable { name: stringify!($name), about: $about };
        )*

        /// The variables that help tells of.
        pub const ALL: &[Variable] = &[$($name),*];
    };
}

variables! {
    HELM_CACHE_HOME: "folder for what can be fetched again",
    HELM_CONFIG_HOME: "folder for configuration",
    HELM_DATA_HOME: "folder for data, such as plugins",
    HELM_DEBUG: "true for --debug",
    HELM_DRIVER: "where releases are kept: secret (default), configmap, memory or sql",
    HELM_DRIVER_SQL_CONNECTION_STRING: "the database of the sql driver",
    HELM_MEMORY_DRIVER_DATA: "files with releases for the memory driver, separated by colons",
    HELM_EXPERIMENTAL_CHART_V3: "anything to let create make charts of the experimental apiVersion v3",
    HELM_MAX_HISTORY: "how many revisions of a release are kept (default 10)",
    HELM_NAMESPACE: "default for --namespace",
    HELM_NO_PLUGINS: "1 to load no plugins",
    HELM_PLUGINS: "folders with plugins",
    HELM_REGISTRY_CONFIG: "default for --registry-config",
    HELM_REPOSITORY_CACHE: "default for --repository-cache",
    HELM_REPOSITORY_CONFIG: "default for --repository-config",
    HELM_CONTENT_CACHE: "default for --content-cache",
    KUBECONFIG: "kubeconfig files (default ~/.kube/config)",
    HELM_KUBEAPISERVER: "default for --kube-apiserver",
    HELM_KUBECAFILE: "default for --kube-ca-file",
    HELM_KUBEASGROUPS: "default for --kube-as-group, separated by commas",
    HELM_KUBEASUSER: "default for --kube-as-user",
    HELM_KUBECONTEXT: "default for --kube-context",
    HELM_KUBETOKEN: "default for --kube-token",
    HELM_KUBEINSECURE_SKIP_TLS_VERIFY: "default for --kube-insecure-skip-tls-verify",
    HELM_KUBETLS_SERVER_NAME: "default for --kube-tls-server-name",
    HELM_BURST_LIMIT: "default for --burst-limit",
    HELM_QPS: "default for --qps",
    HELM_COLOR: "default for --color",
    NO_COLOR: "anything for no color at all, whatever else is said",
    GNUPGHOME: "folder of the default keyring (default ~/.gnupg)",
    HTTP_PROXY: "proxy for servers that are reached by HTTP",
    HTTPS_PROXY: "proxy for servers that are reached by HTTPS",
    NO_PROXY: "servers that are reached without a proxy",
    PINTLE_ALLOW_GIT: "default for --allow-git",
    PINTLE_SANDBOX: "true for --sandbox",
    PINTLE_SANDBOX_HOME: "folder of the sandbox (default pintle/sandbox in XDG_STATE_HOME or ~/.local/state)",
    SOURCE_DATE_EPOCH: "seconds since 1970: the time of everything in the archives that package makes",
}

/// A variable that help leaves out.
const fn unlisted(name: &'static str) -> Variable {
    Variable { name, about: "" }
}

/// The home directory.
pub const HOME: Variable = unlisted("HOME");
/// The folder of Docker's configuration.
pub const DOCKER_CONFIG: Variable = unlisted("DOCKER_CONFIG");
/// The user that `serve` asks for, by ChartMuseum's name.
pub const BASIC_AUTH_USER: Variable = unlisted("BASIC_AUTH_USER");
/// The password that `serve` asks for, by ChartMuseum's name.
pub const BASIC_AUTH_PASS: Variable = unlisted("BASIC_AUTH_PASS");
/// Where programs are looked for.
pub const PATH: Variable = unlisted("PATH");
/// The folder of caches, by the XDG base directory specification.
pub const XDG_CACHE_HOME: Variable = unlisted("XDG_CACHE_HOME");
/// The folder of configuration.
pub const XDG_CONFIG_HOME: Variable = unlisted("XDG_CONFIG_HOME");
/// The folder of state.
pub const XDG_STATE_HOME: Variable = unlisted("XDG_STATE_HOME");
/// The folder of data.
pub const XDG_DATA_HOME: Variable = unlisted("XDG_DATA_HOME");
/// The other spelling of `HTTP_PROXY`.
pub const HTTP_PROXY_LOWER: Variable = unlisted("http_proxy");
/// The other spelling of `HTTPS_PROXY`.
pub const HTTPS_PROXY_LOWER: Variable = unlisted("https_proxy");
/// The other spelling of `NO_PROXY`.
pub const NO_PROXY_LOWER: Variable = unlisted("no_proxy");
/// In a pod: where the API server is.
pub const KUBERNETES_SERVICE_HOST: Variable = unlisted("KUBERNETES_SERVICE_HOST");
/// In a pod: where the API server is.
pub const KUBERNETES_SERVICE_PORT: Variable = unlisted("KUBERNETES_SERVICE_PORT");
/// In a pod: its namespace, when its author says so.
pub const POD_NAMESPACE: Variable = unlisted("POD_NAMESPACE");
/// `0` keeps completion from saying anything to the user.
pub const HELM_ACTIVE_HELP: Variable = unlisted("HELM_ACTIVE_HELP");
/// The same for all programs that speak cobra's protocol.
pub const COBRA_ACTIVE_HELP: Variable = unlisted("COBRA_ACTIVE_HELP");

/// The variables and what they do, for help.
pub fn table() -> String {
    let lines: Vec<String> = ALL
        .iter()
        .map(|variable| format!("  {:34} {}", variable.name, variable.about))
        .collect();
    lines.join("\n")
}

/// A copy of the environment.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    variables: BTreeMap<String, String>,
}

impl Environment {
    /// The environment of this process; the only place that reads it.
    pub fn of_process() -> Self {
        let pairs = std::env::vars_os().map(|(name, value)| {
            let text = |word: std::ffi::OsString| word.to_string_lossy().into_owned();
            (text(name), text(value))
        });
        Self {
            variables: pairs.collect(),
        }
    }

    /// Everything, for programs that are started.
    pub fn all(&self) -> &BTreeMap<String, String> {
        &self.variables
    }

    /// A variable's text; empty when it is not set, which Helm treats alike.
    pub fn get(&self, variable: Variable) -> &str {
        self.variables.get(variable.name).map_or("", String::as_str)
    }

    /// A variable's text unless it is empty or not set.
    pub fn get_if_any(&self, variable: Variable) -> Option<&str> {
        Some(self.get(variable)).filter(|text| !text.is_empty())
    }
}

impl FromIterator<(String, String)> for Environment {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(pairs: I) -> Self {
        Self {
            variables: pairs.into_iter().collect(),
        }
    }
}
