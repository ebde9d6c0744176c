//! Going through a file without touching anything: what it would do, and everything that is wrong with it.

use super::file::File;
use super::matching::{Decision, Known};
use super::run::{self, ReadRow, overlaid};
use super::{FILE_BYTES, ImportFault, ImportFindings, ImportPlan, OpenImport, faults_file, plan};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use stolpe_documents::people_file::{CellFault, PeopleDraft};
use stolpe_domain::access::Permission;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ImportId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::person::{Person, full_name};
use stolpe_store::import::ImportState;

/// Rows that the wizard shows in words.
const PREVIEW: usize = 10;
/// Faults that are kept with the import; the file of faults has them all.
const FAULTS: usize = 200;

/// A row that would be taken in.
struct Seen<'a> {
    row: &'a ReadRow,
    decision: Decision,
    /// Whom it means, if they are in the register.
    held: Option<&'a Person>,
}

impl Seen<'_> {
    /// Whether the file says anything of somebody known that the register does not.
    fn changes(&self) -> bool {
        self.decision.moves_in.is_some()
            || self.held.is_some_and(|held| {
                overlaid(&held.draft, &self.row.draft.person) != held.draft
                    || (self.row.number.is_some() && held.personal_number.is_none())
            })
    }
}

impl App {
    /// Guesses how a file is read, or remembers it, and goes through it without touching anything.
    pub(super) async fn first_look(
        &self,
        ctx: &Ctx,
        place: &Facility,
        language: Language,
        file: &Arc<File>,
    ) -> Result<(ImportPlan, ImportFindings)> {
        if file.bytes().len() > FILE_BYTES {
            return Err(AppError::refused("import.too_large"));
        }
        let (home, today) = (place.country, ctx.today());
        let guess = move |file: &File| {
            let plan = plan::first_plan(file, home, language, today)?;
            let columns = plan::columns(file, &plan, today)?;
            Ok((plan, columns))
        };
        let (mut plan, columns) = self.over(file, guess).await?;
        let remembered = self.read().await?.find_mapping(place.id, &plan::header_digest(&columns)).await?;
        if let Some(mapping) = remembered.and_then(|mapping| serde_json::from_value(mapping).ok()) {
            plan.mapping = mapping;
        }
        let findings = self.dry_run(ctx, place, &plan, file).await?;
        Ok((plan, findings))
    }

    /// Goes through a file without touching anything.
    pub(super) async fn dry_run(
        &self,
        ctx: &Ctx,
        place: &Facility,
        plan: &ImportPlan,
        file: &Arc<File>,
    ) -> Result<ImportFindings> {
        let read_as = plan.clone();
        let today = ctx.today();
        let columns = self.over(file, move |file| plan::columns(file, &read_as, today)).await?;
        let mut findings = ImportFindings { columns, ..ImportFindings::default() };
        if plan.mapping.check().is_err() {
            return Ok(findings);
        }
        self.go_through(ctx, place, plan, file, |line, outcome, warnings| match outcome {
            Ok(seen) => {
                findings.warning_count += warnings.len();
                let room = FAULTS.saturating_sub(findings.warnings.len());
                findings.warnings.extend(warnings.into_iter().take(room).map(|warning| named(line, warning)));
                let (new, changes) = (seen.decision.is_new, seen.changes());
                findings.counts.create += usize::from(new);
                findings.counts.update += usize::from(!new && changes);
                findings.counts.unchanged += usize::from(!new && !changes);
                findings.counts.units += usize::from(seen.decision.new_unit.is_some());
                findings.counts.logins += usize::from(seen.decision.username.is_some());
                if findings.preview.len() < PREVIEW {
                    findings.preview.push(in_words(&seen.row.draft));
                }
            }
            Err(faults) => {
                findings.counts.skipped += 1;
                findings.fault_count += faults.len();
                let room = FAULTS.saturating_sub(findings.faults.len());
                findings.faults.extend(faults.into_iter().take(room).map(|fault| named(line, fault)));
            }
        })
        .await?;
        Ok(findings)
    }

    /// Decides each row of a file as it would be decided in earnest, or says what is wrong with it; and what is worth a
    /// look of either.
    async fn go_through(
        &self,
        ctx: &Ctx,
        place: &Facility,
        plan: &ImportPlan,
        file: &Arc<File>,
        mut each: impl FnMut(u64, Result<Seen<'_>, Vec<CellFault>>, Vec<CellFault>),
    ) -> Result<()> {
        let mut known = Known::default();
        let mut runs = self.runs(file, plan, place.country, ctx.today()).await?;
        let departments = self.departments_of(place.organisation_id).await?;
        while let Some(mut run) = runs.next().await? {
            let warnings: Vec<_> = run.iter_mut().map(|row| std::mem::take(&mut row.warnings)).collect();
            let run = self.read_rows(ctx, place, Some(&departments), run)?;
            let answer = run::learn(&mut self.read().await?, ctx, place, &mut known, &run).await?;
            let held: HashMap<PersonId, &Person> = answer.people.iter().map(|it| (it.person.id, &it.person)).collect();
            for ((line, row), warnings) in run.iter().zip(warnings) {
                let decided = match row {
                    Err(faults) => Err(faults.clone()),
                    Ok(row) => row.decide(ctx, &mut known).map_err(|fault| vec![fault]).map(|decision| Seen {
                        row,
                        held: held.get(&decision.person).copied(),
                        decision,
                    }),
                };
                each(*line, decided, warnings);
            }
        }
        Ok(())
    }

    /// Every fault of a file, for correcting it at its source.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not import there, too.
    pub async fn import_faults(&self, ctx: &Ctx, id: ImportId) -> Result<Vec<ImportFault>> {
        let OpenImport { import, plan, .. } = self.import(ctx, id).await?;
        let place = self.facility_for(ctx, import.facility, Permission::Import).await?;
        let file = File::new(self.import_content(id).await?);
        if plan.shape.is_none() {
            self.over(&file, |file| file.book().map(|_| ())).await?;
        }
        let mut faults = Vec::new();
        if import.state == ImportState::Draft {
            self.go_through(ctx, &place, &plan, &file, |line, outcome, _| {
                faults.extend(outcome.err().into_iter().flatten().map(|fault| named(line, fault)));
            })
            .await?;
        } else {
            // What the file says twice is known only while nothing of it has been taken in.
            let mut runs = self.runs(&file, &plan, place.country, ctx.today()).await?;
            while let Some(run) = runs.next().await? {
                for row in run {
                    faults.extend(row.outcome.err().into_iter().flatten().map(|fault| named(row.line, fault)));
                }
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
}

/// A row as it was understood, by field.
fn in_words(draft: &PeopleDraft) -> BTreeMap<String, String> {
    let person = &draft.person;
    let number = person.personal_number.as_ref().map(|it| it.number.chars().take(6).chain("-••••".chars()).collect());
    let fields: [(&str, Option<String>); 16] = [
        ("givenName", Some(person.given_name.clone())),
        ("familyName", Some(person.family_name.clone())),
        ("fullName", Some(full_name(&person.given_name, &person.family_name))),
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
        ("department", draft.department.clone()),
        ("staffNumber", person.staff_number.clone()),
        ("movedInOn", draft.moved_in_on.map(|day| day.to_string())),
    ];
    let note = person.note.clone().map(|note| ("note".to_owned(), note));
    fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).chain(note).collect()
}

fn named(line: u64, fault: CellFault) -> ImportFault {
    ImportFault { row: line, column: fault.field, code: fault.code, value: plan::visible(&fault.value) }
}
