//! A real mail server on a port of its own: aiosmtpd, which shares no code with the client under test.

use crate::authority::Authority;
use crate::python::python;
use serde_json::Value;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// The user that a protected server lets in.
pub const USER: &str = "ekbacken";
/// The password of [`USER`].
pub const MAIL_PASSWORD: &str = "Bråvalla-63";

/// How a server protects its connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// Not at all, and anybody may send.
    None,
    /// After `STARTTLS`; only [`USER`] may send.
    StartTls,
    /// From the first byte; only [`USER`] may send.
    Tls,
}

/// A running mail server, which goes away with its owner.
#[derive(Debug)]
pub struct MailServer {
    /// Where it listens on `127.0.0.1`.
    pub port: u16,
    /// The authority that signed its certificate, in PEM; nobody trusts it unless told to.
    pub authority: String,
    process: Child,
    lines: Mutex<Receiver<Value>>,
    _folder: TempDir,
}

impl MailServer {
    /// A server with a certificate for `localhost` of an authority that was made for it.
    ///
    /// # Panics
    /// When it does not start; `cargo xtask test` installs what it needs.
    pub fn new(protection: Protection) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = folder.path().join("mail_server.py");
        std::fs::write(&script, include_str!("mail_server.py")).unwrap();
        let authority = Authority::default();
        let (certificate, key) = authority.certify(folder.path());
        let word = match protection {
            Protection::None => "none",
            Protection::StartTls => "starttls",
            Protection::Tls => "tls",
        };
        let mut command = Command::new(python());
        command.arg(&script).args(["--protection", word]);
        if protection != Protection::None {
            command.args(["--user", USER, "--password", MAIL_PASSWORD]);
            command.arg("--certificate").arg(certificate).arg("--key").arg(key);
        }
        let mut process =
            command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("the mail server is a Python program");
        let (tell, lines) = channel();
        let told = BufReader::new(process.stdout.take().expect("a pipe"));
        std::thread::spawn(move || {
            let lines = told.lines().map_while(Result::ok);
            lines.map(|line| serde_json::from_str(&line).expect("JSON")).try_for_each(|line| tell.send(line))
        });
        let first: Value = lines.recv().expect("the mail server listens: is aiosmtpd installed?");
        let port = first["port"].as_u64().and_then(|port| port.try_into().ok()).expect("a port");
        Self { port, authority: authority.pem(), process, lines: Mutex::new(lines), _folder: folder }
    }

    /// What the server was told since the last question, in order.
    ///
    /// A line is written before its answer is sent, but read by another thread: the caller names the event that ends
    /// what it waits for, and all that came before is there too.
    ///
    /// # Panics
    /// When the server ends before that.
    pub fn until(&self, event: &str) -> Vec<Value> {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut told = Vec::new();
        while told.last().is_none_or(|line: &Value| line["event"] != event) {
            told.push(lines.recv().expect("the mail server runs"));
        }
        told
    }

    /// Ends the server and answers everything it was told since the last question.
    ///
    /// # Panics
    /// When it does not end.
    pub fn end(mut self) -> Vec<Value> {
        drop(self.process.stdin.take());
        self.process.wait().expect("the mail server ends");
        // The pipe has ended too, and with it the thread that reads it.
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).iter().collect()
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
