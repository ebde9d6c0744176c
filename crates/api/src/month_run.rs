//! Month runs: planned, looked at, charged, and their messages let go.

use crate::extract::{Caller, Id, Input};
use crate::job::JobView;
use crate::market_price::SpanView;
use crate::page::Items;
use crate::problem::Answer;
use crate::router::Api;
use crate::sms::SmsEstimateView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stolpe_app::{
    Collected, CollectedPerson, MonthRun, MonthWish, Notice, OpenMonthRun, PlanWaiting, PlannedDocument, Reach,
};
use stolpe_domain::channel::Channel;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{DocumentId, FacilityId, MonthRunId, OrganisationId, PersonId, SessionId};
use stolpe_domain::local_day::Month;
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::money::Money;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_month_runs, plan_month))
        .routes(routes!(read_month_run))
        .routes(routes!(commit_month))
        .routes(routes!(release_month))
        .routes(routes!(withhold_month))
}

/// What is to be planned.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MonthRunInput {
    organisation_id: OrganisationId,
    /// One facility alone; all that the organisation has when left out.
    facility_id: Option<FacilityId>,
    /// Up to this month, such as `2026-11`; what was not charged before is charged with it.
    month: Month,
}

/// A month run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthRunView {
    id: MonthRunId,
    organisation_id: OrganisationId,
    facility_id: Option<FacilityId>,
    month: Month,
    created_at: DateTime<Utc>,
    /// When all of it was charged.
    committed_at: Option<DateTime<Utc>>,
}

impl From<MonthRun> for MonthRunView {
    fn from(it: MonthRun) -> Self {
        Self {
            id: it.id,
            organisation_id: it.organisation_id,
            facility_id: it.facility_id,
            month: it.month,
            created_at: it.created_at,
            committed_at: it.committed_at,
        }
    }
}

/// How a document reaches whom it is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum ReachWord {
    Mail,
    Sms,
    Paper,
    /// There is neither an e-mail address nor a street.
    None,
}

/// What a document to a company collects.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CollectedView {
    /// What the company finds the right desk by.
    reference: Option<String>,
    /// In their order on it.
    people: Vec<CollectedPersonView>,
}

impl From<Collected> for CollectedView {
    fn from(it: Collected) -> Self {
        Self { reference: it.reference, people: it.people.into_iter().map(CollectedPersonView::from).collect() }
    }
}

/// What a document to a company asks for of one person.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CollectedPersonView {
    person_id: PersonId,
    name: String,
    /// How many things.
    charges: usize,
    /// Without VAT.
    net: Money,
}

impl From<CollectedPerson> for CollectedPersonView {
    fn from(it: CollectedPerson) -> Self {
        Self { person_id: it.person_id, name: it.name, charges: it.charges, net: it.net }
    }
}

/// A document that would be made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedDocumentView {
    facility_id: FacilityId,
    /// Nobody of one that collects what several people used.
    person_id: Option<PersonId>,
    /// For whom it collects; nothing on a document to one person.
    collected: Option<CollectedView>,
    name: String,
    unit_code: Option<String>,
    reach: ReachWord,
    /// How many things it asks for.
    charges: usize,
    /// How many of them are differences to what was charged before.
    differences: usize,
    energy_wh: Energy,
    net: Money,
    vat: Money,
    rounding: Money,
    payable: Money,
}

impl From<PlannedDocument> for PlannedDocumentView {
    fn from(it: PlannedDocument) -> Self {
        Self {
            facility_id: it.facility_id,
            person_id: it.person_id,
            collected: it.collected.map(CollectedView::from),
            name: it.name,
            unit_code: it.unit_code,
            reach: match it.reach {
                Reach::Mail => ReachWord::Mail,
                Reach::Sms => ReachWord::Sms,
                Reach::Paper => ReachWord::Paper,
                Reach::None => ReachWord::None,
            },
            charges: it.charges,
            differences: it.differences,
            energy_wh: it.energy_wh,
            net: it.net,
            vat: it.vat,
            rounding: it.rounding,
            payable: it.payable,
        }
    }
}

/// Something that is not charged in this run, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlanWaitingView {
    /// Why, as a stable word.
    code: String,
    facility_id: FacilityId,
    session_id: Option<SessionId>,
    person_id: Option<PersonId>,
    name: Option<String>,
    /// When the session began.
    at: Option<DateTime<Utc>>,
    energy_wh: Energy,
    /// The amount that waits, if it is known.
    amount: Option<Money>,
    /// The area whose price is missing.
    area: Option<PriceArea>,
    /// When the price is missing.
    missing: Vec<SpanView>,
}

impl From<PlanWaiting> for PlanWaitingView {
    fn from(it: PlanWaiting) -> Self {
        Self {
            code: it.code,
            facility_id: it.facility_id,
            session_id: it.session_id,
            person_id: it.person_id,
            name: it.name,
            at: it.at,
            energy_wh: it.energy_wh,
            amount: it.amount,
            area: it.area,
            missing: it.missing.into_iter().map(SpanView::from).collect(),
        }
    }
}

/// A message that waits to be let go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AwaitingView {
    /// By which way it goes.
    channel: Channel,
    address: String,
    subject: String,
    body: String,
    /// The document that it brings.
    document_id: Option<DocumentId>,
}

impl From<Notice> for AwaitingView {
    fn from(it: Notice) -> Self {
        Self { channel: it.channel, address: it.address, subject: it.subject, body: it.body, document_id: it.document }
    }
}

/// A month run with what it would charge or has charged.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthPlanView {
    #[serde(flatten)]
    run: MonthRunView,
    documents: Vec<PlannedDocumentView>,
    /// How many documents have come of it; fewer than were planned when something had changed in between.
    made: i64,
    /// What is not charged: the first thousand.
    waiting: Vec<PlanWaitingView>,
    /// How much is not charged, by reason.
    waiting_counts: BTreeMap<String, usize>,
    /// How many sessions were looked at.
    sessions: usize,
    /// Why nothing can be charged yet, as a stable word.
    obstacle: Option<String>,
    /// How many messages wait to be let go.
    awaiting: i64,
    /// Whether mail is set up; if not, what is let go is held until it is.
    mail_leaves: bool,
    /// What those among them cost that are SMS.
    sms: SmsEstimateView,
    /// The first of them.
    first_messages: Vec<AwaitingView>,
}

impl From<OpenMonthRun> for MonthPlanView {
    fn from(it: OpenMonthRun) -> Self {
        Self {
            run: it.run.into(),
            documents: it.plan.documents.into_iter().map(Into::into).collect(),
            made: it.made,
            waiting: it.plan.waiting.into_iter().map(Into::into).collect(),
            waiting_counts: it.plan.waiting_counts,
            sessions: it.plan.sessions,
            obstacle: it.plan.obstacle,
            awaiting: it.awaiting,
            mail_leaves: it.mail_leaves,
            sms: it.sms.into(),
            first_messages: it.first.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists the latest month runs.
#[utoipa::path(get, path = "/month-runs", tag = "month_run", responses((status = 200, body = Items<MonthRunView>)))]
async fn list_month_runs(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MonthRunView>>> {
    Ok(Json(Items::of(api.app.list_month_runs(&ctx).await?)))
}

/// Plans what a month charges; nothing is charged. The result of the task names the run.
#[utoipa::path(post, path = "/month-runs", tag = "month_run", request_body = MonthRunInput,
    responses((status = 202, body = JobView)))]
async fn plan_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<MonthRunInput>,
) -> Answer<(StatusCode, Json<JobView>)> {
    let job = api.app.plan_month(&ctx, input.organisation_id, input.facility_id, input.month).await?;
    Ok((StatusCode::ACCEPTED, Json(job.into())))
}

/// Reads a month run with its plan.
#[utoipa::path(get, path = "/month-runs/{id}", tag = "month_run", params(("id" = Uuid, Path)),
    responses((status = 200, body = MonthPlanView)))]
async fn read_month_run(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<MonthRunId>,
) -> Answer<Json<MonthPlanView>> {
    Ok(Json(api.app.month_run(&ctx, id).await?.into()))
}

/// What is to be made of a plan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CommitInput {
    /// Drafts without numbers, each to be issued by itself.
    #[serde(default)]
    as_drafts: bool,
    /// Messages with the documents, which wait until somebody lets them go.
    #[serde(default)]
    by_mail: bool,
}

/// Charges what was planned; whoever owes something else by now is left out.
#[utoipa::path(post, path = "/month-runs/{id}/commit", tag = "month_run", params(("id" = Uuid, Path)),
    request_body = CommitInput, responses((status = 202, body = JobView)))]
async fn commit_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<MonthRunId>,
    Input(input): Input<CommitInput>,
) -> Answer<(StatusCode, Json<JobView>)> {
    let wish = MonthWish { as_drafts: input.as_drafts, by_mail: input.by_mail };
    Ok((StatusCode::ACCEPTED, Json(api.app.commit_month(&ctx, id, wish).await?.into())))
}

/// How many messages there were.
#[derive(Serialize, ToSchema)]
struct MessagesView {
    messages: u64,
}

/// Lets the messages go that wait with the documents of a run.
#[utoipa::path(post, path = "/month-runs/{id}/release", tag = "month_run", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessagesView)))]
async fn release_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<MonthRunId>,
) -> Answer<Json<MessagesView>> {
    Ok(Json(MessagesView { messages: api.app.release_month(&ctx, id).await? }))
}

/// Keeps the messages from going out that wait with the documents of a run; each document can be sent by itself.
#[utoipa::path(post, path = "/month-runs/{id}/withhold", tag = "month_run", params(("id" = Uuid, Path)),
    responses((status = 200, body = MessagesView)))]
async fn withhold_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<MonthRunId>,
) -> Answer<Json<MessagesView>> {
    Ok(Json(MessagesView { messages: api.app.withhold_month(&ctx, id).await? }))
}
