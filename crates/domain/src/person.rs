//! The register of people: one person, many roles.

use crate::channel::{Channel, sms_number};
use crate::country::Country;
use crate::email::Email;
use crate::faults::Faults;
use crate::id::{DepartmentId, OrganisationId, PersonId, TenancyId, UnitId};
use crate::language::Language;
use crate::payer::PayerDraft;
use crate::personal_number::PersonalNumber;
use crate::phone::Phone;
use crate::postal_code::PostalCode;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};

/// What is typed in to add or change a person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonDraft {
    /// First names.
    pub given_name: String,
    /// Surnames; empty only for somebody who has one name.
    pub family_name: String,
    /// Address that answers.
    pub email: Option<String>,
    /// As written; stored as E.164.
    pub phone: Option<String>,
    /// Language of letters and messages.
    pub language: Language,
    /// Street and number.
    pub street: Option<String>,
    /// Post code.
    pub postal_code: Option<String>,
    /// Post town.
    pub city: Option<String>,
    /// Lives under protected identity: hidden in lists and exports by default.
    #[serde(default)]
    pub protected_identity: bool,
    /// For colleagues; the person can ask to read it.
    pub note: Option<String>,
    /// The department of the organisation that employs them.
    pub department_id: Option<DepartmentId>,
    /// What their employer calls them by.
    pub staff_number: Option<String>,
    /// The company that pays for them; left out or nothing, they pay themselves.
    #[serde(default)]
    pub payer: Option<PayerDraft>,
    /// How messages reach them, as they chose; left out or nothing, by mail where they have an address.
    #[serde(default)]
    pub channel: Option<Channel>,
    /// A new personal number; left out, the one on file stays.
    pub personal_number: Option<PersonalNumberDraft>,
}

/// A personal number as typed in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PersonalNumberDraft {
    /// Who issued it.
    pub country: Country,
    /// The number; empty removes the one on file.
    pub number: String,
}

/// What a change says of the personal number.
#[derive(Debug, PartialEq, Eq)]
pub enum PersonalNumberChange {
    /// The one on file stays.
    Keep,
    /// It is removed.
    Clear,
    /// It is replaced.
    Set(PersonalNumber),
}

/// A person's data after every check.
#[derive(Debug, PartialEq, Eq)]
pub struct CheckedPerson {
    /// The draft with every field in its stored form.
    pub draft: PersonDraft,
    /// What happens to the personal number.
    pub personal_number: PersonalNumberChange,
}

impl PersonDraft {
    /// Checks every field; `home` is the country whose phone numbers and postal codes need no prefix.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self, home: Country, today: NaiveDate) -> Result<CheckedPerson, Faults> {
        let mut faults = Faults::default();
        let given_name = faults.optional_text("givenName", Some(&self.given_name), 100).unwrap_or_default();
        let family_name = faults.optional_text("familyName", Some(&self.family_name), 100).unwrap_or_default();
        if given_name.is_empty() && family_name.is_empty() {
            faults.add("givenName", "required");
        }
        let email = self
            .email
            .filter(|e| !e.trim().is_empty())
            .and_then(|text| faults.keep("email", Email::parse(&text), |e| e.code().to_owned()).map(|e| e.to_string()));
        let phone = self.phone.filter(|p| !p.trim().is_empty()).and_then(|text| {
            faults.keep("phone", Phone::parse(home, &text), |e| e.code().to_owned()).map(|p| p.to_string())
        });
        let personal_number = match self.personal_number {
            None => PersonalNumberChange::Keep,
            Some(draft) if draft.number.trim().is_empty() => PersonalNumberChange::Clear,
            Some(draft) => {
                let parsed = PersonalNumber::parse(draft.country, &draft.number, today);
                faults
                    .keep("personalNumber", parsed, |e| e.code().to_owned())
                    .map_or(PersonalNumberChange::Keep, PersonalNumberChange::Set)
            }
        };
        let payer = self.payer.and_then(|payer| payer.check(&mut faults)).map(PayerDraft::from);
        let draft = Self {
            given_name,
            family_name,
            email,
            phone,
            language: self.language,
            street: faults.optional_text("street", self.street.as_deref(), 200),
            postal_code: faults.optional_text("postalCode", self.postal_code.as_deref(), 20).and_then(|text| {
                faults.keep("postalCode", PostalCode::of_address(home, &text), |e| e.code().to_owned())
            }),
            city: faults.optional_text("city", self.city.as_deref(), 100),
            protected_identity: self.protected_identity,
            note: faults.optional_text("note", self.note.as_deref(), 2_000),
            department_id: self.department_id,
            staff_number: faults.optional_text("staffNumber", self.staff_number.as_deref(), 40),
            payer,
            channel: self.channel,
            personal_number: None,
        };
        let unreached = match draft.channel {
            Some(Channel::Mail) if draft.email.is_none() => Some("channel.no_email"),
            Some(Channel::Sms) if sms_number(&draft).is_none() => Some("channel.no_mobile"),
            _ => None,
        };
        if let Some(code) = unreached {
            faults.add("channel", code);
        }
        faults.none().map(|()| CheckedPerson { draft, personal_number })
    }
}

/// The two names as one, given name first.
pub fn full_name(given: &str, family: &str) -> String {
    format!("{given} {family}").trim().to_owned()
}

/// Stands where something of a person with protected identity is not shown.
pub const VEIL: &str = "•••";

/// The words by which a person is found: names, address parts of the e-mail, digits of the phone.
///
/// Somebody with protected identity is found by name alone: who looks for a number must not learn whose it is.
pub fn search_terms(draft: &PersonDraft) -> Vec<String> {
    let mut terms: Vec<String> = words(&draft.given_name).chain(words(&draft.family_name)).collect();
    if draft.protected_identity {
        terms.sort();
        terms.dedup();
        return terms;
    }
    terms.extend(draft.email.as_deref().map(str::to_lowercase));
    if let Some(phone) = &draft.phone {
        let digits: String = phone.chars().filter(char::is_ascii_digit).collect();
        // People search by the national form as often as by the international one.
        terms.extend(["46", "47"].iter().filter_map(|code| digits.strip_prefix(code)).map(|rest| format!("0{rest}")));
        terms.extend(digits.strip_prefix("47").map(ToOwned::to_owned));
        terms.push(digits);
    }
    terms.sort();
    terms.dedup();
    terms
}

/// The folded words of a text: lower case, split at anything that is neither letter nor digit.
pub fn words(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase)
}

/// What a query looks for: words, an e-mail address, or the digits of a phone number.
pub fn query_terms(query: &str) -> Vec<String> {
    let query = query.trim();
    if query.contains('@') {
        return vec![query.to_lowercase()];
    }
    let digits: String = query.chars().filter(char::is_ascii_digit).collect();
    let phone_like = digits.len() >= 5 && query.chars().all(|c| c.is_ascii_digit() || " +-()/".contains(c));
    if phone_like { vec![digits] } else { words(query).collect() }
}

/// A person in the register.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Their id.
    pub id: PersonId,
    /// Whose register.
    pub organisation_id: OrganisationId,
    /// Everything that can be changed; `personal_number` is always empty here.
    pub draft: PersonDraft,
    /// The personal number, masked.
    pub personal_number: Option<MaskedPersonalNumber>,
    /// The record that this one was merged into.
    pub merged_into: Option<PersonId>,
    /// When identity was erased.
    pub erased_at: Option<DateTime<Utc>>,
    /// Counts changes.
    pub row_version: i64,
    /// When they were added.
    pub created_at: DateTime<Utc>,
}

impl Person {
    /// The two names as one.
    pub fn name(&self) -> String {
        full_name(&self.draft.given_name, &self.draft.family_name)
    }
}

impl PersonDraft {
    /// The data as lists show it: nothing by which somebody with protected identity could be reached or found.
    #[must_use]
    pub fn veiled(self) -> Self {
        if !self.protected_identity {
            return self;
        }
        Self { email: None, phone: None, street: None, postal_code: None, city: None, note: None, ..self }
    }
}

/// What may be shown of a personal number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct MaskedPersonalNumber {
    /// Who issued it.
    pub country: Country,
    /// The number with its last digits hidden.
    pub masked: String,
}

/// A person's time on a unit, from the day they move in until the day they have moved out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tenancy {
    /// Its id.
    pub id: TenancyId,
    /// Who.
    pub person_id: PersonId,
    /// Where.
    pub unit_id: UnitId,
    /// First day; unknown when the register began later.
    pub moved_in_on: Option<NaiveDate>,
    /// First day that the unit is no longer theirs.
    pub moved_out_on: Option<NaiveDate>,
    /// Counts changes.
    pub row_version: i64,
}

impl Tenancy {
    /// Whether the unit is theirs on that day.
    pub fn holds_on(&self, day: NaiveDate) -> bool {
        self.moved_in_on.is_none_or(|first| first <= day) && self.moved_out_on.is_none_or(|end| day < end)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use rstest::rstest;

    /// Somebody of whom nothing but a name is known.
    pub(crate) fn anna() -> PersonDraft {
        PersonDraft {
            given_name: "Anna".into(),
            family_name: "Berg".into(),
            email: None,
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
        }
    }

    #[rstest]
    #[case(Some(Channel::Mail), None, Some("+46701234567"), Some("channel.no_email"))]
    #[case(Some(Channel::Mail), Some("anna@example.se"), None, None)]
    #[case(Some(Channel::Sms), Some("anna@example.se"), None, Some("channel.no_mobile"))]
    #[case(Some(Channel::Sms), None, Some("08-508 000 00"), Some("channel.no_mobile"))]
    #[case(Some(Channel::Sms), None, Some("070-123 45 67"), None)]
    #[case(None, None, None, None)]
    fn nobody_chooses_a_way_that_does_not_lead_to_them(
        #[case] channel: Option<Channel>,
        #[case] email: Option<&str>,
        #[case] phone: Option<&str>,
        #[case] fault: Option<&str>,
    ) {
        let (email, phone) = (email.map(str::to_owned), phone.map(str::to_owned));
        let today = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap();
        let checked = PersonDraft { email, phone, channel, ..anna() }.check(Country::Se, today);
        assert_eq!(checked.err().and_then(|faults| faults.0.get("channel").cloned()).as_deref(), fault);
    }

    #[test]
    fn people_are_found_by_the_number_as_they_say_it() {
        let draft = PersonDraft {
            given_name: "Åsa-Lill".into(),
            family_name: "Öberg".into(),
            email: Some("Asa@Example.se".into()),
            phone: Some("+46701234567".into()),
            ..anna()
        };
        let terms = search_terms(&draft);
        for query in ["070-123 45 67", "+46 70 123 45 67", "åsa", "Lill", "asa@example.se"] {
            let wanted = query_terms(query);
            assert!(wanted.iter().all(|w| terms.iter().any(|t| t.starts_with(w.as_str()))), "{query}: {terms:?}");
        }
    }

    #[test]
    fn somebody_with_protected_identity_is_found_by_name_alone() {
        let draft = PersonDraft {
            given_name: "Åsa".into(),
            family_name: "Öberg".into(),
            email: Some("asa@example.se".into()),
            phone: Some("+46701234567".into()),
            protected_identity: true,
            ..anna()
        };
        assert_eq!(search_terms(&draft), ["åsa", "öberg"]);
    }

    #[test]
    fn the_day_of_moving_out_belongs_to_the_next_tenant() {
        let day = |d| NaiveDate::from_ymd_opt(2026, 11, d);
        let tenancy = Tenancy {
            id: TenancyId(uuid::Uuid::nil()),
            person_id: PersonId(uuid::Uuid::nil()),
            unit_id: UnitId(uuid::Uuid::nil()),
            moved_in_on: day(1),
            moved_out_on: day(21),
            row_version: 1,
        };
        assert!(tenancy.holds_on(day(20).unwrap()));
        assert!(!tenancy.holds_on(day(21).unwrap()));
        assert!(!tenancy.holds_on(NaiveDate::from_ymd_opt(2026, 10, 31).unwrap()));
    }
}
