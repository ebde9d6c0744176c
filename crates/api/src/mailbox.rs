//! The mailbox to which bounces come.

use crate::extract::{Caller, Input, RowVersion};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::setting::MailProtection;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{Ctx, MailboxDraft, MailboxSetting};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(find_mailbox, change_mailbox)).routes(routes!(read_mailbox))
}

/// The mailbox, without its password.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MailboxView {
    /// It is read.
    enabled: bool,
    host: String,
    port: u16,
    security: MailProtection,
    username: String,
    /// A password is on file.
    password_set: bool,
    /// Name of the folder.
    folder: String,
    /// When it was read whole last.
    read_at: Option<DateTime<Utc>>,
    /// What stands in the way now, as a stable code.
    fault: Option<String>,
    /// What the server said.
    fault_words: Option<String>,
    /// Since when it cannot be read.
    fault_since: Option<DateTime<Utc>>,
    /// Zero until a mailbox has been set up.
    row_version: i64,
}

async fn view(api: &Api, ctx: &Ctx) -> Answer<MailboxView> {
    let (setting, reading) = api.app.mailbox_setting(ctx).await?;
    let (it, row_version) = setting.unwrap_or_else(|| (MailboxSetting::default(), 0));
    Ok(MailboxView {
        enabled: it.enabled,
        host: it.host,
        port: it.port,
        security: it.security.into(),
        username: it.username,
        password_set: it.password_sealed.is_some(),
        folder: it.folder,
        read_at: reading.read_at,
        fault: reading.fault,
        fault_words: reading.fault_words,
        fault_since: reading.fault_since,
        row_version,
    })
}

/// Reads how the mailbox is set up, and how reading it stands.
#[utoipa::path(get, path = "/settings/mailbox", tag = "setting", responses((status = 200, body = MailboxView)))]
async fn find_mailbox(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<MailboxView>> {
    Ok(Json(view(&api, &ctx).await?))
}

#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MailboxInput {
    enabled: bool,
    host: String,
    port: u16,
    security: MailProtection,
    username: String,
    /// A new password; left out, the one on file stays, which it may only for the same host, port, protection and user.
    password: Option<String>,
    folder: String,
}

/// Changes the mailbox.
#[utoipa::path(put, path = "/settings/mailbox", tag = "setting", params(("If-Match" = String, Header)),
    request_body = MailboxInput, responses((status = 200, body = MailboxView), (status = 412, body = Problem)))]
async fn change_mailbox(
    State(api): State<Api>,
    Caller(ctx): Caller,
    RowVersion(version): RowVersion,
    Input(input): Input<MailboxInput>,
) -> Answer<Json<MailboxView>> {
    let draft = MailboxDraft {
        setting: MailboxSetting {
            enabled: input.enabled,
            host: input.host,
            port: input.port,
            security: input.security.into(),
            username: input.username,
            password_sealed: None,
            folder: input.folder,
        },
        password: input.password,
    };
    match api.app.change_mailbox(&ctx, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => Err(problem.with_current(view(&api, &ctx).await?)),
        outcome => {
            outcome?;
            Ok(Json(view(&api, &ctx).await?))
        }
    }
}

/// What a look at the mailbox has found.
#[derive(Serialize, ToSchema)]
struct MailboxRead {
    /// So many messages have come back since it was read before.
    bounced: usize,
}

/// Reads the mailbox now.
#[utoipa::path(post, path = "/settings/mailbox/read", tag = "setting", responses((status = 200, body = MailboxRead)))]
async fn read_mailbox(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<MailboxRead>> {
    Ok(Json(MailboxRead { bounced: api.app.read_mailbox(&ctx).await? }))
}
