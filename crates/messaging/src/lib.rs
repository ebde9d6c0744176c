//! Adapters that hand messages to the world, mail over SMTP, and read what comes back of them, over IMAP.

mod imap;
mod smtp;

pub use imap::Imap;
pub use smtp::Smtp;
