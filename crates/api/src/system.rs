//! The installation: its state, the first run, the vault.

use crate::extract::{Anyone, Caller, Input, device};
use crate::limit;
use crate::problem::Answer;
use crate::router::Api;
use crate::sign_in::with_cookie;
use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use stolpe_app::Engine;
use stolpe_app::{OwnerDraft, SetupDraft};
use stolpe_domain::facility::FacilityDraft;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_domain::password::PasswordPolicy;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_system))
        .routes(routes!(set_up))
        .routes(routes!(recover_vault))
        .routes(routes!(read_password_policy))
        .layer(limit::open())
        .routes(routes!(make_training, remove_training))
}

/// What anybody may know of the installation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SystemView {
    /// Version of the host.
    version: &'static str,
    /// `sqlite` or `postgres`.
    engine: EngineWord,
    /// `setup` until the first run is over.
    state: StateWord,
    /// `locked` while secrets cannot be read.
    vault: VaultWord,
    /// A training organisation exists.
    training: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum EngineWord {
    Sqlite,
    Postgres,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum StateWord {
    Setup,
    Ready,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum VaultWord {
    Open,
    Locked,
}

/// Reads what anybody may know of the installation.
#[utoipa::path(get, path = "/system", tag = "system", responses((status = 200, body = SystemView)))]
async fn read_system(State(api): State<Api>) -> Answer<Json<SystemView>> {
    let it = api.app.system().await?;
    Ok(Json(SystemView {
        version: env!("CARGO_PKG_VERSION"),
        engine: match it.engine {
            Engine::Sqlite => EngineWord::Sqlite,
            Engine::Postgres => EngineWord::Postgres,
        },
        state: if it.ready { StateWord::Ready } else { StateWord::Setup },
        vault: if it.vault_open { VaultWord::Open } else { VaultWord::Locked },
        training: it.training,
    }))
}

/// Everything that the first run asks for.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SetupInput {
    /// Who the first owner is.
    owner: OwnerInput,
    /// The property owner, employer, marina or permit issuer.
    organisation: OrganisationDraft,
    /// The first place; may be added later.
    facility: Option<FacilityDraft>,
}

/// Who the first owner is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OwnerInput {
    given_name: String,
    family_name: String,
    email: String,
    password: String,
    language: Language,
}

/// What the first run gives back, once.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SetupView {
    /// Bearer token of the owner.
    token: String,
    /// Opens the vault when the master key is lost; to be printed.
    recovery_code: String,
}

/// Makes the first owner, organisation and facility.
#[utoipa::path(post, path = "/setup", tag = "system", request_body = SetupInput,
    responses((status = 201, body = SetupView)))]
async fn set_up(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    headers: HeaderMap,
    Input(input): Input<SetupInput>,
) -> Answer<Response> {
    let draft = SetupDraft {
        owner: OwnerDraft {
            given_name: input.owner.given_name,
            family_name: input.owner.family_name,
            email: input.owner.email,
            password: input.owner.password,
            language: input.owner.language,
        },
        organisation: input.organisation,
        facility: input.facility,
    };
    let done = api.app.set_up(&ctx, draft, &device(&headers)).await?;
    let view = SetupView { token: done.entered.token.to_string(), recovery_code: done.recovery_code.to_string() };
    Ok(with_cookie(&api, &headers, &done.entered.token, (StatusCode::CREATED, Json(view))))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct RecoverInput {
    /// The printed code, in any case and with any separators.
    recovery_code: String,
}

/// Opens the vault with the printed recovery code.
#[utoipa::path(post, path = "/vault/recover", tag = "system", request_body = RecoverInput,
    responses((status = 204)))]
async fn recover_vault(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Input(input): Input<RecoverInput>,
) -> Answer<StatusCode> {
    api.app.recover_vault(&ctx, &input.recovery_code).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads what a password must be.
#[utoipa::path(get, path = "/password-policy", tag = "system", responses((status = 200, body = PasswordPolicy)))]
async fn read_password_policy(State(api): State<Api>) -> Answer<Json<PasswordPolicy>> {
    Ok(Json(api.app.password_policy().await?))
}

/// Where the training data is.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TrainingView {
    organisation_id: OrganisationId,
}

/// Makes the training organisation: a year of made-up data from which nothing ever leaves.
#[utoipa::path(post, path = "/training", tag = "system", responses((status = 201, body = TrainingView)))]
async fn make_training(State(api): State<Api>, Caller(ctx): Caller) -> Answer<(StatusCode, Json<TrainingView>)> {
    let organisation_id = api.app.make_training(&ctx).await?;
    Ok((StatusCode::CREATED, Json(TrainingView { organisation_id })))
}

/// Removes the training organisation with everything in it.
#[utoipa::path(delete, path = "/training", tag = "system", responses((status = 204)))]
async fn remove_training(State(api): State<Api>, Caller(ctx): Caller) -> Answer<StatusCode> {
    api.app.remove_training(&ctx).await?;
    Ok(StatusCode::NO_CONTENT)
}
