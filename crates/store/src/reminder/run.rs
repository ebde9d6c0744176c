//! Reminder runs: what somebody looked at before it was made.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{DocumentId, FacilityId, LoginId, OrganisationId, ReminderRunId};
use uuid::Uuid;

/// A reminder run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderRun {
    /// Its id.
    pub id: ReminderRunId,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Of one facility alone.
    pub facility_id: Option<FacilityId>,
    /// The day for which it was looked at: interest is counted up to it.
    pub made_on: NaiveDate,
    /// The letters with their sums and what is left out, as JSON of whoever planned.
    pub plan: String,
    /// Who planned it.
    pub planned_by: Option<LoginId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it was made.
    pub committed_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct RunRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Option<Uuid>,
    made_on: NaiveDate,
    plan: String,
    planned_by_login_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
}

impl From<RunRow> for ReminderRun {
    fn from(row: RunRow) -> Self {
        Self {
            id: ReminderRunId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: row.facility_id.map(FacilityId),
            made_on: row.made_on,
            plan: row.plan,
            planned_by: row.planned_by_login_id.map(LoginId),
            created_at: row.created_at,
            committed_at: row.committed_at,
        }
    }
}

impl Conn {
    /// The run with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_reminder_run(&mut self, id: ReminderRunId) -> Result<Option<ReminderRun>> {
        let row: Option<RunRow> = self
            .sql(
                "select id, organisation_id, facility_id, made_on, plan, planned_by_login_id, created_at, committed_at \
                 from reminder_run where id = $1",
            )
            .bind(id.uuid())
            .optional()
            .await?;
        Ok(row.map(ReminderRun::from))
    }

    /// The latest runs of these organisations, without their plans.
    pub async fn list_reminder_runs(
        &mut self,
        organisations: &[OrganisationId],
        limit: i64,
    ) -> Result<Vec<ReminderRun>> {
        let rows: Vec<RunRow> = self
            .sql(text![
                "select id, organisation_id, facility_id, made_on, '' as plan, planned_by_login_id, created_at,"
                "committed_at from reminder_run where organisation_id in" [ids "$1"]
                "order by created_at desc, id desc limit $2"
            ])
            .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(ReminderRun::from).collect())
    }

    /// The reminders of a run whose messages wait to be let go.
    pub async fn awaiting_reminders(&mut self, run: ReminderRunId) -> Result<Vec<DocumentId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(
                "select distinct reminder.document_id from reminder join notice on notice.document_id = reminder.document_id \
                 where reminder.run_id = $1 and notice.state = 'awaiting' order by reminder.document_id",
            )
            .bind(run.uuid())
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| DocumentId(id)).collect())
    }
}

impl Tx {
    /// Writes down what was planned.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_reminder_run(&mut self, it: &ReminderRun) -> Result<()> {
        self.change(
            "insert into reminder_run (id, organisation_id, facility_id, made_on, plan, planned_by_login_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.facility_id.map(FacilityId::uuid))
        .bind(it.made_on)
        .bind(&*it.plan)
        .bind(it.planned_by.map(LoginId::uuid))
        .bind(it.created_at)
        .run()
        .await?
        .one("reminder_run")
    }

    /// Holds a run until the transaction ends, so that two who make it at once take turns; answers whether it was made.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none.
    pub async fn hold_reminder_run(&mut self, id: ReminderRunId) -> Result<bool> {
        let row: Option<(Option<DateTime<Utc>>,)> = self
            .sql(text!["select committed_at from reminder_run where id = $1"[locked]])
            .bind(id.uuid())
            .optional()
            .await?;
        row.map(|(committed_at,)| committed_at.is_some()).ok_or(StoreError::Missing("reminder_run"))
    }

    /// Notes that a run was made, and what came of it.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when that was noted before.
    pub async fn finish_reminder_run(&mut self, id: ReminderRunId, at: DateTime<Utc>, plan: &str) -> Result<()> {
        self.change("update reminder_run set committed_at = $2, plan = $3 where id = $1 and committed_at is null")
            .bind(id.uuid())
            .bind(at)
            .bind(plan)
            .run()
            .await?
            .unchanged()
    }
}
