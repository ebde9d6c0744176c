//! Refunds: one person asks, another approves, and the provider gives back what it brought.
//!
//! What is asked for is held on the ledger in the transaction that asks, so that however many ask at once, no more goes back
//! than came. A refund that was approved is written down as such before its provider is asked, under a name that stays the
//! same until the provider has said no: asking once more under it moves no money twice.

mod ask;
mod book;
mod decide;
mod send;

pub(crate) use ask::unplaced;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::{ToldOfMoney, Unreached, told_of, unreached_by_refund};
use crate::payment::Named;
use crate::second_approval::approvers;
use std::collections::HashMap;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::document::Number;
use stolpe_domain::id::{OrganisationId, PaymentId, PersonId, RefundId};
use stolpe_domain::money::Money;
use stolpe_domain::refund::RefundState;
use stolpe_domain::second_approval::{DecisionRefusal, may_decide};
use stolpe_store::Conn;
use stolpe_store::money_back::MoneyOnItsWay;
use stolpe_store::page::{Page, Total};
use stolpe_store::refund::{Refund, RefundFilter, RefundPlace};

/// Refunds that a payer sees, the latest first.
const SHOWN: i64 = 100;

/// A refund in a list, with those who are named by it.
#[derive(Clone, Debug)]
pub struct ListedRefund {
    /// The refund.
    pub refund: Refund,
    /// The number of the invoice that was paid; nothing once it is out of use.
    pub number: Option<Number>,
    /// Who gets the money.
    pub recipient: Option<String>,
    /// Who asked.
    pub asked_by: Option<String>,
    /// Who decided.
    pub decided_by: Option<String>,
}

/// A refund with what can be done about it.
#[derive(Clone, Debug)]
pub struct OpenRefund {
    /// The refund, with those who are named by it.
    pub listed: ListedRefund,
    /// Who may decide, while it waits for that.
    pub approvers: Vec<String>,
    /// Whether the actor may decide.
    pub may_decide: bool,
    /// Why the actor may not, though their role would let them.
    pub decision_refusal: Option<&'static str>,
    /// Whether the actor may withdraw it.
    pub may_withdraw: bool,
    /// Whether the provider can be asked again.
    pub may_try_again: bool,
    /// What the payer was told of it.
    pub told: Vec<ToldOfMoney>,
    /// Why the payer could not be told of it now.
    pub unreached: Option<Unreached>,
}

/// What can go back of a payment.
#[derive(Clone, Debug)]
pub struct RefundOffer {
    /// How much at most.
    pub most: Money,
    /// How much has gone back or is asked for.
    pub counted: Money,
    /// Who could approve it, if the actor asks.
    pub approvers: Vec<String>,
}

/// A refund as whoever gets the money sees it.
#[derive(Clone, Debug)]
pub struct MyRefund {
    /// The refund.
    pub refund: Refund,
    /// Who gives the money back.
    pub organisation: String,
    /// The number of the invoice that was paid.
    pub number: Option<Number>,
}

impl App {
    /// What has been asked to go back to payers of an organisation, the latest first, and how many that are on the first
    /// page.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its refunds are not the actor's to see.
    pub async fn list_refunds(
        &self,
        ctx: &Ctx,
        filter: RefundFilter,
        after: Option<RefundPlace>,
        limit: i64,
    ) -> Result<(Page<ListedRefund>, Option<Total>)> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(filter.organisation))?;
        let mut conn = self.read().await?;
        let page = conn.list_refunds(&filter, after, limit).await?;
        let total = match after {
            None => Some(page.total(conn.count_refunds(&filter)).await?),
            Some(_) => None,
        };
        let more = page.more;
        let items = listed(&mut conn, filter.organisation, page.items).await?;
        Ok((Page { items, more }, total))
    }

    /// One refund with what can be done about it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn refund(&self, ctx: &Ctx, id: RefundId) -> Result<OpenRefund> {
        let refund = self.refund_for(ctx, id).await?;
        let organisation = refund.organisation_id;
        let mut conn = self.read().await?;
        let listed = listed(&mut conn, organisation, vec![refund]).await?.pop().ok_or(AppError::NotFound)?;
        let refund = &listed.refund;
        let waits = refund.state == RefundState::Asked;
        // Whoever asked may have asked under a record that is part of another one by now.
        let asked_by = conn.surviving(refund.asked_by).await?;
        let by = (Permission::ApproveRefund, organisation);
        let approvers =
            if waits { approvers(&mut conn, by, (asked_by, Some(refund.person_id))).await? } else { Vec::new() };
        let place = Place::Organisation(organisation);
        let me = ctx.signed().ok().map(|signed| signed.person);
        let decides = waits && ctx.may(Permission::ApproveRefund, place).is_ok();
        let refusal = me.map(|me| may_decide(me, asked_by, Some(refund.person_id))).and_then(Result::err);
        let asks = ctx.may(Permission::AskRefund, place).is_ok();
        Ok(OpenRefund {
            approvers,
            may_decide: decides && me.is_some() && refusal.is_none(),
            decision_refusal: refusal.filter(|_| decides).map(DecisionRefusal::code),
            may_withdraw: waits && me == Some(asked_by),
            told: told_of(&mut conn, MoneyOnItsWay::Refund(id)).await?,
            unreached: unreached_by_refund(&mut conn, refund).await?,
            may_try_again: asks && (refund.state == RefundState::Failed || refund.state.is_on_its_way()),
            listed,
        })
    }

    /// The refunds of whoever is signed in, the latest first. Those that were never approved are the office's own matter.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_refunds(&self, ctx: &Ctx) -> Result<Vec<MyRefund>> {
        let signed = ctx.signed()?;
        if signed.must_change_password {
            return Err(AppError::refused("password.initial"));
        }
        let mut conn = self.read().await?;
        let mut mine = conn.refunds_of_person(signed.person, SHOWN).await?;
        mine.retain(|it| it.decision.is_some() && it.state != RefundState::Rejected);
        let mut shown = Vec::with_capacity(mine.len());
        for refund in mine {
            let organisation = conn.find_organisation(refund.organisation_id).await?.ok_or(AppError::NotFound)?.name;
            let paid = [(refund.payment_id, refund.document_id)].into_iter();
            let named = Named::of(&mut conn, refund.organisation_id, paid).await?;
            let (number, _) = named.of_payment((refund.payment_id, refund.document_id), refund.person_id);
            shown.push(MyRefund { refund, organisation, number });
        }
        Ok(shown)
    }

    /// A refund, by whoever may see it.
    async fn refund_for(&self, ctx: &Ctx, id: RefundId) -> Result<Refund> {
        ctx.reach(Permission::ReadBilling)?;
        let refund = self.read().await?.find_refund(id).await?.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(refund.organisation_id))?;
        Ok(refund)
    }

    /// What can go back of a payment, and who could approve it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the payment is not the actor's to see.
    pub async fn refund_offer(&self, ctx: &Ctx, id: PaymentId) -> Result<RefundOffer> {
        let payment = self.payment(ctx, id).await?.listed.payment;
        let mut conn = self.read().await?;
        let (counted, most) = match ask::refundable(&mut conn, &payment).await? {
            Some((_, came, refundable)) => {
                (Money::of_minor(refundable.counted, came.currency), Money::of_minor(refundable.most(), came.currency))
            }
            None => (Money::zero(payment.amount.currency), Money::zero(payment.amount.currency)),
        };
        let me = ctx.signed()?.person;
        let by = (Permission::ApproveRefund, payment.organisation_id);
        let approvers = approvers(&mut conn, by, (me, Some(payment.person_id))).await?;
        Ok(RefundOffer { most, counted, approvers })
    }
}

async fn listed(conn: &mut Conn, organisation: OrganisationId, refunds: Vec<Refund>) -> Result<Vec<ListedRefund>> {
    let mut paid = Named::of(conn, organisation, refunds.iter().map(|it| (it.payment_id, it.document_id))).await?;
    paid.add_people(conn, refunds.iter().map(|it| it.person_id)).await?;
    let deciders = refunds.iter().filter_map(|it| it.decision.as_ref()).map(|decision| decision.by);
    let people: Vec<PersonId> = refunds.iter().map(|it| it.asked_by).chain(deciders).collect();
    let names: HashMap<PersonId, String> =
        conn.people(&people).await?.into_iter().map(|person| (person.id, person.name())).collect();
    let listed = refunds.into_iter().map(|refund| {
        let (number, recipient) = paid.of_payment((refund.payment_id, refund.document_id), refund.person_id);
        ListedRefund {
            number,
            recipient,
            asked_by: names.get(&refund.asked_by).cloned(),
            decided_by: refund.decision.as_ref().and_then(|decision| names.get(&decision.by).cloned()),
            refund,
        }
    });
    Ok(listed.collect())
}
