//! A keychain for tests: the real Secret Service of the desktop, empty, unlocked, and gone with its D-Bus session.

use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

use crate::command::program;

/// Unlocks a fresh keychain on the D-Bus session this runs in, then runs a program.
///
/// # Errors
/// When the keychain does not start or the program fails.
pub(crate) fn with_keyring(arguments: &[String]) -> Result<()> {
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
    let (name, rest) = arguments.split_first().context("no program given")?;
    program(name).args(rest).run()
}
