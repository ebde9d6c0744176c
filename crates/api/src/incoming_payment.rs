//! Payments that banks report, and the files that they come in.

mod take_back;

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::limit::BankFileBody;
use crate::page::{Items, Page, Total, Window, cursor};
use crate::payout::outgoing::OutgoingLineView;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{
    BankFile, BankFileFindings, BankFilePlace, IncomingPayment, IncomingPaymentFilter, IncomingPaymentKey,
    IncomingSums, NamedPayable, OpenIncomingPayment, OutcomeSums, PlannedPayment, SkippedEntries, ToldReference,
};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::{BankFileId, DocumentId, IncomingPaymentId, OrganisationId};
use stolpe_domain::incoming_payment::{
    Allocation, BankFileKind, MatchReason, Outcome, PaymentKind, ReferenceKind, Suggestion,
};
use stolpe_domain::money::Money;
use stolpe_domain::till::TillMeans;
use take_back::DepositView;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_bank_files, take_bank_file))
        .routes(routes!(look_at_bank_file))
        .routes(routes!(list_incoming_payments))
        .routes(routes!(read_incoming_payment))
        .routes(routes!(find_payable))
        .routes(routes!(settle_incoming_payment))
        .merge(take_back::router())
}

/// A file of a bank that was taken in.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BankFileView {
    id: BankFileId,
    organisation_id: OrganisationId,
    kind: BankFileKind,
    name: String,
    /// What the sender calls it.
    sender_id: String,
    /// When the sender wrote it.
    written_on: Option<NaiveDate>,
    /// How many payments came with it.
    payments: i64,
    /// How many of its payments were known from other files.
    known: i64,
    /// When it was taken in.
    taken_at: DateTime<Utc>,
    /// By whom.
    taken_by: Option<String>,
}

impl From<BankFile> for BankFileView {
    fn from(it: BankFile) -> Self {
        Self {
            id: it.id,
            organisation_id: it.organisation_id,
            kind: it.kind,
            name: it.name,
            sender_id: it.sender_id,
            written_on: it.written_on,
            payments: it.payment_count,
            known: it.known_count,
            taken_at: it.created_at,
            taken_by: it.taken_by_name,
        }
    }
}

/// What is in a file and no incoming payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SkippedView {
    /// Money that went out.
    debits: usize,
    /// Not booked yet.
    pending: usize,
    /// Sums of several payments that are told of elsewhere.
    bundles: usize,
    /// Our own outgoing payments that came back.
    returned: usize,
    /// In a currency that the ledger does not know.
    other_currency: usize,
    /// Payments of nothing.
    empty: usize,
}

impl From<SkippedEntries> for SkippedView {
    fn from(it: SkippedEntries) -> Self {
        Self {
            debits: it.debits,
            pending: it.pending,
            bundles: it.bundles,
            returned: it.returned,
            other_currency: it.other_currency,
            empty: it.empty,
        }
    }
}

/// New payments that come out alike.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OutcomeSumsView {
    outcome: Outcome,
    count: usize,
    amount: Money,
    /// What is left of them for somebody to decide.
    left: Money,
}

impl From<OutcomeSums> for OutcomeSumsView {
    fn from(it: OutcomeSums) -> Self {
        Self { outcome: it.outcome, count: it.count, amount: it.amount, left: it.left }
    }
}

/// What would become of one payment.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PlannedPaymentView {
    outcome: Outcome,
    kind: PaymentKind,
    amount: Money,
    /// What would be left of it.
    left: Money,
    booked_on: NaiveDate,
    payer: Option<String>,
    references: Vec<String>,
    /// The numbers of the invoices that it would go to.
    documents: Vec<String>,
}

impl From<PlannedPayment> for PlannedPaymentView {
    fn from(it: PlannedPayment) -> Self {
        Self {
            outcome: it.outcome,
            kind: it.kind,
            amount: it.amount,
            left: it.left,
            booked_on: it.booked_on,
            payer: it.payer,
            references: it.references,
            documents: it.documents.iter().map(ToString::to_string).collect(),
        }
    }
}

/// What taking a file in would do.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BankFileFindingsView {
    kind: BankFileKind,
    /// What the sender calls it.
    sender_id: String,
    written_on: Option<NaiveDate>,
    /// The file as it was taken in before: then nothing is done.
    taken: Option<BankFileView>,
    /// The accounts that it tells of.
    accounts: Vec<String>,
    /// The account that invoices ask to be paid to, if the file tells of none but others.
    other_account: Option<String>,
    /// How many of its payments were taken in with other files.
    known: usize,
    skipped: SkippedView,
    /// New payments in all, by how they come out.
    sums: Vec<OutcomeSumsView>,
    /// The first two hundred of them.
    payments: Vec<PlannedPaymentView>,
    /// New lines of money that went out, or came back from there, with what they say of payouts.
    outgoing: Vec<OutgoingLineView>,
}

impl From<BankFileFindings> for BankFileFindingsView {
    fn from(it: BankFileFindings) -> Self {
        Self {
            kind: it.kind,
            sender_id: it.sender_id,
            written_on: it.written_on,
            taken: it.taken.map(Into::into),
            accounts: it.accounts,
            other_account: it.other_account.map(|account| account.to_string()),
            known: it.known,
            skipped: it.skipped.into(),
            sums: it.sums.into_iter().map(Into::into).collect(),
            payments: it.payments.into_iter().map(Into::into).collect(),
            outgoing: it.outgoing.into_iter().map(Into::into).collect(),
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose account.
    organisation_id: OrganisationId,
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct NewBankFile {
    /// Whose account it tells of.
    organisation_id: OrganisationId,
    /// Name of the file.
    file_name: String,
}

/// Lists the files that were taken in, the last one first.
#[utoipa::path(get, path = "/bank-files", tag = "incoming_payment", params(OfOrganisation, Window),
    responses((status = 200, body = Page<BankFileView>)))]
async fn list_bank_files(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<BankFileView>>> {
    let after = window.after::<(DateTime<Utc>, BankFileId)>()?;
    let after = after.map(|(created_at, id)| BankFilePlace { created_at, id });
    let page = api.app.list_bank_files(&ctx, of.organisation_id, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.created_at, last.id)));
    Ok(Json(Page { items: page.items.into_iter().map(BankFileView::from).collect(), next, total: None }))
}

/// Says what taking a file in would do; nothing is done.
#[utoipa::path(post, path = "/bank-files/preview", tag = "incoming_payment", params(OfOrganisation),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 200, body = BankFileFindingsView)))]
async fn look_at_bank_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    BankFileBody(content): BankFileBody,
) -> Answer<Json<BankFileFindingsView>> {
    Ok(Json(api.app.look_at_bank_file(&ctx, of.organisation_id, content.into()).await?.into()))
}

/// Takes a file in, once.
#[utoipa::path(post, path = "/bank-files", tag = "incoming_payment", params(NewBankFile),
    request_body(content = String, content_type = "application/octet-stream"),
    responses((status = 201, body = BankFileView)))]
async fn take_bank_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(new): Filter<NewBankFile>,
    BankFileBody(content): BankFileBody,
) -> Answer<(StatusCode, Json<BankFileView>)> {
    let file = api.app.take_bank_file(&ctx, new.organisation_id, &new.file_name, content.into()).await?;
    Ok((StatusCode::CREATED, Json(file.into())))
}

/// A payment in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IncomingPaymentView {
    id: IncomingPaymentId,
    organisation_id: OrganisationId,
    bank_file_id: BankFileId,
    kind: PaymentKind,
    /// How it came out when it was taken in.
    outcome: Outcome,
    amount: Money,
    /// What is left of it for somebody to decide.
    left: Money,
    booked_on: NaiveDate,
    /// The account that it reached.
    account: String,
    payer: Option<String>,
    payer_account: Option<String>,
    /// Whether it is the sum of a deposit that another file tells of, and not counted by itself.
    is_same_deposit: bool,
    row_version: i64,
}

impl From<IncomingPayment> for IncomingPaymentView {
    fn from(it: IncomingPayment) -> Self {
        Self {
            id: it.id,
            organisation_id: it.organisation_id,
            bank_file_id: it.bank_file_id,
            kind: it.kind,
            outcome: it.outcome,
            amount: it.amount,
            left: it.left,
            booked_on: it.booked_on,
            account: it.account,
            payer: it.payer,
            payer_account: it.payer_account,
            is_same_deposit: it.same_as.is_some(),
            row_version: it.row_version,
        }
    }
}

/// What the payments of a list add up to in one currency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IncomingSumsView {
    count: i64,
    amount: Money,
    /// What is left of them for somebody to decide.
    left: Money,
}

impl From<IncomingSums> for IncomingSumsView {
    fn from(it: IncomingSums) -> Self {
        Self { count: it.count, amount: it.amount, left: it.left }
    }
}

/// One page of payments; the first one with what all of them add up to.
#[derive(Serialize, ToSchema)]
struct IncomingPaymentPageView {
    /// The rows, in order.
    items: Vec<IncomingPaymentView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
    /// What they add up to by currency; on the first page only.
    sums: Option<Vec<IncomingSumsView>>,
}

/// Which payments are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct IncomingPaymentQuery {
    /// To this organisation.
    organisation_id: OrganisationId,
    /// That came out so.
    outcome: Option<Outcome>,
    /// Of which something is left for somebody to decide, or nothing.
    open: Option<bool>,
    /// That came with this file.
    file_id: Option<BankFileId>,
}

/// Lists payments, the latest day first.
#[utoipa::path(get, path = "/incoming-payments", tag = "incoming_payment", params(IncomingPaymentQuery, Window),
    responses((status = 200, body = IncomingPaymentPageView)))]
async fn list_incoming_payments(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<IncomingPaymentQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<IncomingPaymentPageView>> {
    let after =
        window.after::<(NaiveDate, IncomingPaymentId)>()?.map(|(booked_on, id)| IncomingPaymentKey { booked_on, id });
    let filter = IncomingPaymentFilter {
        organisation: query.organisation_id,
        outcome: query.outcome,
        is_open: query.open,
        file: query.file_id,
    };
    let (page, total) = api.app.list_incoming_payments(&ctx, filter, after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.booked_on, last.id)));
    let (total, sums) = total.map_or((None, None), |(total, sums)| (Some(total), Some(sums)));
    let sums = sums.map(|sums| sums.into_iter().map(IncomingSumsView::from).collect());
    let items = page.items.into_iter().map(IncomingPaymentView::from).collect();
    Ok(Json(IncomingPaymentPageView { items, next, total: total.map(Into::into), sums }))
}

/// What a payment refers to.
#[derive(Serialize, ToSchema)]
struct ReferenceView {
    kind: ReferenceKind,
    text: String,
    /// How much of the payment goes there, where the payer says so.
    amount: Option<Money>,
}

impl From<ToldReference> for ReferenceView {
    fn from(it: ToldReference) -> Self {
        Self { kind: it.kind, text: it.text, amount: it.amount }
    }
}

/// An invoice that can be paid.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct PayableView {
    document_id: DocumentId,
    number: String,
    reference: Option<String>,
    recipient: String,
    due_on: Option<NaiveDate>,
    payable: Money,
    /// What is left to pay of it.
    open: Money,
    /// What payments have settled of it.
    paid: Money,
    /// `invoice` or `reminder`.
    kind: DocumentKind,
}

impl From<NamedPayable> for PayableView {
    fn from(it: NamedPayable) -> Self {
        Self {
            document_id: it.id,
            number: it.number.to_string(),
            reference: it.reference,
            recipient: it.recipient,
            due_on: it.due_on,
            payable: it.payable,
            open: it.open,
            paid: it.paid,
            kind: it.kind,
        }
    }
}

/// What of a payment has gone to an invoice.
#[derive(Serialize, ToSchema)]
struct SettledView {
    document: PayableView,
    amount: Money,
}

impl From<(NamedPayable, Money)> for SettledView {
    fn from((document, amount): (NamedPayable, Money)) -> Self {
        Self { document: document.into(), amount }
    }
}

/// An invoice that the rest of a payment may belong to.
#[derive(Serialize, ToSchema)]
struct SuggestionView {
    document: PayableView,
    /// What of the payment would go there.
    amount: Money,
    /// What speaks for it, the heaviest first.
    reasons: Vec<MatchReason>,
}

impl From<(NamedPayable, Suggestion)> for SuggestionView {
    fn from((document, it): (NamedPayable, Suggestion)) -> Self {
        Self { document: document.into(), amount: it.amount, reasons: it.reasons }
    }
}

/// A payment with everything that belongs to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct OpenIncomingPaymentView {
    #[serde(flatten)]
    payment: IncomingPaymentView,
    /// The file that it came with.
    file: BankFileView,
    /// What the bank calls the deposit that it came with.
    deposit: String,
    references: Vec<ReferenceView>,
    /// What the payer wrote, line by line.
    information: Vec<String>,
    /// On which line of the file it begins.
    line: i64,
    /// The lines of the file, as proof.
    lines: Vec<String>,
    settled: Vec<SettledView>,
    suggestions: Vec<SuggestionView>,
    /// Deposits of other files that it may be the sum of: then it would be counted twice.
    deposits: Vec<DepositView>,
    /// The deposit that somebody has said it is.
    same_as: Option<DepositView>,
    /// The number of the settlement that it is the money of.
    settlement: Option<String>,
    /// By what means it was paid at the counter, where it is money of that.
    counter: Option<TillMeans>,
    /// What the bank of the card terminal has kept of that.
    counter_fee: Option<Money>,
}

impl From<OpenIncomingPayment> for OpenIncomingPaymentView {
    fn from(it: OpenIncomingPayment) -> Self {
        Self {
            file: it.file.into(),
            deposit: it.payment.deposit.clone(),
            references: it.told.references.into_iter().map(Into::into).collect(),
            information: it.told.information,
            line: it.payment.line,
            lines: it.lines,
            settled: it.settled.into_iter().map(Into::into).collect(),
            suggestions: it.suggestions.into_iter().map(Into::into).collect(),
            deposits: it.deposits.into_iter().map(Into::into).collect(),
            same_as: it.same_as.map(Into::into),
            settlement: it.settlement.map(|it| it.number),
            counter: it.counter.map(|it| it.means),
            counter_fee: it.counter.map(|counter| Money { minor: counter.fee_minor, ..it.payment.amount }),
            payment: it.payment.into(),
        }
    }
}

/// Reads a payment.
#[utoipa::path(get, path = "/incoming-payments/{id}", tag = "incoming_payment", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenIncomingPaymentView)))]
async fn read_incoming_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
) -> Answer<Json<OpenIncomingPaymentView>> {
    Ok(Json(api.app.incoming_payment(&ctx, id).await?.into()))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PayableQuery {
    /// A number as printed, or a payment reference.
    number: String,
}

/// Finds invoices that a payment can be placed on.
#[utoipa::path(get, path = "/incoming-payments/{id}/payable", tag = "incoming_payment",
    params(("id" = Uuid, Path), PayableQuery), responses((status = 200, body = Items<PayableView>)))]
async fn find_payable(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    Filter(query): Filter<PayableQuery>,
) -> Answer<Json<Items<PayableView>>> {
    Ok(Json(Items::of(api.app.payable_documents(&ctx, id, &query.number).await?)))
}

/// What of a payment goes to one invoice.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct ShareInput {
    document_id: DocumentId,
    amount: Money,
}

/// Where the rest of a payment goes.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SettlementInput {
    /// All of them are settled, or none.
    shares: Vec<ShareInput>,
}

/// Places what is left of a payment on invoices.
#[utoipa::path(post, path = "/incoming-payments/{id}/settlement", tag = "incoming_payment",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = SettlementInput,
    responses((status = 200, body = OpenIncomingPaymentView)))]
async fn settle_incoming_payment(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<IncomingPaymentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<SettlementInput>,
) -> Answer<Json<OpenIncomingPaymentView>> {
    let share = |it: ShareInput| Allocation { document: it.document_id, amount: it.amount };
    let chosen: Vec<Allocation> = input.shares.into_iter().map(share).collect();
    if chosen.len() > MOST_SHARES {
        return Err(Problem::new(StatusCode::BAD_REQUEST, "invalid.body", "too many shares"));
    }
    Ok(Json(api.app.settle_incoming_payment(&ctx, id, version, &chosen).await?.into()))
}

/// Invoices that one payment is placed on at once.
const MOST_SHARES: usize = 500;
