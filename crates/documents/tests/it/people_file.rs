//! Lists of people: what the columns are taken for, and every row as a draft or as a list of what is wrong.

use std::io::Cursor;

use chrono::NaiveDate;
use rstest::rstest;
use stolpe_documents::people_file::{
    Basis, CellFault, MappingFault, NameOrder, PeopleField, PeopleMapping, PeopleReader, PeopleRow, Suggestion, suggest,
};
use stolpe_documents::table_file::columns::DateOrder;
use stolpe_documents::table_file::{inspect, read};
use stolpe_domain::country::Country;
use stolpe_domain::language::Language;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn suggested(headings: &[&str]) -> Vec<Option<PeopleField>> {
    let headings: Vec<String> = headings.iter().map(|heading| (*heading).to_owned()).collect();
    suggest(Some(&headings), &[], Country::Se, today())
        .into_iter()
        .map(|suggestion| suggestion.map(|suggestion| suggestion.field))
        .collect()
}

#[rstest]
#[case(
    &["Förnamn", "EFTERNAMN", "E-post", "Mobiltelefon", "Personnummer", "Lgh nr", "Trapphus", "Gatuadress", "Post nr",
      "Ort", "Språk", "Användarnamn", "Inflyttningsdatum", "Avdelning",
      "Anställningsnr", "Övrigt"]
)]
#[case(
    &["Fornavn", "Etternavn", "E-postadresse", "Mobilnr.", "Fødselsnummer", "Leilighet", "Oppgang", "Adresse",
      "Postnummer", "Poststed", "Språk", "Brukernavn", "Innflyttet", "Avdeling", "Ansattnummer", "Merknad"]
)]
#[case(
    &["First name", "Last name", "E-mail address", "Phone", "National ID", "Unit", "Building", "Street address",
      "Postal code", "City", "Language", "Username", "Move-in date", "Department",
      "Staff number", "Comments"]
)]
fn headings_in_three_languages_are_understood(#[case] headings: &[&str]) {
    let expected = PeopleField::ALL.into_iter().filter(|field| *field != PeopleField::FullName);
    assert_eq!(suggested(headings), expected.map(Some).collect::<Vec<_>>());
}

#[rstest]
#[case(&["Objekt", "Hyresgäst", "Telefon", "Mobil"], &[Some(PeopleField::UnitCode), Some(PeopleField::FullName), None, Some(PeopleField::Phone)])]
#[case(&["Namn", "Förnamn", "Efternamn"], &[None, Some(PeopleField::GivenName), Some(PeopleField::FamilyName)])]
#[case(&["Lägenhetsnummer (LM)", "Yta", "Hyra"], &[Some(PeopleField::UnitCode), None, None])]
#[case(&["E-post (hyresgäst)", "Namn"], &[Some(PeopleField::Email), Some(PeopleField::FullName)])]
fn the_surest_heading_wins_and_no_field_is_suggested_twice(
    #[case] headings: &[&str],
    #[case] expected: &[Option<PeopleField>],
) {
    assert_eq!(suggested(headings), expected);
}

#[test]
fn without_a_heading_the_values_speak() {
    let rows: Vec<Vec<String>> = [
        ["Märta", "marta@example.se", "070-123 45 67", "19121212-1212", "2024-05-01", "903 20", "sv"],
        ["Kari", "kari@example.no", "'+4741234567", "19090121+9931", "2025-01-01", "903 21", "nb"],
    ]
    .map(|row| row.map(str::to_owned).to_vec())
    .to_vec();
    let expected = [
        None,
        Some(PeopleField::Email),
        Some(PeopleField::Phone),
        Some(PeopleField::PersonalNumber),
        Some(PeopleField::MovedInOn),
        Some(PeopleField::PostalCode),
        Some(PeopleField::Language),
    ];
    let expected = expected.map(|field| field.map(|field| Suggestion { field, basis: Basis::Values }));
    assert_eq!(suggest(None, &rows, Country::Se, today()), expected);
}

fn mapping(columns: &[PeopleField]) -> PeopleMapping {
    PeopleMapping {
        columns: columns.iter().copied().map(Some).collect(),
        date_order: None,
        name_order: NameOrder::GivenFirst,
        language: Language::Sv,
    }
}

fn read_people(text: &str, mapping: PeopleMapping, home: Country) -> Vec<PeopleRow> {
    mapping.check().unwrap();
    let shape = inspect(text.as_bytes());
    let reader = PeopleReader::new(mapping, home, today());
    read(Cursor::new(text.as_bytes()), &shape).skip(1).map(|row| reader.row(row)).collect()
}

#[test]
fn a_whole_row_becomes_a_draft() {
    let text = "Namn;E-post;Telefon;Personnummer;Lgh;Trapphus;Adress;Postnr;Ort;Språk;Användare;Inflyttad;Not;\
        Avd;Anst.nr\n\
        Carl  von Linné;Carl@Example.SE;'+46701234567;121212-1212;A1101;Trapphus A;Storgatan 5;90320;Umeå;norska;\
        carl;2024-05-01;=hund;Vården  Norr;77.0\n";
    let fields = [
        PeopleField::FullName,
        PeopleField::Email,
        PeopleField::Phone,
        PeopleField::PersonalNumber,
        PeopleField::UnitCode,
        PeopleField::UnitSection,
        PeopleField::Street,
        PeopleField::PostalCode,
        PeopleField::City,
        PeopleField::Language,
        PeopleField::Username,
        PeopleField::MovedInOn,
        PeopleField::Note,
        PeopleField::Department,
        PeopleField::StaffNumber,
    ];
    let rows = read_people(text, mapping(&fields), Country::Se);
    let draft = rows[0].outcome.as_ref().unwrap();
    assert_eq!((draft.person.given_name.as_str(), draft.person.family_name.as_str()), ("Carl", "von Linné"));
    assert_eq!(draft.person.phone.as_deref(), Some("+46701234567"), "the guard of our own export falls away");
    assert_eq!(draft.person.language, Language::Nb);
    assert_eq!(draft.person.postal_code.as_deref(), Some("903 20"));
    assert_eq!(draft.unit_code.as_deref(), Some("A1101"));
    assert_eq!(draft.unit_section.as_deref(), Some("Trapphus A"));
    assert_eq!(draft.username.as_deref(), Some("carl"));
    assert_eq!(draft.moved_in_on, NaiveDate::from_ymd_opt(2024, 5, 1));
    assert_eq!((draft.department.as_deref(), draft.person.staff_number.as_deref()), (Some("Vården Norr"), Some("77")));
    let checked = draft.person.clone().check(Country::Se, today()).unwrap();
    assert_eq!(checked.draft.email.as_deref(), Some("Carl@example.se"));
    assert_eq!(rows[0].warnings.iter().map(|warning| warning.code.as_str()).collect::<Vec<_>>(), ["cell.formula"]);
}

#[test]
fn every_fault_of_a_row_is_told_with_its_cell() {
    let text = "Förnamn;Efternamn;E-post;Telefon;Personnummer;Lgh;Postnr;Språk;Inflyttad\n\
        ;;anna;070-1;121212-1213;;123;klingon;31.02.2026\n\
        Bo;Ek;bo@example.no;41234567;1,98E+11;B2;0150;nb;03/04/2026\n\
        Ida;Ek;;;;B3;0150;;2026-01-02\n\
        trasig rad\n";
    let fields = [
        PeopleField::GivenName,
        PeopleField::FamilyName,
        PeopleField::Email,
        PeopleField::Phone,
        PeopleField::PersonalNumber,
        PeopleField::UnitCode,
        PeopleField::PostalCode,
        PeopleField::Language,
        PeopleField::MovedInOn,
    ];
    let rows = read_people(text, mapping(&fields), Country::No);
    let faults = |row: &PeopleRow| -> Vec<(Option<usize>, String, String)> {
        let mut faults = row.outcome.clone().unwrap_err();
        faults.sort_by_key(|fault| fault.column);
        faults.into_iter().map(|CellFault { column, code, value, .. }| (column, code, value)).collect()
    };
    let fault = |column, code: &str, value: &str| (column, code.to_owned(), value.to_owned());
    assert_eq!(
        faults(&rows[0]),
        [
            fault(Some(0), "name.missing", ""),
            fault(Some(2), "email.malformed", "anna"),
            fault(Some(3), "phone.impossible", "070-1"),
            fault(Some(4), "personal_number.check_digit", "121212…"),
            fault(Some(5), "unit_code.missing", ""),
            fault(Some(6), "postal_code.leading_zero_lost", "123"),
            fault(Some(7), "language.unknown", "klingon"),
            fault(Some(8), "date.malformed", "31.02.2026"),
        ]
    );
    assert_eq!(
        faults(&rows[1]),
        [fault(Some(4), "cell.scientific_notation", "1,98E+…"), fault(Some(8), "date.ambiguous", "03/04/2026")]
    );
    assert!(rows[2].outcome.is_ok());
    assert_eq!((rows[3].line, faults(&rows[3])), (5, vec![fault(None, "row.cell_count", "trasig rad")]));
}

#[test]
fn a_date_order_that_was_chosen_leaves_no_doubt() {
    let text = "Namn;Inflyttad\nBo Ek;03/04/2026\nEva Ek;13/04/2026\n";
    let order = Some(DateOrder::MonthDayYear);
    let mapping = PeopleMapping { date_order: order, ..mapping(&[PeopleField::FullName, PeopleField::MovedInOn]) };
    let rows = read_people(text, mapping, Country::Se);
    assert_eq!(rows[0].outcome.as_ref().unwrap().moved_in_on, NaiveDate::from_ymd_opt(2026, 3, 4));
    assert_eq!(rows[1].outcome.as_ref().unwrap_err()[0].code, "date.malformed");
}

#[rstest]
#[case(&[PeopleField::Email], Err(MappingFault::NameMissing))]
#[case(&[PeopleField::FullName, PeopleField::FamilyName], Err(MappingFault::NameTwice))]
#[case(&[PeopleField::FullName, PeopleField::Email, PeopleField::Email], Err(MappingFault::FieldTwice(PeopleField::Email)))]
#[case(&[PeopleField::FamilyName], Ok(()))]
fn a_mapping_must_name_people_and_every_field_once(
    #[case] fields: &[PeopleField],
    #[case] expected: Result<(), MappingFault>,
) {
    assert_eq!(mapping(fields).check(), expected);
}
