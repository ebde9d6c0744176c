//! 46elks: forms in, JSON out, and refusals in plain text.

use super::exchange::{WHAT, act, field, fields, look, query, read, web, with_form, words};
use async_trait::async_trait;
use chrono::{DateTime, NaiveDateTime, Utc};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use stolpe_domain::sms::{SmsPrice, SmsSight};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{CallbackRefusal, RawCallback};
use stolpe_ports::sms::{AccountTrouble, Sms, SmsAccount, SmsFault, SmsGateway, SmsReport, SmsSeen};
use stolpe_web::{Answer, Web};
use url::Url;

/// Pages of the list that are looked through; each holds a hundred.
const MOST_PAGES: usize = 10;

/// An account at 46elks.
#[derive(Debug)]
pub struct Elks {
    web: Web,
    address: Url,
    account: SmsAccount,
}

/// A message as 46elks tells it.
#[derive(Deserialize)]
struct Message {
    id: String,
    status: String,
    to: String,
    #[serde(rename = "message")]
    text: Option<String>,
    created: String,
    /// In ten-thousandths.
    cost: Option<i64>,
    /// Of another account than a Swedish one.
    currency: Option<String>,
    parts: Option<u32>,
}

#[derive(Deserialize)]
struct Listed {
    data: Vec<Message>,
    next: Option<String>,
}

impl Message {
    fn seen(self) -> SmsSeen {
        let sight = match self.status.as_str() {
            "delivered" => SmsSight::Delivered,
            "failed" => SmsSight::Failed,
            _ => SmsSight::Underway,
        };
        let currency = self.currency.unwrap_or_else(|| "SEK".to_owned());
        let cost = self.cost.map(|ten_thousandths| SmsPrice { ten_thousandths, currency });
        let code = (sight == SmsSight::Failed).then(|| self.status.clone());
        SmsSeen { reference: self.id, to: self.to, sight, parts: self.parts, cost, code }
    }

    fn created_at(&self) -> Option<DateTime<Utc>> {
        NaiveDateTime::parse_from_str(&self.created, "%Y-%m-%dT%H:%M:%S%.f").ok().map(|at| at.and_utc())
    }
}

impl Elks {
    /// Opens an account. Nothing is asked yet.
    pub fn open(address: Url, account: SmsAccount) -> Self {
        Self { web: web(), address, account }
    }

    fn ask(&self, method: Method, path: &str) -> Result<RequestBuilder, PortError> {
        let address = format!("{}/a1/{path}", self.address.as_str().trim_end_matches('/'));
        let question = self.web.ask(method, &address)?;
        Ok(question.basic_auth(&self.account.account, Some(self.account.secret.as_str())))
    }
}

/// What a refusal is about: they come as words, and which status has which words is said nowhere for certain.
fn refused(answer: &Answer) -> SmsFault {
    let words = words(answer);
    let said = words.to_lowercase();
    let account = |trouble| SmsFault::Account { trouble, words: words.clone() };
    let about = |word: &str| said.contains(word);
    match answer.status {
        StatusCode::UNAUTHORIZED => account(AccountTrouble::Key),
        StatusCode::PAYMENT_REQUIRED => account(AccountTrouble::Balance),
        _ if about("balance") || about("credit") || about("funds") => account(AccountTrouble::Balance),
        _ if about("from") && !about("to number") => account(AccountTrouble::Sender),
        status => SmsFault::Refused { code: format!("HTTP {}", status.as_u16()), words },
    }
}

#[async_trait]
impl SmsGateway for Elks {
    async fn send(&self, sms: &Sms) -> Result<SmsSeen, SmsFault> {
        let mut form = vec![("from", self.account.sender.as_str()), ("to", &sms.to), ("message", &sms.text)];
        if let Some(address) = &sms.report_to {
            form.push(("whendelivered", address));
        }
        let question = self.ask(Method::POST, "sms").map_err(SmsFault::NotAsked)?;
        let answer = act(with_form(question, &form)).await?;
        if !answer.status.is_success() {
            return Err(refused(&answer));
        }
        // Whoever says yes in words that cannot be read has taken it.
        Ok(read::<Message>(&answer).map_err(SmsFault::NotAnswered)?.seen())
    }

    async fn look_up(&self, reference: &str) -> Result<Option<SmsSeen>, PortError> {
        if !reference.chars().all(|sign| sign.is_ascii_alphanumeric()) {
            return Ok(None);
        }
        let answer = look(self.ask(Method::GET, &format!("sms/{reference}"))?).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(read::<Message>(&answer)?.seen())),
            status => Err(stolpe_web::said(WHAT, status)),
        }
    }

    async fn find(&self, to: &str, text: &str, since: DateTime<Utc>) -> Result<Vec<SmsSeen>, PortError> {
        let mut found = Vec::new();
        let mut start: Option<String> = None;
        for _ in 0..MOST_PAGES {
            let mut page = vec![("limit", "100")];
            page.extend(start.as_deref().map(|start| ("start", start)));
            let answer = look(self.ask(Method::GET, &format!("sms?{}", query(&page)))?).await?;
            if !answer.status.is_success() {
                return Err(stolpe_web::said(WHAT, answer.status));
            }
            let page: Listed = read(&answer)?;
            // The latest come first; what cannot be dated may be among them.
            let older = page.data.last().and_then(Message::created_at).is_some_and(|at| at < since);
            let same = |it: &Message| it.to == to && it.text.as_deref() == Some(text);
            let young = |it: &Message| it.created_at().is_none_or(|at| at >= since);
            found.extend(page.data.into_iter().filter(|it| same(it) && young(it)).map(Message::seen));
            start = page.next;
            if older || start.is_none() {
                return Ok(found);
            }
        }
        // Not finding it in a part of the list says nothing.
        if found.is_empty() { Err(PortError::bare(PortErrorKind::Unavailable, WHAT)) } else { Ok(found) }
    }

    fn read_report(&self, _: &str, report: &RawCallback) -> Result<SmsReport, CallbackRefusal> {
        // Nothing is signed: the address is known to nobody else, and what is said there is asked after.
        let fields = fields(report);
        let reference = field(&fields, "id").filter(|id| !id.is_empty()).ok_or(CallbackRefusal::Unreadable)?;
        let status = field(&fields, "status").unwrap_or_default();
        Ok(SmsReport { event: status.to_owned(), reference: reference.to_owned() })
    }
}
