//! Tells Tauri where this layout keeps its capabilities. With its commands named here, each needs a permission of its own.

use tauri_build::{AppManifest, Attributes};

/// The commands of `commands.rs`.
const COMMANDS: &[&str] = &[
    "app_info",
    "key_folder_choose",
    "network_change",
    "network_file_choose",
    "network_get",
    "notify",
    "open_file",
    "open_window",
    "place_choose",
    "place_get",
    "place_reopen",
    "save_file",
    "set_language",
    "take_dropped",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let attributes = Attributes::new()
        .capabilities_path_pattern("src-tauri/capabilities/*.json")
        .app_manifest(AppManifest::new().commands(COMMANDS));
    tauri_build::try_build(attributes)?;
    Ok(())
}
