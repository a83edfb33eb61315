//! StatefulSets, DaemonSets, Jobs, CronJobs.

use serde_json::json;

use crate::{World, conditions, counts, text};

const SET: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: s}
spec:
  replicas: 2
  serviceName: s
  selector: {matchLabels: {app: s}}
  template:
    metadata: {labels: {app: s}}
    spec: {containers: [{name: c, image: 'nginx:1'}]}
  volumeClaimTemplates: [{metadata: {name: v}, spec: {accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Mi}}}}]
";

#[test]
fn a_stateful_set_has_pods_with_claims() {
    let mut world = World::new();
    world.put(SET);
    let set = world.get("apps/statefulsets", "s");
    let revision = text(&set, "/status/updateRevision").to_owned();
    let all = json!({
        "replicas": 2, "readyReplicas": 2, "availableReplicas": 2, "currentReplicas": 2, "updatedReplicas": 2,
        "collisionCount": 0, "currentRevision": revision, "updateRevision": revision,
    });
    assert_eq!(counts(&set), all);
    assert_eq!(
        world.events("s"),
        [
            "Normal SuccessfulCreate: Create Claim v-s-0 Pod s-0 in StatefulSet s success",
            "Normal SuccessfulCreate: Create Pod s-0 in StatefulSet s successful",
            "Normal SuccessfulCreate: Create Claim v-s-1 Pod s-1 in StatefulSet s success",
            "Normal SuccessfulCreate: Create Pod s-1 in StatefulSet s successful",
        ]
    );
    let pod = world.get("/pods", "s-1");
    assert_eq!(text(&pod, "/spec/hostname"), "s-1");
    assert_eq!(
        text(&pod, "/metadata/labels/apps.kubernetes.io~1pod-index"),
        "1"
    );
    let claim = world.get("/persistentvolumeclaims", "v-s-1");
    assert_eq!(
        (
            text(&claim, "/status/phase"),
            text(&claim, "/metadata/labels/app")
        ),
        ("Bound", "s")
    );

    world.change("apps/statefulsets", "s", |set| {
        set["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    let set = world.get("apps/statefulsets", "s");
    assert_ne!(text(&set, "/status/currentRevision"), revision);
    assert_eq!(
        set["status"]["currentRevision"],
        set["status"]["updateRevision"]
    );
    for name in ["s-0", "s-1"] {
        let pod = world.get("/pods", name);
        assert_eq!(text(&pod, "/spec/containers/0/image"), "nginx:2");
    }
    assert_eq!(world.list("apps/controllerrevisions").len(), 2);

    world.change("apps/statefulsets", "s", |set| {
        set["spec"]["replicas"] = 1.into();
    });
    assert!(world.find("/pods", "s-1").is_none());
    assert!(world.find("/persistentvolumeclaims", "v-s-1").is_some());
    world.delete("apps/statefulsets", "s", "Background");
    assert!(world.list("/pods").is_empty());
}

#[test]
fn a_partition_keeps_the_first_pods() {
    let mut world = World::new();
    world.put(SET);
    world.change("apps/statefulsets", "s", |set| {
        set["spec"]["updateStrategy"] =
            json!({"type": "RollingUpdate", "rollingUpdate": {"partition": 1}});
        set["spec"]["template"]["spec"]["containers"][0]["image"] = "nginx:2".into();
    });
    let image = |name: &str| text(&world.get("/pods", name), "/spec/containers/0/image").to_owned();
    assert_eq!(
        (image("s-0"), image("s-1")),
        ("nginx:1".to_owned(), "nginx:2".to_owned())
    );
    let set = world.get("apps/statefulsets", "s");
    assert_eq!(
        (
            &set["status"]["currentReplicas"],
            &set["status"]["updatedReplicas"]
        ),
        (&1.into(), &1.into())
    );
}

#[test]
fn a_daemon_set_has_a_pod_on_the_node() {
    let mut world = World::new();
    world.put("apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: ds}\nspec: {selector: {matchLabels: {a: b}}, template: {metadata: {labels: {a: b}}, spec: {containers: [{name: c, image: 'c:1'}]}}}");
    let all = json!({
        "currentNumberScheduled": 1, "desiredNumberScheduled": 1, "numberAvailable": 1,
        "numberMisscheduled": 0, "numberReady": 1, "updatedNumberScheduled": 1,
    });
    assert_eq!(counts(&world.get("apps/daemonsets", "ds")), all);
    world.change("apps/daemonsets", "ds", |set| {
        set["spec"]["template"]["spec"]["containers"][0]["image"] = "c:2".into();
    });
    assert_eq!(counts(&world.get("apps/daemonsets", "ds")), all);
    assert_eq!(
        text(&world.list("/pods")[0], "/spec/containers/0/image"),
        "c:2"
    );
    world.change("apps/daemonsets", "ds", |set| {
        set["spec"]["template"]["spec"]["nodeSelector"] = json!({"no": "where"});
    });
    assert!(world.list("/pods").is_empty());
}

fn job(more: &str, annotations: &str) -> String {
    format!(
        "apiVersion: batch/v1\nkind: Job\nmetadata: {{name: j}}\nspec:\n{more}  template: {{metadata: {{annotations: {{{annotations}}}}}, spec: {{restartPolicy: Never, containers: [{{name: c, image: 'c:1'}}]}}}}\n"
    )
}

#[test]
fn jobs_end() {
    for (more, annotations, ends, reason, counted) in [
        (
            "  completions: 2\n",
            "",
            "SuccessCriteriaMet=True Complete=True",
            "CompletionsReached",
            json!({"succeeded": 2}),
        ),
        (
            "  backoffLimit: 0\n",
            "pintle.test/fail: 'true'",
            "FailureTarget=True Failed=True",
            "BackoffLimitExceeded",
            json!({"failed": 1}),
        ),
        (
            "  activeDeadlineSeconds: 8\n",
            "pintle.test/run: 'true'",
            "FailureTarget=True Failed=True",
            "DeadlineExceeded",
            json!({"failed": 1}),
        ),
        (
            "  backoffLimit: 1\n",
            "pintle.test/fail: 'true'",
            "FailureTarget=True Failed=True",
            "BackoffLimitExceeded",
            json!({"failed": 2}),
        ),
    ] {
        let mut world = World::new();
        world.put(&job(more, annotations));
        world.pass();
        let job = world.get("batch/jobs", "j");
        let wanted: Vec<String> = ends
            .split(' ')
            .map(|one| format!("{one} {reason}"))
            .collect();
        assert_eq!(conditions(&job), wanted, "{job}");
        for name in ["succeeded", "failed", "active"] {
            assert_eq!(job["status"][name], counted[name], "{name} of {job}");
        }
        assert_eq!(job["status"]["ready"], 0);
    }
}

#[test]
fn a_suspended_job_waits() {
    let mut world = World::new();
    world.put(&job("  suspend: true\n", ""));
    assert_eq!(
        conditions(&world.get("batch/jobs", "j")),
        ["Suspended=True JobSuspended"]
    );
    assert!(world.list("/pods").is_empty());
    world.change("batch/jobs", "j", |job| {
        job["spec"]["suspend"] = false.into();
    });
    let all = [
        "Suspended=False JobResumed",
        "SuccessCriteriaMet=True CompletionsReached",
        "Complete=True CompletionsReached",
    ];
    assert_eq!(conditions(&world.get("batch/jobs", "j")), all);
}

#[test]
fn a_job_goes_after_its_time() {
    let mut world = World::new();
    world.put(&job("  ttlSecondsAfterFinished: 0\n", ""));
    assert!(world.find("batch/jobs", "j").is_some());
    world.pass();
    assert!(world.find("batch/jobs", "j").is_none());
    assert!(world.list("/pods").is_empty());
}

#[test]
fn indexed_jobs_have_one_pod_for_each() {
    let mut world = World::new();
    world.put(&job(
        "  completions: 3\n  parallelism: 2\n  completionMode: Indexed\n",
        "",
    ));
    let job = world.get("batch/jobs", "j");
    assert_eq!(text(&job, "/status/completedIndexes"), "0-2");
    assert!(
        world
            .list("/pods")
            .iter()
            .any(|pod| text(pod, "/metadata/name").starts_with("j-2-"))
    );
}

#[test]
fn a_cron_job_makes_jobs() {
    let mut world = World::new();
    world.put("apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: cj}\nspec: {schedule: '* * * * *', jobTemplate: {spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: 'c:1'}]}}}}}");
    assert!(world.list("batch/jobs").is_empty());
    world.pass();
    let cron = world.get("batch/cronjobs", "cj");
    assert_eq!(
        text(&cron, "/status/lastScheduleTime"),
        "2027-01-15T08:01:00Z"
    );
    let jobs = world.list("batch/jobs");
    assert_eq!(text(&jobs[0], "/metadata/name"), "cj-30000001");
    assert!(
        conditions(&jobs[0])
            .iter()
            .any(|one| one.starts_with("Complete=True"))
    );
}
