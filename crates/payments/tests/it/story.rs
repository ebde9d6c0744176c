//! The lines in which a story of payments is told, and who carries them out: an adapter, and those outside.
//!
//! | Line | |
//! |---|---|
//! | `check` | Does the provider know us? |
//! | `begin payment-1 100.50` | with `phone=` and `callback=` behind it, where they matter |
//! | `look-up payment-1`, `find payment-1` | by the provider's name for it, by ours alone |
//! | `take payment-1`, `cancel payment-1` | |
//! | `refund refund-1 payment-1 25.50`, `look-up-refund refund-1` | |
//! | `save card-1`, `look-up card-1`, `find card-1`, `end card-1` | of a card that the provider keeps |
//! | `charge payment-1 card-1 100.50` | without the payer being there |
//! | `outside payment-1 PAID` | what becomes of it, in the provider's word and, behind it, its code |
//! | `trouble 500 text/plain Oops` | what the next question is answered with, whatever it asks |
//! | `outdate` | the token is too old |
//! | `stranger check` | the same with keys that the provider does not know |
//! | `lose-an-answer-after 0` | the next answer gets lost |

mod cards;
pub(crate) mod credentials;

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use credentials::Credentials;
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use stolpe_domain::country::Country;
use stolpe_domain::email::Email;
use stolpe_domain::id::{PaymentAttemptId, RefundId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::phone::Phone;
use stolpe_domain::vat::VatRate;
use stolpe_ports::error::PortError;
use stolpe_ports::payments::{
    Onward, PaidBy, PaymentAsk, PaymentFault, PaymentKey, Payments, RawCallback, RefundAsk, Seen,
};
use stolpe_ports::saved_cards::CardKey;
use stolpe_testkit::exchange::{Names, Outcome, Teller};
use stolpe_testkit::{PaymentDouble, PaymentDoubleKind};
use uuid::Uuid;

/// Payments and refunds that a story can have of each.
const MOST: u8 = 9;
const CALLBACK: &str = "https://stolpe.example/api/v1/callbacks/payments/x";

/// Who lets happen what happens at the provider.
pub(crate) enum Outside {
    /// The provider's double.
    Double(Box<PaymentDouble>),
    /// Whoever sits before the screen, with the test system's app or page.
    Person,
    /// It has happened already.
    Nobody,
}

/// A payment, or a refund, of a story.
struct Told {
    ask: PaymentAsk,
    key: PaymentKey,
    movement: Option<String>,
    given_back: i64,
}

/// An adapter that carries out the lines of a story.
pub(crate) struct Story {
    kind: PaymentDoubleKind,
    provider: Box<dyn Payments>,
    stranger: Box<dyn Payments>,
    webhook: String,
    outside: Outside,
    at: DateTime<Utc>,
    run: u64,
    payments: BTreeMap<String, Told>,
    refunds: BTreeMap<String, RefundAsk>,
    cards: BTreeMap<String, CardKey>,
}

/// Our name for a payment, a refund or a card; each run that is meant for somebody who keeps what he was asked has its own.
fn id_of(name: &str, run: u64) -> Uuid {
    let (what, number) = name.rsplit_once('-').expect("a name with a number");
    let number: u8 = number.parse().ok().filter(|number| *number <= MOST).expect("a number");
    let kind: u128 = match what {
        "refund" => 1 << 8,
        "card" => 2 << 8,
        _ => 0,
    };
    Uuid::from_u128(0x0197_5000_0000_7000_8000_0000_0000_0000 + (u128::from(run) << 16) + kind + u128::from(number))
}

/// What a file calls the payments, refunds and cards of a story.
pub(crate) fn named(mut names: Names, run: u64) -> Names {
    for number in 1..=MOST {
        for what in ["payment", "refund", "card"] {
            let name = format!("{what}-{number}");
            names.ours(id_of(&name, run), &name);
        }
    }
    names.put(format!("Stolpe|{}", env!("CARGO_PKG_VERSION")), "Stolpe|{version}".to_owned());
    names
}

impl Story {
    pub(crate) fn new(
        kind: PaymentDoubleKind,
        address: &str,
        credentials: Credentials,
        outside: Outside,
        at: DateTime<Utc>,
        run: u64,
    ) -> Self {
        Self {
            kind,
            provider: credentials.open(kind, address, true),
            stranger: credentials.open(kind, address, false),
            webhook: credentials.webhook,
            outside,
            at,
            run,
            payments: BTreeMap::new(),
            refunds: BTreeMap::new(),
            cards: BTreeMap::new(),
        }
    }

    fn money(&self, written: &str) -> Money {
        let (whole, part) = written.split_once('.').expect("an amount with two decimals");
        let minor = format!("{whole}{part}").parse().expect("an amount");
        let currency = if self.kind == PaymentDoubleKind::Vipps { Currency::Nok } else { Currency::Sek };
        Money::of_minor(minor, currency)
    }

    fn ask(&self, name: &str, amount: &str, more: &[&str]) -> PaymentAsk {
        let said = |what: &str| more.iter().find_map(|word| word.strip_prefix(what)?.strip_prefix('='));
        PaymentAsk {
            attempt: PaymentAttemptId(id_of(name, self.run)),
            amount: self.money(amount),
            vat: VatRate::of_basis_points(2_500).expect("a rate"),
            text: "Saldobetalning A1101 – Brf «Ekbacken»".to_owned(),
            phone: said("phone").map(|phone| Phone::parse(Country::Se, phone).expect("a number")),
            email: Some(Email::parse("boende@example.se").expect("an address")),
            language: Language::Sv,
            return_to: "https://stolpe.example/paid".to_owned(),
            terms: "https://stolpe.example/terms".to_owned(),
            callback: said("callback").unwrap_or(CALLBACK).to_owned(),
            expires_at: self.at + TimeDelta::hours(1),
        }
    }

    /// A payment of the story; one that nobody began is known by our name alone.
    fn payment(&mut self, name: &str) -> &mut Told {
        if !self.payments.contains_key(name) {
            let ask = self.ask(name, "1.00", &[]);
            let key = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference: None };
            self.payments.insert(name.to_owned(), Told { ask, key, movement: None, given_back: 0 });
        }
        self.payments.get_mut(name).expect("it was put there")
    }

    async fn begin(&mut self, is_stranger: bool, name: &str, ask: PaymentAsk) -> String {
        let provider = if is_stranger { &self.stranger } else { &self.provider };
        let begun = provider.begin(&ask).await;
        let reference = begun.as_ref().ok().map(|begun| begun.reference.clone());
        let key = PaymentKey { by: PaidBy::Payer, attempt: ask.attempt, reference };
        self.payments.insert(name.to_owned(), Told { ask, key, movement: None, given_back: 0 });
        begun.map_or_else(
            |fault| said_no(&fault),
            |begun| format!("begun as {}, {}", begun.reference, onward(begun.onward)),
        )
    }

    async fn look_up(&mut self, name: &str, is_by_ours_alone: bool) -> String {
        let mut key = self.payment(name).key.clone();
        if is_by_ours_alone {
            key.reference = None;
        }
        let seen = self.provider.look_up(&key).await;
        if let Ok(seen) = &seen {
            let told = self.payment(name);
            told.movement.clone_from(&seen.movement);
            told.key.reference = seen.reference.clone().or_else(|| told.key.reference.take());
        }
        sight(seen)
    }

    fn refund(&mut self, name: &str, payment: &str, amount: &str) -> RefundAsk {
        let (amount, refund) = (self.money(amount), RefundId(id_of(name, self.run)));
        if let Some(asked) = self.refunds.get(name) {
            return asked.clone();
        }
        let told = self.payment(payment);
        let before = Money::of_minor(told.given_back, amount.currency);
        told.given_back += amount.minor;
        let ask = RefundAsk {
            refund,
            payment: told.key.clone(),
            movement: told.movement.clone(),
            amount,
            before,
            text: "Återbetalning".to_owned(),
            callback: CALLBACK.to_owned(),
        };
        self.refunds.insert(name.to_owned(), ask.clone());
        ask
    }

    /// Lets something happen at the provider; answers what it then tells on its own.
    #[expect(clippy::print_stdout, reason = "whoever records sits before the screen")]
    fn let_happen(&mut self, line: &str, told: &Value) -> Option<RawCallback> {
        match &self.outside {
            Outside::Nobody => None,
            Outside::Person => {
                println!("Let this happen at the provider, then press Enter: {line}\nIt is {}", told["id"]);
                std::io::stdin().read_line(&mut String::new()).expect("a line");
                None
            }
            Outside::Double(double) => {
                let seen = double.outside(told);
                let callback = seen.iter().find(|line| line["event"] == "callback")?;
                let headers = callback["headers"].as_object().into_iter().flatten();
                let body = callback["text"].as_str().map_or_else(|| callback["body"].to_string(), str::to_owned);
                let headers = headers.map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned()));
                let target = callback["target"].as_str().unwrap_or("/api/v1/callbacks/payments/swish");
                Some(RawCallback { target: target.to_owned(), headers: headers.collect(), body: body.into_bytes() })
            }
        }
    }

    /// What the provider calls a payment or a refund.
    fn reference(&mut self, name: &str) -> String {
        if name.starts_with("refund") {
            return id_of(name, self.run).simple().to_string().to_uppercase();
        }
        if let Some(card) = self.cards.get(name) {
            return card.token.clone().expect("the provider has a name for it");
        }
        let told = self.payment(name);
        told.key.reference.clone().unwrap_or_else(|| told.ask.attempt.to_string())
    }

    /// What was told once is signed again: its names stand for other things now.
    fn signed(&self, mut notice: RawCallback) -> RawCallback {
        let digest = STANDARD.encode(Sha256::digest(&notice.body));
        for (_, value) in &mut notice.headers {
            *value = value.replace("{digest}", &digest);
        }
        let header = |name: &str| notice.header(name).unwrap_or_default().to_owned();
        let signed = format!("POST\n{}\n{};{};{digest}", notice.target, header("x-ms-date"), header("host"));
        let mut mac = Hmac::<Sha256>::new_from_slice(self.webhook.as_bytes()).expect("a key");
        mac.update(signed.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        for (_, value) in &mut notice.headers {
            *value = value.replace("{signature}", &signature);
        }
        notice
    }

    fn hear(&self, notice: &RawCallback) -> String {
        match self.provider.read_callback(notice) {
            Ok(read) => format!("a notice of {}, event \"{}\"", read.reference, read.event),
            Err(refusal) => format!("{refusal}"),
        }
    }
}

#[async_trait]
impl Teller for Story {
    async fn carry_out(&mut self, line: &str, notice: Option<RawCallback>) -> Outcome {
        let told = line.strip_prefix("stranger ");
        let words: Vec<_> = told.unwrap_or(line).split(' ').collect();
        let who = if told.is_some() { &self.stranger } else { &self.provider };
        let came_to = match words[..] {
            ["check"] => who.check().await.map_or_else(|error| could_not(&error), |()| "it knows us".to_owned()),
            ["begin", name, amount, ref more @ ..] => {
                let ask = self.ask(name, amount, more);
                self.begin(told.is_some(), name, ask).await
            }
            ["save", card] => self.save(card).await,
            ["look-up", card] if card.starts_with("card") => self.look_up_card(card, false).await,
            ["find", card] if card.starts_with("card") => self.look_up_card(card, true).await,
            ["end", card] => self.end(card).await,
            ["charge", name, card, amount] => self.charge(name, card, amount).await,
            ["look-up", name] => self.look_up(name, false).await,
            ["find", name] => self.look_up(name, true).await,
            ["take", name] => {
                let (key, amount) = (self.payment(name).key.clone(), self.payment(name).ask.amount);
                done(self.provider.take(&key, amount).await)
            }
            ["cancel", name] => {
                let key = self.payment(name).key.clone();
                done(self.provider.cancel(&key).await)
            }
            ["refund", name, payment, amount] => {
                let ask = self.refund(name, payment, amount);
                done(self.provider.refund(&ask).await)
            }
            ["look-up-refund", name] => sight(self.provider.look_up_refund(&self.refunds[name]).await),
            ["outside", name, word, ref code @ ..] => {
                let told = json!({ "id": self.reference(name), "status": word, "code": code.first() });
                let notice = notice.map(|notice| self.signed(notice)).or_else(|| self.let_happen(line, &told));
                return Outcome { came_to: notice.as_ref().map(|notice| self.hear(notice)), notice };
            }
            ["trouble", status, kind, ref text @ ..] => {
                let status: u16 = status.parse().expect("a status");
                self.let_happen(line, &json!({ "instead": status, "type": kind, "text": text.join(" ") }));
                return Outcome::default();
            }
            ["outdate"] => {
                self.let_happen(line, &json!({ "does": "outdate" }));
                return Outcome::default();
            }
            _ => panic!("not a line of a story: {line}"),
        };
        Outcome { came_to: Some(came_to), notice: None }
    }
}

/// Where the payer goes on.
fn onward(onward: Onward) -> String {
    match onward {
        Onward::Phone => "their phone asks".to_owned(),
        Onward::App { token } => format!("on in the app with {token}"),
        Onward::Page { address } => format!("on at {address}"),
        Onward::Frame { html } => format!("on in the frame {html}"),
    }
}

fn done(result: Result<(), PaymentFault>) -> String {
    result.map_or_else(|fault| said_no(&fault), |()| "done".to_owned())
}

fn said_no(fault: &PaymentFault) -> String {
    match fault {
        PaymentFault::NotAsked(error) => format!("not asked: {:?}", error.kind),
        PaymentFault::NotAnswered(error) => format!("not answered: {:?}", error.kind),
        PaymentFault::Refused { code, words } => format!("refused {code}: {words}"),
    }
}

fn could_not(error: &PortError) -> String {
    format!("no answer that says it: {:?}", error.kind)
}

fn sight(seen: Result<Seen, PortError>) -> String {
    let seen = match seen {
        Ok(seen) => seen,
        Err(error) => return could_not(&error),
    };
    let money = |amount: Money| format!("{}.{:02} {}", amount.minor / 100, amount.minor % 100, amount.currency.code());
    let mut words = vec![format!("{:?}", seen.state)];
    words.extend(seen.reference.map(|it| format!("as {it}")));
    words.extend(seen.amount.map(money));
    words.extend(seen.refunded.map(|it| format!("given back {}", money(it))));
    words.extend(seen.movement.map(|it| format!("movement {it}")));
    words.extend(seen.code.map(|it| format!("code {it}")));
    words.join(", ")
}
