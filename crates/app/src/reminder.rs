//! Reminders: what organisations have chosen, the figures of law, what is open to whoever owes it, and pauses.
//!
//! A run is looked at first (`run.rs`), and then exactly that is made (`make.rs`): `look.rs` judges the invoices and draws up
//! the letters both times.

mod figure;
mod look;
mod make;
mod pause;
mod plan;
mod run;

pub use figure::KnownFigure;
pub use plan::{PlannedInvoice, PlannedReminder, ReminderLeftOut, ReminderPlan};
pub use run::OpenReminderRun;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::month_run::currency_of;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::money::Currency;
use stolpe_domain::reminder::{Figures, ReminderDraft, ReminderSettings};

/// What an organisation has chosen, beside what the law of its country allows today.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChosenReminders {
    /// What was chosen, or what is so while nobody has.
    pub settings: ReminderSettings,
    /// Counts changes; 0 while nobody has chosen.
    pub row_version: i64,
    /// In which the fee is.
    pub currency: Currency,
    /// What a reminder may cost at most.
    pub most_fee_minor: i64,
    /// For how many reminders of one invoice a fee may be asked.
    pub most_fees: i64,
    /// How many days after the due date a reminder may cost something.
    pub fee_after_days: i64,
    /// The yearly rate of interest on what is late today, in hundredths of a per cent, if it is known.
    pub late_rate: Option<i64>,
}

impl App {
    /// How an organisation reminds.
    ///
    /// # Errors
    /// As [`App::billing`].
    pub async fn reminder_settings(&self, ctx: &Ctx, id: OrganisationId) -> Result<ChosenReminders> {
        // Whoever may see how the organisation is paid may see how it reminds.
        self.billing(ctx, id).await?;
        let mut conn = self.read().await?;
        let organisation = conn.find_organisation(id).await?.ok_or(AppError::NotFound)?;
        let figures = Figures::of(organisation.country, &conn.added_figures().await?);
        let (settings, row_version) = conn.find_reminder_settings(id).await?.unwrap_or_default();
        let today = ctx.today();
        Ok(ChosenReminders {
            settings,
            row_version,
            currency: currency_of(organisation.country),
            most_fee_minor: figures.most_fee(today),
            most_fees: figures.most_fees(today),
            fee_after_days: figures.fee_after_days(today),
            late_rate: figures.late_rate(today),
        })
    }

    /// Chooses how an organisation reminds; `row_version` is 0 while nobody has. A matter for its owner, as how it is paid.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, a fee above what the law allows among them; [`AppError::Changed`] when somebody
    /// was faster.
    pub async fn save_reminder_settings(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        draft: ReminderDraft,
    ) -> Result<ChosenReminders> {
        let organisation = self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let figures = Figures::of(organisation.country, &self.read().await?.added_figures().await?);
        let it = draft.check(organisation.country, &figures, ctx.today())?;
        let mut tx = self.write().await?;
        let before = tx.find_reminder_settings(id).await?;
        if before.map_or(0, |(_, version)| version) != row_version {
            return Err(AppError::Changed);
        }
        tx.put_reminder_settings(id, row_version, &it).await?;
        let event = Event::new(Action::RemindersChosen, Subject::Organisation(id))
            .organisation(id)
            .before(&before.map(|(before, _)| before))
            .after(&it);
        tx.commit(ctx, [event]).await?;
        self.reminder_settings(ctx, id).await
    }
}
