//! Lists in and out of files, from the command line: `import people`, and `export` of every list.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use crate::command::Data;
use anyhow::{Context, bail};
use clap::{Args, Subcommand, ValueEnum};
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use stolpe_app::{
    App, AppError, Ctx, ImportFault, ImportFindings, PeopleExport, PeopleFilter, Register, TableFormat, UnitCut,
};
use stolpe_domain::facility::{Facility, fold_code};
use stolpe_host::Host;

/// Rows that stayed out and are named; the rest is counted.
const NAMED: usize = 50;
/// Exit status: some rows stayed out, the others are in.
const SOME: u8 = 1;
/// Exit status: nothing was done.
const NOTHING: u8 = 2;

#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Take people in from a CSV file or an XLSX workbook.
    ///
    /// Exit status 0: every row was taken in; 1: some rows stayed out; 2: nothing was taken in.
    People(ImportPeople),
}

#[derive(Debug, Args)]
pub(crate) struct ImportPeople {
    #[command(flatten)]
    data: Data,
    /// The file; what its columns mean is guessed, or remembered from the desk.
    file: PathBuf,
    /// Facility ID of the facility that the people belong to.
    #[arg(long, value_name = "CODE")]
    facility: String,
    /// Say what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Export {
    /// Write people to a file, or to standard output. Exit status 0, or 2 when it was not done.
    People(ExportPeople),
    /// Write the units of a facility with their tenants of today.
    Units(ExportOfFacility),
    /// Write everybody who lives or has lived in a facility, unit by unit.
    Tenancies(ExportOfFacility),
    /// Write the facilities.
    Facilities(ExportList),
    /// Write the people at the desk with their roles.
    Staff(ExportList),
}

#[derive(Debug, Args)]
pub(crate) struct ExportList {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    to: Destination,
}

#[derive(Debug, Args)]
pub(crate) struct ExportOfFacility {
    #[command(flatten)]
    list: ExportList,
    /// Facility ID.
    #[arg(long, value_name = "CODE")]
    facility: String,
}

/// Where a list is written, and as what.
#[derive(Debug, Args)]
struct Destination {
    /// Kind of file.
    #[arg(long, default_value = "nordic")]
    format: Format,
    /// A file that does not exist yet; standard output when left out.
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportPeople {
    #[command(flatten)]
    data: Data,
    /// Facility ID; everybody in the organisation when left out, if there is only one organisation.
    #[arg(long, value_name = "CODE")]
    facility: Option<String>,
    #[command(flatten)]
    to: Destination,
    /// People with protected identity as well.
    #[arg(long)]
    with_protected: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// CSV with semicolons, as Nordic spreadsheets read it.
    Nordic,
    /// CSV with commas.
    International,
    /// A workbook.
    Xlsx,
    /// JSON Lines.
    Json,
}

impl From<Format> for TableFormat {
    fn from(format: Format) -> Self {
        match format {
            Format::Nordic => Self::Nordic,
            Format::International => Self::International,
            Format::Xlsx => Self::Workbook,
            Format::Json => Self::JsonLines,
        }
    }
}

/// Takes a file in; whatever stands in the way of all of it ends with [`NOTHING`].
pub(crate) async fn import(Import::People(it): Import) -> ExitCode {
    let done = async {
        let content = std::fs::read(&it.file).with_context(|| format!("{} cannot be read", it.file.display()))?;
        let host = it.data.open().await?;
        let done = take_in(&host, &it, &content).await;
        host.stop().await;
        done
    };
    done.await.unwrap_or_else(|error| nothing(&error))
}

/// Writes a file; whatever stands in its way ends with [`NOTHING`].
pub(crate) async fn export(what: Export) -> ExitCode {
    let (data, to) = match &what {
        Export::People(it) => (&it.data, &it.to),
        Export::Units(it) | Export::Tenancies(it) => (&it.list.data, &it.list.to),
        Export::Facilities(it) | Export::Staff(it) => (&it.data, &it.to),
    };
    let done = async {
        let host = data.open().await?;
        let done = write_out(&host, &what, to).await;
        host.stop().await;
        done
    };
    done.await.map_or_else(|error| nothing(&error), |()| ExitCode::SUCCESS)
}

fn nothing(error: &anyhow::Error) -> ExitCode {
    if let Some(AppError::Invalid(faults)) = error.downcast_ref() {
        for (field, code) in &faults.0 {
            tracing::error!("{field}: {code}");
        }
    }
    tracing::error!("{error:#}");
    ExitCode::from(NOTHING)
}

async fn facility(app: &App, ctx: &Ctx, code: &str) -> anyhow::Result<Facility> {
    let all = app.list_facilities(ctx).await?;
    let found = all.into_iter().find(|it| fold_code(&it.code) == fold_code(code));
    found.with_context(|| format!("there is no facility {code}"))
}

async fn take_in(host: &Host, it: &ImportPeople, content: &[u8]) -> anyhow::Result<ExitCode> {
    let app = host.app();
    let ctx = Ctx::command_line(app.now());
    let place = facility(app, &ctx, &it.facility).await?;
    if it.dry_run {
        let findings = app.try_import(&ctx, place.id, content).await?;
        let counts = findings.counts;
        say(&place, &findings, counts.skipped);
        println!("dry run: nothing was changed");
        return Ok(status(counts.create + counts.update + counts.unchanged, counts.skipped));
    }
    let name = it.file.file_name().unwrap_or_default().to_string_lossy();
    let done = app.import_at_once(&ctx, place.id, &name, content).await?;
    match done.outcome {
        Ok(taken) => {
            say(&place, &done.findings, taken.skipped);
            if taken.stored == 0 {
                println!("nothing was taken in");
            }
            Ok(status(taken.stored, taken.skipped))
        }
        Err(error) => {
            tracing::error!("{:#}", anyhow::Error::from(error));
            println!("stopped in the middle: continue the import at the desk, or take it back there");
            Ok(ExitCode::from(SOME))
        }
    }
}

fn status(stored: usize, skipped: usize) -> ExitCode {
    match (stored, skipped) {
        (0, _) => ExitCode::from(NOTHING),
        (_, 0) => ExitCode::SUCCESS,
        _ => ExitCode::from(SOME),
    }
}

fn say(place: &Facility, findings: &ImportFindings, skipped: usize) {
    let counts = findings.counts;
    println!("{} ({})", place.name, place.code);
    println!("people: {} added, {} changed, {} unchanged", counts.create, counts.update, counts.unchanged);
    println!("units: {} added", counts.units);
    println!("logins: {} made", counts.logins);
    println!("rows that stay out: {skipped}");
    for line in in_lines(&findings.faults, skipped) {
        println!("{line}");
    }
}

/// The rows that stay out, a line each. What stands in a cell is not shown: it may be a personal number, and what a
/// command says ends up in logs.
fn in_lines(faults: &[ImportFault], skipped: usize) -> Vec<String> {
    let mut rows: BTreeMap<u64, Vec<String>> = BTreeMap::new();
    for fault in faults {
        let column = fault.column.and_then(|column| serde_json::to_value(column).ok());
        let column = column.as_ref().and_then(serde_json::Value::as_str).map(|column| format!(" ({column})"));
        rows.entry(fault.row).or_default().push(format!("{}{}", fault.code, column.unwrap_or_default()));
    }
    let named = rows.len().min(NAMED);
    let mut lines: Vec<_> =
        rows.into_iter().take(NAMED).map(|(row, codes)| format!("line {row}: {}", codes.join(", "))).collect();
    if let Some(more) = skipped.checked_sub(named).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines
}

/// Starts the export that was asked for.
async fn begin(app: &App, ctx: &Ctx, what: &Export, format: Format) -> anyhow::Result<stolpe_app::Export> {
    Ok(match what {
        Export::People(it) => {
            let people = people_to_export(app, ctx, it).await?;
            app.export_people(ctx, people, format.into()).await?
        }
        Export::Units(it) => {
            let place = facility(app, ctx, &it.facility).await?;
            app.export_units(ctx, place.id, UnitCut::default(), &[], format.into()).await?
        }
        Export::Tenancies(it) => {
            let place = facility(app, ctx, &it.facility).await?;
            app.export_tenancies(ctx, place.id, &[], format.into()).await?
        }
        Export::Facilities(_) => app.export_facilities(ctx, &[], format.into()).await?,
        Export::Staff(_) => app.export_staff(ctx, &[], format.into()).await?,
    })
}

async fn people_to_export(app: &App, ctx: &Ctx, it: &ExportPeople) -> anyhow::Result<PeopleExport> {
    let register = if let Some(code) = &it.facility {
        Register::Facility(facility(app, ctx, code).await?.id)
    } else {
        let mut real = app.list_organisations(ctx).await?;
        real.retain(|one| !one.training);
        match real.as_slice() {
            [one] => Register::Organisation(one.id),
            _ => bail!("there are {} organisations: say which facility with --facility", real.len()),
        }
    };
    Ok(PeopleExport {
        register,
        filter: PeopleFilter::default(),
        query: String::new(),
        with_protected: it.with_protected,
        columns: Vec::new(),
    })
}

async fn write_out(host: &Host, what: &Export, to: &Destination) -> anyhow::Result<()> {
    let app = host.app();
    let ctx = Ctx::command_line(app.now());
    if to.out.is_none() && to.format == Format::Xlsx && std::io::stdout().is_terminal() {
        bail!("a workbook is nothing for a terminal: say where it goes with --out");
    }
    let export = begin(app, &ctx, what, to.format).await?;
    let Some(path) = &to.out else {
        return copy(export, &mut std::io::stdout().lock()).await;
    };
    // Never over a file that is there.
    let mut file = create_private(path).with_context(|| format!("{} cannot be made", path.display()))?;
    let done = match copy(export, &mut file).await {
        Ok(()) => file.sync_all().map_err(Into::into),
        Err(error) => Err(error),
    };
    if done.is_err() {
        // Half a file would pass for a whole one.
        drop(file);
        std::fs::remove_file(path)?;
    } else {
        println!("{}", path.display());
    }
    done
}

/// Makes a file that nobody but its owner can read: it lists people.
fn create_private(path: &std::path::Path) -> std::io::Result<std::fs::File> {
    let mut options = std::fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

async fn copy(mut export: stolpe_app::Export, to: &mut impl Write) -> anyhow::Result<()> {
    while let Some(chunk) = export.chunks.recv().await {
        to.write_all(&chunk.context("the export was not finished")?)?;
    }
    Ok(to.flush()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fifty_rows_are_named_and_the_others_counted() {
        let fault =
            |row| ImportFault { row, column: None, code: "email.malformed".to_owned(), value: "secret".to_owned() };
        let twice = [fault(2), fault(2), fault(3)];
        assert_eq!(in_lines(&twice, 2), ["line 2: email.malformed, email.malformed", "line 3: email.malformed"]);
        let faults: Vec<_> = (2..102).map(fault).collect();
        let lines = in_lines(&faults, 130);
        assert_eq!((lines.len(), lines[49].as_str()), (51, "line 51: email.malformed"));
        assert_eq!(lines[50], "and 80 more");
    }
}
