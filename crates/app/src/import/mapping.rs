//! What the user says of how a file is read.

use super::file::File;
use super::{ImportMapping, OpenImport, plan};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_documents::table_file::Found;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::ImportId;

impl App {
    /// Says how a file is read and what its columns mean; the dry run is made anew, and the mapping is remembered for
    /// files with the same heading.
    ///
    /// # Errors
    /// [`AppError::Changed`] when somebody was faster or rows were taken in already; [`AppError::Invalid`] for a
    /// mapping that names nobody.
    pub async fn map_import(
        &self,
        ctx: &Ctx,
        id: ImportId,
        row_version: i64,
        wanted: ImportMapping,
    ) -> Result<OpenImport> {
        let OpenImport { import, mut plan, .. } = self.import(ctx, id).await?;
        let place = self.facility_for(ctx, import.facility, Permission::Import).await?;
        let file = File::new(self.import_content(id).await?);
        let before = plan.mapping.columns.clone();
        let mut reread = false;
        if let Some(shape) = &mut plan.shape {
            if let Some(value) = wanted.encoding.filter(|value| *value != shape.encoding.value) {
                shape.encoding = Found { value, sure: true };
                reread = true;
            }
            if let Some(value) = wanted.delimiter.filter(|value| *value != shape.delimiter.value) {
                shape.delimiter = Found { value, sure: true };
                let cut = *shape;
                shape.columns = self.over(&file, move |file| plan::widest(file, &cut)).await?;
                reread = true;
            }
        }
        if reread {
            let language = plan.mapping.language;
            let (shape, header, home, today) = (plan.shape, plan.header, place.country, ctx.today());
            plan = self.over(&file, move |file| plan::guessed(file, shape, header, home, language, today)).await?;
        } else if let Some(columns) = wanted.columns {
            plan.mapping.columns = columns;
        }
        if wanted.date_order.is_some() {
            plan.mapping.date_order = wanted.date_order;
        }
        plan.mapping.check().map_err(|fault| AppError::field("columns", fault.code()))?;
        let findings = self.dry_run(ctx, &place, &plan, &file).await?;
        let stored = |error| AppError::internal(error);
        let plan_json = serde_json::to_value(&plan).map_err(stored)?;
        let findings_json = serde_json::to_value(&findings).map_err(stored)?;
        let mapping_json = serde_json::to_value(&plan.mapping).map_err(stored)?;
        let mut tx = self.write().await?;
        tx.replan_import(id, row_version, &plan_json, &findings_json).await?;
        tx.put_mapping(import.facility, &plan::header_digest(&findings.columns), &mapping_json).await?;
        let event = Event::new(Action::ImportMapped, Subject::Import(id))
            .organisation(import.organisation)
            .facility(import.facility)
            .before(&before)
            .after(&plan.mapping.columns);
        tx.commit(ctx, [event]).await?;
        self.import(ctx, id).await
    }
}
