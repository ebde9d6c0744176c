//! Finding things from one field.

use crate::extract::{Caller, Filter};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use stolpe_app::Found;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(search))
}

/// One thing that a search found.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct HitView {
    /// `person`, `unit`, `charge_point`, `facility` or `organisation`.
    kind: &'static str,
    id: Uuid,
    title: String,
    subtitle: Option<String>,
}

impl From<Found> for HitView {
    fn from(it: Found) -> Self {
        Self { kind: it.kind, id: it.id, title: it.title, subtitle: it.subtitle }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Words {
    /// Beginnings of words, an e-mail address, a phone number or a code.
    q: String,
}

/// Finds people, units, charge points, facilities and organisations.
#[utoipa::path(get, path = "/search", tag = "search", params(Words), responses((status = 200, body = Items<HitView>)))]
async fn search(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(words): Filter<Words>,
) -> Answer<Json<Items<HitView>>> {
    Ok(Json(Items::of(api.app.search(&ctx, &words.q).await?)))
}
