//! Facilities: places with an ID code that tenants type when they sign in (PRE-04).

use crate::country::Country;
use crate::email::Email;
use crate::faults::Faults;
use crate::id::{FacilityId, OrganisationId};
use crate::phone::Phone;
use serde::{Deserialize, Serialize};

/// What is typed in to add or change a facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct FacilityDraft {
    /// The facility ID: 2 to 20 letters, digits and hyphens; unique on the host.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Where it is; decides time zone and price areas.
    pub country: Country,
    /// IANA name; the country's zone when left out.
    pub time_zone: Option<String>,
    /// Electricity price area: SE1–SE4 or NO1–NO5.
    pub price_area: Option<String>,
    /// One of [`COLOURS`]; shown wherever the facility is, so that work in the wrong place is noticed.
    pub colour: Option<String>,
    /// Whom people turn to (MAR-03).
    #[serde(default)]
    pub contact: Contact,
}

/// The contact block that letters, mails and the portal show (MAR-03).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Contact {
    /// E.164 once checked.
    pub phone: Option<String>,
    /// Address that answers.
    pub email: Option<String>,
    /// Where the counter is.
    pub visiting_address: Option<String>,
    /// When somebody answers, in words.
    pub hours: Option<String>,
}

/// The colours a facility can have; the interface knows a light and a dark shade of each.
pub const COLOURS: [&str; 8] = ["teal", "blue", "indigo", "grape", "pink", "orange", "lime", "gray"];

/// The price areas of a country.
pub const fn price_areas(country: Country) -> &'static [&'static str] {
    match country {
        Country::Se => &["SE1", "SE2", "SE3", "SE4"],
        Country::No => &["NO1", "NO2", "NO3", "NO4", "NO5"],
    }
}

/// The zone that a country keeps.
pub const fn default_time_zone(country: Country) -> &'static str {
    match country {
        Country::Se => "Europe/Stockholm",
        Country::No => "Europe/Oslo",
    }
}

/// Folds a code or username so that `a1101` and `A 1101` are the same.
pub fn fold_code(code: &str) -> String {
    code.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

impl FacilityDraft {
    /// Checks every field and fills in the country's defaults.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(mut self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        self.code = faults.text("code", &self.code, 20).to_uppercase();
        if !self.code.is_empty()
            && (self.code.chars().count() < 2 || !self.code.chars().all(|c| c.is_alphanumeric() || c == '-'))
        {
            faults.add("code", "facility_code.malformed");
        }
        self.name = faults.text("name", &self.name, 200);
        let zone = self.time_zone.take().filter(|z| !z.trim().is_empty());
        let zone = zone.unwrap_or_else(|| default_time_zone(self.country).to_owned());
        if zone.parse::<chrono_tz::Tz>().is_err() {
            faults.add("timeZone", "time_zone.unknown");
        }
        self.time_zone = Some(zone);
        self.price_area = self.price_area.filter(|a| !a.trim().is_empty());
        if self.price_area.as_deref().is_some_and(|area| !price_areas(self.country).contains(&area)) {
            faults.add("priceArea", "price_area.unknown");
        }
        let colour = self.colour.take().unwrap_or_else(|| COLOURS[0].to_owned());
        if !COLOURS.contains(&colour.as_str()) {
            faults.add("colour", "colour.unknown");
        }
        self.colour = Some(colour);
        self.contact = self.contact.check(self.country, &mut faults);
        faults.none().map(|()| self)
    }
}

impl Contact {
    fn check(self, country: Country, faults: &mut Faults) -> Self {
        let phone = self.phone.filter(|p| !p.trim().is_empty()).and_then(|text| {
            faults.keep("contact.phone", Phone::parse(country, &text), |e| e.code().to_owned()).map(|p| p.to_string())
        });
        let email = self.email.filter(|e| !e.trim().is_empty()).and_then(|text| {
            faults.keep("contact.email", Email::parse(&text), |e| e.code().to_owned()).map(|e| e.to_string())
        });
        Self {
            phone,
            email,
            visiting_address: faults.optional_text("contact.visitingAddress", self.visiting_address.as_deref(), 200),
            hours: faults.optional_text("contact.hours", self.hours.as_deref(), 200),
        }
    }
}

/// A facility.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Facility {
    /// Its id.
    pub id: FacilityId,
    /// Who owns it.
    pub organisation_id: OrganisationId,
    /// The facility ID that tenants type.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// Where it is.
    pub country: Country,
    /// IANA name of its zone.
    pub time_zone: String,
    /// Electricity price area.
    pub price_area: Option<String>,
    /// Its colour at the desk.
    pub colour: String,
    /// Whom people turn to.
    pub contact: Contact,
    /// Counts changes.
    pub row_version: i64,
}

impl From<&Facility> for FacilityDraft {
    fn from(it: &Facility) -> Self {
        Self {
            code: it.code.clone(),
            name: it.name.clone(),
            country: it.country,
            time_zone: Some(it.time_zone.clone()),
            price_area: it.price_area.clone(),
            colour: Some(it.colour.clone()),
            contact: it.contact.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draft() -> FacilityDraft {
        FacilityDraft {
            code: " brf-ek ".into(),
            name: "Brf Ekbacken".into(),
            country: Country::Se,
            time_zone: None,
            price_area: Some("SE4".into()),
            colour: None,
            contact: Contact::default(),
        }
    }

    #[test]
    fn a_facility_takes_its_defaults_from_the_country() {
        let facility = draft().check().unwrap();
        assert_eq!(facility.code, "BRF-EK");
        assert_eq!(facility.time_zone.as_deref(), Some("Europe/Stockholm"));
        assert_eq!(facility.colour.as_deref(), Some("teal"));
    }

    #[test]
    fn a_price_area_of_the_other_country_is_refused_with_every_other_fault() {
        let wrong = FacilityDraft { price_area: Some("NO1".into()), code: "x y".into(), name: " ".into(), ..draft() };
        let faults = wrong.check().unwrap_err();
        let fields: Vec<_> = faults.0.keys().map(String::as_str).collect();
        assert_eq!(fields, ["code", "name", "priceArea"]);
    }

    #[test]
    fn codes_are_the_same_whatever_the_case_and_spaces() {
        assert_eq!(fold_code("A 1101"), fold_code("a1101"));
    }
}
