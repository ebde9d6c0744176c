//! Sign-in letters.

use crate::extract::{Caller, Input};
use crate::job::JobView;
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use stolpe_app::LetterView;
use stolpe_app::{AppError, LetterChoice, LetterOrder};
use stolpe_domain::id::{FacilityId, LoginId};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(make_letters))
        .routes(routes!(hand_over_all))
        .routes(routes!(undo_hand_over_all))
}

/// Who gets a letter, and in which order. Name logins of one facility, or a facility.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LettersInput {
    /// These logins, of one facility.
    login_ids: Option<Vec<LoginId>>,
    /// The logins of this facility.
    facility_id: Option<FacilityId>,
    /// Which of the facility's logins; those without a letter unless given.
    view: Option<LetterCut>,
    /// The order of the pile; for walking unless given.
    order: Option<LetterOrderWord>,
}

/// Which logins of a facility get a letter.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LetterCut {
    /// Those for whom no letter has been made.
    #[default]
    NotIssued,
    /// Those whose password is still the one from a letter.
    InitialPassword,
    /// Every one.
    All,
}

/// The order of the pile.
#[derive(Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum LetterOrderWord {
    /// As one walks from door to door.
    #[default]
    Walking,
    /// By name.
    Name,
}

impl LettersInput {
    fn choice(&mut self) -> Result<LetterChoice, AppError> {
        match (self.login_ids.take(), self.facility_id) {
            (Some(ids), None) if !ids.is_empty() => Ok(LetterChoice::Logins(ids)),
            (None, Some(id)) => {
                let view = match self.view.unwrap_or_default() {
                    LetterCut::NotIssued => LetterView::NotIssued,
                    LetterCut::InitialPassword => LetterView::InitialPassword,
                    LetterCut::All => LetterView::All,
                };
                Ok(LetterChoice::Facility(id, view))
            }
            _ => Err(AppError::field("loginIds", "required")),
        }
    }
}

/// Makes sign-in letters with fresh passwords; the task leaves one file to print.
#[utoipa::path(post, path = "/letters", tag = "letter", request_body = LettersInput,
    responses((status = 202, body = JobView)))]
async fn make_letters(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(mut input): Input<LettersInput>,
) -> Answer<(StatusCode, Json<JobView>)> {
    let choice = input.choice()?;
    let order = match input.order.unwrap_or_default() {
        LetterOrderWord::Walking => LetterOrder::Walking,
        LetterOrderWord::Name => LetterOrder::Name,
    };
    let job = api.app.make_letters(&ctx, choice, order).await?;
    Ok((StatusCode::ACCEPTED, Json(job.into())))
}

/// Logins by id.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct LoginsInput {
    login_ids: Vec<LoginId>,
}

/// How many there were.
#[derive(Serialize, ToSchema)]
struct CountView {
    count: usize,
}

/// Notes that the letters of these logins reached their readers.
#[utoipa::path(post, path = "/logins/handed-over", tag = "letter", request_body = LoginsInput,
    responses((status = 200, body = CountView)))]
async fn hand_over_all(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<LoginsInput>,
) -> Answer<Json<CountView>> {
    Ok(Json(CountView { count: api.app.hand_over_all(&ctx, &input.login_ids).await? }))
}

/// Takes back that the letters of these logins reached their readers.
#[utoipa::path(post, path = "/logins/not-handed-over", tag = "letter", request_body = LoginsInput,
    responses((status = 200, body = CountView)))]
async fn undo_hand_over_all(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<LoginsInput>,
) -> Answer<Json<CountView>> {
    Ok(Json(CountView { count: api.app.undo_hand_over_all(&ctx, &input.login_ids).await? }))
}
