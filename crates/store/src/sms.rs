//! The sending of SMS: written down before a gateway is asked, taken up by one host at a time, and what gateways report.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use serde::Serialize;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{MonthRunId, NoticeId, ReminderRunId, SmsSendingId};
use stolpe_domain::sms::{SmsPrice, SmsProvider, SmsState};
use uuid::Uuid;

/// One time that a gateway was asked to send a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    /// Our name for it.
    pub id: SmsSendingId,
    /// Which message.
    pub notice: NoticeId,
    /// Who was asked.
    pub provider: SmsProvider,
    /// To which number, as E.164: the reader's, or the test number.
    pub address: String,
    /// What was to be sent, while it is not known whether it was taken.
    pub text: Option<String>,
    /// Where the gateway was told to report, if it can reach us.
    pub report_to: Option<String>,
    /// What nobody but the gateway knows of that address.
    pub report_key: String,
    /// Where it stands.
    pub state: SmsState,
    /// What the gateway calls it.
    pub reference: Option<String>,
    /// What a report says that the gateway calls it; not proven.
    pub hint: Option<String>,
    /// Why it did not get there, as the gateway's code.
    pub code: Option<String>,
    /// The gateway's words.
    pub words: Option<String>,
    /// How often the gateway was asked since it came to stand so.
    pub look_count: i64,
    /// When the gateway was last asked.
    pub looked_at: Option<DateTime<Utc>>,
    /// When it is asked next.
    pub next_look_at: Option<DateTime<Utc>>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
}

/// What became of a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum ReportOutcome {
    /// The gateway is asked.
    Asked,
    /// The message was known to be on the phone: it is older than that.
    Ignored,
}

impl ReportOutcome {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::Ignored => "ignored",
        }
    }
}

/// What a gateway has reported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// Its id.
    pub id: Uuid,
    /// Which sending it tells of.
    pub sending: SmsSendingId,
    /// The same when it is sent again.
    pub event: String,
    /// What it said.
    pub body: String,
    /// What became of it.
    pub outcome: ReportOutcome,
    /// When it came first.
    pub received_at: DateTime<Utc>,
}

/// A report that is kept, as it is told.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct KeptReport {
    /// What it said, in the gateway's word.
    pub event: String,
    /// What became of it, as a stable word.
    pub outcome: String,
    /// How often it came again.
    pub repeated: i64,
    /// When it came first.
    pub received_at: DateTime<Utc>,
}

/// What was refused of what came in a gateway's name.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct RefusedReports {
    /// In whose name.
    pub provider: String,
    /// Why, as a stable word.
    pub reason: String,
    /// How often.
    pub count: i64,
    /// When it came last.
    pub last_at: DateTime<Utc>,
}

/// How many SMS wait, and of how many parts they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromRow)]
pub struct SmsCount {
    /// Messages.
    pub messages: i64,
    /// Parts.
    pub parts: i64,
}

#[derive(FromRow)]
struct SendingRow {
    id: Uuid,
    notice_id: Uuid,
    provider: String,
    address: String,
    text: Option<String>,
    report_to: Option<String>,
    report_key: String,
    state: String,
    reference: Option<String>,
    hint: Option<String>,
    code: Option<String>,
    words: Option<String>,
    look_count: i64,
    looked_at: Option<DateTime<Utc>>,
    next_look_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
}

macro_rules! sending_columns {
    () => {
        "id, notice_id, provider, address, text, report_to, report_key, state, reference, hint, code, words, \
         look_count, looked_at, next_look_at, created_at"
    };
}

impl TryFrom<SendingRow> for Sending {
    type Error = StoreError;

    fn try_from(row: SendingRow) -> Result<Self> {
        let unreadable = |column| StoreError::Inconsistent { table: "sms_sending", column };
        Ok(Self {
            id: SmsSendingId(row.id),
            notice: NoticeId(row.notice_id),
            provider: SmsProvider::from_word(&row.provider).ok_or_else(|| unreadable("provider"))?,
            address: row.address,
            text: row.text,
            report_to: row.report_to,
            report_key: row.report_key,
            state: SmsState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
            reference: row.reference,
            hint: row.hint,
            code: row.code,
            words: row.words,
            look_count: row.look_count,
            looked_at: row.looked_at,
            next_look_at: row.next_look_at,
            created_at: row.created_at,
        })
    }
}

impl Conn {
    /// The sending with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_sending(&mut self, id: SmsSendingId) -> Result<Option<Sending>> {
        self.sql(text!["select" [sending_columns] "from sms_sending where id = $1"])
            .bind(id.uuid())
            .optional::<SendingRow>()
            .await?
            .map(Sending::try_from)
            .transpose()
    }

    /// The sendings of a message, in the order in which they were begun.
    pub async fn sendings_of(&mut self, notice: NoticeId) -> Result<Vec<Sending>> {
        self.sql(text![
            "select" [sending_columns] "from sms_sending where notice_id = $1 order by created_at, id"
        ])
        .bind(notice.uuid())
        .all::<SendingRow>()
        .await?
        .into_iter()
        .map(Sending::try_from)
        .collect()
    }

    /// The sendings whose gateway is to be asked by now, those that wait longest first.
    pub async fn due_sendings(&mut self, at: DateTime<Utc>, limit: i64) -> Result<Vec<Sending>> {
        self.sql(text![
            "select" [sending_columns] "from sms_sending where next_look_at <= $1 order by next_look_at, id limit $2"
        ])
        .bind(at)
        .bind(limit)
        .all::<SendingRow>()
        .await?
        .into_iter()
        .map(Sending::try_from)
        .collect()
    }

    /// Which of these names of a gateway belong to sendings that are known.
    pub async fn known_references(&mut self, provider: SmsProvider, references: &[String]) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self
            .sql(text!["select reference from sms_sending where provider = $1 and reference in (select value from" [strings "$2"] ")"])
            .bind(provider.word())
            .bind(Json(references.to_vec()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(reference,)| reference).collect())
    }

    /// What a gateway has asked for one part, in the last message of which it said so.
    pub async fn last_part_price(&mut self) -> Result<Option<SmsPrice>> {
        let row: Option<(i64, i64, String)> = self
            .sql(
                "select cost_e4, parts, cost_currency from notice where cost_e4 is not null and cost_currency is not null \
                 and parts > 0 order by sent_at desc, id desc limit 1",
            )
            .optional()
            .await?;
        // What does not divide is told too dear rather than too cheap.
        Ok(row.map(|(cost, parts, currency)| SmsPrice { ten_thousandths: (cost + parts - 1) / parts, currency }))
    }

    /// The SMS of a month run that wait to be let go.
    pub async fn sms_awaiting_of_run(&mut self, run: MonthRunId) -> Result<SmsCount> {
        self.sql(
            "select count(*) as messages, coalesce(cast(sum(parts) as bigint), 0) as parts from notice \
             where run_id = $1 and state = 'awaiting' and channel = 'sms'",
        )
        .bind(run.uuid())
        .one()
        .await
    }

    /// The SMS with the reminders of a run that wait to be let go.
    pub async fn sms_awaiting_of_reminders(&mut self, run: ReminderRunId) -> Result<SmsCount> {
        self.sql(
            "select count(*) as messages, coalesce(cast(sum(parts) as bigint), 0) as parts from notice \
             where document_id in (select document_id from reminder where run_id = $1) \
             and state = 'awaiting' and channel = 'sms'",
        )
        .bind(run.uuid())
        .one()
        .await
    }

    /// What was refused of what came in the names of gateways.
    pub async fn refused_reports(&mut self) -> Result<Vec<RefusedReports>> {
        self.sql("select provider, reason, count, last_at from sms_report_refused order by provider, reason")
            .all()
            .await
    }

    /// What was reported of a sending, in the order in which it came first.
    pub async fn reports_of(&mut self, sending: SmsSendingId) -> Result<Vec<KeptReport>> {
        self.sql(
            "select event, outcome, repeated, received_at from sms_report where sending_id = $1 order by received_at, id",
        )
        .bind(sending.uuid())
        .all()
        .await
    }
}

impl Tx {
    /// Takes sending a message upon oneself, if its time has come and nobody else has: it is unclear from then on.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn claim_sms(&mut self, notice: NoticeId, attempts: i64, at: DateTime<Utc>) -> Result<bool> {
        // Whoever read it as due may have been overtaken: another was told to wait since, and has put it off.
        let claimed = self
            .change(
                "update notice set state = 'unclear', attempt_count = attempt_count + 1, next_attempt_at = null \
                 where id = $1 and state = 'queued' and channel = 'sms' and attempt_count = $2 and next_attempt_at <= $3",
            )
            .bind(notice.uuid())
            .bind(attempts)
            .bind(at)
            .run()
            .await?;
        Ok(claimed.any() == 1)
    }

    /// Adds a sending.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_sending(&mut self, it: &Sending) -> Result<()> {
        self.change(text![
            "insert into sms_sending (" [sending_columns] ") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12,"
            "$13, $14, $15, $16)"
        ])
        .bind(it.id.uuid())
        .bind(it.notice.uuid())
        .bind(it.provider.word())
        .bind(&*it.address)
        .bind(it.text.as_deref())
        .bind(it.report_to.as_deref())
        .bind(&*it.report_key)
        .bind(it.state.word())
        .bind(it.reference.as_deref())
        .bind(it.hint.as_deref())
        .bind(it.code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.look_count)
        .bind(it.looked_at)
        .bind(it.next_look_at)
        .bind(it.created_at)
        .run()
        .await?
        .one("sms_sending")
    }

    /// Writes down what has become of a sending.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_sending(&mut self, it: &Sending) -> Result<()> {
        self.change(
            "update sms_sending set text = $2, state = $3, reference = $4, hint = $5, code = $6, words = $7, \
             look_count = $8, looked_at = $9, next_look_at = $10 where id = $1",
        )
        .bind(it.id.uuid())
        .bind(it.text.as_deref())
        .bind(it.state.word())
        .bind(it.reference.as_deref())
        .bind(it.hint.as_deref())
        .bind(it.code.as_deref())
        .bind(it.words.as_deref())
        .bind(it.look_count)
        .bind(it.looked_at)
        .bind(it.next_look_at)
        .run()
        .await?
        .one("sms_sending")
    }

    /// Holds a message until the transaction ends, so that what becomes of its sendings is written one after the other.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hold_notice(&mut self, id: NoticeId) -> Result<()> {
        self.change("update notice set channel = channel where id = $1").bind(id.uuid()).run().await?.any();
        Ok(())
    }

    /// Takes asking after a sending upon oneself until an instant: of several who see its time come, one gets it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn claim_look(&mut self, id: SmsSendingId, seen: DateTime<Utc>, until: DateTime<Utc>) -> Result<bool> {
        let claimed = self
            .change("update sms_sending set next_look_at = $3 where id = $1 and next_look_at = $2")
            .bind(id.uuid())
            .bind(seen)
            .bind(until)
            .run()
            .await?;
        Ok(claimed.any() == 1)
    }

    /// Has the gateway asked after a sending by then at the latest, by the name that a report gave it.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn hasten_look(&mut self, id: SmsSendingId, hint: &str, at: DateTime<Utc>) -> Result<()> {
        self.change("update sms_sending set hint = $2 where id = $1 and reference is null")
            .bind(id.uuid())
            .bind(hint)
            .run()
            .await?
            .any();
        self.change(
            "update sms_sending set next_look_at = $2 where id = $1 and (next_look_at is null or next_look_at > $2)",
        )
        .bind(id.uuid())
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Puts a report into the inbox while there are fewer than `most` of its sending, or counts that it came again.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn receive_report(&mut self, it: &Report, most: i64) -> Result<()> {
        let again = self
            .change("update sms_report set repeated = repeated + 1 where sending_id = $1 and event = $2")
            .bind(it.sending.uuid())
            .bind(&*it.event)
            .run()
            .await?
            .any();
        let (count,): (i64,) =
            self.sql("select count(*) from sms_report where sending_id = $1").bind(it.sending.uuid()).one().await?;
        if again > 0 || count >= most {
            return Ok(());
        }
        self.change(
            "insert into sms_report (id, sending_id, event, body, outcome, repeated, received_at) \
             values ($1, $2, $3, $4, $5, 0, $6) on conflict (sending_id, event) do nothing",
        )
        .bind(it.id)
        .bind(it.sending.uuid())
        .bind(&*it.event)
        .bind(&*it.body)
        .bind(it.outcome.word())
        .bind(it.received_at)
        .run()
        .await?
        .any();
        Ok(())
    }

    /// Counts a report that was refused.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn count_refused_report(
        &mut self,
        provider: SmsProvider,
        reason: &'static str,
        at: DateTime<Utc>,
    ) -> Result<()> {
        self.change(
            "insert into sms_report_refused (provider, reason, count, last_at) values ($1, $2, 1, $3) \
             on conflict (provider, reason) do update set count = sms_report_refused.count + 1, \
             last_at = excluded.last_at",
        )
        .bind(provider.word())
        .bind(reason)
        .bind(at)
        .run()
        .await?
        .any();
        Ok(())
    }
}
