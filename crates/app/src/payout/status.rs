//! What a bank says of payouts is looked at, and then taken in: each file once, and whole.

use super::book::{Moves, hold_documents};
use super::{names, today, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::money_back::tell_of_payouts;
use chrono::{DateTime, NaiveDate, Utc};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeSet, HashMap};
use stolpe_documents::payout_status::{self, StatusReport, StatusReportError, ToldStatus};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PayoutId, PayoutStatusFileId};
use stolpe_domain::payout::{BankWord, PayoutHappening, PayoutState, StatusOutcome};
use stolpe_store::Conn;
use stolpe_store::payout::{Payout, PayoutFile, PayoutItem, PayoutStatus, PayoutStatusFile};
use uuid::Uuid;

/// The longest name of a file that is kept.
const LONGEST_NAME: usize = 200;
/// Files that a list shows.
const SHOWN_FILES: i64 = 50;

/// What a file says of one payment, and what would become of that.
#[derive(Clone, Debug)]
pub struct PlannedStatus {
    /// What it says.
    pub status: PayoutStatus,
    /// The payout as it stands, where there is one.
    pub payout: Option<Payout>,
}

/// What taking a file in would do.
#[derive(Clone, Debug)]
pub struct StatusFindings {
    /// When the bank wrote it.
    pub written_at: DateTime<Utc>,
    /// When it was taken in before: then nothing is done.
    pub taken_at: Option<DateTime<Utc>>,
    /// Our file that it is about; nothing when there is none.
    pub file: Option<PayoutFile>,
    /// What it says.
    pub statuses: Vec<PlannedStatus>,
}

/// A file that was taken in, with what it says.
#[derive(Clone, Debug)]
pub struct TakenStatuses {
    /// The file.
    pub file: PayoutStatusFile,
    /// Who took it in.
    pub taken_by: Option<String>,
    /// What it says, and what became of that.
    pub statuses: Vec<PayoutStatus>,
}

/// A status on its way.
struct Step {
    status: PayoutStatus,
    /// What it changes: the payment, the state before and after, and the day on which the bank paid.
    change: Option<Change>,
}

struct Change {
    item: PayoutItem,
    state: PayoutState,
    on: NaiveDate,
}

/// What is known while a file is gone through.
struct Known {
    payouts: HashMap<PayoutId, Payout>,
    /// The last payment of each payout, which alone moves it.
    last: HashMap<PayoutId, PayoutItem>,
    /// The days on which files ask the bank to pay.
    days: HashMap<PayoutId, NaiveDate>,
}

impl App {
    /// Says what taking a file in would do. Nothing is done.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation, [`AppError::Refused`] with the fault of the
    /// file and where it is.
    pub async fn look_at_payout_statuses(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        content: Vec<u8>,
    ) -> Result<StatusFindings> {
        let organisation = self.paying_out(ctx, organisation).await?;
        let (report, _, digest) = self.read_statuses(content).await?;
        let mut conn = self.read().await?;
        let taken = conn.find_payout_status_file(organisation.id, &digest).await?;
        let file = conn.find_payout_file_by_message(organisation.id, &report.message_id).await?;
        let named = named(&mut conn, organisation.id, &report, file.as_ref()).await?;
        let known = known(&mut conn, &named).await?;
        let today = today(ctx);
        let before = known.payouts.clone();
        let statuses = go_through(named, known, (report.written_at, today)).into_iter().map(|step| PlannedStatus {
            payout: step.status.payout_id.and_then(|id| before.get(&id).cloned()),
            status: step.status,
        });
        let statuses = statuses.collect();
        Ok(StatusFindings { written_at: report.written_at, taken_at: taken.map(|it| it.created_at), file, statuses })
    }

    /// Takes a file in: each payout goes as far as the bank says. What is older than what the bank said before, and what
    /// names no payout of ours, is written down and changes nothing.
    ///
    /// # Errors
    /// As [`App::look_at_payout_statuses`]; [`AppError::Conflict`] `payout_status.taken` when it was taken in before.
    pub async fn take_payout_statuses(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        name: &str,
        content: Vec<u8>,
    ) -> Result<TakenStatuses> {
        let organisation = self.paying_out(ctx, organisation).await?;
        let me = ctx.signed()?.person;
        if let Some(id) = self.replayed::<PayoutStatusFileId>(ctx).await? {
            let all = self.list_payout_statuses(ctx, organisation.id).await?;
            return all.into_iter().find(|it| it.file.id == id).ok_or(AppError::NotFound);
        }
        let (report, content, digest) = self.read_statuses(content).await?;
        let outward = self.outward(organisation.id).await?;
        let mut tx = self.write().await?;
        if tx.find_payout_status_file(organisation.id, &digest).await?.is_some() {
            return Err(AppError::Conflict("payout_status.taken"));
        }
        let ours = tx.find_payout_file_by_message(organisation.id, &report.message_id).await?;
        // Looked up, held, and read again: what stood so a moment ago may have been withdrawn.
        let named = named(&mut tx, organisation.id, &report, ours.as_ref()).await?;
        let ids: Vec<PayoutId> = named.iter().filter_map(|it| it.item.as_ref().map(|item| item.payout_id)).collect();
        let mut seen = Vec::with_capacity(ids.len());
        for id in ids.iter().collect::<BTreeSet<_>>() {
            seen.extend(tx.find_payout(*id).await?);
        }
        hold_documents(&mut tx, &seen).await?;
        let locked = tx.lock_payouts(&ids).await?;
        let mut known = known(&mut tx, &named).await?;
        known.payouts = locked.iter().map(|it| (it.id, it.clone())).collect();
        let steps = go_through(named, known, (report.written_at, today(ctx)));
        let file = PayoutStatusFile {
            id: ctx.new_id(),
            organisation_id: organisation.id,
            name: name.trim().chars().take(LONGEST_NAME).collect(),
            sender_id: report.id,
            message_id: report.message_id,
            written_at: report.written_at,
            taken_by: me,
            created_at: ctx.at,
        };
        let mut statuses: Vec<(Uuid, PayoutStatus)> = Vec::with_capacity(steps.len());
        let (mut moves, mut reached) = (Moves::default(), HashMap::new());
        for (place, step) in steps.into_iter().enumerate() {
            statuses.push((ctx.id_in_order(place), step.status));
            let Some(Change { item, state, on }) = step.change else { continue };
            let before = locked.iter().find(|it| it.id == item.payout_id).ok_or(AppError::NotFound)?;
            let stood = Payout { state: reached.get(&before.id).copied().unwrap_or(before.state), ..before.clone() };
            moves.follow(&mut tx, ctx, (&stood, on), state).await?;
            tx.put_payout_item(&item).await?;
            reached.insert(before.id, state);
        }
        moves.post(&mut tx, ctx).await?;
        tx.insert_payout_status_file(&file, (&content, &digest), &statuses).await?;
        let taken = Event::new(Action::PayoutStatusTaken, Subject::Organisation(organisation.id))
            .organisation(organisation.id)
            .after(&json!({ "name": file.name, "statuses": statuses.len(), "file": file.message_id }));
        let news: Vec<_> = locked.iter().filter_map(|it| Some((it, *reached.get(&it.id)?))).collect();
        tell_of_payouts(&mut tx, ctx, organisation.id, &news, outward).await?;
        let mut events = vec![taken];
        for before in locked {
            let Some(state) = reached.get(&before.id).copied() else { continue };
            if state != before.state {
                let after = Payout { state, moved_at: ctx.at, ..before.clone() };
                tx.put_payout(&after).await?;
                let action = if state == PayoutState::Paid { Action::PayoutPaid } else { Action::PayoutMoved };
                events.push(told(action, &before, &after));
            }
        }
        tx.commit(ctx, events).await?;
        let taken_by = ctx.signed().ok().map(|signed| signed.name.clone());
        Ok(TakenStatuses { file, taken_by, statuses: statuses.into_iter().map(|(_, status)| status).collect() })
    }

    /// The files of banks about payouts that were taken in last, with what they say.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payouts are not the actor's to see.
    pub async fn list_payout_statuses(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<TakenStatuses>> {
        Self::sees_payouts(ctx, organisation)?;
        let mut conn = self.read().await?;
        let files = conn.list_payout_status_files(organisation, SHOWN_FILES).await?;
        let names = names(&mut conn, &files.iter().map(|it| it.taken_by).collect::<Vec<_>>()).await?;
        let mut all = Vec::with_capacity(files.len());
        for file in files {
            let statuses = conn.payout_statuses(file.id).await?;
            all.push(TakenStatuses { taken_by: names.get(&file.taken_by).cloned(), statuses, file });
        }
        Ok(all)
    }

    /// Reads a file beside the requests, and tells it from others.
    async fn read_statuses(&self, content: Vec<u8>) -> Result<(StatusReport, Vec<u8>, Vec<u8>)> {
        let digest = Sha256::digest(&content).to_vec();
        let (read, content) = self.reading.ask(move || (payout_status::read(&content), content)).await?;
        Ok((read.map_err(|error| refused(&error))?, content, digest))
    }
}

fn refused(error: &StatusReportError) -> AppError {
    let params = match error {
        StatusReportError::Empty | StatusReportError::UnknownForm => Value::Null,
        StatusReportError::OtherMessage(name) => json!({ "name": name }),
        StatusReportError::Damaged { line, record } => json!({ "line": line, "record": record }),
    };
    AppError::Refused { code: error.code(), params }
}

/// A payment that a file names, or one of our file that it does not.
struct Named {
    end_to_end_id: String,
    line: i64,
    status: Option<ToldStatus>,
    bank_reference: String,
    accepted_on: Option<NaiveDate>,
    item: Option<PayoutItem>,
}

/// Every payment that a file speaks of: those that it names, and of our file those that it does not, of which what is said
/// of the whole holds.
async fn named(
    conn: &mut Conn,
    organisation: OrganisationId,
    report: &StatusReport,
    ours: Option<&PayoutFile>,
) -> Result<Vec<Named>> {
    let names: Vec<&str> = report.payments.iter().map(|it| it.end_to_end_id.as_str()).collect();
    let mut items: HashMap<String, PayoutItem> = HashMap::new();
    for item in conn.payout_items_by_name(organisation, &names).await? {
        items.insert(item.end_to_end_id.clone(), item);
    }
    let mut all: Vec<Named> = report
        .payments
        .iter()
        .map(|it| Named {
            end_to_end_id: it.end_to_end_id.clone(),
            line: i64::try_from(it.line).unwrap_or(i64::MAX),
            status: it.status.clone().or_else(|| report.whole.clone()),
            bank_reference: it.bank_reference.clone(),
            accepted_on: it.accepted_on,
            item: items.get(&it.end_to_end_id).cloned(),
        })
        .collect();
    let of_whole = |end_to_end_id: String, item: Option<PayoutItem>| Named {
        end_to_end_id,
        line: 1,
        status: report.whole.clone(),
        bank_reference: String::new(),
        accepted_on: None,
        item,
    };
    let speaks = report.whole.as_ref().is_some_and(|whole| BankWord::of_status(&whole.code).is_some());
    match ours {
        Some(file) if speaks => {
            let rest = conn.items_of_payout_file(file.id).await?;
            let rest = rest.into_iter().filter(|it| !items.contains_key(&it.end_to_end_id));
            all.extend(rest.map(|it| of_whole(it.end_to_end_id.clone(), Some(it))));
        }
        // A file of which nothing is ours is not passed over in silence.
        _ if all.is_empty() => all.push(of_whole(report.message_id.clone(), None)),
        _ => {}
    }
    Ok(all)
}

async fn known(conn: &mut Conn, named: &[Named]) -> Result<Known> {
    let mut known = Known { payouts: HashMap::new(), last: HashMap::new(), days: HashMap::new() };
    for id in named.iter().filter_map(|it| it.item.as_ref().map(|item| item.payout_id)).collect::<BTreeSet<_>>() {
        let Some(payout) = conn.find_payout(id).await? else { continue };
        if let Some(last) = conn.items_of_payout(id).await?.into_iter().next() {
            known.days.extend(conn.find_payout_file(last.file_id).await?.map(|file| (id, file.execute_on)));
            known.last.insert(id, last);
        }
        known.payouts.insert(id, payout);
    }
    Ok(known)
}

/// Goes through a file in its order and says what becomes of each of its lines, one after the other.
fn go_through(named: Vec<Named>, mut known: Known, (written_at, today): (DateTime<Utc>, NaiveDate)) -> Vec<Step> {
    named
        .into_iter()
        .map(|it| {
            let told = it.status.clone().unwrap_or_default();
            let (outcome, change) = judged(&it, &told, &mut known, (written_at, today));
            let status = PayoutStatus {
                payout_id: it.item.as_ref().map(|item| item.payout_id),
                end_to_end_id: it.end_to_end_id,
                status_code: told.code,
                reason_code: told.reason,
                words: told.words,
                outcome,
                line: it.line,
            };
            Step { status, change }
        })
        .collect()
}

fn judged(
    it: &Named,
    told: &ToldStatus,
    known: &mut Known,
    (written_at, today): (DateTime<Utc>, NaiveDate),
) -> (StatusOutcome, Option<Change>) {
    let Some(item) = &it.item else { return (StatusOutcome::Unknown, None) };
    let Some(word) = BankWord::of_status(&told.code) else { return (StatusOutcome::NoWord, None) };
    let (Some(payout), Some(last)) = (known.payouts.get_mut(&item.payout_id), known.last.get_mut(&item.payout_id))
    else {
        return (StatusOutcome::Unknown, None);
    };
    if last.id != item.id {
        // The bank was asked once more meanwhile: were this paid as well, it would be paid twice.
        let outcome = if word == BankWord::Paid { StatusOutcome::Contradicts } else { StatusOutcome::Older };
        return (outcome, None);
    }
    if word != BankWord::Paid && last.told_by.is_none() && last.told_at.is_some_and(|before| before > written_at) {
        return (StatusOutcome::Older, None);
    }
    let Some(state) = payout.state.after(PayoutHappening::Told(word)) else { return (StatusOutcome::NoWord, None) };
    let outcome = match (payout.state, state, word) {
        (PayoutState::Paid, _, BankWord::Rejected) | (PayoutState::Withdrawn, PayoutState::Paid, _) => {
            StatusOutcome::Contradicts
        }
        (before, after, _) if before == after && last.told == Some(word) => StatusOutcome::Known,
        (before, after, _) if before == after && before != PayoutState::Accepted => StatusOutcome::Known,
        _ => StatusOutcome::Applied,
    };
    if state == payout.state && outcome != StatusOutcome::Applied {
        return (outcome, None);
    }
    let said = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
    *last = PayoutItem {
        told: Some(word),
        told_at: Some(written_at),
        reason_code: said(&told.reason),
        words: said(&told.words),
        bank_reference: said(&it.bank_reference).or_else(|| last.bank_reference.clone()),
        told_by: None,
        ..last.clone()
    };
    let asked_for = known.days.get(&item.payout_id).copied();
    let on = it.accepted_on.or(asked_for).unwrap_or(today).min(today);
    payout.state = state;
    (outcome, Some(Change { item: last.clone(), state, on }))
}
