//! The words of outgoing mail, in the reader's language.

use crate::pdf::{Figures, long_date};
use chrono::NaiveDate;
use stolpe_domain::document::DocumentKind;
use stolpe_domain::language::Language;
use stolpe_domain::money::Money;

/// What a mail says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Letter<'a> {
    /// A link to choose a new password.
    PasswordReset {
        /// To whom.
        name: &'a str,
        /// The link.
        link: &'a str,
    },
    /// An invitation to the desk.
    Invitation {
        /// To whom.
        name: &'a str,
        /// From whom.
        inviter: &'a str,
        /// In whose name.
        organisation: Option<&'a str>,
        /// The link.
        link: &'a str,
    },
    /// Word to an address that somebody's messages no longer go to.
    AddressChanged {
        /// To whom.
        name: &'a str,
    },
    /// A document, which the mail brings.
    Document(DocumentLetter<'a>),
    /// A test of the mail server.
    Test,
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
    /// What it adds up to.
    pub amount: Money,
    /// When it falls due.
    pub due_on: Option<NaiveDate>,
    /// Whom to ask, if there is an address.
    pub contact: Option<&'a str>,
}

/// Subject and text of a mail.
pub fn write(language: Language, letter: &Letter<'_>) -> (String, String) {
    match *letter {
        Letter::PasswordReset { name, link } => match language {
            Language::Sv => (
                "Välj ett nytt lösenord".into(),
                format!(
                    "Hej {name}!\n\nNågon, troligen du, har bett om ett nytt lösenord. Öppna länken och välj ett. \
                     Den fungerar en gång och i en timme:\n\n{link}\n\nHar du inte bett om detta behöver du inte \
                     göra något. Ditt lösenord är oförändrat.\n"
                ),
            ),
            Language::Nb => (
                "Velg et nytt passord".into(),
                format!(
                    "Hei {name}!\n\nNoen, trolig du, har bedt om et nytt passord. Åpne lenken og velg et. Den virker \
                     én gang og i én time:\n\n{link}\n\nHar du ikke bedt om dette, trenger du ikke gjøre noe. \
                     Passordet ditt er uendret.\n"
                ),
            ),
            Language::En => (
                "Choose a new password".into(),
                format!(
                    "Hello {name},\n\nSomeone, probably you, asked for a new password. Open the link and choose one. \
                     It works once and for one hour:\n\n{link}\n\nIf you did not ask for this, you need not do \
                     anything. Your password has not changed.\n"
                ),
            ),
        },
        Letter::Invitation { name, inviter, organisation, link } => {
            invitation(language, name, inviter, organisation, link)
        }
        Letter::AddressChanged { name } => address_changed(language, name),
        Letter::Document(letter) => document(language, &letter),
        Letter::Test => match language {
            Language::Sv => (
                "Testmejl från Stolpe".into(),
                "Det här är ett testmejl. Att du läser det betyder att e-postservern är rätt inställd.\n".into(),
            ),
            Language::Nb => (
                "Testmelding fra Stolpe".into(),
                "Dette er en testmelding. At du leser den, betyr at e-postserveren er riktig satt opp.\n".into(),
            ),
            Language::En => (
                "Test message from Stolpe".into(),
                "This is a test message. That you are reading it means that the mail server is set up correctly.\n"
                    .into(),
            ),
        },
    }
}

fn document(language: Language, it: &DocumentLetter<'_>) -> (String, String) {
    let DocumentLetter { name, organisation, facility, number, .. } = it;
    let amount = Figures::of(language).money(it.amount);
    let due = it.due_on.map(|day| long_date(day, language));
    let (kind, said, ask) = match language {
        Language::Sv => {
            let (kind, said) = match (it.kind, due) {
                (DocumentKind::Invoice, Some(due)) => {
                    ("Faktura", format!("Att betala: {amount} senast {due}. Hur du betalar står på fakturan."))
                }
                (DocumentKind::Invoice, None) => ("Faktura", format!("Att betala: {amount}.")),
                (DocumentKind::CreditNote, _) => ("Kreditfaktura", format!("Du krediteras {amount}.")),
                (DocumentKind::Receipt, _) => ("Kvitto", format!("Betalt: {amount}.")),
            };
            (
                kind,
                format!("Hej {name}!\n\nHär kommer {} {number} för laddning i {facility}. {said}", kind.to_lowercase()),
                "Frågor",
            )
        }
        Language::Nb => {
            let (kind, said) = match (it.kind, due) {
                (DocumentKind::Invoice, Some(due)) => {
                    ("Faktura", format!("Å betale: {amount} innen {due}. Hvordan du betaler, står på fakturaen."))
                }
                (DocumentKind::Invoice, None) => ("Faktura", format!("Å betale: {amount}.")),
                (DocumentKind::CreditNote, _) => ("Kreditnota", format!("Du krediteres {amount}.")),
                (DocumentKind::Receipt, _) => ("Kvittering", format!("Betalt: {amount}.")),
            };
            (
                kind,
                format!("Hei {name}!\n\nHer kommer {} {number} for lading i {facility}. {said}", kind.to_lowercase()),
                "Spørsmål",
            )
        }
        Language::En => {
            let (kind, said) = match (it.kind, due) {
                (DocumentKind::Invoice, Some(due)) => {
                    ("Invoice", format!("To pay: {amount} by {due}. How to pay is said on the invoice."))
                }
                (DocumentKind::Invoice, None) => ("Invoice", format!("To pay: {amount}.")),
                (DocumentKind::CreditNote, _) => ("Credit note", format!("You are credited {amount}.")),
                (DocumentKind::Receipt, _) => ("Receipt", format!("Paid: {amount}.")),
            };
            (
                kind,
                format!("Hello {name},\n\nHere is {} {number} for charging at {facility}. {said}", kind.to_lowercase()),
                "Questions",
            )
        }
    };
    let asked = it.contact.map(|contact| format!("\n{ask}: {contact}")).unwrap_or_default();
    (format!("{kind} {number} – {organisation}"), format!("{said}\n\n{organisation}{asked}\n"))
}

fn address_changed(language: Language, name: &str) -> (String, String) {
    match language {
        Language::Sv => (
            "Din e-postadress har ändrats".into(),
            format!(
                "Hej {name}!\n\nDin e-postadress har bytts till en annan. Det här är det sista meddelandet till den \
                 här adressen.\n\nHar du inte ändrat den själv ska du genast höra av dig till din hyresvärd.\n"
            ),
        ),
        Language::Nb => (
            "E-postadressen din er endret".into(),
            format!(
                "Hei {name}!\n\nE-postadressen din er byttet til en annen. Dette er den siste meldingen til denne \
                 adressen.\n\nHar du ikke endret den selv, må du straks ta kontakt med utleieren din.\n"
            ),
        ),
        Language::En => (
            "Your e-mail address was changed".into(),
            format!(
                "Hello {name},\n\nYour e-mail address was changed to another one. This is the last message to this \
                 address.\n\nIf you did not change it yourself, get in touch with your landlord at once.\n"
            ),
        ),
    }
}

fn invitation(
    language: Language,
    name: &str,
    inviter: &str,
    organisation: Option<&str>,
    link: &str,
) -> (String, String) {
    let place = organisation.unwrap_or("Stolpe");
    match language {
        Language::Sv => (
            format!("Inbjudan till {place}"),
            format!(
                "Hej {name}!\n\n{inviter} har bjudit in dig att arbeta i Stolpe för {place}. Öppna länken och välj ett \
                 lösenord. Inbjudan gäller i sju dagar:\n\n{link}\n"
            ),
        ),
        Language::Nb => (
            format!("Invitasjon til {place}"),
            format!(
                "Hei {name}!\n\n{inviter} har invitert deg til å arbeide i Stolpe for {place}. Åpne lenken og velg et \
                 passord. Invitasjonen gjelder i sju dager:\n\n{link}\n"
            ),
        ),
        Language::En => (
            format!("Invitation to {place}"),
            format!(
                "Hello {name},\n\n{inviter} has invited you to work in Stolpe for {place}. Open the link and choose a \
                 password. The invitation is valid for seven days:\n\n{link}\n"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_mail_names_its_reader_and_carries_its_link_in_every_language() {
        for language in Language::ALL {
            let letters = [
                Letter::PasswordReset { name: "Åsa Öberg", link: "https://x/reset#t" },
                Letter::Invitation {
                    name: "Åsa Öberg", inviter: "Ola", organisation: None, link: "https://x/reset#t"
                },
            ];
            for letter in letters {
                let (subject, text) = write(language, &letter);
                assert!(!subject.contains('\n') && !subject.is_empty());
                assert!(text.contains("Åsa Öberg") && text.contains("\nhttps://x/reset#t\n"), "{text}");
            }
        }
    }
}
