//! A Kubernetes API server to ask, with kubectl and with wrk.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context as _, Result, ensure};

/// How long wrk asks a server each time, in seconds.
pub const SECONDS: &str = "2";

/// The namespace that all of it happens in.
const NAMESPACE: &str = "bench-sandbox";

/// A server, with admin's rights.
pub struct Api {
    kubectl: PathBuf,
    kubeconfig: PathBuf,
    server: String,
    token: String,
}

/// What is asked again and again.
#[derive(Debug, Clone, Copy)]
pub enum Request {
    Get,
    List,
    Create,
    Patch,
    Apply,
}

impl Request {
    pub const ALL: [Self; 5] = [
        Self::Get,
        Self::List,
        Self::Create,
        Self::Patch,
        Self::Apply,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Self::Get => "get a Deployment",
            Self::List => "list 100 Deployments",
            Self::Create => "create ConfigMaps",
            Self::Patch => "merge patches of Deployments",
            Self::Apply => "server-side apply of Deployments",
        }
    }
}

/// A Deployment as JSON.
pub fn deployment(name: &str, replicas: usize) -> String {
    format!(
        "{{\"apiVersion\":\"apps/v1\",\"kind\":\"Deployment\",\"metadata\":{{\"name\":\"{name}\",\
         \"annotations\":{{\"round\":\"0\"}}}},\"spec\":{{\"replicas\":{replicas},\"selector\":{{\"matchLabels\":\
         {{\"app\":\"{name}\"}}}},\"template\":{{\"metadata\":{{\"labels\":{{\"app\":\"{name}\"}}}},\"spec\":\
         {{\"containers\":[{{\"name\":\"web\",\"image\":\"nginx:1.27\",\"ports\":[{{\"containerPort\":80}}],\
         \"env\":[{{\"name\":\"A\",\"value\":\"1\"}},{{\"name\":\"B\",\"value\":\"2\"}}],\
         \"resources\":{{\"requests\":{{\"cpu\":\"10m\",\"memory\":\"16Mi\"}}}}}}]}}}}}}}}"
    )
}

impl Api {
    /// A sandbox, by the kubeconfig it wrote.
    pub fn of_sandbox(kubectl: &Path, kubeconfig: &Path) -> Result<Self> {
        let mut api = Self::at(kubectl, kubeconfig)?;
        api.token = api.kubectl(&[
            "config",
            "view",
            "--raw",
            "-o",
            "jsonpath={.users[0].user.token}",
        ])?;
        ensure!(!api.token.is_empty(), "no token");
        api.kubectl(&["get", "--raw", "/readyz"])?;
        api.kubectl(&["create", "namespace", NAMESPACE])?;
        Ok(api)
    }

    /// A real server: an account with all rights is made there, for its token.
    pub fn real(kubectl: &Path, kubeconfig: &Path) -> Result<Self> {
        let mut api = Self::at(kubectl, kubeconfig)?;
        let _ = api.kubectl(&["delete", "namespace", NAMESPACE, "--wait"]);
        let _ = api.kubectl(&["delete", "clusterrolebinding", NAMESPACE]);
        api.kubectl(&["create", "namespace", NAMESPACE])?;
        api.kubectl(&["create", "serviceaccount", NAMESPACE])?;
        let account = format!("--serviceaccount={NAMESPACE}:{NAMESPACE}");
        let role = "--clusterrole=cluster-admin";
        api.kubectl(&["create", "clusterrolebinding", NAMESPACE, role, &account])?;
        let token = api.kubectl(&["create", "token", NAMESPACE])?;
        token.trim().clone_into(&mut api.token);
        Ok(api)
    }

    fn at(kubectl: &Path, kubeconfig: &Path) -> Result<Self> {
        let mut api = Self {
            kubectl: kubectl.to_owned(),
            kubeconfig: kubeconfig.to_owned(),
            server: String::new(),
            token: String::new(),
        };
        let path = "jsonpath={.clusters[0].cluster.server}";
        api.server = api.kubectl(&["config", "view", "-o", path])?;
        ensure!(!api.server.is_empty(), "no server");
        Ok(api)
    }

    /// Runs kubectl to its end, in the namespace of the measurement.
    pub fn kubectl(&self, words: &[&str]) -> Result<String> {
        let output = Command::new(&self.kubectl)
            .arg("--kubeconfig")
            .arg(&self.kubeconfig)
            .args(["--namespace", NAMESPACE])
            .args(words)
            .output()?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "kubectl {words:?}: {told}");
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Makes the Deployments that are asked for.
    pub fn prepare(&self, home: &Path) -> Result<()> {
        let file = home.join("deployments.json");
        let lines = (0..100).map(|number| deployment(&format!("d-{number}"), 0) + "\n");
        fs::write(&file, lines.collect::<String>())?;
        self.kubectl(&["create", "-f", &file.to_string_lossy(), "-o", "name"])?;
        Ok(())
    }

    /// Requests in a second, by wrk's word; all of them must succeed.
    pub fn rate(&self, home: &Path, request: Request, round: usize) -> Result<f64> {
        let script = home.join("ask.lua");
        fs::write(&script, self.script(request, round))?;
        let output = Command::new("wrk")
            .args(["-t2", "-c8", &format!("-d{SECONDS}s"), "-s"])
            .arg(&script)
            .arg(&self.server)
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(!text.contains("Non-2xx"), "{request:?}: {text}");
        ensure!(!text.contains("Socket errors"), "{request:?}: {text}");
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("Requests/sec:"));
        let told = String::from_utf8_lossy(&output.stderr);
        let line = line.with_context(|| format!("wrk: {}: {text}{told}", output.status))?;
        Ok(line.trim().parse()?)
    }

    /// What wrk does, in Lua. Each thread has a number, each request of it another.
    fn script(&self, request: Request, round: usize) -> String {
        let deployments = format!("/apis/apps/v1/namespaces/{NAMESPACE}/deployments");
        let one = format!("\"{deployments}/d-\" .. (thread_number * 50 + n % 50)");
        let (method, path, kind, body) = match request {
            Request::Get => (
                "GET",
                format!("\"{deployments}/d-7\""),
                "",
                "nil".to_owned(),
            ),
            Request::List => ("GET", format!("\"{deployments}\""), "", "nil".to_owned()),
            Request::Create => (
                "POST",
                format!("\"/api/v1/namespaces/{NAMESPACE}/configmaps\""),
                "application/json",
                format!(
                    "'{{\"metadata\":{{\"name\":\"c-{round}-' .. thread_number .. '-' .. n .. \
                     '\"}},\"data\":{{\"key\":\"value\"}}}}'"
                ),
            ),
            Request::Patch => (
                "PATCH",
                one,
                "application/merge-patch+json",
                format!(
                    "'{{\"metadata\":{{\"annotations\":{{\"patched\":\"{round}-' .. n .. '\"}}}}}}'"
                ),
            ),
            Request::Apply => {
                let object = deployment("d-NUMBER", 0)
                    .replace("d-NUMBER", "d-' .. (thread_number * 50 + n % 50) .. '")
                    .replace(
                        "\"round\":\"0\"",
                        &format!("\"round\":\"{round}-' .. n .. '\""),
                    );
                (
                    "PATCH",
                    one + " .. \"?fieldManager=bench&force=true\"",
                    "application/apply-patch+yaml",
                    format!("'{object}'"),
                )
            }
        };
        let token = &self.token;
        format!(
            "local threads = 0\n\
             function setup(thread)\n  thread:set(\"thread_number\", threads)\n  threads = threads + 1\nend\n\
             local n = 0\n\
             local headers = {{ [\"Authorization\"] = \"Bearer {token}\", [\"Content-Type\"] = \"{kind}\" }}\n\
             function request()\n  n = n + 1\n  return wrk.format(\"{method}\", {path}, headers, {body})\nend\n"
        )
    }
}
