//! `cargo xtask openapi`: the API document, and the TypeScript that follows from it, written from the host itself.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::command::program;
use crate::{machine, product, ui};

/// The files that follow from the host's handlers.
const GENERATED: &[&str] = &["openapi.json", "src/api/schema.gen.ts", "src/api/tags.gen.ts"];

/// Builds the host and writes the files.
///
/// # Errors
/// When a step fails, or with `check` when a file was not up to date.
pub(crate) fn openapi(check: bool) -> Result<()> {
    ui::install()?;
    product::build("stolpe-host", false)?;
    write(check)
}

/// Writes the files from the host that is built already.
///
/// # Errors
/// As [`openapi`].
pub(crate) fn write(check: bool) -> Result<()> {
    let before = contents();
    let document = program(machine::built("stolpe-host", false)?).arg("openapi").read()?;
    fs::write(ui::folder().join("openapi.json"), document).context("cannot write ui/openapi.json")?;
    ui::npm().args(["run", "generate"]).run()?;
    let after = contents();
    let stale: Vec<&str> =
        GENERATED.iter().zip(before.iter().zip(&after)).filter(|(_, (old, new))| old != new).map(|(f, _)| *f).collect();
    if check && !stale.is_empty() {
        bail!("ui/{} did not follow the host; it is written anew now, commit it", stale.join(", ui/"));
    }
    Ok(())
}

fn contents() -> Vec<Option<String>> {
    let path = |file: &&str| -> PathBuf { ui::folder().join(file) };
    // Line ends differ by platform and mean nothing here.
    GENERATED.iter().map(path).map(|p| fs::read_to_string(p).ok().map(|text| text.replace("\r\n", "\n"))).collect()
}
