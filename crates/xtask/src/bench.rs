//! `cargo xtask bench`: the host's own measurements, in the profile that is shipped.

use anyhow::Result;

use crate::command::cargo;

/// Runs `stolpe-host bench` with these arguments.
///
/// # Errors
/// When the build or the measurement fails.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    cargo().args(["run", "--release", "--package", "stolpe-host", "--", "bench"]).args(arguments).run()
}
