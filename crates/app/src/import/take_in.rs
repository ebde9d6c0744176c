//! The work of an import: rows in runs, each run in one transaction.

use super::attempt::Attempt;
use super::file::File;
use super::matching::Known;
use super::run::{self, ReadLine, RunWriter};
use super::{ImportCounts, ImportPlan, OpenImport};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use crate::sorting::Sorter;
use serde::Serialize;
use std::collections::HashMap;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ImportId, PersonId};
use stolpe_store::import::ImportState;
use stolpe_store::job::Job;

/// Rows that were taken in, and rows that stayed out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Taken {
    /// Rows that are in the register now.
    pub stored: usize,
    /// Rows that stayed out because of a fault.
    pub skipped: usize,
}

impl ImportCounts {
    /// Every row of the file.
    pub(super) const fn rows(&self) -> usize {
        self.create + self.update + self.unchanged + self.skipped
    }
}

/// What every run of an attempt shares.
struct Work<'a> {
    attempt: &'a Attempt,
    place: Facility,
    sorter: Sorter,
    known: Known,
    /// The last line that an earlier attempt took in.
    last_taken: i64,
    taken: Taken,
}

impl App {
    /// Starts to take the file in.
    ///
    /// # Errors
    /// [`AppError::Changed`] when it was started or taken back already; [`AppError::Invalid`] for a mapping that names
    /// nobody.
    pub async fn commit_import(&self, ctx: &Ctx, id: ImportId) -> Result<Job> {
        let OpenImport { import, plan, findings } = self.import(ctx, id).await?;
        if let Some(job) = self.replayed(ctx).await? {
            return self.job(ctx, job).await;
        }
        plan.mapping.check().map_err(|fault| AppError::field("columns", fault.code()))?;
        if !self.can_begin(&import) {
            return Err(AppError::refused("import.not_open"));
        }
        Self::check_source(&import)?;
        let counts = findings.counts;
        let total = counts.create + counts.update + counts.unchanged + counts.skipped;
        let organisation = import.organisation;
        let attempt = self.begin_attempt(ctx, import, &counts).await?;
        let about = (Some(organisation), Subject::Import(id));
        self.start_job(ctx, "import.commit", about, total, |app, ctx, progress| async move {
            let taken = app.take_in(&ctx, &attempt, &plan, Some(&progress)).await?;
            Ok(Outcome { result: serde_json::to_value(taken).map_err(AppError::internal)?, file: None })
        })
        .await
    }

    /// Takes the rows in; whatever ends it early leaves an import that can be continued or taken back.
    pub(super) async fn take_in(
        &self,
        ctx: &Ctx,
        attempt: &Attempt,
        plan: &ImportPlan,
        progress: Option<&Progress>,
    ) -> Result<Taken> {
        let outcome = self.take_runs(ctx, attempt, plan, progress).await;
        let to = if outcome.is_ok() { ImportState::Committed } else { ImportState::Interrupted };
        match self.end_attempt(ctx, attempt, to).await {
            // Somebody else has gone on with the import, or the host stops: what ended the attempt says more.
            Err(error) if outcome.is_err() => tracing::warn!(%error, "the end of an import is not noted"),
            ended => ended?,
        }
        outcome
    }

    async fn take_runs(
        &self,
        ctx: &Ctx,
        attempt: &Attempt,
        plan: &ImportPlan,
        progress: Option<&Progress>,
    ) -> Result<Taken> {
        let import = &attempt.import;
        let mut conn = self.read().await?;
        let place = conn.find_facility(import.facility).await?.ok_or(AppError::NotFound)?;
        let last_taken = conn.last_line_taken(import.id).await?;
        drop(conn);
        let file = File::new(self.import_content(import.id).await?);
        let mut runs = self.runs(&file, plan, place.country, ctx.today()).await?;
        drop(file);
        let total = OpenImport::try_from(import.clone())?.findings.counts.rows();
        let sorter = Sorter::new(place.country);
        let departments = self.departments_of(place.organisation_id).await?;
        let (known, taken) = (Known::default(), Taken::default());
        let mut work = Work { attempt, place, sorter, known, last_taken, taken };
        let mut seen = 0;
        while let Some(run) = runs.next().await? {
            seen += run.len();
            let run = self.read_rows(ctx, &work.place, Some(&departments), run)?;
            self.take_run(ctx, &mut work, run).await?;
            if let Some(progress) = progress {
                progress.at(seen, total.max(seen)).await?;
            }
        }
        Ok(work.taken)
    }

    /// Takes a run of rows in: all of them or none.
    async fn take_run(&self, ctx: &Ctx, work: &mut Work<'_>, mut run: Vec<ReadLine>) -> Result<()> {
        let Work { attempt, place, sorter, known, last_taken, taken } = work;
        let import = &attempt.import;
        let mut tx = self.write().await?;
        tx.keep_import_alive(import.id, attempt.id, self.now()).await?;
        let whole = run.len();
        let before = self.lines_before(&mut tx, import.id, *last_taken, &run).await?;
        run.retain(|(line, row)| match (before.get(line), row) {
            (Some(person), Ok(row)) => {
                if let Some(person) = person {
                    row.remember(known, *person);
                }
                false
            }
            _ => row.is_ok(),
        });
        taken.skipped += whole - before.len() - run.len();
        let answer = run::learn(&mut tx, ctx, place, known, &run).await?;
        let mut writer = RunWriter::new(self, ctx, sorter, answer);
        for (line, row) in &run {
            let Ok(row) = row else { continue };
            match row.decide(ctx, known) {
                Ok(decision) => writer.add(*line, row, decision)?,
                Err(_) => taken.skipped += 1,
            }
        }
        let run = writer.done();
        if run.rows.is_empty() {
            return tx.commit_telemetry().await;
        }
        taken.stored += run.rows.len();
        tx.take_in(import, &run, ctx.at).await?;
        let event = Event::new(Action::ImportCommitted, Subject::Import(import.id))
            .organisation(import.organisation)
            .facility(import.facility)
            .after(&serde_json::json!({ "rows": run.rows.len() }));
        tx.commit(ctx, [event]).await
    }

    /// The lines of a run that an earlier attempt took in, and whom they concerned.
    async fn lines_before(
        &self,
        tx: &mut stolpe_store::Tx,
        import: ImportId,
        last_taken: i64,
        run: &[ReadLine],
    ) -> Result<HashMap<u64, Option<PersonId>>> {
        let ends = run.first().zip(run.last()).map(|((first, _), (last, _))| (*first, *last));
        let number = |line: u64| i64::try_from(line).unwrap_or(i64::MAX);
        match ends {
            Some((first, last)) if number(first) <= last_taken => {
                let lines = tx.lines_taken(import, number(first), number(last)).await?;
                Ok(lines.into_iter().filter_map(|it| Some((u64::try_from(it.line).ok()?, it.person))).collect())
            }
            _ => Ok(HashMap::new()),
        }
    }
}
