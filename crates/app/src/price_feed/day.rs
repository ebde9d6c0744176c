//! One day of one area: asked for, read, judged and taken whole or not at all.

use super::Asking;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::market_price::TakenPrices;
use chrono::{Days, NaiveDate};
use chrono_tz::Europe::Stockholm;
use sha2::{Digest as _, Sha256};
use std::ops::Range;
use stolpe_documents::price_file::euro_rates::{self, EuroRate, EuroRates};
use stolpe_documents::price_file::{self, PriceFile, PriceFileError};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::market_price::{PriceArea, PriceSource};
use stolpe_domain::money::Currency;
use stolpe_domain::price::EnergyPrice;
use stolpe_domain::price_fetch::DAYS_BACK;
use stolpe_domain::quarter::Quarter;
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::prices::{PriceAnswer, PriceQuestion};
use stolpe_store::price_fetch::PriceAnswered;

/// How the platform of ENTSO-E begins the reason for having nothing.
const NO_DATA: &str = "999";

/// A day that is asked for.
#[derive(Clone, Debug)]
pub(super) struct AskedDay<'a> {
    pub(super) asking: &'a Asking,
    pub(super) day: NaiveDate,
    /// What the source answered before, where that is still all there.
    pub(super) answered: Option<PriceAnswered>,
}

/// What came for a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Came {
    Prices,
    AsBefore,
    Nothing,
}

/// Why nothing was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    pub(super) code: &'static str,
    /// What the source said, or which part is wrong.
    pub(super) words: Option<String>,
    /// Other days would fare no better.
    pub(super) stops: bool,
}

impl Fault {
    const fn of(code: &'static str) -> Self {
        Self { code, words: None, stops: false }
    }

    #[expect(clippy::needless_pass_by_value, reason = "it ends here")]
    pub(super) fn of_vault(error: AppError) -> Self {
        match error {
            AppError::Unavailable { code, .. } => Self { stops: true, ..Self::of(code) },
            _ => Self { stops: true, ..Self::of("price_feed.misconfigured") },
        }
    }
}

impl From<PortError> for Fault {
    fn from(error: PortError) -> Self {
        let code = match error.kind {
            PortErrorKind::Unavailable => "price_feed.unavailable",
            PortErrorKind::Refused => "price_feed.refused",
            PortErrorKind::Misconfigured => "price_feed.misconfigured",
            PortErrorKind::Unexpected => "price_feed.unexpected",
        };
        let stops = matches!(error.kind, PortErrorKind::Unavailable | PortErrorKind::Misconfigured);
        Self { code, words: error.words(), stops }
    }
}

impl From<PriceFileError> for Fault {
    fn from(error: PriceFileError) -> Self {
        Self { code: error.code(), words: Some(error.to_string()), stops: false }
    }
}

/// The quarters of a day of the market.
fn quarters_of(day: NaiveDate) -> Range<Quarter> {
    first_quarter(day, Stockholm)..first_quarter(day.succ_opt().unwrap_or(day), Stockholm)
}

impl App {
    /// Whether every quarter of a day has a price.
    pub(super) async fn knows_day(&self, area: PriceArea, day: NaiveDate) -> Result<bool> {
        let quarters = quarters_of(day);
        let all = quarters.end.number() - quarters.start.number();
        Ok(self.read().await?.count_market_prices(area, area.currency(), quarters).await? == all)
    }

    /// Asks for a day and takes what comes. `rates` keeps the rates of the euro from one day to the next.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached; what the source did is the inner fault.
    pub(super) async fn fetch_day(
        &self,
        ctx: &Ctx,
        asked: AskedDay<'_>,
        rates: &mut Option<EuroRates>,
    ) -> Result<std::result::Result<Came, Fault>> {
        let AskedDay { asking: &Asking { area, source, ref token, .. }, day, answered } = asked;
        let known = answered.as_ref().and_then(|answered| answered.name.clone());
        let question = PriceQuestion { source, area, day, token: token.clone(), known };
        let (content, name) = match self.market.day(&question).await {
            Ok(PriceAnswer::Nothing) => return Ok(Ok(Came::Nothing)),
            Ok(PriceAnswer::AsBefore) => return Ok(Ok(Came::AsBefore)),
            Ok(PriceAnswer::Document { content, name }) => (content, name),
            Err(error) => return Ok(Err(error.into())),
        };
        let now = PriceAnswered { name, digest: hex::encode(Sha256::digest(&content)) };
        if answered.is_some_and(|before| before.digest == now.digest) {
            return Ok(Ok(Came::AsBefore));
        }
        let file = match read_day(&content, source, area, day) {
            Ok(Some(file)) => file,
            Ok(None) => return Ok(Ok(Came::Nothing)),
            Err(fault) => return Ok(Err(fault)),
        };
        let (prices, euro) = match self.in_currency_of(area, day, &file, rates).await {
            Ok(counted) => counted,
            Err(fault) => return Ok(Err(fault)),
        };
        let at = self.now();
        let mut tx = self.write().await?;
        let mut changed = tx.put_market_prices(area, source.word(), &prices, at).await?;
        if euro.is_some() {
            // What was published stays beside what was counted from it.
            changed = changed.max(tx.put_market_prices(area, source.word(), &file.prices, at).await?);
        }
        let kept = day.checked_sub_days(Days::new(DAYS_BACK * 2)).unwrap_or(day);
        tx.put_price_answer(area, day, (source, &now), kept, at).await?;
        if changed == 0 {
            tx.commit_telemetry().await?;
            return Ok(Ok(Came::AsBefore));
        }
        let taken = TakenPrices {
            source: source.word(),
            attribution: source.attribution(),
            area,
            currency: area.currency(),
            quarters: prices.len(),
            changed,
            day: Some(day),
            euro: euro.map(|euro| euro.written.to_string()),
        };
        tx.commit(ctx, [Event::new(Action::MarketPricesTaken, Subject::Host).after(&taken)]).await?;
        Ok(Ok(Came::Prices))
    }

    /// The prices in the currency that tenants pay in, and the rate that they were counted with.
    async fn in_currency_of(
        &self,
        area: PriceArea,
        day: NaiveDate,
        file: &PriceFile,
        rates: &mut Option<EuroRates>,
    ) -> std::result::Result<(Vec<(Quarter, EnergyPrice)>, Option<EuroRate>), Fault> {
        if file.currency == area.currency() {
            return Ok((file.prices.clone(), None));
        }
        if file.currency != Currency::Eur {
            return Err(Fault::of("price_feed.other_day"));
        }
        if rates.is_none() {
            *rates = Some(euro_rates::read(&self.market.euro_rates().await?)?);
        }
        // The auction is on the day before delivery, before the bank sets the rate of that day: the last rate before it
        // is the same whenever it is asked for.
        let auction = day.pred_opt().unwrap_or(day);
        let rate = rates.as_ref().and_then(|rates| rates.before(auction, area.currency()));
        let rate = rate.ok_or(Fault::of("price_feed.no_rate"))?;
        let convert = |(quarter, price): &(Quarter, EnergyPrice)| rate.rate.convert(*price).map(|it| (*quarter, it));
        let prices: Option<Vec<_>> = file.prices.iter().map(convert).collect();
        Ok((prices.ok_or(Fault::of("price_feed.no_rate"))?, Some(rate)))
    }
}

/// The prices of exactly the day that was asked for; nothing when the source says that it has none.
fn read_day(
    content: &[u8],
    source: PriceSource,
    area: PriceArea,
    day: NaiveDate,
) -> std::result::Result<Option<PriceFile>, Fault> {
    let mut file = match price_file::read(content) {
        Err(PriceFileError::NoPrices(reason)) if source == PriceSource::Entsoe && reason.starts_with(NO_DATA) => {
            return Ok(None);
        }
        read => read?,
    };
    if file.source != source || file.eic.as_deref().is_some_and(|eic| eic != area.eic()) {
        return Err(Fault::of("price_feed.other_day"));
    }
    let quarters = quarters_of(day);
    // A document may reach beyond the day that it was asked for.
    file.prices.retain(|(quarter, _)| quarters.contains(quarter));
    let all = usize::try_from(quarters.end.number() - quarters.start.number()).unwrap_or(usize::MAX);
    match file.prices.len() {
        0 => Err(Fault::of("price_feed.other_day")),
        some if some < all => Err(Fault::of("price_feed.not_whole")),
        _ => Ok(Some(file)),
    }
}
