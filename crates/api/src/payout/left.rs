//! Money that is left of people who have moved out, or that nothing has touched for long.

use crate::export::{Wanted, file};
use crate::extract::{Caller, Filter};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_app::{LeftMoney, LeftOwner};
use stolpe_domain::id::{AccountId, CompanyId, IncomingPaymentId, OrganisationId, PersonId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{Age, LeftOf};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_left_money)).routes(routes!(export_left_money))
}

/// How many rows a list has, those that nothing has touched for longest; a file has all.
const SHOWN: usize = 2_000;

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct Looked {
    /// Of this organisation.
    organisation_id: OrganisationId,
    /// Whose money; everybody's unless given.
    #[param(inline)]
    of: Option<LeftOf>,
}

/// Money that is left, at most 2 000 rows of it.
#[derive(Serialize, ToSchema)]
struct LeftMoneyList {
    /// The rows, in order.
    items: Vec<LeftMoneyView>,
    /// How many there are.
    count: usize,
}

/// Money that is left.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeftMoneyView {
    /// Whose it is.
    person_id: Option<PersonId>,
    /// Or the company.
    company_id: Option<CompanyId>,
    /// The account of that company which says what came and went.
    account_id: Option<AccountId>,
    /// Or the payment of the bank that nobody could place.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// What they are called; veiled where their identity is protected.
    name: Option<String>,
    amount: Money,
    /// How much of it is held, for payouts and refunds.
    held: Money,
    /// When something last moved.
    moved_on: NaiveDate,
    /// How long ago that is.
    age: Age,
    /// The day from which on they live nowhere, if that is known.
    moved_out_on: Option<NaiveDate>,
}

impl From<LeftMoney> for LeftMoneyView {
    fn from(it: LeftMoney) -> Self {
        let (mut person_id, mut company_id, mut account_id, mut incoming_payment_id) = (None, None, None, None);
        match it.balance.owner {
            LeftOwner::Person { id, .. } => person_id = Some(id),
            LeftOwner::Company { id, account, .. } => (company_id, account_id) = (Some(id), Some(account)),
            LeftOwner::Payer { id, .. } => incoming_payment_id = Some(id),
        }
        Self {
            person_id,
            company_id,
            account_id,
            incoming_payment_id,
            name: it.name,
            amount: it.amount,
            held: it.held,
            moved_on: it.balance.moved_on,
            age: it.age,
            moved_out_on: it.moved_out_on,
        }
    }
}

/// Lists money that is left, that which nothing has touched for longest first.
#[utoipa::path(get, path = "/left-money", tag = "payout", params(Looked),
    responses((status = 200, body = LeftMoneyList)))]
async fn list_left_money(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(looked): Filter<Looked>,
) -> Answer<Json<LeftMoneyList>> {
    let all = api.app.left_money(&ctx, looked.organisation_id, looked.of.unwrap_or(LeftOf::Everybody)).await?;
    let count = all.len();
    Ok(Json(LeftMoneyList { items: all.into_iter().take(SHOWN).map(LeftMoneyView::from).collect(), count }))
}

/// Writes money that is left to a file.
#[utoipa::path(get, path = "/exports/left-money", tag = "export", params(Wanted, Looked),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_left_money(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(looked): Filter<Looked>,
) -> Answer<Response> {
    let (columns, format) = (wanted.columns(), wanted.format());
    let of = looked.of.unwrap_or(LeftOf::Everybody);
    Ok(file(api.app.export_left_money(&ctx, looked.organisation_id, of, &columns, format).await?))
}
