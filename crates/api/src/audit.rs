//! The audit log.

use crate::extract::{Caller, Filter};
use crate::page::{Items, Ordered, Page, Window, cursor};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{AuditEntry, AuditFilter, Total};
use stolpe_domain::event::Action;
use stolpe_domain::id::{FacilityId, LoginId, OrganisationId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_audit))
        .routes(routes!(list_actors))
        .routes(routes!(prove_audit))
        .routes(routes!(list_actions))
}

/// One row of the audit log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AuditView {
    /// Place in the chain, from 1, without gaps.
    seq: i64,
    at: DateTime<Utc>,
    /// Who, if somebody had signed in.
    actor_id: Option<LoginId>,
    actor_name: String,
    /// What, as a stable word.
    action: String,
    subject_kind: String,
    subject_id: Option<Uuid>,
    organisation_id: Option<OrganisationId>,
    facility_id: Option<FacilityId>,
    reason: Option<String>,
    /// From where.
    origin: String,
    /// Which request.
    correlation: Uuid,
    /// The data before.
    #[schema(value_type = Option<Object>)]
    before: Option<serde_json::Value>,
    /// The data after.
    #[schema(value_type = Option<Object>)]
    after: Option<serde_json::Value>,
    /// The hash of the row, in hexadecimal digits.
    hash: String,
}

impl From<AuditEntry> for AuditView {
    fn from(it: AuditEntry) -> Self {
        let detail = it.detail.unwrap_or_default();
        let json = |text: Option<String>| text.and_then(|text| serde_json::from_str(&text).ok());
        Self {
            seq: it.row.seq,
            at: it.row.at,
            actor_id: it.row.actor_login,
            actor_name: it.row.actor_name,
            action: it.row.action,
            subject_kind: it.row.subject_kind,
            subject_id: it.row.subject_id,
            organisation_id: it.row.organisation,
            facility_id: it.row.facility,
            reason: it.row.reason,
            origin: it.row.origin,
            correlation: it.row.correlation,
            before: json(detail.before),
            after: json(detail.after),
            hash: it.row.hash.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Only this actor.
    actor_id: Option<LoginId>,
    /// Only this subject.
    subject_id: Option<Uuid>,
    /// Only this action.
    action: Option<String>,
    /// Only this facility.
    facility_id: Option<FacilityId>,
    /// From this instant.
    from: Option<DateTime<Utc>>,
    /// Until before this instant.
    to: Option<DateTime<Utc>>,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct OneQuery {
    /// Only the row with this number, wherever it stands in the log.
    seq: Option<i64>,
}

impl From<AuditQuery> for AuditFilter {
    fn from(it: AuditQuery) -> Self {
        Self {
            within: None,
            actor: it.actor_id,
            subject: it.subject_id,
            action: it.action.filter(|action| !action.is_empty()),
            facility: it.facility_id,
            from: it.from,
            until: it.to,
        }
    }
}

/// Lists the audit log.
#[utoipa::path(get, path = "/audit", tag = "audit", params(AuditQuery, OneQuery, Ordered, Window),
    responses((status = 200, body = Page<AuditView>)))]
async fn list_audit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<AuditQuery>,
    Filter(one): Filter<OneQuery>,
    Filter(ordered): Filter<Ordered>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<AuditView>>> {
    if let Some(seq) = one.seq {
        let row = api.app.audit_row(&ctx, query.into(), seq).await?;
        let total = Some(Total { count: i64::from(row.is_some()), exact: true }.into());
        return Ok(Json(Page { items: row.into_iter().map(AuditView::from).collect(), next: None, total }));
    }
    let after = window.after::<i64>()?;
    let (page, total) = api.app.list_audit(&ctx, query.into(), ordered.order(), after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&last.row.seq));
    let items = page.items.into_iter().map(AuditView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(rename_all = "camelCase")]
struct ActorQuery {
    /// Only this one, to know their name.
    actor_id: Option<LoginId>,
    /// Beginnings of names or an e-mail address; without it, those at the desk.
    q: Option<String>,
}

/// Somebody whose doings are on the log.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ActorView {
    /// For the filter.
    actor_id: LoginId,
    name: String,
}

impl From<(LoginId, String)> for ActorView {
    fn from((actor_id, name): (LoginId, String)) -> Self {
        Self { actor_id, name }
    }
}

/// Lists those whose doings the log can be cut to.
#[utoipa::path(get, path = "/audit/actors", tag = "audit", params(ActorQuery),
    responses((status = 200, body = Items<ActorView>)))]
async fn list_actors(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<ActorQuery>,
) -> Answer<Json<Items<ActorView>>> {
    Ok(Json(Items::of(api.app.audit_actors(&ctx, query.actor_id, query.q.as_deref().unwrap_or_default()).await?)))
}

/// What the chain says of itself.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ProofView {
    holds: bool,
    rows: i64,
    /// The hash of the last row: print it to prove later that nothing was taken away.
    head: String,
    /// The first row that does not hold.
    broken_at: Option<i64>,
}

/// Proves the chain from its first row.
#[utoipa::path(get, path = "/audit/proof", tag = "audit", responses((status = 200, body = ProofView)))]
async fn prove_audit(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<ProofView>> {
    let it = api.app.audit_proof(&ctx).await?;
    Ok(Json(ProofView { holds: it.holds, rows: it.rows, head: it.head, broken_at: it.broken_at }))
}

/// Every action that a row can have, for the filter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ActionsView {
    items: Vec<&'static str>,
}

/// Lists every action that a row can have.
#[utoipa::path(get, path = "/audit/actions", tag = "audit", responses((status = 200, body = ActionsView)))]
async fn list_actions(Caller(_ctx): Caller) -> Answer<Json<ActionsView>> {
    Ok(Json(ActionsView { items: Action::ALL.iter().map(|action| action.word()).collect() }))
}
