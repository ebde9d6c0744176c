//! Reading the mailbox to which mail servers report what they could not deliver.

use crate::error::PortError;
use crate::mail::MailSecurity;
use async_trait::async_trait;
use chrono::NaiveDate;
use zeroize::Zeroizing;

/// A folder of a mail account.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: MailSecurity,
    /// User name.
    pub username: String,
    /// Password.
    pub password: Zeroizing<String>,
    /// Name of the folder, in ASCII.
    pub folder: String,
}

/// How far a folder has been read. A server that numbers its mails anew says so by another numbering.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bookmark {
    /// Which numbering of the mails.
    pub numbering: u32,
    /// The last mail that was looked at.
    pub last: u32,
}

/// What is new in a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Post {
    /// How far the folder has been read now.
    pub bookmark: Bookmark,
    /// Reports on deliveries as they came, oldest first, each cut after what a report needs.
    pub reports: Vec<Vec<u8>>,
    /// There is more than was looked at in one go.
    pub more: bool,
}

/// Reads mailboxes and leaves them as they are.
#[async_trait]
pub trait MailboxReader: Send + Sync {
    /// Reads what has come after the bookmark; without one, or when mails are numbered anew, what has come since that day.
    ///
    /// # Errors
    /// `Misconfigured` for a password or folder that the server does not know, `Unavailable` when it cannot be reached.
    async fn read(&self, mailbox: &Mailbox, after: Option<Bookmark>, since: NaiveDate) -> Result<Post, PortError>;
}
