//! E-invoices as a receiver's network takes them: by the schema of UBL 2.1 and the rules of EN 16931 and Peppol, and broken
//! ones not.

use crate::reader::assert_golden;
use crate::xml_rules::{Judged, e_invoice_rules, judge, published};
use chrono::NaiveDate;
use std::collections::BTreeMap;
use std::path::PathBuf;
use stolpe_documents::e_invoice::{Enclosed, e_invoice, e_invoice_name};
use stolpe_domain::country::Country;
use stolpe_domain::document::{DocumentKind, DocumentState, Rounding, Sums, credit, left_of, sums};
use stolpe_domain::e_invoice::{EInvoice, Facts, Owed};
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation_number::OrganisationNumber;
use stolpe_domain::payer::{Gln, Party, Payer};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::postal_code::PostalCode;
use stolpe_domain::vat::{Pricing, Vat, VatRate};
use stolpe_domain::vat_number::VatNumber;

fn day(month: u32, day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day).unwrap()
}

fn rate(points: u16) -> Vat {
    Vat::Rate(VatRate::of_basis_points(points).unwrap())
}

fn party(country: Country, number: &str, name: &str) -> Party {
    let number = OrganisationNumber::parse(country, number).unwrap();
    let (code, city) = if country == Country::Se { ("90320", "Umeå") } else { ("0150", "Oslo") };
    Party {
        name: name.to_owned(),
        vat_number: Some(VatNumber::of(&number)),
        organisation_number: number,
        street: "Storgatan 1 & 2".to_owned(),
        postal_code: PostalCode::parse(country, code).unwrap(),
        city: city.to_owned(),
        gln: None,
    }
}

fn owed(currency: Currency, text: &str, vat: Vat, minor: i64, wh: i64) -> Owed {
    let energy = (wh != 0).then(|| Energy::from_wh(wh));
    Owed {
        whose: None,
        text: text.to_owned(),
        detail: Some("18:02–23:40".to_owned()),
        energy,
        vat,
        amount: Money::of_minor(minor, currency),
    }
}

fn facts(country: Country, lines: &[(&str, Vat, i64, i64)], rounding: Rounding) -> Facts {
    let swedish = country == Country::Se;
    let currency = if swedish { Currency::Sek } else { Currency::Nok };
    let lines: Vec<Owed> = lines.iter().map(|(text, vat, minor, wh)| owed(currency, text, *vat, *minor, *wh)).collect();
    let amounts: Vec<(Vat, Money)> = lines.iter().map(|line| (line.vat, line.amount)).collect();
    let account = |kind, digits| PaymentAccount::parse(kind, digits).ok();
    let (seller, buyer) = if swedish { ("556265-1892", "202100-5489") } else { ("974 760 673", "991825827") };
    Facts {
        kind: DocumentKind::Invoice,
        state: DocumentState::Sent,
        language: if swedish { Language::Sv } else { Language::Nb },
        number: Some("2026-0001".to_owned()),
        issued_on: Some(day(11, 2)),
        due_on: Some(day(12, 2)),
        period: Some((day(10, 1), day(10, 31))),
        credits: None,
        seller: Some(party(country, seller, "Laddboden <AB>")),
        tax_status: Some(if swedish { "Godkänd för F-skatt" } else { "Foretaksregisteret" }.to_owned()),
        contact: (Some("hej@laddboden.example".to_owned()), Some("+46 90 12 34 56".to_owned())),
        payer: Some(Payer {
            party: party(country, buyer, "Betalaren"),
            reference: Some("4711 \"Anna\"".to_owned()),
            email: None,
            collects: false,
        }),
        sums: sums(currency, Pricing::Net, &amounts, rounding).unwrap(),
        lines,
        payment: if swedish {
            (account(AccountKind::Bankgiro, "5402-9681"), Some("1234574".to_owned()))
        } else {
            (account(AccountKind::NorwegianBank, "86011117947"), Some("234567891234564".to_owned()))
        },
        remark: None,
    }
}

fn swedish(lines: &[(&str, Vat, i64, i64)]) -> Facts {
    facts(Country::Se, lines, Rounding::ToWhole)
}

fn several_rates() -> Facts {
    swedish(&[
        ("Laddning 3 oktober, P-01", rate(2_500), 2_469, 12_345),
        ("Laddning 4 oktober, P-01", rate(2_500), 1_000, 3_000),
        ("Rättelse av laddning 1 september, P-01", rate(2_500), -333, 7_001),
        ("Resa", rate(600), 11_700, 0),
        ("Mat", rate(1_200), 990, 0),
        ("Hyra av bostad", Vat::Exempt, 50_000, 0),
        ("Export", rate(0), 12_300, 0),
        ("Gratis", rate(2_500), 0, 500),
    ])
}

/// A credit note of these lines of an invoice, or of what is left of it.
fn credited(invoice: &Facts, earlier: &[Sums], lines: Option<&[usize]>) -> Facts {
    let currency = invoice.sums.payable.currency;
    let mut asked: BTreeMap<Vat, Money> = BTreeMap::new();
    let lines: Vec<Owed> = if let Some(places) = lines {
        let lines: Vec<Owed> = places.iter().map(|place| invoice.lines[*place].clone()).collect();
        for line in &lines {
            let sum = asked.entry(line.vat).or_insert(Money::zero(currency));
            *sum = sum.plus(line.amount).unwrap();
        }
        lines
    } else {
        asked = left_of(&invoice.sums, earlier).unwrap();
        let rest = |(vat, net): (&Vat, &Money)| owed(currency, "Återstående belopp", *vat, net.minor, 0);
        asked.iter().filter(|(_, net)| net.minor != 0).map(rest).collect()
    };
    Facts {
        kind: DocumentKind::CreditNote,
        state: DocumentState::Issued,
        number: Some("2026-0002".to_owned()),
        due_on: None,
        credits: Some(("2026-0001".to_owned(), day(11, 2))),
        sums: credit(&invoice.sums, earlier, &asked).unwrap().0,
        payment: (None, None),
        remark: Some("Fel mätarställning".to_owned()),
        lines,
        ..invoice.clone()
    }
}

/// One of every kind, by name.
fn every_kind() -> Vec<(&'static str, Facts)> {
    let several = several_rates();
    let part = credited(&several, &[], Some(&[0, 3]));
    let rest = credited(&several, std::slice::from_ref(&part.sums), None);
    let mut by_gln = several_rates();
    if let Some(payer) = &mut by_gln.payer {
        payer.party.gln = Gln::parse("7350053850019").ok();
    }
    let mut unregistered = swedish(&[("Laddning", Vat::Exempt, 12_345, 10_000)]);
    if let Some(seller) = &mut unregistered.seller {
        seller.vat_number = None;
    }
    let mut plusgiro = swedish(&[("Laddning", rate(2_500), 12_345, 10_000)]);
    plusgiro.payment.0 = PaymentAccount::parse(AccountKind::Plusgiro, "28 65 43-4").ok();
    let mut long = swedish(&[(&"Ladd\u{fc}ning ".repeat(60), rate(2_500), i64::from(i32::MAX) * 1_000, 987_654_321)]);
    if let Some(seller) = &mut long.seller {
        seller.name = "Bostadsrättsföreningen ".repeat(8);
    }
    let mut collected = several_rates();
    for (line, whose) in collected.lines.iter_mut().zip(["Åsa Ek, A-17", "Åsa Ek, A-17", "Bo <Ek> & co"]) {
        line.whose = Some(whose.to_owned());
    }
    let norwegian = [
        ("Lading 3. oktober", rate(2_500), 2_469, 12_345),
        ("Mat", rate(1_500), 999, 0),
        ("Reise", rate(1_200), 1, 0),
        ("Utleie av bolig", Vat::Exempt, 100, 0),
    ];
    vec![
        ("several-rates", several.clone()),
        ("of-all", credited(&several, &[], None)),
        ("of-a-part", part),
        ("of-the-rest", rest),
        ("by-gln", by_gln),
        ("collected-note", credited(&collected, &[], Some(&[0]))),
        ("collected", collected),
        ("unregistered", unregistered),
        ("plusgiro", plusgiro),
        ("long", long),
        ("reverse-charge", swedish(&[("Bygg", Vat::ReverseCharge, 100_000, 0)])),
        ("nothing-to-pay", swedish(&[("Av", rate(2_500), 500, 0), ("På", rate(2_500), -500, 0)])),
        ("in-favour", swedish(&[("Av", rate(2_500), 500, 0), ("På", rate(600), -900, 0)])),
        ("norwegian", facts(Country::No, &norwegian, Rounding::ToWhole)),
        ("norwegian-exact", facts(Country::No, &norwegian, Rounding::Exact)),
        ("norwegian-note", credited(&facts(Country::No, &norwegian, Rounding::ToWhole), &[], Some(&[1]))),
    ]
}

fn written(facts: Facts) -> Vec<u8> {
    let paper = Enclosed { name: "faktura-2026-0001.pdf", content: b"%PDF-1.7" };
    e_invoice(&EInvoice::of(facts).expect("an e-invoice"), Some(paper))
}

/// Lays files out and has them judged; nothing where there is no schema.
fn judged(files: &[(&str, Vec<u8>)]) -> Option<Vec<Judged>> {
    let schema = published("einvoice/validation/ubl-2.1-xsd-invoice-creditnote.zip")?;
    let folder = tempfile::tempdir().unwrap();
    let laid = files.iter().map(|(name, content)| {
        let path = folder.path().join(format!("{name}.xml"));
        std::fs::write(&path, content).unwrap();
        path
    });
    let laid: Vec<PathBuf> = laid.collect();
    Some(judge(&schema, e_invoice_rules().as_deref(), &laid))
}

#[test]
fn every_kind_of_e_invoice_keeps_the_schema_and_the_rules() {
    let files: Vec<_> = every_kind().into_iter().map(|(name, facts)| (name, written(facts))).collect();
    if let Some(judged) = judged(&files) {
        assert_eq!(judged.len(), files.len());
        let refused: Vec<&Judged> = judged.iter().filter(|judged| !judged.holds()).collect();
        assert!(refused.is_empty(), "{refused:#?}");
        println!("{} e-invoices were held against the schema and {} sets of rules", judged.len(), judged[0].rules);
    }
}

#[test]
fn what_is_broken_is_refused() {
    let whole = String::from_utf8(written(several_rates())).unwrap();
    let broken = |from: &str, to: &str| {
        assert!(whole.contains(from), "{from}");
        whole.replace(from, to).into_bytes()
    };
    let reference = "<cbc:BuyerReference>4711 &quot;Anna&quot;</cbc:BuyerReference>";
    let files = [
        ("no-number", broken("<cbc:ID>2026-0001</cbc:ID>\n  <cbc:IssueDate>", "<cbc:IssueDate>")),
        ("PEPPOL-EN16931-R003", broken(reference, "")),
        (
            "BR-CO-10",
            broken("LineExtensionAmount currencyID=\"SEK\">24.69", "LineExtensionAmount currencyID=\"SEK\">24.96"),
        ),
        ("BR-CO-16", broken("PayableAmount currencyID=\"SEK\">", "PayableAmount currencyID=\"SEK\">1")),
        ("SE-R-005", broken("Godkänd för F-skatt", "Har F-skatt")),
        ("BR-CO-26", broken(">Laddboden &lt;AB&gt;<", "><")),
    ];
    let Some(judged) = judged(&files) else { return };
    for judged in judged {
        let rule = judged.file.trim_end_matches(".xml");
        let fired: Vec<&str> = judged.fired.iter().map(|fired| &*fired.rule).collect();
        match rule {
            "no-number" => assert!(!judged.schema.is_empty()),
            _ if judged.rules == 0 => {}
            // A name that is empty breaks the rule against empty elements before any other.
            "BR-CO-26" => assert!(!judged.holds(), "{fired:?}"),
            rule => assert!(judged.breaks(rule), "{rule} is not among {fired:?}"),
        }
    }
}

#[test]
fn what_others_have_published_is_judged_as_they_say() {
    let Some(folder) = published("einvoice") else { return };
    let rules = e_invoice_rules();
    let schema = folder.join("validation/ubl-2.1-xsd-invoice-creditnote.zip");
    let files = |folder: PathBuf, beginning: &str| -> Vec<PathBuf> {
        let all = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        all.filter(|path| path.is_file() && path.file_name().unwrap().to_string_lossy().starts_with(beginning))
            .collect()
    };
    let examples = judge(&schema, rules.as_deref(), &files(folder.clone(), "peppol_"));
    assert!(examples.len() >= 6 && examples.iter().all(Judged::holds), "{examples:#?}");
    let minimal = judge(&schema, rules.as_deref(), &files(folder.clone(), "en16931_"));
    assert!(minimal.iter().all(|it| it.schema.is_empty() && it.holds() == (it.rules == 0)), "{minimal:#?}");
    if rules.is_some() {
        let sets = judge(&schema, rules.as_deref(), &files(folder.join("unit"), ""));
        let wrong: Vec<&Judged> = sets.iter().filter(|set| !set.wrong.is_empty()).collect();
        assert!(wrong.is_empty(), "{wrong:#?}");
        println!("{} published documents came out as they should", sets.iter().map(|set| set.cases).sum::<usize>());
    }
}

#[test]
fn an_e_invoice_reads_as_it_did() {
    let kinds = every_kind();
    for (name, facts) in
        kinds.into_iter().filter(|(name, _)| ["several-rates", "of-a-part", "norwegian"].contains(name))
    {
        let (once, again) = (written(facts.clone()), written(facts));
        assert_eq!(once, again);
        assert_golden(&format!("e-invoice-{name}.xml"), &String::from_utf8(once).unwrap());
    }
    assert_eq!(e_invoice_name("faktura-2026-0001.pdf"), "faktura-2026-0001.xml");
}
