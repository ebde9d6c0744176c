//! Whoever paid is told what became of money on its way back to them, in the transaction that learns of it: once, and by the
//! way that they have chosen.

use crate::ctx::Ctx;
use crate::document::{Printed, payer_mail};
use crate::error::Result;
use crate::mail_template::MailTexts;
use crate::notice::{Outward, shown};
use crate::sms::sms_is_on;
use chrono::{DateTime, Utc};
use stolpe_documents::notice_text::{MoneyLetter, MoneyNews};
use stolpe_domain::channel::{Channel, Way, way_to};
use stolpe_domain::facility::Contact;
use stolpe_domain::id::{CompanyId, FacilityId, OrganisationId, PersonId};
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;
use stolpe_domain::money_back::{MoneyNewsKind, Untold};
use stolpe_domain::payout::{PayoutSource, PayoutState};
use stolpe_store::money_back::{MoneyOnItsWay, MoneyWord, Telling};
use stolpe_store::notice::{Message, Notice};
use stolpe_store::payout::Payout;
use stolpe_store::refund::Refund;
use stolpe_store::{Conn, Tx};

/// What whoever paid was told of some money, as the desk reads it.
#[derive(Clone, Debug)]
pub struct ToldOfMoney {
    /// Which news.
    pub news: MoneyNewsKind,
    /// When.
    pub at: DateTime<Utc>,
    /// The message that brought it; none where there was none, or where it went when somebody was erased.
    pub notice: Option<Notice>,
    /// Why nobody was told.
    pub untold: Option<Untold>,
}

/// Whoever gets some money and cannot be told of it as things are now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unreached {
    /// Why not.
    pub why: Untold,
    /// In whose record an address can be given.
    pub at: Option<PersonId>,
}

/// What was told of some money, in the order in which it was.
pub(crate) async fn told_of(conn: &mut Conn, of: MoneyOnItsWay) -> Result<Vec<ToldOfMoney>> {
    let mut all = Vec::new();
    for MoneyWord { news, telling, created_at: at, .. } in conn.money_words(of).await? {
        let (notice, untold) = match telling {
            Telling::Notice(id) => (conn.find_notice(id).await?, None),
            Telling::Untold(why) => (None, Some(why)),
        };
        let notice = match notice {
            Some(notice) => {
                let person: Vec<PersonId> = notice.person.into_iter().collect();
                Some(shown(notice, !conn.protected_of(&person).await?.is_empty()))
            }
            None => None,
        };
        all.push(ToldOfMoney { news, at, notice, untold });
    }
    Ok(all)
}

/// Whether the payer of a refund could not be told of it.
pub(crate) async fn unreached_by_refund(conn: &mut Conn, refund: &Refund) -> Result<Option<Unreached>> {
    let why = person(conn, refund.person_id, Some(refund.facility_id)).await?.err();
    at_person(conn, refund.person_id, why).await
}

/// Whether whoever gets a payout could not be told of it. At the counter they get a receipt.
pub(crate) async fn unreached_by_payout(conn: &mut Conn, payout: &Payout) -> Result<Option<Unreached>> {
    if payout.to.account().is_none() {
        return Ok(None);
    }
    match (payout.source, payout.person_id) {
        (PayoutSource::Company(id), _) => {
            let Some(why) = company(conn, id).await?.err() else { return Ok(None) };
            Ok(Some(Unreached { why, at: person_of_company(conn, id).await? }))
        }
        (_, Some(id)) => {
            let why = person(conn, id, None).await?.err();
            at_person(conn, id, why).await
        }
        (_, None) => Ok(None),
    }
}

/// An address is given where the record is; nobody gives one to whom there is none of.
async fn at_person(conn: &mut Conn, id: PersonId, why: Option<Untold>) -> Result<Option<Unreached>> {
    let Some(why) = why.filter(|why| *why != Untold::Nobody) else { return Ok(None) };
    Ok(Some(Unreached { why, at: Some(conn.surviving(id).await?) }))
}

/// Somebody whose record says how a company reads its invoices.
async fn person_of_company(conn: &mut Conn, id: CompanyId) -> Result<Option<PersonId>> {
    let Some(last) = conn.last_document_of_company(id).await? else { return Ok(None) };
    let Some(document) = conn.find_document(last).await? else { return Ok(None) };
    let whose = conn.lines_of(&document).await?.into_iter().find_map(|line| line.whose);
    match document.person_id.or(whose.map(|whose| whose.person_id)) {
        Some(id) => Ok(Some(conn.surviving(id).await?)),
        None => Ok(None),
    }
}

/// Says that a refund is done.
pub(crate) async fn tell_of_refund(tx: &mut Tx, ctx: &Ctx, refund: &Refund, outward: Outward) -> Result<()> {
    let word = |telling| MoneyWord {
        id: ctx.id_in_order(0),
        organisation_id: refund.organisation_id,
        of: MoneyOnItsWay::Refund(refund.id),
        news: MoneyNewsKind::Refunded,
        telling,
        created_at: ctx.at,
    };
    let reader = match person(tx, refund.person_id, Some(refund.facility_id)).await? {
        Ok(reader) => reader,
        Err(why) => return Ok(tx.insert_money_words(&[word(Telling::Untold(why))]).await?),
    };
    let facility = tx.find_facility(refund.facility_id).await?.map(|it| it.name).unwrap_or_default();
    let document = match refund.document_id {
        Some(id) => tx.find_document(id).await?,
        None => None,
    };
    let number = document.and_then(|it| it.number).map(|number| number.to_string());
    let texts = MailTexts::of(tx, refund.organisation_id).await?;
    let news = MoneyNews::Refunded { facility: &facility, number: number.as_deref() };
    let notice = reader.notice((ctx, 0), (refund.organisation_id, &texts), (refund.amount, news), outward);
    tx.insert_notice(&notice).await?;
    Ok(tx.insert_money_words(&[word(Telling::Notice(notice.id))]).await?)
}

/// Says of payouts, each as it stood and with the state that it has reached, that they are paid or have come back. What
/// goes to nobody who is known is told to nobody, which is written down.
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
    let (mut notices, mut words) = (Vec::with_capacity(told.len()), Vec::with_capacity(told.len()));
    for (place, (payout, state)) in told.into_iter().enumerate() {
        // Whoever is handed their money at the counter gets a receipt there.
        let Some(account) = payout.to.account() else { continue };
        let reader = match (payout.source, payout.person_id) {
            (PayoutSource::Company(id), _) => company(tx, id).await?,
            (_, Some(id)) => person(tx, id, None).await?,
            (_, None) => Err(Untold::Nobody),
        };
        let account = account.last_digits();
        let news = match state {
            PayoutState::Returned => MoneyNews::CameBack(&account),
            _ => MoneyNews::PaidOut(&account),
        };
        let telling = match reader {
            Ok(reader) => {
                let notice = reader.notice((ctx, place), (organisation, &texts), (payout.amount, news), outward);
                let telling = Telling::Notice(notice.id);
                notices.push(notice);
                telling
            }
            Err(why) => Telling::Untold(why),
        };
        words.push(MoneyWord {
            id: ctx.id_in_order(place),
            organisation_id: organisation,
            of: MoneyOnItsWay::Payout(payout.id),
            news: news.word(),
            telling,
            created_at: ctx.at,
        });
    }
    tx.insert_notices(&notices).await?;
    Ok(tx.insert_money_words(&words).await?)
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

/// Whoever is told, or why nobody is.
type Sought = std::result::Result<Reader, Untold>;

/// Somebody of the register, whose record may be part of another one by now; at a facility, or at the first of theirs.
async fn person(conn: &mut Conn, id: PersonId, at: Option<FacilityId>) -> Result<Sought> {
    let id = conn.surviving(id).await?;
    let found = conn.find_person(id).await?.filter(|it| it.erased_at.is_none());
    let Some(found) = found else { return Ok(Err(Untold::Nobody)) };
    let Some(way) = way_to(&found.draft, sms_is_on(conn).await?) else { return Ok(Err(Untold::NoWay)) };
    let at = match at {
        Some(at) => Some(at),
        None => conn.facilities_of(id).await?.into_iter().next(),
    };
    let contact = contact_at(conn, at).await?;
    Ok(Ok(Reader { person: Some(id), name: found.name(), language: found.draft.language, way, contact }))
}

/// A company, where it reads its invoices, unless it reads them on paper.
async fn company(conn: &mut Conn, id: CompanyId) -> Result<Sought> {
    let Some(last) = conn.last_document_of_company(id).await? else { return Ok(Err(Untold::Nobody)) };
    let Some(document) = conn.find_document(last).await? else { return Ok(Err(Untold::Nobody)) };
    let printed = Printed::of(&document)?;
    let lines = conn.lines_of(&document).await?;
    let Some(address) = payer_mail(conn, &document, &printed, &lines).await? else {
        return Ok(Err(Untold::NoCompanyMail));
    };
    let contact = contact_at(conn, Some(document.facility_id)).await?;
    let (name, way) = (printed.recipient.name, Way::Mail(address));
    Ok(Ok(Reader { person: None, name, language: document.language, way, contact }))
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
