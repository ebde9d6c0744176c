//! What somebody has paid beforehand, as they see it themselves, and how they could put in more.

use super::Advance;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payment::{Offering, payer};
use crate::saved_card::CardsOffered;
use crate::terms::terms_in_force;
use std::collections::HashMap;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId};
use stolpe_domain::ledger::{Account, AccountKind, Asset};
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::terms::Terms;
use stolpe_domain::top_up::TopUpRule;
use stolpe_store::payment::Payment;
use stolpe_store::top_up::TopUpReceipt;

/// Receipts that somebody sees, the latest first.
const SHOWN: i64 = 100;

/// What somebody has paid beforehand at a facility.
#[derive(Clone, Debug)]
pub struct MyBalance {
    /// Where.
    pub facility_id: FacilityId,
    /// What that is called.
    pub facility: String,
    /// Who holds the money.
    pub organisation_id: OrganisationId,
    /// What they are called.
    pub organisation: String,
    /// What is there and not held.
    pub balance: Money,
    /// What is held for a refund or a payout.
    pub held: Money,
    /// Whether more can be put in here.
    pub is_offered: bool,
    /// By which rule.
    pub rule: TopUpRule,
    /// An e-mail address has to be there first (PRE-10).
    pub needs_email: bool,
    /// Through whom.
    pub providers: Vec<PaymentProvider>,
    /// What of it can be paid by a card that a provider keeps.
    pub cards: CardsOffered,
    /// What whoever does accepts, as it holds now.
    pub terms: Vec<Terms>,
    /// What was begun and is open.
    pub open: Option<Payment>,
    /// The receipts of what was put in, the latest first.
    pub receipts: Vec<TopUpReceipt>,
}

impl App {
    /// What whoever is signed in has paid beforehand, at each of their facilities where they can or have.
    ///
    /// # Errors
    /// [`AppError::SignedOut`] when nobody is signed in; [`AppError::Refused`] `password.initial` before a password is
    /// chosen.
    pub async fn my_balances(&self, ctx: &Ctx) -> Result<Vec<MyBalance>> {
        let me = payer(ctx)?;
        let mut conn = self.read().await?;
        let person = conn.find_person(me).await?.ok_or(AppError::NotFound)?;
        let theirs = conn.facilities_of(me).await?;
        let mut places = theirs.clone();
        places.extend(conn.prepaid_of(me).await?.into_iter().filter_map(|it| it.account.facility_id));
        places.sort_unstable();
        places.dedup();
        let mut receipts: HashMap<FacilityId, Vec<TopUpReceipt>> = HashMap::new();
        for it in conn.top_up_receipts_of_person(me, SHOWN).await? {
            receipts.entry(it.facility_id).or_default().push(it);
        }
        let mut balances = Vec::new();
        for id in places {
            let place = conn.find_facility(id).await?.ok_or(AppError::NotFound)?;
            let advance = Advance::read(&mut conn, &place).await?;
            // Whoever has moved out, or whose company pays, has what they have and puts nothing in.
            let is_offered = advance.is_offered() && theirs.contains(&id) && person.draft.payer.is_none();
            let currency = advance.rule.currency();
            let asset = Asset::of(currency).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
            let account = prepaid_at(place.organisation_id, id, me, asset);
            let stands = conn.find_account(account.id()).await?.map(|it| it.balance).unwrap_or_default();
            let receipts = receipts.remove(&id).unwrap_or_default();
            if !is_offered && stands.credits_posted == 0 && receipts.is_empty() {
                continue;
            }
            let organisation = conn.find_organisation(place.organisation_id).await?.ok_or(AppError::NotFound)?;
            let offering = Offering::read(&mut conn, organisation.id, &[id], ctx.at).await?;
            let open = conn.top_ups_since(me, id, ctx.at).await?.into_iter().find(|it| it.state.is_open());
            let providers: Vec<_> = offering.at(id).into_iter().filter(|it| it.currency() == currency).collect();
            let cards = CardsOffered::read(&mut conn, ctx, me, organisation.id).await?;
            balances.push(MyBalance {
                facility_id: id,
                facility: place.name.clone(),
                organisation_id: organisation.id,
                balance: Money::of_minor(stands.free_credit(), currency),
                held: Money::of_minor(stands.debits_pending, currency),
                is_offered,
                rule: advance.rule,
                needs_email: person.draft.email.is_none(),
                cards: cards.through(&providers),
                providers,
                terms: terms_in_force(&mut conn, &organisation, ctx).await?,
                organisation: organisation.name,
                open,
                receipts,
            });
        }
        balances.sort_by(|a, b| (&a.facility, a.facility_id).cmp(&(&b.facility, b.facility_id)));
        Ok(balances)
    }
}

/// The account of what somebody has paid beforehand at a facility.
pub(crate) fn prepaid_at(
    organisation: OrganisationId,
    facility: FacilityId,
    person: PersonId,
    asset: Asset,
) -> Account {
    Account {
        facility_id: Some(facility),
        person_id: Some(person),
        ..Account::of_organisation(organisation, AccountKind::Prepaid, asset)
    }
}
