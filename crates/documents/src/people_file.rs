//! Lists of people from outside: which column means what, and each row as a draft or as a list of what is wrong.
//!
//! A row never stops the file, and nothing is stored here: the verb that imports shows the outcome first.

mod heading;
mod reader;
mod suggestion;

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::language::Language;
use stolpe_domain::person::PersonDraft;

use crate::table_file::columns::DateOrder;

pub use reader::PeopleReader;
pub use suggestion::{Basis, Suggestion, suggest};

/// What a column of a list of people can mean.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum PeopleField {
    /// First names.
    GivenName,
    /// Surnames.
    FamilyName,
    /// Both in one cell.
    FullName,
    /// An e-mail address.
    Email,
    /// A phone number.
    Phone,
    /// A personal number.
    PersonalNumber,
    /// The code of the unit.
    UnitCode,
    /// Stairwell, floor, pontoon.
    UnitSection,
    /// Street and number.
    Street,
    /// Post code.
    PostalCode,
    /// Post town.
    City,
    /// The language of letters.
    Language,
    /// A username that is wanted or known from an older system.
    Username,
    /// The day the person moved in.
    MovedInOn,
    /// The name or the reference number of the department that employs the person.
    Department,
    /// What the employer calls the person by.
    StaffNumber,
    /// Anything else for colleagues.
    Note,
}

impl PeopleField {
    /// Every field, in the order in which choices list them.
    pub const ALL: [Self; 17] = [
        Self::GivenName,
        Self::FamilyName,
        Self::FullName,
        Self::Email,
        Self::Phone,
        Self::PersonalNumber,
        Self::UnitCode,
        Self::UnitSection,
        Self::Street,
        Self::PostalCode,
        Self::City,
        Self::Language,
        Self::Username,
        Self::MovedInOn,
        Self::Department,
        Self::StaffNumber,
        Self::Note,
    ];
}

/// Which of two names in one cell comes first. A comma always puts the family name first.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NameOrder {
    /// `Anna Maria Andersson`.
    #[default]
    GivenFirst,
    /// `Andersson Anna Maria`.
    FamilyFirst,
}

/// What each column of a file means; saved with its source, so that the next file from there needs no questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PeopleMapping {
    /// One for each column; a column without a meaning is not read.
    pub columns: Vec<Option<PeopleField>>,
    /// How dates are written. While it is not said, a date with two readings is a fault.
    pub date_order: Option<DateOrder>,
    /// How names in one cell are written.
    #[serde(default)]
    pub name_order: NameOrder,
    /// The language of everyone whose row does not name one.
    pub language: Language,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MappingFault {
    /// No column holds a name.
    #[error("no column is mapped to a name")]
    NameMissing,
    /// Two columns are mapped to one field.
    #[error("two columns are mapped to {0:?}")]
    FieldTwice(PeopleField),
    /// A full name beside a given or family name: one of them would be lost.
    #[error("both a full name and its parts are mapped")]
    NameTwice,
}

impl MappingFault {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NameMissing => "mapping.name_missing",
            Self::FieldTwice(_) => "mapping.field_twice",
            Self::NameTwice => "mapping.name_twice",
        }
    }
}

impl PeopleMapping {
    /// Checks that the mapping names people, and every field once.
    ///
    /// # Errors
    /// The first [`MappingFault`].
    pub fn check(&self) -> Result<(), MappingFault> {
        let mut seen = BTreeSet::new();
        if let Some(field) = self.columns.iter().flatten().find(|field| !seen.insert(**field)) {
            return Err(MappingFault::FieldTwice(*field));
        }
        let parts = seen.contains(&PeopleField::GivenName) || seen.contains(&PeopleField::FamilyName);
        match (seen.contains(&PeopleField::FullName), parts) {
            (false, false) => Err(MappingFault::NameMissing),
            (true, true) => Err(MappingFault::NameTwice),
            _ => Ok(()),
        }
    }
}

/// One row of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleRow {
    /// The line of the file on which the row begins, counted from 1.
    pub line: u64,
    /// What will be stored, or everything that is wrong.
    pub outcome: Result<PeopleDraft, Vec<CellFault>>,
    /// What is worth a look and stops nothing.
    pub warnings: Vec<CellFault>,
}

/// A row that can be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PeopleDraft {
    /// The person; the draft has passed its own check with the country and the day of the reader.
    pub person: PersonDraft,
    /// The unit that the person has.
    pub unit_code: Option<String>,
    /// Where the unit lies.
    pub unit_section: Option<String>,
    /// The wanted username.
    pub username: Option<String>,
    /// Since when the person has the unit.
    pub moved_in_on: Option<NaiveDate>,
    /// The department that employs the person, as the file calls it.
    pub department: Option<String>,
}

/// Something about one cell, or about a whole row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CellFault {
    /// The column, counted from 0; none when the row as a whole is meant.
    pub column: Option<usize>,
    /// The meaning of the column.
    pub field: Option<PeopleField>,
    /// A stable word, such as `email.malformed`, `personal_number.check_digit` or `date.ambiguous`.
    pub code: String,
    /// What stands there. Of a personal number no more than its date part, since lists of faults are kept and shown.
    pub value: String,
}
