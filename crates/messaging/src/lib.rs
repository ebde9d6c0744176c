//! Adapters that hand messages to the world, mail over SMTP and SMS through gateways, and read what comes back of mail,
//! over IMAP.

mod imap;
mod sms;
mod smtp;

pub use imap::Imap;
pub use sms::{Elks, Gateways, NoSmsAddress, SmsAddresses, Twilio};
pub use smtp::Smtp;
