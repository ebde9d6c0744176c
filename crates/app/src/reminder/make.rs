//! What was looked at is made: all of it in one transaction, and once.

use super::look::{Letter, by_id, look, obstacle};
use super::plan::{MadeReminders, PlannedReminder, ReminderPlan};
use super::run::{OpenReminderRun, event};
use crate::App;
use crate::ctx::Ctx;
use crate::document::{Numbering, fact, kept};
use crate::error::{AppError, Result};
use crate::ledger::{Issued, posting_of};
use crate::mail_template::MailTexts;
use std::collections::HashMap;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, FacilityId, PersonId, ReminderRunId};
use stolpe_store::document::Document;
use stolpe_store::notice::{Notice, NoticeState};
use stolpe_store::reminder::{ReminderRow, ReminderRun};

impl App {
    /// Makes the reminders that a run has planned, with messages that wait until somebody lets them go. Whoever owes
    /// something else by now, or whose record has changed, is left for the next run.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the run, [`AppError::Denied`] for those who may not charge;
    /// [`AppError::Refused`] `reminder_run.committed` when it was made, `reminder_run.old` when its day is over,
    /// `reminder_run.empty` when there is nothing to make, and what stands in the way of all reminders.
    pub async fn make_reminders(&self, ctx: &Ctx, id: ReminderRunId, by_mail: bool) -> Result<OpenReminderRun> {
        let run = self.reminder_run_for(ctx, id, Permission::ManageBilling).await?;
        let facilities = self.billed_facilities(ctx, run.organisation_id, run.facility_id).await?;
        if self.done_before(ctx).await? {
            return self.reminder_run(ctx, id).await;
        }
        let plan = ReminderPlan::of_json(&run.plan)?;
        if plan.reminders.is_empty() {
            return Err(AppError::refused("reminder_run.empty"));
        }
        let today = facilities.first().map_or_else(|| ctx.today(), |it| crate::unit::local_date(it, ctx.at));
        if today != run.made_on {
            return Err(AppError::refused("reminder_run.old"));
        }
        let mut tx = self.write().await?;
        if tx.hold_reminder_run(id).await? {
            return Err(AppError::refused("reminder_run.committed"));
        }
        if let Some(code) = obstacle(&mut tx, run.organisation_id).await? {
            return Err(AppError::refused(code));
        }
        // In the order in which payments are taken in: documents first. Whoever pays waits, or has paid before it is looked at.
        let invoices: Vec<DocumentId> =
            plan.reminders.iter().flat_map(|it| it.invoices.iter().map(|invoice| invoice.id)).collect();
        tx.hold_documents(&invoices).await?;
        let found = look(&mut tx, ctx, run.organisation_id, &facilities).await?.letters;
        let people: Vec<PersonId> = found.iter().filter_map(|it| it.planned.person_id).collect();
        let free = tx.hold_free_people(&people).await?;
        let (letters, changed) = as_planned(plan.reminders.clone(), found, &free);
        let made = self.write_reminders(&mut tx, ctx, (&run, &facilities), letters, by_mail).await?;
        let done = MadeReminders { reminders: made.documents.len(), messages: made.messages, changed };
        let plan = ReminderPlan { made: Some(done.clone()), ..plan };
        tx.finish_reminder_run(id, ctx.at, &plan.to_json()?).await?;
        let issued = made.documents.iter().map(|it| fact(Action::DocumentIssued, it).after(&kept(it)));
        let said: Vec<Event> = issued.chain([event(Action::RemindersMade, &run).after(&done)]).collect();
        tx.commit(ctx, said).await?;
        self.reminder_run(ctx, id).await
    }

    async fn write_reminders(
        &self,
        tx: &mut stolpe_store::Tx,
        ctx: &Ctx,
        (run, facilities): (&ReminderRun, &[Facility]),
        mut letters: Vec<Letter>,
        by_mail: bool,
    ) -> Result<Made> {
        let facilities = by_id(facilities);
        let texts = MailTexts::of(tx, run.organisation_id).await?;
        let mut notices: Vec<Notice> = Vec::new();
        let mut numbering: Option<(FacilityId, Numbering)> = None;
        for (place, letter) in letters.iter_mut().enumerate() {
            letter.document.id = ctx.id_in_order(place);
            letter.row.document = letter.document.id;
            let facility = facilities.get(&letter.document.facility_id).ok_or(AppError::NotFound)?;
            // What is printed of whom to ask goes by the facility; the series goes on where it was.
            if numbering.as_ref().is_none_or(|(id, _)| *id != facility.id) {
                if let Some((_, before)) = numbering.take() {
                    before.end(tx).await?;
                }
                numbering = Some((facility.id, Numbering::begin(tx, ctx, facility).await?));
            }
            if let Some((_, numbering)) = &mut numbering {
                numbering.give(tx, &mut letter.document, &mut letter.printed).await?;
            }
            if let (true, Some(way)) = (by_mail, &letter.way) {
                let (document, printed) = (&letter.document, &letter.printed);
                let mut notice = self.notice_with(ctx, document, printed, facility, way, &texts);
                notice.id = ctx.id_in_order(place);
                notice.state = NoticeState::Awaiting;
                notice.next_attempt_at = None;
                notices.push(notice);
            }
        }
        if let Some((_, last)) = numbering {
            last.end(tx).await?;
        }
        let documents: Vec<&Document> = letters.iter().map(|it| &it.document).collect();
        tx.insert_documents(&documents, None, ctx.at).await?;
        let lines: Vec<_> = letters.iter().map(|it| (it.document.id, &*it.lines)).collect();
        tx.insert_document_lines(&lines).await?;
        let rows: Vec<ReminderRow> = letters.iter().map(|it| it.row.clone()).collect();
        tx.insert_reminders(run.id, &rows).await?;
        let issued: Vec<Issued<'_>> =
            letters.iter().map(|it| Issued { document: &it.document, lines: &it.lines }).collect();
        posting_of(ctx, &issued, &[])?.post(tx, ctx).await?;
        tx.insert_notices(&notices).await?;
        Ok(Made { messages: notices.len(), documents: letters.into_iter().map(|it| it.document).collect() })
    }
}

struct Made {
    documents: Vec<Document>,
    messages: usize,
}

/// The letters that are what was planned, and the names of those for whom something has changed since.
fn as_planned(
    planned: Vec<PlannedReminder>,
    found: Vec<Letter>,
    free: &HashMap<PersonId, i64>,
) -> (Vec<Letter>, Vec<String>) {
    let key = |it: &PlannedReminder| (it.facility_id, it.person_id, it.collector.clone(), it.payer.clone());
    let mut found: HashMap<_, Letter> = found.into_iter().map(|it| (key(&it.planned), it)).collect();
    let stands = |it: &Letter| it.person.is_none_or(|(id, version)| free.get(&id) == Some(&version));
    let (mut letters, mut changed) = (Vec::new(), Vec::new());
    for seen in planned {
        let letter = found.remove(&key(&seen));
        match letter.filter(|it| it.planned == seen && stands(it)) {
            Some(letter) => letters.push(letter),
            None => changed.push(seen.name),
        }
    }
    (letters, changed)
}
