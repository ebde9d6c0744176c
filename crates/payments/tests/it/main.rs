//! One contract for every provider, against providers that run as processes of their own.
#![expect(clippy::expect_used, reason = "a test that is wrong must stop at once")]

mod contract;
mod odd_answers;
mod opened;
