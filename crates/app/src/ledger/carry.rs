//! What was paid too much follows to the next invoice, in the transaction that issues it.
//!
//! Money of somebody stands in three places: what is left of a bank's payment that was more than its invoices, what is too
//! much on an invoice since that was credited, and what a provider brought beyond what was open. It is placed in that order,
//! the oldest invoice first. What is held for a refund is not there to be placed. What a company has paid too much follows to
//! what that company owes. What it has paid for somebody who owes for themselves is neither theirs nor its own to place, and is
//! left where it is.

use super::{Batch, Issued};
use crate::ctx::Ctx;
use crate::document::Printed;
use crate::error::{AppError, Result};
use crate::incoming_payment::mark_paid;
use chrono::NaiveDate;
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use stolpe_domain::document::DocumentKind;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{AccountId, DocumentId, FacilityId, IncomingPaymentId, OrganisationId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Asset, Transfer, TransferCode, carry_over};
use stolpe_domain::money::Money;
use stolpe_domain::payer::Debtor;
use stolpe_store::Tx;
use stolpe_store::incoming_payment::{IncomingPayment, PayableDocument};
use stolpe_store::ledger::{Booked, KeptAccount};
use uuid::Uuid;

/// What stands with those whose invoices are issued: held until the transaction ends.
#[derive(Debug)]
pub(crate) struct Carrying {
    organisation: OrganisationId,
    facility: FacilityId,
    /// Payments of the bank of which something is left, the oldest first.
    received: Vec<(Debtor, IncomingPayment)>,
    /// Documents of which something is open or too much was paid, the oldest first.
    documents: Vec<Standing>,
}

/// A document, with whose it is and what is held for refunds of what is too much on it.
#[derive(Debug)]
struct Standing {
    debtor: Debtor,
    document: PayableDocument,
    held: i64,
}

impl Standing {
    /// What is too much on it and can be placed.
    fn surplus(&self) -> i64 {
        (-self.document.open.minor - self.held).max(0)
    }
}

/// What was placed.
#[derive(Debug, Default)]
pub(crate) struct Carried {
    /// So much of each document that is being issued.
    pub(crate) paid: HashMap<DocumentId, Money>,
    /// Everything that something was placed on.
    documents: BTreeMap<DocumentId, Money>,
    /// What is left of payments.
    left: BTreeMap<IncomingPaymentId, (IncomingPayment, Money)>,
    organisation: Option<OrganisationId>,
}

/// Where money of somebody stands.
enum Source<'c> {
    Received(&'c IncomingPayment),
    Overpaid(&'c PayableDocument, Account),
    Prepaid,
}

/// What money can be placed on.
struct Debt {
    document: DocumentId,
    issued_on: Option<NaiveDate>,
    receivable: Account,
    open: i64,
}

impl Carrying {
    /// Holds what stands with these at a facility; nothing where the organisation does not want it to follow.
    pub(crate) async fn begin(tx: &mut Tx, facility: &Facility, debtors: &[Debtor]) -> Result<Option<Self>> {
        let organisation = facility.organisation_id;
        let wanted = tx.find_billing(organisation).await?.is_some_and(|(billing, _)| billing.carries_over);
        if debtors.is_empty() || !wanted {
            return Ok(None);
        }
        // In the order of everybody who settles: documents, then payments.
        let whose: HashMap<DocumentId, Debtor> =
            tx.unsettled_of(facility.id, debtors).await?.into_iter().map(|(debtor, id)| (id, debtor)).collect();
        let mut ids: Vec<DocumentId> = whose.keys().copied().collect();
        ids.sort_unstable();
        let mut documents = Vec::with_capacity(ids.len());
        if !ids.is_empty() {
            tx.hold_documents(&ids).await?;
            for it in tx.payable(organisation, &ids).await? {
                let Some(debtor) = whose.get(&it.id).copied() else { continue };
                if is_own(debtor, &Printed::read(&it.printed)?) {
                    let held = if it.open.minor < 0 { tx.overpaid_held(it.id).await? } else { 0 };
                    documents.push(Standing { debtor, document: it, held });
                }
            }
        }
        documents.sort_by_key(|it| (it.document.number, it.document.id));
        let mut received = Vec::new();
        for id in tx.overpayments_of(organisation, facility.id, debtors).await? {
            let Some(payment) = tx.lock_incoming_payment(id).await?.filter(|it| it.left.minor > 0) else { continue };
            if let Some(debtor) = payer_of(tx, &payment, facility.id).await? {
                received.push((debtor, payment));
            }
        }
        received.sort_by_key(|(_, it)| (it.booked_on, it.id));
        Ok(Some(Self { organisation, facility: facility.id, received, documents }))
    }

    fn prepaid(&self, debtor: Debtor, asset: Asset) -> Account {
        Account {
            facility_id: Some(self.facility),
            person_id: debtor.person(),
            company_id: debtor.company(),
            ..Account::of_organisation(self.organisation, AccountKind::Prepaid, asset)
        }
    }
}

/// Whose a payment of the bank was: the one whose documents at this facility it has settled, and nobody else's.
async fn payer_of(tx: &mut Tx, payment: &IncomingPayment, facility: FacilityId) -> Result<Option<Debtor>> {
    let settled: Vec<DocumentId> = tx.settled_by(payment).await?.into_iter().map(|(id, _)| id).collect();
    let mut debtors = BTreeSet::new();
    for it in tx.documents(&settled).await? {
        let printed = Printed::of(&it)?;
        let own = |debtor: &Debtor| it.facility_id == facility && is_own(*debtor, &printed);
        debtors.insert(Debtor::of(it.person_id, it.company_id).filter(own));
    }
    Ok(debtors.pop_first().flatten().filter(|_| debtors.is_empty()))
}

/// Whether whoever owes a document pays it as well: a company that does not collect pays for somebody who owes.
const fn is_own(debtor: Debtor, printed: &Printed) -> bool {
    matches!(debtor, Debtor::Company(_)) || printed.payer.is_none()
}

/// Documents of one debtor that are being issued, as far as money can be placed on them.
type Issuing<'d> = BTreeMap<Debtor, Vec<(&'d Issued<'d>, Account)>>;

fn by_debtor<'d>(issued: &'d [Issued<'d>]) -> Result<Issuing<'d>> {
    let mut debtors = Issuing::new();
    for it in issued {
        let document = it.document;
        let asks = document.kind == DocumentKind::Invoice && document.sums.payable.minor > 0;
        let (Some(debtor), true) = (Debtor::of(document.person_id, document.company_id), asks) else { continue };
        let receivable = super::postable(document, &BTreeMap::new()).receivable().map_err(AppError::internal)?;
        debtors.entry(debtor).or_default().push((it, receivable));
    }
    Ok(debtors)
}

impl Batch {
    /// Adds what follows to documents that are being issued, and holds every account of the batch for it.
    pub(crate) async fn carry(
        &mut self,
        tx: &mut Tx,
        ctx: &Ctx,
        carrying: Option<&Carrying>,
        issued: &[Issued<'_>],
    ) -> Result<Carried> {
        let Some(carrying) = carrying else { return Ok(Carried::default()) };
        let mut debtors = by_debtor(issued)?;
        let prepaid = |debtor: &Debtor, issuing: &[(&Issued<'_>, Account)]| {
            issuing.first().map(|(_, receivable)| carrying.prepaid(*debtor, receivable.asset))
        };
        let wallets: Vec<Account> = debtors.iter().filter_map(|(debtor, all)| prepaid(debtor, all)).collect();
        let ids: Vec<AccountId> = wallets.iter().map(Account::id).collect();
        let filled = tx.accounts(&ids).await?.into_iter().filter(|it| it.balance.free_credit() > 0);
        let filled: BTreeSet<Debtor> =
            filled.filter_map(|it| Debtor::of(it.account.person_id, it.account.company_id)).collect();
        let stands = |debtor: &Debtor| {
            filled.contains(debtor)
                || carrying.received.iter().any(|(whose, _)| whose == debtor)
                || carrying.documents.iter().any(|it| it.debtor == *debtor && it.surplus() > 0)
        };
        debtors.retain(|debtor, _| stands(debtor));
        // A company pays its own: nobody's private money is placed there.
        for (debtor, issuing) in &mut debtors {
            let mut own = Vec::with_capacity(issuing.len());
            for it in issuing.drain(..) {
                if is_own(*debtor, &Printed::of(it.0.document)?) {
                    own.push(it);
                }
            }
            *issuing = own;
        }
        debtors.retain(|_, issuing| !issuing.is_empty());
        if debtors.is_empty() {
            return Ok(Carried::default());
        }
        let older: Vec<DocumentId> = carrying.documents.iter().map(|it| it.document.id).collect();
        let receivables = tx.receivables_of(&older).await?;
        let wallets: Vec<Account> = debtors.iter().filter_map(|(debtor, all)| prepaid(debtor, all)).collect();
        let assets: BTreeSet<&str> = wallets.iter().map(|it| it.asset.word()).collect();
        let suspense = assets.into_iter().filter_map(Asset::from_word);
        let suspense =
            suspense.map(|asset| Account::of_organisation(carrying.organisation, AccountKind::Suspense, asset));
        let accounts: Vec<Account> = self.accounts.iter().copied().chain(wallets).chain(suspense).collect();
        let held = tx.hold_accounts(&accounts, receivables.values().map(|it| it.id), ctx.at).await?;
        let mut carried = Carried { organisation: Some(carrying.organisation), ..Carried::default() };
        for (debtor, issuing) in &debtors {
            self.carry_for(ctx, (carrying, *debtor), issuing, (&receivables, &held), &mut carried)?;
        }
        Ok(carried)
    }

    /// Adds what follows for one of them.
    fn carry_for(
        &mut self,
        ctx: &Ctx,
        (carrying, debtor): (&Carrying, Debtor),
        issuing: &[(&Issued<'_>, Account)],
        (receivables, held): (&HashMap<DocumentId, KeptAccount>, &HashMap<AccountId, KeptAccount>),
        carried: &mut Carried,
    ) -> Result<()> {
        let Some((first, Account { asset, .. })) = issuing.first().copied() else { return Ok(()) };
        let (Some(currency), Some(on)) = (asset.currency(), first.document.issued_on) else { return Ok(()) };
        let prepaid = carrying.prepaid(debtor, asset);
        let (mut sources, mut there, mut debts) = (Vec::new(), Vec::new(), Vec::new());
        for (_, payment) in
            carrying.received.iter().filter(|(whose, it)| (*whose, it.left.currency) == (debtor, currency))
        {
            there.push(payment.left.minor);
            sources.push(Source::Received(payment));
        }
        let own = carrying.documents.iter().filter(|it| (it.debtor, it.document.open.currency) == (debtor, currency));
        for standing in own {
            let it = &standing.document;
            let Some(receivable) = receivables.get(&it.id).map(|kept| kept.account) else { continue };
            if it.open.minor < 0 {
                there.push(standing.surplus());
                sources.push(Source::Overpaid(it, receivable));
            } else if it.kind == DocumentKind::Invoice {
                debts.push(Debt { document: it.id, issued_on: it.issued_on, receivable, open: it.open.minor });
            }
        }
        there.push(held.get(&prepaid.id()).map_or(0, |kept| kept.balance.free_credit()));
        sources.push(Source::Prepaid);
        for (it, receivable) in issuing.iter().filter(|(_, receivable)| receivable.asset == asset) {
            let (document, open) = (it.document.id, it.document.sums.payable.minor);
            debts.push(Debt { document, issued_on: it.document.issued_on, receivable: *receivable, open });
        }
        let open: Vec<i64> = debts.iter().map(|it| it.open).collect();
        let why = Following { organisation: carrying.organisation, asset, on, trigger: first.document.id };
        for (place, share) in carry_over(&there, &open).into_iter().enumerate() {
            let (Some(source), Some(debt)) = (sources.get(share.source), debts.get(share.debt)) else { continue };
            let money = Money::of_minor(share.minor, currency);
            let to = (debt.receivable, Some(debt.document));
            match source {
                Source::Received(payment) => {
                    let suspense = Account::of_organisation(carrying.organisation, AccountKind::Suspense, asset);
                    let why = Following { on: payment.counts_on(debt.issued_on), ..why };
                    self.follow(ctx, &why, (suspense, to), money, Key::Received(payment))?;
                    let left = carried.left.entry(payment.id).or_insert_with(|| ((*payment).clone(), payment.left));
                    left.1 = left.1.plus(money.negated()).map_err(AppError::internal)?;
                }
                Source::Overpaid(it, receivable) => {
                    self.follow(ctx, &why, (*receivable, (prepaid, Some(it.id))), money, Key::Step(place, "from"))?;
                    self.follow(ctx, &why, (prepaid, to), money, Key::Step(place, "to"))?;
                }
                Source::Prepaid => self.follow(ctx, &why, (prepaid, to), money, Key::Step(place, "to"))?,
            }
            let sum = carried.documents.entry(debt.document).or_insert(Money::zero(currency));
            *sum = sum.plus(money).map_err(AppError::internal)?;
        }
        for (it, _) in issuing {
            if let Some(paid) = carried.documents.get(&it.document.id) {
                carried.paid.insert(it.document.id, *paid);
            }
        }
        Ok(())
    }

    /// Adds one transfer of money that follows: to the first account, of the second, about the second's document or that of
    /// what is left.
    fn follow(
        &mut self,
        ctx: &Ctx,
        why: &Following,
        (debit, (credit, document)): (Account, (Account, Option<DocumentId>)),
        money: Money,
        key: Key<'_>,
    ) -> Result<()> {
        let (amount, _) = Amount::of_money(money).ok_or_else(|| AppError::internal("nothing follows"))?;
        let both = (debit.id(), credit.id());
        let transfer =
            Transfer::new(self.next_id(ctx), both, (amount, why.asset), false).map_err(AppError::internal)?;
        self.accounts.extend([debit, credit]);
        let named = |id: Option<DocumentId>| id.map(|id| id.uuid().simple().to_string()).unwrap_or_default();
        let (code, payment_id, key) = match key {
            // As if somebody had placed it: it is found among what the payment has settled, and can be taken back.
            Key::Received(it) => {
                let key = format!("incoming/{}/{}/{}", it.id.uuid().simple(), it.row_version, named(document));
                (TransferCode::Payment, Some(it.id.uuid()), key)
            }
            Key::Step(place, step) => {
                let key = format!("carried_over/{}/{place}/{step}", why.trigger.uuid().simple());
                (TransferCode::CarriedOver, None::<Uuid>, key)
            }
        };
        self.transfers.push(Booked {
            transfer,
            organisation_id: why.organisation,
            code,
            document_id: document,
            payment_id,
            value_on: why.on,
            held_for: None,
            key,
            made_by: ctx.signed().ok().map(|signed| signed.login),
        });
        Ok(())
    }
}

/// What money follows to, and when.
#[derive(Clone, Copy)]
struct Following {
    organisation: OrganisationId,
    asset: Asset,
    on: NaiveDate,
    /// The document whose issuing makes it follow.
    trigger: DocumentId,
}

/// By what a transfer is known again.
#[derive(Clone, Copy)]
enum Key<'k> {
    Received(&'k IncomingPayment),
    Step(usize, &'static str),
}

impl Carried {
    /// Writes down, once it is posted, what is left of payments and which documents are paid; answers what is to be said.
    pub(crate) async fn finish(self, tx: &mut Tx) -> Result<Vec<Event>> {
        let Some(organisation) = self.organisation else { return Ok(Vec::new()) };
        let mut events = Vec::new();
        for (payment, left) in self.left.into_values() {
            tx.set_left(payment.id, payment.row_version, left).await?;
            let event = Event::new(Action::IncomingPaymentSettled, Subject::IncomingPayment(payment.id))
                .organisation(organisation)
                .before(&json!({ "leftMinor": payment.left.minor }))
                .after(&json!({ "leftMinor": left.minor }));
            events.push(event);
        }
        let ids: Vec<DocumentId> = self.documents.keys().copied().collect();
        let documents = tx.payable(organisation, &ids).await?;
        for it in &documents {
            let Some(placed) = self.documents.get(&it.id) else { continue };
            let event = Event::new(Action::DocumentCarriedOver, Subject::Document(it.id))
                .organisation(organisation)
                .facility(it.facility_id)
                .after(&json!({ "number": it.number.to_string(), "placedMinor": placed.minor, "openMinor": it.open.minor }));
            events.push(event);
        }
        events.extend(mark_paid(tx, organisation, &documents).await?);
        Ok(events)
    }
}
