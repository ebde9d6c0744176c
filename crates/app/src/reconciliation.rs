//! What customers paid through providers and at the counter, what was settled and what the bank has received, held against each
//! other.
//!
//! A settlement books what the provider took for itself; matched with a line of the bank, it empties the clearing account of
//! the provider, as one that brings money of the counter empties the account of the cash or of the terminal. So what stands on
//! those accounts is always the sum of the differences.

mod care;
mod refunds;
mod take;

pub use care::CareDraft;
pub(crate) use care::move_received;
pub use take::{SettlementFindings, SettlementPlan};

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::payment::Named;
use chrono::{DateTime, Days, NaiveDate, Utc};
use chrono_tz::Europe::Stockholm;
use refunds::Refunded;
use std::collections::HashMap;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::id::{IncomingPaymentId, LoginId, OrganisationId, PaymentId};
use stolpe_domain::local_day::first_quarter;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::reconciliation::{
    Difference, DifferenceSubject, Known, Movement, PaidThrough, Reconciled, ReconciledDay, SettledLine,
    SettlementLineKind, reconcile,
};
use stolpe_store::Conn;
use stolpe_store::page::Page;
use stolpe_store::reconciliation::{BankLine, DifferenceCare, Facts, ProviderSettlement, SettlementPlace};

/// A difference that is older waits for somebody, who is told so.
pub(crate) const OLD_DAYS: i64 = 7;

/// A difference with all that is known of it.
#[derive(Clone, Debug)]
pub struct OpenDifference {
    /// What does not agree.
    pub difference: Difference,
    /// How many days old it is.
    pub age_days: i64,
    /// What it is called: the invoice, the line or the settlement.
    pub named: Option<String>,
    /// Whom the invoice is for.
    pub recipient: Option<String>,
    /// The payment that it is about.
    pub payment: Option<PaymentId>,
    /// The line of the bank that it is about.
    pub incoming: Option<IncomingPaymentId>,
    /// Who looks after it, and what they have noted.
    pub care: DifferenceCare,
    /// Lines of the bank that are exactly what a settlement pays out.
    pub bank_lines: Vec<BankLine>,
    /// The version of the settlement that it is about.
    pub settlement_version: Option<i64>,
}

/// A while of an organisation, held against each other.
#[derive(Clone, Debug)]
pub struct Reconciliation {
    /// By source and day, the latest first.
    pub days: Vec<ReconciledDay>,
    /// Everything that does not agree, however old.
    pub differences: Vec<OpenDifference>,
    /// Those who can look after differences.
    pub keepers: Vec<(LoginId, String)>,
}

impl App {
    /// What was paid, settled and received between two days, both counted, and everything that does not agree.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when the payments of the organisation are not the actor's to see.
    pub async fn reconciliation(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        (from, to): (NaiveDate, NaiveDate),
    ) -> Result<Reconciliation> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(organisation))?;
        let mut conn = self.read().await?;
        let cares: HashMap<_, DifferenceCare> =
            conn.difference_care(organisation).await?.into_iter().map(|it| (it.subject, it)).collect();
        let (facts, mut reconciled) = held_against(&mut conn, organisation, from, &cares).await?;
        reconciled.days.retain(|day| (from..=to).contains(&day.on));
        let lines = conn.bank_lines_of_settlements(organisation).await?;
        let settlements = reconciled.differences.iter().filter_map(|it| match it.subject {
            DifferenceSubject::Settlement(id) => Some(id),
            _ => None,
        });
        let versions = conn.settlement_versions(&settlements.collect::<Vec<_>>()).await?;
        let paid = facts.paid.iter().map(|it| (it.payment, it.document));
        let paid = paid.chain(facts.refunds.iter().map(|it| (it.payment, it.document)));
        let mut named = Named::of(&mut conn, organisation, paid).await?;
        let people = facts.paid.iter().map(|it| it.person).chain(facts.refunds.iter().map(|it| it.person));
        named.add_people(&mut conn, people).await?;
        let keepers = conn.keepers_of_money(organisation).await?;
        let today = ctx.at.with_timezone(&Stockholm).date_naive();
        let open = reconciled.differences.into_iter().map(|difference| {
            let paid = match difference.subject {
                DifferenceSubject::Attempt(id) => {
                    facts.paid.iter().find(|it| it.id == id).map(|it| ((it.payment, it.document), it.person))
                }
                DifferenceSubject::Refund(id) => {
                    facts.refunds.iter().find(|it| it.id == id).map(|it| ((it.payment, it.document), it.person))
                }
                DifferenceSubject::Line(_)
                | DifferenceSubject::Settlement(_)
                | DifferenceSubject::CounterDay(_)
                | DifferenceSubject::CounterLine(_) => None,
            };
            let (number, recipient) = paid.map_or((None, None), |(paid, person)| named.of_payment(paid, person));
            let words = match difference.subject {
                DifferenceSubject::Attempt(_) | DifferenceSubject::Refund(_) => number.map(|number| number.to_string()),
                DifferenceSubject::Line(id) => {
                    facts.lines.iter().find(|(it, _)| it.id == id).and_then(|(_, names)| names.first().cloned())
                }
                DifferenceSubject::Settlement(id) => {
                    facts.settlements.iter().find(|(it, _)| it.id == id).map(|(_, number)| number.clone())
                }
                DifferenceSubject::CounterDay(_) => None,
                DifferenceSubject::CounterLine(id) => {
                    facts.counter_lines.iter().find(|(it, _)| it.payment == id).and_then(|(_, payer)| payer.clone())
                }
            };
            let settlement = match difference.subject {
                DifferenceSubject::Settlement(id) => Some(id),
                _ => None,
            };
            let incoming = match difference.subject {
                DifferenceSubject::CounterLine(id) => Some(id),
                _ => None,
            };
            let subject = difference.subject.uuid();
            OpenDifference {
                age_days: difference.age_days(today),
                named: words,
                recipient,
                payment: paid.map(|((payment, _), _)| payment),
                incoming,
                care: cares
                    .get(&subject)
                    .cloned()
                    .unwrap_or_else(|| DifferenceCare { subject, ..DifferenceCare::default() }),
                bank_lines: lines.iter().filter(|it| Some(it.settlement) == settlement).cloned().collect(),
                settlement_version: settlement.and_then(|id| versions.get(&id).copied()),
                difference,
            }
        });
        Ok(Reconciliation { days: reconciled.days, differences: open.collect(), keepers })
    }

    /// The settlements of an organisation that were taken in, the latest day first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payments are not the actor's to see.
    pub async fn list_settlements(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        after: Option<SettlementPlace>,
        limit: i64,
    ) -> Result<Page<ProviderSettlement>> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(organisation))?;
        Ok(self.read().await?.list_settlements(organisation, after, limit).await?)
    }

    /// Differences of an organisation that nobody has ended for a week: how many, and since when.
    pub(crate) async fn old_differences(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
    ) -> Result<Option<(i64, NaiveDate)>> {
        let mut conn = self.read().await?;
        let cares = conn.difference_care(organisation).await?.into_iter().map(|it| (it.subject, it)).collect();
        let today = ctx.at.with_timezone(&Stockholm).date_naive();
        let (_, reconciled) = held_against(&mut conn, organisation, today + Days::new(1), &cares).await?;
        let old = || reconciled.differences.iter().filter(|it| it.age_days(today) > OLD_DAYS);
        let oldest = old().map(|it| it.on).min();
        Ok(oldest.map(|oldest| (i64::try_from(old().count()).unwrap_or(i64::MAX), oldest)))
    }
}

/// Everything from a day on and everything older that does not agree, held against each other.
async fn held_against(
    conn: &mut Conn,
    organisation: OrganisationId,
    from: NaiveDate,
    cares: &HashMap<uuid::Uuid, DifferenceCare>,
) -> Result<(Facts, Reconciled)> {
    let facts = conn.reconciliation_facts(organisation, from, first_quarter(from, Stockholm).start()).await?;
    let day = |at: DateTime<Utc>| at.with_timezone(&Stockholm).date_naive();
    let paid = facts.paid.iter().map(|it| PaidThrough {
        movement: Movement::Attempt(it.id),
        provider: it.provider,
        on: day(it.booked_at),
        amount: it.amount,
    });
    let back = facts.refunds.iter().map(|it| PaidThrough {
        movement: Movement::Refund(it.id),
        provider: it.provider,
        on: day(it.done_at),
        amount: it.amount.negated(),
    });
    let paid: Vec<PaidThrough> = paid.chain(back).collect();
    let lines = matched_anew(conn, organisation, &facts).await?;
    let settlements: Vec<_> = facts.settlements.iter().map(|(out, _)| *out).collect();
    let corrected: Vec<_> = cares
        .values()
        .filter(|it| it.corrected_minor != 0)
        .filter_map(|it| Some((it.subject, Money::of_minor(it.corrected_minor, currency_of(&facts, it.subject)?))))
        .collect();
    let counter_lines: Vec<_> = facts.counter_lines.iter().map(|(line, _)| *line).collect();
    let known = Known {
        paid: &paid,
        lines: &lines,
        settlements: &settlements,
        counter: &facts.counter,
        counter_lines: &counter_lines,
        corrected: &corrected,
    };
    let reconciled = reconcile(known).map_err(AppError::internal)?;
    Ok((facts, reconciled))
}

/// The lines with the payments and refunds that they name. One that named none when it was taken in may do so by now: the
/// provider knew of the money before we did.
async fn matched_anew(conn: &mut Conn, organisation: OrganisationId, facts: &Facts) -> Result<Vec<SettledLine>> {
    let mut lines: Vec<SettledLine> = facts.lines.iter().map(|(line, _)| *line).collect();
    let mut names: HashMap<PaymentProvider, Vec<String>> = HashMap::new();
    let is_loose = |it: &SettledLine| it.movement.is_none() && it.kind != SettlementLineKind::Fee;
    for (line, own) in facts.lines.iter().filter(|(line, _)| is_loose(line)) {
        names.entry(line.provider).or_default().extend(own.iter().cloned());
    }
    let mut refunds = Refunded::of(&facts.refunds);
    for (provider, names) in names {
        let attempts = take::by_name(conn.attempts_named(organisation, provider, &names).await?);
        for (line, (_, own)) in lines.iter_mut().zip(&facts.lines).filter(|(line, _)| line.provider == provider) {
            match line.kind {
                SettlementLineKind::Payment if line.movement.is_none() => {
                    line.movement = take::named_first(own, &attempts).map(Movement::Attempt);
                }
                SettlementLineKind::Refund if line.movement.is_none() => {
                    line.movement = refunds.take(provider, line.gross, own, &attempts).map(Movement::Refund);
                }
                _ => {}
            }
        }
    }
    Ok(lines)
}

/// The currency of what a difference is about.
fn currency_of(facts: &Facts, subject: uuid::Uuid) -> Option<Currency> {
    let paid = facts.paid.iter().find(|it| it.id.uuid() == subject).map(|it| it.amount);
    let line = || facts.lines.iter().find(|(it, _)| it.id.uuid() == subject).map(|(it, _)| it.gross);
    let out = || facts.settlements.iter().find(|(it, _)| it.id.uuid() == subject).map(|(it, _)| it.net);
    let back = || facts.refunds.iter().find(|it| it.id.uuid() == subject).map(|it| it.amount);
    let day = || facts.counter.iter().find(|it| it.id() == subject).map(|it| it.taken);
    let brought = || facts.counter_lines.iter().find(|(it, _)| it.payment.uuid() == subject).map(|(it, _)| it.amount);
    paid.or_else(back).or_else(line).or_else(out).or_else(day).or_else(brought).map(|money| money.currency)
}
