//! Reports that belong to no session.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::page::{Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::session::JudgementReason;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{ChargingPlace, OpenStrayMessage};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, FacilityId, OrganisationId, SessionId, StrayMessageId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_stray_messages))
        .routes(routes!(dismiss_stray_message))
        .routes(routes!(attach_stray_message))
}

/// A report that belongs to no session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StrayMessageView {
    id: StrayMessageId,
    charge_point_id: ChargePointId,
    /// What people call the charge point.
    charge_point_name: String,
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
    /// The first such report, word for word.
    payload: Option<String>,
    /// How many such reports came.
    heard_count: i64,
    first_heard_at: DateTime<Utc>,
    last_heard_at: DateTime<Utc>,
    row_version: i64,
}

impl From<OpenStrayMessage> for StrayMessageView {
    fn from(OpenStrayMessage { report: it, charge_point_name, payload }: OpenStrayMessage) -> Self {
        Self {
            id: it.id,
            charge_point_id: it.charge_point,
            charge_point_name,
            facility_id: it.facility,
            action: it.action,
            reason: it.reason.word(),
            transaction_id: it.transaction_id,
            connector: it.connector,
            tag: it.tag,
            claimed_at: it.claimed_at,
            wh: it.register,
            payload,
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
    /// In the facilities of this organisation.
    organisation_id: Option<OrganisationId>,
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
    let place = ChargingPlace { facility: query.facility_id, organisation: query.organisation_id };
    let page = api.app.list_stray_messages(&ctx, place, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).map(|last| &last.report);
    let next = next.and_then(|last| cursor(&(last.last_heard_at, last.id)));
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

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Attachment {
    /// The session that it ends.
    session_id: SessionId,
    /// Why; kept in the audit log.
    reason: String,
}

/// Says which session a stop without one ends.
#[utoipa::path(post, path = "/stray-messages/{id}/attachment", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = Attachment,
    responses((status = 204), (status = 412, body = Problem)))]
async fn attach_stray_message(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<StrayMessageId>,
    RowVersion(version): RowVersion,
    Input(to): Input<Attachment>,
) -> Answer<StatusCode> {
    api.app.attach_stray_message(&ctx, id, version, to.session_id, &to.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}
