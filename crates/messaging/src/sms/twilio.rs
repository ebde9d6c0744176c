//! Twilio: forms in, JSON out, and reports that are signed.

use super::exchange::{WHAT, act, field, fields, look, query, read, web, with_form, words};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit as _, Mac as _};
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use sha1::Sha1;
use stolpe_domain::sms::{SmsPrice, SmsSight, is_service};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::payments::{CallbackRefusal, RawCallback};
use stolpe_ports::sms::{AccountTrouble, Sms, SmsAccount, SmsFault, SmsGateway, SmsReport, SmsSeen};
use stolpe_web::{Answer, Web};
use url::Url;

/// What lets nobody in: no such account, a key that is none, an account that is closed.
const KEY_CODES: [i64; 4] = [20003, 20005, 20008, 20404];
/// Senders that are not ours, or that cannot send there.
const SENDER_CODES: [i64; 6] = [21212, 21603, 21606, 21611, 21612, 21659];
/// No money left.
const BALANCE_CODES: [i64; 2] = [20006, 30002];
/// Messages to one number that are looked through.
const PAGE: &str = "200";

/// An account at Twilio.
#[derive(Debug)]
pub struct Twilio {
    web: Web,
    address: Url,
    account: SmsAccount,
}

/// A message as Twilio tells it.
#[derive(Deserialize)]
struct Message {
    sid: String,
    status: String,
    to: String,
    body: Option<String>,
    num_segments: Option<String>,
    price: Option<String>,
    price_unit: Option<String>,
    error_code: Option<i64>,
    /// As mail writes instants.
    date_created: Option<String>,
}

#[derive(Deserialize)]
struct Listed {
    messages: Vec<Message>,
    next_page_uri: Option<String>,
}

/// A refusal.
#[derive(Deserialize)]
struct Refusal {
    code: Option<i64>,
    message: Option<String>,
}

impl Message {
    fn seen(self) -> SmsSeen {
        let sight = match self.status.as_str() {
            "delivered" | "read" | "received" => SmsSight::Delivered,
            "undelivered" | "failed" | "canceled" => SmsSight::Failed,
            _ => SmsSight::Underway,
        };
        let cost = self.price.as_deref().zip(self.price_unit.as_deref());
        SmsSeen {
            reference: self.sid,
            to: self.to,
            sight,
            // A messaging service that has not chosen yet says none.
            parts: self.num_segments.and_then(|parts| parts.parse().ok()).filter(|parts| *parts > 0),
            cost: cost.and_then(|(price, currency)| SmsPrice::of_decimal(price, currency)),
            code: self.error_code.map(|code| code.to_string()),
        }
    }

    fn created_at(&self) -> Option<DateTime<Utc>> {
        DateTime::parse_from_rfc2822(self.date_created.as_deref()?).ok().map(|at| at.to_utc())
    }
}

impl Twilio {
    /// Opens an account. Nothing is asked yet.
    pub fn open(address: Url, account: SmsAccount) -> Self {
        Self { web: web(), address, account }
    }

    fn ask(&self, method: Method, path: &str) -> Result<RequestBuilder, PortError> {
        let account = &self.account.account;
        if !account.chars().all(|sign| sign.is_ascii_alphanumeric()) {
            return Err(PortError::new(PortErrorKind::Misconfigured, WHAT, "not the id of an account"));
        }
        let base = self.address.as_str().trim_end_matches('/');
        let question = self.web.ask(method, &format!("{base}/2010-04-01/Accounts/{account}/{path}"))?;
        Ok(question.basic_auth(account, Some(self.account.secret.as_str())))
    }
}

fn refused(answer: &Answer) -> SmsFault {
    let refusal: Option<Refusal> = serde_json::from_slice(&answer.content).ok();
    let (code, said) = refusal.map_or((None, None), |it| (it.code, it.message));
    let words = said.unwrap_or_else(|| words(answer));
    let account = |trouble| SmsFault::Account { trouble, words: words.clone() };
    match code {
        _ if answer.status == StatusCode::UNAUTHORIZED => account(AccountTrouble::Key),
        _ if answer.status == StatusCode::PAYMENT_REQUIRED => account(AccountTrouble::Balance),
        Some(20429) => SmsFault::Busy { after: None },
        Some(code) if KEY_CODES.contains(&code) => account(AccountTrouble::Key),
        Some(code) if BALANCE_CODES.contains(&code) => account(AccountTrouble::Balance),
        Some(code) if SENDER_CODES.contains(&code) => account(AccountTrouble::Sender),
        Some(code) => SmsFault::Refused { code: code.to_string(), words },
        None => SmsFault::Refused { code: format!("HTTP {}", answer.status.as_u16()), words },
    }
}

#[async_trait]
impl SmsGateway for Twilio {
    async fn send(&self, sms: &Sms) -> Result<SmsSeen, SmsFault> {
        let sender = self.account.sender.as_str();
        let from = if is_service(sender) { "MessagingServiceSid" } else { "From" };
        let mut form = vec![("To", sms.to.as_str()), (from, sender), ("Body", &sms.text)];
        if let Some(address) = &sms.report_to {
            form.push(("StatusCallback", address));
        }
        let question = self.ask(Method::POST, "Messages.json").map_err(SmsFault::NotAsked)?;
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
        let answer = look(self.ask(Method::GET, &format!("Messages/{reference}.json"))?).await?;
        match answer.status {
            StatusCode::NOT_FOUND => Ok(None),
            status if status.is_success() => Ok(Some(read::<Message>(&answer)?.seen())),
            status => Err(stolpe_web::said(WHAT, status)),
        }
    }

    async fn find(&self, to: &str, text: &str, since: DateTime<Utc>) -> Result<Vec<SmsSeen>, PortError> {
        let since_day = since.date_naive().to_string();
        let narrowed = query(&[("To", to), ("DateSent>", &since_day), ("PageSize", PAGE)]);
        let answer = look(self.ask(Method::GET, &format!("Messages.json?{narrowed}"))?).await?;
        if !answer.status.is_success() {
            return Err(stolpe_web::said(WHAT, answer.status));
        }
        let page: Listed = read(&answer)?;
        let same = |it: &Message| it.to == to && it.body.as_deref() == Some(text);
        let young = |it: &Message| it.created_at().is_none_or(|at| at >= since);
        let found: Vec<SmsSeen> =
            page.messages.into_iter().filter(|it| same(it) && young(it)).map(Message::seen).collect();
        // Not finding it in a part of the list says nothing.
        if found.is_empty() && page.next_page_uri.is_some_and(|next| !next.is_empty()) {
            return Err(PortError::bare(PortErrorKind::Unavailable, WHAT));
        }
        Ok(found)
    }

    fn read_report(&self, address: &str, report: &RawCallback) -> Result<SmsReport, CallbackRefusal> {
        let fields = fields(report);
        let signed = report.header("x-twilio-signature").and_then(|told| STANDARD.decode(told).ok());
        let signed = signed.ok_or(CallbackRefusal::Forged)?;
        let mut mac =
            Hmac::<Sha1>::new_from_slice(self.account.secret.as_bytes()).map_err(|_| CallbackRefusal::Forged)?;
        mac.update(address.as_bytes());
        for (name, value) in &fields {
            mac.update(name.as_bytes());
            mac.update(value.as_bytes());
        }
        mac.verify_slice(&signed).map_err(|_| CallbackRefusal::Forged)?;
        let reference = field(&fields, "MessageSid").filter(|id| !id.is_empty()).ok_or(CallbackRefusal::Unreadable)?;
        let status = field(&fields, "MessageStatus").unwrap_or_default();
        Ok(SmsReport { event: status.to_owned(), reference: reference.to_owned() })
    }
}
