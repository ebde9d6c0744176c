//! Month runs: what somebody looked at before it was charged.

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::id::{FacilityId, LoginId, MonthRunId, OrganisationId};
use stolpe_domain::local_day::Month;
use uuid::Uuid;

/// A month run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MonthRun {
    /// Its id.
    pub id: MonthRunId,
    /// Whose.
    pub organisation_id: OrganisationId,
    /// Of one facility alone.
    pub facility_id: Option<FacilityId>,
    /// Up to which month.
    pub month: Month,
    /// The documents with their sums and what waits, as JSON of whoever planned.
    pub plan: String,
    /// Who planned it; nobody, if training has lived through it.
    pub planned_by: Option<LoginId>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When all of it was charged.
    pub committed_at: Option<DateTime<Utc>>,
}

#[derive(FromRow)]
struct MonthRunRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Option<Uuid>,
    month: String,
    plan: String,
    planned_by_login_id: Option<Uuid>,
    created_at: DateTime<Utc>,
    committed_at: Option<DateTime<Utc>>,
}

impl TryFrom<MonthRunRow> for MonthRun {
    type Error = StoreError;

    fn try_from(row: MonthRunRow) -> Result<Self> {
        Ok(Self {
            id: MonthRunId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            facility_id: row.facility_id.map(FacilityId),
            month: Month::parse(&row.month)
                .map_err(|_| StoreError::Inconsistent { table: "month_run", column: "month" })?,
            plan: row.plan,
            planned_by: row.planned_by_login_id.map(LoginId),
            created_at: row.created_at,
            committed_at: row.committed_at,
        })
    }
}

impl Conn {
    /// The run with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_month_run(&mut self, id: MonthRunId) -> Result<Option<MonthRun>> {
        self.sql(
            "select id, organisation_id, facility_id, month, plan, planned_by_login_id, created_at, committed_at \
             from month_run where id = $1",
        )
        .bind(id.uuid())
        .optional::<MonthRunRow>()
        .await?
        .map(MonthRun::try_from)
        .transpose()
    }

    /// The latest runs of these organisations, without their plans.
    pub async fn list_month_runs(&mut self, organisations: &[OrganisationId], limit: i64) -> Result<Vec<MonthRun>> {
        self.sql(text![
            "select id, organisation_id, facility_id, month, '' as plan, planned_by_login_id, created_at, committed_at"
            "from month_run where organisation_id in" [ids "$1"] "order by created_at desc, id desc limit $2"
        ])
        .bind(Json(organisations.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(limit)
        .all::<MonthRunRow>()
        .await?
        .into_iter()
        .map(MonthRun::try_from)
        .collect()
    }
}

impl Tx {
    /// Writes down what was planned.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_month_run(&mut self, it: &MonthRun) -> Result<()> {
        self.change(
            "insert into month_run (id, organisation_id, facility_id, month, plan, planned_by_login_id, created_at) \
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.facility_id.map(FacilityId::uuid))
        .bind(it.month.to_string())
        .bind(&*it.plan)
        .bind(it.planned_by.map(LoginId::uuid))
        .bind(it.created_at)
        .run()
        .await?
        .one("month_run")
    }

    /// Holds a run until the transaction ends, so that two who work on it at once take turns; answers whether all of it was
    /// charged.
    ///
    /// # Errors
    /// [`StoreError::Missing`] when there is none.
    pub async fn hold_month_run(&mut self, id: MonthRunId) -> Result<bool> {
        let row: Option<(Option<DateTime<Utc>>,)> = self
            .sql(text!["select committed_at from month_run where id = $1"[locked]])
            .bind(id.uuid())
            .optional()
            .await?;
        row.map(|(committed_at,)| committed_at.is_some()).ok_or(StoreError::Missing("month_run"))
    }

    /// Notes that all of a run was charged.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when that was noted before.
    pub async fn finish_month_run(&mut self, id: MonthRunId, at: DateTime<Utc>) -> Result<()> {
        self.change("update month_run set committed_at = $2 where id = $1 and committed_at is null")
            .bind(id.uuid())
            .bind(at)
            .run()
            .await?
            .unchanged()
    }
}
