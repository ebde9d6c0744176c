//! What no WebDriver reaches: native dialogs, keys and the mouse. `xdotool` moves them as a hand would, on the display
//! of the test.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

use crate::bench;

/// Longer than a window takes to appear on a machine that is busy.
const PATIENCE: &str = "30";
const LONGEST: Duration = Duration::from_secs(30);
/// In pixels: further than the distance that the window system takes for a hand that shakes.
const STEPS: [i32; 6] = [4, 8, 16, 32, 24, 12];

/// A window, as the display numbers it.
pub(crate) struct Window(String);

impl Window {
    /// Waits for a window with this title to be seen.
    ///
    /// # Errors
    /// When none appears.
    pub(crate) fn titled(title: &str) -> Result<Self> {
        Self::found("--name", title)
    }

    /// Waits for the desk to be seen, whatever page it shows: its title ends with the product's name.
    ///
    /// # Errors
    /// When it does not appear.
    pub(crate) fn of_the_desk() -> Result<Self> {
        Self::matching("--name", "(^|· )Stolpe$")
    }

    /// Waits for a window of this program to be seen.
    ///
    /// # Errors
    /// When none appears.
    pub(crate) fn of_class(class: &str) -> Result<Self> {
        Self::found("--class", class)
    }

    fn found(by: &str, text: &str) -> Result<Self> {
        // What is searched for is a pattern, in which a question mark asks nothing.
        Self::matching(by, &format!("^{}$", text.replace('?', r"\?")))
    }

    fn matching(by: &str, pattern: &str) -> Result<Self> {
        let found = Command::new("timeout")
            .args([PATIENCE, "xdotool", "search", "--sync", "--onlyvisible", by, pattern])
            .output()
            .context("xdotool does not start")?;
        let number = String::from_utf8(found.stdout)?.lines().next().map(str::to_owned);
        Ok(Self(number.with_context(|| format!("no window \"{pattern}\""))?))
    }

    /// Waits for the window to close.
    ///
    /// # Errors
    /// When it stays.
    pub(crate) fn until_gone(&self) -> Result<()> {
        // An answer means that it is there still; asking costs a few milliseconds, which is the pause between two looks.
        let is_there = || xdotool_says(&["getwindowgeometry", &self.0]);
        let patience = Instant::now() + LONGEST;
        while is_there() {
            ensure!(Instant::now() < patience, "the window stays");
        }
        Ok(())
    }

    /// Writes into the window that it is now.
    ///
    /// # Errors
    /// When it cannot be brought to the front.
    pub(crate) fn write(&self, text: &str) -> Result<()> {
        xdotool(&["windowactivate", "--sync", &self.0])?;
        xdotool(&["type", "--clearmodifiers", text])
    }

    /// Presses keys, such as `ctrl+a`, in this window.
    ///
    /// # Errors
    /// When it cannot be brought to the front.
    pub(crate) fn press(&self, keys: &str) -> Result<()> {
        xdotool(&["windowactivate", "--sync", &self.0])?;
        xdotool(&["key", "--clearmodifiers", keys])
    }

    /// The middle of the window on the display, in pixels.
    fn middle(&self) -> Result<(i32, i32)> {
        let place = Command::new("xdotool").args(["getwindowgeometry", "--shell", &self.0]).output()?;
        let place = String::from_utf8(place.stdout)?;
        let number = |name: &str| -> Result<i32> {
            let line = place.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix('='));
            Ok(line.with_context(|| format!("no {name} in {place}"))?.parse()?)
        };
        Ok((number("X")? + number("WIDTH")? / 2, number("Y")? + number("HEIGHT")? / 2))
    }
}

/// A file in another program, ready to be dragged from there.
pub(crate) struct Draggable {
    program: Child,
    window: Window,
}

impl Draggable {
    /// Shows the file in a window of another program.
    ///
    /// # Errors
    /// When that program does not start.
    pub(crate) fn show(file: &Path) -> Result<Self> {
        let program = Command::new(bench::path("STOLPE_DRAG_SOURCE")?).arg(file).stdin(Stdio::null()).spawn()?;
        let name = file.file_name().context("a file without a name")?.to_string_lossy().into_owned();
        Ok(Self { program, window: Window::titled(&name)? })
    }

    /// Drags the file to the middle of a window and holds it there.
    ///
    /// # Errors
    /// When the mouse cannot be moved.
    pub(crate) fn drag_over(&self, target: &Window) -> Result<()> {
        xdotool(&["windowactivate", "--sync", &self.window.0])?;
        let (from_x, from_y) = self.window.middle()?;
        xdotool(&["mousemove", "--sync", &from_x.to_string(), &from_y.to_string(), "mousedown", "1"])?;
        for step in STEPS {
            xdotool(&["mousemove_relative", "--sync", "--", &(-step).to_string(), &(-step).to_string()])?;
        }
        let (to_x, to_y) = target.middle()?;
        xdotool(&["mousemove", "--sync", &to_x.to_string(), &to_y.to_string()])?;
        // A hand does not stand still: the program below is told of the file only as it moves.
        for step in STEPS {
            xdotool(&["mousemove_relative", "--sync", &step.to_string(), &step.to_string()])?;
        }
        Ok(())
    }

    /// Lets go of the file.
    ///
    /// # Errors
    /// When the mouse does not obey.
    pub(crate) fn drop_it() -> Result<()> {
        xdotool(&["mouseup", "1"])
    }
}

impl Drop for Draggable {
    fn drop(&mut self) {
        drop(self.program.kill());
        drop(self.program.wait());
    }
}

/// Tells a dialog that asks for a file which one, and waits until it has gone.
///
/// # Errors
/// When there is no such dialog.
pub(crate) fn name_file(dialog: &str, file: &Path) -> Result<()> {
    let dialog = Window::titled(dialog)?;
    crate::driver::picture("save-dialog")?;
    dialog.press("ctrl+a")?;
    dialog.write(&file.display().to_string())?;
    dialog.press("Return")
}

/// Tells a dialog that asks for a folder which one.
///
/// # Errors
/// When there is no such dialog.
pub(crate) fn name_folder(dialog: &str, folder: &Path) -> Result<()> {
    let dialog = Window::titled(dialog)?;
    // Opens the line for the path, which a dialog for folders hides at first.
    dialog.press("ctrl+l")?;
    dialog.write(&folder.display().to_string())?;
    crate::driver::picture("folder-dialog")?;
    dialog.press("Return")
}

fn xdotool_says(arguments: &[&str]) -> bool {
    let output = Command::new("xdotool").args(arguments).output();
    output.is_ok_and(|output| output.status.success())
}

fn xdotool(arguments: &[&str]) -> Result<()> {
    let status = Command::new("timeout").args([PATIENCE, "xdotool"]).args(arguments).status()?;
    ensure!(status.success(), "xdotool {arguments:?} ended with {status}");
    Ok(())
}
