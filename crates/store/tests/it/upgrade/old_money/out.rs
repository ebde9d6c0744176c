//! Money at the counter and on its way out: tills, payouts of every state, and what banks have said of them.

use super::{
    ACCOUNT, AT, ATTEMPT, Books, ENTRY, FACILITY, INCOMING, LATER, OF_ANY, ON, ORGANISATION, OTHER, PAYMENT, PAYOUT,
    PERSON, TILL, id,
};
use crate::upgrade::rows::{Row, row};
use stolpe_domain::ledger::AccountKind;
use stolpe_domain::payout::PayoutState;

/// A till that is open and one that was closed with ten kronor too little, and what was taken and taken back in them.
pub(super) fn tills(books: &mut Books) -> Vec<Row> {
    let entry = |at: i64, till: i64, kind: &str, means: &str, takes_back: Option<i64>| {
        row!(till_entry {
            id: id(ENTRY, at),
            organisation_id: ORGANISATION,
            till_id: id(TILL, till),
            place: at,
            kind: kind,
            means: means,
            person_id: PERSON,
            currency: "SEK",
            amount_minor: 5_000,
            rounding_minor: 0,
            prepaid_minor: 100,
            terminal_reference: (means == "card").then_some("T1"),
            takes_back_id: takes_back.map(|at| id(ENTRY, at)),
            fiscal_year: 2026,
            receipt_place: at,
            taken_on: ON,
            printed: "{}",
            created_at: AT,
        })
    };
    let of = |at: i64| (None, Some(id(ENTRY, at)));
    let (cash, card, prepaid) = (AccountKind::Cash, AccountKind::ClearingCard, AccountKind::Prepaid);
    books.post((cash, prepaid), 5_000, "till", of(1));
    books.post((card, prepaid), 5_000, "till", of(2));
    books.post((prepaid, cash), 5_000, "till", of(3));
    books.post((cash, prepaid), 5_000, "till", of(4));
    books.post((AccountKind::TillDifference, cash), 1_000, "till_count", (None, Some(id(TILL, 1))));
    vec![
        row!(till_setting { organisation_id: ORGANISATION, active: true, row_version: 1 }),
        row!(till_series {
            organisation_id: ORGANISATION,
            kind: "receipt",
            fiscal_year: 2026,
            next_place: 5,
            last_on: ON,
        }),
        row!(till_series {
            organisation_id: ORGANISATION,
            kind: "report",
            fiscal_year: 2026,
            next_place: 2,
            last_on: ON,
        }),
        row!(till {
            id: id(TILL, 1),
            organisation_id: ORGANISATION,
            clerk_person_id: OTHER,
            currency: "SEK",
            opening_minor: 20_000,
            opened_at: AT,
            closed_at: LATER,
            closed_by_person_id: OTHER,
            closed_on: ON,
            fiscal_year: 2026,
            place: 1,
            counted_minor: 19_000,
            difference_minor: -1_000,
            reason: "Fattas",
            printed: "{}",
            row_version: 5,
        }),
        row!(till {
            id: id(TILL, 2),
            organisation_id: ORGANISATION,
            clerk_person_id: OTHER,
            currency: "SEK",
            opening_minor: 0,
            opened_at: LATER,
            row_version: 1,
        }),
        entry(1, 1, "taken", "cash", None),
        entry(2, 1, "taken", "card", None),
        entry(3, 1, "taken_back", "cash", Some(1)),
        entry(4, 2, "taken", "cash", None),
        row!(till_payout {
            incoming_payment_id: id(INCOMING, 5),
            organisation_id: ORGANISATION,
            means: "card",
            fee_minor: 5,
        }),
    ]
}

/// Payouts of every state, of a person's money and of what was left of payments, and the file that some were in.
pub(super) fn payouts() -> Vec<Row> {
    let file = id(OF_ANY, 600);
    let mut rows = vec![
        row!(payout_sender { organisation_id: ORGANISATION, bic: "SWEDSESS", customer: "55", row_version: 1 }),
        row!(payout_file {
            id: file,
            organisation_id: ORGANISATION,
            message_id: "M1",
            currency: "SEK",
            execute_on: ON,
            account: ACCOUNT,
            item_count: 6,
            sum_minor: 600,
            name: "pain.xml",
            content: &b"<Document/>"[..],
            digest: &[8_u8; 32][..],
            made_by_person_id: OTHER,
            sent_at: LATER,
            sent_by_person_id: OTHER,
            row_version: 2,
            created_at: AT,
        }),
    ];
    for (at, state) in (1..).zip(PayoutState::ALL) {
        let decided = !matches!(state, PayoutState::Asked | PayoutState::Withdrawn);
        rows.push(row!(payout {
            id: id(PAYOUT, at),
            organisation_id: ORGANISATION,
            person_id: PERSON,
            incoming_payment_id: (at % 4 == 1).then_some(id(INCOMING, 5)),
            payment_id: (at % 4 == 2).then_some(id(PAYMENT, 4)),
            currency: "SEK",
            amount_minor: 100 + at,
            account: ACCOUNT,
            name: "Maja Åkesson",
            state: state.word(),
            reason: "Flyttat",
            asked_by_person_id: PERSON,
            decided_at: decided.then_some(LATER),
            decided_by_person_id: decided.then_some(OTHER),
            moved_at: LATER,
            row_version: at,
            created_at: format!("2026-11-06T08:00:{at:02}+00:00"),
        }));
        let told = match state {
            PayoutState::Filed | PayoutState::Sent => None,
            PayoutState::Accepted => Some("accepted"),
            PayoutState::Paid | PayoutState::Returned => Some("paid"),
            PayoutState::Rejected => Some("rejected"),
            _ => continue,
        };
        rows.push(row!(payout_item {
            id: id(OF_ANY, 700 + at),
            organisation_id: ORGANISATION,
            payout_id: id(PAYOUT, at),
            payout_file_id: file,
            end_to_end_id: format!("E{at}"),
            told: told,
            told_at: told.map(|_| LATER),
            created_at: AT,
        }));
    }
    let status = id(OF_ANY, 601);
    rows.push(row!(payout_status_file {
        id: status,
        organisation_id: ORGANISATION,
        digest: &[6_u8; 32][..],
        name: "pain.002.xml",
        sender_id: "BANK",
        message_id: "B1",
        written_at: LATER,
        content: &b"<Document/>"[..],
        taken_by_person_id: OTHER,
        created_at: LATER,
    }));
    rows.push(row!(payout_status {
        id: id(OF_ANY, 602),
        organisation_id: ORGANISATION,
        payout_status_file_id: status,
        payout_id: id(PAYOUT, 7),
        end_to_end_id: "E7",
        status_code: "ACSC",
        reason_code: "",
        words: "",
        outcome: "applied",
        line: 9,
    }));
    rows
}

pub(super) fn terms_and_lines() -> Vec<Row> {
    let terms = id(OF_ANY, 800);
    vec![
        row!(payment_method_list {
            id: id(OF_ANY, 801),
            organisation_id: ORGANISATION,
            facility_id: FACILITY,
            place: 1,
            applies_from: ON,
            methods: "[\"swish\"]",
            created_at: AT,
        }),
        row!(terms {
            id: terms,
            organisation_id: ORGANISATION,
            kind: "sale",
            place: 1,
            applies_from: ON,
            texts: "{}",
            created_at: AT,
        }),
        row!(payment_terms {
            payment_id: id(PAYMENT, 4),
            attempt_id: id(ATTEMPT, 42),
            terms_id: terms,
            organisation_id: ORGANISATION,
            accepted_at: LATER,
        }),
        row!(outgoing_line {
            id: id(OF_ANY, 802),
            organisation_id: ORGANISATION,
            bank_file_id: id(OF_ANY, 1),
            bank_key: "out 1",
            way: "out",
            outcome: "confirmed",
            currency: "SEK",
            amount_minor: 107,
            booked_on: ON,
            account: ACCOUNT,
            end_to_end_id: "E7",
            reason_code: "",
            bank_reference: "R",
            payout_id: id(PAYOUT, 7),
            line: 3,
            lines: "x",
            created_at: LATER,
        }),
    ]
}
