//! One namespace of the test cluster, with the programs that act on it.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use pintle_sandbox::{Options, Sandbox};
use pintle_testkit::oracle::{Peer, find_or_skip, workspace_root};
use pintle_testkit::{Command, Finished, Home, skip};
use tempfile::TempDir;

/// A fresh namespace; it goes away with the value.
pub struct Fixture {
    home: Home,
    kubeconfig: PathBuf,
    pub namespace: String,
    helm4: PathBuf,
    helm3: PathBuf,
    kubectl: PathBuf,
}

/// A program under test or a peer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    Pintle,
    Helm4,
    Helm3,
}

impl Fixture {
    /// The same on a real API server alone: in the sandbox everyone is admin.
    pub fn with_rights(test: &str) -> Option<Self> {
        if std::env::var_os("PINTLE_TEST_KUBECONFIG").is_none() {
            skip(test, "PINTLE_TEST_KUBECONFIG is not set (tests/cluster/up)");
            return None;
        }
        Self::new(test)
    }

    /// `None`, and a reported skip, when a part is missing here.
    pub fn new(test: &str) -> Option<Self> {
        let fixture = Self {
            home: Home::new(),
            kubeconfig: kubeconfig(),
            namespace: unique("t"),
            helm4: find_or_skip(Peer::Helm4, test)?,
            helm3: find_or_skip(Peer::Helm3, test)?,
            kubectl: find_or_skip(Peer::Kubectl, test)?,
        };
        let namespace = format!(
            "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: {}\n",
            fixture.namespace
        );
        let namespace = fixture.write("namespace.yaml", &namespace);
        fixture.kubectl(&["create", "-f", &namespace]).success();
        Some(fixture)
    }

    /// A program in the fixture's namespace.
    pub fn command(&self, program: Program) -> Command {
        let path = match program {
            Program::Pintle => pintle_testkit::pintle!(),
            Program::Helm4 => self.helm4.clone(),
            Program::Helm3 => self.helm3.clone(),
        };
        self.home
            .command(path)
            .env("KUBECONFIG", &self.kubeconfig)
            .env("HELM_NAMESPACE", &self.namespace)
    }

    pub fn run(&self, program: Program, arguments: &[&str]) -> Finished {
        self.command(program).args(arguments).run()
    }

    pub fn pintle(&self, arguments: &[&str]) -> Finished {
        self.run(Program::Pintle, arguments)
    }

    pub fn helm(&self, arguments: &[&str]) -> Finished {
        self.run(Program::Helm4, arguments)
    }

    pub fn kubectl(&self, arguments: &[&str]) -> Finished {
        self.home
            .command(&self.kubectl)
            .env("KUBECONFIG", &self.kubeconfig)
            .arg(format!("--namespace={}", self.namespace))
            .args(arguments)
            .run()
    }

    /// Runs a line of shell.
    pub fn shell(&self, line: &str) -> Finished {
        self.home.command("/bin/sh").args(["-c", line]).run()
    }

    /// One field of one object, empty when either is missing.
    pub fn field(&self, object: &str, jsonpath: &str) -> String {
        let output = format!("jsonpath={jsonpath}");
        let done = self.kubectl(&["get", object, "--ignore-not-found", "-o", &output]);
        done.success().stdout
    }

    /// Whether an object exists.
    pub fn exists(&self, object: &str) -> bool {
        !self.field(object, "{.metadata.name}").is_empty()
    }

    /// Writes a file below the fixture's home and gives its path.
    pub fn write(&self, path: &str, text: &str) -> String {
        self.home.write(path, text);
        self.home.path().join(path).display().to_string()
    }

    /// A chart of our own with the given templates; gives its path.
    pub fn chart(&self, name: &str, templates: &[(&str, &str)]) -> String {
        let metadata = format!("apiVersion: v2\nname: {name}\nversion: 0.1.0\nappVersion: \"9\"\n");
        self.write(&format!("{name}/Chart.yaml"), &metadata);
        for (path, text) in templates {
            self.write(&format!("{name}/{path}"), text);
        }
        self.chart_path(name)
    }

    /// Where a chart below the fixture's home is.
    pub fn chart_path(&self, name: &str) -> String {
        self.home.path().join(name).display().to_string()
    }
}

impl Drop for Fixture {
    fn drop(&mut self) {
        let _ = self.kubectl(&["delete", "namespace", &self.namespace, "--wait=false"]);
    }
}

/// The kubeconfig of the real API server that `PINTLE_TEST_KUBECONFIG` names, else of a sandbox
/// in this process, which all tests share.
pub fn kubeconfig() -> PathBuf {
    static SANDBOX: LazyLock<(Sandbox, TempDir)> = LazyLock::new(|| {
        let sandbox = Sandbox::start(&Options::default()).expect("a sandbox starts");
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("kubeconfig");
        sandbox
            .write_kubeconfig(&path)
            .expect("its kubeconfig is written");
        (sandbox, folder)
    });
    match std::env::var_os("PINTLE_TEST_KUBECONFIG") {
        Some(path) => path.into(),
        None => SANDBOX.1.path().join("kubeconfig"),
    }
}

/// A name that no other test of this or an earlier run has.
pub fn unique(prefix: &str) -> String {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| since.as_millis());
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("{prefix}-{now:x}-{number}")
}

/// An archive of the shared corpus; `None`, and a reported skip, when it is absent.
pub fn corpus_chart(test: &str, path: &str) -> Option<String> {
    let found = workspace_root().join("../shared/corpus/charts").join(path);
    if found.is_file() {
        return Some(found.display().to_string());
    }
    skip(test, &format!("the corpus has no {path} here"));
    None
}
