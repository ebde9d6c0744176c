//! The workshop: everything one does with this repository beyond `cargo build`, on any platform, with nothing but cargo.
//!
//! Each verb is a module. What the verbs share is in `command` (starting programs) and `machine` (what this computer has).
#![expect(clippy::print_stdout, reason = "a workshop tool talks to the person at the terminal")]

mod bench;
mod bundle;
mod command;
mod dev;
mod icons;
mod machine;
mod openapi;
mod product;
mod run;
mod session;
mod setup;
mod test;
mod tidy;
mod ui;

use std::process::ExitCode;

use anyhow::Result;
use clap::{Parser, Subcommand};

/// Sets up, runs, tests, checks and bundles Stolpe.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    /// Installs what this computer lacks for building (and, with --tests, for testing). Safe to repeat.
    Setup {
        /// Also installs what `cargo xtask test` needs.
        #[arg(long)]
        tests: bool,
    },
    /// Builds and opens the desk. Without a display, starts the headless host with the training facility.
    Run(run::Options),
    /// Runs every check and test there is, in the order that finds faults soonest.
    Test(test::Options),
    /// Serves the interface with hot reload against a host with the training facility.
    Dev,
    /// Checks what no compiler checks: where things lie and which crate may know which.
    Tidy,
    /// Writes the API document and the TypeScript that follows from it.
    Openapi {
        /// Fails when the files in the repository were not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Makes the icons of the program from the mark of the interface.
    Icons {
        /// Fails when the icons in the repository were not up to date.
        #[arg(long)]
        check: bool,
    },
    /// Measures, in the release profile: `cargo xtask bench desktop`, or `cargo xtask bench lists --engine sqlite --n 100000`.
    Bench {
        /// `desktop`, or what is handed to `stolpe-host bench`.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<String>,
    },
    /// Builds installers for this platform.
    Bundle(bundle::Options),
    /// Runs a program in a desktop session (used by `test` inside its own D-Bus session and display).
    #[command(hide = true)]
    InSession {
        /// The program and its arguments.
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        arguments: Vec<String>,
    },
}

fn main() -> ExitCode {
    match carry_out(Arguments::parse().verb) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // One line that says what failed and why; where in this tool it was noticed helps nobody.
            println!("failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn carry_out(verb: Verb) -> Result<()> {
    match verb {
        Verb::Setup { tests: false } => setup::for_building(),
        Verb::Setup { tests: true } => setup::for_testing(),
        Verb::Run(options) => run::run(&options),
        Verb::Test(options) => test::test(&options),
        Verb::Dev => dev::dev(),
        Verb::Tidy => tidy::tidy(),
        Verb::Openapi { check } => openapi::openapi(check),
        Verb::Icons { check } => icons::icons(check),
        Verb::Bench { arguments } => bench::bench(&arguments),
        Verb::Bundle(options) => bundle::bundle(&options),
        Verb::InSession { arguments } => session::in_session(&arguments),
    }
}
