//! The file of an import: kept sealed for as long as it may be needed, and then destroyed with everything that was noted
//! of what stands in it.

use super::file::File;
use super::matching::Known;
use super::{ImportFindings, OpenImport};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::vault::Purpose;
use chrono::{DateTime, Utc};
use sha2::{Digest as _, Sha256};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::ImportId;
use stolpe_domain::person::Person;
use stolpe_store::import::{Import, Sought};

/// Files that are destroyed at a time.
const AT_A_TIME: i64 = 20;

impl OpenImport {
    /// The findings without anything that stands in the file but its headings.
    fn emptied_findings(&self) -> Result<serde_json::Value> {
        let mut kept = ImportFindings { preview: Vec::new(), ..self.findings.clone() };
        kept.columns.iter_mut().for_each(|column| column.samples.clear());
        kept.faults.iter_mut().chain(&mut kept.warnings).for_each(|fault| fault.value.clear());
        serde_json::to_value(kept).map_err(AppError::internal)
    }
}

impl App {
    /// When the file of an import is destroyed, if nothing is done with it before; none when it is gone.
    pub fn import_kept_until(&self, import: &Import) -> Option<DateTime<Utc>> {
        import.source_gone_at.is_none().then(|| import.last_used_at() + self.retention.import_files)
    }

    /// The file of an import, as it came.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too; [`AppError::Refused`] `import.source_gone`.
    pub async fn import_source(&self, ctx: &Ctx, id: ImportId) -> Result<(String, Vec<u8>)> {
        let it = self.import(ctx, id).await?.import;
        let content = self.import_content(id).await?;
        let event = Event::new(Action::PeopleExported, Subject::Import(id))
            .organisation(it.organisation)
            .facility(it.facility)
            .because(it.file_name.clone());
        self.note_read(ctx, event).await?;
        Ok((it.file_name, content))
    }

    /// The file of an import, opened.
    ///
    /// # Errors
    /// [`AppError::Refused`] `import.source_gone` once it was destroyed.
    pub(super) async fn import_content(&self, id: ImportId) -> Result<Vec<u8>> {
        let mut conn = self.read().await?;
        let digest = conn.import_digest(id).await?.ok_or(AppError::NotFound)?;
        if digest.is_empty() {
            return Err(AppError::refused("import.source_gone"));
        }
        let mut content = Vec::new();
        for part in 0.. {
            let Some(sealed) = conn.import_part(id, part).await? else { break };
            content.extend_from_slice(&self.vault.open(Purpose::ImportFile, &sealed)?);
        }
        if content.is_empty() {
            return Err(AppError::refused("import.source_gone"));
        }
        // Each part opens by itself; that none is missing or in another's place, the digest alone can tell.
        if *Sha256::digest(&content) != *digest {
            return Err(AppError::internal("the file of an import is not whole"));
        }
        Ok(content)
    }

    /// Destroys the files of imports with which nothing was done for as long as they are kept.
    pub(crate) async fn destroy_old_sources(&self) -> Result<()> {
        let at = self.now();
        let ctx = Ctx::system("upkeep", at);
        loop {
            let old = self.read().await?.imports_with_old_source(at - self.retention.import_files, AT_A_TIME).await?;
            if old.is_empty() {
                return Ok(());
            }
            let mut tx = self.write().await?;
            let events = empty(&mut tx, old, at, "kept long enough").await?;
            tx.commit(&ctx, events).await?;
        }
    }

    /// The imports whose files hold somebody: those by which they came or were changed, and those that wait or were taken
    /// back and have a row that means them.
    pub(crate) async fn imports_holding(&self, ctx: &Ctx, person: &Person) -> Result<Vec<Import>> {
        let mut conn = self.read().await?;
        let mut holding = conn.imports_with_source_of(person.id).await?;
        let open = conn.open_imports(person.organisation_id).await?;
        drop(conn);
        for import in open {
            let counted = holding.iter().any(|it| it.id == import.id);
            if !counted && self.means(ctx, &import, person).await? {
                holding.push(import);
            }
        }
        Ok(holding)
    }

    /// Whether a row of a file means somebody.
    async fn means(&self, ctx: &Ctx, import: &Import, person: &Person) -> Result<bool> {
        let OpenImport { import, plan, .. } = import.clone().try_into()?;
        if plan.mapping.check().is_err() {
            return Ok(false);
        }
        let mut conn = self.read().await?;
        let place = conn.find_facility(import.facility).await?.ok_or(AppError::NotFound)?;
        let sought = Sought { people: vec![person.id], ..Sought::default() };
        let answer = conn.known_to_run(place.organisation_id, place.id, &sought, ctx.today()).await?;
        drop(conn);
        let mut known = Known::default();
        known.learn(&answer);
        let file = File::new(self.import_content(import.id).await?);
        let mut runs = self.runs(&file, &plan, place.country, ctx.today()).await?;
        while let Some(run) = runs.next().await? {
            // A department may be gone since; the row names the person all the same.
            let run = self.read_rows(ctx, &place, None, run)?;
            if run.iter().any(|(_, row)| row.as_ref().is_ok_and(|row| row.means(&known, person.id))) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Stops unless the file of an import is there.
    ///
    /// # Errors
    /// [`AppError::Refused`] `import.source_gone`.
    pub(super) fn check_source(import: &Import) -> Result<()> {
        if import.source_gone_at.is_some() { Err(AppError::refused("import.source_gone")) } else { Ok(()) }
    }
}

/// Destroys the files of imports with what was noted of their content; answers what to write down.
pub(crate) async fn empty(
    tx: &mut stolpe_store::Tx,
    imports: Vec<Import>,
    at: DateTime<Utc>,
    why: &str,
) -> Result<Vec<Event>> {
    let mut events = Vec::with_capacity(imports.len());
    for import in imports {
        let open = OpenImport::try_from(import)?;
        let it = &open.import;
        tx.destroy_source(it.id, &open.emptied_findings()?, at).await?;
        let event = Event::new(Action::ImportFileDestroyed, Subject::Import(it.id));
        events.push(event.organisation(it.organisation).facility(it.facility).because(why));
    }
    Ok(events)
}
