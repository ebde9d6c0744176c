//! An invoice that is disputed or otherwise not to be reminded of for now.

use crate::App;
use crate::ctx::Ctx;
use crate::document::{OpenDocument, fact};
use crate::error::{AppError, Result};
use crate::person::required_reason;
use chrono::NaiveDate;
use serde_json::json;
use stolpe_domain::access::Permission;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::event::Action;
use stolpe_domain::id::DocumentId;
use stolpe_store::reminder::ReminderPause;

impl App {
    /// Keeps an invoice from being reminded of, until a day or until somebody says otherwise.
    ///
    /// # Errors
    /// [`AppError::Refused`] `reminder.not_invoice` for anything else, [`AppError::Invalid`] without a reason or with a day
    /// that is over.
    pub async fn pause_reminders(
        &self,
        ctx: &Ctx,
        id: DocumentId,
        reason: &str,
        until_on: Option<NaiveDate>,
    ) -> Result<OpenDocument> {
        let (document, _) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let reason = required_reason(reason)?;
        if document.kind != DocumentKind::Invoice {
            return Err(AppError::refused("reminder.not_invoice"));
        }
        if until_on.is_some_and(|until| until <= ctx.today()) {
            return Err(AppError::field("untilOn", "reminder.until_over"));
        }
        let pause = ReminderPause { until_on, reason: reason.to_owned(), created_at: ctx.at };
        let mut tx = self.write().await?;
        tx.put_reminder_pause(id, &pause, ctx.signed().ok().map(|signed| signed.login)).await?;
        let event = fact(Action::RemindersPaused, &document).after(&json!({ "untilOn": until_on })).because(reason);
        tx.commit(ctx, [event]).await?;
        self.document(ctx, id).await
    }

    /// Lets an invoice be reminded of again.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not paused, or not the actor's to see.
    pub async fn resume_reminders(&self, ctx: &Ctx, id: DocumentId) -> Result<OpenDocument> {
        let (document, _) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let mut tx = self.write().await?;
        if !tx.remove_reminder_pause(id).await? {
            return Err(AppError::NotFound);
        }
        tx.commit(ctx, [fact(Action::RemindersResumed, &document)]).await?;
        self.document(ctx, id).await
    }
}
