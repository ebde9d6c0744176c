//! `import`: people, circuits, charge points, tags, and sessions of another system.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::{NOTHING, facility, nothing, organisation};
use crate::command::Data;
use anyhow::Context;
use clap::{Args, Subcommand};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use stolpe_app::{App, Ctx, Earnest, ImportFault, ImportFindings, ListFault, ListFindings, SessionImport};
use stolpe_documents::catalogue;
use stolpe_domain::facility::Facility;
use stolpe_domain::language::Language;
use stolpe_host::Host;

/// Rows that stayed out and are named; the rest is counted.
const NAMED: usize = 50;
/// Exit status: some rows stayed out, the others are in.
const SOME: u8 = 1;

/// Exit status 0: every row was taken in; 1: some rows stayed out; 2: nothing was taken in.
#[derive(Debug, Subcommand)]
pub(crate) enum Import {
    /// Take people in from a CSV file or an XLSX workbook.
    People(ImportOfFacility),
    /// Take in the circuits of a facility: name, parent, fuse, phases.
    Circuits(ImportOfFacility),
    /// Take in the charge points of a facility: name, identity, circuit, fuse, and who may charge.
    ChargePoints(ImportOfFacility),
    /// Take in tags: what each reads, and whose it is.
    Tags(ImportTags),
    /// Take in sessions that another system has counted; each is taken in once.
    Sessions(ImportSessions),
}

/// What is taken in, and whether in earnest.
#[derive(Debug, Args)]
struct Origin {
    #[command(flatten)]
    data: Data,
    /// The file, CSV or XLSX; its columns are known by their headings.
    file: PathBuf,
    /// Say what would be done, and change nothing.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Args)]
pub(crate) struct ImportOfFacility {
    #[command(flatten)]
    origin: Origin,
    /// Facility ID of the facility that they belong to.
    #[arg(long, value_name = "CODE")]
    facility: String,
}

#[derive(Debug, Args)]
pub(crate) struct ImportTags {
    #[command(flatten)]
    origin: Origin,
    /// Facility ID of a facility of the organisation whose tags they are, where there are several.
    #[arg(long, value_name = "CODE")]
    facility: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ImportSessions {
    #[command(flatten)]
    of: ImportOfFacility,
    /// The system that counted them, by a name that stays: a session of a source is taken in once.
    #[arg(long, value_name = "NAME")]
    source: String,
    /// Bill them here. Else they are history that the other system has charged for.
    #[arg(long)]
    to_bill: bool,
}

/// Takes a file in; whatever stands in the way of all of it ends with [`NOTHING`].
pub(crate) async fn import(what: Import) -> ExitCode {
    let origin = match &what {
        Import::People(it) | Import::Circuits(it) | Import::ChargePoints(it) => &it.origin,
        Import::Tags(it) => &it.origin,
        Import::Sessions(it) => &it.of.origin,
    };
    let done = async {
        let content =
            std::fs::read(&origin.file).with_context(|| format!("{} cannot be read", origin.file.display()))?;
        let host = origin.data.open().await?;
        let done = take_in(&host, &what, origin, &content).await;
        host.stop().await;
        done
    };
    done.await.unwrap_or_else(|error| nothing(&error))
}

async fn take_in(host: &Host, what: &Import, origin: &Origin, content: &[u8]) -> anyhow::Result<ExitCode> {
    let app = host.app();
    let ctx = Ctx::command_line(app.now());
    let earnest = if origin.dry_run { Earnest::Look } else { Earnest::Do };
    let (words, findings) = match what {
        Import::People(it) => return people(app, &ctx, it, content).await,
        Import::Circuits(it) => {
            let place = facility(app, &ctx, &it.facility).await?;
            ("circuits", app.import_circuits(&ctx, place.id, content, earnest).await?)
        }
        Import::ChargePoints(it) => {
            let place = facility(app, &ctx, &it.facility).await?;
            ("charge points", app.import_charge_points(&ctx, place.id, content, earnest).await?)
        }
        Import::Tags(it) => {
            let owner = organisation(app, &ctx, it.facility.as_deref()).await?;
            ("tags", app.import_tags(&ctx, owner.id, content, earnest).await?)
        }
        Import::Sessions(it) => {
            let place = facility(app, &ctx, &it.of.facility).await?;
            let what = SessionImport { facility: place.id, source: &it.source, to_bill: it.to_bill };
            ("sessions", app.import_sessions(&ctx, what, content, earnest).await?)
        }
    };
    say_list(words, &findings);
    if origin.dry_run {
        println!("dry run: nothing was changed");
    }
    Ok(status(findings.create + findings.update + findings.unchanged, findings.skipped()))
}

fn say_list(words: &str, it: &ListFindings) {
    println!("{words}: {} added, {} changed, {} unchanged", it.create, it.update, it.unchanged);
    for (note, count) in &it.notes {
        println!("of these {}: {count}", note_words(note));
    }
    if !it.unread.is_empty() {
        println!("columns that are not read: {}", it.unread.join(", "));
    }
    println!("rows that stay out: {}", it.skipped());
    let rows: BTreeMap<u64, Vec<String>> = it.faults.iter().fold(BTreeMap::new(), |mut rows, fault| {
        rows.entry(fault.line).or_insert_with(Vec::new).push(in_words(fault));
        rows
    });
    for line in named(rows, it.skipped()) {
        println!("{line}");
    }
}

fn note_words(note: &str) -> &str {
    match note {
        "charge_point.without_key" => "waiting for a key from the desk",
        "tag.of_nobody" => "held by nobody",
        "session.of_nobody" => "of nobody who is known",
        "session.to_look_at" => "doubted, and looked at before they are billed",
        "session.to_be_billed" => "billed by the next month run",
        other => other,
    }
}

/// What is wrong, in words, with the code that stays.
fn in_words(fault: &ListFault) -> String {
    let column = fault.column.map(|column| format!("{column}: ")).unwrap_or_default();
    let key = |family: &str| catalogue::text(Language::En, &format!("{family}.{}", fault.code));
    match key("field").or_else(|| key("problem")) {
        Some(words) => format!("{column}{} ({})", words.trim_end_matches('.'), fault.code),
        None => format!("{column}{}", fault.code),
    }
}

/// The first rows that stay out, a line each, and how many more there are.
fn named(rows: BTreeMap<u64, Vec<String>>, skipped: usize) -> Vec<String> {
    let shown = rows.len().min(NAMED);
    let mut lines: Vec<_> =
        rows.into_iter().take(NAMED).map(|(row, words)| format!("line {row}: {}", words.join(", "))).collect();
    if let Some(more) = skipped.checked_sub(shown).filter(|more| *more > 0) {
        lines.push(format!("and {more} more"));
    }
    lines
}

async fn people(app: &App, ctx: &Ctx, it: &ImportOfFacility, content: &[u8]) -> anyhow::Result<ExitCode> {
    let place = facility(app, ctx, &it.facility).await?;
    if it.origin.dry_run {
        let findings = app.try_import(ctx, place.id, content).await?;
        let counts = findings.counts;
        say(&place, &findings, counts.skipped);
        println!("dry run: nothing was changed");
        return Ok(status(counts.create + counts.update + counts.unchanged, counts.skipped));
    }
    let name = it.origin.file.file_name().unwrap_or_default().to_string_lossy();
    let done = app.import_at_once(ctx, place.id, &name, content).await?;
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
    named(rows, skipped)
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

    #[test]
    fn a_fault_of_a_list_is_said_in_words() {
        let fault = ListFault { line: 4, column: Some("circuit"), code: "circuit.unknown".to_owned() };
        assert!(in_words(&fault).starts_with("circuit: ") && in_words(&fault).ends_with(" (circuit.unknown)"));
    }
}
