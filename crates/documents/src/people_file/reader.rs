//! Rows of cells into rows of people.

use chrono::NaiveDate;
use stolpe_domain::country::Country;
use stolpe_domain::language::Language;
use stolpe_domain::person::{PersonDraft, PersonalNumberDraft};

use super::{CellFault, NameOrder, PeopleDraft, PeopleField, PeopleMapping, PeopleRow};
use crate::formula::{starts_a_formula, unguarded};
use crate::table_file::columns::{DateOrder, parse_date};
use crate::table_file::{Row, RowFault};

/// Words that belong to the family name that follows them.
const PARTICLES: [&str; 12] = ["af", "av", "von", "van", "de", "der", "den", "di", "da", "la", "le", "zu"];

/// The longest unit code and username that are taken in, in characters; the product's own rules may ask for less.
const LONGEST_CODE: usize = 40;

/// The longest section of a unit, in characters.
const LONGEST_SECTION: usize = 60;
/// The longest name of a department.
const LONGEST_DEPARTMENT: usize = 200;

/// Reads rows as people.
#[derive(Debug, Clone)]
pub struct PeopleReader {
    mapping: PeopleMapping,
    home: Country,
    today: NaiveDate,
}

impl PeopleReader {
    /// A reader for one file. `home` is the country of the facility, `today` the day of the import.
    pub const fn new(mapping: PeopleMapping, home: Country, today: NaiveDate) -> Self {
        Self { mapping, home, today }
    }

    /// Reads one row of [`crate::table_file::read`], whole or broken. Every value of a person is in its stored form, but
    /// the personal number, which stays as it was typed, to be sealed.
    pub fn row(&self, row: Result<Row, RowFault>) -> PeopleRow {
        match row {
            Ok(row) => self.person(&row),
            Err(fault) => {
                let code = fault.kind.code().to_owned();
                let whole = CellFault { column: None, field: None, code, value: fault.excerpt };
                PeopleRow { line: fault.line, outcome: Err(vec![whole]), warnings: Vec::new() }
            }
        }
    }

    fn person(&self, row: &Row) -> PeopleRow {
        let mut cells = Cells { mapping: &self.mapping, row, faults: Vec::new(), warnings: Vec::new() };
        let (given_name, family_name) = self.names(&mut cells);
        let person = PersonDraft {
            given_name,
            family_name,
            email: cells.text(PeopleField::Email),
            phone: cells.digits(PeopleField::Phone),
            language: self.language(&mut cells),
            street: cells.words(PeopleField::Street),
            postal_code: cells.digits(PeopleField::PostalCode),
            city: cells.words(PeopleField::City),
            protected_identity: false,
            note: cells.words(PeopleField::Note),
            department_id: None,
            staff_number: cells.digits(PeopleField::StaffNumber),
            payer: None,
            channel: None,
            personal_number: cells
                .digits(PeopleField::PersonalNumber)
                .map(|number| PersonalNumberDraft { country: self.issuer(&number), number }),
        };
        let typed = person.personal_number.clone();
        let person = match person.clone().check(self.home, self.today) {
            Ok(checked) => PersonDraft { personal_number: typed, ..checked.draft },
            Err(faults) => {
                faults.0.into_iter().for_each(|(field, code)| cells.person_fault(&field, code));
                person
            }
        };
        let unit_code = cells.code(PeopleField::UnitCode, LONGEST_CODE, "unit_code.too_long");
        if unit_code.is_none() && cells.column(PeopleField::UnitCode).is_some() {
            cells.fault(PeopleField::UnitCode, "unit_code.missing");
        }
        let draft = PeopleDraft {
            unit_code,
            unit_section: cells.code(PeopleField::UnitSection, LONGEST_SECTION, "text.too_long"),
            username: cells.code(PeopleField::Username, LONGEST_CODE, "username.too_long"),
            moved_in_on: self.moved_in_on(&mut cells),
            department: cells.code(PeopleField::Department, LONGEST_DEPARTMENT, "text.too_long"),
            person,
        };
        let Cells { faults, warnings, .. } = cells;
        let outcome = if faults.is_empty() { Ok(draft) } else { Err(faults) };
        PeopleRow { line: row.line, outcome, warnings }
    }

    fn names(&self, cells: &mut Cells<'_>) -> (String, String) {
        match cells.words(PeopleField::FullName) {
            Some(name) => split_name(&name, self.mapping.name_order),
            None => (
                cells.words(PeopleField::GivenName).unwrap_or_default(),
                cells.words(PeopleField::FamilyName).unwrap_or_default(),
            ),
        }
    }

    fn language(&self, cells: &mut Cells<'_>) -> Language {
        let Some(word) = cells.text(PeopleField::Language) else { return self.mapping.language };
        Language::parse(&word).unwrap_or_else(|| {
            cells.fault(PeopleField::Language, "language.unknown");
            self.mapping.language
        })
    }

    /// Whose number it is: the two countries use different lengths.
    fn issuer(&self, number: &str) -> Country {
        match number.chars().filter(char::is_ascii_digit).count() {
            11 => Country::No,
            10 | 12 => Country::Se,
            _ => self.home,
        }
    }

    fn moved_in_on(&self, cells: &mut Cells<'_>) -> Option<NaiveDate> {
        let text = cells.text(PeopleField::MovedInOn)?;
        let orders = [DateOrder::YearMonthDay, DateOrder::DayMonthYear, DateOrder::MonthDayYear];
        let mut readings: Vec<NaiveDate> = match self.mapping.date_order {
            Some(order) => parse_date(&text, order).into_iter().collect(),
            None => orders.into_iter().filter_map(|order| parse_date(&text, order)).collect(),
        };
        readings.dedup();
        match readings.as_slice() {
            [date] => Some(*date),
            [] => {
                cells.fault(PeopleField::MovedInOn, "date.malformed");
                None
            }
            _ => {
                cells.fault(PeopleField::MovedInOn, "date.ambiguous");
                None
            }
        }
    }
}

/// Splits a name into given and family name. One word alone is a family name: it is mostly a company or an estate.
fn split_name(name: &str, order: NameOrder) -> (String, String) {
    if let Some((family, given)) = name.split_once(',') {
        return (given.trim().to_owned(), family.trim().to_owned());
    }
    let words: Vec<&str> = name.split_whitespace().collect();
    let is_particle = |word: &&str| PARTICLES.contains(&word.to_lowercase().as_str());
    let (given, family) = match order {
        NameOrder::GivenFirst => {
            let mut start = words.len().saturating_sub(1);
            while start > 1 && words.get(start - 1).is_some_and(is_particle) {
                start -= 1;
            }
            words.split_at(start)
        }
        NameOrder::FamilyFirst => {
            let particles = words.iter().take_while(|word| is_particle(word)).count();
            let (family, given) = words.split_at((particles + 1).min(words.len()));
            (given, family)
        }
    };
    (given.join(" "), family.join(" "))
}

/// The cells of one row by their meaning, and what was found wrong with them.
struct Cells<'a> {
    mapping: &'a PeopleMapping,
    row: &'a Row,
    faults: Vec<CellFault>,
    warnings: Vec<CellFault>,
}

impl Cells<'_> {
    fn column(&self, field: PeopleField) -> Option<usize> {
        self.mapping.columns.iter().position(|column| *column == Some(field))
    }

    fn raw(&self, field: PeopleField) -> Option<&str> {
        self.row.cells.get(self.column(field)?).map(String::as_str)
    }

    /// The text of a cell, without the apostrophe that keeps spreadsheets from running it.
    fn text(&self, field: PeopleField) -> Option<String> {
        let text = unguarded(self.raw(field)?).trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// A text in words, with its blanks made single. That it looks like a formula is worth a warning, since in a
    /// register of people it is either an accident or an attack.
    fn words(&mut self, field: PeopleField) -> Option<String> {
        let text = self.text(field)?;
        if starts_a_formula(&text) && text.len() > 1 {
            let warning = self.fault_of(field, "cell.formula");
            self.warnings.push(warning);
        }
        Some(text.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// A number that is a name. What a spreadsheet has turned into `1,98E+11` cannot be turned back.
    fn digits(&mut self, field: PeopleField) -> Option<String> {
        let text = self.text(field)?;
        let upper = text.to_ascii_uppercase();
        if upper.contains("E+") && upper.starts_with(|letter: char| letter.is_ascii_digit()) {
            self.fault(field, "cell.scientific_notation");
            return None;
        }
        // Nor is the ".0" of a number that was read as one part of it.
        Some(text.strip_suffix(".0").unwrap_or(&text).to_owned())
    }

    /// What no check of a person looks at: it must be short, and of signs that can be seen.
    fn code(&mut self, field: PeopleField, longest: usize, too_long: &str) -> Option<String> {
        let text = self.words(field)?;
        if text.chars().count() > longest {
            self.fault(field, too_long);
        }
        if text.chars().any(char::is_control) {
            self.fault(field, "control_character");
        }
        Some(text)
    }

    fn fault(&mut self, field: PeopleField, code: &str) {
        let fault = self.fault_of(field, code);
        self.faults.push(fault);
    }

    /// A fault that the check of a person found, under the name of its field on the wire.
    fn person_fault(&mut self, wire_name: &str, code: String) {
        let named = match wire_name {
            "familyName" => PeopleField::FamilyName,
            "email" => PeopleField::Email,
            "phone" => PeopleField::Phone,
            "personalNumber" => PeopleField::PersonalNumber,
            "street" => PeopleField::Street,
            "postalCode" => PeopleField::PostalCode,
            "city" => PeopleField::City,
            "note" => PeopleField::Note,
            "staffNumber" => PeopleField::StaffNumber,
            _ => PeopleField::GivenName,
        };
        let one_cell = self.column(named).is_none() && self.column(PeopleField::FullName).is_some();
        let field = if one_cell { PeopleField::FullName } else { named };
        let code = match (code.as_str(), field) {
            ("required", _) => "name.missing".to_owned(),
            ("too_long", _) => "text.too_long".to_owned(),
            _ => code,
        };
        self.fault(field, &code);
    }

    fn fault_of(&self, field: PeopleField, code: &str) -> CellFault {
        let value = self.raw(field).unwrap_or_default();
        let shown = if field == PeopleField::PersonalNumber {
            format!("{}…", value.chars().take(6).collect::<String>())
        } else {
            value.to_owned()
        };
        CellFault { column: self.column(field), field: Some(field), code: code.to_owned(), value: shown }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("Anna Maria Andersson", "Anna Maria", "Andersson")]
    #[case("Carl von Linné", "Carl", "von Linné")]
    #[case("Vincent van der Meer", "Vincent", "van der Meer")]
    #[case("Andersson, Anna Maria", "Anna Maria", "Andersson")]
    #[case("Bostadsbolaget", "", "Bostadsbolaget")]
    #[case("", "", "")]
    fn a_name_in_one_cell_is_split(#[case] name: &str, #[case] given: &str, #[case] family: &str) {
        assert_eq!(split_name(name, NameOrder::GivenFirst), (given.to_owned(), family.to_owned()));
    }

    #[rstest]
    #[case("Andersson Anna Maria", "Anna Maria", "Andersson")]
    #[case("von Linné Carl", "Carl", "von Linné")]
    #[case("Bostadsbolaget", "", "Bostadsbolaget")]
    fn a_name_with_the_family_first_is_split(#[case] name: &str, #[case] given: &str, #[case] family: &str) {
        assert_eq!(split_name(name, NameOrder::FamilyFirst), (given.to_owned(), family.to_owned()));
    }
}
