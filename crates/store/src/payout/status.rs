//! Files in which banks say what became of payouts.

use super::unreadable;
use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{OrganisationId, PayoutId, PayoutStatusFileId, PersonId};
use stolpe_domain::payout::StatusOutcome;
use uuid::Uuid;

/// A file of a bank that was taken in; its content is kept beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutStatusFile {
    /// Its id.
    pub id: PayoutStatusFileId,
    /// Whose payouts it is about.
    pub organisation_id: OrganisationId,
    /// Its name, as it lay on somebody's computer.
    pub name: String,
    /// What the bank calls it.
    pub sender_id: String,
    /// Our name for the file that it is about.
    pub message_id: String,
    /// When the bank wrote it.
    pub written_at: DateTime<Utc>,
    /// Who took it in.
    pub taken_by: PersonId,
    /// When.
    pub created_at: DateTime<Utc>,
}

/// What such a file says of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutStatus {
    /// The payout, where there is one.
    pub payout_id: Option<PayoutId>,
    /// By which name.
    pub end_to_end_id: String,
    /// Four letters; empty where there are none.
    pub status_code: String,
    /// Why, as a code.
    pub reason_code: String,
    /// Why, in words.
    pub words: String,
    /// What became of it.
    pub outcome: StatusOutcome,
    /// On which line of the file.
    pub line: i64,
}

macro_rules! file_columns {
    () => {
        "id, organisation_id, name, sender_id, message_id, written_at, taken_by_person_id, created_at"
    };
}

#[derive(FromRow)]
struct FileRow {
    id: Uuid,
    organisation_id: Uuid,
    name: String,
    sender_id: String,
    message_id: String,
    written_at: DateTime<Utc>,
    taken_by_person_id: Uuid,
    created_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct StatusRow {
    payout_id: Option<Uuid>,
    end_to_end_id: String,
    status_code: String,
    reason_code: String,
    words: String,
    outcome: String,
    line: i64,
}

impl From<FileRow> for PayoutStatusFile {
    fn from(row: FileRow) -> Self {
        Self {
            id: PayoutStatusFileId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            name: row.name,
            sender_id: row.sender_id,
            message_id: row.message_id,
            written_at: row.written_at,
            taken_by: PersonId(row.taken_by_person_id),
            created_at: row.created_at,
        }
    }
}

impl TryFrom<StatusRow> for PayoutStatus {
    type Error = StoreError;

    fn try_from(row: StatusRow) -> Result<Self> {
        Ok(Self {
            payout_id: row.payout_id.map(PayoutId),
            end_to_end_id: row.end_to_end_id,
            status_code: row.status_code,
            reason_code: row.reason_code,
            words: row.words,
            outcome: StatusOutcome::from_word(&row.outcome).ok_or_else(|| unreadable("outcome"))?,
            line: row.line,
        })
    }
}

impl Conn {
    /// Whether a file with this content was taken in before.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_payout_status_file(
        &mut self,
        organisation: OrganisationId,
        digest: &[u8],
    ) -> Result<Option<PayoutStatusFile>> {
        let row: Option<FileRow> = self
            .sql(text![
                "select" [file_columns] "from payout_status_file where organisation_id = $1 and digest = $2"
            ])
            .bind(organisation.uuid())
            .bind(digest)
            .optional()
            .await?;
        Ok(row.map(PayoutStatusFile::from))
    }

    /// The files that were taken in last.
    pub async fn list_payout_status_files(
        &mut self,
        organisation: OrganisationId,
        limit: i64,
    ) -> Result<Vec<PayoutStatusFile>> {
        let rows: Vec<FileRow> = self
            .sql(text![
                "select" [file_columns] "from payout_status_file where organisation_id = $1"
                "order by created_at desc, id desc limit $2"
            ])
            .bind(organisation.uuid())
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(PayoutStatusFile::from).collect())
    }

    /// What a file says, in its order.
    pub async fn payout_statuses(&mut self, file: PayoutStatusFileId) -> Result<Vec<PayoutStatus>> {
        let rows: Vec<StatusRow> = self
            .sql(
                "select payout_id, end_to_end_id, status_code, reason_code, words, outcome, line from payout_status \
                 where payout_status_file_id = $1 order by line, id",
            )
            .bind(file.uuid())
            .all()
            .await?;
        rows.into_iter().map(PayoutStatus::try_from).collect()
    }

    /// What banks have said of a payout, with when they did, the latest first.
    pub async fn statuses_of_payout(&mut self, payout: PayoutId) -> Result<Vec<(DateTime<Utc>, PayoutStatus)>> {
        #[derive(FromRow)]
        struct ToldRow {
            written_at: DateTime<Utc>,
            #[sqlx(flatten)]
            status: StatusRow,
        }
        let rows: Vec<ToldRow> = self
            .sql(
                "select written_at, payout_id, end_to_end_id, status_code, reason_code, words, outcome, line \
                 from payout_status join payout_status_file on payout_status_file.id = payout_status_file_id \
                 where payout_id = $1 order by written_at desc, payout_status.id desc",
            )
            .bind(payout.uuid())
            .all()
            .await?;
        rows.into_iter().map(|row| Ok((row.written_at, row.status.try_into()?))).collect()
    }
}

impl Tx {
    /// Adds a file with its content and what it says.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `payout_status.taken` when it was taken in meanwhile.
    pub async fn insert_payout_status_file(
        &mut self,
        it: &PayoutStatusFile,
        (content, digest): (&[u8], &[u8]),
        all: &[(Uuid, PayoutStatus)],
    ) -> Result<()> {
        self.change(
            "insert into payout_status_file (id, organisation_id, digest, name, sender_id, message_id, written_at, \
             content, taken_by_person_id, created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(digest)
        .bind(&*it.name)
        .bind(&*it.sender_id)
        .bind(&*it.message_id)
        .bind(it.written_at)
        .bind(content)
        .bind(it.taken_by.uuid())
        .bind(it.created_at)
        .run()
        .await
        .on_unique("payout_status.taken")?
        .one("payout_status_file")?;
        let hex = |id: Uuid| id.simple().to_string();
        let row = |(id, it): &(Uuid, PayoutStatus)| {
            json!({
                "id": hex(*id), "payout_id": it.payout_id.map(|id| hex(id.uuid())), "name": it.end_to_end_id,
                "status": it.status_code, "reason": it.reason_code, "words": it.words, "outcome": it.outcome.word(),
                "place": it.line,
            })
        };
        self.change(text![
            "insert into payout_status (id, organisation_id, payout_status_file_id, payout_id, end_to_end_id, status_code,"
            "reason_code, words, outcome, line) select" [uuid "id"] ", $2, $3," [uuid "payout_id"] "," [string "name"] ","
            [string "status"] "," [string "reason"] "," [string "words"] "," [string "outcome"] "," [integer "place"]
            "from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(it.organisation_id.uuid())
        .bind(it.id.uuid())
        .run()
        .await?
        .any();
        Ok(())
    }
}
