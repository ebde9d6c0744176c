//! Invoices, credit notes and receipts at the desk: found, looked at, and drawn as they were issued.

mod e_invoice;
mod issue;
mod judge;
mod printed;
mod send;
mod specification;

pub(crate) use issue::{Numbering, fact};
pub use judge::CreditWish;
pub(crate) use judge::credit_within;
pub(crate) use printed::{Printed, recipient_name};
pub(crate) use send::payer_mail;
pub use send::{DocumentSms, SendBy};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::facility::facility_within;
use crate::sms::sms_is_on;
use serde::Serialize;
use std::collections::HashMap;
use stolpe_documents::document::{DocumentPage, document as draw, file_name};
use stolpe_domain::access::Permission;
use stolpe_domain::channel::sms_number;
use stolpe_domain::document::DocumentState;
use stolpe_domain::e_invoice::{EInvoiceLack, lacks};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId, OrganisationId, SessionId};
use stolpe_domain::money::Money;
use stolpe_store::Conn;
use stolpe_store::document::ProvenSeries;
use stolpe_store::document::{Document, DocumentFilter, DocumentKey, DocumentLine, DocumentSums, ListedDocument};
use stolpe_store::notice::Notice;
use stolpe_store::page::{Order, Page, Total};
use stolpe_store::reminder::{EarlierReminder, ReminderPause};

/// Documents that are told by name when their sums do not hold.
const MOST_TOLD: i64 = 100;

/// A document in a list, with the name that stands on it.
#[derive(Clone, Debug)]
pub struct NamedDocument {
    /// The document.
    pub document: Document,
    /// Who gets it, as it was printed.
    pub recipient: String,
    /// Their unit, as it was printed.
    pub unit_code: Option<String>,
    /// When it was drafted.
    pub created_at: chrono::DateTime<chrono::Utc>,
    /// What is left to pay of it, of one that asks for money.
    pub open: Option<Money>,
}

impl NamedDocument {
    /// A listed document with the name that was printed on it.
    pub(crate) fn of(it: ListedDocument, open: &HashMap<DocumentId, Money>) -> Result<Self> {
        let recipient = printed::recipient_of(&it.document)?;
        Ok(Self {
            recipient: recipient.name,
            unit_code: recipient.unit_code,
            created_at: it.created_at,
            open: open_of(&it.document, open),
            document: it.document,
        })
    }
}

/// A line of a document, with what it comes from.
#[derive(Clone, Debug)]
pub struct ProvenLine {
    /// The line.
    pub line: DocumentLine,
    /// The session that proves it.
    pub session: Option<SessionId>,
}

/// A document with everything that belongs to it.
#[derive(Clone, Debug)]
pub struct OpenDocument {
    /// The document.
    pub document: Document,
    /// Who gets it, as it was printed.
    pub recipient: String,
    /// Their unit, as it was printed.
    pub unit_code: Option<String>,
    /// Whether it collects what several people used, and a company owes it.
    pub is_collected: bool,
    /// Its lines.
    pub lines: Vec<ProvenLine>,
    /// The credit notes that take it back.
    pub credit_notes: Vec<Document>,
    /// The document that it takes back.
    pub credits: Option<Document>,
    /// The messages that bring it, the latest first.
    pub notices: Vec<Notice>,
    /// Whether whom it is for can be reached by mail now.
    pub has_email: bool,
    /// Whether whom it is for can be told of it by SMS now.
    pub has_mobile: bool,
    /// What keeps it from being an e-invoice; nothing where it is one.
    pub e_invoice_lacks: Vec<EInvoiceLack>,
    /// What is left to pay of it, of one that asks for money.
    pub open: Option<Money>,
    /// What had been paid of it when it was issued.
    pub already_paid: Option<Money>,
    /// The reminders that an invoice has had, the oldest first.
    pub reminders: Vec<EarlierReminder>,
    /// The invoices that a reminder is for, the oldest first, with what it said of each.
    pub reminded: Vec<(Document, EarlierReminder)>,
    /// Why an invoice is not reminded of for now.
    pub pause: Option<ReminderPause>,
}

/// What is left to pay of a document that asks for money and counts; one that has posted nothing asks for nothing.
fn open_of(document: &Document, open: &HashMap<DocumentId, Money>) -> Option<Money> {
    let nothing = Money::zero(document.sums.payable.currency);
    let asks = document.kind.asks() && document.state.counts();
    asks.then(|| open.get(&document.id).copied().unwrap_or(nothing))
}

/// What the documents prove of themselves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentProof {
    /// Every series, and where it does not hold.
    pub series: Vec<ProvenSeries>,
    /// Documents whose sums are not those of their lines: the first hundred.
    pub out_of_balance: Vec<DocumentId>,
}

impl DocumentProof {
    /// Whether all of it holds.
    pub fn holds(&self) -> bool {
        self.out_of_balance.is_empty() && self.series.iter().all(|series| series.proven.breaks.is_empty())
    }
}

/// What the audit log keeps of a document.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Kept {
    kind: &'static str,
    state: &'static str,
    number: Option<String>,
    payable_minor: i64,
    currency: &'static str,
}

/// What the audit log keeps of a document.
pub(crate) fn kept(it: &Document) -> Kept {
    Kept {
        kind: it.kind.word(),
        state: it.state.word(),
        number: it.number.map(|number| number.to_string()),
        payable_minor: it.sums.payable.minor,
        currency: it.sums.payable.currency.code(),
    }
}

impl App {
    /// Documents in the facilities whose invoices the actor may see, with what they add up to on the first page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility is not the actor's to see, [`AppError::Denied`] for those who see none.
    pub async fn list_documents(
        &self,
        ctx: &Ctx,
        place: (Option<FacilityId>, Option<OrganisationId>),
        mut filter: DocumentFilter,
        order: Order,
        after: Option<DocumentKey>,
        limit: i64,
    ) -> Result<(Page<NamedDocument>, Option<(Total, Vec<DocumentSums>)>)> {
        filter.facilities = self.invoiced_facilities(ctx, place).await?;
        let mut conn = self.read().await?;
        let page = conn.list_documents(&filter, order, after, limit).await?;
        let total = if after.is_none() {
            Some((page.total(conn.count_documents(&filter)).await?, conn.sum_documents(&filter).await?))
        } else {
            None
        };
        let ids: Vec<DocumentId> = page.items.iter().map(|it| it.document.id).collect();
        let open = conn.open_amounts(&ids).await?;
        let named = page.items.into_iter().map(|it| NamedDocument::of(it, &open));
        let items = named.collect::<Result<Vec<_>>>()?;
        Ok((Page { items, more: page.more }, total))
    }

    /// The facilities whose invoices the actor may see, or this one of them, or those of an organisation.
    async fn invoiced_facilities(
        &self,
        ctx: &Ctx,
        (facility, organisation): (Option<FacilityId>, Option<OrganisationId>),
    ) -> Result<Vec<FacilityId>> {
        if let Some(id) = facility {
            return Ok(vec![self.facility_for(ctx, id, Permission::ReadBilling).await?.id]);
        }
        ctx.reach(Permission::ReadBilling)?;
        let all = self.facilities_with(ctx, Permission::ReadBilling).await?.into_iter();
        let wanted = all.filter(|it| organisation.is_none_or(|wanted| it.organisation_id == wanted));
        Ok(wanted.map(|it| it.id).collect())
    }

    /// One document with everything that belongs to it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn document(&self, ctx: &Ctx, id: DocumentId) -> Result<OpenDocument> {
        let (document, _) = self.document_for(ctx, id, Permission::ReadBilling).await?;
        let printed = Printed::of(&document)?;
        let mut conn = self.read().await?;
        let lines = conn.lines_of(&document).await?;
        let charges: Vec<ChargeId> = lines.iter().filter_map(|line| line.charge_id).collect();
        let sessions: HashMap<ChargeId, SessionId> = conn
            .charges(&charges)
            .await?
            .into_iter()
            .filter_map(|charge| charge.session_id.map(|session| (charge.id, session)))
            .collect();
        let proven = |line: DocumentLine| ProvenLine {
            session: line.charge_id.and_then(|charge| sessions.get(&charge).copied()),
            line,
        };
        let credits = match document.credits_id {
            Some(credits) => conn.find_document(credits).await?,
            None => None,
        };
        let person = match document.person_id {
            Some(person) => conn.find_person(person).await?,
            None => None,
        };
        let e_invoice_lacks = lacks(&e_invoice::facts(&document, &lines, &printed, credits.as_ref()));
        let protected = person.as_ref().is_some_and(|person| person.draft.protected_identity);
        let reader = person.as_ref().filter(|person| person.erased_at.is_none());
        let company_reads = send::payer_mail(&mut conn, &document, &printed, &lines).await?.is_some();
        let is_collected = document.company_id.is_some();
        let notices = conn.notices_with(id).await?;
        let open = conn.open_amounts(&[id]).await?;
        let mut said: HashMap<DocumentId, EarlierReminder> =
            conn.reminded_by(&[id]).await?.into_iter().map(|it| (it.invoice, it)).collect();
        let invoices: Vec<DocumentId> = said.keys().copied().collect();
        let invoices = conn.documents(&invoices).await?.into_iter();
        let reminded = invoices.filter_map(|it| said.remove(&it.id).map(|said| (it, said))).collect();
        Ok(OpenDocument {
            lines: lines.into_iter().map(proven).collect(),
            open: open_of(&document, &open),
            reminders: conn.reminders_of(&[id]).await?,
            reminded,
            pause: conn.reminder_pauses(&[id]).await?.remove(&id),
            credit_notes: conn.credit_notes_of(id).await?,
            credits,
            notices: notices.into_iter().map(|notice| crate::notice::shown(notice, protected)).collect(),
            has_email: company_reads || reader.is_some_and(|person| person.draft.email.is_some()),
            has_mobile: reader.is_some_and(|person| sms_number(&person.draft).is_some())
                && sms_is_on(&mut conn).await?,
            e_invoice_lacks,
            already_paid: printed.already_paid,
            recipient: printed.recipient.name,
            unit_code: printed.recipient.unit_code,
            is_collected,
            document,
        })
    }

    /// A document as a file, with its name: as it was issued, or as it would be today.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn document_file(&self, ctx: &Ctx, id: DocumentId) -> Result<(String, Vec<u8>)> {
        let mut conn = self.read().await?;
        let (document, facility) = document_within(&mut conn, ctx, id, Permission::ReadBilling).await?;
        let lines = conn.lines_of(&document).await?;
        // Drawing takes longer than reading: others can use the connection meanwhile.
        drop(conn);
        self.draw_document(&document, lines, &facility, ctx.at).await
    }

    /// Proves what is invoiced from the documents themselves: every series without a gap, and every sum.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn prove_documents(&self) -> Result<DocumentProof> {
        let mut conn = self.read().await?;
        let series = conn.prove_series().await?;
        Ok(DocumentProof { series, out_of_balance: conn.documents_out_of_balance(MOST_TOLD).await? })
    }

    /// Draws a document with the logo under which it was issued; a draft with that of today.
    pub(crate) async fn draw_document(
        &self,
        document: &Document,
        lines: Vec<DocumentLine>,
        facility: &Facility,
        at: chrono::DateTime<chrono::Utc>,
    ) -> Result<(String, Vec<u8>)> {
        let printed = Printed::of(document)?;
        let logo = match document.state {
            DocumentState::Draft => self.current_logo(document.organisation_id).await?,
            _ => self.drawn_logo(printed.sender.logo).await?,
        };
        let page = printed.page(document, lines, crate::unit::local_date(facility, at));
        let page = DocumentPage { logo, ..page };
        let name = file_name(document.language, document.kind, page.number.as_deref());
        let drawn = tokio::task::spawn_blocking(move || draw(&page)).await.map_err(AppError::internal)?;
        Ok((name, drawn.map_err(AppError::internal)?))
    }

    pub(crate) async fn document_for(
        &self,
        ctx: &Ctx,
        id: DocumentId,
        permission: Permission,
    ) -> Result<(Document, Facility)> {
        document_within(&mut self.read().await?, ctx, id, permission).await
    }
}

async fn document_within(
    conn: &mut Conn,
    ctx: &Ctx,
    id: DocumentId,
    permission: Permission,
) -> Result<(Document, Facility)> {
    ctx.reach(Permission::ReadBilling)?;
    let it = conn.find_document(id).await?.ok_or(AppError::NotFound)?;
    let facility = facility_within(conn, ctx, it.facility_id, Permission::ReadBilling).await.map_err(hidden)?;
    let facility = if permission == Permission::ReadBilling {
        facility
    } else {
        facility_within(conn, ctx, it.facility_id, permission).await?
    };
    Ok((it, facility))
}

/// What may not be seen is not there.
fn hidden(error: AppError) -> AppError {
    match error {
        AppError::Denied => AppError::NotFound,
        other => other,
    }
}
