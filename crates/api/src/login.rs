//! Logins of residents.

use crate::extract::{Caller, Id, Input, RowVersion};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_domain::id::{FacilityId, LoginId, PersonId};
use stolpe_domain::login::{Login, LoginState};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(add_login))
        .routes(routes!(rename_login))
        .routes(routes!(block_login))
        .routes(routes!(unblock_login))
        .routes(routes!(hand_over))
}

/// How a person signs in, and how far the hand-over has come.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct LoginView {
    id: LoginId,
    person_id: PersonId,
    /// The facility whose ID goes with the username; none for staff.
    facility_id: Option<FacilityId>,
    username: String,
    state: LoginState,
    /// Since when the password from the letter has been in force.
    initial_since: Option<DateTime<Utc>>,
    /// When the letter was made.
    issued_at: Option<DateTime<Utc>>,
    handed_over_at: Option<DateTime<Utc>>,
    handed_over_by: Option<String>,
    last_sign_in_at: Option<DateTime<Utc>>,
    /// Closed for a while after too many failures.
    locked_until: Option<DateTime<Utc>>,
    row_version: i64,
}

impl From<Login> for LoginView {
    fn from(it: Login) -> Self {
        Self {
            state: it.state(),
            initial_since: it.initial_since(),
            id: it.id,
            person_id: it.person_id,
            facility_id: it.facility_id,
            username: it.username,
            issued_at: it.issued_at,
            handed_over_at: it.handed_over_at,
            handed_over_by: it.handed_over_by,
            last_sign_in_at: it.last_sign_in_at,
            locked_until: it.locked_until,
            row_version: it.row_version,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewLoginInput {
    person_id: PersonId,
    facility_id: FacilityId,
    /// Left out, it is the code of the person's unit, or their e-mail address.
    username: Option<String>,
}

/// Gives a person a login in a facility.
#[utoipa::path(post, path = "/logins", tag = "login", request_body = NewLoginInput,
    responses((status = 201, body = LoginView)))]
async fn add_login(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<NewLoginInput>,
) -> Answer<(StatusCode, Json<LoginView>)> {
    let it = api.app.add_login(&ctx, input.person_id, input.facility_id, input.username.as_deref()).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// The name that somebody signs in with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct UsernameInput {
    username: String,
}

/// Changes a username.
#[utoipa::path(patch, path = "/logins/{id}", tag = "login",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = UsernameInput,
    responses((status = 200, body = LoginView)))]
async fn rename_login(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<LoginId>,
    RowVersion(version): RowVersion,
    Input(input): Input<UsernameInput>,
) -> Answer<Json<LoginView>> {
    Ok(Json(api.app.rename_login(&ctx, id, version, &input.username).await?.into()))
}

/// Blocks a login and ends its sign-ins.
#[utoipa::path(post, path = "/logins/{id}/block", tag = "login", params(("id" = Uuid, Path)),
    responses((status = 200, body = LoginView)))]
async fn block_login(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<LoginView>> {
    Ok(Json(api.app.block_login(&ctx, id).await?.into()))
}

/// Opens a login again.
#[utoipa::path(post, path = "/logins/{id}/unblock", tag = "login", params(("id" = Uuid, Path)),
    responses((status = 200, body = LoginView)))]
async fn unblock_login(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<LoginView>> {
    Ok(Json(api.app.unblock_login(&ctx, id).await?.into()))
}

/// Notes that a sign-in letter reached its reader.
#[utoipa::path(post, path = "/logins/{id}/handed-over", tag = "login", params(("id" = Uuid, Path)),
    responses((status = 200, body = LoginView)))]
async fn hand_over(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<LoginView>> {
    Ok(Json(api.app.hand_over(&ctx, id).await?.into()))
}
