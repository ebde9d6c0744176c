//! `export`: every list as a file.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use super::{facility, nothing, organisation};
use crate::command::Data;
use anyhow::{Context, bail};
use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum};
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use stolpe_app::{
    App, ChargePointFilter, ChargingPlace, Ctx, DocumentFilter, DocumentRows, Order, PeopleExport, PeopleFilter,
    Register, SessionFilter, TableFormat, UnitCut,
};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::FacilityId;
use stolpe_domain::local_day::{Month, first_quarter};
use stolpe_host::Host;

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
    /// Write the circuits of a facility.
    Circuits(ExportOfFacility),
    /// Write charge points, by name.
    ChargePoints(ExportFrom),
    /// Write tags with whose they are.
    Tags(ExportFrom),
    /// Write charging sessions, the latest first.
    Sessions(ExportOverTime),
    /// Write what was charged: the energy of sessions, fees and corrections.
    Charges(ExportOverTime),
    /// Write invoices, credit notes and receipts, the latest first.
    Documents(ExportOverTime),
    /// Write what is booked of documents: their lines, the VAT of each rate, and the rounding.
    DocumentLines(ExportOverTime),
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

#[derive(Debug, Args)]
pub(crate) struct ExportFrom {
    #[command(flatten)]
    list: ExportList,
    /// Facility ID; everywhere when left out, or of tags those of the only organisation there is.
    #[arg(long, value_name = "CODE")]
    facility: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct ExportOverTime {
    #[command(flatten)]
    from: ExportFrom,
    /// From this day on: when a session began, the month of a charge, the date of a document.
    #[arg(long, value_name = "YYYY-MM-DD")]
    since: Option<NaiveDate>,
    /// Up to this day.
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Option<NaiveDate>,
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

/// Writes a file; whatever stands in its way ends with [`super::NOTHING`].
pub(crate) async fn export(what: Export) -> ExitCode {
    let (data, to) = match &what {
        Export::People(it) => (&it.data, &it.to),
        Export::Units(it) | Export::Tenancies(it) | Export::Circuits(it) => (&it.list.data, &it.list.to),
        Export::Facilities(it) | Export::Staff(it) => (&it.data, &it.to),
        Export::ChargePoints(it) | Export::Tags(it) => (&it.list.data, &it.list.to),
        Export::Sessions(it) | Export::Charges(it) | Export::Documents(it) | Export::DocumentLines(it) => {
            (&it.from.list.data, &it.from.list.to)
        }
    };
    let done = async {
        let host = data.open().await?;
        let done = write_out(&host, &what, to).await;
        host.stop().await;
        done
    };
    done.await.map_or_else(|error| nothing(&error), |()| ExitCode::SUCCESS)
}

/// Starts the export that was asked for.
async fn begin(app: &App, ctx: &Ctx, what: &Export, format: Format) -> anyhow::Result<stolpe_app::Export> {
    let format = TableFormat::from(format);
    Ok(match what {
        Export::People(it) => app.export_people(ctx, people_to_export(app, ctx, it).await?, format).await?,
        Export::Units(it) => {
            let place = facility(app, ctx, &it.facility).await?;
            app.export_units(ctx, place.id, UnitCut::default(), &[], format).await?
        }
        Export::Tenancies(it) => {
            let place = facility(app, ctx, &it.facility).await?;
            app.export_tenancies(ctx, place.id, &[], format).await?
        }
        Export::Circuits(it) => {
            let place = facility(app, ctx, &it.facility).await?;
            app.export_circuits(ctx, place.id, &[], format).await?
        }
        Export::Facilities(_) => app.export_facilities(ctx, &[], format).await?,
        Export::Staff(_) => app.export_staff(ctx, &[], format).await?,
        Export::ChargePoints(it) => {
            let place = ChargingPlace { facility: place(app, ctx, it).await?, organisation: None };
            app.export_charge_points(ctx, place, ChargePointFilter::default(), &[], format).await?
        }
        Export::Tags(it) => {
            let owner = organisation(app, ctx, it.facility.as_deref()).await?;
            app.export_tags(ctx, owner.id, None, "", &[], format).await?
        }
        Export::Sessions(it) => {
            let (facility, filter) = sessions_to_export(app, ctx, it).await?;
            let place = ChargingPlace { facility, organisation: None };
            app.export_sessions(ctx, place, filter, &[], format).await?
        }
        Export::Charges(it) => {
            let months = (it.since.map(Month::of), it.until.map(Month::of));
            app.export_charges(ctx, (place(app, ctx, &it.from).await?, None), months, format).await?
        }
        Export::Documents(it) => documents(app, ctx, it, DocumentRows::Documents, format).await?,
        Export::DocumentLines(it) => documents(app, ctx, it, DocumentRows::Lines, format).await?,
    })
}

async fn documents(
    app: &App,
    ctx: &Ctx,
    it: &ExportOverTime,
    rows: DocumentRows,
    format: TableFormat,
) -> anyhow::Result<stolpe_app::Export> {
    let filter = DocumentFilter { from: it.since, to: it.until, ..DocumentFilter::default() };
    let place = (place(app, ctx, &it.from).await?, None);
    Ok(app.export_documents(ctx, place, filter, Order::Newest, rows, &[], format).await?)
}

/// The facility that was named, if one was.
async fn place(app: &App, ctx: &Ctx, it: &ExportFrom) -> anyhow::Result<Option<FacilityId>> {
    match &it.facility {
        Some(code) => Ok(Some(facility(app, ctx, code).await?.id)),
        None => Ok(None),
    }
}

/// Days are those of the facility; where none is named, of the first.
async fn sessions_to_export(
    app: &App,
    ctx: &Ctx,
    it: &ExportOverTime,
) -> anyhow::Result<(Option<FacilityId>, SessionFilter)> {
    let named = match &it.from.facility {
        Some(code) => Some(facility(app, ctx, code).await?),
        None => None,
    };
    let zone = match &named {
        Some(place) => Some(place.time_zone.clone()),
        None => app.list_facilities(ctx).await?.into_iter().next().map(|place: Facility| place.time_zone),
    };
    let zone = zone.and_then(|zone| zone.parse().ok()).unwrap_or(chrono_tz::Europe::Stockholm);
    let begins = |day: NaiveDate| first_quarter(day, zone).start();
    let filter = SessionFilter {
        from: it.since.map(begins),
        to: it.until.and_then(|day| day.succ_opt()).map(begins),
        ..SessionFilter::default()
    };
    Ok((named.map(|place| place.id), filter))
}

async fn people_to_export(app: &App, ctx: &Ctx, it: &ExportPeople) -> anyhow::Result<PeopleExport> {
    let register = match &it.facility {
        Some(code) => Register::Facility(facility(app, ctx, code).await?.id),
        None => Register::Organisation(organisation(app, ctx, None).await?.id),
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
