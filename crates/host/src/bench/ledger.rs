//! Durable transfers on one account and on many, and the proof of a ledger of millions.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::lists::{owner, place};
use super::{Scratch, Times, engine_word, memory_mb};
use anyhow::Context as _;
use chrono::{DateTime, NaiveDate, Utc};
use clap::Args;
use futures::StreamExt as _;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;
use stolpe_domain::id::{FacilityId, OrganisationId, TransferId, UnitId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Transfer, TransferCode};
use stolpe_store::Db;
use stolpe_store::bench::Id;
use stolpe_store::ledger::Booked;

/// What is measured.
#[derive(Debug, Args)]
pub(crate) struct LedgerOf {
    #[command(flatten)]
    scratch: Scratch,
    /// Those who write at once.
    #[arg(long, default_value_t = 8)]
    writers: usize,
    /// Accounts of the part with many.
    #[arg(long, default_value_t = 1_000)]
    accounts: u128,
}

/// Transfers a second.
#[derive(Debug, Serialize)]
struct Line {
    bench: &'static str,
    engine: &'static str,
    /// `hot` on one account with a limit, `many` on many.
    part: &'static str,
    n: i64,
    writers: usize,
    per_s: u64,
    /// The same rows without a question asked: an insert and an update of each side in a transaction of its own.
    floor_per_s: u64,
    rss_mb: u64,
}

/// How long a proof takes.
#[derive(Debug, Serialize)]
struct Proved {
    bench: &'static str,
    engine: &'static str,
    transfers: i64,
    documents: i64,
    proof_ms: u128,
    /// Every transfer read once, and added up.
    floor_ms: u128,
    rss_before_mb: u64,
    rss_highest_mb: u64,
}

const ORGANISATION: OrganisationId = OrganisationId(Id::from_u128(1));
const FACILITY: FacilityId = FacilityId(Id::from_u128(2));

fn day() -> NaiveDate {
    NaiveDate::default()
}

/// Somebody's account: one for each number.
fn somebody(n: u128) -> Account {
    Account {
        facility_id: Some(FACILITY),
        unit_id: Some(UnitId(Id::from_u128(1_000 + n))),
        ..Account::of_organisation(ORGANISATION, AccountKind::Prepaid, Asset::Sek)
    }
}

const fn bank() -> Account {
    Account::of_organisation(ORGANISATION, AccountKind::Bank, Asset::Sek)
}

fn booked(n: u64, debit: &Account, credit: &Account) -> anyhow::Result<Booked> {
    let id = TransferId(Id::from_u128(1_000_000_000 + u128::from(n)));
    let amount = Amount::new(1).context("an amount")?;
    Ok(Booked {
        transfer: Transfer::new(id, (debit.id(), credit.id()), (amount, Asset::Sek), false)?,
        organisation_id: ORGANISATION,
        code: TransferCode::Payment,
        document_id: None,
        payment_id: None,
        value_on: day(),
        held_for: None,
        key: format!("bench/{n}"),
        made_by: None,
    })
}

pub(super) async fn run(what: &LedgerOf) -> anyhow::Result<()> {
    let db = what.scratch.open().await?;
    let at = DateTime::UNIX_EPOCH;
    let mut tx = db.write().await?;
    tx.insert_organisation(ORGANISATION, &owner().check()?, false, at).await?;
    tx.insert_facility(FACILITY, ORGANISATION, &place().check()?, at).await?;
    tx.fill_units(FACILITY, i64::try_from(what.accounts)?, at).await?;
    tx.commit().await?;
    // Every account is there and nobody's limit is in the way of what is measured.
    let everybody: Vec<Account> = (0..what.accounts).map(somebody).collect();
    let mut accounts = everybody.clone();
    accounts.push(bank());
    let mut tx = db.write().await?;
    let paid_in: Vec<Booked> = everybody
        .iter()
        .zip(1..)
        .map(|(account, n)| {
            let mut it = booked(n, &bank(), account)?;
            it.transfer.amount = Amount::new(1_000_000_000).context("an amount")?;
            Ok(it)
        })
        .collect::<anyhow::Result<_>>()?;
    tx.move_all(&accounts, &paid_in, at).await?;
    tx.commit().await?;
    let next = AtomicU64::new(1_000_000);
    for (part, count) in [("hot", 1), ("many", what.accounts)] {
        let pair = |n: u64| (everybody.get(usize::try_from(u128::from(n) % count).unwrap_or_default()), bank());
        let floor = in_turns(what, &next, async |n| {
            let (Some(account), bank) = pair(n) else { return Ok(()) };
            let mut tx = db.write().await?;
            tx.insert_bare_transfer(&booked(n, account, &bank)?, at).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
        let times = in_turns(what, &next, async |n| {
            let (Some(account), bank) = pair(n) else { return Ok(()) };
            let mut tx = db.write().await?;
            tx.move_all(&[], &[booked(n, account, &bank)?], at).await?;
            tx.commit().await?;
            Ok(())
        })
        .await?;
        let (engine, n, writers) = (engine_word(db.engine()), what.scratch.n, what.writers);
        let rss_mb = memory_mb("VmRSS:");
        let line = Line { bench: "ledger", engine, part, n, writers, per_s: times, floor_per_s: floor, rss_mb };
        println!("{}", serde_json::to_string(&line)?);
    }
    let proof = db.read().await?.prove_ledger(10).await?;
    anyhow::ensure!(proof.faults.is_empty(), "the ledger does not hold: {:?}", proof.faults);
    what.scratch.close(db).await
}

/// Does something `n` times, so many at once; answers how often a second.
async fn in_turns(
    what: &LedgerOf,
    next: &AtomicU64,
    act: impl AsyncFn(u64) -> anyhow::Result<()>,
) -> anyhow::Result<u64> {
    let began = Instant::now();
    let mut acts = futures::stream::iter(0..what.scratch.n)
        .map(|_| act(next.fetch_add(1, Ordering::Relaxed)))
        .buffer_unordered(what.writers);
    while let Some(done) = acts.next().await {
        done?;
    }
    let took = began.elapsed().as_micros().max(1);
    Ok(u64::try_from(u128::try_from(what.scratch.n)? * 1_000_000 / took).unwrap_or(u64::MAX))
}

/// Proves a ledger of so many transfers, a quarter as many documents with what they posted and were paid by.
pub(super) async fn prove(scratch: &Scratch) -> anyhow::Result<()> {
    let db: Db = scratch.open().await?;
    let at: DateTime<Utc> = DateTime::UNIX_EPOCH;
    let mut tx = db.write().await?;
    tx.insert_organisation(ORGANISATION, &owner().check()?, false, at).await?;
    tx.insert_facility(FACILITY, ORGANISATION, &place().check()?, at).await?;
    tx.fill_ledger(ORGANISATION, FACILITY, scratch.n / 4, at).await?;
    tx.analyse().await?;
    tx.commit().await?;
    let rss_before_mb = memory_mb("VmRSS:");
    let floor = Times::of(1, async |_| {
        db.read().await?.add_transfers_up().await?;
        Ok(())
    })
    .await?;
    let began = Instant::now();
    let proof = db.read().await?.prove_ledger(10).await?;
    let proof_ms = began.elapsed().as_millis();
    anyhow::ensure!(proof.faults.is_empty(), "the ledger does not hold: {:?}", proof.faults);
    let line = Proved {
        bench: "verify",
        engine: engine_word(db.engine()),
        transfers: proof.transfers,
        documents: proof.documents,
        proof_ms,
        floor_ms: u128::from(floor.percentile_us(50)) / 1_000,
        rss_before_mb,
        rss_highest_mb: memory_mb("VmHWM:"),
    };
    println!("{}", serde_json::to_string(&line)?);
    scratch.close(db).await
}
