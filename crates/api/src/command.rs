//! What is asked of charge points, and the raw log of what went over their lines.

use crate::extract::{Caller, Filter, Id, Input};
use crate::page::{Page, Window, cursor};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use stolpe_app::{Command, Direction, Message, MessageFilter, Operation, ResetKind, Trigger};
use stolpe_domain::id::{ChargePointId, CommandId};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_commands, ask_charge_point)).routes(routes!(list_messages))
}

/// What may be asked of a charge point.
#[derive(Deserialize, ToSchema)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase", deny_unknown_fields)]
enum NewCommand {
    /// Take a connector (0: all of them) out of service or back into it.
    ChangeAvailability { connector: u32, operative: bool },
    /// Set one of its settings.
    ChangeConfiguration { key: String, value: String },
    /// Forget the tags that it remembers.
    ClearCache {},
    /// Tell its settings; all of them when none is named.
    GetConfiguration { keys: Vec<String> },
    /// Begin to charge for a tag.
    RemoteStart { tag: String, connector: Option<u32> },
    /// End a transaction.
    RemoteStop {
        #[serde(rename = "transactionId")]
        transaction_id: i32,
    },
    /// Start anew: at once, or after its transactions.
    Reset { hard: bool },
    /// Send a message now: `BootNotification`, `Heartbeat`, `MeterValues`, `StatusNotification` and such.
    TriggerMessage {
        #[schema(value_type = String)]
        message: Trigger,
        connector: Option<u32>,
    },
    /// Let go of the cable.
    UnlockConnector { connector: u32 },
}

impl From<NewCommand> for Operation {
    fn from(it: NewCommand) -> Self {
        match it {
            NewCommand::ChangeAvailability { connector, operative } => {
                Self::ChangeAvailability { connector, operative }
            }
            NewCommand::ChangeConfiguration { key, value } => Self::ChangeConfiguration { key, value },
            NewCommand::ClearCache {} => Self::ClearCache,
            NewCommand::GetConfiguration { keys } => Self::GetConfiguration { keys },
            NewCommand::RemoteStart { tag, connector } => Self::RemoteStart { tag, connector },
            NewCommand::RemoteStop { transaction_id } => Self::RemoteStop { transaction: transaction_id },
            NewCommand::Reset { hard } => Self::Reset { how: if hard { ResetKind::Hard } else { ResetKind::Soft } },
            NewCommand::TriggerMessage { message, connector } => Self::TriggerMessage { message, connector },
            NewCommand::UnlockConnector { connector } => Self::UnlockConnector { connector },
        }
    }
}

/// Something that was asked of a charge point.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CommandView {
    id: CommandId,
    charge_point_id: ChargePointId,
    /// What was asked.
    #[schema(value_type = Object)]
    operation: Value,
    /// `asked`, `delivered`, `obeyed`, `verified`, `refused`, `silent` or `gone`. Obeyed is not done; verified is.
    state: &'static str,
    asked_at: DateTime<Utc>,
    delivered_at: Option<DateTime<Utc>>,
    answered_at: Option<DateTime<Utc>>,
    /// What the charge point answered.
    #[schema(value_type = Option<Object>)]
    answer: Option<Value>,
    verified_at: Option<DateTime<Utc>>,
}

impl From<Command> for CommandView {
    fn from(it: Command) -> Self {
        Self {
            id: it.id,
            charge_point_id: it.charge_point,
            operation: it.operation,
            state: it.state.word(),
            asked_at: it.asked_at,
            delivered_at: it.delivered_at,
            answered_at: it.answered_at,
            answer: it.answer,
            verified_at: it.verified_at,
        }
    }
}

/// Lists what was asked of a charge point, the latest first.
#[utoipa::path(get, path = "/charge-points/{id}/commands", tag = "command", params(("id" = Uuid, Path), Window),
    responses((status = 200, body = Page<CommandView>)))]
async fn list_commands(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<CommandView>>> {
    let page = api.app.list_commands(&ctx, id, window.after::<CommandId>()?, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&last.id));
    Ok(Json(Page { items: page.items.into_iter().map(CommandView::from).collect(), next, total: None }))
}

/// Asks something of a charge point that is connected.
#[utoipa::path(post, path = "/charge-points/{id}/commands", tag = "command", params(("id" = Uuid, Path)),
    request_body = NewCommand, responses((status = 201, body = CommandView)))]
async fn ask_charge_point(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
    Input(new): Input<NewCommand>,
) -> Answer<(StatusCode, Json<CommandView>)> {
    let command = api.app.ask_charge_point(&ctx, id, new.into()).await?;
    Ok((StatusCode::CREATED, Json(command.into())))
}

/// One frame that went over the line of a charge point.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MessageView {
    id: Uuid,
    at: DateTime<Utc>,
    /// Whether the charge point said it, or we.
    from_charge_point: bool,
    /// `call`, `answer`, `refusal` or `noise`.
    kind: &'static str,
    message_id: String,
    action: Option<String>,
    /// What came with it, word for word.
    payload: String,
    /// What was answered, unless that was nothing but "heard".
    answer: Option<String>,
}

impl From<Message> for MessageView {
    fn from(it: Message) -> Self {
        Self {
            id: it.id,
            at: it.at,
            from_charge_point: it.is_from_charge_point(),
            kind: it.kind.word(),
            message_id: it.message_id,
            action: it.action,
            payload: it.payload,
            answer: it.answer,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct MessageQuery {
    /// Calls of this action, such as `MeterValues`.
    action: Option<String>,
    /// Whether the charge point said it, or we.
    from_charge_point: Option<bool>,
}

/// Lists what went over the line of a charge point, the latest first.
#[utoipa::path(get, path = "/charge-points/{id}/messages", tag = "command",
    params(("id" = Uuid, Path), MessageQuery, Window),
    responses((status = 200, body = Page<MessageView>)))]
async fn list_messages(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ChargePointId>,
    Filter(query): Filter<MessageQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<MessageView>>> {
    let direction = query.from_charge_point.map(|it| if it { Direction::In } else { Direction::Out });
    let filter = MessageFilter { action: query.action, direction };
    let page = api.app.list_messages(&ctx, id, &filter, window.after::<Uuid>()?, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&last.id));
    Ok(Json(Page { items: page.items.into_iter().map(MessageView::from).collect(), next, total: None }))
}
