//! Who pays instead of a person: a company, as it must be named on what asks it for money.
//!
//! A company that collects gets one document for all its people, and owes it itself. Any other is named on the documents of
//! one person, who owes them.

use crate::check_digit::digits_of;
use crate::country::Country;
use crate::email::Email;
use crate::faults::Faults;
use crate::id::{CompanyId, OrganisationId, PersonId};
use crate::organisation_number::OrganisationNumber;
use crate::postal_code::PostalCode;
use crate::text_value::text_value;
use crate::vat_number::VatNumber;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use uuid::Builder;

/// A company as its partners know it. Its country is the one that gave it its number.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Party {
    /// Registered name.
    pub name: String,
    /// Organisation number with a right check digit.
    pub organisation_number: OrganisationNumber,
    /// VAT number, if registered for VAT.
    pub vat_number: Option<VatNumber>,
    /// Street and number, or a box.
    pub street: String,
    /// Post code of the country.
    pub postal_code: PostalCode,
    /// Post town.
    pub city: String,
    /// Where it takes in e-invoices, if not by its organisation number.
    pub gln: Option<Gln>,
}

/// A company that pays, and what it wants to read on what it pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payer {
    /// The company.
    pub party: Party,
    /// What it finds the right desk by.
    pub reference: Option<String>,
    /// Where it reads its invoices, if by mail.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether what it pays for several people stands on one document.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub collects: bool,
}

/// Who owes what stands on a document, and whose is what was paid too much: a person, or a company that collects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Debtor {
    /// Somebody of the register.
    Person(PersonId),
    /// A company that owes what its people used.
    Company(CompanyId),
}

impl Debtor {
    /// Whose a document or an account is, by the one of both that it names.
    pub const fn of(person: Option<PersonId>, company: Option<CompanyId>) -> Option<Self> {
        match (person, company) {
            (_, Some(company)) => Some(Self::Company(company)),
            (Some(person), None) => Some(Self::Person(person)),
            (None, None) => None,
        }
    }

    /// Who, where it is somebody.
    pub const fn person(self) -> Option<PersonId> {
        match self {
            Self::Person(id) => Some(id),
            Self::Company(_) => None,
        }
    }

    /// Which company, where it is one.
    pub const fn company(self) -> Option<CompanyId> {
        match self {
            Self::Person(_) => None,
            Self::Company(id) => Some(id),
        }
    }
}

/// Which of the documents to a company something stands on: another reference is another document.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Collector {
    /// The company.
    pub company: CompanyId,
    /// What it finds the right desk by.
    pub reference: Option<String>,
}

/// Whose a line of a document is that collects what several people used, as its reader knows them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Whose {
    /// The person.
    pub person_id: PersonId,
    /// Their name; nothing of somebody whose identity is protected.
    pub name: Option<String>,
    /// What their employer calls them by.
    pub staff_number: Option<String>,
    /// Their department.
    pub department: Option<String>,
    /// The code of their unit.
    pub unit_code: Option<String>,
}

impl Whose {
    /// How they are named on the document; `veil` stands for a name that nobody is told.
    pub fn title(&self, veil: &str) -> String {
        let name = self.name.as_deref().unwrap_or(veil);
        let more = [&self.staff_number, &self.department, &self.unit_code].into_iter().flatten();
        std::iter::once(name).chain(more.map(String::as_str)).collect::<Vec<_>>().join(", ")
    }
}

/// What is typed in of a company that pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "wire", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PayerDraft {
    /// Registered name.
    pub name: String,
    /// Country of registration.
    pub country: Country,
    /// Organisation number, with or without separators.
    pub organisation_number: String,
    /// Street and number, or a box.
    pub street: String,
    /// Post code, with or without a space.
    pub postal_code: String,
    /// Post town.
    pub city: String,
    /// What the company finds the right desk by; an e-invoice must have it.
    pub reference: Option<String>,
    /// Its GLN, if e-invoices reach it by that and not by its organisation number.
    pub gln: Option<String>,
    /// Where it reads its invoices, if by mail.
    #[serde(default)]
    pub email: Option<String>,
    /// Whether everybody it pays for stands on one invoice, which the company owes; left out, each has their own.
    #[serde(default)]
    pub collects: bool,
}

impl PayerDraft {
    /// Checks every field; faults are of fields that begin with `payer.`.
    pub fn check(&self, faults: &mut Faults) -> Option<Payer> {
        let name = faults.text("payer.name", &self.name, 200);
        let street = faults.text("payer.street", &self.street, 200);
        let city = faults.text("payer.city", &self.city, 100);
        let number = OrganisationNumber::parse(self.country, &self.organisation_number);
        let number = faults.keep("payer.organisationNumber", number, |e| e.code().to_owned());
        let postal_code = PostalCode::parse(self.country, &self.postal_code);
        let postal_code = faults.keep("payer.postalCode", postal_code, |e| e.code().to_owned());
        let reference = faults.optional_text("payer.reference", self.reference.as_deref(), 100);
        let gln = self.gln.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let gln = gln.and_then(|text| faults.keep("payer.gln", Gln::parse(text), |e| e.code().to_owned()));
        let email = self.email.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let email = email.and_then(|text| faults.keep("payer.email", Email::parse(text), |e| e.code().to_owned()));
        let party = Party {
            name,
            organisation_number: number?,
            vat_number: None,
            street,
            postal_code: postal_code?,
            city,
            gln,
        };
        let email = email.map(|email| email.to_string());
        faults.is_empty().then_some(Payer { party, reference, email, collects: self.collects })
    }

    /// The company behind a draft that was checked before.
    pub fn checked(&self) -> Option<Payer> {
        self.check(&mut Faults::default())
    }
}

impl From<Payer> for PayerDraft {
    fn from(it: Payer) -> Self {
        let Payer { party, reference, email, collects } = it;
        Self {
            country: party.country(),
            organisation_number: party.organisation_number.as_str().to_owned(),
            postal_code: party.postal_code.as_str().to_owned(),
            gln: party.gln.map(String::from),
            name: party.name,
            street: party.street,
            city: party.city,
            reference,
            email,
            collects,
        }
    }
}

impl Payer {
    /// The document of an organisation that this stands on, where the company collects.
    pub fn collector(&self, organisation: OrganisationId) -> Option<Collector> {
        let company = self.party.company_id(organisation);
        self.collects.then(|| Collector { company, reference: self.reference.clone() })
    }
}

impl Party {
    /// Its id with an organisation, which follows from its number: whoever means the same company asks for the same id.
    pub fn company_id(&self, organisation: OrganisationId) -> CompanyId {
        let number = self.organisation_number.as_str();
        let words = format!("{}|{}|{number}", organisation.uuid().simple(), self.country().code());
        let digest: [u8; 32] = Sha256::digest(words).into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        CompanyId(Builder::from_custom_bytes(bytes).into_uuid())
    }

    /// Where it is registered.
    pub fn country(&self) -> Country {
        self.organisation_number.country()
    }

    /// Its street, and its post code with its town, as on an envelope.
    pub fn address(&self) -> [String; 2] {
        [self.street.clone(), format!("{} {}", self.postal_code, self.city)]
    }
}

/// A place of a company in the numbering of GS1: thirteen digits of which the last one checks the others.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Gln(String);

text_value!(Gln, GlnError, "gln");

/// Why a text is no GLN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum GlnError {
    /// Something else than thirteen digits.
    #[error("not written as a GLN")]
    Malformed,
    /// The check digit does not follow from the others.
    #[error("the check digit of the GLN does not hold")]
    CheckDigit,
}

impl GlnError {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Malformed => "gln.malformed",
            Self::CheckDigit => "gln.check_digit",
        }
    }
}

impl Gln {
    /// Reads a number as people write it.
    ///
    /// # Errors
    /// [`GlnError`] when the form or the check digit is wrong.
    pub fn parse(text: &str) -> Result<Self, GlnError> {
        let digits = digits_of(text, &['-']).filter(|digits| digits.len() == 13).ok_or(GlnError::Malformed)?;
        let weighed = digits.bytes().zip([1_u32, 3].into_iter().cycle());
        let sum: u32 = weighed.map(|(digit, weight)| u32::from(digit - b'0') * weight).sum();
        if sum.is_multiple_of(10) { Ok(Self(digits)) } else { Err(GlnError::CheckDigit) }
    }

    /// Reads the digits back.
    ///
    /// # Errors
    /// The same as [`Gln::parse`].
    pub fn parse_stored(text: &str) -> Result<Self, GlnError> {
        Self::parse(text)
    }

    /// The digits alone.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn draft() -> PayerDraft {
        PayerDraft {
            name: " Åkeriet i Umeå AB ".to_owned(),
            country: Country::Se,
            organisation_number: "556265-1892".to_owned(),
            street: "Storgatan 1".to_owned(),
            postal_code: "90320".to_owned(),
            city: "Umeå".to_owned(),
            reference: Some("  ".to_owned()),
            gln: Some("73 50053 85001 9".to_owned()),
            email: Some(" faktura@akeriet.example ".to_owned()),
            collects: true,
        }
    }

    #[test]
    fn a_company_is_kept_as_its_register_writes_it() {
        let payer = draft().checked().expect("a company");
        assert_eq!(payer.party.name, "Åkeriet i Umeå AB");
        assert_eq!(payer.party.address(), ["Storgatan 1", "903 20 Umeå"]);
        assert_eq!((payer.reference.clone(), payer.party.country()), (None, Country::Se));
        assert_eq!(payer.email.as_deref(), Some("faktura@akeriet.example"));
        let again = PayerDraft::from(payer.clone());
        assert_eq!(again.checked(), Some(payer));
    }

    #[test]
    fn every_fault_of_a_company_is_told_at_once() {
        let wrong =
            PayerDraft { name: String::new(), country: Country::No, gln: Some("7350053850018".to_owned()), ..draft() };
        let mut faults = Faults::default();
        assert_eq!(wrong.check(&mut faults), None);
        let told: Vec<(&str, &str)> = faults.0.iter().map(|(field, code)| (&**field, &**code)).collect();
        assert_eq!(
            told,
            [
                ("payer.gln", "gln.check_digit"),
                ("payer.name", "required"),
                ("payer.organisationNumber", "organisation_number.malformed"),
                ("payer.postalCode", "postal_code.malformed"),
            ]
        );
    }

    #[test]
    fn people_of_one_company_and_one_reference_stand_on_one_document() {
        let (one, other) = (OrganisationId(uuid::Uuid::from_u128(1)), OrganisationId(uuid::Uuid::from_u128(2)));
        let payer = draft().checked().expect("a company");
        let renamed = PayerDraft { name: "Nytt namn AB".to_owned(), ..draft() }.checked().expect("a company");
        assert_eq!(payer.collector(one), renamed.collector(one), "the number says which company it is");
        assert_ne!(payer.collector(one), payer.collector(other));
        let desk = PayerDraft { reference: Some("4711".to_owned()), ..draft() }.checked().expect("a company");
        assert_ne!(payer.collector(one), desk.collector(one));
        assert_eq!(Payer { collects: false, ..payer }.collector(one), None);
    }

    proptest! {
        #[test]
        fn one_mistyped_digit_makes_it_no_gln(twelve in "[0-9]{12}", place in 0usize..13, other in 1u8..10) {
            let whole = (b'0'..=b'9').find_map(|check| Gln::parse(&format!("{twelve}{}", char::from(check))).ok());
            let whole = whole.expect("some digit checks the others");
            let mut digits = whole.as_str().as_bytes().to_vec();
            digits[place] = b'0' + (digits[place] - b'0' + other) % 10;
            prop_assert_eq!(Gln::parse(&String::from_utf8_lossy(&digits)), Err(GlnError::CheckDigit));
        }
    }
}
