//! Plugins that change what was rendered.

use std::collections::BTreeMap;
use std::io::{self, Read, Write as _};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;

use crate::command::prepare;
use crate::{Error, Plugin, Runtime};

/// A post-renderer with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRenderer {
    /// The plugin.
    pub plugin: Plugin,
    /// `--post-renderer-args`
    pub arguments: Vec<String>,
    /// The variables that the plugin's command may name (`$HOME`); the program itself has the
    /// environment of its caller.
    pub variables: BTreeMap<String, String>,
}

/// The most bytes that a plugin may write.
const MAX_OUTPUT: u64 = 1 << 30;
/// How much of its complaints is kept.
const MAX_COMPLAINTS: u64 = 64 << 10;

impl PostRenderer {
    /// Sends manifests through the plugin.
    ///
    /// # Errors
    /// The plugin cannot be run, fails, or says nothing; in Helm's words, with its own words as
    /// a hint.
    pub fn run(&self, manifests: &str) -> Result<String, Error> {
        let name = &self.plugin.metadata.name;
        let output = self.invoke(manifests).map_err(|error| {
            error.prefixed(&format!("failed to invoke post-renderer plugin {name:?}: "))
        })?;
        if output.trim().is_empty() {
            return Err(Error::new(format!(
                "post-renderer {name:?} produced empty output"
            )));
        }
        Ok(output)
    }

    fn invoke(&self, manifests: &str) -> Result<String, Error> {
        let commands = match &self.plugin.metadata.runtime {
            Runtime::Subprocess(commands) => commands,
            Runtime::Extism => {
                return Err(
                    Error::new("plugins of the runtime extism/v1 cannot be run yet")
                        .with_hint("only plugins of the runtime subprocess can, so far"),
                );
            }
        };
        let mut variables = self.variables.clone();
        let own = self.own_variables();
        variables.extend(own.iter().cloned());
        let (program, arguments) = prepare(commands, &self.arguments, &variables)
            .map_err(|error| error.prefixed("failed to prepare plugin command: "))?;
        let child = Command::new(&program)
            .args(&arguments)
            .envs(own)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .map_err(|error| not_started(&program, &error))?;
        let ended = converse(child, manifests).map_err(|error| Error::new(error.to_string()))?;
        if !ended.status.success() {
            let name = &self.plugin.metadata.name;
            let error = Error::new(format!("plugin {name:?} exited with error"));
            return Err(error.with_hint(complaint(&ended)));
        }
        Ok(String::from_utf8_lossy(&ended.output).into_owned())
    }

    fn own_variables(&self) -> Vec<(String, String)> {
        let folder = self.plugin.folder.display().to_string();
        vec![
            (
                "HELM_PLUGIN_NAME".to_owned(),
                self.plugin.metadata.name.clone(),
            ),
            ("HELM_PLUGIN_DIR".to_owned(), folder),
        ]
    }
}

/// A program that came to its end.
struct Ended {
    status: ExitStatus,
    output: Vec<u8>,
    complaints: Vec<u8>,
}

/// Writes, reads and waits at once, so that no full pipe stops anybody.
fn converse(mut child: Child, input: &str) -> io::Result<Ended> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let (output, complaints) = thread::scope(|scope| {
        scope.spawn(move || {
            // The program may stop reading: that is its right.
            stdin.map(|mut stdin| stdin.write_all(input.as_bytes()))
        });
        let complaints = scope.spawn(move || read(stderr, MAX_COMPLAINTS));
        let output = read(stdout, MAX_OUTPUT);
        (output, complaints.join().unwrap_or_default())
    });
    Ok(Ended {
        status: child.wait()?,
        output,
        complaints,
    })
}

/// Up to `most` bytes; the rest is read and thrown away.
fn read(from: Option<impl Read>, most: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    if let Some(from) = from {
        let mut first = from.take(most);
        if first.read_to_end(&mut bytes).is_ok() {
            let _ = io::copy(&mut first.into_inner(), &mut io::sink());
        }
    }
    bytes
}

fn complaint(ended: &Ended) -> String {
    let text = String::from_utf8_lossy(&ended.complaints);
    let last = text.trim().lines().last().unwrap_or_default().trim();
    if last.is_empty() {
        return format!("it ended with {} and no further word", ended.status);
    }
    format!("it ended with {} and said: {last}", ended.status)
}

/// GO: a bare name is searched for, a path is started.
fn not_started(program: &str, error: &io::Error) -> Error {
    let is_path = program.contains('/');
    Error::new(match error.kind() {
        io::ErrorKind::NotFound if !is_path => {
            format!("exec: {program:?}: executable file not found in $PATH")
        }
        io::ErrorKind::NotFound => format!("fork/exec {program}: no such file or directory"),
        io::ErrorKind::PermissionDenied if !is_path => {
            format!("exec: {program:?}: executable file not found in $PATH")
        }
        io::ErrorKind::PermissionDenied => format!("fork/exec {program}: permission denied"),
        _ => format!("fork/exec {program}: {error}"),
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{Metadata, PlatformCommand};

    fn renderer(command: &str, args: &[&str]) -> PostRenderer {
        let command = PlatformCommand {
            command: command.into(),
            args: args.iter().map(ToString::to_string).collect(),
            ..PlatformCommand::default()
        };
        PostRenderer {
            plugin: Plugin {
                folder: "/folder".into(),
                metadata: Metadata {
                    name: "p".into(),
                    version: "1.0.0".into(),
                    kind: crate::POST_RENDERER.into(),
                    runtime: Runtime::Subprocess(vec![command]),
                },
            },
            arguments: vec!["last".into()],
            variables: BTreeMap::new(),
        }
    }

    #[test]
    fn input_arguments_and_variables_arrive() {
        let script = "cat; echo \"$0 $HELM_PLUGIN_DIR\"";
        // Helm would replace the dollar signs: a variable brings the script.
        let mut plugin = renderer("sh", &["-c", "$SCRIPT"]);
        plugin.variables.insert("SCRIPT".into(), script.into());
        let large = "x".repeat(1 << 20);
        let output = plugin.run(&large).unwrap();
        assert_eq!(output, format!("{large}last /folder\n"));
    }

    #[test]
    fn failures_are_told_in_helms_words() {
        let error = |command, args: &[&str]| renderer(command, args).run("a: b\n").unwrap_err();
        let failed = error("sh", &["-c", "echo problem >&2; exit 3"]);
        assert_eq!(
            failed.to_string(),
            "failed to invoke post-renderer plugin \"p\": plugin \"p\" exited with error"
        );
        assert!(failed.hint().unwrap().ends_with("said: problem"));
        assert_eq!(
            error("does-not-exist", &[]).to_string(),
            "failed to invoke post-renderer plugin \"p\": exec: \"does-not-exist\": executable file not found in $PATH"
        );
        assert_eq!(
            error("true", &[]).to_string(),
            "post-renderer \"p\" produced empty output"
        );
        assert_eq!(
            error("", &[]).to_string(),
            "failed to invoke post-renderer plugin \"p\": failed to prepare plugin command: no plugin command is applicable"
        );
    }
}
