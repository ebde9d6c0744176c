//! Lists of documents, by key, with what they add up to; and those that ask for a charge.

use super::{Document, DocumentRow};
use crate::engine::{Conn, Statement, text};
use crate::error::{Result, StoreError};
use crate::page::{END_OF_TIME, Order, Page, Total};
use chrono::{DateTime, NaiveDate, Utc};
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::HashMap;
use stolpe_domain::document::{DocumentKind, DocumentState};
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId, PersonId};
use stolpe_domain::money::{Currency, Money};
use uuid::Uuid;

/// Which documents a list shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DocumentFilter {
    /// In these facilities.
    pub facilities: Vec<FacilityId>,
    /// Of this kind.
    pub kind: Option<DocumentKind>,
    /// In this state.
    pub state: Option<DocumentState>,
    /// To this person.
    pub person: Option<PersonId>,
    /// With this number, as printed, or this payment reference.
    pub number: Option<String>,
    /// Dated from this day on.
    pub from: Option<NaiveDate>,
    /// Dated up to this day.
    pub to: Option<NaiveDate>,
    /// Due before this day and neither paid, credited nor void.
    pub overdue_on: Option<NaiveDate>,
}

/// Where a list goes on: after the document that was shown last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DocumentKey {
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
    /// Its id.
    pub id: DocumentId,
}

impl From<&ListedDocument> for DocumentKey {
    fn from(it: &ListedDocument) -> Self {
        Self { created_at: it.created_at, id: it.document.id }
    }
}

/// A document in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedDocument {
    /// The document.
    pub document: Document,
    /// When it was drafted.
    pub created_at: DateTime<Utc>,
}

/// What the documents of a list add up to in one currency: invoices and receipts less credit notes. Drafts and what is
/// void count nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentSums {
    /// How many count.
    pub count: i64,
    /// Without VAT.
    pub net: Money,
    /// The VAT.
    pub vat: Money,
    /// To be paid, with rounding.
    pub payable: Money,
}

#[derive(FromRow)]
struct SumsRow {
    currency: String,
    count: i64,
    net: i64,
    vat: i64,
    payable: i64,
}

macro_rules! narrowed {
    () => {
        "(kind = $2 or $2 is null) and (state = $3 or $3 is null) and (person_id = $4 or $4 is null) \
         and (reference = $5 or (fiscal_year = $6 and place = $7) or $5 is null) \
         and (issued_on >= $8 or $8 is null) and (issued_on <= $9 or $9 is null) \
         and ((due_on < $10 and state in ('issued', 'sent') and (kind = 'invoice' \
         or (kind = 'reminder' and payable_minor > 0))) or $10 is null)"
    };
}

/// Invoices and receipts as they are, credit notes the other way.
macro_rules! signed {
    () => {
        "case when kind = 'credit_note' then -1 else 1 end"
    };
}

/// The list from its latest document on.
macro_rules! newest {
    () => {
        "and (created_at, id) < ($11, $12) order by created_at desc, id desc limit $13"
    };
}

/// The list from its first document on.
macro_rules! oldest {
    () => {
        "and (created_at, id) > ($11, $12) order by created_at, id limit $13"
    };
}

impl Conn {
    /// Documents in that order of their drafting. Those of one facility lie in an index in this order, so that a page
    /// costs what it shows wherever it begins.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn list_documents(
        &mut self,
        filter: &DocumentFilter,
        order: Order,
        after: Option<DocumentKey>,
        limit: i64,
    ) -> Result<Page<ListedDocument>> {
        let one = matches!(filter.facilities.as_slice(), [_]);
        let statement = match (order, one) {
            (Order::Newest, true) => self.sql(text![
                "select" [document_columns] "from document where facility_id = $1 and" [narrowed] [newest]
            ]),
            (Order::Newest, false) => self.sql(text![
                "select" [document_columns] "from document where facility_id in" [ids "$1"] "and" [narrowed] [newest]
            ]),
            (Order::Oldest, true) => self.sql(text![
                "select" [document_columns] "from document where facility_id = $1 and" [narrowed] [oldest]
            ]),
            (Order::Oldest, false) => self.sql(text![
                "select" [document_columns] "from document where facility_id in" [ids "$1"] "and" [narrowed] [oldest]
            ]),
        };
        let statement = match filter.facilities.as_slice() {
            [one] => statement.bind(one.uuid()),
            _ => bind_facilities(statement, filter),
        };
        let start = match order {
            Order::Newest => (END_OF_TIME, Uuid::max()),
            Order::Oldest => (DateTime::UNIX_EPOCH, Uuid::nil()),
        };
        let (created_at, id) = after.map_or(start, |key| (key.created_at, key.id.uuid()));
        let rows: Vec<DocumentRow> =
            bind_narrowed(statement, filter).bind(created_at).bind(id).bind(limit + 1).all().await?;
        let Page { items, more } = Page::cut(rows, limit);
        let ids: Vec<Uuid> = items.iter().map(|row| row.id).collect();
        let drafted: Vec<(Uuid, DateTime<Utc>)> =
            self.sql(text!["select id, created_at from document where id in" [ids "$1"]]).bind(Json(ids)).all().await?;
        let drafted: HashMap<Uuid, DateTime<Utc>> = drafted.into_iter().collect();
        let documents = self.with_rates_of_all(items).await?;
        let placed = documents.into_iter().map(|document| {
            let created_at = drafted.get(&document.id.uuid()).copied();
            let created_at = created_at.ok_or(StoreError::Inconsistent { table: "document", column: "created_at" })?;
            Ok(ListedDocument { document, created_at })
        });
        Ok(Page { items: placed.collect::<Result<_>>()?, more })
    }

    /// Every document that asks for one of these charges or ever did, by charge, in the order of their drafting: a document
    /// that was made void or credited keeps its lines.
    pub async fn documents_of_charges(&mut self, charges: &[ChargeId]) -> Result<HashMap<ChargeId, Vec<Document>>> {
        let lines: Vec<(Uuid, Uuid)> = self
            .sql(text!["select distinct charge_id, document_id from document_line where charge_id in" [ids "$1"]])
            .bind(Json(charges.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let rows: Vec<DocumentRow> = self
            .sql(text!["select" [document_columns] "from document where id in" [ids "$1"] "order by created_at, id"])
            .bind(Json(lines.iter().map(|(_, document)| *document).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut by_charge: HashMap<ChargeId, Vec<Document>> = HashMap::new();
        for document in self.with_rates_of_all(rows).await? {
            for (charge, _) in lines.iter().filter(|(_, id)| *id == document.id.uuid()) {
                by_charge.entry(ChargeId(*charge)).or_default().push(document.clone());
            }
        }
        Ok(by_charge)
    }

    /// How many documents the filter leaves, counted up to the ceiling.
    pub async fn count_documents(&mut self, filter: &DocumentFilter) -> Result<Total> {
        let statement = self.sql(text![
            "select count(*) from (select 1 from document where facility_id in" [ids "$1"] "and" [narrowed]
            "limit $11) as counted"
        ]);
        let (count,): (i64,) = bind_filter(statement, filter).bind(Total::CEILING + 1).one().await?;
        Ok(Total::counted(count))
    }

    /// What the documents that the filter leaves add up to, by currency.
    pub async fn sum_documents(&mut self, filter: &DocumentFilter) -> Result<Vec<DocumentSums>> {
        let statement = self.sql(text![
            "select currency, count(*) as count, cast(sum(net_minor *" [signed] ") as bigint) as net,"
            "cast(sum(vat_minor *" [signed] ") as bigint) as vat,"
            "cast(sum(payable_minor *" [signed] ") as bigint) as payable from document where facility_id in" [ids "$1"]
            "and" [narrowed] "and state not in ('draft', 'void') group by currency order by currency"
        ]);
        let rows: Vec<SumsRow> = bind_filter(statement, filter).all().await?;
        rows.into_iter()
            .map(|row| {
                let currency = Currency::from_code(&row.currency)
                    .ok_or(StoreError::Inconsistent { table: "document", column: "currency" })?;
                let money = |minor| Money::of_minor(minor, currency);
                Ok(DocumentSums {
                    count: row.count,
                    net: money(row.net),
                    vat: money(row.vat),
                    payable: money(row.payable),
                })
            })
            .collect()
    }
}

fn bind_filter<'c>(statement: Statement<'c>, filter: &DocumentFilter) -> Statement<'c> {
    bind_narrowed(bind_facilities(statement, filter), filter)
}

fn bind_facilities<'c>(statement: Statement<'c>, filter: &DocumentFilter) -> Statement<'c> {
    statement.bind(Json(filter.facilities.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
}

fn bind_narrowed<'c>(statement: Statement<'c>, filter: &DocumentFilter) -> Statement<'c> {
    let number = filter.number.as_deref().and_then(|text| text.split_once('-'));
    let part = |part: Option<&str>| part.and_then(|text| text.parse::<i64>().ok());
    statement
        .bind(filter.kind.map(DocumentKind::word))
        .bind(filter.state.map(DocumentState::word))
        .bind(filter.person.map(PersonId::uuid))
        .bind(filter.number.clone())
        .bind(part(number.map(|(year, _)| year)))
        .bind(part(number.map(|(_, place)| place)))
        .bind(filter.from)
        .bind(filter.to)
        .bind(filter.overdue_on)
}
