//! `cargo xtask icons`: the icons of the program, made from the mark that the interface shows.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::{machine, ui};

/// The one drawing of the mark.
const MARK: &str = "ui/src/assets/mark.svg";
/// Where the bundler looks for the icons.
const FOLDER: &str = "src-tauri/icons";
/// Those that some platform asks for; the generator makes many more, for stores and phones.
const ICONS: &[&str] = &["32x32.png", "128x128.png", "128x128@2x.png", "icon.icns", "icon.ico", "icon.png"];

/// Makes the icons anew.
///
/// # Errors
/// When the generator fails, or with `check` when an icon was not the one that the mark gives.
pub(crate) fn icons(check: bool) -> Result<()> {
    let made = tempfile::tempdir().context("no temporary folder")?;
    ui::tool("tauri").args(["icon", MARK, "--output"]).arg(made.path()).read()?;
    let folder = machine::root().join(FOLDER);
    let mut stale = Vec::new();
    for icon in ICONS {
        if put(&made.path().join(icon), &folder.join(icon)).with_context(|| format!("cannot make {icon}"))? {
            stale.push(*icon);
        }
    }
    if check && !stale.is_empty() {
        bail!("{} did not follow {MARK}; made anew now, commit it", stale.join(", "));
    }
    Ok(())
}

/// Whether two icons are one. An ICNS holds pictures in any order, and the generator writes another one each time.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    one == other || pictures(one).is_some_and(|pictures_of_one| Some(pictures_of_one) == pictures(other))
}

/// The pictures of an ICNS, sorted: after a head of eight bytes, each has its kind and its length before it.
fn pictures(file: &[u8]) -> Option<Vec<&[u8]>> {
    let mut rest = file.strip_prefix(b"icns")?.get(4..)?;
    let mut found = Vec::new();
    while !rest.is_empty() {
        let length = u32::from_be_bytes(rest.get(4..8)?.try_into().ok()?);
        let (picture, later) = rest.split_at_checked(usize::try_from(length).ok()?.max(8))?;
        found.push(picture);
        rest = later;
    }
    found.sort_unstable();
    Some(found)
}

/// Puts a file in place of another, and answers whether they differed.
fn put(made: &Path, kept: &Path) -> Result<bool> {
    let bytes = fs::read(made)?;
    let differs = !fs::read(kept).is_ok_and(|before| is_same(&before, &bytes));
    if differs {
        fs::write(kept, bytes)?;
    }
    Ok(differs)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An ICNS of pictures of one byte.
    fn icns(pictures: &[u8]) -> Vec<u8> {
        let mut file = b"icns\0\0\0\0".to_vec();
        for picture in pictures {
            file.extend(b"ic12\0\0\0\x09");
            file.push(*picture);
        }
        file
    }

    #[test]
    fn the_order_of_the_pictures_means_nothing_and_their_content_does() {
        assert!(is_same(&icns(b"ab"), &icns(b"ba")));
        assert!(!is_same(&icns(b"ab"), &icns(b"ac")));
        assert!(!is_same(b"one picture", b"another picture"));
        assert_eq!(pictures(b"icns\0\0\0\0ic12\xff\xff\xff\xff"), None);
    }
}
