//! The books of an organisation for its accountant.

use crate::extract::{Caller, Filter, Input, RowVersion};
use crate::job::download;
use crate::page::Items;
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{BookedMonth, BooksForm, ChartDraft, ChartRow, Closing, TableFormat, Turnover};
use stolpe_domain::bookkeeping::ChartKey;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::local_day::Month;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(read_booked_month))
        .routes(routes!(read_books_file))
        .routes(routes!(read_closing, lock_month, unlock_month))
        .routes(routes!(read_month_package))
        .routes(routes!(list_chart_accounts, choose_chart_account, restore_chart_account))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfMonth {
    /// Whose books.
    organisation_id: OrganisationId,
    /// Such as `2026-11`.
    month: Month,
    /// In which currency; that of the organisation's country when left out.
    currency: Option<Currency>,
}

/// What a month did to one account of the chart.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct TurnoverView {
    number: String,
    name: String,
    debit: Money,
    credit: Money,
}

impl From<Turnover> for TurnoverView {
    fn from(it: Turnover) -> Self {
        Self { number: it.account.number.to_string(), name: it.account.name, debit: it.debit, credit: it.credit }
    }
}

/// A month in the books.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct BookedMonthView {
    currency: Currency,
    /// The currencies that the organisation has accounts in.
    currencies: Vec<Currency>,
    /// By number.
    accounts: Vec<TurnoverView>,
    /// How many vouchers there are.
    vouchers: usize,
    /// How many of them were in no file yet.
    fresh: usize,
    /// How many of them count in an earlier month, which was locked.
    late: usize,
}

impl From<BookedMonth> for BookedMonthView {
    fn from(it: BookedMonth) -> Self {
        Self {
            currency: it.currency,
            currencies: it.currencies,
            accounts: it.accounts.into_iter().map(Into::into).collect(),
            vouchers: it.vouchers,
            fresh: it.fresh,
            late: it.late,
        }
    }
}

/// Reads what a month did, by the accounts that are meant now.
#[utoipa::path(get, path = "/bookkeeping", tag = "bookkeeping", params(OfMonth),
    responses((status = 200, body = BookedMonthView)))]
async fn read_booked_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfMonth>,
) -> Answer<Json<BookedMonthView>> {
    Ok(Json(api.app.booked_month(&ctx, of.organisation_id, of.month, of.currency).await?.into()))
}

/// As what vouchers are taken out.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
enum BooksFormWord {
    /// SIE 4, in Sweden.
    Sie,
    /// SAF-T Financial, in Norway.
    Saft,
    /// CSV as a spreadsheet with Nordic settings reads it.
    Nordic,
    /// CSV as RFC 4180 has it.
    International,
    /// A workbook.
    Xlsx,
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct Wanted {
    /// The kind of file.
    #[param(inline)]
    form: BooksFormWord,
}

/// Takes out the vouchers of a month. Those that have no number yet get one; the others keep theirs.
#[utoipa::path(get, path = "/bookkeeping/file", tag = "bookkeeping", params(OfMonth, Wanted),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn read_books_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfMonth>,
    Filter(wanted): Filter<Wanted>,
) -> Answer<Response> {
    let form = match wanted.form {
        BooksFormWord::Sie => BooksForm::Sie,
        BooksFormWord::Saft => BooksForm::Saft,
        BooksFormWord::Nordic => BooksForm::Table(TableFormat::Nordic),
        BooksFormWord::International => BooksForm::Table(TableFormat::International),
        BooksFormWord::Xlsx => BooksForm::Table(TableFormat::Workbook),
    };
    let (name, media_type, content) = api.app.books_file(&ctx, of.organisation_id, of.month, of.currency, form).await?;
    Ok(download(&name, media_type, content))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct ClosedMonth {
    /// Whose books.
    organisation_id: OrganisationId,
    /// Such as `2026-11`.
    month: Month,
}

/// What may still be open when a month ends.
#[derive(Serialize, ToSchema)]
struct OpenMatterView {
    /// `judging`, `sessions`, `drafts`, `payments`, `concerns`, `messages` or `ledger`.
    what: &'static str,
    /// How many; 0 where nothing is open.
    count: i64,
}

/// How far a month is from being closed.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ClosingView {
    /// Whether nothing can be posted into it any more.
    is_locked: bool,
    /// Whether it is the last one that was locked, and can be opened again.
    is_last: bool,
    /// Why it cannot be locked now, as a stable word.
    obstacle: Option<&'static str>,
    /// When it was locked; none for a month before the first lock.
    locked_at: Option<DateTime<Utc>>,
    /// The SHA-256 of what was handed over, in hexadecimal digits.
    digest: Option<String>,
    /// What is open, in the order in which it is mended.
    open: Vec<OpenMatterView>,
}

impl From<Closing> for ClosingView {
    fn from(it: Closing) -> Self {
        Self {
            is_locked: it.is_locked,
            is_last: it.is_last,
            obstacle: it.obstacle,
            locked_at: it.lock.as_ref().map(|lock| lock.locked_at),
            digest: it.digest(),
            open: it.open.into_iter().map(|(what, count)| OpenMatterView { what: what.word(), count }).collect(),
        }
    }
}

/// Reads how far a month is from being closed.
#[utoipa::path(get, path = "/bookkeeping/closing", tag = "bookkeeping", params(ClosedMonth),
    responses((status = 200, body = ClosingView)))]
async fn read_closing(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<ClosedMonth>,
) -> Answer<Json<ClosingView>> {
    Ok(Json(api.app.closing(&ctx, of.organisation_id, of.month).await?.into()))
}

/// Locks a month: nothing is posted into it any more, and what the accountant gets of it is made and kept.
#[utoipa::path(put, path = "/bookkeeping/closing", tag = "bookkeeping", params(ClosedMonth),
    responses((status = 200, body = ClosingView), (status = 409, body = Problem)))]
async fn lock_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<ClosedMonth>,
) -> Answer<Json<ClosingView>> {
    Ok(Json(api.app.lock_month(&ctx, of.organisation_id, of.month).await?.into()))
}

/// Why a month is opened again.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct UnlockInput {
    /// In the caller's words.
    reason: String,
}

/// Opens the last month that was locked.
#[utoipa::path(delete, path = "/bookkeeping/closing", tag = "bookkeeping", params(ClosedMonth),
    request_body = UnlockInput, responses((status = 200, body = ClosingView), (status = 409, body = Problem)))]
async fn unlock_month(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<ClosedMonth>,
    Input(input): Input<UnlockInput>,
) -> Answer<Json<ClosingView>> {
    Ok(Json(api.app.unlock_month(&ctx, of.organisation_id, of.month, &input.reason).await?.into()))
}

/// Takes out what was handed over of a locked month: the same to the byte whenever it is asked for.
#[utoipa::path(get, path = "/bookkeeping/closing/file", tag = "bookkeeping", params(ClosedMonth),
    responses((status = 200, content_type = "application/zip", body = Vec<u8>)))]
async fn read_month_package(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<ClosedMonth>,
) -> Answer<Response> {
    let (name, content) = api.app.month_package(&ctx, of.organisation_id, of.month).await?;
    Ok(download(&name, "application/zip", content))
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct OfOrganisation {
    /// Whose books.
    organisation_id: OrganisationId,
}

/// What an account of the chart stands for.
#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct StandsFor {
    /// What our accounts are for.
    #[param(inline)]
    kind: AccountKind,
    /// What the price was made of, of revenue; all of it when left out.
    component: Option<ComponentKind>,
    /// How VAT applies, of revenue and VAT.
    vat: Option<Vat>,
}

impl From<StandsFor> for ChartKey {
    fn from(it: StandsFor) -> Self {
        Self { kind: it.kind, component: it.component, vat: it.vat }
    }
}

/// An account that is meant for accounts of ours.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ChartAccountView {
    // Written out here: how an organisation is paid has kinds of accounts, too.
    #[schema(inline)]
    kind: AccountKind,
    component: Option<ComponentKind>,
    vat: Option<Vat>,
    number: String,
    name: String,
    /// The account that is meant when nobody chooses another.
    standard_number: String,
    standard_name: String,
    /// 0 when nobody has chosen.
    row_version: i64,
}

impl From<ChartRow> for ChartAccountView {
    fn from(it: ChartRow) -> Self {
        Self {
            kind: it.key.kind,
            component: it.key.component,
            vat: it.key.vat,
            number: it.account.number.to_string(),
            name: it.account.name,
            standard_number: it.standard.number.to_string(),
            standard_name: it.standard.name,
            row_version: it.row_version,
        }
    }
}

fn items(rows: Vec<ChartRow>) -> Json<Items<ChartAccountView>> {
    Json(Items::of(rows))
}

/// Lists the accounts that are meant.
#[utoipa::path(get, path = "/bookkeeping/chart-accounts", tag = "bookkeeping", params(OfOrganisation),
    responses((status = 200, body = Items<ChartAccountView>)))]
async fn list_chart_accounts(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
) -> Answer<Json<Items<ChartAccountView>>> {
    Ok(items(api.app.chart(&ctx, of.organisation_id).await?))
}

/// Another account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
struct ChartAccountInput {
    /// Four to eight digits.
    number: String,
    /// What the accountant calls it.
    name: String,
}

/// Chooses an account; answers all of them.
#[utoipa::path(put, path = "/bookkeeping/chart-accounts", tag = "bookkeeping",
    params(OfOrganisation, StandsFor, ("If-Match" = String, Header)), request_body = ChartAccountInput,
    responses((status = 200, body = Items<ChartAccountView>), (status = 412, body = Problem)))]
async fn choose_chart_account(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Filter(stands_for): Filter<StandsFor>,
    RowVersion(version): RowVersion,
    Input(input): Input<ChartAccountInput>,
) -> Answer<Json<Items<ChartAccountView>>> {
    let draft = ChartDraft { number: input.number, name: input.name };
    let key = ChartKey::from(stands_for);
    let chosen = api.app.choose_account(&ctx, of.organisation_id, key, version, Some(&draft)).await;
    match chosen.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => {
            let current = api.app.chart(&ctx, of.organisation_id).await?.into_iter().find(|row| row.key == key);
            Err(problem.with_current(current.map(ChartAccountView::from)))
        }
        outcome => Ok(items(outcome?)),
    }
}

/// Means the standard again; answers all accounts.
#[utoipa::path(delete, path = "/bookkeeping/chart-accounts", tag = "bookkeeping",
    params(OfOrganisation, StandsFor, ("If-Match" = String, Header)),
    responses((status = 200, body = Items<ChartAccountView>), (status = 412, body = Problem)))]
async fn restore_chart_account(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(of): Filter<OfOrganisation>,
    Filter(stands_for): Filter<StandsFor>,
    RowVersion(version): RowVersion,
) -> Answer<Json<Items<ChartAccountView>>> {
    Ok(items(api.app.choose_account(&ctx, of.organisation_id, stands_for.into(), version, None).await?))
}
