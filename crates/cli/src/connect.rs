//! From settings to what the actions act on: a cluster, a storage, a clock.

use std::collections::BTreeMap;
use std::net::ToSocketAddrs as _;
use std::path::PathBuf;
use std::sync::Arc;

use pintle_actions::{Class, Session};
use pintle_cluster::config::{KubeconfigFiles, ProxyVariables, user_agent};
use pintle_cluster::{Cluster, ConnectOptions, default_namespace};
use pintle_sprig::{Dns, Env};
use pintle_storage::{ConfigMapDriver, SecretDriver, Storage};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use crate::console::Console;
use crate::driver::Driver;
use crate::env::{self, Environment};
use crate::errors::Failure;
use crate::memory;
use crate::output;
use crate::progress;
use crate::sandbox;
use crate::settings::Settings;

/// How the cluster is reached.
pub fn connect_options(settings: &Settings) -> ConnectOptions {
    let (kube, environment) = (&settings.kube, &settings.environment);
    let some = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    ConnectOptions {
        kubeconfig: kubeconfig(settings),
        context: some(&kube.context),
        namespace: some(&settings.namespace),
        api_server: some(&kube.server),
        token: some(&kube.token),
        as_user: some(&kube.as_user),
        as_groups: kube.as_groups.clone(),
        ca_file: some(&kube.ca_file).map(PathBuf::from),
        insecure_skip_tls_verify: kube.insecure,
        tls_server_name: some(&kube.tls_server_name),
        qps: settings.qps,
        burst: i32::try_from(settings.burst_limit).unwrap_or(i32::MAX),
        in_cluster: in_cluster(environment),
        pod_namespace: text(environment, env::POD_NAMESPACE),
        proxy: proxy(environment),
        user_agent: user_agent(env!("CARGO_PKG_VERSION")),
    }
}

/// How documents are downloaded.
pub fn fetch_client(settings: &Settings) -> pintle_fetch::Client {
    pintle_fetch::Client {
        user_agent: user_agent(env!("CARGO_PKG_VERSION")),
        proxy: proxy(&settings.environment),
        getters: Some(crate::plugins::getters(settings)),
        meter: progress::meter(),
    }
}

/// The namespace to act in: `--namespace`, else that of the kubeconfig's context, else that of
/// the pod, else `default`.
pub fn namespace(settings: &Settings) -> String {
    default_namespace(&connect_options(settings))
}

/// The contexts of the kubeconfig, with the names of their clusters.
///
/// # Errors
/// It cannot be read.
pub fn contexts(settings: &Settings) -> Result<BTreeMap<String, String>, pintle_cluster::Error> {
    pintle_cluster::config::contexts(&kubeconfig(settings))
}

fn kubeconfig(settings: &Settings) -> KubeconfigFiles {
    if !settings.kube.config.is_empty() {
        return KubeconfigFiles::Explicit(PathBuf::from(&settings.kube.config));
    }
    KubeconfigFiles::Search(settings.kubeconfig_files())
}

fn in_cluster(environment: &Environment) -> Option<(String, String)> {
    let host = text(environment, env::KUBERNETES_SERVICE_HOST)?;
    Some((host, text(environment, env::KUBERNETES_SERVICE_PORT)?))
}

fn proxy(environment: &Environment) -> ProxyVariables {
    // GO: the upper-case name wins.
    let either = |upper, lower| text(environment, upper).or_else(|| text(environment, lower));
    ProxyVariables {
        http: either(env::HTTP_PROXY, env::HTTP_PROXY_LOWER),
        https: either(env::HTTPS_PROXY, env::HTTPS_PROXY_LOWER),
        no_proxy: either(env::NO_PROXY, env::NO_PROXY_LOWER),
    }
}

fn text(environment: &Environment, variable: env::Variable) -> Option<String> {
    environment.get_if_any(variable).map(str::to_owned)
}

/// The clock, the source of randomness and, when asked for, name resolution for templates.
pub fn template_env(dns: bool) -> Env {
    let mut env = Env::system();
    if dns {
        env.dns = Some(Arc::new(SystemDns));
    }
    env
}

/// Asks the system for addresses.
#[derive(Debug)]
struct SystemDns;

impl Dns for SystemDns {
    fn lookup(&self, name: &str) -> Vec<String> {
        let addresses = (name, 0).to_socket_addrs();
        let addresses = addresses
            .map(Iterator::collect::<Vec<_>>)
            .unwrap_or_default();
        let mut texts: Vec<String> = addresses.iter().map(|one| one.ip().to_string()).collect();
        texts.dedup();
        texts
    }
}

/// Everything an action needs, made once a command.
pub struct Connection {
    runtime: Runtime,
    cluster: Cluster,
    storage: Storage,
    namespace: String,
    env: Env,
}

impl Connection {
    /// Gets ready; nothing is asked of the cluster yet.
    ///
    /// # Errors
    /// A storage driver that cannot be used.
    pub fn new(settings: &Settings) -> Result<Self, Failure> {
        Self::over(settings, &namespace(settings))
    }

    /// The same, for the records of all namespaces when `records` is empty.
    ///
    /// # Errors
    /// As [`Connection::new`].
    pub fn over(settings: &Settings, records: &str) -> Result<Self, Failure> {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let driver = Driver::from_environment(&settings.environment)?;
        if settings.sandbox {
            sandbox::ready(settings)?;
        }
        let cluster = {
            let _inside = runtime.enter();
            // HELM: records in memory need no cluster, but all namespaces of them do.
            if driver == Driver::Memory && !records.is_empty() {
                Cluster::pretended()
            } else {
                Cluster::new(connect_options(settings))
            }
        };
        let storage = match driver {
            Driver::Secret => Storage::new(SecretDriver::new(cluster.clone(), records)),
            Driver::ConfigMap => Storage::new(ConfigMapDriver::new(cluster.clone(), records)),
            Driver::Memory => Storage::new(memory::driver(&settings.environment, records)?),
            Driver::Sql => {
                return Err(Failure::error("the sql driver is not available")
                    .hint("keep releases in Secrets or ConfigMaps: HELM_DRIVER=secret"));
            }
        };
        Ok(Self {
            runtime,
            cluster,
            storage,
            namespace: namespace(settings),
            env: template_env(false),
        })
    }

    /// The same with name resolution for templates, when `dns` says so.
    pub fn with_dns(mut self, dns: bool) -> Self {
        self.env = template_env(dns);
        self
    }

    /// Runs an action to its end.
    ///
    /// # Errors
    /// The action's failure.
    pub fn run<T>(
        &self,
        console: Console,
        action: impl AsyncFnOnce(&Session) -> Result<T, pintle_actions::Error>,
    ) -> Result<T, pintle_actions::Error> {
        // Nobody ever asks to stop: the signals keep their usual meaning.
        let (_stop, stopped) = watch::channel(false);
        let session = self.session(console, stopped);
        self.runtime.block_on(action(&session))
    }

    /// Fails with `text`, or as the cluster does when it cannot be reached.
    ///
    /// # Errors
    /// Always.
    pub fn refuse<T>(&self, settings: &Settings, text: &str) -> Result<T, pintle_actions::Error> {
        self.run(Console::new(settings), async |session| {
            session.cluster.check_reachable().await?;
            Err(pintle_actions::Error::new(Class::Input, text))
        })
    }

    /// Runs an action that SIGINT and SIGTERM ask to stop; it undoes or records what it did.
    ///
    /// # Errors
    /// The action's failure, that it was stopped among them.
    pub fn run_cancellable<T>(
        &self,
        release: &str,
        console: Console,
        action: impl AsyncFnOnce(&Session) -> Result<T, pintle_actions::Error>,
    ) -> Result<T, pintle_actions::Error> {
        let (stop, stopped) = watch::channel(false);
        let session = self.session(console, stopped);
        let text = format!("Release {release} has been cancelled.\n");
        self.runtime.block_on(async {
            let watching = tokio::spawn(async move {
                if interrupted().await.is_ok() {
                    let _ = output::print(text);
                    let _ = stop.send(true);
                }
                // Kept open: a closed channel is no wish to stop.
                std::future::pending::<()>().await;
            });
            let result = action(&session).await;
            watching.abort();
            result
        })
    }

    fn session(&self, console: Console, cancelled: watch::Receiver<bool>) -> Session {
        Session {
            cluster: self.cluster.clone(),
            storage: self.storage.clone(),
            namespace: self.namespace.clone(),
            env: self.env.clone(),
            events: Arc::new(console),
            cancelled,
        }
    }
}

/// Waits for SIGINT or SIGTERM.
#[cfg(unix)]
pub async fn interrupted() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        result = tokio::signal::ctrl_c() => result,
        _ = terminate.recv() => Ok(()),
    }
}

/// Waits for Ctrl-C.
#[cfg(not(unix))]
pub async fn interrupted() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
