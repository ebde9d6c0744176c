//! The people at the desk, and the printable matrix of roles.

use crate::extract::{Caller, Id, Input};
use crate::me::{MembershipView, ScopeKind, SignInView};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{AppError, Invitation, MembershipDraft, ScopeDraft, StaffMember};
use stolpe_domain::access::{Permission, Role};
use stolpe_domain::id::{DepartmentId, FacilityId, LoginId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::login::StaffState;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_staff, invite_staff))
        .routes(routes!(change_memberships))
        .routes(routes!(invite_again))
        .routes(routes!(block_staff))
        .routes(routes!(unblock_staff))
        .routes(routes!(list_staff_sign_ins, end_staff_sign_ins))
        .routes(routes!(read_roles))
}

/// Somebody at the desk.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StaffView {
    login_id: LoginId,
    person_id: PersonId,
    name: String,
    email: String,
    language: Language,
    state: StaffState,
    /// Until when the invitation can be taken up.
    invited_until: Option<DateTime<Utc>>,
    totp: bool,
    last_sign_in_at: Option<DateTime<Utc>>,
    memberships: Vec<MembershipView>,
    row_version: i64,
}

impl StaffView {
    fn of(it: StaffMember, at: DateTime<Utc>) -> Self {
        let state = it.state(at);
        Self {
            login_id: it.login.id,
            person_id: it.person.id,
            name: it.person.name(),
            email: it.login.username,
            language: it.person.draft.language,
            state,
            invited_until: it.invited_until,
            totp: it.login.totp,
            last_sign_in_at: it.login.last_sign_in_at,
            memberships: it.memberships.into_iter().map(MembershipView::from).collect(),
            row_version: it.login.row_version,
        }
    }
}

/// A role in a scope, as it is given.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipInput {
    role: Role,
    scope: ScopeInput,
}

/// Where a role is to hold.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ScopeInput {
    kind: ScopeKind,
    /// The organisation, facility or department.
    id: Option<Uuid>,
}

impl MembershipInput {
    fn draft(&self) -> Result<MembershipDraft, Problem> {
        let missing = || Problem::from(AppError::field("scope", "required"));
        let id = || self.scope.id.ok_or_else(missing);
        let scope = match self.scope.kind {
            ScopeKind::Host => ScopeDraft::Host,
            ScopeKind::Organisation => ScopeDraft::Organisation(OrganisationId(id()?)),
            ScopeKind::Facility => ScopeDraft::Facility(FacilityId(id()?)),
            ScopeKind::Department => ScopeDraft::Department(DepartmentId(id()?)),
            ScopeKind::Own => return Err(AppError::field("scope", "scope.unknown").into()),
        };
        Ok(MembershipDraft { role: self.role, scope })
    }
}

/// Lists the people at the desk.
#[utoipa::path(get, path = "/staff", tag = "staff", responses((status = 200, body = Items<StaffView>)))]
async fn list_staff(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<StaffView>>> {
    let staff = api.app.list_staff(&ctx).await?;
    Ok(Json(Items { items: staff.into_iter().map(|it| StaffView::of(it, ctx.at)).collect() }))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct InviteInput {
    given_name: String,
    family_name: String,
    email: String,
    language: Language,
    role: Role,
    scope: ScopeInput,
}

/// Invites somebody to the desk; the invitation goes by mail.
#[utoipa::path(post, path = "/staff", tag = "staff", request_body = InviteInput,
    responses((status = 201, body = StaffView)))]
async fn invite_staff(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<InviteInput>,
) -> Answer<(StatusCode, Json<StaffView>)> {
    let membership = MembershipInput { role: input.role, scope: input.scope }.draft()?;
    let invitation = Invitation {
        given_name: input.given_name,
        family_name: input.family_name,
        email: input.email,
        language: input.language,
        membership,
    };
    let it = api.app.invite_staff(&ctx, invitation).await?;
    Ok((StatusCode::CREATED, Json(StaffView::of(it, ctx.at))))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MembershipsInput {
    memberships: Vec<MembershipInput>,
}

/// Replaces the roles of somebody at the desk.
#[utoipa::path(put, path = "/staff/{loginId}/memberships", tag = "staff", params(("loginId" = Uuid, Path)),
    request_body = MembershipsInput, responses((status = 200, body = StaffView)))]
async fn change_memberships(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<LoginId>,
    Input(input): Input<MembershipsInput>,
) -> Answer<Json<StaffView>> {
    let wanted = input.memberships.iter().map(MembershipInput::draft).collect::<Result<_, _>>()?;
    Ok(Json(StaffView::of(api.app.change_memberships(&ctx, id, wanted).await?, ctx.at)))
}

/// Sends an invitation again.
#[utoipa::path(post, path = "/staff/{loginId}/invitation", tag = "staff", params(("loginId" = Uuid, Path)),
    responses((status = 200, body = StaffView)))]
async fn invite_again(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<StaffView>> {
    Ok(Json(StaffView::of(api.app.invite_again(&ctx, id).await?, ctx.at)))
}

/// Blocks somebody at the desk and ends their sign-ins.
#[utoipa::path(post, path = "/staff/{loginId}/block", tag = "staff", params(("loginId" = Uuid, Path)),
    responses((status = 200, body = StaffView)))]
async fn block_staff(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<StaffView>> {
    Ok(Json(StaffView::of(api.app.block_staff(&ctx, id, true).await?, ctx.at)))
}

/// Lets somebody back to the desk.
#[utoipa::path(post, path = "/staff/{loginId}/unblock", tag = "staff", params(("loginId" = Uuid, Path)),
    responses((status = 200, body = StaffView)))]
async fn unblock_staff(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<Json<StaffView>> {
    Ok(Json(StaffView::of(api.app.block_staff(&ctx, id, false).await?, ctx.at)))
}

/// Lists the devices on which somebody at the desk is signed in.
#[utoipa::path(get, path = "/staff/{loginId}/sign-ins", tag = "staff", params(("loginId" = Uuid, Path)),
    responses((status = 200, body = Items<SignInView>)))]
async fn list_staff_sign_ins(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<LoginId>,
) -> Answer<Json<Items<SignInView>>> {
    let sign_ins = api.app.staff_sign_ins(&ctx, id).await?;
    Ok(Json(Items { items: sign_ins.into_iter().map(|it| SignInView::of(&api.app, it, ctx.sign_in)).collect() }))
}

/// Ends every sign-in of somebody at the desk.
#[utoipa::path(delete, path = "/staff/{loginId}/sign-ins", tag = "staff", params(("loginId" = Uuid, Path)),
    responses((status = 204)))]
async fn end_staff_sign_ins(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<LoginId>) -> Answer<StatusCode> {
    api.app.end_staff_sign_ins(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The matrix of roles and permissions, in the order in which it is printed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RolesView {
    permissions: Vec<Permission>,
    roles: Vec<RoleView>,
}

/// What a role carries.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RoleView {
    role: Role,
    permissions: Vec<Permission>,
}

/// Reads the matrix of roles and permissions.
#[utoipa::path(get, path = "/roles", tag = "staff", responses((status = 200, body = RolesView)))]
async fn read_roles(Caller(_ctx): Caller) -> Answer<Json<RolesView>> {
    let permissions = Permission::ALL.to_vec();
    let roles = Role::ALL
        .iter()
        .map(|role| RoleView {
            role: *role,
            permissions: permissions.iter().copied().filter(|p| role.carries(*p)).collect(),
        })
        .collect();
    Ok(Json(RolesView { permissions, roles }))
}
