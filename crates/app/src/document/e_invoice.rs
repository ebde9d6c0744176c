//! Documents as e-invoices: what each of them says, as it was issued, with its paper beside it.

use super::{Printed, document_within};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::{DateTime, Utc};
use stolpe_documents::e_invoice::{Enclosed, e_invoice, e_invoice_name};
use stolpe_domain::access::Permission;
use stolpe_domain::e_invoice::{EInvoice, EInvoiceLack, Facts, Owed};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::DocumentId;
use stolpe_domain::person::VEIL;
use stolpe_store::document::{Document, DocumentLine};

impl App {
    /// A document as an e-invoice, with the name of the file.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too; [`AppError::Refused`] `document.no_e_invoice` with all that
    /// it lacks.
    pub async fn e_invoice_file(&self, ctx: &Ctx, id: DocumentId) -> Result<(String, Vec<u8>)> {
        let mut conn = self.read().await?;
        let (document, facility) = document_within(&mut conn, ctx, id, Permission::ReadBilling).await?;
        let lines = conn.lines_of(&document).await?;
        let credits = match document.credits_id {
            Some(credits) => conn.find_document(credits).await?,
            None => None,
        };
        drop(conn);
        self.e_invoice_of(&document, lines, credits.as_ref(), (&facility, ctx.at)).await?.map_err(refused)
    }

    /// A document as an e-invoice with the name of the file, or all that it lacks to be one.
    pub(crate) async fn e_invoice_of(
        &self,
        document: &Document,
        lines: Vec<DocumentLine>,
        credits: Option<&Document>,
        (facility, at): (&Facility, DateTime<Utc>),
    ) -> Result<Result<(String, Vec<u8>), Vec<EInvoiceLack>>> {
        let printed = Printed::of(document)?;
        let it = match EInvoice::of(facts(document, &lines, &printed, credits)) {
            Ok(it) => it,
            Err(lacks) => return Ok(Err(lacks)),
        };
        let (name, paper) = self.draw_document(document, lines, facility, at).await?;
        let content = e_invoice(&it, Some(Enclosed { name: &name, content: &paper }));
        Ok(Ok((e_invoice_name(&name), content)))
    }
}

/// What of a document an e-invoice may say.
pub(super) fn facts(
    document: &Document,
    lines: &[DocumentLine],
    printed: &Printed,
    credits: Option<&Document>,
) -> Facts {
    let owed = |line: &DocumentLine| Owed {
        whose: line.whose.as_ref().map(|whose| whose.title(VEIL)),
        text: line.text.clone(),
        detail: line.detail.clone(),
        energy: line.energy,
        vat: line.vat,
        amount: line.amount,
    };
    Facts {
        kind: document.kind,
        state: document.state,
        language: document.language,
        number: document.number.map(|number| number.to_string()),
        issued_on: document.issued_on,
        due_on: document.due_on,
        period: document.period,
        credits: credits.and_then(|invoice| Some((invoice.number?.to_string(), invoice.issued_on?))),
        seller: printed.seller.clone(),
        tax_status: printed.sender.tax_status.clone(),
        contact: (printed.sender.email.clone(), printed.sender.phone.clone()),
        payer: printed.payer.clone(),
        lines: lines.iter().map(owed).collect(),
        sums: document.sums.clone(),
        payment: (printed.payment.account.clone(), printed.payment.reference.clone()),
        remark: document.reason.clone(),
    }
}

fn refused(lacks: Vec<EInvoiceLack>) -> AppError {
    let lacks: Vec<&str> = lacks.into_iter().map(EInvoiceLack::word).collect();
    AppError::Refused { code: "document.no_e_invoice", params: serde_json::json!({ "lacks": lacks }) }
}
