//! Personal numbers against the tax agency's test numbers. No number here belongs to a living person.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::published_numbers::rows;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 21).unwrap()
}

fn swedish(text: &str) -> Result<PersonalNumber, PersonalNumberError> {
    PersonalNumber::parse(Country::Se, text, today())
}

fn norwegian(text: &str) -> Result<PersonalNumber, PersonalNumberError> {
    PersonalNumber::parse(Country::No, text, today())
}

#[test]
fn every_test_number_of_the_swedish_tax_agency_is_judged_as_published() {
    let mut seen = 0;
    for row in rows("personnummer_se_skatteverket_test.csv") {
        let read = swedish(&row[0]);
        assert_eq!(read.is_ok(), row[1] == "true", "{}: {read:?}", row[0]);
        match read {
            Ok(number) => {
                assert_eq!(number.canonical(), row[0]);
                let birth = number.birth_date().unwrap();
                let expected_day = birth.day() + if number.kind() == PersonalNumberKind::Coordination { 60 } else { 0 };
                assert_eq!(format!("{}{expected_day:02}", birth.format("%Y%m")), row[0][..8]);
                assert_eq!(number, swedish(&row[3]).unwrap(), "the form with a dash is the same number");
                assert_eq!(number, swedish(&number.revealed(today())).unwrap(), "and so is the revealed form");
            }
            Err(refusal) => assert_eq!(refusal, PersonalNumberError::CheckDigit, "{}", row[0]),
        }
        seen += 1;
    }
    assert!(seen >= 10, "only {seen} rows");
}

#[test]
fn every_published_way_of_writing_is_judged_as_published() {
    for row in rows("personnummer_se_formats.csv") {
        for form in &row[..3] {
            let read = swedish(form);
            if row[4].starts_with("interim") {
                assert_eq!(read, Err(PersonalNumberError::Interim), "{form}");
                continue;
            }
            assert_eq!(read.is_ok(), row[3] == "true", "{form}: {read:?}");
            if let Ok(number) = read {
                assert_eq!(number.canonical(), row[0]);
                let coordination = number.kind() == PersonalNumberKind::Coordination;
                assert_eq!(coordination, row[4] == "con");
            }
        }
    }
}

#[rstest]
#[case("121212-1212", "201212121212", (2012, 12, 12))]
#[case("121212+1212", "191212121212", (1912, 12, 12))]
#[case("19121212-1212", "191212121212", (1912, 12, 12))]
#[case("1212121212", "201212121212", (2012, 12, 12))]
fn the_sign_settles_the_century(#[case] text: &str, #[case] canonical: &str, #[case] born: (i32, u32, u32)) {
    let number = swedish(text).unwrap();
    assert_eq!(number.canonical(), canonical);
    assert_eq!(number.birth_date(), NaiveDate::from_ymd_opt(born.0, born.1, born.2));
}

#[test]
fn the_plus_comes_with_the_new_year_and_not_with_the_birthday() {
    let number = swedish("191212121212").unwrap();
    let revealed_on = |year, month, day| number.revealed(NaiveDate::from_ymd_opt(year, month, day).unwrap());
    assert_eq!(*revealed_on(2011, 12, 31), "121212-1212");
    assert_eq!(*revealed_on(2012, 1, 1), "121212+1212");
    let new_year = NaiveDate::from_ymd_opt(2012, 1, 1).unwrap();
    assert_eq!(PersonalNumber::parse(Country::Se, "121212+1212", new_year).as_ref(), Ok(&number));
}

#[rstest]
#[case("31129956715", PersonalNumberKind::Resident, Some((1899, 12, 31)))]
#[case("15108695169", PersonalNumberKind::Resident, Some((1986, 10, 15)))]
fn a_norwegian_number_tells_its_birth_date(
    #[case] text: &str,
    #[case] kind: PersonalNumberKind,
    #[case] born: Option<(i32, u32, u32)>,
) {
    let number = norwegian(text).unwrap();
    assert_eq!(number.kind(), kind);
    assert_eq!(number.birth_date(), born.and_then(|(year, month, day)| NaiveDate::from_ymd_opt(year, month, day)));
}

/// Completes nine digits with both check digits, or nothing where the rule gives ten.
fn completed(nine: &str) -> Option<String> {
    let first = modulus_11(nine.as_bytes(), &FIRST_WEIGHTS)?;
    let ten = format!("{nine}{}", char::from(first));
    let second = modulus_11(ten.as_bytes(), &SECOND_WEIGHTS)?;
    Some(format!("{ten}{}", char::from(second)))
}

#[rstest]
#[case("55108", PersonalNumberKind::Coordination)]
#[case("15508", PersonalNumberKind::Hospital)]
#[case("15908", PersonalNumberKind::Synthetic)]
#[case("55908", PersonalNumberKind::Synthetic)]
fn the_added_forties_and_eighties_tell_the_register(#[case] start: &str, #[case] kind: PersonalNumberKind) {
    let text = (100..500).find_map(|serial| completed(&format!("{start}6{serial}"))).unwrap();
    let number = norwegian(&text).unwrap();
    assert_eq!(number.kind(), kind);
    assert_eq!(number.birth_date(), NaiveDate::from_ymd_opt(1986, 10, 15));
}

#[test]
fn a_common_hospital_number_carries_no_birth_date() {
    let text = (0..100).find_map(|serial| completed(&format!("8012345{serial:02}"))).unwrap();
    let number = norwegian(&text).unwrap();
    assert_eq!((number.kind(), number.birth_date()), (PersonalNumberKind::Hospital, None));
}

#[test]
fn from_2032_a_first_check_digit_that_fails_is_a_question_and_no_refusal() {
    let ten = "1510869517";
    let second = modulus_11(ten.as_bytes(), &SECOND_WEIGHTS).unwrap();
    let text = format!("{ten}{}", char::from(second));
    assert_eq!(norwegian(&text), Err(PersonalNumberError::CheckDigit));
    let later = NaiveDate::from_ymd_opt(2032, 1, 1).unwrap();
    let number = PersonalNumber::parse(Country::No, &text, later).unwrap();
    assert!(!number.check_digits_hold());
    assert!(norwegian("15108695169").unwrap().check_digits_hold());
}

#[rstest]
#[case(Country::Se, "", PersonalNumberError::Malformed)]
#[case(Country::Se, "121212/1212", PersonalNumberError::Malformed)]
#[case(Country::Se, "12121212121", PersonalNumberError::Malformed)]
#[case(Country::Se, "121312-1212", PersonalNumberError::BirthDate)]
#[case(Country::Se, "20301212-1212", PersonalNumberError::BirthDate)]
#[case(Country::Se, "16556265-1892", PersonalNumberError::BirthDate)]
#[case(Country::Se, "121212-1213", PersonalNumberError::CheckDigit)]
#[case(Country::No, "1510869516", PersonalNumberError::Malformed)]
#[case(Country::No, "151086-95169", PersonalNumberError::Malformed)]
#[case(Country::No, "32108695169", PersonalNumberError::BirthDate)]
#[case(Country::No, "15108695168", PersonalNumberError::CheckDigit)]
fn what_is_no_personal_number_is_refused_with_its_reason(
    #[case] country: Country,
    #[case] text: &str,
    #[case] refusal: PersonalNumberError,
) {
    assert_eq!(PersonalNumber::parse(country, text, today()), Err(refusal));
}

#[test]
fn neither_debug_nor_the_mask_shows_the_last_digits() {
    let number = swedish("19121212-1212").unwrap();
    assert_eq!(format!("{number:?}"), "PersonalNumber(SE, ••••)");
    assert_eq!(number.masked(), "121212-••••");
    assert_eq!(norwegian("151086 95169").unwrap().masked(), "151086 •••••");
}

proptest! {
    #[test]
    fn any_single_changed_digit_is_refused(place in 2_usize..12, add in 1_u8..10) {
        let mut digits = b"191212121212".to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
        prop_assert!(swedish(std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn any_single_changed_norwegian_digit_is_refused(place in 0_usize..11, add in 1_u8..10) {
        let mut digits = b"15108695169".to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
        prop_assert!(norwegian(std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn a_number_survives_its_way_through_the_vault(text in "[0-9]{6}[-+]?[0-9]{4}|[0-9]{11,12}|\\PC{0,14}") {
        for country in Country::ALL {
            if let Ok(number) = PersonalNumber::parse(country, &text, today()) {
                prop_assert_eq!(PersonalNumber::from_canonical(number.canonical(), today()), Ok(number.clone()));
                prop_assert!(!number.masked().contains(&number.canonical()[8..]));
            }
        }
    }
}
