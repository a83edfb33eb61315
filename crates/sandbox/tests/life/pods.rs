//! What pods do, and what they are told to do; claims, owners, namespaces.

use pintle_sandbox::store::Key;
use serde_json::{Value, json};

use crate::{World, conditions, text};

fn pod(name: &str, more: &str, spec: &str, image: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}{more}}}\nspec: {{{spec}containers: [{{name: c, image: '{image}'}}]}}\n"
    )
}

fn waiting(pod: &Value) -> &str {
    text(pod, "/status/containerStatuses/0/state/waiting/reason")
}

#[test]
fn pods_do_what_they_are_told() {
    let mark = |mark: &str| format!(", annotations: {{pintle.test/{mark}}}");
    for (more, spec, image, at_once, later) in [
        ("", "", "c:1", "Running", "Running"),
        (
            "",
            "restartPolicy: Never, ",
            "c:1",
            "Succeeded",
            "Succeeded",
        ),
        (
            mark("fail: 'true'").as_str(),
            "restartPolicy: Never, ",
            "c:1",
            "Failed",
            "Failed",
        ),
        (
            mark("run: 'true'").as_str(),
            "restartPolicy: Never, ",
            "c:1",
            "Running",
            "Running",
        ),
        (
            mark("pending: 'true'").as_str(),
            "",
            "c:1",
            "Pending",
            "Pending",
        ),
        (mark("delay: 3s").as_str(), "", "c:1", "Pending", "Running"),
        (
            mark("run-for: 3s").as_str(),
            "restartPolicy: Never, ",
            "c:1",
            "Running",
            "Succeeded",
        ),
        (
            ", labels: {pintle.test/pending: 'true'}",
            "",
            "c:1",
            "Pending",
            "Pending",
        ),
        ("", "", "pintle.test/slow:3s", "Pending", "Running"),
        ("", "", "c:pintle-crash-7", "Failed", "Failed"),
        (
            "",
            "nodeSelector: {no: where}, ",
            "c:1",
            "Pending",
            "Pending",
        ),
    ] {
        let mut world = World::new();
        world.put(&pod("p", more, spec, image));
        assert_eq!(
            text(&world.get("/pods", "p"), "/status/phase"),
            at_once,
            "{more}{spec}{image}"
        );
        world.pass();
        assert_eq!(
            text(&world.get("/pods", "p"), "/status/phase"),
            later,
            "{more}{spec}{image}"
        );
    }
}

#[test]
fn an_image_that_is_not_there() {
    let mut world = World::new();
    world.put(&pod("p", "", "", "pintle.test/no-such-image"));
    assert_eq!(waiting(&world.get("/pods", "p")), "ErrImagePull");
    world.pass();
    let pod = world.get("/pods", "p");
    assert_eq!(
        (waiting(&pod), text(&pod, "/status/phase")),
        ("ImagePullBackOff", "Pending")
    );
}

#[test]
fn a_pod_whose_mark_is_taken_off_starts() {
    let mut world = World::new();
    world.put(&pod(
        "p",
        ", annotations: {pintle.test/pending: 'true'}",
        "",
        "c:1",
    ));
    world.change("/pods", "p", |pod| {
        pod["metadata"]["annotations"] = json!({});
    });
    assert_eq!(text(&world.get("/pods", "p"), "/status/phase"), "Running");
}

#[test]
fn a_deleted_pod_lingers_when_told() {
    let mut world = World::new();
    world.put(&pod(
        "p",
        ", annotations: {pintle.test/delete-delay: 3s}",
        "",
        "c:1",
    ));
    world.put(&pod("q", "", "", "c:1"));
    world.delete("/pods", "p", "");
    world.delete("/pods", "q", "");
    assert!(world.find("/pods", "p").is_some() && world.find("/pods", "q").is_none());
    world.pass();
    assert!(world.find("/pods", "p").is_none());
}

#[test]
fn a_pod_that_nothing_fits() {
    let mut world = World::new();
    world.put(&pod("p", "", "nodeSelector: {no: where}, ", "c:1"));
    let why = "0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector. preemption: 0/1 nodes are available: 1 Preemption is not helpful for scheduling.";
    assert_eq!(
        world.events("p"),
        [format!("Warning FailedScheduling: {why}")]
    );
    assert_eq!(
        conditions(&world.get("/pods", "p")),
        ["PodScheduled=False Unschedulable"]
    );
}

#[test]
fn claims_get_volumes_and_let_go_of_them() {
    let mut world = World::new();
    let claim = |name: &str, more: &str| {
        format!(
            "apiVersion: v1\nkind: PersistentVolumeClaim\nmetadata: {{name: {name}{more}}}\nspec: {{storageClassName: standard, accessModes: [ReadWriteOnce], resources: {{requests: {{storage: 1Mi}}}}}}\n"
        )
    };
    world.put(&claim("c", ""));
    world.put(&claim(
        "held",
        ", annotations: {pintle.test/pending: 'true'}",
    ));
    let bound = world.get("/persistentvolumeclaims", "c");
    assert_eq!(bound["status"]["capacity"], json!({"storage": "1Mi"}));
    assert_eq!(text(&bound, "/status/phase"), "Bound");
    assert_eq!(
        text(
            &world.get("/persistentvolumeclaims", "held"),
            "/status/phase"
        ),
        "Pending"
    );
    let volume = Key::new("/persistentvolumes", "", text(&bound, "/spec/volumeName"));
    let kept = world.api.store.get(&volume).expect("a volume").object();
    assert_eq!(text(&kept, "/status/phase"), "Bound");
    world.put(&pod(
        "p",
        "",
        "volumes: [{name: v, persistentVolumeClaim: {claimName: c}}], ",
        "c:1",
    ));
    world.delete("/persistentvolumeclaims", "c", "");
    assert!(
        world.find("/persistentvolumeclaims", "c").is_some(),
        "a pod uses it"
    );
    world.delete("/pods", "p", "");
    assert!(world.find("/persistentvolumeclaims", "c").is_none());
    assert!(world.api.store.get(&volume).is_none());
}

#[test]
fn load_balancers_and_ingresses_have_addresses() {
    let mut world = World::new();
    world.put("apiVersion: v1\nkind: Service\nmetadata: {name: lb}\nspec: {type: LoadBalancer, ports: [{port: 80}]}");
    let address = json!({"loadBalancer": {"ingress": [{"ip": "203.0.113.10", "ipMode": "VIP"}]}});
    assert_eq!(world.get("/services", "lb")["status"], address);
    world.put("apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: i}\nspec: {defaultBackend: {service: {name: lb, port: {number: 80}}}}");
    let address = json!({"loadBalancer": {"ingress": [{"ip": "203.0.113.10"}]}});
    assert_eq!(
        world.get("networking.k8s.io/ingresses", "i")["status"],
        address
    );
}

#[test]
fn budgets_count_pods() {
    let mut world = World::new();
    world.put(crate::deployments::DEPLOYMENT);
    world.put("apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {minAvailable: 1, selector: {matchLabels: {app: d}}}");
    let status = crate::counts(&world.get("policy/poddisruptionbudgets", "b"));
    assert_eq!(
        status,
        json!({"currentHealthy": 2, "desiredHealthy": 1, "disruptionsAllowed": 1, "expectedPods": 2})
    );
}

#[test]
fn what_is_owned_goes_with_its_owner() {
    let config = |name: &str, owner: &str| {
        format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: {name}{owner}}}\n")
    };
    for (propagation, left) in [("Background", 0), ("Foreground", 0), ("Orphan", 1)] {
        let mut world = World::new();
        world.put(&config("owner", ""));
        let uid = text(&world.get("/configmaps", "owner"), "/metadata/uid").to_owned();
        let reference = format!(
            ", ownerReferences: [{{apiVersion: v1, kind: ConfigMap, name: owner, uid: {uid}, blockOwnerDeletion: true}}]"
        );
        world.put(&config("owned", &reference));
        world.delete("/configmaps", "owner", propagation);
        let all = world.list("/configmaps");
        let owned: Vec<&Value> = all
            .iter()
            .filter(|one| text(one, "/metadata/name") != "kube-root-ca.crt")
            .collect();
        assert_eq!(owned.len(), left, "{propagation}: {owned:?}");
        assert!(
            owned
                .iter()
                .all(|one| one["metadata"].get("ownerReferences").is_none())
        );
    }
    // An owner that never was.
    let mut world = World::new();
    world.put(&config(
        "owned",
        ", ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: nobody, uid: none}]",
    ));
    assert!(world.find("/configmaps", "owned").is_none());
}

#[test]
fn a_namespace_ends_with_all_that_is_in_it() {
    let mut world = World::new();
    world.put("apiVersion: v1\nkind: Namespace\nmetadata: {name: ns}");
    let in_it =
        |text: &str| text.replace("metadata: {name: d}", "metadata: {name: d, namespace: ns}");
    world.put(&in_it(crate::deployments::DEPLOYMENT));
    world.put("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: held, namespace: ns, finalizers: [example.com/mine]}");
    assert_eq!(world.api.store.list("/pods", Some("ns")).0.len(), 2);
    world.delete_in("", "/namespaces", "ns");
    let key = Key::new("/namespaces", "", "ns");
    let held = world.api.store.get(&key).expect("still there").object();
    assert!(
        conditions(&held)
            .contains(&"NamespaceFinalizersRemaining=True SomeFinalizersRemain".to_owned())
    );
    assert_eq!(
        text(&held, "/status/conditions/3/message"),
        "Some resources are remaining: configmaps has 1 resource instances"
    );
    world.release("ns", "/configmaps", "held");
    assert!(world.api.store.get(&key).is_none());
    assert_eq!(
        world
            .api
            .store
            .all()
            .iter()
            .filter(|kept| &*kept.key.namespace == "ns")
            .count(),
        0
    );
}
