//! What a program and everything that it started hold and have used, as Linux counts it.

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result};

/// What a program and its descendants cost.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cost {
    /// Memory; what several processes share counts once.
    pub(super) pss_kb: u64,
    /// Memory of the program itself, without those it started.
    pub(super) own_pss_kb: u64,
    /// Of that, what no other process has and no file could give back.
    pub(super) own_private_kb: u64,
    /// Processor time so far, of the programs and of the system for them; counted in hundredths of a second.
    pub(super) cpu_ms: u64,
    /// How many processes they are.
    pub(super) processes: usize,
}

/// What a program and all its descendants cost.
///
/// # Errors
/// When the program has ended.
pub(super) fn cost_of_all(root: u32) -> Result<Cost> {
    let all: BTreeMap<u32, (u32, u64)> = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter_map(|process| Some((process, parent_and_ticks(process)?)))
        .collect();
    let is_ours = |process: u32| {
        let mut line = std::iter::successors(Some(process), |it| all.get(it).map(|(parent, _)| *parent));
        line.any(|it| it == root)
    };
    let mut cost = Cost::default();
    for (process, (_, ticks)) in all.iter().filter(|(process, _)| is_ours(**process)) {
        let (held, private) = held_kb(*process).with_context(|| format!("process {process} has ended"))?;
        cost.pss_kb += held;
        if *process == root {
            (cost.own_pss_kb, cost.own_private_kb) = (held, private);
        }
        cost.cpu_ms += ticks * 10;
        cost.processes += 1;
    }
    (cost.processes > 0).then_some(cost).context("the program has ended")
}

fn parent_and_ticks(process: u32) -> Option<(u32, u64)> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of a program stands in brackets and may hold spaces.
    let (_, rest) = stat.rsplit_once(')')?;
    let words: Vec<&str> = rest.split_whitespace().collect();
    let number = |at: usize| words.get(at)?.parse::<u64>().ok();
    Some((u32::try_from(number(1)?).ok()?, number(11)? + number(12)?))
}

/// What a process holds, and how much of it is changed and its own alone.
fn held_kb(process: u32) -> Option<(u64, u64)> {
    let rollup = fs::read_to_string(format!("/proc/{process}/smaps_rollup")).ok()?;
    let number =
        |name| rollup.lines().find_map(|line| line.strip_prefix(name))?.split_whitespace().next()?.parse().ok();
    Some((number("Pss:")?, number("Private_Dirty:")?))
}
