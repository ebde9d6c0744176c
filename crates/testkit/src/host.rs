//! The whole product on a throw-away database, with a clock, a keychain and a mailer that tests hold in their hands.

use crate::clock::FakeClock;
use crate::database::TestDb;
use crate::desk::Desk;
use crate::keychain::MemoryKeychain;
use crate::mailer::RecordingMailer;
use argon2::{Algorithm, Argon2, Params, PasswordHasher as _, Version};
use serde_json::{Value, json};
use std::sync::Arc;
use stolpe_api::Api;
use stolpe_app::App;
use stolpe_domain::access::{Membership, Role, Scope};
use stolpe_domain::id::{LoginId, MembershipId};
use stolpe_messaging::Imap;
use stolpe_ports::clock::Clock as _;
use stolpe_ports::mail::Mailer;
use stolpe_ports::mailbox::MailboxReader;
use stolpe_ports::payments::PaymentProviders;
use stolpe_ports::prices::PriceMarket;
use stolpe_ports::sms::SmsGateways;
use stolpe_store::{Db, Engine};
use uuid::Uuid;

/// The password of everybody in tests; it meets the usual policy.
pub const PASSWORD: &str = "Kalmar-Ek-77!";
/// The first owner's address.
pub const OWNER: &str = "siv@ekbacken.example";

/// Where a role holds.
#[derive(Clone, Debug)]
pub enum At {
    /// The whole installation.
    Host,
    /// One organisation.
    Organisation(String),
    /// One facility.
    Facility(String),
    /// One department.
    Department(String),
    /// The person alone, whose register and facility these are.
    Own(String, String),
}

/// The whole product on a throw-away database.
#[derive(Debug)]
pub struct TestHost {
    /// The product.
    pub app: App,
    /// Its database.
    pub db: TestDb,
    /// Its clock.
    pub clock: FakeClock,
    /// Where its mail goes.
    pub mail: RecordingMailer,
    /// Where its master key is.
    pub keychain: MemoryKeychain,
    /// The first owner.
    pub owner: Desk,
    /// Opens the vault when the key is lost.
    pub recovery_code: String,
    /// Brf Ekbacken.
    pub organisation: String,
    /// Its facility EKB.
    pub facility: String,
}

/// What the first run is given in tests.
pub fn setup_draft() -> Value {
    json!({
        "owner": {"givenName": "Siv", "familyName": "Ek", "email": OWNER, "password": PASSWORD, "language": "sv"},
        "organisation": {
            "name": "Brf Ekbacken", "country": "SE", "organisationNumber": "769600-0012", "vatNumber": null,
            "street": "Ekbacken 1", "postalCode": "392 31", "city": "Kalmar"
        },
        "facility": {"code": "EKB", "name": "Ekbacken", "country": "SE"}
    })
}

impl TestHost {
    /// A product that waits for its first run.
    pub async fn bare(engine: Engine) -> Self {
        Self::over(TestDb::new(engine).await).await
    }

    /// A product that waits for its first run, on this database.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn over(db: TestDb) -> Self {
        let (mail, keychain) = (RecordingMailer::default(), MemoryKeychain::default());
        Self::with(db, Arc::new(mail.clone()), mail, keychain).await
    }

    async fn with(db: TestDb, mailer: Arc<dyn Mailer>, mail: RecordingMailer, keychain: MemoryKeychain) -> Self {
        let clock = FakeClock::default();
        let app = start(db.db.clone(), &clock, mailer, &keychain).await;
        let owner = Desk::new(router(&app), None);
        let (recovery_code, organisation, facility) = Default::default();
        Self { app, db, clock, mail, keychain, owner, recovery_code, organisation, facility }
    }

    /// A product after its first run.
    pub async fn new(engine: Engine) -> Self {
        Self::bare(engine).await.set_up().await
    }

    /// A product after its first run, whose mail goes through a mailer of the test's own.
    pub async fn with_mailer(engine: Engine, mailer: Arc<dyn Mailer>) -> Self {
        let db = TestDb::new(engine).await;
        Self::with(db, mailer, RecordingMailer::default(), MemoryKeychain::default()).await.set_up().await
    }

    /// The same product, which reads mailboxes by these means.
    #[must_use]
    pub fn reading_mailboxes(self, mailboxes: Arc<dyn MailboxReader>) -> Self {
        let app = self.app.clone().reading_mailboxes(mailboxes);
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self { app, owner, ..self }
    }

    /// Carries out the first run.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn set_up(mut self) -> Self {
        let done = self.nobody().post("/setup", setup_draft()).await.expect(201);
        self.owner.token = Some(text(&done["token"]));
        self.recovery_code = text(&done["recoveryCode"]);
        self.organisation = text(&self.owner.get("/organisations").await.expect(200)["items"][0]["id"]);
        self.facility = text(&self.owner.get("/facilities").await.expect(200)["items"][0]["id"]);
        self
    }

    /// The product as it is after the program was started again; everything in memory is gone.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn restarted(self, keychain: MemoryKeychain) -> Self {
        let app = start(self.db.db.clone(), &self.clock, Arc::new(self.mail.clone()), &keychain).await;
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self { app, keychain, owner, ..self }
    }

    /// Another host on the same database, with the same clock and keychain.
    ///
    /// # Panics
    /// When it does not start.
    pub async fn beside(&self) -> Self {
        let app = start(self.db.db.clone(), &self.clock, Arc::new(self.mail.clone()), &self.keychain).await;
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self {
            owner,
            app,
            db: self.db.another(),
            clock: self.clock.clone(),
            mail: self.mail.clone(),
            keychain: self.keychain.clone(),
            recovery_code: self.recovery_code.clone(),
            organisation: self.organisation.clone(),
            facility: self.facility.clone(),
        }
    }

    /// The same product, which asks these sources for the prices of the market.
    #[must_use]
    pub fn asking_for_prices(self, market: Arc<dyn PriceMarket>) -> Self {
        let app = self.app.clone().asking_for_prices(market);
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self { app, owner, ..self }
    }

    /// The same product, which takes payments through these providers.
    #[must_use]
    pub fn taking_payments(self, providers: Arc<dyn PaymentProviders>) -> Self {
        let app = self.app.clone().taking_payments(providers);
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self { app, owner, ..self }
    }

    /// The same product, which sends SMS through these gateways.
    #[must_use]
    pub fn sending_sms(self, gateways: Arc<dyn SmsGateways>) -> Self {
        let app = self.app.clone().sending_sms(gateways);
        let owner = Desk::new(router(&app), self.owner.token.clone());
        Self { app, owner, ..self }
    }

    /// Somebody who has not signed in.
    pub fn nobody(&self) -> Desk {
        Desk::new(router(&self.app), None)
    }

    /// Somebody with this token.
    pub fn bearer(&self, token: &Value) -> Desk {
        Desk::new(router(&self.app), Some(text(token)))
    }

    /// Signs in with a password.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn sign_in(&self, facility: Option<&str>, username: &str) -> Desk {
        let input = json!({"facility": facility, "username": username, "password": PASSWORD});
        self.bearer(&self.nobody().post("/login", input).await.expect(200)["token"])
    }

    /// Sets up mail to the recording mailer.
    ///
    /// # Panics
    /// When that is refused.
    pub async fn mail_on(&self) {
        let version = self.owner.get("/settings/mail").await.expect(200)["rowVersion"].as_i64().unwrap();
        let server = json!({
            "enabled": true, "host": "localhost", "port": 25, "security": "none", "username": null,
            "fromName": "Brf Ekbacken", "fromAddress": "post@ekbacken.example"
        });
        self.owner.put_at("/settings/mail", version, server).await.expect(200);
    }

    /// Sends what is due and answers what was sent.
    ///
    /// # Panics
    /// When the outbox cannot be read.
    pub async fn sent(&self) -> Vec<stolpe_ports::mail::Mail> {
        self.app.answer_resets().await.unwrap();
        self.app.send_due().await.unwrap();
        self.mail.take()
    }

    /// The secret at the end of the link in the last mail to somebody.
    ///
    /// # Panics
    /// When no mail with a link was sent.
    pub async fn link(&self, to: &str) -> String {
        let mail = self.sent().await.into_iter().rfind(|mail| mail.to == to).expect("a mail");
        let line = mail.text.lines().find(|line| line.contains("://")).expect("a link");
        line.rsplit_once('#').expect("a secret behind the hash").1.to_owned()
    }

    /// Signs somebody in who holds this role there and nothing else.
    ///
    /// People of the desk are invited by mail and take the invitation up; people of the portal are given a login in
    /// their facility.
    ///
    /// # Panics
    /// When any step is refused.
    pub async fn as_(&self, role: Role, at: At) -> Desk {
        let address = format!("{}-{}@example.se", role.word(), Uuid::from_u128(crate::postgres::next()).simple());
        let (kind, id) = match &at {
            At::Host => ("host", None),
            At::Organisation(id) => ("organisation", Some(id)),
            At::Facility(id) => ("facility", Some(id)),
            At::Department(id) => ("department", Some(id)),
            At::Own(organisation, facility) => return self.portal(role, &address, organisation, facility).await,
        };
        self.mail_on().await;
        let invitation = json!({
            "givenName": "Test", "familyName": role.word(), "email": address, "language": "sv", "role": role,
            "scope": {"kind": kind, "id": id}
        });
        self.owner.post("/staff", invitation).await.expect(201);
        let path = format!("/invitations/{}", self.link(&address).await);
        self.bearer(&self.nobody().put(&path, json!({"password": PASSWORD})).await.expect(200)["token"])
    }

    async fn portal(&self, role: Role, address: &str, organisation: &str, facility: &str) -> Desk {
        let person = json!({"givenName": "Test", "familyName": role.word(), "email": address, "language": "sv"});
        let path = format!("/persons?organisationId={organisation}&facilityId={facility}");
        let person = text(&self.owner.post(&path, person).await.expect(201)["id"]);
        let login = json!({"personId": person, "facilityId": facility, "username": address});
        let login = text(&self.owner.post("/logins", login).await.expect(201)["id"]);
        self.give_password(&login, false).await;
        if role != Role::Resident {
            // No use case gives these roles yet.
            let mut tx = self.app.write().await.unwrap();
            let id = MembershipId(Uuid::from_u128(u128::MAX - crate::postgres::next()));
            let membership = Membership { id, role, scope: Scope::Own };
            tx.insert_membership(&membership, LoginId(login.parse().unwrap()), self.clock.now()).await.unwrap();
            tx.commit_telemetry().await.unwrap();
        }
        let code = self.owner.get(&format!("/facilities/{facility}")).await.expect(200);
        self.sign_in(code["code"].as_str(), address).await
    }

    /// Gives a login [`PASSWORD`]: as one's own, or as the initial one of a letter.
    ///
    /// # Panics
    /// When there is no such login.
    pub async fn give_password(&self, login: &str, initial: bool) {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let hash = weak.hash_password(PASSWORD.as_bytes()).unwrap().to_string();
        let mut tx = self.app.write().await.unwrap();
        tx.set_password(LoginId(login.parse().unwrap()), &hash, initial, self.clock.now()).await.unwrap();
        tx.commit_telemetry().await.unwrap();
    }
}

async fn start(db: Db, clock: &FakeClock, mailer: Arc<dyn Mailer>, keychain: &MemoryKeychain) -> App {
    let app = App::start(db, Arc::new(clock.clone()), mailer, Arc::new(keychain.clone())).await;
    app.expect("the product starts").reading_mailboxes(Arc::new(Imap::default()))
}

fn router(app: &App) -> axum::Router {
    stolpe_api::router(Api { app: app.clone(), secure_cookies: true })
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("{value} is no text")).to_owned()
}
