//! Passwords from people and from pipes.

use std::io::{self, BufRead as _, Read as _};

use crate::output;

/// All of standard input but the end of its last line.
///
/// # Errors
/// Input that cannot be read, or is no text.
pub fn piped() -> Result<String, String> {
    let mut text = String::new();
    io::stdin()
        .lock()
        .read_to_string(&mut text)
        .map_err(|error| error.to_string())?;
    let text = text.strip_suffix('\n').unwrap_or(&text);
    Ok(text.strip_suffix('\r').unwrap_or(text).to_owned())
}

/// Asks for a line that may be seen.
///
/// # Errors
/// GO: `EOF` when there is no line.
pub fn seen(question: &str) -> Result<String, String> {
    let _ = output::print(question);
    line()
}

/// As [`password`]; the line only ends where there is an answer.
///
/// # Errors
/// As [`password`].
pub fn secret(question: &str) -> Result<String, String> {
    let answer = unseen(question)?;
    let _ = output::print("\n");
    Ok(answer)
}

/// Asks on the terminal; what is typed does not show. The question goes to standard output, as
/// Helm's does.
///
/// # Errors
/// GO: `inappropriate ioctl for device` when standard input is no terminal.
pub fn password(question: &str) -> Result<String, String> {
    let answer = unseen(question);
    let _ = output::print("\n");
    answer
}

/// Asks when what is typed is hidden already: some type fast.
#[cfg(unix)]
fn unseen(question: &str) -> Result<String, String> {
    use rustix::termios::{LocalModes, OptionalActions, tcgetattr, tcsetattr};
    let told = |error: rustix::io::Errno| {
        let _ = output::print(question);
        pintle_actions::go_text(&error.into())
    };
    let stdin = io::stdin();
    let before = tcgetattr(&stdin).map_err(told)?;
    let mut quiet = before.clone();
    quiet.local_modes.remove(LocalModes::ECHO);
    quiet
        .local_modes
        .insert(LocalModes::ICANON | LocalModes::ISIG);
    tcsetattr(&stdin, OptionalActions::Now, &quiet).map_err(told)?;
    let _ = output::print(question);
    let answer = line();
    tcsetattr(&stdin, OptionalActions::Now, &before)
        .map_err(|error| pintle_actions::go_text(&error.into()))?;
    answer
}

#[cfg(not(unix))]
fn unseen(question: &str) -> Result<String, String> {
    let _ = output::print(question);
    line()
}

fn line() -> Result<String, String> {
    let mut text = String::new();
    let read = io::stdin().lock().read_line(&mut text);
    read.map_err(|error| error.to_string())?;
    if text.is_empty() {
        return Err("EOF".to_owned());
    }
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
