//! A story as its file holds it.

use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt::{Display, Formatter, Result as Written};

/// What was asked, or told on its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// `POST`.
    pub method: String,
    /// Path and query.
    pub target: String,
    /// Those that matter, by name.
    pub headers: Vec<(String, String)>,
    /// As it was sent.
    pub body: String,
}

/// What was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// HTTP status.
    pub status: u16,
    /// Those that matter, by name.
    pub headers: Vec<(String, String)>,
    /// As it came.
    pub body: String,
    /// Whether it got lost on its way.
    pub is_lost: bool,
}

/// A question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// What we asked.
    pub asked: Question,
    /// What we were answered.
    pub answered: Answered,
}

/// A line of a story and what was said for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done.
    pub line: String,
    /// What went over the wire, in its order.
    pub exchanges: Vec<Exchange>,
    /// What the other side told on its own.
    pub notice: Option<Question>,
    /// What the adapter made of it.
    pub came_to: Option<String>,
}

/// A story.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recording {
    /// What it is about.
    pub title: String,
    /// Who answered: `the double`, or the address of a test environment.
    pub by: String,
    /// When it happens.
    pub at: DateTime<Utc>,
    /// Its lines.
    pub steps: Vec<Step>,
}

impl Recording {
    /// Reads a file.
    ///
    /// # Errors
    /// The line that is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut story = Self { title: String::new(), by: String::new(), at: DateTime::UNIX_EPOCH, steps: Vec::new() };
        let mut lines = text.lines().peekable();
        while let Some(line) = lines.next() {
            let wrong = || format!("not a line of a story: {line}");
            if let Some(done) = line.strip_prefix("## ") {
                story.steps.push(Step { line: done.to_owned(), exchanges: Vec::new(), notice: None, came_to: None });
            } else if let Some(title) = line.strip_prefix("# ") {
                title.clone_into(&mut story.title);
            } else if let Some(by) = line.strip_prefix("by: ") {
                by.clone_into(&mut story.by);
            } else if let Some(at) = line.strip_prefix("at: ") {
                story.at = at.parse().map_err(|_| wrong())?;
            } else if let Some(words) = line.strip_prefix("= ") {
                story.steps.last_mut().ok_or_else(wrong)?.came_to = Some(words.to_owned());
            } else if let Some(first) = line.strip_prefix("> ").or_else(|| line.strip_prefix("< ")) {
                let (step, sign) = (story.steps.last_mut().ok_or_else(wrong)?, &line[..1]);
                let mut block = Vec::new();
                while let Some(line) = lines.next_if(|line| line.starts_with(sign)) {
                    block.push(line[1..].strip_prefix(' ').unwrap_or_default());
                }
                step.hear(sign == ">", first, &block).ok_or_else(wrong)?;
            } else if !line.is_empty() {
                return Err(wrong());
            }
        }
        Ok(story)
    }
}

impl Step {
    /// Takes in one block of lines. An answer is put to the question before it.
    fn hear(&mut self, is_ours: bool, first: &str, block: &[&str]) -> Option<()> {
        let end = block.iter().position(|line| line.is_empty()).unwrap_or(block.len());
        let headers = block[..end].iter().map(|line| line.split_once(": "));
        let headers: Vec<_> =
            headers.map(|it| it.map(|(name, value)| (name.to_owned(), value.to_owned()))).collect::<Option<_>>()?;
        let body = block.get(end + 1..).unwrap_or_default().join("\n");
        let (word, rest) = first.split_once(' ').unwrap_or((first, ""));
        if let Ok(status) = word.parse() {
            let answered = Answered { status, headers, body, is_lost: rest == "lost" };
            self.exchanges.last_mut()?.answered = answered;
            return Some(());
        }
        let asked = Question { method: word.to_owned(), target: rest.to_owned(), headers, body };
        if is_ours {
            let unheard = Answered { status: 0, headers: Vec::new(), body: String::new(), is_lost: true };
            self.exchanges.push(Exchange { asked, answered: unheard });
        } else {
            self.notice = Some(asked);
        }
        Some(())
    }
}

impl Display for Recording {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        let at = self.at.to_rfc3339_opts(SecondsFormat::Secs, true);
        writeln!(f, "# {}\n\nby: {}\nat: {at}", self.title, self.by)?;
        for step in &self.steps {
            writeln!(f, "\n## {}", step.line)?;
            for Exchange { asked, answered } in &step.exchanges {
                write!(f, "{asked}")?;
                let lost = if answered.is_lost { " lost" } else { "" };
                let first = format!("{}{lost}", answered.status);
                write!(f, "{}", Block { sign: '<', first, headers: &answered.headers, body: &answered.body })?;
            }
            if let Some(told) = &step.notice {
                write!(f, "{}", Block { sign: '<', first: told.first(), headers: &told.headers, body: &told.body })?;
            }
            if let Some(words) = &step.came_to {
                writeln!(f, "= {words}")?;
            }
        }
        Ok(())
    }
}

impl Display for Question {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        write!(f, "{}", Block { sign: '>', first: self.first(), headers: &self.headers, body: &self.body })
    }
}

impl Question {
    fn first(&self) -> String {
        format!("{} {}", self.method, self.target)
    }
}

struct Block<'b> {
    sign: char,
    first: String,
    headers: &'b [(String, String)],
    body: &'b str,
}

impl Display for Block<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> Written {
        let sign = self.sign;
        writeln!(f, "{sign} {}", self.first)?;
        for (name, value) in self.headers {
            writeln!(f, "{sign} {name}: {value}")?;
        }
        if self.body.is_empty() {
            return Ok(());
        }
        writeln!(f, "{sign}")?;
        for line in self.body.split('\n') {
            if line.is_empty() { writeln!(f, "{sign}")? } else { writeln!(f, "{sign} {line}")? }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_that_is_written_is_read_again() {
        let text = "# A story\n\nby: the double\nat: 2026-11-22T08:00:00Z\n\n## begin payment-1 1.00\n> POST /a?b=c\n> \
                    content-type: application/json\n>\n> {\"a\":1}\n< 201 lost\n< location: https://x/1\n> GET /a/1\n< 200\n\
                    <\n< one\n<\n< three\n= begun\n\n## outside payment-1 paid\n< POST /told\n<\n< {}\n\n## cancel payment-1\n";
        let story = Recording::read(text).expect("a story");
        assert_eq!(story.to_string(), text);
        assert_eq!(story.steps[0].exchanges.len(), 2);
        assert!(story.steps[0].exchanges[0].answered.is_lost);
        assert_eq!(story.steps[0].exchanges[1].answered.body, "one\n\nthree");
        assert!(story.steps[1].notice.is_some());
        assert!(Recording::read("what\n").is_err());
        assert!(Recording::read("> GET /before/any/step\n").is_err());
    }
}
