//! Environment and flags of all commands, put together once.
//!
//! A flag wins over its variable, a variable over the default. Nothing is read from disk here.

use std::path::PathBuf;

use crate::args::{Parsed, global, shared};
use crate::env::{self, Environment};
use crate::paths::{Paths, join};

/// How the Kubernetes API server is reached.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct KubeSettings {
    /// `--kubeconfig`; empty for `KUBECONFIG` or the default file
    pub config: String,
    /// `--kube-context`
    pub context: String,
    /// `--kube-apiserver`
    pub server: String,
    /// `--kube-as-user`
    pub as_user: String,
    /// `--kube-as-group`
    pub as_groups: Vec<String>,
    /// `--kube-ca-file`
    pub ca_file: String,
    /// `--kube-insecure-skip-tls-verify`
    pub insecure: bool,
    /// `--kube-tls-server-name`
    pub tls_server_name: String,
    /// `--kube-token`
    pub token: String,
}

/// What holds for every command.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The word that the program was called by.
    pub invoked: String,
    /// The environment that all this came from.
    pub environment: Environment,
    /// `--namespace` as given; empty when the kubeconfig decides.
    pub namespace: String,
    /// `--debug`
    pub debug: bool,
    /// `--explain`, of commands that render
    pub explain: bool,
    /// `--sandbox`
    pub sandbox: bool,
    /// `--color`
    pub color: String,
    /// `HELM_MAX_HISTORY`
    pub max_history: i64,
    /// `--burst-limit`
    pub burst_limit: i64,
    /// `--qps`
    pub qps: f32,
    /// How the API server is reached.
    pub kube: KubeSettings,
    /// Files and folders.
    pub paths: Paths,
}

impl Settings {
    /// Whether completion may say something to the user. HELM: by cobra's variables.
    pub fn has_active_help(&self) -> bool {
        let variables = [env::HELM_ACTIVE_HELP, env::COBRA_ACTIVE_HELP];
        let is_off = |variable| self.environment.get(variable) == "0";
        !variables.into_iter().any(is_off)
    }

    /// What the environment alone says. A value that cannot be read counts as not set.
    pub fn from_environment(environment: &Environment) -> Self {
        let text = |variable| environment.get(variable).to_owned();
        Self {
            invoked: String::new(),
            namespace: text(env::HELM_NAMESPACE),
            debug: is_true(environment.get(env::HELM_DEBUG)),
            explain: false,
            sandbox: is_true(environment.get(env::PINTLE_SANDBOX)),
            color: color(environment).to_owned(),
            max_history: number(environment, env::HELM_MAX_HISTORY, 10),
            burst_limit: number(environment, env::HELM_BURST_LIMIT, 100),
            qps: environment.get(env::HELM_QPS).parse().unwrap_or(0.0),
            kube: KubeSettings {
                config: String::new(),
                context: text(env::HELM_KUBECONTEXT),
                server: text(env::HELM_KUBEAPISERVER),
                as_user: text(env::HELM_KUBEASUSER),
                as_groups: environment
                    .get_if_any(env::HELM_KUBEASGROUPS)
                    .map(|groups| groups.split(',').map(str::to_owned).collect())
                    .unwrap_or_default(),
                ca_file: text(env::HELM_KUBECAFILE),
                insecure: is_true(environment.get(env::HELM_KUBEINSECURE_SKIP_TLS_VERIFY)),
                tls_server_name: text(env::HELM_KUBETLS_SERVER_NAME),
                token: text(env::HELM_KUBETOKEN),
            },
            paths: Paths::from_environment(environment),
            environment: environment.clone(),
        }
    }

    /// The same with what was typed.
    pub fn with_flags(mut self, flags: &Parsed<'_>) -> Self {
        let text = |flag, target: &mut String| {
            if flags.given(flag) {
                *target = flags.text(flag);
            }
        };
        text(&global::NAMESPACE, &mut self.namespace);
        text(&global::COLOR, &mut self.color);
        text(&global::COLOUR, &mut self.color);
        text(&global::KUBECONFIG, &mut self.kube.config);
        text(&global::KUBE_CONTEXT, &mut self.kube.context);
        text(&global::KUBE_APISERVER, &mut self.kube.server);
        text(&global::KUBE_AS_USER, &mut self.kube.as_user);
        text(&global::KUBE_CA_FILE, &mut self.kube.ca_file);
        text(
            &global::KUBE_TLS_SERVER_NAME,
            &mut self.kube.tls_server_name,
        );
        text(&global::KUBE_TOKEN, &mut self.kube.token);
        text(&global::CONTENT_CACHE, &mut self.paths.content_cache);
        text(&global::REGISTRY_CONFIG, &mut self.paths.registry_config);
        text(&global::REPOSITORY_CACHE, &mut self.paths.repository_cache);
        text(
            &global::REPOSITORY_CONFIG,
            &mut self.paths.repository_config,
        );
        if flags.given(&global::KUBE_AS_GROUP) {
            self.kube.as_groups = flags.list(&global::KUBE_AS_GROUP);
        }
        self.explain = flags.is_on(&shared::EXPLAIN);
        self.debug = flags.is_on(&global::DEBUG);
        self.sandbox = flags.is_on(&global::SANDBOX);
        self.kube.insecure = flags.is_on(&global::KUBE_INSECURE);
        self.burst_limit = flags.int(&global::BURST_LIMIT);
        self.qps = flags.float(&global::QPS);
        self
    }

    /// The kubeconfig files to read without `--kubeconfig`, the first winning.
    pub fn kubeconfig_files(&self) -> Vec<PathBuf> {
        match self.environment.get_if_any(env::KUBECONFIG) {
            Some(list) => list
                .split(':')
                .filter(|path| !path.is_empty())
                .map(PathBuf::from)
                .collect(),
            None => vec![join(&[self.environment.get(env::HOME), ".kube/config"]).into()],
        }
    }
}

fn is_true(text: &str) -> bool {
    matches!(text, "1" | "t" | "T" | "true" | "TRUE" | "True")
}

fn number(environment: &Environment, variable: env::Variable, default: i64) -> i64 {
    environment.get(variable).parse().unwrap_or(default)
}

/// The color mode of the environment; `NO_COLOR` wins, a mode that does not exist counts as
/// not set.
fn color(environment: &Environment) -> &str {
    if environment.get_if_any(env::NO_COLOR).is_some() {
        return "never";
    }
    match environment.get(env::HELM_COLOR) {
        mode @ ("never" | "auto" | "always") => mode,
        _ => "auto",
    }
}
