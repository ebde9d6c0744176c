//! Sending one SMS through a gateway, and asking what became of it.

use crate::error::PortError;
use crate::payments::{CallbackRefusal, RawCallback};
use async_trait::async_trait;
use chrono::{DateTime, Utc};
use std::sync::Arc;
use std::time::Duration;
use stolpe_domain::sms::{SmsPrice, SmsProvider, SmsSight};
use zeroize::Zeroizing;

/// Whose account carries the messages.
#[derive(Clone)]
pub struct SmsAccount {
    /// Who carries them.
    pub provider: SmsProvider,
    /// What the gateway calls the account.
    pub account: String,
    /// What lets us in.
    pub secret: Zeroizing<String>,
    /// What stands as the sender.
    pub sender: String,
}

impl std::fmt::Debug for SmsAccount {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsAccount").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// One message to a phone.
#[derive(Clone, Debug)]
pub struct Sms {
    /// The number, as E.164.
    pub to: String,
    /// What it says.
    pub text: String,
    /// Where the gateway tells what becomes of it, if it can reach us.
    pub report_to: Option<String>,
}

/// A message as a gateway sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsSeen {
    /// What the gateway calls it.
    pub reference: String,
    /// To which number it goes.
    pub to: String,
    /// How it stands.
    pub sight: SmsSight,
    /// Of how many parts it is.
    pub parts: Option<u32>,
    /// What all of it costs, where the gateway says so.
    pub cost: Option<SmsPrice>,
    /// Why it did not get there, as the gateway's own code.
    pub code: Option<String>,
}

/// What a gateway has reported on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmsReport {
    /// The same for a report that is sent again.
    pub event: String,
    /// What the gateway calls the message.
    pub reference: String,
}

/// What is wrong with an account, as gateways tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AccountTrouble {
    /// The key is none.
    Key,
    /// There is no money left.
    Balance,
    /// Nothing may be sent in that name.
    Sender,
}

/// Why a gateway did not take a message.
#[derive(Debug, thiserror::Error)]
pub enum SmsFault {
    /// The question never left this computer.
    #[error("the gateway was not asked")]
    NotAsked(#[source] PortError),
    /// There was no whole answer: it may have been heard.
    #[error("the gateway did not answer")]
    NotAnswered(#[source] PortError),
    /// Too many messages at once: it takes them later.
    #[error("the gateway has no time")]
    Busy {
        /// When, if it says so.
        after: Option<Duration>,
    },
    /// No message of this account is taken.
    #[error("the gateway takes nothing from this account: {words}")]
    Account {
        /// What is wrong.
        trouble: AccountTrouble,
        /// The gateway's own words.
        words: String,
    },
    /// This message is not taken.
    #[error("the gateway said no: {code}")]
    Refused {
        /// The gateway's own code.
        code: String,
        /// The gateway's own words.
        words: String,
    },
}

/// An account at a gateway.
#[async_trait]
pub trait SmsGateway: Send + Sync + std::fmt::Debug {
    /// Hands over one message. Asked twice, it is sent twice: gateways have no keys for "do this once".
    ///
    /// # Errors
    /// [`SmsFault`].
    async fn send(&self, sms: &Sms) -> Result<SmsSeen, SmsFault>;

    /// What the gateway knows of a message; nothing where it does not know it.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    async fn look_up(&self, reference: &str) -> Result<Option<SmsSeen>, PortError>;

    /// The messages with this text to this number that the gateway has taken since then.
    ///
    /// # Errors
    /// Whatever keeps it from answering.
    async fn find(&self, to: &str, text: &str, since: DateTime<Utc>) -> Result<Vec<SmsSeen>, PortError>;

    /// Reads what the gateway has sent to `address`, the one that a message was handed over with.
    ///
    /// # Errors
    /// [`CallbackRefusal`] for what is not signed as it should be, and for what cannot be read.
    fn read_report(&self, address: &str, report: &RawCallback) -> Result<SmsReport, CallbackRefusal>;
}

/// The gateways that accounts can be at.
pub trait SmsGateways: Send + Sync {
    /// Opens an account. Nothing is asked yet.
    ///
    /// # Errors
    /// `Misconfigured` for an account that no question can be asked with.
    fn open(&self, account: &SmsAccount) -> Result<Arc<dyn SmsGateway>, PortError>;
}
