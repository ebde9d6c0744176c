//! What was said of a payment is taken back, and a deposit that two files tell of is counted once.

use super::OpenIncomingPaymentView;
use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::ledger::ForeseenMoveView;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_app::ToldDeposit;
use stolpe_domain::id::{BankFileId, DocumentId, IncomingPaymentId};
use stolpe_domain::money::Money;
use stolpe_domain::till::{TillMeans, TillPayout};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(take_back_incoming_payment, look_at_take_back))
        .routes(routes!(choose_same_deposit))
        .routes(routes!(receive_from_counter))
}

/// A deposit whose payments a file has told of one by one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct DepositView {
    /// Its first payment, which stands for all of it.
    first_id: IncomingPaymentId,
    /// The file.
    bank_file_id: BankFileId,
    /// What the file is called.
    file_name: String,
    /// What the bank calls the deposit.
    deposit: String,
    booked_on: NaiveDate,
    /// How many payments it has.
    payments: i64,
    /// What they come to.
    sum: Money,
}

impl From<ToldDeposit> for DepositView {
    fn from(it: ToldDeposit) -> Self {
        Self {
            first_id: it.first,
            bank_file_id: it.file,
            file_name: it.file_name,
            deposit: it.deposit,
            booked_on: it.booked_on,
            payments: it.payments,
            sum: it.sum,
        }
    }
}

/// What of a payment is taken back, and why.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TakeBackInput {
    /// The document that it was not for; without one, everything that it was placed on.
    document_id: Option<DocumentId>,
    reason: String,
}

/// Takes back where a payment was placed: it waits to be placed again, and what it had paid is open again. Of one that was
/// said to be the deposit of another file, it takes that back.
#[utoipa::path(post, path = "/incoming-payments/{id}/take-back", tag = "incoming_payment",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = TakeBackInput,
    responses((status = 200, body = OpenIncomingPaymentView)))]
async fn take_back_incoming_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<TakeBackInput>,
) -> Answer<Json<OpenIncomingPaymentView>> {
    let taken = api.app.take_back_incoming_payment(&ctx, id, version, input.document_id, &input.reason).await?;
    Ok(Json(taken.into()))
}

/// Which of the documents is looked at.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfDocument {
    /// The document that it was not for; without one, everything that it was placed on.
    document_id: Option<DocumentId>,
}

/// Tells what taking back where a payment was placed would move; nothing is moved.
#[utoipa::path(get, path = "/incoming-payments/{id}/take-back", tag = "incoming_payment",
    params(("id" = Uuid, Path), OfDocument),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_take_back(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    Filter(of): Filter<OfDocument>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    let moves = api.app.look_at_take_back(&ctx, id, of.document_id).await?;
    Ok(Json(ForeseenMoveView::all(moves)))
}

/// The deposit that a payment is the sum of.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SameDepositInput {
    /// Its first payment.
    first_id: IncomingPaymentId,
}

/// Says that a payment is the sum of a deposit that another file tells of payment by payment: its own booking goes back.
#[utoipa::path(post, path = "/incoming-payments/{id}/same-deposit", tag = "incoming_payment",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = SameDepositInput,
    responses((status = 200, body = OpenIncomingPaymentView)))]
async fn choose_same_deposit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<SameDepositInput>,
) -> Answer<Json<OpenIncomingPaymentView>> {
    Ok(Json(api.app.same_deposit(&ctx, id, version, input.first_id).await?.into()))
}

/// What a payment brings of the counter.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct FromCounterInput {
    /// Cash that was brought to the bank, or what the bank of the card terminal pays out.
    means: TillMeans,
    /// What that bank has kept for itself, in öre or øre.
    #[serde(default)]
    fee_minor: i64,
}

/// Says that a payment of which nothing was placed is money of the counter.
#[utoipa::path(post, path = "/incoming-payments/{id}/from-counter", tag = "incoming_payment",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = FromCounterInput,
    responses((status = 200, body = OpenIncomingPaymentView)))]
async fn receive_from_counter(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<FromCounterInput>,
) -> Answer<Json<OpenIncomingPaymentView>> {
    let payout = TillPayout { means: input.means, fee_minor: input.fee_minor };
    Ok(Json(api.app.receive_from_counter(&ctx, id, version, payout).await?.into()))
}
