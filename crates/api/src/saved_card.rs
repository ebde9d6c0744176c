//! Cards that providers keep for payers: a resident's own, and at the desk. No number of a card is here.

use crate::extract::{Caller, Id};
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{CardWish, CardsOffered, MySavedCard, SavedCard};
use stolpe_domain::id::{PersonId, SavedCardId};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::saved_card::{CardEnd, CardStanding};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_my_saved_cards))
        .routes(routes!(remove_my_saved_card))
        .routes(routes!(list_saved_cards))
        .routes(routes!(remove_saved_card))
}

/// How a card that the provider keeps is used for a payment.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum CardInput {
    /// The payer saves one, and it is charged then.
    Remember,
    /// This one is charged.
    Saved {
        /// Which.
        id: SavedCardId,
    },
}

pub(crate) fn wish(input: Option<CardInput>) -> CardWish {
    match input {
        None => CardWish::None,
        Some(CardInput::Remember) => CardWish::Remember,
        Some(CardInput::Saved { id }) => CardWish::Saved(id),
    }
}

/// What can be paid by a card that a provider keeps.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct CardsView {
    /// Through whom a card can be saved.
    remembers: Vec<PaymentProvider>,
    /// The card that may be charged.
    saved_id: Option<SavedCardId>,
    /// Who keeps that.
    saved_with: Option<PaymentProvider>,
    /// Since when.
    saved_at: Option<DateTime<Utc>>,
}

impl From<CardsOffered> for CardsView {
    fn from(it: CardsOffered) -> Self {
        let saved = it.saved.as_ref();
        Self {
            remembers: it.remembers,
            saved_id: saved.map(|it| it.id),
            saved_with: saved.map(|it| it.provider),
            saved_at: saved.and_then(|it| it.saved_at),
        }
    }
}

/// A saved card as whose it is sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MySavedCardView {
    id: SavedCardId,
    /// Who may charge it.
    organisation: String,
    /// Who keeps it.
    provider: PaymentProvider,
    /// `saved`, or `ending` until its provider has let go of it.
    state: CardStanding,
    /// Since when it is saved.
    saved_at: Option<DateTime<Utc>>,
    /// When it was last charged.
    used_at: Option<DateTime<Utc>>,
    /// Why it may not be charged now, as a stable code.
    refusal: Option<&'static str>,
}

impl From<MySavedCard> for MySavedCardView {
    fn from(MySavedCard { card, organisation, refusal }: MySavedCard) -> Self {
        Self {
            id: card.id,
            organisation,
            provider: card.provider,
            state: card.state.standing(),
            saved_at: card.saved_at,
            used_at: card.used_at,
            refusal,
        }
    }
}

/// Lists the caller's cards that providers keep.
#[utoipa::path(get, path = "/me/saved-cards", tag = "me", responses((status = 200, body = Items<MySavedCardView>)))]
async fn list_my_saved_cards(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MySavedCardView>>> {
    Ok(Json(Items::of(api.app.my_saved_cards(&ctx).await?)))
}

/// Lets go of a card of the caller: it is charged no more, and its provider is told.
#[utoipa::path(post, path = "/me/saved-cards/{id}/remove", tag = "me", params(("id" = Uuid, Path)),
    responses((status = 200, body = MySavedCardView)))]
async fn remove_my_saved_card(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SavedCardId>,
) -> Answer<Json<MySavedCardView>> {
    Ok(Json(api.app.remove_my_saved_card(&ctx, id).await?.into()))
}

/// A card that somebody has or had saved.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SavedCardView {
    id: SavedCardId,
    person_id: PersonId,
    /// Who keeps it.
    provider: PaymentProvider,
    state: CardStanding,
    /// Why it is used no longer.
    ended_by: Option<CardEnd>,
    /// Since when it was saved.
    saved_at: Option<DateTime<Utc>>,
    /// When it was last charged.
    used_at: Option<DateTime<Utc>>,
    /// Since when it is used no longer.
    ended_at: Option<DateTime<Utc>>,
}

impl From<SavedCard> for SavedCardView {
    fn from(it: SavedCard) -> Self {
        Self {
            id: it.id,
            person_id: it.person_id,
            provider: it.provider,
            state: it.state.standing(),
            ended_by: it.state.end(),
            saved_at: it.saved_at,
            used_at: it.used_at,
            ended_at: it.ended_at,
        }
    }
}

/// Lists the cards that somebody has or had saved, the latest first.
#[utoipa::path(get, path = "/persons/{id}/saved-cards", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = Items<SavedCardView>)))]
async fn list_saved_cards(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
) -> Answer<Json<Items<SavedCardView>>> {
    Ok(Json(Items::of(api.app.saved_cards_of_person(&ctx, id).await?)))
}

/// Lets go of somebody's card: it is charged no more, and its provider is told.
#[utoipa::path(post, path = "/saved-cards/{id}/remove", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = SavedCardView)))]
async fn remove_saved_card(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SavedCardId>,
) -> Answer<Json<SavedCardView>> {
    Ok(Json(api.app.remove_saved_card(&ctx, id).await?.into()))
}
