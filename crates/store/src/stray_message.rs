//! Reports that belong to no session: kept in quarantine until somebody says what they are (R9).

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use crate::page::Page;
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, LoginId, SessionId, StrayMessageId};
use uuid::Uuid;

/// Why a report is in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StrayReason {
    /// It names a transaction that never was, or none.
    UnknownTransaction,
    /// The session that it names has been stopped, by another report.
    AlreadyStopped,
    /// The session that it names was taken out of billing.
    Void,
    /// It names a transaction of another charge point.
    OfAnother,
    /// It cannot be read.
    Unreadable,
}

impl StrayReason {
    const ALL: [Self; 5] =
        [Self::UnknownTransaction, Self::AlreadyStopped, Self::Void, Self::OfAnother, Self::Unreadable];

    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::UnknownTransaction => "unknown_transaction",
            Self::AlreadyStopped => "already_stopped",
            Self::Void => "void",
            Self::OfAnother => "of_another",
            Self::Unreadable => "unreadable",
        }
    }
}

/// What somebody made of a report in quarantine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolution {
    /// It belongs to a session after all.
    Attached,
    /// It means nothing.
    Dismissed,
}

impl Resolution {
    /// The stable word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Attached => "attached",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A report in quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StrayMessage {
    /// Its id.
    pub id: StrayMessageId,
    /// Who reported.
    pub charge_point: ChargePointId,
    /// Where that was.
    pub facility: FacilityId,
    /// What makes two reports the same: a stop stands for itself, readings stand together by their transaction.
    pub key: [u8; 16],
    /// The first such message, word for word.
    pub message: Uuid,
    /// What it reports.
    pub action: String,
    /// Why it is here.
    pub reason: StrayReason,
    /// The transaction that it names.
    pub transaction_id: Option<i64>,
    /// The connector that it names.
    pub connector: Option<i64>,
    /// The tag that it names.
    pub tag: Option<String>,
    /// When, by its own word.
    pub claimed_at: Option<DateTime<Utc>>,
    /// The register that it names.
    pub register: Option<Energy>,
    /// How many such messages came.
    pub heard_count: i64,
    /// When the first one came.
    pub first_heard_at: DateTime<Utc>,
    /// When the last one came.
    pub last_heard_at: DateTime<Utc>,
    /// What somebody made of it.
    pub resolved: Option<Resolved>,
    /// Counts changes.
    pub row_version: i64,
}

/// How a report left quarantine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resolved {
    /// What was made of it.
    pub resolution: Resolution,
    /// Who.
    pub by: LoginId,
    /// When.
    pub at: DateTime<Utc>,
    /// Why, in their words.
    pub reason: String,
    /// The session that it belongs to.
    pub session: Option<SessionId>,
}

macro_rules! columns {
    () => {
        "id, charge_point_id, facility_id, stray_key, message_id, action, reason, transaction_id, connector, tag, \
         claimed_at, wh, heard_count, first_heard_at, last_heard_at, resolution, resolved_at, resolved_by_login_id, \
         resolved_reason, session_id, row_version"
    };
}

impl Conn {
    /// The report in quarantine with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_stray_message(&mut self, id: StrayMessageId) -> Result<Option<StrayMessage>> {
        let row = self.sql(text!["select" [columns] "from stray_message where id = $1"]).bind(id.uuid());
        row.optional::<StrayRow>().await?.map(StrayMessage::try_from).transpose()
    }

    /// What nobody has resolved, the latest first; goes on after the one that was shown last.
    pub async fn list_stray_messages(
        &mut self,
        facilities: &[FacilityId],
        after: Option<(DateTime<Utc>, StrayMessageId)>,
        limit: i64,
    ) -> Result<Page<StrayMessage>> {
        let rows: Vec<StrayRow> = self
            .sql(text![
                "select" [columns] "from stray_message where facility_id in" [ids "$1"] "and resolved_at is null"
                "and ((last_heard_at, id) < ($2, $3) or $2 is null) order by last_heard_at desc, id desc limit $4"
            ])
            .bind(Json(facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(after.map(|(at, _)| at))
            .bind(after.map(|(_, id)| id.uuid()))
            .bind(limit + 1)
            .all()
            .await?;
        Page::cut(rows, limit).try_map(StrayMessage::try_from)
    }
}

impl Tx {
    /// Puts a report into quarantine, or counts it when it is there already. Answers whether it is new.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_stray_message(&mut self, it: &StrayMessage) -> Result<bool> {
        let (count,): (i64,) = self
            .change(
                "insert into stray_message (id, charge_point_id, facility_id, stray_key, message_id, action, reason, \
                 transaction_id, connector, tag, claimed_at, wh, heard_count, first_heard_at, last_heard_at, \
                 row_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $14, 1) \
                 on conflict (charge_point_id, stray_key) do update set \
                 heard_count = stray_message.heard_count + excluded.heard_count, \
                 last_heard_at = excluded.last_heard_at returning heard_count",
            )
            .bind(it.id.uuid())
            .bind(it.charge_point.uuid())
            .bind(it.facility.uuid())
            .bind(it.key.as_slice())
            .bind(it.message)
            .bind(&*it.action)
            .bind(it.reason.word())
            .bind(it.transaction_id)
            .bind(it.connector)
            .bind(it.tag.as_deref())
            .bind(it.claimed_at)
            .bind(it.register.map(Energy::wh))
            .bind(it.heard_count)
            .bind(it.last_heard_at)
            .one()
            .await?;
        Ok(count == it.heard_count)
    }

    /// Writes down what somebody made of it, if it is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn resolve_stray_message(
        &mut self,
        id: StrayMessageId,
        row_version: i64,
        resolved: &Resolved,
    ) -> Result<()> {
        self.change(
            "update stray_message set resolution = $3, resolved_at = $4, resolved_by_login_id = $5, \
             resolved_reason = $6, session_id = $7, row_version = row_version + 1 \
             where id = $1 and row_version = $2 and resolved_at is null",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(resolved.resolution.word())
        .bind(resolved.at)
        .bind(resolved.by.uuid())
        .bind(&*resolved.reason)
        .bind(resolved.session.map(SessionId::uuid))
        .run()
        .await?
        .unchanged()
    }
}

#[derive(FromRow)]
struct StrayRow {
    id: Uuid,
    charge_point_id: Uuid,
    facility_id: Uuid,
    stray_key: Vec<u8>,
    message_id: Uuid,
    action: String,
    reason: String,
    transaction_id: Option<i64>,
    connector: Option<i64>,
    tag: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    wh: Option<i64>,
    heard_count: i64,
    first_heard_at: DateTime<Utc>,
    last_heard_at: DateTime<Utc>,
    resolution: Option<String>,
    resolved_at: Option<DateTime<Utc>>,
    resolved_by_login_id: Option<Uuid>,
    resolved_reason: Option<String>,
    session_id: Option<Uuid>,
    row_version: i64,
}

impl TryFrom<StrayRow> for StrayMessage {
    type Error = StoreError;
    fn try_from(row: StrayRow) -> Result<Self> {
        let broken = |column| StoreError::Inconsistent { table: "stray_message", column };
        let resolution = match row.resolution.as_deref() {
            Some("attached") => Some(Resolution::Attached),
            Some(_) => Some(Resolution::Dismissed),
            None => None,
        };
        let resolved = match (resolution, row.resolved_by_login_id, row.resolved_at, row.resolved_reason) {
            (Some(resolution), Some(by), Some(at), Some(reason)) => {
                Some(Resolved { resolution, by: LoginId(by), at, reason, session: row.session_id.map(SessionId) })
            }
            _ => None,
        };
        Ok(Self {
            id: StrayMessageId(row.id),
            charge_point: ChargePointId(row.charge_point_id),
            facility: FacilityId(row.facility_id),
            key: row.stray_key.try_into().map_err(|_| broken("stray_key"))?,
            message: row.message_id,
            action: row.action,
            reason: StrayReason::ALL.into_iter().find(|it| it.word() == row.reason).ok_or_else(|| broken("reason"))?,
            transaction_id: row.transaction_id,
            connector: row.connector,
            tag: row.tag,
            claimed_at: row.claimed_at,
            register: row.wh.map(Energy::from_wh),
            heard_count: row.heard_count,
            first_heard_at: row.first_heard_at,
            last_heard_at: row.last_heard_at,
            resolved,
            row_version: row.row_version,
        })
    }
}
