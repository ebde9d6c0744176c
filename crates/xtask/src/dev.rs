//! `cargo xtask dev`: the interface in a browser, reloading as it is written, against a real host.

use anyhow::Result;

use crate::command::program;
use crate::run::ADDRESS;
use crate::{machine, product, setup, ui};

/// Starts a host with the training facility and the development server of the interface; ends with the latter.
///
/// # Errors
/// When a step fails.
pub(crate) fn dev() -> Result<()> {
    setup::for_building()?;
    ui::install()?;
    let _host = program(product::build("stolpe-host", false)?)
        .args(["serve", "--training", "--listen", ADDRESS, "--data"])
        .arg(machine::data_folder().join("stolpe-training"))
        .start()?;
    ui::npm().args(["run", "dev"]).with("STOLPE_HOST", format!("http://{ADDRESS}")).run()
}
