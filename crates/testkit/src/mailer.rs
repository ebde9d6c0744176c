//! A mailer that keeps what it is given, and can be told to refuse.

use async_trait::async_trait;
use std::sync::{Arc, Mutex};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mail::{Mail, MailServer, Mailer};

/// A mailer that keeps what it is given.
#[derive(Clone, Debug, Default)]
pub struct RecordingMailer(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    taken: Vec<Mail>,
    refusal: Option<PortErrorKind>,
}

impl RecordingMailer {
    /// Takes out every mail so far.
    ///
    /// # Panics
    /// When another test thread broke while it held the mailer.
    pub fn take(&self) -> Vec<Mail> {
        std::mem::take(&mut self.0.lock().unwrap().taken)
    }

    /// Refuses everything from now on, or takes everything again.
    ///
    /// # Panics
    /// When another test thread broke while it held the mailer.
    pub fn refuse(&self, kind: Option<PortErrorKind>) {
        self.0.lock().unwrap().refusal = kind;
    }
}

#[async_trait]
impl Mailer for RecordingMailer {
    async fn send(&self, _: &MailServer, mail: &Mail) -> Result<(), PortError> {
        let mut state = self.0.lock().unwrap();
        if let Some(kind) = state.refusal {
            return Err(PortError::bare(kind, "send mail"));
        }
        state.taken.push(mail.clone());
        Ok(())
    }
}
