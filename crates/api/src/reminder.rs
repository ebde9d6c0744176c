//! Reminders: how an organisation makes them, the figures of law, runs, pauses, and what one has left to pay oneself.

use crate::document::OpenDocumentView;
use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::sms::SmsEstimateView;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use stolpe_app::{
    ChosenReminders, KnownFigure, Notice, OpenReminderRun, PlannedInvoice, PlannedReminder, Reach, ReminderLeftOut,
    ReminderRun,
};
use stolpe_domain::channel::Channel;
use stolpe_domain::country::Country;
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId, PersonId, ReminderRunId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::reminder::{FigureDraft, FigureKind, ReminderDraft};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_reminder_settings, save_reminder_settings))
        .routes(routes!(list_reminder_figures, add_reminder_figure))
        .routes(routes!(list_reminder_runs, look_at_reminders))
        .routes(routes!(read_reminder_run))
        .routes(routes!(make_reminders))
        .routes(routes!(release_reminders))
        .routes(routes!(withhold_reminders))
        .routes(routes!(pause_reminders, resume_reminders))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose.
    organisation_id: OrganisationId,
}

/// How an organisation reminds, and what the law of its country allows today; version 0 while nobody has chosen.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderSettingsView {
    is_on: bool,
    after_days: u16,
    due_days: u16,
    fee_minor: i64,
    fee_is_agreed: bool,
    has_interest: bool,
    most: u16,
    smallest_minor: i64,
    currency: Currency,
    /// What a reminder may cost at most.
    most_fee_minor: i64,
    /// For how many reminders of one invoice a fee may be asked.
    most_fees: i64,
    /// How many days after the due date a reminder may cost something.
    fee_after_days: i64,
    /// The yearly rate of interest on what is late today, in hundredths of a per cent; none when it is not known.
    late_rate: Option<i64>,
    row_version: i64,
}

impl From<ChosenReminders> for ReminderSettingsView {
    fn from(it: ChosenReminders) -> Self {
        Self {
            is_on: it.settings.is_on,
            after_days: it.settings.after_days,
            due_days: it.settings.due_days,
            fee_minor: it.settings.fee_minor,
            fee_is_agreed: it.settings.fee_is_agreed,
            has_interest: it.settings.has_interest,
            most: it.settings.most,
            smallest_minor: it.settings.smallest_minor,
            currency: it.currency,
            most_fee_minor: it.most_fee_minor,
            most_fees: it.most_fees,
            fee_after_days: it.fee_after_days,
            late_rate: it.late_rate,
            row_version: it.row_version,
        }
    }
}

/// Reads how an organisation reminds.
#[utoipa::path(get, path = "/reminder-settings", tag = "reminder", params(OfOrganisation),
    responses((status = 200, body = ReminderSettingsView)))]
async fn read_reminder_settings(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<ReminderSettingsView>> {
    Ok(Json(api.app.reminder_settings(&ctx, of.organisation_id).await?.into()))
}

/// Chooses how an organisation reminds.
#[utoipa::path(put, path = "/reminder-settings", tag = "reminder",
    params(OfOrganisation, ("If-Match" = String, Header)), request_body = ReminderDraft,
    responses((status = 200, body = ReminderSettingsView), (status = 412, body = Problem)))]
async fn save_reminder_settings(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
    Input(draft): Input<ReminderDraft>,
) -> Answer<Json<ReminderSettingsView>> {
    let saved = api.app.save_reminder_settings(&ctx, of.organisation_id, version, draft).await;
    match saved.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.reminder_settings(&ctx, of.organisation_id).await?;
            Err(problem.with_current(ReminderSettingsView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// A figure of law.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderFigureView {
    country: Country,
    kind: FigureKind,
    valid_from: NaiveDate,
    /// Hundredths of a per cent, hundredths of the currency, reminders or days.
    value: i64,
    source: String,
    /// Whether it was added in the desk.
    is_added: bool,
}

impl From<KnownFigure> for ReminderFigureView {
    fn from(it: KnownFigure) -> Self {
        Self {
            country: it.figure.country,
            kind: it.figure.kind,
            valid_from: it.figure.valid_from,
            value: it.figure.value,
            source: it.figure.source,
            is_added: it.is_added,
        }
    }
}

/// Lists the figures of law that reminders are counted with.
#[utoipa::path(get, path = "/reminder-figures", tag = "reminder",
    responses((status = 200, body = Items<ReminderFigureView>)))]
async fn list_reminder_figures(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<ReminderFigureView>>> {
    Ok(Json(Items::of(api.app.reminder_figures(&ctx).await?)))
}

/// Adds a figure, or puts right one of the same day; answers all of them.
#[utoipa::path(post, path = "/reminder-figures", tag = "reminder", request_body = FigureDraft,
    responses((status = 200, body = Items<ReminderFigureView>)))]
async fn add_reminder_figure(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(draft): Input<FigureDraft>,
) -> Answer<Json<Items<ReminderFigureView>>> {
    Ok(Json(Items::of(api.app.add_reminder_figure(&ctx, draft).await?)))
}

/// Where reminders are looked at.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReminderRunInput {
    organisation_id: OrganisationId,
    /// One facility alone; all that the organisation has when left out.
    facility_id: Option<FacilityId>,
}

/// A reminder run.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderRunView {
    id: ReminderRunId,
    organisation_id: OrganisationId,
    facility_id: Option<FacilityId>,
    /// The day for which it holds.
    made_on: NaiveDate,
    created_at: DateTime<Utc>,
    /// When it was made.
    committed_at: Option<DateTime<Utc>>,
}

impl From<ReminderRun> for ReminderRunView {
    fn from(it: ReminderRun) -> Self {
        Self {
            id: it.id,
            organisation_id: it.organisation_id,
            facility_id: it.facility_id,
            made_on: it.made_on,
            created_at: it.created_at,
            committed_at: it.committed_at,
        }
    }
}

/// An invoice that would be reminded of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedInvoiceView {
    id: DocumentId,
    number: String,
    due_on: NaiveDate,
    days_late: i64,
    open: Money,
    interest: Money,
    /// How many reminders it has had.
    reminders: i64,
}

impl From<PlannedInvoice> for PlannedInvoiceView {
    fn from(it: PlannedInvoice) -> Self {
        Self {
            id: it.id,
            number: it.number,
            due_on: it.due_on,
            days_late: it.days_late,
            open: it.open,
            interest: it.interest,
            reminders: it.reminders,
        }
    }
}

/// A reminder that would be made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedReminderView {
    facility_id: FacilityId,
    /// Nobody of one to a company that collects.
    person_id: Option<PersonId>,
    name: String,
    unit_code: Option<String>,
    /// `mail`, `sms`, `paper` or `none`.
    reach: &'static str,
    invoices: Vec<PlannedInvoiceView>,
    fee: Money,
    interest: Money,
    /// What it asks for in all, the invoices among it.
    total: Money,
}

impl From<PlannedReminder> for PlannedReminderView {
    fn from(it: PlannedReminder) -> Self {
        Self {
            facility_id: it.facility_id,
            person_id: it.person_id,
            name: it.name,
            unit_code: it.unit_code,
            reach: match it.reach {
                Reach::Mail => "mail",
                Reach::Sms => "sms",
                Reach::Paper => "paper",
                Reach::None => "none",
            },
            invoices: it.invoices.into_iter().map(Into::into).collect(),
            fee: it.fee,
            interest: it.interest,
            total: it.total,
        }
    }
}

/// An invoice that is overdue and not reminded of, and why.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderLeftOutView {
    /// Why, as a stable word.
    code: String,
    document_id: DocumentId,
    number: String,
    facility_id: FacilityId,
    person_id: Option<PersonId>,
    name: String,
    due_on: NaiveDate,
    open: Money,
    /// The first day of the half-year whose rate is not known, if that is why.
    half_year: Option<NaiveDate>,
}

impl From<ReminderLeftOut> for ReminderLeftOutView {
    fn from(it: ReminderLeftOut) -> Self {
        Self {
            code: it.code,
            document_id: it.document_id,
            number: it.number,
            facility_id: it.facility_id,
            person_id: it.person_id,
            name: it.name,
            due_on: it.due_on,
            open: it.open,
            half_year: it.half_year,
        }
    }
}

/// A message that waits to be let go.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AwaitingReminderView {
    /// By which way it goes.
    channel: Channel,
    address: String,
    subject: String,
    body: String,
    /// The reminder that it brings.
    document_id: Option<DocumentId>,
}

impl From<Notice> for AwaitingReminderView {
    fn from(it: Notice) -> Self {
        Self { channel: it.channel, address: it.address, subject: it.subject, body: it.body, document_id: it.document }
    }
}

/// A reminder run with what it would make or has made.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderPlanView {
    #[serde(flatten)]
    run: ReminderRunView,
    reminders: Vec<PlannedReminderView>,
    /// What is overdue and left out.
    left_out: Vec<ReminderLeftOutView>,
    /// How much is left out, by reason.
    left_out_counts: BTreeMap<String, usize>,
    /// Why nothing can be made yet, as a stable word.
    obstacle: Option<String>,
    /// How many reminders were made of it.
    made: Option<usize>,
    /// Who was not reminded after all, since something had changed.
    changed: Vec<String>,
    /// How many messages wait to be let go.
    awaiting: usize,
    /// What those among them cost that are SMS.
    sms: SmsEstimateView,
    /// The first of them.
    first_messages: Vec<AwaitingReminderView>,
}

impl From<OpenReminderRun> for ReminderPlanView {
    fn from(it: OpenReminderRun) -> Self {
        let (made, changed) = it.plan.made.map_or((None, Vec::new()), |made| (Some(made.reminders), made.changed));
        Self {
            run: it.run.into(),
            reminders: it.plan.reminders.into_iter().map(Into::into).collect(),
            left_out: it.plan.left_out.into_iter().map(Into::into).collect(),
            left_out_counts: it.plan.left_out_counts,
            obstacle: it.plan.obstacle,
            made,
            changed,
            awaiting: it.awaiting,
            sms: it.sms.into(),
            first_messages: it.first.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists the latest reminder runs.
#[utoipa::path(get, path = "/reminder-runs", tag = "reminder",
    responses((status = 200, body = Items<ReminderRunView>)))]
async fn list_reminder_runs(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<ReminderRunView>>> {
    Ok(Json(Items::of(api.app.list_reminder_runs(&ctx).await?)))
}

/// Looks at who would be reminded; nothing is made.
#[utoipa::path(post, path = "/reminder-runs", tag = "reminder", request_body = ReminderRunInput,
    responses((status = 201, body = ReminderPlanView)))]
async fn look_at_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<ReminderRunInput>,
) -> Answer<(StatusCode, Json<ReminderPlanView>)> {
    let run = api.app.look_at_reminders(&ctx, input.organisation_id, input.facility_id).await?;
    Ok((StatusCode::CREATED, Json(run.into())))
}

/// Reads a reminder run with its plan.
#[utoipa::path(get, path = "/reminder-runs/{id}", tag = "reminder", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReminderPlanView)))]
async fn read_reminder_run(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ReminderRunId>,
) -> Answer<Json<ReminderPlanView>> {
    Ok(Json(api.app.reminder_run(&ctx, id).await?.into()))
}

/// What is to be made of a plan.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct MakeRemindersInput {
    /// Messages with the reminders, which wait until somebody lets them go.
    #[serde(default)]
    by_mail: bool,
}

/// Makes the reminders that were planned; whoever owes something else by now is left out.
#[utoipa::path(post, path = "/reminder-runs/{id}/commit", tag = "reminder", params(("id" = Uuid, Path)),
    request_body = MakeRemindersInput, responses((status = 200, body = ReminderPlanView)))]
async fn make_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ReminderRunId>,
    Input(input): Input<MakeRemindersInput>,
) -> Answer<Json<ReminderPlanView>> {
    Ok(Json(api.app.make_reminders(&ctx, id, input.by_mail).await?.into()))
}

/// How many messages there were.
#[derive(Serialize, ToSchema)]
struct ReminderMessagesView {
    messages: usize,
}

/// Lets the messages go that wait with the reminders of a run.
#[utoipa::path(post, path = "/reminder-runs/{id}/release", tag = "reminder", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReminderMessagesView)))]
async fn release_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ReminderRunId>,
) -> Answer<Json<ReminderMessagesView>> {
    Ok(Json(ReminderMessagesView { messages: api.app.release_reminders(&ctx, id).await? }))
}

/// Keeps the messages from going out that wait with the reminders of a run; each reminder can be sent by itself.
#[utoipa::path(post, path = "/reminder-runs/{id}/withhold", tag = "reminder", params(("id" = Uuid, Path)),
    responses((status = 200, body = ReminderMessagesView)))]
async fn withhold_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ReminderRunId>,
) -> Answer<Json<ReminderMessagesView>> {
    Ok(Json(ReminderMessagesView { messages: api.app.withhold_reminders(&ctx, id).await? }))
}

/// Why an invoice is not to be reminded of, and until when.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PauseInput {
    /// In the caller's words.
    reason: String,
    /// The first day on which it may be reminded of again; until somebody says so when left out.
    until_on: Option<NaiveDate>,
}

/// Keeps an invoice from being reminded of; answers the invoice.
#[utoipa::path(put, path = "/documents/{id}/reminder-pause", tag = "reminder", params(("id" = Uuid, Path)),
    request_body = PauseInput, responses((status = 200, body = OpenDocumentView)))]
async fn pause_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    Input(input): Input<PauseInput>,
) -> Answer<Json<OpenDocumentView>> {
    Ok(Json(api.app.pause_reminders(&ctx, id, &input.reason, input.until_on).await?.into()))
}

/// Lets an invoice be reminded of again; answers the invoice.
#[utoipa::path(delete, path = "/documents/{id}/reminder-pause", tag = "reminder", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenDocumentView)))]
async fn resume_reminders(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
) -> Answer<Json<OpenDocumentView>> {
    Ok(Json(api.app.resume_reminders(&ctx, id).await?.into()))
}
