//! Signing in and out, one-time links.

use crate::extract::{Anyone, Caller, Id, Input, SIGN_IN_COOKIE, device};
use crate::limit;
use crate::me::MeView;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use stolpe_app::Credentials;
use stolpe_domain::access::Role;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use zeroize::Zeroizing;

/// A browser keeps its cookie as long as the host keeps a silent sign-in.
const COOKIE_SECONDS: u32 = 14 * 24 * 60 * 60;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(log_in))
        .routes(routes!(log_out))
        .routes(routes!(ask_for_reset))
        .routes(routes!(reset_password))
        .routes(routes!(read_invitation, accept_invitation))
        .layer(limit::open())
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoginInput {
    /// The facility ID, for residents; staff leave it out.
    facility: Option<String>,
    /// Username in the facility, or e-mail address.
    username: String,
    password: String,
    /// Second factor, when asked for.
    code: Option<String>,
}

/// Somebody who is in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct EnteredView {
    /// Bearer token.
    token: String,
    me: MeView,
}

impl From<&stolpe_app::Entered> for EnteredView {
    fn from(it: &stolpe_app::Entered) -> Self {
        Self { token: it.token.to_string(), me: it.me.clone().into() }
    }
}

/// Adds the cookie that keeps a browser signed in; only our own pages ask for it.
pub(crate) fn with_cookie(api: &Api, headers: &HeaderMap, token: &str, answer: impl IntoResponse) -> Response {
    let mut response = answer.into_response();
    if headers.get("x-requested-with").is_some_and(|value| value == "stolpe") {
        set_cookie(api, &mut response, token, COOKIE_SECONDS);
    }
    response
}

fn set_cookie(api: &Api, response: &mut Response, token: &str, seconds: u32) {
    let secure = if api.secure_cookies { "; Secure" } else { "" };
    let cookie = format!("{SIGN_IN_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Signs in with facility, username and password, or with e-mail address and password.
#[utoipa::path(post, path = "/login", tag = "access", request_body = LoginInput,
    responses((status = 200, body = EnteredView)))]
async fn log_in(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    headers: HeaderMap,
    Input(input): Input<LoginInput>,
) -> Answer<Response> {
    let credentials = Credentials {
        facility: input.facility,
        username: input.username,
        password: Zeroizing::new(input.password),
        code: input.code,
    };
    let entered = api.app.sign_in(&ctx, credentials, &device(&headers)).await?;
    Ok(with_cookie(&api, &headers, &entered.token, Json(EnteredView::from(&entered))))
}

/// Signs out.
#[utoipa::path(post, path = "/logout", tag = "access", responses((status = 204)))]
async fn log_out(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Response> {
    api.app.sign_out(&ctx).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    set_cookie(&api, &mut response, "", 0);
    Ok(response)
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ResetAskInput {
    /// The facility ID, for residents.
    facility: Option<String>,
    /// Username in the facility, or e-mail address.
    username: String,
}

/// Asks for a link to choose a new password; answers the same whether the login exists or not.
#[utoipa::path(post, path = "/password-resets", tag = "access", request_body = ResetAskInput,
    responses((status = 202)))]
async fn ask_for_reset(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Input(input): Input<ResetAskInput>,
) -> Answer<StatusCode> {
    api.app.ask_for_reset(&ctx, input.facility.as_deref(), &input.username).await?;
    Ok(StatusCode::ACCEPTED)
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ChoosePasswordInput {
    password: String,
}

/// Chooses a new password with a link.
#[utoipa::path(put, path = "/password-resets/{token}", tag = "access", params(("token" = String, Path)),
    request_body = ChoosePasswordInput, responses((status = 204)))]
async fn reset_password(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id(token): Id<String>,
    Input(input): Input<ChoosePasswordInput>,
) -> Answer<StatusCode> {
    api.app.reset_password(&ctx, &token, &input.password).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an invitation says.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InvitationView {
    name: String,
    email: String,
    /// By which organisation or facility; none for the whole installation.
    organisation: Option<String>,
    role: Option<Role>,
}

/// Reads an invitation.
#[utoipa::path(get, path = "/invitations/{token}", tag = "access", params(("token" = String, Path)),
    responses((status = 200, body = InvitationView)))]
async fn read_invitation(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id(token): Id<String>,
) -> Answer<Json<InvitationView>> {
    let it = api.app.invitation(&ctx, &token).await?;
    Ok(Json(InvitationView { name: it.name, email: it.email, organisation: it.organisation, role: it.role }))
}

/// Takes up an invitation: chooses a password and is in.
#[utoipa::path(put, path = "/invitations/{token}", tag = "access", params(("token" = String, Path)),
    request_body = ChoosePasswordInput, responses((status = 200, body = EnteredView)))]
async fn accept_invitation(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id(token): Id<String>,
    headers: HeaderMap,
    Input(input): Input<ChoosePasswordInput>,
) -> Answer<Response> {
    let entered = api.app.accept_invitation(&ctx, &token, &input.password, &device(&headers)).await?;
    Ok(with_cookie(&api, &headers, &entered.token, Json(EnteredView::from(&entered))))
}
