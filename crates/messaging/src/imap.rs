//! Reading a mailbox over IMAP (RFC 3501). The folder is opened for reading only: nobody's mail is marked as read, moved or
//! removed.

use async_imap::error::Error;
use async_imap::types::Fetch;
use async_imap::{Client, Session};
use async_trait::async_trait;
use chrono::NaiveDate;
use futures::TryStreamExt as _;
use rustls::ClientConfig;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls_platform_verifier::{BuilderVerifierExt as _, Verifier};
use std::sync::Arc;
use std::time::Duration;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mail::MailSecurity;
use stolpe_ports::mailbox::{Bookmark, Mailbox, MailboxReader, Post};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

const WHAT: &str = "read the mailbox";
/// From the first byte to the last.
const TIMEOUT: Duration = Duration::from_mins(1);
/// Mails that are looked at in one go.
const MOST: usize = 500;
/// Reports of one go: each is fetched whole.
const MOST_REPORTS: usize = 50;

/// Enough of a report for what it says and for the head of the mail that it is about, which comes before its files.
const REPORT: &str = "(UID BODY.PEEK[]<0.131072>)";
/// What tells a report from a letter.
const KIND: &str = "(UID BODY.PEEK[HEADER.FIELDS (CONTENT-TYPE)])";

/// Reads each mailbox over a connection of its own.
#[derive(Clone, Debug, Default)]
pub struct Imap {
    authority: Option<CertificateDer<'static>>,
}

trait Wire: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + std::fmt::Debug> Wire for T {}

impl Imap {
    /// Trusts this authority too, a certificate in PEM, beside those that the operating system trusts.
    ///
    /// # Errors
    /// `Misconfigured` when it is no certificate.
    pub fn trusting(authority: &[u8]) -> Result<Self, PortError> {
        let authority = CertificateDer::from_pem_slice(authority)
            .map_err(|error| PortError::new(PortErrorKind::Misconfigured, "read the mail authority", error))?;
        Ok(Self { authority: Some(authority) })
    }

    async fn connect(&self, mailbox: &Mailbox) -> Result<Client<Box<dyn Wire>>, PortError> {
        let plain = TcpStream::connect((mailbox.host.as_str(), mailbox.port)).await.map_err(unavailable)?;
        match mailbox.security {
            MailSecurity::None => greeted(Box::new(plain)).await,
            MailSecurity::Tls => greeted(Box::new(self.protect(mailbox, plain).await?)).await,
            MailSecurity::StartTls => {
                let mut client = Client::new(plain);
                client.read_response().await.map_err(unavailable)?.ok_or_else(silent)?;
                client
                    .run_command_and_check_ok("STARTTLS", None)
                    .await
                    .map_err(|error| fault(error, Stage::Protection))?;
                // No greeting comes again.
                Ok(Client::new(Box::new(self.protect(mailbox, client.into_inner()).await?) as Box<dyn Wire>))
            }
        }
    }

    async fn protect(
        &self,
        mailbox: &Mailbox,
        plain: TcpStream,
    ) -> Result<tokio_rustls::client::TlsStream<TcpStream>, PortError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(misconfigured)?;
        let tls = match &self.authority {
            None => tls.with_platform_verifier().map_err(misconfigured)?,
            Some(authority) => {
                let verifier = Verifier::new_with_extra_roots([authority.clone()], provider).map_err(misconfigured)?;
                tls.dangerous().with_custom_certificate_verifier(Arc::new(verifier))
            }
        };
        let name = ServerName::try_from(mailbox.host.clone()).map_err(misconfigured)?;
        let stream = TlsConnector::from(Arc::new(tls.with_no_client_auth())).connect(name, plain).await;
        stream.map_err(|error| match error.kind() {
            // Whom we do not trust is not asked again as if they were away.
            std::io::ErrorKind::InvalidData => misconfigured(error),
            _ => unavailable(error),
        })
    }

    async fn look(&self, mailbox: &Mailbox, after: Option<Bookmark>, since: NaiveDate) -> Result<Post, PortError> {
        let client = self.connect(mailbox).await?;
        let login = client.login(&mailbox.username, mailbox.password.as_str()).await;
        let mut session = login.map_err(|(error, _)| fault(error, Stage::SignIn))?;
        let folder = session.examine(&mailbox.folder).await.map_err(|error| fault(error, Stage::Folder))?;
        let numbering = folder.uid_validity.unwrap_or_default();
        let after = after.filter(|it| it.numbering == numbering);
        let query = match after {
            Some(it) => format!("UID {}:*", it.last.saturating_add(1)),
            None => format!("SINCE {}", since.format("%-d-%b-%Y")),
        };
        let found = session.uid_search(query).await.map_err(|error| fault(error, Stage::Reading))?;
        let last = after.map_or(0, |it| it.last);
        // A range that begins behind the last mail means the last mail.
        let mut new: Vec<u32> = found.into_iter().filter(|uid| *uid > last).collect();
        new.sort_unstable();
        let mut more = new.len() > MOST;
        new.truncate(MOST);
        let mut reported = reports_among(&mut session, &new).await?;
        if reported.len() > MOST_REPORTS {
            more = true;
            reported.truncate(MOST_REPORTS);
            let known = reported.last().copied().unwrap_or_default();
            new.retain(|uid| *uid <= known);
        }
        let reports = fetch(&mut session, &reported, REPORT).await?;
        let reports = reports.into_iter().filter_map(|mail| mail.body().map(<[u8]>::to_vec)).collect();
        // Without a first mail there is nothing before which to look again.
        let last = new.last().copied().unwrap_or_else(|| last.max(folder.uid_next.unwrap_or(1).saturating_sub(1)));
        // What was read is read, whether or not the server hears the good-bye.
        let _ = session.logout().await;
        Ok(Post { bookmark: Bookmark { numbering, last }, reports, more })
    }
}

#[async_trait]
impl MailboxReader for Imap {
    async fn read(&self, mailbox: &Mailbox, after: Option<Bookmark>, since: NaiveDate) -> Result<Post, PortError> {
        match tokio::time::timeout(TIMEOUT, self.look(mailbox, after, since)).await {
            Ok(outcome) => outcome,
            Err(late) => Err(unavailable(late)),
        }
    }
}

/// Which of these mails are reports on deliveries (RFC 3464), in order.
async fn reports_among(session: &mut Session<Box<dyn Wire>>, mails: &[u32]) -> Result<Vec<u32>, PortError> {
    let heads = fetch(session, mails, KIND).await?;
    let is_report = |mail: &Fetch| {
        let head = mail.header().map(|it| String::from_utf8_lossy(it).to_lowercase()).unwrap_or_default();
        head.contains("multipart/report") && !head.contains("disposition-notification")
    };
    let mut found: Vec<u32> = heads.iter().filter(|mail| is_report(mail)).filter_map(|mail| mail.uid).collect();
    found.sort_unstable();
    Ok(found)
}

async fn fetch(session: &mut Session<Box<dyn Wire>>, mails: &[u32], what: &str) -> Result<Vec<Fetch>, PortError> {
    if mails.is_empty() {
        return Ok(Vec::new());
    }
    let set = mails.iter().map(u32::to_string).collect::<Vec<_>>().join(",");
    let stream = session.uid_fetch(set, what).await.map_err(|error| fault(error, Stage::Reading))?;
    let mut found: Vec<Fetch> = stream.try_collect().await.map_err(|error| fault(error, Stage::Reading))?;
    found.sort_by_key(|mail| mail.uid);
    Ok(found)
}

async fn greeted(wire: Box<dyn Wire>) -> Result<Client<Box<dyn Wire>>, PortError> {
    let mut client = Client::new(wire);
    client.read_response().await.map_err(unavailable)?.ok_or_else(silent)?;
    Ok(client)
}

/// How far the conversation has come: a no means something else at each stage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stage {
    Protection,
    SignIn,
    Folder,
    Reading,
}

fn fault(error: Error, stage: Stage) -> PortError {
    let kind = match (&error, stage) {
        (Error::Io(_) | Error::ConnectionLost, _) => PortErrorKind::Unavailable,
        (Error::No(_) | Error::Bad(_) | Error::Validate(_), Stage::Protection | Stage::SignIn | Stage::Folder) => {
            PortErrorKind::Misconfigured
        }
        _ => PortErrorKind::Unexpected,
    };
    PortError::new(kind, WHAT, error)
}

fn misconfigured(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::new(PortErrorKind::Misconfigured, WHAT, error)
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> PortError {
    PortError::new(PortErrorKind::Unavailable, WHAT, error)
}

fn silent() -> PortError {
    PortError::bare(PortErrorKind::Unexpected, WHAT)
}
