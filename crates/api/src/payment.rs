//! Payments through providers at the desk, and what providers send.

use crate::callback::raw_callback;
use crate::extract::{Anyone, Caller, Filter, Id, Input, RowVersion};
use crate::limit;
use crate::page::{Total, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::terms::AcceptedTermsView;
use crate::top_up::TopUpReceiptView;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{Attempt, Callback, CallbackOf, ListedPayment, OpenPayment, PaymentFilter, PaymentPlace};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentAttemptId, PaymentId, PersonId, SavedCardId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AttemptState, Concern, PaymentProvider, PurposeKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_payments))
        .routes(routes!(read_payment))
        .routes(routes!(look_at_payment))
        .merge(OpenApiRouter::new().routes(routes!(take_payment_callback)).layer(limit::open()))
}

/// What somebody wants to pay through a provider.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentView {
    id: PaymentId,
    organisation_id: OrganisationId,
    facility_id: FacilityId,
    purpose: PurposeKind,
    /// The invoice that is paid; none where money is put in beforehand.
    document_id: Option<DocumentId>,
    person_id: PersonId,
    /// The number of the invoice, none once it is out of use; or of the receipt of what was put in, none before it is.
    number: Option<String>,
    /// Whom the invoice is for, as it was printed, or who puts money in.
    recipient: Option<String>,
    /// How much was asked for.
    amount: Money,
    /// Where the try stands that counts.
    state: AttemptState,
    /// Who was asked in that try.
    provider: PaymentProvider,
    /// Why somebody has to look at it.
    concern: Option<Concern>,
    /// When somebody did.
    looked_at: Option<DateTime<Utc>>,
    /// Why it is well.
    looked_at_reason: Option<String>,
    begun_at: DateTime<Utc>,
    row_version: i64,
}

impl From<ListedPayment> for PaymentView {
    fn from(ListedPayment { payment, number, recipient }: ListedPayment) -> Self {
        Self {
            id: payment.id,
            organisation_id: payment.organisation_id,
            facility_id: payment.facility_id,
            purpose: payment.purpose.kind(),
            document_id: payment.purpose.document(),
            person_id: payment.person_id,
            number: number.map(|number| number.to_string()),
            recipient,
            amount: payment.amount,
            state: payment.state,
            provider: payment.provider,
            concern: payment.concern,
            looked_at: payment.looked_at.as_ref().map(|it| it.at),
            looked_at_reason: payment.looked_at.map(|it| it.reason),
            begun_at: payment.created_at,
            row_version: payment.row_version,
        }
    }
}

/// One try to pay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AttemptView {
    /// Our name for it at the provider.
    id: PaymentAttemptId,
    /// Which try it is, from one.
    place: i64,
    provider: PaymentProvider,
    state: AttemptState,
    /// The saved card that it is charged to.
    saved_card_id: Option<SavedCardId>,
    /// When that was charged; nothing while it has yet to be saved.
    charged_at: Option<DateTime<Utc>>,
    /// What the provider calls it.
    reference: Option<String>,
    /// What the provider calls the movement of the money.
    movement: Option<String>,
    /// Why it was not paid, as the provider's code.
    code: Option<String>,
    /// What the provider said of it.
    words: Option<String>,
    /// What the provider says has come or is held.
    came: Option<Money>,
    /// When it was booked.
    booked_at: Option<DateTime<Utc>>,
    /// When the provider was last asked.
    asked_at: Option<DateTime<Utc>>,
    /// When it is asked next.
    next_ask_at: Option<DateTime<Utc>>,
    begun_at: DateTime<Utc>,
}

impl From<Attempt> for AttemptView {
    fn from(it: Attempt) -> Self {
        Self {
            id: it.id,
            place: it.place,
            provider: it.provider,
            state: it.state,
            saved_card_id: it.saved_card_id,
            charged_at: it.charged_at,
            reference: it.reference,
            movement: it.movement,
            code: it.code,
            words: it.words,
            came: it.came,
            booked_at: it.booked_at,
            asked_at: it.asked_at,
            next_ask_at: it.next_ask_at,
            begun_at: it.created_at,
        }
    }
}

/// What a provider has sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CallbackView {
    attempt_id: Option<PaymentAttemptId>,
    /// The same when it is sent again.
    event: String,
    /// What it said; it is not believed.
    body: String,
    /// What became of it: `asked` or `ignored`.
    outcome: &'static str,
    /// How often it came again.
    repeated: i64,
    received_at: DateTime<Utc>,
}

impl From<Callback> for CallbackView {
    fn from(it: Callback) -> Self {
        Self {
            attempt_id: match it.of {
                CallbackOf::Attempt(id) => Some(id),
                CallbackOf::SavedCard(_) => None,
            },
            event: it.event,
            body: it.body,
            outcome: it.outcome.word(),
            repeated: it.repeated,
            received_at: it.received_at,
        }
    }
}

/// Payments, and how many.
#[derive(Serialize, ToSchema)]
struct PaymentPageView {
    /// The rows, in order.
    items: Vec<PaymentView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct PaymentQuery {
    /// To this organisation.
    organisation_id: OrganisationId,
    /// Whose try stands so.
    state: Option<AttemptState>,
    /// Through this provider.
    provider: Option<PaymentProvider>,
    /// That somebody has to look at, or not.
    to_look_at: Option<bool>,
    /// For this invoice.
    document_id: Option<DocumentId>,
    /// To pay a document, or to put money in beforehand.
    purpose: Option<PurposeKind>,
    /// Whose money came or went back at this instant or later.
    from: Option<DateTime<Utc>>,
    /// Whose money came or went back before this instant.
    to: Option<DateTime<Utc>>,
}

/// Lists payments through providers, the latest first.
#[utoipa::path(get, path = "/payments", tag = "payment", params(PaymentQuery, Window),
    responses((status = 200, body = PaymentPageView)))]
async fn list_payments(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<PaymentQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<PaymentPageView>> {
    let after = window.after::<(DateTime<Utc>, PaymentId)>()?;
    let after = after.map(|(created_at, id)| PaymentPlace { created_at, id });
    let filter = PaymentFilter {
        organisation: query.organisation_id,
        state: query.state,
        provider: query.provider,
        to_look_at: query.to_look_at,
        document: query.document_id,
        purpose: query.purpose,
        moved_from: query.from,
        moved_to: query.to,
    };
    let (page, total) = api.app.list_payments(&ctx, filter, after, window.limit()).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.and_then(|last| cursor(&(last.payment.created_at, last.payment.id)));
    let items = page.items.into_iter().map(PaymentView::from).collect();
    Ok(Json(PaymentPageView { items, next, total: total.map(Into::into) }))
}

/// A payment with everything that belongs to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenPaymentView {
    #[serde(flatten)]
    payment: PaymentView,
    /// The tries, in their order.
    attempts: Vec<AttemptView>,
    /// What providers have sent, in the order in which it came.
    callbacks: Vec<CallbackView>,
    /// Which terms were accepted with the tries.
    accepted: Vec<AcceptedTermsView>,
    /// The receipts of what was put in beforehand.
    receipts: Vec<TopUpReceiptView>,
}

impl From<OpenPayment> for OpenPaymentView {
    fn from(it: OpenPayment) -> Self {
        Self {
            payment: it.listed.into(),
            attempts: it.attempts.into_iter().map(Into::into).collect(),
            callbacks: it.callbacks.into_iter().map(Into::into).collect(),
            accepted: it.accepted.into_iter().map(Into::into).collect(),
            receipts: it.receipts.into_iter().map(Into::into).collect(),
        }
    }
}

/// Reads a payment.
#[utoipa::path(get, path = "/payments/{id}", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenPaymentView)))]
async fn read_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
) -> Answer<Json<OpenPaymentView>> {
    Ok(Json(api.app.payment(&ctx, id).await?.into()))
}

/// That somebody has looked at what was not plain.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LookInput {
    /// Why it is well.
    reason: String,
    /// Money that waits on suspense goes to the invoice, and what is too much to what the payer has paid beforehand.
    #[serde(default)]
    places: bool,
}

/// Says that somebody has looked at what was not plain about a payment.
#[utoipa::path(post, path = "/payments/{id}/look", tag = "payment",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = LookInput,
    responses((status = 200, body = OpenPaymentView), (status = 412, body = Problem)))]
async fn look_at_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<LookInput>,
) -> Answer<Json<OpenPaymentView>> {
    Ok(Json(api.app.look_at_payment(&ctx, id, version, &input.reason, input.places).await?.into()))
}

/// Takes in what a provider sends. It only says which payment to ask the provider about.
#[utoipa::path(post, path = "/callbacks/payments/{provider}", tag = "payment",
    params(("provider" = PaymentProvider, Path)), request_body = String,
    responses((status = 200), (status = 409, body = Problem)))]
async fn take_payment_callback(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id(provider): Id<PaymentProvider>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Answer<StatusCode> {
    let callback = raw_callback(&uri, &headers, body)?;
    api.app.take_payment_callback(&ctx, provider, &callback).await?;
    Ok(StatusCode::OK)
}
