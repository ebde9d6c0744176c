//! The store on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that goes wrong")]

mod audit;
mod charge_points;
mod documents;
mod ledger;
mod lists;
mod logos;
mod parity;
mod people;
mod promote;
mod sessions;
mod statements;
mod upgrade;
