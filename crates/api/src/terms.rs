//! What payers accept by paying: written at the desk, read by anybody.

use crate::extract::{Anyone, Caller, Filter, Id, Input, RowVersion};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{AcceptedTerms, ListedTerms, OrganisationTerms, PublicTerms, TermsDraft};
use stolpe_domain::country::Country;
use stolpe_domain::dated::Standing;
use stolpe_domain::id::{OrganisationId, PaymentAttemptId, PaymentId, PersonId, TermsId};
use stolpe_domain::terms::{Terms, TermsKind, TermsTexts};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_terms, write_terms))
        .routes(routes!(read_public_terms))
        .routes(routes!(list_accepted_terms))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct TermsQuery {
    /// Whose.
    organisation_id: OrganisationId,
}

/// Terms as they were written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TermsView {
    id: TermsId,
    kind: TermsKind,
    /// Counts those of their kind, from 1.
    version: i64,
    /// The first day.
    applies_from: NaiveDate,
    texts: TermsTexts,
    written_at: DateTime<Utc>,
}

impl From<Terms> for TermsView {
    fn from(it: Terms) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            version: it.place,
            applies_from: it.applies_from,
            texts: it.texts,
            written_at: it.created_at,
        }
    }
}

/// Terms as they stand today.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ListedTermsView {
    #[serde(flatten)]
    terms: TermsView,
    standing: Standing,
}

impl From<ListedTerms> for ListedTermsView {
    fn from(it: ListedTerms) -> Self {
        Self { terms: it.terms.into(), standing: it.standing }
    }
}

/// Everything that an organisation has written.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OrganisationTermsView {
    /// Today at the organisation.
    today: NaiveDate,
    /// Where everybody can read those that hold.
    address: String,
    /// By kind, the latest day first.
    items: Vec<ListedTermsView>,
}

impl From<OrganisationTerms> for OrganisationTermsView {
    fn from(it: OrganisationTerms) -> Self {
        Self { today: it.today, address: it.address, items: it.written.into_iter().map(Into::into).collect() }
    }
}

/// Lists the terms that an organisation has written.
#[utoipa::path(get, path = "/terms", tag = "payment", params(TermsQuery),
    responses((status = 200, body = OrganisationTermsView)))]
async fn list_terms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<TermsQuery>,
) -> Answer<Json<OrganisationTermsView>> {
    Ok(Json(api.app.organisation_terms(&ctx, of.organisation_id).await?.into()))
}

/// Terms that are about to be written.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TermsInput {
    kind: TermsKind,
    /// The first day; not one that is over.
    applies_from: NaiveDate,
    texts: TermsTexts,
}

/// Writes terms that hold from a day on; the version is how many of their kind there were before.
#[utoipa::path(post, path = "/terms", tag = "payment", params(TermsQuery, ("If-Match" = String, Header)),
    request_body = TermsInput, responses((status = 200, body = OrganisationTermsView), (status = 412, body = Problem)))]
async fn write_terms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<TermsQuery>,
    RowVersion(version): RowVersion,
    Input(input): Input<TermsInput>,
) -> Answer<Json<OrganisationTermsView>> {
    let draft = TermsDraft { kind: input.kind, applies_from: input.applies_from, texts: input.texts };
    Ok(Json(api.app.write_terms(&ctx, of.organisation_id, version, draft).await?.into()))
}

/// The terms of an organisation that hold today.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PublicTermsView {
    organisation: String,
    country: Country,
    /// By kind.
    items: Vec<TermsView>,
}

impl From<PublicTerms> for PublicTermsView {
    fn from(it: PublicTerms) -> Self {
        Self {
            organisation: it.organisation,
            country: it.country,
            items: it.terms.into_iter().map(Into::into).collect(),
        }
    }
}

/// Reads which terms of an organisation hold today; anybody may.
#[utoipa::path(get, path = "/terms/{id}", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = PublicTermsView)))]
async fn read_public_terms(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id(id): Id<OrganisationId>,
) -> Answer<Json<PublicTermsView>> {
    Ok(Json(api.app.public_terms(&ctx, id).await?.into()))
}

/// That somebody has accepted terms by beginning to pay.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AcceptedTermsView {
    payment_id: PaymentId,
    /// By which try.
    attempt_id: PaymentAttemptId,
    terms_id: TermsId,
    kind: TermsKind,
    /// Which version of them.
    version: i64,
    applies_from: NaiveDate,
    accepted_at: DateTime<Utc>,
}

impl From<AcceptedTerms> for AcceptedTermsView {
    fn from(it: AcceptedTerms) -> Self {
        Self {
            payment_id: it.payment_id,
            attempt_id: it.attempt_id,
            terms_id: it.terms_id,
            kind: it.kind,
            version: it.place,
            applies_from: it.applies_from,
            accepted_at: it.accepted_at,
        }
    }
}

/// Lists which terms somebody has accepted by paying, the latest first.
#[utoipa::path(get, path = "/persons/{id}/accepted-terms", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<AcceptedTermsView>)))]
async fn list_accepted_terms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
) -> Answer<Json<Items<AcceptedTermsView>>> {
    Ok(Json(Items::of(api.app.terms_accepted_by(&ctx, id).await?)))
}
