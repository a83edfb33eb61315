//! `serve` beside nginx: both serve one folder, and wrk asks each of them in turn.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use pintle_testkit::browser::program;
use pintle_testkit::http::ask;

use super::Programs;
use super::measure::{median, resident};
use crate::table;

/// How long wrk asks a server each time, in seconds.
const SECONDS: &str = "2";

/// A server that ends with the measurement.
struct Server {
    process: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Server {
    fn start(command: &mut Command, address: String) -> Result<Self> {
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .with_context(|| format!("{command:?}"))?;
        let server = Self { process, address };
        let patience = Instant::now() + Duration::from_mins(1);
        while TcpStream::connect(&server.address).is_err() {
            ensure!(Instant::now() < patience, "{command:?} does not listen");
            thread::sleep(Duration::from_millis(20));
        }
        Ok(server)
    }

    /// Requests in a second, by wrk's word.
    fn rate(&self, path: &str, header: Option<&str>) -> Result<f64> {
        let mut wrk = Command::new("wrk");
        wrk.args(["-t2", "-c32", &format!("-d{SECONDS}s")]);
        if let Some(header) = header {
            wrk.args(["-H", header]);
        }
        let output = wrk.arg(format!("http://{}{path}", self.address)).output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        ensure!(
            !text.contains("Non-2xx") || header.is_some(),
            "{path}: {text}"
        );
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("Requests/sec:"));
        let line = line.with_context(|| {
            let told = String::from_utf8_lossy(&output.stderr);
            format!("wrk {}: {}: {text}{told}", path, output.status)
        })?;
        Ok(line.trim().parse()?)
    }

    fn tag(&self, path: &str) -> Result<String> {
        let reply = ask(&self.address, "HEAD", path, &[], b"");
        let tag = reply.header("etag").context("no ETag")?;
        Ok(format!("If-None-Match: {tag}"))
    }
}

/// The table, of so many pairs of runs each.
pub fn page(programs: &Programs, corpus: &Path, rounds: usize) -> Result<String> {
    let nginx = program("nginx")
        .or_else(|| Some(PathBuf::from("/usr/sbin/nginx")).filter(|path| path.is_file()))
        .context("nginx is not here (tests/oracle/packages)")?;
    program("wrk").context("wrk is not here (tests/oracle/packages)")?;
    let home = tempfile::tempdir()?;
    let folder = home.path().join("charts");
    let archives = gather(corpus, &folder)?;
    let indexed = Command::new(&programs.pintle)
        .args(["repo", "index", "."])
        .current_dir(&folder)
        .status()?;
    ensure!(indexed.success(), "repo index: {indexed}");
    let theirs = start_nginx(&nginx, home.path())?;
    let ours = start_ours(&programs.pintle, &folder)?;
    let size = |path: &str| Ok::<_, anyhow::Error>(fs::metadata(folder.join(&path[1..]))?.len());
    let mut rows = Vec::new();
    for path in paths(&folder)? {
        let name = path.trim_start_matches('/');
        let name = if name == "index.yaml" {
            name
        } else {
            "an archive"
        };
        let kilobytes = size(&path)? as f64 / 1000.0;
        rows.push(row(&format!("{name}, {kilobytes:.0} kB"), rounds, || {
            Ok((theirs.rate(&path, None)?, ours.rate(&path, None)?))
        })?);
        if name == "index.yaml" {
            let (their_tag, our_tag) = (theirs.tag(&path)?, ours.tag(&path)?);
            rows.push(row("index.yaml, unchanged", rounds, || {
                Ok((
                    theirs.rate(&path, Some(&their_tag))?,
                    ours.rate(&path, Some(&our_tag))?,
                ))
            })?);
        }
    }
    let head = [
        "what",
        "nginx, requests/s",
        "Pintle, requests/s",
        "of nginx",
    ];
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let changes = after_changes(programs, home.path(), &folder)?;
    Ok(format!(
        "A folder of {archives} archives, 32 connections; the servers and wrk share {cores} cores. The last column \
         is the median of {rounds} pairs of {SECONDS} seconds.\n\n{}\n{changes}\n",
        table::markdown(&head, &rows)
    ))
}

/// How many archives there are when some come.
const MANY: usize = 5_000;
/// How many come, one after the other.
const COME: usize = 10;

/// How soon an archive that comes is in the index of a large folder.
fn after_changes(programs: &Programs, home: &Path, charts: &Path) -> Result<String> {
    let folder = home.join("many");
    fs::create_dir(&folder)?;
    let mut archives = by_size(charts)?;
    // The smaller half: that so many are there is what matters, not what is in them.
    archives.truncate(archives.len() / 2);
    let archives = archives.iter().map(|name| charts.join(name)).cycle();
    for (number, archive) in archives.clone().take(MANY).enumerate() {
        fs::hard_link(archive, folder.join(format!("a-{number}.tgz")))?;
    }
    let started = Instant::now();
    let server = start_ours(&programs.pintle, &folder)?;
    let index = || ask(&server.address, "GET", "/index.yaml", &[], b"").body;
    ensure!(!index().is_empty(), "an empty index");
    let first = started.elapsed();
    let mut times = Vec::new();
    for (number, archive) in archives.take(COME).enumerate() {
        let name = format!("b-{number}.tgz");
        fs::hard_link(archive, folder.join(&name))?;
        let came = Instant::now();
        while !String::from_utf8_lossy(&index()).contains(&name) {
            ensure!(
                came.elapsed() < Duration::from_mins(1),
                "{name} is not told"
            );
        }
        times.push(came.elapsed().as_secs_f64() * 1000.0);
    }
    let megabytes = resident(server.process.id())?;
    Ok(format!(
        "Of a folder of {MANY} archives, the index is there {:.0} ms after the start; an archive that comes is in it \
         {:.0} ms later (median of {COME}). Resident memory then: {megabytes:.0} MB.",
        first.as_secs_f64() * 1000.0,
        median(times)
    ))
}

fn row(name: &str, rounds: usize, pair: impl Fn() -> Result<(f64, f64)>) -> Result<Vec<String>> {
    let pairs: Vec<(f64, f64)> = (0..rounds).map(|_| pair()).collect::<Result<_>>()?;
    let middle = |which: fn(&(f64, f64)) -> f64| median(pairs.iter().map(which).collect());
    Ok(vec![
        name.to_owned(),
        format!("{:.0}", middle(|pair| pair.0)),
        format!("{:.0}", middle(|pair| pair.1)),
        format!("{:.2}", middle(|pair| pair.1 / pair.0)),
    ])
}

/// Copies the archives of the corpus into one folder; of those with one name, the first.
fn gather(corpus: &Path, folder: &Path) -> Result<usize> {
    fs::create_dir(folder)?;
    let mut folders = vec![corpus.join("charts")];
    let mut count = 0;
    while let Some(from) = folders.pop() {
        for entry in fs::read_dir(from)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "tgz") {
                let to = folder.join(path.file_name().unwrap_or_default());
                if !to.exists() {
                    fs::copy(&path, &to)?;
                    count += 1;
                }
            }
        }
    }
    Ok(count)
}

/// The index, and three charts: one of the smallest, one of the middle, and one that is nearly
/// the largest.
fn paths(folder: &Path) -> Result<Vec<String>> {
    let archives = by_size(folder)?;
    let mut paths = vec!["/index.yaml".to_owned()];
    for share in [5, 50, 98] {
        let at = archives.len() * share / 100;
        let name = archives.get(at).context("no archives")?;
        paths.push(format!("/{name}"));
    }
    Ok(paths)
}

/// The archives that the folder's index names, the smallest first. Some archives of the corpus
/// are no charts, on purpose.
fn by_size(folder: &Path) -> Result<Vec<String>> {
    let index = fs::read_to_string(folder.join("index.yaml"))?;
    let mut sizes = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let is_archive = entry
            .path()
            .extension()
            .is_some_and(|extension| extension == "tgz");
        if is_archive && index.contains(&format!("- {name}\n")) {
            sizes.push((entry.metadata()?.len(), name));
        }
    }
    sizes.sort();
    Ok(sizes.into_iter().map(|(_, name)| name).collect())
}

fn free_address() -> Result<String> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string())
}

fn start_ours(program: &Path, folder: &Path) -> Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(program);
    command
        .arg("serve")
        .arg(folder)
        .args(["--read-only", "--address", &address]);
    Server::start(&mut command, address)
}

/// As packages set it up, without a log of requests.
fn start_nginx(program: &Path, home: &Path) -> Result<Server> {
    let address = free_address()?;
    let root = home.display();
    let config = home.join("nginx.conf");
    // Workers of another user would not get into the folder. Others than root have but one.
    let is_root = answer("id", &["-u"])? == "0";
    let user = if is_root { "user root;" } else { "" };
    fs::write(
        &config,
        format!(
            "{user}\ndaemon off;\nworker_processes auto;\npid {root}/nginx.pid;\nerror_log stderr;\n\
             events {{ worker_connections 768; }}\nhttp {{\n  access_log off;\n  sendfile on;\n  tcp_nopush on;\n  \
             client_body_temp_path {root}/t1;\n  proxy_temp_path {root}/t2;\n  fastcgi_temp_path {root}/t3;\n  \
             uwsgi_temp_path {root}/t4;\n  scgi_temp_path {root}/t5;\n  \
             server {{ listen {address}; root {root}/charts; }}\n}}\n"
        ),
    )?;
    let mut command = Command::new(program);
    command.arg("-c").arg(config).arg("-p").arg(home);
    Server::start(&mut command, address)
}

fn answer(program: &str, words: &[&str]) -> Result<String> {
    let output = Command::new(program).args(words).output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
