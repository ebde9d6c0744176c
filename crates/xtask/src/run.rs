//! `cargo xtask run`: from a fresh clone to an open desk.

use anyhow::Result;
use clap::Args;

use crate::command::program;
use crate::{machine, product, setup, ui};

/// Where the headless host listens unless told otherwise.
pub(crate) const ADDRESS: &str = "127.0.0.1:8443";

#[derive(Args)]
pub(crate) struct Options {
    /// Builds with optimisation, as the installers are.
    #[arg(long)]
    release: bool,
    /// Starts the headless host even where a window could be opened.
    #[arg(long)]
    headless: bool,
}

/// Installs what is missing, builds, and opens the desk.
///
/// # Errors
/// When a step fails.
pub(crate) fn run(options: &Options) -> Result<()> {
    setup::for_building()?;
    ui::install()?;
    ui::build()?;
    if options.headless || !machine::has_display() {
        return serve(options.release);
    }
    program(product::build("stolpe", options.release)?).run()
}

fn serve(release: bool) -> Result<()> {
    let host = product::build("stolpe-host", release)?;
    let data = machine::data_folder().join("stolpe-training");
    println!(
        "no window here: the desk is at http://{ADDRESS}/admin/ and the portal at http://{ADDRESS}/ (Ctrl+C ends it)"
    );
    println!("data: {}", data.display());
    program(host).args(["serve", "--training", "--listen", ADDRESS, "--data"]).arg(data).run()
}
