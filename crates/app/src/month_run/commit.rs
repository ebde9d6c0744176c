//! A plan becomes charges and documents, some people at a time.

use super::draft::Draft;
use super::plan::{MonthPlan, PlannedDocument, Whom};
use super::settle::{SeenSession, settle_facility};
use super::{drafts, event, obstacle};
use crate::App;
use crate::ctx::Ctx;
use crate::document::{Numbering, Printed, fact, kept};
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::ledger::{Batch, Carried, Carrying, Issued, posting_of};
use crate::mail_template::MailTexts;
use serde::Serialize;
use serde_json::json;
use std::collections::{HashMap, HashSet};
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{CompanyId, FacilityId, MonthRunId, PersonId, SessionId};
use stolpe_domain::money::Money;
use stolpe_domain::payer::{Collector, Debtor};
use stolpe_store::Tx;
use stolpe_store::charge::Charge;
use stolpe_store::company::Company;
use stolpe_store::document::Document;
use stolpe_store::job::Job;
use stolpe_store::month_run::MonthRun;
use stolpe_store::notice::NoticeState;

/// Documents that are written in one transaction: few enough that others can write between, many enough that writing to
/// disk is not what takes the time.
const BATCH: usize = 100;

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
pub(super) struct Made {
    documents: usize,
    messages: usize,
    /// How many of them a run had made before that broke off.
    before: usize,
    /// What was planned otherwise than it turned out to be: it is for the next plan.
    left_out: Vec<LeftOut>,
    payable: Vec<Money>,
}

/// Somebody who was not charged after all.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct LeftOut {
    /// Nobody where it was to be owed by a company.
    person_id: Option<PersonId>,
    name: String,
    planned: Money,
    /// What they owe by now; nothing while that is being changed.
    now: Option<Money>,
}

impl Made {
    fn leave_out(&mut self, seen: PlannedDocument, now: Option<Money>) {
        self.left_out.push(LeftOut { person_id: seen.person_id, name: seen.name, planned: seen.payable, now });
    }

    fn add(&mut self, payable: Money) -> Result<()> {
        self.documents += 1;
        match self.payable.iter_mut().find(|sum| sum.currency == payable.currency) {
            Some(sum) => *sum = sum.plus(payable).map_err(AppError::internal)?,
            None => self.payable.push(payable),
        }
        Ok(())
    }
}

/// A document that is wanted, and what was looked at before.
pub(super) type Wanted = (Draft, PlannedDocument);

impl App {
    /// Starts to charge what a run has planned.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the run, [`AppError::Denied`] for those who may not charge;
    /// [`AppError::Refused`] `month_run.committed` when all of it was charged, `month_run.empty` when there is nothing to
    /// charge, `billing.missing` while nobody has said how the organisation is paid, `month_run.rounding_changed` when it
    /// rounds otherwise than when the month was looked at.
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
        if let Some(code) = obstacle(&mut self.read().await?, run.organisation_id, &plan).await? {
            return Err(AppError::refused(code));
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
        let keyed = |it: PlannedDocument| Some(((it.facility_id, it.whom()?), it));
        let mut planned: HashMap<(FacilityId, Whom), PlannedDocument> =
            plan.documents.into_iter().filter_map(keyed).collect();
        let mut made = Made::default();
        // What a run made that broke off is made.
        for it in self.read().await?.documents_of_run(run.id).await? {
            if let Some(whom) = whom_of(it.person_id, it.company)? {
                planned.remove(&(it.facility_id, whom));
            }
            made.add(it.payable)?;
            made.before += 1;
        }
        made.messages = usize::try_from(self.read().await?.awaiting_of_run(run.id, 0).await?.1).unwrap_or_default();
        let mut steps = self.steps(progress, &facilities, run.month).await?;
        steps.more(planned.len());
        for facility in facilities {
            let drafts = {
                let mut conn = self.read().await?;
                let settled = settle_facility(&mut conn, facility.clone(), run.month, &mut steps).await?;
                drafts(&mut conn, ctx, settled, run.month).await?.0
            };
            let mut wanted = Vec::with_capacity(drafts.len());
            for draft in drafts {
                // Whoever was not in the plan was not looked at.
                let Some(seen) = planned.remove(&(facility.id, draft.whom.clone())) else { continue };
                let asked = draft.charges.len() + draft.open.len();
                let as_planned = (seen.payable, seen.charges) == (draft.document.sums.payable, asked);
                if as_planned && seen.collected == draft.collected() {
                    wanted.push((draft, seen));
                } else {
                    made.leave_out(seen, Some(draft.document.sums.payable));
                }
            }
            let mut wanted = wanted.into_iter();
            loop {
                let batch: Vec<Wanted> = wanted.by_ref().take(BATCH).collect();
                if batch.is_empty() {
                    break;
                }
                let count = batch.len();
                self.write_documents(ctx, run, &facility, batch, wish, &mut made).await?;
                steps.on(count).await?;
            }
        }
        for (_, seen) in planned {
            made.leave_out(seen, None);
        }
        let mut tx = self.write().await?;
        tx.finish_month_run(run.id, ctx.at).await?;
        tx.commit(ctx, [event(Action::MonthCommitted, run).after(&made)]).await?;
        let mut result = serde_json::to_value(&made).map_err(AppError::internal)?;
        result["runId"] = json!(run.id);
        Ok(Outcome { result, file: None })
    }

    /// Writes documents down with their charges and numbers: all of them or none.
    async fn write_documents(
        &self,
        ctx: &Ctx,
        run: &MonthRun,
        facility: &Facility,
        batch: Vec<Wanted>,
        wish: MonthWish,
        made: &mut Made,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        let (documents, carried) = self.place_documents(&mut tx, ctx, (run, facility), batch, wish, made).await?;
        if documents.is_empty() {
            return Ok(());
        }
        tx.commit(ctx, said_of(&documents, wish).chain(carried)).await
    }

    /// Writes documents down inside a transaction, and answers them with what is to be said of money that has followed to
    /// them. Whoever is being changed or erased by somebody, or whose
    /// sessions are, or was since they were settled, is left out.
    pub(super) async fn place_documents(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        (run, facility): (&MonthRun, &Facility),
        batch: Vec<Wanted>,
        wish: MonthWish,
        made: &mut Made,
    ) -> Result<(Vec<Document>, Vec<Event>)> {
        if tx.hold_month_run(run.id).await? {
            return Err(AppError::refused("month_run.committed"));
        }
        let people: Vec<PersonId> = batch.iter().flat_map(|(draft, _)| &draft.people).map(|it| it.id).collect();
        let elsewhere = made_by_run(tx, run, facility, &people).await?;
        let (mut batch, left): (Vec<Wanted>, Vec<Wanted>) = {
            let sessions: Vec<SessionId> = batch.iter().flat_map(|(draft, _)| &draft.seen).map(|it| it.id).collect();
            let records = tx.hold_free_people(&people).await?;
            let versions = tx.hold_free_sessions(&sessions).await?;
            let charges = tx.charge_counts(&sessions).await?;
            let as_seen = |it: &SeenSession| {
                versions.get(&it.id) == Some(&it.version) && charges.get(&it.id).copied().unwrap_or(0) == it.charges
            };
            let stands = |(draft, _): &Wanted| {
                !elsewhere.contains(&draft.whom)
                    && draft.people.iter().all(|it| records.get(&it.id) == Some(&it.version))
                    && draft.seen.iter().all(as_seen)
            };
            batch.into_iter().partition(stands)
        };
        for (_, seen) in left.into_iter().filter(|(draft, _)| !elsewhere.contains(&draft.whom)) {
            made.leave_out(seen, None);
        }
        if batch.is_empty() {
            return Ok((Vec::new(), Vec::new()));
        }
        // What stands with somebody follows to what they owe themselves, and never to what a company owes; what stands with a
        // company follows to what it owes.
        let debtor = |draft: &Draft| Debtor::of(draft.document.person_id, draft.document.company_id);
        let debtors: Vec<Debtor> = batch.iter().filter_map(|(draft, _)| debtor(draft)).collect();
        let companies: Vec<Company> = batch.iter().filter_map(|(draft, _)| company_of(draft)).collect();
        tx.put_companies(&companies, ctx.at).await?;
        let carrying = if wish.as_drafts { None } else { Carrying::begin(tx, facility, &debtors).await? };
        let mut numbering = Numbering::begin(tx, ctx, facility).await?;
        let texts = MailTexts::of(tx, facility.organisation_id).await?;
        let mut notices = Vec::new();
        for (place, (draft, _)) in (made.documents - made.before..).zip(&mut batch) {
            // Lists of what a run made are in the order of its numbers.
            draft.document.id = ctx.id_in_order(place);
            if !wish.as_drafts {
                numbering.give(tx, &mut draft.document, &mut draft.printed).await?;
            }
            for charge in &mut draft.charges {
                charge.document_id = Some(draft.document.id);
            }
        }
        let (mut posting, mut carried) = (Batch::default(), Carried::default());
        if !wish.as_drafts {
            let issued: Vec<Issued<'_>> =
                batch.iter().map(|(draft, _)| Issued { document: &draft.document, lines: &draft.lines }).collect();
            let charges = batch.iter().flat_map(|(draft, _)| draft.charges.iter().chain(&draft.open));
            posting = posting_of(ctx, &issued, &charges.collect::<Vec<_>>())?;
            carried = posting.carry(tx, ctx, carrying.as_ref(), &issued).await?;
        }
        for (place, (draft, _)) in (made.documents - made.before..).zip(&mut batch) {
            if let Some(paid) = carried.paid.get(&draft.document.id) {
                draft.printed.already_paid = Some(*paid);
                draft.document.printed = draft.printed.to_json()?;
            }
            if let (true, false, Some(way)) = (wish.by_mail, wish.as_drafts, &draft.way) {
                let (document, printed) = (&draft.document, &draft.printed);
                let mut notice = self.notice_with(ctx, document, printed, facility, way, &texts);
                notice.id = ctx.id_in_order(place);
                notice.state = NoticeState::Awaiting;
                notice.next_attempt_at = None;
                notice.run = Some(run.id);
                notices.push(notice);
            }
        }
        numbering.end(tx).await?;
        let documents: Vec<&Document> = batch.iter().map(|(draft, _)| &draft.document).collect();
        tx.insert_documents(&documents, Some(run.id), ctx.at).await?;
        let charges: Vec<&Charge> = batch.iter().flat_map(|(draft, _)| &draft.charges).collect();
        tx.insert_charges(&charges, ctx.at).await?;
        for (draft, _) in batch.iter().filter(|(draft, _)| !draft.open.is_empty()) {
            let open: Vec<_> = draft.open.iter().map(|charge| charge.id).collect();
            tx.place_charges(&open, draft.document.id).await?;
        }
        let lines: Vec<_> = batch.iter().map(|(draft, _)| (draft.document.id, &*draft.lines)).collect();
        tx.insert_document_lines(&lines).await?;
        posting.post(tx, ctx).await?;
        let said = carried.finish(tx).await?;
        tx.insert_notices(&notices).await?;
        made.messages += notices.len();
        documents.iter().try_for_each(|document| made.add(document.sums.payable))?;
        Ok((batch.into_iter().map(|(draft, _)| draft.document).collect(), said))
    }
}

/// The company that owes a document.
fn company_of(draft: &Draft) -> Option<Company> {
    Some(Company {
        id: draft.document.company_id?,
        organisation_id: draft.document.organisation_id,
        party: draft.printed.payer.as_ref()?.party.clone(),
        sort_key: draft.order.clone(),
    })
}

/// Who owes a document that was made.
fn whom_of(person: Option<PersonId>, company: Option<(CompanyId, String)>) -> Result<Option<Whom>> {
    let Some((company, printed)) = company else { return Ok(person.map(Whom::Person)) };
    let reference = Printed::read(&printed)?.payer.and_then(|payer| payer.reference);
    Ok(Some(Whom::Company(Collector { company, reference })))
}

/// Of whom a run has made documents at a facility, as far as these people are in question.
async fn made_by_run(tx: &mut Tx, run: &MonthRun, facility: &Facility, people: &[PersonId]) -> Result<HashSet<Whom>> {
    let people = tx.documented_by_run(run.id, facility.id, people).await?;
    let mut made: HashSet<Whom> = people.into_iter().map(Whom::Person).collect();
    for company in tx.collected_by_run(run.id, facility.id).await? {
        made.extend(whom_of(None, Some(company))?);
    }
    Ok(made)
}

/// That documents were made.
pub(super) fn said_of(documents: &[Document], wish: MonthWish) -> impl Iterator<Item = Event> {
    let action = if wish.as_drafts { Action::DocumentDrafted } else { Action::DocumentIssued };
    documents.iter().map(move |document| fact(action, document).after(&kept(document)))
}
