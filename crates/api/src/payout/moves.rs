//! What payouts would move, told before somebody asks for one or decides about it.

use super::PayoutSourceQuery;
use crate::extract::{Caller, Filter, Id};
use crate::ledger::ForeseenMoveView;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use stolpe_domain::id::PayoutId;
use stolpe_domain::payout::PayoutAct;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(super) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(look_at_payout)).routes(routes!(look_at_payout_act))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct PayoutMinorQuery {
    /// How much, in öre or øre.
    minor: i64,
    /// It goes out in cash at the counter.
    #[serde(default)]
    at_counter: bool,
}

/// Tells what asking for a payout would hold, before it is said to which account it goes; nothing is held.
#[utoipa::path(get, path = "/payout-moves", tag = "payout", params(PayoutSourceQuery, PayoutMinorQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<PayoutSourceQuery>,
    Filter(query): Filter<PayoutMinorQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    let moves = api.app.look_at_payout(&ctx, of.source()?, query.minor, query.at_counter).await?;
    Ok(Json(ForeseenMoveView::all(moves)))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct PayoutActQuery {
    /// What is to be done, or said for the bank.
    #[param(inline)]
    act: PayoutAct,
}

/// Tells what doing something about a payout would move; of an approval, what is final once the money has gone out. Nothing is
/// moved.
#[utoipa::path(get, path = "/payouts/{id}/moves", tag = "payout", params(("id" = Uuid, Path), PayoutActQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_payout_act(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
    Filter(query): Filter<PayoutActQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    Ok(Json(ForeseenMoveView::all(api.app.look_at_payout_act(&ctx, id, query.act).await?)))
}
