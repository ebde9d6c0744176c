//! A desktop session for tests: the real Secret Service, empty and unlocked, and a window manager. Both end with the D-Bus
//! session and the display that they are on.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::program;

/// Unlocks a fresh keychain on the D-Bus session this runs in, manages the windows of its display, then runs a program.
///
/// # Errors
/// When the keychain or the window manager does not start, or the program fails.
pub(crate) fn in_session(arguments: &[String]) -> Result<()> {
    let mut daemon = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start gnome-keyring-daemon")?;
    // The password of a keychain that lives in a temporary folder for the length of one test run.
    daemon.stdin.take().context("the keychain takes no password")?.write_all(b"for this run only")?;
    if !daemon.wait()?.success() {
        bail!("the keychain did not unlock");
    }
    let _windows = program("openbox").start()?;
    let (name, rest) = arguments.split_first().context("no program given")?;
    program(name).args(rest).run()
}
