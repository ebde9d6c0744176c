//! `stolpe-host verify`: what the data proves of itself.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use crate::command::Data;
use std::process::ExitCode;
use stolpe_app::{LedgerFault, LedgerProof};

/// Proves everything that can be proved, and says what does not hold.
pub(crate) async fn verify(data: Data) -> anyhow::Result<ExitCode> {
    let host = data.open().await?;
    let proof = host.app().prove_audit().await?;
    let documents = host.app().prove_documents().await?;
    // Data that no host has opened since there is a ledger.
    let posted = host.app().post_old_documents().await?;
    let ledger = host.app().prove_ledger().await?;
    host.stop().await;
    match proof.broken_at {
        None => println!("audit log: {} rows hold, head {}", proof.rows, proof.head),
        Some(seq) => println!("audit log: broken at row {seq} of {}", proof.rows),
    }
    for series in &documents.series {
        let (kind, year, organisation) = (series.kind.word(), series.year.0, series.organisation_id);
        let count = series.proven.documents;
        if series.proven.breaks.is_empty() {
            println!("{kind} series {year} of {organisation}: {count} documents, no gap");
        }
        for fault in &series.proven.breaks {
            println!("{kind} series {year} of {organisation}: {fault:?}");
        }
    }
    for id in &documents.out_of_balance {
        println!("document {id}: its sums are not those of its lines");
    }
    if posted > 0 {
        println!("ledger: {posted} documents from before there was one were posted");
    }
    let LedgerProof { accounts, transfers, documents: numbered, faults } = &ledger;
    println!("ledger: {accounts} accounts, {transfers} transfers and {numbered} documents were added up");
    for fault in faults {
        match fault {
            LedgerFault::Balance(id) => println!("ledger: the balance of account {id} is not that of its transfers"),
            LedgerFault::Asset(asset) => println!("ledger: debits and credits of {asset} are not equal"),
            LedgerFault::Transfer(id) => {
                println!("ledger: transfer {id} does not fit its accounts or what it resolves");
            }
            LedgerFault::Locked(id) => {
                println!("ledger: transfer {id} was written into a month that had been locked");
            }
            LedgerFault::Till(id) => {
                println!("ledger: till {id} does not say what was moved for it, or lacks a number");
            }
            LedgerFault::TopUp(id) => {
                println!("ledger: receipt {id} does not say what was moved for it, or the number after it is missing");
            }
            LedgerFault::Document(id) => println!("ledger: document {id} is not posted as it adds up"),
        }
    }
    let holds = proof.broken_at.is_none() && documents.holds() && faults.is_empty();
    Ok(if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
