//! What a collected document asks for as a table, which a company checks line by line (EMP-15).

use super::{Printed, document_within};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_documents::specification::{Specification, SpecifiedLine};
use stolpe_domain::access::Permission;
use stolpe_domain::id::DocumentId;
use stolpe_domain::person::VEIL;
use stolpe_store::document::{Document, DocumentLine};

impl App {
    /// The specification of a document, with the name of the file.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn specification_file(&self, ctx: &Ctx, id: DocumentId) -> Result<(String, Vec<u8>)> {
        let mut conn = self.read().await?;
        let (document, _) = document_within(&mut conn, ctx, id, Permission::ReadBilling).await?;
        let lines = conn.lines_of(&document).await?;
        specification_of(&document, &lines)
    }
}

/// The specification of a document as a file, with its name.
pub(super) fn specification_of(document: &Document, lines: &[DocumentLine]) -> Result<(String, Vec<u8>)> {
    let it = Specification {
        kind: document.kind,
        language: document.language,
        number: document.number.map(|number| number.to_string()),
        issued_on: document.issued_on,
        reference: Printed::of(document)?.recipient.reference,
        lines: lines.iter().map(line_of).collect(),
        sums: &document.sums,
        veil: VEIL,
    };
    Ok((it.name(), it.write().map_err(AppError::internal)?))
}

fn line_of(it: &DocumentLine) -> SpecifiedLine<'_> {
    SpecifiedLine {
        whose: it.whose.as_ref(),
        text: &it.text,
        detail: it.detail.as_deref(),
        energy: it.energy,
        vat: it.vat,
        amount: it.amount,
    }
}
