//! Tills at the counter: opened, listed and closed.

mod entry;
mod payout;
mod series;
mod vat;

pub use entry::{KeptTillEntry, MovedAtTill, TakenBackBy};

use crate::document::numbered;
use crate::engine::{Conn, Statement, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use crate::page::{END_OF_TIME, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use stolpe_domain::document::Number;
use stolpe_domain::id::{OrganisationId, PersonId, TillId};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// A till.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Till {
    /// Its id.
    pub id: TillId,
    /// Whose money is in it.
    pub organisation_id: OrganisationId,
    /// Who is at it.
    pub clerk: PersonId,
    /// What it was opened with.
    pub opening: Money,
    /// When.
    pub opened_at: DateTime<Utc>,
    /// What was said when it was closed; nothing while it is open.
    pub closed: Option<ClosedTill>,
    /// Counts changes.
    pub row_version: i64,
}

/// What was said of a till when it was closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedTill {
    /// When.
    pub at: DateTime<Utc>,
    /// By whom.
    pub by: PersonId,
    /// The day on which that counts.
    pub on: NaiveDate,
    /// The number of its report.
    pub number: Number,
    /// The cash that was counted.
    pub counted: Money,
    /// That, less what should have been there.
    pub difference: Money,
    /// Why there is a difference.
    pub reason: Option<String>,
    /// What is printed beside the figures, as JSON of whoever prints.
    pub printed: String,
}

/// Which tills a list shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillFilter {
    /// Of this organisation.
    pub organisation: OrganisationId,
    /// Of this clerk.
    pub clerk: Option<PersonId>,
    /// That are open, or that are closed.
    pub is_open: Option<bool>,
}

/// Where a list goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TillPlace {
    /// When the last one was opened.
    pub opened_at: DateTime<Utc>,
    /// Its id.
    pub id: TillId,
}

macro_rules! till_columns {
    () => {
        "id, organisation_id, clerk_person_id, currency, opening_minor, opened_at, closed_at, closed_by_person_id, closed_on, \
         fiscal_year, place, counted_minor, difference_minor, reason, printed, row_version"
    };
}

macro_rules! narrowed {
    () => {
        "organisation_id = $1 and (clerk_person_id = $2 or $2 is null) and ((closed_at is null) = $3 or $3 is null)"
    };
}

#[derive(FromRow)]
struct TillRow {
    id: Uuid,
    organisation_id: Uuid,
    clerk_person_id: Uuid,
    currency: String,
    opening_minor: i64,
    opened_at: DateTime<Utc>,
    closed_at: Option<DateTime<Utc>>,
    closed_by_person_id: Option<Uuid>,
    closed_on: Option<NaiveDate>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    counted_minor: Option<i64>,
    difference_minor: Option<i64>,
    reason: Option<String>,
    printed: Option<String>,
    row_version: i64,
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "till", column }
}

impl TryFrom<TillRow> for Till {
    type Error = StoreError;

    fn try_from(row: TillRow) -> Result<Self> {
        let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
        let money = |minor: Option<i64>, column| {
            minor.map(|minor| Money::of_minor(minor, currency)).ok_or_else(|| unreadable(column))
        };
        let closed = match row.closed_at {
            None => None,
            Some(at) => Some(ClosedTill {
                at,
                by: PersonId(row.closed_by_person_id.ok_or_else(|| unreadable("closed_by_person_id"))?),
                on: row.closed_on.ok_or_else(|| unreadable("closed_on"))?,
                number: numbered(row.fiscal_year, row.place)?.ok_or_else(|| unreadable("place"))?,
                counted: money(row.counted_minor, "counted_minor")?,
                difference: money(row.difference_minor, "difference_minor")?,
                reason: row.reason,
                printed: row.printed.ok_or_else(|| unreadable("printed"))?,
            }),
        };
        Ok(Self {
            id: TillId(row.id),
            organisation_id: OrganisationId(row.organisation_id),
            clerk: PersonId(row.clerk_person_id),
            opening: Money::of_minor(row.opening_minor, currency),
            opened_at: row.opened_at,
            closed,
            row_version: row.row_version,
        })
    }
}

fn bound<'c>(statement: Statement<'c>, filter: &TillFilter) -> Statement<'c> {
    statement.bind(filter.organisation.uuid()).bind(filter.clerk.map(PersonId::uuid)).bind(filter.is_open)
}

impl Conn {
    /// Whether payments are taken at the counter of an organisation, with the version of that; 0 while nobody has said so.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn till_setting(&mut self, organisation: OrganisationId) -> Result<(bool, i64)> {
        let row: Option<(bool, i64)> = self
            .sql("select active, row_version from till_setting where organisation_id = $1")
            .bind(organisation.uuid())
            .optional()
            .await?;
        Ok(row.unwrap_or((false, 0)))
    }

    /// The till with this id.
    pub async fn find_till(&mut self, id: TillId) -> Result<Option<Till>> {
        self.sql(text!["select" [till_columns] "from till where id = $1"])
            .bind(id.uuid())
            .optional::<TillRow>()
            .await?
            .map(Till::try_from)
            .transpose()
    }

    /// The till of an organisation that one of these records of a person has open.
    pub async fn open_till_of(&mut self, organisation: OrganisationId, clerk: &[PersonId]) -> Result<Option<Till>> {
        self.sql(text![
            "select" [till_columns] "from till where organisation_id = $2 and closed_at is null"
            "and clerk_person_id in" [ids "$1"] "order by opened_at, id limit 1"
        ])
        .bind(Json(clerk.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
        .bind(organisation.uuid())
        .optional::<TillRow>()
        .await?
        .map(Till::try_from)
        .transpose()
    }

    /// Tills, those opened last first.
    pub async fn list_tills(
        &mut self,
        filter: &TillFilter,
        after: Option<TillPlace>,
        limit: i64,
    ) -> Result<Page<Till>> {
        let (at, id) = after.map_or((END_OF_TIME, Uuid::max()), |place| (place.opened_at, place.id.uuid()));
        let statement = self.sql(text![
            "select" [till_columns] "from till where" [narrowed]
            "and (opened_at, id) < ($4, $5) order by opened_at desc, id desc limit $6"
        ]);
        let rows: Vec<TillRow> = bound(statement, filter).bind(at).bind(id).bind(limit + 1).all().await?;
        Page::cut(rows, limit).try_map(Till::try_from)
    }

    /// How many tills the filter leaves, counted up to the ceiling.
    pub async fn count_tills(&mut self, filter: &TillFilter) -> Result<Total> {
        let statement =
            self.sql(text!["select count(*) from (select 1 from till where" [narrowed] "limit $4) as counted"]);
        let (count,): (i64,) = bound(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }
}

impl Tx {
    /// Says whether payments are taken at the counter of an organisation that is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_till_setting(&mut self, id: OrganisationId, row_version: i64, active: bool) -> Result<()> {
        self.change(
            "insert into till_setting (organisation_id, active, row_version) values ($1, $2, 1) \
             on conflict (organisation_id) do update set active = excluded.active, \
             row_version = till_setting.row_version + 1 where till_setting.row_version = $3",
        )
        .bind(id.uuid())
        .bind(active)
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }

    /// Opens a till.
    ///
    /// # Errors
    /// [`StoreError::Taken`] `till.open_already` when the clerk has one open.
    pub async fn insert_till(&mut self, it: &Till) -> Result<()> {
        self.change(
            "insert into till (id, organisation_id, clerk_person_id, currency, opening_minor, opened_at, row_version) \
             values ($1, $2, $3, $4, $5, $6, 1)",
        )
        .bind(it.id.uuid())
        .bind(it.organisation_id.uuid())
        .bind(it.clerk.uuid())
        .bind(it.opening.currency.code())
        .bind(it.opening.minor)
        .bind(it.opened_at)
        .run()
        .await
        .on_unique("till.open_already")?
        .one("till")
    }

    /// A till, in which nobody else enters anything until the transaction ends.
    pub async fn lock_till(&mut self, id: TillId) -> Result<Option<Till>> {
        self.sql(text!["select" [till_columns] "from till where id = $1" [locked]])
            .bind(id.uuid())
            .optional::<TillRow>()
            .await?
            .map(Till::try_from)
            .transpose()
    }

    /// Notes that something was entered in a till, so that whoever has counted it before counts again.
    pub async fn touch_till(&mut self, id: TillId) -> Result<()> {
        self.change("update till set row_version = row_version + 1 where id = $1")
            .bind(id.uuid())
            .run()
            .await?
            .one("till")
    }

    /// Closes a till that is still open and at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is not.
    pub async fn close_till(&mut self, id: TillId, row_version: i64, it: &ClosedTill) -> Result<()> {
        self.change(
            "update till set closed_at = $3, closed_by_person_id = $4, closed_on = $5, fiscal_year = $6, place = $7, \
             counted_minor = $8, difference_minor = $9, reason = $10, printed = $11, row_version = row_version + 1 \
             where id = $1 and row_version = $2 and closed_at is null",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(it.at)
        .bind(it.by.uuid())
        .bind(it.on)
        .bind(i64::from(it.number.year.0))
        .bind(it.number.place)
        .bind(it.counted.minor)
        .bind(it.difference.minor)
        .bind(it.reason.as_deref())
        .bind(it.printed.as_str())
        .run()
        .await?
        .unchanged()
    }
}
