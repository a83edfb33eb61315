//! The functions that Extism's kits ask their host for.

use pintle_go_value::{Str, Value, json};
use wasmi::{Caller, Error, Linker};

use super::State;

const MODULE: &str = "extism:host/env";

type Host<'a> = Caller<'a, State>;

fn outside() -> Error {
    Error::new("out of bounds memory access")
}

/// A text that a module names.
fn text(host: &Host<'_>, offset: u64) -> Option<String> {
    let bytes = host.data().blocks.whole(offset)?;
    Some(String::from_utf8_lossy(bytes).into_owned())
}

/// Adds them all.
pub(super) fn define(linker: &mut Linker<State>) -> Result<(), Error> {
    blocks(linker)?;
    messages(linker)?;
    settings(linker)?;
    logs(linker)?;
    requests(linker)
}

/// HTTP.
fn requests(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "http_request",
        |mut host: Host<'_>, request: u64, body: u64| -> Result<u64, Error> {
            let state = host.data_mut();
            // What is sent is ours from here on.
            let request = state.blocks.take(request).unwrap_or_default();
            let body = state.blocks.take(body);
            let answer = state.http.send(&request, body).map_err(Error::new)?;
            if answer.is_empty() {
                return Ok(0);
            }
            kept(state, answer)
        },
    )?;
    linker.func_wrap(MODULE, "http_status_code", |host: Host<'_>| -> i32 {
        i32::from(host.data().http.status)
    })?;
    linker.func_wrap(
        MODULE,
        "http_headers",
        |mut host: Host<'_>| -> Result<u64, Error> {
            let state = host.data_mut();
            let headers = state.http.headers.iter();
            let text = |value: &String| Value::Str(Str::from(value.as_str()));
            let headers = headers.map(|(name, value)| (name.as_str(), text(value)));
            let headers = Value::Map(headers.collect());
            let written = json::encode(&headers, json::Options::default());
            let written = written.map_err(|error| Error::new(error.to_string()))?;
            kept(state, written)
        },
    )?;
    Ok(())
}

/// A new block for a module that must have it.
fn kept(state: &mut State, bytes: Vec<u8>) -> Result<u64, Error> {
    match state.blocks.add(bytes) {
        0 => Err(Error::new("the plugin's memory is full")),
        offset => Ok(offset),
    }
}

/// Blocks of memory.
fn blocks(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(MODULE, "alloc", |mut host: Host<'_>, size: u64| -> u64 {
        host.data_mut().blocks.reserve(size)
    })?;
    linker.func_wrap(MODULE, "free", |mut host: Host<'_>, offset: u64| {
        host.data_mut().blocks.free(offset);
    })?;
    for name in ["length", "length_unsafe"] {
        linker.func_wrap(MODULE, name, |host: Host<'_>, offset: u64| -> u64 {
            host.data().blocks.length(offset)
        })?;
    }
    linker.func_wrap(
        MODULE,
        "load_u8",
        |host: Host<'_>, offset: u64| -> Result<u32, Error> {
            let part = host.data().blocks.part(offset, 1);
            part.map(|part| u32::from(part[0])).ok_or_else(outside)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "load_u64",
        |host: Host<'_>, offset: u64| -> Result<u64, Error> {
            number(host.data().blocks.part(offset, 8))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "store_u8",
        |mut host: Host<'_>, offset: u64, value: u32| -> Result<(), Error> {
            let part = host.data_mut().blocks.part_mut(offset, 1);
            part.ok_or_else(outside)?[0] = value.to_le_bytes()[0];
            Ok(())
        },
    )?;
    linker.func_wrap(
        MODULE,
        "store_u64",
        |mut host: Host<'_>, offset: u64, value: u64| -> Result<(), Error> {
            let part = host.data_mut().blocks.part_mut(offset, 8);
            part.ok_or_else(outside)?
                .copy_from_slice(&value.to_le_bytes());
            Ok(())
        },
    )?;
    Ok(())
}

fn number(part: Option<&[u8]>) -> Result<u64, Error> {
    let bytes = part.and_then(|part| <[u8; 8]>::try_from(part).ok());
    bytes.map(u64::from_le_bytes).ok_or_else(outside)
}

/// Input, output, errors.
fn messages(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(MODULE, "input_length", |host: Host<'_>| -> u64 {
        host.data().input.len() as u64
    })?;
    linker.func_wrap(
        MODULE,
        "input_load_u8",
        |host: Host<'_>, at: u64| -> Result<u32, Error> {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            let byte = host.data().input.get(at);
            byte.map(|byte| u32::from(*byte)).ok_or_else(outside)
        },
    )?;
    linker.func_wrap(
        MODULE,
        "input_load_u64",
        |host: Host<'_>, at: u64| -> Result<u64, Error> {
            let at = usize::try_from(at).unwrap_or(usize::MAX);
            number(
                at.checked_add(8)
                    .and_then(|end| host.data().input.get(at..end)),
            )
        },
    )?;
    linker.func_wrap(
        MODULE,
        "output_set",
        |mut host: Host<'_>, offset: u64, size: u64| -> Result<(), Error> {
            let state = host.data_mut();
            let part = if size == 0 {
                Some(&[][..])
            } else {
                state.blocks.part(offset, size)
            };
            state.output = part.ok_or_else(outside)?.to_vec();
            Ok(())
        },
    )?;
    linker.func_wrap(MODULE, "error_set", |mut host: Host<'_>, offset: u64| {
        host.data_mut().error = text(&host, offset);
    })?;
    Ok(())
}

/// Configuration and variables.
fn settings(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "config_get",
        |mut host: Host<'_>, name: u64| -> u64 {
            let name = text(&host, name).unwrap_or_default();
            let state = host.data_mut();
            match state.config.get(&name) {
                Some(value) => state.blocks.add(value.clone().into_bytes()),
                None => 0,
            }
        },
    )?;
    linker.func_wrap(MODULE, "var_get", |mut host: Host<'_>, name: u64| -> u64 {
        let name = text(&host, name).unwrap_or_default();
        let state = host.data_mut();
        match state.variables.get(&name) {
            Some(value) => state.blocks.add(value.clone()),
            None => 0,
        }
    })?;
    linker.func_wrap(
        MODULE,
        "var_set",
        |mut host: Host<'_>, name: u64, value: u64| -> Result<(), Error> {
            let name = text(&host, name).unwrap_or_default();
            let state = host.data_mut();
            // HELM: a plugin that asks for no room for variables has none.
            if state.max_variables == 0 {
                return Err(Error::new("Vars are disabled by this host"));
            }
            if value == 0 {
                state.variables.remove(&name);
                return Ok(());
            }
            let value = state.blocks.whole(value).unwrap_or_default().to_vec();
            let others = state.variables.iter().filter(|(other, _)| **other != name);
            let size: usize = others.map(|(name, value)| name.len() + value.len()).sum();
            let size = i64::try_from(size + name.len() + value.len()).unwrap_or(i64::MAX);
            if size > state.max_variables {
                return Err(Error::new("Variable store is full"));
            }
            state.variables.insert(name, value);
            Ok(())
        },
    )?;
    Ok(())
}

/// HELM: what a plugin logs is seen by nobody: Extism is never told that somebody listens.
fn logs(linker: &mut Linker<State>) -> Result<(), Error> {
    for name in [
        "log_trace",
        "log_debug",
        "log_info",
        "log_warn",
        "log_error",
    ] {
        linker.func_wrap(MODULE, name, |mut host: Host<'_>, message: u64| {
            host.data_mut().blocks.free(message);
        })?;
    }
    linker.func_wrap(MODULE, "get_log_level", |_: Host<'_>| -> i32 { i32::MAX })?;
    Ok(())
}
