//! The mailbox to which mail servers report what they could not deliver: where it is, and what has come back.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::setting::{SecurityWord, is_this_machine};
use crate::vault::Purpose;
use async_trait::async_trait;
use chrono::{DateTime, Days, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use stolpe_documents::delivery_report::read_bounce;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::NoticeId;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mailbox::{Bookmark, Mailbox, MailboxReader, Post};
use stolpe_store::StoreError;
use stolpe_store::todo::Waiting;

const MAILBOX: &str = "mailbox";
const READING: &str = "mailbox.reading";
/// How often the mailbox is looked at.
const EVERY: Duration = Duration::from_mins(5);
/// A mailbox that has not been read before is read from so long ago: servers try for five days before they give up.
const LOOKED_BACK: Days = Days::new(14);
/// What is looked at in one go is little; so many follow each other before others have their turn.
const MOST_GOES: usize = 20;

/// The mailbox as it is stored; the password is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailboxSetting {
    /// It is read.
    pub enabled: bool,
    /// Host name of the IMAP server.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: SecurityWord,
    /// User name.
    pub username: String,
    /// The password under the data key, in base 64.
    pub password_sealed: Option<String>,
    /// Name of the folder, in ASCII.
    pub folder: String,
}

impl Default for MailboxSetting {
    fn default() -> Self {
        Self {
            enabled: false,
            host: String::new(),
            port: 993,
            security: SecurityWord::Tls,
            username: String::new(),
            password_sealed: None,
            folder: "INBOX".to_owned(),
        }
    }
}

impl MailboxSetting {
    fn goes_where(&self, other: &Self) -> bool {
        (&self.host, self.port, self.security, &self.username)
            == (&other.host, other.port, other.security, &other.username)
    }
}

/// The mailbox as it is typed in.
#[derive(Clone, PartialEq, Eq)]
pub struct MailboxDraft {
    /// Everything but the password.
    pub setting: MailboxSetting,
    /// A new password; none keeps the one on file, as long as it goes to the same server.
    pub password: Option<String>,
}

impl std::fmt::Debug for MailboxDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailboxDraft").field("setting", &self.setting).finish_non_exhaustive()
    }
}

/// How far the mailbox has been read, and what stands in the way.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailboxReading {
    numbering: Option<u32>,
    last: u32,
    /// When it was read whole last.
    pub read_at: Option<DateTime<Utc>>,
    /// What went wrong since, as a stable code.
    pub fault: Option<String>,
    /// What the server said then.
    pub fault_words: Option<String>,
    /// Since when it cannot be read.
    pub fault_since: Option<DateTime<Utc>>,
}

impl MailboxReading {
    fn bookmark(&self) -> Option<Bookmark> {
        self.numbering.map(|numbering| Bookmark { numbering, last: self.last })
    }
}

/// Which server was read.
#[derive(Serialize)]
struct Read<'a> {
    host: &'a str,
}

/// A product that runs one command reads nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoMailbox;

#[async_trait]
impl MailboxReader for NoMailbox {
    async fn read(&self, _: &Mailbox, _: Option<Bookmark>, _: NaiveDate) -> std::result::Result<Post, PortError> {
        Err(PortError::bare(PortErrorKind::Misconfigured, "read the mailbox"))
    }
}

impl App {
    /// The mailbox, if one is set up, with the row version, and how reading it stands.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not change settings.
    pub async fn mailbox_setting(&self, ctx: &Ctx) -> Result<(Option<(MailboxSetting, i64)>, MailboxReading)> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let mut conn = self.read().await?;
        let reading: Option<(MailboxReading, i64)> = conn.find_setting(READING).await?;
        Ok((conn.find_setting(MAILBOX).await?, reading.unwrap_or_default().0))
    }

    /// Changes the mailbox. Another one is read from its beginning.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault; [`AppError::Unavailable`] `vault.locked`.
    pub async fn change_mailbox(&self, ctx: &Ctx, row_version: i64, draft: MailboxDraft) -> Result<()> {
        let (before, _) = self.mailbox_setting(ctx).await?;
        let mut faults = Faults::default();
        let mut it = draft.setting;
        it.host = faults.text("host", &it.host, 200);
        it.username = faults.text("username", &it.username, 200);
        it.folder = faults.text("folder", &it.folder, 100);
        if !it.folder.chars().all(|letter| letter.is_ascii_graphic() || letter == ' ') {
            faults.add("folder", "mailbox.folder");
        }
        if it.port == 0 {
            faults.add("port", "required");
        }
        if it.security == SecurityWord::None && !is_this_machine(&it.host) {
            faults.add("security", "mail.unprotected");
        }
        let old = before.as_ref().map(|(old, _)| old);
        let kept = old.and_then(|old| old.password_sealed.as_deref());
        match (&draft.password, old) {
            // Whoever may change settings may not learn the password: a server of their own would be told it.
            (None, Some(old)) if kept.is_some() && !it.goes_where(old) => {
                faults.add("password", "mail.password_again");
            }
            (None, _) if kept.is_none() => faults.add("password", "required"),
            (Some(password), _) if password.is_empty() => faults.add("password", "required"),
            _ => {}
        }
        faults.none()?;
        it.password_sealed = self.sealed_password(Purpose::MailboxPassword, kept, draft.password)?;
        let another = old.is_none_or(|old| !it.goes_where(old) || it.folder != old.folder);
        let shown = |setting: &MailboxSetting| MailboxSetting { password_sealed: None, ..setting.clone() };
        let mut tx = self.write().await?;
        tx.put_setting(MAILBOX, row_version, &it).await?;
        if another {
            let reading: Option<(MailboxReading, i64)> = tx.find_setting(READING).await?;
            let version = reading.map_or(0, |(_, version)| version);
            tx.put_setting(READING, version, &MailboxReading::default()).await?;
        }
        let event = Event::new(Action::SettingChanged, Subject::Setting)
            .before(&old.map(shown))
            .after(&shown(&it))
            .because(MAILBOX);
        tx.commit(ctx, [event]).await
    }

    /// Reads the mailbox now, and answers how many messages have come back.
    ///
    /// # Errors
    /// [`AppError::Refused`] `mailbox.not_set_up`; [`AppError::Unavailable`] with what the server did.
    pub async fn read_mailbox(&self, ctx: &Ctx) -> Result<usize> {
        let (setting, _) = self.mailbox_setting(ctx).await?;
        let (setting, _) = setting.filter(|(it, _)| it.enabled).ok_or(AppError::refused("mailbox.not_set_up"))?;
        let read = Event::new(Action::MailTested, Subject::Setting).after(&Read { host: &setting.host });
        self.note_read(ctx, read).await?;
        self.read_bounces_of(&setting).await
    }

    /// Reads what has come back, again and again, until the host stops.
    pub fn run_mailbox(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.read_bounces().await {
                    tracing::warn!(%error, "what has come back of the mail waits");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Reads the mailbox, if one is set up, and answers how many messages have come back.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database or the mailbox cannot be reached; the latter is noted, too.
    pub async fn read_bounces(&self) -> Result<usize> {
        let setting: Option<(MailboxSetting, i64)> = self.read().await?.find_setting(MAILBOX).await?;
        match setting.filter(|(it, _)| it.enabled) {
            Some((setting, _)) => self.read_bounces_of(&setting).await,
            None => Ok(0),
        }
    }

    async fn read_bounces_of(&self, setting: &MailboxSetting) -> Result<usize> {
        let mut bounced = 0;
        for _ in 0..MOST_GOES {
            let reading: Option<(MailboxReading, i64)> = self.read().await?.find_setting(READING).await?;
            let (reading, version) = reading.unwrap_or_default();
            let outcome = match self.mailbox(setting) {
                Ok(mailbox) => {
                    let today = self.now().date_naive();
                    let since = today.checked_sub_days(LOOKED_BACK).unwrap_or(today);
                    self.mailboxes.read(&mailbox, reading.bookmark(), since).await.map_err(AppError::from)
                }
                Err(error) => Err(error),
            };
            let at = self.now();
            let (after, reports, more) = match &outcome {
                Ok(post) => {
                    let Bookmark { numbering, last } = post.bookmark;
                    let reading = MailboxReading {
                        numbering: Some(numbering),
                        last,
                        read_at: Some(at),
                        ..MailboxReading::default()
                    };
                    (reading, post.reports.as_slice(), post.more)
                }
                Err(error) => {
                    let fault = match error {
                        AppError::Unavailable { code, .. } => (*code).to_owned(),
                        _ => "internal".to_owned(),
                    };
                    let fault_words = error.words();
                    let fault_since = Some(reading.fault_since.unwrap_or(at));
                    (
                        MailboxReading { fault: Some(fault), fault_words, fault_since, ..reading.clone() },
                        [].as_slice(),
                        false,
                    )
                }
            };
            let mut tx = self.write().await?;
            let mut found = Vec::new();
            for bounce in reports.iter().filter_map(|raw| read_bounce(raw)) {
                let Some(id) = notice_of(&bounce.message_id) else { continue };
                found.extend(
                    tx.bounce_notice(id, bounce.line().as_deref()).await?.map(|organisation| (id, organisation)),
                );
            }
            match tx.put_setting(READING, version, &after).await {
                // Another host has read it meanwhile, or it is another mailbox by now.
                Err(StoreError::Changed) => return Ok(bounced),
                outcome => outcome?,
            }
            tx.commit_telemetry().await?;
            bounced += found.len();
            for (id, organisation) in found {
                self.feed.publish(Change {
                    action: "notice.moved",
                    tags: &["notice", "todo"],
                    subject: Some(id.uuid()),
                    organisation,
                    facility: None,
                    only: None,
                });
            }
            outcome?;
            if !more {
                break;
            }
        }
        Ok(bounced)
    }

    /// That the mailbox cannot be read, for those who can do something about it.
    pub(crate) async fn mailbox_in_trouble(&self, ctx: &Ctx) -> Result<Option<Waiting>> {
        if ctx.may(Permission::ChangeSetting, Place::Host).is_err() {
            return Ok(None);
        }
        let (setting, reading) = self.mailbox_setting(ctx).await?;
        let since = reading.fault_since.filter(|_| setting.is_some_and(|(it, _)| it.enabled));
        Ok(since.map(|since| Waiting {
            kind: "mailbox.fault".into(),
            facility_id: None,
            count: 1,
            oldest_at: Some(since),
        }))
    }

    fn mailbox(&self, it: &MailboxSetting) -> Result<Mailbox> {
        let password = self.opened_password(Purpose::MailboxPassword, it.password_sealed.as_deref())?;
        Ok(Mailbox {
            host: it.host.clone(),
            port: it.port,
            security: it.security.into(),
            username: it.username.clone(),
            password: password.unwrap_or_default(),
            folder: it.folder.clone(),
        })
    }
}

/// The message that goes by this name on the wire.
fn notice_of(message_id: &str) -> Option<NoticeId> {
    message_id.strip_suffix("@stolpe")?.parse().ok().map(NoticeId)
}
