//! Against a real API server, when `PINTLE_TEST_KUBECONFIG` names a kubeconfig of an admin.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

use std::path::PathBuf;
use std::time::Duration;

use pintle_cluster::config::KubeconfigFiles;
use pintle_cluster::wait::{Strategy, WaitOptions};
use pintle_cluster::{
    ClientSideUpdate, Cluster, ConnectOptions, ErrorKind, ObjectReference, Propagation, Resource,
    WriteOptions, table,
};
use serde_json::{Value, json};

fn cluster(test: &str) -> Option<Cluster> {
    let Some(path) = std::env::var_os("PINTLE_TEST_KUBECONFIG") else {
        eprintln!("skipped: {test}: PINTLE_TEST_KUBECONFIG is not set");
        return None;
    };
    Some(Cluster::new(ConnectOptions {
        kubeconfig: KubeconfigFiles::Explicit(PathBuf::from(path)),
        user_agent: "pintle-test".into(),
        ..ConnectOptions::default()
    }))
}

/// Objects in a fresh namespace of their own.
async fn objects(cluster: &Cluster, namespace: &str, bodies: Vec<Value>) -> Vec<Resource> {
    let space = json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": namespace}});
    let space = cluster.resolve(vec![space], "").await.unwrap();
    cluster
        .apply(&space[0], &WriteOptions::default())
        .await
        .unwrap();
    let resources = cluster.resolve(bodies, namespace).await.unwrap();
    for resource in &resources {
        cluster
            .delete(resource, Propagation::Background)
            .await
            .unwrap();
    }
    cluster.wait_deleted(&resources, &wait(20)).await.unwrap();
    resources
}

fn wait(seconds: u64) -> WaitOptions {
    WaitOptions {
        strategy: Strategy::Watcher,
        timeout: Duration::from_secs(seconds),
        ..WaitOptions::default()
    }
}

fn config_map(data: Value) -> Value {
    json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "cm"}, "data": data})
}

fn deployment(annotations: Value) -> Value {
    let mut body = json!({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "dep"}, "spec": {
        "selector": {"matchLabels": {"app": "u"}},
        "template": {"metadata": {"labels": {"app": "u"}},
            "spec": {"containers": [{"name": "a", "image": "x:1"}]}}}});
    // An empty map would differ from none for ever, with us as with Helm.
    if annotations != json!({}) {
        body["spec"]["template"]["metadata"]["annotations"] = annotations;
    }
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn the_server_says_what_it_serves() {
    let Some(cluster) = cluster("the_server_says_what_it_serves") else {
        return;
    };
    let version = cluster.check_reachable().await.unwrap();
    assert!(version.git_version.starts_with("v1."));
    let discovery = cluster.discovery().await.unwrap();
    let all: Vec<&str> = discovery.api_versions().collect();
    for expected in [
        "v1",
        "apps/v1",
        "apps/v1/Deployment",
        "v1/Eviction",
        "apps/v1/Scale",
    ] {
        assert!(all.contains(&expected), "{expected}");
    }
    let unknown = json!({"apiVersion": "foo.bar/v1", "kind": "Nope", "metadata": {"name": "n1"}});
    let error = cluster.resolve(vec![unknown], "ns").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NoMatch);
    assert_eq!(
        error.to_string(),
        "resource mapping not found for name: \"n1\" namespace: \"\" from \"\": no matches for kind \"Nope\" in \
         version \"foo.bar/v1\"\nensure CRDs are installed first"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn objects_are_applied_and_conflicts_told() {
    let Some(cluster) = cluster("objects_are_applied_and_conflicts_told") else {
        return;
    };
    let body = config_map(json!({"a": "1"}));
    let resource = objects(&cluster, "pintle-apply", vec![body])
        .await
        .remove(0);
    let dry = WriteOptions {
        dry_run: true,
        ..WriteOptions::default()
    };
    cluster.apply(&resource, &dry).await.unwrap();
    assert!(cluster.get_resource(&resource).await.unwrap().is_none());
    let made = cluster
        .apply(&resource, &WriteOptions::default())
        .await
        .unwrap();
    assert_eq!(
        ObjectReference::of(&made).to_string(),
        "ConfigMap/pintle-apply/cm"
    );

    let mut wrong = resource.clone();
    wrong.body["data"] = json!({"a": 1});
    let error = cluster
        .apply(&wrong, &WriteOptions::default())
        .await
        .unwrap_err();
    assert!(
        error.to_string().starts_with(
            "server-side apply failed for object pintle-apply/cm /v1, Kind=ConfigMap: "
        ),
        "{error}"
    );
    wrong.name = String::new();
    assert_eq!(
        cluster
            .apply(&wrong, &WriteOptions::default())
            .await
            .unwrap_err()
            .to_string(),
        "server-side apply failed for object pintle-apply/ /v1, Kind=ConfigMap: resource name may not be empty"
    );
    let kind = &resource.kind;
    let mut foreign = cluster.get_resource(&resource).await.unwrap().unwrap();
    foreign["data"]["a"] = json!("2");
    cluster
        .replace_object(kind, "pintle-apply", "cm", &foreign)
        .await
        .unwrap();
    let error = cluster
        .apply(&resource, &WriteOptions::default())
        .await
        .unwrap_err();
    assert!(error.is_conflict());
    assert!(
        error
            .to_string()
            .starts_with("conflict occurred while applying object pintle-apply/cm /v1, Kind=ConfigMap: Apply failed"),
        "{error}"
    );
    let force = WriteOptions {
        force_conflicts: true,
        ..WriteOptions::default()
    };
    assert_eq!(
        cluster.apply(&resource, &force).await.unwrap()["data"]["a"],
        "1"
    );
    let replaced = cluster
        .replace(
            &resource,
            &cluster.get_resource(&resource).await.unwrap().unwrap(),
            &WriteOptions::default(),
        )
        .await
        .unwrap();
    assert_eq!(replaced["data"], json!({"a": "1"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn client_side_releases_can_move_to_the_server() {
    let Some(cluster) = cluster("client_side_releases_can_move_to_the_server") else {
        return;
    };
    let options = WriteOptions::default();
    let old = objects(&cluster, "pintle-csa", vec![deployment(json!({}))])
        .await
        .remove(0);
    let live = cluster.create(&old, &options).await.unwrap();
    let mut new = old.clone();
    new.body["spec"]["template"]["spec"]["containers"] = json!([{"name": "b", "image": "x:2"}]);
    let live = cluster.get_resource(&old).await.unwrap().unwrap_or(live);
    let update = ClientSideUpdate {
        previous: Some(&old.body),
        live: &live,
        three_way_for_all: false,
    };
    let updated = cluster
        .update_client_side(&new, update, &options)
        .await
        .unwrap();
    let containers = &updated.object()["spec"]["template"]["spec"]["containers"];
    assert_eq!(containers.as_array().unwrap().len(), 1);
    assert_eq!(containers[0]["name"], "b");
    // Nothing changed since: nothing is written, whatever the server filled in.
    let live = cluster.get_resource(&new).await.unwrap().unwrap();
    let same = ClientSideUpdate {
        previous: Some(&new.body),
        live: &live,
        three_way_for_all: false,
    };
    let outcome = cluster
        .update_client_side(&new, same, &options)
        .await
        .unwrap();
    assert!(matches!(outcome, pintle_cluster::Updated::Unchanged(_)));

    assert!(cluster.migrate_to_server_side(&new, &live).await.unwrap());
    new.body["metadata"]["labels"] = json!({"x": "y"});
    let applied = cluster.apply(&new, &options).await.unwrap();
    assert_eq!(applied["metadata"]["labels"]["x"], "y");
    assert!(
        !cluster
            .migrate_to_server_side(&new, &applied)
            .await
            .unwrap()
    );
    assert!(cluster.delete(&new, Propagation::Foreground).await.unwrap());
    cluster
        .wait_deleted(&[new.clone()], &wait(20))
        .await
        .unwrap();
    assert!(!cluster.delete(&new, Propagation::Background).await.unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn workloads_become_ready_and_are_shown() {
    let Some(cluster) = cluster("workloads_become_ready_and_are_shown") else {
        return;
    };
    let bodies = vec![deployment(json!({})), config_map(json!({"a": "1"}))];
    let resources = objects(&cluster, "pintle-ready", bodies).await;
    for resource in &resources {
        cluster
            .apply(resource, &WriteOptions::default())
            .await
            .unwrap();
    }
    cluster.wait_ready(&resources, &wait(30)).await.unwrap();
    let legacy = WaitOptions {
        strategy: Strategy::Legacy,
        ..wait(30)
    };
    cluster.wait_ready(&resources, &legacy).await.unwrap();
    let tables = cluster
        .status_tables(&resources, jiff::Timestamp::now())
        .await
        .unwrap();
    let kinds: Vec<&str> = tables.keys().map(String::as_str).collect();
    assert_eq!(kinds, ["v1/ConfigMap", "v1/Deployment", "v1/Pod(related)"]);
    assert!(table::render(&tables).contains(
        "==> v1/Deployment\nNAME   READY   UP-TO-DATE   AVAILABLE   AGE\ndep    1/1     1"
    ));
    let objects = cluster.status_objects(&resources).await.unwrap();
    assert_eq!(objects["v1/Pod(related)"][0]["items"][0]["kind"], "Pod");
    let found = cluster
        .lookup("apps/v1", "Deployment", "pintle-ready", "dep")
        .await
        .unwrap();
    assert!(found.as_map().unwrap().contains("spec"));
    let absent = cluster
        .lookup("v1", "ConfigMap", "pintle-ready", "nope")
        .await
        .unwrap();
    assert!(absent.as_map().unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_become_ready_is_told() {
    let Some(cluster) = cluster("what_does_not_become_ready_is_told") else {
        return;
    };
    let pending = json!({"pintle.test/pending": "true"});
    let resources = objects(&cluster, "pintle-pending", vec![deployment(pending)]).await;
    cluster
        .apply(&resources[0], &WriteOptions::default())
        .await
        .unwrap();
    assert_eq!(
        cluster
            .wait_ready(&resources, &wait(4))
            .await
            .unwrap_err()
            .to_string(),
        "resource Deployment/pintle-pending/dep not ready. status: InProgress, message: Available: 0/1\n\
         context deadline exceeded"
    );
    let legacy = WaitOptions {
        strategy: Strategy::Legacy,
        ..wait(2)
    };
    assert_eq!(
        cluster
            .wait_ready(&resources, &legacy)
            .await
            .unwrap_err()
            .to_string(),
        "context deadline exceeded"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn hooks_run_to_their_end() {
    let Some(cluster) = cluster("hooks_run_to_their_end") else {
        return;
    };
    let job = |name: &str, annotations: Value| {
        json!({"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": name}, "spec": {"backoffLimit": 0,
            "template": {"metadata": {"annotations": annotations}, "spec": {"restartPolicy": "Never",
                "containers": [{"name": "c", "image": "x"}]}}}})
    };
    let bodies = vec![
        job("good", json!({})),
        job("bad", json!({"pintle.test/fail": "true"})),
    ];
    let resources = objects(&cluster, "pintle-hooks", bodies).await;
    for resource in &resources {
        cluster
            .apply(resource, &WriteOptions::default())
            .await
            .unwrap();
    }
    cluster.wait_hook(&resources[0], &wait(30)).await.unwrap();
    let logs = cluster.hook_logs(&resources[0]).await.unwrap();
    assert_eq!((logs.len(), logs[0].container.as_str()), (1, "c"));
    assert!(logs[0].text.contains("a line"), "{:?}", logs[0]);
    assert_eq!(
        cluster
            .wait_hook(&resources[1], &wait(30))
            .await
            .unwrap_err()
            .to_string(),
        "resource Job/pintle-hooks/bad not ready. status: Failed, message: Job Failed. failed: 1/1"
    );
    let legacy = WaitOptions {
        strategy: Strategy::Legacy,
        ..wait(30)
    };
    assert_eq!(
        cluster
            .wait_hook(&resources[1], &legacy)
            .await
            .unwrap_err()
            .to_string(),
        "job bad failed: BackoffLimitExceeded"
    );
}
