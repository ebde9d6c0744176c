//! The receipt of what was paid in advance, as a reader gets it.

use crate::reader::{assert_golden, page_count, text};
use chrono::{NaiveDate, NaiveDateTime, NaiveTime};
use rstest::rstest;
use stolpe_documents::document::Sender;
use stolpe_documents::top_up::{TopUpPaper, top_up_name, top_up_receipt};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::PaymentProvider;

fn paper(language: Language) -> TopUpPaper {
    let issued_on = NaiveDate::from_ymd_opt(2026, 11, 21).unwrap();
    let (currency, provider) = match language {
        Language::Nb => (Currency::Nok, PaymentProvider::Vipps),
        Language::Sv | Language::En => (Currency::Sek, PaymentProvider::Swish),
    };
    TopUpPaper {
        language,
        sender: Sender {
            name: "Bostads AB Björkbacken".to_owned(),
            address: vec!["Storgatan 5".to_owned(), "903 20 Umeå".to_owned()],
            organisation_number: "556265-1892".to_owned(),
            vat_number: Some("SE556265189201".to_owned()),
            tax_status: None,
            email: Some("kundtjanst@bjorkbacken.se".to_owned()),
            phone: None,
            logo: None,
        },
        number: "2026-0017".to_owned(),
        issued_on,
        at: NaiveDateTime::new(issued_on, NaiveTime::from_hms_opt(13, 30, 0).unwrap()),
        payer: "Märta Łukasiewicz Ångström".to_owned(),
        facility: "Kungsgatan 10–18".to_owned(),
        provider,
        reference: Some("AB23D7406ECE4542A80152D909EF9F6B".to_owned()),
        amount: Money::of_minor(20_000, currency),
        balance: Money::of_minor(123_456, currency),
    }
}

#[rstest]
#[case(Language::Sv, "top-up-sv.txt", "forskottskvitto-2026-0017.pdf")]
#[case(Language::Nb, "top-up-nb.txt", "forskuddskvittering-2026-0017.pdf")]
#[case(Language::En, "top-up-en.txt", "advance-receipt-2026-0017.pdf")]
fn a_receipt_of_payment_in_advance_says_that_vat_stands_on_the_invoices_and_what_there_is_after_it(
    #[case] language: Language,
    #[case] golden: &str,
    #[case] name: &str,
) {
    let it = paper(language);
    let pdf = top_up_receipt(&it, None).unwrap();
    assert_eq!((page_count(&pdf), &*top_up_name(&it)), (1, name));
    assert_golden(golden, &text(&pdf, 1));
}
