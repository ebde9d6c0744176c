//! A try is written down before its provider is asked: beside the payment that it belongs to, or with a new one.

use super::ask::CLAIM;
use super::by_card::{use_card, write_card};
use super::methods::Offering;
use super::wanted::{CardWish, Wanted, What};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::terms::{sorted_ids, terms_in_force};
use serde_json::json;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::PersonId;
use stolpe_domain::money::Money;
use stolpe_domain::payment::AttemptState;
use stolpe_store::Tx;
use stolpe_store::document::Document;
use stolpe_store::incoming_payment::PayableDocument;
use stolpe_store::payment::{Attempt, Payment};

/// What stands in the way of a new try, or what it is of.
pub(super) enum Standing {
    /// A try of this payment is open: whoever presses twice pays once.
    GoesOn(Payment),
    /// One begins of so much; of a payment that was tried so often before, or of a new one.
    Begins { before: Option<(Payment, i64)>, amount: Money },
}

/// A payment that was written down, and the try with it.
pub(super) struct Written {
    pub(super) payment: Payment,
    /// Nothing where one is open that goes on.
    pub(super) attempt: Option<Attempt>,
}

impl App {
    /// Writes a try down; answers which payment it is of, and the try unless one is open that goes on.
    pub(super) async fn write_attempt(&self, ctx: &Ctx, me: PersonId, wanted: &Wanted) -> Result<Written> {
        let (what, agreement) = (&wanted.what, &wanted.agreement);
        let mut tx = self.write().await?;
        let standing = match what {
            What::Document(document) => of_document(&mut tx, me, document).await?,
            What::TopUp(wish) => super::top_up::standing(&mut tx, ctx, me, wish).await?,
        };
        let (before, amount) = match standing {
            Standing::GoesOn(payment) => return Ok(Written { payment, attempt: None }),
            Standing::Begins { before, amount } => (before, amount),
        };
        // Nobody accepts what they have not seen: what holds now is what the payer was shown.
        let organisation = tx.find_organisation(what.organisation()).await?.ok_or(AppError::NotFound)?;
        let terms = terms_in_force(&mut tx, &organisation, ctx).await?;
        if sorted_ids(terms.iter().map(|it| it.id)) != sorted_ids(wanted.accepts.iter().copied()) {
            return Err(AppError::refused("payment.other_terms"));
        }
        // A try that was open above goes on; a new one needs a method that is offered where it is paid.
        let offering = Offering::read(&mut tx, organisation.id, &[what.facility()], ctx.at).await?;
        if !offering.at(what.facility()).contains(&agreement.provider) {
            return Err(AppError::refused("payment.method_off"));
        }
        let (payment, place) = if let Some((before, tries)) = before {
            let payment = Payment { state: AttemptState::Initiated, provider: agreement.provider, ..before };
            tx.put_payment(&payment).await?;
            (payment, tries + 1)
        } else {
            let payment = Payment {
                id: ctx.new_id(),
                organisation_id: organisation.id,
                facility_id: what.facility(),
                purpose: what.purpose(),
                person_id: me,
                amount,
                state: AttemptState::Initiated,
                provider: agreement.provider,
                concern: None,
                looked_at: None,
                row_version: 1,
                created_at: ctx.at,
            };
            tx.insert_payment(&payment).await?;
            (payment, 1)
        };
        let whose = (organisation.id, agreement);
        let (saved_card_id, asked) = match wanted.card {
            CardWish::None => (None, None),
            CardWish::Remember => {
                let (card, asked) = write_card(&mut tx, ctx, me, whose).await?;
                (Some(card), Some(asked))
            }
            CardWish::Saved(card) => {
                use_card(&mut tx, ctx, me, (card, agreement)).await?;
                (Some(card), None)
            }
        };
        let attempt = Attempt {
            id: ctx.new_id(),
            payment_id: payment.id,
            organisation_id: payment.organisation_id,
            agreement_id: agreement.id,
            saved_card_id,
            charged_at: matches!(wanted.card, CardWish::Saved(_)).then_some(ctx.at),
            provider: agreement.provider,
            place,
            state: AttemptState::Initiated,
            reference: None,
            movement: None,
            onward: None,
            code: None,
            words: None,
            came: None,
            booked_at: None,
            asked_at: None,
            // Whoever writes it down asks. If this host dies meanwhile, another looks what came of it.
            next_ask_at: Some(ctx.at + CLAIM),
            moved_at: ctx.at,
            row_version: 1,
            created_at: ctx.at,
        };
        tx.insert_attempt(&attempt).await?;
        for it in &terms {
            tx.accept_terms(organisation.id, (payment.id, attempt.id), it.id, ctx.at).await?;
        }
        let accepted: Vec<_> = terms.iter().map(|it| json!({ "kind": it.kind, "version": it.place })).collect();
        let number = match what {
            What::Document(document) => document.number.map(|number| number.to_string()),
            What::TopUp(_) => None,
        };
        let event = Event::new(Action::PaymentBegun, Subject::Payment(payment.id))
            .organisation(payment.organisation_id)
            .facility(payment.facility_id)
            .after(&json!({
                "provider": attempt.provider, "place": place, "amountMinor": amount.minor,
                "purpose": payment.purpose.kind(), "number": number, "accepted": accepted,
                "savedCardId": saved_card_id,
            }));
        tx.commit(ctx, [event].into_iter().chain(asked)).await?;
        Ok(Written { payment, attempt: Some(attempt) })
    }
}

/// Holds a document that somebody wants to pay, and says what is open of it and what was tried.
async fn of_document(tx: &mut Tx, me: PersonId, document: &Document) -> Result<Standing> {
    tx.hold_documents(&[document.id]).await?;
    let payable = tx.payable(document.organisation_id, &[document.id]).await?;
    let open = payable.first().map(|it: &PayableDocument| it.open).filter(|open| open.minor > 0);
    let mut before: Option<(Payment, i64)> = None;
    for payment in tx.payments_of(document.id).await? {
        let tries = tx.attempts_of(payment.id).await?;
        if tries.iter().any(|it| it.state.is_open()) {
            return Ok(Standing::GoesOn(payment));
        }
        if tries.iter().any(|it| it.state.has_money()) && payment.concern.is_some() && payment.looked_at.is_none() {
            return Err(AppError::refused("payment.waits_for_office"));
        }
        let again = payment.person_id == me && Some(payment.amount) == open;
        if before.is_none() && again && tries.iter().all(|it| it.state.allows_another()) {
            before = Some((payment, i64::try_from(tries.len()).unwrap_or(i64::MAX)));
        }
    }
    Ok(Standing::Begins { before, amount: open.ok_or(AppError::refused("payment.nothing_open"))? })
}
