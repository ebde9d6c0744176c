//! Files that leave: people, the audit log and every other list, a page at a time, however many rows there are.
//!
//! A page of rows is read, written on a thread that may block, and sent on before the next is read. The end of the file
//! is held back until the export is in the audit log, so that no whole file leaves unnoted; one that was broken off is
//! noted, too. Personal numbers are in no export.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::person::OpenPerson;
use chrono::{DateTime, FixedOffset, Utc};
use chrono_tz::Tz;
use serde::Serialize;
use std::io::{self, Write};
use stolpe_documents::table_out::{Cell, Provenance, TableFormat, TableOutError, TableSpec, TableWriter, Written};
use stolpe_domain::access::{Actor, Permission};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::default_time_zone;
use stolpe_domain::language::Language;
use stolpe_domain::person::{Person, query_terms};
use stolpe_store::audit::AuditFilter;
use stolpe_store::person::{PeopleFilter, Register};
use tokio::sync::mpsc;

mod billing;
mod billing_columns;
mod charging;
mod charging_columns;
mod columns;
mod e_invoices;
mod ledger;
mod left;
mod list_columns;
mod lists;
mod pages;
mod reconciliation;
mod till;

pub use billing::DocumentRows;
use columns::Picked;

/// Rows that are read at a time.
const PAGE: i64 = 1_000;
/// Bytes that are sent at a time.
const CHUNK: usize = 64 * 1024;
/// Pages and chunks that may wait on either side of the writer.
const WAITING: usize = 2;

/// A file on its way out.
#[derive(Debug)]
pub struct Export {
    /// File name.
    pub name: String,
    /// Media type.
    pub media_type: &'static str,
    /// The content, as it comes; an error in it means that the file is not whole.
    pub chunks: mpsc::Receiver<io::Result<Vec<u8>>>,
}

/// What a file of people was cut by, for the log: the built-in cut, what was typed, and every other condition.
fn written_filter(filter: &PeopleFilter, query: &str) -> String {
    let yes_no = |name: &str, it: Option<bool>| it.map(|it| format!("{name}={it}"));
    let instant = |name: &str, it: Option<DateTime<Utc>>| it.map(|it| format!("{name}={}", it.to_rfc3339()));
    let conditions = [
        yes_no("email", filter.email),
        yes_no("phone", filter.phone),
        filter.language.map(|it| format!("language={}", it.tag())),
        yes_no("tenant", filter.tenant),
        yes_no("protected", filter.protected),
        instant("from", filter.from),
        instant("to", filter.until),
    ];
    let always = [format!("view={}", filter.view.word()), format!("q={query}")];
    always.into_iter().chain(conditions.into_iter().flatten()).collect::<Vec<_>>().join(" ")
}

/// Which people leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PeopleExport {
    /// Whose.
    pub register: Register,
    /// A cut of them.
    pub filter: PeopleFilter,
    /// What they are found by; empty for all.
    pub query: String,
    /// People with protected identity as well.
    pub with_protected: bool,
    /// The columns of the file in their order; empty for all.
    pub columns: Vec<String>,
}

/// What the audit log says of an export.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Exported {
    format: TableFormat,
    filter: String,
    rows: u64,
    /// False when the reader went away or a page could not be read.
    whole: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    with_protected: bool,
}

type Chunks = mpsc::Sender<io::Result<Vec<u8>>>;
type Rows = Vec<Vec<Cell>>;

impl App {
    /// Starts to write people to a file, by name. Those with protected identity stay unless they are asked for.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the register is not the actor's to see, [`AppError::Denied`] without the permission,
    /// [`AppError::Invalid`] for a column that there is not.
    pub async fn export_people(&self, ctx: &Ctx, mut what: PeopleExport, format: TableFormat) -> Result<Export> {
        let organisation = self.register_for(ctx, what.register, Permission::ReadPerson).await?;
        self.register_for(ctx, what.register, Permission::Export).await.map_err(|error| match error {
            AppError::NotFound => AppError::Denied,
            other => other,
        })?;
        what.filter.today = ctx.today();
        let owner = self.read().await?.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let zone = zone_of(default_time_zone(owner.country));
        let language = match &ctx.actor {
            Actor::System(_) => Language::of(owner.country),
            _ => self.reader_language(ctx).await?,
        };
        let mut spec = columns::people(language);
        let picked = Picked::of(&mut spec, &what.columns)?;
        let filter = written_filter(&what.filter, &what.query);
        let mut event =
            Event::new(Action::PeopleExported, Subject::Organisation(organisation)).organisation(organisation);
        if let Register::Facility(id) = what.register {
            event.facility = Some(id);
        }
        let (pages, export) = self.begin(ctx, spec, format, filter, zone, language, event, what.with_protected)?;
        let (app, ctx) = (self.clone(), ctx.clone());
        self.spawn(async move {
            if let Err(error) = app.send_people(&ctx, &what, &picked, zone, language, &pages).await {
                tracing::error!(%error, "an export was broken off");
                let _ = pages.send(None).await;
            }
        });
        Ok(export)
    }

    async fn send_people(
        &self,
        ctx: &Ctx,
        what: &PeopleExport,
        picked: &Picked,
        zone: Tz,
        language: Language,
        pages: &mpsc::Sender<Option<Rows>>,
    ) -> Result<()> {
        let facility = match what.register {
            Register::Facility(id) => Some(id),
            Register::Organisation(_) | Register::Department(_) => None,
        };
        let rows_of = async |mut people: Vec<OpenPerson>| -> Result<Rows> {
            people.retain(|it| what.with_protected || !it.person.draft.protected_identity);
            let read: Vec<Person> = people.iter().map(|it| it.person.clone()).collect();
            self.note_protected(ctx, &read).await?;
            Ok(people.into_iter().map(|it| picked.cells(columns::person_row(it, facility, zone, language))).collect())
        };
        if !query_terms(&what.query).is_empty() {
            let found = self.found_people(what.register, &what.filter, &what.query).await?;
            let _ = pages.send(Some(rows_of(found).await?)).await;
            return Ok(());
        }
        let mut after = None;
        loop {
            let (people, next) = self.people_page(what.register, &what.filter, after.as_ref(), PAGE).await?;
            if pages.send(Some(rows_of(people).await?)).await.is_err() {
                return Ok(());
            }
            match next {
                Some(key) => after = Some(key),
                None => return Ok(()),
            }
        }
    }

    /// Starts to write the audit log to a file, the latest row first, cut to what the actor may see.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not read it anywhere, [`AppError::Invalid`] for a column that there is not.
    pub async fn export_audit(
        &self,
        ctx: &Ctx,
        filter: AuditFilter,
        columns: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        ctx.reach(Permission::ReadAudit)?;
        let language = self.reader_language(ctx).await?;
        let zone = zone_of(default_time_zone(stolpe_domain::country::Country::Se));
        let words = [
            filter.actor.map(|id| format!("actor={id}")),
            filter.subject.map(|id| format!("subject={id}")),
            filter.action.as_ref().map(|action| format!("action={action}")),
            filter.from.map(|at| format!("from={}", at.to_rfc3339())),
            filter.until.map(|at| format!("to={}", at.to_rfc3339())),
        ];
        let words = words.into_iter().flatten().collect::<Vec<_>>().join(" ");
        let event = Event::new(Action::AuditExported, Subject::Audit);
        let mut spec = columns::audit(language);
        let picked = Picked::of(&mut spec, columns)?;
        let (pages, export) = self.begin(ctx, spec, format, words, zone, language, event, false)?;
        let (app, ctx) = (self.clone(), ctx.clone());
        self.spawn(async move {
            let mut before = None;
            loop {
                let page = match app.audit_page(&ctx, filter.clone(), before, PAGE).await {
                    Ok(page) => page,
                    Err(error) => {
                        tracing::error!(%error, "an export was broken off");
                        let _ = pages.send(None).await;
                        return;
                    }
                };
                before = page.items.last().map(|last| last.row.seq);
                let cells = |entry| picked.cells(columns::audit_row(entry, zone, language));
                let rows = page.items.into_iter().map(cells).collect();
                if pages.send(Some(rows)).await.is_err() || !page.more {
                    return;
                }
            }
        });
        Ok(export)
    }

    /// Makes the writer: pages go in, chunks come out, and the last chunk waits for the audit log. A page of `None`
    /// means that the rows could not be read to their end.
    #[expect(clippy::too_many_arguments, reason = "each is said once, by one of a few callers")]
    fn begin(
        &self,
        ctx: &Ctx,
        spec: TableSpec,
        format: TableFormat,
        filter: String,
        zone: Tz,
        language: Language,
        event: Event,
        with_protected: bool,
    ) -> Result<(mpsc::Sender<Option<Rows>>, Export)> {
        let provenance = Provenance {
            made_by: match &ctx.actor {
                Actor::Person(signed) => signed.name.clone(),
                Actor::System(duty) => (*duty).to_owned(),
                Actor::Nobody => return Err(AppError::SignedOut),
            },
            made_at: local(ctx.at, zone),
            filter: filter.clone(),
            language,
        };
        let name =
            format!("{}-{}.{}", spec.title.to_lowercase().replace(' ', "-"), ctx.at.date_naive(), format.extension());
        let (pages, incoming) = mpsc::channel::<Option<Rows>>(WAITING);
        let (out, chunks) = mpsc::channel(WAITING);
        let writer_out = out.clone();
        let written = tokio::task::spawn_blocking(move || write(format, &spec, &provenance, incoming, writer_out));
        let (app, ctx) = (self.clone(), Ctx { idempotency: None, ..ctx.clone() });
        self.spawn(async move {
            let (outcome, tail) = match written.await {
                Ok((Ok(written), tail)) => (Ok(written.rows), tail),
                Ok((Err((error, rows)), _)) => {
                    tracing::warn!(%error, "an export was not finished");
                    (Err(rows), Vec::new())
                }
                Err(error) => {
                    tracing::error!(%error, "an export broke");
                    (Err(0), Vec::new())
                }
            };
            let (rows, whole) = match outcome {
                Ok(rows) => (rows, true),
                Err(rows) => (rows, false),
            };
            let noted =
                app.note_read(&ctx, event.after(&Exported { format, filter, rows, whole, with_protected })).await;
            let end = match noted {
                Ok(()) if whole => Ok(tail),
                Ok(()) => Err(io::Error::other("the export was not finished")),
                Err(error) => Err(io::Error::other(error)),
            };
            let _ = out.send(end).await;
        });
        Ok((pages, Export { name, media_type: format.media_type(), chunks }))
    }

    /// The language in which somebody reads files.
    pub(crate) async fn reader_language(&self, ctx: &Ctx) -> Result<Language> {
        match &ctx.actor {
            Actor::System(_) => Ok(Language::En),
            _ => Ok(self.me(ctx).await?.language),
        }
    }
}

/// Writes every page; answers what was written with the end of the file, which has not been sent.
fn write(
    format: TableFormat,
    spec: &TableSpec,
    provenance: &Provenance,
    mut pages: mpsc::Receiver<Option<Rows>>,
    out: Chunks,
) -> (Result<Written, (TableOutError, u64)>, Vec<u8>) {
    let mut pipe = Pipe { out, waiting: Vec::with_capacity(CHUNK) };
    let mut rows = 0;
    let mut run = || {
        let mut writer = TableWriter::begin(format, spec, provenance, &mut pipe)?;
        while let Some(page) = pages.blocking_recv() {
            let page = page.ok_or_else(|| io::Error::other("a page could not be read"))?;
            for row in page {
                writer.row(&row)?;
                rows += 1;
            }
        }
        writer.finish()
    };
    let outcome = run();
    (outcome.map_err(|error| (error, rows)), pipe.waiting)
}

/// Sends what is written in chunks, but never the last one.
struct Pipe {
    out: Chunks,
    waiting: Vec<u8>,
}

impl Write for Pipe {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.waiting.len() >= CHUNK {
            let full = std::mem::replace(&mut self.waiting, Vec::with_capacity(CHUNK));
            self.out.blocking_send(Ok(full)).map_err(|_| io::Error::from(io::ErrorKind::BrokenPipe))?;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A time zone by its name.
pub(crate) fn zone_of(name: &str) -> Tz {
    name.parse().unwrap_or(Tz::UTC)
}

/// An instant as it is read in a zone.
pub(crate) fn local(at: DateTime<Utc>, zone: Tz) -> DateTime<FixedOffset> {
    at.with_timezone(&zone).fixed_offset()
}
