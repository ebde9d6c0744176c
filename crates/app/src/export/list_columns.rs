//! What stands in the columns of the other lists that leave.

use super::columns::{spec, worded, yes_no};
use super::local;
use crate::staff::StaffMember;
use crate::unit::Tenant;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use stolpe_documents::catalogue;
use stolpe_documents::table_out::{Cell, TableSpec};
use stolpe_domain::facility::Facility;
use stolpe_domain::language::Language;
use stolpe_domain::person::VEIL;
use stolpe_domain::unit::Unit;
use stolpe_store::tenancy::ListedTenancy;

/// The columns of units.
pub(super) fn units(language: Language) -> TableSpec {
    spec(
        language,
        ["Objekt", "Enheter", "Units"],
        &[
            ("code", ["Objekt", "Enhet", "Unit"]),
            ("kind", ["Slag", "Slag", "Kind"]),
            ("section", ["Trapphus eller våning", "Oppgang eller etasje", "Stairwell or floor"]),
            ("tenants", ["Boende", "Beboere", "Tenants"]),
            ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
        ],
    )
}

/// One unit with who lives there today.
pub(super) fn unit_row(it: Unit, living: &[Tenant], place: &Facility, language: Language) -> Vec<Cell> {
    let names: Vec<&str> = living.iter().map(|tenant| tenant.name.as_str()).collect();
    vec![
        Cell::Text(it.code),
        worded(language, "unit.kind", it.kind.word()),
        it.section.into(),
        (!names.is_empty()).then(|| names.join(", ")).into(),
        Cell::Text(place.code.clone()),
    ]
}

/// The columns of tenancies.
pub(super) fn tenancies(language: Language) -> TableSpec {
    spec(
        language,
        ["Hyresförhållanden", "Leieforhold", "Tenancies"],
        &[
            ("unitCode", ["Objekt", "Enhet", "Unit"]),
            ("unitSection", ["Trapphus eller våning", "Oppgang eller etasje", "Stairwell or floor"]),
            ("givenName", ["Förnamn", "Fornavn", "Given name"]),
            ("familyName", ["Efternamn", "Etternavn", "Family name"]),
            ("movedInOn", ["Inflyttad", "Innflyttet", "Moved in"]),
            ("movedOutOn", ["Utflyttad", "Utflyttet", "Moved out"]),
            ("facilityCode", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
        ],
    )
}

/// One tenancy.
pub(super) fn tenancy_row(it: ListedTenancy, place: &Facility) -> Vec<Cell> {
    let hidden = it.protected_identity;
    vec![
        Cell::Text(it.unit_code),
        it.unit_section.into(),
        Cell::Text(if hidden { VEIL.to_owned() } else { it.given_name }),
        Cell::Text(if hidden { VEIL.to_owned() } else { it.family_name }),
        it.moved_in_on.into(),
        it.moved_out_on.into(),
        Cell::Text(place.code.clone()),
    ]
}

/// The columns of facilities.
pub(super) fn facilities(language: Language) -> TableSpec {
    spec(
        language,
        ["Anläggningar", "Anlegg", "Facilities"],
        &[
            ("code", ["Anläggnings-ID", "Anleggs-ID", "Facility ID"]),
            ("name", ["Namn", "Navn", "Name"]),
            ("organisation", ["Organisation", "Organisasjon", "Organisation"]),
            ("country", ["Land", "Land", "Country"]),
            ("timeZone", ["Tidszon", "Tidssone", "Time zone"]),
            ("priceArea", ["Elområde", "Prisområde", "Price area"]),
            ("phone", ["Telefon", "Telefon", "Phone"]),
            ("email", ["E-post", "E-post", "Email"]),
            ("visitingAddress", ["Besöksadress", "Besøksadresse", "Visiting address"]),
            ("hours", ["Öppettider", "Åpningstider", "Opening hours"]),
            ("units", ["Antal objekt", "Antall enheter", "Units"]),
            ("persons", ["Antal personer", "Antall personer", "People"]),
        ],
    )
}

/// One facility with how many units and people it has.
pub(super) fn facility_row(it: Facility, organisation: String, (units, persons): (i64, i64)) -> Vec<Cell> {
    vec![
        Cell::Text(it.code),
        Cell::Text(it.name),
        Cell::Text(organisation),
        Cell::from(it.country.code()),
        Cell::Text(it.time_zone),
        it.price_area.into(),
        it.contact.phone.into(),
        it.contact.email.into(),
        it.contact.visiting_address.into(),
        it.contact.hours.into(),
        Cell::Integer(units),
        Cell::Integer(persons),
    ]
}

/// The columns of the people at the desk.
pub(super) fn staff(language: Language) -> TableSpec {
    spec(
        language,
        ["Medarbetare", "Medarbeidere", "Staff"],
        &[
            ("name", ["Namn", "Navn", "Name"]),
            ("email", ["E-post", "E-post", "Email"]),
            ("roles", ["Roller", "Roller", "Roles"]),
            ("state", ["Läge", "Status", "State"]),
            ("totp", ["Tvåsteg", "Totrinn", "Two-step"]),
            ("lastSignInAt", ["Senast inloggad", "Sist innlogget", "Last signed in"]),
            ("language", ["Språk", "Språk", "Language"]),
        ],
    )
}

/// One of the people at the desk.
pub(super) fn staff_row(it: StaffMember, at: DateTime<Utc>, zone: Tz, language: Language) -> Vec<Cell> {
    let state = it.state(at);
    let roles: Vec<String> = it
        .memberships
        .iter()
        .map(|(held, scope)| {
            let role = catalogue::word(language, "role", held.role.word());
            scope.as_ref().map_or_else(|| role.clone(), |scope| format!("{role} ({scope})"))
        })
        .collect();
    vec![
        Cell::Text(it.person.name()),
        Cell::Text(it.login.username),
        Cell::Text(roles.join(", ")),
        worded(language, "staff.state", state.word()),
        yes_no(it.login.totp, language),
        it.login.last_sign_in_at.map_or(Cell::Empty, |at| Cell::Instant(local(at, zone))),
        Cell::from(it.person.draft.language.tag()),
    ]
}
