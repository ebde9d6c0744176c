//! The register of people.

use crate::audit::AuditView;
use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::login::LoginView;
use crate::page::{Ends, Items, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::PlacedTenancy;
use stolpe_app::{AppError, ErasureRow, Likely, OpenPerson};
use stolpe_app::{PeopleFilter, PeopleView, PersonKey, Register};
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId, TenancyId, UnitId};
use stolpe_domain::language::Language;
use stolpe_domain::payer::PayerDraft;
use stolpe_domain::person::{MaskedPersonalNumber, PersonDraft};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_persons, add_person))
        .routes(routes!(read_person, change_person))
        .routes(routes!(read_timeline))
        .routes(routes!(reveal_personal_number))
        .routes(routes!(preview_erasure, erase_person))
        .routes(routes!(list_duplicates))
        .routes(routes!(tell_apart))
        .routes(routes!(undo_tell_apart))
        .routes(routes!(merge_persons))
}

/// A person with everything that hangs on them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct PersonView {
    id: PersonId,
    organisation_id: OrganisationId,
    given_name: String,
    family_name: String,
    /// Both names.
    name: String,
    email: Option<String>,
    /// E.164.
    phone: Option<String>,
    language: Language,
    street: Option<String>,
    postal_code: Option<String>,
    city: Option<String>,
    personal_number: Option<MaskedPersonalNumber>,
    protected_identity: bool,
    /// For colleagues.
    pub(crate) note: Option<String>,
    /// The department of the organisation that employs them.
    department_id: Option<DepartmentId>,
    department_name: Option<String>,
    /// What their employer calls them by.
    staff_number: Option<String>,
    /// The company that pays for them.
    payer: Option<PayerDraft>,
    /// How messages reach them, as they chose; by mail where they have an address, unless they chose.
    channel: Option<Channel>,
    units: Vec<TenancyView>,
    logins: Vec<LoginView>,
    /// The record that this one was merged into.
    merged_into_id: Option<PersonId>,
    /// When identity was erased.
    erased_at: Option<DateTime<Utc>>,
    created_at: DateTime<Utc>,
    row_version: i64,
}

/// A person's time on a unit.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TenancyView {
    tenancy_id: TenancyId,
    unit_id: UnitId,
    code: String,
    facility_id: FacilityId,
    facility_code: String,
    moved_in_on: Option<NaiveDate>,
    /// First day that the unit is no longer theirs.
    moved_out_on: Option<NaiveDate>,
    row_version: i64,
}

impl From<PlacedTenancy> for TenancyView {
    fn from(it: PlacedTenancy) -> Self {
        Self {
            tenancy_id: it.tenancy.id,
            unit_id: it.tenancy.unit_id,
            code: it.unit_code,
            facility_id: it.facility_id,
            facility_code: it.facility_code,
            moved_in_on: it.tenancy.moved_in_on,
            moved_out_on: it.tenancy.moved_out_on,
            row_version: it.tenancy.row_version,
        }
    }
}

impl From<OpenPerson> for PersonView {
    fn from(it: OpenPerson) -> Self {
        let name = it.person.name();
        let draft = it.person.draft;
        Self {
            id: it.person.id,
            organisation_id: it.person.organisation_id,
            given_name: draft.given_name,
            family_name: draft.family_name,
            name,
            email: draft.email,
            phone: draft.phone,
            language: draft.language,
            street: draft.street,
            postal_code: draft.postal_code,
            city: draft.city,
            personal_number: it.person.personal_number,
            protected_identity: draft.protected_identity,
            note: draft.note,
            department_id: draft.department_id,
            department_name: it.department.map(|department| department.name),
            staff_number: draft.staff_number,
            payer: draft.payer,
            channel: draft.channel,
            units: it.tenancies.into_iter().map(TenancyView::from).collect(),
            logins: it.logins.into_iter().map(LoginView::from).collect(),
            merged_into_id: it.person.merged_into,
            erased_at: it.person.erased_at,
            created_at: it.person.created_at,
            row_version: it.person.row_version,
        }
    }
}

/// The built-in cuts of the register.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum PersonCut {
    /// Everybody.
    #[default]
    All,
    /// Still on the password from the letter.
    InitialPassword,
    /// Has a login, but no letter has been made.
    NotIssued,
    /// No address for receipts.
    MissingEmail,
    /// Has no login.
    NoLogin,
    /// Has lived on a unit and lives on none now.
    MovedOut,
}

impl From<PersonCut> for PeopleView {
    fn from(it: PersonCut) -> Self {
        match it {
            PersonCut::All => Self::All,
            PersonCut::InitialPassword => Self::InitialPassword,
            PersonCut::NotIssued => Self::NotIssued,
            PersonCut::MissingEmail => Self::MissingEmail,
            PersonCut::NoLogin => Self::NoLogin,
            PersonCut::MovedOut => Self::MovedOut,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct PersonFilter {
    /// People of one facility; or name an organisation.
    pub(crate) facility_id: Option<FacilityId>,
    /// People of a whole organisation.
    pub(crate) organisation_id: Option<OrganisationId>,
    /// People who are employed in one department; it says whose register as well.
    pub(crate) department_id: Option<DepartmentId>,
    /// Beginnings of names, an e-mail address, a phone number or a unit's code.
    pub(crate) q: Option<String>,
    /// A built-in cut.
    #[param(inline)]
    pub(crate) view: Option<PersonCut>,
    /// Only those who have an e-mail address, or have none.
    email: Option<bool>,
    /// Only those who have a phone number, or have none.
    phone: Option<bool>,
    /// Only those who are written to in this language.
    language: Option<Language>,
    /// Only those who live on some unit today, or on none.
    tenant: Option<bool>,
    /// Only those whose identity is protected, or is not.
    protected: Option<bool>,
    /// Added from this instant.
    from: Option<DateTime<Utc>>,
    /// Added before this instant.
    to: Option<DateTime<Utc>>,
}

impl From<&PersonFilter> for PeopleFilter {
    fn from(it: &PersonFilter) -> Self {
        Self {
            view: it.view.unwrap_or_default().into(),
            email: it.email,
            phone: it.phone,
            language: it.language,
            tenant: it.tenant,
            protected: it.protected,
            from: it.from,
            until: it.to,
            ..Self::default()
        }
    }
}

impl PersonFilter {
    /// Whose people are meant: the narrowest that is named.
    pub(crate) fn register(&self) -> Result<Register, Problem> {
        match (self.department_id, self.facility_id, self.organisation_id) {
            (Some(department), ..) => Ok(Register::Department(department)),
            (None, Some(facility), _) => Ok(Register::Facility(facility)),
            (None, None, Some(organisation)) => Ok(Register::Organisation(organisation)),
            (None, None, None) => Err(AppError::field("facilityId", "required").into()),
        }
    }
}

/// Lists people by name.
#[utoipa::path(get, path = "/persons", tag = "person", params(PersonFilter, Ends, Window),
    responses((status = 200, body = Page<PersonView>)))]
async fn list_persons(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(filter): Filter<PersonFilter>,
    Filter(ends): Filter<Ends>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<PersonView>>> {
    let register = filter.register()?;
    let after = window.after::<(Vec<u8>, PersonId)>()?.map(|(sort_key, id)| PersonKey { sort_key, id });
    let cut = PeopleFilter::from(&filter);
    let query = filter.q.unwrap_or_default();
    let stretch = ends.stretch(&window, after.as_ref());
    let (page, next, total) = api.app.list_people(&ctx, register, cut, &query, stretch).await?;
    let next = next.and_then(|key| cursor(&(key.sort_key, key.id)));
    let items = page.items.into_iter().map(PersonView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NewPersonPlace {
    /// Whose register.
    organisation_id: OrganisationId,
    /// The facility that the person belongs to.
    facility_id: Option<FacilityId>,
}

/// Adds a person to a register.
#[utoipa::path(post, path = "/persons", tag = "person", params(NewPersonPlace), request_body = PersonDraft,
    responses((status = 201, body = PersonView)))]
async fn add_person(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(place): Filter<NewPersonPlace>,
    Input(draft): Input<PersonDraft>,
) -> Answer<(StatusCode, Json<PersonView>)> {
    let it = api.app.add_person(&ctx, place.organisation_id, place.facility_id, draft).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Reads a person.
#[utoipa::path(get, path = "/persons/{id}", tag = "person", params(("id" = Uuid, Path)),
    responses((status = 200, body = PersonView)))]
async fn read_person(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<PersonId>) -> Answer<Json<PersonView>> {
    Ok(Json(api.app.person(&ctx, id).await?.into()))
}

/// Changes a person.
#[utoipa::path(patch, path = "/persons/{id}", tag = "person",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = PersonDraft,
    responses((status = 200, body = PersonView), (status = 412, body = Problem)))]
async fn change_person(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<PersonView>> {
    let current = api.app.person(&ctx, id).await?;
    let draft = merged(&current.person.draft, &patch)?;
    match api.app.change_person(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(PersonView::from(api.app.person(&ctx, id).await?)))
        }
        outcome => outcome.map(|it| Json(it.into())),
    }
}

/// Reads what happened to a person, the latest first.
#[utoipa::path(get, path = "/persons/{id}/timeline", tag = "person", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<AuditView>)))]
async fn read_timeline(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
) -> Answer<Json<Items<AuditView>>> {
    Ok(Json(Items::of(api.app.person_timeline(&ctx, id).await?)))
}

/// Why something is done that is written down with its reason.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReasonInput {
    reason: String,
}

/// A personal number in clear.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RevealedView {
    personal_number: String,
}

/// Reveals a personal number; who saw it and why is written down.
#[utoipa::path(post, path = "/persons/{id}/personal-number/reveal", tag = "person", params(("id" = Uuid, Path)),
    request_body = ReasonInput, responses((status = 200, body = RevealedView)))]
async fn reveal_personal_number(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    Input(input): Input<ReasonInput>,
) -> Answer<Json<RevealedView>> {
    let number = api.app.reveal_personal_number(&ctx, id, &input.reason).await?;
    Ok(Json(RevealedView { personal_number: number.to_string() }))
}

/// One line of an erasure's preview.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ErasureView {
    field: &'static str,
    outcome: ErasureOutcome,
    count: i64,
    reason: &'static str,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ErasureOutcome {
    Erased,
    Kept,
}

impl From<ErasureRow> for ErasureView {
    fn from(it: ErasureRow) -> Self {
        let outcome = if it.erased { ErasureOutcome::Erased } else { ErasureOutcome::Kept };
        Self { field: it.field, outcome, count: it.count, reason: it.reason }
    }
}

/// Reads what an erasure would take and leave.
#[utoipa::path(get, path = "/persons/{id}/erasure", tag = "person", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<ErasureView>)))]
async fn preview_erasure(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
) -> Answer<Json<Items<ErasureView>>> {
    Ok(Json(Items::of(api.app.erasure_preview(&ctx, id).await?)))
}

/// Erases a person for good.
#[utoipa::path(post, path = "/persons/{id}/erasure", tag = "person", params(("id" = Uuid, Path)),
    request_body = ReasonInput, responses((status = 204)))]
async fn erase_person(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    Input(input): Input<ReasonInput>,
) -> Answer<StatusCode> {
    api.app.erase_person(&ctx, id, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Records that may be one person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DuplicateView {
    persons: Vec<PersonView>,
    /// What they share: `name`, `email`, `phone`, `unit`.
    why: Vec<&'static str>,
}

impl From<Likely> for DuplicateView {
    fn from(it: Likely) -> Self {
        Self { persons: it.people.into_iter().map(PersonView::from).collect(), why: it.why }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose register.
    organisation_id: OrganisationId,
    /// Instead, those of which somebody has said that they are not one person.
    #[serde(default)]
    apart: bool,
}

/// Lists records of a register that may be one person.
#[utoipa::path(get, path = "/person-duplicates", tag = "person", params(OfOrganisation),
    responses((status = 200, body = Items<DuplicateView>)))]
async fn list_duplicates(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<DuplicateView>>> {
    Ok(Json(Items::of(api.app.likely_doubles(&ctx, of.organisation_id, of.apart).await?)))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ApartInput {
    /// The other record.
    other_id: PersonId,
}

/// Notes that two records are not one person; they are not offered as doubles again.
#[utoipa::path(post, path = "/persons/{id}/apart", tag = "person", params(("id" = Uuid, Path)),
    request_body = ApartInput, responses((status = 204)))]
async fn tell_apart(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    Input(input): Input<ApartInput>,
) -> Answer<StatusCode> {
    api.app.tell_apart(&ctx, id, input.other_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes it back that two records are not one person.
#[utoipa::path(post, path = "/persons/{id}/not-apart", tag = "person", params(("id" = Uuid, Path)),
    request_body = ApartInput, responses((status = 204)))]
async fn undo_tell_apart(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    Input(input): Input<ApartInput>,
) -> Answer<StatusCode> {
    api.app.undo_tell_apart(&ctx, id, input.other_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MergeInput {
    /// The record that is closed; everything of it moves to the one in the address.
    other_id: PersonId,
    reason: String,
}

/// Makes one record of two.
#[utoipa::path(post, path = "/persons/{id}/merge", tag = "person", params(("id" = Uuid, Path)),
    request_body = MergeInput, responses((status = 200, body = PersonView)))]
async fn merge_persons(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
    Input(input): Input<MergeInput>,
) -> Answer<Json<PersonView>> {
    Ok(Json(api.app.merge_people(&ctx, id, input.other_id, &input.reason).await?.into()))
}
