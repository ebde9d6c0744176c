//! Money that is left of people who have moved out, or that nothing has touched for long.

use super::file::OfOrganisation;
use crate::export::{Wanted, file};
use crate::extract::{Caller, Filter};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::NaiveDate;
use serde::Serialize;
use stolpe_app::{LeftMoney, LeftOwner};
use stolpe_domain::id::{CompanyId, IncomingPaymentId, PersonId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::Age;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_left_money)).routes(routes!(export_left_money))
}

/// Money that is left.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LeftMoneyView {
    /// Whose it is.
    person_id: Option<PersonId>,
    /// Or the company.
    company_id: Option<CompanyId>,
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
        let (person_id, incoming_payment_id, company_id) = match it.balance.owner {
            LeftOwner::Person { id, .. } => (Some(id), None, None),
            LeftOwner::Payer { id, .. } => (None, Some(id), None),
            LeftOwner::Company { id, .. } => (None, None, Some(id)),
        };
        Self {
            person_id,
            company_id,
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
#[utoipa::path(get, path = "/left-money", tag = "payout", params(OfOrganisation),
    responses((status = 200, body = Items<LeftMoneyView>)))]
async fn list_left_money(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<LeftMoneyView>>> {
    Ok(Json(Items::of(api.app.left_money(&ctx, of.organisation_id).await?)))
}

/// Writes money that is left to a file.
#[utoipa::path(get, path = "/exports/left-money", tag = "export", params(Wanted, OfOrganisation),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_left_money(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Response> {
    let (columns, format) = (wanted.columns(), wanted.format());
    Ok(file(api.app.export_left_money(&ctx, of.organisation_id, &columns, format).await?))
}
