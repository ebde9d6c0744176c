//! How organisations are paid.

use crate::extract::{Caller, Filter, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stolpe_domain::billing::{Billing, BillingDraft};
use stolpe_domain::id::OrganisationId;
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::payment_reference::ReferenceRule;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read_billing, save_billing))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose.
    organisation_id: OrganisationId,
}

/// How an organisation is paid; version 0 and nothing else while nobody has said so.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BillingView {
    account_kind: Option<AccountKind>,
    /// As printed, such as `5402-9681`.
    account: Option<String>,
    /// As printed.
    swish: Option<String>,
    reference_rule: Option<ReferenceRule>,
    due_days: Option<u16>,
    rounds: Option<bool>,
    carries_over: Option<bool>,
    fiscal_year_begins_month: Option<u32>,
    tax_status: Option<String>,
    row_version: i64,
}

impl From<Option<(Billing, i64)>> for BillingView {
    fn from(kept: Option<(Billing, i64)>) -> Self {
        let (it, row_version) = kept.map_or((None, 0), |(it, row_version)| (Some(it), row_version));
        let account = it.as_ref().and_then(|it| it.account.as_ref());
        Self {
            account_kind: account.map(PaymentAccount::kind),
            account: account.map(ToString::to_string),
            swish: it.as_ref().and_then(|it| it.swish.as_ref()).map(ToString::to_string),
            reference_rule: it.as_ref().map(|it| it.reference_rule),
            due_days: it.as_ref().map(|it| it.due_days),
            rounds: it.as_ref().map(|it| it.rounds),
            carries_over: it.as_ref().map(|it| it.carries_over),
            fiscal_year_begins_month: it.as_ref().map(|it| it.fiscal_year_begins_month),
            tax_status: it.and_then(|it| it.tax_status),
            row_version,
        }
    }
}

/// Reads how an organisation is paid.
#[utoipa::path(get, path = "/billing", tag = "billing", params(OfOrganisation),
    responses((status = 200, body = BillingView)))]
async fn read_billing(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<BillingView>> {
    Ok(Json(api.app.billing(&ctx, of.organisation_id).await?.into()))
}

/// Says how an organisation is paid.
#[utoipa::path(put, path = "/billing", tag = "billing", params(OfOrganisation, ("If-Match" = String, Header)),
    request_body = BillingDraft, responses((status = 200, body = BillingView), (status = 412, body = Problem)))]
async fn save_billing(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
    Input(draft): Input<BillingDraft>,
) -> Answer<Json<BillingView>> {
    match api.app.save_billing(&ctx, of.organisation_id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.billing(&ctx, of.organisation_id).await?;
            Err(problem.with_current(BillingView::from(current)))
        }
        outcome => Ok(Json(Some(outcome?).into())),
    }
}
