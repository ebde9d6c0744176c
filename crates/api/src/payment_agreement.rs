//! What organisations have agreed with payment providers. Keys go in and never come out.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{Agreement, RefusedCallbacks};
use stolpe_domain::id::{OrganisationId, PaymentAgreementId};
use stolpe_domain::payment::{AgreementDraft, AgreementSettings, PaymentProvider};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_payment_agreements))
        .routes(routes!(save_payment_agreement))
        .routes(routes!(check_payment_agreement))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct AgreementQuery {
    /// Whose.
    organisation_id: OrganisationId,
}

/// What an organisation has agreed with a provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentAgreementView {
    id: PaymentAgreementId,
    organisation_id: OrganisationId,
    provider: PaymentProvider,
    /// The number that Swish pays to.
    payee: Option<String>,
    /// Our certificates at Swish, in PEM.
    certificates: Option<String>,
    /// Who we are at Vipps.
    client_id: Option<String>,
    /// The sales unit at Vipps.
    merchant_serial_number: Option<String>,
    /// Who we are at Payson.
    agent_id: Option<String>,
    /// Whether payers may choose it.
    active: bool,
    /// Where the provider tells of changes.
    callback: String,
    /// When the provider was last asked whether it knows us.
    checked_at: Option<DateTime<Utc>>,
    /// What was wrong then, as a stable code.
    fault: Option<String>,
    /// What the provider said then.
    fault_words: Option<String>,
    row_version: i64,
}

impl From<Agreement> for PaymentAgreementView {
    fn from(it: Agreement) -> Self {
        let provider = it.settings.provider();
        let bare = Self {
            id: it.id,
            organisation_id: it.organisation_id,
            provider,
            payee: None,
            certificates: None,
            client_id: None,
            merchant_serial_number: None,
            agent_id: None,
            active: it.active,
            callback: it.callback,
            checked_at: it.checked_at,
            fault: it.fault,
            fault_words: it.fault_words,
            row_version: it.row_version,
        };
        match it.settings {
            AgreementSettings::Swish { payee, certificates } => {
                Self { payee: Some(payee), certificates: Some(certificates), ..bare }
            }
            AgreementSettings::Vipps { client_id, merchant_serial_number } => {
                Self { client_id: Some(client_id), merchant_serial_number: Some(merchant_serial_number), ..bare }
            }
            AgreementSettings::Payson { agent_id } => Self { agent_id: Some(agent_id), ..bare },
        }
    }
}

/// What was refused of what came in a provider's name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefusedCallbackView {
    provider: PaymentProvider,
    /// Why: `forged`, `unreadable` or `unknown`.
    reason: String,
    count: i64,
    last_at: DateTime<Utc>,
}

impl From<RefusedCallbacks> for RefusedCallbackView {
    fn from(it: RefusedCallbacks) -> Self {
        Self { provider: it.provider, reason: it.reason, count: it.count, last_at: it.last_at }
    }
}

/// The agreements of an organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentAgreementsView {
    items: Vec<PaymentAgreementView>,
    /// What was refused at this host of what came in the names of providers, for whomever.
    refused: Vec<RefusedCallbackView>,
}

/// Lists what an organisation has agreed with payment providers.
#[utoipa::path(get, path = "/payment-agreements", tag = "payment", params(AgreementQuery),
    responses((status = 200, body = PaymentAgreementsView)))]
async fn list_payment_agreements(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<AgreementQuery>,
) -> Answer<Json<PaymentAgreementsView>> {
    let (items, refused) = api.app.list_agreements(&ctx, of.organisation_id).await?;
    Ok(Json(PaymentAgreementsView {
        items: items.into_iter().map(Into::into).collect(),
        refused: refused.into_iter().map(Into::into).collect(),
    }))
}

/// An agreement as it is written down: of each field what its provider wants, and keys only where they are new.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PaymentAgreementInput {
    payee: Option<String>,
    certificates: Option<String>,
    client_id: Option<String>,
    merchant_serial_number: Option<String>,
    agent_id: Option<String>,
    /// The private key of Swish's certificate, the client secret of Vipps or the API key of Payson.
    secret: Option<String>,
    /// The key of the subscription at Vipps.
    subscription_key: Option<String>,
    /// What signs the webhooks of Vipps.
    webhook_secret: Option<String>,
    active: bool,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct AgreementWithQuery {
    /// Whose.
    organisation_id: OrganisationId,
    /// With whom.
    #[serde(rename = "with")]
    #[param(rename = "with")]
    provider: PaymentProvider,
}

/// Says how a payment provider is asked.
#[utoipa::path(put, path = "/payment-agreement", tag = "payment",
    params(AgreementWithQuery, ("If-Match" = String, Header)), request_body = PaymentAgreementInput,
    responses((status = 200, body = PaymentAgreementView), (status = 412, body = Problem)))]
async fn save_payment_agreement(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<AgreementWithQuery>,
    RowVersion(version): RowVersion,
    Input(input): Input<PaymentAgreementInput>,
) -> Answer<Json<PaymentAgreementView>> {
    let draft = AgreementDraft {
        payee: input.payee,
        certificates: input.certificates,
        client_id: input.client_id,
        merchant_serial_number: input.merchant_serial_number,
        agent_id: input.agent_id,
        secret: input.secret.map(Zeroizing::new),
        subscription_key: input.subscription_key.map(Zeroizing::new),
        webhook_secret: input.webhook_secret.map(Zeroizing::new),
    };
    let of = (of.organisation_id, of.provider);
    Ok(Json(api.app.save_agreement(&ctx, of, version, draft, input.active).await?.into()))
}

/// Asks a payment provider whether it knows us.
#[utoipa::path(post, path = "/payment-agreements/{id}/check", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = PaymentAgreementView)))]
async fn check_payment_agreement(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentAgreementId>,
) -> Answer<Json<PaymentAgreementView>> {
    Ok(Json(api.app.check_agreement(&ctx, id).await?.into()))
}
