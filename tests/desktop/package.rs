//! The package that people install, installed.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context, Result, ensure};

use crate::bench;

/// Installs through the system's own installer where that may be done, which also proves that what the package depends
/// on exists; elsewhere the package is only laid out in a folder.
#[test]
#[ignore = "needs a built package: cargo xtask test"]
fn the_package_brings_a_desk_that_starts_and_that_the_system_knows() -> Result<()> {
    let package = package()?;
    let root = tempfile::tempdir()?;
    // A desk that somebody here works with is left alone.
    let may_install = read(Command::new("id").arg("-u"))?.trim() == "0" && !Path::new("/usr/bin/stolpe").exists();
    let system = if may_install { PathBuf::from("/") } else { root.path().to_owned() };
    if may_install {
        let mut install = Command::new("apt-get");
        install.args(["install", "--yes", "--quiet", "--no-install-recommends"]);
        run(install.arg(&package).env("DEBIAN_FRONTEND", "noninteractive"))?;
    } else {
        run(Command::new("dpkg-deb").arg("--extract").arg(&package).arg(&system))?;
    }
    let outcome = look_at(&system);
    if may_install {
        run(Command::new("apt-get").args(["remove", "--yes", "--quiet", "stolpe"]))?;
        ensure!(!system.join("usr/bin/stolpe").exists(), "the package leaves its program behind");
    }
    outcome
}

fn look_at(system: &Path) -> Result<()> {
    let program = system.join("usr/bin/stolpe");
    let version = read(Command::new(&program).arg("--version"))?;
    assert_eq!(version.trim(), concat!("stolpe ", env!("CARGO_PKG_VERSION")));

    let entry = std::fs::read_to_string(system.join("usr/share/applications/Stolpe.desktop"))?;
    for line in ["Name=Stolpe", "Exec=stolpe %u", "Icon=stolpe", "MimeType=x-scheme-handler/stolpe;"] {
        assert!(entry.lines().any(|own| own == line), "{line} is not in {entry}");
    }
    for language in ["sv", "nb"] {
        assert!(entry.contains(&format!("Comment[{language}]=")), "no words in {language}");
    }
    assert!(system.join("usr/share/icons/hicolor/128x128/apps/stolpe.png").is_file());
    Ok(())
}

/// The newest package that the bundler has made.
fn package() -> Result<PathBuf> {
    let folder = bench::path("STOLPE_BUNDLES")?.join("deb");
    let entries = std::fs::read_dir(&folder).with_context(|| format!("no packages in {}", folder.display()))?;
    let packages =
        entries.flatten().map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|e| e == "deb"));
    packages
        .max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok())
        .with_context(|| format!("no package in {}", folder.display()))
}

fn run(command: &mut Command) -> Result<Output> {
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(output.status.success(), "{command:?} failed: {}", String::from_utf8_lossy(&output.stderr));
    Ok(output)
}

fn read(command: &mut Command) -> Result<String> {
    Ok(String::from_utf8(run(command)?.stdout)?)
}
