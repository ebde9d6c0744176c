//! Desktop sessions whose keychain is absent or locked. Each is a D-Bus session of its own, so that the one of the other
//! tests stays as it is.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// The one password of a keychain that lives for one test.
pub(crate) const PASSWORD: &str = "for this test only";

/// A bus on which no service is started by asking for it: nobody offers a keychain there.
const BARE: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:tmpdir=/tmp</listen>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>"#;

/// A D-Bus session that ends with the test.
pub(crate) struct Session {
    bus: Child,
    address: String,
    folder: TempDir,
}

impl Session {
    /// A session without a keychain.
    ///
    /// # Errors
    /// When the bus does not start.
    pub(crate) fn without_keychain() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let file = folder.path().join("bus.conf");
        fs::write(&file, BARE)?;
        Self::start(folder, &[&format!("--config-file={}", file.display())])
    }

    /// A session with a keychain, which is open.
    ///
    /// # Errors
    /// When bus or keychain do not start.
    pub(crate) fn with_keychain() -> Result<Self> {
        let session = Self::start(tempfile::tempdir()?, &["--session"])?;
        let mut keychain = Command::new("gnome-keyring-daemon")
            .args(["--unlock", "--components=secrets"])
            .envs(session.environment())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .context("gnome-keyring-daemon does not start")?;
        keychain.stdin.take().context("the keychain takes no password")?.write_all(PASSWORD.as_bytes())?;
        ensure!(keychain.wait()?.success(), "the keychain does not open");
        Ok(session)
    }

    fn start(folder: TempDir, which: &[&str]) -> Result<Self> {
        let mut bus = Command::new("dbus-daemon");
        bus.args(which).args(["--nofork", "--print-address"]).env("XDG_DATA_HOME", folder.path());
        let mut bus = bus.env("XDG_RUNTIME_DIR", folder.path()).stdout(Stdio::piped()).spawn()?;
        let mut address = String::new();
        BufReader::new(bus.stdout.take().context("no output")?).read_line(&mut address)?;
        Ok(Self { bus, address: address.trim().to_owned(), folder })
    }

    /// What a program needs to be part of this session.
    pub(crate) fn environment(&self) -> [(&str, &str); 3] {
        let folder = self.folder.path().to_str().unwrap_or_default();
        [("DBUS_SESSION_BUS_ADDRESS", &self.address), ("XDG_DATA_HOME", folder), ("XDG_RUNTIME_DIR", folder)]
    }

    /// Locks the keychain, as a computer does that was left alone.
    ///
    /// # Errors
    /// When it stays open.
    pub(crate) fn lock(&self) -> Result<()> {
        let status = Command::new("gdbus")
            .args(["call", "--session", "--dest", "org.freedesktop.secrets"])
            .args(["--object-path", "/org/freedesktop/secrets"])
            .args(["--method", "org.freedesktop.Secret.Service.Lock", "['/org/freedesktop/secrets/collection/login']"])
            .envs(self.environment())
            .stdout(Stdio::null())
            .status()?;
        ensure!(status.success(), "the keychain stays open");
        Ok(())
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        drop(self.bus.kill());
        drop(self.bus.wait());
    }
}
