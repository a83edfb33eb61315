//! The charts that everybody starts with, rendered by both programs here and now.

use std::path::Path;

use pintle_testkit::oracle::{self, Peer};
use pintle_testkit::{Home, skip};

use crate::{corpus, template};

/// Settings that reach each file of the chart of `helm create`.
const CREATED: [&[&str]; 4] = [
    &[],
    &[
        "--set",
        "ingress.enabled=true,autoscaling.enabled=true,replicaCount=3",
    ],
    &[
        "--set",
        "httpRoute.enabled=true,serviceAccount.create=false",
    ],
    &["--namespace", "other", "--set-string", "image.tag=1.27"],
];

/// Passwords, which would otherwise be random, and then more of that chart.
const MYSQL: [&[&str]; 3] = [
    &["--set", "mysqlRootPassword=a,mysqlPassword=b"],
    &[
        "--set",
        "mysqlRootPassword=a,mysqlPassword=b,mysqlUser=me,metrics.enabled=true,\
         networkPolicy.enabled=true",
    ],
    &[
        "--set",
        "mysqlRootPassword=a,mysqlPassword=b,ssl.enabled=true,persistence.enabled=false",
    ],
];

fn compare(helm: &Path, home: &Home, chart: &str, renders: &[&[&str]]) {
    for words in renders {
        let theirs = template(home, helm, &["demo", chart]).args(*words).run();
        let ours = template(home, &pintle_testkit::pintle!(), &["demo", chart])
            .called("helm-4.3.1")
            .args(*words)
            .run();
        assert_eq!(theirs.code, Some(0), "{theirs}");
        if let Some(difference) =
            pintle_testkit::snapshot::difference(&theirs.to_string(), &ours.to_string())
        {
            panic!("{chart} {words:?}: {difference}");
        }
    }
}

#[test]
fn the_chart_of_helm_create_renders_the_same() {
    let test = "the_chart_of_helm_create_renders_the_same";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let home = Home::new();
    home.command(&helm).args(["create", "web"]).run().success();
    compare(&helm, &home, "web", &CREATED);
}

#[test]
fn stable_mysql_renders_the_same() {
    let test = "stable_mysql_renders_the_same";
    let Some(helm) = oracle::find_or_skip(Peer::Helm4, test) else {
        return;
    };
    let archive = corpus::folder().join("charts/stable/mysql-1.6.9.tgz");
    if !archive.is_file() {
        skip(test, "the shared corpus is not here (../shared/corpus)");
        return;
    }
    let home = Home::new();
    compare(&helm, &home, &archive.to_string_lossy(), &MYSQL);
}
