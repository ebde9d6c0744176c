//! Whoever paid is told what became of money on its way back to them, in the transaction that learns of it: once, and by the
//! way that they have chosen.

use crate::ctx::Ctx;
use crate::document::{Printed, payer_mail};
use crate::error::Result;
use crate::mail_template::MailTexts;
use crate::notice::Outward;
use crate::sms::sms_is_on;
use stolpe_documents::notice_text::{MoneyLetter, MoneyNews};
use stolpe_domain::channel::{Channel, Way, way_to};
use stolpe_domain::facility::Contact;
use stolpe_domain::id::{CompanyId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::payout::{PayoutSource, PayoutState};
use stolpe_store::notice::{Message, Notice};
use stolpe_store::payout::Payout;
use stolpe_store::refund::Refund;
use stolpe_store::{Conn, Tx};

/// Says that a refund is done.
pub(crate) async fn tell_of_refund(tx: &mut Tx, ctx: &Ctx, refund: &Refund, outward: Outward) -> Result<()> {
    let Some(reader) = person(tx, refund.person_id, Some(refund.facility_id)).await? else { return Ok(()) };
    let facility = tx.find_facility(refund.facility_id).await?.map(|it| it.name).unwrap_or_default();
    let document = match refund.document_id {
        Some(id) => tx.find_document(id).await?,
        None => None,
    };
    let number = document.and_then(|it| it.number).map(|number| number.to_string());
    let texts = MailTexts::of(tx, refund.organisation_id).await?;
    let news = MoneyNews::Refunded { facility: &facility, number: number.as_deref() };
    let notice = reader.notice((ctx, 0), (refund.organisation_id, &texts), (refund.amount, news), outward);
    Ok(tx.insert_notice(&notice).await?)
}

/// Says of payouts, each as it stood and with the state that it has reached, that they are paid or have come back. What
/// goes to nobody who is known is told to nobody.
pub(crate) async fn tell_of_payouts(
    tx: &mut Tx,
    ctx: &Ctx,
    organisation: OrganisationId,
    reached: &[(&Payout, PayoutState)],
    outward: Outward,
) -> Result<()> {
    let is_news = |(before, state): &&(&Payout, PayoutState)| {
        before.state != *state && matches!(state, PayoutState::Paid | PayoutState::Returned)
    };
    let told: Vec<_> = reached.iter().filter(is_news).collect();
    if told.is_empty() {
        return Ok(());
    }
    let texts = MailTexts::of(tx, organisation).await?;
    let mut notices = Vec::with_capacity(told.len());
    for (place, (payout, state)) in told.into_iter().enumerate() {
        // Whoever is handed their money at the counter gets a receipt there.
        let Some(account) = payout.to.account() else { continue };
        let reader = match (payout.source, payout.person_id) {
            (PayoutSource::Company(id), _) => company(tx, id).await?,
            (_, Some(id)) => person(tx, id, None).await?,
            (_, None) => None,
        };
        let Some(reader) = reader else { continue };
        let account = account.last_digits();
        let news = match state {
            PayoutState::Returned => MoneyNews::CameBack(&account),
            _ => MoneyNews::PaidOut(&account),
        };
        notices.push(reader.notice((ctx, place), (organisation, &texts), (payout.amount, news), outward));
    }
    Ok(tx.insert_notices(&notices).await?)
}

/// Whoever is told, and how.
struct Reader {
    person: Option<PersonId>,
    name: String,
    language: Language,
    way: Way,
    /// Whom they can ask.
    contact: Contact,
}

/// Somebody of the register, whose record may be part of another one by now; at a facility, or at the first of theirs. None
/// where no way leads to them.
async fn person(conn: &mut Conn, id: PersonId, at: Option<FacilityId>) -> Result<Option<Reader>> {
    let id = conn.surviving(id).await?;
    let found = conn.find_person(id).await?.filter(|it| it.erased_at.is_none());
    let Some(found) = found else { return Ok(None) };
    let Some(way) = way_to(&found.draft, sms_is_on(conn).await?) else { return Ok(None) };
    let at = match at {
        Some(at) => Some(at),
        None => conn.facilities_of(id).await?.into_iter().next(),
    };
    let contact = contact_at(conn, at).await?;
    Ok(Some(Reader { person: Some(id), name: found.name(), language: found.draft.language, way, contact }))
}

/// A company, where it reads its invoices; none where it reads them on paper.
async fn company(conn: &mut Conn, id: CompanyId) -> Result<Option<Reader>> {
    let Some(last) = conn.last_document_of_company(id).await? else { return Ok(None) };
    let Some(document) = conn.find_document(last).await? else { return Ok(None) };
    let printed = Printed::of(&document)?;
    let lines = conn.lines_of(&document).await?;
    let Some(address) = payer_mail(conn, &document, &printed, &lines).await? else { return Ok(None) };
    let contact = contact_at(conn, Some(document.facility_id)).await?;
    let (name, way) = (printed.recipient.name, Way::Mail(address));
    Ok(Some(Reader { person: None, name, language: document.language, way, contact }))
}

async fn contact_at(conn: &mut Conn, at: Option<FacilityId>) -> Result<Contact> {
    let Some(at) = at else { return Ok(Contact::default()) };
    Ok(conn.find_facility(at).await?.map(|it| it.contact).unwrap_or_default())
}

impl Reader {
    /// A message to them.
    fn notice(
        &self,
        (ctx, place): (&Ctx, usize),
        (organisation, texts): (OrganisationId, &MailTexts),
        (amount, news): (Money, MoneyNews<'_>),
        outward: Outward,
    ) -> Notice {
        let letter = MoneyLetter {
            name: &self.name,
            organisation: &texts.organisation,
            amount,
            news,
            contact: self.contact.email.as_deref().or(self.contact.phone.as_deref()),
        };
        let channel = self.way.channel();
        let (subject, body) = texts.write_money(self.language, letter, channel);
        let (state, next_attempt_at) = outward.let_go(channel, ctx.at);
        let message = Message {
            organisation: Some(organisation),
            person: self.person,
            channel,
            address: self.way.address().to_owned(),
            language: self.language,
            template: news.kind(Channel::Mail).word().to_owned(),
            subject,
            body,
        };
        Notice { state, next_attempt_at, ..message.queued(ctx.id_in_order(place), ctx.at) }
    }
}
