//! Outgoing messages: written in the transaction of what they tell of, sent afterwards.

use crate::engine::{Conn, Statement, Tx, instant, text};
use crate::error::{Result, StoreError};
use crate::page::{Order, Page, Total};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{DocumentId, FacilityId, MonthRunId, NoticeId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::sms::{SmsPrice, size_of};
use uuid::Uuid;

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoticeState {
    /// Will be sent.
    Queued,
    /// A gateway for SMS is asked, or was and did not answer: whether it took the message is being found out.
    Unclear,
    /// Kept at the desk: no mail server or gateway is set up, or it is a training organisation.
    Held,
    /// A server has taken it.
    Sent,
    /// It is on the phone that it was sent to.
    Delivered,
    /// A server has taken it for the test address, in its reader's stead. It will not go to its reader.
    Diverted,
    /// A server has taken it, and reported later that it did not arrive; `fault_words` says why.
    Bounced,
    /// Given up; `fault` says why.
    Failed,
    /// One of many that were written at once: it waits until somebody lets them go.
    Awaiting,
    /// Will not go out: what it tells of is no more, or somebody said so.
    Suppressed,
}

impl NoticeState {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Queued => "queued",
            Self::Unclear => "unclear",
            Self::Held => "held",
            Self::Sent => "sent",
            Self::Delivered => "delivered",
            Self::Diverted => "diverted",
            Self::Bounced => "bounced",
            Self::Failed => "failed",
            Self::Awaiting => "awaiting",
            Self::Suppressed => "suppressed",
        }
    }

    fn from_word(word: &str) -> Result<Self> {
        use NoticeState::{Awaiting, Bounced, Delivered, Diverted, Failed, Held, Queued, Sent, Suppressed, Unclear};
        [Queued, Unclear, Held, Sent, Delivered, Diverted, Bounced, Failed, Awaiting, Suppressed]
            .into_iter()
            .find(|state| state.word() == word)
            .ok_or(StoreError::Inconsistent { table: "notice", column: "state" })
    }
}

/// One message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// Its id; also its message id on the wire.
    pub id: NoticeId,
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// To whom, if they are in the register.
    pub person: Option<PersonId>,
    /// By which way it goes.
    pub channel: Channel,
    /// Mail address or phone number.
    pub address: String,
    /// Language of the text.
    pub language: Language,
    /// Which template made it.
    pub template: String,
    /// Subject line; of an SMS, what lists show.
    pub subject: String,
    /// Plain text.
    pub body: String,
    /// How far it has come.
    pub state: NoticeState,
    /// How often it was tried.
    pub attempt_count: i64,
    /// When it is tried next.
    pub next_attempt_at: Option<DateTime<Utc>>,
    /// What went wrong last, as a stable code.
    pub fault: Option<String>,
    /// What the server said then.
    pub fault_words: Option<String>,
    /// When it was written.
    pub created_at: DateTime<Utc>,
    /// When a server took it.
    pub sent_at: Option<DateTime<Utc>>,
    /// The document that it brings, drawn when it is sent.
    pub document: Option<DocumentId>,
    /// The month run that wrote it with many others.
    pub run: Option<MonthRunId>,
    /// The test address that it went to in its reader's stead.
    pub diverted_to: Option<String>,
    /// Of how many parts an SMS is.
    pub parts: Option<i64>,
    /// What the gateway asked for all of them.
    pub cost: Option<SmsPrice>,
    /// When an SMS was seen on the phone.
    pub delivered_at: Option<DateTime<Utc>>,
}

/// What a message says, to whom and by which way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// For which organisation.
    pub organisation: Option<OrganisationId>,
    /// To whom, if they are in the register.
    pub person: Option<PersonId>,
    /// By which way it goes.
    pub channel: Channel,
    /// Mail address or phone number.
    pub address: String,
    /// Language of the text.
    pub language: Language,
    /// Which template made it.
    pub template: String,
    /// Subject line; of an SMS, what lists show.
    pub subject: String,
    /// Plain text.
    pub body: String,
}

impl Message {
    /// The message as it is written down: to be tried at once, with its parts where it is an SMS.
    pub fn queued(self, id: NoticeId, at: DateTime<Utc>) -> Notice {
        let Self { organisation, person, channel, address, language, template, subject, body } = self;
        let parts = (channel == Channel::Sms).then(|| i64::try_from(size_of(&body).parts).unwrap_or(i64::MAX));
        Notice {
            id,
            organisation,
            person,
            channel,
            address,
            language,
            template,
            subject,
            body,
            state: NoticeState::Queued,
            attempt_count: 0,
            next_attempt_at: Some(at),
            fault: None,
            fault_words: None,
            created_at: at,
            sent_at: None,
            document: None,
            run: None,
            diverted_to: None,
            parts,
            cost: None,
            delivered_at: None,
        }
    }
}

macro_rules! columns {
    () => {
        "id, organisation_id, person_id, address, language, template, subject, body, state, attempt_count, \
         next_attempt_at, fault, fault_words, created_at, sent_at, document_id, run_id, diverted_to, channel, parts, \
         cost_e4, cost_currency, delivered_at"
    };
}

macro_rules! narrowed {
    () => {
        "(state = $3 or $3 is null) and (template = $4 or $4 is null) \
         and substr(lower(address), 1, length($5)) = $5 \
         and ($5 = '' or person_id is null or not exists (select 1 from person \
         where person.id = notice.person_id and person.protected_identity)) \
         and (created_at >= $6 or $6 is null) and (created_at < $7 or $7 is null)"
    };
}

/// What a list of the outbox is cut by.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NoticeFilter {
    /// Only these organisations, and the people of these facilities; none means no bounds.
    pub within: Option<(Vec<OrganisationId>, Vec<FacilityId>)>,
    /// Only messages that have come this far.
    pub state: Option<NoticeState>,
    /// Only what this template made.
    pub template: Option<String>,
    /// Only addresses that begin with this, whatever its case; a protected person is not found by theirs.
    pub address: String,
    /// Written from this instant.
    pub from: Option<DateTime<Utc>>,
    /// Written before this instant.
    pub until: Option<DateTime<Utc>>,
}

impl Conn {
    /// The outbox in that order, beyond `after`.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_notices(
        &mut self,
        filter: &NoticeFilter,
        order: Order,
        after: Option<(DateTime<Utc>, NoticeId)>,
        limit: i64,
    ) -> Result<Page<Notice>> {
        let statement = match order {
            Order::Newest => self.sql(text![
                "select" [columns] "from notice where (not $1 or organisation_id in" [ids "$2"]
                "or person_id in (select person_facility.person_id from person_facility"
                "where person_facility.facility_id in" [ids "$8"] ")) and" [narrowed]
                "and ((created_at, id) < ($9, $10) or not $11) order by created_at desc, id desc limit $12"
            ]),
            Order::Oldest => self.sql(text![
                "select" [columns] "from notice where (not $1 or organisation_id in" [ids "$2"]
                "or person_id in (select person_facility.person_id from person_facility"
                "where person_facility.facility_id in" [ids "$8"] ")) and" [narrowed]
                "and ((created_at, id) > ($9, $10) or not $11) order by created_at, id limit $12"
            ]),
        };
        let rows: Vec<NoticeRow> = bind_filter(statement, filter)
            .bind(after.map_or(DateTime::UNIX_EPOCH, |(at, _)| at))
            .bind(after.map_or(Uuid::nil(), |(_, id)| id.uuid()))
            .bind(after.is_some())
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(Notice::try_from)
    }

    /// How many messages the filter leaves, counted up to the ceiling.
    pub async fn count_notices(&mut self, filter: &NoticeFilter) -> Result<Total> {
        let statement = self.sql(text![
            "select count(*) from (select 1 from notice where (not $1 or organisation_id in" [ids "$2"]
                "or person_id in (select person_facility.person_id from person_facility"
                "where person_facility.facility_id in" [ids "$8"] "))"
            "and" [narrowed] "limit $9) as counted"
        ]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// The messages that bring a document, the latest first.
    pub async fn notices_with(&mut self, document: DocumentId) -> Result<Vec<Notice>> {
        self.sql(text!["select" [columns] "from notice where document_id = $1 order by created_at desc, id desc"])
            .bind(document.uuid())
            .all::<NoticeRow>()
            .await?
            .into_iter()
            .map(Notice::try_from)
            .collect()
    }

    /// The first messages of a run that wait to be let go, and how many there are.
    pub async fn awaiting_of_run(&mut self, run: MonthRunId, limit: i64) -> Result<(Vec<Notice>, i64)> {
        let (count,): (i64,) = self
            .sql("select count(*) from notice where run_id = $1 and state = 'awaiting'")
            .bind(run.uuid())
            .one()
            .await?;
        let first = self
            .sql(text![
                "select" [columns] "from notice where run_id = $1 and state = 'awaiting' order by created_at, id limit $2"
            ])
            .bind(run.uuid())
            .bind(limit)
            .all::<NoticeRow>()
            .await?;
        Ok((first.into_iter().map(Notice::try_from).collect::<Result<_>>()?, count))
    }

    /// The message with this id.
    pub async fn find_notice(&mut self, id: NoticeId) -> Result<Option<Notice>> {
        self.sql(text!["select" [columns] "from notice where id = $1"])
            .bind(id.uuid())
            .optional::<NoticeRow>()
            .await?
            .map(Notice::try_from)
            .transpose()
    }

    /// Messages of that way whose time has come; never one of a training organisation, whatever its state says.
    pub async fn due_notices(&mut self, channel: Channel, at: DateTime<Utc>, limit: i64) -> Result<Vec<Notice>> {
        self.sql(text![
            "select" [columns] "from notice where state = 'queued' and channel = $3 and next_attempt_at <= $1"
            "and (organisation_id is null or organisation_id in (select id from organisation where not training))"
            "order by next_attempt_at, id limit $2"
        ])
        .bind(at)
        .bind(limit)
        .bind(channel.word())
        .all::<NoticeRow>()
        .await?
        .into_iter()
        .map(Notice::try_from)
        .collect()
    }
}

impl Tx {
    /// Puts a message in the outbox.
    pub async fn insert_notice(&mut self, it: &Notice) -> Result<()> {
        self.insert_notices(std::slice::from_ref(it)).await
    }

    /// Notes what came of an attempt, or that a message is to be tried again.
    pub async fn update_notice(&mut self, it: &Notice) -> Result<()> {
        self.change(
            "update notice set state = $2, attempt_count = $3, next_attempt_at = $4, fault = $5, sent_at = $6, \
             body = $7, fault_words = $8, diverted_to = $9, parts = $10, cost_e4 = $11, cost_currency = $12, \
             delivered_at = $13 where id = $1",
        )
        .bind(it.id.uuid())
        .bind(it.state.word())
        .bind(it.attempt_count)
        .bind(it.next_attempt_at)
        .bind(it.fault.as_deref())
        .bind(it.sent_at)
        .bind(&*it.body)
        .bind(it.fault_words.as_deref())
        .bind(it.diverted_to.as_deref())
        .bind(it.parts)
        .bind(it.cost.as_ref().map(|cost| cost.ten_thousandths))
        .bind(it.cost.as_ref().map(|cost| cost.currency.clone()))
        .bind(it.delivered_at)
        .run()
        .await?
        .one("notice")
    }

    /// Notes that a message came back; answers its organisation, and nothing when there is none that a server has taken.
    pub async fn bounce_notice(&mut self, id: NoticeId, words: Option<&str>) -> Result<Option<Option<OrganisationId>>> {
        let bounced: Option<(Option<Uuid>,)> = self
            .change(
                "update notice set state = 'bounced', fault = 'mail.bounced', fault_words = $2 \
                 where id = $1 and state = 'sent' and channel = 'mail' returning organisation_id",
            )
            .bind(id.uuid())
            .bind(words)
            .optional()
            .await?;
        Ok(bounced.map(|(organisation,)| organisation.map(OrganisationId)))
    }

    /// Puts many messages in the outbox.
    pub async fn insert_notices(&mut self, all: &[Notice]) -> Result<()> {
        if all.is_empty() {
            return Ok(());
        }
        let hex = |id: Uuid| id.simple().to_string();
        let row = |it: &Notice| {
            json!({
                "id": hex(it.id.uuid()), "organisation_id": it.organisation.map(|id| hex(id.uuid())),
                "person_id": it.person.map(|id| hex(id.uuid())), "address": it.address,
                "language": it.language.tag(), "template": it.template, "subject": it.subject, "body": it.body,
                "state": it.state.word(), "attempt_count": it.attempt_count,
                "next_attempt_at": it.next_attempt_at.map(instant), "fault": it.fault, "fault_words": it.fault_words,
                "created_at": instant(it.created_at), "sent_at": it.sent_at.map(instant),
                "document_id": it.document.map(|id| hex(id.uuid())), "run_id": it.run.map(|id| hex(id.uuid())),
                "diverted_to": it.diverted_to, "channel": it.channel.word(), "parts": it.parts,
                "cost_e4": it.cost.as_ref().map(|cost| cost.ten_thousandths),
                "cost_currency": it.cost.as_ref().map(|cost| &cost.currency),
                "delivered_at": it.delivered_at.map(instant),
            })
        };
        self.change(text![
            "insert into notice (" [columns] ") select" [uuid "id"] "," [uuid "organisation_id"] ","
            [uuid "person_id"] "," [string "address"] "," [string "language"] "," [string "template"] ","
            [string "subject"] "," [string "body"] "," [string "state"] "," [integer "attempt_count"] ","
            [instant "next_attempt_at"] "," [string "fault"] "," [string "fault_words"] ","
            [instant "created_at"] "," [instant "sent_at"] "," [uuid "document_id"] "," [uuid "run_id"] ","
            [string "diverted_to"] "," [string "channel"] "," [integer "parts"] "," [integer "cost_e4"] ","
            [string "cost_currency"] "," [instant "delivered_at"] "from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Takes the messages of a run that wait for it, those of one way or all, so that nobody else can: they stand so from
    /// then on, and are tried at that instant if there is one. Answers the documents that they bring, one for each message.
    pub async fn take_awaiting(
        &mut self,
        run: MonthRunId,
        channel: Option<Channel>,
        state: NoticeState,
        next_attempt_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<Option<DocumentId>>> {
        let taken: Vec<(Option<Uuid>,)> = self
            .change(
                "update notice set state = $2, next_attempt_at = $3 where run_id = $1 and state = 'awaiting' \
                 and (channel = $4 or $4 is null) returning document_id",
            )
            .bind(run.uuid())
            .bind(state.word())
            .bind(next_attempt_at)
            .bind(channel.map(Channel::word))
            .all()
            .await?;
        Ok(taken.into_iter().map(|(document,)| document.map(DocumentId)).collect())
    }

    /// Takes the messages that wait with these documents, as [`Tx::take_awaiting`] does those of a run; answers the documents.
    pub async fn take_awaiting_with(
        &mut self,
        documents: &[DocumentId],
        channel: Option<Channel>,
        state: NoticeState,
        next_attempt_at: Option<DateTime<Utc>>,
    ) -> Result<Vec<DocumentId>> {
        let taken: Vec<(Uuid,)> = self
            .change(text![
                "update notice set state = $2, next_attempt_at = $3 where state = 'awaiting'"
                "and document_id in" [ids "$1"] "and (channel = $4 or $4 is null) returning document_id"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(state.word())
            .bind(next_attempt_at)
            .bind(channel.map(Channel::word))
            .all()
            .await?;
        Ok(taken.into_iter().map(|(document,)| DocumentId(document)).collect())
    }

    /// Keeps every message with a document that has not left from going out; answers how many there were.
    pub async fn suppress_notices_with(&mut self, document: DocumentId) -> Result<u64> {
        Ok(self
            .change(
                "update notice set state = 'suppressed', next_attempt_at = null \
                 where document_id = $1 and state in ('awaiting', 'queued', 'held', 'failed', 'bounced')",
            )
            .bind(document.uuid())
            .run()
            .await?
            .any())
    }

    /// Lets go what was held or waits for another try of that way, now that there is a server; answers how many there were.
    pub async fn release_notices(&mut self, channel: Channel, at: DateTime<Utc>) -> Result<u64> {
        Ok(self
            .change(
                "update notice set state = 'queued', next_attempt_at = $1 where channel = $2 and state in ('held', 'queued') \
                 and (organisation_id is null \
                 or organisation_id in (select id from organisation where not training))",
            )
            .bind(at)
            .bind(channel.word())
            .run()
            .await?
            .any())
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &NoticeFilter) -> Statement<'c> {
    let (organisations, facilities) = filter.within.clone().unwrap_or_default();
    statement
        .bind(filter.within.is_some())
        .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(filter.state.map(NoticeState::word))
        .bind(filter.template.clone())
        .bind(filter.address.to_lowercase())
        .bind(filter.from)
        .bind(filter.until)
        .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
}

#[derive(FromRow)]
struct NoticeRow {
    id: Uuid,
    organisation_id: Option<Uuid>,
    person_id: Option<Uuid>,
    address: String,
    language: String,
    template: String,
    subject: String,
    body: String,
    state: String,
    attempt_count: i64,
    next_attempt_at: Option<DateTime<Utc>>,
    fault: Option<String>,
    fault_words: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    document_id: Option<Uuid>,
    run_id: Option<Uuid>,
    diverted_to: Option<String>,
    channel: String,
    parts: Option<i64>,
    cost_e4: Option<i64>,
    cost_currency: Option<String>,
    delivered_at: Option<DateTime<Utc>>,
}

impl TryFrom<NoticeRow> for Notice {
    type Error = StoreError;
    fn try_from(row: NoticeRow) -> Result<Self> {
        Ok(Self {
            id: NoticeId(row.id),
            organisation: row.organisation_id.map(OrganisationId),
            person: row.person_id.map(PersonId),
            address: row.address,
            language: Language::parse(&row.language)
                .ok_or(StoreError::Inconsistent { table: "notice", column: "language" })?,
            template: row.template,
            subject: row.subject,
            body: row.body,
            state: NoticeState::from_word(&row.state)?,
            attempt_count: row.attempt_count,
            next_attempt_at: row.next_attempt_at,
            fault: row.fault,
            fault_words: row.fault_words,
            created_at: row.created_at,
            sent_at: row.sent_at,
            document: row.document_id.map(DocumentId),
            run: row.run_id.map(MonthRunId),
            diverted_to: row.diverted_to,
            channel: Channel::from_word(&row.channel)
                .ok_or(StoreError::Inconsistent { table: "notice", column: "channel" })?,
            parts: row.parts,
            cost: row
                .cost_e4
                .zip(row.cost_currency)
                .map(|(ten_thousandths, currency)| SmsPrice { ten_thousandths, currency }),
            delivered_at: row.delivered_at,
        })
    }
}
