//! The ledger: accounts with their balances, statements, and when it was last proved.

use crate::export::{Wanted, file};
use crate::extract::{Caller, Filter, Id};
use crate::job::download;
use crate::page::{Page, Total, Window, cursor};
use crate::problem::Answer;
use crate::router::Api;
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{
    AccountFilter, AccountKey, ForeseenMove, KeptProof, LedgerFault, ListedAccount, Statement, StatementEntry,
    StatementKey, StatementPeriod,
};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::id::{AccountId, CompanyId, DocumentId, FacilityId, OrganisationId, PersonId, TransferId, UnitId};
use stolpe_domain::ledger::{AccountKind, Asset, TransferCode};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::Vat;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_accounts))
        .routes(routes!(read_statement))
        .routes(routes!(read_statement_file))
        .routes(routes!(export_statement))
        .routes(routes!(read_ledger_proof))
}

/// An account of the ledger. Amounts are in the smallest part of its asset: öre, øre, watt-hours, days.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccountView {
    id: AccountId,
    organisation_id: OrganisationId,
    /// The facility that it is kept for; none where the organisation has one for all of them.
    facility_id: Option<FacilityId>,
    // Written out here: how an organisation is paid has kinds of accounts, too.
    #[schema(inline)]
    kind: AccountKind,
    asset: Asset,
    /// Whose it is; none for somebody with protected identity, too.
    person_id: Option<PersonId>,
    person_name: Option<String>,
    /// The company whose it is, where it is no person's.
    company_id: Option<CompanyId>,
    company_name: Option<String>,
    /// It is somebody's whose identity is protected.
    protected_identity: bool,
    unit_id: Option<UnitId>,
    unit_code: Option<String>,
    /// What the price was made of, of revenue.
    component: Option<ComponentKind>,
    /// How VAT applies, of revenue and VAT.
    vat: Option<Vat>,
    /// What is there, as such an account is counted: what is owed or owned, what was sold, what is owed to the state.
    balance: i64,
    /// What is held of it.
    held: i64,
}

impl From<ListedAccount> for AccountView {
    fn from(it: ListedAccount) -> Self {
        let (of, balance) = (it.kept.account, it.kept.balance);
        let debits = balance.debits_posted - balance.credits_posted;
        let (person_id, person_name, protected_identity) = match it.holder {
            Some((_, _, true)) => (None, None, true),
            Some((given, family, false)) => (of.person_id, Some(format!("{given} {family}").trim().to_owned()), false),
            None => (None, None, false),
        };
        Self {
            id: it.kept.id,
            organisation_id: of.organisation_id,
            facility_id: of.facility_id,
            kind: of.kind,
            asset: of.asset,
            person_id,
            person_name,
            company_id: of.company_id,
            company_name: it.company,
            protected_identity,
            unit_id: of.unit_id,
            unit_code: it.unit_code,
            component: of.component,
            vat: of.vat,
            balance: if of.kind.counts_debits() { debits } else { -debits },
            held: balance.debits_pending + balance.credits_pending,
        }
    }
}

/// An account as it stands in what would be moved: what it is for and whose it is, and nothing of what is on it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ForeseenAccountView {
    #[schema(inline)]
    kind: AccountKind,
    asset: Asset,
    person_name: Option<String>,
    company_name: Option<String>,
    /// It is somebody's whose identity is protected.
    protected_identity: bool,
    unit_code: Option<String>,
    component: Option<ComponentKind>,
    vat: Option<Vat>,
}

impl From<ListedAccount> for ForeseenAccountView {
    fn from(it: ListedAccount) -> Self {
        let AccountView {
            kind, asset, person_name, company_name, protected_identity, unit_code, component, vat, ..
        } = it.into();
        Self { kind, asset, person_name, company_name, protected_identity, unit_code, component, vat }
    }
}

/// An amount that would be moved, in the smallest part of its asset.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ForeseenMoveView {
    /// To whom it would be given.
    debit: ForeseenAccountView,
    /// From whom it would be taken.
    credit: ForeseenAccountView,
    amount: i64,
    /// `posted` or `post` where it is final, `pending` where it is held, and `void` where it is free again.
    step: &'static str,
}

impl ForeseenMoveView {
    pub(crate) fn all(moves: Vec<ForeseenMove>) -> Vec<Self> {
        moves.into_iter().map(Self::from).collect()
    }
}

impl From<ForeseenMove> for ForeseenMoveView {
    fn from(it: ForeseenMove) -> Self {
        let ForeseenMove { debit, credit, amount, step } = it;
        Self { debit: debit.into(), credit: credit.into(), amount: amount.smallest(), step: step.word() }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
struct AccountQuery {
    /// Those kept for one facility.
    facility_id: Option<FacilityId>,
    /// Those of one organisation.
    organisation_id: Option<OrganisationId>,
    /// Those of one person.
    person_id: Option<PersonId>,
    /// Those for one purpose.
    #[param(inline)]
    kind: Option<AccountKind>,
    /// Those with a balance only.
    #[serde(default)]
    unsettled: bool,
}

/// Lists accounts with their balances: what is owed by name first, and then the organisation's own.
#[utoipa::path(get, path = "/accounts", tag = "ledger", params(AccountQuery, Window),
    responses((status = 200, body = Page<AccountView>)))]
async fn list_accounts(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<AccountQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<AccountView>>> {
    let place = (query.facility_id, query.organisation_id);
    let filter = AccountFilter {
        person: query.person_id,
        kind: query.kind,
        unsettled: query.unsettled,
        ..AccountFilter::default()
    };
    let after: Option<AccountKey> = window.after()?;
    let (page, total) = api.app.list_accounts(&ctx, place, filter, after.as_ref(), window.limit()).await?;
    let next = page.items.last().filter(|_| page.more).and_then(|last| cursor(&last.key));
    let items = page.items.into_iter().map(AccountView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Total::from) }))
}

/// A transfer as it stands on the statement of an account.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatementEntryView {
    id: TransferId,
    /// The day on which it counts.
    value_on: NaiveDate,
    /// The day on which it stands in the books, where the month of its own was locked.
    booked_on: Option<NaiveDate>,
    created_at: DateTime<Utc>,
    code: TransferCode,
    /// What was given to the account.
    debit: i64,
    /// What was taken from it.
    credit: i64,
    /// What was held until its time was over, of an entry that moves nothing.
    ran_out: Option<i64>,
    /// What was there after it.
    balance: i64,
    /// The account on the other side.
    other: Option<AccountView>,
    document_id: Option<DocumentId>,
    document_kind: Option<DocumentKind>,
    document_number: Option<String>,
}

impl From<StatementEntry> for StatementEntryView {
    fn from(it: StatementEntry) -> Self {
        let (document_id, document_kind, number) = match it.row.document {
            Some((id, kind, number)) => (Some(id), Some(kind), number),
            None => (None, None, None),
        };
        Self {
            id: it.row.id,
            value_on: it.row.value_on,
            booked_on: it.row.booked_on,
            created_at: it.row.created_at,
            code: it.row.code,
            debit: it.row.debit,
            credit: it.row.credit,
            ran_out: it.row.ran_out,
            balance: it.balance,
            other: it.other.map(AccountView::from),
            document_id,
            document_kind,
            document_number: number.map(|number| number.to_string()),
        }
    }
}

/// A part of a statement: every part says what was there before the period, and what is there after it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct StatementView {
    account: AccountView,
    /// What was there before the first day.
    opening: i64,
    /// What was given to the account in the period.
    debits: i64,
    /// What was taken from it in the period.
    credits: i64,
    /// What is there after the last day.
    closing: i64,
    /// What was moved, in the order in which it counts.
    items: Vec<StatementEntryView>,
    /// Where the statement goes on; none at its end.
    next: Option<String>,
    /// How many transfers there are in the period.
    count: i64,
}

impl From<Statement> for StatementView {
    fn from(it: Statement) -> Self {
        let next =
            it.page.items.last().filter(|_| it.page.more).and_then(|last| cursor(&StatementKey::from(&last.row)));
        Self {
            account: it.account.into(),
            opening: it.opening,
            debits: it.sides.debits,
            credits: it.sides.credits,
            closing: it.closing,
            items: it.page.items.into_iter().map(StatementEntryView::from).collect(),
            next,
            count: it.sides.count,
        }
    }
}

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
struct PeriodQuery {
    /// The first day; the beginning when left out.
    from: Option<NaiveDate>,
    /// The last day; until now when left out.
    to: Option<NaiveDate>,
}

impl PeriodQuery {
    fn period(&self) -> Answer<StatementPeriod> {
        Ok(StatementPeriod::of(self.from, self.to)?)
    }
}

/// Reads the statement of an account.
#[utoipa::path(get, path = "/accounts/{id}/statement", tag = "ledger",
    params(("id" = Uuid, Path), PeriodQuery, Window), responses((status = 200, body = StatementView)))]
async fn read_statement(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<AccountId>,
    Filter(query): Filter<PeriodQuery>,
    Filter(window): Filter<Window>,
) -> Answer<Json<StatementView>> {
    let after: Option<StatementKey> = window.after()?;
    let statement = api.app.statement(&ctx, id, query.period()?, after, window.limit()).await?;
    Ok(Json(statement.into()))
}

/// Draws the statement of an account for paper; noted in the audit log.
#[utoipa::path(get, path = "/accounts/{id}/statement/file", tag = "ledger",
    params(("id" = Uuid, Path), PeriodQuery),
    responses((status = 200, content_type = "application/pdf", body = Vec<u8>)))]
async fn read_statement_file(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<AccountId>,
    Filter(query): Filter<PeriodQuery>,
) -> Answer<Response> {
    let (name, bytes) = api.app.statement_file(&ctx, id, query.period()?).await?;
    Ok(download(&name, "application/pdf", Body::from(bytes)))
}

/// Writes the statement of an account to a file; noted in the audit log.
#[utoipa::path(get, path = "/exports/statements/{id}", tag = "ledger",
    params(("id" = Uuid, Path), Wanted, PeriodQuery),
    responses((status = 200, content_type = "application/octet-stream", body = Vec<u8>)))]
async fn export_statement(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<AccountId>,
    Filter(wanted): Filter<Wanted>,
    Filter(query): Filter<PeriodQuery>,
) -> Answer<Response> {
    let (columns, format) = (wanted.columns(), wanted.format());
    Ok(file(api.app.export_statement(&ctx, id, query.period()?, &columns, format).await?))
}

/// What came of the last proof of the ledger from nothing, which is made every night.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct LedgerProofView {
    /// When it was made; none before the first night.
    at: Option<DateTime<Utc>>,
    /// When everything held, the last time.
    held_at: Option<DateTime<Utc>>,
    /// Whether everything held.
    holds: bool,
    /// How many accounts were added up.
    accounts: i64,
    /// From how many transfers.
    transfers: i64,
    /// How many documents were held against what they posted.
    documents: i64,
    /// How many things do not hold.
    fault_count: usize,
    /// The accounts whose balance is not that of their transfers, as far as the caller may see them.
    wrong_accounts: Vec<AccountView>,
    /// Documents that are not posted as they add up: the first of them.
    wrong_documents: Vec<DocumentId>,
}

impl From<(Option<KeptProof>, Vec<ListedAccount>)> for LedgerProofView {
    fn from((kept, accounts): (Option<KeptProof>, Vec<ListedAccount>)) -> Self {
        let (at, held_at) = kept.as_ref().map_or((None, None), |kept| (Some(kept.at), kept.held_at));
        let proof = kept.map(|kept| kept.proof).unwrap_or_default();
        let document = |fault: &LedgerFault| match fault {
            LedgerFault::Document(id) => Some(*id),
            _ => None,
        };
        Self {
            at,
            held_at,
            holds: at.is_some() && proof.faults.is_empty(),
            accounts: proof.accounts,
            transfers: proof.transfers,
            documents: proof.documents,
            fault_count: proof.faults.len(),
            wrong_accounts: accounts.into_iter().map(AccountView::from).collect(),
            wrong_documents: proof.faults.iter().filter_map(document).collect(),
        }
    }
}

/// Reads when the ledger was last proved, and what came of it.
#[utoipa::path(get, path = "/ledger/proof", tag = "ledger", responses((status = 200, body = LedgerProofView)))]
async fn read_ledger_proof(State(api): State<Api>, Caller(ctx): Caller) -> Answer<Json<LedgerProofView>> {
    Ok(Json(api.app.ledger_proof(&ctx).await?.into()))
}
