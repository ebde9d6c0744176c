//! Starting other programs, loudly: what is run is printed, and a failure says which program failed and how.

use std::ffi::OsStr;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

/// A program to run from the repository's root unless told otherwise.
pub(crate) struct Program(Command);

/// A program by name or path. npm is a script on Windows, which only its full name starts.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Program {
    let name = name.as_ref();
    let name = match name.to_str() {
        Some("npm") if cfg!(windows) => OsStr::new("npm.cmd"),
        _ => name,
    };
    let mut command = Command::new(name);
    command.current_dir(crate::machine::root());
    Program(command)
}

/// The cargo that runs this program.
pub(crate) fn cargo() -> Program {
    program(option_env!("CARGO").map_or_else(|| "cargo".into(), std::ffi::OsString::from)).like_by_hand()
}

impl Program {
    pub(crate) fn arg(mut self, argument: impl AsRef<OsStr>) -> Self {
        self.0.arg(argument);
        self
    }

    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.0.args(arguments);
        self
    }

    pub(crate) fn inside(mut self, folder: &Path) -> Self {
        self.0.current_dir(folder);
        self
    }

    pub(crate) fn with(mut self, variable: &str, value: impl AsRef<OsStr>) -> Self {
        self.0.env(variable, value);
        self
    }

    /// Hides from it that cargo runs this tool. Cargo tells a program that it runs of which package it is; build scripts
    /// read the same words, and one that finds others there than at a build by hand makes all that stands on it anew.
    pub(crate) fn like_by_hand(mut self) -> Self {
        for (name, _) in std::env::vars_os() {
            if ["CARGO_PKG_", "CARGO_MANIFEST_"].iter().any(|prefix| name.to_string_lossy().starts_with(prefix)) {
                self.0.env_remove(name);
            }
        }
        self
    }

    /// Runs it with its output on the terminal.
    ///
    /// # Errors
    /// When it cannot be started or does not end with success.
    pub(crate) fn run(mut self) -> Result<()> {
        println!("$ {}", self.line());
        // Nothing here asks questions: a build server has nobody to answer them.
        let status = self.0.stdin(Stdio::null()).status().with_context(|| format!("cannot start {}", self.line()))?;
        if !status.success() {
            bail!("{} ended with {status}", self.line());
        }
        Ok(())
    }

    /// Runs it quietly and returns what it wrote to standard output.
    ///
    /// # Errors
    /// When it cannot be started or does not end with success; what it wrote to standard error is part of the error.
    pub(crate) fn read(mut self) -> Result<String> {
        let output = self.0.stdin(Stdio::null()).output().with_context(|| format!("cannot start {}", self.line()))?;
        if !output.status.success() {
            bail!("{} ended with {}: {}", self.line(), output.status, String::from_utf8_lossy(&output.stderr).trim());
        }
        String::from_utf8(output.stdout).with_context(|| format!("{} wrote something that is not text", self.line()))
    }

    /// Whether it can be started and ends with success; says nothing.
    pub(crate) fn succeeds(mut self) -> bool {
        self.0.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|s| s.success())
    }

    /// Starts it and leaves it running; dropping the answer ends it.
    ///
    /// # Errors
    /// When it cannot be started.
    pub(crate) fn start(mut self) -> Result<Running> {
        println!("$ {} &", self.line());
        let child = self.0.stdin(Stdio::null()).spawn().with_context(|| format!("cannot start {}", self.line()))?;
        Ok(Running(child))
    }

    fn line(&self) -> String {
        let words = std::iter::once(self.0.get_program()).chain(self.0.get_args());
        words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
    }
}

/// A program that ends when this value does, so that no failed verb leaves one behind.
pub(crate) struct Running(std::process::Child);

impl Drop for Running {
    fn drop(&mut self) {
        // Both fail only when it has ended already, which is what is wanted.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
