//! Prices of the day-ahead market from the network: when they are asked for, what is taken, and what went wrong.

mod day;
mod setting;

pub use setting::{PriceFeedDraft, PriceFeedSetting};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::feed::Change;
use crate::market_price::AreaPrices;
use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use day::{AskedDay, Came, Fault};
use serde::Serialize;
use std::time::Duration;
use stolpe_domain::access::Permission;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::market_price::{PriceArea, PriceSource};
use stolpe_domain::price_fetch::{FetchOutcome, MOST_SPREAD, days_looked_at, last_published, market_day};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::prices::{PriceAnswer, PriceMarket, PriceQuestion};
use stolpe_store::price_fetch::PriceFetch;
use zeroize::Zeroizing;

/// How often it is looked whether the time of an area has come.
const EVERY: Duration = Duration::from_mins(1);
/// A host that asks has the area to itself for so long: longer than all its questions can take.
const CLAIM: TimeDelta = TimeDelta::minutes(20);

/// A product that runs one command asks nobody.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoMarket;

#[async_trait]
impl PriceMarket for NoMarket {
    async fn day(&self, _: &PriceQuestion) -> std::result::Result<PriceAnswer, PortError> {
        Err(PortError::bare(PortErrorKind::Misconfigured, "ask for prices"))
    }

    async fn euro_rates(&self) -> std::result::Result<Vec<u8>, PortError> {
        Err(PortError::bare(PortErrorKind::Misconfigured, "ask for prices"))
    }
}

/// Who asks, and with what.
#[derive(Clone, Debug)]
struct Asking {
    area: PriceArea,
    source: PriceSource,
    token: Option<Zeroizing<String>>,
    /// Somebody asked for it: then tomorrow's prices are asked for whatever the time.
    by_hand: bool,
}

/// What was asked for by hand.
#[derive(Serialize)]
struct AskedByHand {
    area: PriceArea,
    source: &'static str,
}

impl App {
    /// Fetches prices whose time has come, again and again, until the host stops.
    pub fn run_price_feed(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.fetch_due_prices().await {
                    tracing::warn!(%error, "the prices of the market wait");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Fetches the prices of every area in use whose time has come; answers how many areas were asked for.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached. What a source does is noted and no error.
    pub async fn fetch_due_prices(&self) -> Result<usize> {
        let (setting, _) = self.price_feed().await?;
        let areas = self.read().await?.price_areas_in_use().await?;
        let stands = self.read().await?.price_fetches().await?;
        let mut asked = 0;
        for area in areas {
            let Some(source) = setting.fetching.source(area) else { continue };
            let at = self.now();
            let stand = stands.iter().find(|stand| stand.area == area);
            if self.stop.is_cancelled() || stand.is_some_and(|stand| stand.next_at > at) {
                continue;
            }
            let mut tx = self.write().await?;
            let seen = stand.map(|stand| stand.next_at);
            let ours = tx.claim_price_fetch(area, source, seen, at, at + CLAIM).await?;
            tx.commit_telemetry().await?;
            if ours {
                let ctx = Ctx::system("prices", at);
                self.fetch_area(&ctx, area, source, &setting, stand.cloned(), false).await?;
                asked += 1;
            }
        }
        Ok(asked)
    }

    /// Fetches the prices of an area now, and answers what is known of them then.
    ///
    /// # Errors
    /// [`AppError::Refused`] `price_feed.off` while prices come from files only, `price_feed.unused` where no facility
    /// lies, and as of [`App::may_for_host`]. What the source does is noted and stands in the answer.
    pub async fn fetch_prices(&self, ctx: &Ctx, area: PriceArea) -> Result<AreaPrices> {
        self.may_for_host(ctx, Permission::ManageCharging).await?;
        if !self.done_before(ctx).await? {
            let (setting, _) = self.price_feed().await?;
            let source = setting.fetching.source(area).ok_or(AppError::refused("price_feed.off"))?;
            if !self.read().await?.price_areas_in_use().await?.contains(&area) {
                return Err(AppError::refused("price_feed.unused"));
            }
            let asked = AskedByHand { area, source: source.word() };
            let tx = self.write().await?;
            tx.commit(ctx, [Event::new(Action::MarketPricesAsked, Subject::Host).after(&asked)]).await?;
            let stand = self.read().await?.price_fetches().await?.into_iter().find(|stand| stand.area == area);
            // The key of the request is used up by the row above; what follows are facts of their own.
            let ctx = Ctx { idempotency: None, ..ctx.clone() };
            self.fetch_area(&ctx, area, source, &setting, stand, true).await?;
        }
        let areas = self.price_areas(ctx).await?;
        areas.into_iter().find(|it| it.area == area).ok_or(AppError::NotFound)
    }

    async fn fetch_area(
        &self,
        ctx: &Ctx,
        area: PriceArea,
        source: PriceSource,
        setting: &PriceFeedSetting,
        stand: Option<PriceFetch>,
        by_hand: bool,
    ) -> Result<()> {
        let before = stand.as_ref().map_or(0, |stand| stand.attempt_count);
        let token = match source {
            PriceSource::Entsoe => self.price_token(setting).map_err(Fault::of_vault),
            PriceSource::Elprisetjustnu | PriceSource::Hvakosterstrommen => Ok(None),
        };
        let (fetched, ended) = match token {
            Ok(token) => {
                let asking = Asking { area, source, token, by_hand };
                let first = by_hand || before == 0;
                self.fetch_days(ctx, &asking, first).await?
            }
            Err(fault) => (false, Err(fault)),
        };
        let at = self.now();
        let attempt_count = if ended == Ok(FetchOutcome::Whole) { 0 } else { before + 1 };
        let outcome = ended.as_ref().copied().unwrap_or(FetchOutcome::Failed);
        let fault = ended.err();
        if let Some(fault) = &fault {
            tracing::warn!(area = area.code(), source = source.word(), code = fault.code, "prices were not fetched");
        }
        let earlier = stand.as_ref();
        let (code, words, fault_at) = match fault {
            Some(fault) => (Some(fault.code.to_owned()), fault.words, Some(at)),
            None => (
                earlier.and_then(|it| it.fault.clone()),
                earlier.and_then(|it| it.fault_words.clone()),
                earlier.and_then(|it| it.fault_at),
            ),
        };
        let stand = PriceFetch {
            area,
            source,
            next_at: outcome.again_at(at, attempt_count, spread()),
            attempt_count,
            asked_at: at,
            fetched_at: if fetched { Some(at) } else { earlier.and_then(|it| it.fetched_at) },
            fault: code,
            fault_words: words,
            fault_at,
        };
        let mut tx = self.write().await?;
        tx.put_price_fetch(&stand).await?;
        tx.commit_telemetry().await?;
        self.feed.publish(Change {
            action: "market_price.asked",
            tags: &["market_price", "todo"],
            subject: None,
            organisation: None,
            facility: None,
            only: None,
        });
        Ok(())
    }

    /// Asks for every day that is not whole, and whether today's and tomorrow's were revised. `first` asks for all the
    /// days that are looked at, and not only for those that are still expected.
    ///
    /// A day that was brought whole by hand is not asked for: the source has nothing that is later than it. What is wrong
    /// with the document of one day keeps no other from being asked for.
    ///
    /// Answers whether any prices came, and how it ended.
    async fn fetch_days(&self, ctx: &Ctx, asking: &Asking, first: bool) -> Result<(bool, Ended)> {
        let at = self.now();
        let (today, last) = (market_day(at), last_published(at));
        let mut days = days_looked_at(at);
        if asking.by_hand && last == today {
            days.extend(today.succ_opt());
        }
        // What is needed soonest comes first.
        days.reverse();
        let (mut rates, mut fault) = (None, None);
        let (mut fetched, mut waits) = (false, false);
        for day in days {
            let whole = self.knows_day(asking.area, day).await?;
            let answered = self.read().await?.price_answer(asking.area, day, asking.source).await?;
            let asks = if whole { first && day >= today && answered.is_some() } else { first || day >= today };
            if !asks {
                continue;
            }
            let asked = AskedDay { asking, day, answered: answered.filter(|_| whole) };
            match self.fetch_day(ctx, asked, &mut rates).await? {
                Ok(Came::Prices) => fetched = true,
                Ok(Came::AsBefore) => {}
                // What is not published by the end of its day will not be.
                Ok(Came::Nothing) => waits |= !whole && (today..=last).contains(&day),
                Err(stopped) if stopped.stops => return Ok((fetched, Err(fault.unwrap_or(stopped)))),
                Err(other) => fault = fault.or(Some(other)),
            }
        }
        let outcome = if waits { FetchOutcome::NotPublished } else { FetchOutcome::Whole };
        Ok((fetched, fault.map_or(Ok(outcome), Err)))
    }
}

/// How asking for some days ended.
type Ended = std::result::Result<FetchOutcome, Fault>;

/// So much later than others does this host ask.
fn spread() -> TimeDelta {
    let [byte] = crate::random::bytes::<1>();
    MOST_SPREAD * i32::from(byte) / 256
}

/// How asking for the prices of an area stands, for a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceFeedStand {
    /// Whom the setting says to ask; nothing while prices come from files only.
    pub source: Option<PriceSource>,
    /// A facility lies in the area, other than for training: else nobody is asked.
    pub in_use: bool,
    /// When it is asked for next; nothing for an area that is not asked for.
    pub next_at: Option<DateTime<Utc>>,
    /// What came of it before.
    pub last: Option<PriceFetch>,
}

impl PriceFeedStand {
    /// How an area stands that is in use, or is not.
    pub(crate) fn of(setting: &PriceFeedSetting, area: PriceArea, in_use: bool, last: Option<PriceFetch>) -> Self {
        let source = setting.fetching.source(area);
        let next_at = last.as_ref().filter(|_| source.is_some() && in_use).map(|last| last.next_at);
        Self { source, in_use, next_at, last }
    }
}
