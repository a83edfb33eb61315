//! Times in a local zone that is not UTC. Expected texts by `helm template` of Helm 4.3.1
//! with `TZ=America/New_York`.

#![expect(clippy::unwrap_used, reason = "tests of fixed inputs")]

use std::sync::Arc;

use jiff::tz::TimeZone;
use pintle_go_template::{Functions, Limits, Set};
use pintle_go_value::Value;
use pintle_sprig::Env;

fn evaluate(expression: &str) -> String {
    let mut env = Env::system();
    env.local_zone = TimeZone::get("America/New_York").unwrap();
    let mut functions = Functions::new();
    functions.extend(pintle_sprig::functions(&env));
    let mut set = Set::new(Arc::new(functions));
    set.add("t", format!("{{{{ {expression} }}}}")).unwrap();
    let bytes = set.execute("t", &Value::Nil, &Limits::default()).unwrap();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn local_times_follow_the_zone() {
    for (expression, expected) in TABLE {
        assert_eq!(evaluate(expression), *expected, "{expression}");
    }
}

const TABLE: &[(&str, &str)] = &[
    (
        r#"toDate "2006-01-02" "2020-07-01""#,
        "2020-07-01 00:00:00 -0400 EDT",
    ),
    (
        r#"toDate "2006-01-02 15:04" "2021-03-14 02:30""#,
        "2021-03-14 01:30:00 -0500 EST",
    ),
    (
        r#"toDate "2006-01-02 15:04" "2021-11-07 01:30""#,
        "2021-11-07 01:30:00 -0400 EDT",
    ),
    (
        r#"toDate "2006-01-02 15:04 MST" "2021-11-07 01:30 EST""#,
        "2021-11-07 01:30:00 -0500 EST",
    ),
    (
        r#"toDate "2006-01-02 15:04 MST" "2021-01-07 01:30 EDT""#,
        "2021-01-07 00:30:00 -0500 EST",
    ),
    (
        r#"toDate "2006-01-02 15:04 MST" "2021-01-07 01:30 CET""#,
        "2021-01-07 01:30:00 +0000 CET",
    ),
    (
        r#"toDate "2006-01-02 15:04 -0700" "2021-01-07 01:30 -0500""#,
        "2021-01-07 01:30:00 -0500 EST",
    ),
    (
        r#"toDate "2006-01-02 15:04 -0700" "2021-01-07 01:30 -0400""#,
        "2021-01-07 01:30:00 -0400 -0400",
    ),
    (
        r#"toDate "2006-01-02 15:04 -0700 MST" "2021-07-07 01:30 -0400 EDT""#,
        "2021-07-07 01:30:00 -0400 EDT",
    ),
    (
        r#"toDate "2006-01-02 15:04 -0700 MST" "2021-07-07 01:30 -0400 XXX""#,
        "2021-07-07 01:30:00 -0400 XXX",
    ),
    (
        r#"toDate "2006-01-02T15:04Z07:00" "2021-07-07T01:30Z""#,
        "2021-07-07 01:30:00 +0000 UTC",
    ),
    (
        r#"(toDate "2006-01-02T15:04Z07:00" "2021-07-07T01:30Z").Local"#,
        "2021-07-06 21:30:00 -0400 EDT",
    ),
    (
        r#"(toDate "2006-01-02" "2020-07-01").UTC"#,
        "2020-07-01 04:00:00 +0000 UTC",
    ),
    (
        r#"(toDate "2006-01-02" "2020-07-01").UTC.Local"#,
        "2020-07-01 00:00:00 -0400 EDT",
    ),
    (
        r#"(toDate "2006-01-02" "2020-07-01").Location"#,
        "America/New_York",
    ),
    (
        r#"(toDate "2006-01-02" "2020-07-01").GoString"#,
        "time.Date(2020, time.July, 1, 0, 0, 0, 0, time.Local)",
    ),
    (
        r#"(toDate "2006-01-02 15:04" "2021-03-13 02:30").AddDate 0 0 1"#,
        "2021-03-14 01:30:00 -0500 EST",
    ),
    (
        r#"(toDate "2006-01-02 15:04" "2021-03-13 02:30").IsDST"#,
        "false",
    ),
    (
        r#"date "2006-01-02 15:04 MST" (int64 0)"#,
        "1969-12-31 19:00 EST",
    ),
    ("htmlDate 0", "1969-12-31"),
    (
        r#"dateModify "24h" (toDate "2006-01-02 15:04" "2021-03-13 02:30")"#,
        "2021-03-14 03:30:00 -0400 EDT",
    ),
    (
        r#"toJson (toDate "2006-01-02" "2020-07-01")"#,
        r#""2020-07-01T00:00:00-04:00""#,
    ),
    (
        r#"unixEpoch (toDate "2006-01-02" "2020-07-01")"#,
        "1593576000",
    ),
    (
        r#"(toDate "2006-01-02 15:04" "2021-03-13 02:30").Truncate (mustToDuration "24h")"#,
        "2021-03-12 19:00:00 -0500 EST",
    ),
    (
        r#"(toDate "2006-01-02 15:04" "2021-03-13 14:30").Round (mustToDuration "24h")"#,
        "2021-03-13 19:00:00 -0500 EST",
    ),
    (
        r#"toDate "2006-01-02 15:04 MST" "1900-01-07 01:30 EWT""#,
        "1900-01-07 00:30:00 -0500 EST",
    ),
];
