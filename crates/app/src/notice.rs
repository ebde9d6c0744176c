//! The outbox: messages are written with what they tell of, and sent afterwards.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::sms::sms_is_on;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashSet;
use std::time::Duration;
use stolpe_documents::notice_text::diverted;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{NoticeId, OrganisationId, PersonId};
use stolpe_domain::person::{Person, VEIL};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::mail::Mail;
use stolpe_store::notice::{Message, Notice, NoticeFilter, NoticeState};
use stolpe_store::page::{Order, Page, Total};
use stolpe_store::sms::{KeptReport, Sending};

/// Messages taken from the outbox at a time.
const RUN: i64 = 50;
/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// When a message is tried again, in minutes after each failure; after the last it has failed.
const RETRY_MINUTES: [i64; 6] = [1, 5, 15, 60, 240, 720];

/// What stands for the secret of a link.
const FORGOTTEN: &str = "#…";

/// Which messages leave the house; others are held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Outward {
    mail: bool,
    sms: bool,
}

impl Outward {
    /// None of them: those of training leave for nowhere.
    pub(crate) const NOWHERE: Self = Self { mail: false, sms: false };

    /// How a message stands that is let go, and when it is tried.
    pub(crate) const fn let_go(self, channel: Channel, at: DateTime<Utc>) -> (NoticeState, Option<DateTime<Utc>>) {
        let goes = match channel {
            Channel::Mail => self.mail,
            Channel::Sms => self.sms,
        };
        if goes { (NoticeState::Queued, Some(at)) } else { (NoticeState::Held, None) }
    }
}

/// A message with each time that a gateway was asked to send it.
#[derive(Clone, Debug)]
pub struct OpenNotice {
    /// The message.
    pub notice: Notice,
    /// The times, in their order, each with what the gateway has reported of it; none of a mail.
    pub sendings: Vec<(Sending, Vec<KeptReport>)>,
}

impl App {
    /// Puts a message to a person, at this address, in the outbox, inside the transaction of what it tells of.
    ///
    /// It is held at the desk while no mail server is set up, and always for a training organisation.
    pub(crate) async fn post(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        person: &Person,
        address: String,
        template: &str,
        (subject, body): (String, String),
    ) -> Result<()> {
        let training = tx.find_organisation(person.organisation_id).await?.is_some_and(|it| it.training);
        // A locked vault must not lose the message: it waits in the outbox.
        let goes_out = !training && self.mail_is_on().await?;
        let message = Message {
            organisation: Some(person.organisation_id),
            person: Some(person.id),
            channel: Channel::Mail,
            address,
            language: person.draft.language,
            template: template.to_owned(),
            subject,
            body,
        };
        let notice = Notice {
            state: if goes_out { NoticeState::Queued } else { NoticeState::Held },
            next_attempt_at: goes_out.then_some(ctx.at),
            ..message.queued(ctx.new_id(), ctx.at)
        };
        Ok(tx.insert_notice(&notice).await?)
    }

    /// Which messages of an organisation leave the house.
    pub(crate) async fn outward(&self, organisation: OrganisationId) -> Result<Outward> {
        let mail = self.mail_is_on().await?;
        let mut conn = self.read().await?;
        if conn.find_organisation(organisation).await?.is_some_and(|it| it.training) {
            return Ok(Outward::NOWHERE);
        }
        Ok(Outward { mail, sms: sms_is_on(&mut conn).await? })
    }

    pub(crate) async fn mail_is_on(&self) -> Result<bool> {
        let setting: Option<(crate::MailSetting, i64)> = self.read().await?.find_setting("mail").await?;
        Ok(setting.is_some_and(|(it, _)| it.enabled))
    }

    /// The outbox with filters, cut to what the actor may see.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not read messages.
    pub async fn list_notices(
        &self,
        ctx: &Ctx,
        mut filter: NoticeFilter,
        order: Order,
        after: Option<(DateTime<Utc>, NoticeId)>,
        limit: i64,
    ) -> Result<(Page<Notice>, Option<Total>)> {
        let reach = ctx.reach(Permission::ReadNotice)?;
        filter.within = (!reach.everything).then_some((reach.organisations, reach.facilities));
        let mut conn = self.read().await?;
        let page = conn.list_notices(&filter, order, after, limit).await?;
        let total = if after.is_none() { Some(page.total(conn.count_notices(&filter)).await?) } else { None };
        let Page { items, more } = page;
        let people: Vec<PersonId> = items.iter().filter_map(|notice| notice.person).collect();
        let protected: HashSet<PersonId> = conn.protected_of(&people).await?.into_iter().collect();
        let items = items.into_iter().map(|notice| {
            let veiled = notice.person.is_some_and(|person| protected.contains(&person));
            shown(notice, veiled)
        });
        Ok((Page { items: items.collect(), more }, total))
    }

    /// One message, with what is known of its way.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn notice(&self, ctx: &Ctx, id: NoticeId) -> Result<OpenNotice> {
        ctx.reach(Permission::ReadNotice)?;
        let notice = self.read().await?.find_notice(id).await?.ok_or(AppError::NotFound)?;
        let protected = self.notice_for(ctx, &notice).await?;
        let mut conn = self.read().await?;
        let mut sendings = Vec::new();
        for mut sending in conn.sendings_of(id).await? {
            if protected {
                VEIL.clone_into(&mut sending.address);
                sending.words = sending.words.map(|_| VEIL.to_owned());
            }
            let reports = conn.reports_of(sending.id).await?;
            sendings.push((sending, reports));
        }
        Ok(OpenNotice { notice: shown(notice, protected), sendings })
    }

    /// Tries a message again that failed or came back, now.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it; [`AppError::Refused`] `notice.not_failed`, and
    /// `notice.link_gone` for one that came back: its link was forgotten when it was sent.
    pub async fn retry_notice(&self, ctx: &Ctx, id: NoticeId) -> Result<Notice> {
        ctx.reach(Permission::ReadNotice)?;
        let mut notice = self.read().await?.find_notice(id).await?.ok_or(AppError::NotFound)?;
        let protected = self.notice_for(ctx, &notice).await?;
        if self.done_before(ctx).await? {
            return Ok(shown(notice, protected));
        }
        match notice.state {
            NoticeState::Bounced if notice.body.contains(FORGOTTEN) => {
                return Err(AppError::refused("notice.link_gone"));
            }
            NoticeState::Failed | NoticeState::Bounced => {}
            _ => return Err(AppError::refused("notice.not_failed")),
        }
        notice.state = NoticeState::Queued;
        notice.attempt_count = 0;
        notice.next_attempt_at = Some(ctx.at);
        let mut tx = self.write().await?;
        tx.update_notice(&notice).await?;
        let mut event = Event::new(Action::NoticeRetried, Subject::Notice(id));
        event.organisation = notice.organisation;
        tx.commit(ctx, [event]).await?;
        Ok(shown(notice, protected))
    }

    /// Stops unless the actor may see the message: it is one of their organisation, or to somebody of their facility.
    /// Answers whether it goes to somebody with protected identity.
    async fn notice_for(&self, ctx: &Ctx, notice: &Notice) -> Result<bool> {
        let mut conn = self.read().await?;
        let facilities = match notice.person {
            Some(person) => conn.facilities_of(person).await?,
            None => Vec::new(),
        };
        let place = match (notice.organisation, notice.person) {
            (Some(organisation), Some(person)) => Place::Person(organisation, person, &facilities, None),
            (Some(organisation), None) => Place::Organisation(organisation),
            (None, _) => Place::Host,
        };
        ctx.may_see(Permission::ReadNotice, place)?;
        match notice.person {
            Some(person) => Ok(!conn.protected_of(&[person]).await?.is_empty()),
            None => Ok(false),
        }
    }

    /// Answers who has forgotten a password and sends what is due, until the host stops.
    pub fn run_outbox(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.answer_resets().await {
                    tracing::warn!(%error, "whoever has forgotten a password waits");
                }
                if let Err(error) = app.send_due().await {
                    tracing::warn!(%error, "the outbox waits");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Sends every message whose time has come; answers how many a server took.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached or the vault is locked.
    pub async fn send_due(&self) -> Result<usize> {
        if self.open_mail_server().await?.is_none() {
            return Ok(0);
        }
        let mut sent = 0;
        let due = self.read().await?.due_notices(Channel::Mail, self.now(), RUN).await?;
        for mut notice in due {
            // Whoever switches to a test address while many messages go out means the next one.
            let Some((server, test_address)) = self.open_mail_server().await? else { return Ok(sent) };
            let attachments = self.attachments(&notice).await;
            let outcome = match attachments {
                Ok(attachments) => {
                    let mail = Mail {
                        message_id: format!("<{}@stolpe>", notice.id),
                        to: notice.address.clone(),
                        language: notice.language,
                        subject: notice.subject.clone(),
                        text: notice.body.clone(),
                        attachments,
                    };
                    let mail = match &test_address {
                        Some(address) => self.diverted(&notice, mail, address).await?,
                        None => mail,
                    };
                    self.mailer.send(&server, &mail).await
                }
                // The database is away for every message; a document that cannot be drawn is a fault of this one alone.
                Err(error @ AppError::Unavailable { .. }) => return Err(error),
                Err(error) => Err(PortError::new(PortErrorKind::Unexpected, "draw the document", error)),
            };
            let at = self.now();
            notice.attempt_count += 1;
            match outcome {
                Ok(()) => {
                    sent += 1;
                    notice.state = if test_address.is_some() { NoticeState::Diverted } else { NoticeState::Sent };
                    notice.diverted_to.clone_from(&test_address);
                    notice.sent_at = Some(at);
                    notice.next_attempt_at = None;
                    notice.fault = None;
                    notice.fault_words = None;
                    redact_link(&mut notice);
                }
                Err(error) => {
                    tracing::warn!(notice = %notice.id, error = ?error, "a message was not taken");
                    let attempt = usize::try_from(notice.attempt_count - 1).unwrap_or(usize::MAX);
                    let again = RETRY_MINUTES.get(attempt).filter(|_| error.kind != PortErrorKind::Refused);
                    notice.fault = Some(fault_code(error.kind).to_owned());
                    notice.fault_words = error.words();
                    notice.next_attempt_at = again.map(|minutes| at + TimeDelta::minutes(*minutes));
                    notice.state = if again.is_some() { NoticeState::Queued } else { NoticeState::Failed };
                }
            }
            let mut tx = self.write().await?;
            tx.update_notice(&notice).await?;
            tx.commit_telemetry().await?;
            self.feed.publish(Change {
                action: "notice.moved",
                tags: &["notice", "todo"],
                subject: Some(notice.id.uuid()),
                organisation: notice.organisation,
                facility: None,
                only: None,
            });
        }
        Ok(sent)
    }
}

impl App {
    /// A mail as it goes to the test address: for whom it was, and without what only its reader may have. A link would let
    /// whoever reads the test mail into somebody's account, and protected people are not told of.
    async fn diverted(&self, notice: &Notice, mail: Mail, address: &str) -> Result<Mail> {
        let protected = match notice.person {
            Some(person) => !self.read().await?.protected_of(&[person]).await?.is_empty(),
            None => false,
        };
        let mut harmless = notice.clone();
        redact_link(&mut harmless);
        let recipient = if protected { VEIL } else { &notice.address };
        let (subject, text) = diverted(mail.language, (&mail.subject, &harmless.body), recipient);
        let attachments = if protected { Vec::new() } else { mail.attachments };
        Ok(Mail { to: address.to_owned(), subject, text, attachments, ..mail })
    }
}

const fn fault_code(kind: PortErrorKind) -> &'static str {
    match kind {
        PortErrorKind::Unavailable => "mail.unavailable",
        PortErrorKind::Refused => "mail.refused",
        PortErrorKind::Misconfigured => "mail.misconfigured",
        PortErrorKind::Unexpected => "mail.unexpected",
    }
}

/// A message as the desk sees it.
pub(crate) fn shown(mut notice: Notice, protected: bool) -> Notice {
    redact_link(&mut notice);
    if protected {
        VEIL.clone_into(&mut notice.address);
        // Mail servers say in their words whom they do not know.
        notice.fault_words = notice.fault_words.map(|_| VEIL.to_owned());
    }
    notice
}

/// A link belongs to its reader alone: the desk never sees it, and once it was sent the outbox forgets it.
fn redact_link(notice: &mut Notice) {
    let hidden: Vec<String> = notice
        .body
        .lines()
        .map(|line| match line.find("://").and_then(|_| line.find('#')) {
            Some(hash) => format!("{}{FORGOTTEN}", &line[..hash]),
            None => line.to_owned(),
        })
        .collect();
    notice.body = hidden.join("\n");
}
