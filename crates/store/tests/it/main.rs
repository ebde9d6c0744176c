//! The store on both engines.

mod audit;
mod parity;
mod people;
mod statements;
mod upgrade;
