//! What is said when no cluster answers. No server is needed: these all fail before one is.
#![expect(clippy::unwrap_used, reason = "helpers of tests")]

use std::path::PathBuf;

use pintle_cluster::config::{KubeconfigFiles, user_agent};
use pintle_cluster::{Cluster, ConnectOptions, ErrorKind, default_namespace};

const KUBECONFIG: &str = "\
apiVersion: v1
kind: Config
clusters:
- name: c
  cluster: {server: 'https://127.0.0.1:1'}
users:
- name: u
  user: {token: abc}
contexts:
- name: x
  context: {cluster: c, user: u, namespace: ctxns}
current-context: x
";

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn options(paths: &[PathBuf]) -> ConnectOptions {
    ConnectOptions {
        kubeconfig: KubeconfigFiles::Search(paths.to_vec()),
        user_agent: user_agent("0.0.0"),
        ..ConnectOptions::default()
    }
}

async fn text(options: ConnectOptions) -> String {
    Cluster::new(options)
        .check_reachable()
        .await
        .unwrap_err()
        .to_string()
}

// The texts of `helm list` 4.3.1 with such kubeconfigs and flags.
#[tokio::test]
async fn nobody_listens() {
    let files = Files::new();
    let config = files.write("config", KUBECONFIG);
    assert_eq!(
        text(options(std::slice::from_ref(&config))).await,
        "kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": \
         dial tcp 127.0.0.1:1: connect: connection refused"
    );
    let mut overridden = options(&[config]);
    overridden.api_server = Some("127.0.0.1:1".into());
    assert_eq!(
        text(overridden).await,
        "kubernetes cluster unreachable: Get \"http://127.0.0.1:1/version\": \
         dial tcp 127.0.0.1:1: connect: connection refused"
    );
}

#[tokio::test]
async fn a_named_kubeconfig_must_be_there() {
    let files = Files::new();
    let missing = files.path("none");
    let options = ConnectOptions {
        kubeconfig: KubeconfigFiles::Explicit(missing.clone()),
        ..options(&[])
    };
    let error = Cluster::new(options).check_reachable().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "kubernetes cluster unreachable: stat {}: no such file or directory",
            missing.display()
        )
    );
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(!error.hints().is_empty());
}

#[tokio::test]
async fn contexts_must_be_there() {
    let files = Files::new();
    let config = files.write("config", KUBECONFIG);
    let mut asked = options(&[config]);
    asked.context = Some("nope".into());
    assert_eq!(
        text(asked).await,
        "kubernetes cluster unreachable: context \"nope\" does not exist"
    );
    let config = files.write(
        "stale",
        &KUBECONFIG.replace("current-context: x", "current-context: zz"),
    );
    assert_eq!(
        text(options(&[config])).await,
        "kubernetes cluster unreachable: invalid configuration: context was not found for specified context: zz"
    );
}

#[tokio::test]
async fn files_a_kubeconfig_names_must_be_there() {
    let files = Files::new();
    let config = files.write(
        "config",
        &KUBECONFIG.replace("token: abc", "client-certificate: /no/c, client-key: /no/k"),
    );
    assert_eq!(
        text(options(std::slice::from_ref(&config))).await,
        "kubernetes cluster unreachable: invalid configuration: [unable to read client-cert /no/c for u due to \
         open /no/c: no such file or directory, unable to read client-key /no/k for u due to open /no/k: no such \
         file or directory]"
    );
    let config = files.write("plain", KUBECONFIG);
    let mut asked = options(&[config]);
    asked.ca_file = Some("/no/such".into());
    assert_eq!(
        text(asked).await,
        "kubernetes cluster unreachable: invalid configuration: unable to read certificate-authority /no/such for c \
         due to open /no/such: no such file or directory"
    );
}

#[tokio::test]
async fn users_must_log_in_in_one_way() {
    let files = Files::new();
    let with = |user: &str| files.write("config", &KUBECONFIG.replace("token: abc", user));
    assert_eq!(
        text(options(&[with("username: a, password: b, token: c")])).await,
        "kubernetes cluster unreachable: invalid configuration: more than one authentication method found for u; \
         found [token basicAuth], only one is allowed"
    );
    assert_eq!(
        text(options(&[with("tokenFile: /no/tok")])).await,
        "kubernetes cluster unreachable: open /no/tok: no such file or directory"
    );
    assert_eq!(
        text(options(&[with(
            "exec: {apiVersion: client.authentication.k8s.io/v1, command: sh}"
        )]))
        .await,
        "kubernetes cluster unreachable: invalid configuration: interactiveMode must be specified for u to use exec \
         authentication plugin"
    );
    assert!(
        text(options(&[with("auth-provider: {name: gcp}")]))
            .await
            .starts_with("kubernetes cluster unreachable: The gcp auth plugin has been removed.\n")
    );
}

#[tokio::test]
async fn a_credential_plugin_that_fails_is_named() {
    let files = Files::new();
    let exec = "exec: {apiVersion: client.authentication.k8s.io/v1, command: 'false', interactiveMode: Never}";
    let config = files.write("config", &KUBECONFIG.replace("token: abc", exec));
    assert_eq!(
        text(options(&[config])).await,
        "kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": getting credentials: exec: \
         executable false failed with exit code 1"
    );
    let exec = exec.replace("'false'", "no-such-plugin, installHint: install me");
    let config = files.write("config", &KUBECONFIG.replace("token: abc", &exec));
    let text = text(options(&[config])).await;
    assert!(
        text.starts_with(
            "kubernetes cluster unreachable: Get \"https://127.0.0.1:1/version\": getting credentials: exec: \
             executable no-such-plugin not found\n\nIt looks like you are trying to use a client-go credential \
             plugin that is not installed.\n\n"
        ),
        "{text}"
    );
    assert!(
        text.ends_with("#client-go-credential-plugins\n\ninstall me"),
        "{text}"
    );
}

#[tokio::test]
async fn broken_files_are_named() {
    let files = Files::new();
    let broken = files.write("broken", "{{{");
    let data = KUBECONFIG.replace("server:", "certificate-authority-data: '!!!', server:");
    let data = files.write("data", &data);
    let (first, second) = (broken.display().to_string(), data.display().to_string());
    assert_eq!(
        text(options(&[broken, data])).await,
        format!(
            "kubernetes cluster unreachable: [error loading config file {first:?}: yaml: line 1: did not find \
             expected node content, error loading config file {second:?}: illegal base64 data at input byte 0]"
        )
    );
}

#[test]
fn the_namespace_needs_no_cluster_and_no_runtime() {
    let files = Files::new();
    let config = files.write("config", KUBECONFIG);
    let broken = files.write("broken", "{{{");
    let missing = files.path("none");
    assert_eq!(
        default_namespace(&options(std::slice::from_ref(&config))),
        "ctxns"
    );
    assert_eq!(
        default_namespace(&options(&[missing.clone(), config.clone()])),
        "ctxns"
    );
    assert_eq!(default_namespace(&options(&[missing])), "default");
    // One broken file spoils all of them.
    assert_eq!(
        default_namespace(&options(&[broken, config.clone()])),
        "default"
    );
    let mut asked = options(&[config]);
    asked.context = Some("nope".into());
    assert_eq!(default_namespace(&asked), "default");
    asked.namespace = Some("foo".into());
    assert_eq!(default_namespace(&asked), "foo");
}
