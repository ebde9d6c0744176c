//! One contract for every provider, against providers that run as processes of their own.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that is wrong must stop at once")]

mod contract;
mod exchanges;
mod odd_answers;
mod opened;
mod saved_cards;
mod story;
