//! The texts of mail and SMS, as an organisation writes them: read, tried out, saved and taken back.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::setting::{ADDRESS, AddressSetting};
use chrono::{DateTime, Months, NaiveDate, Utc};
use serde::Serialize;
use stolpe_documents::notice_text::{self, DocumentLetter, Letter, MoneyLetter, MoneyNews};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::country::Country;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::id::OrganisationId;
use stolpe_domain::language::Language;
use stolpe_domain::mail_template::{Placeholder, TemplateFault, TemplateKind, check_body, check_subject};
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::sms::{SmsSize, size_of};
use stolpe_store::Conn;
use stolpe_store::mail_template::KeptTemplate;

/// Shown where a link would stand: a real one opens a door.
const SAMPLE_CODE: &str = "…";
/// A number and an amount of no document.
const SAMPLE_NUMBER: &str = "2026-1";
const SAMPLE_MINOR: i64 = 34_250;
/// The last digits of nobody's account.
const SAMPLE_ACCOUNT: &str = "6789";

/// A text with what an editor needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenTemplate {
    /// For which mail.
    pub kind: TemplateKind,
    /// In which language.
    pub language: Language,
    /// Subject with places to fill in.
    pub subject: String,
    /// Text with places to fill in.
    pub body: String,
    /// The organisation has not written its own.
    pub is_standard: bool,
    /// Counts changes.
    pub row_version: i64,
    /// When it was changed last.
    pub changed_at: Option<DateTime<Utc>>,
}

impl OpenTemplate {
    /// What it may name.
    pub const fn places(&self) -> &'static [Placeholder] {
        self.kind.places()
    }
}

/// A text tried out on real data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TriedTemplate {
    /// Subject, filled in.
    pub subject: String,
    /// Text, filled in.
    pub body: String,
    /// What is wrong with the subject.
    pub subject_fault: Option<TemplateFault>,
    /// What is wrong with the text.
    pub body_fault: Option<TemplateFault>,
    /// How large it is, of an SMS.
    pub sms: Option<SmsSize>,
}

/// A text as the audit log has it.
#[derive(Serialize)]
struct Said<'a> {
    kind: TemplateKind,
    language: Language,
    subject: &'a str,
    body: &'a str,
}

impl<'a> From<&'a OpenTemplate> for Said<'a> {
    fn from(it: &'a OpenTemplate) -> Self {
        Self { kind: it.kind, language: it.language, subject: &it.subject, body: &it.body }
    }
}

/// The texts of one organisation, read once for many mails.
#[derive(Clone, Debug)]
pub(crate) struct MailTexts {
    kept: Vec<KeptTemplate>,
    /// What the organisation is called.
    pub(crate) organisation: String,
    /// Where its portal is.
    portal: String,
}

impl MailTexts {
    /// The texts of an organisation.
    pub(crate) async fn of(conn: &mut Conn, organisation: OrganisationId) -> Result<Self> {
        let kept = conn.mail_templates(organisation).await?;
        let found = conn.find_organisation(organisation).await?;
        let portal = portal_of(conn).await?;
        Ok(Self { kept, organisation: found.map(|it| it.name).unwrap_or_default(), portal })
    }

    /// Subject and text of a mail.
    pub(crate) fn write(&self, language: Language, letter: &Letter<'_>) -> (String, String) {
        let kept = self.find(letter.kind(), language).and_then(|kept| kept.texts.as_ref());
        notice_text::write(language, letter, kept.map(|(subject, body)| (subject.as_str(), body.as_str())))
    }

    /// What an SMS says of a document.
    pub(crate) fn write_sms(&self, language: Language, letter: DocumentLetter<'_>) -> String {
        self.write_any_sms(language, &Letter::Sms(letter, &self.portal))
    }

    /// Word of money on its way back; of an SMS the subject is for lists alone.
    pub(crate) fn write_money(
        &self,
        language: Language,
        letter: MoneyLetter<'_>,
        channel: Channel,
    ) -> (String, String) {
        let (subject, mail) = self.write(language, &Letter::Money(letter, Channel::Mail));
        match channel {
            Channel::Mail => (subject, mail),
            Channel::Sms => (subject, self.write_any_sms(language, &Letter::Money(letter, Channel::Sms))),
        }
    }

    fn write_any_sms(&self, language: Language, letter: &Letter<'_>) -> String {
        let kept = self.find(letter.kind(), language).and_then(|kept| kept.texts.as_ref());
        notice_text::write_sms(language, letter, kept.map(|(_, body)| body.as_str()))
    }

    fn find(&self, kind: TemplateKind, language: Language) -> Option<&KeptTemplate> {
        self.kept.iter().find(|kept| (kept.kind, kept.language) == (kind, language))
    }

    fn open(&self, kind: TemplateKind, language: Language) -> OpenTemplate {
        let kept = self.find(kind, language);
        let own = kept.and_then(|kept| kept.texts.clone());
        let is_standard = own.is_none();
        let (subject, body) = own.unwrap_or_else(|| {
            let (subject, body) = notice_text::standard(kind, language);
            (subject.to_owned(), body.to_owned())
        });
        OpenTemplate {
            kind,
            language,
            subject,
            body,
            is_standard,
            row_version: kept.map_or(0, |kept| kept.row_version),
            changed_at: kept.map(|kept| kept.changed_at),
        }
    }
}

impl App {
    /// Every text of an organisation, its own and the standard ones.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation's messages.
    pub async fn mail_templates(&self, ctx: &Ctx, organisation: OrganisationId) -> Result<Vec<OpenTemplate>> {
        ctx.may_see(Permission::ReadNotice, Place::Organisation(organisation))?;
        let mut conn = self.read().await?;
        conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let texts = MailTexts::of(&mut conn, organisation).await?;
        let all = TemplateKind::ALL.iter().flat_map(|kind| Language::ALL.map(|language| texts.open(*kind, language)));
        Ok(all.collect())
    }

    /// Saves a text that is still at that version; mail that is written from now on has it.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with what is wrong with subject and text; [`AppError::Changed`] when it is another version.
    pub async fn change_mail_template(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        which: (TemplateKind, Language),
        row_version: i64,
        (subject, body): (&str, &str),
    ) -> Result<OpenTemplate> {
        let (subject, body) = (subject.trim(), written(body));
        let mut faults = Faults::default();
        faults.keep("subject", check_subject(which.0, subject), |fault| fault.code().to_owned());
        faults.keep("body", check_body(which.0, &body), |fault| fault.code().to_owned());
        // What is the standard text is not the organisation's own.
        let texts = Some((subject, body.as_str())).filter(|own| *own != notice_text::standard(which.0, which.1));
        self.put_template(ctx, organisation, which, (row_version, Action::MailTemplateChanged), faults, texts).await
    }

    /// Takes a text back that is still at that version; the standard one counts again.
    ///
    /// # Errors
    /// [`AppError::Changed`] when it is another version.
    pub async fn restore_mail_template(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        which: (TemplateKind, Language),
        row_version: i64,
    ) -> Result<OpenTemplate> {
        let how = (row_version, Action::MailTemplateRestored);
        self.put_template(ctx, organisation, which, how, Faults::default(), None).await
    }

    async fn put_template(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        which: (TemplateKind, Language),
        (row_version, action): (i64, Action),
        faults: Faults,
        texts: Option<(&str, &str)>,
    ) -> Result<OpenTemplate> {
        ctx.may_see(Permission::ReadNotice, Place::Organisation(organisation))?;
        ctx.may(Permission::ChangeOrganisation, Place::Organisation(organisation))?;
        faults.none()?;
        let mut tx = self.write().await?;
        tx.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let before = MailTexts::of(&mut tx, organisation).await?.open(which.0, which.1);
        tx.put_mail_template(organisation, which, row_version, texts, ctx.at).await?;
        let after = MailTexts::of(&mut tx, organisation).await?.open(which.0, which.1);
        let event = Event::new(action, Subject::Organisation(organisation))
            .organisation(organisation)
            .before(&Said::from(&before))
            .after(&Said::from(&after));
        tx.commit(ctx, [event]).await?;
        Ok(after)
    }

    /// Tries a text out on data of the organisation; nothing is saved and nothing is sent.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see the organisation's messages.
    pub async fn try_mail_template(
        &self,
        ctx: &Ctx,
        organisation: OrganisationId,
        (kind, language): (TemplateKind, Language),
        (subject, body): (&str, &str),
    ) -> Result<TriedTemplate> {
        ctx.may_see(Permission::ReadNotice, Place::Organisation(organisation))?;
        let body = written(body);
        let mut conn = self.read().await?;
        let owner = conn.find_organisation(organisation).await?.ok_or(AppError::NotFound)?;
        let facility = conn.list_facilities().await?.into_iter().find(|it| it.organisation_id == organisation);
        drop(conn);
        let currency = match owner.country {
            Country::Se => Currency::Sek,
            Country::No => Currency::Nok,
        };
        let contact = facility.as_ref().map(|it| &it.contact);
        let contact = contact.and_then(|it| it.email.as_deref().or(it.phone.as_deref()));
        let name = ctx.signed().map(|signed| signed.name.clone()).unwrap_or_default();
        let link = format!("{}/admin/{}#{SAMPLE_CODE}", self.public_url().await?, page_of(kind));
        let portal = self.public_url().await?;
        let document = |kind| DocumentLetter {
            name: &name,
            organisation: &owner.name,
            facility: facility.as_ref().map_or("", |it| it.name.as_str()),
            kind,
            number: SAMPLE_NUMBER,
            amount: Money { minor: SAMPLE_MINOR, currency },
            is_paid: false,
            due_on: DocumentKind::asks(kind).then(|| due(ctx.today())),
            contact,
        };
        let mail = |kind| Letter::Document(document(kind));
        let sms = |kind| Letter::Sms(document(kind), &portal);
        let money = |news| {
            let amount = Money { minor: SAMPLE_MINOR, currency };
            Letter::Money(MoneyLetter { name: &name, organisation: &owner.name, amount, news, contact }, kind.channel())
        };
        let refunded = MoneyNews::Refunded {
            facility: facility.as_ref().map_or("", |it| it.name.as_str()),
            number: Some(SAMPLE_NUMBER),
        };
        let letter = match kind {
            TemplateKind::Invitation => {
                Letter::Invitation { name: &name, inviter: &name, organisation: Some(owner.name.as_str()), link: &link }
            }
            TemplateKind::PasswordReset => {
                Letter::PasswordReset { name: &name, organisation: &owner.name, link: &link }
            }
            TemplateKind::AddressChanged => Letter::AddressChanged { name: &name, organisation: &owner.name },
            TemplateKind::Invoice => mail(DocumentKind::Invoice),
            TemplateKind::CreditNote => mail(DocumentKind::CreditNote),
            TemplateKind::Receipt => mail(DocumentKind::Receipt),
            TemplateKind::Reminder => mail(DocumentKind::Reminder),
            TemplateKind::TakenBack => Letter::TakenBack(document(DocumentKind::Receipt)),
            TemplateKind::PaidOut => Letter::PaidOut(document(DocumentKind::Receipt)),
            TemplateKind::CameBack => Letter::CameBack(document(DocumentKind::Receipt)),
            TemplateKind::SmsInvoice => sms(DocumentKind::Invoice),
            TemplateKind::SmsCreditNote => sms(DocumentKind::CreditNote),
            TemplateKind::SmsReceipt => sms(DocumentKind::Receipt),
            TemplateKind::SmsReminder => sms(DocumentKind::Reminder),
            TemplateKind::RefundDone | TemplateKind::SmsRefundDone => money(refunded),
            TemplateKind::PayoutPaid | TemplateKind::SmsPayoutPaid => money(MoneyNews::PaidOut(SAMPLE_ACCOUNT)),
            TemplateKind::PayoutReturned | TemplateKind::SmsPayoutReturned => {
                money(MoneyNews::CameBack(SAMPLE_ACCOUNT))
            }
        };
        let (shown_subject, shown_body) = match kind.channel() {
            Channel::Mail => notice_text::write(language, &letter, Some((subject, &body))),
            Channel::Sms => (String::new(), notice_text::write_sms(language, &letter, Some(&body))),
        };
        let sms = (kind.channel() == Channel::Sms).then(|| size_of(&shown_body));
        Ok(TriedTemplate {
            subject: shown_subject,
            body: shown_body,
            subject_fault: check_subject(kind, subject).err(),
            body_fault: check_body(kind, &body).err(),
            sms,
        })
    }
}

/// Where the portal is, without a slash at its end.
async fn portal_of(conn: &mut Conn) -> Result<String> {
    let kept: Option<(AddressSetting, i64)> = conn.find_setting(ADDRESS).await?;
    Ok(kept.unwrap_or_default().0.public_url.trim_end_matches('/').to_owned())
}

/// A text as it is kept: lines end as everywhere, and the last one ends too.
fn written(body: &str) -> String {
    let body = body.replace("\r\n", "\n");
    format!("{}\n", body.trim_end())
}

/// Where the link of a mail leads.
const fn page_of(kind: TemplateKind) -> &'static str {
    match kind {
        TemplateKind::Invitation => "invitation",
        _ => "reset",
    }
}

/// A month from a day.
fn due(day: NaiveDate) -> NaiveDate {
    day.checked_add_months(Months::new(1)).unwrap_or(day)
}
