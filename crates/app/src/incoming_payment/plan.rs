//! What becomes of a file: which of its payments are new, and where each of them goes.

use super::number_of;
use crate::error::{AppError, Result};
use crate::payout::OutgoingPlan;
use chrono::NaiveDate;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use stolpe_documents::bank_file::{AccountScheme, BankFile as ReadFile, BankPayment, Deposit, FileAccount, Skipped};
use stolpe_domain::document::Number;
use stolpe_domain::id::{DocumentId, OrganisationId};
use stolpe_domain::incoming_payment::{
    BankFileKind, Beside, Incoming, Match, Outcome, Payable, PaymentKind, ReferenceKind, bare_reference, match_payment,
};
use stolpe_domain::ledger::Asset;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_store::Conn;
use stolpe_store::incoming_payment::{BankFile, PayableDocument};
use stolpe_store::payout::OutgoingLine;

/// Payments that are shown before a file is taken in.
const SHOWN: usize = 200;

/// What taking a file in would do.
#[derive(Clone, Debug)]
pub struct BankFileFindings {
    /// What it is.
    pub kind: BankFileKind,
    /// What the sender calls it.
    pub sender_id: String,
    /// When the sender wrote it.
    pub written_on: Option<NaiveDate>,
    /// The file as it was taken in before: then nothing is done.
    pub taken: Option<BankFile>,
    /// The accounts that it tells of.
    pub accounts: Vec<String>,
    /// The account that invoices ask to be paid to, if the file tells of none but others.
    pub other_account: Option<PaymentAccount>,
    /// How many of its payments were taken in with other files.
    pub known: usize,
    /// What is in it and no incoming payment.
    pub skipped: Skipped,
    /// New payments in all, by how they come out and by currency.
    pub sums: Vec<OutcomeSums>,
    /// The first of the new payments.
    pub payments: Vec<PlannedPayment>,
    /// New lines of money that went out, or came back from there.
    pub outgoing: Vec<OutgoingLine>,
}

/// New payments that come out alike.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutcomeSums {
    /// How.
    pub outcome: Outcome,
    /// How many.
    pub count: usize,
    /// What they add up to.
    pub amount: Money,
    /// What is left of them for somebody to decide.
    pub left: Money,
}

/// What would become of one payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlannedPayment {
    /// How it comes out.
    pub outcome: Outcome,
    /// Which way it goes.
    pub kind: PaymentKind,
    /// How much.
    pub amount: Money,
    /// What is left of it.
    pub left: Money,
    /// When the bank booked it.
    pub booked_on: NaiveDate,
    /// Who has paid.
    pub payer: Option<String>,
    /// What it refers to.
    pub references: Vec<String>,
    /// The numbers of the invoices that it goes to.
    pub documents: Vec<Number>,
}

/// A new payment of a file with where it goes.
pub(super) struct Placed<'f> {
    pub(super) deposit: &'f Deposit,
    pub(super) payment: &'f BankPayment,
    pub(super) matched: Match,
}

/// All new payments of a file.
pub(super) struct Plan<'f> {
    pub(super) placed: Vec<Placed<'f>>,
    pub(super) known: usize,
    /// With what is open of the invoices when all of them have been placed.
    pub(super) documents: HashMap<DocumentId, PayableDocument>,
}

/// Invoices that the payments of a file may refer to.
pub(super) async fn referred_to(
    conn: &mut Conn,
    organisation: OrganisationId,
    file: &ReadFile,
) -> Result<Vec<PayableDocument>> {
    let all = || file.payments().flat_map(|(_, payment)| &payment.references);
    let references: BTreeSet<String> = all().map(|it| bare_reference(&it.text)).filter(|it| !it.is_empty()).collect();
    let numbers: BTreeSet<Number> =
        all().filter(|it| it.kind == ReferenceKind::Invoice).filter_map(|it| number_of(&it.text)).collect();
    let (references, numbers): (Vec<_>, Vec<_>) = (references.into_iter().collect(), numbers.into_iter().collect());
    Ok(conn.payable_by_reference(organisation, &references, &numbers).await?)
}

/// Places the new payments of a file one after the other, so that the second of two that pay the same invoice is double.
pub(super) async fn plan<'f>(
    conn: &mut Conn,
    organisation: OrganisationId,
    file: &'f ReadFile,
    (documents, taken): (Vec<PayableDocument>, &BTreeSet<String>),
) -> Result<Plan<'f>> {
    let keys: Vec<&str> = file.payments().map(|(_, payment)| payment.key.as_str()).collect();
    let known = conn.known_payments(organisation, &keys).await?;
    let mut by_text: HashMap<String, Vec<DocumentId>> = HashMap::new();
    for it in &documents {
        let texts = it.reference.as_deref().map(bare_reference).into_iter().chain([it.number.to_string()]);
        texts.for_each(|text| by_text.entry(text).or_default().push(it.id));
    }
    let mut documents: HashMap<DocumentId, PayableDocument> = documents.into_iter().map(|it| (it.id, it)).collect();
    let mut seen = BTreeSet::new();
    let mut placed = Vec::new();
    let mut again = 0;
    for (deposit, payment) in file.payments() {
        // A payout that came back is no payment to us.
        if Asset::of(payment.amount.currency).is_none() || taken.contains(&payment.key) {
            continue;
        }
        if known.contains(&payment.key) || !seen.insert(payment.key.as_str()) {
            again += 1;
            continue;
        }
        let texts = payment.references.iter().flat_map(|it| [bare_reference(&it.text), it.text.trim().to_owned()]);
        let ids: BTreeSet<DocumentId> = texts.filter_map(|text| by_text.get(&text)).flatten().copied().collect();
        let ids = with_beside(&ids, &documents);
        let payables: Vec<Payable> = ids.iter().filter_map(|id| documents.get(id)).map(payable).collect();
        let incoming = Incoming {
            kind: payment.kind,
            amount: payment.amount,
            references: payment.references.clone(),
            information: payment.information.clone(),
            payer: payment.payer.clone(),
            booked_on: payment.booked_on,
        };
        let matched = match_payment(&incoming, &payables);
        for share in &matched.allocations {
            if let Some(document) = documents.get_mut(&share.document) {
                document.open.minor -= share.amount.minor;
                document.paid.minor += share.amount.minor;
            }
        }
        placed.push(Placed { deposit, payment, matched });
    }
    Ok(Plan { placed, known: again, documents })
}

/// Documents with what references to them pay beside them.
fn with_beside(ids: &BTreeSet<DocumentId>, all: &HashMap<DocumentId, PayableDocument>) -> BTreeSet<DocumentId> {
    let beside = ids.iter().filter_map(|id| all.get(id)).flat_map(|it| match &it.beside {
        Beside::Nothing => &[][..],
        Beside::Invoices(ids) | Beside::Reminders(ids) => ids,
    });
    beside.copied().collect::<BTreeSet<_>>().into_iter().chain(ids.iter().copied()).collect()
}

/// Whom an invoice is for does not decide where a payment goes.
fn payable(it: &PayableDocument) -> Payable {
    Payable {
        id: it.id,
        number: it.number,
        reference: it.reference.clone(),
        open: it.open,
        paid: it.paid,
        due_on: it.due_on,
        payer: String::new(),
        beside: it.beside.clone(),
    }
}

/// What is in a file beside its payments, those in a currency that the ledger does not know among it.
pub(super) fn skipped(file: &ReadFile) -> Skipped {
    let foreign = file.payments().filter(|(_, payment)| Asset::of(payment.amount.currency).is_none()).count();
    Skipped { other_currency: file.skipped.other_currency + foreign, ..file.skipped }
}

impl BankFileFindings {
    pub(super) fn of(
        file: &ReadFile,
        taken: Option<BankFile>,
        own: Option<&PaymentAccount>,
        (plan, outgoing): (&Plan<'_>, OutgoingPlan),
    ) -> Result<Self> {
        let accounts: BTreeSet<&str> = file.deposits.iter().map(|it| it.account.number.as_str()).collect();
        let is_other = !file.deposits.is_empty()
            && file.deposits.iter().all(|it| own.is_some_and(|own| differs(&it.account, own)));
        Ok(Self {
            kind: file.kind,
            sender_id: file.id.clone(),
            written_on: file.written_on,
            taken,
            accounts: accounts.into_iter().map(str::to_owned).collect(),
            other_account: own.filter(|_| is_other).cloned(),
            known: plan.known + outgoing.known,
            skipped: skipped(file),
            sums: sums(plan)?,
            payments: plan.placed.iter().take(SHOWN).map(|it| shown(it, plan)).collect(),
            outgoing: outgoing.lines.into_iter().map(|it| it.line).collect(),
        })
    }
}

/// Whether an account is certainly not the organisation's own: an international number of a Swedish account says nothing of
/// its bankgiro.
fn differs(account: &FileAccount, own: &PaymentAccount) -> bool {
    match (account.scheme, own.kind()) {
        (AccountScheme::Bankgiro, AccountKind::Bankgiro)
        | (AccountScheme::Plusgiro, AccountKind::Plusgiro)
        | (AccountScheme::NorwegianBank, AccountKind::NorwegianBank) => account.number != own.digits(),
        (AccountScheme::Iban, AccountKind::NorwegianBank) => !account.number.ends_with(own.digits()),
        (AccountScheme::NorwegianBank, _) | (AccountScheme::Bankgiro, AccountKind::NorwegianBank) => true,
        _ => false,
    }
}

fn sums(plan: &Plan<'_>) -> Result<Vec<OutcomeSums>> {
    let mut sums: BTreeMap<(Outcome, Currency), OutcomeSums> = BTreeMap::new();
    for Placed { payment, matched, .. } in &plan.placed {
        let (outcome, currency) = (matched.outcome, payment.amount.currency);
        let nothing = Money::zero(currency);
        let empty = OutcomeSums { outcome, count: 0, amount: nothing, left: nothing };
        let sum = sums.entry((outcome, currency)).or_insert(empty);
        sum.count += 1;
        sum.amount = sum.amount.plus(payment.amount).map_err(AppError::internal)?;
        sum.left = sum.left.plus(matched.left).map_err(AppError::internal)?;
    }
    Ok(sums.into_values().collect())
}

fn shown(it: &Placed<'_>, plan: &Plan<'_>) -> PlannedPayment {
    let Placed { payment, matched, .. } = it;
    PlannedPayment {
        outcome: matched.outcome,
        kind: payment.kind,
        amount: payment.amount,
        left: matched.left,
        booked_on: payment.booked_on,
        payer: payment.payer.clone(),
        references: payment.references.iter().map(|it| it.text.clone()).collect(),
        documents: matched
            .allocations
            .iter()
            .filter_map(|share| plan.documents.get(&share.document))
            .map(|document| document.number)
            .collect(),
    }
}
