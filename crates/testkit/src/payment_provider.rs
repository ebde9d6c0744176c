//! Payment providers as processes of their own, written from their published descriptions: they share no code with the
//! clients under test.

use crate::authority::Authority;
use crate::python::python;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use tempfile::TempDir;

/// Which provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentDoubleKind {
    /// Over mutual TLS.
    Swish,
    /// With tokens and signed webhooks.
    Vipps,
    /// With checkouts that are put back whole.
    Payson,
}

/// A running provider, which goes away with its owner.
#[derive(Debug)]
pub struct PaymentDouble {
    /// Where it is asked.
    pub address: String,
    /// The authority of its certificate, and the one that it trusts.
    pub authority: Authority,
    process: Child,
    lines: Mutex<Receiver<Value>>,
    _folder: TempDir,
}

impl PaymentDouble {
    /// Starts a provider; Swish lets in whoever has a certificate of its authority.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(kind: PaymentDoubleKind) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scripts = [
            ("serving.py", include_str!("payment_provider/serving.py")),
            ("swish.py", include_str!("payment_provider/swish.py")),
            ("vipps.py", include_str!("payment_provider/vipps.py")),
            ("payson.py", include_str!("payment_provider/payson.py")),
        ];
        for (name, text) in scripts {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let authority = Authority::default();
        let script = match kind {
            PaymentDoubleKind::Swish => "swish.py",
            PaymentDoubleKind::Vipps => "vipps.py",
            PaymentDoubleKind::Payson => "payson.py",
        };
        let mut command = Command::new(python());
        command.arg(folder.path().join(script));
        if kind == PaymentDoubleKind::Swish {
            let (certificate, key) = authority.certify(folder.path());
            let trusted = folder.path().join("authority.pem");
            std::fs::write(&trusted, authority.pem()).unwrap();
            command.arg("--certificate").arg(certificate).arg("--key").arg(key).arg("--authority").arg(trusted);
        }
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it is a Python program");
        let (tell, lines) = channel();
        let told = BufReader::new(process.stdout.take().expect("a pipe"));
        std::thread::spawn(move || {
            let lines = told.lines().map_while(Result::ok);
            lines.map(|line| serde_json::from_str(&line).expect("JSON")).try_for_each(|line| tell.send(line))
        });
        let first: Value = lines.recv().expect("the provider listens");
        let address = first["address"].as_str().expect("an address").to_owned();
        Self { address, authority, process, lines: Mutex::new(lines), _folder: folder }
    }

    /// Does something that happens outside, such as a payer who agrees; answers what the provider told since the last time,
    /// the callback that it would send among it.
    ///
    /// # Panics
    /// When the provider ends before that.
    pub fn outside(&self, told: &Value) -> Vec<Value> {
        let mut line = told.to_string();
        line.push('\n');
        self.process.stdin.as_ref().expect("a pipe").write_all(line.as_bytes()).expect("the provider runs");
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &Value| line["event"] != "done") {
            seen.push(lines.recv().expect("the provider runs"));
        }
        seen
    }

    /// After so many answers the next one gets lost on its way, when what was asked has been done.
    pub fn lose_an_answer_after(&self, others: u32) {
        self.outside(&json!({ "after": others, "lose": 1 }));
    }
}

impl Drop for PaymentDouble {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
