//! The words of outgoing mail and SMS, in the reader's language: the organisation's own, or the standard ones.

mod standard;

pub use standard::standard;
use standard::{advance_refunded, paid};

use crate::pdf::{Figures, long_date};
use chrono::NaiveDate;
use stolpe_domain::channel::Channel;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::language::Language;
use stolpe_domain::mail_template::{Placeholder, TemplateKind, fill};
use stolpe_domain::money::Money;
use stolpe_domain::money_back::MoneyNewsKind;
use stolpe_domain::sms::plain;

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter<'a> {
    /// A link to choose a new password.
    PasswordReset {
        /// To whom.
        name: &'a str,
        /// In whose name.
        organisation: &'a str,
        /// The link.
        link: &'a str,
    },
    /// An invitation to the desk.
    Invitation {
        /// To whom.
        name: &'a str,
        /// From whom.
        inviter: &'a str,
        /// In whose name; nobody's for the whole installation.
        organisation: Option<&'a str>,
        /// The link.
        link: &'a str,
    },
    /// Word to an address that somebody's messages no longer go to.
    AddressChanged {
        /// To whom.
        name: &'a str,
        /// In whose name.
        organisation: &'a str,
    },
    /// A document, which the mail brings.
    Document(DocumentLetter<'a>),
    /// The receipt of a payment at the counter that was taken back, which the mail brings.
    TakenBack(DocumentLetter<'a>),
    /// The receipt of what was paid out at the counter, which the mail brings.
    PaidOut(DocumentLetter<'a>),
    /// The receipt of what was paid out at the counter and given back there, which the mail brings.
    CameBack(DocumentLetter<'a>),
    /// Word by SMS that there is a document in the portal, which is at this address.
    Sms(DocumentLetter<'a>, &'a str),
    /// Word of what became of money that was on its way back to whoever paid, by that way.
    Money(MoneyLetter<'a>, Channel),
}

/// Word of money that was on its way back to whoever paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MoneyLetter<'a> {
    /// To whom.
    pub name: &'a str,
    /// Whose debt it was.
    pub organisation: &'a str,
    /// How much.
    pub amount: Money,
    /// What became of it.
    pub news: MoneyNews<'a>,
    /// Whom to ask, if there is an address.
    pub contact: Option<&'a str>,
}

/// What became of money that was on its way back to whoever paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MoneyNews<'a> {
    /// It was given back the way by which it came.
    Refunded {
        /// For which facility it had been paid.
        facility: &'a str,
        /// The number of the document that it had been paid for; none where it had been paid in advance.
        number: Option<&'a str>,
    },
    /// It was paid out to the bank account with these last digits.
    PaidOut(&'a str),
    /// It was paid out to the bank account with these last digits, and has come back.
    CameBack(&'a str),
}

impl MoneyNews<'_> {
    /// Which news it is.
    pub const fn word(&self) -> MoneyNewsKind {
        match self {
            Self::Refunded { .. } => MoneyNewsKind::Refunded,
            Self::PaidOut(_) => MoneyNewsKind::PaidOut,
            Self::CameBack(_) => MoneyNewsKind::CameBack,
        }
    }

    /// Which text it has.
    pub const fn kind(&self, channel: Channel) -> TemplateKind {
        match (channel, self) {
            (Channel::Mail, Self::Refunded { .. }) => TemplateKind::RefundDone,
            (Channel::Mail, Self::PaidOut(_)) => TemplateKind::PayoutPaid,
            (Channel::Mail, Self::CameBack(_)) => TemplateKind::PayoutReturned,
            (Channel::Sms, Self::Refunded { .. }) => TemplateKind::SmsRefundDone,
            (Channel::Sms, Self::PaidOut(_)) => TemplateKind::SmsPayoutPaid,
            (Channel::Sms, Self::CameBack(_)) => TemplateKind::SmsPayoutReturned,
        }
    }
}

impl MoneyLetter<'_> {
    fn value(&self, place: Placeholder, language: Language) -> Option<String> {
        use Placeholder as P;
        let text = match (place, self.news) {
            (P::Name, _) => self.name,
            (P::Organisation, _) => self.organisation,
            (P::Amount, _) => return Some(Figures::of(language).money(self.amount)),
            (P::Contact, _) => return self.contact.map(str::to_owned),
            (P::Facility, MoneyNews::Refunded { facility, .. }) => facility,
            (P::Number, MoneyNews::Refunded { number: Some(number), .. }) => number,
            (P::Account, MoneyNews::PaidOut(account) | MoneyNews::CameBack(account)) => account,
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// A mail that brings a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DocumentLetter<'a> {
    /// To whom.
    pub name: &'a str,
    /// Who asks for payment.
    pub organisation: &'a str,
    /// For which facility.
    pub facility: &'a str,
    /// What it is.
    pub kind: DocumentKind,
    /// Its number.
    pub number: &'a str,
    /// What is left to pay of it, or what it adds up to where it asks for nothing.
    pub amount: Money,
    /// It is an invoice of which nothing was left to pay when it was issued.
    pub is_paid: bool,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Whom to ask, if there is an address.
    pub contact: Option<&'a str>,
}

impl Letter<'_> {
    /// Which text it has.
    pub const fn kind(&self) -> TemplateKind {
        match self {
            Self::PasswordReset { .. } => TemplateKind::PasswordReset,
            Self::Invitation { .. } => TemplateKind::Invitation,
            Self::AddressChanged { .. } => TemplateKind::AddressChanged,
            Self::Document(letter) => TemplateKind::of_document(letter.kind, Channel::Mail),
            Self::TakenBack(_) => TemplateKind::TakenBack,
            Self::PaidOut(_) => TemplateKind::PaidOut,
            Self::CameBack(_) => TemplateKind::CameBack,
            Self::Sms(letter, _) => TemplateKind::of_document(letter.kind, Channel::Sms),
            Self::Money(letter, channel) => letter.news.kind(*channel),
        }
    }

    /// The text that it has without one of the organisation's own.
    const fn standard(&self, language: Language) -> (&'static str, &'static str) {
        match self {
            Self::Document(letter) | Self::Sms(letter, _) if letter.is_paid => paid(self.kind(), language),
            Self::Money(MoneyLetter { news: MoneyNews::Refunded { number: None, .. }, .. }, channel) => {
                advance_refunded(*channel, language)
            }
            _ => standard(self.kind(), language),
        }
    }

    /// Whether a text of the organisation's own has lost what it is of no use without: a line goes with all that is in it
    /// when one thing is missing, and of an SMS that may be the only one.
    fn has_lost(&self, own: &str, filled: &str, language: Language) -> bool {
        let needed = self.kind().needs().filter(|needed| own.contains(&format!("{{{}}}", needed.word())));
        let needed = needed.and_then(|needed| self.value(needed, language));
        needed.is_some_and(|needed| !filled.contains(&needed))
    }

    /// Whether a text of the organisation's own tells of a document, and this is about money that was paid for none.
    fn lacks_number_of(&self, own: &str) -> bool {
        let for_none =
            matches!(self, Self::Money(MoneyLetter { news: MoneyNews::Refunded { number: None, .. }, .. }, _));
        for_none && own.contains(&format!("{{{}}}", Placeholder::Number.word()))
    }

    fn value(&self, place: Placeholder, language: Language) -> Option<String> {
        use Placeholder as P;
        if let (Self::Sms(_, portal), P::Portal) = (self, place) {
            return Some((*portal).to_owned());
        }
        if let Self::Money(letter, _) = self {
            return letter.value(place, language);
        }
        // Word of a document says of it what a mail would, and the receipts of the counter what every receipt says.
        let told = match *self {
            Self::Sms(letter, _) | Self::TakenBack(letter) | Self::PaidOut(letter) | Self::CameBack(letter) => {
                Self::Document(letter)
            }
            other => other,
        };
        let text = match (told, place) {
            (
                Self::PasswordReset { name, .. }
                | Self::Invitation { name, .. }
                | Self::AddressChanged { name, .. }
                | Self::Document(DocumentLetter { name, .. }),
                P::Name,
            ) => name,
            (
                Self::PasswordReset { organisation, .. }
                | Self::AddressChanged { organisation, .. }
                | Self::Document(DocumentLetter { organisation, .. }),
                P::Organisation,
            ) => organisation,
            (Self::Invitation { organisation, .. }, P::Organisation) => organisation.unwrap_or("Stolpe"),
            (Self::Invitation { inviter, .. }, P::Inviter) => inviter,
            (Self::PasswordReset { link, .. } | Self::Invitation { link, .. }, P::Link) => link,
            (Self::Document(letter), P::Facility) => letter.facility,
            (Self::Document(letter), P::Number) => letter.number,
            (Self::Document(letter), P::Amount) => return Some(Figures::of(language).money(letter.amount)),
            (Self::Document(letter), P::DueDate) => return letter.due_on.map(|day| long_date(day, language)),
            (Self::Document(letter), P::Contact) => return letter.contact.map(str::to_owned),
            _ => return None,
        };
        Some(text.to_owned())
    }
}

/// Subject and text of a mail, by a text of the organisation's own or by the standard one.
pub fn write(language: Language, letter: &Letter<'_>, own: Option<(&str, &str)>) -> (String, String) {
    let value = |place| letter.value(place, language);
    let own = own.filter(|(subject, body)| !letter.lacks_number_of(subject) && !letter.lacks_number_of(body));
    let (own_subject, own_body) = own.unwrap_or_else(|| letter.standard(language));
    let (mut subject, mut body) = (own_subject, fill(own_body, value));
    if letter.has_lost(own_body, &body, language) {
        subject = letter.standard(language).0;
        body = fill(letter.standard(language).1, value);
    }
    if !body.ends_with('\n') {
        body.push('\n');
    }
    // A subject is one line whatever is filled in.
    (fill(subject, value).replace(['\r', '\n'], " "), body)
}

/// The text of an SMS, by a text of the organisation's own or by the standard one, without signs that only look better.
pub fn write_sms(language: Language, letter: &Letter<'_>, own: Option<&str>) -> String {
    let value = |place| letter.value(place, language);
    let own = own
        .filter(|own| !letter.lacks_number_of(own))
        .map(|own| (own, fill(own, value)))
        .filter(|(own, text)| !letter.has_lost(own, text, language));
    let own = own.map(|(_, text)| text);
    plain(&own.unwrap_or_else(|| fill(letter.standard(language).1, value)))
}

/// The SMS that tries a gateway.
pub const fn test_sms(language: Language) -> &'static str {
    match language {
        Language::Sv => "Test från Stolpe: SMS-tjänsten är rätt inställd.",
        Language::Nb => "Test fra Stolpe: SMS-tjenesten er riktig satt opp.",
        Language::En => "Test from Stolpe: the SMS service is set up correctly.",
    }
}

/// An SMS as it goes to the test number in its reader's stead.
pub fn diverted_sms(language: Language, text: &str, recipient: &str) -> String {
    let mark = match language {
        Language::Sv => "TESTLÄGE, till",
        Language::Nb => "TESTMODUS, til",
        Language::En => "TEST MODE, to",
    };
    plain(&format!("[{mark} {recipient}] {text}"))
}

/// The mail that tries a server.
pub fn test(language: Language) -> (String, String) {
    let (subject, text) = match language {
        Language::Sv => (
            "Testmejl från Stolpe",
            "Det här är ett testmejl. Att du läser det betyder att e-postservern är rätt inställd.\n",
        ),
        Language::Nb => (
            "Testmelding fra Stolpe",
            "Dette er en testmelding. At du leser den, betyr at e-postserveren er riktig satt opp.\n",
        ),
        Language::En => (
            "Test message from Stolpe",
            "This is a test message. That you are reading it means that the mail server is set up correctly.\n",
        ),
    };
    (subject.to_owned(), text.to_owned())
}

/// A mail as it goes to the test address in its reader's stead: for whom it was, and why no link in it opens anything.
pub fn diverted(language: Language, (subject, text): (&str, &str), recipient: &str) -> (String, String) {
    let (mark, said) = match language {
        Language::Sv => (
            "Testläge",
            format!(
                "TESTLÄGE: Det här mejlet har inte gått till sin mottagare, {recipient}. Länkar med engångskod är \
                 borttagna.\n----------\n\n"
            ),
        ),
        Language::Nb => (
            "Testmodus",
            format!(
                "TESTMODUS: Denne e-posten har ikke gått til mottakeren, {recipient}. Lenker med engangskode er \
                 fjernet.\n----------\n\n"
            ),
        ),
        Language::En => (
            "Test mode",
            format!(
                "TEST MODE: This mail has not gone to its recipient, {recipient}. Links with a one-time code are \
                 removed.\n----------\n\n"
            ),
        ),
    };
    (format!("[{mark}] {subject}"), format!("{said}{text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use stolpe_domain::mail_template::{check_body, check_subject};
    use stolpe_domain::money::Currency;

    const LINK: &str = "https://x/reset#t";

    #[test]
    fn every_standard_text_is_one_that_could_be_written_by_hand() {
        for kind in TemplateKind::ALL {
            for language in Language::ALL {
                let (subject, body) = standard(*kind, language);
                assert_eq!(check_subject(*kind, subject), Ok(()), "{kind:?} {language:?}");
                assert_eq!(check_body(*kind, body), Ok(()), "{kind:?} {language:?}");
            }
        }
    }

    #[test]
    fn a_standard_sms_is_one_or_two_parts_and_brings_its_reader_to_the_portal() {
        for kind in [DocumentKind::Invoice, DocumentKind::CreditNote, DocumentKind::Receipt, DocumentKind::Reminder] {
            for language in Language::ALL {
                let letter = DocumentLetter {
                    name: "Åsa Öberg",
                    organisation: "Brf Ekbacken i Kalmar",
                    facility: "Ekbacken",
                    kind,
                    number: "2026-17",
                    amount: Money { minor: 123_450, currency: Currency::Sek },
                    is_paid: false,
                    due_on: NaiveDate::from_ymd_opt(2026, 12, 31),
                    contact: None,
                };
                let text = write_sms(language, &Letter::Sms(letter, "https://stolpe.example.se"), None);
                assert!(text.ends_with("https://stolpe.example.se"), "{text}");
                assert!(text.contains("2026-17") && !text.contains(['{', '}', '\u{a0}']), "{text}");
                let size = stolpe_domain::sms::size_of(&text);
                assert_eq!(size.alphabet, stolpe_domain::sms::SmsAlphabet::Gsm, "{text}");
                assert!(size.parts <= 2, "{text}");
            }
        }
        for language in Language::ALL {
            assert_eq!(stolpe_domain::sms::size_of(test_sms(language)).parts, 1);
        }
        assert_eq!(diverted_sms(Language::Sv, "Hej", "+46701234567"), "[TESTLÄGE, till +46701234567] Hej");
    }

    #[test]
    fn whoever_gets_money_back_is_told_how_much_and_where_and_by_sms_in_one_or_two_parts() {
        let news = [
            (MoneyNews::Refunded { facility: "Ekbacken", number: Some("2026-17") }, "2026-17"),
            (MoneyNews::Refunded { facility: "Ekbacken", number: None }, "Ekbacken"),
            (MoneyNews::PaidOut("6789"), "6789"),
            (MoneyNews::CameBack("6789"), "6789"),
        ];
        for (language, (news, where_to)) in Language::ALL.into_iter().flat_map(|it| news.map(|news| (it, news))) {
            let letter = MoneyLetter {
                name: "Åsa Öberg",
                organisation: "Brf Ekbacken i Kalmar",
                amount: Money { minor: 123_450, currency: Currency::Sek },
                news,
                contact: None,
            };
            let amount = Figures::of(language).money(letter.amount);
            let (subject, text) = write(language, &Letter::Money(letter, Channel::Mail), None);
            assert!(subject.contains("Brf Ekbacken i Kalmar") && !subject.contains(['{', '}']), "{subject}");
            assert!(text.contains("Åsa Öberg") && text.contains(&amount) && text.contains(where_to), "{text}");
            assert!(!text.contains(['{', '}']) && text.ends_with("Brf Ekbacken i Kalmar\n"), "nobody to ask: {text}");
            let sms = Letter::Money(letter, Channel::Sms);
            let text = write_sms(language, &sms, None);
            assert!(text.contains(&plain(&amount)) && text.contains(where_to), "{text}");
            let size = stolpe_domain::sms::size_of(&text);
            assert_eq!(size.alphabet, stolpe_domain::sms::SmsAlphabet::Gsm, "{text}");
            assert!(size.parts <= 2, "{text}");
            assert_eq!(write_sms(language, &sms, Some("{amount}, {contact}")), text, "nobody gets an empty SMS");
        }
    }

    #[test]
    fn nobody_gets_an_empty_sms_nor_is_asked_to_pay_what_is_paid() {
        let letter = DocumentLetter {
            name: "Åsa Öberg",
            organisation: "Brf Eken",
            facility: "Eken",
            kind: DocumentKind::Invoice,
            number: "2026-17",
            amount: Money { minor: 10_000, currency: Currency::Sek },
            is_paid: false,
            due_on: NaiveDate::from_ymd_opt(2026, 12, 31),
            contact: None,
        };
        let portal = "https://stolpe.example.se";
        for language in Language::ALL {
            let sms = Letter::Sms(letter, portal);
            // Nobody is named to ask: the only line of the own text goes, and with it all that it says.
            let own = write_sms(language, &sms, Some("{number}, {contact}: {portal}"));
            assert_eq!(own, write_sms(language, &sms, None));
            let kept = write_sms(language, &sms, Some("{number}: {portal}\n{contact}"));
            assert_eq!(kept.trim(), format!("2026-17: {portal}"));
            let paid = DocumentLetter { is_paid: true, amount: Money::zero(Currency::Sek), due_on: None, ..letter };
            for own in [None, Some("{number} {amount} {due_date} {portal}")] {
                let sms = write_sms(language, &Letter::Sms(paid, portal), own);
                assert!(sms.contains("2026-17") && sms.contains(portal) && !sms.contains(['{', '}']), "{sms}");
                assert_eq!(stolpe_domain::sms::size_of(&sms).alphabet, stolpe_domain::sms::SmsAlphabet::Gsm, "{sms}");
            }
            let (subject, text) = write(language, &Letter::Document(paid), None);
            assert!(subject.contains("2026-17") && text.contains("2026-17"), "{subject} {text}");
            assert!(!text.contains("0,00") && !text.contains(['{', '}']), "{text}");
        }
    }

    #[test]
    fn every_mail_names_its_reader_and_carries_its_link_in_every_language() {
        for language in Language::ALL {
            let letters = [
                Letter::PasswordReset { name: "Åsa Öberg", organisation: "Brf Eken", link: LINK },
                Letter::Invitation { name: "Åsa Öberg", inviter: "Ola", organisation: None, link: LINK },
            ];
            for letter in letters {
                let (subject, text) = write(language, &letter, None);
                assert!(!subject.contains('\n') && !subject.is_empty());
                assert!(text.contains("Åsa Öberg") && text.contains("\nhttps://x/reset#t\n"), "{text}");
                assert!(!text.contains(['{', '}']), "{text}");
            }
        }
    }

    #[test]
    fn a_document_is_told_of_with_what_it_has_and_by_the_words_of_the_organisation() {
        let letter = DocumentLetter {
            name: "Åsa Öberg",
            organisation: "Brf Eken",
            facility: "Eken",
            kind: DocumentKind::Invoice,
            number: "2026-17",
            amount: Money { minor: 123_450, currency: Currency::Sek },
            is_paid: false,
            due_on: NaiveDate::from_ymd_opt(2026, 12, 31),
            contact: None,
        };
        let (subject, text) = write(Language::Sv, &Letter::Document(letter), None);
        assert_eq!(subject, "Faktura 2026-17 – Brf Eken");
        assert!(text.contains("Sista betalningsdag: 31 december 2026\n"), "{text}");
        assert!(!text.contains("Frågor"), "nobody can be asked: {text}");
        let own = ("Räkning {number}", "Kära {name},\nfrågor: {contact}\n{amount}");
        let (subject, text) = write(Language::Sv, &Letter::Document(letter), Some(own));
        assert_eq!(
            (subject.as_str(), text.replace('\u{a0}', " ").as_str()),
            ("Räkning 2026-17", "Kära Åsa Öberg,\n1 234,50 kr\n")
        );
    }
}
