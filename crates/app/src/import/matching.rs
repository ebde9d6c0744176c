//! What becomes of a row: somebody new, somebody known, or nobody because of a fault. Pure, and the same in the dry run
//! and in earnest.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher as _, Hash, RandomState};
use stolpe_documents::people_file::{CellFault, PeopleDraft, PeopleField};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{PersonId, UnitId};
use stolpe_store::import::{KnownToRun, Sought};

/// Stands for a text: a keyed hash of 128 bits. A hundred thousand rows take the room of their hashes, whatever they say,
/// and two texts that anybody could think of do not meet.
type Mark = (u64, u64);

/// What is known of the register, as far as runs of rows have asked for it, and of the rows before this one.
#[derive(Debug, Default)]
pub(super) struct Known {
    keys: (RandomState, RandomState),
    by_number: HashMap<Mark, PersonId>,
    by_email: HashMap<Mark, PersonId>,
    by_unit: HashMap<Mark, PersonId>,
    units: HashMap<Mark, UnitId>,
    usernames: HashMap<Mark, PersonId>,
    with_login: HashSet<PersonId>,
    tenants: HashSet<(Mark, PersonId)>,
    /// People and units that a row of this file has spoken of.
    spoken_of: HashSet<(PersonId, Option<Mark>)>,
    /// Personal numbers of people beyond the actor's reach.
    barred_numbers: HashSet<Mark>,
    /// People whose records the actor must leave alone.
    barred_people: HashSet<PersonId>,
}

/// What becomes of a row.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Decision {
    /// Who it is; a fresh id for somebody new.
    pub(super) person: PersonId,
    /// They are not in the register yet.
    pub(super) is_new: bool,
    /// The unit must be added first, under this id.
    pub(super) new_unit: Option<UnitId>,
    /// They move in on this unit.
    pub(super) moves_in: Option<UnitId>,
    /// They get a login with this name.
    pub(super) username: Option<String>,
}

/// What a row says of who it is about.
struct Marks {
    number: Option<Mark>,
    email: Option<Mark>,
    unit: Option<Mark>,
    unit_and_name: Option<Mark>,
}

fn folded_name(given: &str, family: &str) -> String {
    format!("{} {}", given.trim(), family.trim()).to_lowercase()
}

/// The name that somebody would sign in with if nobody else did: the unit's code, or the address.
fn first_choice(row: &PeopleDraft) -> Option<String> {
    let base = row.unit_code.as_ref().or(row.person.email.as_ref())?.replace(char::is_whitespace, "");
    (base.chars().count() >= 2).then_some(base)
}

impl Known {
    fn mark(&self, text: impl Hash) -> Mark {
        (self.keys.0.hash_one(&text), self.keys.1.hash_one(&text))
    }

    fn marks(&self, row: &PeopleDraft, number: Option<&[u8]>) -> Marks {
        let name = folded_name(&row.person.given_name, &row.person.family_name);
        let unit = row.unit_code.as_deref().map(fold_code);
        Marks {
            number: number.map(|number| self.mark(number)),
            email: row.person.email.as_ref().map(|email| self.mark((email.to_lowercase(), &name))),
            unit_and_name: unit.as_ref().map(|unit| self.mark((unit, &name))),
            unit: unit.map(|unit| self.mark(unit)),
        }
    }

    /// What the register has to be asked for before this row can be decided.
    pub(super) fn ask(&self, sought: &mut Sought, row: &PeopleDraft, number: Option<&[u8]>) {
        sought.people.extend(self.meant(&self.marks(row, number)));
        sought.digests.extend(number.map(<[u8]>::to_vec));
        sought.emails.extend(row.person.email.as_ref().map(|email| email.to_lowercase()));
        sought.units.extend(row.unit_code.as_deref().map(fold_code));
        sought.usernames.extend(row.username.clone().or_else(|| first_choice(row)).map(|name| fold_code(&name)));
    }

    /// Learns what the register answered.
    pub(super) fn learn(&mut self, answer: &KnownToRun) {
        let mut names = HashMap::with_capacity(answer.people.len());
        for it in &answer.people {
            let (id, draft) = (it.person.id, &it.person.draft);
            let name = folded_name(&draft.given_name, &draft.family_name);
            if let Some(number) = &it.digest {
                self.by_number.insert(self.mark(number.as_slice()), id);
            }
            if let Some(email) = &draft.email {
                let mark = self.mark((email.to_lowercase(), &name));
                self.by_email.entry(mark).or_insert(id);
            }
            names.insert(id, name);
        }
        for (unit, id) in &answer.units {
            self.units.insert(self.mark(unit), *id);
        }
        for (unit, person) in &answer.tenants {
            if let Some(name) = names.get(person) {
                let mark = self.mark((unit, name));
                self.by_unit.entry(mark).or_insert(*person);
            }
            self.tenants.insert((self.mark(unit), *person));
        }
        for (username, person) in &answer.usernames {
            self.usernames.insert(self.mark(username), *person);
            self.with_login.insert(*person);
        }
    }

    /// The number belongs to somebody beyond the actor's reach: there cannot be a second one with it.
    pub(super) fn bar_number(&mut self, number: &[u8]) {
        self.barred_numbers.insert(self.mark(number));
    }

    /// These people's records are not the actor's to change.
    pub(super) fn bar_people(&mut self, people: impl IntoIterator<Item = PersonId>) {
        self.barred_people.extend(people);
    }

    /// A person is known by personal number; else by e-mail address and name; else by unit and name.
    fn meant(&self, marks: &Marks) -> Option<PersonId> {
        let by = |mark: Option<Mark>, map: &HashMap<Mark, PersonId>| map.get(&mark?).copied();
        by(marks.number, &self.by_number)
            .or_else(|| by(marks.email, &self.by_email))
            .or_else(|| by(marks.unit_and_name, &self.by_unit))
    }

    /// Whom a row means, of those who are known.
    pub(super) fn means(&self, row: &PeopleDraft, number: Option<&[u8]>) -> Option<PersonId> {
        self.meant(&self.marks(row, number))
    }

    /// Remembers a row that was taken in before.
    pub(super) fn remember(&mut self, row: &PeopleDraft, number: Option<&[u8]>, person: PersonId) {
        let marks = self.marks(row, number);
        self.note(&marks, person);
    }

    fn note(&mut self, marks: &Marks, person: PersonId) {
        self.spoken_of.insert((person, marks.unit));
        self.by_number.extend(marks.number.map(|mark| (mark, person)));
        self.by_email.extend(marks.email.map(|mark| (mark, person)));
        self.by_unit.extend(marks.unit_and_name.map(|mark| (mark, person)));
    }

    /// Decides a row and remembers it for the rows that follow.
    pub(super) fn decide(
        &mut self,
        row: &PeopleDraft,
        number: Option<&[u8]>,
        new_person: impl FnOnce() -> PersonId,
        new_unit: impl FnOnce() -> UnitId,
    ) -> Result<Decision, CellFault> {
        let marks = self.marks(row, number);
        if marks.number.is_some_and(|number| self.barred_numbers.contains(&number)) {
            return Err(whole_row("row.number_elsewhere"));
        }
        let known = self.meant(&marks);
        if known.is_some_and(|person| self.barred_people.contains(&person)) {
            return Err(whole_row("row.works_here"));
        }
        let person = known.unwrap_or_else(new_person);
        if self.spoken_of.contains(&(person, marks.unit)) {
            return Err(whole_row("row.duplicate"));
        }
        let username = self.choose_username(row, person)?;
        self.note(&marks, person);
        let mut decision = Decision { person, is_new: known.is_none(), new_unit: None, moves_in: None, username };
        if let Some(unit) = marks.unit {
            let id = *self.units.entry(unit).or_insert_with(|| *decision.new_unit.insert(new_unit()));
            decision.moves_in = self.tenants.insert((unit, person)).then_some(id);
        }
        if let Some(username) = &decision.username {
            self.usernames.insert(self.mark(fold_code(username)), person);
            self.with_login.insert(person);
        }
        Ok(decision)
    }

    /// The name that the person will sign in with: the one in the file, or the unit's code, or the address. Whoever has
    /// a login in the facility keeps it.
    fn choose_username(&self, row: &PeopleDraft, person: PersonId) -> Result<Option<String>, CellFault> {
        let owner = |name: &str| self.usernames.get(&self.mark(fold_code(name)));
        if let Some(wanted) = &row.username {
            return match owner(wanted) {
                None => Ok(Some(wanted.clone())),
                Some(owner) if *owner == person => Ok(None),
                Some(_) => Err(CellFault {
                    column: None,
                    field: Some(PeopleField::Username),
                    code: "login.username_taken".to_owned(),
                    value: wanted.clone(),
                }),
            };
        }
        if self.with_login.contains(&person) {
            return Ok(None);
        }
        let Some(base) = first_choice(row) else { return Ok(None) };
        // The second of two on one unit is A1101-2.
        let numbered = (2..100).map(|n| format!("{base}-{n}"));
        Ok(std::iter::once(base.clone()).chain(numbered).find(|name| owner(name).is_none()))
    }
}

/// A fault of a whole row.
pub(super) fn whole_row(code: &str) -> CellFault {
    CellFault { column: None, field: None, code: code.to_owned(), value: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::DateTime;
    use stolpe_domain::id::OrganisationId;
    use stolpe_domain::language::Language;
    use stolpe_domain::person::{Person, PersonDraft};
    use stolpe_store::import::KnownPerson;
    use uuid::Uuid;

    fn row(given: &str, email: Option<&str>, unit: Option<&str>) -> PeopleDraft {
        PeopleDraft {
            person: PersonDraft {
                given_name: given.into(),
                family_name: "Berg".into(),
                email: email.map(Into::into),
                phone: None,
                language: Language::Sv,
                street: None,
                postal_code: None,
                city: None,
                protected_identity: false,
                note: None,
                department_id: None,
                staff_number: None,
                payer: None,
                channel: None,
                personal_number: None,
            },
            unit_code: unit.map(Into::into),
            unit_section: None,
            username: None,
            moved_in_on: None,
            department: None,
        }
    }

    fn person(id: PersonId, row: &PeopleDraft) -> Person {
        Person {
            id,
            organisation_id: OrganisationId(Uuid::nil()),
            draft: row.person.clone(),
            personal_number: None,
            merged_into: None,
            erased_at: None,
            row_version: 1,
            created_at: DateTime::UNIX_EPOCH,
        }
    }

    fn decide(known: &mut Known, row: &PeopleDraft, n: u128) -> Result<Decision, CellFault> {
        known.decide(row, None, || PersonId(Uuid::from_u128(n)), || UnitId(Uuid::from_u128(100 + n)))
    }

    #[test]
    fn two_on_one_unit_get_names_of_their_own() {
        let mut known = Known::default();
        let first = decide(&mut known, &row("Anna", None, Some("A1101")), 1).unwrap();
        let second = decide(&mut known, &row("Bo", None, Some("a 1101")), 2).unwrap();
        assert_eq!((first.username.as_deref(), second.username.as_deref()), (Some("A1101"), Some("a1101-2")));
        assert_eq!(second.new_unit, None);
        assert_eq!(second.moves_in, first.new_unit);
    }

    #[test]
    fn the_same_person_twice_on_one_unit_is_a_fault_and_on_two_units_is_not() {
        let mut known = Known::default();
        decide(&mut known, &row("Anna", Some("a@b.se"), Some("A1101")), 1).unwrap();
        let again = decide(&mut known, &row("Anna", Some("A@b.se"), Some("A1101")), 2).unwrap_err();
        assert_eq!(again.code, "row.duplicate");
        let parking = decide(&mut known, &row("Anna", Some("a@b.se"), Some("P-01")), 3).unwrap();
        assert!(!parking.is_new && parking.moves_in.is_some() && parking.username.is_none());
    }

    #[test]
    fn whoever_is_in_the_register_is_not_added_again() {
        let (mut known, anna) = (Known::default(), PersonId(Uuid::from_u128(9)));
        known.learn(&KnownToRun {
            people: vec![KnownPerson { person: person(anna, &row("Anna", Some("a@b.se"), None)), digest: None }],
            units: vec![("a1101".into(), UnitId(Uuid::from_u128(8)))],
            tenants: vec![("a1101".into(), anna)],
            usernames: vec![("a1101".into(), anna)],
        });
        let decision = decide(&mut known, &row("Anna", None, Some("A1101")), 1).unwrap();
        assert_eq!(decision, Decision { person: anna, is_new: false, new_unit: None, moves_in: None, username: None });
    }

    #[test]
    fn a_username_of_somebody_else_is_a_fault_of_that_cell() {
        let mut known = Known::default();
        let usernames = vec![("kalle".into(), PersonId(Uuid::from_u128(9)))];
        known.learn(&KnownToRun { usernames, ..KnownToRun::default() });
        let wanted = PeopleDraft { username: Some("Kalle".into()), ..row("Anna", None, None) };
        let fault = decide(&mut known, &wanted, 1).unwrap_err();
        assert_eq!((fault.field, fault.code.as_str()), (Some(PeopleField::Username), "login.username_taken"));
    }

    #[test]
    fn a_run_asks_for_whoever_the_file_has_spoken_of_before_under_another_address() {
        let mut known = Known::default();
        let first = known.decide(
            &row("Anna", Some("a@b.se"), Some("A1101")),
            Some(b"number"),
            || PersonId(Uuid::from_u128(1)),
            || UnitId(Uuid::from_u128(101)),
        );
        let mut sought = Sought::default();
        known.ask(&mut sought, &row("Anna", Some("new@b.se"), Some("P-01")), Some(b"number"));
        assert_eq!(sought.people, [first.unwrap().person]);
        assert_eq!((sought.emails, sought.units), (vec!["new@b.se".to_owned()], vec!["p-01".to_owned()]));
    }

    #[test]
    fn a_row_that_was_taken_in_before_the_stop_is_a_duplicate_when_it_comes_again() {
        let (mut known, anna) = (Known::default(), PersonId(Uuid::from_u128(9)));
        known.remember(&row("Anna", Some("a@b.se"), Some("A1101")), None, anna);
        let again = decide(&mut known, &row("Anna", Some("a@b.se"), Some("A1101")), 1).unwrap_err();
        assert_eq!(again.code, "row.duplicate");
    }
}
