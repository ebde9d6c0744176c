//! Mail over SMTP, with TLS from the first byte or after `STARTTLS`.

use async_trait::async_trait;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::authentication::Credentials;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mail::{Mail, MailSecurity, MailServer, Mailer};

/// A server that is silent for longer is treated as away, and the mail is tried again later.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Hands each mail to the server over a connection of its own.
#[derive(Clone, Copy, Debug, Default)]
pub struct Smtp;

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, server: &MailServer, mail: &Mail) -> Result<(), PortError> {
        let message = message(server, mail)?;
        transport(server)?.send(message).await.map(|_| ()).map_err(|error| {
            let kind = if error.is_permanent() { PortErrorKind::Refused } else { PortErrorKind::Unavailable };
            PortError::new(kind, "send mail", error)
        })
    }
}

fn message(server: &MailServer, mail: &Mail) -> Result<Message, PortError> {
    let from: Mailbox = server
        .from
        .parse()
        .map_err(|error| PortError::new(PortErrorKind::Misconfigured, "read the sender's address", error))?;
    let to: Mailbox =
        mail.to.parse().map_err(|error| PortError::new(PortErrorKind::Refused, "read the reader's address", error))?;
    Message::builder()
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .header(ContentType::TEXT_PLAIN)
        .body(mail.text.clone())
        .map_err(|error| PortError::new(PortErrorKind::Unexpected, "put the mail together", error))
}

fn transport(server: &MailServer) -> Result<AsyncSmtpTransport<Tokio1Executor>, PortError> {
    type Transport = AsyncSmtpTransport<Tokio1Executor>;
    let misconfigured = |error| PortError::new(PortErrorKind::Misconfigured, "reach the mail server", error);
    let builder = match server.security {
        MailSecurity::Tls => Transport::relay(&server.host).map_err(misconfigured)?,
        MailSecurity::StartTls => Transport::starttls_relay(&server.host).map_err(misconfigured)?,
        MailSecurity::None => Transport::builder_dangerous(&server.host),
    };
    let mut builder = builder.port(server.port).timeout(Some(TIMEOUT));
    if let Some((user, password)) = &server.credentials {
        builder = builder.credentials(Credentials::new(user.clone(), password.to_string()));
    }
    Ok(builder.build())
}
