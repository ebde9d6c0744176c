//! The outbox.

use crate::extract::{Caller, Filter, Id};
use crate::page::{Ordered, Page, Window, cursor};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{KeptReport, Notice, NoticeFilter, NoticeState, OpenNotice, Sending};
use stolpe_domain::channel::Channel;
use stolpe_domain::id::{DocumentId, NoticeId, PersonId, SmsSendingId};
use stolpe_domain::language::Language;
use stolpe_domain::sms::{SmsPrice, SmsProvider, SmsState};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(list_notices)).routes(routes!(read_notice)).routes(routes!(retry_notice))
}

/// How far a message has come.
#[derive(Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum NoticeStateWord {
    Queued,
    Unclear,
    Held,
    Sent,
    Delivered,
    Diverted,
    Bounced,
    Failed,
    Awaiting,
    Suppressed,
}

impl From<NoticeState> for NoticeStateWord {
    fn from(it: NoticeState) -> Self {
        match it {
            NoticeState::Queued => Self::Queued,
            NoticeState::Unclear => Self::Unclear,
            NoticeState::Held => Self::Held,
            NoticeState::Sent => Self::Sent,
            NoticeState::Delivered => Self::Delivered,
            NoticeState::Diverted => Self::Diverted,
            NoticeState::Bounced => Self::Bounced,
            NoticeState::Failed => Self::Failed,
            NoticeState::Awaiting => Self::Awaiting,
            NoticeState::Suppressed => Self::Suppressed,
        }
    }
}

impl From<NoticeStateWord> for NoticeState {
    fn from(it: NoticeStateWord) -> Self {
        match it {
            NoticeStateWord::Queued => Self::Queued,
            NoticeStateWord::Unclear => Self::Unclear,
            NoticeStateWord::Held => Self::Held,
            NoticeStateWord::Sent => Self::Sent,
            NoticeStateWord::Delivered => Self::Delivered,
            NoticeStateWord::Diverted => Self::Diverted,
            NoticeStateWord::Bounced => Self::Bounced,
            NoticeStateWord::Failed => Self::Failed,
            NoticeStateWord::Awaiting => Self::Awaiting,
            NoticeStateWord::Suppressed => Self::Suppressed,
        }
    }
}

/// One message.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct NoticeView {
    id: NoticeId,
    /// Which template made it.
    template: String,
    person_id: Option<PersonId>,
    channel: Channel,
    recipient: String,
    /// The document that it brings.
    document_id: Option<DocumentId>,
    language: Language,
    /// The subject; of an SMS, what lists show.
    subject: String,
    body: String,
    state: NoticeStateWord,
    attempts: i64,
    next_attempt_at: Option<DateTime<Utc>>,
    /// What went wrong last, as a stable code.
    fault: Option<String>,
    /// What the mail server said then, in its own words.
    fault_words: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
    /// The test address that it went to in its recipient's stead.
    diverted_to: Option<String>,
    /// Of how many parts an SMS is.
    parts: Option<i64>,
    /// What the gateway asked for an SMS.
    cost: Option<SmsPrice>,
    /// When an SMS was seen on the phone.
    delivered_at: Option<DateTime<Utc>>,
}

impl From<Notice> for NoticeView {
    fn from(it: Notice) -> Self {
        Self {
            id: it.id,
            template: it.template,
            person_id: it.person,
            channel: it.channel,
            recipient: it.address,
            document_id: it.document,
            language: it.language,
            subject: it.subject,
            body: it.body,
            state: it.state.into(),
            attempts: it.attempt_count,
            next_attempt_at: it.next_attempt_at,
            fault: it.fault,
            fault_words: it.fault_words,
            created_at: it.created_at,
            sent_at: it.sent_at,
            diverted_to: it.diverted_to,
            parts: it.parts,
            cost: it.cost,
            delivered_at: it.delivered_at,
        }
    }
}

/// What a gateway has reported of an SMS: it is asked then, since a report alone is not believed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SmsReportView {
    /// In the gateway's word.
    event: String,
    /// `asked` where the gateway was asked, and `ignored` where the message was known to be on the phone.
    outcome: String,
    /// How often it came again.
    repeated: i64,
    received_at: DateTime<Utc>,
}

/// One time that a gateway was asked to send an SMS.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SmsSendingView {
    id: SmsSendingId,
    provider: SmsProvider,
    /// The number: the reader's, or the test number.
    address: String,
    state: SmsState,
    /// What the gateway calls it.
    reference: Option<String>,
    /// Why it did not get there, as the gateway's code.
    code: Option<String>,
    /// The gateway's words.
    words: Option<String>,
    begun_at: DateTime<Utc>,
    /// When the gateway was last asked.
    looked_at: Option<DateTime<Utc>>,
    /// In the order in which they came.
    reports: Vec<SmsReportView>,
}

impl From<(Sending, Vec<KeptReport>)> for SmsSendingView {
    fn from((it, reports): (Sending, Vec<KeptReport>)) -> Self {
        let report = |it: KeptReport| SmsReportView {
            event: it.event,
            outcome: it.outcome,
            repeated: it.repeated,
            received_at: it.received_at,
        };
        Self {
            id: it.id,
            provider: it.provider,
            address: it.address,
            state: it.state,
            reference: it.reference,
            code: it.code,
            words: it.words,
            begun_at: it.created_at,
            looked_at: it.looked_at,
            reports: reports.into_iter().map(report).collect(),
        }
    }
}

/// A message with what is known of its way.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenNoticeView {
    #[serde(flatten)]
    notice: NoticeView,
    /// The times that a gateway was asked to send it; none of a mail.
    sendings: Vec<SmsSendingView>,
}

impl From<OpenNotice> for OpenNoticeView {
    fn from(it: OpenNotice) -> Self {
        Self { notice: it.notice.into(), sendings: it.sendings.into_iter().map(Into::into).collect() }
    }
}

/// Reads a message, and what gateways have said of it.
#[utoipa::path(get, path = "/notices/{id}", tag = "notice", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenNoticeView)))]
async fn read_notice(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<NoticeId>,
) -> Answer<Json<OpenNoticeView>> {
    Ok(Json(api.app.notice(&ctx, id).await?.into()))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NoticeQuery {
    /// Only messages that have come this far.
    state: Option<NoticeStateWord>,
    /// Only what this template made.
    template: Option<String>,
    /// The beginning of an address.
    recipient: Option<String>,
    /// Written from this instant.
    from: Option<DateTime<Utc>>,
    /// Written before this instant.
    to: Option<DateTime<Utc>>,
}

impl From<NoticeQuery> for NoticeFilter {
    fn from(it: NoticeQuery) -> Self {
        Self {
            within: None,
            state: it.state.map(Into::into),
            template: it.template.filter(|template| !template.is_empty()),
            address: it.recipient.unwrap_or_default().trim().to_owned(),
            from: it.from,
            until: it.to,
        }
    }
}

/// Lists the outbox.
#[utoipa::path(get, path = "/notices", tag = "notice", params(NoticeQuery, Ordered, Window),
    responses((status = 200, body = Page<NoticeView>)))]
async fn list_notices(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<NoticeQuery>,
    Filter(ordered): Filter<Ordered>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<NoticeView>>> {
    let after = window.after::<(DateTime<Utc>, NoticeId)>()?;
    let (page, total) = api.app.list_notices(&ctx, query.into(), ordered.order(), after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.created_at, last.id)));
    let items = page.items.into_iter().map(NoticeView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

/// Tries a failed message again.
#[utoipa::path(post, path = "/notices/{id}/retry", tag = "notice", params(("id" = Uuid, Path)),
    responses((status = 200, body = NoticeView)))]
async fn retry_notice(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<NoticeId>) -> Answer<Json<NoticeView>> {
    Ok(Json(api.app.retry_notice(&ctx, id).await?.into()))
}
