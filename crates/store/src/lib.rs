//! Persistence: the SQL of every room, one text for two engines.
//!
//! A room's file holds its queries as methods of [`Conn`], its writes as methods of [`Tx`], and the private row
//! structs that read them back. `engine.rs` alone knows that there are two engines; beside it only what opens, copies or
//! moves a whole database.
//!
//! **Architecture invariant:** no other crate names `sqlx`, and nothing here decides whether something may happen.

mod engine;
mod error;
mod migrate;
mod server;

pub mod access;
pub mod audit;
pub mod backlog;
pub mod backup;
pub mod bench;
pub mod billing;
pub mod bookkeeping;
pub mod charge;
pub mod charge_point;
pub mod circuit;
pub mod command;
pub mod company;
pub mod document;
pub mod erasure;
pub mod facility;
pub mod guess;
pub mod idempotency;
pub mod import;
pub mod incoming_payment;
pub mod job;
pub mod key_change;
pub mod ledger;
pub mod letter;
pub mod login;
pub mod logo;
pub mod mail_template;
pub mod market_price;
pub mod message;
pub mod money_back;
pub mod month_run;
pub mod notice;
pub mod organisation;
pub mod page;
pub mod payment;
pub mod payout;
pub mod period;
pub mod person;
pub mod price_fetch;
pub mod promote;
pub mod reconciliation;
pub mod refund;
pub mod reminder;
pub mod reset_ask;
pub mod saved_card;
pub mod search;
pub mod session;
pub mod setting;
pub mod sms;
pub mod stray_message;
pub mod tag;
pub mod tariff;
pub mod tenancy;
pub mod terms;
pub mod till;
pub mod todo;
pub mod top_up;
pub mod training;
pub mod unit;
pub mod vault;
pub mod view;

pub use engine::{Affected, Conn, Db, Engine, Tx};
pub use error::{Result, StoreError};
pub use migrate::SCHEMA_VERSION;
pub use server::Server;
