//! Lists that are taken in at once: circuits, charge points, tags, and sessions that another system has counted.
//!
//! Each row stands for itself: one that cannot be taken in is named and stays out, and the others are taken in. Looking
//! decides every row as doing does, and writes nothing. What is there already as the list says is left alone, so that a
//! list can be taken in again.

mod charge_points;
mod circuits;
mod person;
mod sessions;
mod tags;

pub use sessions::SessionImport;
pub use stolpe_documents::list_file::ListFault;

use crate::error::{AppError, Result};
use std::collections::{BTreeMap, HashSet};
use stolpe_documents::catalogue;
use stolpe_documents::list_file::{ListColumn, ListFile, ListFileError, ListRow, ValueFault, whole_number};
use stolpe_domain::circuit::MOST_FUSE_A;
use stolpe_domain::faults::Faults;
use stolpe_domain::language::Language;

/// The largest file that is taken.
const FILE_BYTES: usize = 48 * 1024 * 1024;

/// Whether something is looked at, or done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Earnest {
    /// Nothing is written.
    Look,
    /// What can be taken in is taken in.
    Do,
}

/// What a list does: the consequences before it is taken in, and what came of it afterwards.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListFindings {
    /// What is added.
    pub create: usize,
    /// What is changed.
    pub update: usize,
    /// What is there as the list says.
    pub unchanged: usize,
    /// What is wrong, in the order of the lines.
    pub faults: Vec<ListFault>,
    /// Headings that were not read.
    pub unread: Vec<String>,
    /// What else follows, counted by a stable word.
    pub notes: BTreeMap<&'static str, usize>,
}

impl ListFindings {
    /// Rows that stay out.
    pub fn skipped(&self) -> usize {
        self.faults.iter().map(|fault| fault.line).collect::<HashSet<_>>().len()
    }

    fn note(&mut self, word: &'static str, is_so: bool) {
        if is_so {
            *self.notes.entry(word).or_default() += 1;
        }
    }

    fn count(&mut self, step: Step) {
        match step {
            Step::Create => self.create += 1,
            Step::Update => self.update += 1,
            Step::Unchanged => self.unchanged += 1,
        }
    }
}

/// What becomes of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Step {
    Create,
    Update,
    Unchanged,
}

/// What is wrong with a row; all of it.
type Refused = Vec<ListFault>;

/// Reads a list; its broken rows are noted.
fn read(content: &[u8], columns: &[ListColumn]) -> Result<(Vec<ListRow>, ListFile, ListFindings)> {
    if content.len() > FILE_BYTES {
        return Err(AppError::refused("import.too_large"));
    }
    let mut file = ListFile::read(content, columns).map_err(|error| match error {
        ListFileError::Missing(key) | ListFileError::Twice(key) => AppError::field(key, error.code()),
        _ => AppError::refused(error.code()),
    })?;
    let mut findings = ListFindings { unread: std::mem::take(&mut file.unread), ..ListFindings::default() };
    let mut rows = Vec::with_capacity(file.rows.len());
    for row in std::mem::take(&mut file.rows) {
        match row {
            Ok(row) => rows.push(row),
            Err(fault) => findings.faults.push(fault),
        }
    }
    Ok((rows, file, findings))
}

/// The cells of one row as values, and what was found wrong with them.
struct Cells<'r> {
    row: &'r ListRow,
    faults: Refused,
}

impl<'r> Cells<'r> {
    fn new(row: &'r ListRow) -> Self {
        Self { row, faults: Vec::new() }
    }

    fn fault(&mut self, column: &'static str, code: impl Into<String>) {
        self.faults.push(self.row.fault(column, code));
    }

    /// The value of a cell; none where there is nothing, or nothing of the kind.
    fn value<T>(
        &mut self,
        column: &'static str,
        read: impl FnOnce(&str) -> std::result::Result<T, ValueFault>,
    ) -> Option<T> {
        match read(self.row.text(column)?) {
            Ok(value) => Some(value),
            Err(fault) => {
                self.fault(column, fault.0);
                None
            }
        }
    }

    /// A fuse, which must be said. What cannot be read passes for the largest, so that nothing else is found wrong by it.
    fn fuse(&mut self) -> i64 {
        if self.row.text("fuseA").is_none() {
            self.fault("fuseA", "required");
        }
        self.value("fuseA", whole_number).unwrap_or(MOST_FUSE_A)
    }

    /// One of a few words: as we write it in JSON, or as the screens say it in any language.
    fn word<T: Copy>(
        &mut self,
        column: &'static str,
        family: &str,
        all: &[T],
        word: impl Fn(T) -> &'static str,
    ) -> Option<T> {
        let text = self.row.text(column)?.to_lowercase();
        let is_meant = |it: &&T| {
            let code = word(**it);
            let said = Language::ALL.iter().map(|language| catalogue::word(*language, family, code).to_lowercase());
            code.to_lowercase() == text || said.into_iter().any(|said| said == text)
        };
        let found = all.iter().find(is_meant).copied();
        if found.is_none() {
            self.fault(column, "word.unknown");
        }
        found
    }

    /// What a check of a draft found, under the names of our columns.
    fn add(&mut self, faults: Faults, column_of: impl Fn(&str) -> &'static str) {
        for (field, code) in faults.0 {
            let column = column_of(&field);
            // What could not be read was said already.
            if !self.faults.iter().any(|fault| fault.column == Some(column)) {
                self.fault(column, code);
            }
        }
    }

    fn done<T>(self, value: T) -> std::result::Result<T, Refused> {
        if self.faults.is_empty() { Ok(value) } else { Err(self.faults) }
    }
}

/// What kept a row from being taken in that had looked sound: somebody else was faster. Anything else ends the import.
fn of_row(row: &ListRow, column: &'static str, error: AppError) -> Result<Refused> {
    match error {
        AppError::Invalid(faults) => Ok(faults.0.into_values().map(|code| row.fault(column, code)).collect()),
        AppError::Conflict(code) | AppError::Refused { code, .. } => Ok(vec![row.fault(column, code)]),
        AppError::Changed => Ok(vec![row.fault(column, "row.changed")]),
        other => Err(other),
    }
}
