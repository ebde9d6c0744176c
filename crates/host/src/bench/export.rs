//! A long list to a file, through the product itself: as fast for a million rows as for a tenth of them, and in as little
//! memory.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::{EngineArg, Scratch, cpu_ms, engine_word, memory_mb};
use anyhow::Context as _;
use chrono::{DateTime, SubsecRound as _, TimeDelta, Utc};
use serde::Serialize;
use std::sync::Arc;
use std::time::Instant;
use stolpe_app::{App, ChargingPlace, Ctx, SessionFilter, TableFormat};
use stolpe_domain::charge_point::{Access, ChargePointDraft, PhaseRotation};
use stolpe_domain::circuit::CircuitDraft;
use stolpe_domain::id::{ChargePointId, FacilityId};
use stolpe_host::{
    Config, FixedKey, Host, Imap, PaymentAddresses, Place, PriceAddresses, Retention, SmsAddresses, Smtp,
};
use stolpe_store::bench::BareSession;

/// People who charge.
const PEOPLE: i64 = 1_000;
/// Rows that the floor reads at a time, as the product does.
const PAGE: i64 = 1_000;

/// What a file cost.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    /// Rows in the file; the database holds as many as the longest file.
    n: u64,
    total_ms: u64,
    per_s: u64,
    /// Processor time of a row.
    cpu_us_each: u64,
    mb: u64,
    /// The most memory while the file was written, and what there was before.
    rss_mb: u64,
    rss_before_mb: u64,
    /// The same rows read with one statement a page and given to the same writer of CSV, with nothing decided, named or
    /// worded.
    floor_ms: u64,
    floor_per_s: u64,
    floor_cpu_us_each: u64,
}

/// What one way of writing rows cost.
struct Cost {
    rows: u64,
    bytes: u64,
    ms: u64,
    cpu_ms: u64,
    rss_mb: u64,
}

pub(super) async fn run(scratch: &Scratch) -> anyhow::Result<()> {
    let place = match (&scratch.engine, &scratch.database_url) {
        (EngineArg::Sqlite, _) => Place::Embedded(scratch.folder.clone()),
        (EngineArg::Postgres, Some(url)) => Place::Postgres(url.clone()),
        (EngineArg::Postgres, None) => anyhow::bail!("give --database-url"),
    };
    let host = Host::start(Config {
        place,
        keeper: Arc::new(FixedKey::parse(&"5a".repeat(32))?),
        mailer: Smtp::default(),
        mailboxes: Imap::default(),
        price_addresses: PriceAddresses::default(),
        payment_addresses: PaymentAddresses::default(),
        sms_addresses: SmsAddresses::default(),
        payment_authorities: None,
        retention: Retention::default(),
        longest_sign_in: None,
    })
    .await?;
    let app = host.app();
    let facility = super::import::set_up(app).await?;
    // SQLite counts the minutes in whole seconds.
    let begin = app.now().trunc_subsecs(0) - TimeDelta::minutes(scratch.n);
    fill(app, facility, scratch.n, begin).await?;
    for count in [scratch.n / 10, scratch.n] {
        let since = begin + TimeDelta::minutes(scratch.n - count);
        for (bench, format) in
            [("export.sessions.nordic", TableFormat::Nordic), ("export.sessions.json", TableFormat::JsonLines)]
        {
            let rss_before_mb = memory_mb("VmRSS:");
            let it = write(app, facility, since, format).await?;
            let floor = floor(app, facility, since).await?;
            anyhow::ensure!(i64::try_from(it.rows)? == count && floor.rows == it.rows, "rows are missing");
            let per_s = |cost: &Cost| cost.rows * 1_000 / cost.ms.max(1);
            let each = |cost: &Cost| cost.cpu_ms * 1_000 / cost.rows.max(1);
            let line = Line {
                bench,
                engine: engine_word(app.db().engine()),
                n: it.rows,
                total_ms: it.ms,
                per_s: per_s(&it),
                cpu_us_each: each(&it),
                mb: it.bytes / 1_000_000,
                rss_mb: it.rss_mb,
                rss_before_mb,
                floor_ms: floor.ms,
                floor_per_s: per_s(&floor),
                floor_cpu_us_each: each(&floor),
            };
            println!("{}", serde_json::to_string(&line)?);
        }
    }
    host.stop().await;
    drop(host);
    scratch.remove()
}

fn since(start: Instant) -> u64 {
    u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// A file of the product, counted and thrown away.
async fn write(app: &App, facility: FacilityId, from: DateTime<Utc>, format: TableFormat) -> anyhow::Result<Cost> {
    let place = ChargingPlace { facility: Some(facility), organisation: None };
    let filter = SessionFilter { from: Some(from), ..SessionFilter::default() };
    let (start, cpu) = (Instant::now(), cpu_ms());
    let ctx = Ctx::command_line(app.now());
    let mut export = app.export_sessions(&ctx, place, filter, &[], format).await?;
    let (mut bytes, mut rows, mut rss_mb) = (0, 0, 0);
    while let Some(chunk) = export.chunks.recv().await {
        let chunk = chunk?;
        bytes += chunk.len() as u64;
        rows += chunk.split(|byte| *byte == b'\n').skip(1).count() as u64;
        rss_mb = rss_mb.max(memory_mb("VmRSS:"));
    }
    // Only the files of CSV name their columns.
    rows -= u64::from(format == TableFormat::Nordic);
    Ok(Cost { rows, bytes, ms: since(start), cpu_ms: cpu_ms().saturating_sub(cpu), rss_mb })
}

/// The same rows as they lie there.
async fn floor(app: &App, facility: FacilityId, from: DateTime<Utc>) -> anyhow::Result<Cost> {
    let (start, cpu) = (Instant::now(), cpu_ms());
    let mut out = csv::WriterBuilder::new().delimiter(b';').from_writer(std::io::sink());
    let (mut rows, mut after) = (0, (from - TimeDelta::microseconds(1), stolpe_store::bench::Id::nil()));
    loop {
        let page: Vec<BareSession> = app.db().read().await?.bare_sessions(facility, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = (last.started_at, last.id);
        rows += page.len() as u64;
        for it in page {
            out.serialize(it)?;
        }
    }
    out.flush()?;
    Ok(Cost { rows, bytes: 0, ms: since(start), cpu_ms: cpu_ms().saturating_sub(cpu), rss_mb: 0 })
}

/// A charge point with so many sessions, a minute after another, of a thousand people.
async fn fill(app: &App, facility: FacilityId, count: i64, begin: DateTime<Utc>) -> anyhow::Result<()> {
    let ctx = Ctx::command_line(app.now());
    let main = CircuitDraft { name: "Main".to_owned(), parent_id: None, fuse_a: 63, phases: 3 };
    let circuit = app.add_circuit(&ctx, facility, main).await?;
    let draft = ChargePointDraft {
        identity: Some("BENCH".to_owned()),
        name: "P-01".to_owned(),
        circuit_id: circuit.id,
        fuse_a: 32,
        limit_a: None,
        phase_rotation: PhaseRotation::Rst,
        access: Access::Tags,
        deactivated: false,
        meter_kind: None,
    };
    let point: ChargePointId = app.prepare_charge_point(&ctx, facility, draft).await?.charge_point.id;
    let place = app.facility(&ctx, facility).await.context("the facility is there")?;
    let mut tx = app.db().write().await?;
    tx.fill_people(place.organisation_id, facility, PEOPLE, begin).await?;
    tx.fill_sessions(facility, point, count, begin).await?;
    tx.analyse().await?;
    Ok(tx.commit().await?)
}
