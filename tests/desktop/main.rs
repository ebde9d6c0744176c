//! The desk as its user meets it: the real program, its real window, the real keychain of the machine, the real package.
//!
//! These tests need a display, a D-Bus session and programs that a bare machine lacks, so a plain test run leaves them
//! out; `cargo xtask test` brings all of that and runs them.

mod bench;
mod driver;
mod elsewhere;
mod keychain;
mod package;
mod screen;
mod window;
