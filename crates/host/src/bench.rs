//! Benches of the host: each prints JSON lines with its floor, the bare operation measured in the same run.

mod export;
mod import;
mod ingest;
mod invoices;
mod ledger;
mod lists;
mod month;
mod points;

use clap::{Args, Subcommand, ValueEnum};
use serde::Serialize;
use std::path::PathBuf;
use std::time::{Duration, Instant};
use stolpe_store::{Db, Engine};

/// What to measure.
#[derive(Debug, Subcommand)]
pub(crate) enum Bench {
    /// First page and search of a million people, first page of a million audit rows.
    Lists(Scratch),
    /// A long list of people, from the file to the register.
    Import(Scratch),
    /// A million sessions to a file, and a tenth of them.
    Export(Scratch),
    /// Invoices as PDF files, on all processors.
    Invoices(invoices::Invoices),
    /// A month of many sessions, from the plan to the files of its invoices.
    Month(month::MonthOf),
    /// Durable transfers on one account and on many.
    Ledger(ledger::LedgerOf),
    /// The proof of a ledger from nothing.
    Verify(Scratch),
    /// Readings of many charge points over real sockets, to a host of its own process.
    Ingest(ingest::Ingest),
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum EngineArg {
    Sqlite,
    Postgres,
}

/// A scratch database and the size of the measurement.
#[derive(Debug, Args)]
pub(crate) struct Scratch {
    /// Which engine.
    #[arg(long, default_value = "sqlite")]
    engine: EngineArg,
    /// How many rows.
    #[arg(long, default_value_t = 1_000_000)]
    n: i64,
    /// An empty Postgres database, for `--engine postgres`.
    #[arg(long, env = "STOLPE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// Folder for the scratch file of `SQLite`; removed afterwards.
    #[arg(long, default_value = "stolpe-bench")]
    folder: PathBuf,
}

impl Scratch {
    async fn open(&self) -> anyhow::Result<Db> {
        match self.engine {
            EngineArg::Sqlite => {
                std::fs::create_dir_all(&self.folder)?;
                Ok(Db::open_sqlite(&self.folder.join("bench.db")).await?)
            }
            EngineArg::Postgres => {
                let url = self.database_url.as_deref();
                Ok(Db::open_postgres(url.ok_or_else(|| anyhow::anyhow!("give --database-url"))?).await?)
            }
        }
    }

    async fn close(&self, db: Db) -> anyhow::Result<()> {
        db.close().await;
        self.remove()
    }

    /// Takes the scratch file of `SQLite` away.
    fn remove(&self) -> anyhow::Result<()> {
        if matches!(self.engine, EngineArg::Sqlite) {
            std::fs::remove_dir_all(&self.folder)?;
        }
        Ok(())
    }
}

/// One line of the answer.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    n: i64,
    per_s: u64,
    p50_us: u64,
    p95_us: u64,
    p99_us: u64,
    floor_per_s: u64,
    rss_mb: u64,
}

/// How long each of many runs took.
#[derive(Debug, Default)]
struct Times(Vec<Duration>);

impl Times {
    /// Runs something so many times.
    async fn of<F: Future<Output = anyhow::Result<()>>>(
        count: usize,
        mut run: impl FnMut(usize) -> F,
    ) -> anyhow::Result<Self> {
        let mut times = Vec::with_capacity(count);
        for n in 0..count {
            let start = Instant::now();
            run(n).await?;
            times.push(start.elapsed());
        }
        times.sort();
        Ok(Self(times))
    }

    fn percentile_us(&self, percent: usize) -> u64 {
        let at = (self.0.len() * percent / 100).min(self.0.len().saturating_sub(1));
        self.0.get(at).map_or(0, |time| u64::try_from(time.as_micros()).unwrap_or(u64::MAX))
    }

    fn per_s(&self) -> u64 {
        let total: Duration = self.0.iter().sum();
        let count = u128::try_from(self.0.len()).unwrap_or(0);
        u64::try_from(count * 1_000_000 / total.as_micros().max(1)).unwrap_or(u64::MAX)
    }

    fn line(&self, bench: &'static str, engine: Engine, n: i64, floor: &Self) -> Line {
        Line {
            bench,
            engine: engine_word(engine),
            n,
            per_s: self.per_s(),
            p50_us: self.percentile_us(50),
            p95_us: self.percentile_us(95),
            p99_us: self.percentile_us(99),
            floor_per_s: floor.per_s(),
            rss_mb: memory_mb("VmRSS:"),
        }
    }
}

const fn engine_word(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "sqlite",
        Engine::Postgres => "postgres",
    }
}

/// Memory of this process in a line of its status: `VmRSS:` now, `VmHWM:` at its highest. Known on Linux only.
fn memory_mb(what: &str) -> u64 {
    memory_mb_of(std::process::id(), what)
}

/// The same of another process.
fn memory_mb_of(process: u32, what: &str) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let kilobytes = status
        .lines()
        .find_map(|line| line.strip_prefix(what))
        .and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
    kilobytes.unwrap_or(0) / 1024
}

/// Processor time of this process, its own and the system's for it. Known on Linux only, in hundredths of a second.
fn cpu_ms() -> u64 {
    cpu_ms_of(std::process::id())
}

/// The same of another process.
fn cpu_ms_of(process: u32) -> u64 {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    // The name of the program stands in brackets and may hold spaces.
    let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = |n: usize| rest.split_whitespace().nth(n).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0);
    (ticks(11) + ticks(12)) * 10
}

/// Runs a bench and prints its lines.
pub(crate) async fn run(bench: Bench) -> anyhow::Result<()> {
    match bench {
        Bench::Lists(scratch) => lists::run(&scratch).await,
        Bench::Import(scratch) => import::run(&scratch).await,
        Bench::Export(scratch) => export::run(&scratch).await,
        Bench::Invoices(what) => invoices::run(&what),
        Bench::Month(what) => month::run(&what).await,
        Bench::Ledger(what) => ledger::run(&what).await,
        Bench::Verify(scratch) => ledger::prove(&scratch).await,
        Bench::Ingest(it) => ingest::run(&it).await,
    }
}
