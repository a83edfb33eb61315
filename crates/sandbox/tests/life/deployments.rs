//! Deployments, their ReplicaSets and pods, services before them.

use serde_json::json;

use crate::{World, conditions, counts, text};

pub const DEPLOYMENT: &str = "apiVersion: apps/v1
kind: Deployment
metadata: {name: d}
spec:
  replicas: 2
  progressDeadlineSeconds: 600
  selector: {matchLabels: {app: d}}
  template:
    metadata: {labels: {app: d}}
    spec: {restartPolicy: Always, containers: [{name: c, image: 'nginx:1', ports: [{name: http, containerPort: 8080, protocol: TCP}]}]}
";

const SERVICE: &str = "apiVersion: v1
kind: Service
metadata: {name: s}
spec: {type: ClusterIP, selector: {app: d}, ports: [{port: 80, targetPort: http, protocol: TCP}]}
";

#[test]
fn a_deployment_becomes_available() {
    let mut world = World::new();
    world.put(DEPLOYMENT);
    world.put(SERVICE);
    let deployment = world.get("apps/deployments", "d");
    assert_eq!(
        conditions(&deployment),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True NewReplicaSetAvailable"
        ]
    );
    let all = json!({"replicas": 2, "updatedReplicas": 2, "readyReplicas": 2, "availableReplicas": 2, "terminatingReplicas": 0});
    assert_eq!(counts(&deployment), all);
    let set = &world.list("apps/replicasets")[0];
    assert_eq!(
        set["metadata"]["annotations"]["deployment.kubernetes.io/revision"],
        "1"
    );
    let name = text(set, "/metadata/name");
    let pods = world.list("/pods");
    assert_eq!(pods.len(), 2);
    for pod in &pods {
        assert!(
            text(pod, "/metadata/name").starts_with(&format!("{name}-")),
            "{pod}"
        );
        assert_eq!(
            conditions(pod),
            [
                "PodReadyToStartContainers=True",
                "Initialized=True",
                "Ready=True",
                "ContainersReady=True",
                "PodScheduled=True"
            ]
        );
        assert_eq!(text(pod, "/status/phase"), "Running");
        let told = world.events(text(pod, "/metadata/name"));
        assert!(
            told[0].starts_with("Normal Scheduled: Successfully assigned default/d-"),
            "{told:?}"
        );
        assert_eq!(told.len(), 4, "{told:?}");
    }
    assert_eq!(
        world.events("d"),
        [format!(
            "Normal ScalingReplicaSet: Scaled up replica set {name} from 0 to 2"
        )]
    );
    assert_eq!(world.events(name).len(), 2);
    let endpoints = world.get("/endpoints", "s");
    assert_eq!(
        endpoints["subsets"][0]["ports"],
        json!([{"port": 8080, "protocol": "TCP"}])
    );
    assert_eq!(
        endpoints["subsets"][0]["addresses"]
            .as_array()
            .map(Vec::len),
        Some(2)
    );
    let slice = &world.list("discovery.k8s.io/endpointslices")[0];
    assert_eq!(slice["endpoints"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        slice["ports"],
        json!([{"name": "", "port": 8080, "protocol": "TCP"}])
    );
}

fn images(world: &World) -> Vec<String> {
    let pods = world.list("/pods");
    let mut all: Vec<String> = pods
        .iter()
        .map(|pod| text(pod, "/spec/containers/0/image").to_owned())
        .collect();
    all.sort();
    all
}

#[test]
fn a_new_template_is_rolled_out_and_back() {
    let mut world = World::new();
    world.put(DEPLOYMENT);
    world.change("apps/deployments", "d", |one| {
        one["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    assert_eq!(images(&world), ["nginx:2", "nginx:2"]);
    let told = world.events("d");
    let sizes: Vec<&str> = told
        .iter()
        .filter_map(|one| one.split_once(" from "))
        .map(|(_, sizes)| sizes)
        .collect();
    assert_eq!(sizes, ["0 to 2", "0 to 1", "2 to 1", "1 to 2", "1 to 0"]);
    let deployment = world.get("apps/deployments", "d");
    assert_eq!(
        text(
            &deployment,
            "/metadata/annotations/deployment.kubernetes.io~1revision"
        ),
        "2"
    );
    world.change("apps/deployments", "d", |one| {
        one["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:1".into();
    });
    assert_eq!(images(&world), ["nginx:1", "nginx:1"]);
    let sets = world.list("apps/replicasets");
    assert_eq!(sets.len(), 2);
    let back = sets
        .iter()
        .find(|set| set["spec"]["replicas"] == 2)
        .expect("the first");
    assert_eq!(
        text(
            back,
            "/metadata/annotations/deployment.kubernetes.io~1revision"
        ),
        "3"
    );
    assert_eq!(
        text(
            back,
            "/metadata/annotations/deployment.kubernetes.io~1revision-history"
        ),
        "1"
    );
    assert_eq!(
        conditions(&world.get("apps/deployments", "d")),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=True NewReplicaSetAvailable"
        ]
    );
}

#[test]
fn a_bad_template_leaves_the_old_pods_and_runs_out_of_time() {
    let mut world = World::new();
    world.put(DEPLOYMENT);
    world.change("apps/deployments", "d", |one| {
        one["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:pintle-crash".into();
    });
    assert_eq!(images(&world), ["nginx:1", "nginx:1", "nginx:pintle-crash"]);
    world.pass();
    assert_eq!(
        conditions(&world.get("apps/deployments", "d")),
        [
            "Available=True MinimumReplicasAvailable",
            "Progressing=False ProgressDeadlineExceeded"
        ]
    );
}

#[test]
fn recreate_ends_the_old_pods_first() {
    let mut world = World::new();
    world.put(&DEPLOYMENT.replace(
        "  replicas: 2",
        "  replicas: 2\n  strategy: {type: Recreate}",
    ));
    world.change("apps/deployments", "d", |one| {
        one["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    assert_eq!(images(&world), ["nginx:2", "nginx:2"]);
    let told = world.events("d");
    let sizes: Vec<&str> = told
        .iter()
        .filter_map(|one| one.split_once(" from "))
        .map(|(_, sizes)| sizes)
        .collect();
    assert_eq!(sizes, ["0 to 2", "2 to 0", "0 to 2"]);
}

#[test]
fn a_paused_deployment_is_scaled_only() {
    let mut world = World::new();
    world.put(DEPLOYMENT);
    world.change("apps/deployments", "d", |one| {
        one["spec"]["paused"] = true.into();
        one["spec"]["replicas"] = 3.into();
        one["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    assert_eq!(images(&world), ["nginx:1", "nginx:1", "nginx:1"]);
    assert!(
        conditions(&world.get("apps/deployments", "d"))
            .contains(&"Progressing=Unknown DeploymentPaused".to_owned())
    );
    world.change("apps/deployments", "d", |one| {
        one["spec"]["paused"] = false.into();
    });
    assert_eq!(images(&world), ["nginx:2", "nginx:2", "nginx:2"]);
}

#[test]
fn only_so_many_old_sets_are_kept() {
    let mut world = World::new();
    world.put(&DEPLOYMENT.replace("  replicas: 2", "  replicas: 2\n  revisionHistoryLimit: 1"));
    for tag in 2..5 {
        let image = format!("nginx:{tag}");
        world.change("apps/deployments", "d", |one| {
            one["spec"]["template"]["spec"]["containers"][0]["image"] = image.into();
        });
    }
    assert_eq!(world.list("apps/replicasets").len(), 2);
    world.delete("apps/deployments", "d", "Background");
    assert!(world.list("apps/replicasets").is_empty() && world.list("/pods").is_empty());
}
