//! The invoices of the past year, made by the product's own rules as it was then; the last month is left to be run.

use super::history::back_at;
use crate::App;
use crate::audit;
use crate::document::{CreditWish, SendBy, credit_within};
use crate::error::{AppError, Result};
use crate::month_run::{plan_within, release_within};
use crate::notice::Outward;
use crate::session::assign_within;
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::HashMap;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, PersonId, SessionId};
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::training::invoicing::{CREDITED_BECAUSE, TrainingAct};
use stolpe_store::Tx;
use stolpe_store::document::Document;

/// A run is looked at, committed and let go so far apart.
const BETWEEN: TimeDelta = TimeDelta::minutes(20);
/// Whoever invoiced all year, and what they know of it.
pub(super) struct Office {
    pub(super) facility: Facility,
    /// Sessions of which it came to light later whose they are.
    pub(super) given: Vec<(SessionId, PersonId)>,
    /// The invoice of each month that is shown to its reader in their own language.
    first: HashMap<Month, DocumentId>,
}

impl Office {
    pub(super) fn new(facility: Facility, given: Vec<(SessionId, PersonId)>) -> Self {
        Self { facility, given, first: HashMap::new() }
    }

    /// Does what was done at an instant, and says it in the log.
    pub(super) async fn act(&mut self, app: &App, tx: &mut Tx, at: DateTime<Utc>, act: TrainingAct) -> Result<()> {
        match act {
            TrainingAct::MonthRun(month) => self.run(app, tx, at, month).await,
            TrainingAct::SessionGiven => self.give(tx, at).await,
            TrainingAct::InvoiceCredited(month) => self.credit(app, tx, at, month).await,
        }
    }

    /// Looks at a month, charges it, lets the messages go, and carries to their doors whoever has no address for one.
    async fn run(&mut self, app: &App, tx: &mut Tx, at: DateTime<Utc>, month: Month) -> Result<()> {
        let then = back_at(at);
        let (seen, planned) = plan_within(tx, &then, &self.facility, month).await?;
        audit::append(tx, &then, &[planned]).await?;
        let then = back_at(at + BETWEEN);
        let run = seen.run.clone();
        let (documents, events) = app.charge_within(tx, &then, &self.facility, seen).await?;
        audit::append(tx, &then, &events).await?;
        let then = back_at(at + BETWEEN * 2);
        let (mailed, released) = release_within(tx, &then, &run, Outward::NOWHERE).await?;
        audit::append(tx, &then, &[released]).await?;
        for document in documents.iter().filter(|it| !mailed.contains(&it.id)) {
            self.send(app, tx, at + BETWEEN * 3, document, SendBy::Paper).await?;
        }
        let first = documents.iter().find(|it| it.language == Language::Sv && mailed.contains(&it.id));
        self.first.extend(first.map(|first| (month, first.id)));
        Ok(())
    }

    async fn send(&self, app: &App, tx: &mut Tx, at: DateTime<Utc>, document: &Document, by: SendBy) -> Result<()> {
        let then = back_at(at);
        let sent = app.send_within(tx, &then, &self.facility, document, by, Outward::NOWHERE).await?;
        audit::append(tx, &then, &[sent]).await
    }

    /// Gives the sessions that waited to whoever had charged.
    async fn give(&self, tx: &mut Tx, at: DateTime<Utc>) -> Result<()> {
        let then = back_at(at);
        for (session, person) in &self.given {
            let it = tx.find_session(*session).await?.ok_or(AppError::NotFound)?;
            let given = assign_within(tx, &self.facility, it, Some(*person)).await?;
            audit::append(tx, &then, &[given]).await?;
        }
        Ok(())
    }

    /// Credits the first invoice of a month, so that the next run asks for it again.
    async fn credit(&self, app: &App, tx: &mut Tx, at: DateTime<Utc>, month: Month) -> Result<()> {
        let Some(id) = self.first.get(&month) else { return Ok(()) };
        let then = back_at(at);
        let document = tx.lock_document(*id).await?.ok_or(AppError::NotFound)?;
        let wish = CreditWish::Whole { charge_again: true };
        let (note, events) = credit_within(tx, &then, &self.facility, &document, CREDITED_BECAUSE, &wish).await?;
        audit::append(tx, &then, &events).await?;
        let note = tx.lock_document(note).await?.ok_or(AppError::NotFound)?;
        self.send(app, tx, at + BETWEEN, &note, SendBy::Mail).await
    }
}
