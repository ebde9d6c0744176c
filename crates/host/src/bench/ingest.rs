//! Readings of ten thousand charge points, from their sockets to the disk and back, against a host of its own process.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]
#![expect(clippy::disallowed_methods, reason = "the charge points of a bench end with the command")]

use super::import::set_up;
use super::points::{Point, add};
use super::{EngineArg, Scratch, cpu_ms_of, engine_word, memory_mb_of};

use anyhow::Context as _;
use clap::Args;
use futures::StreamExt as _;
use serde::Serialize;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use stolpe_host::{
    Config, FixedKey, Host, Imap, PaymentAddresses, Place, PriceAddresses, Retention, SmsAddresses, Smtp,
};
use stolpe_store::Db;

/// The master key of every bench.
const KEY: &str = "5a";
/// Lines that are opened at a time.
const OPENING: usize = 64;
/// Rows of one commit of the floor: as many as come in the writer's patience at the usual rate.
const FLOOR_BATCH: i64 = 10;

/// How much is measured.
#[derive(Debug, Args)]
pub(crate) struct Ingest {
    #[command(flatten)]
    scratch: Scratch,
    /// Charge points on the line.
    #[arg(long, default_value_t = 10_000)]
    points: usize,
    /// Readings a second in the steady part.
    #[arg(long, default_value_t = 2_000)]
    rate: u32,
    /// Seconds of the steady part.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
}

/// What a reading cost.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    /// `steady` at a fixed rate, `full` as fast as the host answers.
    part: &'static str,
    points: usize,
    n: usize,
    per_s: u64,
    p50_us: u64,
    p99_us: u64,
    /// Processor time of the host for each reading: socket, frame, judgement, database, disk, answer.
    cpu_us_each: f64,
    /// Memory of the host with every line open.
    rss_mb: u64,
    /// The bare operation: the same messages inserted ten to a commit, and nothing else.
    floor_cpu_us_each: f64,
    floor_per_s: u64,
}

/// A host in a process of its own, which ends with the bench.
struct Served {
    process: Child,
    address: String,
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(super) async fn run(ingest: &Ingest) -> anyhow::Result<()> {
    let scratch = &ingest.scratch;
    // Each point holds a file here, and another one in the host.
    rlimit::increase_nofile_limit(u64::MAX).context("the number of open files cannot be raised")?;
    let place = match (&scratch.engine, &scratch.database_url) {
        (EngineArg::Sqlite, _) => Place::Embedded(scratch.folder.clone()),
        (EngineArg::Postgres, Some(url)) => Place::Postgres(url.clone()),
        (EngineArg::Postgres, None) => anyhow::bail!("give --database-url"),
    };
    let keeper = Arc::new(FixedKey::parse(&KEY.repeat(32))?);
    let host = Host::start(Config {
        place,
        keeper,
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
    let facility = set_up(host.app()).await?;
    let known = add(host.app(), facility, ingest.points).await?;
    let (floor_us, floor_per_s) = floor(host.app().db(), known[0].id, host.app().now()).await?;
    let engine = engine_word(host.app().db().engine());
    host.stop().await;
    drop(host);

    let served = serve(scratch)?;
    let address = served.address.clone();
    let calling = known.into_iter().map(|point| point.call(address.clone()));
    let mut points: Vec<Point> = Vec::with_capacity(ingest.points);
    let mut calling = futures::stream::iter(calling).buffer_unordered(OPENING);
    while let Some(point) = calling.next().await {
        points.push(point?);
    }
    let rss_mb = memory_mb_of(served.process.id(), "VmRSS:");
    let line = |part, n, took: Duration, mut times: Vec<Duration>, cpu_ms: u64| {
        times.sort_unstable();
        let at = |percent: usize| {
            let time = times.get((times.len() * percent / 100).min(times.len().saturating_sub(1)));
            time.map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
        };
        #[expect(clippy::cast_precision_loss, reason = "a figure for the eye")]
        let each = cpu_ms as f64 * 1_000.0 / (n as f64).max(1.0);
        let per_s = u64::try_from(n as u128 * 1_000_000 / took.as_micros().max(1)).unwrap_or(u64::MAX);
        Line {
            bench: "ingest",
            engine,
            part,
            points: ingest.points,
            n,
            per_s,
            p50_us: at(50),
            p99_us: at(99),
            cpu_us_each: each,
            rss_mb,
            floor_cpu_us_each: floor_us,
            floor_per_s,
        }
    };

    let id = served.process.id();
    let (began, cpu) = (Instant::now(), cpu_ms_of(id));
    let (points, times) = steady(points, ingest.rate, ingest.seconds).await?;
    let spent = cpu_ms_of(id).saturating_sub(cpu);
    println!("{}", serde_json::to_string(&line("steady", times.len(), began.elapsed(), times, spent))?);

    let each = usize::try_from(scratch.n)? / points.len().max(1);
    let (began, cpu) = (Instant::now(), cpu_ms_of(id));
    let times = full(points, each).await?;
    let spent = cpu_ms_of(id).saturating_sub(cpu);
    println!("{}", serde_json::to_string(&line("full", times.len(), began.elapsed(), times, spent))?);
    drop(served);
    scratch.remove()
}

/// Starts this program as a host.
fn serve(scratch: &Scratch) -> anyhow::Result<Served> {
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&scratch.folder);
    command.env("STOLPE_KEY", KEY.repeat(32)).env("RUST_LOG", "warn");
    if let (EngineArg::Postgres, Some(url)) = (&scratch.engine, &scratch.database_url) {
        command.args(["--database-url", url]);
    }
    let mut process = command.stdout(Stdio::piped()).spawn()?;
    let mut said = String::new();
    BufReader::new(process.stdout.take().context("a pipe")?).read_line(&mut said)?;
    let address = said.trim().trim_start_matches("http://").trim_end_matches("/admin/").to_owned();
    Ok(Served { process, address })
}

/// Every point reports in its turn, so that so many readings come each second.
async fn steady(points: Vec<Point>, rate: u32, seconds: u32) -> anyhow::Result<(Vec<Point>, Vec<Duration>)> {
    let count = u32::try_from(points.len())?;
    let turn = Duration::from_secs(1) * count / rate;
    let until = tokio::time::Instant::now() + Duration::from_secs(seconds.into());
    let reporting = points.into_iter().zip(0..).map(|(mut point, n): (Point, u32)| {
        tokio::task::spawn(async move {
            let mut times = Vec::new();
            let mut next = tokio::time::Instant::now() + turn * n / count;
            while next < until {
                tokio::time::sleep_until(next).await;
                times.push(point.report().await?);
                next += turn;
            }
            anyhow::Ok((point, times))
        })
    });
    gathered(reporting.collect()).await
}

/// Every point reports so often, as fast as it is answered.
async fn full(points: Vec<Point>, each: usize) -> anyhow::Result<Vec<Duration>> {
    let reporting = points.into_iter().map(|mut point| {
        tokio::task::spawn(async move {
            let mut times = Vec::with_capacity(each);
            for _ in 0..each {
                times.push(point.report().await?);
            }
            anyhow::Ok((point, times))
        })
    });
    Ok(gathered(reporting.collect()).await?.1)
}

type Reporting = tokio::task::JoinHandle<anyhow::Result<(Point, Vec<Duration>)>>;

async fn gathered(reporting: Vec<Reporting>) -> anyhow::Result<(Vec<Point>, Vec<Duration>)> {
    let (mut points, mut times) = (Vec::new(), Vec::new());
    for it in reporting {
        let (point, its) = it.await??;
        points.push(point);
        times.extend(its);
    }
    Ok((points, times))
}

/// Inserts the messages of readings and nothing else; answers processor time for each in microseconds, and how many a
/// second.
async fn floor(
    db: &Db,
    id: stolpe_domain::id::ChargePointId,
    at: chrono::DateTime<chrono::Utc>,
) -> anyhow::Result<(f64, u64)> {
    const COMMITS: i64 = 1_000;
    let payload = Point::payload(1, at, 1_203_520);
    let (began, cpu) = (Instant::now(), super::cpu_ms());
    for n in 0..COMMITS {
        let mut tx = db.write().await?;
        tx.insert_bare_messages(id, n * FLOOR_BATCH, FLOOR_BATCH, &payload, at).await?;
        tx.commit().await?;
    }
    let rows = COMMITS * FLOOR_BATCH;
    let cpu_us = super::cpu_ms().saturating_sub(cpu) * 1_000;
    let took = began.elapsed().as_micros().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a figure for the eye")]
    let each = cpu_us as f64 / rows as f64;
    Ok((each, u64::try_from(i128::from(rows) * 1_000_000 / i128::try_from(took)?)?))
}
