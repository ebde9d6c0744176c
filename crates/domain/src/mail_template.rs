//! Texts of mail and SMS that an organisation writes itself: what they may name, what they must, and filling them in.
//!
//! A place to fill in stands in braces, as `{name}`. There is nothing else that such a text can do: no conditions and no
//! loops, so that whoever writes letters can write these. A line that names something which a mail has not got, such as
//! `Questions: {contact}` where nobody can be asked, is left out.

use crate::channel::Channel;
use crate::document::DocumentKind;
use crate::words::words;

words! {
    /// Which message a text is for.
    TemplateKind {
        /// An invitation to the desk.
        Invitation = "invitation",
        /// A link to choose a new password.
        PasswordReset = "password_reset",
        /// Word to an address that somebody's messages no longer go to.
        AddressChanged = "address_changed",
        /// An invoice, which the mail brings.
        Invoice = "invoice",
        /// A credit note, which the mail brings.
        CreditNote = "credit_note",
        /// A receipt, which the mail brings.
        Receipt = "receipt",
        /// A reminder, which the mail brings.
        Reminder = "reminder",
        /// The receipt of a payment at the counter that was taken back, which the mail brings.
        TakenBack = "taken_back",
        /// The receipt of what was paid out at the counter, which the mail brings.
        PaidOut = "paid_out",
        /// The receipt of a payout that was given back at the counter, which the mail brings.
        CameBack = "came_back",
        /// Word by SMS that there is an invoice in the portal.
        SmsInvoice = "sms_invoice",
        /// Word by SMS that there is a credit note in the portal.
        SmsCreditNote = "sms_credit_note",
        /// Word by SMS that there is a receipt in the portal.
        SmsReceipt = "sms_receipt",
        /// Word by SMS that there is a reminder in the portal.
        SmsReminder = "sms_reminder",
        /// Word that a payment was given back.
        RefundDone = "refund_done",
        /// Word that money was paid out to a bank account.
        PayoutPaid = "payout_paid",
        /// Word that money which was paid out has come back.
        PayoutReturned = "payout_returned",
        /// Word by SMS that a payment was given back.
        SmsRefundDone = "sms_refund_done",
        /// Word by SMS that money was paid out to a bank account.
        SmsPayoutPaid = "sms_payout_paid",
        /// Word by SMS that money which was paid out has come back.
        SmsPayoutReturned = "sms_payout_returned",
    }
}

words! {
    /// Something that a text names and a mail fills in.
    Placeholder {
        /// To whom.
        Name = "name",
        /// In whose name.
        Organisation = "organisation",
        /// From whom an invitation comes.
        Inviter = "inviter",
        /// The link that opens once.
        Link = "link",
        /// For which facility.
        Facility = "facility",
        /// The number of a document.
        Number = "number",
        /// What a document adds up to, or how much money it is.
        Amount = "amount",
        /// The last digits of a bank account: enough for its owner to know which it is.
        Account = "account",
        /// When a document falls due.
        DueDate = "due_date",
        /// Whom to ask.
        Contact = "contact",
        /// Where the portal is.
        Portal = "portal",
    }
}

impl TemplateKind {
    /// What a text of this kind may name.
    pub const fn places(self) -> &'static [Placeholder] {
        use Placeholder as P;
        match self {
            Self::Invitation => &[P::Name, P::Inviter, P::Organisation, P::Link],
            Self::PasswordReset => &[P::Name, P::Organisation, P::Link],
            Self::AddressChanged => &[P::Name, P::Organisation],
            Self::Invoice | Self::Reminder => {
                &[P::Name, P::Organisation, P::Facility, P::Number, P::Amount, P::DueDate, P::Contact]
            }
            Self::CreditNote
            | Self::Receipt
            | Self::TakenBack
            | Self::PaidOut
            | Self::CameBack
            | Self::RefundDone
            | Self::SmsRefundDone => &[P::Name, P::Organisation, P::Facility, P::Number, P::Amount, P::Contact],
            Self::PayoutPaid | Self::PayoutReturned | Self::SmsPayoutPaid | Self::SmsPayoutReturned => {
                &[P::Name, P::Organisation, P::Amount, P::Account, P::Contact]
            }
            Self::SmsInvoice | Self::SmsReminder => {
                &[P::Name, P::Organisation, P::Facility, P::Number, P::Amount, P::DueDate, P::Contact, P::Portal]
            }
            Self::SmsCreditNote | Self::SmsReceipt => {
                &[P::Name, P::Organisation, P::Facility, P::Number, P::Amount, P::Contact, P::Portal]
            }
        }
    }

    /// By which way it goes.
    pub const fn channel(self) -> Channel {
        match self {
            Self::SmsInvoice
            | Self::SmsCreditNote
            | Self::SmsReceipt
            | Self::SmsReminder
            | Self::SmsRefundDone
            | Self::SmsPayoutPaid
            | Self::SmsPayoutReturned => Channel::Sms,
            _ => Channel::Mail,
        }
    }

    /// What the text of the message must name: without it the message is of no use.
    pub const fn needs(self) -> Option<Placeholder> {
        match self {
            Self::Invitation | Self::PasswordReset => Some(Placeholder::Link),
            Self::Invoice
            | Self::CreditNote
            | Self::Receipt
            | Self::Reminder
            | Self::TakenBack
            | Self::PaidOut
            | Self::CameBack => Some(Placeholder::Number),
            // An SMS brings no document.
            Self::SmsInvoice | Self::SmsCreditNote | Self::SmsReceipt | Self::SmsReminder => Some(Placeholder::Portal),
            Self::RefundDone
            | Self::PayoutPaid
            | Self::PayoutReturned
            | Self::SmsRefundDone
            | Self::SmsPayoutPaid
            | Self::SmsPayoutReturned => Some(Placeholder::Amount),
            Self::AddressChanged => None,
        }
    }

    /// The kind of message that brings a document, or word of it.
    pub const fn of_document(kind: DocumentKind, channel: Channel) -> Self {
        match (channel, kind) {
            (Channel::Mail, DocumentKind::Invoice) => Self::Invoice,
            (Channel::Mail, DocumentKind::CreditNote) => Self::CreditNote,
            (Channel::Mail, DocumentKind::Receipt) => Self::Receipt,
            (Channel::Mail, DocumentKind::Reminder) => Self::Reminder,
            (Channel::Sms, DocumentKind::Invoice) => Self::SmsInvoice,
            (Channel::Sms, DocumentKind::CreditNote) => Self::SmsCreditNote,
            (Channel::Sms, DocumentKind::Receipt) => Self::SmsReceipt,
            (Channel::Sms, DocumentKind::Reminder) => Self::SmsReminder,
        }
    }
}

/// The longest subject; mail programs show less.
const LONGEST_SUBJECT: usize = 200;
/// The longest text: some pages.
const LONGEST_BODY: usize = 10_000;
/// The longest text of an SMS: five parts before anything is filled in.
const LONGEST_SMS: usize = 765;

/// What is wrong with a subject or a text.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateFault {
    /// Nothing is written.
    #[error("nothing is written")]
    Empty,
    /// It is too long.
    #[error("too long")]
    TooLong,
    /// A subject is one line.
    #[error("a subject is one line")]
    Lines,
    /// A sign that no letter has.
    #[error("a sign that is none of writing")]
    Control,
    /// A brace without its other half, or with nothing to fill in between.
    #[error("a brace stands alone")]
    Brace,
    /// A mail of this kind has no such thing.
    #[error("{0} is nothing that can be filled in")]
    Unknown(String),
    /// What the mail is for is missing.
    #[error("{} is missing", .0.word())]
    Missing(Placeholder),
    /// The link opens somebody's door, and subjects are shown in lists.
    #[error("the link is no part of a subject")]
    LinkInSubject,
    /// What stands beside an address becomes part of it in some mail programs.
    #[error("the link needs a line of its own, once")]
    LinkAlone,
}

impl TemplateFault {
    /// The stable word that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Empty => "required",
            Self::TooLong => "too_long",
            Self::Lines => "mail_template.lines",
            Self::Control => "control_character",
            Self::Brace => "mail_template.brace",
            Self::Unknown(_) => "mail_template.unknown",
            Self::Missing(_) => "mail_template.missing",
            Self::LinkInSubject => "mail_template.link_in_subject",
            Self::LinkAlone => "mail_template.link_alone",
        }
    }

    /// The place that it is about.
    pub fn place(&self) -> Option<&str> {
        match self {
            Self::Unknown(name) => Some(name),
            Self::Missing(place) => Some(place.word()),
            _ => None,
        }
    }
}

/// What is wrong with a subject.
///
/// # Errors
/// The first fault.
pub fn check_subject(kind: TemplateKind, subject: &str) -> Result<(), TemplateFault> {
    // An SMS has none: what lists show of it is the subject of the mail that it stands for.
    if kind.channel() == Channel::Sms {
        return if subject.is_empty() { Ok(()) } else { Err(TemplateFault::TooLong) };
    }
    if subject.contains('\n') {
        return Err(TemplateFault::Lines);
    }
    let places = check(kind, subject, LONGEST_SUBJECT)?;
    if places.contains(&Placeholder::Link) { Err(TemplateFault::LinkInSubject) } else { Ok(()) }
}

/// What is wrong with a text.
///
/// # Errors
/// The first fault.
pub fn check_body(kind: TemplateKind, body: &str) -> Result<(), TemplateFault> {
    let longest = if kind.channel() == Channel::Sms { LONGEST_SMS } else { LONGEST_BODY };
    let places = check(kind, body, longest)?;
    if let Some(needed) = kind.needs().filter(|needed| !places.contains(needed)) {
        return Err(TemplateFault::Missing(needed));
    }
    let links = places.iter().filter(|place| **place == Placeholder::Link).count();
    let alone = body.lines().filter(|line| line.trim() == "{link}").count();
    if links > 0 && (links, alone) != (1, 1) { Err(TemplateFault::LinkAlone) } else { Ok(()) }
}

fn check(kind: TemplateKind, text: &str, longest: usize) -> Result<Vec<Placeholder>, TemplateFault> {
    if text.trim().is_empty() {
        return Err(TemplateFault::Empty);
    }
    if text.chars().count() > longest {
        return Err(TemplateFault::TooLong);
    }
    if text.chars().any(|sign| sign.is_control() && sign != '\n') {
        return Err(TemplateFault::Control);
    }
    let mut places = Vec::new();
    for piece in pieces(text) {
        if let Piece::Place(name) = piece {
            let known = kind.places().iter().find(|place| place.word() == name);
            places.push(*known.ok_or_else(|| TemplateFault::Unknown(name.to_owned()))?);
        } else if let Piece::Brace = piece {
            return Err(TemplateFault::Brace);
        }
    }
    Ok(places)
}

/// Fills in what a mail has. Lines that name something which it has not got are left out; what is filled in is never
/// looked at again, so that nobody's name can be a place to fill in.
pub fn fill(text: &str, value: impl Fn(Placeholder) -> Option<String>) -> String {
    let mut filled = String::with_capacity(text.len() * 2);
    for line in text.split_inclusive('\n') {
        let mut written = String::with_capacity(line.len());
        let whole = pieces(line).into_iter().all(|piece| {
            match piece {
                Piece::Text(text) => written.push_str(text),
                Piece::Brace => {}
                Piece::Place(name) => match Placeholder::from_word(name).and_then(&value) {
                    Some(value) => written.push_str(&value),
                    None => return false,
                },
            }
            true
        });
        if whole {
            filled.push_str(&written);
        }
    }
    filled
}

/// A part of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Piece<'a> {
    Text(&'a str),
    Place(&'a str),
    /// A brace that begins or ends nothing.
    Brace,
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(place) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(place);
        pieces.push(Piece::Text(before));
        let inside = from.strip_prefix('{').and_then(|inside| inside.split_once('}'));
        let named = inside.filter(|(name, _)| !name.is_empty() && !name.contains(['{', '\n']));
        if let Some((name, after)) = named {
            pieces.push(Piece::Place(name.trim()));
            rest = after;
        } else {
            pieces.push(Piece::Brace);
            rest = &from[1..];
        }
    }
    pieces.push(Piece::Text(rest));
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_that_a_mail_has_not_got_is_named() {
        let fault = check_body(TemplateKind::AddressChanged, "Hej {namn}!").expect_err("there is no {namn}");
        assert_eq!((fault.code(), fault.place()), ("mail_template.unknown", Some("namn")));
        let fault = check_body(TemplateKind::Receipt, "{number} {due_date}").expect_err("a receipt is paid");
        assert_eq!(fault, TemplateFault::Unknown("due_date".to_owned()));
        for lone in ["Hej {name", "Hej name}", "{}", "{{name}}", "{na\nme}"] {
            assert_eq!(check_body(TemplateKind::AddressChanged, lone), Err(TemplateFault::Brace), "{lone:?}");
        }
    }

    #[test]
    fn the_link_is_never_lost_stands_alone_and_is_no_part_of_a_subject() {
        let body = |text: &str| check_body(TemplateKind::PasswordReset, text).err();
        assert_eq!(body("Hej {name}!\n\n{link}\n"), None);
        assert_eq!(body("Hej {name}!\n  {link}  \nHej då"), None);
        assert_eq!(body("Hej {name}!"), Some(TemplateFault::Missing(Placeholder::Link)));
        for beside in ["Öppna {link}.", "({link})", "{link}\n{link}", "{link} {name}"] {
            assert_eq!(body(beside), Some(TemplateFault::LinkAlone), "{beside}");
        }
        let subject = |text: &str| check_subject(TemplateKind::PasswordReset, text).err();
        assert_eq!(subject("Till {name}"), None);
        assert_eq!(subject("{link}"), Some(TemplateFault::LinkInSubject));
        assert_eq!(subject("Ett\nTvå"), Some(TemplateFault::Lines));
        assert_eq!(subject("  "), Some(TemplateFault::Empty));
        assert_eq!(subject(&"x".repeat(201)), Some(TemplateFault::TooLong));
    }

    #[test]
    fn an_sms_leads_to_the_portal_and_has_no_subject() {
        let body = |text: &str| check_body(TemplateKind::SmsInvoice, text).err();
        assert_eq!(body("{number}: {amount} {portal}"), None);
        assert_eq!(body("{number}: {amount}"), Some(TemplateFault::Missing(Placeholder::Portal)));
        assert_eq!(body(&format!("{}{{portal}}", "x".repeat(800))), Some(TemplateFault::TooLong));
        assert_eq!(check_subject(TemplateKind::SmsInvoice, ""), Ok(()));
        assert_eq!(check_subject(TemplateKind::SmsInvoice, "Hej"), Err(TemplateFault::TooLong));
    }

    #[test]
    fn what_is_filled_in_is_not_looked_at_again_and_lines_without_their_thing_are_left_out() {
        let value = |place| match place {
            Placeholder::Name => Some("{link} {".to_owned()),
            Placeholder::Contact | Placeholder::DueDate => None,
            other => Some(other.word().to_uppercase()),
        };
        let filled = fill("Hej {name}!\nFrågor: {contact}\nSenast {due_date}, {number}\nSlut {number}", value);
        assert_eq!(filled, "Hej {link} {!\nSlut NUMBER");
    }
}
