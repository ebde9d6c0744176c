//! Charging sessions: listed, proved, judged, and whose they are.

use crate::document::RelatedDocumentView;
use crate::extract::{Caller, Filter, Id, Input, RowVersion, merged};
use crate::market_price::SpanView;
use crate::page::{Ordered, Page, Window, cursor};
use crate::problem::{Answer, Problem};
use crate::router::Api;
use axum::Json;
use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use stolpe_app::{
    AppError, AskingDocument, ChargingPlace, MonthTotal, NamedSession, OpenSession, SessionCharge, SessionFilter,
    SessionKey,
};
use stolpe_domain::charging::doubt::Doubt;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::document::Number;
use stolpe_domain::energy::Energy;
use stolpe_domain::id::{ChargePointId, DocumentId, FacilityId, OrganisationId, PersonId, SessionId};
use stolpe_domain::market_price::PriceArea;
use stolpe_domain::money::Currency;
use stolpe_domain::person::{VEIL, full_name};
use stolpe_domain::settlement::{ChargeState, Waits};
use stolpe_domain::tariff::{ComponentKind, Rate, TariffLine, Unpriced};
use stolpe_domain::vat::Vat;
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub(crate) fn router() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(list_sessions))
        .routes(routes!(read_session, assign_session))
        .routes(routes!(accept_session))
        .routes(routes!(void_session))
}

/// A doubt of a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct DoubtView {
    /// Which, as a stable word.
    doubt: &'static str,
    /// Whether it keeps the session from billing until somebody accepts it.
    blocks: bool,
}

/// A document that asks for something, by its number.
#[derive(Serialize, ToSchema)]
struct NumberedDocumentView {
    id: DocumentId,
    /// As printed; none for a draft.
    number: Option<String>,
}

impl From<(DocumentId, Option<Number>)> for NumberedDocumentView {
    fn from((id, number): (DocumentId, Option<Number>)) -> Self {
        Self { id, number: number.map(|number| number.to_string()) }
    }
}

/// A charging session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionView {
    id: SessionId,
    charge_point_id: ChargePointId,
    /// What people call the charge point.
    charge_point_name: String,
    facility_id: FacilityId,
    connector: i64,
    /// The tag that began it, and the one that ended it.
    tag: Option<String>,
    stop_tag: Option<String>,
    /// Whether it is known who took the energy.
    has_person: bool,
    /// Who took the energy, if that is known; none for somebody with protected identity, too.
    person_id: Option<PersonId>,
    person_name: Option<String>,
    /// How the charge point names it.
    transaction_id: Option<i32>,
    /// `open`, `closed`, `closed_by_system`, `suspect`, `accepted`, `orphan_stop` or `void`.
    state: &'static str,
    doubts: Vec<DoubtView>,
    /// When it began and ended, as far as it is believed, and by the charge point's own word.
    started_at: DateTime<Utc>,
    claimed_start_at: Option<DateTime<Utc>>,
    stopped_at: Option<DateTime<Utc>>,
    claimed_stop_at: Option<DateTime<Utc>>,
    /// The register at both ends, in watt-hours.
    start_wh: Option<Energy>,
    stop_wh: Option<Energy>,
    /// Why it ended, in the charge point's word.
    stop_reason: Option<String>,
    /// The energy that is believed, in watt-hours.
    energy_wh: Energy,
    /// Whether its energy is billed.
    billed: bool,
    /// How it stands with what is charged.
    charge_state: ChargeState,
    /// The documents that ask for what it costs; none for those who may not see them.
    documents: Vec<NumberedDocumentView>,
    /// Why somebody accepted it or took it out of billing, and when.
    judged_reason: Option<String>,
    judged_at: Option<DateTime<Utc>>,
    row_version: i64,
}

impl From<NamedSession> for SessionView {
    fn from(named: NamedSession) -> Self {
        let NamedSession { session: it, charge_point_name, holder, charge_state, documents, .. } = named;
        // Of somebody with protected identity it is said that there is one.
        let (person_id, person_name) = match holder {
            Some((_, _, true)) => (None, Some(VEIL.to_owned())),
            Some((given, family, false)) => (it.person, Some(full_name(&given, &family))),
            None => (it.person, None),
        };
        let doubt = |doubt: Doubt| DoubtView { doubt: doubt.word(), blocks: doubt.blocks() };
        Self {
            id: it.id,
            charge_point_id: it.charge_point,
            charge_point_name,
            facility_id: it.facility,
            connector: it.connector,
            tag: it.tag,
            stop_tag: it.stop_tag,
            has_person: it.person.is_some(),
            person_id,
            person_name,
            transaction_id: it.transaction_id,
            state: it.state.word(),
            doubts: it.doubts.iter().map(doubt).collect(),
            started_at: it.started_at,
            claimed_start_at: it.claimed_start_at,
            stopped_at: it.stopped_at,
            claimed_stop_at: it.claimed_stop_at,
            start_wh: it.start,
            stop_wh: it.stop,
            stop_reason: it.stop_reason,
            energy_wh: it.energy,
            billed: it.state.is_billed(),
            charge_state,
            documents: documents.into_iter().map(NumberedDocumentView::from).collect(),
            judged_reason: it.judged.as_ref().map(|judged| judged.reason.clone()),
            judged_at: it.judged.map(|judged| judged.at),
            row_version: it.row_version,
        }
    }
}

/// What was read in one quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct ReadingsView {
    /// The first instant of the quarter.
    from: DateTime<Utc>,
    first_at: DateTime<Utc>,
    first_wh: Energy,
    last_at: DateTime<Utc>,
    last_wh: Energy,
}

/// The energy of one quarter of an hour.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct IntervalView {
    /// The first instant of the quarter.
    from: DateTime<Utc>,
    wh: Energy,
    /// `measured`, `estimated` or `unknown`.
    certainty: &'static str,
    /// What a kilowatt-hour costs in it by all components together, in millionths of the currency and without VAT.
    micro_per_kwh: Option<i64>,
}

/// A component of a tariff over the energy of a session in a month.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CostLineView {
    kind: ComponentKind,
    rate: Rate,
    valid_from: NaiveDate,
    vat: Vat,
    /// Where the figure comes from.
    source: String,
    energy_wh: Energy,
    /// Without VAT, in hundredths of the currency.
    net_minor: i64,
}

impl From<TariffLine> for CostLineView {
    fn from(it: TariffLine) -> Self {
        Self {
            kind: it.kind,
            rate: it.rate,
            valid_from: it.valid_from,
            vat: it.vat,
            source: it.source,
            energy_wh: it.energy,
            net_minor: it.amount.minor,
        }
    }
}

/// What the lines of a VAT rate add up to, in hundredths of the currency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct CostVatView {
    vat: Vat,
    net_minor: i64,
    vat_minor: i64,
}

/// What a session costs in a month, in hundredths of the currency.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct MonthCostView {
    /// Such as 2026-11.
    month: String,
    currency: Currency,
    energy_wh: Energy,
    lines: Vec<CostLineView>,
    vats: Vec<CostVatView>,
    net_minor: i64,
    vat_minor: i64,
    gross_minor: i64,
}

impl From<MonthTotal> for MonthCostView {
    fn from(it: MonthTotal) -> Self {
        let vats = it.totals.rates.iter().map(|rate| CostVatView {
            vat: rate.vat_kind,
            net_minor: rate.net.minor,
            vat_minor: rate.vat.minor,
        });
        Self {
            month: it.month.to_string(),
            currency: it.totals.net.currency,
            energy_wh: it.energy,
            vats: vats.collect(),
            lines: it.lines.into_iter().map(CostLineView::from).collect(),
            net_minor: it.totals.net.minor,
            vat_minor: it.totals.vat.minor,
            gross_minor: it.totals.gross.minor,
        }
    }
}

/// What was charged for a session.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionChargeView {
    cost: MonthCostView,
    /// Whether a document asks for it now; else the next month run does.
    is_asked_for: bool,
    /// The documents that ask for it or did, the first one first; none for those who may not see them.
    documents: Vec<AskingDocumentView>,
}

/// A document that asks for a charge or did.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AskingDocumentView {
    #[serde(flatten)]
    document: RelatedDocumentView,
    /// The credit notes that take it back.
    credit_notes: Vec<RelatedDocumentView>,
}

impl From<AskingDocument> for AskingDocumentView {
    fn from(it: AskingDocument) -> Self {
        Self { document: it.document.into(), credit_notes: it.credit_notes.into_iter().map(Into::into).collect() }
    }
}

impl From<SessionCharge> for SessionChargeView {
    fn from(it: SessionCharge) -> Self {
        let documents = it.documents.into_iter().map(AskingDocumentView::from).collect();
        Self { cost: it.cost.into(), is_asked_for: it.is_asked_for, documents }
    }
}

/// Why a session is not charged.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct WaitView {
    /// Which, as a stable word.
    code: &'static str,
    /// Where it is about prices: the area and the times without one.
    area: Option<PriceArea>,
    spans: Vec<SpanView>,
}

impl From<Waits> for WaitView {
    fn from(it: Waits) -> Self {
        let code = it.code();
        let (area, spans) = match it {
            Waits::Unpriced(Unpriced::MissingPrices { area, spans }) => (Some(area), spans),
            Waits::Unpriced(Unpriced::Hole(span)) => (None, vec![span]),
            _ => (None, Vec::new()),
        };
        Self { code, area, spans: spans.into_iter().map(SpanView::from).collect() }
    }
}

/// What a session costs by what is known now.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionCostView {
    /// Whether the facility has a tariff.
    has_tariff: bool,
    /// Month by month; empty while it has no price.
    months: Vec<MonthCostView>,
    /// Why it is not charged now.
    waits: Vec<WaitView>,
    /// What was charged for it, differences among it.
    charges: Vec<SessionChargeView>,
}

/// A session with everything that proves it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct SessionProofView {
    #[serde(flatten)]
    session: SessionView,
    readings: Vec<ReadingsView>,
    intervals: Vec<IntervalView>,
    cost: SessionCostView,
}

impl From<OpenSession> for SessionProofView {
    fn from(it: OpenSession) -> Self {
        let readings = it.readings.iter().map(|(quarter, it)| ReadingsView {
            from: quarter.start(),
            first_at: it.first.at,
            first_wh: it.first.register,
            last_at: it.last.at,
            last_wh: it.last.register,
        });
        let intervals = it.intervals.iter().zip(&it.cost.prices).map(|(it, price)| IntervalView {
            from: it.quarter.start(),
            wh: it.energy,
            certainty: it.certainty.word(),
            micro_per_kwh: *price,
        });
        let (readings, intervals) = (readings.collect(), intervals.collect());
        let cost = SessionCostView {
            has_tariff: it.cost.has_tariff,
            months: it.cost.months.into_iter().map(MonthCostView::from).collect(),
            waits: it.cost.waits.into_iter().map(WaitView::from).collect(),
            charges: it.cost.charges.into_iter().map(SessionChargeView::from).collect(),
        };
        Self { readings, intervals, session: it.session.into(), cost }
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(rename_all = "camelCase")]
#[into_params(parameter_in = Query)]
pub(crate) struct SessionQuery {
    /// In this facility; everywhere when left out.
    facility_id: Option<FacilityId>,
    /// In the facilities of this organisation.
    organisation_id: Option<OrganisationId>,
    /// Of this charge point.
    charge_point_id: Option<ChargePointId>,
    /// Of this person.
    person_id: Option<PersonId>,
    /// Of nobody who is known.
    of_nobody: Option<bool>,
    /// In this state; `to_look_at` for all that somebody has to judge, `without_stop` for those whose stop was not heard.
    state: Option<String>,
    /// That stand so with what is charged.
    #[param(inline)]
    charge_state: Option<ChargeState>,
    /// Begun from this instant on.
    from: Option<DateTime<Utc>>,
    /// Begun before this instant.
    to: Option<DateTime<Utc>>,
}

impl SessionQuery {
    /// Where, and which.
    pub(crate) fn cut(self) -> Answer<(ChargingPlace, SessionFilter)> {
        let all_that =
            |are: fn(SessionState) -> bool| SessionState::ALL.iter().copied().filter(|it| are(*it)).collect();
        let states: Option<Vec<_>> = match self.state.as_deref() {
            None => None,
            Some("to_look_at") => Some(all_that(SessionState::wants_a_look)),
            Some("without_stop") => Some(all_that(SessionState::is_without_stop)),
            Some(word) => Some(vec![
                SessionState::from_word(word).ok_or_else(|| AppError::field("state", "session.state_unknown"))?,
            ]),
        };
        let filter = SessionFilter {
            facilities: Vec::new(),
            charge_point: self.charge_point_id,
            person: self.person_id,
            of_nobody: self.of_nobody.unwrap_or_default(),
            states,
            charge_state: self.charge_state,
            from: self.from,
            to: self.to,
        };
        Ok((ChargingPlace { facility: self.facility_id, organisation: self.organisation_id }, filter))
    }
}

/// Lists charging sessions in the order in which they began.
#[utoipa::path(get, path = "/sessions", tag = "session", params(SessionQuery, Ordered, Window),
    responses((status = 200, body = Page<SessionView>)))]
async fn list_sessions(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Filter(query): Filter<SessionQuery>,
    Filter(ordered): Filter<Ordered>,
    Filter(window): Filter<Window>,
) -> Answer<Json<Page<SessionView>>> {
    let after = window.after::<(DateTime<Utc>, SessionId)>()?.map(|(started_at, id)| SessionKey { started_at, id });
    let (place, filter) = query.cut()?;
    let (page, total) = api.app.list_sessions(&ctx, place, filter, ordered.order(), after, window.limit()).await?;
    let last = page.items.last().filter(|_| page.more).map(|last| &last.session);
    let next = last.and_then(|last| cursor(&(last.started_at, last.id)));
    let items = page.items.into_iter().map(SessionView::from).collect();
    Ok(Json(Page { items, next, total: total.map(Into::into) }))
}

/// One charging session with what proves it: readings, intervals and doubts.
#[utoipa::path(get, path = "/sessions/{id}", tag = "session", params(("id" = Uuid, Path)),
    responses((status = 200, body = SessionProofView)))]
async fn read_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.session(&ctx, id).await?.into()))
}

/// What may be said of a session by hand.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SessionPatch {
    /// Who took the energy; null when nobody is known to have.
    person_id: Option<PersonId>,
}

/// Says who took the energy of a session.
#[utoipa::path(patch, path = "/sessions/{id}", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = SessionPatch,
    responses((status = 200, body = SessionProofView), (status = 412, body = Problem)))]
async fn assign_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
    RowVersion(version): RowVersion,
    Input(patch): Input<serde_json::Value>,
) -> Answer<Json<SessionProofView>> {
    let current = api.app.session(&ctx, id).await?;
    let draft = merged(&SessionPatch { person_id: current.session.session.person }, &patch)?;
    match api.app.assign_session(&ctx, id, version, draft.person_id).await.map_err(Problem::from) {
        Err(problem) if problem.is_changed() => Err(problem.with_current(SessionProofView::from(current))),
        outcome => Ok(Json(outcome?.into())),
    }
}

/// Why something is judged so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct JudgementReason {
    /// In the caller's words.
    pub(crate) reason: String,
}

/// Accepts a doubted session as it is: it is billed from now on.
#[utoipa::path(post, path = "/sessions/{id}/acceptance", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = JudgementReason,
    responses((status = 200, body = SessionProofView), (status = 412, body = Problem)))]
async fn accept_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
    RowVersion(version): RowVersion,
    Input(why): Input<JudgementReason>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.accept_session(&ctx, id, version, &why.reason).await?.into()))
}

/// Takes a session out of billing for good.
#[utoipa::path(post, path = "/sessions/{id}/voiding", tag = "session",
    params(("id" = Uuid, Path), ("If-Match" = String, Header)), request_body = JudgementReason,
    responses((status = 200, body = SessionProofView), (status = 412, body = Problem)))]
async fn void_session(
    State(api): State<Api>,
    Caller(ctx): Caller,
    Id(id): Id<SessionId>,
    RowVersion(version): RowVersion,
    Input(why): Input<JudgementReason>,
) -> Answer<Json<SessionProofView>> {
    Ok(Json(api.app.void_session(&ctx, id, version, &why.reason).await?.into()))
}
