//! What clients print.
//!
//! Each `*.transcript` is a session with a shell: lines that begin with `$` (and go on in lines with
//! `>`) are what was typed; below them stands, two spaces in, what the API server of Kubernetes
//! v1.37.1 had clients print, and their exit code where it was none. The sandbox must have them print
//! the same. When `PINTLE_TEST_KUBECONFIG` names a real server (`tests/cluster/up`), it is asked
//! again; `PINTLE_UPDATE=1` writes down what is printed, `PINTLE_SCRIPT=NAME` takes one transcript
//! alone. `# ~ WHY` above a command says that the sandbox prints something else: `FIDELITY.md` does,
//! too.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use pintle_sandbox::{Options, Sandbox};
use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Home, skip};

use crate::same::same;

/// How many transcripts are played at a time.
const AT_ONCE: usize = 4;
/// How often one is played until it prints what is expected: what two programs do at the same
/// time on a busy machine, one now and then does first.
const PLAYS: usize = 3;

#[derive(Debug, Default)]
struct Step {
    /// Lines above it that are no command.
    above: Vec<String>,
    typed: Vec<String>,
    printed: Vec<String>,
    code: i32,
}

impl Step {
    fn differs(&self) -> Option<&str> {
        self.above.iter().find_map(|line| line.strip_prefix("# ~ "))
    }

    fn answer(&self) -> String {
        let mut text = String::new();
        for line in &self.printed {
            let _ = writeln!(text, "{}", format!("  {line}").trim_end());
        }
        if self.code != 0 {
            let _ = writeln!(text, "[exit {}]", self.code);
        }
        text
    }
}

#[derive(Debug)]
struct Transcript {
    path: PathBuf,
    steps: Vec<Step>,
}

impl Transcript {
    fn read(path: PathBuf) -> Self {
        let text = fs::read_to_string(&path).expect("a transcript");
        let (mut steps, mut above): (Vec<Step>, Vec<String>) = (Vec::new(), Vec::new());
        for line in text.lines() {
            if let Some(typed) = line.strip_prefix("$ ") {
                steps.push(Step {
                    above: std::mem::take(&mut above),
                    typed: vec![typed.to_owned()],
                    ..Step::default()
                });
                continue;
            }
            let Some(step) = steps.last_mut().filter(|_| above.is_empty()) else {
                above.push(line.to_owned());
                continue;
            };
            if let Some(typed) = line.strip_prefix('>') {
                let typed = typed.strip_prefix(' ').unwrap_or(typed);
                step.typed.push(typed.to_owned());
            } else if let Some(code) = line.strip_prefix("[exit ") {
                step.code = code.trim_end_matches(']').parse().expect("an exit code");
            } else if line.starts_with('#') {
                above.push(line.to_owned());
            } else {
                let printed = line.strip_prefix("  ").unwrap_or(line);
                step.printed.push(printed.to_owned());
            }
        }
        for step in &mut steps {
            while step.printed.last().is_some_and(String::is_empty) {
                step.printed.pop();
            }
        }
        Self { path, steps }
    }

    fn name(&self) -> String {
        let name = self.path.file_stem().unwrap_or_default();
        name.to_string_lossy().into_owned()
    }

    fn written(&self, answers: &[Step]) -> String {
        let mut text = String::new();
        for (step, answer) in self.steps.iter().zip(answers) {
            for line in &step.above {
                let _ = writeln!(text, "{line}");
            }
            for (at, line) in step.typed.iter().enumerate() {
                let sign = if at == 0 { "$" } else { ">" };
                let _ = writeln!(text, "{}", format!("{sign} {line}").trim_end());
            }
            let _ = writeln!(text, "{}", answer.answer());
        }
        text.trim_end().to_owned() + "\n"
    }
}

/// A cluster, and the programs that speak to it.
struct Cluster<'c> {
    kubeconfig: &'c str,
    /// What is made in it stays, so it is taken away.
    is_real: bool,
    programs: &'c [(&'static str, PathBuf)],
}

impl Cluster<'_> {
    /// What is printed in a namespace of its own, which is there already when it was played before.
    fn play(&self, transcript: &Transcript, again: bool) -> Vec<Step> {
        let home = Home::new();
        let namespace = format!("clients-{}", transcript.name());
        // In a context the user stands in a line of its own.
        let kubeconfig = self.kubeconfig.replace("    namespace: default\n", "");
        let (before, after) = kubeconfig.split_once("    user: ").expect("a user");
        let kubeconfig = format!("{before}    namespace: {namespace}\n    user: {after}");
        home.write("kubeconfig", kubeconfig);
        home.write("bin/none", "");
        for (name, program) in self.programs {
            let link = home.path().join("bin").join(name);
            std::os::unix::fs::symlink(program, link).expect("a link");
        }
        let run = |line: &str| {
            let path = format!("{}/bin:/usr/bin:/bin", home.path().display());
            let line = format!("exec 2>&1; {line}");
            home.command("/usr/bin/timeout")
                .args(["60", "/bin/sh", "-c", &line])
                .env("KUBECONFIG", home.path().join("kubeconfig"))
                .env("PATH", path)
                // These end before there is much to collect: a third less work.
                .env("GOGC", "off")
                .run()
        };
        if self.is_real || again {
            run(&format!(
                "kubectl delete namespace {namespace} --ignore-not-found"
            ))
            .success();
        }
        run(&format!(
            "kubectl create namespace {namespace} && kubectl wait --for=create serviceaccount/default"
        ))
        .success();
        let steps = transcript.steps.iter().map(|step| {
            let done = run(&step.typed.join("\n"));
            Step {
                printed: same(&done.stdout, &home.path().to_string_lossy()),
                code: done.code.unwrap_or(-1),
                ..Step::default()
            }
        });
        let steps = steps.collect();
        if self.is_real {
            run(&format!(
                "kubectl delete namespace {namespace} --wait=false"
            ))
            .success();
        }
        steps
    }

    /// What is wrong with them, and how many steps they have. Those that are not as expected are
    /// played again, each by itself.
    fn judge_all(
        &self,
        transcripts: &[Transcript],
        judge: impl Fn(&Transcript, &[Step]) -> Vec<String>,
    ) -> (Vec<String>, usize) {
        let (mut wrong, mut steps) = (Vec::new(), 0);
        for (transcript, played) in transcripts.iter().zip(self.play_all(transcripts)) {
            steps += played.len();
            let mut found = judge(transcript, &played);
            for _ in 1..PLAYS {
                if found.is_empty() {
                    break;
                }
                found = judge(transcript, &self.play(transcript, true));
            }
            wrong.extend(found);
        }
        (wrong, steps)
    }

    /// All of them, some at a time: what was printed, in their order.
    fn play_all(&self, transcripts: &[Transcript]) -> Vec<Vec<Step>> {
        let next = Mutex::new(0..transcripts.len());
        let played = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            for _ in 0..AT_ONCE {
                scope.spawn(|| {
                    loop {
                        let Some(at) = next.lock().ok().and_then(|mut next| next.next()) else {
                            return;
                        };
                        let steps = self.play(&transcripts[at], false);
                        if let Ok(mut played) = played.lock() {
                            played.push((at, steps));
                        }
                    }
                });
            }
        });
        let mut played = played.into_inner().expect("all were played");
        played.sort_by_key(|(at, _)| *at);
        played.into_iter().map(|(_, steps)| steps).collect()
    }
}

fn transcripts() -> Vec<Transcript> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/clients");
    let files = fs::read_dir(folder).expect("the transcripts");
    let files = files.map(|entry| entry.expect("a file").path());
    let mut files: Vec<PathBuf> = files
        .filter(|path| path.extension().is_some_and(|end| end == "transcript"))
        .collect();
    files.sort();
    let only = std::env::var("PINTLE_SCRIPT").unwrap_or_default();
    let all = files.into_iter().map(Transcript::read);
    all.filter(|one| only.is_empty() || one.name() == only)
        .collect()
}

fn programs(test: &str) -> Option<Vec<(&'static str, PathBuf)>> {
    let all = [
        ("kubectl", Peer::Kubectl),
        ("helm", Peer::Helm4),
        ("helm3", Peer::Helm3),
    ];
    let found = all.map(|(name, peer)| Some((name, oracle::find_or_skip(peer, test)?)));
    found.into_iter().collect()
}

/// The lines that differ, by their longest common beginning and end.
fn difference(name: &str, expected: &Step, actual: &Step) -> Option<String> {
    let (before, after) = (expected.answer(), actual.answer());
    if before == after {
        return None;
    }
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let same = |(a, b): &(&&str, &&str)| a == b;
    let begin = a.iter().zip(&b).take_while(same).count();
    let ends = a[begin..].iter().rev().zip(b[begin..].iter().rev());
    let end = ends.take_while(same).count();
    let mut text = format!("{name}: $ {}\n", expected.typed.join("\n> "));
    for line in &a[begin..a.len() - end] {
        let _ = writeln!(text, "  - {line}");
    }
    for line in &b[begin..b.len() - end] {
        let _ = writeln!(text, "  + {line}");
    }
    Some(text)
}

/// What is wrong with a step in the sandbox, where one may differ whose mark `FIDELITY.md` tells of.
fn told(transcript: &Transcript, expected: &Step, actual: &Step, fidelity: &str) -> Option<String> {
    let name = transcript.name();
    match (difference(&name, expected, actual), expected.differs()) {
        (None, Some(_)) => Some(format!(
            "{name}: $ {}: the same now: take the mark away",
            expected.typed.join("\n> ")
        )),
        (Some(_), Some(why)) if !fidelity.contains(why) => {
            Some(format!("FIDELITY.md does not tell of: {why}"))
        }
        (Some(_), Some(_)) => None,
        (difference, None) => difference,
    }
}

#[test]
fn clients_print_what_the_real_server_had_them_print() {
    let Some(programs) = programs("clients_print_what_the_real_server_had_them_print") else {
        return;
    };
    let fidelity = Path::new(env!("CARGO_MANIFEST_DIR")).join("FIDELITY.md");
    let fidelity = fs::read_to_string(fidelity).expect("what differs");
    let sandbox = Sandbox::start(&Options::default()).expect("it starts");
    let kubeconfig = sandbox.kubeconfig();
    let cluster = Cluster {
        kubeconfig: &kubeconfig,
        is_real: false,
        programs: &programs,
    };
    let (wrong, steps) = cluster.judge_all(&transcripts(), |transcript, played| {
        let pairs = transcript.steps.iter().zip(played);
        let told = pairs.map(|(expected, actual)| told(transcript, expected, actual, &fidelity));
        told.flatten().collect()
    });
    assert!(steps > 0, "no transcript has a command");
    let count = wrong.len();
    assert!(
        count == 0,
        "{count} of {steps} differ:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn the_real_server_still_has_them_print_so() {
    let test = "the_real_server_still_has_them_print_so";
    let Ok(path) = std::env::var("PINTLE_TEST_KUBECONFIG") else {
        let why = "PINTLE_TEST_KUBECONFIG is not set (tests/cluster/up)";
        return skip(test, why);
    };
    let Some(programs) = programs(test) else {
        return;
    };
    let update = std::env::var_os("PINTLE_UPDATE").is_some_and(|value| value == "1");
    let kubeconfig = fs::read_to_string(path).expect("a kubeconfig");
    let cluster = Cluster {
        kubeconfig: &kubeconfig,
        is_real: true,
        programs: &programs,
    };
    let transcripts = transcripts();
    if update {
        for (transcript, played) in transcripts.iter().zip(cluster.play_all(&transcripts)) {
            let written = transcript.written(&played);
            fs::write(&transcript.path, written).expect("the transcript can be written");
        }
        return;
    }
    let (wrong, _) = cluster.judge_all(&transcripts, |transcript, played| {
        let pairs = transcript.steps.iter().zip(played);
        pairs
            .filter_map(|(expected, actual)| difference(&transcript.name(), expected, actual))
            .collect()
    });
    assert!(
        wrong.is_empty(),
        "{} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}
