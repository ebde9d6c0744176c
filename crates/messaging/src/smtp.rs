//! Mail over SMTP, with TLS from the first byte or after `STARTTLS`.

use async_trait::async_trait;
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Attachment, Mailbox, Message, MultiPart, SinglePart};
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use std::error::Error as _;
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mail::{Mail, MailSecurity, MailServer, Mailer};

/// A server that is silent for longer is treated as away, and the mail is tried again later.
const TIMEOUT: Duration = Duration::from_secs(20);

/// Reply codes about who we are rather than about the message (RFC 4954, 6): the settings are wrong, not the address.
const CREDENTIALS_REFUSED: [u16; 4] = [530, 534, 535, 538];

/// Hands each mail to the server over a connection of its own.
#[derive(Clone, Debug, Default)]
pub struct Smtp {
    authority: Option<Certificate>,
}

impl Smtp {
    /// Trusts this authority too, a certificate in PEM, beside those that the operating system trusts.
    ///
    /// # Errors
    /// `Misconfigured` when it is no certificate.
    pub fn trusting(authority: &[u8]) -> Result<Self, PortError> {
        let authority = Certificate::from_pem(authority)
            .map_err(|error| PortError::new(PortErrorKind::Misconfigured, "read the mail authority", error))?;
        Ok(Self { authority: Some(authority) })
    }
}

#[async_trait]
impl Mailer for Smtp {
    async fn send(&self, server: &MailServer, mail: &Mail) -> Result<(), PortError> {
        let message = message(server, mail)?;
        let outcome = self.transport(server)?.send(message).await;
        outcome.map(|_| ()).map_err(|error| PortError::new(kind(&error), "send mail", error))
    }
}

fn message(server: &MailServer, mail: &Mail) -> Result<Message, PortError> {
    let from: Mailbox = server
        .from
        .parse()
        .map_err(|error| PortError::new(PortErrorKind::Misconfigured, "read the sender's address", error))?;
    let to: Mailbox =
        mail.to.parse().map_err(|error| PortError::new(PortErrorKind::Refused, "read the reader's address", error))?;
    let raw = |name, value: &str| HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned());
    let builder = Message::builder()
        .from(from)
        .to(to)
        .subject(mail.subject.clone())
        .message_id(Some(mail.message_id.clone()))
        .raw_header(raw("Content-Language", mail.language.tag()))
        // So that holiday answers do not come back (RFC 3834, 5).
        .raw_header(raw("Auto-Submitted", "auto-generated"));
    let message = if mail.attachments.is_empty() {
        builder.header(ContentType::TEXT_PLAIN).body(mail.text.clone())
    } else {
        let mut parts = MultiPart::mixed().singlepart(SinglePart::plain(mail.text.clone()));
        for file in &mail.attachments {
            let media_type = ContentType::parse(&file.media_type)
                .map_err(|error| PortError::new(PortErrorKind::Unexpected, "name the kind of a file", error))?;
            parts = parts.singlepart(Attachment::new(file.name.clone()).body(file.content.clone(), media_type));
        }
        builder.multipart(parts)
    };
    message.map_err(|error| PortError::new(PortErrorKind::Unexpected, "put the mail together", error))
}

/// Tells a no to the message from a no to our settings and from a server that is away.
fn kind(error: &lettre::transport::smtp::Error) -> PortErrorKind {
    if error.is_tls()
        || is_mistrust(error)
        || error.status().is_some_and(|code| CREDENTIALS_REFUSED.contains(&u16::from(code)))
    {
        PortErrorKind::Misconfigured
    } else if error.is_permanent() {
        PortErrorKind::Refused
    } else if error.is_client() || error.is_response() {
        // It offers no STARTTLS or no way to sign in that we know, or speaks something else than SMTP.
        PortErrorKind::Unexpected
    } else {
        PortErrorKind::Unavailable
    }
}

/// A handshake that fails comes as a failed connection with "invalid data" somewhere inside.
fn is_mistrust(error: &lettre::transport::smtp::Error) -> bool {
    std::iter::successors(error.source(), |inner| (*inner).source())
        .filter_map(|error| error.downcast_ref::<std::io::Error>())
        .any(|error| error.kind() == std::io::ErrorKind::InvalidData)
}

impl Smtp {
    fn transport(&self, server: &MailServer) -> Result<AsyncSmtpTransport<Tokio1Executor>, PortError> {
        let misconfigured = |error| PortError::new(PortErrorKind::Misconfigured, "reach the mail server", error);
        let protection = || {
            let mut tls = TlsParameters::builder(server.host.clone());
            if let Some(authority) = &self.authority {
                tls = tls.add_root_certificate(authority.clone());
            }
            tls.build().map_err(misconfigured)
        };
        let tls = match server.security {
            MailSecurity::Tls => Tls::Wrapper(protection()?),
            MailSecurity::StartTls => Tls::Required(protection()?),
            MailSecurity::None => Tls::None,
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&server.host)
            .port(server.port)
            .tls(tls)
            .timeout(Some(TIMEOUT));
        if let Some((user, password)) = &server.credentials {
            builder = builder.credentials(Credentials::new(user.clone(), password.to_string()));
        }
        Ok(builder.build())
    }
}
