//! So much of WASI (preview 1) as modules of plugins need. There are no files but those in the
//! temporary folder (`wasi_files`): without it, whatever asks for one is told that there is none.

use std::io::Write as _;
use std::time::{SystemTime, UNIX_EPOCH};

use wasmi::{Caller, Error, Extern, Func, Linker, Memory, Module, Store, Val};

use super::{State, wasi_files};

pub(super) const MODULE: &str = "wasi_snapshot_preview1";

pub(super) const DONE: i32 = 0;
pub(super) const BAD_DESCRIPTOR: i32 = 8;
pub(super) const FAULT: i32 = 21;
const IO: i32 = 29;
const NOT_THERE: i32 = 52;

pub(super) type Host<'a> = Caller<'a, State>;

fn memory(host: &Host<'_>) -> Option<Memory> {
    host.get_export("memory").and_then(Extern::into_memory)
}

pub(super) fn put(host: &mut Host<'_>, at: u32, bytes: &[u8]) -> Option<()> {
    let at = at as usize;
    let end = at.checked_add(bytes.len())?;
    let place = memory(host)?.data_mut(&mut *host).get_mut(at..end)?;
    place.copy_from_slice(bytes);
    Some(())
}

pub(super) fn get(host: &Host<'_>, at: u32, size: u32) -> Option<Vec<u8>> {
    let at = at as usize;
    let end = at.checked_add(size as usize)?;
    memory(host)?.data(host).get(at..end).map(<[u8]>::to_vec)
}

pub(super) fn number(host: &Host<'_>, at: u32) -> Option<u32> {
    let bytes: [u8; 4] = get(host, at, 4)?.try_into().ok()?;
    Some(u32::from_le_bytes(bytes))
}

fn done(outcome: Option<()>) -> i32 {
    outcome.map_or(FAULT, |()| DONE)
}

/// Adds those that the module asks for.
pub(super) fn define(
    linker: &mut Linker<State>,
    module: &Module,
    store: &mut Store<State>,
) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "environ_sizes_get",
        |mut host: Host<'_>, count: u32, size: u32| {
            let lines = environment(&host);
            let bytes: usize = lines.iter().map(|line| line.len() + 1).sum();
            let first = put(&mut host, count, &(lines.len() as u32).to_le_bytes());
            done(first.and_then(|()| put(&mut host, size, &(bytes as u32).to_le_bytes())))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "environ_get",
        |mut host: Host<'_>, places: u32, texts: u32| {
            done(put_environment(&mut host, places, texts))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "args_sizes_get",
        |mut host: Host<'_>, count: u32, size: u32| {
            let first = put(&mut host, count, &[0; 4]);
            done(first.and_then(|()| put(&mut host, size, &[0; 4])))
        },
    )?;
    linker.func_wrap(MODULE, "args_get", |_: Host<'_>, _: u32, _: u32| DONE)?;
    linker.func_wrap(
        MODULE,
        "clock_time_get",
        |mut host: Host<'_>, _: u32, _: u64, place: u32| {
            let since = SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .unwrap_or_default();
            let nanoseconds = u64::try_from(since.as_nanos()).unwrap_or(u64::MAX);
            done(put(&mut host, place, &nanoseconds.to_le_bytes()))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "random_get",
        |mut host: Host<'_>, place: u32, size: u32| done(put_random(&mut host, place, size)),
    )?;
    linker.func_wrap(
        MODULE,
        "fd_write",
        |mut host: Host<'_>, file: i32, vectors: u32, count: u32, written: u32| match u32::try_from(
            file,
        ) {
            Ok(file @ 3..) => wasi_files::write(&mut host, file, None, (vectors, count, written)),
            _ => write(&mut host, file, vectors, count, written),
        },
    )?;
    if store.data().files.is_some() {
        wasi_files::define(linker)?;
    } else {
        linker.func_wrap(MODULE, "fd_prestat_get", |_: Host<'_>, _: i32, _: u32| {
            BAD_DESCRIPTOR
        })?;
        linker.func_wrap(MODULE, "fd_close", |_: Host<'_>, _: i32| DONE)?;
    }
    linker.func_wrap(MODULE, "sched_yield", |_: Host<'_>| DONE)?;
    linker.func_wrap(
        MODULE,
        "fd_fdstat_get",
        |mut host: Host<'_>, file: i32, place: u32| {
            if let Ok(file @ 3..) = u32::try_from(file) {
                return wasi_files::state(&mut host, file, place);
            }
            if file < 0 {
                return BAD_DESCRIPTOR;
            }
            // A character device with all rights.
            let mut facts = [0xff; 24];
            facts[..8].copy_from_slice(&[2, 0, 0, 0, 0, 0, 0, 0]);
            done(put(&mut host, place, &facts))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "proc_exit",
        |_: Host<'_>, code: i32| -> Result<(), Error> { Err(Error::i32_exit(code)) },
    )?;
    rest(linker, module, store)
}

/// Those above.
const OURS: [&str; 12] = [
    "args_get",
    "args_sizes_get",
    "clock_time_get",
    "environ_get",
    "environ_sizes_get",
    "fd_close",
    "fd_fdstat_get",
    "fd_prestat_get",
    "fd_write",
    "proc_exit",
    "random_get",
    "sched_yield",
];

/// Every other function of WASI answers that there is no such thing.
fn rest(
    linker: &mut Linker<State>,
    module: &Module,
    store: &mut Store<State>,
) -> Result<(), Error> {
    let mut known = OURS.to_vec();
    if store.data().files.is_some() {
        known.extend(wasi_files::NAMES);
    }
    for import in module.imports() {
        let is_there = known.contains(&import.name());
        let is_wasi = import.module() == MODULE && !is_there;
        let Some(kind) = import.ty().func().filter(|_| is_wasi) else {
            continue;
        };
        known.push(import.name());
        let function = Func::new(&mut *store, kind.clone(), |_, _, results| {
            if let Some(result) = results.first_mut() {
                *result = Val::I32(NOT_THERE);
            }
            Ok(())
        });
        linker.define(MODULE, import.name(), function)?;
    }
    Ok(())
}

fn environment(host: &Host<'_>) -> Vec<String> {
    let variables = host.data().environment.iter();
    variables
        .map(|(name, value)| format!("{name}={value}"))
        .collect()
}

fn put_environment(host: &mut Host<'_>, places: u32, texts: u32) -> Option<()> {
    let mut at = texts;
    for (number, line) in environment(host).iter().enumerate() {
        let place = places.checked_add(4 * u32::try_from(number).ok()?)?;
        put(host, place, &at.to_le_bytes())?;
        put(host, at, line.as_bytes())?;
        let end = at.checked_add(u32::try_from(line.len()).ok()?)?;
        put(host, end, &[0])?;
        at = end.checked_add(1)?;
    }
    Some(())
}

fn put_random(host: &mut Host<'_>, place: u32, size: u32) -> Option<()> {
    const STEP: u32 = 4 << 10;
    let mut left = size;
    let mut at = place;
    while left > 0 {
        let piece = left.min(STEP);
        let mut bytes = vec![0; piece as usize];
        getrandom::fill(&mut bytes).ok()?;
        put(host, at, &bytes)?;
        at = at.checked_add(piece)?;
        left -= piece;
    }
    Some(())
}

/// Standard output and standard error are ours.
fn write(host: &mut Host<'_>, file: i32, vectors: u32, count: u32, written: u32) -> i32 {
    let mut total: u32 = 0;
    for at in 0..count {
        let Some(place) = at.checked_mul(8).and_then(|at| vectors.checked_add(at)) else {
            return FAULT;
        };
        let size = place.checked_add(4).and_then(|at| number(host, at));
        let (Some(start), Some(size)) = (number(host, place), size) else {
            return FAULT;
        };
        let Some(bytes) = get(host, start, size) else {
            return FAULT;
        };
        let outcome = match file {
            1 => std::io::stdout().lock().write_all(&bytes),
            2 => std::io::stderr().lock().write_all(&bytes),
            _ => return BAD_DESCRIPTOR,
        };
        if outcome.is_err() {
            return IO;
        }
        total = total.saturating_add(size);
    }
    let _ = std::io::stdout().lock().flush();
    done(put(host, written, &total.to_le_bytes()))
}
