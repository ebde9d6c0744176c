//! The papers of the counter: receipts, by hand and by mail, and the report of a till.

use super::{OpenTill, counter_time, receipt_of, sender_at_counter};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::mail_template::MailTexts;
use crate::notice::Outward;
use serde::{Deserialize, Serialize};
use stolpe_documents::document::Sender;
use stolpe_documents::notice_text::{DocumentLetter, Letter};
use stolpe_documents::till::{
    TillReceipt, TillReportPage, till_receipt, till_receipt_name, till_report, till_report_name,
};
use stolpe_domain::access::Permission;
use stolpe_domain::channel::Channel;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{FacilityId, NoticeId, TillEntryId, TillId};
use stolpe_domain::language::Language;
use stolpe_domain::person::Person;
use stolpe_domain::till::TillEntryKind;
use stolpe_ports::mail::Attachment;
use stolpe_store::Tx;
use stolpe_store::notice::{Message, Notice};
use stolpe_store::till::KeptTillEntry;

/// What messages are called that bring a receipt.
pub(crate) const TILL_RECEIPT: &str = "till_receipt";

/// What is printed on the report of a till beside its figures, as it was when it was closed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct KeptReport {
    pub(super) sender: Sender,
    pub(super) clerk: String,
    pub(super) closed_by: Option<String>,
}

impl App {
    async fn drawn_receipt(&self, receipt: TillReceipt) -> Result<(String, Vec<u8>)> {
        let name = till_receipt_name(&receipt);
        let logo = self.drawn_logo(receipt.sender.logo).await?;
        let drawn = tokio::task::spawn_blocking(move || till_receipt(&receipt, logo.as_ref())).await;
        Ok((name, drawn.map_err(AppError::internal)?.map_err(AppError::internal)?))
    }

    /// The receipt of an entry as a file, with its name.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the till, too.
    pub async fn till_receipt_file(&self, ctx: &Ctx, id: TillEntryId) -> Result<(String, Vec<u8>)> {
        ctx.reach(Permission::ReadBilling)?;
        let entry = self.read().await?.find_till_entry(id).await?.ok_or(AppError::NotFound)?;
        self.till_for(ctx, entry.till_id).await?;
        self.drawn_receipt(receipt_of(&entry)?).await
    }

    /// The receipt that a message brings, drawn now.
    pub(crate) async fn till_receipt_attached(&self, notice: NoticeId) -> Result<Vec<Attachment>> {
        let entry = self.read().await?.till_entry_of_notice(notice).await?.ok_or(AppError::NotFound)?;
        let (name, content) = self.drawn_receipt(receipt_of(&entry)?).await?;
        Ok(vec![Attachment { name, media_type: "application/pdf".to_owned(), content }])
    }

    /// Puts the receipt of an entry in the outbox.
    pub(super) async fn post_receipt(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        entry: &KeptTillEntry,
        person: &Person,
        facility: Option<FacilityId>,
        outward: Outward,
    ) -> Result<()> {
        let (Some(id), Some(address)) = (entry.notice_id, &person.draft.email) else { return Ok(()) };
        let texts = MailTexts::of(tx, entry.organisation_id).await?;
        let facility = match facility {
            Some(id) => tx.find_facility(id).await?,
            None => None,
        };
        let contact = facility.as_ref().and_then(|it| it.contact.email.clone().or_else(|| it.contact.phone.clone()));
        let number = entry.entry.number.to_string();
        let name = person.name();
        let letter = DocumentLetter {
            name: &name,
            organisation: &texts.organisation,
            facility: facility.as_ref().map_or(&*texts.organisation, |it| &*it.name),
            kind: DocumentKind::Receipt,
            number: &number,
            amount: entry.entry.amount,
            due_on: None,
            // A receipt asks for nothing, as receipts do.
            is_paid: false,
            contact: contact.as_deref(),
        };
        let letter = match entry.entry.kind {
            TillEntryKind::TakenBack | TillEntryKind::NeverCame => Letter::TakenBack(letter),
            TillEntryKind::PaidOut => Letter::PaidOut(letter),
            TillEntryKind::CameBack => Letter::CameBack(letter),
            TillEntryKind::Taken => Letter::Document(letter),
        };
        let (subject, body) = texts.write(person.draft.language, &letter);
        let (state, next_attempt_at) = outward.let_go(Channel::Mail, ctx.at);
        let message = Message {
            organisation: Some(entry.organisation_id),
            person: Some(person.id),
            channel: Channel::Mail,
            address: address.clone(),
            language: person.draft.language,
            template: TILL_RECEIPT.to_owned(),
            subject,
            body,
        };
        let notice = Notice { state, next_attempt_at, ..message.queued(id, ctx.at) };
        Ok(tx.insert_notice(&notice).await?)
    }

    /// The report of a till on paper, with its name as a file; of one that is open, how it stands.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the till, too.
    pub async fn till_report_file(&self, ctx: &Ctx, id: TillId) -> Result<(String, Vec<u8>)> {
        let OpenTill { listed, sums, vat, entries, .. } = self.till(ctx, id).await?;
        let till = listed.till;
        let mut conn = self.read().await?;
        let owner = conn.find_organisation(till.organisation_id).await?.ok_or(AppError::NotFound)?;
        let printed = till.closed.as_ref().map(|closed| serde_json::from_str::<KeptReport>(&closed.printed));
        let printed = match printed.transpose().map_err(AppError::internal)? {
            Some(printed) => printed,
            None => KeptReport {
                sender: sender_at_counter(&mut conn, &owner).await?,
                clerk: listed.clerk.unwrap_or_default(),
                closed_by: None,
            },
        };
        drop(conn);
        let logo = self.drawn_logo(printed.sender.logo).await?;
        let time = |at| counter_time(owner.country, at);
        let page = TillReportPage {
            language: Language::of(owner.country),
            sender: printed.sender,
            number: till.closed.as_ref().map(|closed| closed.number),
            clerk: printed.clerk,
            closed_by: printed.closed_by,
            opened_at: time(till.opened_at),
            closed_at: till.closed.as_ref().map(|closed| time(closed.at)),
            // A report that has its number is the same whenever it is printed.
            made_at: time(till.closed.as_ref().map_or(ctx.at, |closed| closed.at)),
            sums,
            vat,
            counted: till.closed.as_ref().map(|closed| (closed.counted, closed.difference)),
            reason: till.closed.as_ref().and_then(|closed| closed.reason.clone()),
            entries: entries
                .iter()
                .map(|it| (it.kept.entry, time(it.kept.created_at), it.kept.terminal_reference.clone()))
                .collect(),
        };
        let name = till_report_name(page.language, page.number, page.made_at);
        let event = Event::new(Action::TillExported, Subject::Till(id)).organisation(till.organisation_id);
        self.note_read(ctx, event).await?;
        let drawn = tokio::task::spawn_blocking(move || till_report(&page, logo.as_ref())).await;
        Ok((name, drawn.map_err(AppError::internal)?.map_err(AppError::internal)?))
    }
}
