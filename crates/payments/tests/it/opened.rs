//! Each provider opened at a double of its own, and what its payers do in its own words.

use serde_json::json;
use stolpe_domain::email::Email;
use stolpe_domain::id::{PaymentAttemptId, RefundId};
use stolpe_domain::language::Language;
use stolpe_domain::money::{Currency, Money};
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_domain::vat::VatRate;
use stolpe_payments::{Payson, PaysonAgreement, Swish, SwishAgreement, Vipps, VippsAgreement};
use stolpe_ports::payments::{PaymentAsk, PaymentKey, Payments, RawCallback, RefundAsk};
use stolpe_testkit::{PaymentDouble, PaymentDoubleKind};
use stolpe_web::{Proof, Trust};
use uuid::Uuid;
use zeroize::Zeroizing;

/// A provider and the one that it asks.
pub(crate) struct Opened {
    pub(crate) kind: PaymentDoubleKind,
    pub(crate) double: PaymentDouble,
    pub(crate) provider: Box<dyn Payments>,
    /// The same with keys that the provider does not know.
    pub(crate) stranger: Box<dyn Payments>,
}

pub(crate) const ALL: [PaymentDoubleKind; 3] =
    [PaymentDoubleKind::Swish, PaymentDoubleKind::Vipps, PaymentDoubleKind::Payson];

/// What payers do.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Payer {
    Agrees,
    SaysNo,
    BreaksOff,
    WaitsTooLong,
}

impl Opened {
    pub(crate) fn new(kind: PaymentDoubleKind) -> Self {
        let double = PaymentDouble::start(kind);
        let provider = at(kind, &double, &double.address, true);
        let stranger = at(kind, &double, &double.address, false);
        Self { kind, double, provider, stranger }
    }

    pub(crate) const fn currency(&self) -> Currency {
        match self.kind {
            PaymentDoubleKind::Vipps => Currency::Nok,
            PaymentDoubleKind::Swish | PaymentDoubleKind::Payson => Currency::Sek,
        }
    }

    pub(crate) fn money(&self, minor: i64) -> Money {
        Money::of_minor(minor, self.currency())
    }

    pub(crate) fn ask(&self, minor: i64) -> PaymentAsk {
        PaymentAsk {
            attempt: PaymentAttemptId(Uuid::from_u128(name_of(minor))),
            amount: self.money(minor),
            vat: VatRate::of_basis_points(2_500).expect("a rate"),
            text: "Saldobetalning A1101 – Brf «Ekbacken»".to_owned(),
            phone: None,
            email: Some(Email::parse("boende@example.se").expect("an address")),
            language: Language::Sv,
            return_to: "https://stolpe.example/paid".to_owned(),
            terms: "https://stolpe.example/terms".to_owned(),
            callback: "https://stolpe.example/api/v1/callbacks/payments/x".to_owned(),
            expires_at: "2026-12-01T12:00:00Z".parse().expect("a time"),
        }
    }

    /// Lets the payer of a payment do something; answers the callback that follows.
    pub(crate) fn payer(&self, reference: &str, does: Payer) -> RawCallback {
        let (status, code) = match (self.kind, does) {
            (PaymentDoubleKind::Swish, Payer::Agrees) => ("PAID", None),
            (PaymentDoubleKind::Swish, Payer::SaysNo) => ("DECLINED", None),
            (PaymentDoubleKind::Swish, Payer::BreaksOff) => ("ERROR", Some("BANKIDCL")),
            (PaymentDoubleKind::Swish, Payer::WaitsTooLong) => ("ERROR", Some("TM01")),
            (PaymentDoubleKind::Vipps, Payer::Agrees) => ("AUTHORIZED", None),
            (PaymentDoubleKind::Vipps, Payer::SaysNo | Payer::BreaksOff) => ("ABORTED", None),
            (PaymentDoubleKind::Vipps, Payer::WaitsTooLong) => ("EXPIRED", None),
            (PaymentDoubleKind::Payson, Payer::Agrees) => ("readyToShip", None),
            (PaymentDoubleKind::Payson, Payer::SaysNo) => ("denied", None),
            (PaymentDoubleKind::Payson, Payer::BreaksOff) => ("canceled", None),
            (PaymentDoubleKind::Payson, Payer::WaitsTooLong) => ("expired", None),
        };
        let seen = self.double.outside(&json!({ "id": reference, "status": status, "code": code }));
        let callback = seen.iter().find(|line| line["event"] == "callback").expect("a callback");
        let headers = callback["headers"].as_object().into_iter().flatten();
        let body = callback["text"].as_str().map_or_else(|| callback["body"].to_string(), str::to_owned);
        RawCallback {
            target: callback["target"].as_str().unwrap_or_default().to_owned(),
            headers: headers.map(|(name, value)| (name.clone(), value.as_str().expect("text").to_owned())).collect(),
            body: body.into_bytes(),
        }
    }

    pub(crate) fn refund(&self, payment: &PaymentKey, movement: Option<String>, minor: i64, before: i64) -> RefundAsk {
        RefundAsk {
            refund: RefundId(Uuid::from_u128(0xFEED_0000 + name_of(minor * 1_000 + before))),
            payment: payment.clone(),
            movement,
            amount: self.money(minor),
            before: self.money(before),
            text: "Återbetalning".to_owned(),
            callback: "https://stolpe.example/api/v1/callbacks/payments/x".to_owned(),
        }
    }
}

/// A provider opened at an address, with keys that are known there or not.
pub(crate) fn at(kind: PaymentDoubleKind, double: &PaymentDouble, address: &str, is_known: bool) -> Box<dyn Payments> {
    let secret = |known: &str| Zeroizing::new(if is_known { known.to_owned() } else { "wrong".to_owned() });
    match kind {
        PaymentDoubleKind::Swish => {
            let stranger = stolpe_testkit::Authority::default();
            let signed_by = if is_known { &double.authority } else { &stranger };
            let (certificates, key) = signed_by.sign_client();
            Box::new(Swish::open(SwishAgreement {
                address: format!("{address}/swish-cpcapi/").parse().expect("an address"),
                trust: Trust::Only(double.authority.pem()),
                proof: Proof { certificates, key: Zeroizing::new(key) },
                payee: PaymentAccount::parse(AccountKind::Swish, "123 118 11 89").expect("a number"),
            }))
        }
        PaymentDoubleKind::Vipps => Box::new(Vipps::open(VippsAgreement {
            address: address.parse().expect("an address"),
            trust: Trust::Only(double.authority.pem()),
            client_id: "fb492b5e-7907-4d83-bc20-c7fb60ca35de".to_owned(),
            client_secret: secret("Y8Kteew6GE2ZmeycEt6egg=="),
            subscription_key: Zeroizing::new("0f14ebcab0ec4b29ae0cb90d91b4a84a".to_owned()),
            merchant_serial_number: "123456".to_owned(),
            webhook_secrets: vec![secret("090a478d-37ff-4e77-970e-d457aeb26a3a")],
        })),
        PaymentDoubleKind::Payson => Box::new(Payson::open(PaysonAgreement {
            address: format!("{address}/2.0/").parse().expect("an address"),
            trust: Trust::Only(double.authority.pem()),
            agent_id: "4".to_owned(),
            api_key: secret("2acab30d-fe50-426f-90d7-8c60a7eb31d4"),
        })),
    }
}

/// Ids that differ when what they stand for does.
fn name_of(seed: i64) -> u128 {
    u128::from(seed.unsigned_abs()) + 0x0197_5000_0000_7000_8000_0000_0000_0000
}
