//! By which methods residents of a facility may pay, and from which day.

use crate::circuit::OfFacility;
use crate::extract::{Caller, Filter, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{FacilityMethods, ListedMethods};
use stolpe_domain::dated::Standing;
use stolpe_domain::payment::PaymentProvider;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read_payment_methods, choose_payment_methods))
}

/// Methods that were written down, as they stand today.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DatedMethodsView {
    /// Counts what was written down, from 1.
    place: i64,
    /// The first day.
    applies_from: NaiveDate,
    /// Those that are chosen, in their order; absent where everybody with whom there is an agreement is.
    methods: Option<Vec<PaymentProvider>>,
    standing: Standing,
    written_at: DateTime<Utc>,
}

impl From<ListedMethods> for DatedMethodsView {
    fn from(it: ListedMethods) -> Self {
        Self {
            place: it.dated.place,
            applies_from: it.dated.applies_from,
            methods: it.dated.methods.chosen().map(<[_]>::to_vec),
            standing: it.standing,
            written_at: it.written_at,
        }
    }
}

/// How residents of a facility may pay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PaymentMethodsView {
    /// Today at the facility.
    today: NaiveDate,
    /// Who takes money of its country.
    possible: Vec<PaymentProvider>,
    /// With whom there is an agreement that is in use.
    agreed: Vec<PaymentProvider>,
    /// What residents may choose among today, in that order.
    offered: Vec<PaymentProvider>,
    /// Everything that was written down, the latest day first.
    written: Vec<DatedMethodsView>,
    row_version: i64,
}

impl From<FacilityMethods> for PaymentMethodsView {
    fn from(it: FacilityMethods) -> Self {
        Self {
            today: it.today,
            possible: it.possible,
            agreed: it.agreed,
            offered: it.offered,
            written: it.written.into_iter().map(Into::into).collect(),
            row_version: it.row_version,
        }
    }
}

/// Reads how residents of a facility may pay today, and what was said of it before and for later.
#[utoipa::path(get, path = "/payment-methods", tag = "payment", params(OfFacility),
    responses((status = 200, body = PaymentMethodsView)))]
async fn read_payment_methods(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
) -> Answer<Json<PaymentMethodsView>> {
    Ok(Json(api.app.payment_methods(&ctx, of.facility_id).await?.into()))
}

/// Methods as they are written down.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PaymentMethodsInput {
    /// The first day; not one that is over.
    applies_from: NaiveDate,
    /// In their order; absent for everybody with whom there is an agreement.
    methods: Option<Vec<PaymentProvider>>,
}

/// Says by which methods residents of a facility may pay from a day on.
#[utoipa::path(put, path = "/payment-methods", tag = "payment",
    params(OfFacility, ("If-Match" = String, Header)), request_body = PaymentMethodsInput,
    responses((status = 200, body = PaymentMethodsView), (status = 412, body = Problem)))]
async fn choose_payment_methods(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    RowVersion(version): RowVersion,
    Input(input): Input<PaymentMethodsInput>,
) -> Answer<Json<PaymentMethodsView>> {
    let chosen = (input.applies_from, input.methods);
    match api.app.choose_payment_methods(&ctx, of.facility_id, version, chosen).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.payment_methods(&ctx, of.facility_id).await?;
            Err(problem.with_current(PaymentMethodsView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}
