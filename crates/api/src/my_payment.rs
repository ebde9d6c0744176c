//! A resident's own invoices, and paying them.

use crate::extract::{Caller, Id, Input};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use crate::saved_card::{CardInput, CardsView, wish};
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_app::{CardStep, MyInvoice, MyPayment, Onward, PayBy};
use stolpe_domain::document::{DocumentKind, DocumentState};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentId, TermsId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::{AttemptState, PaymentProvider, PurposeKind};
use stolpe_domain::terms::{Terms, TermsKind};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_my_invoices))
        .routes(routes!(pay_my_invoice))
        .routes(routes!(read_my_payment))
        .routes(routes!(read_my_payment_frame))
        .routes(routes!(break_off_my_payment))
}

/// Terms that are accepted by paying.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyTermsView {
    id: TermsId,
    kind: TermsKind,
}

impl From<Terms> for MyTermsView {
    fn from(it: Terms) -> Self {
        Self { id: it.id, kind: it.kind }
    }
}

/// An invoice as whoever pays it sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyInvoiceView {
    id: DocumentId,
    /// `invoice`, or `reminder` for what a reminder costs by itself.
    kind: DocumentKind,
    /// Who asks for it; their terms are read by this.
    organisation_id: OrganisationId,
    organisation: String,
    number: String,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    /// It is not paid whole, and that day is over.
    is_overdue: bool,
    /// Where it is paid to through a bank, as printed.
    account: Option<String>,
    /// OCR or KID.
    reference: Option<String>,
    state: DocumentState,
    payable: Money,
    /// What is left to pay.
    open: Money,
    /// Through whom it can be paid now.
    providers: Vec<PaymentProvider>,
    /// What of it can be paid by a card that a provider keeps.
    cards: CardsView,
    /// What whoever pays it accepts.
    terms: Vec<MyTermsView>,
    /// The last payment that was begun.
    payment_id: Option<PaymentId>,
    /// Where that stands.
    payment_state: Option<AttemptState>,
}

impl From<MyInvoice> for MyInvoiceView {
    fn from(it: MyInvoice) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            organisation_id: it.organisation_id,
            organisation: it.organisation,
            number: it.number.to_string(),
            issued_on: it.issued_on,
            due_on: it.due_on,
            is_overdue: it.is_overdue,
            account: it.account,
            reference: it.reference,
            state: it.state,
            payable: it.payable,
            open: it.open,
            providers: it.providers,
            cards: it.cards.into(),
            terms: it.terms.into_iter().map(Into::into).collect(),
            payment_id: it.payment.as_ref().map(|it| it.id),
            payment_state: it.payment.map(|it| it.state),
        }
    }
}

/// Lists the caller's invoices and reminders, the latest first.
#[utoipa::path(get, path = "/me/invoices", tag = "me", responses((status = 200, body = Items<MyInvoiceView>)))]
async fn list_my_invoices(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MyInvoiceView>>> {
    Ok(Json(Items::of(api.app.my_invoices(&ctx).await?)))
}

/// How the payer goes on.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum OnwardKind {
    /// Their phone asks them.
    Phone,
    /// The provider's app, by an address that opens it.
    App,
    /// A page of the provider.
    Page,
    /// A page of ours with a part that the provider has written.
    Frame,
}

/// How far a payment with a saved card has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum ByCard {
    /// The payer saves the card; it is charged then.
    Saving,
    /// The card was charged.
    Charged,
}

/// A payment as whoever pays sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MyPaymentView {
    id: PaymentId,
    purpose: PurposeKind,
    /// The invoice that is paid; none where money is put in.
    document_id: Option<DocumentId>,
    /// The facility at which it is paid.
    facility_id: FacilityId,
    /// The number of the invoice, or of the receipt of what was put in; none of what is not in yet.
    number: Option<String>,
    amount: Money,
    provider: PaymentProvider,
    state: AttemptState,
    /// How the payer goes on, while the provider waits for them.
    #[schema(inline)]
    onward: Option<OnwardKind>,
    /// Where that leads.
    address: Option<String>,
    /// How far it has come by a saved card; none where it is not paid by one.
    #[schema(inline)]
    by_card: Option<ByCard>,
    can_break_off: bool,
    can_try_again: bool,
    /// Another amount came than was asked for: the office looks at it.
    is_looked_at: bool,
}

impl From<MyPayment> for MyPaymentView {
    fn from(it: MyPayment) -> Self {
        let (onward, address) = match it.onward {
            None => (None, None),
            Some(Onward::Phone) => (Some(OnwardKind::Phone), None),
            Some(Onward::App { token }) => {
                (Some(OnwardKind::App), Some(format!("swish://paymentrequest?token={token}")))
            }
            Some(Onward::Page { address }) => {
                // What leads elsewhere leads to a page, and runs nothing.
                (Some(OnwardKind::Page), Some(address).filter(|it| it.starts_with("https://")))
            }
            Some(Onward::Frame { .. }) => {
                (Some(OnwardKind::Frame), Some(format!("/api/v1/me/payments/{}/frame", it.payment.id)))
            }
        };
        Self {
            id: it.payment.id,
            purpose: it.payment.purpose.kind(),
            document_id: it.payment.purpose.document(),
            facility_id: it.payment.facility_id,
            number: it.number.map(|number| number.to_string()),
            amount: it.payment.amount,
            provider: it.payment.provider,
            state: it.payment.state,
            onward,
            address,
            by_card: it.by_card.map(|step| match step {
                CardStep::Saving => ByCard::Saving,
                CardStep::Charged => ByCard::Charged,
            }),
            can_break_off: it.can_break_off,
            can_try_again: it.can_try_again,
            is_looked_at: it.payment.concern.is_some() && it.payment.looked_at.is_none(),
        }
    }
}

/// What is to be paid, and through whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayInput {
    document_id: DocumentId,
    provider: PaymentProvider,
    /// Whether a card is saved, or one that is saved is charged; without it the payer pays themselves.
    card: Option<CardInput>,
    /// The phone that is to be asked; without one the payer goes on where they are.
    phone: Option<String>,
    /// The terms that the payer has seen and accepts: those that the invoice names.
    #[serde(default)]
    accepts: Vec<TermsId>,
}

/// Begins to pay an invoice of the caller, or goes on with the try that is open.
#[utoipa::path(post, path = "/me/payments", tag = "me", request_body = PayInput,
    responses((status = 201, body = MyPaymentView)))]
async fn pay_my_invoice(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<PayInput>,
) -> Answer<(StatusCode, Json<MyPaymentView>)> {
    let by = PayBy { provider: input.provider, card: wish(input.card), phone: input.phone, accepts: input.accepts };
    let begun = api.app.pay(&ctx, input.document_id, by).await?;
    Ok((StatusCode::CREATED, Json(begun.into())))
}

/// Reads where a payment of the caller stands; its provider is asked if its time has come.
#[utoipa::path(get, path = "/me/payments/{id}", tag = "me", params(("id" = Uuid, Path)),
    responses((status = 200, body = MyPaymentView)))]
async fn read_my_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
) -> Answer<Json<MyPaymentView>> {
    Ok(Json(api.app.my_payment(&ctx, id).await?.into()))
}

/// A page with a part that the provider has written, in which the caller pays. It may load what the provider serves and
/// nothing else, and ask nothing of us.
#[utoipa::path(get, path = "/me/payments/{id}/frame", tag = "me", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/html", body = String)))]
async fn read_my_payment_frame(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<PaymentId>) -> Answer<Response> {
    let (html, from) = api.app.my_payment_frame(&ctx, id).await?;
    let policy = format!(
        "default-src 'none'; script-src 'unsafe-inline' {from}; style-src 'unsafe-inline' {from}; frame-src {from}; \
         img-src {from} data:; connect-src {from}; base-uri 'none'; form-action {from}; frame-ancestors 'none'"
    );
    let page = format!(
        "<!doctype html><html><head><meta charset=\"utf-8\"><title>Stolpe</title>\
         <meta name=\"viewport\" content=\"width=device-width\"></head><body>{html}</body></html>"
    );
    let headers = [(header::CONTENT_TYPE, "text/html; charset=utf-8"), (header::CONTENT_SECURITY_POLICY, &policy)];
    Ok((headers, page).into_response())
}

/// Asks the provider to break off the try that waits for the caller.
#[utoipa::path(post, path = "/me/payments/{id}/break-off", tag = "me", params(("id" = Uuid, Path)),
    responses((status = 200, body = MyPaymentView)))]
async fn break_off_my_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
) -> Answer<Json<MyPaymentView>> {
    Ok(Json(api.app.break_off_payment(&ctx, id).await?.into()))
}
