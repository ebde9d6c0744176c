//! The month run: it is looked at what a month would charge, and then exactly that is charged, or less.
//!
//! A plan writes nothing but itself. To commit it, everything is settled once more; whoever owes something else by now than
//! what was looked at is left for the next plan. Each document comes to be in one transaction with its charges and its
//! number, so that a run that breaks off has charged some people whole and the others not at all, and the same plan can be
//! committed again.

mod collect;
mod commit;
mod draft;
mod plan;
mod settle;
mod within;

pub use commit::MonthWish;
pub(crate) use draft::{reached, seller_of, sender_of};
pub use plan::{Collected, CollectedPerson, MonthPlan, PlanWaiting, PlannedDocument, Reach};
pub(crate) use within::{plan_within, release_within};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::sms::{SmsEstimate, estimate, sms_is_on};
use crate::sorting::Sorter;
use chrono::{DateTime, Utc};
use collect::{Gathered, gathered};
use draft::{Draft, Drafting};
use plan::Steps;
use serde_json::json;
use settle::{Settled, settle_facility};
use std::collections::HashMap;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::billing::Billing;
use stolpe_domain::channel::Channel;
use stolpe_domain::country::Country;
use stolpe_domain::document::Rounding;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, FacilityId, MonthRunId, OrganisationId, PersonId, UnitId};
use stolpe_domain::local_day::Month;
use stolpe_domain::money::Currency;
use stolpe_store::Conn;
use stolpe_store::job::Job;
use stolpe_store::month_run::MonthRun;
use stolpe_store::notice::{Notice, NoticeState};
use stolpe_store::tenancy::PlacedTenancy;

/// Runs that are listed.
const RUNS: i64 = 50;
/// Messages of a run that are shown before they are let go.
const SHOWN: i64 = 3;

/// What people pay with in a country.
pub(crate) const fn currency_of(country: Country) -> Currency {
    match country {
        Country::Se => Currency::Sek,
        Country::No => Currency::Nok,
    }
}

/// A run with what was planned, and the messages that wait to be let go.
#[derive(Clone, Debug)]
pub struct OpenMonthRun {
    /// The run.
    pub run: MonthRun,
    /// What was planned.
    pub plan: MonthPlan,
    /// How many documents have come of it.
    pub made: i64,
    /// How many messages wait.
    pub awaiting: i64,
    /// Whether mail is set up; if not, what is let go is held at the desk until it is.
    pub mail_leaves: bool,
    /// The first of them.
    pub first: Vec<Notice>,
    /// What those among them cost that are SMS.
    pub sms: SmsEstimate,
}

impl App {
    /// Starts to plan what a month charges, in one facility or in all that the organisation has. Nothing is charged.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation or the facility;
    /// [`AppError::Refused`] `month_run.future` for a month that has not begun.
    pub async fn plan_month(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        facility: Option<FacilityId>,
        month: Month,
    ) -> Result<Job> {
        let facilities = self.billed_facilities(ctx, organisation, facility).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.job(ctx, id).await;
        }
        if month > Month::of(ctx.today()) {
            return Err(AppError::refused("month_run.future"));
        }
        let id: MonthRunId = ctx.new_id();
        let about = (Some(organisation), Subject::MonthRun(id));
        self.start_job(ctx, "month_plan", about, 0, |app, ctx, progress| async move {
            app.write_plan(&ctx, &progress, (id, organisation, facility, month), facilities).await
        })
        .await
    }

    async fn write_plan(
        &self,
        ctx: &Ctx,
        progress: &Progress,
        (id, organisation, facility, month): (MonthRunId, OrganisationId, Option<FacilityId>, Month),
        facilities: Vec<Facility>,
    ) -> Result<Outcome> {
        let mut conn = self.read().await?;
        let rounds = Some(rounds(&mut conn, organisation).await?);
        let mut plan = MonthPlan { rounds, ..MonthPlan::default() };
        plan.obstacle = obstacle(&mut conn, organisation, &plan).await?.map(str::to_owned);
        let mut steps = self.steps(progress, &facilities, month).await?;
        for facility in facilities {
            look(&mut conn, ctx, facility, month, &mut steps, &mut plan).await?;
        }
        drop(conn);
        let run = MonthRun {
            id,
            organisation_id: organisation,
            facility_id: facility,
            month,
            plan: plan.to_json()?,
            planned_by: Some(ctx.signed()?.login),
            created_at: ctx.at,
            committed_at: None,
        };
        let mut tx = self.write().await?;
        tx.insert_month_run(&run).await?;
        tx.commit(ctx, [planned(&run, &plan)]).await?;
        Ok(Outcome { result: json!({ "runId": id, "documents": plan.documents.len() }), file: None })
    }

    /// How many steps a run takes.
    async fn steps<'p>(&self, progress: &'p Progress, facilities: &[Facility], month: Month) -> Result<Steps<'p>> {
        let mut total = 0;
        for facility in facilities {
            total += self.sessions_to_settle(facility, month).await?;
        }
        Ok(Steps::new(progress, total))
    }

    /// The facilities that a run is for.
    pub(crate) async fn billed_facilities(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        facility: Option<FacilityId>,
    ) -> Result<Vec<Facility>> {
        if let Some(id) = facility {
            let it = self.facility_for(ctx, id, Permission::ManageBilling).await?;
            return if it.organisation_id == organisation { Ok(vec![it]) } else { Err(AppError::NotFound) };
        }
        self.organisation(ctx, organisation).await?;
        ctx.may(Permission::ManageBilling, Place::Organisation(organisation))?;
        let all = self.read().await?.list_facilities().await?;
        Ok(all.into_iter().filter(|it| it.organisation_id == organisation).collect())
    }

    /// The latest runs that the actor may see, without their plans.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who invoice nothing.
    pub async fn list_month_runs(&self, ctx: &Ctx) -> Result<Vec<MonthRun>> {
        let reach = ctx.reach(Permission::ReadBilling)?;
        let mut conn = self.read().await?;
        let organisations: Vec<OrganisationId> = if reach.everything {
            conn.list_organisations().await?.into_iter().map(|it| it.id).collect()
        } else {
            let facilities = conn.list_facilities().await?;
            let of_facilities =
                facilities.iter().filter(|it| reach.facilities.contains(&it.id)).map(|it| it.organisation_id);
            reach.organisations.iter().copied().chain(of_facilities).collect()
        };
        let runs = conn.list_month_runs(&organisations, RUNS).await?;
        let seen = |run: &MonthRun| {
            reach.everything
                || reach.organisations.contains(&run.organisation_id)
                || run.facility_id.is_some_and(|id| reach.facilities.contains(&id))
        };
        Ok(runs.into_iter().filter(seen).collect())
    }

    /// One run with its plan.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn month_run(&self, ctx: &Ctx, id: MonthRunId) -> Result<OpenMonthRun> {
        let run = self.month_run_for(ctx, id, Permission::ReadBilling).await?;
        let mut plan: MonthPlan = serde_json::from_str(&run.plan).map_err(AppError::internal)?;
        // Somebody may have said how the organisation is paid since.
        plan.obstacle = obstacle(&mut self.read().await?, run.organisation_id, &plan).await?.map(str::to_owned);
        let made = self.read().await?.count_documents_of_run(id).await?;
        let (first, awaiting) = self.read().await?.awaiting_of_run(id, SHOWN).await?;
        let people: Vec<PersonId> = first.iter().filter_map(|notice| notice.person).collect();
        let protected = self.read().await?.protected_of(&people).await?;
        let veiled = |notice: &Notice| notice.person.is_some_and(|person| protected.contains(&person));
        let first = first.into_iter().map(|notice| {
            let veiled = veiled(&notice);
            crate::notice::shown(notice, veiled)
        });
        let mut conn = self.read().await?;
        let waiting = conn.sms_awaiting_of_run(id).await?;
        let sms = estimate(&mut conn, waiting).await?;
        let mail_leaves = self.mail_is_on().await?;
        Ok(OpenMonthRun { first: first.collect(), run, plan, made, awaiting, mail_leaves, sms })
    }

    async fn month_run_for(&self, ctx: &Ctx, id: MonthRunId, permission: Permission) -> Result<MonthRun> {
        ctx.reach(Permission::ReadBilling)?;
        let run = self.read().await?.find_month_run(id).await?.ok_or(AppError::NotFound)?;
        let place = match run.facility_id {
            Some(facility) => Place::Facility(run.organisation_id, facility),
            None => Place::Organisation(run.organisation_id),
        };
        ctx.may_see(Permission::ReadBilling, place)?;
        ctx.may(permission, place)?;
        Ok(run)
    }

    /// Lets the messages go that wait with the documents of a run; answers how many there were.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may not send.
    pub async fn release_month(&self, ctx: &Ctx, id: MonthRunId) -> Result<u64> {
        let run = self.month_run_for(ctx, id, Permission::ManageBilling).await?;
        let (_, waiting) = self.read().await?.awaiting_of_run(id, 0).await?;
        if waiting == 0 || self.done_before(ctx).await? {
            return Ok(0);
        }
        let outward = self.outward(run.organisation_id).await?;
        let mut tx = self.write().await?;
        let (released, event) = release_within(&mut tx, ctx, &run, outward).await?;
        tx.commit(ctx, [event]).await?;
        Ok(released.len() as u64)
    }

    /// Keeps the messages from going out that wait with the documents of a run; answers how many there were. The documents
    /// stay as they are, and each can be sent by itself.
    ///
    /// # Errors
    /// As [`App::release_month`].
    pub async fn withhold_month(&self, ctx: &Ctx, id: MonthRunId) -> Result<u64> {
        let run = self.month_run_for(ctx, id, Permission::ManageBilling).await?;
        let (_, waiting) = self.read().await?.awaiting_of_run(id, 0).await?;
        if waiting == 0 || self.done_before(ctx).await? {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        let withheld = take_awaiting(&mut tx, id, None, (NoticeState::Suppressed, None)).await?.len() as u64;
        let event = event(Action::MonthWithheld, &run).after(&json!({ "messages": withheld }));
        tx.commit(ctx, [event]).await?;
        Ok(withheld)
    }
}

/// Why an organisation cannot invoice what was looked at: nobody has said how it is paid, or it rounds otherwise by now, so
/// that each would owe something else than was seen.
async fn obstacle(conn: &mut Conn, organisation: OrganisationId, seen: &MonthPlan) -> Result<Option<&'static str>> {
    let billing = conn.find_billing(organisation).await?;
    if billing.as_ref().is_none_or(|(it, _)| it.account.is_none()) {
        return Ok(Some("billing.missing"));
    }
    let rounds = billing.is_some_and(|(it, _)| it.rounds);
    Ok(seen.rounds.is_some_and(|seen| seen != rounds).then_some("month_run.rounding_changed"))
}

/// Whether an organisation rounds what is to be paid to whole kronor.
async fn rounds(conn: &mut Conn, organisation: OrganisationId) -> Result<bool> {
    Ok(conn.find_billing(organisation).await?.is_some_and(|(it, _)| it.rounds))
}

/// Adds to a plan what a facility charges; answers the documents that it would make.
async fn look(
    conn: &mut Conn,
    ctx: &Ctx,
    facility: Facility,
    month: Month,
    steps: &mut Steps<'_>,
    plan: &mut MonthPlan,
) -> Result<Vec<Draft>> {
    let settled = settle_facility(conn, facility, month, steps).await?;
    let (drafts, waiting) = drafts(conn, ctx, settled, month).await?;
    for draft in &drafts {
        plan.add(draft);
    }
    for it in waiting {
        plan.wait(it);
    }
    plan.sessions = steps.done();
    Ok(drafts)
}

/// Makes documents of what everybody owes at a facility, by name; what cannot be one waits.
async fn drafts(
    conn: &mut Conn,
    ctx: &Ctx,
    mut settled: Settled,
    month: Month,
) -> Result<(Vec<Draft>, Vec<PlanWaiting>)> {
    let mut waiting = std::mem::take(&mut settled.waiting);
    let asked = std::mem::take(&mut settled.asked);
    let organisation = settled.facility.organisation_id;
    let billing = conn.find_billing(organisation).await?.map(|(billing, _)| billing);
    let ids: Vec<PersonId> = asked.keys().copied().collect();
    let units = units_of(conn.tenancies_of_all(&ids).await?, settled.facility.id, month);
    let owner = conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
    let departments = conn.list_departments(organisation).await?;
    let rounds = billing.as_ref().is_some_and(|billing| billing.rounds);
    let drafting = Drafting {
        ctx,
        month,
        rounding: if rounds { Rounding::ToWhole } else { Rounding::Exact },
        sorter: Sorter::new(owner.country),
        sms_is_on: sms_is_on(conn).await?,
        departments: departments.into_iter().map(|it| (it.id, it.name)).collect(),
        sender: sender_of(&owner, Some(&settled.facility), billing.and_then(|billing: Billing| billing.tax_status)),
    };
    let mut drafts = Vec::new();
    for (id, asked) in asked {
        let Some(person) = settled.people.get(&id) else { continue };
        if asked.fresh.is_empty() && asked.open.is_empty() {
            continue;
        }
        let draft = drafting.draft(&settled, asked, person, units.get(&id).cloned())?;
        if person.erased_at.is_some() {
            waiting.push(kept_waiting(&draft, "person.erased"));
        } else {
            drafts.push(draft);
        }
    }
    let Gathered { mut drafts, disagreed } = gathered(drafts, drafting.rounding, &drafting.sorter)?;
    waiting.extend(disagreed.iter().map(|draft| kept_waiting(draft, "month_run.payers_disagree")));
    // What is owed back is taken off the next invoice, or credited by hand.
    let owed_back = |draft: &Draft| draft.document.sums.totals.gross.minor < 0;
    waiting.extend(drafts.iter().filter(|it| owed_back(it)).map(|it| kept_waiting(it, "month_run.owed_back")));
    drafts.retain(|draft| draft.document.sums.totals.gross.minor > 0);
    drafts.sort_by(|one, other| one.order.cmp(&other.order).then_with(|| one.whom.cmp(&other.whom)));
    Ok((drafts, waiting))
}

/// What is not asked for now, and why: of one person by their name, of a company by its own.
fn kept_waiting(draft: &Draft, code: &str) -> PlanWaiting {
    let one = draft.people.first().filter(|_| draft.people.len() == 1);
    PlanWaiting {
        code: code.to_owned(),
        facility_id: draft.document.facility_id,
        session_id: None,
        person_id: one.map(|person| person.id),
        name: Some(one.map_or_else(|| draft.printed.recipient.name.clone(), |person| person.name.clone())),
        at: None,
        energy_wh: draft.energy(),
        amount: Some(draft.document.sums.payable),
        area: None,
        missing: Vec::new(),
    }
}

/// Takes the messages that wait in a run. Whoever lets them go, and whoever keeps them, takes turns at the run: each message
/// is taken by one of them, and what becomes of its document follows from that.
async fn take_awaiting(
    tx: &mut stolpe_store::Tx,
    run: MonthRunId,
    channel: Option<Channel>,
    (state, next): (NoticeState, Option<DateTime<Utc>>),
) -> Result<Vec<Option<DocumentId>>> {
    tx.hold_month_run(run).await?;
    tx.hold_documents_of_run(run).await?;
    Ok(tx.take_awaiting(run, channel, state, next).await?)
}

/// That a month was looked at.
fn planned(run: &MonthRun, plan: &MonthPlan) -> Event {
    let (month, documents) = (run.month.to_string(), plan.documents.len());
    let said = json!({ "month": month, "documents": documents, "waiting": plan.waiting_counts });
    event(Action::MonthPlanned, run).after(&said)
}

/// A fact about a run.
fn event(action: Action, run: &MonthRun) -> Event {
    let mut event = Event::new(action, Subject::MonthRun(run.id)).organisation(run.organisation_id);
    event.facility = run.facility_id;
    event
}

/// Where everybody lived in a facility at the end of a month, or else last.
fn units_of(tenancies: Vec<PlacedTenancy>, facility: FacilityId, month: Month) -> HashMap<PersonId, (UnitId, String)> {
    let last = month.last_day();
    let mut units: HashMap<PersonId, (bool, UnitId, String)> = HashMap::new();
    for it in tenancies.into_iter().filter(|it| it.facility_id == facility) {
        let then = it.tenancy.moved_in_on.is_none_or(|day| day <= last)
            && it.tenancy.moved_out_on.is_none_or(|day| last < day);
        let known = units.get(&it.tenancy.person_id).map(|(then, ..)| *then);
        // The latest comes first; one that covers the day is better than any that does not.
        if known.is_none() || (known == Some(false) && then) {
            units.insert(it.tenancy.person_id, (then, it.tenancy.unit_id, it.unit_code));
        }
    }
    units.into_iter().map(|(person, (_, unit, code))| (person, (unit, code))).collect()
}
