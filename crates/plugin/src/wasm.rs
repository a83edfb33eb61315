//! Plugins that are WebAssembly, by the interface of Extism (`extism/v1`).
//!
//! What it is: an interpreter, the functions that modules made with Extism's kits ask their host
//! for, and so much of WASI as such modules need: arguments, environment, clock, randomness,
//! standard streams, and a temporary folder in memory if it is asked for. There are no other files
//! and no sockets. Everything has a limit: memory, time, and whom a plugin may ask.
//!
//! - `memory`: the blocks of bytes that a module shares with its host
//! - `host`: Extism's functions; `http`: its requests
//! - `wasi`: the functions of WASI; `wasi_files`: those for files; `files`: the temporary folder

mod files;
mod host;
mod http;
mod memory;
mod wasi;
mod wasi_files;

use std::fs;
use std::time::{Duration, Instant};

use base64::Engine as _;
use serde_json::{Value, json};
use wasmi::{Config, Engine, Linker, Module, Store, StoreLimits, StoreLimitsBuilder};
use wasmi::{TypedFunc, TypedResumableCall};

use self::files::Files;
use self::http::Http;
use self::memory::Blocks;
use crate::{Error, Extism, GetterInput, Plugin, Variables};

/// More than any module.
const MAX_MODULE: u64 = 256 << 20;
/// The bytes of a page.
const PAGE: u64 = 64 << 10;
/// How many pages a plugin may have that asks for no limit.
const MAX_PAGES: u64 = 16 << 10;
/// How many bytes may be in a plugin's temporary folder.
const MAX_FILES: u64 = 256 << 20;
/// How much is done between two looks at the clock.
const SLICE: u64 = 50_000_000;

/// What a running module and its host share.
struct State {
    blocks: Blocks,
    input: Vec<u8>,
    output: Vec<u8>,
    error: Option<String>,
    variables: std::collections::BTreeMap<String, Vec<u8>>,
    config: std::collections::BTreeMap<String, String>,
    max_variables: i64,
    environment: Variables,
    limits: StoreLimits,
    http: Http,
    files: Option<Files>,
}

impl Plugin {
    /// Runs a plugin that is WebAssembly as a command, on our own output.
    ///
    /// # Errors
    /// It cannot be run, or fails.
    pub(crate) fn run_module(
        &self,
        limits: &Extism,
        arguments: &[String],
        environment: Variables,
        look: &dyn Fn(&str, &[u8]),
    ) -> Result<(), Error> {
        let input = json!({ "extraArgs": arguments });
        let http = Http::new(limits, &environment);
        self.call(limits, &input, environment, http, look)?;
        Ok(())
    }

    fn call(
        &self,
        limits: &Extism,
        input: &Value,
        environment: Variables,
        http: Http,
        look: &dyn Fn(&str, &[u8]),
    ) -> Result<Value, Error> {
        let input = input.to_string().into_bytes();
        look("input", &input);
        let output = self.invoke(limits, input, environment, http)?;
        look("output", &output);
        serde_json::from_slice(&output).map_err(|error| {
            let reason = if output.is_empty() {
                "unexpected end of JSON input".to_owned()
            } else {
                error.to_string()
            };
            Error::new(format!(
                "failed to json marshal plugin output message: reflect.Value: {reason}"
            ))
            .with_hint("a plugin answers with a JSON object, {} at least")
        })
    }

    /// Calls the module's function.
    fn invoke(
        &self,
        limits: &Extism,
        input: Vec<u8>,
        environment: Variables,
        http: Http,
    ) -> Result<Vec<u8>, Error> {
        if let Some(name) = limits.host_functions.first() {
            return Err(Error::new(format!(
                "plugin requested host function {} not found",
                pintle_go_value::format::quoted::quote(name)
            )));
        }
        let created = |error: &dyn std::fmt::Display| {
            Error::new(format!("failed to create existing plugin: {error}"))
        };
        let bytes = self.module()?;
        let mut config = Config::default();
        config.consume_fuel(limits.timeout > 0);
        let engine = Engine::new(&config);
        let module = Module::new(&engine, &bytes).map_err(|error| created(&error))?;
        let pages = match u64::from(limits.max_pages) {
            0 => MAX_PAGES,
            pages => pages.min(MAX_PAGES),
        };
        let bytes = usize::try_from(pages * PAGE).unwrap_or(usize::MAX);
        let state = State {
            blocks: Blocks::within(bytes),
            input,
            output: Vec::new(),
            error: None,
            variables: std::collections::BTreeMap::new(),
            config: limits.config.clone(),
            max_variables: limits.max_variables,
            environment,
            limits: StoreLimitsBuilder::new().memory_size(bytes).build(),
            http,
            files: limits.has_temp_dir.then(|| Files::new(MAX_FILES)),
        };
        let mut store = Store::new(&engine, state);
        store.limiter(|state| &mut state.limits);
        let mut linker = Linker::new(&engine);
        host::define(&mut linker).map_err(|error| created(&error))?;
        wasi::define(&mut linker, &module, &mut store).map_err(|error| created(&error))?;
        if limits.timeout > 0 {
            store.set_fuel(SLICE).map_err(|error| created(&error))?;
        }
        let instance = linker
            .instantiate_and_start(&mut store, &module)
            .map_err(|error| created(&error))?;
        let deadline = (limits.timeout > 0)
            .then(|| Instant::now().checked_add(Duration::from_millis(limits.timeout)))
            .flatten();
        // Modules of some languages set themselves up first.
        for name in ["_initialize", "__wasm_call_ctors"] {
            if let Ok(start) = instance.get_typed_func::<(), ()>(&store, name) {
                ended(finish(start, &mut store, deadline))?;
                break;
            }
        }
        let name = match limits.entry.as_str() {
            "" => "helm_plugin_main",
            name => name,
        };
        let Some(function) = instance.get_func(&store, name) else {
            return Err(Error::new(format!(
                "plugin error: unknown function: {name}"
            )));
        };
        let code = match function.typed::<(), i32>(&store) {
            Ok(function) => ended(finish(function, &mut store, deadline))?.unwrap_or(0),
            // A function of a command has no result.
            Err(_) => match function.typed::<(), ()>(&store) {
                Ok(function) => {
                    ended(finish(function, &mut store, deadline))?;
                    0
                }
                Err(error) => return Err(Error::new(format!("plugin error: {error}"))),
            },
        };
        let state = store.into_data();
        if code == 0 {
            return Ok(state.output);
        }
        Err(match state.error {
            Some(text) => Error::new(format!("plugin error: {text}")),
            // DIFF: Helm crashes when a module fails without a word.
            None => {
                let plugin = &self.metadata.name;
                Error::new(format!("plugin {plugin:?} exited with error")).with_code(code)
            }
        })
    }

    fn module(&self) -> Result<Vec<u8>, Error> {
        let path = self.folder.join("plugin.wasm");
        let failed = |reason: String| {
            Error::new(format!(
                "failed to create existing plugin: {}: {reason}",
                path.display()
            ))
        };
        let size = fs::metadata(&path)
            .map_err(|error| failed(error.to_string()))?
            .len();
        if size > MAX_MODULE {
            return Err(failed(format!("larger than {MAX_MODULE} bytes")));
        }
        fs::read(&path).map_err(|error| failed(error.to_string()))
    }
}

/// Why a call stopped.
enum Stopped {
    Timeout,
    Trap(wasmi::Error),
}

impl From<wasmi::Error> for Stopped {
    fn from(error: wasmi::Error) -> Self {
        Self::Trap(error)
    }
}

/// Calls a function, with a look at the clock every now and then if there is a deadline.
fn finish<R: wasmi::WasmResults>(
    function: TypedFunc<(), R>,
    store: &mut Store<State>,
    deadline: Option<Instant>,
) -> Result<R, Stopped> {
    let Some(deadline) = deadline else {
        return Ok(function.call(&mut *store, ())?);
    };
    let mut call = function.call_resumable(&mut *store, ())?;
    loop {
        match call {
            TypedResumableCall::Finished(result) => return Ok(result),
            TypedResumableCall::HostTrap(trap) => {
                let error = trap.host_error();
                return Err(Stopped::Trap(match error.i32_exit_status() {
                    Some(code) => wasmi::Error::i32_exit(code),
                    None => wasmi::Error::new(error.to_string()),
                }));
            }
            TypedResumableCall::OutOfFuel(stop) => {
                if Instant::now() >= deadline {
                    return Err(Stopped::Timeout);
                }
                store.set_fuel(SLICE.max(stop.required_fuel()))?;
                call = stop.resume(&mut *store)?;
            }
        }
    }
}

/// What came of a call; nothing for a module that ended by itself, and well.
fn ended<R>(outcome: Result<R, Stopped>) -> Result<Option<R>, Error> {
    match outcome {
        Ok(result) => Ok(Some(result)),
        Err(Stopped::Timeout) => Err(Error::new(
            "plugin error: module closed with context deadline exceeded",
        )
        .with_hint("the plugin took longer than the timeout in its plugin.yaml")),
        Err(Stopped::Trap(error)) => match error.i32_exit_status() {
            Some(0) => Ok(None),
            Some(code) => Err(Error::new(format!(
                "plugin error: module closed with exit_code({code})"
            ))),
            None => Err(Error::new(format!("plugin error: {error}"))),
        },
    }
}

/// Fetches a URL by a plugin. `outer` is our own environment, `settings` what the plugin has.
///
/// # Errors
/// It cannot be run, or fails.
pub(crate) fn fetch(
    plugin: &Plugin,
    limits: &Extism,
    input: &GetterInput,
    outer: &Variables,
    settings: Variables,
) -> Result<Vec<u8>, Error> {
    let message = json!({
        "href": input.href,
        "protocol": input.protocol,
        "options": {
            "URL": input.href,
            "CertFile": input.cert_file,
            "KeyFile": input.key_file,
            "CAFile": input.ca_file,
            "UNTar": false,
            "InsecureSkipVerifyTLS": input.insecure,
            "PlainHTTP": false,
            "AcceptHeader": input.accept,
            "Username": input.username,
            "Password": input.password,
            "PassCredentialsAll": input.pass_credentials,
            "UserAgent": input.user_agent,
            "Version": "",
            "Timeout": 120_000_000_000_i64,
        },
    });
    let http = Http::new(limits, outer);
    let answer = plugin.call(limits, &message, settings, http, &|_, _| ())?;
    let data = match answer.get("data") {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::String(text)) => text,
        Some(_) => return Err(unreadable("data is no text")),
    };
    base64::engine::general_purpose::STANDARD
        .decode(data)
        .map_err(|error| unreadable(&error.to_string()))
}

fn unreadable(reason: &str) -> Error {
    Error::new(format!(
        "failed to json marshal plugin output message: reflect.Value: {reason}"
    ))
    .with_hint("a getter answers with {\"data\": \"…\"}, in base64")
}
