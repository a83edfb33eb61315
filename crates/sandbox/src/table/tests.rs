use super::*;

#[test]
fn ages() {
    let (minute, hour, day) = (60, 3600, 86400);
    for (seconds, text) in [
        (-5, "<invalid>"),
        (-1, "0s"),
        (0, "0s"),
        (119, "119s"),
        (2 * minute, "2m"),
        (9 * minute + 59, "9m59s"),
        (10 * minute + 1, "10m"),
        (3 * hour, "3h"),
        (7 * hour + 59 * minute, "7h59m"),
        (8 * hour + minute, "8h"),
        (47 * hour, "47h"),
        (2 * day, "2d"),
        (2 * day + hour, "2d1h"),
        (8 * day + hour, "8d"),
        (729 * day, "729d"),
        (730 * day, "2y"),
        (800 * day, "2y70d"),
        (8 * 365 * day + day, "8y"),
    ] {
        assert_eq!(duration(seconds), text);
    }
    assert_eq!(age(&Value::Null, 0), "<unknown>");
    assert_eq!(age(&Value::from("1970-01-01T00:00:10.5Z"), 30), "20s");
}
