//! What stands in the columns of an export, and what they are called.

use super::local;
use crate::error::{AppError, Result};
use crate::person::OpenPerson;
use chrono_tz::Tz;
use stolpe_documents::catalogue;
use stolpe_documents::table_out::{Cell, Column, TableSpec};
use stolpe_domain::id::FacilityId;
use stolpe_domain::language::Language;
use stolpe_domain::login::LoginState;
use stolpe_store::audit::AuditEntry;

/// A spreadsheet cell holds 32 767 characters; a longer text is cut.
const LONGEST: usize = 32_000;

/// One of three words.
pub(super) const fn word(language: Language, words: [&'static str; 3]) -> &'static str {
    match language {
        Language::Sv => words[0],
        Language::Nb => words[1],
        Language::En => words[2],
    }
}

/// Which columns go into a file, in which order.
#[derive(Clone, Debug)]
pub(super) struct Picked(Option<Vec<usize>>);

impl Picked {
    /// Cuts a table to the columns that were asked for, in their order; to all of them when none were.
    ///
    /// # Errors
    /// [`AppError::Invalid`] `export.column` for one that the table does not have.
    pub(super) fn of(spec: &mut TableSpec, keys: &[String]) -> Result<Self> {
        if keys.is_empty() {
            return Ok(Self(None));
        }
        let place = |key: &String| spec.columns.iter().position(|column| column.key == key);
        let places: Option<Vec<usize>> = keys.iter().map(place).collect();
        let places = places.ok_or_else(|| AppError::field("columns", "export.column"))?;
        spec.columns = places.iter().map(|place| spec.columns[*place].clone()).collect();
        Ok(Self(Some(places)))
    }

    /// The cells of a whole row that go into the file.
    pub(super) fn cells(&self, row: Vec<Cell>) -> Vec<Cell> {
        match &self.0 {
            None => row,
            Some(places) => places.iter().filter_map(|place| row.get(*place).cloned()).collect(),
        }
    }
}

/// A code with the word that the screens have for it.
pub(super) fn worded(language: Language, family: &str, code: &str) -> Cell {
    Cell::Word { code: code.to_owned(), word: catalogue::word(language, family, code) }
}

pub(super) fn spec(
    language: Language,
    title: [&'static str; 3],
    columns: &[(&'static str, [&'static str; 3])],
) -> TableSpec {
    TableSpec {
        title: word(language, title).to_owned(),
        columns: columns.iter().map(|(key, words)| Column::new(key, word(language, *words))).collect(),
    }
}

/// Gives columns a control total.
pub(super) fn sum(spec: &mut TableSpec, keys: &[&str]) {
    spec.columns.iter_mut().filter(|column| keys.contains(&column.key)).for_each(|column| column.summed = true);
}

/// The columns of people; our own import reads them back.
pub(super) fn people(language: Language) -> TableSpec {
    spec(
        language,
        ["Personer", "Personer", "People"],
        &[
            ("givenName", ["Förnamn", "Fornavn", "Given name"]),
            ("familyName", ["Efternamn", "Etternavn", "Family name"]),
            ("unitCode", ["Objekt", "Enhet", "Unit"]),
            ("email", ["E-post", "E-post", "Email"]),
            ("phone", ["Telefon", "Telefon", "Phone"]),
            ("street", ["Gatuadress", "Gateadresse", "Street"]),
            ("postalCode", ["Postnummer", "Postnummer", "Post code"]),
            ("city", ["Ort", "Poststed", "City"]),
            ("language", ["Språk", "Språk", "Language"]),
            ("movedInOn", ["Inflyttad", "Innflyttet", "Moved in"]),
            ("movedOutOn", ["Utflyttad", "Utflyttet", "Moved out"]),
            ("username", ["Användarnamn", "Brukernavn", "Username"]),
            ("loginState", ["Inloggning", "Innlogging", "Sign-in"]),
            ("initialSince", ["Startlösenord sedan", "Startpassord siden", "Initial password since"]),
            ("handedOverAt", ["Brev överlämnat", "Brev overlevert", "Letter handed over"]),
            ("lastSignInAt", ["Senast inloggad", "Sist innlogget", "Last signed in"]),
            ("protectedIdentity", ["Skyddad identitet", "Skjermet identitet", "Protected identity"]),
            ("department", ["Avdelning", "Avdeling", "Department"]),
            ("staffNumber", ["Anställningsnummer", "Ansattnummer", "Staff number"]),
            ("createdAt", ["Upplagd", "Lagt til", "Added"]),
        ],
    )
}

/// One person; of a facility's register only what lies in the facility.
pub(super) fn person_row(it: OpenPerson, facility: Option<FacilityId>, zone: Tz, language: Language) -> Vec<Cell> {
    let here = |id: FacilityId| facility.is_none_or(|wanted| wanted == id);
    let tenancies: Vec<_> = it.tenancies.into_iter().filter(|one| here(one.facility_id)).collect();
    let codes: Vec<&str> = tenancies.iter().map(|one| one.unit_code.as_str()).collect();
    let codes = (!codes.is_empty()).then(|| codes.join(", "));
    let first = tenancies.first().map(|one| &one.tenancy);
    let login = it.logins.into_iter().find(|login| login.facility_id.is_none_or(here));
    let at = |instant| Option::map_or(instant, Cell::Empty, |at| Cell::Instant(local(at, zone)));
    let state = login.as_ref().map(|login| match login.state() {
        LoginState::NotIssued => "not_issued",
        LoginState::Initial => "initial",
        LoginState::Own => "own",
        LoginState::Blocked => "blocked",
    });
    let draft = it.person.draft;
    let yes = draft.protected_identity;
    vec![
        Cell::Text(draft.given_name),
        Cell::Text(draft.family_name),
        codes.into(),
        draft.email.into(),
        draft.phone.into(),
        draft.street.into(),
        draft.postal_code.into(),
        draft.city.into(),
        Cell::from(draft.language.tag()),
        first.and_then(|one| one.moved_in_on).into(),
        first.and_then(|one| one.moved_out_on).into(),
        login.as_ref().map(|login| login.username.clone()).into(),
        state.map_or(Cell::Empty, |state| worded(language, "login.state", state)),
        at(login.as_ref().and_then(stolpe_domain::login::Login::initial_since)),
        at(login.as_ref().and_then(|login| login.handed_over_at)),
        at(login.as_ref().and_then(|login| login.last_sign_in_at)),
        yes_no(yes, language),
        it.department.map(|department| department.name).into(),
        draft.staff_number.into(),
        at(Some(it.person.created_at)),
    ]
}

/// The columns of the audit log.
pub(super) fn audit(language: Language) -> TableSpec {
    spec(
        language,
        ["Händelselogg", "Hendelseslogg", "Audit log"],
        &[
            ("seq", ["Nr", "Nr", "No."]),
            ("at", ["När", "Når", "When"]),
            ("actor", ["Vem", "Hvem", "Who"]),
            ("action", ["Händelse", "Hendelse", "Action"]),
            ("subjectKind", ["Slag", "Slag", "Kind"]),
            ("subjectId", ["ID", "ID", "ID"]),
            ("reason", ["Anledning", "Begrunnelse", "Reason"]),
            ("origin", ["Varifrån", "Hvorfra", "From where"]),
            ("correlation", ["Förfrågan", "Forespørsel", "Request"]),
            ("before", ["Före", "Før", "Before"]),
            ("after", ["Efter", "Etter", "After"]),
            ("hash", ["Kontrollsumma", "Kontrollsum", "Hash"]),
        ],
    )
}

/// One row of the log.
pub(super) fn audit_row(entry: AuditEntry, zone: Tz, language: Language) -> Vec<Cell> {
    let detail = entry.detail.unwrap_or_default();
    let cut = |text: Option<String>| text.map(|text| text.chars().take(LONGEST).collect::<String>()).into();
    let row = entry.row;
    vec![
        Cell::Integer(row.seq),
        Cell::Instant(local(row.at, zone)),
        Cell::Text(row.actor_name),
        worded(language, "event", &row.action),
        worded(language, "subject", &row.subject_kind),
        row.subject_id.map(|id| id.to_string()).into(),
        row.reason.into(),
        Cell::Text(row.origin),
        Cell::Text(row.correlation.to_string()),
        cut(detail.before),
        cut(detail.after),
        Cell::Text(hex::encode(row.hash)),
    ]
}

/// Yes or no, in words.
pub(super) fn yes_no(yes: bool, language: Language) -> Cell {
    let word = if yes { word(language, ["ja", "ja", "yes"]) } else { word(language, ["nej", "nei", "no"]) };
    Cell::YesNo { yes, word }
}
