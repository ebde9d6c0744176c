//! Gateways against their doubles, which are written from the gateways' own descriptions.
#![expect(clippy::expect_used, clippy::panic, reason = "a test that cannot go on must stop at once")]

mod contract;
mod exchanges;
mod story;
