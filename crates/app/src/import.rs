//! Taking people in from a file: read, map, dry run, commit, undo.

mod at_once;
mod attempt;
mod discard;
mod faults_file;
mod file;
mod look;
mod mapping;
mod matching;
mod plan;
mod run;
mod source;
mod take_back;
mod take_in;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stolpe_documents::people_file::PeopleField;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{FacilityId, ImportId};
use stolpe_store::import::{Import, ImportState};

use crate::vault::Purpose;
pub use at_once::AtOnce;
pub use plan::{ImportColumn, ImportMapping, ImportPlan};
pub(crate) use source::empty;
pub use take_in::Taken;

/// The largest file that is taken.
const FILE_BYTES: usize = 48 * 1024 * 1024;
/// A file is kept in parts of this size, so that it need not be in memory once more for each hand that it goes through.
const PART_BYTES: usize = 1024 * 1024;
/// Imports that a list shows.
const SHOWN: i64 = 100;

/// What an import does, counted: the consequences before it is carried out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportCounts {
    /// People who are added.
    pub create: usize,
    /// People whose data changes.
    pub update: usize,
    /// People who are in the register as the file says.
    pub unchanged: usize,
    /// Rows that stay out because of a fault.
    pub skipped: usize,
    /// Units that are added.
    pub units: usize,
    /// Logins that are made; each waits for a letter.
    pub logins: usize,
}

/// Something that is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportFault {
    /// Line of the file.
    pub row: u64,
    /// Which column, by its meaning.
    pub column: Option<PeopleField>,
    /// Stable code.
    pub code: String,
    /// What stands there.
    pub value: String,
}

/// What the dry run found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ImportFindings {
    /// The columns of the file.
    pub columns: Vec<ImportColumn>,
    /// The first rows as they were understood, by field.
    pub preview: Vec<std::collections::BTreeMap<String, String>>,
    /// The first faults.
    pub faults: Vec<ImportFault>,
    /// How many faults there are.
    pub fault_count: usize,
    /// The first cells that are taken in and worth a look: texts that begin like a formula.
    #[serde(default)]
    pub warnings: Vec<ImportFault>,
    /// How many there are.
    #[serde(default)]
    pub warning_count: usize,
    /// What the import does.
    pub counts: ImportCounts,
}

/// An import with how it is read and what was found.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenImport {
    /// The import.
    pub import: Import,
    /// How its file is read.
    pub plan: ImportPlan,
    /// What the dry run found.
    pub findings: ImportFindings,
}

impl TryFrom<Import> for OpenImport {
    type Error = AppError;
    fn try_from(import: Import) -> Result<Self> {
        let plan = serde_json::from_value(import.plan.clone()).map_err(AppError::internal)?;
        let findings = serde_json::from_value(import.findings.clone()).map_err(AppError::internal)?;
        Ok(Self { import, plan, findings })
    }
}

impl App {
    /// Reads a file for a facility; nothing is taken in by reading it.
    ///
    /// # Errors
    /// [`AppError::Refused`]: `import.empty`, `import.no_rows`, `import.binary`, `import.old_workbook`,
    /// `import.too_large`, `import.unpacked_too_large`, `import.unreadable`.
    /// [`AppError::Unavailable`] `busy` while many files are read.
    pub async fn read_import(
        &self,
        ctx: &Ctx,
        facility: FacilityId,
        file_name: &str,
        content: Vec<u8>,
    ) -> Result<OpenImport> {
        let place = self.facility_for(ctx, facility, Permission::Import).await?;
        if let Some(id) = self.replayed(ctx).await? {
            return self.import(ctx, id).await;
        }
        let language = self.me(ctx).await?.language;
        let file = file::File::new(content);
        let (plan, findings) = self.first_look(ctx, &place, language, &file).await?;
        let import = self.keep_import(ctx, &place, file_name, &plan, &findings, file.bytes()).await?;
        Ok(OpenImport { import, plan, findings })
    }

    /// Keeps a file as a draft.
    async fn keep_import(
        &self,
        ctx: &Ctx,
        place: &Facility,
        file_name: &str,
        plan: &ImportPlan,
        findings: &ImportFindings,
        content: &[u8],
    ) -> Result<Import> {
        let name: String = file_name.chars().filter(|c| !c.is_control()).take(200).collect();
        let import = Import {
            id: ctx.new_id(),
            organisation: place.organisation_id,
            facility: place.id,
            file_name: if name.trim().is_empty() { "import".to_owned() } else { name },
            state: ImportState::Draft,
            plan: serde_json::to_value(plan).map_err(AppError::internal)?,
            findings: serde_json::to_value(findings).map_err(AppError::internal)?,
            created_by: ctx.signed().ok().map(|signed| signed.login),
            created_at: ctx.at,
            committed_at: None,
            undone_at: None,
            alive_at: None,
            source_gone_at: None,
            row_version: 1,
        };
        let digest = Sha256::digest(content);
        let mut tx = self.write().await?;
        tx.insert_import(&import, &digest).await?;
        for (part, content) in (0..).zip(content.chunks(PART_BYTES)) {
            // The file may hold personal numbers: it is sealed like them.
            tx.insert_import_part(import.id, part, &self.vault.seal(Purpose::ImportFile, content)?).await?;
        }
        let event = Event::new(Action::ImportRead, Subject::Import(import.id))
            .organisation(place.organisation_id)
            .facility(place.id)
            .after(&findings.counts)
            .because(import.file_name.clone());
        tx.commit(ctx, [event]).await?;
        Ok(import)
    }

    /// One import.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too.
    pub async fn import(&self, ctx: &Ctx, id: ImportId) -> Result<OpenImport> {
        ctx.reach(Permission::Import)?;
        let import = self.read().await?.find_import(id).await?.ok_or(AppError::NotFound)?;
        self.facility_for(ctx, import.facility, Permission::Import).await.map_err(|error| match error {
            AppError::Denied => AppError::NotFound,
            other => other,
        })?;
        import.try_into()
    }

    /// The imports of the facilities in which the actor may import, the latest first.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may import nowhere.
    pub async fn list_imports(&self, ctx: &Ctx) -> Result<Vec<OpenImport>> {
        let reach = ctx.reach(Permission::Import)?;
        let mut imports = Vec::new();
        for facility in self.read().await?.list_facilities().await? {
            let mine = reach.everything
                || reach.organisations.contains(&facility.organisation_id)
                || reach.facilities.contains(&facility.id);
            if mine {
                imports.extend(self.read().await?.list_imports(facility.id, SHOWN).await?);
            }
        }
        imports.sort_by_key(|import| std::cmp::Reverse((import.created_at, import.id)));
        imports.into_iter().map(OpenImport::try_from).collect()
    }
}
