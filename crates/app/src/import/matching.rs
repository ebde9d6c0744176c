//! What becomes of a row: somebody new, somebody known, or nobody because of a fault. Pure, and the same in the dry run
//! and in earnest.

use std::collections::{HashMap, HashSet};
use stolpe_documents::people_file::{CellFault, PeopleDraft, PeopleField};
use stolpe_domain::facility::fold_code;
use stolpe_domain::id::{PersonId, UnitId};

/// What is known of the register, and of the rows before this one.
#[derive(Debug, Default)]
pub(super) struct Known {
    by_number: HashMap<Vec<u8>, PersonId>,
    by_email: HashMap<(String, String), PersonId>,
    by_unit: HashMap<(String, String), PersonId>,
    units: HashMap<String, UnitId>,
    usernames: HashMap<String, PersonId>,
    tenants: HashSet<(String, PersonId)>,
    /// People and units that a row of this file has spoken of.
    spoken_of: HashSet<(PersonId, Option<String>)>,
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

fn folded_name(given: &str, family: &str) -> String {
    format!("{} {}", given.trim(), family.trim()).to_lowercase()
}

impl Known {
    pub(super) fn add_person(
        &mut self,
        id: PersonId,
        number: Option<Vec<u8>>,
        email: Option<&str>,
        given: &str,
        family: &str,
    ) {
        if let Some(number) = number {
            self.by_number.insert(number, id);
        }
        if let Some(email) = email {
            self.by_email.insert((email.to_lowercase(), folded_name(given, family)), id);
        }
    }

    pub(super) fn add_unit(&mut self, folded: String, id: UnitId) {
        self.units.insert(folded, id);
    }

    pub(super) fn add_tenant(&mut self, folded: String, person: PersonId, given: &str, family: &str) {
        self.by_unit.insert((folded.clone(), folded_name(given, family)), person);
        self.tenants.insert((folded, person));
    }

    pub(super) fn add_username(&mut self, folded: String, person: PersonId) {
        self.usernames.insert(folded, person);
    }

    /// Decides a row and remembers it for the rows that follow.
    ///
    /// A person is known by personal number; else by e-mail address and name; else by unit and name.
    pub(super) fn decide(
        &mut self,
        row: &PeopleDraft,
        number: Option<Vec<u8>>,
        new_person: impl FnOnce() -> PersonId,
        new_unit: impl FnOnce() -> UnitId,
    ) -> Result<Decision, CellFault> {
        let (given, family) = (&row.person.given_name, &row.person.family_name);
        let unit = row.unit_code.as_deref().map(fold_code);
        let name = folded_name(given, family);
        let by_number = number.as_ref().and_then(|number| self.by_number.get(number));
        let by_email = || {
            let email = row.person.email.as_deref()?.to_lowercase();
            self.by_email.get(&(email, name.clone()))
        };
        let by_unit = || self.by_unit.get(&(unit.clone()?, name.clone()));
        let known = by_number.or_else(by_email).or_else(by_unit).copied();
        let person = known.unwrap_or_else(new_person);
        if self.spoken_of.contains(&(person, unit.clone())) {
            return Err(whole_row("row.duplicate"));
        }
        let login = self.choose_username(row, unit.as_deref(), person)?;
        self.spoken_of.insert((person, unit.clone()));
        self.add_person(person, number, row.person.email.as_deref(), given, family);
        let mut decision =
            Decision { person, is_new: known.is_none(), new_unit: None, moves_in: None, username: login };
        if let Some(unit) = unit {
            let id = if let Some(id) = self.units.get(&unit) {
                *id
            } else {
                let id = new_unit();
                decision.new_unit = Some(id);
                self.units.insert(unit.clone(), id);
                id
            };
            if !self.tenants.contains(&(unit.clone(), person)) {
                decision.moves_in = Some(id);
            }
            self.add_tenant(unit, person, given, family);
        }
        if let Some(username) = &decision.username {
            self.add_username(fold_code(username), person);
        }
        Ok(decision)
    }

    /// The name that the person will sign in with: the one in the file, or the unit's code, or the address. Whoever has
    /// a login in the facility keeps it.
    fn choose_username(
        &self,
        row: &PeopleDraft,
        unit: Option<&str>,
        person: PersonId,
    ) -> Result<Option<String>, CellFault> {
        if let Some(wanted) = &row.username {
            return match self.usernames.get(&fold_code(wanted)) {
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
        if self.usernames.values().any(|owner| *owner == person) {
            return Ok(None);
        }
        let code = row.unit_code.as_ref().filter(|_| unit.is_some());
        let base = code.or(row.person.email.as_ref()).map(|base| base.replace(char::is_whitespace, ""));
        let Some(base) = base.filter(|base| base.chars().count() >= 2) else { return Ok(None) };
        // The second of two on one unit is A1101-2.
        let free = |name: &String| !self.usernames.contains_key(&fold_code(name));
        Ok(std::iter::once(base.clone()).chain((2..100).map(|n| format!("{base}-{n}"))).find(free))
    }
}

/// A fault of a whole row.
pub(super) fn whole_row(code: &str) -> CellFault {
    CellFault { column: None, field: None, code: code.to_owned(), value: String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use stolpe_domain::language::Language;
    use stolpe_domain::person::PersonDraft;
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
                personal_number: None,
            },
            unit_code: unit.map(Into::into),
            unit_section: None,
            username: None,
            moved_in_on: None,
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
        known.add_person(anna, None, Some("a@b.se"), "Anna", "Berg");
        known.add_unit("a1101".into(), UnitId(Uuid::from_u128(8)));
        known.add_tenant("a1101".into(), anna, "Anna", "Berg");
        known.add_username("a1101".into(), anna);
        let decision = decide(&mut known, &row("Anna", None, Some("A1101")), 1).unwrap();
        assert_eq!(decision, Decision { person: anna, is_new: false, new_unit: None, moves_in: None, username: None });
    }

    #[test]
    fn a_username_of_somebody_else_is_a_fault_of_that_cell() {
        let mut known = Known::default();
        known.add_username("kalle".into(), PersonId(Uuid::from_u128(9)));
        let wanted = PeopleDraft { username: Some("Kalle".into()), ..row("Anna", None, None) };
        let fault = decide(&mut known, &wanted, 1).unwrap_err();
        assert_eq!((fault.field, fault.code.as_str()), (Some(PeopleField::Username), "login.username_taken"));
    }
}
