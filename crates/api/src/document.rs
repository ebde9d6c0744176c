//! Invoices, credit notes and receipts.

use crate::extract::{Caller, Filter, Id, Input, RowVersion};
use crate::job::{JobView, download};
use crate::ledger::ForeseenMoveView;
use crate::page::{Ordered, Total, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use crate::sms::SmsEstimateView;
use axum::Json;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use stolpe_app::{
    CreditWish, Document, DocumentFilter, DocumentKey, DocumentSms, DocumentSums, EarlierReminder, NamedDocument,
    Notice, OpenDocument, ProvenLine, ReminderPause, SendBy,
};
use stolpe_domain::channel::Channel;
use stolpe_domain::document::{DocumentKind, DocumentState};
use stolpe_domain::e_invoice::EInvoiceLack;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{DocumentId, FacilityId, NoticeId, OrganisationId, PersonId, SessionId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payer::Whose;
use stolpe_domain::sms::SmsSize;
use stolpe_domain::vat::{RateTotal, Vat};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_documents))
        .routes(routes!(read_document, remove_draft))
        .routes(routes!(read_document_file))
        .routes(routes!(read_e_invoice))
        .routes(routes!(read_specification))
        .routes(routes!(export_e_invoices))
        .routes(routes!(issue_document))
        .routes(routes!(void_document, look_at_void))
        .routes(routes!(credit_document, look_at_credit))
        .routes(routes!(look_at_document_sms))
        .routes(routes!(send_document))
}

/// A document in a list.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DocumentView {
    id: DocumentId,
    organisation_id: OrganisationId,
    facility_id: FacilityId,
    person_id: Option<PersonId>,
    /// Who gets it, as it was printed.
    recipient: String,
    unit_code: Option<String>,
    kind: DocumentKind,
    state: DocumentState,
    /// As printed; none for a draft.
    number: Option<String>,
    /// OCR or KID.
    reference: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    period_from: Option<NaiveDate>,
    period_to: Option<NaiveDate>,
    language: Language,
    net: Money,
    vat: Money,
    rounding: Money,
    payable: Money,
    /// What is left to pay of it by the ledger, of an invoice or a reminder that counts.
    open: Option<Money>,
    row_version: i64,
}

fn view(it: Document, recipient: String, unit_code: Option<String>, open: Option<Money>) -> DocumentView {
    DocumentView {
        id: it.id,
        organisation_id: it.organisation_id,
        facility_id: it.facility_id,
        person_id: it.person_id,
        recipient,
        unit_code,
        kind: it.kind,
        state: it.state,
        number: it.number.map(|number| number.to_string()),
        reference: it.reference,
        issued_on: it.issued_on,
        due_on: it.due_on,
        period_from: it.period.map(|(first, _)| first),
        period_to: it.period.map(|(_, last)| last),
        language: it.language,
        net: it.sums.totals.net,
        vat: it.sums.totals.vat,
        rounding: it.sums.rounding,
        payable: it.sums.payable,
        open,
        row_version: it.row_version,
    }
}

impl From<NamedDocument> for DocumentView {
    fn from(it: NamedDocument) -> Self {
        view(it.document, it.recipient, it.unit_code, it.open)
    }
}

/// What the documents of a list add up to in one currency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DocumentSumsView {
    /// How many count: neither drafts nor what is void.
    count: i64,
    net: Money,
    vat: Money,
    payable: Money,
}

impl From<DocumentSums> for DocumentSumsView {
    fn from(it: DocumentSums) -> Self {
        Self { count: it.count, net: it.net, vat: it.vat, payable: it.payable }
    }
}

/// One page of documents; the first one with what all of them add up to.
#[derive(Serialize, ToSchema)]
struct DocumentPageView {
    /// The rows, in order.
    items: Vec<DocumentView>,
    /// Where the list goes on; none at its end.
    next: Option<String>,
    /// How many rows there are; on the first page only.
    total: Option<Total>,
    /// What they add up to by currency, credit notes taken off; on the first page only.
    sums: Option<Vec<DocumentSumsView>>,
}

/// Which documents are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct DocumentQuery {
    /// In this facility; everywhere when left out.
    facility_id: Option<FacilityId>,
    /// Of this organisation.
    organisation_id: Option<OrganisationId>,
    /// Of this kind.
    kind: Option<DocumentKind>,
    /// In this state.
    state: Option<DocumentState>,
    /// To this person.
    person_id: Option<PersonId>,
    /// With this number, as printed, or this payment reference.
    number: Option<String>,
    /// Dated from this day on.
    from: Option<NaiveDate>,
    /// Dated up to this day.
    to: Option<NaiveDate>,
    /// Invoices and reminders that were due before this day and are neither paid nor credited.
    overdue_on: Option<NaiveDate>,
}

impl DocumentQuery {
    /// Where.
    pub(crate) const fn place(&self) -> (Option<FacilityId>, Option<OrganisationId>) {
        (self.facility_id, self.organisation_id)
    }
}

impl From<DocumentQuery> for DocumentFilter {
    fn from(it: DocumentQuery) -> Self {
        Self {
            facilities: Vec::new(),
            kind: it.kind,
            state: it.state,
            person: it.person_id,
            number: it.number.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()),
            from: it.from,
            to: it.to,
            overdue_on: it.overdue_on,
        }
    }
}

/// Lists documents in the order in which they were drafted.
#[utoipa::path(get, path = "/documents", tag = "document", params(DocumentQuery, Ordered, Window),
    responses((status = 200, body = DocumentPageView)))]
async fn list_documents(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<DocumentQuery>,
    Filter(ordered): Filter<Ordered>,
    Filter(window): Filter<Window>,
) -> Answer<Json<DocumentPageView>> {
    let after = window.after::<(DateTime<Utc>, DocumentId)>()?.map(|(created_at, id)| DocumentKey { created_at, id });
    let place = query.place();
    let (page, total) =
        api.app.list_documents(&ctx, place, query.into(), ordered.order(), after, window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&(last.created_at, last.document.id)));
    let items = page.items.into_iter().map(DocumentView::from).collect();
    let (total, sums) = total.map_or((None, None), |(total, sums)| (Some(total), Some(sums)));
    let sums = sums.map(|sums| sums.into_iter().map(DocumentSumsView::from).collect());
    Ok(Json(DocumentPageView { items, next, total: total.map(Into::into), sums }))
}

/// What one rate of VAT adds up to.
#[derive(Serialize, ToSchema)]
struct RateView {
    rate: Vat,
    net: Money,
    vat: Money,
}

impl From<&RateTotal> for RateView {
    fn from(it: &RateTotal) -> Self {
        Self { rate: it.vat_kind, net: it.net, vat: it.vat }
    }
}

/// Whose a line is, as the reader of the document knows them.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WhoseView {
    person_id: PersonId,
    /// Nothing of somebody whose identity is protected.
    name: Option<String>,
    staff_number: Option<String>,
    department: Option<String>,
    unit_code: Option<String>,
}

impl From<Whose> for WhoseView {
    fn from(it: Whose) -> Self {
        let Whose { person_id, name, staff_number, department, unit_code } = it;
        Self { person_id, name, staff_number, department, unit_code }
    }
}

/// A line of a document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DocumentLineView {
    text: String,
    detail: Option<String>,
    /// Whose it is, where several people's are on one document.
    whose: Option<WhoseView>,
    energy_wh: Option<Energy>,
    vat: Vat,
    /// Without VAT.
    amount: Money,
    /// The session that proves it.
    session_id: Option<SessionId>,
}

impl From<ProvenLine> for DocumentLineView {
    fn from(it: ProvenLine) -> Self {
        Self {
            whose: it.line.whose.map(WhoseView::from),
            text: it.line.text,
            detail: it.line.detail,
            energy_wh: it.line.energy,
            vat: it.line.vat,
            amount: it.line.amount,
            session_id: it.session,
        }
    }
}

/// Another document that this one takes back or is taken back by.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RelatedDocumentView {
    id: DocumentId,
    kind: DocumentKind,
    state: DocumentState,
    number: Option<String>,
    issued_on: Option<NaiveDate>,
    payable: Money,
    reason: Option<String>,
}

impl From<Document> for RelatedDocumentView {
    fn from(it: Document) -> Self {
        Self {
            id: it.id,
            kind: it.kind,
            state: it.state,
            number: it.number.map(|number| number.to_string()),
            issued_on: it.issued_on,
            payable: it.sums.payable,
            reason: it.reason,
        }
    }
}

/// A message that brings a document.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct DocumentNoticeView {
    id: NoticeId,
    channel: Channel,
    address: String,
    /// How far it has come, as the outbox says it.
    state: &'static str,
    /// What went wrong last, as a stable word.
    fault: Option<String>,
    /// What the mail server said then.
    fault_words: Option<String>,
    created_at: DateTime<Utc>,
    sent_at: Option<DateTime<Utc>>,
}

impl From<Notice> for DocumentNoticeView {
    fn from(it: Notice) -> Self {
        Self {
            id: it.id,
            channel: it.channel,
            address: it.address,
            state: it.state.word(),
            fault: it.fault,
            fault_words: it.fault_words,
            created_at: it.created_at,
            sent_at: it.sent_at,
        }
    }
}

/// A document with everything that belongs to it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct OpenDocumentView {
    #[serde(flatten)]
    document: DocumentView,
    /// Whether it collects what several people used, and a company owes it.
    is_collected: bool,
    lines: Vec<DocumentLineView>,
    rates: Vec<RateView>,
    /// Why it was made void, or why a credit note was made.
    reason: Option<String>,
    /// The credit notes that take it back.
    credit_notes: Vec<RelatedDocumentView>,
    /// The document that it takes back.
    credits: Option<RelatedDocumentView>,
    /// The messages that bring it, the latest first.
    notices: Vec<DocumentNoticeView>,
    /// Whether whom it is for can be reached by mail now.
    has_email: bool,
    /// Whether whom it is for can be told of it by SMS now.
    has_mobile: bool,
    /// What keeps it from being an e-invoice; nothing where it is one.
    e_invoice_lacks: Vec<EInvoiceLack>,
    /// The reminders that an invoice has had, the oldest first.
    reminders: Vec<ReminderOfView>,
    /// The invoices that a reminder is for, the oldest first.
    reminded: Vec<RemindedView>,
    /// What had been paid of it when it was issued: money that had been paid too much before.
    already_paid: Option<Money>,
    /// Why an invoice is not reminded of for now.
    pause: Option<ReminderPauseView>,
}

/// A reminder that an invoice has had.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderOfView {
    id: DocumentId,
    state: DocumentState,
    number: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    /// What it cost by itself, once for all that it was for.
    fee: Money,
    /// The interest that it asked for on this invoice.
    interest: Money,
}

/// An invoice that a reminder is for.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct RemindedView {
    id: DocumentId,
    state: DocumentState,
    number: Option<String>,
    due_on: Option<NaiveDate>,
    /// What was open of it when it was reminded of.
    open: Money,
    /// The interest that was asked for on it.
    interest: Money,
}

/// Why, and until when, an invoice is not reminded of.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReminderPauseView {
    /// The first day on which it may be reminded of again.
    until_on: Option<NaiveDate>,
    reason: String,
    created_at: DateTime<Utc>,
}

impl ReminderOfView {
    fn of(it: &EarlierReminder, currency: Currency) -> Self {
        Self {
            id: it.document,
            state: it.state,
            number: it.number.map(|number| number.to_string()),
            issued_on: it.issued_on,
            due_on: it.due_on,
            fee: Money::of_minor(it.fee_minor, currency),
            interest: Money::of_minor(it.interest_minor, currency),
        }
    }
}

impl From<(Document, EarlierReminder)> for RemindedView {
    fn from((invoice, said): (Document, EarlierReminder)) -> Self {
        let money = |minor| Money::of_minor(minor, invoice.sums.payable.currency);
        Self {
            id: invoice.id,
            state: invoice.state,
            open: money(said.open_minor),
            interest: money(said.interest_minor),
            number: invoice.number.map(|number| number.to_string()),
            due_on: invoice.due_on,
        }
    }
}

impl From<ReminderPause> for ReminderPauseView {
    fn from(it: ReminderPause) -> Self {
        Self { until_on: it.until_on, reason: it.reason, created_at: it.created_at }
    }
}

impl From<OpenDocument> for OpenDocumentView {
    fn from(it: OpenDocument) -> Self {
        let currency = it.document.sums.payable.currency;
        Self {
            lines: it.lines.into_iter().map(Into::into).collect(),
            rates: it.document.sums.totals.rates.iter().map(Into::into).collect(),
            reason: it.document.reason.clone(),
            credit_notes: it.credit_notes.into_iter().map(Into::into).collect(),
            credits: it.credits.map(Into::into),
            notices: it.notices.into_iter().map(Into::into).collect(),
            already_paid: it.already_paid,
            is_collected: it.is_collected,
            has_email: it.has_email,
            has_mobile: it.has_mobile,
            e_invoice_lacks: it.e_invoice_lacks,
            reminders: it.reminders.into_iter().map(|reminder| ReminderOfView::of(&reminder, currency)).collect(),
            reminded: it.reminded.into_iter().map(Into::into).collect(),
            pause: it.pause.map(Into::into),
            document: view(it.document, it.recipient, it.unit_code, it.open),
        }
    }
}

/// Reads a document with its lines and what each comes from.
#[utoipa::path(get, path = "/documents/{id}", tag = "document", params(("id" = Uuid, Path)),
    responses((status = 200, body = OpenDocumentView)))]
async fn read_document(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
) -> Answer<Json<OpenDocumentView>> {
    Ok(Json(api.app.document(&ctx, id).await?.into()))
}

/// How a file is wanted.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct FileQuery {
    /// To be looked at where it is, and not saved.
    inline: Option<bool>,
}

/// Draws a document as a PDF: as it was issued, or a draft as it would be today.
#[utoipa::path(get, path = "/documents/{id}/file", tag = "document", params(("id" = Uuid, Path), FileQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_document_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    Filter(query): Filter<FileQuery>,
) -> Answer<Response> {
    let (name, content) = api.app.document_file(&ctx, id).await?;
    if query.inline.unwrap_or(false) {
        let headers = [(header::CONTENT_TYPE, "application/pdf"), (header::CONTENT_DISPOSITION, "inline")];
        return Ok((headers, content).into_response());
    }
    Ok(download(&name, "application/pdf", content))
}

/// Writes a document as an e-invoice by Peppol BIS Billing 3.0, which Norway calls EHF, with its PDF in it.
#[utoipa::path(get, path = "/documents/{id}/e-invoice", tag = "document", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "application/xml", body = Vec<u8>), (status = 409, body = Problem)))]
async fn read_e_invoice(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<DocumentId>) -> Answer<Response> {
    let (name, content) = api.app.e_invoice_file(&ctx, id).await?;
    Ok(download(&name, "application/xml", content))
}

/// Writes what a document collects as a table: every line with whose it is, and what VAT and rounding add.
#[utoipa::path(get, path = "/documents/{id}/specification", tag = "document", params(("id" = Uuid, Path)),
    responses((status = 200, content_type = "text/csv", body = Vec<u8>), (status = 404, body = Problem)))]
async fn read_specification(State(api): State<Api>, Caller(ctx): Caller, Id(id): Id<DocumentId>) -> Answer<Response> {
    let (name, content) = api.app.specification_file(&ctx, id).await?;
    Ok(download(&name, "text/csv; charset=utf-8", content))
}

/// Starts to put the e-invoices of the documents that a list shows into one ZIP, with an index that has the hash of each, or
/// why a document has none; noted in the audit log.
#[utoipa::path(post, path = "/e-invoices", tag = "document", params(DocumentQuery),
    responses((status = 202, body = JobView), (status = 409, body = Problem)))]
async fn export_e_invoices(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<DocumentQuery>,
) -> Answer<(StatusCode, Json<JobView>)> {
    let place = query.place();
    Ok((StatusCode::ACCEPTED, Json(api.app.export_e_invoices(&ctx, place, query.into()).await?.into())))
}

/// Issues a draft: it gets its number.
#[utoipa::path(post, path = "/documents/{id}/issue", tag = "document",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 200, body = OpenDocumentView), (status = 412, body = Problem)))]
async fn issue_document(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    RowVersion(version): RowVersion,
) -> Answer<Json<OpenDocumentView>> {
    Ok(Json(api.app.issue_document(&ctx, id, version).await?.into()))
}

/// Throws a draft away; what it asked for is owed as before.
#[utoipa::path(delete, path = "/documents/{id}", tag = "document",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)),
    responses((status = 204), (status = 412, body = Problem)))]
async fn remove_draft(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    RowVersion(version): RowVersion,
) -> Answer<StatusCode> {
    api.app.remove_draft(&ctx, id, version).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Why a document is taken out of use.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct VoidInput {
    /// In the caller's words.
    reason: String,
}

/// Takes a document out of use that was never sent. It keeps its number.
#[utoipa::path(post, path = "/documents/{id}/void", tag = "document",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = VoidInput,
    responses((status = 200, body = OpenDocumentView), (status = 412, body = Problem)))]
async fn void_document(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<VoidInput>,
) -> Answer<Json<OpenDocumentView>> {
    Ok(Json(api.app.void_document(&ctx, id, version, &input.reason).await?.into()))
}

/// Tells what taking a document out of use would move; nothing is moved.
#[utoipa::path(get, path = "/documents/{id}/void", tag = "document", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_void(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    Ok(Json(ForeseenMoveView::all(api.app.look_at_void(&ctx, id).await?)))
}

/// What a credit note takes back, and why.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct CreditInput {
    /// In the caller's words; it stands on the credit note.
    reason: String,
    /// The lines by their place from 1; all that is left when left out.
    lines: Option<BTreeSet<usize>>,
    /// What the document asked for is asked for again by the next month run; only for all that is left.
    #[serde(default)]
    charge_again: bool,
}

/// Issues a credit note; answers the credit note.
#[utoipa::path(post, path = "/documents/{id}/credit", tag = "document",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = CreditInput,
    responses((status = 201, body = OpenDocumentView), (status = 412, body = Problem)))]
async fn credit_document(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<CreditInput>,
) -> Answer<(StatusCode, Json<OpenDocumentView>)> {
    let wish = match input.lines {
        Some(lines) => CreditWish::Lines(lines),
        None => CreditWish::Whole { charge_again: input.charge_again },
    };
    let note = api.app.credit_document(&ctx, id, version, &input.reason, wish).await?;
    Ok((StatusCode::CREATED, Json(note.into())))
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct CreditQuery {
    /// The lines by their place from 1, with commas between them; all that is left when left out.
    lines: Option<String>,
}

/// Tells what a credit note for a document would move; nothing is moved, and no number is used.
#[utoipa::path(get, path = "/documents/{id}/credit", tag = "document", params(("id" = Uuid, Path), CreditQuery),
    responses((status = 200, body = Vec<ForeseenMoveView>), (status = 409, body = Problem)))]
async fn look_at_credit(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    Filter(query): Filter<CreditQuery>,
) -> Answer<Json<Vec<ForeseenMoveView>>> {
    let wish = match &query.lines {
        // What is no place is no line of the document.
        Some(lines) => CreditWish::Lines(lines.split(',').map(|it| it.parse().unwrap_or_default()).collect()),
        None => CreditWish::Whole { charge_again: false },
    };
    Ok(Json(ForeseenMoveView::all(api.app.look_at_credit(&ctx, id, &wish).await?)))
}

/// Word of a document by SMS, before it is sent.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DocumentSmsView {
    /// To which number.
    to: String,
    /// What it says.
    text: String,
    /// How large it is.
    size: SmsSize,
    /// What it costs.
    estimate: SmsEstimateView,
}

impl From<DocumentSms> for DocumentSmsView {
    fn from(it: DocumentSms) -> Self {
        Self { to: it.to, text: it.text, size: it.size, estimate: it.estimate.into() }
    }
}

/// Reads word of a document by SMS as it would go out now, with what it costs. Nothing is sent.
#[utoipa::path(get, path = "/documents/{id}/sms", tag = "document", params(("id" = Uuid, Path)),
    responses((status = 200, body = DocumentSmsView), (status = 409, body = Problem)))]
async fn look_at_document_sms(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
) -> Answer<Json<DocumentSmsView>> {
    Ok(Json(api.app.look_at_document_sms(&ctx, id).await?.into()))
}

/// How a document goes out.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum SendByWord {
    /// By mail.
    Mail,
    /// With word by SMS that it is in the portal.
    Sms,
    /// On paper, by whoever says so.
    Paper,
}

/// How a document is sent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct SendInput {
    by: SendByWord,
}

/// Sends a document, for the first time or again.
#[utoipa::path(post, path = "/documents/{id}/send", tag = "document",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = SendInput,
    responses((status = 200, body = OpenDocumentView), (status = 412, body = Problem)))]
async fn send_document(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<DocumentId>,
    RowVersion(version): RowVersion,
    Input(input): Input<SendInput>,
) -> Answer<Json<OpenDocumentView>> {
    let by = match input.by {
        SendByWord::Mail => SendBy::Mail,
        SendByWord::Sms => SendBy::Sms,
        SendByWord::Paper => SendBy::Paper,
    };
    Ok(Json(api.app.send_document(&ctx, id, version, by).await?.into()))
}
