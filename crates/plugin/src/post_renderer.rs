//! Plugins that change what was rendered.

use std::process::Stdio;

use crate::{Error, Plugin, Runtime, Variables};

/// A post-renderer with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRenderer {
    /// The plugin.
    pub plugin: Plugin,
    /// `--post-renderer-args`
    pub arguments: Vec<String>,
    /// The variables that the plugin's command may name (`$HOME`); the program itself has the
    /// environment of its caller.
    pub variables: Variables,
}

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
        if let Runtime::Extism(_) = self.plugin.metadata.runtime {
            return Err(
                Error::new("post-renderers of the runtime extism/v1 cannot be run").with_hint(
                    "Helm 4.3.1 hands them no manifests and takes none back; write it for the runtime subprocess",
                ),
            );
        }
        // HELM: a post-renderer is told nothing of Helm's settings.
        let nothing = Variables::new();
        let prepared = self
            .plugin
            .command(&self.arguments, &self.variables, nothing)?;
        let ended = prepared.converse(manifests.as_bytes(), Stdio::piped())?;
        if !ended.status.success() {
            return Err(prepared.exited(ended.status).with_hint(ended.complaint()));
        }
        Ok(String::from_utf8_lossy(&ended.output).into_owned())
    }
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use crate::{Metadata, PlatformCommand, Subprocess};

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
                    runtime: Runtime::Subprocess(Subprocess {
                        commands: vec![command],
                        ..Subprocess::default()
                    }),
                    ..Metadata::default()
                },
            },
            arguments: vec!["last".into()],
            variables: Variables::new(),
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
