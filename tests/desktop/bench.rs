//! What the runner tells the tests: which programs to try. It is `cargo xtask test` that knows.

use std::env;
use std::path::PathBuf;

use anyhow::{Context, Result};

/// A path that the runner gives.
///
/// # Errors
/// When a test is run by hand without it.
pub(crate) fn path(name: &str) -> Result<PathBuf> {
    env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set: use `cargo xtask test`"))
}
