//! Organisation numbers against the published test values of both countries.

use proptest::prelude::*;
use rstest::rstest;

use super::*;
use crate::published_numbers::rows;

#[test]
fn every_published_swedish_number_is_judged_as_published() {
    let mut seen = 0;
    for row in rows("orgnr_se.csv") {
        let read = OrganisationNumber::parse(Country::Se, &row[0]);
        assert_eq!(read.is_ok(), row[1] == "true", "{}", row[0]);
        if let Ok(number) = read {
            assert_eq!(number.as_str(), row[2]);
            assert_eq!(number.is_sole_trader(), row[3] == "Enskild firma", "{}", row[0]);
        }
        seen += 1;
    }
    assert!(seen >= 12, "only {seen} rows");
}

#[test]
fn every_published_norwegian_number_is_judged_as_published() {
    let mut seen = 0;
    for row in rows("orgnr_kontonr_no.csv").filter(|row| row[0] == "orgnr") {
        let read = OrganisationNumber::parse(Country::No, &row[1]);
        assert_eq!(read.is_ok(), row[2] == "true", "{}", row[1]);
        if let Ok(number) = read {
            assert_eq!(number.as_str(), row[3]);
        }
        seen += 1;
    }
    assert!(seen >= 2, "only {seen} rows");
}

#[rstest]
#[case(Country::Se, "5562651892", "556265-1892")]
#[case(Country::Se, "16 556036-0793", "556036-0793")]
#[case(Country::No, "974760673", "974 760 673")]
#[case(Country::No, "123\u{a0}456\u{a0}785", "123 456 785")]
fn a_number_is_shown_as_its_country_writes_it(#[case] country: Country, #[case] text: &str, #[case] shown: &str) {
    let number = OrganisationNumber::parse(country, text).unwrap();
    assert_eq!(number.to_string(), shown);
    assert_eq!(number.country(), country);
}

#[rstest]
#[case(Country::Se, "")]
#[case(Country::Se, "55626518920")]
#[case(Country::Se, "556265/1892")]
#[case(Country::Se, "0000000000")]
#[case(Country::Se, "17 5562651892")]
#[case(Country::No, "000000000")]
#[case(Country::No, "97476067")]
#[case(Country::No, "NO974760673")]
fn a_text_that_is_no_number_is_malformed(#[case] country: Country, #[case] text: &str) {
    assert_eq!(OrganisationNumber::parse(country, text), Err(OrganisationNumberError::Malformed));
}

#[test]
fn a_check_digit_of_ten_belongs_to_no_norwegian_number() {
    for last in '0'..='9' {
        assert!(OrganisationNumber::parse(Country::No, &format!("80000006{last}")).is_err() || last == '8');
    }
    assert_eq!(modulus_11(b"00000060", &NORWEGIAN_WEIGHTS), Some(b'4'));
    assert_eq!(modulus_11(b"00000040", &NORWEGIAN_WEIGHTS), None);
}

proptest! {
    #[test]
    fn any_single_changed_digit_is_refused(place in 0_usize..10, add in 1_u8..10, pick in 0_usize..3) {
        let number = ["5562651892", "5560360793", "5560160680"][pick];
        let mut digits = number.as_bytes().to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
        prop_assert!(OrganisationNumber::parse(Country::Se, std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn any_single_changed_norwegian_digit_is_refused(place in 0_usize..9, add in 1_u8..10) {
        let mut digits = b"974760673".to_vec();
        digits[place] = b'0' + (digits[place] - b'0' + add) % 10;
        prop_assert!(OrganisationNumber::parse(Country::No, std::str::from_utf8(&digits).unwrap()).is_err());
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same_number(text in "\\PC{0,16}|[0-9]{9,12}") {
        for country in Country::ALL {
            if let Ok(number) = OrganisationNumber::parse(country, &text) {
                prop_assert_eq!(OrganisationNumber::parse(country, &number.to_string()), Ok(number.clone()));
                prop_assert_eq!(OrganisationNumber::parse_stored(number.as_str()), Ok(number));
            }
        }
    }
}
