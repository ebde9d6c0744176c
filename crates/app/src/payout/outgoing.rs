//! What statements of the bank say of payouts: a debit confirms what it names on the bank's own day, and money that came back
//! returns it. The same said twice, here or in a report of statuses, changes nothing.

use super::book::{Moves, documents_of};
use super::{today, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::tell_of_payouts;
use crate::notice::Outward;
use chrono::{DateTime, NaiveDate};
use std::collections::{BTreeSet, HashMap};
use stolpe_documents::bank_file::{BankFile as ReadFile, BankOutgoing, BankPayment, Deposit, Returned};
use stolpe_domain::event::{Action, Event};
use stolpe_domain::id::{DocumentId, OrganisationId, PayoutFileId, PayoutId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::{BankWord, OutgoingOutcome, OutgoingWay, PayoutState, told_by_line};
use stolpe_store::incoming_payment::BankFile;
use stolpe_store::payout::{OutgoingLine, Payout, PayoutItem};
use stolpe_store::{Conn, Tx};
use uuid::Uuid;

/// Lines that a list shows.
const SHOWN: i64 = 200;

/// A line as a file tells of it: money out, or a payment to us that is our own money coming back.
struct Line<'f> {
    key: &'f str,
    way: OutgoingWay,
    account: &'f str,
    amount: Money,
    booked_on: NaiveDate,
    end_to_end_id: Option<&'f str>,
    message_id: Option<&'f str>,
    payment_information_id: Option<&'f str>,
    payee: Option<&'f str>,
    reason: &'f str,
    bank_reference: &'f str,
    /// Where it begins in the file.
    begins_at: u64,
    lines: &'f [String],
    /// It is an incoming payment unless it belongs to a payout.
    is_payment: bool,
}

impl<'f> Line<'f> {
    fn outgoing(it: &'f BankOutgoing) -> Self {
        Self {
            key: &it.key,
            way: it.way,
            account: &it.account.number,
            amount: it.amount,
            booked_on: it.booked_on,
            end_to_end_id: it.end_to_end_id.as_deref(),
            message_id: it.message_id.as_deref(),
            payment_information_id: it.payment_information_id.as_deref(),
            payee: it.payee.as_deref(),
            reason: &it.reason,
            bank_reference: &it.bank_reference,
            begins_at: it.line,
            lines: &it.lines,
            is_payment: false,
        }
    }

    fn came_back(deposit: &'f Deposit, it: &'f BankPayment, returned: &'f Returned) -> Self {
        Self {
            key: &it.key,
            way: OutgoingWay::Back,
            account: &deposit.account.number,
            amount: it.amount,
            booked_on: it.booked_on,
            end_to_end_id: Some(&returned.end_to_end_id),
            message_id: None,
            payment_information_id: None,
            payee: it.payer.as_deref(),
            reason: &returned.reason,
            bank_reference: "",
            begins_at: it.line,
            lines: &it.lines,
            is_payment: true,
        }
    }

    /// Our names for the file that asked for it: its own, or the one that its payments have together.
    fn files(&self) -> impl Iterator<Item = &'f str> {
        let of_payments = self.payment_information_id.map(|name| name.strip_suffix("-1").unwrap_or(name));
        self.message_id.into_iter().chain(of_payments)
    }
}

/// What a line would do.
pub(crate) struct PlannedLine {
    pub(crate) line: OutgoingLine,
    /// The payments that it moves, with the states that they go through.
    steps: Vec<(PayoutItem, &'static [PayoutState])>,
}

/// What the lines of a file would do, in their order.
#[derive(Default)]
pub(crate) struct OutgoingPlan {
    pub(crate) lines: Vec<PlannedLine>,
    /// How many were taken in with other files.
    pub(crate) known: usize,
    /// The keys of payments that are no incoming payments: payouts that came back, now or in a file before.
    pub(crate) taken: BTreeSet<String>,
    /// The payouts that are named.
    pub(crate) payouts: Vec<Payout>,
}

/// Says what the lines of a file do to payouts. Nothing is done.
pub(crate) async fn plan_outgoing(
    conn: &mut Conn,
    organisation: OrganisationId,
    file: &ReadFile,
) -> Result<OutgoingPlan> {
    let out = file.outgoing.iter().filter(|it| it.way == OutgoingWay::Out).map(Line::outgoing);
    let back = file.outgoing.iter().filter(|it| it.way == OutgoingWay::Back).map(Line::outgoing);
    let returned =
        file.payments().filter_map(|(deposit, it)| Some(Line::came_back(deposit, it, it.returned.as_ref()?)));
    // What went out comes before what came back, wherever they stand.
    let all: Vec<Line<'_>> = out.chain(back).chain(returned).collect();
    let known = conn.known_outgoing(organisation, &all.iter().map(|it| it.key).collect::<Vec<_>>()).await?;
    let again = all.iter().filter(|it| known.contains(it.key)).count();
    let mut plan = OutgoingPlan { taken: known.iter().cloned().collect(), known: again, ..OutgoingPlan::default() };
    let names: Vec<&str> = all.iter().filter_map(|it| it.end_to_end_id).collect();
    let by_name: HashMap<String, PayoutItem> = conn
        .payout_items_by_name(organisation, &names)
        .await?
        .into_iter()
        .map(|it| (it.end_to_end_id.clone(), it))
        .collect();
    let mut asked: HashMap<PayoutId, (Payout, PayoutItem)> = HashMap::new();
    for line in all.iter().filter(|it| !known.contains(it.key)) {
        let one: Vec<PayoutItem> = line.end_to_end_id.and_then(|name| by_name.get(name)).cloned().into_iter().collect();
        let (items, of_file) = match line.end_to_end_id {
            Some(_) => (one, None),
            None => in_file(conn, organisation, line).await?,
        };
        for item in &items {
            if !asked.contains_key(&item.payout_id) {
                let payout = conn.find_payout(item.payout_id).await?.ok_or(AppError::NotFound)?;
                let last = conn.items_of_payout(payout.id).await?.into_iter().next().ok_or(AppError::NotFound)?;
                asked.insert(payout.id, (payout, last));
            }
        }
        let (outcome, items) = judged(line, items, &asked);
        if line.is_payment && !outcome.fits() {
            continue;
        }
        let mut steps = Vec::new();
        // Another amount is not what was asked for, whatever it names.
        for item in items.iter().filter(|_| outcome != OutgoingOutcome::OtherAmount) {
            let Some((payout, last)) = asked.get_mut(&item.payout_id) else { continue };
            let (_, states) = told_by_line(line.way, payout.state, last.id == item.id);
            if let Some(state) = states.last() {
                payout.state = *state;
                *last = kept(last.clone(), line);
                steps.push((last.clone(), states));
            }
        }
        if line.is_payment {
            plan.taken.insert(line.key.to_owned());
        }
        let payout_id = if of_file.is_none() { items.first().map(|it| it.payout_id) } else { None };
        let line_of = written(organisation, line, outcome, (payout_id, of_file))?;
        plan.lines.push(PlannedLine { line: line_of, steps });
    }
    for id in asked.keys() {
        plan.payouts.extend(conn.find_payout(*id).await?);
    }
    Ok(plan)
}

/// The payments of our file that a line is the sum of: all of them, or those that the bank has not rejected.
async fn in_file(
    conn: &mut Conn,
    organisation: OrganisationId,
    line: &Line<'_>,
) -> Result<(Vec<PayoutItem>, Option<PayoutFileId>)> {
    for name in line.files() {
        let Some(file) = conn.find_payout_file_by_message(organisation, name).await? else { continue };
        let mut items = conn.items_of_payout_file(file.id).await?;
        if line.amount != file.sum {
            items.retain(|it| it.told != Some(BankWord::Rejected));
        }
        return Ok((items, Some(file.id)));
    }
    Ok((Vec::new(), None))
}

/// What a line says of the payments that it names together, and which they are.
fn judged(
    line: &Line<'_>,
    items: Vec<PayoutItem>,
    asked: &HashMap<PayoutId, (Payout, PayoutItem)>,
) -> (OutgoingOutcome, Vec<PayoutItem>) {
    let all: Vec<&(Payout, PayoutItem)> = items.iter().filter_map(|it| asked.get(&it.payout_id)).collect();
    if all.is_empty() {
        return (OutgoingOutcome::Unknown, Vec::new());
    }
    let sum = Money::sum(line.amount.currency, all.iter().map(|(payout, _)| payout.amount));
    if sum.ok() != Some(line.amount) {
        return (OutgoingOutcome::OtherAmount, items);
    }
    let outcomes: Vec<OutgoingOutcome> = items
        .iter()
        .zip(&all)
        .map(|(item, (payout, last))| told_by_line(line.way, payout.state, last.id == item.id).0)
        .collect();
    let worst = [OutgoingOutcome::Contradicts, OutgoingOutcome::Confirmed];
    let outcome = worst.into_iter().find(|it| outcomes.contains(it)).unwrap_or(OutgoingOutcome::Known);
    (outcome, items)
}

/// What is kept of a payment of which a line tells.
fn kept(item: PayoutItem, line: &Line<'_>) -> PayoutItem {
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    // What came back has a name of its own at the bank; that of the payment stays.
    let own = said(line.bank_reference);
    let bank_reference = if line.way == OutgoingWay::Out { own.or(item.bank_reference) } else { item.bank_reference };
    PayoutItem {
        told: Some(BankWord::Paid),
        told_by: None,
        reason_code: said(line.reason),
        words: None,
        bank_reference,
        ..item
    }
}

fn written(
    organisation: OrganisationId,
    line: &Line<'_>,
    outcome: OutgoingOutcome,
    (payout_id, payout_file_id): (Option<PayoutId>, Option<PayoutFileId>),
) -> Result<OutgoingLine> {
    let text = |it: Option<&str>| it.map(str::to_owned);
    Ok(OutgoingLine {
        // What a line is called, and the file that it comes with, follow when it is taken in.
        id: Uuid::nil().into(),
        organisation_id: organisation,
        bank_file_id: Uuid::nil().into(),
        bank_key: line.key.to_owned(),
        way: line.way,
        outcome,
        amount: line.amount,
        booked_on: line.booked_on,
        account: line.account.to_owned(),
        end_to_end_id: text(line.end_to_end_id),
        message_id: text(line.message_id.or(line.payment_information_id)),
        payee: text(line.payee),
        reason_code: line.reason.to_owned(),
        bank_reference: line.bank_reference.to_owned(),
        payout_id,
        payout_file_id,
        line: i64::try_from(line.begins_at).unwrap_or(i64::MAX),
        lines: serde_json::to_string(line.lines).map_err(AppError::internal)?,
        created_at: DateTime::UNIX_EPOCH,
    })
}

/// The documents that the money of the payouts of a plan stands on, which are held with all others before anything else is.
pub(crate) async fn documents_behind(conn: &mut Conn, plan: &OutgoingPlan) -> Result<Vec<DocumentId>> {
    documents_of(conn, &plan.payouts).await
}

/// Holds the payouts of a plan, so that they stand as they do until the transaction ends.
pub(crate) async fn hold_payouts(tx: &mut Tx, plan: &OutgoingPlan) -> Result<()> {
    let mut ids: Vec<PayoutId> = plan.payouts.iter().map(|it| it.id).collect();
    ids.sort_unstable();
    tx.lock_payouts(&ids).await?;
    Ok(())
}

/// Writes the lines of a file down and does what they say: first what was paid, and then what came back. Whoever gets the
/// money is told of the end alone.
pub(crate) async fn follow_outgoing(
    tx: &mut Tx,
    ctx: &Ctx,
    file: &BankFile,
    plan: OutgoingPlan,
    outward: Outward,
) -> Result<Vec<Event>> {
    let stood: Vec<Payout> = plan.payouts.clone();
    let mut events = Vec::new();
    for wanted in [PayoutState::Paid, PayoutState::Returned] {
        let mut moves = Moves::default();
        for line in &plan.lines {
            for (item, _) in line.steps.iter().filter(|(_, states)| states.contains(&wanted)) {
                let before = tx.lock_payouts(&[item.payout_id]).await?.pop().ok_or(AppError::NotFound)?;
                let on = line.line.booked_on.min(today(ctx));
                moves.follow(tx, ctx, (&before, on), wanted).await?;
                tx.put_payout_item(&PayoutItem { told_at: Some(ctx.at), ..item.clone() }).await?;
                let after = Payout { state: wanted, moved_at: ctx.at, ..before.clone() };
                tx.put_payout(&after).await?;
                let action = if wanted == PayoutState::Paid { Action::PayoutPaid } else { Action::PayoutReturned };
                events.push(told(action, &before, &after));
            }
        }
        moves.post(tx, ctx).await?;
    }
    let mut reached = Vec::new();
    for before in &stood {
        let now = tx.find_payout(before.id).await?.ok_or(AppError::NotFound)?;
        reached.push((before, now.state));
    }
    tell_of_payouts(tx, ctx, file.organisation_id, &reached, outward).await?;
    let lines: Vec<OutgoingLine> = plan
        .lines
        .into_iter()
        .enumerate()
        .map(|(place, it)| OutgoingLine {
            id: ctx.id_in_order(place),
            bank_file_id: file.id,
            created_at: ctx.at,
            ..it.line
        })
        .collect();
    tx.insert_outgoing(&lines).await?;
    Ok(events)
}

impl App {
    /// Lines of statements that are money going out, those booked last first; all of them, or only those that belong to no
    /// payout.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the payouts of the organisation are not the actor's to see.
    pub async fn list_outgoing(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        only_unmatched: bool,
    ) -> Result<Vec<OutgoingLine>> {
        Self::sees_payouts(ctx, organisation)?;
        Ok(self.read().await?.list_outgoing(organisation, only_unmatched, SHOWN).await?)
    }
}
