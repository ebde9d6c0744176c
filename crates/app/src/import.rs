//! Taking people in from a file: read, map, dry run, commit, undo.

mod at_once;
mod faults_file;
mod matching;
mod plan;
mod take_in;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::Outcome;
use matching::{Known, whole_row};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use stolpe_documents::people_file::{CellFault, PeopleDraft, PeopleField};
use stolpe_documents::table_file::Found;
use stolpe_domain::access::Permission;
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_domain::id::{FacilityId, ImportId, PersonId, UnitId};
use stolpe_domain::language::Language;
use stolpe_domain::personal_number::PersonalNumber;
use stolpe_store::import::{Import, ImportState};
use stolpe_store::job::Job;

use crate::vault::Purpose;
pub use at_once::AtOnce;
pub use plan::{ImportColumn, ImportMapping, ImportPlan};
pub use take_in::Taken;

/// The largest file that is taken.
const FILE_BYTES: usize = 48 * 1024 * 1024;
/// Imports that a list shows.
const SHOWN: i64 = 100;
/// Rows that the wizard shows in words.
const PREVIEW: usize = 10;
/// Faults that are kept with the import; the file of faults has them all.
const FAULTS: usize = 200;

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
    /// [`AppError::Refused`]: `import.empty`, `import.too_large`, `import.unreadable`.
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
        let (plan, findings) = self.first_look(ctx, &place, language, &content).await?;
        let import = self.keep_import(ctx, &place, file_name, &plan, &findings, &content).await?;
        Ok(OpenImport { import, plan, findings })
    }

    /// Guesses how a file is read, or remembers it, and goes through it without touching anything.
    async fn first_look(
        &self,
        ctx: &Ctx,
        place: &Facility,
        language: Language,
        content: &[u8],
    ) -> Result<(ImportPlan, ImportFindings)> {
        if content.len() > FILE_BYTES {
            return Err(AppError::refused("import.too_large"));
        }
        let mut plan = plan::first_plan(content, place.country, language, ctx.today())?;
        let columns = plan::columns(content, &plan)?;
        let remembered = self.read().await?.find_mapping(place.id, &plan::header_digest(&columns)).await?;
        if let Some(mapping) = remembered.and_then(|mapping| serde_json::from_value(mapping).ok()) {
            plan.mapping = mapping;
        }
        let findings = self.dry_run(ctx, place, &plan, content).await?;
        Ok((plan, findings))
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
            row_version: 1,
        };
        let digest = Sha256::digest(content);
        // The file may hold personal numbers: it is sealed like them.
        let sealed = self.vault.seal(Purpose::ImportFile, content)?;
        let mut tx = self.write().await?;
        tx.insert_import(&import, &digest, &sealed).await?;
        let event = Event::new(Action::ImportRead, Subject::Import(import.id))
            .organisation(place.organisation_id)
            .facility(place.id)
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
        let content = self.import_content(id).await?;
        let mut reread = false;
        if let Some(shape) = &mut plan.shape {
            if let Some(value) = wanted.encoding.filter(|value| *value != shape.encoding.value) {
                shape.encoding = Found { value, sure: true };
                reread = true;
            }
            if let Some(value) = wanted.delimiter.filter(|value| *value != shape.delimiter.value) {
                shape.delimiter = Found { value, sure: true };
                shape.columns = plan::widest(&content, shape)?;
                reread = true;
            }
        }
        if reread {
            let language = plan.mapping.language;
            plan = plan::guessed(&content, plan.shape, plan.header, place.country, language, ctx.today())?;
        } else if let Some(columns) = wanted.columns {
            plan.mapping.columns = columns;
        }
        if wanted.date_order.is_some() {
            plan.mapping.date_order = wanted.date_order;
        }
        plan.mapping.check().map_err(|fault| AppError::field("columns", fault.code()))?;
        let findings = self.dry_run(ctx, &place, &plan, &content).await?;
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
            .after(&plan.mapping.columns);
        tx.commit(ctx, [event]).await?;
        self.import(ctx, id).await
    }

    /// Goes through a file without touching anything.
    async fn dry_run(&self, ctx: &Ctx, place: &Facility, plan: &ImportPlan, content: &[u8]) -> Result<ImportFindings> {
        let mut findings = ImportFindings { columns: plan::columns(content, plan)?, ..ImportFindings::default() };
        if plan.mapping.check().is_err() {
            return Ok(findings);
        }
        let mut known = self.known(ctx, place).await?;
        for row in plan::people(content, plan, place.country, ctx.today())? {
            let faults = match row.outcome {
                Err(faults) => faults,
                Ok(draft) => match self.decide(ctx, &mut known, &draft, place.country)? {
                    Err(fault) => vec![fault],
                    Ok(decision) => {
                        findings.counts.create += usize::from(decision.is_new);
                        findings.counts.units += usize::from(decision.new_unit.is_some());
                        findings.counts.logins += usize::from(decision.username.is_some());
                        if !decision.is_new {
                            let changes = decision.moves_in.is_some() || self.differs(decision.person, &draft).await?;
                            findings.counts.update += usize::from(changes);
                            findings.counts.unchanged += usize::from(!changes);
                        }
                        if findings.preview.len() < PREVIEW {
                            findings.preview.push(in_words(&draft));
                        }
                        continue;
                    }
                },
            };
            findings.counts.skipped += 1;
            findings.fault_count += faults.len();
            let room = FAULTS.saturating_sub(findings.faults.len());
            findings.faults.extend(faults.into_iter().take(room).map(|fault| named(row.line, fault)));
        }
        Ok(findings)
    }

    /// Every fault of a file, for correcting it at its source.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too.
    pub async fn import_faults(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<ImportFault>> {
        let OpenImport { import, plan, .. } = self.import(ctx, id).await?;
        let place = self.facility_for(ctx, import.facility, Permission::Import).await?;
        let content = self.import_content(id).await?;
        let mut known = self.known(ctx, &place).await?;
        let mut faults = Vec::new();
        for row in plan::people(&content, &plan, place.country, ctx.today())? {
            match row.outcome {
                Err(found) => faults.extend(found.into_iter().map(|fault| named(row.line, fault))),
                // What the file says twice is known only while nothing of it has been taken in.
                Ok(draft) if import.state == ImportState::Draft => {
                    if let Err(fault) = self.decide(ctx, &mut known, &draft, place.country)? {
                        faults.push(named(row.line, fault));
                    }
                }
                Ok(_) => {}
            }
        }
        Ok(faults)
    }

    /// Every fault of a file as CSV in the Nordic profile.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too.
    pub async fn import_faults_file(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<u8>> {
        let faults = self.import_faults(ctx, id).await?;
        let language = self.me(ctx).await?.language;
        let by = ctx.signed()?.name.clone();
        faults_file::write(&faults, language, by, ctx.at)
    }

    /// The file of an import, as it came.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too.
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
    async fn import_content(&self, id: ImportId) -> Result<Vec<u8>> {
        let sealed = self.read().await?.import_content(id).await?.ok_or(AppError::NotFound)?;
        Ok(self.vault.open(Purpose::ImportFile, &sealed)?.to_vec())
    }

    /// What matching needs to know of the register.
    async fn known(&self, ctx: &Ctx, place: &Facility) -> Result<Known> {
        let mut conn = self.read().await?;
        let mut known = Known::default();
        let people = conn.known_people(place.organisation_id).await?;
        let units = conn.known_units(place.id).await?;
        let codes: std::collections::HashMap<_, _> = units.iter().map(|(code, id)| (*id, code.clone())).collect();
        let names: std::collections::HashMap<_, _> =
            people.iter().map(|it| (it.id, (it.given_name.clone(), it.family_name.clone()))).collect();
        for it in people {
            let id = PersonId(it.id);
            known.add_person(id, it.personal_number_digest, it.email.as_deref(), &it.given_name, &it.family_name);
        }
        for (unit, person) in conn.known_tenants(place.id, ctx.today()).await? {
            if let (Some(code), Some((given, family))) = (codes.get(&unit), names.get(&person)) {
                known.add_tenant(code.clone(), PersonId(person), given, family);
            }
        }
        for (code, id) in units {
            known.add_unit(code, UnitId(id));
        }
        for (username, person) in conn.known_usernames(place.id).await? {
            known.add_username(username, PersonId(person));
        }
        Ok(known)
    }

    /// Decides a row; the inner result is a fault of the row.
    fn decide(
        &self,
        ctx: &Ctx,
        known: &mut Known,
        draft: &PeopleDraft,
        home: Country,
    ) -> Result<Result<matching::Decision, CellFault>> {
        let Ok(number) = number_of(ctx, draft, home) else {
            return Ok(Err(whole_row("personal_number.malformed")));
        };
        let digest = match &number {
            None => None,
            Some(number) => Some(self.vault.digest(Purpose::PersonalNumber, number.canonical().as_bytes())?),
        };
        Ok(known.decide(draft, digest, || ctx.new_id(), || ctx.new_id()))
    }

    /// Whether the file says anything of a person that the register does not.
    async fn differs(&self, id: PersonId, draft: &PeopleDraft) -> Result<bool> {
        let person = self.read().await?.find_person(id).await?;
        Ok(person.is_some_and(|person| take_in::overlaid(&person.draft, &draft.person) != person.draft))
    }

    /// Starts to take the file in.
    ///
    /// # Errors
    /// [`AppError::Changed`] when it was started or taken back already; [`AppError::Invalid`] for a mapping that names
    /// nobody.
    pub async fn commit_import(&self, ctx: &Ctx, id: ImportId) -> Result<Job> {
        let OpenImport { import, plan, findings } = self.import(ctx, id).await?;
        if let Some(job) = self.replayed(ctx).await? {
            return self.job(ctx, job).await;
        }
        plan.mapping.check().map_err(|fault| AppError::field("columns", fault.code()))?;
        if !matches!(import.state, ImportState::Draft | ImportState::Interrupted) {
            return Err(AppError::refused("import.not_open"));
        }
        let counts = findings.counts;
        let total = counts.create + counts.update + counts.unchanged + counts.skipped;
        self.begin_taking_in(ctx, &import, &counts).await?;
        self.start_job(ctx, "import.commit", Some(import.organisation), total, |app, ctx, progress| async move {
            let taken = app.take_in(&ctx, &import, &plan, Some(&progress)).await?;
            Ok(Outcome { result: serde_json::to_value(taken).map_err(AppError::internal)?, file: None })
        })
        .await
    }

    async fn begin_taking_in(&self, ctx: &Ctx, import: &Import, counts: &ImportCounts) -> Result<()> {
        let mut tx = self.write().await?;
        tx.move_import(import.id, import.state, ImportState::Committing, ctx.at).await?;
        let event = Event::new(Action::ImportStarted, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .after(counts);
        tx.commit(&Ctx { idempotency: None, ..ctx.clone() }, [event]).await
    }

    /// Takes an import back: everything that it created and nothing depends on since, and every change that nobody has
    /// changed since.
    ///
    /// # Errors
    /// [`AppError::Refused`] `import.not_taken_in`.
    pub async fn undo_import(&self, ctx: &Ctx, id: ImportId) -> Result<Job> {
        let import = self.import(ctx, id).await?.import;
        if let Some(job) = self.replayed(ctx).await? {
            return self.job(ctx, job).await;
        }
        if !matches!(import.state, ImportState::Committed | ImportState::Interrupted) {
            return Err(AppError::refused("import.not_taken_in"));
        }
        self.start_job(ctx, "import.undo", Some(import.organisation), 1, |app, ctx, progress| async move {
            app.take_back(&ctx, &import, &progress).await
        })
        .await
    }
}

/// The personal number of a row; it has passed its check once already.
fn number_of(ctx: &Ctx, draft: &PeopleDraft, home: Country) -> Result<Option<PersonalNumber>, ()> {
    let Some(typed) = &draft.person.personal_number else { return Ok(None) };
    let country = if typed.number.is_empty() { home } else { typed.country };
    PersonalNumber::parse(country, &typed.number, ctx.today()).map(Some).map_err(|_| ())
}

/// A row as it was understood, by field.
fn in_words(draft: &PeopleDraft) -> std::collections::BTreeMap<String, String> {
    let person = &draft.person;
    let number = person.personal_number.as_ref().map(|it| it.number.chars().take(6).chain("-••••".chars()).collect());
    let fields: [(&str, Option<String>); 14] = [
        ("givenName", Some(person.given_name.clone())),
        ("familyName", Some(person.family_name.clone())),
        ("fullName", Some(stolpe_domain::person::full_name(&person.given_name, &person.family_name))),
        ("email", person.email.clone()),
        ("phone", person.phone.clone()),
        ("personalNumber", number),
        ("unitCode", draft.unit_code.clone()),
        ("unitSection", draft.unit_section.clone()),
        ("street", person.street.clone()),
        ("postalCode", person.postal_code.clone()),
        ("city", person.city.clone()),
        ("language", Some(person.language.tag().to_owned())),
        ("username", draft.username.clone()),
        ("movedInOn", draft.moved_in_on.map(|day| day.to_string())),
    ];
    let note = person.note.clone().map(|note| ("note".to_owned(), note));
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).chain(note).collect()
}

fn named(line: u64, fault: CellFault) -> ImportFault {
    ImportFault { row: line, column: fault.field, code: fault.code, value: fault.value }
}

/// The folded code of a unit, for the words by which it is found.
fn unit_terms(code: &str) -> Vec<String> {
    vec![fold_code(code)]
}
