//! What every driver must do, checked on the one that needs no cluster; the others run the same
//! checks when `PINTLE_TEST_KUBECONFIG` names a kubeconfig.
#![expect(clippy::unwrap_used, clippy::print_stderr, reason = "helpers of tests")]

use std::path::PathBuf;

use pintle_cluster::config::KubeconfigFiles;
use pintle_cluster::{Cluster, ConnectOptions, WriteOptions};
use pintle_release::{Release, Status};
use pintle_storage::{ConfigMapDriver, Error, MemoryDriver, SecretDriver, Storage};

const NOW: i64 = 1_795_257_715;

fn release(name: &str, namespace: &str, revision: u32, status: Status) -> Release {
    let mut release = Release::new(name, namespace, revision);
    release.info.status = status;
    release.manifest = "---\nkind: ConfigMap\n".repeat(20);
    release.labels.insert("team".into(), "x".into());
    release
}

async fn check(storage: &Storage, namespace: &str) {
    assert!(storage.get("web", 1).await.unwrap_err().is_not_found());
    assert!(storage.last("web").await.unwrap_err().is_not_found());
    assert_eq!(
        storage.deployed("web").await.unwrap_err().to_string(),
        "\"web\" has no deployed releases"
    );
    let mut first = release("web", namespace, 1, Status::Deployed);
    storage.create(&first, NOW).await.unwrap();
    assert!(matches!(
        storage.create(&first, NOW).await,
        Err(Error::AlreadyExists)
    ));
    assert_eq!(storage.get("web", 1).await.unwrap(), first);
    let record = storage.record("web", 1).await.unwrap();
    assert_eq!(record.labels["createdAt"], NOW.to_string());
    assert_eq!(
        (record.name(), record.revision(), record.status()),
        ("web", 1, Status::Deployed)
    );

    let second = release("web", namespace, 2, Status::Deployed);
    first.info.status = Status::Superseded;
    storage.create(&second, NOW).await.unwrap();
    storage.update(&first, NOW + 1).await.unwrap();
    let record = storage.record("web", 1).await.unwrap();
    assert_eq!(record.labels["modifiedAt"], (NOW + 1).to_string());
    assert_eq!(record.labels["team"], "x");
    assert!(!record.labels.contains_key("createdAt"));
    assert_eq!(storage.last("web").await.unwrap(), second);
    assert_eq!(storage.deployed("web").await.unwrap(), second);
    let revisions: Vec<u32> = storage
        .history("web")
        .await
        .unwrap()
        .iter()
        .map(pintle_storage::Record::revision)
        .collect();
    assert_eq!(revisions, [1, 2]);

    storage
        .create(&release("api", namespace, 10, Status::Superseded), NOW)
        .await
        .unwrap();
    storage
        .create(&release("api", namespace, 9, Status::Failed), NOW)
        .await
        .unwrap();
    let newest = storage.newest().await.unwrap();
    let names: Vec<(&str, u32)> = newest.iter().map(|r| (r.name(), r.revision())).collect();
    assert_eq!(names, [("api", 10), ("web", 2)]);
    assert_eq!(newest[1].summary().unwrap().name, "web");
    assert_eq!(newest[0].release().unwrap().revision, 10);

    let trimming = storage.clone().with_max_history(2);
    trimming
        .create(&release("web", namespace, 3, Status::PendingUpgrade), NOW)
        .await
        .unwrap();
    let revisions: Vec<u32> = storage
        .revisions("web")
        .await
        .unwrap()
        .iter()
        .map(pintle_storage::Record::revision)
        .collect();
    assert_eq!(revisions, [2, 3]);
    storage.delete("web", 3).await.unwrap();
    assert!(storage.delete("web", 3).await.unwrap_err().is_not_found());
    storage
        .delete_all(&storage.list().await.unwrap())
        .await
        .unwrap();
    assert!(storage.list().await.unwrap().is_empty());
}

#[tokio::test]
async fn memory() {
    let driver = MemoryDriver::new("ns");
    check(&Storage::new(driver.clone()), "ns").await;
    let elsewhere = Storage::new(driver.in_namespace("other"));
    elsewhere
        .create(&release("web", "other", 1, Status::Failed), NOW)
        .await
        .unwrap();
    assert!(
        Storage::new(driver.clone())
            .list()
            .await
            .unwrap()
            .is_empty()
    );
    assert_eq!(
        Storage::new(driver.in_namespace(""))
            .list()
            .await
            .unwrap()
            .len(),
        1
    );
}

/// A cluster to test with, or none.
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

async fn in_namespace(cluster: &Cluster, name: &str) {
    let body =
        serde_json::json!({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}});
    let resources = cluster.resolve(vec![body], "").await.unwrap();
    cluster
        .apply(&resources[0], &WriteOptions::default())
        .await
        .unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn secrets() {
    let Some(cluster) = cluster("secrets") else {
        return;
    };
    in_namespace(&cluster, "pintle-storage-secrets").await;
    let storage = Storage::new(SecretDriver::new(cluster, "pintle-storage-secrets"));
    check(&storage, "pintle-storage-secrets").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn config_maps() {
    let Some(cluster) = cluster("config_maps") else {
        return;
    };
    in_namespace(&cluster, "pintle-storage-maps").await;
    let storage = Storage::new(ConfigMapDriver::new(cluster, "pintle-storage-maps"));
    check(&storage, "pintle-storage-maps").await;
}
