//! Invoices, credit notes and receipts, and the series of their numbers.

macro_rules! document_columns {
    () => {
        "id, organisation_id, facility_id, person_id, company_id, unit_id, kind, state, credits_id, fiscal_year, place, \
         reference, issued_on, due_on, period_from, period_to, language, currency, net_minor, vat_minor, \
         rounding_minor, payable_minor, printed, reason, row_version"
    };
}

mod insert;
mod list;
mod overdue;
mod run;
mod series;

pub use list::{DocumentFilter, DocumentKey, DocumentSums, ListedDocument};
pub use overdue::OverdueFilter;
pub use run::MadeDocument;
pub use series::ProvenSeries;

use crate::engine::{Conn, Tx, text};
use crate::error::{OnUnique as _, Result, StoreError};
use chrono::NaiveDate;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::document::{DocumentKind, DocumentState, FiscalYear, Number, Sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargeId, CompanyId, DocumentId, FacilityId, OrganisationId, PersonId, UnitId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payer::Whose;
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::{RateTotal, Totals, Vat};
use uuid::Uuid;

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Its id.
    pub id: DocumentId,
    /// Who asks for payment.
    pub organisation_id: OrganisationId,
    /// The facility it is for.
    pub facility_id: FacilityId,
    /// Who gets it.
    pub person_id: Option<PersonId>,
    /// The company that owes it, of one that collects what several people used.
    pub company_id: Option<CompanyId>,
    /// The unit it belongs to.
    pub unit_id: Option<UnitId>,
    /// What it is.
    pub kind: DocumentKind,
    /// Where it stands.
    pub state: DocumentState,
    /// What a credit note takes back.
    pub credits_id: Option<DocumentId>,
    /// Its number; none for a draft.
    pub number: Option<Number>,
    /// OCR or KID.
    pub reference: Option<String>,
    /// Its date; none for a draft.
    pub issued_on: Option<NaiveDate>,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// The first and the last day of what it is for.
    pub period: Option<(NaiveDate, NaiveDate)>,
    /// The language of who gets it.
    pub language: Language,
    /// What it adds up to.
    pub sums: Sums,
    /// What is printed beside the lines, as JSON of whoever prints: kept as it was issued.
    pub printed: String,
    /// Why it was made void, or why a credit note was made.
    pub reason: Option<String>,
    /// Counts changes.
    pub row_version: i64,
}

/// A line of a document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentLine {
    /// What it is for.
    pub text: String,
    /// More of it, in small print.
    pub detail: Option<String>,
    /// The energy, if it is for energy.
    pub energy: Option<Energy>,
    /// How VAT applies.
    pub vat: Vat,
    /// Without VAT.
    pub amount: Money,
    /// The charge that it asks for.
    pub charge_id: Option<ChargeId>,
    /// What it is sold as, where it asks for no charge that says so.
    pub component: Option<ComponentKind>,
    /// Whose it is, on a document that collects what several people used.
    pub whose: Option<Whose>,
}

/// What a number gives to a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    /// The number.
    pub number: Number,
    /// OCR or KID.
    pub reference: Option<String>,
    /// The date.
    pub on: NaiveDate,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Where it stands from then on.
    pub state: DocumentState,
    /// What is printed beside the lines, now that all of it is known.
    pub printed: String,
}

#[derive(FromRow)]
struct DocumentRow {
    id: Uuid,
    organisation_id: Uuid,
    facility_id: Uuid,
    person_id: Option<Uuid>,
    company_id: Option<Uuid>,
    unit_id: Option<Uuid>,
    kind: String,
    state: String,
    credits_id: Option<Uuid>,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    reference: Option<String>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    period_from: Option<NaiveDate>,
    period_to: Option<NaiveDate>,
    language: String,
    currency: String,
    net_minor: i64,
    vat_minor: i64,
    rounding_minor: i64,
    payable_minor: i64,
    printed: String,
    reason: Option<String>,
    row_version: i64,
}

#[derive(FromRow)]
struct LineRow {
    document_id: Uuid,
    text: String,
    detail: Option<String>,
    energy_wh: Option<i64>,
    vat: String,
    amount_minor: i64,
    charge_id: Option<Uuid>,
    component: Option<String>,
    whose: Option<String>,
}

impl LineRow {
    fn line(self, currency: Currency) -> Result<DocumentLine> {
        Ok(DocumentLine {
            text: self.text,
            detail: self.detail,
            energy: self.energy_wh.map(Energy::from_wh),
            vat: Vat::from_word(&self.vat).map_err(|_| unreadable("vat"))?,
            amount: Money::of_minor(self.amount_minor, currency),
            charge_id: self.charge_id.map(ChargeId),
            component: self
                .component
                .map(|word| ComponentKind::from_word(&word).ok_or_else(|| unreadable("component")))
                .transpose()?,
            whose: self.whose.map(|whose| serde_json::from_str(&whose).map_err(|_| unreadable("whose"))).transpose()?,
        })
    }
}

const fn unreadable(column: &'static str) -> StoreError {
    StoreError::Inconsistent { table: "document", column }
}

impl Conn {
    /// The document with this id.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn find_document(&mut self, id: DocumentId) -> Result<Option<Document>> {
        let row = self
            .sql(text!["select" [document_columns] "from document where id = $1"])
            .bind(id.uuid())
            .optional()
            .await?;
        match row {
            Some(row) => self.with_rates(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// The credit notes of an invoice that count, the oldest first.
    pub async fn credit_notes_of(&mut self, invoice: DocumentId) -> Result<Vec<Document>> {
        let rows: Vec<DocumentRow> = self
            .sql(text![
                "select" [document_columns] "from document"
                "where credits_id = $1 and state not in ('draft', 'void') order by fiscal_year, place"
            ])
            .bind(invoice.uuid())
            .all()
            .await?;
        self.with_rates_of_all(rows).await
    }

    /// The lines of a document, in their order.
    pub async fn lines_of(&mut self, document: &Document) -> Result<Vec<DocumentLine>> {
        let rows: Vec<LineRow> = self
            .sql(
                "select document_id, text, detail, energy_wh, vat, amount_minor, charge_id, component, whose from document_line \
                 where document_id = $1 order by place",
            )
            .bind(document.id.uuid())
            .all()
            .await?;
        rows.into_iter().map(|row| row.line(document.sums.payable.currency)).collect()
    }

    /// The lines of many documents at once, each in their order.
    pub async fn lines_of_all(&mut self, documents: &[Document]) -> Result<HashMap<DocumentId, Vec<DocumentLine>>> {
        let currencies: HashMap<Uuid, Currency> =
            documents.iter().map(|it| (it.id.uuid(), it.sums.payable.currency)).collect();
        let rows: Vec<LineRow> = self
            .sql(text![
                "select document_id, text, detail, energy_wh, vat, amount_minor, charge_id, component, whose from document_line"
                "where document_id in" [ids "$1"] "order by document_id, place"
            ])
            .bind(Json(currencies.keys().collect::<Vec<_>>()))
            .all()
            .await?;
        let mut lines: HashMap<DocumentId, Vec<DocumentLine>> = HashMap::new();
        for row in rows {
            let currency = *currencies.get(&row.document_id).ok_or_else(|| unreadable("id"))?;
            lines.entry(DocumentId(row.document_id)).or_default().push(row.line(currency)?);
        }
        Ok(lines)
    }

    /// The rates of many documents at once.
    async fn with_rates_of_all(&mut self, rows: Vec<DocumentRow>) -> Result<Vec<Document>> {
        let rates: Vec<(Uuid, String, i64, i64)> = self
            .sql(text!["select document_id, vat, net_minor, vat_minor from document_rate where document_id in" [ids "$1"]])
            .bind(Json(rows.iter().map(|row| row.id).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut by_document: HashMap<Uuid, Vec<(String, i64, i64)>> = HashMap::new();
        for (document, vat, net, sum) in rates {
            by_document.entry(document).or_default().push((vat, net, sum));
        }
        rows.into_iter()
            .map(|row| {
                let rates = by_document.remove(&row.id).unwrap_or_default();
                document_of(row, rates)
            })
            .collect()
    }

    async fn with_rates(&mut self, row: DocumentRow) -> Result<Document> {
        let rates: Vec<(String, i64, i64)> = self
            .sql("select vat, net_minor, vat_minor from document_rate where document_id = $1")
            .bind(row.id)
            .all()
            .await?;
        document_of(row, rates)
    }
}

impl Tx {
    /// The documents with these ids, which nobody else changes until the transaction ends.
    pub async fn lock_documents(&mut self, ids: &[DocumentId]) -> Result<Vec<Document>> {
        let rows: Vec<DocumentRow> = self
            .sql(text!["select" [document_columns] "from document where id in" [ids "$1"] "order by id" [locked]])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        self.with_rates_of_all(rows).await
    }

    /// The document with this id, which nobody else changes until the transaction ends.
    pub async fn lock_document(&mut self, id: DocumentId) -> Result<Option<Document>> {
        let row = self
            .sql(text!["select" [document_columns] "from document where id = $1" [locked]])
            .bind(id.uuid())
            .optional()
            .await?;
        match row {
            Some(row) => self.with_rates(row).await.map(Some),
            None => Ok(None),
        }
    }

    /// Throws a draft away that is still at that version; its charges were taken off it before.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is no draft of that version any more.
    pub async fn delete_draft(&mut self, id: DocumentId, row_version: i64) -> Result<()> {
        self.change("delete from document_line where document_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from document_rate where document_id = $1").bind(id.uuid()).run().await?.any();
        self.change("delete from document where id = $1 and row_version = $2 and place is null")
            .bind(id.uuid())
            .bind(row_version)
            .run()
            .await?
            .unchanged()
    }

    /// Gives a draft that is still at that version its number; the series was locked in this transaction.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is no draft of that version any more.
    pub async fn issue_document(&mut self, id: DocumentId, row_version: i64, it: &Issue) -> Result<()> {
        self.change(
            "update document set state = $3, fiscal_year = $4, place = $5, reference = $6, issued_on = $7, due_on = $8, \
             printed = $9, row_version = row_version + 1 where id = $1 and row_version = $2 and place is null",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(it.state.word())
        .bind(i64::from(it.number.year.0))
        .bind(it.number.place)
        .bind(it.reference.as_deref())
        .bind(it.on)
        .bind(it.due_on)
        .bind(&*it.printed)
        .run()
        .await
        .on_unique("document.number_taken")?
        .unchanged()
    }

    /// Notes that documents are on their way whose messages were let go.
    pub async fn send_documents(&mut self, ids: &[DocumentId]) -> Result<u64> {
        Ok(self
            .change(text![
                "update document set state = 'sent', row_version = row_version + 1 where state = 'issued'"
                "and id in" [ids "$1"]
            ])
            .bind(Json(ids.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .run()
            .await?
            .any())
    }

    /// Writes down where a document stands, and why if there is a reason.
    ///
    /// # Errors
    /// [`StoreError::Changed`] when it is at another version.
    pub async fn set_document_state(
        &mut self,
        id: DocumentId,
        row_version: i64,
        state: DocumentState,
        reason: Option<&str>,
    ) -> Result<()> {
        self.change(
            "update document set paid_from = case when $3 = 'paid' then state else paid_from end, state = $3, \
             reason = coalesce($4, reason), row_version = row_version + 1 \
             where id = $1 and row_version = $2",
        )
        .bind(id.uuid())
        .bind(row_version)
        .bind(state.word())
        .bind(reason)
        .run()
        .await?
        .unchanged()
    }
}

/// The number of a document; drafts have none.
pub(crate) fn numbered(fiscal_year: Option<i64>, place: Option<i64>) -> Result<Option<Number>> {
    let year = fiscal_year.map(|year| i32::try_from(year).map(FiscalYear)).transpose();
    let year = year.map_err(|_| unreadable("fiscal_year"))?;
    Ok(year.zip(place).map(|(year, place)| Number { year, place }))
}

fn document_of(row: DocumentRow, rates: Vec<(String, i64, i64)>) -> Result<Document> {
    let currency = Currency::from_code(&row.currency).ok_or_else(|| unreadable("currency"))?;
    let money = |minor| Money::of_minor(minor, currency);
    let rate = |(vat, net, sum): (String, i64, i64)| {
        let vat_kind = Vat::from_word(&vat).map_err(|_| unreadable("vat"))?;
        Ok(RateTotal { vat_kind, net: money(net), vat: money(sum) })
    };
    let mut rates = rates.into_iter().map(rate).collect::<Result<Vec<_>>>()?;
    rates.sort_by_key(|rate| rate.vat_kind);
    let (net, vat) = (money(row.net_minor), money(row.vat_minor));
    let gross = net.plus(vat).map_err(|_| unreadable("net_minor"))?;
    Ok(Document {
        id: DocumentId(row.id),
        organisation_id: OrganisationId(row.organisation_id),
        facility_id: FacilityId(row.facility_id),
        person_id: row.person_id.map(PersonId),
        company_id: row.company_id.map(CompanyId),
        unit_id: row.unit_id.map(UnitId),
        kind: DocumentKind::from_word(&row.kind).ok_or_else(|| unreadable("kind"))?,
        state: DocumentState::from_word(&row.state).ok_or_else(|| unreadable("state"))?,
        credits_id: row.credits_id.map(DocumentId),
        number: numbered(row.fiscal_year, row.place)?,
        reference: row.reference,
        issued_on: row.issued_on,
        due_on: row.due_on,
        period: row.period_from.zip(row.period_to),
        language: Language::parse(&row.language).ok_or_else(|| unreadable("language"))?,
        sums: Sums {
            totals: Totals { rates, net, vat, gross },
            rounding: money(row.rounding_minor),
            payable: money(row.payable_minor),
        },
        printed: row.printed,
        reason: row.reason,
        row_version: row.row_version,
    })
}
