//! Somebody asks that money is paid out. It is held from then on.

use super::book::{Claim, Moves};
use super::{OpenPayout, currency_of, today};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::ledger::{ForeseenMove, foreseen};
use crate::second_approval::approvers;
use chrono::NaiveDate;
use serde_json::json;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::{OrganisationId, PayoutId, PersonId};
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_domain::money::Money;
use stolpe_domain::organisation::Organisation;
use stolpe_domain::payer::Debtor;
use stolpe_domain::payout::{PayoutDestination, PayoutRefusal, PayoutSource, PayoutState, UnusedPart, share};
use stolpe_domain::payout_account::{PayoutAccount, PayoutAccountKind, payout_account_kinds};
use stolpe_domain::till::{TillRefusal, is_in_coins};
use stolpe_store::incoming_payment::IncomingPayment;
use stolpe_store::payout::Payout;
use stolpe_store::{Conn, Tx};

/// The longest reason that is kept.
const LONGEST_REASON: usize = 500;
/// The longest name that banks print.
const LONGEST_NAME: usize = 70;

/// What is typed in to have money paid out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayoutDraft {
    /// Whose money, or what is left of what.
    pub source: PayoutSource,
    /// How much, in öre or øre.
    pub minor: i64,
    /// Where it goes.
    pub to: WantedDestination,
    /// Why.
    pub reason: String,
}

/// Where money is wanted, as it is typed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WantedDestination {
    /// On a bank account.
    Account {
        /// What kind of account.
        kind: PayoutAccountKind,
        /// The account.
        account: String,
        /// The name that the bank is told.
        name: String,
    },
    /// In cash, at the counter.
    Counter,
}

/// What can be paid out.
#[derive(Clone, Debug)]
pub struct PayoutOffer {
    /// By whom.
    pub organisation: OrganisationId,
    /// How much at most.
    pub most: Money,
    /// What whoever gets it owes beside that.
    pub owed: Money,
    /// Who gets it, as far as that is known.
    pub name: Option<String>,
    /// From which account it came, as the bank wrote it.
    pub came_from: Option<String>,
    /// The day from which on they live nowhere, if that is known.
    pub moved_out_on: Option<NaiveDate>,
    /// The kinds of accounts that it can go to.
    pub account_kinds: &'static [PayoutAccountKind],
    /// Whether it can go out in cash at the counter.
    pub at_counter: bool,
    /// Who could approve it, if the actor asks.
    pub approvers: Vec<String>,
}

/// What a payout can be taken from.
struct Found {
    organisation: Organisation,
    person: Option<PersonId>,
    parts: Vec<UnusedPart>,
    name: Option<String>,
    came_from: Option<String>,
}

impl Found {
    fn most(&self) -> Money {
        Money::of_minor(self.parts.iter().map(|it| it.minor).sum(), currency_of(self.organisation.country))
    }
}

impl App {
    /// What can be paid out, and who could approve it.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when it is not the actor's to see.
    pub async fn payout_offer(&self, ctx: &Ctx, source: PayoutSource) -> Result<PayoutOffer> {
        let organisation = self.payout_place(ctx, source).await?;
        let mut conn = self.read().await?;
        let found = found(&mut conn, organisation, source).await?;
        let most = found.most();
        let (mut owed, mut moved_out_on) = (0, None);
        if let (Some(debtor), Some(asset)) = (debtor_of(source), Asset::of(most.currency)) {
            owed = conn.owed_by(organisation, debtor, asset).await? + on_invoices(&found.parts);
        }
        if let PayoutSource::Person(person) = source {
            let tenancies = conn.tenancies_of(person).await?;
            let ends: Option<Vec<NaiveDate>> = tenancies.iter().map(|it| it.tenancy.moved_out_on).collect();
            moved_out_on = ends.and_then(|ends| ends.into_iter().max());
        }
        let me = ctx.signed()?.person;
        let by = (Permission::ApprovePayout, organisation);
        let approvers = approvers(&mut conn, by, (me, found.person)).await?;
        let (counter, _) = conn.till_setting(organisation).await?;
        Ok(PayoutOffer {
            at_counter: counter && matches!(source, PayoutSource::Person(_)),
            organisation,
            most,
            owed: Money::of_minor(owed.max(0), most.currency),
            account_kinds: payout_account_kinds(found.organisation.country),
            name: found.name,
            came_from: found.came_from,
            moved_out_on,
            approvers,
        })
    }

    /// Asks that money is paid out, to a bank account or in cash at the counter. Somebody else has to approve that.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault of what was typed; [`AppError::Refused`] as [`share`] says, of cash also
    /// `till.off`, `till.coins` and `payout.nobody_at_counter`, or `ledger.not_enough` when somebody else was faster;
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the offer.
    pub async fn ask_payout(&self, ctx: &Ctx, draft: &PayoutDraft) -> Result<OpenPayout> {
        let organisation = self.payout_place(ctx, draft.source).await?;
        ctx.may(Permission::AskPayout, Place::Organisation(organisation))?;
        let me = ctx.signed()?.person;
        if let Some(id) = self.replayed::<PayoutId>(ctx).await? {
            return self.payout(ctx, id).await;
        }
        let mut tx = self.write().await?;
        let (found, rest) = held(&mut tx, organisation, draft.source).await?;
        let (to, name, reason) = checked(&mut tx, &found, draft).await?;
        let parts = share(&found.parts, draft.minor).map_err(|refusal| AppError::refused(refusal.code()))?;
        let payout = Payout {
            id: ctx.new_id(),
            organisation_id: organisation,
            source: draft.source,
            person_id: found.person,
            amount: Money::of_minor(draft.minor, currency_of(found.organisation.country)),
            to,
            name,
            state: PayoutState::Asked,
            reason: reason.clone(),
            asked_by: me,
            decision: None,
            moved_at: ctx.at,
            row_version: 1,
            created_at: ctx.at,
        };
        tx.insert_payout(&payout).await?;
        if let Some(mut payment) = rest {
            // What is on its way out is not placed as well.
            payment.left.minor -= draft.minor;
            tx.set_left(payment.id, payment.row_version, payment.left).await?;
        }
        hold(&mut tx, ctx, (&payout).into(), &parts).await?;
        let event = Event::new(Action::PayoutAsked, Subject::Payout(payout.id))
            .organisation(organisation)
            .after(&json!({
                "amountMinor": draft.minor, "currency": payout.amount.currency,
                "accountKind": payout.to.account().map(PayoutAccount::kind), "atCounter": payout.to.account().is_none(),
            }))
            .because(reason);
        tx.commit(ctx, [event]).await?;
        self.payout(ctx, payout.id).await
    }

    /// What asking for a payout would hold, before it is said to which account it goes: nothing is kept of it.
    ///
    /// # Errors
    /// As [`App::ask_payout`].
    pub async fn look_at_payout(
        &self,
        ctx: &Ctx,
        source: PayoutSource,
        minor: i64,
        at_counter: bool,
    ) -> Result<Vec<ForeseenMove>> {
        let organisation = self.payout_place(ctx, source).await?;
        ctx.may(Permission::AskPayout, Place::Organisation(organisation))?;
        let mut tx = self.write().await?;
        tx.watch();
        let (found, _) = held(&mut tx, organisation, source).await?;
        let currency = currency_of(found.organisation.country);
        let taken_from = if at_counter { AccountKind::Cash } else { AccountKind::Bank };
        let claim = Claim { id: ctx.new_id(), organisation, currency, taken_from };
        let parts = share(&found.parts, minor).map_err(|refusal| AppError::refused(refusal.code()))?;
        hold(&mut tx, ctx, claim, &parts).await?;
        foreseen(tx).await
    }

    /// The organisation whose money it is, by whoever may see what is left of it.
    async fn payout_place(&self, ctx: &Ctx, source: PayoutSource) -> Result<OrganisationId> {
        ctx.reach(Permission::ReadBilling)?;
        let mut conn = self.read().await?;
        let organisation = match source {
            PayoutSource::Person(id) => {
                let person = conn.find_person(id).await?.filter(|it| it.merged_into.is_none());
                person.map(|it| it.organisation_id)
            }
            PayoutSource::Company(id) => conn.find_company(id).await?.map(|(organisation, _)| organisation),
            PayoutSource::IncomingPayment(id) => conn.find_incoming_payment(id).await?.map(|it| it.organisation_id),
            PayoutSource::Payment(id) => conn.find_payment(id).await?.map(|it| it.organisation_id),
        };
        let organisation = organisation.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(organisation))?;
        Ok(organisation)
    }
}

/// Holds what a payout can be taken from; answers it, with the payment of the bank that it is left of. Looked up, held, and
/// read again: what was unused a moment ago may have been used.
async fn held(
    tx: &mut Tx,
    organisation: OrganisationId,
    source: PayoutSource,
) -> Result<(Found, Option<IncomingPayment>)> {
    let before = found(tx, organisation, source).await?;
    let documents: Vec<_> = before.parts.iter().filter_map(|part| part.document).collect();
    tx.hold_documents(&documents).await?;
    let mut rest = None;
    match source {
        PayoutSource::Person(_) | PayoutSource::Company(_) => {}
        PayoutSource::IncomingPayment(id) => {
            rest = Some(tx.lock_incoming_payment(id).await?.ok_or(AppError::NotFound)?);
        }
        PayoutSource::Payment(id) => {
            tx.lock_payment(id).await?.ok_or(AppError::NotFound)?;
        }
    }
    Ok((found(tx, organisation, source).await?, rest))
}

/// Holds these parts of it on the ledger.
async fn hold(tx: &mut Tx, ctx: &Ctx, claim: Claim, parts: &[UnusedPart]) -> Result<()> {
    let mut moves = Moves::default();
    moves.hold(ctx, (claim, today(ctx)), parts)?;
    moves.post(tx, ctx).await
}

/// Whose unused money a payout is of, where it is not left of a payment.
const fn debtor_of(source: PayoutSource) -> Option<Debtor> {
    match source {
        PayoutSource::Person(id) => Some(Debtor::Person(id)),
        PayoutSource::Company(id) => Some(Debtor::Company(id)),
        PayoutSource::IncomingPayment(_) | PayoutSource::Payment(_) => None,
    }
}

/// How much of some money is too much on invoices: what is owed counts it as paid.
fn on_invoices(parts: &[UnusedPart]) -> i64 {
    parts.iter().filter(|it| it.document.is_some()).map(|it| it.minor).sum()
}

async fn found(conn: &mut Conn, organisation: OrganisationId, source: PayoutSource) -> Result<Found> {
    let organisation = conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
    let currency = currency_of(organisation.country);
    let asset = Asset::of(currency).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    let suspense = |minor| UnusedPart {
        account: Account::of_organisation(organisation.id, AccountKind::Suspense, asset),
        document: None,
        minor,
    };
    let (mut parts, mut came_from) = (Vec::new(), None);
    let (person, name) = match source {
        PayoutSource::Person(id) => {
            parts = conn.unused_of(organisation.id, Debtor::Person(id), asset).await?;
            let person = conn.find_person(id).await?.ok_or(AppError::NotFound)?;
            (Some(id), Some(person.name()))
        }
        PayoutSource::Company(id) => {
            parts = conn.unused_of(organisation.id, Debtor::Company(id), asset).await?;
            let (_, name) = conn.find_company(id).await?.ok_or(AppError::NotFound)?;
            (None, Some(name))
        }
        PayoutSource::IncomingPayment(id) => {
            let payment = conn.find_incoming_payment(id).await?.ok_or(AppError::NotFound)?;
            if payment.left.currency == currency && payment.same_as.is_none() {
                parts.push(suspense(payment.left.minor));
            }
            came_from = payment.payer_account;
            (None, payment.payer)
        }
        PayoutSource::Payment(id) => {
            let payment = conn.find_payment(id).await?.ok_or(AppError::NotFound)?;
            parts.push(suspense(crate::refund::unplaced(conn, &payment).await?));
            let person = conn.find_person(payment.person_id).await?;
            (Some(payment.person_id), person.map(|it| it.name()))
        }
    };
    parts.retain(|it| it.minor > 0);
    Ok(Found { organisation, person, parts, name, came_from })
}

/// What was typed, after every check. At the counter whoever it belongs to gets it, under the name that they have.
async fn checked(conn: &mut Conn, found: &Found, draft: &PayoutDraft) -> Result<(PayoutDestination, String, String)> {
    let mut faults = Faults::default();
    let reason = faults.text("reason", &draft.reason, LONGEST_REASON);
    let WantedDestination::Account { kind, account, name } = &draft.to else {
        if !matches!(draft.source, PayoutSource::Person(_)) {
            return Err(AppError::refused(PayoutRefusal::NobodyAtCounter.code()));
        }
        let (active, _) = conn.till_setting(found.organisation.id).await?;
        if !active {
            return Err(AppError::refused("till.off"));
        }
        if !is_in_coins(Money::of_minor(draft.minor, currency_of(found.organisation.country))) {
            return Err(AppError::refused(TillRefusal::Coins.code()));
        }
        faults.none().map_err(AppError::Invalid)?;
        return Ok((PayoutDestination::Counter, found.name.clone().unwrap_or_default(), reason));
    };
    let account = PayoutAccount::parse(found.organisation.country, *kind, account);
    let account = faults.keep("account", account, |e| e.code().to_owned());
    let name = faults.text("name", name, LONGEST_NAME);
    match (account, faults.none()) {
        (Some(account), Ok(())) => Ok((PayoutDestination::Account(account), name, reason)),
        (None, Ok(())) => Err(AppError::field("account", "required")),
        (_, Err(faults)) => Err(AppError::Invalid(faults)),
    }
}
