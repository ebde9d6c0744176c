//! Approved payouts are written to a file, which somebody fetches and sends to the bank.

use super::{currency_of, names, today, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use chrono::{Months, NaiveDate};
use chrono_tz::Europe::Stockholm;
use serde_json::json;
use sha2::{Digest as _, Sha256};
use std::collections::BTreeSet;
use stolpe_documents::payout_file::{
    PayoutDebtor, PayoutFile as WrittenFile, PayoutOrder, payout_file, payout_file_name,
};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{OrganisationId, PayoutFileId, PayoutId, PayoutItemId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::organisation::Organisation;
use stolpe_domain::payout::{PayoutHappening, PayoutRefusal, PayoutSender, PayoutSenderDraft};
use stolpe_domain::payout_account::PayoutAccount;
use stolpe_store::payout::{Payout, PayoutFile, PayoutItem};

/// The most payments of a file.
const MOST_ITEMS: usize = 500;
/// Files that a list shows.
const SHOWN_FILES: i64 = 100;
/// Banks keep files for a year at most.
const LONGEST_AHEAD: Months = Months::new(12);

/// A file with those who are named by it.
#[derive(Clone, Debug)]
pub struct OpenPayoutFile {
    /// The file.
    pub file: PayoutFile,
    /// Who made it.
    pub made_by: Option<String>,
    /// Who fetched it first.
    pub sent_by: Option<String>,
}

impl App {
    /// How an organisation is known at its bank, with its version; nothing while nobody has said so.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payouts are not the actor's to see.
    pub async fn payout_sender(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Option<(PayoutSender, i64)>> {
        Self::sees_payouts(ctx, organisation)?;
        Ok(self.read().await?.find_payout_sender(organisation).await?)
    }

    /// Says how an organisation is known at its bank; `row_version` is 0 while nobody has. A matter for its owner, as the
    /// account to which invoices are paid.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault, [`AppError::Changed`] when somebody was faster.
    pub async fn save_payout_sender(
        &self,
        ctx: &Ctx,
        id: OrganisationId,
        row_version: i64,
        draft: PayoutSenderDraft,
    ) -> Result<(PayoutSender, i64)> {
        let organisation = self.organisation(ctx, id).await?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(id))?;
        let it = draft.check(organisation.country)?;
        let mut tx = self.write().await?;
        let before = tx.find_payout_sender(id).await?;
        if before.as_ref().map_or(0, |(_, version)| *version) != row_version {
            return Err(AppError::Changed);
        }
        tx.put_payout_sender(id, row_version, &it).await?;
        let event = Event::new(Action::PayoutSenderSaved, Subject::Organisation(id))
            .organisation(id)
            .before(&before.map(|(before, _)| before))
            .after(&it);
        tx.commit(ctx, [event]).await?;
        Ok((it, row_version + 1))
    }

    /// The files of an organisation that were made last.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when its payouts are not the actor's to see.
    pub async fn list_payout_files(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<OpenPayoutFile>> {
        Self::sees_payouts(ctx, organisation)?;
        let mut conn = self.read().await?;
        let files = conn.list_payout_files(organisation, SHOWN_FILES).await?;
        let people: Vec<_> = files.iter().flat_map(|it| [Some(it.made_by), it.sent.map(|(_, by)| by)]).collect();
        let names = names(&mut conn, &people.into_iter().flatten().collect::<Vec<_>>()).await?;
        let open = files.into_iter().map(|file| OpenPayoutFile {
            made_by: names.get(&file.made_by).cloned(),
            sent_by: file.sent.and_then(|(_, by)| names.get(&by).cloned()),
            file,
        });
        Ok(open.collect())
    }

    /// Makes a file of approved payouts, or of such as the bank has rejected, that asks the bank to pay them on a day.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for no payouts, too many, or a day that has passed or is too far off; [`AppError::Refused`]
    /// `payout.no_bank` while nobody has said at which bank, `payout.not_approved` when one of them cannot go into a file,
    /// `payout.at_counter` when one goes out there;
    /// [`AppError::Conflict`] `payout.in_a_file` when one of them is in another; [`AppError::NotFound`] and
    /// [`AppError::Denied`] as for the organisation.
    pub async fn make_payout_file(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        payouts: &[PayoutId],
        execute_on: NaiveDate,
    ) -> Result<PayoutFile> {
        let organisation = self.paying_out(ctx, organisation).await?;
        if let Some(id) = self.replayed::<PayoutFileId>(ctx).await? {
            return self.read().await?.find_payout_file(id).await?.ok_or(AppError::NotFound);
        }
        let wanted: BTreeSet<PayoutId> = payouts.iter().copied().collect();
        if wanted.is_empty() || wanted.len() > MOST_ITEMS {
            return Err(AppError::field("payoutIds", "payout.how_many"));
        }
        let today = today(ctx);
        if execute_on < today || today.checked_add_months(LONGEST_AHEAD).is_some_and(|last| execute_on > last) {
            return Err(AppError::field("executeOn", "payout.execute_on"));
        }
        let mut tx = self.write().await?;
        let billing = tx.find_billing(organisation.id).await?.and_then(|(billing, _)| billing.account);
        let sender = tx.find_payout_sender(organisation.id).await?.map(|(sender, _)| sender);
        let sender = sender.ok_or(AppError::refused("payout.no_bank"))?;
        let account = sender.drawn_on(billing.as_ref()).ok_or(AppError::refused("payout.no_bank"))?;
        let all = tx.lock_payouts(&wanted.into_iter().collect::<Vec<_>>()).await?;
        if all.len() != payouts.iter().collect::<BTreeSet<_>>().len()
            || all.iter().any(|it| it.organisation_id != organisation.id)
        {
            return Err(AppError::NotFound);
        }
        if all.iter().any(|it| !it.state.can_be_filed()) {
            return Err(AppError::refused("payout.not_approved"));
        }
        let paid: Option<Vec<_>> = all.iter().map(|it| it.to.account().map(|account| (it, account))).collect();
        let paid = paid.ok_or(AppError::refused(PayoutRefusal::AtCounter.code()))?;
        let made = Made::of(ctx, &organisation, (&sender, account), &paid, execute_on)?;
        let file = made.file;
        let mut events =
            vec![Event::new(Action::PayoutFileMade, Subject::PayoutFile(file.id)).organisation(organisation.id).after(
                &json!({
                    "name": file.name, "count": file.item_count, "sumMinor": file.sum.minor,
                    "currency": file.sum.currency, "sha256": hex::encode(&file.digest),
                }),
            )];
        tx.insert_payout_file(&file, &made.content, &made.items).await?;
        for before in &all {
            let state = before.state.after(PayoutHappening::Filed).ok_or(AppError::refused("payout.not_approved"))?;
            let after = Payout { state, moved_at: ctx.at, ..before.clone() };
            tx.put_payout(&after).await?;
            events.push(told(Action::PayoutMoved, before, &after));
        }
        tx.commit(ctx, events).await?;
        Ok(file)
    }

    /// The bytes of a file with its name: whoever fetches it sends it to the bank. However often it is fetched, it is the
    /// same to the byte. The first time says that its payouts are sent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] and [`AppError::Denied`] as for the organisation.
    pub async fn fetch_payout_file(&self, ctx: &Ctx, id: PayoutFileId) -> Result<(String, Vec<u8>)> {
        ctx.reach(Permission::ReadBilling)?;
        let seen = self.read().await?.find_payout_file(id).await?.ok_or(AppError::NotFound)?;
        self.paying_out(ctx, seen.organisation_id).await?;
        let me = ctx.signed()?.person;
        if self.done_before(ctx).await? {
            let content = self.read().await?.payout_file_content(id).await?.ok_or(AppError::NotFound)?;
            return Ok((seen.name, content));
        }
        let mut tx = self.write().await?;
        let content = tx.payout_file_content(id).await?.ok_or(AppError::NotFound)?;
        let file = tx.lock_payout_file(id).await?.ok_or(AppError::NotFound)?;
        let event = Event::new(Action::PayoutFileFetched, Subject::PayoutFile(id)).organisation(file.organisation_id);
        let mut events = vec![event.after(&json!({ "name": file.name, "sha256": hex::encode(&file.digest) }))];
        if file.sent.is_none() {
            tx.set_payout_file_sent(id, ctx.at, me).await?;
            let ids: Vec<PayoutId> = tx.items_of_payout_file(id).await?.iter().map(|it| it.payout_id).collect();
            for before in tx.lock_payouts(&ids).await? {
                let Some(state) = before.state.after(PayoutHappening::Sent) else { continue };
                if state != before.state {
                    let after = Payout { state, moved_at: ctx.at, ..before.clone() };
                    tx.put_payout(&after).await?;
                    events.push(told(Action::PayoutMoved, &before, &after));
                }
            }
        }
        tx.commit(ctx, events).await?;
        Ok((file.name, content))
    }

    /// The organisation, by whoever may send files to its bank and take in what it answers.
    pub(super) async fn paying_out(&self, ctx: &Ctx, id: OrganisationId) -> Result<Organisation> {
        ctx.may_see(Permission::ReadBilling, Place::Organisation(id))?;
        ctx.may(Permission::TakePayment, Place::Organisation(id))?;
        self.read().await?.find_organisation(id).await?.ok_or(AppError::NotFound)
    }
}

/// A file with its bytes and its payments.
struct Made {
    file: PayoutFile,
    content: Vec<u8>,
    items: Vec<PayoutItem>,
}

impl Made {
    fn of(
        ctx: &Ctx,
        organisation: &Organisation,
        (sender, account): (&PayoutSender, PayoutAccount),
        all: &[(&Payout, &PayoutAccount)],
        execute_on: NaiveDate,
    ) -> Result<Self> {
        let id: PayoutFileId = ctx.new_id();
        let message_id = name_of(id.uuid());
        let items: Vec<PayoutItem> = all
            .iter()
            .enumerate()
            .map(|(place, (payout, _))| {
                let item: PayoutItemId = ctx.id_in_order(place);
                PayoutItem {
                    id: item,
                    organisation_id: organisation.id,
                    payout_id: payout.id,
                    file_id: id,
                    end_to_end_id: name_of(item.uuid()),
                    told: None,
                    told_at: None,
                    reason_code: None,
                    words: None,
                    bank_reference: None,
                    told_by: None,
                    created_at: ctx.at,
                }
            })
            .collect();
        let orders: Vec<PayoutOrder<'_>> = all
            .iter()
            .zip(&items)
            .map(|((payout, account), item)| PayoutOrder {
                end_to_end_id: &item.end_to_end_id,
                amount: payout.amount,
                name: &payout.name,
                account,
            })
            .collect();
        let language = Language::of(organisation.country);
        let content = payout_file(&WrittenFile {
            message_id: &message_id,
            made_at: ctx.at.with_timezone(&Stockholm).naive_local(),
            execute_on,
            debtor: PayoutDebtor {
                name: &organisation.name,
                account: &account,
                bic: &sender.bic,
                customer: sender.customer.as_deref(),
            },
            language,
            orders: &orders,
        })
        .map_err(AppError::internal)?;
        let sum = Money::sum(currency_of(organisation.country), all.iter().map(|(it, _)| it.amount));
        let file = PayoutFile {
            id,
            organisation_id: organisation.id,
            name: payout_file_name(language, execute_on, &message_id),
            message_id,
            execute_on,
            account,
            item_count: i64::try_from(all.len()).unwrap_or(i64::MAX),
            sum: sum.map_err(AppError::internal)?,
            digest: Sha256::digest(&content).to_vec(),
            made_by: ctx.signed()?.person,
            sent: None,
            row_version: 1,
            created_at: ctx.at,
        };
        Ok(Self { file, content, items })
    }
}

/// An id as banks take names: 32 letters and digits.
fn name_of(id: uuid::Uuid) -> String {
    id.simple().to_string().to_uppercase()
}
