//! The caller: who they are, their password, second factor, sign-ins and own record.

use crate::extract::{Caller, Id, Input};
use crate::facility::ContactView;
use crate::page::Items;
use crate::person::PersonView;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};
use stolpe_app::{App, SignIn};
use stolpe_domain::access::{Membership, Permission, Role, Scope};
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{LoginId, MembershipId, PersonId, SignInId};
use stolpe_domain::language::Language;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_me, change_me))
        .routes(routes!(read_my_person))
        .routes(routes!(list_my_facilities))
        .routes(routes!(change_password))
        .routes(routes!(list_my_sign_ins))
        .routes(routes!(end_my_sign_in))
        .routes(routes!(offer_totp, confirm_totp, disable_totp))
}

/// The caller.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MeView {
    login_id: LoginId,
    person_id: PersonId,
    name: String,
    email: Option<String>,
    language: Language,
    /// The password is still the one from the letter: nothing else is allowed before one is chosen.
    must_change_password: bool,
    /// A second factor is on.
    totp: bool,
    /// Everything that may be done somewhere.
    permissions: Vec<Permission>,
    memberships: Vec<MembershipView>,
    /// Where all mail goes while it is tried out; told to those who work at the desk.
    mail_diverted_to: Option<String>,
    /// SMS leave the house, so that they can be chosen.
    sms_is_on: bool,
}

/// A role in a scope.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct MembershipView {
    id: MembershipId,
    role: Role,
    scope: ScopeView,
}

/// Where a role holds.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ScopeView {
    kind: ScopeKind,
    id: Option<Uuid>,
    name: Option<String>,
}

/// What a scope is.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ScopeKind {
    /// The whole installation.
    Host,
    /// One organisation.
    Organisation,
    /// One facility.
    Facility,
    /// One department.
    Department,
    /// The person alone.
    #[serde(rename = "self")]
    Own,
}

impl From<(Membership, Option<String>)> for MembershipView {
    fn from((it, name): (Membership, Option<String>)) -> Self {
        let (kind, id) = match it.scope {
            Scope::Host => (ScopeKind::Host, None),
            Scope::Organisation(id) => (ScopeKind::Organisation, Some(id.uuid())),
            Scope::Facility { facility, .. } => (ScopeKind::Facility, Some(facility.uuid())),
            Scope::Department { department, .. } => (ScopeKind::Department, Some(department.uuid())),
            Scope::Own => (ScopeKind::Own, None),
        };
        Self { id: it.id, role: it.role, scope: ScopeView { kind, id, name } }
    }
}

impl From<stolpe_app::Me> for MeView {
    fn from(it: stolpe_app::Me) -> Self {
        Self {
            login_id: it.login,
            person_id: it.person,
            name: it.name,
            email: it.email,
            language: it.language,
            must_change_password: it.must_change_password,
            totp: it.totp,
            permissions: it.permissions,
            memberships: it.memberships.into_iter().map(MembershipView::from).collect(),
            mail_diverted_to: it.mail_diverted_to,
            sms_is_on: it.sms_is_on,
        }
    }
}

/// Reads who the caller is.
#[utoipa::path(get, path = "/me", tag = "me", responses((status = 200, body = MeView)))]
async fn read_me(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<MeView>> {
    Ok(Json(api.app.me(&ctx).await?.into()))
}

/// What the caller may change of themselves; fields that are not named stay, null clears.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(clippy::option_option, reason = "a merge patch tells null from absent")]
struct MeInput {
    language: Option<Language>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    email: Option<Option<String>>,
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<String>)]
    phone: Option<Option<String>>,
    /// How messages reach the caller; null for what there is, mail first.
    #[serde(default, deserialize_with = "named")]
    #[schema(value_type = Option<Channel>)]
    channel: Option<Option<Channel>>,
    /// The present password: needed to change the e-mail address, since links to choose a new password go there.
    password: Option<String>,
}

/// Tells a field that is null from one that is not named.
#[expect(clippy::option_option, reason = "a merge patch tells null from absent")]
fn named<'de, T: Deserialize<'de>, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Changes the caller's language and contact data.
#[utoipa::path(patch, path = "/me", tag = "me", request_body = MeInput, responses((status = 200, body = MeView)))]
async fn change_me(State(api): State<Api>, Caller(ctx): Caller, Input(input): Input<MeInput>) -> Answer<Json<MeView>> {
    let MeInput { language, email, phone, channel, password } = input;
    Ok(Json(api.app.change_me(&ctx, language, email, phone, channel, password.as_deref()).await?.into()))
}

/// Reads the caller's own record: contact data, units, logins.
#[utoipa::path(get, path = "/me/person", tag = "me", responses((status = 200, body = PersonView)))]
async fn read_my_person(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<PersonView>> {
    let mut view = PersonView::from(api.app.my_person(&ctx).await?);
    // Notes are for colleagues; the person can ask to read them.
    view.note = None;
    Ok(Json(view))
}

/// A facility as a resident sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyFacilityView {
    code: String,
    name: String,
    contact: ContactView,
}

/// Lists the facilities that the caller belongs to, with whom to turn to.
#[utoipa::path(get, path = "/me/facilities", tag = "me", responses((status = 200, body = Items<MyFacilityView>)))]
async fn list_my_facilities(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MyFacilityView>>> {
    let facilities = api.app.my_facilities(&ctx).await?;
    Ok(Json(Items {
        items: facilities
            .into_iter()
            .map(|it| MyFacilityView { code: it.code, name: it.name, contact: it.contact.into() })
            .collect(),
    }))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PasswordInput {
    current: String,
    new: String,
}

/// Chooses a new password; other sign-ins end.
#[utoipa::path(post, path = "/me/password", tag = "me", request_body = PasswordInput, responses((status = 204)))]
async fn change_password(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<PasswordInput>,
) -> Answer<StatusCode> {
    api.app.change_password(&ctx, &input.current, &input.new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One device that is signed in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SignInView {
    id: SignInId,
    device: String,
    origin: String,
    created_at: DateTime<Utc>,
    last_seen_at: DateTime<Utc>,
    /// When it ends, whatever is done with it.
    ends_by: DateTime<Utc>,
    /// It is the one that asks.
    current: bool,
}

impl SignInView {
    pub(crate) fn of(app: &App, it: SignIn, current: Option<SignInId>) -> Self {
        Self {
            ends_by: app.sign_in_ends_by(it.created_at),
            id: it.id,
            device: it.device,
            origin: it.origin,
            created_at: it.created_at,
            last_seen_at: it.last_seen_at,
            current: current == Some(it.id),
        }
    }
}

/// Lists the devices on which the caller is signed in.
#[utoipa::path(get, path = "/me/sign-ins", tag = "me", responses((status = 200, body = Items<SignInView>)))]
async fn list_my_sign_ins(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<SignInView>>> {
    let sign_ins = api.app.my_sign_ins(&ctx).await?;
    Ok(Json(Items { items: sign_ins.into_iter().map(|it| SignInView::of(&api.app, it, ctx.sign_in)).collect() }))
}

/// Ends one of the caller's sign-ins.
#[utoipa::path(delete, path = "/me/sign-ins/{id}", tag = "me", params(("id" = Uuid, Path)), responses((status = 204)))]
async fn end_my_sign_in(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<SignInId>) -> Answer<StatusCode> {
    api.app.end_sign_in(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What an authenticator app needs.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TotpView {
    /// The seed in base 32, for typing.
    secret: String,
    /// The same as an `otpauth://` address.
    uri: String,
    /// The address as a QR code, in SVG.
    qr_svg: String,
}

/// Offers a seed for the second factor, which is off until a code confirms it.
#[utoipa::path(post, path = "/me/totp", tag = "me", responses((status = 200, body = TotpView)))]
async fn offer_totp(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<TotpView>> {
    let offer = api.app.offer_totp(&ctx).await?;
    Ok(Json(TotpView { secret: offer.secret.to_string(), qr_svg: offer.qr_svg, uri: offer.uri.to_string() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CodeInput {
    /// Six digits from the authenticator app.
    code: String,
}

/// Switches the second factor on with a first code.
#[utoipa::path(put, path = "/me/totp", tag = "me", request_body = CodeInput, responses((status = 204)))]
async fn confirm_totp(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<CodeInput>,
) -> Answer<StatusCode> {
    api.app.confirm_totp(&ctx, &input.code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Switches the second factor off with a last code.
#[utoipa::path(delete, path = "/me/totp", tag = "me", request_body = CodeInput, responses((status = 204)))]
async fn disable_totp(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<CodeInput>,
) -> Answer<StatusCode> {
    api.app.disable_totp(&ctx, &input.code).await?;
    Ok(StatusCode::NO_CONTENT)
}
