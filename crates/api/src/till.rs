//! The counter: tills, what is taken in them, and what is paid out of them.

use crate::export::{Wanted, file};
use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::job::download;
use crate::ledger::ForeseenMoveView;
use crate::page::{Total, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::top_up::TopUpRuleView;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{StandingAtCounter, TakeBackWish, TillFilter, TillPlace, TillWish};
use stolpe_domain::id::{DocumentId, OrganisationId, PayoutId, PersonId, TillEntryId, TillId};
use stolpe_domain::money::Money;
use stolpe_domain::till::{TakeBackWay, TillMeans};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use view::{OpenTillView, OwedAtCounterView, PayoutAtCounterView, TillStandingView, TillView};

mod view;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_till_standing))
        .routes(routes!(save_till_setting))
        .routes(routes!(list_tills, open_till))
        .routes(routes!(read_till))
        .routes(routes!(list_owed_at_counter))
        .routes(routes!(take_at_till))
        .routes(routes!(list_payouts_at_counter, pay_out_at_till))
        .routes(routes!(take_back_at_till, look_at_take_back_at_till))
        .routes(routes!(close_till))
        .routes(routes!(read_till_receipt))
        .routes(routes!(read_till_report))
        .routes(routes!(export_till))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose counter.
    organisation_id: OrganisationId,
}

/// Reads whether payments are taken at the counter, and the till that the caller has open.
#[utoipa::path(get, path = "/till-standing", tag = "till", params(OfOrganisation),
    responses((status = 200, body = TillStandingView)))]
async fn read_till_standing(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<TillStandingView>> {
    Ok(Json(api.app.till_standing(&ctx, of.organisation_id).await?.into()))
}

/// Whether payments are taken at the counter.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TillSettingInput {
    active: bool,
}

/// Says whether payments are taken at the counter. Stolpe is no certified cash register: where the law asks for one, the
/// owner has it beside.
#[utoipa::path(put, path = "/till-setting", tag = "till", params(OfOrganisation, ("If-Match" = String, Header)),
    request_body = TillSettingInput, responses((status = 200, body = TillStandingView), (status = 412, body = Problem)))]
async fn save_till_setting(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    RowVersion(version): RowVersion,
    Input(input): Input<TillSettingInput>,
) -> Answer<Json<TillStandingView>> {
    Ok(Json(api.app.save_till_setting(&ctx, of.organisation_id, version, input.active).await?.into()))
}

/// Tills, and how many.
#[derive(Serialize, ToSchema)]
struct TillPageView {
    /// The rows, in order.
    items: Vec<TillView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct TillQuery {
    /// Of this organisation.
    organisation_id: OrganisationId,
    /// That are open, or that are closed.
    open: Option<bool>,
}

/// Lists tills, those opened last first: the caller's own, or all of them for whoever looks after payments.
#[utoipa::path(get, path = "/tills", tag = "till", params(TillQuery, Window),
    responses((status = 200, body = TillPageView)))]
async fn list_tills(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<TillQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<TillPageView>> {
    let after = window.after::<(DateTime<Utc>, TillId)>()?.map(|(opened_at, id)| TillPlace { opened_at, id });
    let filter = TillFilter { organisation: query.organisation_id, clerk: None, is_open: query.open };
    let (page, total) = api.app.list_tills(&ctx, filter, after, window.limit()).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.and_then(|last| cursor(&(last.till.opened_at, last.till.id)));
    let items = page.items.into_iter().map(TillView::from).collect();
    Ok(Json(TillPageView { items, next, total: total.map(Into::into) }))
}

/// What a till is opened with.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct OpenTillInput {
    /// The cash in it, in öre or øre; whole kronor.
    opening_minor: i64,
}

/// Opens a till of the caller.
#[utoipa::path(post, path = "/tills", tag = "till", params(OfOrganisation), request_body = OpenTillInput,
    responses((status = 201, body = OpenTillView), (status = 409, body = Problem)))]
async fn open_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Input(input): Input<OpenTillInput>,
) -> Answer<(StatusCode, Json<OpenTillView>)> {
    let opened = api.app.open_till(&ctx, of.organisation_id, input.opening_minor).await?;
    Ok((StatusCode::CREATED, Json(opened.into())))
}

/// Reads a till with what was entered in it, and what it adds up to.
#[utoipa::path(get, path = "/tills/{id}", tag = "till", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenTillView)))]
async fn read_till(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<TillId>) -> Answer<Json<OpenTillView>> {
    Ok(Json(api.app.till(&ctx, id).await?.into()))
}

/// What somebody can pay at the counter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OwedView {
    /// Their invoices and reminders, those that fall due first at the head.
    items: Vec<OwedAtCounterView>,
    /// Whether a receipt can go to them by mail.
    has_email: bool,
    /// What they have paid beforehand where more of it is kept.
    prepaid: Money,
    /// By which rule they pay more in advance.
    rule: TopUpRuleView,
    /// Whether the caller may take something else all the same, and say why.
    may_adjust: bool,
}

/// Reads what somebody can pay at the counter.
#[utoipa::path(get, path = "/persons/{id}/owed-at-counter", tag = "till", params(("id" = Uuid, Path)),
    responses((status = 200, body = OwedView)))]
async fn list_owed_at_counter(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PersonId>,
) -> Answer<Json<OwedView>> {
    let StandingAtCounter { owed, has_email, prepaid, rule, may_adjust } = api.app.owed_at_counter(&ctx, id).await?;
    let items = owed.into_iter().map(Into::into).collect();
    Ok(Json(OwedView { items, has_email, prepaid, rule: rule.into(), may_adjust }))
}

/// How much of a document is paid.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TillShareInput {
    document_id: DocumentId,
    /// In öre or øre.
    minor: i64,
}

/// What somebody pays at the counter.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TillWishInput {
    person_id: PersonId,
    means: TillMeans,
    /// In öre or øre; cash in whole kronor.
    minor: i64,
    /// How much of which documents; the rest is kept for whoever pays.
    shares: Vec<TillShareInput>,
    /// What the card terminal calls it.
    terminal_reference: Option<String>,
    /// Why it is paid in advance although it breaks the rule of the facility.
    #[serde(default)]
    reason: Option<String>,
    /// Whether the receipt goes out by mail.
    #[serde(default)]
    mail: bool,
}

/// Takes a payment in the caller's open till.
#[utoipa::path(post, path = "/tills/{id}/entries", tag = "till", params(("id" = Uuid, Path)),
    request_body = TillWishInput, responses((status = 201, body = OpenTillView), (status = 409, body = Problem)))]
async fn take_at_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillId>,
    Input(input): Input<TillWishInput>,
) -> Answer<(StatusCode, Json<OpenTillView>)> {
    let wish = TillWish {
        person: input.person_id,
        means: input.means,
        amount_minor: input.minor,
        shares: input.shares.iter().map(|it| (it.document_id, it.minor)).collect(),
        terminal_reference: input.terminal_reference,
        reason: input.reason,
        mail: input.mail,
    };
    Ok((StatusCode::CREATED, Json(api.app.take_at_till(&ctx, id, &wish).await?.into())))
}

/// Lists payouts that were approved and wait at the counter for those who get them, the oldest first.
#[utoipa::path(get, path = "/tills/{id}/payouts", tag = "till", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<PayoutAtCounterView>)))]
async fn list_payouts_at_counter(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillId>,
) -> Answer<Json<Vec<PayoutAtCounterView>>> {
    let waiting = api.app.payouts_at_counter(&ctx, id).await?;
    Ok(Json(waiting.into_iter().map(Into::into).collect()))
}

/// What is handed over.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TillPayoutInput {
    /// Which payout.
    payout_id: PayoutId,
    /// Whether the receipt goes out by mail.
    #[serde(default)]
    mail: bool,
}

/// Hands over a payout that was approved, in cash out of the caller's open till.
#[utoipa::path(post, path = "/tills/{id}/payouts", tag = "till", params(("id" = Uuid, Path)),
    request_body = TillPayoutInput, responses((status = 201, body = OpenTillView), (status = 409, body = Problem)))]
async fn pay_out_at_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillId>,
    Input(input): Input<TillPayoutInput>,
) -> Answer<(StatusCode, Json<OpenTillView>)> {
    let open = api.app.pay_out_at_till(&ctx, id, input.payout_id, input.mail).await?;
    Ok((StatusCode::CREATED, Json(open.into())))
}

/// Why an entry goes back.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TillTakeBackInput {
    reason: String,
    /// Cash of a till that is closed may never have come; otherwise its money goes the other way.
    #[serde(default = "by_money")]
    way: TakeBackWay,
    /// Whether the receipt goes out by mail.
    #[serde(default)]
    mail: bool,
}

const fn by_money() -> TakeBackWay {
    TakeBackWay::Money
}

/// Takes back what was taken in a till, or paid out of it: in that till while it is open, or else in the one that the caller has
/// open. Answers the till that it was entered in.
#[utoipa::path(post, path = "/till-entries/{id}/take-back", tag = "till", params(("id" = Uuid, Path)),
    request_body = TillTakeBackInput, responses((status = 201, body = OpenTillView), (status = 409, body = Problem)))]
async fn take_back_at_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillEntryId>,
    Input(input): Input<TillTakeBackInput>,
) -> Answer<(StatusCode, Json<OpenTillView>)> {
    let wish = TakeBackWish { way: input.way, reason: input.reason, mail: input.mail };
    Ok((StatusCode::CREATED, Json(api.app.take_back_at_till(&ctx, id, &wish).await?.into())))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct TakeBackQuery {
    /// Whether its money goes the other way, which it does unless something else is said.
    #[param(inline)]
    way: Option<TakeBackWay>,
}

/// Tells what taking back an entry of a till would move; nothing is moved.
#[utoipa::path(get, path = "/till-entries/{id}/take-back", tag = "till",
    params(("id" = Uuid, Path), TakeBackQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_take_back_at_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillEntryId>,
    Filter(query): Filter<TakeBackQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    let way = query.way.unwrap_or_else(by_money);
    let moves = api.app.look_at_take_back_at_till(&ctx, id, way).await?;
    Ok(Json(ForeseenMoveView::all(moves)))
}

/// What was counted in a till.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CountedTillInput {
    /// The cash, in öre or øre; whole kronor.
    counted_minor: i64,
    /// Why it is not what should be there; needed where it is not.
    reason: Option<String>,
}

/// Closes a till with what was counted in it. What is missing or too much is posted, and the report gets its number.
#[utoipa::path(post, path = "/tills/{id}/close", tag = "till",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = CountedTillInput,
    responses((status = 200, body = OpenTillView), (status = 412, body = Problem)))]
async fn close_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillId>,
    RowVersion(version): RowVersion,
    Input(input): Input<CountedTillInput>,
) -> Answer<Json<OpenTillView>> {
    let closed = api.app.close_till(&ctx, id, version, input.counted_minor, input.reason.as_deref()).await?;
    Ok(Json(closed.into()))
}

/// Draws the receipt of an entry.
#[utoipa::path(get, path = "/till-entries/{id}/receipt", tag = "till", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_till_receipt(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<TillEntryId>) -> Answer<Response> {
    let (name, bytes) = api.app.till_receipt_file(&ctx, id).await?;
    Ok(download(&name, "application/pdf", Body::from(bytes)))
}

/// Draws the report of a till, or how one stands that is open; noted in the audit log.
#[utoipa::path(get, path = "/tills/{id}/report", tag = "till", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_till_report(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<TillId>) -> Answer<Response> {
    let (name, bytes) = api.app.till_report_file(&ctx, id).await?;
    Ok(download(&name, "application/pdf", Body::from(bytes)))
}

/// Writes the report of a till to a file; noted in the audit log.
#[utoipa::path(get, path = "/exports/tills/{id}", tag = "till", params(("id" = Uuid, Path), Wanted),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_till(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TillId>,
    Filter(wanted): Filter<Wanted>,
) -> Answer<Response> {
    Ok(file(api.app.export_till(&ctx, id, &wanted.columns(), wanted.format()).await?))
}
