//! Refunds at the desk, and those that a payer gets.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::ledger::ForeseenMoveView;
use crate::money_back::{MoneyWordView, UnreachedView};
use crate::page::{Items, Total, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{ListedRefund, MyRefund, OpenRefund, RefundFilter, RefundOffer, RefundPlace};
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PaymentId, PersonId, RefundId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::refund::{RefundAct, RefundState};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_refunds))
        .routes(routes!(read_refund))
        .routes(routes!(read_refund_offer))
        .routes(routes!(ask_refund))
        .routes(routes!(look_at_refund))
        .routes(routes!(look_at_refund_act))
        .routes(routes!(approve_refund))
        .routes(routes!(reject_refund))
        .routes(routes!(withdraw_refund))
        .routes(routes!(try_refund_again))
        .routes(routes!(list_my_refunds))
}

/// Money on its way back to whoever paid it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefundView {
    id: RefundId,
    organisation_id: OrganisationId,
    facility_id: FacilityId,
    payment_id: PaymentId,
    /// The invoice that was paid; none where money was put in beforehand.
    document_id: Option<DocumentId>,
    person_id: PersonId,
    /// The number of the invoice that was paid, none once it is out of use; or of the receipt of what was put in.
    number: Option<String>,
    /// Who gets the money.
    recipient: Option<String>,
    amount: Money,
    state: RefundState,
    provider: PaymentProvider,
    /// Why it was asked for.
    reason: String,
    asked_at: DateTime<Utc>,
    /// Who asked.
    asked_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    /// Who approved or rejected it.
    decided_by: Option<String>,
    /// Why it was rejected.
    decided_reason: Option<String>,
    /// Since when it stands so.
    moved_at: DateTime<Utc>,
    row_version: i64,
}

impl From<ListedRefund> for RefundView {
    fn from(ListedRefund { refund, number, recipient, asked_by, decided_by }: ListedRefund) -> Self {
        Self {
            id: refund.id,
            organisation_id: refund.organisation_id,
            facility_id: refund.facility_id,
            payment_id: refund.payment_id,
            document_id: refund.document_id,
            person_id: refund.person_id,
            number: number.map(|number| number.to_string()),
            recipient,
            amount: refund.amount,
            state: refund.state,
            provider: refund.provider,
            reason: refund.reason,
            asked_at: refund.created_at,
            asked_by,
            decided_at: refund.decision.as_ref().map(|it| it.at),
            decided_by,
            decided_reason: refund.decision.and_then(|it| it.reason),
            moved_at: refund.moved_at,
            row_version: refund.row_version,
        }
    }
}

/// Refunds, and how many.
#[derive(Serialize, ToSchema)]
struct RefundPageView {
    /// The rows, in order.
    items: Vec<RefundView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct RefundQuery {
    /// Of this organisation.
    organisation_id: OrganisationId,
    /// That stand so.
    state: Option<RefundState>,
    /// Of this payment.
    payment_id: Option<PaymentId>,
}

/// Lists refunds, the latest first.
#[utoipa::path(get, path = "/refunds", tag = "refund", params(RefundQuery, Window),
    responses((status = 200, body = RefundPageView)))]
async fn list_refunds(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<RefundQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<RefundPageView>> {
    let after = window.after::<(DateTime<Utc>, RefundId)>()?;
    let after = after.map(|(created_at, id)| RefundPlace { created_at, id });
    let filter = RefundFilter { organisation: query.organisation_id, state: query.state, payment: query.payment_id };
    let (page, total) = api.app.list_refunds(&ctx, filter, after, window.limit()).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.and_then(|last| cursor(&(last.refund.created_at, last.refund.id)));
    let items = page.items.into_iter().map(RefundView::from).collect();
    Ok(Json(RefundPageView { items, next, total: total.map(Into::into) }))
}

/// A refund with what can be done about it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenRefundView {
    #[serde(flatten)]
    refund: RefundView,
    /// What of it nobody could place.
    from_suspense: Money,
    /// What of it was paid beforehand.
    from_prepaid: Money,
    /// What of it is too much on the invoice.
    from_invoice: Money,
    /// Why it has not been given back, as the provider's code.
    code: Option<String>,
    /// What the provider said of it.
    words: Option<String>,
    /// When the provider was last asked.
    provider_asked_at: Option<DateTime<Utc>>,
    /// When it is asked next.
    next_ask_at: Option<DateTime<Utc>>,
    /// Who may decide, while it waits for that; nobody, where everybody who might has asked or gets the money.
    approvers: Vec<String>,
    /// The caller may decide.
    may_decide: bool,
    /// Why the caller may not, though their role would let them.
    decision_refusal: Option<&'static str>,
    may_withdraw: bool,
    may_try_again: bool,
    /// What the payer was told of it, in its order.
    told: Vec<MoneyWordView>,
    /// Why the payer could not be told of it now.
    unreached: Option<UnreachedView>,
}

impl From<OpenRefund> for OpenRefundView {
    fn from(it: OpenRefund) -> Self {
        let refund = &it.listed.refund;
        let money = |minor| Money::of_minor(minor, refund.amount.currency);
        Self {
            from_suspense: money(refund.parts.suspense),
            from_prepaid: money(refund.parts.prepaid),
            from_invoice: money(refund.parts.overpaid),
            code: refund.code.clone(),
            words: refund.words.clone(),
            provider_asked_at: refund.asked_at,
            next_ask_at: refund.next_ask_at,
            approvers: it.approvers,
            may_decide: it.may_decide,
            decision_refusal: it.decision_refusal,
            may_withdraw: it.may_withdraw,
            may_try_again: it.may_try_again,
            told: it.told.into_iter().map(Into::into).collect(),
            unreached: it.unreached.map(Into::into),
            refund: it.listed.into(),
        }
    }
}

/// Reads a refund.
#[utoipa::path(get, path = "/refunds/{id}", tag = "refund", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenRefundView)))]
async fn read_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
) -> Answer<Json<OpenRefundView>> {
    Ok(Json(api.app.refund(&ctx, id).await?.into()))
}

/// What can go back of a payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefundOfferView {
    /// How much at most: what pays for an invoice that stands is none of it.
    most: Money,
    /// How much has gone back, or is asked for.
    counted: Money,
    /// Who could approve it, if the caller asks.
    approvers: Vec<String>,
}

impl From<RefundOffer> for RefundOfferView {
    fn from(it: RefundOffer) -> Self {
        Self { most: it.most, counted: it.counted, approvers: it.approvers }
    }
}

/// Reads what can go back of a payment.
#[utoipa::path(get, path = "/payments/{id}/refund-offer", tag = "refund", params(("id" = Uuid, Path)),
    responses((status = 200, body = RefundOfferView)))]
async fn read_refund_offer(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
) -> Answer<Json<RefundOfferView>> {
    Ok(Json(api.app.refund_offer(&ctx, id).await?.into()))
}

/// What is to go back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RefundWish {
    /// How much, in öre or øre.
    minor: i64,
    /// Why.
    reason: String,
}

/// Asks that a part of a payment goes back to whoever paid it. Somebody else has to approve that.
#[utoipa::path(post, path = "/payments/{id}/refunds", tag = "refund", params(("id" = Uuid, Path)),
    request_body = RefundWish, responses((status = 201, body = OpenRefundView), (status = 409, body = Problem)))]
async fn ask_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
    Input(input): Input<RefundWish>,
) -> Answer<(StatusCode, Json<OpenRefundView>)> {
    let asked = api.app.ask_refund(&ctx, id, input.minor, &input.reason).await?;
    Ok((StatusCode::CREATED, Json(asked.into())))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct RefundMinorQuery {
    /// How much, in öre or øre.
    minor: i64,
}

/// Tells what asking for a refund would hold; nothing is held.
#[utoipa::path(get, path = "/payments/{id}/refund-moves", tag = "refund",
    params(("id" = Uuid, Path), RefundMinorQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PaymentId>,
    Filter(query): Filter<RefundMinorQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    Ok(Json(ForeseenMoveView::all(api.app.look_at_refund(&ctx, id, query.minor).await?)))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct RefundActQuery {
    /// What is to be done.
    #[param(inline)]
    act: RefundAct,
}

/// Tells what doing something about a refund would move; of an approval, what is final once the provider has given the money
/// back. Nothing is moved.
#[utoipa::path(get, path = "/refunds/{id}/moves", tag = "refund", params(("id" = Uuid, Path), RefundActQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_refund_act(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
    Filter(query): Filter<RefundActQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    Ok(Json(ForeseenMoveView::all(api.app.look_at_refund_act(&ctx, id, query.act).await?)))
}

/// Approves a refund that somebody else has asked for.
#[utoipa::path(post, path = "/refunds/{id}/approve", tag = "refund",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenRefundView), (status = 412, body = Problem)))]
async fn approve_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenRefundView>> {
    Ok(Json(api.app.approve_refund(&ctx, id, version).await?.into()))
}

/// Why not.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RejectionInput {
    /// Whoever asked reads it.
    reason: String,
}

/// Rejects a refund that somebody else has asked for.
#[utoipa::path(post, path = "/refunds/{id}/reject", tag = "refund",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = RejectionInput,
    responses((status = 200, body = OpenRefundView), (status = 412, body = Problem)))]
async fn reject_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
    RowVersion(version): RowVersion,
    Input(input): Input<RejectionInput>,
) -> Answer<Json<OpenRefundView>> {
    Ok(Json(api.app.reject_refund(&ctx, id, version, &input.reason).await?.into()))
}

/// Withdraws a refund that the caller has asked for.
#[utoipa::path(post, path = "/refunds/{id}/withdraw", tag = "refund",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenRefundView), (status = 412, body = Problem)))]
async fn withdraw_refund(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenRefundView>> {
    Ok(Json(api.app.withdraw_refund(&ctx, id, version).await?.into()))
}

/// Has the provider asked again, about one that waits or for one that has failed.
#[utoipa::path(post, path = "/refunds/{id}/try-again", tag = "refund",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenRefundView), (status = 412, body = Problem)))]
async fn try_refund_again(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<RefundId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenRefundView>> {
    Ok(Json(api.app.try_refund_again(&ctx, id, version).await?.into()))
}

/// A refund as whoever gets the money sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyRefundView {
    id: RefundId,
    /// Who gives the money back.
    organisation: String,
    /// Money goes back that was put in beforehand, and for no invoice.
    is_top_up: bool,
    /// The number of the invoice that was paid, or of the receipt of what was put in.
    number: Option<String>,
    amount: Money,
    state: RefundState,
    provider: PaymentProvider,
    /// Since when it stands so.
    moved_at: DateTime<Utc>,
}

impl From<MyRefund> for MyRefundView {
    fn from(MyRefund { refund, organisation, number }: MyRefund) -> Self {
        Self {
            id: refund.id,
            organisation,
            is_top_up: refund.document_id.is_none(),
            number: number.map(|number| number.to_string()),
            amount: refund.amount,
            state: refund.state,
            provider: refund.provider,
            moved_at: refund.moved_at,
        }
    }
}

/// Lists what the caller gets back or has got back, the latest first.
#[utoipa::path(get, path = "/me/refunds", tag = "me", responses((status = 200, body = Items<MyRefundView>)))]
async fn list_my_refunds(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MyRefundView>>> {
    Ok(Json(Items::of(api.app.my_refunds(&ctx).await?)))
}
