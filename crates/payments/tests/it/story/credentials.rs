//! As whom a provider knows us while a story is told, and what stands for that in a file.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use stolpe_domain::payment_account::{AccountKind, PaymentAccount};
use stolpe_payments::{Payson, PaysonAgreement, Swish, SwishAgreement, Vipps, VippsAgreement};
use stolpe_ports::payments::Payments;
use stolpe_testkit::exchange::Names;
use stolpe_testkit::{Authority, PaymentDoubleKind};
use stolpe_web::{Proof, Trust};
use zeroize::Zeroizing;

/// Everything that any provider wants to know.
#[derive(Clone)]
pub(crate) struct Credentials {
    /// Payson's agent, the number that Swish pays to, the sales unit at Vipps.
    pub(crate) account: String,
    /// Vipps alone.
    pub(crate) client: String,
    pub(crate) secret: String,
    /// Vipps alone.
    pub(crate) subscription: String,
    /// Vipps alone.
    pub(crate) webhook: String,
    /// Swish alone.
    pub(crate) proof: Proof,
}

/// What the environment says.
#[expect(clippy::disallowed_methods, reason = "credentials of others are never in a file")]
pub(crate) fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Credentials {
    /// Those that the doubles know.
    pub(crate) fn of_the_double(kind: PaymentDoubleKind, authority: &Authority) -> Self {
        let (certificates, key) = authority.sign_client();
        let (account, secret) = match kind {
            PaymentDoubleKind::Swish => ("1231181189", ""),
            PaymentDoubleKind::Vipps => ("123456", "Y8Kteew6GE2ZmeycEt6egg=="),
            PaymentDoubleKind::Payson => ("4", "2acab30d-fe50-426f-90d7-8c60a7eb31d4"),
        };
        Self {
            account: account.to_owned(),
            client: "fb492b5e-7907-4d83-bc20-c7fb60ca35de".to_owned(),
            secret: secret.to_owned(),
            subscription: "0f14ebcab0ec4b29ae0cb90d91b4a84a".to_owned(),
            webhook: "090a478d-37ff-4e77-970e-d457aeb26a3a".to_owned(),
            proof: Proof { certificates, key: Zeroizing::new(key) },
        }
    }

    /// Those of the environment.
    pub(crate) fn told() -> Self {
        let told = |name: &str| told(&format!("STOLPE_RECORD_{name}")).unwrap_or_default();
        Self {
            account: told("ACCOUNT"),
            client: told("CLIENT"),
            secret: told("SECRET"),
            subscription: told("SUBSCRIPTION"),
            webhook: told("WEBHOOK"),
            proof: Proof { certificates: told("CERTIFICATES"), key: Zeroizing::new(told("KEY")) },
        }
    }

    /// What stands for them in a file.
    pub(crate) fn names(&self, kind: PaymentDoubleKind, mut names: Names) -> Names {
        match kind {
            PaymentDoubleKind::Swish => names.add(&self.account, "account"),
            PaymentDoubleKind::Payson => {
                let pair = format!("{}:{}", self.account, self.secret);
                names.put(format!("Basic {}", STANDARD.encode(pair)), "Basic {secret}".to_owned());
            }
            PaymentDoubleKind::Vipps => {
                names.add(&self.account, "account");
                names.add(&self.client, "client");
                names.add(&self.secret, "secret");
                names.add(&self.subscription, "secret");
            }
        }
        names
    }

    /// An adapter that knows them; one that does not has another secret.
    pub(crate) fn open(&self, kind: PaymentDoubleKind, address: &str, is_known: bool) -> Box<dyn Payments> {
        let secret = |known: &str| Zeroizing::new(if is_known { known.to_owned() } else { "wrong".to_owned() });
        let at = |path: &str| format!("{address}{path}").parse().expect("an address");
        match kind {
            PaymentDoubleKind::Swish => Box::new(Swish::open(SwishAgreement {
                address: at("/swish-cpcapi/"),
                trust: Trust::System,
                proof: self.proof.clone(),
                payee: PaymentAccount::parse(AccountKind::Swish, &self.account).expect("a number"),
            })),
            PaymentDoubleKind::Vipps => Box::new(Vipps::open(VippsAgreement {
                address: at("/"),
                trust: Trust::System,
                client_id: self.client.clone(),
                client_secret: secret(&self.secret),
                subscription_key: Zeroizing::new(self.subscription.clone()),
                merchant_serial_number: self.account.clone(),
                webhook_secrets: vec![secret(&self.webhook)],
            })),
            PaymentDoubleKind::Payson => Box::new(Payson::open(PaysonAgreement {
                address: at("/2.0/"),
                trust: Trust::System,
                agent_id: self.account.clone(),
                api_key: secret(&self.secret),
            })),
        }
    }
}
