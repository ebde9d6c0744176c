//! The remembered place does not open: the desk says why, lets its user try again or go elsewhere, and makes nothing
//! anew where something is missing.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;

use super::journey::PASSWORD;
use crate::driver::{Desk, picture};

const FAILED: &str = "Stolpe kommer inte åt uppgifterna";

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn data_that_is_not_where_it_was_is_asked_for_and_not_begun_anew() -> Result<()> {
    let folder = tempfile::tempdir()?;
    settle(folder.path(), &[]).await?;
    let (data, away) = (folder.path().join("data"), folder.path().join("on another disk"));
    fs::rename(&data, &away)?;
    let desk = Desk::open(folder.path()).await?;
    desk.read(FAILED).await?;
    desk.read(&format!("Uppgifterna finns inte i mappen {}.", data.display())).await?;
    picture("place-gone")?;
    desk.press("Försök igen").await?;
    desk.read(FAILED).await?;
    assert!(!data.exists(), "an empty register took the place of the one that is away");
    fs::rename(&away, &data)?;
    desk.press("Försök igen").await?;
    desk.read("Att göra").await?;
    desk.close().await
}

#[tokio::test]
#[ignore = "needs a display: cargo xtask test"]
async fn data_that_cannot_be_used_is_named_with_its_reason() -> Result<()> {
    let folder = tempfile::tempdir()?;
    settle(folder.path(), &[]).await?;
    let database = folder.path().join("data/stolpe.db");
    let whole = fs::read(&database)?;
    assert!(!database.with_extension("db-wal").exists(), "a desk that is closed leaves its data in one file");
    let mut damaged = whole.clone();
    damaged.get_mut(4096..).context("a database of one page")?.fill(7);
    fs::write(&database, damaged)?;
    let desk = Desk::open(folder.path()).await?;
    desk.read(FAILED).await?;
    desk.read("Databasfilen är skadad.").await?;
    desk.read("Återställ den senaste säkerhetskopian.").await?;
    fs::write(&database, whole)?;
    desk.press("Försök igen").await?;
    desk.read("Att göra").await?;
    desk.close().await
}

#[tokio::test]
#[ignore = "needs a display and the right to mount: cargo xtask test"]
async fn a_disk_that_cannot_be_written_and_a_full_one_are_told_apart() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let small = SmallDisk::mount()?;
    #[cfg(unix)]
    std::os::unix::fs::symlink(small.folder.path(), folder.path().join("data"))?;
    settle(folder.path(), &[]).await?;

    small.remount("ro")?;
    let desk = Desk::open(folder.path()).await?;
    desk.read(FAILED).await?;
    desk.read("Mappen för uppgifterna går inte att använda.").await?;
    small.remount("rw")?;
    desk.press("Försök igen").await?;
    desk.read("Att göra").await?;
    desk.leave().await?;

    let filler = small.fill()?;
    let again = Desk::open(folder.path()).await?;
    again.read(FAILED).await?;
    again.read("Disken med uppgifterna är full.").await?;
    picture("place-full")?;
    fs::remove_file(filler)?;
    again.press("Försök igen").await?;
    again.read("Att göra").await?;
    again.close().await
}

/// Sets a desk up on this computer, without going through the pages of the first run.
///
/// # Errors
/// When it is refused.
pub(crate) async fn settle(folder: &Path, environment: &[(&str, &str)]) -> Result<()> {
    let desk = Desk::open_in(folder, environment).await?;
    desk.invoke("place_choose", &json!({ "place": { "kind": "embedded" } })).await?.map_err(anyhow::Error::msg)?;
    let draft = json!({
        "owner": {
            "givenName": "Åsa", "familyName": "Öberg", "email": "asa.oberg@example.se", "password": PASSWORD,
            "language": "sv",
        },
        "organisation": {
            "name": "Brf Ekbacken", "country": "SE", "organisationNumber": "556036-0793", "vatNumber": null,
            "street": "Ekbacken 1", "postalCode": "111 11", "city": "Stockholm",
        },
        "facility": { "code": "EKB", "name": "Ekbacken", "country": "SE" },
    });
    let (status, answer) = desk.ask("POST", "/api/v1/setup", &draft).await?;
    ensure!(status == 201, "{answer}");
    desk.leave().await
}

/// A disk of a few megabytes. It takes the right to mount one.
struct SmallDisk {
    folder: TempDir,
}

impl SmallDisk {
    fn mount() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        run(Command::new("mount").args(["-t", "tmpfs", "-o", "size=16m", "tmpfs"]).arg(folder.path()))?;
        Ok(Self { folder })
    }

    fn remount(&self, how: &str) -> Result<()> {
        run(Command::new("mount").args(["-o", &format!("remount,{how}")]).arg(self.folder.path()))
    }

    /// Leaves no byte free, and answers the file that takes it all.
    fn fill(&self) -> Result<PathBuf> {
        let file = self.folder.path().join("other things");
        // It ends with an error, since it goes on until there is no room.
        let status = Command::new("dd").args(["if=/dev/zero", "bs=1k", "status=none"]).arg(of(&file)).status()?;
        ensure!(!status.success(), "the disk has no end");
        Ok(file)
    }
}

fn of(file: &Path) -> String {
    format!("of={}", file.display())
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        drop(run(Command::new("umount").arg(self.folder.path())));
    }
}

fn run(command: &mut Command) -> Result<()> {
    // Only root may mount; others ask for it as `cargo xtask setup` does.
    let is_root = Command::new("id").arg("-u").output()?.stdout.starts_with(b"0\n");
    let status = if is_root {
        command.status()?
    } else {
        Command::new("sudo").arg("-n").arg(command.get_program()).args(command.get_args()).status()?
    };
    ensure!(status.success(), "{command:?} ended with {status}");
    Ok(())
}
