//! Files about money: documents and their lines, from the query that feeds the list of documents, and what was charged.

use super::billing_columns as columns;
use super::charging::{country_of, of_places, people, sites, written};
use super::charging_columns::Site;
use super::lists::Sheet;
use super::pages::{List, Merged, Source};
use super::{Export, Rows};
use crate::App;
use crate::ctx::Ctx;
use crate::document::NamedDocument;
use crate::error::Result;
use std::collections::HashMap;
use stolpe_documents::table_out::TableFormat;
use stolpe_domain::access::Permission;
use stolpe_domain::event::Action;
use stolpe_domain::id::{DocumentId, FacilityId, OrganisationId};
use stolpe_domain::local_day::Month;
use stolpe_store::charge::{Charge, ChargeFilter, ChargeKey};
use stolpe_store::document::{Document, DocumentFilter, DocumentKey, ListedDocument};
use stolpe_store::page::{Order, Page};

/// Documents of a page.
const DOCUMENTS: usize = 500;
/// Documents of a page when their lines are read, too: there may be hundreds of each.
const WITH_LINES: usize = 50;

/// What of documents is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentRows {
    /// A row for each document.
    Documents,
    /// A row for each line, for the VAT of each rate, and for the rounding.
    Lines,
}

impl App {
    /// Starts to write documents or their lines to a file, from the facilities from which the actor may export.
    ///
    /// # Errors
    /// [`crate::AppError::NotFound`] when the facility is not the actor's to see, [`crate::AppError::Denied`] without the
    /// permission, [`crate::AppError::Invalid`] for a column that there is not.
    #[expect(clippy::too_many_arguments, reason = "the list's own, and what of it is written how")]
    pub async fn export_documents(
        &self,
        ctx: &Ctx,
        place: (Option<FacilityId>, Option<OrganisationId>),
        mut filter: DocumentFilter,
        order: Order,
        rows: DocumentRows,
        keys: &[String],
        format: TableFormat,
    ) -> Result<Export> {
        let from = self.exported_facilities(ctx, place, Permission::ReadBilling).await?;
        filter.facilities = from.iter().map(|it| it.id).collect();
        let words = cut_by(if rows == DocumentRows::Lines { "lines" } else { "documents" }, place.0, &filter);
        let described = match rows {
            DocumentRows::Documents => columns::documents,
            DocumentRows::Lines => columns::lines,
        };
        let (sheet, spec) = self.sheet(ctx, country_of(&from), described, keys).await?;
        let event = of_places(Action::DocumentsExported, &from);
        let (pages, export) = self.begin(ctx, spec, format, words, sheet.zone, sheet.language, event, false)?;
        let facilities = filter.facilities.clone();
        let list = Merged::new(DocumentList { app: self.clone(), filter, order }, order, &facilities);
        self.send_rows(Documents { list, rows, sites: sites(&from), sheet }, pages);
        Ok(export)
    }
}

impl App {
    /// Starts to write what was charged to a file, the earliest month first: the energy of sessions, fees and corrections.
    ///
    /// # Errors
    /// As [`App::export_documents`].
    pub async fn export_charges(
        &self,
        ctx: &Ctx,
        place: (Option<FacilityId>, Option<OrganisationId>),
        (since, until): (Option<Month>, Option<Month>),
        format: TableFormat,
    ) -> Result<Export> {
        let from = self.exported_facilities(ctx, place, Permission::ReadBilling).await?;
        let words = [
            Some("charges".to_owned()),
            place.0.map(|id| format!("facilityId={id}")),
            since.map(|month| format!("from={month}")),
            until.map(|month| format!("to={month}")),
        ];
        let (sheet, spec) = self.sheet(ctx, country_of(&from), columns::charges, &[]).await?;
        let event = of_places(Action::DocumentsExported, &from);
        let (pages, export) =
            self.begin(ctx, spec, format, written(words), sheet.zone, sheet.language, event, false)?;
        let facilities: Vec<FacilityId> = from.iter().map(|it| it.id).collect();
        let list = Merged::new(ChargeList { app: self.clone(), since, until }, Order::Oldest, &facilities);
        self.send_rows(Charges { list, sites: sites(&from), sheet }, pages);
        Ok(export)
    }
}

/// What documents were cut by: what of them, and every condition.
pub(super) fn cut_by(what: &str, facility: Option<FacilityId>, filter: &DocumentFilter) -> String {
    written([
        Some(what.to_owned()),
        facility.map(|id| format!("facilityId={id}")),
        filter.kind.map(|kind| format!("kind={}", kind.word())),
        filter.state.map(|state| format!("state={}", state.word())),
        filter.person.map(|id| format!("personId={id}")),
        filter.number.as_ref().map(|number| format!("number={number}")),
        filter.from.map(|day| format!("from={day}")),
        filter.to.map(|day| format!("to={day}")),
        filter.overdue_on.map(|day| format!("overdueOn={day}")),
    ])
}

struct ChargeList {
    app: App,
    since: Option<Month>,
    until: Option<Month>,
}

impl List for ChargeList {
    type Item = Charge;
    type Key = ChargeKey;

    fn key(item: &Charge) -> ChargeKey {
        item.into()
    }

    async fn page(&mut self, facility: FacilityId, after: Option<ChargeKey>, limit: usize) -> Result<Page<Charge>> {
        let filter = ChargeFilter { facility, from: self.since, to: self.until };
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.app.read().await?.list_charges(&filter, after, limit).await?)
    }
}

struct Charges {
    list: Merged<ChargeList>,
    sites: HashMap<FacilityId, Site>,
    sheet: Sheet,
}

impl Source for Charges {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let charges = self.list.take(DOCUMENTS).await?;
        if charges.is_empty() {
            return Ok(None);
        }
        let mut conn = self.list.of.app.read().await?;
        let people = people(&mut conn, charges.iter().filter_map(|it| it.person_id)).await?;
        let documents: Vec<_> = charges.iter().filter_map(|it| it.document_id).collect();
        let numbers = conn.document_numbers(&documents).await?;
        let row = |it: Charge| {
            let site = self.sites.get(&it.facility_id)?;
            let person = it.person_id.and_then(|id| people.get(&id));
            let number = it.document_id.and_then(|id| numbers.get(&id).copied());
            Some(self.sheet.picked.cells(columns::charge_row(it, person, number, site, self.sheet.language)))
        };
        Ok(Some(charges.into_iter().filter_map(row).collect()))
    }
}

/// The list of documents as screens show it.
struct DocumentList {
    app: App,
    filter: DocumentFilter,
    order: Order,
}

impl List for DocumentList {
    type Item = ListedDocument;
    type Key = DocumentKey;

    fn key(item: &ListedDocument) -> DocumentKey {
        item.into()
    }

    async fn page(
        &mut self,
        facility: FacilityId,
        after: Option<DocumentKey>,
        limit: usize,
    ) -> Result<Page<ListedDocument>> {
        self.filter.facilities = vec![facility];
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        Ok(self.app.read().await?.list_documents(&self.filter, self.order, after, limit).await?)
    }
}

struct Documents {
    list: Merged<DocumentList>,
    rows: DocumentRows,
    sites: HashMap<FacilityId, Site>,
    sheet: Sheet,
}

impl Source for Documents {
    async fn next(&mut self) -> Result<Option<Rows>> {
        let count = if self.rows == DocumentRows::Lines { WITH_LINES } else { DOCUMENTS };
        let listed = self.list.take(count).await?;
        if listed.is_empty() {
            return Ok(None);
        }
        let mut lines = if self.rows == DocumentRows::Lines {
            let documents: Vec<Document> = listed.iter().map(|it| it.document.clone()).collect();
            self.list.of.app.read().await?.lines_of_all(&documents).await?
        } else {
            HashMap::new()
        };
        let ids: Vec<DocumentId> = listed.iter().map(|it| it.document.id).collect();
        let open = self.list.of.app.read().await?.open_amounts(&ids).await?;
        let mut written = Vec::with_capacity(listed.len());
        for it in listed {
            let it = NamedDocument::of(it, &open)?;
            let Some(site) = self.sites.get(&it.document.facility_id) else { continue };
            let rows = match self.rows {
                DocumentRows::Documents => vec![columns::document_row(&it, site, self.sheet.language)],
                DocumentRows::Lines => {
                    let lines = lines.remove(&it.document.id).unwrap_or_default();
                    columns::line_rows(&it, lines, site, self.sheet.language)
                }
            };
            written.extend(rows.into_iter().map(|row| self.sheet.picked.cells(row)));
        }
        Ok(Some(written))
    }
}
