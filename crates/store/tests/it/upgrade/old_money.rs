//! What an organisation with money in it looks like: documents of every state and what they have posted, holds, payments
//! and tries of every state, refunds, tills and payouts of every state. Of each as far as a version of the schema has it.

mod out;
mod paid;

use super::rows::{Row, row};
use std::collections::BTreeMap;
use stolpe_domain::id::{FacilityId, OrganisationId, PersonId};
use stolpe_domain::ledger::{Account, AccountKind, Asset, Balance};
use stolpe_domain::tariff::ComponentKind;
use stolpe_domain::vat::{Vat, VatRate};
use uuid::Uuid;

pub(super) const ORGANISATION: Uuid = Uuid::from_u128(1);
pub(super) const FACILITY: Uuid = Uuid::from_u128(2);
pub(super) const PERSON: Uuid = Uuid::from_u128(4);
const OTHER: Uuid = Uuid::from_u128(5);
const UNIT: Uuid = Uuid::from_u128(3);
const AT: &str = "2026-11-03T08:00:00+00:00";
const LATER: &str = "2026-11-04T09:30:00.123456+00:00";
const ON: &str = "2026-11-03";
const ACCOUNT: &str = "bankgiro:50501055";

/// Ids by what they are of.
pub(super) const fn id(of: u128, number: i64) -> Uuid {
    Uuid::from_u128((of << 32) + number.unsigned_abs() as u128)
}

pub(super) const DOCUMENT: u128 = 10;
pub(super) const PAYMENT: u128 = 11;
const ATTEMPT: u128 = 12;
const AGREEMENT: u128 = 13;
pub(super) const REFUND: u128 = 14;
pub(super) const TILL: u128 = 15;
const ENTRY: u128 = 16;
pub(super) const PAYOUT: u128 = 17;
const INCOMING: u128 = 18;
const OF_ANY: u128 = 19;

/// What was moved, and the accounts between which.
#[derive(Default)]
pub(super) struct Books {
    pub(super) balances: BTreeMap<Uuid, (Account, Balance)>,
    transfers: Vec<Row>,
}

/// A movement that was held before, and how that ended.
enum Step {
    Posted,
    Pending,
    Post { resolves: Uuid, held: i64 },
    Void { resolves: Uuid },
    Expire { resolves: Uuid },
}

pub(super) fn account(kind: AccountKind) -> Account {
    let it = Account::of_organisation(OrganisationId(ORGANISATION), kind, Asset::Sek);
    match kind {
        AccountKind::Receivable | AccountKind::Prepaid => {
            Account { facility_id: Some(FacilityId(FACILITY)), person_id: Some(PersonId(PERSON)), ..it }
        }
        AccountKind::Revenue | AccountKind::Vat => Account {
            facility_id: Some(FacilityId(FACILITY)),
            component: (kind == AccountKind::Revenue).then_some(ComponentKind::Energy),
            vat: Some(Vat::Rate(VatRate::of_basis_points(2_500).unwrap())),
            ..it
        },
        _ => it,
    }
}

impl Books {
    fn balance(&mut self, of: AccountKind) -> (Uuid, &mut Balance) {
        let account = account(of);
        let id = account.id().uuid();
        (id, &mut self.balances.entry(id).or_insert((account, Balance::default())).1)
    }

    /// Moves from the second account to the first.
    fn step(
        &mut self,
        (debit, credit): (AccountKind, AccountKind),
        amount: i64,
        code: &str,
        (document, wish): (Option<Uuid>, Option<Uuid>),
        step: &Step,
    ) -> Uuid {
        let (pending, posted) = match step {
            Step::Posted => (0, amount),
            Step::Pending => (amount, 0),
            Step::Post { held, .. } => (-held, amount),
            Step::Void { .. } | Step::Expire { .. } => (-amount, 0),
        };
        let (debit_id, balance) = self.balance(debit);
        balance.debits_pending += pending;
        balance.debits_posted += posted;
        let (credit_id, balance) = self.balance(credit);
        balance.credits_pending += pending;
        balance.credits_posted += posted;
        let (word, resolves, held) = match step {
            Step::Posted => ("posted", None, None),
            Step::Pending => ("pending", None, None),
            Step::Post { resolves, held } => ("post", Some(*resolves), Some(*held)),
            Step::Void { resolves } => ("void", Some(*resolves), Some(amount)),
            Step::Expire { resolves } => ("expire", Some(*resolves), Some(amount)),
        };
        let number = i64::try_from(self.transfers.len()).unwrap();
        let transfer = id(OF_ANY + 1, number);
        self.transfers.push(row!(ledger_transfer {
            id: transfer,
            organisation_id: ORGANISATION,
            debit_id: debit_id,
            credit_id: credit_id,
            amount: amount,
            step: word,
            resolves_id: resolves,
            held: held,
            code: code,
            document_id: document,
            payment_id: wish,
            value_on: ON,
            expires_at: matches!(step, Step::Pending).then_some(LATER),
            idempotency_key: format!("key {number}"),
            made_by_login_id: None::<Uuid>,
            created_at: AT,
        }));
        transfer
    }

    fn post(
        &mut self,
        accounts: (AccountKind, AccountKind),
        amount: i64,
        code: &str,
        of: (Option<Uuid>, Option<Uuid>),
    ) {
        self.step(accounts, amount, code, of, &Step::Posted);
    }

    fn rows(&self) -> Vec<Row> {
        let accounts = self.balances.iter().map(|(id, (account, balance))| {
            row!(ledger_account {
                id: *id,
                organisation_id: ORGANISATION,
                facility_id: account.facility_id.map(FacilityId::uuid),
                kind: account.kind.word(),
                asset: account.asset.word(),
                person_id: account.person_id.map(PersonId::uuid),
                unit_id: None::<Uuid>,
                component: account.component.map(ComponentKind::word),
                vat: account.vat.map(Vat::word),
                balance_limit: account.kind.limit().word(),
                debits_pending: balance.debits_pending,
                debits_posted: balance.debits_posted,
                credits_pending: balance.credits_pending,
                credits_posted: balance.credits_posted,
                created_at: AT,
            })
        });
        accounts.chain(self.transfers.iter().cloned()).collect()
    }
}

/// All of it, in the order in which it can be written down.
pub(super) fn old_money(version: i64) -> (Vec<Row>, Books) {
    let (mut all, mut books) = (house(), Books::default());
    all.extend(documents(&mut books));
    all.extend(bank(&mut books));
    holds(&mut books);
    if version >= 29 {
        all.extend(paid::payments(&mut books));
    }
    if version >= 31 {
        all.extend(paid::refunds());
    }
    if version >= 33 {
        all.extend(paid::settlements());
    }
    if version >= 37 {
        all.extend(out::tills(&mut books));
        all.extend(out::payouts());
    }
    if version >= 40 {
        all.extend(out::terms_and_lines());
    }
    all.extend(books.rows());
    (all, books)
}

fn house() -> Vec<Row> {
    let person = |id: Uuid, name: &str| {
        row!(person {
            id: id,
            organisation_id: ORGANISATION,
            given_name: name,
            family_name: "Åkesson",
            sort_key: &b"akesson"[..],
            email: format!("{name}@example.se"),
            language: "sv",
            protected_identity: false,
            row_version: 1,
            created_at: AT,
        })
    };
    vec![
        row!(organisation {
            id: ORGANISATION,
            name: "Brf Ekbacken",
            country: "SE",
            organisation_number: "5560360793",
            street: "Storgatan 1",
            postal_code: "392 32",
            city: "Kalmar",
            training: false,
            row_version: 3,
            created_at: AT,
        }),
        row!(facility {
            id: FACILITY,
            organisation_id: ORGANISATION,
            code: "EK",
            code_folded: "ek",
            name: "Ekbacken",
            country: "SE",
            time_zone: "Europe/Stockholm",
            price_area: "SE4",
            colour: "teal",
            row_version: 1,
            created_at: AT,
        }),
        row!(unit {
            id: UNIT,
            facility_id: FACILITY,
            code: "A1101",
            code_folded: "a1101",
            kind: "flat",
            walking_key: &b"a1101"[..],
            row_version: 1,
            created_at: AT,
        }),
        person(PERSON, "Maja"),
        person(OTHER, "Nils"),
    ]
}

/// Invoices of every state, and one of every other kind, each with what it has posted.
fn documents(books: &mut Books) -> Vec<Row> {
    let mut rows = Vec::new();
    let invoices = ["draft", "issued", "sent", "paid", "credited", "void", "sent"].map(|state| ("invoice", state));
    let others = [("credit_note", "issued"), ("receipt", "issued"), ("reminder", "sent")];
    let mut places: BTreeMap<&str, i64> = BTreeMap::new();
    for (at, (kind, state)) in (1..).zip(invoices.into_iter().chain(others)) {
        let (net, rounding) = (8_000 + 400 * at, (at % 2) * 25);
        let (vat, document) = (net / 4, id(DOCUMENT, at));
        let payable = net + vat + rounding;
        let place = (state != "draft").then(|| {
            let place = places.entry(kind).or_default();
            *place += 1;
            *place
        });
        rows.push(row!(document {
            id: document,
            organisation_id: ORGANISATION,
            facility_id: FACILITY,
            person_id: PERSON,
            unit_id: UNIT,
            kind: kind,
            state: state,
            credits_id: (kind == "credit_note").then_some(id(DOCUMENT, 5)),
            fiscal_year: place.map(|_| 2026_i64),
            place: place,
            reference: place.map(|place| format!("{kind}{place}")),
            issued_on: place.map(|_| ON),
            due_on: place.map(|_| "2026-12-03"),
            period_from: "2026-10-01",
            period_to: "2026-10-31",
            language: "sv",
            currency: "SEK",
            net_minor: net,
            vat_minor: vat,
            rounding_minor: rounding,
            payable_minor: payable,
            printed: "{\"to\":\"Åsa's\"}",
            row_version: at,
            created_at: AT,
        }));
        rows.push(row!(document_rate { document_id: document, vat: "2500", net_minor: net, vat_minor: vat }));
        for (place, amount) in [(1, net - 100), (2, 100)] {
            rows.push(row!(document_line {
                document_id: document,
                place: place,
                text: "Laddning",
                energy_wh: 12_345,
                vat: "2500",
                amount_minor: amount,
            }));
        }
        if place.is_none() {
            continue;
        }
        let parts = [(AccountKind::Revenue, net), (AccountKind::Vat, vat), (AccountKind::Rounding, rounding)];
        for (account, amount) in parts.into_iter().filter(|(_, amount)| *amount > 0) {
            let (there, back) = ((AccountKind::Receivable, account), (account, AccountKind::Receivable));
            let of = (Some(document), None);
            books.post(if kind == "credit_note" { back } else { there }, amount, kind, of);
            if state == "void" {
                books.post(back, amount, "reversal", of);
            }
        }
    }
    for (kind, place) in places {
        rows.push(row!(number_series {
            organisation_id: ORGANISATION,
            kind: kind,
            fiscal_year: 2026,
            next_place: place + 1,
            last_on: ON,
        }));
    }
    rows
}

/// What came through the bank: matched, in part, too much, twice and unknown.
fn bank(books: &mut Books) -> Vec<Row> {
    let file = id(OF_ANY, 1);
    let mut rows = vec![row!(bank_file {
        id: file,
        organisation_id: ORGANISATION,
        kind: "bgmax",
        digest: &[7_u8; 32][..],
        name: "Bg'max.txt",
        sender_id: "1",
        skipped: "[]",
        known_count: 0,
        created_at: AT,
    })];
    let outcomes = ["matched", "part", "over", "double", "unmatched"];
    for (at, outcome) in (1..).zip(outcomes) {
        let payment = id(INCOMING, at);
        let left = if outcome == "unmatched" { 1_000 * at } else { 0 };
        rows.push(row!(incoming_payment {
            id: payment,
            organisation_id: ORGANISATION,
            bank_file_id: file,
            bank_key: format!("bank {at}"),
            kind: "payment",
            outcome: outcome,
            currency: "SEK",
            amount_minor: 1_000 * at,
            left_minor: left,
            booked_on: ON,
            account: ACCOUNT,
            deposit: "1",
            payer: "Maja",
            told: "{}",
            line: at,
            lines: "20",
            row_version: 2,
            created_at: AT,
        }));
        let to = if left > 0 { AccountKind::Suspense } else { AccountKind::Receivable };
        books.post((AccountKind::Bank, to), 1_000 * at, "payment", (Some(id(DOCUMENT, 4)), Some(payment)));
    }
    rows
}

/// What is held of what somebody paid beforehand, and how other holds have ended.
fn holds(books: &mut Books) {
    let drawn = (AccountKind::Prepaid, AccountKind::Receivable);
    books.post((AccountKind::Bank, AccountKind::Prepaid), 50_000, "payment", (None, None));
    for amount in [100, 200] {
        books.step(drawn, amount, "refund", (None, None), &Step::Pending);
    }
    for (at, amount) in [(0, 1_000), (1, 1_100), (2, 1_200), (3, 1_300)] {
        let resolves = books.step(drawn, amount, "refund", (None, None), &Step::Pending);
        let (step, amount) = match at {
            0 => (Step::Post { resolves, held: amount }, amount),
            1 => (Step::Post { resolves, held: amount }, amount - 300),
            2 => (Step::Void { resolves }, amount),
            _ => (Step::Expire { resolves }, amount),
        };
        books.step(drawn, amount, if at == 3 { "ran_out" } else { "refund" }, (None, None), &step);
    }
}
