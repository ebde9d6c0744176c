//! Reports that belong to no session (R9): listed until somebody says that they mean nothing, or which session they end.

use super::ChargingPlace;
use crate::App;
use crate::charging::{ended_by, told_stop};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::person::required_reason;
use serde::Serialize;
use stolpe_domain::access::Permission;
use stolpe_domain::charging::doubt::Doubts;
use stolpe_domain::charging::session::{Happening, Refusal};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ChargePointId, SessionId, StrayMessageId};
use stolpe_store::page::Page;
use stolpe_store::stray_message::{Resolution, Resolved, StrayMessage};
use uuid::Uuid;

/// A report in quarantine, and what it said word for word.
#[derive(Clone, Debug)]
pub struct OpenStrayMessage {
    /// The report.
    pub report: StrayMessage,
    /// What people call the charge point.
    pub charge_point_name: String,
    /// The first such message; none when it is kept no more.
    pub payload: Option<String>,
}

/// What the audit log keeps of a report in quarantine.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct KeptReport<'a> {
    action: &'a str,
    reason: &'static str,
    transaction_id: Option<i64>,
    resolution: Option<&'static str>,
    session_id: Option<SessionId>,
}

impl KeptReport<'_> {
    fn of(it: &StrayMessage, made: Option<Resolution>, session_id: Option<SessionId>) -> KeptReport<'_> {
        KeptReport {
            action: &it.action,
            reason: it.reason.word(),
            transaction_id: it.transaction_id,
            resolution: made.map(Resolution::word),
            session_id,
        }
    }
}

impl App {
    /// Reports that belong to no session and that nobody has resolved, the latest first.
    ///
    /// # Errors
    /// As [`App::list_sessions`].
    pub async fn list_stray_messages(
        &self,
        ctx: &Ctx,
        place: ChargingPlace,
        after: Option<(chrono::DateTime<chrono::Utc>, StrayMessageId)>,
        limit: i64,
    ) -> Result<Page<OpenStrayMessage>> {
        let facilities = self.charging_facilities(ctx, place).await?;
        let mut conn = self.read().await?;
        let page = conn.list_stray_messages(&facilities, after, limit).await?;
        let messages: Vec<Uuid> = page.items.iter().map(|it| it.message).collect();
        let mut payloads = conn.message_payloads(&messages).await?;
        let points: Vec<ChargePointId> = page.items.iter().map(|it| it.charge_point).collect();
        let names = conn.charge_point_names(&points).await?;
        let open = |report: StrayMessage| OpenStrayMessage {
            charge_point_name: names.get(&report.charge_point).cloned().unwrap_or_default(),
            payload: payloads.remove(&report.message),
            report,
        };
        Ok(Page { items: page.items.into_iter().map(open).collect(), more: page.more })
    }

    /// Says that a report in quarantine means nothing, by name and with a reason.
    ///
    /// # Errors
    /// [`AppError::Changed`] when it is another version or was resolved by somebody else.
    pub async fn dismiss_stray_message(
        &self,
        ctx: &Ctx,
        id: StrayMessageId,
        row_version: i64,
        reason: &str,
    ) -> Result<()> {
        let (it, facility) = self.stray_message_for(ctx, id).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        if it.row_version != row_version {
            return Err(AppError::Changed);
        }
        let reason = required_reason(reason)?;
        let event = Event::new(Action::StrayMessageDismissed, Subject::StrayMessage(id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .before(&KeptReport::of(&it, None, None))
            .after(&KeptReport::of(&it, Some(Resolution::Dismissed), None))
            .because(reason);
        let (by, reason) = (ctx.signed()?.login, reason.to_owned());
        let resolved = Resolved { resolution: Resolution::Dismissed, by, at: ctx.at, reason, session: None };
        let mut tx = self.write().await?;
        tx.resolve_stray_message(id, row_version, &resolved).await?;
        tx.commit(ctx, [event]).await
    }

    /// Says which session a stop in quarantine ends, by name and with a reason. The session is then judged with it as if
    /// it had named the right transaction.
    ///
    /// # Errors
    /// [`AppError::Refused`] `stray.no_stop` when it is no stop that can be read, `session.charged`, or what keeps the
    /// session from being stopped; [`AppError::Invalid`] for a session of another charge point, [`AppError::Changed`] when
    /// it is another version or was resolved by somebody else.
    pub async fn attach_stray_message(
        &self,
        ctx: &Ctx,
        id: StrayMessageId,
        row_version: i64,
        session: SessionId,
        reason: &str,
    ) -> Result<()> {
        let (it, facility) = self.stray_message_for(ctx, id).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        if it.row_version != row_version {
            return Err(AppError::Changed);
        }
        let reason = required_reason(reason)?;
        let payload = self.read().await?.message_payloads(&[it.message]).await?.remove(&it.message);
        let told = payload.and_then(|payload| told_stop(it.charge_point, &it.action, &payload, it.first_heard_at));
        let told = told.ok_or_else(|| AppError::refused("stray.no_stop"))?;

        let mut tx = self.write().await?;
        let found = tx.find_session(session).await?.filter(|session| session.charge_point == it.charge_point);
        let mut ended = found.ok_or_else(|| AppError::field("sessionId", "stray.session_of_another"))?;
        if tx.charges_of_sessions(&[session]).await?.contains_key(&session) {
            return Err(AppError::refused("session.charged"));
        }
        let stopped = Happening::Stopped(Doubts::default());
        ended.state.after(&stopped).map_err(|refusal: Refusal| AppError::refused(refusal.code()))?;
        ended_by(&mut tx, &told, &mut ended).await?;
        let (by, why) = (ctx.signed()?.login, reason.to_owned());
        let resolved =
            Resolved { resolution: Resolution::Attached, by, at: ctx.at, reason: why, session: Some(session) };
        tx.resolve_stray_message(id, row_version, &resolved).await?;
        let event = Event::new(Action::StrayMessageAttached, Subject::StrayMessage(id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .before(&KeptReport::of(&it, None, None))
            .after(&KeptReport::of(&it, Some(Resolution::Attached), Some(session)))
            .because(reason);
        tx.commit(ctx, [event]).await
    }

    async fn stray_message_for(&self, ctx: &Ctx, id: StrayMessageId) -> Result<(StrayMessage, Facility)> {
        ctx.reach(Permission::ReadCharging)?;
        let it = self.read().await?.find_stray_message(id).await?.ok_or(AppError::NotFound)?;
        let facility = self.facility_for(ctx, it.facility, Permission::ManageCharging).await?;
        Ok((it, facility))
    }
}
