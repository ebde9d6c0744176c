//! The stories of the product, told over HTTP on both engines.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a story that cannot go on must stop at once")]

mod access;
mod audited;
mod authorisation;
mod billing;
mod charge_points;
mod charging_exports;
mod departments;
mod detours;
mod documents;
mod erased;
mod events;
mod exports;
mod hosts;
mod import_files;
mod imports;
mod imports_undone;
mod letters;
mod mail;
mod month_runs;
mod notices;
mod outage;
mod people;
mod proof_sheets;
mod protected;
mod reports;
mod requests;
mod sessions;
mod setup;
mod story;
mod tags;
mod tariffs;
mod throttles;
mod training;
mod views;
mod walk;
