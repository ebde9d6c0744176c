//! Reminders: figures of law, what organisations have chosen, runs, and what each reminder was for.

mod figure;
mod item;
mod pause;
mod run;

pub use item::{EarlierReminder, ReminderItem, ReminderRow};
pub use pause::ReminderPause;
pub use run::ReminderRun;

use crate::engine::{Conn, Tx};
use crate::error::{Result, StoreError};
use sqlx::FromRow;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::reminder::ReminderSettings;

#[derive(FromRow)]
struct SettingsRow {
    is_on: bool,
    after_days: i64,
    due_days: i64,
    fee_minor: i64,
    fee_is_agreed: bool,
    has_interest: bool,
    most: i64,
    smallest_minor: i64,
    row_version: i64,
}

impl Conn {
    /// What an organisation has chosen, with its version; nothing while nobody has.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_reminder_settings(
        &mut self,
        organisation: OrganisationId,
    ) -> Result<Option<(ReminderSettings, i64)>> {
        let row: Option<SettingsRow> = self
            .sql(
                "select is_on, after_days, due_days, fee_minor, fee_is_agreed, has_interest, most, smallest_minor, \
                 row_version from reminder_settings where organisation_id = $1",
            )
            .bind(organisation.uuid())
            .optional()
            .await?;
        let small = |value: i64, column| {
            u16::try_from(value).map_err(|_| StoreError::Inconsistent { table: "reminder_settings", column })
        };
        row.map(|row| {
            let settings = ReminderSettings {
                is_on: row.is_on,
                after_days: small(row.after_days, "after_days")?,
                due_days: small(row.due_days, "due_days")?,
                fee_minor: row.fee_minor,
                fee_is_agreed: row.fee_is_agreed,
                has_interest: row.has_interest,
                most: small(row.most, "most")?,
                smallest_minor: row.smallest_minor,
            };
            Ok((settings, row.row_version))
        })
        .transpose()
    }
}

impl Tx {
    /// Writes what an organisation has chosen, if it is still at that version; 0 when nobody has chosen yet.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when somebody was faster.
    pub async fn put_reminder_settings(
        &mut self,
        organisation: OrganisationId,
        row_version: i64,
        it: &ReminderSettings,
    ) -> Result<()> {
        self.change(
            "insert into reminder_settings (organisation_id, is_on, after_days, due_days, fee_minor, fee_is_agreed, \
             has_interest, most, smallest_minor, row_version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) \
             on conflict (organisation_id) do update set is_on = excluded.is_on, after_days = excluded.after_days, \
             due_days = excluded.due_days, fee_minor = excluded.fee_minor, fee_is_agreed = excluded.fee_is_agreed, \
             has_interest = excluded.has_interest, most = excluded.most, smallest_minor = excluded.smallest_minor, \
             row_version = reminder_settings.row_version + 1 where reminder_settings.row_version = $10",
        )
        .bind(organisation.uuid())
        .bind(it.is_on)
        .bind(i64::from(it.after_days))
        .bind(i64::from(it.due_days))
        .bind(it.fee_minor)
        .bind(it.fee_is_agreed)
        .bind(it.has_interest)
        .bind(i64::from(it.most))
        .bind(it.smallest_minor)
        .bind(row_version)
        .run()
        .await?
        .unchanged()
    }
}
