//! A file that is taken in at once, for a command that waits for it: the guessed mapping stands, and nobody is asked.

use super::file::File;
use super::{ImportFindings, ImportPlan, Taken};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::access::Permission;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::FacilityId;
use stolpe_domain::language::Language;

/// What came of a file that was taken in at once.
#[derive(Debug)]
pub struct AtOnce {
    /// What the dry run found.
    pub findings: ImportFindings,
    /// What was taken in. An error means that it stopped in the middle: the import can be continued or taken back.
    pub outcome: Result<Taken>,
}

impl App {
    /// What taking a file in would do; nothing is written.
    ///
    /// # Errors
    /// [`AppError::Refused`]: `import.empty`, `import.too_large`, `import.unreadable`; [`AppError::Invalid`] when no
    /// column seems to hold names.
    pub async fn try_import(&self, ctx: &Ctx, facility: FacilityId, content: &[u8]) -> Result<ImportFindings> {
        let place = self.facility_for(ctx, facility, Permission::Import).await?;
        Ok(self.sure_look(ctx, &place, content).await?.1)
    }

    /// Takes in what can be taken in of a file, and waits for it. Nothing is written when no row can be.
    ///
    /// # Errors
    /// Those of [`App::try_import`], and whatever keeps the file from being kept; nothing has been taken in then.
    pub async fn import_at_once(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        file_name: &str,
        content: &[u8],
    ) -> Result<AtOnce> {
        let place = self.facility_for(ctx, facility, Permission::Import).await?;
        let (plan, findings) = self.sure_look(ctx, &place, content).await?;
        let counts = findings.counts;
        if counts.create + counts.update + counts.unchanged == 0 {
            let outcome = Ok(Taken { stored: 0, skipped: counts.skipped });
            return Ok(AtOnce { findings, outcome });
        }
        let import = self.keep_import(ctx, &place, file_name, &plan, &findings, content).await?;
        let attempt = self.begin_attempt(ctx, import, &counts).await?;
        let outcome = self.take_in(ctx, &attempt, &plan, None).await;
        Ok(AtOnce { findings, outcome })
    }

    /// A first look at a file whose mapping must stand as it was guessed.
    async fn sure_look(&self, ctx: &Ctx, place: &Facility, content: &[u8]) -> Result<(ImportPlan, ImportFindings)> {
        let looked = self.first_look(ctx, place, Language::of(place.country), &File::new(content.to_vec())).await?;
        looked.0.mapping.check().map_err(|fault| AppError::field("columns", fault.code()))?;
        Ok(looked)
    }
}
