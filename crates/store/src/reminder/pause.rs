//! Invoices that are not reminded of for now.

use crate::engine::{Conn, Tx, text};
use crate::error::Result;
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::id::{DocumentId, LoginId};
use uuid::Uuid;

/// Why, and until when, an invoice is not reminded of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderPause {
    /// The first day on which it may be reminded of again; nothing until somebody says so.
    pub until_on: Option<NaiveDate>,
    /// Why.
    pub reason: String,
    /// Since when.
    pub created_at: DateTime<Utc>,
}

impl Conn {
    /// The pauses of these invoices, those that are over among them.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn reminder_pauses(&mut self, invoices: &[DocumentId]) -> Result<HashMap<DocumentId, ReminderPause>> {
        let rows: Vec<(Uuid, Option<NaiveDate>, String, DateTime<Utc>)> = self
            .sql(text![
                "select document_id, until_on, reason, created_at from reminder_pause where document_id in" [ids "$1"]
            ])
            .bind(Json(invoices.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let pause =
            |(id, until_on, reason, created_at)| (DocumentId(id), ReminderPause { until_on, reason, created_at });
        Ok(rows.into_iter().map(pause).collect())
    }
}

impl Tx {
    /// Pauses the reminders of an invoice, in the place of what was said before.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn put_reminder_pause(
        &mut self,
        invoice: DocumentId,
        it: &ReminderPause,
        by: Option<LoginId>,
    ) -> Result<()> {
        self.change(
            "insert into reminder_pause (document_id, until_on, reason, made_by_login_id, created_at) \
             values ($1, $2, $3, $4, $5) on conflict (document_id) do update set until_on = excluded.until_on, \
             reason = excluded.reason, made_by_login_id = excluded.made_by_login_id, created_at = excluded.created_at",
        )
        .bind(invoice.uuid())
        .bind(it.until_on)
        .bind(&*it.reason)
        .bind(by.map(LoginId::uuid))
        .bind(it.created_at)
        .run()
        .await?
        .one("reminder_pause")
    }

    /// Ends a pause; answers whether there was one.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn remove_reminder_pause(&mut self, invoice: DocumentId) -> Result<bool> {
        let removed =
            self.change("delete from reminder_pause where document_id = $1").bind(invoice.uuid()).run().await?.any();
        Ok(removed > 0)
    }
}
