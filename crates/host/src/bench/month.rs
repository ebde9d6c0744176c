//! A month run through the product itself: planned, charged, numbered, drawn and written to files.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::import::set_up_and_sign_in;
use super::{EngineArg, Scratch, cpu_ms, engine_word, memory_mb, points};
use anyhow::Context as _;
use chrono::{Days, NaiveDate, TimeDelta};
use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _};
use serde::Serialize;
use std::path::Path;
use std::sync::Arc;
use std::time::Instant;
use stolpe_app::{App, Ctx, MonthWish, Retention};
use stolpe_documents::pdf::bare_page;
use stolpe_domain::billing::Billing;
use stolpe_domain::charging::doubt::Doubts;
use stolpe_domain::charging::reading::{Certainty, Interval};
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, DocumentId, FacilityId, MonthRunId, PersonId, SessionId};
use stolpe_domain::language::Language;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::payment_reference::ReferenceRule;
use stolpe_domain::person::PersonDraft;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::quarter::Quarter;
use stolpe_domain::tariff::{Component, ComponentKind, Rate, Tariff};
use stolpe_domain::vat::{Vat, VatRate};
use stolpe_host::{Config, FixedKey, Host, Imap, PaymentAddresses, Place, PriceAddresses, SmsAddresses, Smtp};
use stolpe_store::document::{DocumentFilter, DocumentKey};
use stolpe_store::job::{Job, JobState};
use stolpe_store::page::Order;
use stolpe_store::session::Session;

/// Documents of a page of their list.
const PAGE: i64 = 1_000;
/// A session of two hours.
const QUARTERS: i64 = 8;

/// How much to measure.
#[derive(Debug, Args)]
pub(crate) struct MonthOf {
    #[command(flatten)]
    scratch: Scratch,
    /// How many sessions, each of another person.
    #[arg(long, default_value_t = 10_000)]
    sessions: usize,
}

/// What a month cost.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    sessions: usize,
    total_ms: u64,
    plan_ms: u64,
    /// Settled anew, charged, numbered, and written down.
    charge_ms: u64,
    /// Read, drawn, and written to files.
    draw_ms: u64,
    /// What this process used of its processors.
    cpu_ms: u64,
    bytes_each: u64,
    /// As many bare pages of a few words, drawn and written to files: no database, nothing decided.
    floor_ms: u64,
    floor_cpu_ms: u64,
    rss_before_mb: u64,
    rss_peak_mb: u64,
}

pub(super) async fn run(what: &MonthOf) -> anyhow::Result<()> {
    let scratch = &what.scratch;
    let place = match (&scratch.engine, &scratch.database_url) {
        (EngineArg::Sqlite, _) => Place::Embedded(scratch.folder.clone()),
        (EngineArg::Postgres, Some(url)) => Place::Postgres(url.clone()),
        (EngineArg::Postgres, None) => anyhow::bail!("give --database-url"),
    };
    let papers = scratch.folder.join("papers");
    std::fs::create_dir_all(&papers)?;
    let host = Host::start(Config {
        place,
        keeper: Arc::new(FixedKey::parse(&"5a".repeat(32))?),
        mailer: Smtp::default(),
        mailboxes: Imap::default(),
        longest_sign_in: None,
        price_addresses: PriceAddresses::default(),
        payment_addresses: PaymentAddresses::default(),
        sms_addresses: SmsAddresses::default(),
        payment_authorities: None,
        retention: Retention::default(),
    })
    .await?;
    let app = host.app();
    let ctx = fill(app, what.sessions).await?;
    let rss_before_mb = memory_mb("VmRSS:");

    let (start, cpu) = (Instant::now(), cpu_ms());
    let month = Month::of(first_day()?);
    let organisation = app.list_facilities(&ctx).await?.first().context("no facility")?.organisation_id;
    let plan = ended(app, &ctx, app.plan_month(&ctx, organisation, None, month).await?).await?;
    let run: MonthRunId =
        serde_json::from_value(plan.result.context("no result")?["runId"].clone()).context("no run")?;
    let plan_ms = since(start);
    let began = Instant::now();
    let made = ended(app, &ctx, app.commit_month(&ctx, run, MonthWish::default()).await?).await?;
    let documents = made.result.context("no result")?["documents"].as_u64();
    anyhow::ensure!(documents == Some(what.sessions as u64), "{documents:?} documents");
    let charge_ms = since(began);
    let began = Instant::now();
    let bytes = draw(app, &ctx, &papers).await?;
    let (draw_ms, total_ms, used_ms) = (since(began), since(start), cpu_ms() - cpu);
    let rss_peak_mb = memory_mb("VmHWM:");

    let (start, cpu) = (Instant::now(), cpu_ms());
    floor(what.sessions, &papers)?;
    let line = Line {
        bench: "month",
        engine: engine_word(app.db().engine()),
        sessions: what.sessions,
        total_ms,
        plan_ms,
        charge_ms,
        draw_ms,
        cpu_ms: used_ms,
        bytes_each: bytes / what.sessions.max(1) as u64,
        floor_ms: since(start),
        floor_cpu_ms: cpu_ms() - cpu,
        rss_before_mb,
        rss_peak_mb,
    };
    println!("{}", serde_json::to_string(&line)?);
    anyhow::ensure!(app.prove_documents().await?.holds(), "the documents do not hold");
    host.stop().await;
    std::fs::remove_dir_all(&papers)?;
    scratch.remove()
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// The first day of the month that is charged: long over, and within what is settled.
fn first_day() -> anyhow::Result<NaiveDate> {
    NaiveDate::from_ymd_opt(2026, 1, 1).context("a day")
}

/// An installation with so many people, each with one session; answers its owner.
async fn fill(app: &App, count: usize) -> anyhow::Result<Ctx> {
    let (facility, owner) = set_up_and_sign_in(app).await?;
    let point = points::add(app, facility, 1).await?.first().context("no charge point")?.id;
    let facility = app.list_facilities(&owner).await?.into_iter().next().context("no facility")?;
    let mut tx = app.db().write().await?;
    tx.put_billing(facility.organisation_id, 0, &billing()?).await?;
    tx.insert_tariff(owner.new_id(), facility.id, &tariff()?, owner.at).await?;
    for n in 0..count {
        let person: PersonId = owner.id_in_order(n);
        // As long as the key of a collation, and as evenly spread.
        let sort_key = format!("{:08x}{n:040x}", (n * 2_654_435_761) % 4_294_967_296).into_bytes();
        tx.insert_person(person, facility.organisation_id, &draft(n), &sort_key, None, owner.at).await?;
        let session = session(&owner, n, (facility.id, point, person))?;
        let first = Quarter::containing(session.started_at).number();
        let quarter = |n| {
            let energy = Energy::from_wh(session.energy.wh() / QUARTERS);
            Interval { quarter: Quarter::from_number(first + n), energy, certainty: Certainty::Measured }
        };
        tx.insert_session(&session).await?;
        tx.put_intervals(session.id, &(0..QUARTERS).map(quarter).collect::<Vec<_>>()).await?;
    }
    tx.commit().await?;
    Ok(owner)
}

fn billing() -> anyhow::Result<Billing> {
    Ok(Billing {
        account: Some(PaymentAccount::parse(AccountKind::Bankgiro, "5402-9681")?),
        swish: Some(PaymentAccount::parse(AccountKind::Swish, "1237856901")?),
        reference_rule: ReferenceRule::OcrWithLength,
        due_days: 30,
        rounds: true,
        carries_over: true,
        fiscal_year_begins_month: 1,
        tax_status: Some("Godkänd för F-skatt".to_owned()),
    })
}

fn tariff() -> anyhow::Result<Tariff> {
    let vat = Vat::Rate(VatRate::of_basis_points(2_500)?);
    let per_kwh = |micro_per_kwh| Rate::PerKwh(EnergyPrice { micro_per_kwh, currency: Currency::Sek });
    let valid_from = first_day()?;
    let row = |(kind, rate)| Component {
        kind,
        rate,
        valid_from,
        valid_until: None,
        vat,
        source: "Avtal 2026-01-01".to_owned(),
    };
    let rows = [
        (ComponentKind::Energy, per_kwh(614_237)),
        (ComponentKind::MarkUp, per_kwh(40_000)),
        (ComponentKind::Grid, per_kwh(317_000)),
        (ComponentKind::EnergyTax, per_kwh(439_000)),
        (ComponentKind::MonthlyFee, Rate::Each(Money::of_minor(4_900, Currency::Sek))),
    ];
    Tariff::check(Currency::Sek, rows.map(row).into()).map_err(|faults| anyhow::anyhow!("{faults:?}"))
}

fn draft(n: usize) -> PersonDraft {
    PersonDraft {
        given_name: format!("Förnamn{}", n % 997),
        family_name: format!("Efternamn{n}"),
        email: Some(format!("person{n}@example.com")),
        phone: None,
        language: Language::Sv,
        street: Some(format!("Storgatan {}", n % 500)),
        postal_code: Some("111 11".to_owned()),
        city: Some("Stockholm".to_owned()),
        protected_identity: false,
        note: None,
        department_id: None,
        staff_number: None,
        payer: None,
        channel: None,
        personal_number: None,
    }
}

/// A session on one of the days of the month.
fn session(
    ctx: &Ctx,
    n: usize,
    (facility, charge_point, person): (FacilityId, ChargePointId, PersonId),
) -> anyhow::Result<Session> {
    let id: SessionId = ctx.id_in_order(n);
    let day = first_day()? + Days::new(u64::try_from(n % 31)?);
    let started_at = day.and_hms_opt(6, 0, 0).context("a morning")?.and_utc();
    let stopped_at = started_at + TimeDelta::minutes(15 * QUARTERS);
    let wh = QUARTERS * (500 + i64::try_from(n % 1_900)?);
    Ok(Session {
        id,
        charge_point,
        facility,
        connector: 1,
        tag: Some(format!("T{n}")),
        person: Some(person),
        transaction_id: None,
        start_key: *id.uuid().as_bytes(),
        state: SessionState::Closed,
        doubts: Doubts::default(),
        claimed_start_at: Some(started_at),
        started_at,
        start: Some(Energy::ZERO),
        claimed_stop_at: Some(stopped_at),
        stopped_at: Some(stopped_at),
        stop: Some(Energy::from_wh(wh)),
        stop_tag: None,
        stop_reason: None,
        stop_digest: None,
        energy: Energy::from_wh(wh),
        judged: None,
        row_version: 1,
        created_at: started_at,
    })
}

/// The end of a task.
async fn ended(app: &App, ctx: &Ctx, job: Job) -> anyhow::Result<Job> {
    let mut feed = app.feed().listen();
    loop {
        let job = app.job(ctx, job.id).await?;
        match job.state {
            JobState::Running => {}
            JobState::Done => return Ok(job),
            _ => anyhow::bail!("the task ended otherwise: {job:?}"),
        }
        // Each document tells of itself too. Falling behind is no matter: the task is asked again.
        while feed.recv().await.is_ok_and(|told| told.action != "job.moved") {}
    }
}

/// Draws every document, on all processors, and writes it to a file; answers how long the files are together.
async fn draw(app: &App, ctx: &Ctx, papers: &Path) -> anyhow::Result<u64> {
    let facilities = app.list_facilities(ctx).await?.into_iter().map(|it| it.id).collect();
    let filter = DocumentFilter { facilities, ..DocumentFilter::default() };
    let (mut after, mut ids): (Option<DocumentKey>, Vec<DocumentId>) = (None, Vec::new());
    loop {
        let page = app.db().read().await?.list_documents(&filter, Order::Oldest, after, PAGE).await?;
        ids.extend(page.items.iter().map(|it| it.document.id));
        after = page.items.last().map(|it| DocumentKey { created_at: it.created_at, id: it.document.id });
        if !page.more {
            break;
        }
    }
    let drawn = ids.into_iter().map(|id| async move {
        let (name, content) = app.document_file(ctx, id).await?;
        let length = content.len() as u64;
        tokio::fs::write(papers.join(name), content).await?;
        anyhow::Ok(length)
    });
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    futures::stream::iter(drawn).buffer_unordered(2 * threads).try_fold(0, |sum, it| async move { Ok(sum + it) }).await
}

fn floor(count: usize, papers: &Path) -> anyhow::Result<()> {
    for n in 0..count {
        let words = ["Faktura".to_owned(), n.to_string(), "Att betala".to_owned(), format!("{} kr", n % 1_000)];
        std::fs::write(papers.join(format!("floor-{n}.pdf")), bare_page(&words)?)?;
    }
    Ok(())
}
