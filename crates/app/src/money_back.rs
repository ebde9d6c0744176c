//! Whoever paid is told what became of money on its way back to them, in the transaction that learns of it: once, and by the
//! way that they have chosen.

use crate::ctx::Ctx;
use crate::error::Result;
use crate::mail_template::MailTexts;
use crate::notice::Outward;
use crate::sms::sms_is_on;
use stolpe_documents::notice_text::{MoneyLetter, MoneyNews};
use stolpe_domain::channel::{Channel, way_to};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{OrganisationId, PersonId};
use stolpe_domain::money::Money;
use stolpe_domain::payout::PayoutState;
use stolpe_domain::person::Person;
use stolpe_domain::sms::size_of;
use stolpe_store::notice::Notice;
use stolpe_store::payout::Payout;
use stolpe_store::refund::Refund;
use stolpe_store::{Conn, Tx};

/// Says that a refund is done.
pub(crate) async fn tell_of_refund(tx: &mut Tx, ctx: &Ctx, refund: &Refund, outward: Outward) -> Result<()> {
    let Some(person) = reader(tx, refund.person_id).await? else { return Ok(()) };
    let facility = tx.find_facility(refund.facility_id).await?;
    let document = tx.find_document(refund.document_id).await?;
    let number = document.and_then(|it| it.number).map(|number| number.to_string()).unwrap_or_default();
    let texts = Texts::of(tx, refund.organisation_id, outward).await?;
    let facility_name = facility.as_ref().map_or("", |it| it.name.as_str());
    let news = MoneyNews::Refunded { facility: facility_name, number: &number };
    let notice = texts.notice((ctx, 0), &person, facility.as_ref(), refund.amount, news);
    tx.insert_notices(notice.as_slice()).await?;
    Ok(())
}

/// Says of payouts, each as it stood and with the state that it has reached, that they are paid or have come back. What
/// goes to nobody of the register is told to nobody.
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
    let texts = Texts::of(tx, organisation, outward).await?;
    let mut notices = Vec::with_capacity(told.len());
    for (place, (payout, state)) in told.into_iter().enumerate() {
        let person = match payout.person_id {
            Some(id) => reader(tx, id).await?,
            None => None,
        };
        let Some(person) = person else { continue };
        let facility = match tx.facilities_of(person.id).await?.first() {
            Some(id) => tx.find_facility(*id).await?,
            None => None,
        };
        let account = payout.account.last_digits();
        let news = match state {
            PayoutState::Returned => MoneyNews::CameBack(&account),
            _ => MoneyNews::PaidOut(&account),
        };
        notices.extend(texts.notice((ctx, place), &person, facility.as_ref(), payout.amount, news));
    }
    tx.insert_notices(&notices).await?;
    Ok(())
}

/// Whoever somebody's messages go to: their record may be part of another one by now.
async fn reader(conn: &mut Conn, id: PersonId) -> Result<Option<Person>> {
    let id = conn.surviving(id).await?;
    Ok(conn.find_person(id).await?.filter(|person| person.erased_at.is_none()))
}

/// What is the same for all messages of an organisation.
struct Texts {
    organisation: OrganisationId,
    texts: MailTexts,
    sms_is_on: bool,
    outward: Outward,
}

impl Texts {
    async fn of(conn: &mut Conn, organisation: OrganisationId, outward: Outward) -> Result<Self> {
        let texts = MailTexts::of(conn, organisation).await?;
        Ok(Self { organisation, texts, sms_is_on: sms_is_on(conn).await?, outward })
    }

    /// A message to somebody; none where no way leads to them.
    fn notice(
        &self,
        (ctx, place): (&Ctx, usize),
        person: &Person,
        facility: Option<&Facility>,
        amount: Money,
        news: MoneyNews<'_>,
    ) -> Option<Notice> {
        let way = way_to(&person.draft, self.sms_is_on)?;
        let (name, contact) = (person.name(), facility.map(|it| &it.contact));
        let letter = MoneyLetter {
            name: &name,
            organisation: &self.texts.organisation,
            amount,
            news,
            contact: contact.and_then(|it| it.email.as_deref().or(it.phone.as_deref())),
        };
        let (subject, body) = self.texts.write_money(person.draft.language, letter, way.channel());
        let (state, next_attempt_at) = self.outward.let_go(way.channel(), ctx.at);
        let parts = || i64::try_from(size_of(&body).parts).unwrap_or(i64::MAX);
        Some(Notice {
            id: ctx.id_in_order(place),
            organisation: Some(self.organisation),
            person: Some(person.id),
            channel: way.channel(),
            address: way.address().to_owned(),
            language: person.draft.language,
            template: news.kind(Channel::Mail).word().to_owned(),
            parts: (way.channel() == Channel::Sms).then(parts),
            subject,
            body,
            state,
            attempt_count: 0,
            next_attempt_at,
            fault: None,
            fault_words: None,
            created_at: ctx.at,
            sent_at: None,
            document: None,
            run: None,
            diverted_to: None,
            cost: None,
            delivered_at: None,
        })
    }
}
