//! What banks say of payouts, taken in from their files.

use super::file::{OfOrganisation, PayoutFileView};
use crate::extract::{Caller, Filter};
use crate::limit::BankFileBody;
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{PayoutStatus, PlannedStatus, StatusFindings, TakenStatuses};
use stolpe_domain::id::{OrganisationId, PayoutId, PayoutStatusFileId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{PayoutState, StatusOutcome};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_payout_statuses, take_payout_statuses))
        .routes(routes!(look_at_payout_statuses))
}

/// What a file of a bank says of one payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayoutStatusView {
    payout_id: Option<PayoutId>,
    /// Our name for it.
    end_to_end_id: String,
    /// Four letters, such as `ACSC`; empty where there are none.
    status_code: String,
    /// Why, as a code.
    reason_code: String,
    /// Why, in the bank's words.
    words: String,
    /// What became of it.
    outcome: StatusOutcome,
    /// On which line of the file it stands.
    line: i64,
}

impl From<PayoutStatus> for PayoutStatusView {
    fn from(it: PayoutStatus) -> Self {
        Self {
            payout_id: it.payout_id,
            end_to_end_id: it.end_to_end_id,
            status_code: it.status_code,
            reason_code: it.reason_code,
            words: it.words,
            outcome: it.outcome,
            line: it.line,
        }
    }
}

/// What a file says of one payment, and what it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedPayoutStatusView {
    #[serde(flatten)]
    status: PayoutStatusView,
    /// Who gets it.
    name: Option<String>,
    amount: Option<Money>,
    /// Where it stands now.
    state: Option<PayoutState>,
}

impl From<PlannedStatus> for PlannedPayoutStatusView {
    fn from(PlannedStatus { status, payout }: PlannedStatus) -> Self {
        Self {
            name: payout.as_ref().map(|it| it.name.clone()),
            amount: payout.as_ref().map(|it| it.amount),
            state: payout.map(|it| it.state),
            status: status.into(),
        }
    }
}

/// What taking a file in would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutStatusFindingsView {
    /// When the bank wrote it.
    written_at: DateTime<Utc>,
    /// When it was taken in before.
    taken_at: Option<DateTime<Utc>>,
    /// Our file that it is about.
    file: Option<PayoutFileView>,
    statuses: Vec<PlannedPayoutStatusView>,
}

impl From<StatusFindings> for PayoutStatusFindingsView {
    fn from(it: StatusFindings) -> Self {
        Self {
            written_at: it.written_at,
            taken_at: it.taken_at,
            file: it.file.map(Into::into),
            statuses: it.statuses.into_iter().map(Into::into).collect(),
        }
    }
}

/// A file of a bank that was taken in, with what it says.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TakenPayoutStatusesView {
    id: PayoutStatusFileId,
    name: String,
    /// Our name for the file that it is about.
    message_id: String,
    written_at: DateTime<Utc>,
    taken_at: DateTime<Utc>,
    taken_by: Option<String>,
    statuses: Vec<PayoutStatusView>,
}

impl From<TakenStatuses> for TakenPayoutStatusesView {
    fn from(it: TakenStatuses) -> Self {
        Self {
            id: it.file.id,
            name: it.file.name,
            message_id: it.file.message_id,
            written_at: it.file.written_at,
            taken_at: it.file.created_at,
            taken_by: it.taken_by,
            statuses: it.statuses.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NewStatusFile {
    /// Whose payouts it is about.
    organisation_id: OrganisationId,
    /// Name of the file.
    file_name: String,
}

/// Lists the files that were taken in last, with what they say.
#[utoipa::path(get, path = "/payout-statuses", tag = "payout", params(OfOrganisation),
    responses((status = 200, body = Items<TakenPayoutStatusesView>)))]
async fn list_payout_statuses(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<TakenPayoutStatusesView>>> {
    Ok(Json(Items::of(api.app.list_payout_statuses(&ctx, of.organisation_id).await?)))
}

/// Says what taking a file in would do; nothing is done.
#[utoipa::path(post, path = "/payout-statuses/preview", tag = "payout", params(OfOrganisation),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = PayoutStatusFindingsView)))]
async fn look_at_payout_statuses(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    BankFileBody(content): BankFileBody,
) -> Answer<Json<PayoutStatusFindingsView>> {
    Ok(Json(api.app.look_at_payout_statuses(&ctx, of.organisation_id, content.into()).await?.into()))
}

/// Takes a file in, once.
#[utoipa::path(post, path = "/payout-statuses", tag = "payout", params(NewStatusFile),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = TakenPayoutStatusesView)))]
async fn take_payout_statuses(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(new): Filter<NewStatusFile>,
    BankFileBody(content): BankFileBody,
) -> Answer<(StatusCode, Json<TakenPayoutStatusesView>)> {
    let taken = api.app.take_payout_statuses(&ctx, new.organisation_id, &new.file_name, content.into()).await?;
    Ok((StatusCode::CREATED, Json(taken.into())))
}
