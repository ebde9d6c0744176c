//! The receipt of what was put in: numbered and kept in the transaction that books the money, and sent by mail.

use super::balance::prepaid_at;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::mail_template::MailTexts;
use crate::month_run::sender_of;
use crate::notice::Outward;
use crate::payment::payer;
use chrono::NaiveDate;
use stolpe_documents::document::Sender;
use stolpe_documents::notice_text::{DocumentLetter, Letter};
use stolpe_documents::top_up::{TopUpPaper, top_up_name, top_up_receipt};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::document::{DocumentKind, FiscalYear, Number};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{NoticeId, OrganisationId, TopUpReceiptId};
use stolpe_domain::ledger::Asset;
use stolpe_domain::money::Money;
use stolpe_domain::person::Person;
use stolpe_ports::mail::Attachment;
use stolpe_store::Tx;
use stolpe_store::notice::{Message, Notice};
use stolpe_store::payment::{Attempt, Payment};
use stolpe_store::top_up::TopUpReceipt;

/// What messages are called that bring such a receipt.
pub(crate) const TOP_UP_RECEIPT: &str = "top_up_receipt";

/// Gives the receipt of what a try has put in, after it was booked.
pub(crate) async fn give(
    tx: &mut Tx,
    ctx: &Ctx,
    (payment, attempt): (&Payment, &Attempt),
    amount: Money,
    (value_on, outward): (NaiveDate, Outward),
) -> Result<()> {
    let asset = Asset::of(amount.currency).ok_or_else(|| AppError::internal("a currency that nothing is owed in"))?;
    let (organisation, place) = (payment.organisation_id, payment.facility_id);
    let account = prepaid_at(organisation, place, payment.person_id, asset);
    let stands = tx.find_account(account.id()).await?.ok_or(AppError::NotFound)?.balance;
    let balance = Money { minor: stands.credits_posted - stands.debits_posted, ..amount };
    let owner = tx.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
    let logo = tx.logo_of(organisation).await?.holds();
    let facility = tx.find_facility(place).await?.ok_or(AppError::NotFound)?;
    let surviving = tx.surviving(payment.person_id).await?;
    let person = tx.find_person(surviving).await?.ok_or(AppError::NotFound)?;
    let (number, issued_on) = numbered(tx, organisation, value_on).await?;
    let zone: chrono_tz::Tz = facility.time_zone.parse().unwrap_or(chrono_tz::Europe::Stockholm);
    let paper = TopUpPaper {
        language: person.draft.language,
        sender: Sender { logo, ..sender_of(&owner, Some(&facility), None) },
        number: number.to_string(),
        issued_on,
        at: ctx.at.with_timezone(&zone).naive_local(),
        payer: person.name(),
        facility: facility.name.clone(),
        provider: attempt.provider,
        reference: attempt.reference.clone(),
        amount,
        balance,
    };
    let receipt = TopUpReceipt {
        id: ctx.new_id(),
        organisation_id: organisation,
        facility_id: place,
        person_id: payment.person_id,
        payment_id: payment.id,
        attempt_id: attempt.id,
        number,
        issued_on,
        amount,
        balance,
        printed: serde_json::to_string(&paper).map_err(AppError::internal)?,
        notice_id: person.draft.email.as_ref().map(|_| ctx.new_id()),
        created_at: ctx.at,
    };
    tx.insert_top_up_receipt(&receipt).await?;
    post(tx, ctx, &receipt, (&person, &facility), outward).await
}

/// The next number of the series, with its date. Money that has come is never refused a receipt: where the day is over in
/// the books, or another receipt has a later one, it gets the first day that is open.
async fn numbered(tx: &mut Tx, organisation: OrganisationId, value_on: NaiveDate) -> Result<(Number, NaiveDate)> {
    let on = tx.share_books_of(organisation).await?.booked_on(value_on);
    let first_month = tx.find_billing(organisation).await?.map_or(1, |(billing, _)| billing.fiscal_year_begins_month);
    let mut series = tx.lock_top_up_series(organisation, FiscalYear::of(on, first_month)).await?;
    let on = series.last_on.map_or(on, |last| on.max(last));
    let number = series.take(on).map_err(|refusal| AppError::refused(refusal.code()))?;
    tx.put_top_up_series(organisation, &series).await?;
    Ok((number, on))
}

/// Puts a receipt in the outbox, where its payer has an address.
async fn post(
    tx: &mut Tx,
    ctx: &Ctx,
    receipt: &TopUpReceipt,
    (person, facility): (&Person, &Facility),
    outward: Outward,
) -> Result<()> {
    let (Some(id), Some(address)) = (receipt.notice_id, &person.draft.email) else { return Ok(()) };
    let texts = MailTexts::of(tx, receipt.organisation_id).await?;
    let contact = facility.contact.email.as_deref().or(facility.contact.phone.as_deref());
    let (name, number) = (person.name(), receipt.number.to_string());
    let letter = Letter::Document(DocumentLetter {
        name: &name,
        organisation: &texts.organisation,
        facility: &facility.name,
        kind: DocumentKind::Receipt,
        number: &number,
        amount: receipt.amount,
        due_on: None,
        // A receipt asks for nothing, as receipts do.
        is_paid: false,
        contact,
    });
    let (subject, body) = texts.write(person.draft.language, &letter);
    let (state, next_attempt_at) = outward.let_go(Channel::Mail, ctx.at);
    let message = Message {
        organisation: Some(receipt.organisation_id),
        person: Some(person.id),
        channel: Channel::Mail,
        address: address.clone(),
        language: person.draft.language,
        template: TOP_UP_RECEIPT.to_owned(),
        subject,
        body,
    };
    let notice = Notice { state, next_attempt_at, ..message.queued(id, ctx.at) };
    Ok(tx.insert_notice(&notice).await?)
}

impl App {
    async fn drawn_top_up(&self, receipt: &TopUpReceipt) -> Result<(String, Vec<u8>)> {
        let paper: TopUpPaper = serde_json::from_str(&receipt.printed).map_err(AppError::internal)?;
        let name = top_up_name(&paper);
        let logo = self.drawn_logo(paper.sender.logo).await?;
        let drawn = tokio::task::spawn_blocking(move || top_up_receipt(&paper, logo.as_ref())).await;
        Ok((name, drawn.map_err(AppError::internal)?.map_err(AppError::internal)?))
    }

    /// The receipt of what somebody has put in as a file, with its name, at the desk.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see what the organisation is paid, too.
    pub async fn top_up_receipt_file(&self, ctx: &Ctx, id: TopUpReceiptId) -> Result<(String, Vec<u8>)> {
        ctx.reach(Permission::ReadBilling)?;
        let receipt = self.read().await?.find_top_up_receipt(id).await?.ok_or(AppError::NotFound)?;
        ctx.may_see(Permission::ReadBilling, Place::Organisation(receipt.organisation_id))?;
        self.drawn_top_up(&receipt).await
    }

    /// The same for whoever has put it in.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for a receipt of somebody else.
    pub async fn my_top_up_receipt_file(&self, ctx: &Ctx, id: TopUpReceiptId) -> Result<(String, Vec<u8>)> {
        let me = payer(ctx)?;
        let receipt = self.read().await?.find_top_up_receipt(id).await?.filter(|it| it.person_id == me);
        self.drawn_top_up(&receipt.ok_or(AppError::NotFound)?).await
    }

    /// The receipt that a message brings, drawn now.
    pub(crate) async fn top_up_receipt_attached(&self, notice: NoticeId) -> Result<Vec<Attachment>> {
        let receipt = self.read().await?.top_up_receipt_of_notice(notice).await?.ok_or(AppError::NotFound)?;
        let (name, content) = self.drawn_top_up(&receipt).await?;
        Ok(vec![Attachment { name, media_type: "application/pdf".to_owned(), content }])
    }
}
