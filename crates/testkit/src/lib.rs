//! What tests stand on: a real database of each engine, and a clock that is turned by hand.
//!
//! This crate is only ever a dev-dependency.
#![expect(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test that cannot start must stop at once")]

pub mod clock;
pub mod database;
mod postgres;

pub use clock::FakeClock;
pub use database::{TestDb, both};
