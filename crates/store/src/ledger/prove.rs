//! The ledger is proved from nothing: each balance from its transfers, and each posting from its document or its till.
//!
//! Every proof is one statement, which sees one moment: others may post meanwhile.

use crate::engine::{Conn, text};
use crate::error::Result;
use serde::{Deserialize, Serialize};
use stolpe_domain::id::{AccountId, DocumentId, TillId, TopUpReceiptId, TransferId};
use uuid::Uuid;

/// What does not hold in the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LedgerFault {
    /// The balance of an account is not that of its transfers.
    Balance(AccountId),
    /// More was given than taken, of this asset.
    Asset(String),
    /// A transfer between organisations or assets, or one that resolves what was not held.
    Transfer(TransferId),
    /// What a document posted is not what it adds up to.
    Document(DocumentId),
    /// A transfer stands in a month that had been locked when it was written down.
    Locked(TransferId),
    /// What was entered in a till is not what was moved for it, or its numbers have a gap.
    Till(TillId),
    /// This receipt of what was put in beforehand does not say what was moved for it, or the number after it is missing.
    TopUp(TopUpReceiptId),
}

/// What the ledger proves of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LedgerProof {
    /// How many accounts there are.
    pub accounts: i64,
    /// How many transfers.
    pub transfers: i64,
    /// How many documents with a number.
    pub documents: i64,
    /// What does not hold: the first of each kind.
    pub faults: Vec<LedgerFault>,
}

/// The document of a posting with what it moved of what is owed and of rounding; and the same by VAT.
macro_rules! posted_by_documents {
    () => {
        "from ledger_transfer join ledger_account debits on debits.id = ledger_transfer.debit_id \
         join ledger_account credits on credits.id = ledger_transfer.credit_id \
         where ledger_transfer.document_id is not null \
         and ledger_transfer.code in ('invoice', 'credit_note', 'receipt', 'reminder', 'reversal')"
    };
}

impl Conn {
    /// Proves the ledger, naming the first `limit` faults of each kind. It reads every transfer; the database adds up.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn prove_ledger(&mut self, limit: i64) -> Result<LedgerProof> {
        let (accounts,): (i64,) = self.sql("select count(*) from ledger_account").one().await?;
        let (transfers,): (i64,) = self.sql("select count(*) from ledger_transfer").one().await?;
        let (documents,): (i64,) = self.sql("select count(*) from document where place is not null").one().await?;
        let mut faults: Vec<LedgerFault> = Vec::new();
        faults.extend(self.wrong_balances(limit).await?.into_iter().map(|id| LedgerFault::Balance(AccountId(id))));
        faults.extend(self.unequal_assets().await?.into_iter().map(LedgerFault::Asset));
        faults.extend(self.misfits(limit).await?.into_iter().map(|id| LedgerFault::Transfer(TransferId(id))));
        let mut wrong = self.wrong_postings(limit).await?;
        wrong.extend(self.wrong_postings_of_rates(limit).await?);
        wrong.sort_unstable();
        wrong.dedup();
        faults.extend(wrong.into_iter().map(|id| LedgerFault::Document(DocumentId(id))));
        faults.extend(self.late_in_locked(limit).await?.into_iter().map(|id| LedgerFault::Locked(TransferId(id))));
        faults.extend(self.wrong_tills(limit).await?.into_iter().map(LedgerFault::Till));
        faults.extend(self.wrong_top_ups(limit).await?.into_iter().map(LedgerFault::TopUp));
        Ok(LedgerProof { accounts, transfers, documents, faults })
    }

    /// Transfers that stand in a month that was handed over, and were written down after that.
    async fn late_in_locked(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        let mut late = Vec::new();
        for (organisation, lock) in self.all_locked_months().await? {
            let rows: Vec<(Uuid,)> = self
                .sql(
                    "select id from ledger_transfer where organisation_id = $1 and created_at > $2 \
                     and coalesce(booked_on, value_on) >= $3 and coalesce(booked_on, value_on) < $4 order by id limit $5",
                )
                .bind(organisation.uuid())
                .bind(lock.locked_at)
                .bind(lock.month.first_day())
                .bind(lock.month.next().first_day())
                .bind(limit)
                .all()
                .await?;
            late.extend(rows.into_iter().map(|(id,)| id));
        }
        Ok(late)
    }

    async fn wrong_balances(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        let rows: Vec<(Uuid,)> = self
            .sql(
                "select ledger_account.id from ledger_account left join (select entry.account_id, \
                 sum(entry.debits_pending) as debits_pending, sum(entry.debits_posted) as debits_posted, \
                 sum(entry.credits_pending) as credits_pending, sum(entry.credits_posted) as credits_posted from \
                 (select debit_id as account_id, \
                 case step when 'pending' then amount when 'posted' then 0 else -held end as debits_pending, \
                 case when step in ('posted', 'post') then amount else 0 end as debits_posted, \
                 0 as credits_pending, 0 as credits_posted from ledger_transfer \
                 union all select credit_id, 0, 0, \
                 case step when 'pending' then amount when 'posted' then 0 else -held end, \
                 case when step in ('posted', 'post') then amount else 0 end from ledger_transfer) entry \
                 group by entry.account_id) proven on proven.account_id = ledger_account.id \
                 where ledger_account.debits_pending <> coalesce(proven.debits_pending, 0) \
                 or ledger_account.debits_posted <> coalesce(proven.debits_posted, 0) \
                 or ledger_account.credits_pending <> coalesce(proven.credits_pending, 0) \
                 or ledger_account.credits_posted <> coalesce(proven.credits_posted, 0) \
                 order by ledger_account.id limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    async fn unequal_assets(&mut self) -> Result<Vec<String>> {
        let rows: Vec<(String,)> = self
            .sql(
                "select asset from ledger_account group by asset having sum(debits_posted) <> sum(credits_posted) \
                 or sum(debits_pending) <> sum(credits_pending) order by asset",
            )
            .all()
            .await?;
        Ok(rows.into_iter().map(|(asset,)| asset).collect())
    }

    async fn misfits(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        let mut rows: Vec<(Uuid,)> = self
            .sql(
                "select ledger_transfer.id from ledger_transfer \
                 join ledger_account debits on debits.id = ledger_transfer.debit_id \
                 join ledger_account credits on credits.id = ledger_transfer.credit_id \
                 where debits.asset <> credits.asset or debits.id = credits.id \
                 or debits.organisation_id <> ledger_transfer.organisation_id \
                 or credits.organisation_id <> ledger_transfer.organisation_id limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        let resolved: Vec<(Uuid,)> = self
            .sql(
                "select later.id from ledger_transfer later \
                 join ledger_transfer first on first.id = later.resolves_id where later.resolves_id is not null \
                 and (first.step <> 'pending' or first.amount <> later.held or first.debit_id <> later.debit_id \
                 or first.credit_id <> later.credit_id or later.step not in ('post', 'void', 'expire')) limit $1",
            )
            .bind(limit)
            .all()
            .await?;
        rows.extend(resolved);
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Documents that have not posted what is payable and what rounding added. A draft has posted nothing, and what a void
    /// document posted went back.
    async fn wrong_postings(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select document.id from document left join (select entry.document_id, sum(entry.owed) as owed,"
                "sum(entry.rounding) as rounding from (select ledger_transfer.document_id,"
                "case when debits.kind = 'receivable' then amount when credits.kind = 'receivable' then -amount"
                "else 0 end as owed,"
                "case when credits.kind = 'rounding' then amount when debits.kind = 'rounding' then -amount"
                "else 0 end as rounding" [posted_by_documents] ") entry group by entry.document_id) posted"
                "on posted.document_id = document.id where coalesce(posted.owed, 0) <>"
                "case when document.state = 'void' or document.place is null then 0"
                "when document.kind = 'credit_note' then -document.payable_minor else document.payable_minor end"
                "or coalesce(posted.rounding, 0) <>"
                "case when document.state = 'void' or document.place is null then 0"
                "when document.kind = 'credit_note' then -document.rounding_minor else document.rounding_minor end"
                "order by document.id limit $1"
            ])
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }

    /// Documents that have not posted what they sold and owe of VAT, rate by rate.
    async fn wrong_postings_of_rates(&mut self, limit: i64) -> Result<Vec<Uuid>> {
        let rows: Vec<(Uuid,)> = self
            .sql(text![
                "select document.id from document_rate join document on document.id = document_rate.document_id"
                "left join (select entry.document_id, entry.vat, sum(entry.net) as net, sum(entry.owed) as owed from"
                "(select ledger_transfer.document_id, coalesce(debits.vat, credits.vat) as vat,"
                "case when credits.kind = 'revenue' then amount when debits.kind = 'revenue' then -amount"
                "else 0 end as net,"
                "case when credits.kind = 'vat' then amount when debits.kind = 'vat' then -amount else 0 end as owed"
                [posted_by_documents] ") entry group by entry.document_id, entry.vat) posted"
                "on posted.document_id = document_rate.document_id and posted.vat = document_rate.vat"
                "where coalesce(posted.net, 0) <>"
                "case when document.state = 'void' or document.place is null then 0"
                "when document.kind = 'credit_note' then -document_rate.net_minor else document_rate.net_minor end"
                "or coalesce(posted.owed, 0) <>"
                "case when document.state = 'void' or document.place is null then 0"
                "when document.kind = 'credit_note' then -document_rate.vat_minor else document_rate.vat_minor end"
                "order by document.id limit $1"
            ])
            .bind(limit)
            .all()
            .await?;
        Ok(rows.into_iter().map(|(id,)| id).collect())
    }
}
