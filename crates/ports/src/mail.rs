//! Sending one mail.

use crate::error::PortError;
use async_trait::async_trait;
use stolpe_domain::language::Language;
use zeroize::Zeroizing;

/// How the connection to the mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MailSecurity {
    /// TLS from the first byte, usually port 465.
    Tls,
    /// TLS after `STARTTLS`, which must succeed; usually port 587.
    StartTls,
    /// None: only for a server on this machine.
    None,
}

/// Where mail goes out.
#[derive(Clone, Debug)]
pub struct MailServer {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection of the connection.
    pub security: MailSecurity,
    /// User name and password, where the server asks for them.
    pub credentials: Option<(String, Zeroizing<String>)>,
    /// The sender, such as `Brf Ekbacken <post@example.se>`.
    pub from: String,
}

/// One mail, in words.
#[derive(Clone, Debug)]
pub struct Mail {
    /// Stable across attempts, so that a server that took it before a time-out can drop the second copy.
    pub message_id: String,
    /// Whom it is for.
    pub to: String,
    /// Language of the text.
    pub language: Language,
    /// Subject line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// Files that go with it.
    pub attachments: Vec<Attachment>,
}

/// A file that goes with a mail.
#[derive(Clone, Debug)]
pub struct Attachment {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Content.
    pub content: Vec<u8>,
}

/// Hands mail to a server.
#[async_trait]
pub trait Mailer: Send + Sync {
    /// Hands over one mail; `Ok` means the server has taken responsibility for it.
    ///
    /// # Errors
    /// `Refused` when the server says no for good, `Unavailable` when another try may work.
    async fn send(&self, server: &MailServer, mail: &Mail) -> Result<(), PortError>;
}
