//! The interface: its packages and its build.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};

use crate::command::{Program, program};
use crate::machine;

/// The folder of the interface.
pub(crate) fn folder() -> PathBuf {
    machine::root().join("ui")
}

/// npm in the interface's folder.
pub(crate) fn npm() -> Program {
    program("npm").inside(&folder())
}

/// Installs the packages, unless those of this very lock file are installed already.
///
/// # Errors
/// When npm fails, or the lock file cannot be read.
pub(crate) fn install() -> Result<()> {
    let lock = fs::read(folder().join("package-lock.json")).context("cannot read ui/package-lock.json")?;
    // npm empties node_modules first, so a half-finished installation leaves no stamp.
    let stamp = folder().join("node_modules/.stolpe-lock");
    if fs::read(&stamp).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    npm().args(["ci", "--no-audit", "--no-fund"]).run()?;
    fs::write(stamp, lock).context("cannot note which packages are installed")
}

/// Builds the pages that desk and host carry.
///
/// # Errors
/// When npm fails.
pub(crate) fn build() -> Result<()> {
    npm().args(["run", "build"]).run()
}

/// A program that came with the interface's packages.
pub(crate) fn tool(name: &str) -> Program {
    let name = if cfg!(windows) { format!("{name}.cmd") } else { name.to_owned() };
    program(folder().join("node_modules/.bin").join(name))
}
