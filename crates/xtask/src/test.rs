//! `cargo xtask test`: every check and test there is, cheapest first, one build shared by all.
//!
//! Everything is built once, with one set of features: the desk, the host and all tests. What follows only runs it.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use clap::Args;

use crate::command::{cargo, program};
use crate::product::EVERYTHING;
use crate::{bundle, icons, machine, openapi, setup, tidy, ui};

#[derive(Args)]
pub(crate) struct Options {
    /// Runs only the steps whose name contains this word.
    #[arg(long)]
    only: Option<String>,
}

type Step = (&'static str, fn() -> Result<()>);

const STEPS: &[Step] = &[
    ("set up", setup::for_testing),
    ("format", || cargo().args(["fmt", "--all", "--check"]).run()),
    ("tidy", tidy::tidy),
    ("interface packages", ui::install),
    ("icons", || icons::icons(true)),
    ("interface checks", || ui::npm().args(["run", "check"]).run()),
    ("interface build", ui::build),
    ("clippy", clippy),
    ("build", build),
    ("tests", tests),
    ("API document", || openapi::write(true)),
    ("journeys in a browser", journeys),
    ("package", package),
    ("journeys in the window", window),
];

/// Runs the steps, one after the other, and stops at the first that fails.
///
/// # Errors
/// When a step fails.
pub(crate) fn test(options: &Options) -> Result<()> {
    let wanted = |name: &str| options.only.as_ref().is_none_or(|word| name.contains(word.as_str()));
    let mut finished: Vec<(&str, Duration)> = Vec::new();
    let mut outcome = Ok(());
    for (name, step) in STEPS.iter().filter(|(name, _)| wanted(name)) {
        println!("\n=== {name}");
        let start = Instant::now();
        outcome = step().with_context(|| format!("the step \"{name}\" failed"));
        finished.push((name, start.elapsed()));
        if outcome.is_err() {
            break;
        }
        println!("=== {name}: {}", in_words(start.elapsed()));
    }
    println!("\n=== summary");
    for (name, took) in &finished {
        println!("{name:<24} {:>9}", in_words(*took));
    }
    println!("{:<24} {:>9}", "all", in_words(finished.iter().map(|(_, took)| *took).sum()));
    outcome
}

fn clippy() -> Result<()> {
    cargo().args(["clippy", "--all-targets"]).args(EVERYTHING).args(["--", "--deny", "warnings"]).run()?;
    cargo().args(["clippy", "--all-targets", "--package", "xtask", "--", "--deny", "warnings"]).run()
}

fn build() -> Result<()> {
    // Programs and tests in one go, so that cargo resolves one set of features for both.
    cargo().args(["build", "--all-targets"]).args(EVERYTHING).run()
}

fn tests() -> Result<()> {
    cargo().arg("test").args(EVERYTHING).run()?;
    cargo().args(["test", "--package", "xtask"]).run()
}

fn journeys() -> Result<()> {
    ui::npm().args(["run", "e2e"]).with("STOLPE_HOST_BIN", machine::built("stolpe-host", false)?).run()
}

fn package() -> Result<()> {
    if cfg!(target_os = "linux") {
        bundle::pack(true, &["deb".to_owned()])?;
        return desktop_tests("package", &[]);
    }
    println!("the package is tried on Debian only");
    Ok(())
}

fn window() -> Result<()> {
    if cfg!(target_os = "macos") {
        println!("macOS has no WebDriver for app windows: not run here");
        return Ok(());
    }
    let session: &[&str] = if cfg!(target_os = "linux") {
        &["dbus-run-session", "--", "xvfb-run", "-a", "-s", "-screen 0 1440x960x24"]
    } else {
        &[]
    };
    desktop_tests("window", session)
}

/// Runs the tests that the plain test run leaves out, because they need what a bare machine has not.
fn desktop_tests(module: &str, session: &[&str]) -> Result<()> {
    let xtask = std::env::current_exe().context("cannot find this program")?;
    let mut words: Vec<std::ffi::OsString> = session.iter().map(Into::into).collect();
    if !session.is_empty() {
        words.extend([xtask.into_os_string(), "in-session".into()]);
    }
    words.push(option_env!("CARGO").unwrap_or("cargo").into());
    let (first, rest) = words.split_first().context("no program")?;
    let filter = format!("{module}::");
    // The keychain and the settings of whoever runs this are theirs. The folder is a short one: sockets are made in it,
    // whose names may not be long.
    let home = tempfile::tempdir().context("no temporary folder")?;
    let mut tests = program(first)
        .like_by_hand()
        .args(rest)
        .args(["test"])
        .args(EVERYTHING)
        .args(["--test", "desktop", "--", "--ignored", "--test-threads=1", &filter])
        .with("STOLPE_DESK", machine::built("stolpe", false)?)
        .with("STOLPE_HOST_BIN", machine::built("stolpe-host", false)?)
        .with("STOLPE_DRIVER", setup::tauri_driver()?)
        .with("STOLPE_DRAG_SOURCE", machine::built("examples/drag_source", false)?)
        .with("STOLPE_PICTURES", machine::target()?.join("pictures"))
        .with("STOLPE_BUNDLES", machine::target()?.join("debug/bundle"));
    for variable in ["XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_RUNTIME_DIR"] {
        let folder = home.path().join(variable);
        std::fs::create_dir(&folder)?;
        tests = tests.with(variable, folder);
    }
    tests.run()
}

fn in_words(duration: Duration) -> String {
    let seconds = duration.as_secs();
    if seconds < 60 {
        format!("{:.1} s", duration.as_secs_f32())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_how_long_it_took_in_words() {
        assert_eq!(in_words(Duration::from_millis(1_240)), "1.2 s");
        assert_eq!(in_words(Duration::from_secs(61)), "1 min 01 s");
    }
}
