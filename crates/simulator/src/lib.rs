//! Devices that are not there: they behave as the real ones do, on real sockets, so that a training organisation lives and
//! everything that is asked of a device at the desk is done by something.
//!
//! **Architecture invariant:** a simulated device knows of the product only what a real one would: an address and a key.

mod line;
mod model;
mod obey;

pub use line::{Place, run};
pub use model::{Condition, Model};
