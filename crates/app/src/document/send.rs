//! Documents on their way: by mail through the outbox, or on paper by whoever carries it.

use super::issue::fact;
use super::{OpenDocument, Printed, kept};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::mail_template::MailTexts;
use stolpe_documents::notice_text::{DocumentLetter, Letter};
use stolpe_domain::access::Permission;
use stolpe_domain::document::{DocumentHappening, DocumentRefusal, DocumentState};
use stolpe_domain::event::{Action, Event};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{DocumentId, OrganisationId};
use stolpe_ports::mail::Attachment;
use stolpe_store::Tx;
use stolpe_store::document::Document;
use stolpe_store::notice::{Notice, NoticeState};

/// How a document goes out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SendBy {
    /// By mail.
    Mail,
    /// On paper, by whoever says so.
    Paper,
}

impl App {
    /// Sends a document that is still at that version, for the first time or again.
    ///
    /// # Errors
    /// [`AppError::Refused`] for a draft and what is void, and `document.no_email` when whom it is for has no address;
    /// [`AppError::Changed`] when it is another version.
    pub async fn send_document(&self, ctx: &Ctx, id: DocumentId, row_version: i64, by: SendBy) -> Result<OpenDocument> {
        let (_, facility) = self.document_for(ctx, id, Permission::ManageBilling).await?;
        if self.done_before(ctx).await? {
            return self.document(ctx, id).await;
        }
        let goes_out = self.mail_goes_out(facility.organisation_id).await?;
        let mut tx = self.write().await?;
        let document = tx.lock_document(id).await?.ok_or(AppError::NotFound)?;
        // Of another version nothing is changed.
        let document = Document { row_version, ..document };
        let event = self.send_within(&mut tx, ctx, &facility, &document, by, goes_out).await?;
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
        goes_out: bool,
    ) -> Result<Event> {
        let refused = |refusal: DocumentRefusal| AppError::refused(refusal.code());
        let state = document.state.after(document.kind, DocumentHappening::Sent).map_err(refused)?;
        if state == DocumentState::Void {
            return Err(AppError::refused(DocumentRefusal::Void.code()));
        }
        if by == SendBy::Mail {
            let person = match document.person_id {
                Some(person) => tx.find_person(person).await?,
                None => None,
            };
            let address = person.filter(|person| person.erased_at.is_none()).and_then(|person| person.draft.email);
            let address = address.ok_or(AppError::refused("document.no_email"))?;
            let printed = Printed::of(document)?;
            let texts = MailTexts::of(tx, document.organisation_id).await?;
            let mut notice = self.notice_with(ctx, document, &printed, facility, address, &texts);
            if !goes_out {
                notice.state = NoticeState::Held;
                notice.next_attempt_at = None;
            }
            tx.insert_notice(&notice).await?;
        }
        tx.set_document_state(document.id, document.row_version, state, None).await?;
        let mut after = document.clone();
        after.state = state;
        let event = fact(Action::DocumentSent, document).before(&kept(document)).after(&kept(&after));
        Ok(event.because(if by == SendBy::Mail { "mail" } else { "paper" }))
    }

    /// A message that brings a document; queued, unless whoever asks says otherwise.
    #[expect(clippy::unused_self, reason = "a verb of the product, like its neighbours")]
    pub(crate) fn notice_with(
        &self,
        ctx: &Ctx,
        document: &Document,
        printed: &Printed,
        facility: &Facility,
        address: String,
        texts: &MailTexts,
    ) -> Notice {
        let number = document.number.map(|number| number.to_string()).unwrap_or_default();
        let letter = DocumentLetter {
            name: &printed.recipient.name,
            organisation: &printed.sender.name,
            facility: &facility.name,
            kind: document.kind,
            number: &number,
            amount: printed.total(document),
            due_on: document.due_on,
            contact: printed.sender.email.as_deref().or(printed.sender.phone.as_deref()),
        };
        let (subject, body) = texts.write(document.language, &Letter::Document(letter));
        Notice {
            id: ctx.new_id(),
            organisation: Some(document.organisation_id),
            person: document.person_id,
            address,
            language: document.language,
            template: "document".to_owned(),
            subject,
            body,
            state: NoticeState::Queued,
            attempt_count: 0,
            next_attempt_at: Some(ctx.at),
            fault: None,
            fault_words: None,
            created_at: ctx.at,
            sent_at: None,
            document: Some(document.id),
            run: None,
            diverted_to: None,
        }
    }

    /// Whether mail of an organisation leaves the house.
    pub(crate) async fn mail_goes_out(&self, organisation: OrganisationId) -> Result<bool> {
        let training = self.read().await?.find_organisation(organisation).await?.is_some_and(|it| it.training);
        Ok(!training && self.mail_is_on().await?)
    }

    /// The document that a message brings, drawn now.
    pub(crate) async fn attachments(&self, notice: &Notice) -> Result<Vec<Attachment>> {
        let Some(id) = notice.document else { return Ok(Vec::new()) };
        let mut conn = self.read().await?;
        let document = conn.find_document(id).await?.ok_or(AppError::NotFound)?;
        let facility = conn.find_facility(document.facility_id).await?.ok_or(AppError::NotFound)?;
        let lines = conn.lines_of(&document).await?;
        drop(conn);
        let (name, content) = super::draw_document(&document, lines, &facility, self.now()).await?;
        Ok(vec![Attachment { name, media_type: "application/pdf".to_owned(), content }])
    }
}
