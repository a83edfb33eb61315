//! Passwords typed on a terminal, which does not show them.

use std::io;

/// Reads a line from standard input, a terminal, without showing what is typed.
///
/// # Errors
/// Standard input is no terminal, or cannot be read.
#[cfg(unix)]
pub fn read() -> io::Result<Vec<u8>> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};

    let stdin = io::stdin().lock();
    let before = tcgetattr(&stdin)?;
    let mut hidden = before.clone();
    hidden.local_modes.remove(LocalModes::ECHO);
    hidden
        .local_modes
        .insert(LocalModes::ICANON | LocalModes::ISIG);
    tcsetattr(&stdin, OptionalActions::Now, &hidden)?;
    let line = line(stdin);
    tcsetattr(io::stdin().lock(), OptionalActions::Now, &before)?;
    line
}

/// As on Unix, but shown.
///
/// # Errors
/// Standard input cannot be read.
#[cfg(not(unix))]
pub fn read() -> io::Result<Vec<u8>> {
    line(io::stdin().lock())
}

fn line(mut from: impl io::BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    if from.read_until(b'\n', &mut line)? == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    while line.last().is_some_and(|last| b"\r\n".contains(last)) {
        line.pop();
    }
    Ok(line)
}
