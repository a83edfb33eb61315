//! What a container would have said: what ran.

use serde_json::Value;

use crate::clock;
use crate::object::{self, each};
use crate::status::Status;

/// Which part of a log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The container; nothing when there is one.
    pub container: Option<String>,
    /// At most so many lines, the last ones.
    pub tail_lines: Option<usize>,
    /// At most so many bytes, the first ones.
    pub limit_bytes: Option<usize>,
    /// Of the container that was there before.
    pub previous: bool,
    /// With the time before each line.
    pub timestamps: bool,
    /// Not older than so many seconds.
    pub since_seconds: Option<i64>,
    /// Not older than this, in seconds since 1970.
    pub since: Option<i64>,
}

/// The log of a container; `now` is in seconds since 1970.
///
/// # Errors
/// A container that is not there, or has not started.
pub fn log(pod: &Value, options: &Options, now: i64) -> Result<String, Status> {
    let container = find(pod, options.container.as_deref())?;
    let name = container["name"].as_str().unwrap_or_default();
    let lists = [
        "containerStatuses",
        "initContainerStatuses",
        "ephemeralContainerStatuses",
    ];
    let mut statuses = lists
        .into_iter()
        .flat_map(|kind| each(&pod["status"][kind]));
    let status = statuses
        .find(|one| one["name"] == name)
        .unwrap_or(&Value::Null);
    let about = |why: &str| {
        format!(
            "container \"{name}\" in pod \"{}\" is {why}",
            object::name(pod)
        )
    };
    if options.previous && status["lastState"]["terminated"].is_null() {
        let message = format!(
            "previous terminated container \"{name}\" in pod \"{}\" not found",
            object::name(pod)
        );
        return Err(Status::bad_request(message));
    }
    let state = &status["state"];
    let crashed = status["lastState"].get("terminated").is_some();
    let started = match (&state["waiting"], crashed) {
        (Value::Object(waiting), false) => {
            let reason = waiting
                .get("reason")
                .and_then(Value::as_str)
                .unwrap_or_default();
            return Err(Status::bad_request(about(&match reason {
                "ErrImagePull" | "ImagePullBackOff" => {
                    "waiting to start: trying and failing to pull image".to_owned()
                }
                reason => format!("waiting to start: {reason}"),
            })));
        }
        (Value::Object(_), true) => &status["lastState"]["terminated"]["startedAt"],
        _ if state["terminated"].is_object() => &state["terminated"]["startedAt"],
        _ if state["running"].is_object() => &state["running"]["startedAt"],
        _ => {
            let why = match pod["spec"]["nodeName"].as_str() {
                None | Some("") => return Ok(String::new()),
                Some(_) => "waiting to start: ContainerCreating",
            };
            return Err(Status::bad_request(about(why)));
        }
    };
    let started = started.as_str().unwrap_or_default();
    Ok(cut(&lines(container, status), started, options, now))
}

fn find<'p>(pod: &'p Value, wanted: Option<&str>) -> Result<&'p Value, Status> {
    let name = object::name(pod);
    let spec = &pod["spec"];
    let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else {
        let all: Vec<&Value> = each(&spec["containers"]).collect();
        if let [one] = all.as_slice() {
            return Ok(one);
        }
        let names = |kind: &str| {
            let names = each(&spec[kind]).filter_map(|one| one["name"].as_str());
            names.collect::<Vec<_>>().join(" ")
        };
        let mut message = format!(
            "a container name must be specified for pod {name}, choose one of: [{}]",
            names("containers")
        );
        if each(&spec["initContainers"]).next().is_some() {
            message.push_str(&format!(
                " or one of the init containers: [{}]",
                names("initContainers")
            ));
        }
        return Err(Status::bad_request(message));
    };
    let kinds = ["containers", "initContainers", "ephemeralContainers"];
    let mut all = kinds.into_iter().flat_map(|kind| each(&spec[kind]));
    all.find(|one| one["name"] == wanted).ok_or_else(|| {
        Status::bad_request(format!("container {wanted} is not valid for pod {name}"))
    })
}

/// What ran, with what, and how it ended.
fn lines(container: &Value, status: &Value) -> Vec<String> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let words = |name: &str| {
        each(&container[name])
            .map(|word| format!("{:?}", text(word)))
            .collect::<Vec<_>>()
            .join(" ")
    };
    let mut lines = vec![format!(
        "pintle sandbox: container {} of image {}",
        text(&container["name"]),
        text(&container["image"])
    )];
    for (name, what) in [("command", "command"), ("args", "arguments")] {
        if each(&container[name]).next().is_some() {
            lines.push(format!("{what}: {}", words(name)));
        }
    }
    let variables = each(&container["env"]).count() + each(&container["envFrom"]).count();
    if variables > 0 {
        lines.push(format!(
            "environment: {variables} {}",
            if variables == 1 { "entry" } else { "entries" }
        ));
    }
    let ended = [
        &status["state"]["terminated"],
        &status["lastState"]["terminated"],
    ];
    if let Some(code) = ended.iter().find_map(|one| one["exitCode"].as_i64()) {
        lines.push(format!("ended with exit code {code}"));
    }
    lines
}

fn cut(lines: &[String], started: &str, options: &Options, now: i64) -> String {
    let at = clock::seconds(started).unwrap_or(now);
    let since = options
        .since
        .or_else(|| options.since_seconds.map(|seconds| now - seconds));
    if since.is_some_and(|since| at < since) {
        return String::new();
    }
    let skip = options
        .tail_lines
        .map_or(0, |most| lines.len().saturating_sub(most));
    let mut text = String::new();
    for line in &lines[skip..] {
        if options.timestamps {
            text.push_str(started);
            text.push(' ');
        }
        text.push_str(line);
        text.push('\n');
    }
    if let Some(most) = options.limit_bytes {
        text.truncate(text.floor_char_boundary(most));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn pod() -> Value {
        let started = "2027-01-15T08:00:00Z";
        json!({
            "metadata": {"name": "p"},
            "spec": {
                "nodeName": "node-1",
                "initContainers": [{"name": "i", "image": "i:1"}],
                "containers": [
                    {"name": "c", "image": "c:1", "command": ["sh", "-c"], "args": ["echo \"hi\""], "env": [{"name": "A"}]},
                    {"name": "w", "image": "w:1"},
                ],
            },
            "status": {
                "containerStatuses": [
                    {"name": "c", "state": {"terminated": {"exitCode": 3, "startedAt": started}}},
                    {"name": "w", "state": {"waiting": {"reason": "ImagePullBackOff"}}},
                ],
            },
        })
    }

    #[test]
    fn a_log_says_what_ran() {
        let of = |options: Options| {
            let container = options.container.clone().or(Some("c".to_owned()));
            log(
                &pod(),
                &Options {
                    container,
                    ..options
                },
                1_800_000_010,
            )
            .map_err(|status| status.message)
        };
        let whole = "pintle sandbox: container c of image c:1\ncommand: \"sh\" \"-c\"\narguments: \"echo \\\"hi\\\"\"\nenvironment: 1 entry\nended with exit code 3\n";
        assert_eq!(of(Options::default()).as_deref(), Ok(whole));
        let tail = Options {
            tail_lines: Some(1),
            timestamps: true,
            ..Options::default()
        };
        assert_eq!(
            of(tail).as_deref(),
            Ok("2027-01-15T08:00:00Z ended with exit code 3\n")
        );
        let short = Options {
            limit_bytes: Some(6),
            ..Options::default()
        };
        assert_eq!(of(short).as_deref(), Ok("pintle"));
        let fresh = Options {
            since_seconds: Some(5),
            ..Options::default()
        };
        assert_eq!(of(fresh).as_deref(), Ok(""));
        let before = Options {
            previous: true,
            ..Options::default()
        };
        assert_eq!(
            of(before),
            Err("previous terminated container \"c\" in pod \"p\" not found".to_owned())
        );
        for (container, why) in [
            (
                "",
                "a container name must be specified for pod p, choose one of: [c w] or one of the init containers: [i]",
            ),
            ("x", "container x is not valid for pod p"),
            (
                "w",
                "container \"w\" in pod \"p\" is waiting to start: trying and failing to pull image",
            ),
        ] {
            let options = Options {
                container: Some(container.to_owned()),
                ..Options::default()
            };
            assert_eq!(of(options), Err(why.to_owned()));
        }
    }
}
