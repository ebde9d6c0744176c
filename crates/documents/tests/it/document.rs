//! Documents as a reader and a printer get them: text, pages, fonts, the same bytes every time.

use chrono::NaiveDate;
use stolpe_documents::document::{
    AddressWindow, DocumentPage, PageLine, PageWhose, Payment, PriceRow, Recipient, RemindedInvoice, ReminderWords,
    Sender, document, reminder_remark, reminder_text,
};
use stolpe_domain::document::{DocumentKind, Rounding, Sums, sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::id::PersonId;
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::tariff::{ComponentKind, Rate, SpotBasis};
use stolpe_domain::vat::{Pricing, Vat, VatRate};

use crate::reader::{assert_golden, page_count, poppler, text};

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

const fn money(minor: i64, currency: Currency) -> Money {
    Money::of_minor(minor, currency)
}

fn vat(points: u16) -> Vat {
    Vat::Rate(VatRate::of_basis_points(points).unwrap())
}

/// Charging sessions of November, each with its own length.
fn lines(count: i64, currency: Currency) -> Vec<PageLine> {
    (0..count)
        .map(|place| {
            let wh = 7_321 + 913 * (place % 11);
            PageLine {
                whose: None,
                text: format!("Laddning {} november, P-{:02}", place % 30 + 1, place % 7 + 1),
                detail: (place % 9 == 4).then(|| "18.02–23.47, tagg 04A2 B1C9".to_owned()),
                energy: Some(Energy::from_wh(wh)),
                vat: Some(vat(2_500)),
                amount: money(wh * 141 / 1_000 + place % 3, currency),
            }
        })
        .collect()
}

pub(crate) fn page(language: Language, count: i64) -> DocumentPage {
    let norwegian = language == Language::Nb;
    let currency = if norwegian { Currency::Nok } else { Currency::Sek };
    let mut lines = lines(count, currency);
    lines.push(PageLine {
        whose: None,
        text: "Månadsavgift november".to_owned(),
        detail: None,
        energy: None,
        vat: Some(vat(2_500)),
        amount: money(4_900, currency),
    });
    let amounts: Vec<_> = lines.iter().filter_map(|line| Some((line.vat?, line.amount))).collect();
    let energy: Energy = lines.iter().filter_map(|line| line.energy).sum();
    let by_energy: i64 = lines.iter().filter(|line| line.energy.is_some()).map(|line| line.amount.minor).sum();
    let (mark_up, grid, tax) = (energy.wh() * 4 / 1_000, energy.wh() * 317 / 10_000, energy.wh() * 439 / 10_000);
    let spot = by_energy - mark_up - grid - tax;
    let row = |kind, rate, micro_per_kwh, amount| PriceRow {
        kind,
        rate,
        micro_per_kwh,
        energy,
        times: 1,
        amount: money(amount, currency),
        source: "Avtal 2026-01-01".to_owned(),
    };
    let per_kwh = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency });
    DocumentPage {
        kind: DocumentKind::Invoice,
        language,
        number: Some("2026-0042".to_owned()),
        credits: None,
        credits_reminder: false,
        issued_on: day("2026-12-01"),
        due_on: Some(day("2026-12-31")),
        period: Some((day("2026-11-01"), day("2026-11-30"))),
        sender: Sender {
            name: "Bostads AB Björkbacken".to_owned(),
            address: vec!["Storgatan 5".to_owned(), "903 20 Umeå".to_owned()],
            organisation_number: "556265-1892".to_owned(),
            vat_number: Some("SE556265189201".to_owned()),
            tax_status: Some("Godkänd för F-skatt".to_owned()),
            email: Some("kundtjanst@bjorkbacken.se".to_owned()),
            phone: Some("090-12 34 56".to_owned()),
            logo: None,
        },
        logo: None,
        recipient: Recipient {
            name: "Märta Łukasiewicz Ångström".to_owned(),
            address: vec!["Kungsgatan 12 lgh 1101".to_owned(), "903 20 Umeå".to_owned()],
            unit_code: Some("A1101".to_owned()),
            facility: "Kungsgatan 10–18".to_owned(),
            reference: None,
        },
        window: if norwegian { AddressWindow::Left } else { AddressWindow::Right },
        days: Month::parse("2026-11")
            .unwrap()
            .first_day()
            .iter_days()
            .take(30)
            .zip(0..)
            .map(|(day, place)| (day, lines.iter().skip(place).step_by(30).filter_map(|line| line.energy).sum()))
            .collect(),
        lines,
        prices: vec![
            row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), Some(spot * 10_000_000 / energy.wh()), spot),
            row(ComponentKind::MarkUp, per_kwh(40_000), None, mark_up),
            row(ComponentKind::Grid, per_kwh(317_000), None, grid),
            row(ComponentKind::EnergyTax, per_kwh(439_000), None, tax),
            PriceRow {
                energy: Energy::ZERO,
                source: "Årsmöte 2026".to_owned(),
                ..row(ComponentKind::MonthlyFee, Rate::Each(money(4_900, currency)), None, 4_900)
            },
        ],
        sums: sums(currency, Pricing::Net, &amounts, Rounding::ToWhole).unwrap(),
        already_paid: None,
        payment: Payment {
            account: Some(if norwegian {
                PaymentAccount::parse(AccountKind::NorwegianBank, "8601 11 17947").unwrap()
            } else {
                PaymentAccount::parse(AccountKind::Bankgiro, "5402-9681").unwrap()
            }),
            reference: Some("20260042106".to_owned()),
            swish: (!norwegian).then(|| PaymentAccount::parse(AccountKind::Swish, "1237856901").unwrap()),
        },
        remark: None,
        attribution: Some("elprisetjustnu.se".to_owned()),
    }
}

/// Draws, and leaves the file in the folder that `STOLPE_LOOK` names, for who wants to see it.
pub(crate) fn drawn(name: &str, page: &DocumentPage) -> Vec<u8> {
    let pdf = document(page).unwrap();
    if let Some(folder) = option_env!("STOLPE_LOOK") {
        std::fs::write(format!("{folder}/{name}.pdf"), &pdf).unwrap();
    }
    pdf
}

#[test]
fn an_invoice_reads_right_in_every_language() {
    for language in Language::ALL {
        let name = format!("invoice-{}", language.tag());
        let pdf = drawn(&name, &page(language, 12));
        let pages: String = (1..=page_count(&pdf)).map(|page| text(&pdf, page)).collect();
        assert_golden(&format!("{name}.txt"), &pages);
    }
}

#[test]
fn what_is_to_be_paid_stands_on_one_page_with_how_it_is_paid() {
    for lines in 1..=7 {
        let pdf = drawn(&format!("month-of-{lines}"), &page(Language::Sv, lines));
        let first = text(&pdf, 1);
        assert!(first.contains("Öresavrundning") && first.contains("Så betalar du"), "{lines} lines:\n{first}");
        let second = text(&pdf, 2);
        assert!(page_count(&pdf) == 1 || second.contains("Så blev priset"), "only the price makes way:\n{second}");
    }
    let mut usual = page(Language::Nb, 3);
    usual.prices.truncate(1);
    assert_eq!(page_count(&drawn("usual-month", &usual)), 1);
}

#[test]
fn a_credit_note_and_a_receipt_ask_for_nothing() {
    let credit = DocumentPage {
        kind: DocumentKind::CreditNote,
        number: Some("2026-0003".to_owned()),
        credits: Some("2026-0042".to_owned()),
        due_on: None,
        days: Vec::new(),
        prices: Vec::new(),
        remark: Some("Laddaren på plats 7 visade för mycket energi den 12 november.".to_owned()),
        ..page(Language::Sv, 2)
    };
    let pdf = drawn("credit-note", &credit);
    assert_golden("credit-note-sv.txt", &text(&pdf, 1));
    let receipt = DocumentPage { kind: DocumentKind::Receipt, due_on: None, ..page(Language::Nb, 1) };
    let pdf = drawn("receipt", &receipt);
    assert_golden("receipt-nb.txt", &text(&pdf, 1));
    let draft = DocumentPage { number: None, ..page(Language::En, 1) };
    let words = text(&drawn("draft", &draft), 1);
    assert!(words.contains("Invoice – draft") && !words.contains("How to pay"), "{words}");
}

#[test]
fn what_was_paid_before_is_taken_off_and_nothing_is_to_be_paid_of_what_is_paid() {
    for (language, words) in [
        (Language::Sv, ["Redan betalt", "Kvar att betala", "Så betalar du"]),
        (Language::Nb, ["Allerede betalt", "Igjen å betale", "Slik betaler du"]),
        (Language::En, ["Already paid", "Left to pay", "How to pay"]),
    ] {
        let whole = page(language, 2);
        let payable = whole.sums.payable;
        let part = DocumentPage { already_paid: Some(money(5_000, payable.currency)), ..whole.clone() };
        let name = format!("invoice-paid-in-part-{}", language.tag());
        let part = drawn(&name, &part);
        let part = text(&part, 1) + &text(&part, 2);
        assert!(words.iter().all(|it| part.contains(it)), "{part}");
        let paid = DocumentPage { already_paid: Some(payable), due_on: None, ..whole };
        let name = format!("invoice-paid-{}", language.tag());
        let paid = text(&drawn(&name, &paid), 1);
        assert!(paid.contains(words[1]) && !paid.contains(words[2]), "{paid}");
    }
}

/// A reminder of two invoices, as the product puts it together.
fn reminder(language: Language) -> DocumentPage {
    let whole = page(language, 1);
    let currency = whole.sums.payable.currency;
    let invoice = |number: &str, due: &str, payable, open| RemindedInvoice {
        number: number.to_owned(),
        issued_on: day("2026-10-01"),
        due_on: day(due),
        payable: money(payable, currency),
        open: money(open, currency),
    };
    let line = |(text, detail), minor| PageLine {
        whose: None,
        text,
        detail,
        energy: None,
        vat: None,
        amount: money(minor, currency),
    };
    let interest =
        ReminderWords::Interest { number: "2026-0031", from: day("2026-10-31"), to: day("2026-12-01"), days: 31 };
    let sums = sums(currency, Pricing::Net, &[(Vat::Exempt, money(6_427, currency))], Rounding::Exact).unwrap();
    DocumentPage {
        kind: DocumentKind::Reminder,
        number: Some("2026-0007".to_owned()),
        period: None,
        days: Vec::new(),
        prices: Vec::new(),
        lines: vec![
            invoice("2026-0031", "2026-10-31", 50_000, 50_000).line(language),
            invoice("2026-0038", "2026-11-15", 43_100, 12_050).line(language),
            line(reminder_text(language, &ReminderWords::Fee), 6_000),
            line(reminder_text(language, &interest), 427),
        ],
        sums: Sums { payable: money(68_477, currency), ..sums },
        remark: Some(reminder_remark(language)),
        attribution: None,
        ..whole
    }
}

#[test]
fn a_reminder_says_what_is_open_and_what_being_late_costs_in_every_language() {
    for language in Language::ALL {
        let name = format!("reminder-{}", language.tag());
        let words = text(&drawn(&name, &reminder(language)), 1);
        assert_golden(&format!("{name}.txt"), &words);
    }
}

#[test]
fn three_hundred_lines_carry_their_sums_from_page_to_page() {
    let page = page(Language::Sv, 299);
    let pdf = drawn("invoice-300", &page);
    let pages = page_count(&pdf);
    assert!(pages > 6, "{pages}");
    let mut taken = 0;
    for number in 1..=pages {
        let words = text(&pdf, number);
        assert!(words.contains(&format!("Sida {number} av {pages}")), "{words}");
        let amount_of = |label: &str| {
            let line = words.lines().find(|line| line.trim_start().starts_with(label))?;
            let digits: String = line[label.len()..].chars().filter(char::is_ascii_digit).collect();
            digits.parse::<i64>().ok()
        };
        if number > 1 && words.contains("Avser") {
            assert_eq!(amount_of("Transport från föregående sida"), Some(taken), "page {number}");
        }
        let rows = words
            .lines()
            .filter(|line| line.trim_start().starts_with("Laddning ") || line.contains("Månadsavgift november"));
        let rows: Vec<i64> =
            rows.map(|line| line.split_whitespace().last().unwrap().replace(',', "").parse().unwrap()).collect();
        taken += rows.iter().sum::<i64>();
        if let Some(over) = amount_of("Transport till nästa sida") {
            assert_eq!(over, taken, "page {number}");
        }
    }
    assert_eq!(taken, page.sums.totals.net.minor, "every line is on a page, and none twice");
}

#[test]
fn long_and_foreign_names_wrap_and_never_run_off_the_page() {
    let mut page = page(Language::Nb, 3);
    let long =
        "Bostadsrättsföreningen Ångströmsgatans-Parkeringsanläggningsgemenskap vid Älvsjö 李 med allt därtill hörande";
    page.recipient.name = long.to_owned();
    page.sender.name = long.repeat(2);
    page.sender.email = Some(format!("{}@exempel.se", "a".repeat(60)));
    page.recipient.facility = long.repeat(2);
    page.recipient.unit_code = Some("A".repeat(60));
    page.lines[0].text = long.repeat(3);
    page.lines[1].detail = Some("x".repeat(300));
    page.prices[0].source = long.to_owned();
    page.remark = Some(long.repeat(4));
    let pdf = drawn("invoice-long", &page);
    let boxes = poppler("pdftotext", &["-bbox"], &pdf);
    let words = boxes.lines().filter(|line| line.contains("<word"));
    let edge = |line: &str, name: &str| -> f32 {
        line.split(&format!("{name}=\"")).nth(1).unwrap().split('"').next().unwrap().parse().unwrap()
    };
    let mut count = 0;
    for word in words {
        count += 1;
        assert!(edge(word, "xMin") > 60.0 && edge(word, "xMax") < 540.0, "{word}");
        assert!(edge(word, "yMin") > 20.0 && edge(word, "yMax") < 830.0, "{word}");
    }
    assert!(count > 200, "{count}");
}

#[test]
fn equal_documents_are_equal_bytes_with_embedded_subsets_of_our_own_fonts() {
    let page = page(Language::En, 25);
    let pdf = document(&page).unwrap();
    assert_eq!(pdf, document(&page).unwrap());
    let fonts = poppler("pdffonts", &[], &pdf);
    let fonts: Vec<&str> = fonts.lines().skip(2).collect();
    assert_eq!(fonts.len(), 2, "{fonts:?}");
    for font in fonts {
        assert!(font.contains('+') && font.contains("yes yes yes"), "{font}");
    }
    assert!(poppler("pdfinfo", &[], &pdf).contains("Tagged:          yes"));
    assert!(pdf.len() < 60_000, "{}", pdf.len());
}

/// Sixty people with five sessions each, as a company gets them: some names are longer than a line, and two are the same.
fn collected(language: Language) -> DocumentPage {
    let mut it = page(language, 299);
    for (place, line) in it.lines.iter_mut().enumerate() {
        let person = place / 5;
        let name = match person % 10 {
            3 => "Wolfeschlegelsteinhausenbergerdorff-Ångströmsdotter von und zu Hohenlohe-Schillingsfürst".to_owned(),
            7 => "Anna Andersson".to_owned(),
            _ => format!("Resenär Nummer {person}"),
        };
        let title = format!("{name}, {}, Avdelning {}", 1_000 + person, person % 6);
        line.whose = Some(PageWhose { person: PersonId(uuid::Uuid::from_u128(person as u128)), title });
    }
    it.recipient = Recipient {
        name: "Åkeriet i Umeå AB".to_owned(),
        reference: Some("4711 Anna".to_owned()),
        unit_code: None,
        ..it.recipient
    };
    it
}

#[test]
fn emp15_a_page_never_ends_with_a_name_and_everybody_has_a_sum() {
    let it = collected(Language::Sv);
    let pdf = document(&it).unwrap();
    let pages: Vec<String> = (1..=page_count(&pdf)).map(|page| text(&pdf, page)).collect();
    let lines = || pages.iter().flat_map(|page| page.lines()).map(str::trim);
    let minor = |line: &str| line.chars().filter(char::is_ascii_digit).collect::<String>().parse::<i64>().unwrap();
    let sums: Vec<i64> = lines().filter_map(|line| line.strip_prefix("Summa utan moms")).map(minor).collect();
    assert!(sums.len() >= 60, "everybody has a sum: {}", sums.len());
    assert_eq!(sums[..60].iter().sum::<i64>(), it.sums.totals.net.minor, "and together they are the document");
    for page in &pages {
        // The last thing on a page before what is carried over is a line or a sum, and no name.
        let mut before = page.lines().map(str::trim).filter(|line| {
            ["Laddning", "Avdelning", "Summa utan moms", "Månadsavgift"].iter().any(|word| line.contains(word))
        });
        assert!(!before.next_back().is_some_and(|line| line.contains("Avdelning")), "{page}");
    }
    assert_eq!(document(&it).unwrap(), pdf, "the same bytes every time");
}
