//! Building the product: always with one set of features, so that what was built to be tested is not built anew to be run.

use std::path::PathBuf;

use anyhow::Result;

use crate::command::cargo;
use crate::machine;

/// The whole workspace but this tool, which Windows cannot overwrite while it runs. Cargo picks the features of what
/// several crates share by the crates that are chosen, so the same ones are always chosen.
pub(crate) const EVERYTHING: &[&str] = &["--workspace", "--exclude", "xtask", "--features", "stolpe/custom-protocol"];

/// Builds one program of the product and answers where it is.
///
/// # Errors
/// When the build fails.
pub(crate) fn build(name: &str, release: bool) -> Result<PathBuf> {
    let profile: &[&str] = if release { &["--release"] } else { &[] };
    cargo().args(["build", "--bin", name]).args(EVERYTHING).args(profile).run()?;
    machine::built(name, release)
}
