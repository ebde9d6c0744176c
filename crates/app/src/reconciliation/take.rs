//! A settlement is looked at, and then taken in: each once, whole, and with its fee booked in the same transaction.

use super::refunds::Refunded;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::NaiveDate;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::{HashMap, HashSet};
use stolpe_documents::settlement_file::{self, SettlementFile, SettlementFileError, ToldLine, ToldSettlement};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PaymentAttemptId, ProviderSettlementId, TransferId};
use stolpe_domain::ledger::{Account, AccountKind, Amount, Transfer, TransferCode};
use stolpe_domain::money::Money;
use stolpe_domain::payment::PaymentProvider;
use stolpe_domain::reconciliation::{SettlementFileKind, SettlementLineKind};
use stolpe_store::Conn;
use stolpe_store::ledger::Booked;
use stolpe_store::reconciliation::{NamedAttempt, ProviderSettlement, ProviderSettlementLine};

/// The longest name of a file that is kept.
const LONGEST_NAME: usize = 200;

/// What taking a file in would do.
#[derive(Clone, Debug)]
pub struct SettlementFindings {
    /// Its form.
    pub kind: SettlementFileKind,
    /// The file was taken in before: then nothing is done.
    pub taken: bool,
    /// Its settlements.
    pub settlements: Vec<SettlementPlan>,
}

/// One settlement of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SettlementPlan {
    /// What the provider calls it.
    pub number: String,
    /// The day on which it was made.
    pub settled_on: NaiveDate,
    /// What customers paid.
    pub gross: Money,
    /// What the provider took.
    pub fee: Money,
    /// What is paid out.
    pub net: Money,
    /// How many lines it has.
    pub lines: usize,
    /// How many of them are payments that are known here.
    pub matched: usize,
    /// How many are no payment here, and would be differences.
    pub unknown: usize,
    /// It was taken in before, with another file.
    pub known: bool,
}

impl App {
    /// Says what taking a file of a provider in would do. Nothing is done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation, [`AppError::Refused`] with the fault of the
    /// file and where it is.
    pub async fn look_at_settlements(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        provider: PaymentProvider,
        content: Vec<u8>,
    ) -> Result<SettlementFindings> {
        self.settled_organisation(ctx, organisation).await?;
        let (file, digest) = self.read_settlements(provider, content).await?;
        let mut conn = self.read().await?;
        let taken = conn.settlement_file_is_known(organisation, &digest).await?;
        let known = known(&mut conn, organisation, provider, &file).await?;
        let attempts = named_by(&mut conn, organisation, provider, &file).await?;
        let refunds = conn.done_refunds(organisation).await?;
        let mut refunds = Refunded::of(&refunds);
        let settlements = file.settlements.iter().map(|it| {
            let payments = it.lines.iter().filter(|line| line.kind != SettlementLineKind::Fee);
            let mut is_known = |line: &ToldLine| match line.kind {
                SettlementLineKind::Refund => refunds.take(provider, line.gross, &names_of(line), &attempts).is_some(),
                SettlementLineKind::Payment | SettlementLineKind::Fee => attempt_of(line, &attempts).is_some(),
            };
            let matched = payments.clone().filter(|line| is_known(line)).count();
            SettlementPlan {
                number: it.number.clone(),
                settled_on: it.settled_on,
                gross: it.gross,
                fee: it.fee,
                net: it.net,
                lines: it.lines.len(),
                matched,
                unknown: payments.count() - matched,
                known: known.contains(&it.number),
            }
        });
        Ok(SettlementFindings { kind: file.kind, taken, settlements: settlements.collect() })
    }

    /// Takes the settlements of a file in that are not known yet, and books what the provider took for itself; answers those
    /// that were new.
    ///
    /// # Errors
    /// As [`App::look_at_settlements`]; [`AppError::Conflict`] `settlement.taken` when none of them is new.
    pub async fn take_settlements(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        provider: PaymentProvider,
        name: &str,
        content: Vec<u8>,
    ) -> Result<Vec<ProviderSettlement>> {
        self.settled_organisation(ctx, organisation).await?;
        if self.done_before(ctx).await? {
            let digest = Sha256::digest(&content).to_vec();
            return Ok(self.read().await?.settlements_of_file(organisation, &digest).await?);
        }
        let (file, digest) = self.read_settlements(provider, content).await?;
        let mut tx = self.write().await?;
        let known = known(&mut tx, organisation, provider, &file).await?;
        let attempts = named_by(&mut tx, organisation, provider, &file).await?;
        let name: String = name.trim().chars().take(LONGEST_NAME).collect();
        let (mut taken, mut events) = (Vec::new(), Vec::new());
        let mut fees = Fees::default();
        let mut place = 0;
        for told in file.settlements.iter().filter(|it| !known.contains(&it.number)) {
            let id: ProviderSettlementId = ctx.id_in_order(place);
            let settlement = ProviderSettlement {
                id,
                organisation_id: organisation,
                provider,
                number: told.number.clone(),
                kind: file.kind,
                name: name.clone(),
                settled_on: told.settled_on,
                gross: told.gross,
                fee: told.fee,
                net: told.net,
                received: None,
                taken_by: ctx.signed().ok().map(|signed| signed.login),
                line_count: i64::try_from(told.lines.len()).unwrap_or(i64::MAX),
                row_version: 1,
                created_at: ctx.at,
            };
            let lines: Vec<ProviderSettlementLine> = told
                .lines
                .iter()
                .enumerate()
                .map(|(at, line)| ProviderSettlementLine {
                    id: ctx.id_in_order(place + at),
                    kind: line.kind,
                    reference: line.reference.clone(),
                    movement: line.movement.clone(),
                    sold_on: line.sold_on,
                    gross: line.gross,
                    fee: line.fee,
                    attempt: attempt_of(line, &attempts),
                    line: i64::try_from(line.line).unwrap_or(i64::MAX),
                })
                .collect();
            place += lines.len() + 1;
            tx.insert_settlement(&settlement, &digest, &lines).await?;
            fees.add(ctx, &settlement)?;
            let event = Event::new(Action::SettlementTaken, Subject::ProviderSettlement(id)).organisation(organisation).after(
                &json!({
                    "provider": provider, "number": settlement.number, "name": name, "netMinor": told.net.minor,
                    "feeMinor": told.fee.minor, "lines": lines.len(),
                    "unknown": lines.iter().filter(|it| it.attempt.is_none() && it.kind == SettlementLineKind::Payment).count(),
                }),
            );
            events.push(event);
            taken.push(settlement);
        }
        if taken.is_empty() {
            return Err(AppError::Conflict("settlement.taken"));
        }
        tx.move_all(&fees.accounts, &fees.transfers, ctx.at).await.map_err(AppError::internal)?;
        tx.commit(ctx, events).await?;
        Ok(taken)
    }

    /// Stops unless the actor may take in what was paid to the organisation.
    pub(super) async fn settled_organisation(&self, ctx: &Ctx, id: OrganisationId) -> Result<()> {
        ctx.reach(Permission::ReadBilling)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(id))?;
        ctx.may(Permission::TakePayment, Place::Organisation(id))?;
        self.read().await?.find_organisation(id).await?.map(|_| ()).ok_or(AppError::NotFound)
    }

    /// Reads a file beside the requests, and tells it from others.
    async fn read_settlements(&self, provider: PaymentProvider, content: Vec<u8>) -> Result<(SettlementFile, Vec<u8>)> {
        let digest = Sha256::digest(&content).to_vec();
        let read = self.reading.ask(move || settlement_file::read(&content, provider)).await?;
        Ok((read.map_err(|error| refused(&error))?, digest))
    }
}

fn refused(error: &SettlementFileError) -> AppError {
    let params = match error {
        SettlementFileError::NoTable(_) | SettlementFileError::OtherProvider | SettlementFileError::NoSettlement => {
            serde_json::Value::Null
        }
        SettlementFileError::Damaged { line, record } => json!({ "line": line, "record": record }),
        SettlementFileError::OtherCurrency { line, code } => json!({ "line": line, "currency": code }),
        SettlementFileError::Sum { line, record, said, counted } => {
            json!({ "line": line, "record": record, "said": said, "counted": counted })
        }
    };
    AppError::Refused { code: error.code(), params }
}

async fn known(
    conn: &mut Conn,
    organisation: OrganisationId,
    provider: PaymentProvider,
    file: &SettlementFile,
) -> Result<HashSet<String>> {
    let numbers: Vec<&str> = file.settlements.iter().map(|it: &ToldSettlement| it.number.as_str()).collect();
    Ok(conn.known_settlements(organisation, provider, &numbers).await?)
}

/// The payments that the lines of a file name, by every name they have, folded.
async fn named_by(
    conn: &mut Conn,
    organisation: OrganisationId,
    provider: PaymentProvider,
    file: &SettlementFile,
) -> Result<HashMap<String, PaymentAttemptId>> {
    let lines = file.settlements.iter().flat_map(|it| &it.lines);
    let names: HashSet<String> =
        lines.flat_map(|line| [&line.reference, &line.movement]).flatten().map(|name| name.trim().to_owned()).collect();
    let names: Vec<String> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let attempts = conn.attempts_named(organisation, provider, &names).await?;
    Ok(by_name(attempts))
}

/// Payments by every name that they have.
pub(super) fn by_name(attempts: Vec<NamedAttempt>) -> HashMap<String, PaymentAttemptId> {
    let mut named = HashMap::new();
    for NamedAttempt { id, reference, movement } in attempts {
        let own = id.uuid().simple().to_string();
        named.extend([Some(own), reference, movement].into_iter().flatten().map(|name| (folded(&name), id)));
    }
    named
}

/// The payment that the first of these names is one of.
pub(super) fn named_first(names: &[String], attempts: &HashMap<String, PaymentAttemptId>) -> Option<PaymentAttemptId> {
    names.iter().find_map(|name| attempts.get(&folded(name))).copied()
}

/// A name as it is compared: with hyphens or without, in capitals or not.
pub(super) fn folded(name: &str) -> String {
    name.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn names_of(line: &ToldLine) -> Vec<String> {
    line.reference.iter().chain(&line.movement).cloned().collect()
}

/// The payment that a line is the money of. What was given back is matched with its refund whenever it is looked at: that may
/// be done after the provider has told of it.
fn attempt_of(line: &ToldLine, attempts: &HashMap<String, PaymentAttemptId>) -> Option<PaymentAttemptId> {
    named_first(&names_of(line), attempts).filter(|_| line.kind == SettlementLineKind::Payment)
}

/// What providers have taken for themselves, on its way into the ledger.
#[derive(Default)]
struct Fees {
    accounts: Vec<Account>,
    transfers: Vec<Booked>,
}

impl Fees {
    /// Banks and those who carry payments charge no VAT (10 kap. 33 § mervärdesskattelagen, § 3-6 merverdiavgiftsloven):
    /// the fee is a cost as it is.
    fn add(&mut self, ctx: &Ctx, it: &ProviderSettlement) -> Result<()> {
        let back = it.fee.minor < 0;
        let size = if back { it.fee.negated() } else { it.fee };
        let Some((amount, asset)) = Amount::of_money(size) else { return Ok(()) };
        let account = |kind| Account::of_organisation(it.organisation_id, kind, asset);
        let (fee, clearing) = (account(AccountKind::ProviderFee), account(AccountKind::clearing(it.provider)));
        let (debit, credit) = if back { (clearing, fee) } else { (fee, clearing) };
        let id: TransferId = ctx.id_in_order(self.transfers.len());
        let transfer =
            Transfer::new(id, (debit.id(), credit.id()), (amount, asset), false).map_err(AppError::internal)?;
        self.accounts.extend([debit, credit]);
        self.transfers.push(booked(ctx, it, transfer, TransferCode::Settlement, it.settled_on, "fee"));
        Ok(())
    }
}

pub(super) fn booked(
    ctx: &Ctx,
    it: &ProviderSettlement,
    transfer: Transfer,
    code: TransferCode,
    value_on: NaiveDate,
    step: &str,
) -> Booked {
    Booked {
        transfer,
        organisation_id: it.organisation_id,
        code,
        document_id: None,
        payment_id: Some(it.id.uuid()),
        value_on,
        held_for: None,
        key: format!("settlement/{}/{step}", it.id.uuid().simple()),
        made_by: ctx.signed().ok().map(|signed| signed.login),
    }
}
