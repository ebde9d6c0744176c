//! Saved filters.

use crate::extract::{Caller, Id, Input};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_app::{App, Ctx, View};
use stolpe_domain::id::{OrganisationId, ViewId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_views, save_view)).routes(routes!(remove_view))
}

/// A saved filter of one list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ViewView {
    id: ViewId,
    /// The list that it belongs to.
    room: String,
    name: String,
    /// The filter, as the list keeps it in its address.
    #[schema(value_type = Object)]
    query: serde_json::Value,
    /// The organisation for everybody of which it is there; none for a filter of one's own.
    organisation_id: Option<OrganisationId>,
    /// Who shares it; none for one's own.
    shared_by: Option<String>,
    /// Whether the caller may remove it.
    removable: bool,
}

impl ViewView {
    fn of(app: &App, ctx: &Ctx, it: View) -> Self {
        let removable = app.may_remove_view(ctx, &it);
        let mine = ctx.signed().is_ok_and(|signed| signed.login == it.owner);
        Self {
            id: it.id,
            room: it.room,
            name: it.name,
            query: it.filters,
            organisation_id: it.organisation,
            shared_by: Some(it.owner_name).filter(|_| !mine),
            removable,
        }
    }
}

/// Lists the caller's saved filters, and those that are shared where they work.
#[utoipa::path(get, path = "/views", tag = "view", responses((status = 200, body = Items<ViewView>)))]
async fn list_views(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<ViewView>>> {
    let views = api.app.list_views(&ctx).await?;
    Ok(Json(Items::of(views.into_iter().map(|it| ViewView::of(&api.app, &ctx, it)))))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ViewInput {
    room: String,
    name: String,
    #[schema(value_type = Object)]
    query: serde_json::Value,
    /// The organisation for everybody of which it is to be there; left out for a filter of one's own.
    organisation_id: Option<OrganisationId>,
}

/// Saves a filter under a name, for oneself or for everybody of an organisation.
#[utoipa::path(post, path = "/views", tag = "view", request_body = ViewInput,
    responses((status = 201, body = ViewView)))]
async fn save_view(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<ViewInput>,
) -> Answer<(StatusCode, Json<ViewView>)> {
    let it = api.app.save_view(&ctx, &input.room, &input.name, input.query, input.organisation_id).await?;
    Ok((StatusCode::CREATED, Json(ViewView::of(&api.app, &ctx, it))))
}

/// Removes a saved filter.
#[utoipa::path(delete, path = "/views/{id}", tag = "view", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn remove_view(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<ViewId>) -> Answer<StatusCode> {
    api.app.remove_view(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
