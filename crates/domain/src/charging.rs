//! Charging: what a charge point reports, what is believed of it, and how much energy was taken when.
//!
//! A start or a stop is a report of something that has already happened: it is never refused, it is judged. Only
//! sessions that nobody doubts, or that somebody has accepted by name, reach billing.

pub mod command;
pub mod connector;
pub mod doubt;
pub mod judgement;
pub mod key_change;
pub mod meter;
pub mod reading;
pub mod session;
pub mod tag;
