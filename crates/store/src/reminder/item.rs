//! What each reminder was for, and what speaks for or against another one.

use crate::document::numbered;
use crate::engine::{Conn, Tx, text};
use crate::error::{Result, StoreError};
use chrono::NaiveDate;
use serde_json::json;
use sqlx::FromRow;
use sqlx::types::Json;
use std::collections::{HashMap, HashSet};
use stolpe_domain::document::{DocumentState, Number};
use stolpe_domain::id::{DocumentId, ReminderRunId};
use stolpe_domain::reminder::Owed;
use uuid::Uuid;

/// What a reminder costs by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReminderRow {
    /// The document.
    pub document: DocumentId,
    /// Its fee, in hundredths.
    pub fee_minor: i64,
    /// The invoices that it is for.
    pub items: Vec<ReminderItem>,
}

/// An invoice that a reminder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReminderItem {
    /// Which.
    pub invoice: DocumentId,
    /// What was open of it.
    pub open_minor: i64,
    /// The interest on it, less what earlier reminders have asked for.
    pub interest_minor: i64,
}

/// A reminder that an invoice has had, those that are out of use left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EarlierReminder {
    /// The reminder.
    pub document: DocumentId,
    /// The invoice.
    pub invoice: DocumentId,
    /// Where it stands.
    pub state: DocumentState,
    /// Its number.
    pub number: Option<Number>,
    /// Its date.
    pub issued_on: Option<NaiveDate>,
    /// Until when it gave time to pay.
    pub due_on: Option<NaiveDate>,
    /// What it cost by itself.
    pub fee_minor: i64,
    /// The interest that it asked for on this invoice.
    pub interest_minor: i64,
    /// What was open of the invoice.
    pub open_minor: i64,
}

#[derive(FromRow)]
struct EarlierRow {
    reminder_id: Uuid,
    invoice_id: Uuid,
    state: String,
    fiscal_year: Option<i64>,
    place: Option<i64>,
    issued_on: Option<NaiveDate>,
    due_on: Option<NaiveDate>,
    fee_minor: i64,
    interest_minor: i64,
    open_minor: i64,
}

macro_rules! earlier {
    () => {
        "select reminder_item.reminder_id, reminder_item.invoice_id, document.state, document.fiscal_year, \
         document.place, document.issued_on, document.due_on, reminder.fee_minor, reminder_item.interest_minor, \
         reminder_item.open_minor from reminder_item \
         join reminder on reminder.document_id = reminder_item.reminder_id \
         join document on document.id = reminder_item.reminder_id"
    };
}

impl TryFrom<EarlierRow> for EarlierReminder {
    type Error = StoreError;

    fn try_from(row: EarlierRow) -> Result<Self> {
        Ok(Self {
            document: DocumentId(row.reminder_id),
            invoice: DocumentId(row.invoice_id),
            state: DocumentState::from_word(&row.state)
                .ok_or(StoreError::Inconsistent { table: "document", column: "state" })?,
            number: numbered(row.fiscal_year, row.place)?,
            issued_on: row.issued_on,
            due_on: row.due_on,
            fee_minor: row.fee_minor,
            interest_minor: row.interest_minor,
            open_minor: row.open_minor,
        })
    }
}

impl Conn {
    /// The reminders that these invoices have had, the oldest first; those that are void never went out.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn reminders_of(&mut self, invoices: &[DocumentId]) -> Result<Vec<EarlierReminder>> {
        let rows: Vec<EarlierRow> = self
            .sql(text![
                [earlier] "where reminder_item.invoice_id in" [ids "$1"] "and document.state <> 'void'"
                "order by document.issued_on, document.id, reminder_item.invoice_id"
            ])
            .bind(Json(invoices.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(EarlierReminder::try_from).collect()
    }

    /// What these reminders were for.
    pub async fn reminded_by(&mut self, reminders: &[DocumentId]) -> Result<Vec<EarlierReminder>> {
        let rows: Vec<EarlierRow> = self
            .sql(text![
                [earlier] "where reminder_item.reminder_id in" [ids "$1"]
                "order by reminder_item.reminder_id, reminder_item.invoice_id"
            ])
            .bind(Json(reminders.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        rows.into_iter().map(EarlierReminder::try_from).collect()
    }

    /// How what is owed for each of these invoices has changed by the days on which it counts: asked for, paid, credited.
    pub async fn owed_by_day(&mut self, invoices: &[DocumentId]) -> Result<HashMap<DocumentId, Vec<Owed>>> {
        let rows: Vec<(Uuid, NaiveDate, i64)> = self
            .sql(text![
                "select coalesce(document.credits_id, document.id), value_on,"
                "cast(sum(case when debits.kind = 'receivable' then amount else -amount end) as bigint)"
                "from ledger_transfer join document on document.id = ledger_transfer.document_id"
                "join ledger_account debits on debits.id = debit_id"
                "join ledger_account credits on credits.id = credit_id"
                "where ledger_transfer.document_id in (select id from document where id in" [ids "$1"]
                "union all select id from document where credits_id in" [ids "$1"] ")"
                "and (debits.kind = 'receivable') <> (credits.kind = 'receivable') and step in ('posted', 'post')"
                "group by coalesce(document.credits_id, document.id), value_on order by value_on"
            ])
            .bind(Json(invoices.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        let mut changes: HashMap<DocumentId, Vec<Owed>> = HashMap::new();
        for (invoice, on, minor) in rows {
            changes.entry(DocumentId(invoice)).or_default().push(Owed { on, minor });
        }
        Ok(changes)
    }

    /// Which of these documents have a last message that failed or came back.
    pub async fn mail_failed_of(&mut self, documents: &[DocumentId]) -> Result<HashSet<DocumentId>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select notice.document_id from notice where notice.document_id in" [ids "$1"]
                "and notice.state in ('failed', 'bounced') and not exists (select 1 from notice later"
                "where later.document_id = notice.document_id"
                "and (later.created_at, later.id) > (notice.created_at, notice.id))"
            ])
            .bind(Json(documents.iter().map(|id| id.uuid()).collect::<Vec<_>>()))
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| DocumentId(id)).collect())
    }
}

impl Tx {
    /// Writes down what reminders are for; their documents are there already.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_reminders(&mut self, run: ReminderRunId, all: &[ReminderRow]) -> Result<()> {
        let hex = |id: DocumentId| id.uuid().simple().to_string();
        let row = |it: &ReminderRow| json!({ "id": hex(it.document), "fee": it.fee_minor });
        self.change(text![
            "insert into reminder (document_id, run_id, fee_minor) select" [uuid "id"] ", $2," [integer "fee"]
            "from" [rows "$1"]
        ])
        .bind(Json(all.iter().map(row).collect::<Vec<_>>()))
        .bind(run.uuid())
        .run()
        .await?
        .any();
        let items = all.iter().flat_map(|it| it.items.iter().map(|item| (it.document, item)));
        let row = |(reminder, it): (DocumentId, &ReminderItem)| {
            json!({
                "id": hex(reminder), "invoice": hex(it.invoice), "open": it.open_minor, "interest": it.interest_minor,
            })
        };
        self.change(text![
            "insert into reminder_item (reminder_id, invoice_id, open_minor, interest_minor) select" [uuid "id"] ","
            [uuid "invoice"] "," [integer "open"] "," [integer "interest"] "from" [rows "$1"]
        ])
        .bind(Json(items.map(row).collect::<Vec<_>>()))
        .run()
        .await?
        .any();
        Ok(())
    }
}
