//! Real clients, which write objects in protobuf where they know their types.

use std::path::PathBuf;

use pintle_sandbox::{Options, Sandbox};
use pintle_testkit::Home;
use pintle_testkit::oracle::{self, Peer};
use serde_json::{Value, json};

struct Client {
    program: PathBuf,
    home: Home,
    sandbox: Sandbox,
}

impl Client {
    fn of(peer: Peer, test: &str) -> Option<Self> {
        let program = oracle::find_or_skip(peer, test)?;
        let home = Home::new();
        let sandbox = Sandbox::start(&Options::default()).expect("a port");
        home.write("kubeconfig", sandbox.kubeconfig());
        Some(Self {
            program,
            home,
            sandbox,
        })
    }

    /// What it prints; it must go well.
    fn run(&self, line: &str) -> String {
        let command = self.home.command(&self.program);
        let ran = command
            .env("KUBECONFIG", self.home.path().join("kubeconfig"))
            .args(line.split(' '))
            .current_dir(self.home.path())
            .run();
        let (printed, told) = (ran.stdout.clone(), ran.stderr.clone());
        assert_eq!(ran.code, Some(0), "{line}: {told}");
        printed
    }

    /// An object, by its path.
    fn object(&self, path: &str) -> Value {
        let export = self.sandbox.api().export();
        let all = export.split("---\n").filter(|one| !one.is_empty());
        let mut all = all.map(|one| {
            let options = pintle_go_yaml::Options::default();
            let (value, _) = pintle_go_yaml::parse_with(one.as_bytes(), &options).expect("YAML");
            let options = pintle_go_value::json::Options::default();
            let text = pintle_go_value::json::encode(&value, options).expect("JSON");
            serde_json::from_slice::<Value>(&text).expect("JSON")
        });
        let [kind, namespace, name] = path.split('/').collect::<Vec<_>>()[..] else {
            panic!("{path} is no path");
        };
        let is = |one: &Value| {
            let meta = &one["metadata"];
            let of = meta["namespace"].as_str().unwrap_or_default();
            one["kind"] == kind && of == namespace && meta["name"] == name
        };
        all.find(is).unwrap_or_else(|| panic!("no {path}"))
    }
}

#[test]
fn kubectl_creates_objects_of_types_that_it_knows() {
    let Some(kubectl) = Client::of(Peer::Kubectl, "clients::kubectl") else {
        return;
    };
    kubectl.home.write("file", b"\0\xff".as_slice());
    for (line, printed) in [
        ("namespace n", "namespace/n created\n"),
        ("serviceaccount a -n n", "serviceaccount/a created\n"),
        (
            "configmap c -n n --from-literal=k=v --from-literal=e= --from-file=file",
            "configmap/c created\n",
        ),
        (
            "secret generic s -n n --from-literal=k=v",
            "secret/s created\n",
        ),
        (
            "deployment d -n n --image=i:1 --replicas=0 --port=80",
            "deployment.apps/d created\n",
        ),
        (
            "service clusterip v -n n --tcp=80:http",
            "service/v created\n",
        ),
        (
            "job j -n n --image=i -- sh -c true",
            "job.batch/j created\n",
        ),
        (
            "cronjob j -n n --image=i --schedule=@daily",
            "cronjob.batch/j created\n",
        ),
        (
            "role r -n n --verb=get --resource=pods,deployments.apps",
            "role.rbac.authorization.k8s.io/r created\n",
        ),
        (
            "rolebinding b -n n --role=r --serviceaccount=n:a",
            "rolebinding.rbac.authorization.k8s.io/b created\n",
        ),
        (
            "clusterrole r --verb=get --non-resource-url=/x",
            "clusterrole.rbac.authorization.k8s.io/r created\n",
        ),
        (
            "quota q -n n --hard=cpu=1500m,pods=2",
            "resourcequota/q created\n",
        ),
        (
            "ingress i -n n --rule=h/p*=v:80",
            "ingress.networking.k8s.io/i created\n",
        ),
        (
            "poddisruptionbudget p -n n --selector=app=d --min-available=50%",
            "poddisruptionbudget.policy/p created\n",
        ),
        (
            "priorityclass p --value=5 --description=d",
            "priorityclass.scheduling.k8s.io/p created\n",
        ),
    ] {
        assert_eq!(kubectl.run(&format!("create {line}")), printed);
    }
    assert!(kubectl.run("create token a -n n").starts_with("sandbox."));
    let part = |path: &str, pointer: &str| {
        let object = kubectl.object(path);
        object.pointer(pointer).cloned().unwrap_or_default()
    };
    for (path, pointer, value) in [
        ("ConfigMap/n/c", "/data", json!({"k": "v", "e": ""})),
        ("ConfigMap/n/c", "/binaryData", json!({"file": "AP8="})),
        (
            "ConfigMap/n/c",
            "/metadata/managedFields/0/manager",
            json!("kubectl-create"),
        ),
        ("Secret/n/s", "/data", json!({"k": "dg=="})),
        ("Secret/n/s", "/type", json!("Opaque")),
        ("Deployment/n/d", "/spec/replicas", json!(0)),
        (
            "Deployment/n/d",
            "/spec/template/spec/containers/0/ports",
            json!([{"containerPort": 80, "protocol": "TCP"}]),
        ),
        ("Service/n/v", "/spec/ports/0/targetPort", json!("http")),
        (
            "ResourceQuota/n/q",
            "/spec/hard",
            json!({"cpu": "1500m", "pods": "2"}),
        ),
        (
            "PodDisruptionBudget/n/p",
            "/spec/minAvailable",
            json!("50%"),
        ),
    ] {
        assert_eq!(part(path, pointer), value, "{path} {pointer}");
    }
    kubectl.run("scale deployment d -n n --replicas=2");
    assert_eq!(part("Deployment/n/d", "/spec/replicas"), json!(2));
    kubectl.run("delete configmap c -n n --wait=false");
    assert!(!kubectl.run("get configmaps -n n -o name").contains("/c\n"));
}

#[test]
fn helm_4_installs_into_a_new_namespace() {
    helm(Peer::Helm4, "clients::helm_4");
}

#[test]
fn helm_3_installs_into_a_new_namespace() {
    helm(Peer::Helm3, "clients::helm_3");
}

fn helm(peer: Peer, test: &str) {
    let Some(helm) = Client::of(peer, test) else {
        return;
    };
    let home = &helm.home;
    home.write(
        "chart/Chart.yaml",
        "apiVersion: v2\nname: small\nversion: 0.1.0\n",
    );
    home.write(
        "chart/templates/all.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {{ .Release.Name }}\ndata:\n  a: b\n",
    );
    helm.run("install one chart --create-namespace --namespace new");
    let namespace = helm.object("Namespace//new");
    assert_eq!(namespace["metadata"]["labels"]["name"], "new");
    let map = helm.object("ConfigMap/new/one");
    assert_eq!(map["data"], json!({"a": "b"}));
    let record = helm.object("Secret/new/sh.helm.release.v1.one.v1");
    assert_eq!(record["type"], "helm.sh/release.v1");
    assert!(helm.run("list --namespace new --short").contains("one"));
    helm.run("upgrade one chart --namespace new");
    helm.run("uninstall one --namespace new");
    assert_eq!(helm.run("list --namespace new --short").trim(), "");
}
