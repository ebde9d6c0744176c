//! SMS gateways as processes of their own, written from their published descriptions: they share no code with the clients
//! under test.

use crate::python::python;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};
use stolpe_domain::sms::SmsProvider;
use tempfile::TempDir;

/// A running gateway, which goes away with its owner.
#[derive(Debug)]
pub struct SmsDouble {
    /// Where it is asked.
    pub address: String,
    /// Which one it is.
    pub provider: SmsProvider,
    process: Child,
    lines: Mutex<Receiver<Value>>,
    _folder: TempDir,
}

impl SmsDouble {
    /// Starts a gateway.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(provider: SmsProvider) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = match provider {
            SmsProvider::Elks => include_str!("sms_gateway/elks.py"),
            SmsProvider::Twilio => include_str!("sms_gateway/twilio.py"),
        };
        for (name, text) in [("serving.py", include_str!("payment_provider/serving.py")), ("gateway.py", script)] {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let mut command = Command::new(python());
        command.arg(folder.path().join("gateway.py"));
        let mut process = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it is a Python program");
        let (tell, lines) = channel();
        let told = BufReader::new(process.stdout.take().expect("a pipe"));
        std::thread::spawn(move || {
            let lines = told.lines().map_while(Result::ok);
            lines.map(|line| serde_json::from_str(&line).expect("JSON")).try_for_each(|line| tell.send(line))
        });
        let first: Value = lines.recv().expect("the gateway listens");
        let address = first["address"].as_str().expect("an address").to_owned();
        Self { address, provider, process, lines: Mutex::new(lines), _folder: folder }
    }

    /// The account that it knows, and what lets it in.
    pub const fn account(&self) -> (&'static str, &'static str) {
        match self.provider {
            SmsProvider::Elks => ("u0123456789abcdef", "4B57A3B1"),
            SmsProvider::Twilio => ("AC0123456789abcdef0123456789abcdef", "6e1b2f2c8d4a4f0a9b3c5d7e8f901234"),
        }
    }

    /// Does something that happens outside, such as a phone that is switched on; answers what the gateway told since the last
    /// time, the report that it would send among it.
    ///
    /// # Panics
    /// When the gateway ends before that.
    pub fn outside(&self, told: &Value) -> Vec<Value> {
        let mut line = told.to_string();
        line.push('\n');
        self.process.stdin.as_ref().expect("a pipe").write_all(line.as_bytes()).expect("the gateway runs");
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = Vec::new();
        while seen.last().is_none_or(|line: &Value| line["event"] != "done") {
            seen.push(lines.recv().expect("the gateway runs"));
        }
        seen
    }

    /// What became of the last message, or of the one with this name; answers the report that it would send.
    ///
    /// # Panics
    /// When there is no such message.
    pub fn report(&self, id: Option<&str>, status: &str) -> Value {
        let told = match id {
            Some(id) => json!({ "id": id, "status": status }),
            None => json!({ "status": status }),
        };
        self.outside(&told).into_iter().find(|line| line["event"] == "callback").expect("a report")
    }

    /// Every message that it has taken, as it tells of them.
    ///
    /// # Panics
    /// When the gateway has ended.
    pub fn messages(&self) -> Vec<Value> {
        let told = self.outside(&json!({ "list": true }));
        let list = told.into_iter().find(|line| line["event"] == "list").expect("a list");
        list["messages"].as_array().cloned().expect("a list")
    }

    /// The next answer gets lost on its way, when what was asked has been done.
    pub fn lose_an_answer(&self) {
        self.outside(&json!({ "after": 0, "lose": 1 }));
    }
}

impl Drop for SmsDouble {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        let _ = self.process.wait();
    }
}
