//! Tariffs, prices, charges, documents and their series on both engines.

use chrono::{DateTime, NaiveDate, Utc};
use stolpe_domain::billing::Billing;
use stolpe_domain::charge::ChargeSource;
use stolpe_domain::country::Country;
use stolpe_domain::document::{Break, DocumentKind, DocumentState, FiscalYear, Number, Rounding, sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::facility::{Contact, FacilityDraft};
use stolpe_domain::id::{ChargeId, DocumentId, FacilityId, OrganisationId, TariffId};
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::payment_reference::ReferenceRule;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;
use stolpe_domain::tariff::{Component, ComponentKind, Rate, SpotBasis, Tariff, TariffLine};
use stolpe_domain::vat::{Pricing, Vat, VatRate};
use stolpe_store::charge::Charge;
use stolpe_store::document::{Document, DocumentLine, Issue};
use stolpe_store::{Db, StoreError};
use stolpe_testkit::both;
use uuid::Uuid;

pub(crate) const ORGANISATION: OrganisationId = OrganisationId(Uuid::from_u128(1));
const FACILITY: FacilityId = FacilityId(Uuid::from_u128(2));

pub(crate) const fn document_id(n: u128) -> DocumentId {
    DocumentId(Uuid::from_u128(1_000 + n))
}

fn at() -> DateTime<Utc> {
    "2026-12-01T08:00:00Z".parse().unwrap()
}

fn day(text: &str) -> NaiveDate {
    text.parse().unwrap()
}

fn vat() -> Vat {
    Vat::Rate(VatRate::of_basis_points(2_500).unwrap())
}

const fn sek(minor: i64) -> Money {
    Money::of_minor(minor, Currency::Sek)
}

pub(crate) async fn place(db: &Db) {
    let owner = OrganisationDraft {
        name: "Brf Ekbacken".into(),
        country: Country::Se,
        organisation_number: "556036-0793".into(),
        vat_number: None,
        street: "Storgatan 1".into(),
        postal_code: "392 32".into(),
        city: "Kalmar".into(),
    };
    let it = FacilityDraft {
        code: "A1100".into(),
        name: "Ekbacken".into(),
        country: Country::Se,
        time_zone: None,
        price_area: Some("SE4".into()),
        colour: None,
        contact: Contact::default(),
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_organisation(ORGANISATION, &owner.check().unwrap(), false, at()).await.unwrap();
    tx.insert_facility(FACILITY, ORGANISATION, &it.check().unwrap(), at()).await.unwrap();
    tx.commit().await.unwrap();
}

pub(crate) fn draft(id: DocumentId, amount: i64) -> (Document, Vec<DocumentLine>) {
    let sums = sums(Currency::Sek, Pricing::Net, &[(vat(), sek(amount))], Rounding::ToWhole).unwrap();
    let document = Document {
        id,
        organisation_id: ORGANISATION,
        facility_id: FACILITY,
        person_id: None,
        company_id: None,
        unit_id: None,
        kind: DocumentKind::Invoice,
        state: DocumentState::Draft,
        credits_id: None,
        number: None,
        reference: None,
        issued_on: None,
        due_on: None,
        period: Some((day("2026-11-01"), day("2026-11-30"))),
        language: Language::Sv,
        sums,
        printed: "{}".into(),
        reason: None,
        row_version: 1,
    };
    let line = DocumentLine {
        text: "Laddning november".into(),
        detail: None,
        energy: Some(Energy::from_wh(12_345)),
        vat: vat(),
        amount: sek(amount),
        charge_id: None,
        component: None,
        whose: None,
    };
    (document, vec![line])
}

pub(crate) fn issue(number: Number, on: NaiveDate) -> Issue {
    let reference = ReferenceRule::OcrWithLength.reference(&number.digits()).ok();
    Issue { number, reference, on, due_on: None, state: DocumentState::Issued, printed: "{}".into() }
}

/// Issues in one transaction; `keep` says whether it ends well.
async fn try_to_issue(db: &Db, id: DocumentId, keep: bool) -> Option<Number> {
    let mut tx = db.write().await.unwrap();
    let mut series = tx.lock_series(ORGANISATION, DocumentKind::Invoice, FiscalYear(2026)).await.unwrap();
    let number = series.take(day("2026-12-01")).unwrap();
    tx.issue_document(id, 1, &issue(number, day("2026-12-01"))).await.unwrap();
    tx.put_series(ORGANISATION, DocumentKind::Invoice, &series).await.unwrap();
    if !keep {
        return None;
    }
    tx.commit().await.unwrap();
    Some(number)
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_issue_at_once_leave_neither_gap_nor_double() {
    both(|test| async move {
        place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        for n in 0..60 {
            let (document, lines) = draft(document_id(n), 10_000);
            tx.insert_document(&document, &lines, at()).await.unwrap();
        }
        tx.commit().await.unwrap();

        // Every third one breaks off after it was given a number.
        let all = (0..60).map(|n| {
            let db = test.db.clone();
            async move { try_to_issue(&db, document_id(n), n % 3 != 0).await }
        });
        let mut numbers: Vec<i64> =
            futures::future::join_all(all).await.into_iter().flatten().map(|number| number.place).collect();
        numbers.sort_unstable();
        assert_eq!(numbers, (1..=40).collect::<Vec<_>>());

        let mut conn = test.db.read().await.unwrap();
        let proven = conn.prove_series().await.unwrap();
        assert_eq!(proven.len(), 1);
        assert_eq!((proven[0].proven.documents, &*proven[0].proven.breaks), (40, &[][..]));
    })
    .await;
}

#[tokio::test]
async fn a_numbered_document_stays_and_a_series_that_was_tampered_with_is_found_out() {
    both(|test| async move {
        place(&test.db).await;
        let mut tx = test.db.write().await.unwrap();
        for n in 0..3 {
            let (document, lines) = draft(document_id(n), 10_000);
            tx.insert_document(&document, &lines, at()).await.unwrap();
        }
        tx.commit().await.unwrap();
        for n in 0..2 {
            assert!(try_to_issue(&test.db, document_id(n), true).await.is_some());
        }
        let mut tx = test.db.write().await.unwrap();
        let again = tx
            .issue_document(document_id(1), 2, &issue(Number { year: FiscalYear(2026), place: 3 }, day("2026-12-01")))
            .await;
        assert!(matches!(again, Err(StoreError::Changed)), "numbered once: {again:?}");
        let twice = tx
            .issue_document(document_id(2), 1, &issue(Number { year: FiscalYear(2026), place: 2 }, day("2026-12-01")))
            .await;
        assert!(matches!(twice, Err(StoreError::Taken("document.number_taken"))), "{twice:?}");
        drop(tx);

        let run = async |statement: &'static str| match &test.db {
            Db::Sqlite { writer, .. } => sqlx::query(statement).execute(writer).await.map(|_| ()),
            Db::Postgres { pool, .. } => sqlx::query(statement).execute(pool).await.map(|_| ()),
        };
        run("delete from document_line").await.unwrap();
        run("delete from document_rate").await.unwrap();
        assert!(run("delete from document where place = 1").await.is_err(), "a number is never given back");
        run("update document set place = 4 where place = 2").await.unwrap();
        let proven = test.db.read().await.unwrap().prove_series().await.unwrap();
        let breaks = [Break::Missing(2), Break::Missing(3), Break::Counter { next: 3, expected: 5 }];
        assert_eq!(proven[0].proven.breaks, breaks);
    })
    .await;
}

#[tokio::test]
async fn a_document_is_read_back_as_it_was_written() {
    both(|test| async move {
        place(&test.db).await;
        let (document, lines) = draft(document_id(1), 12_349);
        let mut tx = test.db.write().await.unwrap();
        tx.insert_document(&document, &lines, at()).await.unwrap();
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        assert_eq!(conn.find_document(document.id).await.unwrap().as_ref(), Some(&document));
        assert_eq!(conn.lines_of(&document).await.unwrap(), lines);
        drop(conn);

        let number = try_to_issue(&test.db, document.id, true).await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let issued = conn.find_document(document.id).await.unwrap().unwrap();
        assert_eq!((issued.number, issued.state, issued.row_version), (Some(number), DocumentState::Issued, 2));
        assert_eq!(issued.reference.as_deref(), Some("2026000105"));
        assert_eq!(issued.sums, document.sums);
        drop(conn);

        let (mut credit, lines) = draft(document_id(2), 12_349);
        (credit.kind, credit.credits_id) = (DocumentKind::CreditNote, Some(document.id));
        let mut tx = test.db.write().await.unwrap();
        tx.insert_document(&credit, &lines, at()).await.unwrap();
        assert_eq!(tx.credit_notes_of(document.id).await.unwrap(), [], "a draft takes nothing back");
        let it = issue(Number { year: FiscalYear(2026), place: 1 }, day("2026-12-02"));
        tx.issue_document(credit.id, 1, &it).await.unwrap();
        let notes = tx.credit_notes_of(document.id).await.unwrap();
        assert_eq!(notes.iter().map(|note| note.id).collect::<Vec<_>>(), [credit.id]);
        tx.set_document_state(document.id, 2, DocumentState::Credited, Some("för mycket energi")).await.unwrap();
        let stale = tx.set_document_state(document.id, 2, DocumentState::Paid, None).await;
        assert!(matches!(stale, Err(StoreError::Changed)), "{stale:?}");
        let credited = tx.lock_document(document.id).await.unwrap().unwrap();
        assert_eq!((credited.state, credited.reason.as_deref()), (DocumentState::Credited, Some("för mycket energi")));
    })
    .await;
}

fn charge(n: u128, source_id: u128, month: &str) -> Charge {
    Charge {
        id: ChargeId(Uuid::from_u128(5_000 + n)),
        organisation_id: ORGANISATION,
        facility_id: FACILITY,
        person_id: None,
        unit_id: None,
        source: ChargeSource::Session,
        source_id: Uuid::from_u128(source_id),
        session_id: None,
        month: Month::parse(month).unwrap(),
        text: "Laddning 12 november".into(),
        currency: Currency::Sek,
        energy: Energy::from_wh(2_750),
        lines: vec![TariffLine {
            kind: ComponentKind::Energy,
            rate: Rate::Spot(SpotBasis::HourMean),
            valid_from: day("2026-01-01"),
            vat: vat(),
            source: "Avtal".into(),
            energy: Energy::from_wh(2_750),
            amount: sek(116),
        }],
        document_id: None,
    }
}

#[tokio::test]
async fn nothing_is_charged_twice_and_a_charge_is_on_one_document_at_a_time() {
    both(|test| async move {
        place(&test.db).await;
        let (document, lines) = draft(document_id(1), 116);
        let november = Month::parse("2026-11").unwrap();
        let mut tx = test.db.write().await.unwrap();
        tx.insert_charges(&[&charge(1, 7, "2026-11"), &charge(2, 7, "2026-12")], at()).await.unwrap();
        tx.insert_document(&document, &lines, at()).await.unwrap();
        tx.commit().await.unwrap();
        let mut tx = test.db.write().await.unwrap();
        let again = tx.insert_charges(&[&charge(3, 7, "2026-11")], at()).await;
        assert!(matches!(again, Err(StoreError::Taken("charge.exists"))), "{again:?}");
        drop(tx);

        let mut tx = test.db.write().await.unwrap();
        let open = tx.open_charges(FACILITY, november).await.unwrap();
        assert_eq!(open, [charge(1, 7, "2026-11")], "those of a later month wait");
        tx.place_charges(&[open[0].id], document.id).await.unwrap();
        assert!(matches!(tx.place_charges(&[open[0].id], document.id).await, Err(StoreError::Changed)));
        assert_eq!(tx.open_charges(FACILITY, november).await.unwrap(), []);
        assert_eq!(tx.charges(&[open[0].id]).await.unwrap()[0].document_id, Some(document.id));
        assert_eq!(tx.charges_of_sessions(&[]).await.unwrap().len(), 0);
        assert_eq!(tx.free_charges(document.id).await.unwrap(), 1);
        assert_eq!(tx.open_charges(FACILITY, november).await.unwrap().len(), 1);
    })
    .await;
}

#[tokio::test]
async fn tariffs_and_particulars_are_read_back_as_they_were_written() {
    both(|test| async move {
        place(&test.db).await;
        let row = |kind, rate, from: &str| Component {
            kind,
            rate,
            valid_from: day(from),
            valid_until: None,
            vat: vat(),
            source: "Avtal".into(),
        };
        let price = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek });
        let rows = vec![
            row(ComponentKind::StartFee, Rate::Each(sek(500)), "2026-01-01"),
            row(ComponentKind::Energy, price(1_250_000), "2026-01-01"),
            row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), "2026-06-01"),
        ];
        let tariff = Tariff::check(Currency::Sek, rows).unwrap();
        let id = TariffId(Uuid::from_u128(9));
        let mut tx = test.db.write().await.unwrap();
        assert!(tx.find_tariff(FACILITY).await.unwrap().is_none());
        tx.insert_tariff(id, FACILITY, &tariff, at()).await.unwrap();
        let kept = tx.find_tariff(FACILITY).await.unwrap().unwrap();
        assert_eq!((kept.id, &kept.tariff, kept.row_version), (id, &tariff, 1));
        let simpler = Tariff::check(Currency::Sek, vec![row(ComponentKind::Energy, price(1), "2026-01-01")]).unwrap();
        tx.update_tariff(id, 1, &simpler).await.unwrap();
        assert_eq!(tx.find_tariff(FACILITY).await.unwrap().unwrap().tariff, simpler);
        assert!(matches!(tx.update_tariff(id, 1, &tariff).await, Err(StoreError::Changed)));

        let mut billing = Billing {
            account: PaymentAccount::parse(AccountKind::Bankgiro, "5402-9681").ok(),
            swish: None,
            reference_rule: ReferenceRule::OcrWithLength,
            due_days: 30,
            rounds: true,
            carries_over: true,
            fiscal_year_begins_month: 5,
            tax_status: None,
        };
        tx.put_billing(ORGANISATION, 0, &billing).await.unwrap();
        assert_eq!(tx.find_billing(ORGANISATION).await.unwrap(), Some((billing.clone(), 1)));
        billing.tax_status = Some("Godkänd för F-skatt".into());
        tx.put_billing(ORGANISATION, 1, &billing).await.unwrap();
        assert_eq!(tx.find_billing(ORGANISATION).await.unwrap(), Some((billing.clone(), 2)));
        assert!(matches!(tx.put_billing(ORGANISATION, 1, &billing).await, Err(StoreError::Changed)));
    })
    .await;
}

#[tokio::test]
async fn prices_are_written_once_and_a_correction_is_counted() {
    both(|test| async move {
        let quarter = Quarter::from_number;
        let price = |micro_per_kwh| EnergyPrice { micro_per_kwh, currency: Currency::Sek };
        let all = [(quarter(10), price(100)), (quarter(11), price(-5)), (quarter(13), price(7))];
        let mut tx = test.db.write().await.unwrap();
        assert_eq!(tx.put_market_prices(PriceArea::Se3, "elprisetjustnu", &all, at()).await.unwrap(), 3);
        assert_eq!(tx.put_market_prices(PriceArea::Se3, "elprisetjustnu", &all, at()).await.unwrap(), 0);
        let corrected = [(quarter(11), price(6)), (quarter(13), price(7))];
        assert_eq!(tx.put_market_prices(PriceArea::Se3, "entsoe", &corrected, at()).await.unwrap(), 1);
        tx.commit().await.unwrap();
        let mut conn = test.db.read().await.unwrap();
        let known = conn.market_prices(PriceArea::Se3, Currency::Sek, quarter(11)..quarter(13)).await.unwrap();
        assert_eq!((known.len(), known.quarter(quarter(11))), (1, Some(6)));
        assert!(conn.market_prices(PriceArea::Se4, Currency::Sek, quarter(0)..quarter(99)).await.unwrap().is_empty());
        assert_eq!(conn.last_market_price(PriceArea::Se3, Currency::Sek).await.unwrap(), Some(quarter(13)));
        assert_eq!(conn.last_market_price(PriceArea::Se3, Currency::Eur).await.unwrap(), None);
    })
    .await;
}
