//! A host on another computer, as far as a desk can tell: the real `stolpe-host`, its own data, its own certificate.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use tempfile::TempDir;

use crate::bench;

/// Signs in at every host that is set up here.
pub(crate) const OWNER: &str = "siv.ek@example.se";
pub(crate) const PASSWORD: &str = "Trettio-7-Stolpar!";

/// A computer with a host on it, which runs or not.
pub(crate) struct Elsewhere {
    folder: TempDir,
    port: u16,
    host: Option<Child>,
    /// What the host says of its certificate when it starts.
    pub(crate) fingerprint: String,
}

impl Elsewhere {
    /// A computer whose host waits for its first run.
    ///
    /// # Errors
    /// When there is no port for it.
    pub(crate) fn bare() -> Result<Self> {
        // The port stays the same when the host starts again, as the address of a server does.
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        Ok(Self { folder: tempfile::tempdir()?, port, host: None, fingerprint: String::new() })
    }

    /// A computer whose host has its owner.
    ///
    /// # Errors
    /// When it cannot be set up.
    pub(crate) fn set_up() -> Result<Self> {
        let it = Self::bare()?;
        let mut init = Command::new(bench::path("STOLPE_HOST_BIN")?);
        init.args(["init", "--owner-email", OWNER, "--owner-name", "Siv Ek", "--owner-password-stdin"])
            .args(["--organisation", "Brf Ekbacken", "--country", "SE", "--data"])
            .arg(it.folder.path().join("data"));
        let mut init = init.stdin(Stdio::piped()).stdout(Stdio::null()).spawn()?;
        init.stdin.take().context("no input")?.write_all(PASSWORD.as_bytes())?;
        ensure!(init.wait()?.success(), "the host is not set up");
        Ok(it)
    }

    /// Where desks reach the host.
    pub(crate) fn address(&self) -> String {
        format!("https://localhost:{}/", self.port)
    }

    /// Makes a certificate that nobody vouches for, in place of an earlier one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn certify_itself(&self) -> Result<()> {
        let own = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        self.keep_certificate(&own.cert.pem(), &own.signing_key)
    }

    /// Makes a certificate that an authority of the company has signed, and answers the authority's.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(crate) fn certify_by_authority(&self) -> Result<PathBuf> {
        let mut params = CertificateParams::new([])?;
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = CertifiedIssuer::self_signed(params, KeyPair::generate()?)?;
        let key = KeyPair::generate()?;
        let certificate = CertificateParams::new(["localhost".to_owned()])?.signed_by(&key, &authority)?;
        self.keep_certificate(&certificate.pem(), &key)?;
        let file = self.folder.path().join("authority.pem");
        std::fs::write(&file, authority.pem())?;
        Ok(file)
    }

    fn keep_certificate(&self, certificate: &str, key: &KeyPair) -> Result<()> {
        std::fs::write(self.folder.path().join("certificate.pem"), certificate)?;
        Ok(std::fs::write(self.folder.path().join("key.pem"), key.serialize_pem())?)
    }

    /// Starts the host and waits until it listens.
    ///
    /// # Errors
    /// When it does not.
    pub(crate) fn start(&mut self) -> Result<()> {
        let folder = self.folder.path();
        let mut host = Command::new(bench::path("STOLPE_HOST_BIN")?)
            .args(["serve", "--listen", &format!("127.0.0.1:{}", self.port), "--data"])
            .arg(folder.join("data"))
            .arg("--tls-certificate")
            .arg(folder.join("certificate.pem"))
            .arg("--tls-key")
            .arg(folder.join("key.pem"))
            .stdout(Stdio::piped())
            .spawn()
            .context("stolpe-host does not start")?;
        let said = BufReader::new(host.stdout.take().context("no output")?);
        self.host = Some(host);
        for line in said.lines() {
            let line = line?;
            if let Some(fingerprint) = line.strip_prefix("certificate: SHA-256 ") {
                fingerprint.clone_into(&mut self.fingerprint);
            }
            if line.starts_with("https://") {
                return Ok(());
            }
        }
        anyhow::bail!("the host does not listen")
    }

    /// Stops the host as its service manager would, and waits until it has ended.
    ///
    /// # Errors
    /// When it does not end well.
    pub(crate) fn stop(&mut self) -> Result<()> {
        let Some(mut host) = self.host.take() else { return Ok(()) };
        ensure!(
            Command::new("kill").arg(host.id().to_string()).status()?.success(),
            "the host cannot be asked to stop"
        );
        ensure!(host.wait()?.success(), "the host does not end well");
        Ok(())
    }
}

impl Drop for Elsewhere {
    fn drop(&mut self) {
        if let Some(mut host) = self.host.take() {
            drop(host.kill());
            drop(host.wait());
        }
    }
}
