//! Charging sessions, and reports that belong to none.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::page::{Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{AppError, OpenSession, Session, SessionFilter, SessionKey, StrayMessage};
use stolpe_domain::charging::doubt::Doubt;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, PersonId, SessionId, StrayMessageId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions))
        .routes(routes!(read_session))
        .routes(routes!(accept_session))
        .routes(routes!(void_session))
        .routes(routes!(list_stray_messages))
        .routes(routes!(dismiss_stray_message))
}

/// A doubt of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DoubtView {
    /// Which, as a stable word.
    doubt: &'static str,
    /// Whether it keeps the session from billing until somebody accepts it.
    blocks: bool,
}

/// A charging session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: SessionId,
    charge_point_id: ChargePointId,
    facility_id: FacilityId,
    connector: i64,
    /// The tag that began it.
    tag: Option<String>,
    /// Who took the energy, if that is known.
    person_id: Option<PersonId>,
    /// How the charge point names it.
    transaction_id: Option<i32>,
    /// `open`, `closed`, `closed_by_system`, `suspect`, `accepted`, `orphan_stop` or `void`.
    state: &'static str,
    doubts: Vec<DoubtView>,
    /// When it began and ended, as far as it is believed, and by the charge point's own word.
    started_at: DateTime<Utc>,
    claimed_start_at: Option<DateTime<Utc>>,
    stopped_at: Option<DateTime<Utc>>,
    claimed_stop_at: Option<DateTime<Utc>>,
    /// The register at both ends, in watt-hours.
    start_wh: Option<Energy>,
    stop_wh: Option<Energy>,
    /// Why it ended, in the charge point's word.
    stop_reason: Option<String>,
    /// The energy that is believed, in watt-hours.
    energy_wh: Energy,
    /// Whether its energy is billed.
    billed: bool,
    /// Why somebody accepted it or took it out of billing, and when.
    judged_reason: Option<String>,
    judged_at: Option<DateTime<Utc>>,
    row_version: i64,
}

impl From<Session> for SessionView {
    fn from(it: Session) -> Self {
        let doubt = |doubt: Doubt| DoubtView { doubt: doubt.word(), blocks: doubt.blocks() };
        Self {
            id: it.id,
            charge_point_id: it.charge_point,
            facility_id: it.facility,
            connector: it.connector,
            tag: it.tag,
            person_id: it.person,
            transaction_id: it.transaction_id,
            state: it.state.word(),
            doubts: it.doubts.iter().map(doubt).collect(),
            started_at: it.started_at,
            claimed_start_at: it.claimed_start_at,
            stopped_at: it.stopped_at,
            claimed_stop_at: it.claimed_stop_at,
            start_wh: it.start,
            stop_wh: it.stop,
            stop_reason: it.stop_reason,
            energy_wh: it.energy,
            billed: it.state.is_billed(),
            judged_reason: it.judged.as_ref().map(|judged| judged.reason.clone()),
            judged_at: it.judged.map(|judged| judged.at),
            row_version: it.row_version,
        }
    }
}

/// What was read in one quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReadingsView {
    /// The first instant of the quarter.
    from: DateTime<Utc>,
    first_at: DateTime<Utc>,
    first_wh: Energy,
    last_at: DateTime<Utc>,
    last_wh: Energy,
}

/// The energy of one quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IntervalView {
    /// The first instant of the quarter.
    from: DateTime<Utc>,
    wh: Energy,
    /// `measured`, `estimated` or `unknown`.
    certainty: &'static str,
}

/// A session with everything that proves it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionProofView {
    #[serde(flatten)]
    session: SessionView,
    readings: Vec<ReadingsView>,
    intervals: Vec<IntervalView>,
}

impl From<OpenSession> for SessionProofView {
    fn from(it: OpenSession) -> Self {
        let readings = it.readings.iter().map(|(quarter, it)| ReadingsView {
            from: quarter.start(),
            first_at: it.first.at,
            first_wh: it.first.register,
            last_at: it.last.at,
            last_wh: it.last.register,
        });
        let intervals = it.intervals.iter().map(|it| IntervalView {
            from: it.quarter.start(),
            wh: it.energy,
            certainty: it.certainty.word(),
        });
        Self { readings: readings.collect(), intervals: intervals.collect(), session: it.session.into() }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct SessionQuery {
    /// In this facility; everywhere when left out.
    facility_id: Option<FacilityId>,
    /// Of this charge point.
    charge_point_id: Option<ChargePointId>,
    /// Of this person.
    person_id: Option<PersonId>,
    /// In this state; `to_look_at` for all that somebody has to judge.
    state: Option<String>,
    /// Begun from this instant on.
    from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    to: Option<DateTime<Utc>>,
}

/// Lists charging sessions, the latest first.
#[utoipa::path(get, path = "/sessions", tag = "session", params(SessionQuery, Window),
    responses((status = 200, body = Page<SessionView>)))]
async fn list_sessions(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<SessionQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<SessionView>>> {
    let after = window.after::<(DateTime<Utc>, SessionId)>()?.map(|(started_at, id)| SessionKey { started_at, id });
    let states = match query.state.as_deref() {
        None => None,
        Some("to_look_at") => {
            Some(SessionState::ALL.iter().copied().filter(|state| state.wants_a_look()).collect::<Vec<_>>())
        }
        Some(word) => {
            Some(vec![SessionState::from_word(word).ok_or_else(|| AppError::field("state", "session.state_unknown"))?])
        }
    };
    let filter = SessionFilter {
        facilities: Vec::new(),
        charge_point: query.charge_point_id,
        person: query.person_id,
        states,
        from: query.from,
        to: query.to,
    };
    let page = api.app.list_sessions(&ctx, query.facility_id, filter, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.started_at, last.id)));
    Ok(Json(Page { items: page.items.into_iter().map(SessionView::from).collect(), next, total: None }))
}

/// One charging session with what proves it: readings, intervals and doubts.
#[utoipa::path(get, path = "/sessions/{id}", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 200, body = SessionProofView)))]
async fn read_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.session(&ctx, id).await?.into()))
}

/// Why something is judged so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct JudgementReason {
    /// In the caller's words.
    reason: String,
}

/// Accepts a doubted session as it is: it is billed from now on.
#[utoipa::path(post, path = "/sessions/{id}/acceptance", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = JudgementReason,
    responses((status = 200, body = SessionProofView), (status = 412, body = Problem)))]
async fn accept_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
    RowVersion(version): RowVersion,
    Input(why): Input<JudgementReason>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.accept_session(&ctx, id, version, &why.reason).await?.into()))
}

/// Takes a session out of billing for good.
#[utoipa::path(post, path = "/sessions/{id}/voiding", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = JudgementReason,
    responses((status = 200, body = SessionProofView), (status = 412, body = Problem)))]
async fn void_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
    RowVersion(version): RowVersion,
    Input(why): Input<JudgementReason>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.void_session(&ctx, id, version, &why.reason).await?.into()))
}

/// A report that belongs to no session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StrayMessageView {
    id: StrayMessageId,
    charge_point_id: ChargePointId,
    facility_id: FacilityId,
    /// `StopTransaction`, `MeterValues` or another action of the standard.
    action: String,
    /// Why it belongs to none, as a stable word.
    reason: &'static str,
    transaction_id: Option<i64>,
    connector: Option<i64>,
    tag: Option<String>,
    claimed_at: Option<DateTime<Utc>>,
    /// The register that it names, in watt-hours.
    wh: Option<Energy>,
    /// How many such reports came.
    heard_count: i64,
    first_heard_at: DateTime<Utc>,
    last_heard_at: DateTime<Utc>,
    row_version: i64,
}

impl From<StrayMessage> for StrayMessageView {
    fn from(it: StrayMessage) -> Self {
        Self {
            id: it.id,
            charge_point_id: it.charge_point,
            facility_id: it.facility,
            action: it.action,
            reason: it.reason.word(),
            transaction_id: it.transaction_id,
            connector: it.connector,
            tag: it.tag,
            claimed_at: it.claimed_at,
            wh: it.register,
            heard_count: it.heard_count,
            first_heard_at: it.first_heard_at,
            last_heard_at: it.last_heard_at,
            row_version: it.row_version,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct StrayMessageQuery {
    /// In this facility; everywhere when left out.
    facility_id: Option<FacilityId>,
}

/// Lists reports that belong to no session and that nobody has resolved, the latest first.
#[utoipa::path(get, path = "/stray-messages", tag = "session", params(StrayMessageQuery, Window),
    responses((status = 200, body = Page<StrayMessageView>)))]
async fn list_stray_messages(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<StrayMessageQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<StrayMessageView>>> {
    let after = window.after::<(DateTime<Utc>, StrayMessageId)>()?;
    let page = api.app.list_stray_messages(&ctx, query.facility_id, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.last_heard_at, last.id)));
    Ok(Json(Page { items: page.items.into_iter().map(StrayMessageView::from).collect(), next, total: None }))
}

/// Says that a report without a session means nothing.
#[utoipa::path(post, path = "/stray-messages/{id}/dismissal", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = JudgementReason,
    responses((status = 204), (status = 412, body = Problem)))]
async fn dismiss_stray_message(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<StrayMessageId>,
    RowVersion(version): RowVersion,
    Input(why): Input<JudgementReason>,
) -> Answer<StatusCode> {
    api.app.dismiss_stray_message(&ctx, id, version, &why.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
