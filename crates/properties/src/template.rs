//! Templates.

use std::cell::Cell;
use std::sync::{Arc, LazyLock};

use jiff::Timestamp;
use jiff::tz::TimeZone;
use pintle_go_template::{
    CallError, Error, ErrorKind, Function, Functions, Limits, Parameter, Runtime, Set,
};
use pintle_go_value::{Str, Value};
use pintle_sprig::{Clock, Env, Random};

use crate::parts;

/// Functions that spend their time in arithmetic on purpose: the fuzzer would, too.
const SLOW: &[&str] = &[
    "bcrypt",
    "htpasswd",
    "derivePassword",
    "genPrivateKey",
    "genCA",
    "genCAWithKey",
    "genSelfSignedCert",
    "genSelfSignedCertWithKey",
    "genSignedCert",
    "genSignedCertWithKey",
];

const LIMITS: Limits = Limits {
    max_depth: 1000,
    max_include_depth: 100,
    max_output_bytes: 1 << 20,
    max_stack_bytes: 64 << 20,
    max_steps: 20_000,
};

/// What one action may write beyond the limit: it is looked at between actions.
const ONE_ACTION: usize = 80 << 20;

/// A text is a template or it is not, every time alike, and errors say where.
pub(crate) fn parse(input: &[u8]) {
    let text = parts::text(input);
    let functions = &*FUNCTIONS;
    let parse = || {
        let mut set = Set::new(Arc::clone(functions));
        let result = set.add("t", text.as_str()).map_err(|error| shown(&error));
        let names: Vec<String> = set.names().into_iter().map(str::to_owned).collect();
        (result, names)
    };
    let first = parse();
    assert_eq!(first, parse(), "parsing is the same every time");
    if let Err((kind, message)) = first.0 {
        assert_eq!(kind, ErrorKind::Parse);
        assert!(message.starts_with("template: "), "{message}");
    }
}

/// Executing ends, keeps its limits, gives the same every time, and the same when it is
/// recorded, or when it is one execution of many. The input is a template and the YAML of its
/// dot.
pub(crate) fn execute(input: &[u8]) {
    let text = parts::text(input);
    let [template, values] = parts::split(&text);
    let mut set = Set::new(Arc::clone(&FUNCTIONS));
    if set.add("t", template).is_err() {
        return;
    }
    // Templates may change maps: each execution gets values of its own.
    let values = || pintle_go_yaml::parse(values.as_bytes()).unwrap_or_default();
    let plain = alone(&set, "t", &values());
    begin_to_draw();
    let (recorded, _) = set.execute_recorded("t", &values(), &LIMITS);
    let recorded = recorded.map_err(|error| shown(&error));
    assert_eq!(plain, recorded, "recording changes nothing");
    if let Ok(output) = &plain {
        assert!(output.len() <= LIMITS.max_output_bytes + ONE_ACTION);
    }
    if !matches!(plain, Err((ErrorKind::Limit, _))) {
        session(&set, values, values);
        let (one, other) = (values(), values());
        session(&set, || one.clone(), || other.clone());
    }
}

type Outcome = Result<Vec<u8>, (ErrorKind, String)>;

fn alone(set: &Set, name: &str, data: &Value) -> Outcome {
    begin_to_draw();
    let result = set.execute(name, data, &LIMITS);
    result.map_err(|error| shown(&error))
}

/// Templates in one session, each of them twice, give what they give alone: each with data of
/// its own, or all with the same data that some of them may change.
fn session(set: &Set, for_alone: impl Fn() -> Value, for_session: impl Fn() -> Value) {
    let names = set.names();
    let names = names.iter().take(4);
    let mut session = set.session();
    for name in names.clone().chain(names.rev()) {
        let expected = alone(set, name, &for_alone());
        begin_to_draw();
        let outcome = session.execute(name, &for_session(), &LIMITS);
        let outcome = outcome.map(|output| output.clone());
        let outcome = outcome.map_err(|error| shown(&error));
        // What is not found out again takes no steps, and may go on to change the data.
        if matches!(expected, Err((ErrorKind::Limit, _))) {
            return;
        }
        assert_eq!(expected, outcome, "{name} in a session");
    }
}

fn shown(error: &Error) -> (ErrorKind, String) {
    (error.kind, error.text.clone())
}

/// The functions of charts, but for the slow ones, and those that need a chart.
static FUNCTIONS: LazyLock<Arc<Functions>> = LazyLock::new(|| {
    let mut functions = Functions::new();
    let all = pintle_sprig::functions(&env());
    functions.extend(all.into_iter().filter(|one| !SLOW.contains(&&*one.name)));
    let parameters = &[Parameter::Str, Parameter::Any];
    functions.add(Function::new("include", parameters, include).into_pure());
    functions.add(Function::new("tpl", parameters, tpl).into_pure());
    Arc::new(functions)
});

fn include(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let data = arguments.get(1).cloned().unwrap_or_default();
    let text = runtime.execute(&first(arguments), data)?;
    Ok(Value::Str(text))
}

fn tpl(runtime: &mut dyn Runtime, arguments: &[Value]) -> Result<Value, CallError> {
    let data = arguments.get(1).cloned().unwrap_or_default();
    let text = runtime.execute_text("gotpl", &first(arguments), data)?;
    Ok(Value::Str(text))
}

fn first(arguments: &[Value]) -> String {
    let text = arguments.first().and_then(Value::as_str);
    text.map(Str::to_string).unwrap_or_default()
}

fn env() -> Env {
    Env {
        clock: Arc::new(Stopped),
        random: Arc::new(Counter),
        local_zone: TimeZone::UTC,
        dns: None,
    }
}

#[derive(Debug)]
struct Stopped;

impl Clock for Stopped {
    fn now(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

thread_local! {
    static DRAWN: Cell<u64> = const { Cell::new(0) };
}

/// What is drawn at random from now on is what it was the last time.
fn begin_to_draw() {
    DRAWN.set(0);
}

/// Bytes that look random enough, the same in each execution.
#[derive(Debug)]
struct Counter;

impl Random for Counter {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), String> {
        for byte in bytes {
            let state = DRAWN
                .get()
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            DRAWN.set(state);
            *byte = (state >> 56) as u8;
        }
        Ok(())
    }
}
