//! A plan becomes charges and documents, some people at a time.

use super::draft::Draft;
use super::event;
use super::plan::{MonthPlan, PlannedDocument};
use crate::App;
use crate::ctx::Ctx;
use crate::document::{Numbering, kept};
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use serde::Serialize;
use serde_json::json;
use std::collections::HashMap;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, MonthRunId, PersonId};
use stolpe_domain::money::Money;
use stolpe_store::job::Job;
use stolpe_store::month_run::MonthRun;
use stolpe_store::notice::NoticeState;

/// Documents that are written in one transaction: few enough that others can write between, many enough that writing to
/// disk is not what takes the time.
const BATCH: usize = 40;

/// What is made of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MonthWish {
    /// Drafts without numbers, each to be looked at and issued by itself.
    pub as_drafts: bool,
    /// Messages with the documents, which wait until somebody lets them go.
    pub by_mail: bool,
}

/// What came of a run.
#[derive(Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Made {
    documents: usize,
    messages: usize,
    /// What was planned otherwise than it turned out to be: it is for the next plan.
    left_out: Vec<LeftOut>,
    payable: Vec<Money>,
}

/// Somebody who was not charged after all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftOut {
    person_id: PersonId,
    name: String,
    planned: Money,
    now: Option<Money>,
}

impl App {
    /// Starts to charge what a run has planned.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the run, [`AppError::Denied`] for those who may not charge;
    /// [`AppError::Refused`] `month_run.committed` when all of it was charged, `month_run.empty` when there is nothing to
    /// charge, `billing.missing` while nobody has said how the organisation is paid.
    pub async fn commit_month(&self, ctx: &Ctx, id: MonthRunId, wish: MonthWish) -> Result<Job> {
        let run = self.month_run_for(ctx, id, Permission::ManageBilling).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.job(ctx, id).await;
        }
        if run.committed_at.is_some() {
            return Err(AppError::refused("month_run.committed"));
        }
        let plan: MonthPlan = serde_json::from_str(&run.plan).map_err(AppError::internal)?;
        if plan.documents.is_empty() {
            return Err(AppError::refused("month_run.empty"));
        }
        if self.obstacle(run.organisation_id).await?.is_some() {
            return Err(AppError::refused("billing.missing"));
        }
        let facilities = self.billed_facilities(ctx, run.organisation_id, run.facility_id).await?;
        let total = plan.sessions + plan.documents.len();
        let about = (Some(run.organisation_id), Subject::MonthRun(run.id));
        self.start_job(ctx, "month_run", about, total, |app, ctx, progress| async move {
            app.charge_month(&ctx, &progress, &run, plan, facilities, wish).await
        })
        .await
    }

    async fn charge_month(
        &self,
        ctx: &Ctx,
        progress: &Progress,
        run: &MonthRun,
        plan: MonthPlan,
        facilities: Vec<Facility>,
        wish: MonthWish,
    ) -> Result<Outcome> {
        let mut planned: HashMap<(FacilityId, PersonId), PlannedDocument> =
            plan.documents.into_iter().map(|it| ((it.facility_id, it.person_id), it)).collect();
        let mut steps = self.steps(progress, &facilities, run.month).await?;
        steps.more(planned.len());
        let mut made = Made::default();
        for facility in facilities {
            let settled = self.settle_facility(facility.clone(), run.month, &mut steps).await?;
            let (drafts, _) = self.drafts(ctx, settled, run.month).await?;
            let mut wanted = Vec::with_capacity(drafts.len());
            for draft in drafts {
                // Whoever was not in the plan was not looked at.
                let Some(seen) = planned.remove(&(facility.id, draft.person)) else { continue };
                let asked = draft.charges.len() + draft.open.len();
                if (seen.payable, seen.charges) == (draft.document.sums.payable, asked) {
                    wanted.push(draft);
                } else {
                    let now = Some(draft.document.sums.payable);
                    made.left_out.push(LeftOut {
                        person_id: seen.person_id,
                        name: seen.name,
                        planned: seen.payable,
                        now,
                    });
                }
            }
            for batch in wanted.chunks_mut(BATCH) {
                self.write_documents(ctx, run, &facility, batch, wish, &mut made).await?;
                steps.on(batch.len()).await?;
            }
        }
        for (_, seen) in planned {
            if !self.charged_by(run, &seen).await? {
                made.left_out.push(LeftOut {
                    person_id: seen.person_id,
                    name: seen.name,
                    planned: seen.payable,
                    now: None,
                });
            }
        }
        let mut tx = self.write().await?;
        tx.finish_month_run(run.id, ctx.at).await?;
        tx.commit(ctx, [event(Action::MonthCommitted, run).after(&made)]).await?;
        let mut result = serde_json::to_value(&made).map_err(AppError::internal)?;
        result["runId"] = json!(run.id);
        Ok(Outcome { result, file: None })
    }

    /// Whether a run that broke off has made the document of somebody before.
    async fn charged_by(&self, run: &MonthRun, seen: &PlannedDocument) -> Result<bool> {
        let filter = stolpe_store::document::DocumentFilter {
            facilities: vec![seen.facility_id],
            person: Some(seen.person_id),
            ..Default::default()
        };
        let newest = stolpe_store::page::Order::Newest;
        let latest = self.read().await?.list_documents(&filter, newest, None, 20).await?;
        let since = |it: &stolpe_store::document::ListedDocument| it.created_at >= run.created_at;
        Ok(latest.items.iter().any(|it| since(it) && it.document.sums.payable == seen.payable))
    }

    /// Writes documents down with their charges and numbers: all of them or none.
    async fn write_documents(
        &self,
        ctx: &Ctx,
        run: &MonthRun,
        facility: &Facility,
        batch: &mut [Draft],
        wish: MonthWish,
        made: &mut Made,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let mut events = Vec::with_capacity(batch.len());
        let mut messages = 0;
        let mut numbering = Numbering::begin(&mut tx, ctx, facility).await?;
        for (place, draft) in (made.documents..).zip(batch.iter_mut()) {
            // Lists of what a run made are in the order of its numbers.
            draft.document.id = ctx.id_in_order(place);
            for charge in &draft.charges {
                tx.insert_charge(charge, ctx.at).await?;
            }
            tx.insert_document(&draft.document, &draft.lines, ctx.at).await?;
            let placed: Vec<_> = draft.charges.iter().chain(&draft.open).map(|charge| charge.id).collect();
            tx.place_charges(&placed, draft.document.id).await?;
            let action = if wish.as_drafts {
                Action::DocumentDrafted
            } else {
                numbering.number(&mut tx, &mut draft.document, &mut draft.printed).await?;
                Action::DocumentIssued
            };
            if let (true, false, Some(address)) = (wish.by_mail, wish.as_drafts, draft.email.clone()) {
                let mut notice = self.notice_with(ctx, &draft.document, &draft.printed, facility, address);
                notice.id = ctx.id_in_order(place);
                notice.state = NoticeState::Awaiting;
                notice.next_attempt_at = None;
                notice.run = Some(run.id);
                tx.insert_notice(&notice).await?;
                messages += 1;
            }
            events.push(
                Event::new(action, Subject::Document(draft.document.id))
                    .organisation(facility.organisation_id)
                    .facility(facility.id)
                    .after(&kept(&draft.document)),
            );
        }
        numbering.end(&mut tx).await?;
        tx.commit(ctx, events).await?;
        made.documents += batch.len();
        made.messages += messages;
        for draft in batch {
            let payable = draft.document.sums.payable;
            match made.payable.iter_mut().find(|sum| sum.currency == payable.currency) {
                Some(sum) => *sum = sum.plus(payable).map_err(AppError::internal)?,
                None => made.payable.push(payable),
            }
        }
        Ok(())
    }
}
