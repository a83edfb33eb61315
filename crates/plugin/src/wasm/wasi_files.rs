//! The functions of WASI (preview 1) for files: those in the temporary folder, if there is one.

use wasmi::{Error, Linker};

use super::State;
use super::files::{Facts, Files, Mode, NAME, ROOT, Refusal};
use super::wasi::{BAD_DESCRIPTOR, DONE, FAULT, Host, MODULE, get, number, put};

/// Types of files.
const FOLDER: u8 = 3;
const FILE: u8 = 4;

/// The most bytes that one call reads.
const MAX_READ: u32 = 16 << 20;

/// Does something with the files; the number of the refusal if it cannot be done.
fn with<T>(
    host: &mut Host<'_>,
    work: impl FnOnce(&mut Files) -> Result<T, Refusal>,
) -> Result<T, i32> {
    let files = host.data_mut().files.as_mut().ok_or(BAD_DESCRIPTOR)?;
    work(files).map_err(|refusal| refusal as i32)
}

fn code(outcome: Result<(), i32>) -> i32 {
    outcome.err().unwrap_or(DONE)
}

fn text(host: &Host<'_>, at: u32, size: u32) -> Result<Vec<u8>, i32> {
    get(host, at, size).ok_or(FAULT)
}

fn tell(host: &mut Host<'_>, at: u32, bytes: &[u8]) -> Result<(), i32> {
    put(host, at, bytes).ok_or(FAULT)
}

/// Where the pieces of a list of buffers are.
fn buffers(host: &Host<'_>, list: u32, count: u32) -> Result<Vec<(u32, u32)>, i32> {
    let buffer = |index: u32| {
        let place = list.checked_add(index.checked_mul(8)?)?;
        Some((number(host, place)?, number(host, place.checked_add(4)?)?))
    };
    let buffers: Option<Vec<_>> = (0..count.min(1024)).map(buffer).collect();
    buffers.ok_or(FAULT)
}

fn read(
    host: &mut Host<'_>,
    file: u32,
    at: Option<u64>,
    (list, count, told): (u32, u32, u32),
) -> Result<(), i32> {
    let mut total: u32 = 0;
    for (place, size) in buffers(host, list, count)? {
        let from = at.map(|at| at.saturating_add(u64::from(total)));
        let most = size.min(MAX_READ);
        let bytes = with(host, |files| files.read(file, from, most as usize))?;
        tell(host, place, &bytes)?;
        total = total.saturating_add(bytes.len() as u32);
        if bytes.len() < size as usize {
            break;
        }
    }
    tell(host, told, &total.to_le_bytes())
}

/// Writes to a file in the folder.
pub(super) fn write(
    host: &mut Host<'_>,
    file: u32,
    at: Option<u64>,
    (list, count, told): (u32, u32, u32),
) -> i32 {
    let mut work = || {
        let mut total: u32 = 0;
        for (place, size) in buffers(host, list, count)? {
            let bytes = text(host, place, size)?;
            let to = at.map(|at| at.saturating_add(u64::from(total)));
            with(host, |files| files.write(file, to, &bytes))?;
            total = total.saturating_add(size);
        }
        tell(host, told, &total.to_le_bytes())
    };
    code(work())
}

/// What `fd_filestat_get` tells: 64 bytes.
fn told_facts(facts: Facts) -> [u8; 64] {
    let mut told = [0; 64];
    told[16] = if facts.is_folder { FOLDER } else { FILE };
    told[24] = 1;
    told[32..40].copy_from_slice(&facts.size.to_le_bytes());
    told
}

/// What `fd_fdstat_get` tells: 24 bytes, with all rights.
fn told_state(facts: Facts) -> [u8; 24] {
    let mut told = [0xff; 24];
    told[..8].copy_from_slice(&[0; 8]);
    told[0] = if facts.is_folder { FOLDER } else { FILE };
    told
}

/// What `fd_fdstat_get` answers for a file of ours.
pub(super) fn state(host: &mut Host<'_>, file: u32, place: u32) -> i32 {
    let facts = with(host, |files| files.facts(file));
    code(facts.and_then(|facts| tell(host, place, &told_state(facts))))
}

/// The entries of a folder from the one with the number `from` on, as many as there is room for.
fn list(
    host: &mut Host<'_>,
    folder: u32,
    (place, room): (u32, u32),
    from: u64,
    used: u32,
) -> Result<(), i32> {
    let names = with(host, |files| files.list(folder))?;
    let mut bytes = Vec::new();
    let start = usize::try_from(from).unwrap_or(usize::MAX);
    for (index, (name, is_folder)) in names.iter().enumerate().skip(start) {
        bytes.extend((index as u64 + 1).to_le_bytes());
        bytes.extend(0_u64.to_le_bytes());
        bytes.extend((name.len() as u32).to_le_bytes());
        bytes.extend([if *is_folder { FOLDER } else { FILE }, 0, 0, 0]);
        bytes.extend(name);
        if bytes.len() >= room as usize {
            break;
        }
    }
    // One that is cut off is asked for again.
    bytes.truncate(room as usize);
    tell(host, place, &bytes)?;
    tell(host, used, &(bytes.len() as u32).to_le_bytes())
}

/// Adds the functions that need a folder.
pub(super) fn define(linker: &mut Linker<State>) -> Result<(), Error> {
    descriptors(linker)?;
    contents(linker)?;
    paths(linker)
}

fn descriptors(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "fd_prestat_get",
        |mut host: Host<'_>, file: u32, place: u32| {
            if file != ROOT {
                return BAD_DESCRIPTOR;
            }
            let mut told = [0; 8];
            told[4..].copy_from_slice(&(NAME.len() as u32).to_le_bytes());
            code(tell(&mut host, place, &told))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_prestat_dir_name",
        |mut host: Host<'_>, file: u32, place: u32, room: u32| {
            if file != ROOT || (room as usize) < NAME.len() {
                return BAD_DESCRIPTOR;
            }
            code(tell(&mut host, place, NAME.as_bytes()))
        },
    )?;
    linker.func_wrap(MODULE, "fd_close", |mut host: Host<'_>, file: u32| {
        if file < ROOT {
            return DONE;
        }
        code(with(&mut host, |files| files.close(file)))
    })?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_get",
        |mut host: Host<'_>, file: u32, place: u32| {
            let facts = with(&mut host, |files| files.facts(file));
            code(facts.and_then(|facts| tell(&mut host, place, &told_facts(facts))))
        },
    )?;
    for name in ["fd_sync", "fd_datasync"] {
        linker.func_wrap(MODULE, name, |mut host: Host<'_>, file: u32| {
            code(with(&mut host, |files| files.facts(file).map(drop)))
        })?;
    }
    linker.func_wrap(
        MODULE,
        "fd_fdstat_set_flags",
        |mut host: Host<'_>, file: u32, flags: u32| {
            code(with(&mut host, |files| files.set_flags(file, flags)))
        },
    )?;
    Ok(())
}

fn contents(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "fd_read",
        |mut host: Host<'_>, file: u32, buffers: u32, count: u32, told: u32| {
            if file == 0 {
                // Standard input is empty.
                return code(tell(&mut host, told, &[0; 4]));
            }
            code(read(&mut host, file, None, (buffers, count, told)))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pread",
        |mut host: Host<'_>, file: u32, buffers: u32, count: u32, at: u64, told: u32| {
            code(read(&mut host, file, Some(at), (buffers, count, told)))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_pwrite",
        |mut host: Host<'_>, file: u32, buffers: u32, count: u32, at: u64, told: u32| {
            write(&mut host, file, Some(at), (buffers, count, told))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_seek",
        |mut host: Host<'_>, file: u32, by: i64, from: u32, told: u32| {
            let place = with(&mut host, |files| files.seek(file, by, from));
            code(place.and_then(|place| tell(&mut host, told, &place.to_le_bytes())))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_tell",
        |mut host: Host<'_>, file: u32, told: u32| {
            let place = with(&mut host, |files| files.seek(file, 0, 1));
            code(place.and_then(|place| tell(&mut host, told, &place.to_le_bytes())))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_filestat_set_size",
        |mut host: Host<'_>, file: u32, size: u64| {
            code(with(&mut host, |files| files.set_size(file, size)))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "fd_readdir",
        |mut host: Host<'_>, file: u32, place: u32, room: u32, from: u64, used: u32| {
            code(list(&mut host, file, (place, room), from, used))
        },
    )?;
    Ok(())
}

fn paths(linker: &mut Linker<State>) -> Result<(), Error> {
    linker.func_wrap(
        MODULE,
        "path_open",
        |mut host: Host<'_>,
         folder: u32,
         _: u32,
         at: u32,
         size: u32,
         flags: u32,
         _: u64,
         _: u64,
         descriptor_flags: u32,
         told: u32| {
            let mode = Mode::new(flags, descriptor_flags);
            let opened = text(&host, at, size)
                .and_then(|path| with(&mut host, |files| files.open(folder, &path, mode)));
            code(opened.and_then(|file| tell(&mut host, told, &file.to_le_bytes())))
        },
    )?;
    linker.func_wrap(
        MODULE,
        "path_filestat_get",
        |mut host: Host<'_>, folder: u32, _: u32, at: u32, size: u32, place: u32| {
            let facts = text(&host, at, size)
                .and_then(|path| with(&mut host, |files| files.facts_at(folder, &path)));
            code(facts.and_then(|facts| tell(&mut host, place, &told_facts(facts))))
        },
    )?;
    type Change = fn(&mut Files, u32, &[u8]) -> Result<(), Refusal>;
    let changes: [(&str, Change); 3] = [
        ("path_create_directory", Files::make_folder),
        ("path_unlink_file", |files, folder, path| {
            files.remove(folder, path, false)
        }),
        ("path_remove_directory", |files, folder, path| {
            files.remove(folder, path, true)
        }),
    ];
    for (name, change) in changes {
        linker.func_wrap(
            MODULE,
            name,
            move |mut host: Host<'_>, folder: u32, at: u32, size: u32| {
                let path = text(&host, at, size);
                code(path.and_then(|path| with(&mut host, |files| change(files, folder, &path))))
            },
        )?;
    }
    linker.func_wrap(
        MODULE,
        "path_rename",
        |mut host: Host<'_>, from: u32, at: u32, size: u32, to: u32, to_at: u32, to_size: u32| {
            let names =
                text(&host, at, size).and_then(|old| Ok((old, text(&host, to_at, to_size)?)));
            code(names.and_then(|(old, new)| {
                with(&mut host, |files| files.rename((from, &old), (to, &new)))
            }))
        },
    )?;
    Ok(())
}

/// Those above.
pub(super) const NAMES: [&str; 20] = [
    "fd_close",
    "fd_datasync",
    "fd_fdstat_set_flags",
    "fd_filestat_get",
    "fd_filestat_set_size",
    "fd_pread",
    "fd_prestat_dir_name",
    "fd_prestat_get",
    "fd_pwrite",
    "fd_read",
    "fd_readdir",
    "fd_seek",
    "fd_sync",
    "fd_tell",
    "path_create_directory",
    "path_filestat_get",
    "path_open",
    "path_remove_directory",
    "path_rename",
    "path_unlink_file",
];
