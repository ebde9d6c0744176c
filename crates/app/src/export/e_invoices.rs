//! E-invoices of a month, or of what a list shows, in one archive: each with its hash, and why a document has none.

use super::billing::cut_by;
use super::charging::of_places;
use super::{local, zone_of};
use crate::App;
use crate::ctx::Ctx;
use crate::document::recipient_name;
use crate::error::{AppError, Result};
use crate::job::{Outcome, Progress};
use chrono::NaiveDate;
use serde_json::json;
use std::collections::{BTreeSet, HashMap};
use stolpe_documents::bookkeeping::Archive;
use stolpe_documents::e_invoice::{IndexRow, index_rows};
use stolpe_documents::table_out::{Provenance, TableFormat, TableWriter};
use stolpe_domain::access::Permission;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::event::{Action, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId};
use stolpe_domain::language::Language;
use stolpe_store::document::{Document, DocumentFilter, DocumentKey};
use stolpe_store::job::Job;
use stolpe_store::page::Order;

/// Documents of one archive: a file that a computer opens without thinking.
const MOST: i64 = 2_000;
/// Documents that are read at once.
const PAGE: i64 = 50;

impl App {
    /// Starts to put every e-invoice of the documents that a list shows into an archive: invoices and credit notes that have
    /// a number.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the facility is not the actor's to see, [`AppError::Denied`] without the permission to
    /// export; [`AppError::Refused`] `e_invoice.none` when the list is empty, `e_invoice.too_many` when it is too long.
    pub async fn export_e_invoices(
        &self,
        ctx: &Ctx,
        place: (Option<FacilityId>, Option<OrganisationId>),
        mut filter: DocumentFilter,
    ) -> Result<Job> {
        let from = self.exported_facilities(ctx, place, Permission::ReadBilling).await?;
        filter.facilities = from.iter().map(|it| it.id).collect();
        let words = cut_by("e-invoices", place.0, &filter);
        let total = self.read().await?.count_documents(&filter).await?;
        if total.count == 0 {
            return Err(AppError::refused("e_invoice.none"));
        }
        if total.count > MOST {
            return Err(AppError::refused("e_invoice.too_many"));
        }
        let count = usize::try_from(total.count).unwrap_or_default();
        let event = of_places(Action::DocumentsExported, &from).because(words.clone());
        self.note_read(ctx, event).await?;
        let language = self.reader_language(ctx).await?;
        let subject = place.1.or_else(|| from.first().map(|it| it.organisation_id));
        let about = (subject, subject.map_or(Subject::Host, Subject::Organisation));
        let made = Packing { app: self.clone(), facilities: from, filter, words, language, total: count };
        self.start_job(ctx, "e_invoices", about, count, |_, ctx, progress| async move {
            Box::pin(made.pack(&ctx, &progress)).await
        })
        .await
    }
}

struct Packing {
    app: App,
    facilities: Vec<Facility>,
    filter: DocumentFilter,
    words: String,
    language: Language,
    total: usize,
}

impl Packing {
    async fn pack(self, ctx: &Ctx, progress: &Progress) -> Result<Outcome> {
        let facilities: HashMap<FacilityId, &Facility> = self.facilities.iter().map(|it| (it.id, it)).collect();
        let (mut archive, mut rows, mut names) = (Archive::default(), Vec::new(), BTreeSet::new());
        let (mut after, mut seen) = (None, 0);
        loop {
            let page = self.app.read().await?.list_documents(&self.filter, Order::Oldest, after, PAGE).await?;
            after = page.items.last().map(DocumentKey::from);
            seen += page.items.len();
            let documents: Vec<Document> = page.items.into_iter().map(|it| it.document).collect();
            let asks = |it: &Document| {
                matches!(it.kind, DocumentKind::Invoice | DocumentKind::CreditNote) && it.number.is_some()
            };
            let documents: Vec<Document> = documents.into_iter().filter(asks).collect();
            let mut lines = self.app.read().await?.lines_of_all(&documents).await?;
            let credits: Vec<DocumentId> = documents.iter().filter_map(|it| it.credits_id).collect();
            let credits: HashMap<DocumentId, Document> =
                self.app.read().await?.documents(&credits).await?.into_iter().map(|it| (it.id, it)).collect();
            for it in documents {
                let Some(facility) = facilities.get(&it.facility_id) else { continue };
                let credited = it.credits_id.and_then(|id| credits.get(&id));
                let lines = lines.remove(&it.id).unwrap_or_default();
                let file = match self.app.e_invoice_of(&it, lines, credited, (facility, ctx.at)).await? {
                    Ok((name, content)) => {
                        let name = unused(&mut names, &name);
                        let hash = archive.add(&name, &content).map_err(AppError::internal)?;
                        Ok((name, hash))
                    }
                    Err(lacks) => Err(lacks),
                };
                rows.push(IndexRow {
                    kind: it.kind,
                    number: it.number.map(|number| number.to_string()),
                    issued_on: it.issued_on,
                    recipient: recipient_name(&it.printed)?,
                    file,
                });
            }
            progress.at(seen, self.total.max(seen)).await?;
            if !page.more {
                break;
            }
        }
        let made = rows.iter().filter(|it| it.file.is_ok()).count();
        archive.add("index.csv", &self.index(&rows)?).map_err(AppError::internal)?;
        let content = archive.end().map_err(AppError::internal)?;
        let result = json!({ "made": made, "without": rows.len() - made });
        Ok(Outcome { result, file: Some((self.name(), "application/zip", content)) })
    }

    /// The index: the same documents give the same bytes, so it says of no moment but that of the last document.
    fn index(&self, rows: &[IndexRow]) -> Result<Vec<u8>> {
        let zone = zone_of(self.facilities.first().map_or("Europe/Stockholm", |it| &it.time_zone));
        let last = rows.iter().filter_map(|it| it.issued_on).max().unwrap_or(NaiveDate::MIN);
        let last = last.and_hms_opt(0, 0, 0).map(|at| at.and_utc()).unwrap_or_default();
        let provenance = Provenance {
            made_by: "Stolpe".to_owned(),
            made_at: local(last, zone),
            filter: self.words.clone(),
            language: self.language,
        };
        let (spec, rows) = index_rows(rows, self.language);
        let mut content = Vec::new();
        let mut writer =
            TableWriter::begin(TableFormat::Nordic, &spec, &provenance, &mut content).map_err(AppError::internal)?;
        for row in &rows {
            writer.row(row).map_err(AppError::internal)?;
        }
        writer.finish().map_err(AppError::internal)?;
        Ok(content)
    }

    fn name(&self) -> String {
        let word = match self.language {
            Language::Sv => "e-fakturor",
            Language::Nb => "e-fakturaer",
            Language::En => "e-invoices",
        };
        let days = [self.filter.from, self.filter.to].into_iter().flatten().map(|day| format!("-{day}"));
        format!("{word}{}.zip", days.collect::<String>())
    }
}

/// A name that no other file of the archive has: two owners may have the same numbers.
fn unused(names: &mut BTreeSet<String>, name: &str) -> String {
    let bare = name.trim_end_matches(".xml");
    let mut free = name.to_owned();
    let mut count = 1;
    while !names.insert(free.clone()) {
        count += 1;
        free = format!("{bare}-{count}.xml");
    }
    free
}
