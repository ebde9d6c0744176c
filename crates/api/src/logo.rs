//! The logo of an organisation, which its papers carry.

use crate::extract::{Caller, Id};
use crate::limit::LogoBody;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use serde::Serialize;
use stolpe_app::KeptLogo;
use stolpe_domain::id::{LogoId, OrganisationId};
use stolpe_domain::logo::LogoKind;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(read_logo, set_logo, remove_logo)).routes(routes!(read_logo_file))
}

/// A logo, without its picture.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LogoView {
    id: LogoId,
    kind: LogoKind,
    /// In pixels.
    width: i64,
    /// In pixels.
    height: i64,
    /// When it was set.
    set_at: DateTime<Utc>,
}

impl From<KeptLogo> for LogoView {
    fn from(it: KeptLogo) -> Self {
        Self { id: it.id, kind: it.kind, width: it.width, height: it.height, set_at: it.created_at }
    }
}

/// The logo of an organisation, if it has one.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LogoStandView {
    logo: Option<LogoView>,
}

/// Tells of the logo of an organisation.
#[utoipa::path(get, path = "/organisations/{id}/logo", tag = "organisation", params(("id" = Uuid, Path)),
    responses((status = 200, body = LogoStandView)))]
async fn read_logo(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<OrganisationId>,
) -> Answer<Json<LogoStandView>> {
    Ok(Json(LogoStandView { logo: api.app.logo(&ctx, id).await?.map(Into::into) }))
}

/// Reads the picture itself, as it is kept.
#[utoipa::path(get, path = "/organisations/{id}/logo/file", tag = "organisation", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "image/png", body = Vec<u8>), (status = 404, body = Problem)))]
async fn read_logo_file(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<OrganisationId>) -> Answer<Response> {
    let (kind, content) = api.app.logo_file(&ctx, id).await?;
    // Somebody has sent it: nothing may take it for anything but what it is.
    let headers = [(header::CONTENT_TYPE, kind.media_type()), (header::X_CONTENT_TYPE_OPTIONS, "nosniff")];
    Ok((headers, content).into_response())
}

/// Sets the logo of an organisation from a PNG or JPEG file.
#[utoipa::path(put, path = "/organisations/{id}/logo", tag = "organisation", params(("id" = Uuid, Path)),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = LogoView), (status = 409, body = Problem)))]
async fn set_logo(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<OrganisationId>,
    LogoBody(content): LogoBody,
) -> Answer<Json<LogoView>> {
    Ok(Json(api.app.set_logo(&ctx, id, content.to_vec()).await?.into()))
}

/// Removes the logo of an organisation. What was issued under it keeps it.
#[utoipa::path(delete, path = "/organisations/{id}/logo", tag = "organisation", params(("id" = Uuid, Path)),
    responses((status = 204)))]
async fn remove_logo(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<OrganisationId>) -> Answer<StatusCode> {
    api.app.remove_logo(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}
