//! What tests stand on: a real database of each engine, a clock that is turned by hand, and the whole product over them.
//!
//! This crate is only ever a dev-dependency.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot start must stop at once"
)]

pub mod authority;
pub mod charger;
pub mod clock;
pub mod database;
pub mod desk;
pub mod exchange;
pub mod host;
pub mod keychain;
pub mod mail_server;
pub mod mailbox_server;
pub mod mailer;
pub mod payment_provider;
mod postgres;
mod python;
pub mod sms_gateway;
pub mod web_server;

pub use authority::Authority;
pub use charger::{CHARGER_KEY, Charger, add_charger};
pub use clock::FakeClock;
pub use database::{TestDb, both};
pub use desk::{Answer, Desk};
pub use host::{At, TestHost};
pub use keychain::MemoryKeychain;
pub use mail_server::{MailServer, Protection};
pub use mailbox_server::MailboxServer;
pub use mailer::RecordingMailer;
pub use payment_provider::{PaymentDouble, PaymentDoubleKind};
pub use postgres::{Moment, PostgresServer, at_server, empty_database, hinder, unhinder};
pub use sms_gateway::SmsDouble;
pub use web_server::{Reply, WebServer};
