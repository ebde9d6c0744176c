//! What this computer is and has: folders, platform, display, programs.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// The root of the repository.
pub(crate) fn root() -> &'static Path {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here)
}

/// Whether a window can be opened.
pub(crate) fn has_display() -> bool {
    !cfg!(target_os = "linux") || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|name| env::var_os(name).is_some())
}

/// Where cargo puts what it builds.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn target() -> Result<PathBuf> {
    let metadata = cargo_metadata::MetadataCommand::new()
        .current_dir(root())
        .no_deps()
        .exec()
        .context("cargo cannot read the workspace")?;
    Ok(metadata.target_directory.into_std_path_buf())
}

/// A program that was built, in the development or the release profile.
///
/// # Errors
/// When cargo cannot read the workspace.
pub(crate) fn built(name: &str, release: bool) -> Result<PathBuf> {
    let folder = if release { "release" } else { "debug" };
    Ok(target()?.join(folder).join(format!("{name}{}", env::consts::EXE_SUFFIX)))
}

/// The full path of a program on the search path, if it is there.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|candidate| candidate.is_file())
}

/// Where the products of this user keep their data.
pub(crate) fn data_folder() -> PathBuf {
    let named = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    named("XDG_DATA_HOME")
        .or_else(|| named("LOCALAPPDATA"))
        .or_else(|| named("HOME").map(|home| home.join(".local/share")))
        .unwrap_or_else(|| root().join("target"))
}
