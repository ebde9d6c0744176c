//! `cargo xtask bench`: the host's own measurements, and those of the desk, in the profile that is shipped.

#[cfg(target_os = "linux")]
mod desktop;
#[cfg(target_os = "linux")]
mod process;
#[cfg(target_os = "linux")]
mod screen;

use anyhow::Result;

use crate::command::cargo;

/// Runs `stolpe-host bench` with these arguments, or measures the desk.
///
/// # Errors
/// When the build or the measurement fails.
pub(crate) fn bench(arguments: &[String]) -> Result<()> {
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        #[cfg(target_os = "linux")]
        ["desktop"] => desktop::bench(),
        #[cfg(target_os = "linux")]
        ["desktop", "here"] => desktop::measure(),
        #[cfg(not(target_os = "linux"))]
        ["desktop", ..] => anyhow::bail!("the desk is measured on Linux"),
        _ => cargo().args(["run", "--release", "--package", "stolpe-host", "--", "bench"]).args(arguments).run(),
    }
}
