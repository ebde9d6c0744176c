//! Months that are locked, and what was handed over of them.

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use stolpe_domain::bookkeeping::OpenFrom;
use stolpe_domain::id::{LoginId, OrganisationId};
use stolpe_domain::local_day::Month;
use uuid::Uuid;

/// A month that is locked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LockedMonth {
    /// Which one.
    pub month: Month,
    /// The SHA-256 of what was handed over.
    pub digest: Vec<u8>,
    /// Who locked it.
    pub locked_by: Option<LoginId>,
    /// When.
    pub locked_at: DateTime<Utc>,
}

#[derive(FromRow)]
struct LockedRow {
    month: String,
    digest: Vec<u8>,
    locked_by_login_id: Option<Uuid>,
    locked_at: DateTime<Utc>,
}

impl TryFrom<LockedRow> for LockedMonth {
    type Error = StoreError;

    fn try_from(row: LockedRow) -> Result<Self> {
        let unreadable = |_| StoreError::Inconsistent { table: "locked_month", column: "month" };
        Ok(Self {
            month: Month::parse(&row.month).map_err(unreadable)?,
            digest: row.digest,
            locked_by: row.locked_by_login_id.map(LoginId),
            locked_at: row.locked_at,
        })
    }
}

impl Conn {
    /// From which day on the books of an organisation are open.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn books_open_from(&mut self, organisation: OrganisationId) -> Result<OpenFrom> {
        let row: Option<(Option<NaiveDate>,)> = self
            .sql("select books_open_from from organisation where id = $1")
            .bind(organisation.uuid())
            .optional()
            .await?;
        Ok(OpenFrom::of(row.and_then(|(day,)| day)))
    }

    /// The months that are locked, the latest first.
    pub async fn locked_months(&mut self, organisation: OrganisationId) -> Result<Vec<LockedMonth>> {
        let rows: Vec<LockedRow> = self
            .sql(
                "select month, digest, locked_by_login_id, locked_at from locked_month \
                 where organisation_id = $1 order by month desc",
            )
            .bind(organisation.uuid())
            .all()
            .await?;
        rows.into_iter().map(LockedMonth::try_from).collect()
    }

    /// Every locked month of everybody.
    pub(crate) async fn all_locked_months(&mut self) -> Result<Vec<(OrganisationId, LockedMonth)>> {
        let mut all = Vec::new();
        let owners: Vec<(Uuid,)> =
            self.sql("select distinct organisation_id from locked_month order by organisation_id").all().await?;
        for (owner,) in owners {
            let months = self.locked_months(OrganisationId(owner)).await?.into_iter();
            all.extend(months.map(|it| (OrganisationId(owner), it)));
        }
        Ok(all)
    }

    /// What was handed over of a locked month.
    pub async fn package_of(&mut self, organisation: OrganisationId, month: Month) -> Result<Option<Vec<u8>>> {
        let row: Option<(Vec<u8>,)> = self
            .sql("select package from locked_month where organisation_id = $1 and month = $2")
            .bind(organisation.uuid())
            .bind(month.to_string())
            .optional()
            .await?;
        Ok(row.map(|(package,)| package))
    }
}

impl Tx {
    /// From which day on the books of an organisation are open, so that nobody locks a month of them before this transaction
    /// ends. Others can post meanwhile.
    pub async fn share_books_of(&mut self, organisation: OrganisationId) -> Result<OpenFrom> {
        let (day,): (Option<NaiveDate>,) = self
            .sql(text!["select books_open_from from organisation where id = $1"[shared]])
            .bind(organisation.uuid())
            .one()
            .await?;
        Ok(OpenFrom::of(day))
    }

    /// From which day on the books of an organisation are open, so that nobody posts or locks before this transaction ends.
    /// What merely belongs to the organisation is written meanwhile.
    pub async fn hold_books(&mut self, organisation: OrganisationId) -> Result<OpenFrom> {
        let (day,): (Option<NaiveDate>,) = self
            .sql(text!["select books_open_from from organisation where id = $1"[alone]])
            .bind(organisation.uuid())
            .one()
            .await?;
        Ok(OpenFrom::of(day))
    }

    /// Writes down from which day on books that are held are open.
    pub async fn put_open_from(&mut self, organisation: OrganisationId, from: OpenFrom) -> Result<()> {
        self.change("update organisation set books_open_from = $2 where id = $1")
            .bind(organisation.uuid())
            .bind(from.day())
            .run()
            .await?
            .one("organisation")
    }

    /// Keeps a locked month with what was handed over of it.
    ///
    /// # Errors
    /// [`StoreError::Taken`] when it is there already.
    pub async fn insert_locked_month(
        &mut self,
        organisation: OrganisationId,
        it: &LockedMonth,
        package: &[u8],
    ) -> Result<()> {
        self.change(
            "insert into locked_month (organisation_id, month, package, digest, locked_by_login_id, locked_at) \
             values ($1, $2, $3, $4, $5, $6)",
        )
        .bind(organisation.uuid())
        .bind(it.month.to_string())
        .bind(package)
        .bind(&*it.digest)
        .bind(it.locked_by.map(LoginId::uuid))
        .bind(it.locked_at)
        .run()
        .await
        .on_unique("period.locked")?
        .one("locked_month")
    }

    /// Forgets a locked month with what was handed over of it.
    pub async fn remove_locked_month(&mut self, organisation: OrganisationId, month: Month) -> Result<()> {
        self.change("delete from locked_month where organisation_id = $1 and month = $2")
            .bind(organisation.uuid())
            .bind(month.to_string())
            .run()
            .await?
            .one("locked_month")
    }
}
