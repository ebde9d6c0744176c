//! Charging sessions at the desk: shown with what proves them, and judged by name where the product itself does not (R3).

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::person::required_reason;
use serde::Serialize;
use std::collections::HashSet;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::charging::doubt::Doubt;
use stolpe_domain::charging::judgement::Judgement;
use stolpe_domain::charging::reading::{Interval, QuarterReadings};
use stolpe_domain::charging::session::{Happening, Refusal, SessionState};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId, SessionId};
use stolpe_domain::quarter::Quarter;
use stolpe_store::Tx;
use stolpe_store::page::{Order, Page, Total};
use stolpe_store::session::{Judged, NamedSession, Session, SessionFilter, SessionKey};

mod cost;
mod quarantine;

pub use cost::{AskingDocument, MonthTotal, SessionCharge, SessionCost};
pub use quarantine::OpenStrayMessage;

/// Where charging is looked at: in one facility, in those of an organisation, or wherever the actor may see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ChargingPlace {
    /// In this facility.
    pub facility: Option<FacilityId>,
    /// In the facilities of this organisation.
    pub organisation: Option<OrganisationId>,
}

/// A session with everything that proves it.
#[derive(Clone, Debug)]
pub struct OpenSession {
    /// The session. While it is open, its energy is what follows from the readings so far.
    pub session: NamedSession,
    /// What was read, quarter by quarter.
    pub readings: Vec<(Quarter, QuarterReadings)>,
    /// The energy of each quarter; while it is open, as it follows from the readings so far.
    pub intervals: Vec<Interval>,
    /// What it costs, and what keeps it from being charged.
    pub cost: SessionCost,
}

/// What the audit log keeps of a session.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Kept {
    state: &'static str,
    energy_wh: i64,
    doubts: Vec<&'static str>,
}

impl Kept {
    fn of(it: &Session) -> Self {
        let doubts = it.doubts.iter().map(Doubt::word).collect();
        Self { state: it.state.word(), energy_wh: it.energy.wh(), doubts }
    }
}

/// What the audit log keeps of whose a session is.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeptPayer {
    person_id: Option<PersonId>,
}

impl App {
    /// Sessions in that order of their beginning, wherever the actor may see them.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility or the person is not the actor's to see, [`AppError::Denied`] for those who
    /// see none.
    pub async fn list_sessions(
        &self,
        ctx: &Ctx,
        place: ChargingPlace,
        mut filter: SessionFilter,
        order: Order,
        after: Option<SessionKey>,
        limit: i64,
    ) -> Result<(Page<NamedSession>, Option<Total>)> {
        filter.facilities = self.charging_facilities(ctx, place).await?;
        if let Some(person) = filter.person {
            self.person_for(ctx, person, Permission::ReadPerson).await?;
        }
        let mut conn = self.read().await?;
        let page = conn.list_sessions(&filter, order, after, limit).await?;
        let total = if after.is_none() { Some(page.total(conn.count_sessions(&filter)).await?) } else { None };
        let mut items = conn.named_sessions(page.items).await?;
        drop(conn);
        let invoiced = self.facilities_with(ctx, Permission::ReadBilling).await?.into_iter().map(|it| it.id);
        hide_documents(&mut items, &invoiced.collect());
        Ok((Page { items, more: page.more }, total))
    }

    /// One session with everything that proves it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn session(&self, ctx: &Ctx, id: SessionId) -> Result<OpenSession> {
        let (mut session, facility) = self.session_for(ctx, id, Permission::ReadCharging).await?;
        let mut conn = self.read().await?;
        let readings = conn.session_readings(id).await?.quarters().collect();
        let intervals = if session.stopped_at.is_some() {
            conn.session_intervals(id).await?
        } else {
            let point = conn.find_charge_point(session.charge_point).await?;
            let so_far = Judgement::of(&crate::charging::evidence(&mut conn, &session, point.as_ref()).await?);
            session.energy = so_far.energy;
            so_far.intervals
        };
        let reads_billing =
            ctx.actor.may(Permission::ReadBilling, Place::Facility(facility.organisation_id, facility.id));
        let cost = cost::of(&mut conn, &facility, &session, &intervals, reads_billing).await?;
        let mut session = conn.named_sessions(vec![session]).await?.pop().ok_or(AppError::NotFound)?;
        if !reads_billing {
            session.documents.clear();
        }
        Ok(OpenSession { session, readings, intervals, cost })
    }

    /// Says who took the energy of a session, or that nobody is known to have.
    ///
    /// # Errors
    /// [`AppError::Refused`] `session.void`, or `session.charged` once it has been charged: what somebody was asked to pay
    /// stays theirs; [`AppError::Invalid`] for somebody of elsewhere, [`AppError::Changed`] when it is another version.
    pub async fn assign_session(
        &self,
        ctx: &Ctx,
        id: SessionId,
        row_version: i64,
        person: Option<PersonId>,
    ) -> Result<OpenSession> {
        let (it, facility) = self.session_for(ctx, id, Permission::ManageCharging).await?;
        if it.row_version != row_version {
            return Err(AppError::Changed);
        }
        if it.state == SessionState::Void {
            return Err(AppError::refused(Refusal::Void.code()));
        }
        self.check_holder(ctx, facility.organisation_id, person).await?;
        if it.person == person {
            return self.session(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let event = assign_within(&mut tx, &facility, it, person).await?;
        tx.commit(ctx, [event]).await?;
        self.session(ctx, id).await
    }

    /// Accepts a doubted session as it is, by name and with a reason: it is billed from now on.
    ///
    /// # Errors
    /// [`AppError::Refused`] when there is nothing to accept, [`AppError::Changed`] when it is another version.
    pub async fn accept_session(
        &self,
        ctx: &Ctx,
        id: SessionId,
        row_version: i64,
        reason: &str,
    ) -> Result<OpenSession> {
        self.judge_session(ctx, id, row_version, reason, &Happening::Accepted, Action::SessionAccepted).await
    }

    /// Takes a session out of billing for good.
    ///
    /// # Errors
    /// [`AppError::Refused`] `session.void` when it is out already, [`AppError::Changed`] when it is another version.
    pub async fn void_session(&self, ctx: &Ctx, id: SessionId, row_version: i64, reason: &str) -> Result<OpenSession> {
        self.judge_session(ctx, id, row_version, reason, &Happening::Voided, Action::SessionVoided).await
    }

    async fn judge_session(
        &self,
        ctx: &Ctx,
        id: SessionId,
        row_version: i64,
        reason: &str,
        happening: &Happening,
        action: Action,
    ) -> Result<OpenSession> {
        let (mut it, facility) = self.session_for(ctx, id, Permission::ManageCharging).await?;
        if self.done_before(ctx).await? {
            return self.session(ctx, id).await;
        }
        if it.row_version != row_version {
            return Err(AppError::Changed);
        }
        let reason = required_reason(reason)?;
        let before = Kept::of(&it);
        let refused = |refusal: Refusal| AppError::refused(refusal.code());
        it.state = it.state.after(happening).map_err(refused)?;
        it.judged = Some(Judged { by: ctx.signed()?.login, at: ctx.at, reason: reason.to_owned() });
        let event = Event::new(action, Subject::Session(id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .before(&before)
            .after(&Kept::of(&it))
            .because(reason);
        let mut tx = self.write().await?;
        if it.state == SessionState::Void {
            tx.put_intervals(id, &[]).await?;
        }
        tx.update_session(&it).await?;
        tx.commit(ctx, [event]).await?;
        self.session(ctx, id).await
    }

    async fn session_for(&self, ctx: &Ctx, id: SessionId, permission: Permission) -> Result<(Session, Facility)> {
        ctx.reach(Permission::ReadCharging)?;
        let it = self.read().await?.find_session(id).await?.ok_or(AppError::NotFound)?;
        let facility = self.facility_for(ctx, it.facility, permission).await?;
        Ok((it, facility))
    }

    /// The facilities at a place whose charging the actor may see.
    async fn charging_facilities(&self, ctx: &Ctx, place: ChargingPlace) -> Result<Vec<FacilityId>> {
        if let Some(id) = place.facility {
            return Ok(vec![self.facility_for(ctx, id, Permission::ReadCharging).await?.id]);
        }
        ctx.reach(Permission::ReadCharging)?;
        let seen = self.facilities_with(ctx, Permission::ReadCharging).await?.into_iter();
        let there = seen.filter(|it| place.organisation.is_none_or(|id| it.organisation_id == id));
        Ok(there.map(|it| it.id).collect())
    }
}

/// Gives a session to somebody inside a transaction; answers what is to be said of it.
///
/// # Errors
/// [`AppError::Refused`] `session.charged` once it has been charged.
pub(crate) async fn assign_within(
    tx: &mut Tx,
    facility: &Facility,
    mut it: Session,
    person: Option<PersonId>,
) -> Result<Event> {
    // A month run that charges it right now is waited for.
    tx.hold_session(it.id).await?;
    if tx.charge_counts(&[it.id]).await?.contains_key(&it.id) {
        return Err(AppError::refused("session.charged"));
    }
    let event = Event::new(Action::SessionAssigned, Subject::Session(it.id))
        .organisation(facility.organisation_id)
        .facility(facility.id)
        .before(&KeptPayer { person_id: it.person })
        .after(&KeptPayer { person_id: person });
    it.person = person;
    tx.update_session(&it).await?;
    Ok(event)
}

/// Takes the invoices off sessions where the actor may not see them.
pub(crate) fn hide_documents(sessions: &mut [NamedSession], invoiced: &HashSet<FacilityId>) {
    for it in sessions.iter_mut().filter(|it| !invoiced.contains(&it.session.facility)) {
        it.documents.clear();
    }
}
