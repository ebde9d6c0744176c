//! Columns of dates and numbers, clear ones and those that must be asked about.

use rstest::rstest;

use super::*;

#[rstest]
#[case(&["2026-11-21", "2026-01-02"], DateOrder::YearMonthDay)]
#[case(&["20261121"], DateOrder::YearMonthDay)]
#[case(&["21.11.2026", "01.02.2026"], DateOrder::DayMonthYear)]
#[case(&["03/04/2026", "21/04/2026"], DateOrder::DayMonthYear)]
#[case(&["03/04/2026", "04/21/2026"], DateOrder::MonthDayYear)]
#[case(&["1/1/2026", "2026-01-01 00:00:00", ""], DateOrder::DayMonthYear)]
fn one_value_that_fits_a_single_order_settles_the_column(#[case] values: &[&str], #[case] order: DateOrder) {
    let reading = date_order(values.iter().copied());
    if values.contains(&"2026-01-01 00:00:00") {
        assert_eq!(reading, ColumnReading::Mixed, "two ways of writing in one column are never guessed at");
    } else {
        assert_eq!(reading, ColumnReading::Sure { value: order });
    }
}

#[test]
fn a_column_that_fits_two_orders_is_asked_about_in_words() {
    let reading = date_order(["01/01/2026", "03/04/2026"]);
    let ColumnReading::Ambiguous { example, readings } = &reading else { panic!("{reading:?}") };
    assert_eq!(example, "03/04/2026");
    let expected = [(DateOrder::DayMonthYear, "2026-04-03"), (DateOrder::MonthDayYear, "2026-03-04")];
    assert_eq!(*readings, expected.map(|(order, date)| (order, date.to_owned())));
    assert_eq!(reading.question(Language::Sv).unwrap(), "03/04/2026: 3 april 2026 eller 4 mars 2026?");
    assert_eq!(reading.question(Language::Nb).unwrap(), "03/04/2026: 3. april 2026 eller 4. mars 2026?");
    assert_eq!(reading.question(Language::En).unwrap(), "03/04/2026: 3 April 2026 or 4 March 2026?");
}

#[test]
fn a_date_that_is_the_same_in_both_orders_leaves_no_doubt() {
    assert_eq!(date_order(["01/01/2026", "05/05/2026"]), ColumnReading::Sure { value: DateOrder::DayMonthYear });
    assert_eq!(date_order(["", "Anna"]), ColumnReading::Nothing);
}

#[rstest]
#[case(&["1 107,00", "12,5"], DecimalSign::Comma)]
#[case(&["1.107,00"], DecimalSign::Comma)]
#[case(&["1,107.00"], DecimalSign::Point)]
#[case(&["1.000", "2.5"], DecimalSign::Point)]
#[case(&["1.000", "2,5"], DecimalSign::Comma)]
#[case(&["0.125"], DecimalSign::Point)]
#[case(&["1.000.000"], DecimalSign::Comma)]
#[case(&["\u{2212}1\u{a0}107,50 kr"], DecimalSign::Comma)]
fn one_number_that_fits_a_single_sign_settles_the_column(#[case] values: &[&str], #[case] sign: DecimalSign) {
    assert_eq!(decimal_sign(values.iter().copied()), ColumnReading::Sure { value: sign });
}

#[test]
fn a_thousand_that_may_be_one_is_asked_about() {
    let reading = decimal_sign(["12", "1.000"]);
    assert_eq!(reading.question(Language::Sv).unwrap(), "1.000: 1\u{a0}000 eller 1,000?");
    assert_eq!(reading.question(Language::En).unwrap(), "1.000: 1,000 or 1.000?");
    assert_eq!(decimal_sign(["1.5", "1,5"]), ColumnReading::Mixed);
    assert_eq!(decimal_sign(["12", "Anna"]), ColumnReading::Nothing);
}

#[rstest]
#[case("2026-02-29", DateOrder::YearMonthDay)]
#[case("03.04.2026", DateOrder::MonthDayYear)]
#[case("2026-1", DateOrder::YearMonthDay)]
#[case("21/11/126", DateOrder::DayMonthYear)]
#[case("070-123-4567", DateOrder::YearMonthDay)]
fn what_is_no_date_is_not_read_as_one(#[case] text: &str, #[case] order: DateOrder) {
    assert_eq!(parse_date(text, order), None);
}
