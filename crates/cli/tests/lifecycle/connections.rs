//! How the cluster is reached: every global flag and kind of credentials.

use crate::cluster::Fixture;

/// The parts of the test cluster's kubeconfig, through kubectl.
struct Cluster {
    server: String,
    ca_file: String,
    token: String,
}

fn cluster(fixture: &Fixture) -> Cluster {
    let view = |path: &str| {
        let output = format!("jsonpath={{{path}}}");
        fixture
            .kubectl(&["config", "view", "--raw", "--minify", "-o", &output])
            .success()
            .stdout
    };
    let ca = view(".clusters[0].cluster.certificate-authority-data");
    let encoded = fixture.write("ca.b64", &ca);
    let decoded = fixture.shell(&format!("base64 -d < {encoded}")).success();
    let account = ["create", "serviceaccount", "robot"];
    fixture.kubectl(&account).success();
    let user = format!("--serviceaccount={}:robot", fixture.namespace);
    let binding = [
        "create",
        "rolebinding",
        "robot",
        "--clusterrole=admin",
        &user,
    ];
    fixture.kubectl(&binding).success();
    Cluster {
        server: view(".clusters[0].cluster.server"),
        ca_file: fixture.write("ca.crt", &decoded.stdout),
        token: fixture
            .kubectl(&["create", "token", "robot"])
            .success()
            .stdout
            .trim()
            .to_owned(),
    }
}

#[test]
fn with_server_ca_and_token_as_flags() {
    let Some(fixture) = Fixture::new("with_server_ca_and_token_as_flags") else {
        return;
    };
    let cluster = cluster(&fixture);
    let flags = [
        "--kubeconfig=/dev/null".to_owned(),
        format!("--kube-apiserver={}", cluster.server),
        format!("--kube-token={}", cluster.token),
        format!("--namespace={}", fixture.namespace),
    ];
    let mut words = vec!["list", "-q"];
    words.extend(flags.iter().map(String::as_str));
    let untrusted = fixture.pintle(&words);
    assert_eq!(untrusted.code, Some(1), "{untrusted}");
    assert!(untrusted.stderr.contains("certificate"), "{untrusted}");

    let ca = format!("--kube-ca-file={}", cluster.ca_file);
    let trusted = [words.as_slice(), &[ca.as_str()]].concat();
    assert_eq!(fixture.pintle(&trusted).success().stdout, "");
    let insecure = [words.as_slice(), &["--kube-insecure-skip-tls-verify"]].concat();
    assert_eq!(fixture.pintle(&insecure).success().stdout, "");

    let named = [
        trusted.as_slice(),
        &["--kube-tls-server-name=somebody.else"],
    ]
    .concat();
    let wrong = fixture.pintle(&named);
    assert_eq!(wrong.code, Some(1), "{wrong}");
}

#[test]
fn with_the_environment_instead_of_flags() {
    let Some(fixture) = Fixture::new("with_the_environment_instead_of_flags") else {
        return;
    };
    let cluster = cluster(&fixture);
    let done = fixture
        .command(crate::cluster::Program::Pintle)
        .env("KUBECONFIG", "/dev/null")
        .env("HELM_KUBEAPISERVER", &cluster.server)
        .env("HELM_KUBETOKEN", &cluster.token)
        .env("HELM_KUBECAFILE", &cluster.ca_file)
        .args(["list", "-q"])
        .run();
    assert_eq!(done.success().stdout, "");
}

#[test]
fn with_an_exec_plugin_and_a_context() {
    let Some(fixture) = Fixture::new("with_an_exec_plugin_and_a_context") else {
        return;
    };
    let cluster = cluster(&fixture);
    let plugin = fixture.write(
        "plugin.sh",
        &format!(
            "#!/bin/sh\necho '{{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\",\"status\":{{\"token\":\"{}\"}}}}'\n",
            cluster.token
        ),
    );
    let config = fixture.write(
        "exec.yaml",
        &format!(
            "apiVersion: v1
kind: Config
current-context: nowhere
contexts:
- name: nowhere
  context: {{cluster: nowhere, user: robot}}
- name: here
  context: {{cluster: here, user: robot, namespace: {namespace}}}
clusters:
- name: nowhere
  cluster: {{server: 'http://127.0.0.1:9'}}
- name: here
  cluster: {{server: '{server}', certificate-authority: '{ca}'}}
users:
- name: robot
  user:
    exec:
      apiVersion: client.authentication.k8s.io/v1
      interactiveMode: Never
      command: /bin/sh
      args: ['{plugin}']
",
            namespace = fixture.namespace,
            server = cluster.server,
            ca = cluster.ca_file,
        ),
    );
    let flag = format!("--kubeconfig={config}");
    let away = fixture.pintle(&["list", &flag]);
    assert_eq!(away.code, Some(1), "{away}");
    let chart = fixture.chart(
        "c",
        &[(
            "templates/a.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n",
        )],
    );
    let command = |words: &[&str]| {
        fixture
            .command(crate::cluster::Program::Pintle)
            .env_remove("HELM_NAMESPACE")
            .args([flag.as_str(), "--kube-context=here"])
            .args(words)
            .run()
    };
    let done = command(&["install", "r", &chart]).success();
    let namespace = format!("NAMESPACE: {}\n", fixture.namespace);
    assert!(done.stdout.contains(&namespace), "{done}");
    assert!(fixture.exists("configmap/a"));
}

#[test]
fn as_somebody_else() {
    let Some(fixture) = Fixture::with_rights("as_somebody_else") else {
        return;
    };
    let refused = fixture.pintle(&["list", "--kube-as-user=nobody"]);
    assert_eq!(refused.code, Some(1), "{refused}");
    assert!(
        refused
            .stderr
            .contains("User \"nobody\" cannot list resource \"secrets\""),
        "{refused}"
    );
    let group = [
        "list",
        "-q",
        "--kube-as-user=nobody",
        "--kube-as-group=system:masters",
    ];
    assert_eq!(fixture.pintle(&group).success().stdout, "");
}
