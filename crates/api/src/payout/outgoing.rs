//! Lines of bank statements that are money going out, or coming back from there.

use crate::extract::{Caller, Filter};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_app::OutgoingLine;
use stolpe_domain::id::{OrganisationId, PayoutFileId, PayoutId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{OutgoingOutcome, OutgoingWay};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_outgoing))
}

/// A line of a statement that is no incoming payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OutgoingLineView {
    /// The same for the same line in any file.
    key: String,
    way: OutgoingWay,
    /// What it says of our payouts.
    outcome: OutgoingOutcome,
    amount: Money,
    booked_on: NaiveDate,
    account: String,
    /// Our name for the payment, as the bank says it.
    end_to_end_id: Option<String>,
    /// Our name for the file, as the bank says it.
    message_id: Option<String>,
    payee: Option<String>,
    /// Why it came back, as the bank's code.
    reason_code: String,
    bank_reference: String,
    /// The payout that it names.
    payout_id: Option<PayoutId>,
    /// The file that it is the sum of.
    payout_file_id: Option<PayoutFileId>,
    /// On which line of its file it begins.
    line: i64,
}

impl From<OutgoingLine> for OutgoingLineView {
    fn from(it: OutgoingLine) -> Self {
        Self {
            key: it.bank_key,
            way: it.way,
            outcome: it.outcome,
            amount: it.amount,
            booked_on: it.booked_on,
            account: it.account,
            end_to_end_id: it.end_to_end_id,
            message_id: it.message_id,
            payee: it.payee,
            reason_code: it.reason_code,
            bank_reference: it.bank_reference,
            payout_id: it.payout_id,
            payout_file_id: it.payout_file_id,
            line: it.line,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OutgoingQuery {
    /// Whose account.
    organisation_id: OrganisationId,
    /// Only those that belong to no payout.
    #[serde(default)]
    unmatched: bool,
}

/// Lists lines of statements that are money going out or coming back from there, those booked last first.
#[utoipa::path(get, path = "/outgoing-lines", tag = "payout", params(OutgoingQuery),
    responses((status = 200, body = Items<OutgoingLineView>)))]
async fn list_outgoing(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OutgoingQuery>,
) -> Answer<Json<Items<OutgoingLineView>>> {
    let lines = api.app.list_outgoing(&ctx, of.organisation_id, of.unmatched).await?;
    Ok(Json(Items::of(lines)))
}
