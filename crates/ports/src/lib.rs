//! What the product asks of the world: traits and their plain argument and answer types, nothing else.

pub mod clock;
pub mod error;
pub mod mail;
pub mod mailbox;
pub mod payments;
pub mod prices;
pub mod saved_cards;
pub mod secrets;
pub mod sms;
