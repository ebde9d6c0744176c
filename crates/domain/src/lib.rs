//! The nouns and rules of Stolpe: pure values, no clock, no I/O, no drivers.

pub mod country;
