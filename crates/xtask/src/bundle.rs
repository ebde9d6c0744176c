//! `cargo xtask bundle`: the installers of this platform.

use anyhow::Result;
use clap::Args;

use crate::{product, setup, ui};

#[derive(Args)]
pub(crate) struct Options {
    /// Bundles the development build, which is quick to make and large.
    #[arg(long)]
    debug: bool,
    /// Which installers: deb, rpm, appimage, nsis, msi, app, dmg. Without it, those of tauri.conf.json.
    #[arg(long, value_delimiter = ',')]
    bundles: Vec<String>,
}

/// Builds the interface, the desk and its installers.
///
/// # Errors
/// When a step fails.
pub(crate) fn bundle(options: &Options) -> Result<()> {
    setup::for_building()?;
    ui::install()?;
    ui::build()?;
    product::build("stolpe", !options.debug)?;
    pack(options.debug, &options.bundles)
}

/// Packs the desk that is built already.
///
/// # Errors
/// When the bundler fails.
pub(crate) fn pack(debug: bool, bundles: &[String]) -> Result<()> {
    // The bundler reads CI as a boolean and stops at the `1` that many build servers set.
    let mut tauri = ui::tool("tauri").with("CI", "true").arg("bundle");
    if debug {
        tauri = tauri.arg("--debug");
    }
    if !bundles.is_empty() {
        tauri = tauri.arg("--bundles").arg(bundles.join(","));
    }
    tauri.run()
}
