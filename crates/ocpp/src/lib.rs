//! OCPP as charge points speak it: frames, messages and the rules of one connection. No sockets and no storage.
//!
//! Charge points of many vendors and ages are connected, and most of them bend the standard somewhere. So this crate
//! reads leniently (numbers as text, unknown words, missing zones, misspelt codes) and writes strictly: what we send
//! is checked against the official JSON schemas. A message is stored before it is understood; nothing here may refuse
//! to look at one.

pub mod connection;
pub mod credentials;
pub mod error_code;
pub mod frame;
pub mod lenient;
pub mod v16;

pub use stolpe_domain::charge_point::identity;
