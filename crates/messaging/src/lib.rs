//! Adapters that hand messages to the world: mail over SMTP.

mod smtp;

pub use smtp::Smtp;
