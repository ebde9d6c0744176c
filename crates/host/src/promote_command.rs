//! `promote`: an installation outgrows its database file and moves to a server.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use crate::command::Data;
use anyhow::{Context, bail};
use clap::Args;
use std::io::{IsTerminal as _, Write as _};
use std::path::Path;
use std::process::ExitCode;
use stolpe_app::{Arrived, Ctx, Proof};
use stolpe_host::{Config, DataFolder, Host, MovedData, Place};
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_store::promote::{PromoteError, Source, Step, Target, TargetState};

/// Exit status: everything is on the server, and something is left to do.
const UNFINISHED: u8 = 1;
/// Exit status: nothing was moved.
const NOTHING: u8 = 2;

#[derive(Debug, Args)]
pub(crate) struct Promote {
    #[command(flatten)]
    data: Data,
    /// An empty Postgres database.
    #[arg(long, value_name = "postgres://…", env = "STOLPE_PROMOTE_TO", hide_env_values = true)]
    to: String,
}

/// How far it came.
enum Outcome {
    /// Everything is on the server; what was moved is known unless an earlier attempt did it.
    There { last_row: i64, arrived: Option<Arrived> },
    /// The server went away while it was told to keep everything: nobody knows whether it did.
    Unknown(PromoteError),
}

pub(crate) async fn promote(it: Promote) -> ExitCode {
    let done = async {
        let Place::Embedded(folder) = it.data.place() else {
            bail!("promote starts from the database file: leave out --database-url, and STOLPE_DATABASE_URL too");
        };
        if !DataFolder::database(&folder).exists() {
            bail!("there is no database in {}", folder.display());
        }
        // Held to the end, so that no host opens the folder while its data is between two places.
        let held = DataFolder::lock(&folder)?;
        let target = Target::connect(&it.to).await?;
        if let Some(moved) = MovedData::of(&folder)?
            && (moved.finished_at.is_some() || moved.to != target.address())
        {
            bail!("{}: {moved}", folder.display());
        }
        let outcome = carry_over(&folder, &target).await;
        target.close().await;
        Ok((folder, held, target, outcome?))
    };
    let (folder, _held, target, outcome) = match done.await {
        Ok(done) => done,
        Err(error) => {
            tracing::error!("{error:#}");
            println!("nothing was moved: the folder and the server are as they were");
            return ExitCode::from(NOTHING);
        }
    };
    let finished = match outcome {
        Outcome::There { last_row, arrived } => finish(&it, &folder, &target, last_row, arrived).await,
        Outcome::Unknown(error) => Err(error.into()),
    };
    match finished {
        Ok(code) => code,
        Err(error) => {
            tracing::error!("{error:#}");
            println!("the last step is not done: run the same command again; until then nobody can open the folder");
            ExitCode::from(UNFINISHED)
        }
    }
}

async fn carry_over(folder: &Path, target: &Target) -> anyhow::Result<Outcome> {
    let mut source = Source::open(&DataFolder::database(folder)).await?;
    let last_row = source.last_audit_row();
    match target.state(&source).await? {
        // An earlier attempt that noted it never had its last word: until it is said now, the data is in the folder.
        TargetState::Empty => MovedData::forget(folder).context("the folder cannot be written")?,
        TargetState::HasIt => {
            println!("everything is on {} already", target.address());
            return Ok(Outcome::There { last_row, arrived: None });
        }
        TargetState::Other(contents) => return Err(PromoteError::NotEmpty(contents).into()),
    }
    let copied = target.copy(&mut source, say).await?;
    let arrived = Arrived { tables: copied.tables.len(), rows: copied.tables.iter().map(|it| it.rows).sum() };
    // Noted before the last word: whoever opens the folder in between is told, instead of going on with the file.
    let note = MovedData { to: target.address().to_owned(), begun_at: SystemClock.now(), finished_at: None };
    note.keep(folder).context("the folder cannot be written")?;
    match copied.commit().await {
        Ok(()) => {
            println!("{} tables with {} rows are on {}", arrived.tables, arrived.rows, target.address());
            println!("row by row, both sides are the same");
            Ok(Outcome::There { last_row, arrived: Some(arrived) })
        }
        Err(error) => Ok(Outcome::Unknown(error)),
    }
}

/// Proves the log where it is now, writes the move into it, and closes the folder for good.
async fn finish(
    it: &Promote,
    folder: &Path,
    target: &Target,
    last_row: i64,
    arrived: Option<Arrived>,
) -> anyhow::Result<ExitCode> {
    let place = Place::Postgres(it.to.clone());
    let host = Host::open(Config { place, ..it.data.config()? }).await?;
    let done = async {
        let app = host.app();
        app.note_promotion(&Ctx::command_line(app.now()), last_row, arrived).await?;
        anyhow::Ok(app.prove_audit().await?)
    };
    let proof = done.await;
    let opens = host.app().vault().is_open();
    host.stop().await;
    let proof = proof?;
    let now = SystemClock.now();
    let begun_at = MovedData::of(folder)?.map_or(now, |note| note.begun_at);
    MovedData { to: target.address().to_owned(), begun_at, finished_at: Some(now) }.keep(folder)?;
    Ok(conclude(folder, &proof, opens))
}

fn conclude(folder: &Path, proof: &Proof, opens: bool) -> ExitCode {
    let status = match proof.broken_at {
        None => {
            println!("audit log: {} rows hold, head {}", proof.rows, proof.head);
            ExitCode::SUCCESS
        }
        Some(seq) => {
            println!("audit log: broken at row {seq} of {}, as it was in the file", proof.rows);
            ExitCode::from(UNFINISHED)
        }
    };
    if opens {
        println!("secrets open with the key that they were sealed with");
    } else {
        println!("secrets stay locked without their key, here as before: the recovery code opens them");
    }
    println!("{} stays as it was, and is not opened any more", DataFolder::database(folder).display());
    status
}

fn say(step: Step<'_>) {
    let is_watched = std::io::stderr().is_terminal();
    match step {
        Step::Copying { table, rows, of } if is_watched => {
            // A line that is written over; whether the terminal takes it is no matter.
            let _ = write!(std::io::stderr(), "\r\x1b[K{table}: {rows} of {of}");
        }
        Step::Copying { .. } => {}
        Step::Copied { table, rows } => {
            if is_watched {
                let _ = write!(std::io::stderr(), "\r\x1b[K");
            }
            println!("{table}: {rows}");
        }
    }
}
