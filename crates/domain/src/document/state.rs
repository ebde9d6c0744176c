//! What may happen to a document, as one function from state and happening to state.

use super::DocumentKind;
use crate::words::words;

words! {
    /// Where a document stands.
    DocumentState {
        /// Without a number; may still be changed or thrown away.
        Draft = "draft",
        /// Numbered, and from now on as it is.
        Issued = "issued",
        /// On its way to whom it is for.
        Sent = "sent",
        /// Paid whole.
        Paid = "paid",
        /// Taken back whole by credit notes.
        Credited = "credited",
        /// Faulty and never sent: kept under its number, with the reason (makulerad, makulert).
        Void = "void",
    }
}

/// What happens to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DocumentHappening {
    /// It gets its number.
    Issued,
    /// It goes out, for the first time or again.
    Sent,
    /// All of it has been paid.
    Paid,
    /// What was paid of it was taken back: something is open again.
    Unpaid {
        /// Whether it had left the house before it was paid.
        sent: bool,
    },
    /// A credit note was issued for it.
    Credited {
        /// Whether nothing is left of it.
        whole: bool,
    },
    /// Somebody takes it out of use.
    Voided {
        /// Whether a credit note refers to it.
        credited: bool,
    },
}

/// Why something cannot happen to a document.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DocumentRefusal {
    /// It has no number yet.
    #[error("the document has not been issued")]
    NotIssued,
    /// It has its number.
    #[error("the document has been issued already")]
    AlreadyIssued,
    /// It was paid.
    #[error("the document has been paid")]
    Paid,
    /// It was taken back.
    #[error("the document has been credited")]
    Credited,
    /// It is out of use.
    #[error("the document is void")]
    Void,
    /// Whoever got it needs a credit note.
    #[error("the document has been sent, so that only a credit note takes it back")]
    Sent,
    /// Only invoices and receipts are taken back by credit notes.
    #[error("a credit note cannot be credited")]
    CreditNote,
}

impl DocumentRefusal {
    /// The stable word that screens translate.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotIssued => "document.not_issued",
            Self::AlreadyIssued => "document.already_issued",
            Self::Paid => "document.paid",
            Self::Credited => "document.credited",
            Self::Void => "document.void",
            Self::Sent => "document.sent",
            Self::CreditNote => "document.is_credit_note",
        }
    }
}

impl DocumentState {
    /// The state after something has happened.
    ///
    /// # Errors
    /// [`DocumentRefusal`]; the state then stays as it is.
    pub fn after(self, kind: DocumentKind, happening: DocumentHappening) -> Result<Self, DocumentRefusal> {
        use DocumentHappening::{Credited, Issued, Paid, Sent, Unpaid, Voided};
        match (self, happening) {
            (Self::Void, _) => Err(DocumentRefusal::Void),
            // A receipt says that it was paid.
            (Self::Draft, Issued) if kind == DocumentKind::Receipt => Ok(Self::Paid),
            (Self::Draft, Issued) => Ok(Self::Issued),
            (Self::Draft, _) => Err(DocumentRefusal::NotIssued),
            (_, Issued) => Err(DocumentRefusal::AlreadyIssued),
            // A receipt says for good that it was paid.
            (Self::Paid, Unpaid { .. }) if kind == DocumentKind::Receipt => Err(DocumentRefusal::Paid),
            (Self::Issued, Sent) | (Self::Paid, Unpaid { sent: true }) => Ok(Self::Sent),
            (Self::Paid, Unpaid { sent: false }) => Ok(Self::Issued),
            // A copy may go out at any time and changes nothing, and what was never paid whole stays open.
            (state, Sent | Unpaid { .. }) => Ok(state),
            (Self::Issued | Self::Sent, Paid) => Ok(Self::Paid),
            (Self::Credited, _) | (_, Voided { credited: true }) => Err(DocumentRefusal::Credited),
            (_, Credited { .. }) if kind == DocumentKind::CreditNote => Err(DocumentRefusal::CreditNote),
            (_, Credited { whole: true }) => Ok(Self::Credited),
            (state, Credited { whole: false }) => Ok(state),
            (Self::Issued, Voided { .. }) => Ok(Self::Void),
            (Self::Sent, Voided { .. }) => Err(DocumentRefusal::Sent),
            (Self::Paid, Paid | Voided { .. }) => Err(DocumentRefusal::Paid),
        }
    }

    /// Whether its amounts count in the books.
    pub const fn counts(self) -> bool {
        !matches!(self, Self::Draft | Self::Void)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use rstest::rstest;

    const INVOICE: DocumentKind = DocumentKind::Invoice;

    #[rstest]
    #[case(DocumentState::Issued, DocumentHappening::Voided { credited: false }, Ok(DocumentState::Void))]
    #[case(DocumentState::Issued, DocumentHappening::Voided { credited: true }, Err(DocumentRefusal::Credited))]
    #[case(DocumentState::Sent, DocumentHappening::Voided { credited: false }, Err(DocumentRefusal::Sent))]
    #[case(DocumentState::Paid, DocumentHappening::Voided { credited: false }, Err(DocumentRefusal::Paid))]
    #[case(DocumentState::Draft, DocumentHappening::Voided { credited: false }, Err(DocumentRefusal::NotIssued))]
    #[case(DocumentState::Sent, DocumentHappening::Sent, Ok(DocumentState::Sent))]
    #[case(DocumentState::Paid, DocumentHappening::Sent, Ok(DocumentState::Paid))]
    #[case(DocumentState::Paid, DocumentHappening::Credited { whole: true }, Ok(DocumentState::Credited))]
    #[case(DocumentState::Sent, DocumentHappening::Credited { whole: false }, Ok(DocumentState::Sent))]
    #[case(DocumentState::Credited, DocumentHappening::Paid, Err(DocumentRefusal::Credited))]
    #[case(DocumentState::Paid, DocumentHappening::Unpaid { sent: true }, Ok(DocumentState::Sent))]
    #[case(DocumentState::Paid, DocumentHappening::Unpaid { sent: false }, Ok(DocumentState::Issued))]
    #[case(DocumentState::Sent, DocumentHappening::Unpaid { sent: false }, Ok(DocumentState::Sent))]
    #[case(DocumentState::Credited, DocumentHappening::Unpaid { sent: true }, Ok(DocumentState::Credited))]
    #[case(DocumentState::Void, DocumentHappening::Unpaid { sent: true }, Err(DocumentRefusal::Void))]
    fn an_invoice_goes_one_way(
        #[case] state: DocumentState,
        #[case] happening: DocumentHappening,
        #[case] expected: Result<DocumentState, DocumentRefusal>,
    ) {
        assert_eq!(state.after(INVOICE, happening), expected);
    }

    #[test]
    fn a_receipt_is_paid_from_its_first_day_and_a_credit_note_is_never_credited() {
        assert_eq!(
            DocumentState::Draft.after(DocumentKind::Receipt, DocumentHappening::Issued),
            Ok(DocumentState::Paid)
        );
        let twice = DocumentHappening::Credited { whole: true };
        assert_eq!(DocumentState::Sent.after(DocumentKind::CreditNote, twice), Err(DocumentRefusal::CreditNote));
    }

    fn happening() -> impl Strategy<Value = DocumentHappening> {
        prop_oneof![
            Just(DocumentHappening::Issued),
            Just(DocumentHappening::Sent),
            Just(DocumentHappening::Paid),
            Just(DocumentHappening::Unpaid { sent: true }),
            any::<bool>().prop_map(|whole| DocumentHappening::Credited { whole }),
            any::<bool>().prop_map(|credited| DocumentHappening::Voided { credited }),
        ]
    }

    proptest! {
        #[test]
        fn a_document_is_numbered_once_and_what_was_sent_is_never_void(all in proptest::collection::vec(happening(), 0..20)) {
            let (mut state, mut numbered, mut sent) = (DocumentState::Draft, 0, false);
            for it in all {
                // Whoever takes a payment back knows whether the document had left the house.
                let it = if let DocumentHappening::Unpaid { .. } = it { DocumentHappening::Unpaid { sent } } else { it };
                let Ok(next) = state.after(INVOICE, it) else { continue };
                numbered += u32::from(it == DocumentHappening::Issued);
                sent |= it == DocumentHappening::Sent;
                prop_assert!(next != DocumentState::Draft);
                prop_assert!(next != DocumentState::Void || !sent);
                prop_assert_eq!(numbered, 1);
                state = next;
            }
        }
    }
}
