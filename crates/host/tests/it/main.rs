//! The commands of `stolpe-host`, run as they are run, on both engines.
#![expect(clippy::unwrap_used, reason = "a test stops at the first thing that goes wrong")]

mod beside;
mod charger;
mod charging;
mod file_command;
mod independent;
mod killed;
mod killed_month;
mod list_command;
mod promote_command;
mod room;
mod serve;
mod training;
