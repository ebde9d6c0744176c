//! Files that ask the bank to pay out, and how an organisation is known there.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::job::download;
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{OpenPayoutFile, PayoutFile};
use stolpe_domain::id::{OrganisationId, PayoutFileId, PayoutId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{PayoutSender, PayoutSenderDraft};
use stolpe_domain::payout_account::{PayoutAccount, PayoutAccountKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_payout_files, make_payout_file))
        .routes(routes!(fetch_payout_file))
        .routes(routes!(read_payout_sender, save_payout_sender))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(super) struct OfOrganisation {
    /// Of this organisation.
    pub(super) organisation_id: OrganisationId,
}

/// A file that asks the bank to pay out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct PayoutFileView {
    id: PayoutFileId,
    name: String,
    /// What the bank knows it by.
    message_id: String,
    /// The day on which the bank is to pay.
    execute_on: NaiveDate,
    /// The account that is drawn on, as people write it.
    account: String,
    /// How many payments are in it.
    count: i64,
    /// What they come to.
    sum: Money,
    /// SHA-256 of its bytes.
    sha256: String,
    made_at: DateTime<Utc>,
    made_by: Option<String>,
    /// When it was first fetched, to be sent to the bank.
    sent_at: Option<DateTime<Utc>>,
    sent_by: Option<String>,
}

impl From<OpenPayoutFile> for PayoutFileView {
    fn from(OpenPayoutFile { file, made_by, sent_by }: OpenPayoutFile) -> Self {
        Self {
            id: file.id,
            name: file.name,
            message_id: file.message_id,
            execute_on: file.execute_on,
            account: file.account.to_string(),
            count: file.item_count,
            sum: file.sum,
            sha256: file.digest.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}")),
            made_at: file.created_at,
            made_by,
            sent_at: file.sent.map(|(at, _)| at),
            sent_by,
        }
    }
}

impl From<PayoutFile> for PayoutFileView {
    fn from(file: PayoutFile) -> Self {
        OpenPayoutFile { file, made_by: None, sent_by: None }.into()
    }
}

/// Lists the files that were made last.
#[utoipa::path(get, path = "/payout-files", tag = "payout", params(OfOrganisation),
    responses((status = 200, body = Items<PayoutFileView>)))]
async fn list_payout_files(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<PayoutFileView>>> {
    Ok(Json(Items::of(api.app.list_payout_files(&ctx, of.organisation_id).await?)))
}

/// Which payouts go into a file, and when the bank is to pay them.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayoutFileWish {
    organisation_id: OrganisationId,
    payout_ids: Vec<PayoutId>,
    execute_on: NaiveDate,
}

/// Makes a file of approved payouts for the bank.
#[utoipa::path(post, path = "/payout-files", tag = "payout", request_body = PayoutFileWish,
    responses((status = 201, body = PayoutFileView), (status = 409, body = Problem)))]
async fn make_payout_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<PayoutFileWish>,
) -> Answer<(StatusCode, Json<PayoutFileView>)> {
    let file = api.app.make_payout_file(&ctx, input.organisation_id, &input.payout_ids, input.execute_on).await?;
    Ok((StatusCode::CREATED, Json(file.into())))
}

/// Fetches a file, to be sent to the bank: with the first time its payouts count as sent. It is always the same to the byte.
#[utoipa::path(post, path = "/payout-files/{id}/fetch", tag = "payout", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn fetch_payout_file(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<PayoutFileId>) -> Answer<Response> {
    let (name, content) = api.app.fetch_payout_file(&ctx, id).await?;
    Ok(download(&name, "application/xml", content))
}

/// How an organisation is known at its bank.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutSenderView {
    bic: Option<String>,
    /// What the bank calls whoever sends files.
    customer: Option<String>,
    account_kind: Option<PayoutAccountKind>,
    /// The account that is drawn on, as people write it; none where that is the one to which invoices are paid.
    account: Option<String>,
    row_version: i64,
}

impl From<Option<(PayoutSender, i64)>> for PayoutSenderView {
    fn from(kept: Option<(PayoutSender, i64)>) -> Self {
        let (it, row_version) = kept.map_or((None, 0), |(it, row_version)| (Some(it), row_version));
        let account = it.as_ref().and_then(|it| it.account.as_ref());
        Self {
            account_kind: account.map(PayoutAccount::kind),
            account: account.map(ToString::to_string),
            bic: it.as_ref().map(|it| it.bic.clone()),
            customer: it.and_then(|it| it.customer),
            row_version,
        }
    }
}

/// Reads how an organisation is known at its bank.
#[utoipa::path(get, path = "/payout-sender", tag = "payout", params(OfOrganisation),
    responses((status = 200, body = PayoutSenderView)))]
async fn read_payout_sender(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<PayoutSenderView>> {
    Ok(Json(api.app.payout_sender(&ctx, of.organisation_id).await?.into()))
}

/// Says how an organisation is known at its bank.
#[utoipa::path(put, path = "/payout-sender", tag = "payout", params(OfOrganisation, ("If-Match" = String, Header)),
    request_body = PayoutSenderDraft,
    responses((status = 200, body = PayoutSenderView), (status = 412, body = Problem)))]
async fn save_payout_sender(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
    Input(draft): Input<PayoutSenderDraft>,
) -> Answer<Json<PayoutSenderView>> {
    match api.app.save_payout_sender(&ctx, of.organisation_id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.payout_sender(&ctx, of.organisation_id).await?;
            Err(problem.with_current(PayoutSenderView::from(current)))
        }
        outcome => Ok(Json(Some(outcome?).into())),
    }
}
