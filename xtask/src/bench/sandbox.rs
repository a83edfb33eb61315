//! The sandbox: how soon it is there, what it takes, and its answers beside a real API server's.
//!
//! - [`api`]: a server to ask, with wrk

mod api;

use std::fs;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::browser::program;
use pintle_testkit::oracle::Peer;

use super::Programs;
use super::measure::{self, median, resident};
use crate::{table, workspace};
use api::{Api, Request};

/// Objects made before memory is looked at: ConfigMaps of about 1 kB, and pods of Deployments.
const CONFIG_MAPS: usize = 5_000;
const DEPLOYMENTS: usize = 25;
const PODS: usize = 5_000 - 2 * DEPLOYMENTS;

/// The text of this part. `kubeconfig` is that of a real API server.
pub fn page(programs: &Programs, kubeconfig: &Path, rounds: usize) -> Result<String> {
    program("wrk").context("wrk is not here (tests/oracle/packages)")?;
    let kubectl = workspace::peer(Peer::Kubectl)?;
    let home = tempfile::tempdir()?;
    let start = starts(programs, home.path(), rounds)?;
    let memory = memory(programs, &kubectl, home.path(), kubeconfig)?;
    let rates = rates(programs, &kubectl, home.path(), kubeconfig, rounds)?;
    let cores = thread::available_parallelism().map_or(1, usize::from);
    Ok(format!(
        "How soon it is there (medians of {rounds} runs):\n\n{start}\n\
         Resident memory:\n\n{memory}\n\
         Requests in a second over TLS, 8 connections; the servers and wrk share {cores} cores. The last \
         column is the median of {rounds} pairs of {} seconds.\n\n{rates}",
        api::SECONDS,
    ))
}

/// A sandbox of this program that ends with the measurement.
struct Running {
    process: Child,
    api: Api,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Running {
    fn start(programs: &Programs, kubectl: &Path, home: &Path, flags: &[&str]) -> Result<Self> {
        let kubeconfig = home.join("kubeconfig");
        let process = command(programs, home)
            .args(["sandbox", "start", "--foreground"])
            .args(flags)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let patience = Instant::now() + Duration::from_secs(10);
        let api = loop {
            if let Ok(api) = Api::of_sandbox(kubectl, &kubeconfig) {
                break api;
            }
            ensure!(Instant::now() < patience, "the sandbox does not start");
            thread::sleep(Duration::from_millis(20));
        };
        Ok(Self { process, api })
    }

    fn memory(&self) -> Result<f64> {
        resident(self.process.id())
    }
}

fn command(programs: &Programs, home: &Path) -> Command {
    let mut command = Command::new(&programs.pintle);
    command
        .env_clear()
        .env("HOME", home)
        .env("PINTLE_SANDBOX_HOME", home);
    command
}

/// A folder of its own for each sandbox.
fn folder(home: &Path, name: &str) -> Result<std::path::PathBuf> {
    let folder = home.join(name);
    fs::create_dir_all(&folder)?;
    Ok(folder)
}

/// How long commands take that start the sandbox, and that find it.
fn starts(programs: &Programs, home: &Path, rounds: usize) -> Result<String> {
    let chart = workspace::root().join("examples/hello");
    let list: Vec<&str> = vec!["--sandbox", "list"];
    let chart = chart.to_string_lossy();
    let install = vec!["--sandbox", "install", "demo", &chart, "--wait"];
    let mut rows = Vec::new();
    for words in [list, install] {
        let (mut cold, mut warm) = (Vec::new(), Vec::new());
        for round in 0..rounds {
            let home = folder(home, &format!("{}-{round}", words[1]))?;
            let run = |words: &[&str]| measure::time(command(programs, &home).args(words));
            cold.push(run(&words)?.as_secs_f64() * 1000.0);
            if words.contains(&"demo") {
                run(&["--sandbox", "uninstall", "demo", "--wait"])?;
            }
            warm.push(run(&words)?.as_secs_f64() * 1000.0);
            run(&["sandbox", "stop"])?;
        }
        let name = words.join(" ").replace(&*chart, "examples/hello");
        rows.push(vec![
            format!("pintle {name}"),
            format!("{:.0}", median(cold)),
            format!("{:.0}", median(warm)),
        ]);
    }
    let head = ["what", "nothing there, ms", "the sandbox runs, ms"];
    Ok(table::markdown(&head, &rows))
}

/// What the sandbox takes with nothing in it and with 10,000 objects; what a real server takes
/// as it is.
fn memory(programs: &Programs, kubectl: &Path, home: &Path, kubeconfig: &Path) -> Result<String> {
    let mut rows = Vec::new();
    for (name, flag) in [
        ("the sandbox, in memory", "--memory"),
        ("the sandbox, in a folder", ""),
    ] {
        let home = folder(home, &format!("idle{flag}"))?;
        let flags: Vec<&str> = [flag].into_iter().filter(|flag| !flag.is_empty()).collect();
        let running = Running::start(programs, kubectl, &home, &flags)?;
        let idle = running.memory()?;
        let start = Instant::now();
        fill(&running.api, &home)?;
        let took = start.elapsed();
        rows.push(vec![
            name.to_owned(),
            format!("{idle:.0}"),
            format!("{:.0}", running.memory()?),
            format!("{:.1}", took.as_secs_f64()),
        ]);
    }
    let state = kubeconfig.parent().context("no folder")?;
    for process in ["kube-apiserver", "etcd"] {
        let file = fs::read_to_string(state.join(format!("{process}.pid")))?;
        let id = file.split(|character: char| !character.is_ascii_digit());
        let id = id.into_iter().find(|word| !word.is_empty());
        let megabytes = resident(id.context("no process id")?.parse()?)?;
        rows.push(vec![
            process.to_owned(),
            format!("{megabytes:.0}"),
            "-".to_owned(),
            "-".to_owned(),
        ]);
    }
    let head = [
        "what",
        "idle, MB",
        "with 10,000 objects and their events, MB",
        "to make them with kubectl, s",
    ];
    Ok(table::markdown(&head, &rows))
}

/// Makes 10,000 objects: ConfigMaps, Deployments with their ReplicaSets, and pods.
fn fill(api: &Api, home: &Path) -> Result<()> {
    let mut text = String::new();
    let filler = "a line of a file that some program reads\\n".repeat(20);
    for number in 0..CONFIG_MAPS {
        text.push_str(&format!(
            "{{\"apiVersion\":\"v1\",\"kind\":\"ConfigMap\",\"metadata\":{{\"name\":\"c-{number}\"}},\
             \"data\":{{\"file\":\"{filler}\"}}}}\n"
        ));
    }
    let replicas = PODS / DEPLOYMENTS;
    for number in 0..DEPLOYMENTS {
        text.push_str(&api::deployment(&format!("d-{number}"), replicas));
        text.push('\n');
    }
    let file = home.join("objects.json");
    fs::write(&file, text)?;
    api.kubectl(&["create", "-f", &file.to_string_lossy(), "-o", "name"])?;
    let wait = [
        "wait",
        "deployment",
        "--all",
        "--for=condition=Available",
        "--timeout=120s",
    ];
    api.kubectl(&wait)?;
    let pods = api.kubectl(&["get", "pods", "-o", "name"])?;
    ensure!(pods.lines().count() == PODS, "there are not {PODS} pods");
    Ok(())
}

/// Requests in a second of a real server, and of the sandbox.
fn rates(
    programs: &Programs,
    kubectl: &Path,
    home: &Path,
    kubeconfig: &Path,
    rounds: usize,
) -> Result<String> {
    let theirs = Api::real(kubectl, kubeconfig)?;
    let on_disk = Running::start(programs, kubectl, &folder(home, "disk")?, &[])?;
    let in_memory = Running::start(programs, kubectl, &folder(home, "memory")?, &["--memory"])?;
    let servers = [&theirs, &on_disk.api, &in_memory.api];
    for server in servers {
        server.prepare(home)?;
    }
    let mut rows = Vec::new();
    for request in Request::ALL {
        let mut runs = Vec::new();
        for round in 0..rounds {
            let rate = |server: &Api| server.rate(home, request, round);
            runs.push([rate(servers[0])?, rate(servers[1])?, rate(servers[2])?]);
        }
        let middle =
            |which: fn(&[f64; 3]) -> f64| median(runs.iter().map(which).collect::<Vec<_>>());
        rows.push(vec![
            request.name().to_owned(),
            format!("{:.0}", middle(|run| run[0])),
            format!("{:.0}", middle(|run| run[1])),
            format!("{:.0}", middle(|run| run[2])),
            format!("{:.1}", middle(|run| run[1] / run[0])),
        ]);
    }
    let head = [
        "what",
        "kube-apiserver",
        "the sandbox, in a folder",
        "the sandbox, in memory",
        "in a folder, times kube-apiserver",
    ];
    Ok(table::markdown(&head, &rows))
}
