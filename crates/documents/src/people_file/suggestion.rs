//! What the columns of a file most likely mean. A suggestion is shown and confirmed, never carried out by itself.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use stolpe_domain::country::Country;
use stolpe_domain::email::Email;
use stolpe_domain::language::Language;
use stolpe_domain::personal_number::PersonalNumber;
use stolpe_domain::phone::Phone;
use stolpe_domain::postal_code::PostalCode;

use super::{PeopleField, heading};
use crate::formula::unguarded;
use crate::table_file::columns::looks_like_a_date;

/// What the suggestion rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// The word above the column.
    Heading,
    /// The values in it.
    Values,
}

/// A likely meaning of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Suggestion {
    /// The meaning.
    pub field: PeopleField,
    /// What it rests on.
    pub basis: Basis,
}

/// How surely values name a field; less than any heading.
const BY_VALUES: u32 = 50;

/// Of ten values this many must be of a kind before the column is.
const OF_TEN: usize = 8;

/// Suggests a meaning for each column from its heading, and where that says nothing, from its values. Every field is
/// suggested once at most.
pub fn suggest(
    headings: Option<&[String]>,
    rows: &[Vec<String>],
    home: Country,
    today: NaiveDate,
) -> Vec<Option<Suggestion>> {
    let columns = headings.map_or_else(|| rows.iter().map(Vec::len).max().unwrap_or(0), <[String]>::len);
    let mut candidates = Vec::new();
    for column in 0..columns {
        let named = headings.map(|headings| heading::meanings(&headings[column])).unwrap_or_default();
        candidates.extend(named.into_iter().map(|(field, score)| (score, column, field, Basis::Heading)));
        let values: Vec<&str> = rows
            .iter()
            .filter_map(|row| row.get(column))
            .map(|cell| unguarded(cell))
            .filter(|cell| !cell.is_empty())
            .collect();
        if let Some(field) = by_values(&values, home, today) {
            candidates.push((BY_VALUES, column, field, Basis::Values));
        }
    }
    // Where the parts of a name have columns of their own, "name" means something else or says it again.
    let is_part = |field: PeopleField| matches!(field, PeopleField::GivenName | PeopleField::FamilyName);
    if candidates.iter().any(|(score, _, field, _)| is_part(*field) && *score > heading::PARTLY) {
        candidates.retain(|(_, _, field, _)| *field != PeopleField::FullName);
    }
    // The surest first; of equals the leftmost column.
    candidates.sort_by_key(|(score, column, ..)| (u32::MAX - score, *column));
    let mut suggestions = vec![None; columns];
    let mut given = BTreeSet::new();
    for (_, column, field, basis) in candidates {
        // A full name beside its parts would be one name too many.
        let rival = match field {
            PeopleField::FullName => given.iter().any(|other| is_part(*other)),
            field => is_part(field) && given.contains(&PeopleField::FullName),
        };
        if suggestions[column].is_none() && !rival && given.insert(field) {
            suggestions[column] = Some(Suggestion { field, basis });
        }
    }
    suggestions
}

/// Whether a value is of a kind.
type Kind<'a> = &'a dyn Fn(&str) -> bool;

fn by_values(values: &[&str], home: Country, today: NaiveDate) -> Option<PeopleField> {
    let most = |fits: Kind<'_>| {
        !values.is_empty() && values.iter().filter(|value| fits(value)).count() * 10 >= values.len() * OF_TEN
    };
    let is_personal =
        |value: &str| Country::ALL.iter().any(|country| PersonalNumber::parse(*country, value, today).is_ok());
    let is_postal = |value: &str| PostalCode::parse(home, value).is_ok();
    let is_phone = |value: &str| value.len() >= 7 && Phone::parse(home, value).is_ok();
    // Languages come before everything short, personal numbers before phones, which are looser.
    let kinds: [(PeopleField, Kind<'_>); 6] = [
        (PeopleField::Email, &|value| Email::parse(value).is_ok()),
        (PeopleField::PersonalNumber, &is_personal),
        (PeopleField::MovedInOn, &looks_like_a_date),
        (PeopleField::Language, &|value| Language::parse(value).is_some()),
        (PeopleField::PostalCode, &is_postal),
        (PeopleField::Phone, &is_phone),
    ];
    kinds.into_iter().find(|(_, fits)| most(fits)).map(|(field, _)| field)
}
