//! Money that providers have taken: payments and tries of every state, refunds of every state, and what was settled.

use super::{
    AGREEMENT, AT, ATTEMPT, Books, DOCUMENT, FACILITY, INCOMING, LATER, OF_ANY, ON, ORGANISATION, OTHER, PAYMENT,
    PERSON, REFUND, id,
};
use crate::upgrade::rows::{Row, row};
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::payment::{AttemptState, Concern};
use stolpe_domain::refund::RefundState;
use uuid::Uuid;

/// Payments of every state, each with a try that was given up before, and what providers have sent of it.
pub(super) fn payments(books: &mut Books) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, provider) in (1..).zip(["swish", "payson", "vipps"]) {
        rows.push(row!(payment_agreement {
            id: id(AGREEMENT, at),
            organisation_id: ORGANISATION,
            provider: provider,
            settings: "{}",
            keys: &b"sealed"[..],
            active: at != 3,
            row_version: 1,
            created_at: AT,
        }));
    }
    let concerns = Concern::ALL.iter().map(|concern| Some(concern.word())).chain([None]).cycle();
    for ((at, state), concern) in (1..).zip(AttemptState::ALL).zip(concerns) {
        let (payment, provider) = (id(PAYMENT, at), ["swish", "payson"][usize::from(at % 2 == 0)]);
        let looked_at = concern.is_some() && at % 3 == 0;
        rows.push(row!(payment {
            id: payment,
            organisation_id: ORGANISATION,
            facility_id: FACILITY,
            document_id: id(DOCUMENT, 2 + at % 3),
            person_id: PERSON,
            currency: "SEK",
            amount_minor: 2_000 + at,
            state: state.word(),
            provider: provider,
            concern: concern,
            looked_at_at: looked_at.then_some(LATER),
            looked_at_reason: looked_at.then_some("Ringde Maja"),
            row_version: at,
            created_at: format!("2026-11-03T08:00:{at:02}+00:00"),
        }));
        let came = matches!(state, AttemptState::Succeeded | AttemptState::Settled);
        for (place, state) in [(1, AttemptState::Aborted), (2, *state)] {
            let (came, attempt) = (came && place == 2, id(ATTEMPT, 10 * at + place));
            rows.push(row!(payment_attempt {
                id: attempt,
                payment_id: payment,
                organisation_id: ORGANISATION,
                agreement_id: id(AGREEMENT, 1 + i64::from(at % 2 == 0)),
                provider: provider,
                place: place,
                state: state.word(),
                reference: format!("REF{at}-{place}"),
                movement: came.then_some("M1"),
                onward: "{\"kind\":\"phone\"}",
                code: (state == AttemptState::Denied).then_some("RF07"),
                came_currency: came.then_some("SEK"),
                came_minor: came.then_some(2_000 + at),
                booked_at: came.then_some(LATER),
                asked_at: AT,
                next_ask_at: (state == AttemptState::Unknown).then_some(LATER),
                moved_at: LATER,
                row_version: 4,
                created_at: AT,
            }));
            rows.push(row!(payment_callback {
                id: id(OF_ANY, 1_000 + 10 * at + place),
                organisation_id: ORGANISATION,
                attempt_id: attempt,
                provider: provider,
                event: "PAID",
                target: "/x",
                headers: "{}",
                body: "{\"é\":1}",
                outcome: if place == 1 { "ignored" } else { "asked" },
                repeated: at,
                received_at: LATER,
            }));
        }
        if came {
            let clearing = if provider == "swish" { AccountKind::ClearingSwish } else { AccountKind::ClearingPayson };
            let of = (Some(id(DOCUMENT, 2 + at % 3)), Some(payment));
            books.post((clearing, AccountKind::Receivable), 2_000 + at, "provider_payment", of);
        }
    }
    rows.push(row!(payment_callback_refused { provider: "vipps", reason: "forged", count: 3, last_at: LATER }));
    rows
}

/// Refunds of every state, to payments for a document: there were no others.
pub(super) fn refunds() -> Vec<Row> {
    let refund = |(at, state): (i64, &RefundState)| {
        let decided = !matches!(state, RefundState::Asked | RefundState::Withdrawn);
        let of = 4 + at % 2;
        row!(refund {
            id: id(REFUND, at),
            organisation_id: ORGANISATION,
            facility_id: FACILITY,
            person_id: PERSON,
            payment_id: id(PAYMENT, of),
            attempt_id: id(ATTEMPT, 10 * of + 2),
            document_id: id(DOCUMENT, 2 + of % 3),
            provider: if of == 4 { "payson" } else { "swish" },
            currency: "SEK",
            amount_minor: 60 + at,
            suspense_minor: 10,
            prepaid_minor: at,
            overpaid_minor: 50,
            state: state.word(),
            reason: "Flyttat",
            asked_by_person_id: PERSON,
            decided_at: decided.then_some(LATER),
            decided_by_person_id: decided.then_some(OTHER),
            decided_reason: decided.then_some("Stämmer"),
            ask_id: id(REFUND, 100 + at),
            round: at,
            denied: at % 2 == 0,
            code: decided.then_some("RF07"),
            next_ask_at: (*state == RefundState::Unknown).then_some(LATER),
            moved_at: LATER,
            row_version: at,
            created_at: format!("2026-11-05T08:00:{at:02}+00:00"),
        })
    };
    (1..).zip(RefundState::ALL).map(refund).collect()
}

pub(super) fn settlements() -> Vec<Row> {
    let settlement = id(OF_ANY, 500);
    let line = |at: i64, kind: &str, attempt: Option<Uuid>| {
        row!(provider_settlement_line {
            id: id(OF_ANY, 500 + at),
            settlement_id: settlement,
            organisation_id: ORGANISATION,
            kind: kind,
            reference: format!("REF{at}"),
            sold_on: ON,
            gross_minor: 2_000 + at,
            fee_minor: at,
            attempt_id: attempt,
            line: at,
        })
    };
    vec![
        row!(provider_settlement {
            id: settlement,
            organisation_id: ORGANISATION,
            provider: "payson",
            number: "S-1",
            kind: "table",
            name: "s.csv",
            digest: &[9_u8; 32][..],
            settled_on: ON,
            currency: "SEK",
            gross_minor: 4_003,
            fee_minor: 3,
            net_minor: 4_000,
            received_id: id(INCOMING, 1),
            row_version: 1,
            created_at: AT,
        }),
        line(1, "payment", Some(id(ATTEMPT, 42))),
        line(2, "refund", None),
        row!(difference_care {
            organisation_id: ORGANISATION,
            subject_id: settlement,
            note: "Fråga Payson",
            corrected_minor: 3,
            row_version: 2,
        }),
    ]
}
