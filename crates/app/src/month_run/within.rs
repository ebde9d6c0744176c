//! A month that is looked at, charged and let go inside a transaction that does more: so training has lived through its year.

use super::commit::{Made, MonthWish, Wanted, said_of};
use super::plan::{MonthPlan, Steps};
use super::{event, look, obstacle, planned, rounds, take_awaiting};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::notice::Outward;
use serde_json::json;
use stolpe_domain::channel::Channel;
use stolpe_domain::event::{Action, Event};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::DocumentId;
use stolpe_domain::local_day::Month;
use stolpe_store::Tx;
use stolpe_store::document::Document;
use stolpe_store::month_run::MonthRun;

/// A month of a facility that was looked at, to be charged in the same transaction.
#[derive(Debug)]
pub(crate) struct SeenMonth {
    pub(crate) run: MonthRun,
    wanted: Vec<Wanted>,
}

/// Looks at what a month of a facility charges, and keeps that as a run.
pub(crate) async fn plan_within(
    tx: &mut Tx,
    ctx: &Ctx,
    facility: &Facility,
    month: Month,
) -> Result<(SeenMonth, Event)> {
    let organisation_id = facility.organisation_id;
    let mut plan = MonthPlan { rounds: Some(rounds(tx, organisation_id).await?), ..MonthPlan::default() };
    plan.obstacle = obstacle(tx, organisation_id, &plan).await?.map(str::to_owned);
    let drafts = look(tx, ctx, facility.clone(), month, &mut Steps::unseen(), &mut plan).await?;
    let run = MonthRun {
        id: ctx.new_id(),
        organisation_id,
        facility_id: Some(facility.id),
        month,
        plan: plan.to_json()?,
        planned_by: ctx.signed().ok().map(|signed| signed.login),
        created_at: ctx.at,
        committed_at: None,
    };
    tx.insert_month_run(&run).await?;
    let event = planned(&run, &plan);
    Ok((SeenMonth { run, wanted: drafts.into_iter().zip(plan.documents).collect() }, event))
}

impl App {
    /// Charges what was looked at, with a message to everybody who has an address for one; answers the documents.
    pub(crate) async fn charge_within(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        facility: &Facility,
        SeenMonth { run, wanted }: SeenMonth,
    ) -> Result<(Vec<Document>, Vec<Event>)> {
        let wish = MonthWish { as_drafts: false, by_mail: true };
        let mut made = Made::default();
        let (documents, carried) = self.place_documents(tx, ctx, (&run, facility), wanted, wish, &mut made).await?;
        tx.finish_month_run(run.id, ctx.at).await?;
        let committed = event(Action::MonthCommitted, &run).after(&made);
        let events = said_of(&documents, wish).chain(carried).chain([committed]).collect();
        Ok((documents, events))
    }
}

/// Lets the messages of a run go; answers the documents that they bring.
pub(crate) async fn release_within(
    tx: &mut Tx,
    ctx: &Ctx,
    run: &MonthRun,
    outward: Outward,
) -> Result<(Vec<DocumentId>, Event)> {
    let mut taken = Vec::new();
    for channel in Channel::ALL {
        taken.extend(take_awaiting(tx, run.id, Some(*channel), outward.let_go(*channel, ctx.at)).await?);
    }
    let released = event(Action::MonthReleased, run).after(&json!({ "messages": taken.len() }));
    let documents: Vec<DocumentId> = taken.into_iter().flatten().collect();
    tx.send_documents(&documents).await?;
    Ok((documents, released))
}
