//! Paying in advance: the rule of a facility and the receipts at the desk, and the residents' own balances.

use crate::circuit::OfFacility;
use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::job::download;
use crate::my_payment::{MyPaymentView, MyTermsView};
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::saved_card::{CardInput, CardsView, wish};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{Advance, MyBalance, PayBy, TopUpReceipt};
use stolpe_domain::id::{FacilityId, OrganisationId, PaymentId, TermsId, TopUpReceiptId};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::{AttemptState, PaymentProvider};
use stolpe_domain::top_up::{TopUpDraft, TopUpRule};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_top_up_setting, save_top_up_setting))
        .routes(routes!(read_top_up_receipt))
        .routes(routes!(list_my_balances))
        .routes(routes!(top_up))
        .routes(routes!(read_my_top_up_receipt))
}

/// By which rule money is put in, in hundredths of the currency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpRuleView {
    currency: Currency,
    /// The least at once.
    least_minor: i64,
    /// Amounts are so many times this.
    step_minor: i64,
    /// The most at once.
    most_minor: Option<i64>,
    /// The most on one day.
    most_a_day_minor: Option<i64>,
}

impl From<TopUpRule> for TopUpRuleView {
    fn from(it: TopUpRule) -> Self {
        let TopUpDraft { least_minor, step_minor, most_minor, most_a_day_minor, .. } = it.draft();
        Self { currency: it.currency(), least_minor, step_minor, most_minor, most_a_day_minor }
    }
}

/// How people pay in advance at a facility.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TopUpSettingView {
    /// Whether they put money in themselves; otherwise only the desk does.
    on: bool,
    rule: TopUpRuleView,
    /// Whether what was paid beforehand follows to the next invoice: without that nobody is asked to.
    follows: bool,
    row_version: i64,
}

impl From<Advance> for TopUpSettingView {
    fn from(it: Advance) -> Self {
        Self { on: it.rule.draft().is_on, rule: it.rule.into(), follows: it.follows, row_version: it.row_version }
    }
}

/// Reads how people pay in advance at a facility.
#[utoipa::path(get, path = "/top-up-setting", tag = "payment", params(OfFacility),
    responses((status = 200, body = TopUpSettingView)))]
async fn read_top_up_setting(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
) -> Answer<Json<TopUpSettingView>> {
    Ok(Json(api.app.top_up_setting(&ctx, of.facility_id).await?.into()))
}

/// A rule as it is saved; amounts are whole kronor, in hundredths.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TopUpSettingInput {
    on: bool,
    least_minor: i64,
    step_minor: i64,
    most_minor: Option<i64>,
    most_a_day_minor: Option<i64>,
}

/// Says whether and by which rule people of a facility pay in advance.
#[utoipa::path(put, path = "/top-up-setting", tag = "payment",
    params(OfFacility, ("If-Match" = String, Header)), request_body = TopUpSettingInput,
    responses((status = 200, body = TopUpSettingView), (status = 412, body = Problem)))]
async fn save_top_up_setting(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfFacility>,
    RowVersion(version): RowVersion,
    Input(input): Input<TopUpSettingInput>,
) -> Answer<Json<TopUpSettingView>> {
    let TopUpSettingInput { on: is_on, least_minor, step_minor, most_minor, most_a_day_minor } = input;
    let draft = TopUpDraft { is_on, least_minor, step_minor, most_minor, most_a_day_minor };
    match api.app.save_top_up_setting(&ctx, of.facility_id, version, draft).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.top_up_setting(&ctx, of.facility_id).await?;
            Err(problem.with_current(TopUpSettingView::from(current)))
        }
        outcome => Ok(Json(outcome?.into())),
    }
}

/// The receipt of what was put in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TopUpReceiptView {
    id: TopUpReceiptId,
    number: String,
    issued_on: NaiveDate,
    amount: Money,
    /// What there was after it.
    balance: Money,
    created_at: DateTime<Utc>,
}

impl From<TopUpReceipt> for TopUpReceiptView {
    fn from(it: TopUpReceipt) -> Self {
        Self {
            id: it.id,
            number: it.number.to_string(),
            issued_on: it.issued_on,
            amount: it.amount,
            balance: it.balance,
            created_at: it.created_at,
        }
    }
}

/// Reads the receipt of what somebody has put in as a file.
#[utoipa::path(get, path = "/top-up-receipts/{id}/file", tag = "payment", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_top_up_receipt(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TopUpReceiptId>,
) -> Answer<Response> {
    let (name, content) = api.app.top_up_receipt_file(&ctx, id).await?;
    Ok(download(&name, "application/pdf", Body::from(content)))
}

/// What the caller has paid beforehand at a facility.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MyBalanceView {
    facility_id: FacilityId,
    facility: String,
    /// Who holds the money; their terms are read by this.
    organisation_id: OrganisationId,
    organisation: String,
    /// What is there and not held.
    balance: Money,
    /// What is held for a refund or a payout.
    held: Money,
    /// Whether more can be put in here.
    is_offered: bool,
    rule: TopUpRuleView,
    /// An e-mail address has to be there first.
    needs_email: bool,
    /// Through whom.
    providers: Vec<PaymentProvider>,
    /// What of it can be paid by a card that a provider keeps.
    cards: CardsView,
    /// What whoever does accepts.
    terms: Vec<MyTermsView>,
    /// What was begun and is open.
    open_payment_id: Option<PaymentId>,
    open_payment_state: Option<AttemptState>,
    /// The receipts of what was put in, the latest first.
    receipts: Vec<TopUpReceiptView>,
}

impl From<MyBalance> for MyBalanceView {
    fn from(it: MyBalance) -> Self {
        Self {
            facility_id: it.facility_id,
            facility: it.facility,
            organisation_id: it.organisation_id,
            organisation: it.organisation,
            balance: it.balance,
            held: it.held,
            is_offered: it.is_offered,
            rule: it.rule.into(),
            needs_email: it.needs_email,
            providers: it.providers,
            cards: it.cards.into(),
            terms: it.terms.into_iter().map(Into::into).collect(),
            open_payment_id: it.open.as_ref().map(|it| it.id),
            open_payment_state: it.open.map(|it| it.state),
            receipts: it.receipts.into_iter().map(Into::into).collect(),
        }
    }
}

/// Lists what the caller has paid beforehand, at each of their facilities where they can or have.
#[utoipa::path(get, path = "/me/balances", tag = "me", responses((status = 200, body = Items<MyBalanceView>)))]
async fn list_my_balances(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<Items<MyBalanceView>>> {
    Ok(Json(Items::of(api.app.my_balances(&ctx).await?)))
}

/// What is to be put in, and through whom.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TopUpInput {
    facility_id: FacilityId,
    /// How much, in hundredths.
    minor: i64,
    provider: PaymentProvider,
    /// Whether a card is saved, or one that is saved is charged; without it the payer pays themselves.
    card: Option<CardInput>,
    /// The phone that is to be asked; without one the payer goes on where they are.
    phone: Option<String>,
    /// The terms that the payer has seen and accepts: those that the balance names.
    #[serde(default)]
    accepts: Vec<TermsId>,
}

/// Begins to put money in for the caller, or goes on with the try that is open.
#[utoipa::path(post, path = "/me/top-ups", tag = "me", request_body = TopUpInput,
    responses((status = 201, body = MyPaymentView)))]
async fn top_up(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<TopUpInput>,
) -> Answer<(StatusCode, Json<MyPaymentView>)> {
    let TopUpInput { facility_id, minor, provider, card, phone, accepts } = input;
    let by = PayBy { provider, card: wish(card), phone, accepts };
    let begun = api.app.top_up(&ctx, facility_id, minor, by).await?;
    Ok((StatusCode::CREATED, Json(begun.into())))
}

/// Reads the receipt of what the caller has put in as a file.
#[utoipa::path(get, path = "/me/top-up-receipts/{id}/file", tag = "me", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_my_top_up_receipt(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<TopUpReceiptId>,
) -> Answer<Response> {
    let (name, content) = api.app.my_top_up_receipt_file(&ctx, id).await?;
    Ok(download(&name, "application/pdf", Body::from(content)))
}
