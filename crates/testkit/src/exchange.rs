//! What is said between an adapter and whom it asks, byte by byte: written down on its way ([`Relay`]), held in files, and
//! said again to the adapter without anybody outside ([`Replay`]).
//!
//! A file is a story: lines of what is done (`## take payment-1`), and under each what went over the wire. `>` is what we
//! say, `<` is what we are told, `=` is what the adapter made of it. What must differ from one recording to the next
//! stands as a name in braces; [`Names`] has the list of them.

mod names;
mod recording;
mod relay;
mod replay;

pub use names::Names;
pub use recording::{Answered, Exchange, Question, Recording, Step};
pub use relay::Relay;
pub use replay::Replay;

use async_trait::async_trait;
use std::path::{Path, PathBuf};
use stolpe_ports::payments::RawCallback;

/// Makes the next answer but so many get lost: the one line of a story that is for whoever stands between.
const LOSE: &str = "lose-an-answer-after ";

/// Lines that are told of two texts that differ.
const MOST_LINES: usize = 12;
/// Signs that are told of a line before where it differs.
const BEFORE: usize = 40;

/// What a line of a story came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// In words, where there is something to say.
    pub came_to: Option<String>,
    /// What the other side told on its own.
    pub notice: Option<RawCallback>,
}

/// Whoever carries a story out: an adapter, and those outside.
#[async_trait]
pub trait Teller: Send {
    /// Carries out one line of a story. A notice is what was told on its own when the story was recorded; without one it is
    /// for those outside to tell it.
    async fn carry_out(&mut self, line: &str, notice: Option<RawCallback>) -> Outcome;
}

/// Carries out a story through a relay; answers it with all that was said.
///
/// # Panics
/// When a line of it is none.
pub async fn record(story: &Recording, relay: &Relay, names: &mut Names, teller: &mut impl Teller) -> Recording {
    let mut steps = Vec::new();
    for step in &story.steps {
        let mut outcome = Outcome::default();
        if let Some(others) = step.line.strip_prefix(LOSE) {
            relay.lose_an_answer_after(others.parse().expect("a number"));
        } else {
            outcome = teller.carry_out(&step.line, None).await;
        }
        let exchanges = relay.heard().into_iter().map(|exchange| names.write(exchange)).collect();
        let notice = outcome.notice.map(|notice| names.write_notice(&notice));
        let came_to = outcome.came_to.map(|words| names.hide(&in_a_line(&words)));
        steps.push(Step { line: step.line.clone(), exchanges, notice, came_to });
    }
    Recording { steps, ..story.clone() }
}

/// Carries out a story against what was recorded of it: the adapter asks what it asked then, and comes to the same.
///
/// # Panics
/// When it does not.
pub async fn replay(story: &Recording, replay: &Replay, names: &Names, teller: &mut impl Teller) {
    for step in story.steps.iter().filter(|step| !step.line.starts_with(LOSE)) {
        replay.expect(step.exchanges.clone());
        let notice = step.notice.as_ref().map(|notice| names.fill_notice(notice));
        let outcome = teller.carry_out(&step.line, notice).await;
        let rest = replay.rest().join("\n");
        assert!(rest.is_empty(), "{}: what is asked differs\n{rest}", step.line);
        let came_to = outcome.came_to.map(|words| names.hide(&in_a_line(&words)));
        assert_eq!(came_to, step.came_to, "{}", step.line);
    }
}

/// What others write may have lines of its own.
fn in_a_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The stories in a folder.
///
/// # Panics
/// When there are none, or one cannot be read.
pub fn stories(folder: &Path) -> Vec<(PathBuf, Recording)> {
    let mut paths: Vec<_> = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "txt"));
    paths.sort();
    assert!(!paths.is_empty(), "no story in {}", folder.display());
    let read = |path: PathBuf| {
        let text = std::fs::read_to_string(&path).unwrap();
        let story = Recording::read(&text).unwrap_or_else(|fault| panic!("{}: {fault}", path.display()));
        (path, story)
    };
    paths.into_iter().map(read).collect()
}

/// The lines of two texts that differ, each from shortly before where it does.
fn differences(was: &str, is: &str) -> Vec<String> {
    let (was, is): (Vec<_>, Vec<_>) = (was.lines().collect(), is.lines().collect());
    let pairs = (0..was.len().max(is.len())).map(|line| (line + 1, was.get(line), is.get(line)));
    let differing = pairs.filter(|(_, was, is)| was != is).take(MOST_LINES);
    let told = differing.map(|(line, was, is)| {
        let (was, is) = (was.unwrap_or(&""), is.unwrap_or(&""));
        let same = was.chars().zip(is.chars()).take_while(|(one, other)| one == other).count();
        let part = |text: &str| text.chars().skip(same.saturating_sub(BEFORE)).take(3 * BEFORE).collect::<String>();
        format!("line {line}, column {}\n- {}\n+ {}", same + 1, part(was), part(is))
    });
    told.collect()
}

/// Holds a recording against its file, or writes the file anew.
///
/// # Panics
/// When they differ: every line that does is told, ours after `+`, that of the file after `-`.
pub fn assert_recorded(path: &Path, recording: &Recording, blesses: bool) {
    let actual = recording.to_string();
    if blesses {
        std::fs::write(path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(path).unwrap();
    assert!(
        actual == expected,
        "{} goes over the wire differently; if that is meant, run the test with STOLPE_BLESS=1\n{}",
        path.display(),
        differences(&expected, &actual).join("\n"),
    );
}
