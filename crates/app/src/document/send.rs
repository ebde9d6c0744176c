//! Documents on their way: by mail or with word by SMS through the outbox, or on paper by whoever carries it.

use super::issue::fact;
use super::specification::specification_of;
use super::{OpenDocument, Printed, kept};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::mail_template::MailTexts;
use crate::notice::Outward;
use crate::sms::{SmsEstimate, estimate, sms_is_on};
use crate::till::TILL_RECEIPT;
use crate::top_up::TOP_UP_RECEIPT;
use std::collections::HashMap;
use stolpe_documents::notice_text::{DocumentLetter, Letter};
use stolpe_domain::access::Permission;
use stolpe_domain::channel::{Channel, Way, sms_number};
use stolpe_domain::document::{DocumentHappening, DocumentKind, DocumentRefusal, DocumentState};
use stolpe_domain::event::{Action, Event};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, PersonId};
use stolpe_domain::person::{Person, VEIL};
use stolpe_domain::sms::{SmsSize, size_of};
use stolpe_ports::mail::Attachment;
use stolpe_store::document::{Document, DocumentLine};
use stolpe_store::notice::{Message, Notice};
use stolpe_store::sms::SmsCount;
use stolpe_store::{Conn, Tx};

/// How a document goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendBy {
    /// By mail.
    Mail,
    /// With word by SMS that it is in the portal.
    Sms,
    /// On paper, by whoever says so.
    Paper,
}

impl SendBy {
    const fn word(self) -> &'static str {
        match self {
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Paper => "paper",
        }
    }
}

/// Word of a document by SMS, before it is sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DocumentSms {
    /// To which number.
    pub to: String,
    /// What it says.
    pub text: String,
    /// How large it is.
    pub size: SmsSize,
    /// What it costs.
    pub estimate: SmsEstimate,
}

/// Where the company that pays reads its invoices, if by mail: by the records of its people as they are now, in the order in
/// which they stand on the document, or else as it was when the document was drafted.
pub(crate) async fn payer_mail(
    conn: &mut Conn,
    document: &Document,
    printed: &Printed,
    lines: &[DocumentLine],
) -> Result<Option<String>> {
    let Some(payer) = &printed.payer else { return Ok(None) };
    let mut ids: Vec<PersonId> = document.person_id.into_iter().collect();
    ids.extend(lines.iter().filter_map(|line| line.whose.as_ref()).map(|whose| whose.person_id));
    ids.dedup();
    let people: HashMap<PersonId, Person> = conn.people(&ids).await?.into_iter().map(|it| (it.id, it)).collect();
    let now = |id: &PersonId| {
        let payer_now = people.get(id)?.draft.payer.as_ref()?.checked()?;
        let same = payer_now.party.organisation_number == payer.party.organisation_number
            && payer_now.reference == payer.reference;
        payer_now.email.filter(|_| same)
    };
    Ok(ids.iter().find_map(now).or_else(|| payer.email.clone()))
}

/// The way to whom a document is for, as somebody wishes to send it; `payer` is where a company reads its invoices.
fn way(person: Option<&Person>, payer: Option<String>, channel: Channel) -> Result<Way> {
    let person = person.filter(|person| person.erased_at.is_none());
    match channel {
        Channel::Mail => {
            let own = || person.and_then(|it| it.draft.email.clone());
            payer.or_else(own).map(Way::Mail).ok_or("document.no_email")
        }
        Channel::Sms => {
            person.and_then(|it| sms_number(&it.draft)).map(|it| Way::Sms(it.to_owned())).ok_or("document.no_mobile")
        }
    }
    .map_err(AppError::refused)
}

impl App {
    /// Word of a document by SMS as it would go out now, with what it costs. Nothing is sent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, [`AppError::Denied`] for those who may not send;
    /// [`AppError::Refused`] `sms.not_set_up`, and `document.no_mobile` when whom it is for has no such number.
    pub async fn look_at_document_sms(&self, ctx: &Ctx, id: DocumentId) -> Result<DocumentSms> {
        let (document, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        let mut conn = self.read().await?;
        if !sms_is_on(&mut conn).await? {
            return Err(AppError::refused("sms.not_set_up"));
        }
        let person = match document.person_id {
            Some(person) => conn.find_person(person).await?,
            None => None,
        };
        let way = way(person.as_ref(), None, Channel::Sms)?;
        let texts = MailTexts::of(&mut conn, document.organisation_id).await?;
        let notice = self.notice_with(ctx, &document, &Printed::of(&document)?, &facility, &way, &texts);
        let size = size_of(&notice.body);
        let count = SmsCount { messages: 1, parts: i64::try_from(size.parts).unwrap_or(i64::MAX) };
        let estimate = estimate(&mut conn, count).await?;
        let protected = person.is_some_and(|person| person.draft.protected_identity);
        let to = if protected { VEIL.to_owned() } else { notice.address };
        Ok(DocumentSms { to, text: notice.body, size, estimate })
    }

    /// Sends a document that is still at that version, for the first time or again.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a draft and what is void, and `document.no_email` or `document.no_mobile` when whom it is
    /// for has no address or no such number; [`AppError::Changed`] when it is another version.
    pub async fn send_document(&self, ctx: &Ctx, id: DocumentId, row_version: i64, by: SendBy) -> Result<OpenDocument> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let outward = self.outward(facility.organisation_id).await?;
        let mut tx = self.write().await?;
        let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        // Of another version nothing is changed.
        let document = Document { row_version, ..document };
        let event = self.send_within(&mut tx, ctx, &facility, &document, by, outward).await?;
        tx.commit(ctx, [event]).await?;
        self.document(ctx, id).await
    }

    /// Sends a document inside a transaction; answers what is to be said of it.
    ///
    /// # Errors
    /// As [`App::send_document`].
    pub(crate) async fn send_within(
        &self,
        tx: &mut Tx,
        ctx: &Ctx,
        facility: &Facility,
        document: &Document,
        by: SendBy,
        outward: Outward,
    ) -> Result<Event> {
        let refused = |refusal: DocumentRefusal| AppError::refused(refusal.code());
        let state = document.state.after(document.kind, DocumentHappening::Sent).map_err(refused)?;
        if state == DocumentState::Void {
            return Err(AppError::refused(DocumentRefusal::Void.code()));
        }
        let channel = match by {
            SendBy::Mail => Some(Channel::Mail),
            SendBy::Sms => Some(Channel::Sms),
            SendBy::Paper => None,
        };
        if let Some(channel) = channel {
            let person = match document.person_id {
                Some(person) => tx.find_person(person).await?,
                None => None,
            };
            let printed = Printed::of(document)?;
            let lines = tx.lines_of(document).await?;
            let payer = payer_mail(tx, document, &printed, &lines).await?;
            let way = way(person.as_ref(), payer, channel)?;
            let texts = MailTexts::of(tx, document.organisation_id).await?;
            let mut notice = self.notice_with(ctx, document, &printed, facility, &way, &texts);
            (notice.state, notice.next_attempt_at) = outward.let_go(channel, ctx.at);
            tx.insert_notice(&notice).await?;
        }
        tx.set_document_state(document.id, document.row_version, state, None).await?;
        let mut after = document.clone();
        after.state = state;
        let event = fact(Action::DocumentSent, document).before(&kept(document)).after(&kept(&after));
        Ok(event.because(by.word()))
    }

    /// A message that brings a document, or word of it; queued, unless whoever asks says otherwise.
    #[expect(clippy::unused_self, reason = "a verb of the product, like its neighbours")]
    pub(crate) fn notice_with(
        &self,
        ctx: &Ctx,
        document: &Document,
        printed: &Printed,
        facility: &Facility,
        way: &Way,
        texts: &MailTexts,
    ) -> Notice {
        let left = printed.left(document);
        let number = document.number.map(|number| number.to_string()).unwrap_or_default();
        let letter = DocumentLetter {
            name: &printed.recipient.name,
            organisation: &printed.sender.name,
            facility: &facility.name,
            kind: document.kind,
            number: &number,
            amount: left,
            is_paid: printed.is_settled(document),
            // What is paid falls due no more.
            due_on: document.due_on.filter(|_| !printed.is_settled(document)),
            contact: printed.sender.email.as_deref().or(printed.sender.phone.as_deref()),
        };
        // Of an SMS the subject is for lists alone.
        let (subject, mail) = texts.write(document.language, &Letter::Document(letter));
        let body = match way {
            Way::Mail(_) => mail,
            Way::Sms(_) => texts.write_sms(document.language, letter),
        };
        let message = Message {
            organisation: Some(document.organisation_id),
            person: document.person_id,
            channel: way.channel(),
            address: way.address().to_owned(),
            language: document.language,
            template: "document".to_owned(),
            subject,
            body,
        };
        Notice { document: Some(document.id), ..message.queued(ctx.new_id(), ctx.at) }
    }

    /// The document, or the receipt of the counter or of what was put in, that a message brings, drawn now.
    pub(crate) async fn attachments(&self, notice: &Notice) -> Result<Vec<Attachment>> {
        if notice.template == TILL_RECEIPT {
            return self.till_receipt_attached(notice.id).await;
        }
        if notice.template == TOP_UP_RECEIPT {
            return self.top_up_receipt_attached(notice.id).await;
        }
        let Some(id) = notice.document else { return Ok(Vec::new()) };
        let mut conn = self.read().await?;
        let document = conn.find_document(id).await?.ok_or(AppError::NotFound)?;
        let facility = conn.find_facility(document.facility_id).await?.ok_or(AppError::NotFound)?;
        let lines = conn.lines_of(&document).await?;
        drop(conn);
        // A reminder has nothing that a company could check line by line: that is with its invoices.
        let collected = document.company_id.filter(|_| document.kind != DocumentKind::Reminder);
        let specified = collected.map(|_| specification_of(&document, &lines)).transpose()?;
        let (name, content) = self.draw_document(&document, lines, &facility, self.now()).await?;
        let mut attached = vec![Attachment { name, media_type: "application/pdf".to_owned(), content }];
        let table = |(name, content)| Attachment { name, media_type: "text/csv; charset=utf-8".to_owned(), content };
        attached.extend(specified.map(table));
        Ok(attached)
    }
}
