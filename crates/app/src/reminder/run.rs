//! A run is looked at, listed, and its messages are let go or kept.

use super::look::{look, obstacle};
use super::plan::ReminderPlan;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::sms::{SmsEstimate, estimate};
use chrono::{DateTime, Utc};
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, ReminderRunId};
use stolpe_store::notice::{Notice, NoticeState};
use stolpe_store::reminder::ReminderRun;

/// Runs that are listed.
const RUNS: i64 = 50;
/// Messages of a run that are shown before they are let go.
const SHOWN: usize = 3;

/// A run with what was planned, and the messages that wait to be let go.
#[derive(Clone, Debug)]
pub struct OpenReminderRun {
    /// The run.
    pub run: ReminderRun,
    /// What was planned.
    pub plan: ReminderPlan,
    /// How many messages wait.
    pub awaiting: usize,
    /// The first of them.
    pub first: Vec<Notice>,
    /// What those among them cost that are SMS.
    pub sms: SmsEstimate,
}

/// Which messages are taken, those of one way or all, and how they stand from then on.
type Taking = (Option<Channel>, (NoticeState, Option<DateTime<Utc>>));

/// A fact about a run.
pub(super) fn event(action: Action, run: &ReminderRun) -> Event {
    let mut event = Event::new(action, Subject::ReminderRun(run.id)).organisation(run.organisation_id);
    event.facility = run.facility_id;
    event
}

impl App {
    /// Looks at who would be reminded, in one facility or in all that the organisation has. Nothing is made.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation or the facility; [`AppError::Refused`]
    /// `reminder.off` while the organisation makes none.
    pub async fn look_at_reminders(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        facility: Option<FacilityId>,
    ) -> Result<OpenReminderRun> {
        let facilities = self.billed_facilities(ctx, organisation, facility).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.reminder_run(ctx, id).await;
        }
        let settings = self.read().await?.find_reminder_settings(organisation).await?.unwrap_or_default().0;
        if !settings.is_on {
            return Err(AppError::refused("reminder.off"));
        }
        let looked = look(&mut self.read().await?, ctx, organisation, &facilities).await?;
        let made_on = facilities.first().map_or_else(|| ctx.today(), |it| crate::unit::local_date(it, ctx.at));
        let run = ReminderRun {
            id: ctx.new_id(),
            organisation_id: organisation,
            facility_id: facility,
            made_on,
            plan: looked.plan.to_json()?,
            planned_by: Some(ctx.signed()?.login),
            created_at: ctx.at,
            committed_at: None,
        };
        let mut tx = self.write().await?;
        tx.insert_reminder_run(&run).await?;
        let said = json!({ "reminders": looked.plan.reminders.len(), "leftOut": looked.plan.left_out_counts });
        tx.commit(ctx, [event(Action::RemindersLookedAt, &run).after(&said)]).await?;
        self.reminder_run(ctx, run.id).await
    }

    /// The latest runs that the actor may see, without their plans.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who see no invoices.
    pub async fn list_reminder_runs(&self, ctx: &Ctx) -> Result<Vec<ReminderRun>> {
        let reach = ctx.reach(Permission::ReadBilling)?;
        let theirs = self.facilities_with(ctx, Permission::ReadBilling).await?;
        let mut organisations: Vec<OrganisationId> = theirs.iter().map(|it| it.organisation_id).collect();
        organisations.extend(&reach.organisations);
        organisations.sort_unstable();
        organisations.dedup();
        let runs = self.read().await?.list_reminder_runs(&organisations, RUNS).await?;
        let seen = |run: &ReminderRun| {
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
    pub async fn reminder_run(&self, ctx: &Ctx, id: ReminderRunId) -> Result<OpenReminderRun> {
        let run = self.reminder_run_for(ctx, id, Permission::ReadBilling).await?;
        let mut conn = self.read().await?;
        let mut plan = ReminderPlan::of_json(&run.plan)?;
        // Somebody may have chosen since how the organisation reminds and is paid.
        plan.obstacle = obstacle(&mut conn, run.organisation_id).await?.map(str::to_owned);
        let waiting = conn.awaiting_reminders(id).await?;
        let mut first = Vec::new();
        for document in waiting.iter().take(SHOWN) {
            let notices = conn.notices_with(*document).await?;
            first.extend(notices.into_iter().find(|it| it.state == NoticeState::Awaiting));
        }
        let people: Vec<_> = first.iter().filter_map(|notice| notice.person).collect();
        let protected = conn.protected_of(&people).await?;
        let shown = first.into_iter().map(|notice| {
            let veiled = notice.person.is_some_and(|person| protected.contains(&person));
            crate::notice::shown(notice, veiled)
        });
        let sms = conn.sms_awaiting_of_reminders(id).await?;
        let sms = estimate(&mut conn, sms).await?;
        Ok(OpenReminderRun { first: shown.collect(), run, plan, awaiting: waiting.len(), sms })
    }

    pub(super) async fn reminder_run_for(
        &self,
        ctx: &Ctx,
        id: ReminderRunId,
        permission: Permission,
    ) -> Result<ReminderRun> {
        ctx.reach(Permission::ReadBilling)?;
        let run = self.read().await?.find_reminder_run(id).await?.ok_or(AppError::NotFound)?;
        let place = match run.facility_id {
            Some(facility) => Place::Facility(run.organisation_id, facility),
            None => Place::Organisation(run.organisation_id),
        };
        ctx.may_see(Permission::ReadBilling, place)?;
        ctx.may(permission, place)?;
        Ok(run)
    }

    /// Lets the messages go that wait with the reminders of a run; answers how many there were.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may not send.
    pub async fn release_reminders(&self, ctx: &Ctx, id: ReminderRunId) -> Result<usize> {
        let run = self.reminder_run_for(ctx, id, Permission::ManageBilling).await?;
        let outward = self.outward(run.organisation_id).await?;
        let ways = Channel::ALL.iter().map(|channel| (Some(*channel), outward.let_go(*channel, ctx.at))).collect();
        self.take_reminders(ctx, &run, Action::RemindersReleased, ways).await
    }

    /// Keeps the messages from going out that wait with the reminders of a run; answers how many there were. Each reminder
    /// can be sent by itself.
    ///
    /// # Errors
    /// As [`App::release_reminders`].
    pub async fn withhold_reminders(&self, ctx: &Ctx, id: ReminderRunId) -> Result<usize> {
        let run = self.reminder_run_for(ctx, id, Permission::ManageBilling).await?;
        self.take_reminders(ctx, &run, Action::RemindersWithheld, vec![(None, (NoticeState::Suppressed, None))]).await
    }

    /// Takes the messages that wait. Whoever lets them go, and whoever keeps them, takes turns at the run.
    async fn take_reminders(&self, ctx: &Ctx, run: &ReminderRun, action: Action, ways: Vec<Taking>) -> Result<usize> {
        if self.read().await?.awaiting_reminders(run.id).await?.is_empty() || self.done_before(ctx).await? {
            return Ok(0);
        }
        let mut tx = self.write().await?;
        tx.hold_reminder_run(run.id).await?;
        let waiting: Vec<DocumentId> = tx.awaiting_reminders(run.id).await?;
        tx.hold_documents(&waiting).await?;
        let mut taken = Vec::new();
        for (channel, (state, next)) in ways {
            taken.extend(tx.take_awaiting_with(&waiting, channel, state, next).await?);
        }
        if action == Action::RemindersReleased {
            tx.send_documents(&taken).await?;
        }
        tx.commit(ctx, [event(action, run).after(&json!({ "messages": taken.len() }))]).await?;
        Ok(taken.len())
    }
}
