//! A file that is taken in, read beside the requests: what one file takes must not keep everybody else waiting.

use super::{ImportPlan, plan, run};
use crate::App;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use std::sync::{Arc, OnceLock};
use stolpe_documents::people_file::PeopleRow;
use stolpe_documents::table_file::{WorkbookError, WorkbookTable, read_workbook};
use stolpe_domain::country::Country;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

/// A file as it came. A workbook is read once, however often its rows are gone through.
pub(super) struct File {
    content: Vec<u8>,
    book: OnceLock<std::result::Result<WorkbookTable, &'static str>>,
}

impl File {
    pub(super) fn new(content: Vec<u8>) -> Arc<Self> {
        Arc::new(Self { content, book: OnceLock::new() })
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.content
    }

    /// The table of a workbook.
    ///
    /// # Errors
    /// [`AppError::Refused`] `import.unreadable`, `import.empty`, or `import.unpacked_too_large` for one that takes more memory than any
    /// honest one.
    pub(super) fn book(&self) -> Result<&WorkbookTable> {
        let read = || {
            read_workbook(&self.content).map_err(|error| match error {
                WorkbookError::TooLarge => "import.unpacked_too_large",
                WorkbookError::Empty => "import.empty",
                WorkbookError::Unreadable(_) => "import.unreadable",
            })
        };
        self.book.get_or_init(read).as_ref().map_err(|code| AppError::refused(code))
    }
}

/// The rows of a file in runs, each read while the one before is worked on.
pub(super) struct Runs {
    rows: mpsc::Receiver<Result<Vec<PeopleRow>>>,
    reader: JoinHandle<()>,
}

impl Runs {
    /// The next run; none at the end of the file.
    pub(super) async fn next(&mut self) -> Result<Option<Vec<PeopleRow>>> {
        if let Some(run) = self.rows.recv().await {
            return run.map(Some);
        }
        // A reader that fell over would pass for the end of the file.
        (&mut self.reader).await.map_err(AppError::internal)?;
        Ok(None)
    }
}

impl App {
    /// Goes over a file for a request: one file at a time, and where waiting is allowed.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] `busy` when many others wait, and whatever is wrong with the file.
    pub(super) async fn over<T: Send + 'static>(
        &self,
        file: &Arc<File>,
        work: impl FnOnce(&File) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let file = Arc::clone(file);
        self.reading.ask(move || work(&file)).await?
    }

    /// The rows of a file as people, in runs.
    pub(super) async fn runs(
        &self,
        file: &Arc<File>,
        plan: &ImportPlan,
        home: Country,
        today: NaiveDate,
    ) -> Result<Runs> {
        if plan.shape.is_none() {
            let file = Arc::clone(file);
            self.reading.wait(move || file.book().map(|_| ())).await??;
        }
        let (some, rows) = mpsc::channel(1);
        let (file, plan) = (Arc::clone(file), plan.clone());
        let reader = tokio::task::spawn_blocking(move || {
            let mut rows = match plan::people(&file, &plan, home, today) {
                Ok(rows) => rows,
                Err(error) => return drop(some.blocking_send(Err(error))),
            };
            loop {
                let run: Vec<_> = rows.by_ref().take(run::ROWS).collect();
                if run.is_empty() || some.blocking_send(Ok(run)).is_err() {
                    return;
                }
            }
        });
        Ok(Runs { rows, reader })
    }
}
