//! Payouts at the desk: asked for, decided, and said for the bank what became of them.

mod file;
mod left;
mod moves;
pub(crate) mod outgoing;
mod status;

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::money_back::{MoneyWordView, UnreachedView};
use crate::page::{Total, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use status::PayoutStatusView;
use stolpe_app::{
    HandOutcome, ListedPayout, OpenPayout, PayoutDraft, PayoutFile, PayoutFilter, PayoutItem, PayoutOffer, PayoutPlace,
    WantedDestination,
};
use stolpe_domain::id::{CompanyId, IncomingPaymentId, OrganisationId, PaymentId, PayoutFileId, PayoutId, PersonId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{BankWord, PayoutSource, PayoutState};
use stolpe_domain::payout_account::{PayoutAccount, PayoutAccountKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_payouts, ask_payout))
        .routes(routes!(read_payout_offer))
        .routes(routes!(read_payout))
        .routes(routes!(approve_payout))
        .routes(routes!(refuse_payout))
        .routes(routes!(withdraw_payout))
        .routes(routes!(settle_payout))
        .merge(file::router())
        .merge(status::router())
        .merge(left::router())
        .merge(moves::router())
        .merge(outgoing::router())
}

/// Money on its way out to a bank account, or over the counter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutView {
    id: PayoutId,
    organisation_id: OrganisationId,
    /// Who gets it, where that is somebody in the register.
    person_id: Option<PersonId>,
    /// The company whose money it is.
    company_id: Option<CompanyId>,
    /// The payment of the bank that it is left of.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// The payment through a provider that it is left of.
    payment_id: Option<PaymentId>,
    /// The name that the bank is told, or of whoever gets it.
    name: String,
    amount: Money,
    /// It goes out in cash at the counter, and to no account.
    at_counter: bool,
    account_kind: Option<PayoutAccountKind>,
    /// As people write it.
    account: Option<String>,
    state: PayoutState,
    /// Why it was asked for.
    reason: String,
    asked_at: DateTime<Utc>,
    /// Who asked.
    asked_by: Option<String>,
    decided_at: Option<DateTime<Utc>>,
    /// Who approved or refused it.
    decided_by: Option<String>,
    /// Why it was refused.
    decided_reason: Option<String>,
    /// Since when it stands so.
    moved_at: DateTime<Utc>,
    row_version: i64,
}

impl From<ListedPayout> for PayoutView {
    fn from(ListedPayout { payout, asked_by, decided_by }: ListedPayout) -> Self {
        let (incoming_payment_id, payment_id, company_id) = match payout.source {
            PayoutSource::Person(_) => (None, None, None),
            PayoutSource::IncomingPayment(id) => (Some(id), None, None),
            PayoutSource::Payment(id) => (None, Some(id), None),
            PayoutSource::Company(id) => (None, None, Some(id)),
        };
        Self {
            id: payout.id,
            organisation_id: payout.organisation_id,
            person_id: payout.person_id,
            company_id,
            incoming_payment_id,
            payment_id,
            name: payout.name,
            amount: payout.amount,
            at_counter: payout.to.account().is_none(),
            account_kind: payout.to.account().map(PayoutAccount::kind),
            account: payout.to.account().map(ToString::to_string),
            state: payout.state,
            reason: payout.reason,
            asked_at: payout.created_at,
            asked_by,
            decided_at: payout.decision.as_ref().map(|it| it.at),
            decided_by,
            decided_reason: payout.decision.and_then(|it| it.reason),
            moved_at: payout.moved_at,
            row_version: payout.row_version,
        }
    }
}

/// Payouts, and how many.
#[derive(Serialize, ToSchema)]
struct PayoutPageView {
    /// The rows, in order.
    items: Vec<PayoutView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct PayoutQuery {
    /// Of this organisation.
    organisation_id: OrganisationId,
    /// That stand so.
    state: Option<PayoutState>,
    /// To this person.
    person_id: Option<PersonId>,
    /// Of this payment of the bank.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// To this company.
    company_id: Option<CompanyId>,
}

/// Lists payouts, the latest first.
#[utoipa::path(get, path = "/payouts", tag = "payout", params(PayoutQuery, Window),
    responses((status = 200, body = PayoutPageView)))]
async fn list_payouts(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<PayoutQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<PayoutPageView>> {
    let after = window.after::<(DateTime<Utc>, PayoutId)>()?;
    let after = after.map(|(created_at, id)| PayoutPlace { created_at, id });
    let filter = PayoutFilter {
        organisation: query.organisation_id,
        state: query.state,
        person: query.person_id,
        incoming_payment: query.incoming_payment_id,
        company: query.company_id,
    };
    let (page, total) = api.app.list_payouts(&ctx, filter, after, window.limit()).await?;
    let last = page.items.last().filter(|_| page.more);
    let next = last.and_then(|last| cursor(&(last.payout.created_at, last.payout.id)));
    let items = page.items.into_iter().map(PayoutView::from).collect();
    Ok(Json(PayoutPageView { items, next, total: total.map(Into::into) }))
}

/// One time that the bank was asked for a payout.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutItemView {
    file_id: PayoutFileId,
    file_name: String,
    /// The day on which the bank is to pay.
    execute_on: NaiveDate,
    /// What the bank knows it by.
    end_to_end_id: String,
    /// What the bank has said of it.
    told: Option<BankWord>,
    told_at: Option<DateTime<Utc>>,
    /// Somebody has said so for the bank.
    by_hand: bool,
    /// Why, as the bank's code.
    reason_code: Option<String>,
    /// What the bank said of it, or whoever said so for it.
    words: Option<String>,
    /// What the bank calls the payment.
    bank_reference: Option<String>,
}

impl From<(PayoutItem, PayoutFile)> for PayoutItemView {
    fn from((item, file): (PayoutItem, PayoutFile)) -> Self {
        Self {
            file_id: file.id,
            file_name: file.name,
            execute_on: file.execute_on,
            end_to_end_id: item.end_to_end_id,
            told: item.told,
            told_at: item.told_at,
            by_hand: item.told_by.is_some(),
            reason_code: item.reason_code,
            words: item.words,
            bank_reference: item.bank_reference,
        }
    }
}

/// What a bank has said of a payout, and when.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DatedPayoutStatusView {
    written_at: DateTime<Utc>,
    #[serde(flatten)]
    status: PayoutStatusView,
}

/// A payout with what can be done about it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenPayoutView {
    #[serde(flatten)]
    payout: PayoutView,
    /// The times that the bank was asked, the latest first.
    items: Vec<PayoutItemView>,
    /// What the bank has said in its files, the latest first.
    statuses: Vec<DatedPayoutStatusView>,
    /// Who may decide, while it waits for that; nobody, where everybody who might has asked or gets the money.
    approvers: Vec<String>,
    /// The caller may decide.
    may_decide: bool,
    /// Why the caller may not, though their role would let them.
    decision_refusal: Option<&'static str>,
    may_withdraw: bool,
    /// The caller may say for the bank what became of it.
    may_settle: bool,
    /// What whoever gets it was told of it, in its order.
    told: Vec<MoneyWordView>,
    /// Why they could not be told of it now.
    unreached: Option<UnreachedView>,
}

impl From<OpenPayout> for OpenPayoutView {
    fn from(it: OpenPayout) -> Self {
        let dated = |(written_at, status)| DatedPayoutStatusView { written_at, status: PayoutStatusView::from(status) };
        Self {
            payout: it.listed.into(),
            items: it.items.into_iter().map(Into::into).collect(),
            statuses: it.statuses.into_iter().map(dated).collect(),
            approvers: it.approvers,
            may_decide: it.may_decide,
            decision_refusal: it.decision_refusal,
            may_withdraw: it.may_withdraw,
            may_settle: it.may_settle,
            told: it.told.into_iter().map(Into::into).collect(),
            unreached: it.unreached.map(Into::into),
        }
    }
}

/// Reads a payout.
#[utoipa::path(get, path = "/payouts/{id}", tag = "payout", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenPayoutView)))]
async fn read_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
) -> Answer<Json<OpenPayoutView>> {
    Ok(Json(api.app.payout(&ctx, id).await?.into()))
}

/// Whose money, or what is left of what: exactly one of them.
#[derive(Clone, Copy, Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
#[expect(clippy::struct_field_names, reason = "the names of the parameters")]
struct PayoutSourceQuery {
    /// What somebody has unused.
    person_id: Option<PersonId>,
    /// What is left of a payment of the bank.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// What nobody could place of a payment through a provider.
    payment_id: Option<PaymentId>,
    /// What a company that collects has unused.
    company_id: Option<CompanyId>,
}

impl PayoutSourceQuery {
    fn source(self) -> Answer<PayoutSource> {
        match (self.person_id, self.incoming_payment_id, self.payment_id, self.company_id) {
            (Some(id), None, None, None) => Ok(PayoutSource::Person(id)),
            (None, Some(id), None, None) => Ok(PayoutSource::IncomingPayment(id)),
            (None, None, Some(id), None) => Ok(PayoutSource::Payment(id)),
            (None, None, None, Some(id)) => Ok(PayoutSource::Company(id)),
            _ => Err(stolpe_app::AppError::field("personId", "payout.one_source").into()),
        }
    }
}

/// What can be paid out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayoutOfferView {
    organisation_id: OrganisationId,
    /// How much at most: what is held already is none of it.
    most: Money,
    /// What whoever gets it owes beside that.
    owed: Money,
    /// Who gets it, as far as that is known.
    name: Option<String>,
    /// From which account it came, as the bank wrote it.
    came_from: Option<String>,
    /// The day from which on they live nowhere, if that is known.
    moved_out_on: Option<NaiveDate>,
    /// The kinds of accounts that it can go to.
    account_kinds: Vec<PayoutAccountKind>,
    /// It can go out in cash at the counter.
    at_counter: bool,
    /// Who could approve it, if the caller asks.
    approvers: Vec<String>,
}

impl From<PayoutOffer> for PayoutOfferView {
    fn from(it: PayoutOffer) -> Self {
        Self {
            organisation_id: it.organisation,
            most: it.most,
            owed: it.owed,
            name: it.name,
            came_from: it.came_from,
            moved_out_on: it.moved_out_on,
            account_kinds: it.account_kinds.to_vec(),
            at_counter: it.at_counter,
            approvers: it.approvers,
        }
    }
}

/// Reads what can be paid out.
#[utoipa::path(get, path = "/payout-offer", tag = "payout", params(PayoutSourceQuery),
    responses((status = 200, body = PayoutOfferView)))]
async fn read_payout_offer(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<PayoutSourceQuery>,
) -> Answer<Json<PayoutOfferView>> {
    Ok(Json(api.app.payout_offer(&ctx, of.source()?).await?.into()))
}

/// What is to be paid out.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayoutWish {
    /// What this person has unused; or one of the three below.
    person_id: Option<PersonId>,
    /// What is left of this payment of the bank.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// What nobody could place of this payment through a provider.
    payment_id: Option<PaymentId>,
    /// What this company has unused.
    company_id: Option<CompanyId>,
    /// How much, in öre or øre.
    minor: i64,
    /// It goes out in cash at the counter, in whole kronor, to whoever it belongs to; nothing is said of an account then.
    #[serde(default)]
    at_counter: bool,
    /// Needed for an account.
    account_kind: Option<PayoutAccountKind>,
    /// The account, with or without separators; of a Swedish bank the clearing number first.
    #[serde(default)]
    account: String,
    /// The name that the bank is told.
    #[serde(default)]
    name: String,
    /// Why.
    reason: String,
}

impl PayoutWish {
    fn wanted(&self) -> Answer<WantedDestination> {
        if self.at_counter {
            return Ok(WantedDestination::Counter);
        }
        let kind = self.account_kind.ok_or_else(|| stolpe_app::AppError::field("accountKind", "required"))?;
        Ok(WantedDestination::Account { kind, account: self.account.clone(), name: self.name.clone() })
    }
}

/// Asks that money is paid out to a bank account, or in cash at the counter. Somebody else has to approve that.
#[utoipa::path(post, path = "/payouts", tag = "payout", request_body = PayoutWish,
    responses((status = 201, body = OpenPayoutView), (status = 409, body = Problem), (status = 422, body = Problem)))]
async fn ask_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Input(input): Input<PayoutWish>,
) -> Answer<(StatusCode, Json<OpenPayoutView>)> {
    let of = PayoutSourceQuery {
        person_id: input.person_id,
        incoming_payment_id: input.incoming_payment_id,
        payment_id: input.payment_id,
        company_id: input.company_id,
    };
    let draft = PayoutDraft { source: of.source()?, minor: input.minor, to: input.wanted()?, reason: input.reason };
    let asked = api.app.ask_payout(&ctx, &draft).await?;
    Ok((StatusCode::CREATED, Json(asked.into())))
}

/// Approves a payout that somebody else has asked for.
#[utoipa::path(post, path = "/payouts/{id}/approve", tag = "payout",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenPayoutView), (status = 412, body = Problem)))]
async fn approve_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenPayoutView>> {
    Ok(Json(api.app.approve_payout(&ctx, id, version).await?.into()))
}

/// Why not.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayoutRefusalInput {
    /// Whoever asked reads it.
    reason: String,
}

/// Refuses a payout that somebody else has asked for.
#[utoipa::path(post, path = "/payouts/{id}/refuse", tag = "payout",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = PayoutRefusalInput,
    responses((status = 200, body = OpenPayoutView), (status = 412, body = Problem)))]
async fn refuse_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
    RowVersion(version): RowVersion,
    Input(input): Input<PayoutRefusalInput>,
) -> Answer<Json<OpenPayoutView>> {
    Ok(Json(api.app.refuse_payout(&ctx, id, version, &input.reason).await?.into()))
}

/// Withdraws a payout: what the caller has asked for, or what no bank has.
#[utoipa::path(post, path = "/payouts/{id}/withdraw", tag = "payout",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenPayoutView), (status = 412, body = Problem)))]
async fn withdraw_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenPayoutView>> {
    Ok(Json(api.app.withdraw_payout(&ctx, id, version).await?.into()))
}

/// What became of a payout.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum PayoutOutcomeWord {
    /// The bank has paid it.
    Paid,
    /// The bank has not carried it out, or never got it.
    Rejected,
    /// What was paid has come back.
    Returned,
}

/// What became of a payout, as somebody says for the bank.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct PayoutOutcomeInput {
    #[schema(inline)]
    outcome: PayoutOutcomeWord,
    /// The day on which it was paid, or came back.
    on: Option<NaiveDate>,
    /// What the bank calls the payment, of what was paid.
    bank_reference: Option<String>,
    /// How that is known.
    reason: String,
}

/// Says for the bank what became of a payout.
#[utoipa::path(post, path = "/payouts/{id}/outcome", tag = "payout",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = PayoutOutcomeInput,
    responses((status = 200, body = OpenPayoutView), (status = 412, body = Problem)))]
async fn settle_payout(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<PayoutId>,
    RowVersion(version): RowVersion,
    Input(input): Input<PayoutOutcomeInput>,
) -> Answer<Json<OpenPayoutView>> {
    let day = || input.on.ok_or_else(|| Problem::from(stolpe_app::AppError::field("on", "required")));
    let outcome = match input.outcome {
        PayoutOutcomeWord::Paid => {
            HandOutcome::Paid { on: day()?, bank_reference: input.bank_reference.unwrap_or_default() }
        }
        PayoutOutcomeWord::Rejected => HandOutcome::Rejected,
        PayoutOutcomeWord::Returned => HandOutcome::Returned { on: day()? },
    };
    Ok(Json(api.app.settle_payout(&ctx, id, version, &outcome, &input.reason).await?.into()))
}
