//! A run of rows: read, looked up at one go, and put together for the store.

use super::matching::{Decision, Known, whole_row};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::sorting::Sorter;
use crate::staff::records_out_of_bounds;
use crate::vault::Purpose;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;
use stolpe_documents::people_file::{CellFault, PeopleDraft, PeopleField, PeopleRow};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DepartmentId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::organisation::Department;
use stolpe_domain::person::PersonDraft;
use stolpe_domain::personal_number::PersonalNumber;
use stolpe_domain::unit::{UnitDraft, UnitKind};
use stolpe_store::Conn;
use stolpe_store::import::{
    ImportOutcome, ImportRow, KnownToRun, NewLogin, NewPerson, NewTenancy, NewUnit, PersonChange, Run, Sought,
};

/// Rows of one transaction: large enough to be quick, small enough that others get their turn.
pub(super) const ROWS: usize = 2_000;

/// A row that could be read.
pub(super) struct ReadRow {
    /// What it says.
    pub(super) draft: PeopleDraft,
    /// The personal number that it names.
    pub(super) number: Option<PersonalNumber>,
    /// A keyed hash of it.
    digest: Option<Vec<u8>>,
}

/// A line with its row, or with what is wrong with it.
pub(super) type ReadLine = (u64, Result<ReadRow, Vec<CellFault>>);

/// What an update must know to be taken back.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Before {
    /// The person before.
    pub(super) draft: PersonDraft,
}

/// What a file says laid over what the register knows: a value in the file wins, an empty cell says nothing.
pub(super) fn overlaid(known: &PersonDraft, said: &PersonDraft) -> PersonDraft {
    let over = |said: &Option<String>, known: &Option<String>| said.clone().or_else(|| known.clone());
    PersonDraft {
        given_name: said.given_name.clone(),
        family_name: said.family_name.clone(),
        email: over(&said.email, &known.email),
        phone: over(&said.phone, &known.phone),
        language: known.language,
        street: over(&said.street, &known.street),
        postal_code: over(&said.postal_code, &known.postal_code),
        city: over(&said.city, &known.city),
        protected_identity: known.protected_identity,
        note: over(&said.note, &known.note),
        department_id: said.department_id.or(known.department_id),
        staff_number: over(&said.staff_number, &known.staff_number),
        payer: known.payer.clone(),
        channel: known.channel,
        personal_number: None,
    }
}

impl ReadRow {
    /// Decides the row, and remembers it for the rows that follow.
    pub(super) fn decide(&self, ctx: &Ctx, known: &mut Known) -> Result<Decision, CellFault> {
        known.decide(&self.draft, self.digest.as_deref(), || ctx.new_id(), || ctx.new_id())
    }

    /// Whether the row means this person.
    pub(super) fn means(&self, known: &Known, person: PersonId) -> bool {
        known.means(&self.draft, self.digest.as_deref()) == Some(person)
    }

    /// Remembers a row that was taken in before.
    pub(super) fn remember(&self, known: &mut Known, person: PersonId) {
        known.remember(&self.draft, self.digest.as_deref(), person);
    }
}

/// Asks the register for everything that a run of rows could mean, and learns of it what concerns the actor.
///
/// Whom the actor may not change is not known: a file must neither reach further than its reader nor tell them who else
/// is in the register.
pub(super) async fn learn(
    conn: &mut Conn,
    ctx: &Ctx,
    place: &Facility,
    known: &mut Known,
    run: &[ReadLine],
) -> Result<KnownToRun> {
    let mut sought = Sought::default();
    for row in run.iter().filter_map(|(_, row)| row.as_ref().ok()) {
        known.ask(&mut sought, &row.draft, row.digest.as_deref());
    }
    let mut answer = conn.known_to_run(place.organisation_id, place.id, &sought, ctx.today()).await?;
    let ids: Vec<PersonId> = answer.people.iter().map(|it| it.person.id).collect();
    if !ctx.actor.may(Permission::ChangePerson, Place::Organisation(place.organisation_id)) {
        let mut facilities: HashMap<PersonId, Vec<FacilityId>> = HashMap::new();
        for (person, facility) in conn.facilities_of_people(&ids).await? {
            facilities.entry(person).or_default().push(facility);
        }
        answer.people.retain(|it| {
            let theirs = facilities.get(&it.person.id).map(Vec::as_slice).unwrap_or_default();
            let place = Place::Person(it.person.organisation_id, it.person.id, theirs, it.person.draft.department_id);
            let mine = ctx.actor.may(Permission::ChangePerson, place);
            if !mine && let Some(digest) = &it.digest {
                known.bar_number(digest);
            }
            mine
        });
    }
    let barred = records_out_of_bounds(conn, ctx, &ids).await?;
    // Of several whom a row could mean, the first one learnt counts: one that the actor may change, else the oldest.
    answer.people.sort_by_key(|it| (barred.contains(&it.person.id), it.person.id));
    known.bar_people(barred);
    known.learn(&answer);
    Ok(answer)
}

/// The departments of an organisation by what files call them: their names, and their reference numbers.
pub(super) struct Departments(HashMap<String, DepartmentId>);

impl Departments {
    fn of(all: &[Department]) -> Self {
        let by_number = all.iter().filter_map(|it| Some((words_of(it.reference_number.as_ref()?), it.id)));
        // A name that is the number of another department is a name first.
        Self(by_number.chain(all.iter().map(|it| (words_of(&it.name), it.id))).collect())
    }

    /// The department that a file means.
    fn find(&self, called: &str) -> Option<DepartmentId> {
        self.0.get(&words_of(called)).copied()
    }
}

/// A name as it is compared: the case and the blanks of a spreadsheet say nothing.
fn words_of(name: &str) -> String {
    name.split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().join(" ")
}

impl App {
    /// The departments that a file for this organisation can name.
    pub(super) async fn departments_of(&self, organisation: OrganisationId) -> Result<Departments> {
        Ok(Departments::of(&self.read().await?.list_departments(organisation).await?))
    }

    /// Reads the personal numbers of a run, and its departments where they are given.
    pub(super) fn read_rows(
        &self,
        ctx: &Ctx,
        place: &Facility,
        departments: Option<&Departments>,
        rows: Vec<PeopleRow>,
    ) -> Result<Vec<ReadLine>> {
        rows.into_iter()
            .map(|row| {
                let read = match row.outcome {
                    Err(faults) => Err(faults),
                    Ok(draft) => self.read_row(ctx, place, departments, draft)?,
                };
                Ok((row.line, read))
            })
            .collect()
    }

    /// Reads the department and the personal number of a row; the inner result is a fault of the row.
    fn read_row(
        &self,
        ctx: &Ctx,
        place: &Facility,
        departments: Option<&Departments>,
        mut draft: PeopleDraft,
    ) -> Result<Result<ReadRow, Vec<CellFault>>> {
        if let (Some(departments), Some(called)) = (departments, &draft.department) {
            let Some(id) = departments.find(called) else {
                let (field, code) = (Some(PeopleField::Department), "department.unknown".to_owned());
                return Ok(Err(vec![CellFault { column: None, field, code, value: called.clone() }]));
            };
            draft.person.department_id = Some(id);
        }
        let Some(typed) = &draft.person.personal_number else {
            return Ok(Ok(ReadRow { draft, number: None, digest: None }));
        };
        let country = if typed.number.is_empty() { place.country } else { typed.country };
        let Ok(number) = PersonalNumber::parse(country, &typed.number, ctx.today()) else {
            return Ok(Err(vec![whole_row("personal_number.malformed")]));
        };
        let digest = self.vault.digest(Purpose::PersonalNumber, number.canonical().as_bytes())?;
        Ok(Ok(ReadRow { draft, number: Some(number), digest: Some(digest) }))
    }
}

/// Somebody of whom a run speaks, as the rows so far leave them.
struct Standing {
    draft: PersonDraft,
    row_version: i64,
    has_number: bool,
    at: At,
}

/// Where the run has somebody.
#[derive(Clone, Copy)]
enum At {
    /// In the register alone.
    Register,
    /// Among the people who are added.
    Added(usize),
    /// Among the people who change.
    Changed(usize),
}

/// Puts a run together for the store.
pub(super) struct RunWriter<'a> {
    app: &'a App,
    ctx: &'a Ctx,
    sorter: &'a Sorter,
    standing: HashMap<PersonId, Standing>,
    run: Run,
}

impl<'a> RunWriter<'a> {
    /// A run of which the register knows this.
    pub(super) fn new(app: &'a App, ctx: &'a Ctx, sorter: &'a Sorter, answer: KnownToRun) -> Self {
        let standing = answer.people.into_iter().map(|it| {
            let standing = Standing {
                draft: it.person.draft,
                row_version: it.person.row_version,
                has_number: it.person.personal_number.is_some(),
                at: At::Register,
            };
            (it.person.id, standing)
        });
        Self { app, ctx, sorter, standing: standing.collect(), run: Run::default() }
    }

    /// The run, with everything that its rows do.
    pub(super) fn done(self) -> Run {
        self.run
    }

    /// Adds a row.
    ///
    /// # Errors
    /// [`AppError::Changed`] when whom it means has left the register since the file spoke of them.
    pub(super) fn add(&mut self, line: u64, row: &ReadRow, decision: Decision) -> Result<()> {
        let person = decision.person;
        let mut done = ImportRow {
            line: i64::try_from(line).unwrap_or(i64::MAX),
            outcome: ImportOutcome::Unchanged,
            person,
            before: None,
            version_after: None,
            number_added: false,
        };
        if decision.is_new {
            self.add_person(person, row, &mut done)?;
        } else {
            self.change_person(person, row, &mut done)?;
        }
        self.run.rows.push(done);
        self.run.linked.push(person);
        if let (Some(id), Some(code)) = (decision.new_unit, &row.draft.unit_code) {
            let (code, section) = (code.trim().to_owned(), row.draft.unit_section.clone());
            self.run.units.push(NewUnit { id, draft: UnitDraft { code, kind: UnitKind::Apartment, section } });
        }
        if let Some(unit) = decision.moves_in {
            let moved_in_on = row.draft.moved_in_on;
            self.run.tenancies.push(NewTenancy { id: self.ctx.new_id(), person, unit, moved_in_on });
        }
        if let Some(username) = decision.username {
            self.run.logins.push(NewLogin { id: self.ctx.new_id(), person, username });
        }
        Ok(())
    }

    fn add_person(&mut self, id: PersonId, row: &ReadRow, done: &mut ImportRow) -> Result<()> {
        let draft = PersonDraft { personal_number: None, ..row.draft.person.clone() };
        let number = row.number.as_ref().map(|number| self.app.seal_personal_number(number)).transpose()?;
        let standing = Standing {
            draft: draft.clone(),
            row_version: 1,
            has_number: number.is_some(),
            at: At::Added(self.run.people.len()),
        };
        let sort_key = self.sorter.person_key(&draft.given_name, &draft.family_name);
        self.run.people.push(NewPerson { id, draft, sort_key, number });
        self.standing.insert(id, standing);
        (done.outcome, done.version_after) = (ImportOutcome::Created, Some(1));
        Ok(())
    }

    /// Lays a row over somebody known. However many rows of a run speak of them, they change once.
    fn change_person(&mut self, id: PersonId, row: &ReadRow, done: &mut ImportRow) -> Result<()> {
        let held = self.standing.get_mut(&id).ok_or(AppError::Changed)?;
        let draft = overlaid(&held.draft, &row.draft.person);
        let gained = row.number.as_ref().filter(|_| !held.has_number);
        if draft == held.draft && gained.is_none() {
            return Ok(());
        }
        let number = gained.map(|number| self.app.seal_personal_number(number)).transpose()?;
        let sort_key = self.sorter.person_key(&draft.given_name, &draft.family_name);
        let (row_version, is_gain) = (held.row_version, number.is_some());
        held.has_number |= is_gain;
        let before = std::mem::replace(&mut held.draft, draft.clone());
        done.outcome = ImportOutcome::Updated;
        if let At::Added(at) = held.at {
            if let Some(it) = self.run.people.get_mut(at) {
                *it = NewPerson { id, draft, sort_key, number: number.or(it.number.take()) };
            }
            done.version_after = Some(1);
            return Ok(());
        }
        (done.version_after, done.number_added) = (Some(row_version + 1), is_gain);
        let change = PersonChange { id, row_version, draft, sort_key, number, loses_number: false };
        if let At::Changed(at) = held.at {
            if let Some(it) = self.run.changes.get_mut(at) {
                let number = change.number.or(it.number.take());
                *it = PersonChange { number, ..change };
            }
        } else {
            held.at = At::Changed(self.run.changes.len());
            self.run.changes.push(change);
            done.before = Some(serde_json::to_string(&Before { draft: before }).map_err(AppError::internal)?);
        }
        Ok(())
    }
}
