//! Lines of the bank that are money of the counter: cash that was brought there, and what the bank of the terminal pays out.

use super::unreadable;
use crate::engine::{Conn, Tx};
use crate::error::Result;
use stolpe_domain::id::{IncomingPaymentId, OrganisationId};
use stolpe_domain::till::{TillMeans, TillPayout};

impl Conn {
    /// What somebody has said that a payment brings of the counter.
    ///
    /// # Errors
    /// Whatever the database says; so for every query of this room.
    pub async fn till_payout_of(&mut self, payment: IncomingPaymentId) -> Result<Option<TillPayout>> {
        let row: Option<(String, i64)> = self
            .sql("select means, fee_minor from till_payout where incoming_payment_id = $1")
            .bind(payment.uuid())
            .optional()
            .await?;
        row.map(|(means, fee_minor)| {
            let means = TillMeans::from_word(&means).ok_or_else(|| unreadable("means"))?;
            Ok(TillPayout { means, fee_minor })
        })
        .transpose()
    }
}

impl Tx {
    /// Writes down that a payment brings money of the counter.
    ///
    /// # Errors
    /// Whatever the database says.
    pub async fn insert_till_payout(
        &mut self,
        organisation: OrganisationId,
        payment: IncomingPaymentId,
        it: TillPayout,
    ) -> Result<()> {
        self.change(
            "insert into till_payout (incoming_payment_id, organisation_id, means, fee_minor) values ($1, $2, $3, $4)",
        )
        .bind(payment.uuid())
        .bind(organisation.uuid())
        .bind(it.means.word())
        .bind(it.fee_minor)
        .run()
        .await?
        .one("till_payout")
    }

    /// Forgets that a payment brings money of the counter; the audit log and the ledger keep it.
    pub async fn delete_till_payout(&mut self, payment: IncomingPaymentId) -> Result<()> {
        self.change("delete from till_payout where incoming_payment_id = $1")
            .bind(payment.uuid())
            .run()
            .await?
            .one("till_payout")
    }
}
