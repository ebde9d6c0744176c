//! What a session costs: by the tariff and the market as they are known now, and what has been charged for it already.

use crate::error::{AppError, Result};
use stolpe_domain::charging::reading::Interval;
use stolpe_domain::charging::session::SessionState;
use stolpe_domain::energy::Energy;
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ChargeId, SessionId};
use stolpe_domain::local_day::Month;
use stolpe_domain::market_price::{MarketPrices, PriceArea};
use stolpe_domain::money::Currency;
use stolpe_domain::quarter::Quarter;
use stolpe_domain::settlement::Waits;
use stolpe_domain::tariff::{Place, Pricer, TariffLine, Unpriced};
use stolpe_domain::vat::{Pricing, Totals, totals};
use stolpe_store::Conn;
use stolpe_store::document::Document;
use stolpe_store::session::Session;

/// What a session costs, and what keeps it from being charged.
#[derive(Clone, Debug)]
pub struct SessionCost {
    /// Month by month, as it would be charged now; nothing while it has no price.
    pub months: Vec<MonthTotal>,
    /// What its energy costs in each of its intervals by all components together, in millionths of the currency for a
    /// kilowatt-hour; none where that is not known.
    pub prices: Vec<Option<i64>>,
    /// Why it is not charged now, the first thing to be done first; nothing when it will be by the next run.
    pub waits: Vec<Waits>,
    /// Whether the facility has a tariff at all.
    pub has_tariff: bool,
    /// What was charged for it, differences among it.
    pub charges: Vec<SessionCharge>,
}

/// What a month of a session costs.
#[derive(Clone, Debug)]
pub struct MonthTotal {
    /// Which month, at the facility.
    pub month: Month,
    /// The energy in it.
    pub energy: Energy,
    /// By kind, and of each kind the oldest row first.
    pub lines: Vec<TariffLine>,
    /// What the lines add up to, with the VAT of each rate.
    pub totals: Totals,
}

/// Something that was charged for a session.
#[derive(Clone, Debug)]
pub struct SessionCharge {
    /// What it asks for.
    pub cost: MonthTotal,
    /// Whether a document asks for it now; else the next month run does.
    pub is_asked_for: bool,
    /// The documents that ask for it or did, in the order of their drafting; none for those who may not see them.
    pub documents: Vec<AskingDocument>,
}

/// A document that asks for a charge or did.
#[derive(Clone, Debug)]
pub struct AskingDocument {
    /// The document.
    pub document: Document,
    /// The credit notes that take it back.
    pub credit_notes: Vec<Document>,
}

impl MonthTotal {
    fn of(month: Month, energy: Energy, lines: Vec<TariffLine>, currency: Currency) -> Result<Self> {
        let amounts: Vec<_> = lines.iter().map(|line| (line.vat, line.amount)).collect();
        let totals = totals(currency, Pricing::Net, &amounts).map_err(AppError::internal)?;
        Ok(Self { month, energy, lines, totals })
    }
}

/// Finds what a session costs at a facility.
pub(super) async fn of(
    conn: &mut Conn,
    facility: &Facility,
    session: &Session,
    intervals: &[Interval],
    reads_billing: bool,
) -> Result<SessionCost> {
    let mut waits = Vec::new();
    if session.state == SessionState::Open {
        waits.push(Waits::Open);
    } else if session.state.wants_a_look() {
        waits.push(Waits::Doubted);
    }
    let has_energy = intervals.iter().any(|it| it.energy != Energy::ZERO);
    let is_owed = !matches!(session.state, SessionState::Void | SessionState::BilledElsewhere);
    if session.person.is_none() && has_energy && is_owed {
        waits.push(Waits::NoPayer);
    }
    let charges = charges_of(conn, session.id, reads_billing).await?;
    let mut cost =
        SessionCost { months: Vec::new(), prices: vec![None; intervals.len()], waits, has_tariff: false, charges };
    let Some(kept) = conn.find_tariff(facility.id).await? else { return Ok(cost) };
    cost.has_tariff = true;
    let place = Place {
        area: facility.price_area.as_deref().and_then(PriceArea::from_code),
        zone: facility.time_zone.parse().map_err(AppError::internal)?,
    };
    let market = match (place.area, quarters_of(intervals)) {
        (Some(area), Some((first, last))) if kept.tariff.asks_the_market() => {
            // Whole hours, for a tariff that asks for their mean.
            let hour = |number: i64| Quarter::from_number(number.div_euclid(4) * 4);
            let whole = hour(first.number())..hour(last.number() + 4);
            conn.market_prices(area, kept.tariff.currency(), whole).await?
        }
        _ => MarketPrices::default(),
    };
    let pricer = Pricer::new(&kept.tariff, place, &market);
    for (price, interval) in cost.prices.iter_mut().zip(intervals) {
        let components = pricer.quarter(interval.quarter).ok();
        *price = components.map(|them| them.iter().map(|it| it.price.micro_per_kwh).sum());
    }
    if !is_owed {
        return Ok(cost);
    }
    let energy: Vec<(Quarter, Energy)> = intervals.iter().map(|it| (it.quarter, it.energy)).collect();
    match pricer.session(&energy) {
        Ok(months) => {
            for it in months {
                cost.months.push(MonthTotal::of(it.month, it.energy, it.lines, kept.tariff.currency())?);
            }
        }
        Err(unpriced @ Unpriced::Amount(_)) => return Err(AppError::internal(unpriced)),
        Err(unpriced) => cost.waits.push(Waits::Unpriced(unpriced)),
    }
    Ok(cost)
}

async fn charges_of(conn: &mut Conn, session: SessionId, reads_billing: bool) -> Result<Vec<SessionCharge>> {
    let found = conn.charges_of_sessions(&[session]).await?.remove(&session).unwrap_or_default();
    let ids: Vec<ChargeId> = found.iter().filter(|_| reads_billing).map(|it| it.id).collect();
    let mut papers = conn.documents_of_charges(&ids).await?;
    let mut charges = Vec::with_capacity(found.len());
    for it in found {
        let mut documents = Vec::new();
        for document in papers.remove(&it.id).unwrap_or_default() {
            documents.push(AskingDocument { credit_notes: conn.credit_notes_of(document.id).await?, document });
        }
        let cost = MonthTotal::of(it.month, it.energy, it.lines, it.currency)?;
        charges.push(SessionCharge { cost, is_asked_for: it.document_id.is_some(), documents });
    }
    Ok(charges)
}

fn quarters_of(intervals: &[Interval]) -> Option<(Quarter, Quarter)> {
    let quarters = || intervals.iter().map(|it| it.quarter);
    quarters().min().zip(quarters().max())
}
