//! On Linux the web view draws through buffers shared with the graphics card. Where there is no card, or one whose driver
//! is known to fail at it, the window stays blank; there the program starts itself anew and tells the web view to draw
//! without them. Tables and forms lose nothing by it.

use std::env;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// What WebKitGTK reads when it starts; a value that is set already is somebody's decision.
const SWITCH: &str = "WEBKIT_DISABLE_DMABUF_RENDERER";

/// Starts the program anew if its window would stay blank. Comes back when there is nothing to do, or it cannot be done.
pub(crate) fn choose() {
    if env::var_os(SWITCH).is_some() || can_share_buffers(Path::new("/")) {
        return;
    }
    // Setting a variable of the running program is unsound once other threads may read it; a new start is not.
    if let Ok(program) = env::current_exe() {
        let error = Command::new(program).args(env::args_os().skip(1)).env(SWITCH, "1").exec();
        tracing::warn!(%error, "the window may stay blank");
    }
}

fn can_share_buffers(root: &Path) -> bool {
    let cards = std::fs::read_dir(root.join("dev/dri")).into_iter().flatten().flatten();
    let has_card = cards.into_iter().any(|entry| entry.file_name().as_encoded_bytes().starts_with(b"render"));
    has_card && !root.join("proc/driver/nvidia/version").exists()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn only_a_card_with_a_driver_that_shares_buffers_is_used() {
        let root = tempfile::tempdir().unwrap();
        assert!(!can_share_buffers(root.path()));
        fs::create_dir_all(root.path().join("dev/dri")).unwrap();
        fs::write(root.path().join("dev/dri/card0"), "").unwrap();
        assert!(!can_share_buffers(root.path()));
        fs::write(root.path().join("dev/dri/renderD128"), "").unwrap();
        assert!(can_share_buffers(root.path()));
        fs::create_dir_all(root.path().join("proc/driver/nvidia")).unwrap();
        fs::write(root.path().join("proc/driver/nvidia/version"), "").unwrap();
        assert!(!can_share_buffers(root.path()));
    }
}
