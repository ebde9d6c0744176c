//! Paying in advance: the rule of each facility, and the receipts of what was put in.

mod receipt;
mod series;

pub use receipt::TopUpReceipt;

use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::{DateTime, Utc};
use sqlx::FromRow;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId};
use stolpe_domain::top_up::TopUpDraft;

#[derive(FromRow)]
struct SettingRow {
    is_on: bool,
    least_minor: i64,
    step_minor: i64,
    most_minor: Option<i64>,
    most_a_day_minor: Option<i64>,
    row_version: i64,
}

impl From<SettingRow> for (TopUpDraft, i64) {
    fn from(row: SettingRow) -> Self {
        let draft = TopUpDraft {
            is_on: row.is_on,
            least_minor: row.least_minor,
            step_minor: row.step_minor,
            most_minor: row.most_minor,
            most_a_day_minor: row.most_a_day_minor,
        };
        (draft, row.row_version)
    }
}

macro_rules! setting_columns {
    () => {
        "is_on, least_minor, step_minor, most_minor, most_a_day_minor, row_version"
    };
}

impl Conn {
    /// How people pay in advance at a facility, and its version: 0 while nobody has said anything.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn top_up_setting(&mut self, facility: FacilityId) -> Result<(TopUpDraft, i64)> {
        let row: Option<SettingRow> = self
            .sql(text!["select" [setting_columns] "from top_up_setting where facility_id = $1"])
            .bind(facility.uuid())
            .optional()
            .await?;
        Ok(row.map_or_else(|| (TopUpDraft::default(), 0), Into::into))
    }

    /// What somebody has put in at counters since an instant, and has not taken back.
    pub async fn topped_up_at_tills(&mut self, person: PersonId, since: DateTime<Utc>) -> Result<i64> {
        let (sum,): (i64,) = self
            .sql(
                "select cast(coalesce(sum(prepaid_minor), 0) as bigint) from till_entry where person_id = $1 \
                 and created_at >= $2 and kind = 'taken' and prepaid_minor = amount_minor and not exists \
                 (select 1 from till_entry later where later.takes_back_id = till_entry.id)",
            )
            .bind(person.uuid())
            .bind(since)
            .one()
            .await?;
        Ok(sum)
    }
}

impl Tx {
    /// The same setting, which nobody changes and by which nobody else begins to pay until the transaction ends.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn lock_top_up_setting(&mut self, facility: FacilityId) -> Result<(TopUpDraft, i64)> {
        let row: Option<SettingRow> = self
            .sql(text!["select" [setting_columns] "from top_up_setting where facility_id = $1" [locked]])
            .bind(facility.uuid())
            .optional()
            .await?;
        Ok(row.map_or_else(|| (TopUpDraft::default(), 0), Into::into))
    }

    /// Says how people pay in advance at a facility whose setting is still at that version.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_top_up_setting(
        &mut self,
        (organisation, facility): (OrganisationId, FacilityId),
        row_version: i64,
        it: TopUpDraft,
    ) -> Result<()> {
        self.change(
            "insert into top_up_setting (facility_id, organisation_id, is_on, least_minor, step_minor, most_minor, \
             most_a_day_minor, row_version) values ($1, $2, $3, $4, $5, $6, $7, 1) \
             on conflict (facility_id) do update set is_on = excluded.is_on, least_minor = excluded.least_minor, \
             step_minor = excluded.step_minor, most_minor = excluded.most_minor, \
             most_a_day_minor = excluded.most_a_day_minor, row_version = top_up_setting.row_version + 1 \
             where top_up_setting.row_version = $8",
        )
        .bind(facility.uuid())
        .bind(organisation.uuid())
        .bind(it.is_on)
        .bind(it.least_minor)
        .bind(it.step_minor)
        .bind(it.most_minor)
        .bind(it.most_a_day_minor)
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "top_up_receipt", column }
}
