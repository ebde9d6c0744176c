//! Payouts: one person asks, another approves, and a file asks the bank, which is believed in what it says of it; or a clerk
//! hands the money over at the counter (`till/pay_out.rs`).
//!
//! What is asked for is held on the ledger in the transaction that asks, so that however many ask at once, no more goes out
//! than there is. It stays held until the bank has paid it or nobody wants it any more.

mod ask;
pub(crate) mod book;
mod decide;
mod file;
mod left;
mod outgoing;
mod settle;
mod status;

pub use ask::{PayoutDraft, PayoutOffer, WantedDestination};
pub use file::OpenPayoutFile;
pub use left::LeftMoney;
pub(crate) use outgoing::{OutgoingPlan, documents_behind, follow_outgoing, hold_payouts, plan_outgoing};
pub use settle::HandOutcome;
pub use status::{PlannedStatus, StatusFindings, TakenStatuses};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::{ToldOfMoney, Unreached, told_of, unreached_by_payout};
use crate::second_approval::approvers;
use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Europe::Stockholm;
use std::collections::HashMap;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::country::Country;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PayoutId, PersonId};
use stolpe_domain::money::Currency;
use stolpe_domain::payout::PayoutState;
use stolpe_domain::person::Person;
use stolpe_domain::second_approval::{DecisionRefusal, may_decide};
use stolpe_store::Conn;
use stolpe_store::money_back::MoneyOnItsWay;
use stolpe_store::page::{Page, Total};
use stolpe_store::payout::{Payout, PayoutFile, PayoutFilter, PayoutItem, PayoutPlace, PayoutStatus};

/// A payout in a list, with those who are named by it.
#[derive(Clone, Debug)]
pub struct ListedPayout {
    /// The payout.
    pub payout: Payout,
    /// Who asked.
    pub asked_by: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
}

/// A payout with what can be done about it.
#[derive(Clone, Debug)]
pub struct OpenPayout {
    /// The payout, with those who are named by it.
    pub listed: ListedPayout,
    /// The times that the bank was asked, the latest first, with the file that did.
    pub items: Vec<(PayoutItem, PayoutFile)>,
    /// What the bank has said in its files, the latest first.
    pub statuses: Vec<(DateTime<Utc>, PayoutStatus)>,
    /// Who may decide, while it waits for that.
    pub approvers: Vec<String>,
    /// Whether the actor may decide.
    pub may_decide: bool,
    /// Why the actor may not, though their role would let them.
    pub decision_refusal: Option<&'static str>,
    /// Whether the actor may withdraw it.
    pub may_withdraw: bool,
    /// Whether the actor may say for the bank what became of it.
    pub may_settle: bool,
    /// What whoever gets it was told of it.
    pub told: Vec<ToldOfMoney>,
    /// Why they could not be told of it now.
    pub unreached: Option<Unreached>,
}

impl App {
    /// What is to be paid out by an organisation, the latest first, and how many that are on the first page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payouts are not the actor's to see.
    pub async fn list_payouts(
        &self,
        ctx: &Ctx,
        filter: PayoutFilter,
        after: Option<PayoutPlace>,
        limit: i64,
    ) -> Result<(Page<ListedPayout>, Option<Total>)> {
        Self::sees_payouts(ctx, filter.organisation)?;
        let mut conn = self.read().await?;
        let page = conn.list_payouts(&filter, after, limit).await?;
        let total = match after {
            None => Some(page.total(conn.count_payouts(&filter)).await?),
            Some(_) => None,
        };
        let more = page.more;
        let items = listed(&mut conn, page.items).await?;
        Ok((Page { items, more }, total))
    }

    /// One payout with what can be done about it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn payout(&self, ctx: &Ctx, id: PayoutId) -> Result<OpenPayout> {
        let payout = self.payout_for(ctx, id).await?;
        let organisation = payout.organisation_id;
        let mut conn = self.read().await?;
        let listed = listed(&mut conn, vec![payout]).await?.pop().ok_or(AppError::NotFound)?;
        let payout = &listed.payout;
        // Whoever asked may have asked under a record that is part of another one by now.
        let concerned = (conn.surviving(payout.asked_by).await?, payout.person_id);
        let waits = payout.state == PayoutState::Asked;
        let approvers = if waits {
            approvers(&mut conn, (Permission::ApprovePayout, organisation), concerned).await?
        } else {
            Vec::new()
        };
        let place = Place::Organisation(organisation);
        let me = ctx.signed().ok().map(|signed| signed.person);
        let decides = waits && ctx.may(Permission::ApprovePayout, place).is_ok();
        let refusal = me.map(|me| may_decide(me, concerned.0, concerned.1)).and_then(Result::err);
        let withdraws = match payout.state {
            PayoutState::Asked => me == Some(concerned.0),
            state => state.can_be_filed() && ctx.may(Permission::AskPayout, place).is_ok(),
        };
        let settles = payout.to.account().is_some() && (payout.state.is_at_bank() || payout.state == PayoutState::Paid);
        let mut items = Vec::new();
        for item in conn.items_of_payout(id).await? {
            let file = conn.find_payout_file(item.file_id).await?.ok_or(AppError::NotFound)?;
            items.push((item, file));
        }
        Ok(OpenPayout {
            approvers,
            may_decide: decides && me.is_some() && refusal.is_none(),
            decision_refusal: refusal.filter(|_| decides).map(DecisionRefusal::code),
            may_withdraw: withdraws,
            may_settle: settles && ctx.may(Permission::TakePayment, place).is_ok(),
            items,
            told: told_of(&mut conn, MoneyOnItsWay::Payout(id)).await?,
            unreached: unreached_by_payout(&mut conn, payout).await?,
            statuses: conn.statuses_of_payout(id).await?,
            listed,
        })
    }

    /// A payout, by whoever may see it.
    async fn payout_for(&self, ctx: &Ctx, id: PayoutId) -> Result<Payout> {
        ctx.reach(Permission::ReadBilling)?;
        let payout = self.read().await?.find_payout(id).await?.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(payout.organisation_id))?;
        Ok(payout)
    }

    /// Stops whoever may not see what an organisation pays out.
    fn sees_payouts(ctx: &Ctx, organisation: OrganisationId) -> Result<()> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(organisation))
    }
}

/// The currency in which an owner in a country keeps money.
const fn currency_of(country: Country) -> Currency {
    match country {
        Country::Se => Currency::Sek,
        Country::No => Currency::Nok,
    }
}

/// Today, by the clock of both countries.
fn today(ctx: &Ctx) -> NaiveDate {
    ctx.at.with_timezone(&Stockholm).date_naive()
}

/// That a payout stands otherwise.
pub(crate) fn told(action: Action, before: &Payout, after: &Payout) -> Event {
    Event::new(action, Subject::Payout(before.id))
        .organisation(before.organisation_id)
        .before(&serde_json::json!({ "state": before.state }))
        .after(&serde_json::json!({ "state": after.state, "amountMinor": before.amount.minor }))
}

async fn listed(conn: &mut Conn, payouts: Vec<Payout>) -> Result<Vec<ListedPayout>> {
    let deciders = payouts.iter().filter_map(|it| it.decision.as_ref()).map(|decision| decision.by);
    let people: Vec<PersonId> = payouts.iter().map(|it| it.asked_by).chain(deciders).collect();
    let names = names(conn, &people).await?;
    let listed = payouts.into_iter().map(|payout| ListedPayout {
        asked_by: names.get(&payout.asked_by).cloned(),
        decided_by: payout.decision.as_ref().and_then(|decision| names.get(&decision.by).cloned()),
        payout,
    });
    Ok(listed.collect())
}

/// What people at the desk are called.
async fn names(conn: &mut Conn, people: &[PersonId]) -> Result<HashMap<PersonId, String>> {
    Ok(conn.people(people).await?.iter().map(|person| (person.id, Person::name(person))).collect())
}
