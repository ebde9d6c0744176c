//! Organisations and their departments.

use crate::country::Country;
use crate::faults::Faults;
use crate::id::{DepartmentId, OrganisationId};
use crate::organisation_number::OrganisationNumber;
use crate::postal_code::PostalCode;
use crate::vat_number::VatNumber;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// What is typed in to add or change an organisation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OrganisationDraft {
    /// Registered name.
    pub name: String,
    /// Country of registration; decides every other rule.
    pub country: Country,
    /// Organisation number, with or without separators.
    pub organisation_number: String,
    /// VAT number, if registered for VAT.
    pub vat_number: Option<String>,
    /// Street and number, or a box.
    pub street: String,
    /// Post code, with or without a space.
    pub postal_code: String,
    /// Post town.
    pub city: String,
}

/// The particulars of an organisation after every check.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OrganisationParticulars {
    /// Registered name.
    pub name: String,
    /// Country of registration.
    pub country: Country,
    /// Organisation number with a right check digit.
    pub organisation_number: OrganisationNumber,
    /// VAT number of the same country.
    pub vat_number: Option<VatNumber>,
    /// Street and number, or a box.
    pub street: String,
    /// Post code of the country.
    pub postal_code: PostalCode,
    /// Post town.
    pub city: String,
}

impl OrganisationDraft {
    /// Checks every field.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self) -> Result<OrganisationParticulars, Faults> {
        let mut faults = Faults::default();
        let name = faults.text("name", &self.name, 200);
        let street = faults.text("street", &self.street, 200);
        let city = faults.text("city", &self.city, 100);
        let number = faults.keep(
            "organisationNumber",
            OrganisationNumber::parse(self.country, &self.organisation_number),
            |e| e.code().to_owned(),
        );
        let postal_code =
            faults.keep("postalCode", PostalCode::parse(self.country, &self.postal_code), |e| e.code().to_owned());
        let vat_number = match self.vat_number.as_deref().map(str::trim).filter(|v| !v.is_empty()) {
            None => None,
            Some(text) => faults.keep("vatNumber", VatNumber::parse(text), |e| e.code().to_owned()).filter(|vat| {
                let ours = vat.country() == self.country;
                if !ours {
                    faults.add("vatNumber", "vat_number.other_country");
                }
                ours
            }),
        };
        match (number, postal_code) {
            (Some(organisation_number), Some(postal_code)) if faults.is_empty() => Ok(OrganisationParticulars {
                name,
                country: self.country,
                organisation_number,
                vat_number,
                street,
                postal_code,
                city,
            }),
            _ => Err(faults),
        }
    }
}

/// An organisation in the register.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Organisation {
    /// Its id.
    pub id: OrganisationId,
    /// Registered name.
    pub name: String,
    /// Country of registration.
    pub country: Country,
    /// Organisation number, digits only.
    pub organisation_number: String,
    /// VAT number in its official form.
    pub vat_number: Option<String>,
    /// Street and number, or a box.
    pub street: String,
    /// Post code, digits only.
    pub postal_code: String,
    /// Post town.
    pub city: String,
    /// Made-up data to practise on; nothing leaves it.
    pub training: bool,
    /// Counts changes.
    pub row_version: i64,
    /// When it was added.
    pub created_at: DateTime<Utc>,
}

/// What is typed in to add or change a department.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DepartmentDraft {
    /// Name, unique in the organisation.
    pub name: String,
    /// Reference number that invoices carry (EMP-19).
    pub reference_number: Option<String>,
    /// Cost centre in the bookkeeping.
    pub cost_centre: Option<String>,
}

impl DepartmentDraft {
    /// Trims and checks every field.
    ///
    /// # Errors
    /// All faults at once.
    pub fn check(self) -> Result<Self, Faults> {
        let mut faults = Faults::default();
        let checked = Self {
            name: faults.text("name", &self.name, 200),
            reference_number: faults.optional_text("referenceNumber", self.reference_number.as_deref(), 50),
            cost_centre: faults.optional_text("costCentre", self.cost_centre.as_deref(), 50),
        };
        faults.none().map(|()| checked)
    }
}

/// A department of an employer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct Department {
    /// Its id.
    pub id: DepartmentId,
    /// The employer.
    pub organisation_id: OrganisationId,
    /// Name, unique in the organisation.
    pub name: String,
    /// Reference number that invoices carry.
    pub reference_number: Option<String>,
    /// Cost centre in the bookkeeping.
    pub cost_centre: Option<String>,
    /// Counts changes.
    pub row_version: i64,
}

impl From<&Organisation> for OrganisationDraft {
    fn from(it: &Organisation) -> Self {
        Self {
            name: it.name.clone(),
            country: it.country,
            organisation_number: it.organisation_number.clone(),
            vat_number: it.vat_number.clone(),
            street: it.street.clone(),
            postal_code: it.postal_code.clone(),
            city: it.city.clone(),
        }
    }
}

impl From<&Department> for DepartmentDraft {
    fn from(it: &Department) -> Self {
        Self {
            name: it.name.clone(),
            reference_number: it.reference_number.clone(),
            cost_centre: it.cost_centre.clone(),
        }
    }
}
