//! What was paid, settled and received, and the settlements of providers.

use crate::export::{Wanted, file};
use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::ledger::ForeseenMoveView;
use crate::limit::BankFileBody;
use crate::page::{Items, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{
    BankLine, CareDraft, OpenDifference, ProviderSettlement, Reconciliation, SettlementFindings, SettlementPlace,
    SettlementPlan,
};
use stolpe_domain::id::{IncomingPaymentId, LoginId, OrganisationId, PaymentId, ProviderSettlementId};
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::reconciliation::{DifferenceKind, MoneySource, ReconciledDay, SettlementFileKind};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

/// The longest while that is shown at once.
const MOST_DAYS: i64 = 400;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_reconciliation))
        .routes(routes!(export_reconciliation))
        .routes(routes!(list_settlements, take_settlements))
        .routes(routes!(look_at_settlements))
        .routes(routes!(receive_settlement))
        .routes(routes!(care_for_difference))
        .routes(routes!(correct_difference, look_at_difference_correction))
}

/// What happened on one day of one source: through a provider, or at the counter.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReconciledDayView {
    source: MoneySource,
    on: NaiveDate,
    /// What customers paid.
    paid: Money,
    /// What the provider says that it pays out for it; of the counter, what the bank has brought of it.
    settled: Money,
    /// What it took for itself.
    fee: Money,
    /// What of the settled has reached the bank.
    received: Money,
    /// Paid, and not settled as it was paid.
    difference: Money,
    /// What of that somebody has put right.
    corrected: Money,
}

impl From<ReconciledDay> for ReconciledDayView {
    fn from(it: ReconciledDay) -> Self {
        Self {
            source: it.source,
            on: it.on,
            paid: it.paid,
            settled: it.settled,
            fee: it.fee,
            received: it.received,
            difference: it.difference,
            corrected: it.corrected,
        }
    }
}

/// A line of the bank that is exactly what a settlement pays out.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BankLineView {
    payment_id: IncomingPaymentId,
    booked_on: NaiveDate,
    payer: Option<String>,
}

impl From<BankLine> for BankLineView {
    fn from(it: BankLine) -> Self {
        Self { payment_id: it.payment, booked_on: it.booked_on, payer: it.payer }
    }
}

/// Something that does not agree.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DifferenceView {
    /// What it is about: a try to pay, a line of a settlement, a settlement, a day at the counter, or a line of the bank.
    id: Uuid,
    kind: DifferenceKind,
    source: MoneySource,
    /// Since when.
    on: NaiveDate,
    age_days: i64,
    /// What stands on the account of the source for it.
    amount: Money,
    /// The invoice, the line, the settlement, or who paid in at the bank.
    named: Option<String>,
    /// Whom the invoice is for.
    recipient: Option<String>,
    /// The payment that it is about.
    payment_id: Option<PaymentId>,
    /// The line of the bank that it is about.
    incoming_payment_id: Option<IncomingPaymentId>,
    /// Who looks after it.
    owner_id: Option<LoginId>,
    owner_name: Option<String>,
    note: String,
    /// Lines of the bank that it may be.
    bank_lines: Vec<BankLineView>,
    /// The version of the settlement that it is about.
    settlement_version: Option<i64>,
    row_version: i64,
}

impl From<OpenDifference> for DifferenceView {
    fn from(it: OpenDifference) -> Self {
        Self {
            id: it.difference.subject.uuid(),
            kind: it.difference.kind,
            source: it.difference.source,
            on: it.difference.on,
            age_days: it.age_days,
            amount: it.difference.amount,
            named: it.named,
            recipient: it.recipient,
            payment_id: it.payment,
            incoming_payment_id: it.incoming,
            owner_id: it.care.owner,
            owner_name: it.care.owner_name,
            note: it.care.note,
            bank_lines: it.bank_lines.into_iter().map(Into::into).collect(),
            settlement_version: it.settlement_version,
            row_version: it.care.row_version,
        }
    }
}

/// Somebody who keeps the money of an organisation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct KeeperView {
    login_id: LoginId,
    name: String,
}

/// A while, held against each other.
#[derive(Serialize, ToSchema)]
struct ReconciliationView {
    /// By source and day, the latest first.
    days: Vec<ReconciledDayView>,
    /// Everything that does not agree, however old, the oldest first.
    differences: Vec<DifferenceView>,
    /// Those who can look after differences.
    keepers: Vec<KeeperView>,
}

impl From<Reconciliation> for ReconciliationView {
    fn from(it: Reconciliation) -> Self {
        Self {
            days: it.days.into_iter().map(Into::into).collect(),
            differences: it.differences.into_iter().map(Into::into).collect(),
            keepers: it.keepers.into_iter().map(|(login_id, name)| KeeperView { login_id, name }).collect(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct WhileQuery {
    /// Whose money.
    organisation_id: OrganisationId,
    /// The first day.
    from: NaiveDate,
    /// The last day.
    to: NaiveDate,
}

impl WhileQuery {
    fn days(&self) -> Answer<(NaiveDate, NaiveDate)> {
        if (0..=MOST_DAYS).contains(&(self.to - self.from).num_days()) {
            Ok((self.from, self.to))
        } else {
            Err(Problem::new(StatusCode::BAD_REQUEST, "invalid.query", "the days are no while"))
        }
    }
}

/// Holds what was paid, settled and received against each other.
#[utoipa::path(get, path = "/reconciliation", tag = "reconciliation", params(WhileQuery),
    responses((status = 200, body = ReconciliationView)))]
async fn read_reconciliation(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<WhileQuery>,
) -> Answer<Json<ReconciliationView>> {
    Ok(Json(api.app.reconciliation(&ctx, query.organisation_id, query.days()?).await?.into()))
}

/// Writes what is shown of a while to a file; noted in the audit log.
#[utoipa::path(get, path = "/exports/reconciliation", tag = "reconciliation", params(Wanted, WhileQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_reconciliation(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<WhileQuery>,
) -> Answer<Response> {
    let (columns, format) = (wanted.columns(), wanted.format());
    Ok(file(api.app.export_reconciliation(&ctx, query.organisation_id, query.days()?, &columns, format).await?))
}

/// A settlement that was taken in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettlementOfProviderView {
    id: ProviderSettlementId,
    provider: PaymentProvider,
    /// What the provider calls it.
    number: String,
    /// The name of its file.
    name: String,
    settled_on: NaiveDate,
    gross: Money,
    fee: Money,
    net: Money,
    /// The line of the bank that it was matched with.
    received_id: Option<IncomingPaymentId>,
    lines: i64,
    row_version: i64,
    taken_at: DateTime<Utc>,
}

impl From<ProviderSettlement> for SettlementOfProviderView {
    fn from(it: ProviderSettlement) -> Self {
        Self {
            id: it.id,
            provider: it.provider,
            number: it.number,
            name: it.name,
            settled_on: it.settled_on,
            gross: it.gross,
            fee: it.fee,
            net: it.net,
            received_id: it.received,
            lines: it.line_count,
            row_version: it.row_version,
            taken_at: it.created_at,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose money.
    organisation_id: OrganisationId,
}

/// Lists the settlements that were taken in, the latest day first.
#[utoipa::path(get, path = "/settlements", tag = "reconciliation", params(OfOrganisation, Window),
    responses((status = 200, body = Page<SettlementOfProviderView>)))]
async fn list_settlements(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<SettlementOfProviderView>>> {
    let after = window.after::<(NaiveDate, ProviderSettlementId)>()?;
    let after = after.map(|(settled_on, id)| SettlementPlace { settled_on, id });
    let page = api.app.list_settlements(&ctx, of.organisation_id, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.settled_on, last.id)));
    Ok(Json(Page { items: page.items.into_iter().map(SettlementOfProviderView::from).collect(), next, total: None }))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NewSettlements {
    /// Whose money.
    organisation_id: OrganisationId,
    /// Whose file it is.
    provider: PaymentProvider,
    /// Name of the file.
    file_name: Option<String>,
}

/// One settlement of a file.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SettlementPlanView {
    number: String,
    settled_on: NaiveDate,
    gross: Money,
    fee: Money,
    net: Money,
    lines: usize,
    /// How many lines are payments that are known here.
    matched: usize,
    /// How many are no payment here.
    unknown: usize,
    /// It was taken in before.
    known: bool,
}

impl From<SettlementPlan> for SettlementPlanView {
    fn from(it: SettlementPlan) -> Self {
        Self {
            number: it.number,
            settled_on: it.settled_on,
            gross: it.gross,
            fee: it.fee,
            net: it.net,
            lines: it.lines,
            matched: it.matched,
            unknown: it.unknown,
            known: it.known,
        }
    }
}

/// What taking a file of a provider in would do.
#[derive(Serialize, ToSchema)]
struct SettlementFindingsView {
    kind: SettlementFileKind,
    /// The file was taken in before.
    taken: bool,
    settlements: Vec<SettlementPlanView>,
}

impl From<SettlementFindings> for SettlementFindingsView {
    fn from(it: SettlementFindings) -> Self {
        let settlements = it.settlements.into_iter().map(Into::into).collect();
        Self { kind: it.kind, taken: it.taken, settlements }
    }
}

/// Says what taking a file of a provider in would do. Nothing is done.
#[utoipa::path(post, path = "/settlements/preview", tag = "reconciliation", params(NewSettlements),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 200, body = SettlementFindingsView)))]
async fn look_at_settlements(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(new): Filter<NewSettlements>,
    BankFileBody(content): BankFileBody,
) -> Answer<Json<SettlementFindingsView>> {
    let found = api.app.look_at_settlements(&ctx, new.organisation_id, new.provider, content.to_vec()).await?;
    Ok(Json(found.into()))
}

/// Takes the settlements of a file in that are new.
#[utoipa::path(post, path = "/settlements", tag = "reconciliation", params(NewSettlements),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = 201, body = Items<SettlementOfProviderView>)))]
async fn take_settlements(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(new): Filter<NewSettlements>,
    BankFileBody(content): BankFileBody,
) -> Answer<(StatusCode, Json<Items<SettlementOfProviderView>>)> {
    let name = new.file_name.unwrap_or_default();
    let taken = api.app.take_settlements(&ctx, new.organisation_id, new.provider, &name, content.to_vec()).await?;
    Ok((StatusCode::CREATED, Json(Items::of(taken))))
}

/// The line of the bank that a settlement is.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ReceiptInput {
    payment_id: IncomingPaymentId,
}

/// Says that a line of the bank is what a settlement pays out.
#[utoipa::path(post, path = "/settlements/{id}/receipt", tag = "reconciliation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = ReceiptInput,
    responses((status = 204)))]
async fn receive_settlement(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<ProviderSettlementId>,
    RowVersion(version): RowVersion,
    Input(input): Input<ReceiptInput>,
) -> Answer<StatusCode> {
    api.app.receive_settlement(&ctx, id, version, input.payment_id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Who looks after a difference, and what they note.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DifferenceCareInput {
    organisation_id: OrganisationId,
    owner_id: Option<LoginId>,
    note: String,
}

/// Says who looks after a difference, and what is known of it.
#[utoipa::path(put, path = "/differences/{id}", tag = "reconciliation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = DifferenceCareInput,
    responses((status = 204)))]
async fn care_for_difference(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<Uuid>,
    RowVersion(version): RowVersion,
    Input(input): Input<DifferenceCareInput>,
) -> Answer<StatusCode> {
    let draft = CareDraft { owner: input.owner_id, note: input.note };
    api.app.care_for_difference(&ctx, input.organisation_id, id, version, draft).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a difference is put right.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct DifferenceCorrectionInput {
    organisation_id: OrganisationId,
    reason: String,
}

/// Puts a difference right that will never be matched: its amount goes to suspense.
#[utoipa::path(post, path = "/differences/{id}/correction", tag = "reconciliation",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = DifferenceCorrectionInput,
    responses((status = 204)))]
async fn correct_difference(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<Uuid>,
    RowVersion(version): RowVersion,
    Input(input): Input<DifferenceCorrectionInput>,
) -> Answer<StatusCode> {
    api.app.correct_difference(&ctx, input.organisation_id, id, version, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Tells what putting a difference right would move; nothing is moved.
#[utoipa::path(get, path = "/differences/{id}/correction", tag = "reconciliation",
    params(("id" = Uuid, Path), DifferenceQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_difference_correction(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<Uuid>,
    Filter(query): Filter<DifferenceQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    let moves = api.app.look_at_difference_correction(&ctx, query.organisation_id, id).await?;
    Ok(Json(ForeseenMoveView::all(moves)))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct DifferenceQuery {
    /// Whose money.
    organisation_id: OrganisationId,
}
