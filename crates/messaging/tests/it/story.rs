//! The lines in which a story of messages is told, and who carries them out: an adapter, and those outside.
//!
//! | Line | |
//! |---|---|
//! | `send message-1 Hej` | `send-to +46… message-1 Hej` to another number |
//! | `look-up message-1` | by the gateway's name for it |
//! | `find message-1` | by what was sent and when |
//! | `outside message-1 delivered` | what becomes of it, in the gateway's word |
//! | `trouble 502 text/plain upstream` | what the next question is answered with, whatever it asks |
//! | `no-money` | the account is empty |
//! | `stranger send message-1 Hej` | the same with a key that the gateway does not know |
//! | `lose-an-answer-after 0` | the next answer gets lost |

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use serde_json::{Value, json};
use sha1::Sha1;
use std::collections::BTreeMap;
use std::sync::Arc;
use stolpe_domain::sms::SmsProvider;
use stolpe_messaging::{Gateways, SmsAddresses};
use stolpe_ports::error::PortError;
use stolpe_ports::payments::RawCallback;
use stolpe_ports::sms::{Sms, SmsAccount, SmsFault, SmsGateway, SmsGateways as _, SmsSeen};
use stolpe_testkit::SmsDouble;
use stolpe_testkit::exchange::{Names, Outcome, Teller};
use url::form_urlencoded;

const REPORT_TO: &str = "https://stolpe.example/api/v1/callbacks/sms/x/y/z";
/// A number that nobody has: PTS keeps such for stories.
const NUMBER: &str = "+46701740605";

/// As whom a gateway knows us while a story is told.
#[derive(Clone)]
pub(crate) struct Account {
    provider: SmsProvider,
    name: String,
    secret: String,
    sender: String,
    number: String,
}

/// What the environment says.
#[expect(clippy::disallowed_methods, reason = "keys of others are never in a file")]
pub(crate) fn told(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

impl Account {
    /// The one that the double knows.
    pub(crate) fn of_the_double(provider: SmsProvider) -> Self {
        let (name, secret) = match provider {
            SmsProvider::Elks => ("u0123456789abcdef", "4B57A3B1"),
            SmsProvider::Twilio => ("AC0123456789abcdef0123456789abcdef", "6e1b2f2c8d4a4f0a9b3c5d7e8f901234"),
        };
        let (sender, number) = ("Ekbacken".to_owned(), NUMBER.to_owned());
        Self { provider, name: name.to_owned(), secret: secret.to_owned(), sender, number }
    }

    /// The one of the environment.
    pub(crate) fn told(provider: SmsProvider) -> Self {
        let told = |name: &str| told(&format!("STOLPE_RECORD_{name}")).unwrap_or_default();
        let (name, secret) = (told("ACCOUNT"), told("SECRET"));
        Self { provider, name, secret, sender: told("SENDER"), number: told("NUMBER") }
    }

    /// What stands for it in a file.
    pub(crate) fn names(&self, mut names: Names) -> Names {
        let pair = STANDARD.encode(format!("{}:{}", self.name, self.secret));
        names.put(format!("Basic {pair}"), "Basic {secret}".to_owned());
        names.add(&self.name, "account");
        names.add(&self.sender, "sender");
        names.add(self.number.trim_start_matches('+'), "number");
        names
    }

    fn open(&self, address: &str, secret: &str) -> Arc<dyn SmsGateway> {
        let addresses = SmsAddresses::default().with(&format!("{}={address}", self.provider.word()));
        let (account, sender) = (self.name.clone(), self.sender.clone());
        let account = SmsAccount { provider: self.provider, account, secret: secret.to_owned().into(), sender };
        Gateways::at(addresses.expect("an address")).open(&account).expect("an account")
    }
}

/// Who lets happen what happens at the gateway.
pub(crate) enum Outside {
    /// The gateway's double.
    Double(Box<SmsDouble>),
    /// Whoever sits before the screen, with a phone.
    Person,
    /// It has happened already.
    Nobody,
}

/// An adapter that carries out the lines of a story.
pub(crate) struct Story {
    account: Account,
    gateway: Arc<dyn SmsGateway>,
    stranger: Arc<dyn SmsGateway>,
    outside: Outside,
    at: DateTime<Utc>,
    texts: BTreeMap<String, String>,
    references: BTreeMap<String, String>,
}

impl Story {
    pub(crate) fn new(address: &str, account: Account, outside: Outside, at: DateTime<Utc>) -> Self {
        let (gateway, stranger) = (account.open(address, &account.secret), account.open(address, "wrong"));
        Self { account, gateway, stranger, outside, at, texts: BTreeMap::new(), references: BTreeMap::new() }
    }

    async fn send(&mut self, who: &dyn SmsGateway, to: String, name: &str, text: String) -> String {
        self.texts.insert(name.to_owned(), text.clone());
        let sent = who.send(&Sms { to, text, report_to: Some(REPORT_TO.to_owned()) }).await;
        if let Ok(seen) = &sent {
            self.references.insert(name.to_owned(), seen.reference.clone());
        }
        sent.map_or_else(|fault| said_no(&fault), |seen| format!("taken: {}", sight(seen)))
    }

    /// Lets something happen at the gateway; answers what it then tells on its own.
    #[expect(clippy::print_stdout, reason = "whoever records sits before the screen")]
    fn let_happen(&self, line: &str, told: &Value) -> Option<RawCallback> {
        match &self.outside {
            Outside::Nobody => None,
            Outside::Person => {
                println!("Let this happen at the gateway, then press Enter: {line}");
                std::io::stdin().read_line(&mut String::new()).expect("a line");
                None
            }
            Outside::Double(double) => {
                let seen = double.outside(told);
                let report = seen.iter().find(|line| line["event"] == "callback")?;
                let headers = report["headers"].as_object().into_iter().flatten();
                let headers = headers.map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()));
                let body = report["text"].as_str().expect("a text").as_bytes().to_vec();
                let target = report["address"].as_str().and_then(|it| it.strip_prefix("https://stolpe.example"));
                Some(RawCallback { target: target.expect("ours").to_owned(), headers: headers.collect(), body })
            }
        }
    }

    /// What was told once is signed again: its names stand for other things now.
    fn signed(&self, mut report: RawCallback) -> RawCallback {
        let mut fields: Vec<_> = form_urlencoded::parse(&report.body).into_owned().collect();
        fields.sort();
        let signed = fields.iter().fold(REPORT_TO.to_owned(), |text, (name, value)| text + name + value);
        let mut mac = Hmac::<Sha1>::new_from_slice(self.account.secret.as_bytes()).expect("a key");
        mac.update(signed.as_bytes());
        let signature = STANDARD.encode(mac.finalize().into_bytes());
        for (_, value) in &mut report.headers {
            *value = value.replace("{signature}", &signature);
        }
        report
    }

    fn hear(&self, report: &RawCallback) -> String {
        match self.gateway.read_report(REPORT_TO, report) {
            Ok(read) => format!("a report of {}: {}", read.reference, read.event),
            Err(refusal) => refusal.to_string(),
        }
    }
}

#[async_trait]
impl Teller for Story {
    async fn carry_out(&mut self, line: &str, notice: Option<RawCallback>) -> Outcome {
        let told = line.strip_prefix("stranger ");
        let words: Vec<_> = told.unwrap_or(line).split(' ').collect();
        let who = Arc::clone(if told.is_some() { &self.stranger } else { &self.gateway });
        let came_to = match words[..] {
            ["send", name, ref text @ ..] => {
                let to = self.account.number.clone();
                self.send(who.as_ref(), to, name, text.join(" ")).await
            }
            ["send-to", to, name, ref text @ ..] => self.send(who.as_ref(), to.to_owned(), name, text.join(" ")).await,
            ["look-up", name] => {
                let reference = self.references.get(name).map_or("SM99", String::as_str);
                match who.look_up(reference).await {
                    Ok(seen) => seen.map_or_else(|| "not known".to_owned(), sight),
                    Err(error) => could_not(&error),
                }
            }
            ["find", name] => {
                let text = self.texts.get(name).map_or("never sent", String::as_str);
                match who.find(&self.account.number, text, self.at - TimeDelta::minutes(5)).await {
                    Ok(found) if found.is_empty() => "not found".to_owned(),
                    Ok(found) => found.into_iter().map(sight).collect::<Vec<_>>().join("; "),
                    Err(error) => could_not(&error),
                }
            }
            ["outside", name, word] => {
                let told = json!({ "id": self.references[name], "status": word });
                let notice = notice.map(|notice| self.signed(notice)).or_else(|| self.let_happen(line, &told));
                return Outcome { came_to: notice.as_ref().map(|notice| self.hear(notice)), notice };
            }
            ["trouble", status, kind, ref text @ ..] => {
                let status: u16 = status.parse().expect("a status");
                self.let_happen(line, &json!({ "instead": status, "type": kind, "text": text.join(" ") }));
                return Outcome::default();
            }
            ["no-money"] => {
                self.let_happen(line, &json!({ "money": 0 }));
                return Outcome::default();
            }
            _ => panic!("not a line of a story: {line}"),
        };
        Outcome { came_to: Some(came_to), notice: None }
    }
}

fn said_no(fault: &SmsFault) -> String {
    match fault {
        SmsFault::NotAsked(error) => format!("not asked: {:?}", error.kind),
        SmsFault::NotAnswered(error) => format!("not answered: {:?}", error.kind),
        SmsFault::Busy { after } => format!("busy, again after {after:?}"),
        SmsFault::Account { trouble, words } => format!("the account's {trouble:?}: {words}"),
        SmsFault::Refused { code, words } => format!("refused {code}: {words}"),
    }
}

fn could_not(error: &PortError) -> String {
    format!("no answer that says it: {:?}", error.kind)
}

fn sight(seen: SmsSeen) -> String {
    let mut words = vec![format!("{:?}", seen.sight), format!("as {}", seen.reference), format!("to {}", seen.to)];
    words.extend(seen.parts.map(|parts| format!("parts {parts}")));
    words.extend(seen.cost.map(|cost| format!("{} ten-thousandths {}", cost.ten_thousandths, cost.currency)));
    words.extend(seen.code.map(|code| format!("code {code}")));
    words.join(", ")
}
