//! The SMS gateway, and what gateways report.

use crate::callback::raw_callback;
use crate::extract::{Anyone, Caller, Id, Input, RowVersion};
use crate::limit;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::body::Bytes;
use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{OpenSmsSetting, RefusedReports, SmsDraft, SmsEstimate, SmsSetting};
use stolpe_domain::id::SmsSendingId;
use stolpe_domain::sms::{SmsPrice, SmsProvider};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(find_sms, change_sms))
        .routes(routes!(test_sms))
        .merge(OpenApiRouter::new().routes(routes!(take_sms_report)).layer(limit::open()))
}

/// What SMS cost before they are sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct SmsEstimateView {
    /// How many there are.
    messages: i64,
    /// Of how many parts in all: each part is paid for.
    parts: i64,
    /// What one part costs; nothing while nobody knows.
    part_price: Option<SmsPrice>,
    /// What all of it costs.
    cost: Option<SmsPrice>,
}

impl From<SmsEstimate> for SmsEstimateView {
    fn from(it: SmsEstimate) -> Self {
        Self { messages: it.messages, parts: it.parts, part_price: it.part_price, cost: it.cost }
    }
}

/// The gateway, without what lets us in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SmsView {
    /// SMS go out.
    enabled: bool,
    provider: SmsProvider,
    /// What the gateway calls the account.
    account: String,
    /// What lets us in is on file.
    secret_set: bool,
    /// What stands as the sender.
    sender: String,
    /// The price of one part, as somebody has typed it.
    price: Option<SmsPrice>,
    /// The price that costs are counted with: the one that was typed, or what the gateway asked for last.
    known_price: Option<SmsPrice>,
    /// The number that everything goes to in its recipients' stead.
    test_number: Option<String>,
    /// What stands in the way now, as a stable code.
    fault: Option<String>,
    /// What the gateway said.
    fault_words: Option<String>,
    /// Since when it takes nothing.
    fault_since: Option<DateTime<Utc>>,
    /// It is not asked to send anything before.
    wait_until: Option<DateTime<Utc>>,
    /// What was refused of what came in the names of gateways.
    refused: Vec<RefusedReportsView>,
    /// Zero until a gateway has been set up.
    row_version: i64,
}

/// What was refused of what came in a gateway's name.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RefusedReportsView {
    provider: String,
    /// Why, as a stable word.
    reason: String,
    count: i64,
    last_at: DateTime<Utc>,
}

impl From<RefusedReports> for RefusedReportsView {
    fn from(it: RefusedReports) -> Self {
        Self { provider: it.provider, reason: it.reason, count: it.count, last_at: it.last_at }
    }
}

impl From<OpenSmsSetting> for SmsView {
    fn from(open: OpenSmsSetting) -> Self {
        let (it, row_version) = open.setting.unwrap_or_else(|| (SmsSetting::default(), 0));
        Self {
            enabled: it.enabled,
            provider: it.provider,
            account: it.account,
            secret_set: it.secret_sealed.is_some(),
            sender: it.sender,
            price: it.price,
            known_price: open.price,
            test_number: it.test_number,
            fault: open.standing.fault,
            fault_words: open.standing.fault_words,
            fault_since: open.standing.fault_since,
            wait_until: open.standing.wait_until,
            refused: open.refused.into_iter().map(Into::into).collect(),
            row_version,
        }
    }
}

/// Reads how the gateway is set up, and whether it takes anything.
#[utoipa::path(get, path = "/settings/sms", tag = "setting", responses((status = 200, body = SmsView)))]
async fn find_sms(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<SmsView>> {
    Ok(Json(api.app.sms_setting(&ctx).await?.into()))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SmsInput {
    enabled: bool,
    provider: SmsProvider,
    account: String,
    /// What lets us in anew; left out, the one on file stays, which it may only for the same account.
    secret: Option<String>,
    /// A name of at most eleven letters and digits, or a number with its country.
    sender: String,
    /// The price of one part; left out, what the gateway asked for last.
    price: Option<SmsPrice>,
    /// The number that everything is to go to in its recipients' stead, to try SMS out.
    test_number: Option<String>,
}

/// Changes the gateway; when it is switched on, held SMS go.
#[utoipa::path(put, path = "/settings/sms", tag = "setting", params(("If-Match" = String, Header)),
    request_body = SmsInput, responses((status = 200, body = SmsView), (status = 412, body = Problem)))]
async fn change_sms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(input): Input<SmsInput>,
) -> Answer<Json<SmsView>> {
    let draft = SmsDraft {
        setting: SmsSetting {
            enabled: input.enabled,
            provider: input.provider,
            account: input.account,
            secret_sealed: None,
            sender: input.sender,
            price: input.price,
            test_number: input.test_number,
        },
        secret: input.secret,
    };
    match api.app.change_sms(&ctx, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            Err(problem.with_current(SmsView::from(api.app.sms_setting(&ctx).await?)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SmsTestInput {
    /// The number that gets the test, with its country.
    to: String,
}

/// How a gateway has taken a test.
#[derive(Serialize, ToSchema)]
struct SmsTaken {
    /// What the gateway calls it.
    reference: String,
    /// Of how many parts it is.
    parts: Option<u32>,
    /// What it costs, where the gateway says so.
    cost: Option<SmsPrice>,
}

/// Sends a test SMS at once.
#[utoipa::path(post, path = "/settings/sms/test", tag = "setting", request_body = SmsTestInput,
    responses((status = 200, body = SmsTaken)))]
async fn test_sms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<SmsTestInput>,
) -> Answer<Json<SmsTaken>> {
    let seen = api.app.test_sms(&ctx, &input.to).await?;
    Ok(Json(SmsTaken { reference: seen.reference, parts: seen.parts, cost: seen.cost }))
}

/// Takes in what a gateway reports. It only says which message to ask the gateway about.
#[utoipa::path(post, path = "/callbacks/sms/{provider}/{sending}/{key}", tag = "notice",
    params(("provider" = SmsProvider, Path), ("sending" = Uuid, Path), ("key" = String, Path)), request_body = String,
    responses((status = 200), (status = 409, body = Problem)))]
async fn take_sms_report(
    State(api): State<Api>,
    Anyone(ctx): Anyone,
    Id((provider, sending, key)): Id<(SmsProvider, SmsSendingId, String)>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Answer<StatusCode> {
    let report = raw_callback(&uri, &headers, body)?;
    api.app.take_sms_report(&ctx, (provider, sending, &key), &report).await?;
    Ok(StatusCode::OK)
}
