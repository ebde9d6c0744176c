//! How long the desk takes from its start until the sign-in page is there to be seen, and what it holds then, beside an
//! empty window by the same libraries, in turns.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use uuid::Uuid;

use super::process::{self, Cost};
use super::screen::{Screen, Sign};
use crate::command::{cargo, program};
use crate::product::EVERYTHING;
use crate::{machine, product, setup, ui};

/// How often each is started.
const TURNS: usize = 5;
/// The title of the desk names its page, once that is there.
const DESK: Sign = Sign::Title(" · Stolpe");
/// What the page of `src-tauri/empty_window.rs` is painted with.
const EMPTY: Sign = Sign::Colour([0x55, 0x44, 0x33]);
/// Any key will do for a register that is thrown away.
const KEY: [u8; 32] = [0x5a; 32];

/// Builds what is shipped and measures it on a display and a D-Bus session of its own.
///
/// # Errors
/// When the build fails, or the desk does not come up.
pub(super) fn bench() -> Result<()> {
    setup::for_testing()?;
    ui::install()?;
    ui::build()?;
    product::build("stolpe", true)?;
    product::build("stolpe-host", true)?;
    cargo().args(["build", "--release", "--example", "empty_window"]).args(EVERYTHING).run()?;
    let this = std::env::current_exe().context("cannot find this program")?;
    program("dbus-run-session")
        .args(["--", "xvfb-run", "-a", "-s", "-screen 0 1440x960x24"])
        .arg(&this)
        .arg("in-session")
        .arg(&this)
        .args(["bench", "desktop", "here"])
        .run()
}

/// What one start took.
struct Start {
    /// From the start of the program until nothing changed on the screen any more.
    shown_ms: u128,
    cost: Cost,
}

/// Measures what is built, on the display that this runs on.
///
/// # Errors
/// When the desk does not come up.
pub(super) fn measure() -> Result<()> {
    let home = tempfile::tempdir().context("no temporary folder")?;
    let data = home.path().join("desk");
    prepare(&data)?;
    let desk = [machine::built("stolpe", true)?, "--data".into(), data];
    let empty = [machine::built("examples/empty_window", true)?];
    let (mut desks, mut floors) = (Vec::new(), Vec::new());
    for _ in 0..TURNS {
        floors.push(start(&empty, EMPTY, home.path())?);
        desks.push(start(&desk, DESK, home.path())?);
    }
    let megabytes = |starts: &[Start], of: fn(&Cost) -> u64| median(starts, |it| of(&it.cost).into()) / 1024;
    let line = json!({
        "bench": "desktop", "turns": TURNS,
        "shown_ms": median(&desks, |it| it.shown_ms), "floor_shown_ms": median(&floors, |it| it.shown_ms),
        "cpu_ms": median(&desks, |it| it.cost.cpu_ms.into()), "floor_cpu_ms": median(&floors, |it| it.cost.cpu_ms.into()),
        "own_pss_mb": megabytes(&desks, |it| it.own_pss_kb), "floor_own_pss_mb": megabytes(&floors, |it| it.own_pss_kb),
        "own_private_mb": megabytes(&desks, |it| it.own_private_kb), "floor_own_private_mb": megabytes(&floors, |it| it.own_private_kb),
        "pss_mb": megabytes(&desks, |it| it.pss_kb), "floor_pss_mb": megabytes(&floors, |it| it.pss_kb),
        "processes": median(&desks, |it| it.cost.processes as u128),
    });
    println!("{line}");
    Ok(())
}

fn median(starts: &[Start], of: impl Fn(&Start) -> u128) -> u64 {
    let mut all: Vec<u128> = starts.iter().map(of).collect();
    all.sort_unstable();
    all.get(all.len() / 2).and_then(|it| u64::try_from(*it).ok()).unwrap_or_default()
}

/// Starts a program, waits until what it shows is there and stands still, and ends it.
fn start(words: &[PathBuf], sign: Sign, home: &Path) -> Result<Start> {
    let (name, arguments) = words.split_first().context("no program given")?;
    let mut screen = Screen::open()?;
    let begun = Instant::now();
    let mut child = Command::new(name)
        .args(arguments)
        // The settings and caches of whoever runs this are theirs.
        .env("HOME", home)
        .env_remove("XDG_CACHE_HOME")
        .env_remove("XDG_CONFIG_HOME")
        .env_remove("XDG_DATA_HOME")
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("cannot start {}", name.display()))?;
    let shown = screen.until(sign, begun);
    let cost = process::cost_of_all(child.id());
    end(&mut child)?;
    screen.until(Sign::NoWindow, Instant::now())?;
    Ok(Start { shown_ms: shown?.as_millis(), cost: cost? })
}

fn end(child: &mut Child) -> Result<()> {
    child.kill().context("the program does not end")?;
    child.wait().context("the program does not end")?;
    Ok(())
}

/// A register on this computer that somebody has set up, with its key in a file: the desk asks who is there.
fn prepare(folder: &Path) -> Result<()> {
    let (data, config, id) = (folder.join("data"), folder.join("config"), Uuid::new_v4());
    fs::create_dir_all(&data)?;
    fs::create_dir_all(&config)?;
    fs::write(data.join("folder.id"), id.to_string())?;
    fs::write(folder.join(format!("stolpe-{id}.key")), KEY)?;
    let memory = json!({ "place": { "kind": "embedded" }, "key": { "kind": "file", "folder": folder } });
    fs::write(config.join("desk.json"), memory.to_string())?;
    let mut host = Command::new(machine::built("stolpe-host", true)?)
        .args(["init", "--owner-email", "ovning@example.com", "--owner-password-stdin", "--organisation", "Bench"])
        .args(["--country", "SE", "--data"])
        .arg(&data)
        .env("STOLPE_KEY", KEY.map(|byte| format!("{byte:02x}")).concat())
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .context("cannot start stolpe-host")?;
    host.stdin.take().context("the host takes no password")?.write_all(b"A long way round 1 lake!\n")?;
    ensure!(host.wait()?.success(), "the register was not made");
    Ok(())
}
