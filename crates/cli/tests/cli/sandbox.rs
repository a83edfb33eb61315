//! `sandbox` and `--sandbox`, as somebody who has no cluster tries them.

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Command, Finished, Home};

/// A home whose sandbox is stopped at the end.
struct Desk {
    home: Home,
}

impl Desk {
    fn new() -> Self {
        Self { home: Home::new() }
    }

    fn command(&self, words: &[&str]) -> Command {
        let command = self.home.command(pintle_testkit::pintle!());
        // A cluster that must not be touched.
        let command = command.env("KUBECONFIG", "/nowhere/config");
        command
            .env("HELM_KUBECONTEXT", "nowhere")
            .called("pintle")
            .args(words)
    }

    fn run(&self, words: &[&str]) -> Finished {
        self.command(words).run()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = self.run(&["sandbox", "stop"]);
    }
}

const CHART: &str = "apiVersion: v2\nname: web\nversion: 0.1.0\n";
const DEPLOYMENT: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector:
    matchLabels: {app: {{ .Release.Name }}}
  template:
    metadata:
      labels: {app: {{ .Release.Name }}}
    spec:
      containers:
      - name: web
        image: nginx:1.27
";

fn desk_with_a_chart() -> Desk {
    let desk = Desk::new();
    desk.home.write("web/Chart.yaml", CHART);
    desk.home.write("web/values.yaml", "replicas: 1\n");
    desk.home.write("web/templates/deployment.yaml", DEPLOYMENT);
    desk
}

#[test]
fn a_release_lives_in_the_sandbox() {
    let desk = desk_with_a_chart();
    let installed = desk
        .run(&["--sandbox", "install", "web", "web", "--wait"])
        .success();
    assert!(installed.stdout.contains("STATUS: deployed"), "{installed}");
    assert!(
        installed.stderr.contains("sandbox: no cluster is touched"),
        "{installed}"
    );
    assert!(installed.stderr.contains("just started"), "{installed}");
    let upgraded = desk
        .run(&[
            "--sandbox",
            "upgrade",
            "web",
            "web",
            "--set=replicas=3",
            "--wait",
        ])
        .success();
    assert!(upgraded.stdout.contains("REVISION: 2"), "{upgraded}");
    assert!(!upgraded.stderr.contains("just started"), "{upgraded}");
    let status = desk.run(&["--sandbox", "status", "web"]).success();
    assert!(status.stdout.contains("3/3"), "{status}");
    desk.run(&["--sandbox", "rollback", "web", "1", "--wait"])
        .success();
    let history = desk
        .run(&["--sandbox", "history", "web", "-o", "json"])
        .success();
    assert!(history.stdout.contains("Rollback to 1"), "{history}");
    let exported = desk.run(&["sandbox", "export"]).success();
    assert!(
        exported.stdout.contains("\nkind: Deployment\n"),
        "{exported}"
    );
    desk.run(&["--sandbox", "uninstall", "web", "--wait"])
        .success();
    let exported = desk.run(&["sandbox", "export"]).success();
    assert!(
        !exported.stdout.contains("\nkind: Deployment\n"),
        "{exported}"
    );
}

#[test]
fn objects_are_there_again_after_a_stop_and_after_a_kill() {
    let desk = desk_with_a_chart();
    let start = ["sandbox", "start", "--foreground"];
    let mut running = desk.command(&start).start();
    assert_eq!(running.line(), "listens\n");
    desk.run(&["--sandbox", "install", "web", "web"]).success();
    running.stop("KILL");
    let gone = desk.run(&["sandbox", "status", "-o", "json"]).success();
    assert!(gone.stdout.contains("\"running\":false"), "{gone}");
    let mut running = desk.command(&start).start();
    assert_eq!(running.line(), "listens\n");
    let listed = desk.run(&["--sandbox", "list", "-q"]).success();
    assert_eq!(listed.stdout, "web\n");
    running.stop("INT");
    // Whoever needs it starts it.
    let listed = desk.run(&["--sandbox", "list", "-q"]).success();
    assert_eq!(listed.stdout, "web\n");
    desk.run(&["sandbox", "reset"]).success();
    let listed = desk.run(&["--sandbox", "list", "-q"]).success();
    assert_eq!(listed.stdout, "");
    // It is as new, not empty.
    desk.run(&["--sandbox", "install", "web", "web", "--wait"])
        .success();
}

#[test]
fn what_hinders_its_start_is_named() {
    let desk = desk_with_a_chart();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = taken.local_addr().expect("an address").to_string();
    let done = desk.run(&["sandbox", "start", "--address", &address]);
    assert_eq!(done.code, Some(1), "{done}");
    let text = format!("Error: the sandbox did not start: cannot listen at {address}: ");
    assert!(done.stderr.starts_with(&text), "{done}");
    assert!(done.stderr.contains("\nhint: --address names"), "{done}");

    desk.run(&["--sandbox", "install", "web", "web"]).success();
    desk.run(&["sandbox", "stop"]).success();
    let file = desk
        .home
        .path()
        .join(".local/state/pintle/sandbox/objects.redb");
    let whole = std::fs::read(&file).expect("the file");
    for broken in [&whole[..20_000], b"something else"] {
        std::fs::write(&file, broken).expect("a file");
        let done = desk.run(&["--sandbox", "list"]);
        assert_eq!(done.code, Some(1), "{done}");
        assert!(
            done.stderr
                .starts_with("Error: the sandbox did not start: "),
            "{done}"
        );
        assert!(done.stderr.contains("it begins anew"), "{done}");
        assert!(!done.stderr.contains("panicked"), "{done}");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        std::fs::remove_file(&file).expect("a file");
        desk.run(&["--sandbox", "list"]).success();
        let mode = std::fs::metadata(&file)
            .expect("a file")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn completion_starts_nothing() {
    let desk = desk_with_a_chart();
    let words = ["__complete", "--sandbox", "status", ""];
    let before = desk.run(&words).success();
    assert!(!before.stdout.contains("web"), "{before}");
    let status = desk.run(&["sandbox", "status", "-o", "json"]).success();
    assert!(status.stdout.contains("\"running\":false"), "{status}");
    desk.run(&["--sandbox", "install", "web", "web"]).success();
    let after = desk.run(&words).success();
    assert!(
        after.stdout.starts_with("web\tweb-0.1.0 -> deployed\n"),
        "{after}"
    );
    assert!(!after.stderr.contains("sandbox:"), "{after}");
}

#[test]
fn a_plugin_is_led_to_the_sandbox() {
    let desk = desk_with_a_chart();
    desk.home.write(
        "plugins/asks/plugin.yaml",
        "name: asks\nversion: 0.1.0\ncommand: $HELM_PLUGIN_DIR/asks.sh\n",
    );
    desk.home.write(
        "plugins/asks/asks.sh",
        format!(
            "#!/bin/sh\necho \"asked: $*\"\n{} list -q\n",
            pintle_testkit::pintle!().display()
        ),
    );
    crate::plugin_commands::executable(&desk.home.path().join("plugins/asks/asks.sh"));
    desk.run(&["--sandbox", "install", "web", "web"]).success();
    let plugins = desk.home.path().join("plugins");
    for words in [["--sandbox", "asks", "now"], ["asks", "--sandbox", "now"]] {
        let command = desk.command(&words).env("HELM_PLUGINS", &plugins);
        let done = command.run().success();
        assert_eq!(done.stdout, "asked: now\nweb\n");
        assert!(
            done.stderr.contains("sandbox: no cluster is touched"),
            "{done}"
        );
    }
}

#[test]
fn in_memory_nothing_is_kept() {
    let desk = desk_with_a_chart();
    let path = desk.run(&["sandbox", "start", "--memory"]).success().stdout;
    assert!(
        path.ends_with("/.local/state/pintle/sandbox/kubeconfig\n"),
        "{path}"
    );
    let again = desk.run(&["sandbox", "start"]).success();
    assert_eq!(again.stdout, path);
    desk.run(&["--sandbox", "install", "web", "web"]).success();
    let stopped = desk.run(&["sandbox", "stop"]).success();
    assert_eq!(stopped.stdout, "the sandbox has stopped\n");
    let listed = desk.run(&["--sandbox", "list", "-q"]).success();
    assert_eq!(listed.stdout, "");
}

#[test]
fn a_sandbox_that_does_not_run_says_so() {
    let desk = Desk::new();
    for words in [
        ["sandbox", "kubeconfig"],
        ["sandbox", "reset"],
        ["sandbox", "export"],
    ] {
        let refused = desk.run(&words);
        assert_eq!(refused.code, Some(1), "{refused}");
        let text = "Error: the sandbox does not run\nhint: 'pintle sandbox start' starts it\n";
        assert_eq!(refused.stderr, text);
    }
    let stopped = desk.run(&["sandbox", "stop"]).success();
    assert_eq!(stopped.stdout, "the sandbox does not run\n");
    let refused = desk.run(&["sandbox", "start", "--address", "nowhere"]);
    let text = "Error: \"nowhere\" is no address with a port\nhint: an address looks like 127.0.0.1:6443\n";
    assert_eq!((refused.code, refused.stderr.as_str()), (Some(1), text));
    // An address of somebody else.
    let refused = desk.run(&["sandbox", "start", "--address", "192.0.2.1:1"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused
            .stderr
            .starts_with("Error: the sandbox did not start: "),
        "{refused}"
    );
}

#[test]
fn kubectl_and_helm_reach_it_by_its_kubeconfig() {
    let test = "cli::kubectl_and_helm_reach_it_by_its_kubeconfig";
    let (Some(kubectl), Some(helm)) = (
        oracle::find_or_skip(Peer::Kubectl, test),
        oracle::find_or_skip(Peer::Helm4, test),
    ) else {
        return;
    };
    let desk = desk_with_a_chart();
    let config = desk
        .run(&["sandbox", "start"])
        .success()
        .stdout
        .trim()
        .to_owned();
    desk.run(&["--sandbox", "install", "web", "web", "--wait"])
        .success();
    let other = |program: &std::path::Path, words: &[&str]| {
        desk.home
            .command(program)
            .env("KUBECONFIG", &config)
            .args(words)
            .run()
            .success()
            .stdout
    };
    let pods = other(&kubectl, &["get", "pods", "--no-headers"]);
    assert!(
        pods.starts_with("web-") && pods.contains(" Running "),
        "{pods}"
    );
    assert_eq!(other(&helm, &["list", "-q"]), "web\n");
    assert!(other(&helm, &["status", "web"]).contains("STATUS: deployed"));
}
