//! Tags.

use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::page::{Ends, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::ListedTag;
use stolpe_domain::id::{OrganisationId, PersonId, TagId};
use stolpe_domain::person::{VEIL, full_name};
use stolpe_domain::tag::TagDraft;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_tags, add_tag)).routes(routes!(change_tag, remove_tag))
}

/// A tag with whose it is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TagView {
    id: TagId,
    organisation_id: OrganisationId,
    /// What the reader reads, in upper case.
    id_tag: String,
    /// What is printed on it; none for somebody with protected identity.
    label: Option<String>,
    /// Whose it is; none for somebody with protected identity, too.
    person_id: Option<PersonId>,
    person_name: Option<String>,
    blocked_at: Option<DateTime<Utc>>,
    /// The last day on which it is taken.
    expires_on: Option<NaiveDate>,
    row_version: i64,
}

impl From<ListedTag> for TagView {
    fn from(it: ListedTag) -> Self {
        // Of somebody with protected identity it is said that there is one; what is written on the tag may name them.
        let (person_id, person_name, label) = match it.holder {
            Some((_, _, true)) => (None, Some(VEIL.to_owned()), None),
            Some((given, family, false)) => (it.tag.person_id, Some(full_name(&given, &family)), it.tag.label),
            None => (None, None, it.tag.label),
        };
        Self {
            id: it.tag.id,
            organisation_id: it.tag.organisation_id,
            id_tag: it.tag.id_tag,
            label,
            person_id,
            person_name,
            blocked_at: it.tag.blocked_at,
            expires_on: it.tag.expires_on,
            row_version: it.tag.row_version,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct TagQuery {
    /// Whose people charge with them.
    organisation_id: OrganisationId,
    /// Of this person alone.
    person_id: Option<PersonId>,
    /// The beginning of what the reader reads.
    q: Option<String>,
}

impl TagQuery {
    /// Whose, and which.
    pub(crate) fn cut(self) -> (OrganisationId, Option<PersonId>, String) {
        (self.organisation_id, self.person_id, self.q.unwrap_or_default())
    }
}

/// Lists the tags of an organisation by what they read.
#[utoipa::path(get, path = "/tags", tag = "tag", params(TagQuery, Ends, Window),
    responses((status = 200, body = Page<TagView>)))]
async fn list_tags(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<TagQuery>,
    Filter(ends): Filter<Ends>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<TagView>>> {
    let after = window.after::<(String, TagId)>()?;
    let (organisation, person, prefix) = query.cut();
    let stretch = ends.stretch(&window, after.as_ref());
    let (page, total) = api.app.list_tags(&ctx, organisation, person, &prefix, stretch).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.and_then(|last| cursor(&(&last.tag.id_tag, last.tag.id)));
    let items = page.items.into_iter().map(TagView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose people charge with it.
    organisation_id: OrganisationId,
}

/// What is typed in to add a tag.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct NewTag {
    /// What the reader reads: 1 to 20 characters.
    id_tag: String,
    /// What is printed on it or written beside it.
    label: Option<String>,
    /// Whose it is.
    person_id: Option<PersonId>,
    /// The last day on which it is taken.
    expires_on: Option<NaiveDate>,
}

/// Adds a tag to an organisation.
#[utoipa::path(post, path = "/tags", tag = "tag", params(OfOrganisation), request_body = NewTag,
    responses((status = 201, body = TagView)))]
async fn add_tag(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Input(new): Input<NewTag>,
) -> Answer<(StatusCode, Json<TagView>)> {
    let draft = TagDraft { label: new.label, person_id: new.person_id, blocked: false, expires_on: new.expires_on };
    let it = api.app.add_tag(&ctx, of.organisation_id, &new.id_tag, draft).await?;
    Ok((StatusCode::CREATED, Json(it.into())))
}

/// Changes a tag: whose it is, until when, whether it is blocked.
#[utoipa::path(patch, path = "/tags/{id}", tag = "tag",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = TagDraft,
    responses((status = 200, body = TagView), (status = 412, body = Problem)))]
async fn change_tag(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TagId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<TagView>> {
    let current = api.app.tag(&ctx, id).await?;
    let draft = merged(&TagDraft::from(&current.tag), &patch)?;
    match api.app.change_tag(&ctx, id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.tag(&ctx, id).await?;
            Err(problem.with_current(TagView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// Removes a tag; sessions keep what the reader read.
#[utoipa::path(delete, path = "/tags/{id}", tag = "tag",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), responses((status = 204)))]
async fn remove_tag(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TagId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_tag(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}
