//! Invoices as files: processor time of each, and of the same words on a bare page.

use std::time::Instant;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;
use serde::Serialize;
use stolpe_documents::document::{
    AddressWindow, DocumentPage, PageLine, Payment, PriceRow, Recipient, Sender, document,
};
use stolpe_documents::pdf::bare_page;
use stolpe_domain::document::{DocumentKind, Rounding, sums};
use stolpe_domain::energy::Energy;
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::tariff::{ComponentKind, Rate, SpotBasis};
use stolpe_domain::vat::{Pricing, Vat, VatRate};

/// How much to measure.
#[derive(Debug, Args)]
pub(crate) struct Invoices {
    /// How many invoices.
    #[arg(long, default_value_t = 2_000)]
    n: usize,
    /// How many lines each has.
    #[arg(long, default_value_t = 25)]
    lines: i64,
}

/// One line of the answer.
#[derive(Serialize)]
struct Line {
    bench: &'static str,
    n: usize,
    threads: usize,
    per_s: u64,
    cpu_us_each: u64,
    floor_cpu_us_each: u64,
    bytes_each: usize,
    rss_mb: u64,
}

pub(super) fn run(what: &Invoices) -> anyhow::Result<()> {
    let count = what.n.max(1);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let start = (Instant::now(), super::cpu_ms());
    let bytes = on_all(threads, count, |place| Ok(document(&invoice(place, what.lines)?)?.len()))?;
    let (elapsed, cpu) = (start.0.elapsed(), super::cpu_ms() - start.1);
    let before = super::cpu_ms();
    on_all(threads, count, |place| Ok(bare_page(&words(&invoice(place, what.lines)?))?.len()))?;
    let floor = super::cpu_ms() - before;
    let each = |ms: u64| ms * 1_000 / u64::try_from(count).unwrap_or(u64::MAX);
    let line = Line {
        bench: "invoices",
        n: count,
        threads,
        per_s: u64::try_from(count as u128 * 1_000_000 / elapsed.as_micros().max(1)).unwrap_or(u64::MAX),
        cpu_us_each: each(cpu),
        floor_cpu_us_each: each(floor),
        bytes_each: bytes / count,
        rss_mb: super::memory_mb("VmHWM:"),
    };
    #[expect(clippy::print_stdout, reason = "the answer of a command")]
    {
        println!("{}", serde_json::to_string(&line)?);
    }
    Ok(())
}

/// Draws on every processor and adds up the lengths of the files.
fn on_all(threads: usize, count: usize, draw: impl Fn(usize) -> anyhow::Result<usize> + Sync) -> anyhow::Result<usize> {
    std::thread::scope(|scope| {
        let draw = &draw;
        let workers: Vec<_> = (0..threads)
            .map(|first| scope.spawn(move || (first..count).step_by(threads).map(draw).sum::<anyhow::Result<usize>>()))
            .collect();
        let sums = workers.into_iter().map(|worker| worker.join().map_err(|_| anyhow::anyhow!("a worker fell"))?);
        sums.sum()
    })
}

/// An invoice of which no line is that of another one.
fn invoice(place: usize, count: i64) -> anyhow::Result<DocumentPage> {
    let own = i64::try_from(place)?;
    let money = |minor| Money::of_minor(minor, Currency::Sek);
    let vat = Vat::Rate(VatRate::of_basis_points(2_500)?);
    let lines: Vec<PageLine> = (0..count)
        .map(|line| {
            let wh = 5_000 + (line * 7_919 + own * 104_729) % 40_000;
            PageLine {
                whose: None,
                text: format!("Laddning {} november, plats P-{:03}", line % 30 + 1, (own + line) % 400),
                detail: None,
                energy: Some(Energy::from_wh(wh)),
                vat: Some(vat),
                amount: money(wh * 14 / 100),
            }
        })
        .collect();
    let energy: Energy = lines.iter().filter_map(|line| line.energy).sum();
    let row = |kind, rate, micro_per_kwh| PriceRow {
        kind,
        rate,
        micro_per_kwh,
        energy,
        times: 0,
        amount: money(energy.wh() * 35 / 1_000),
        source: "Avtal 2026-01-01".to_owned(),
    };
    let per_kwh = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek });
    let amounts: Vec<(Vat, Money)> = lines.iter().filter_map(|line| Some((line.vat?, line.amount))).collect();
    let day = |month, day| NaiveDate::from_ymd_opt(2026, month, day).context("a day");
    let first = day(11, 1)?;
    Ok(DocumentPage {
        kind: DocumentKind::Invoice,
        language: Language::Sv,
        number: Some(format!("2026-{:05}", own + 1)),
        credits: None,
        credits_reminder: false,
        issued_on: day(12, 1)?,
        due_on: Some(day(12, 31)?),
        period: Some((first, day(11, 30)?)),
        sender: Sender {
            name: "Bostads AB Björkbacken".to_owned(),
            address: vec!["Storgatan 5".to_owned(), "903 20 Umeå".to_owned()],
            organisation_number: "556265-1892".to_owned(),
            vat_number: Some("SE556265189201".to_owned()),
            tax_status: Some("Godkänd för F-skatt".to_owned()),
            email: Some("kundtjanst@bjorkbacken.se".to_owned()),
            phone: None,
            logo: None,
        },
        logo: None,
        recipient: Recipient {
            name: format!("Märta Ångström {own}"),
            address: vec![format!("Kungsgatan {} lgh 1101", own % 200), "903 20 Umeå".to_owned()],
            unit_code: Some(format!("A{own}")),
            facility: "Kungsgatan 10–18".to_owned(),
            reference: None,
        },
        window: AddressWindow::Right,
        days: first.iter_days().take(30).zip(lines.iter().filter_map(|line| line.energy)).collect(),
        prices: vec![
            row(ComponentKind::Energy, Rate::Spot(SpotBasis::Quarter), Some(614_237)),
            row(ComponentKind::MarkUp, per_kwh(40_000), None),
            row(ComponentKind::Grid, per_kwh(317_000), None),
            row(ComponentKind::EnergyTax, per_kwh(439_000), None),
        ],
        sums: sums(Currency::Sek, Pricing::Net, &amounts, Rounding::ToWhole)?,
        lines,
        already_paid: None,
        payment: Payment {
            account: Some(PaymentAccount::parse(AccountKind::Bankgiro, "5402-9681")?),
            reference: Some(format!("2026{:05}17", own + 1)),
            swish: Some(PaymentAccount::parse(AccountKind::Swish, "1237856901")?),
        },
        remark: None,
        attribution: Some("elprisetjustnu.se".to_owned()),
    })
}

/// The words of its table, for the bare page.
fn words(page: &DocumentPage) -> Vec<String> {
    let row = |line: &PageLine| {
        let figures = [line.energy.map_or(0, Energy::wh), line.amount.minor];
        [line.text.clone(), figures[0].to_string(), "25 %".to_owned(), figures[1].to_string()]
    };
    page.lines.iter().flat_map(row).collect()
}
