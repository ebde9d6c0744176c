//! SMS: which gateway carries them, what they cost, and whether it takes any now.
//!
//! Gateways have no keys for "do this once". A sending is written down before the gateway is asked; one that may have been
//! heard is asked after and never sent again by itself. What a gateway reports on its own is only a hint: it is asked, and
//! what it answers goes through `domain::sms`.

mod look;
mod report;
mod send;

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::setting::is_this_machine;
use crate::vault::Purpose;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, PoisonError};
use stolpe_documents::notice_text::test_sms;
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::phone::{Phone, PhoneError};
use stolpe_domain::sms::{SmsPrice, SmsProvider, check_sender};
use stolpe_ports::error::{PortError, PortErrorKind};
use stolpe_ports::sms::{AccountTrouble, Sms, SmsAccount, SmsFault, SmsGateway, SmsGateways, SmsSeen};
use stolpe_store::sms::{RefusedReports, SmsCount};
use stolpe_store::todo::Waiting;
use stolpe_store::{Conn, StoreError};
use tokio::sync::Notify;

const SMS: &str = "sms";
const STANDING: &str = "sms.standing";

/// The gateways, and a bell.
#[derive(Clone)]
pub(crate) struct Gateways {
    all: Arc<dyn SmsGateways>,
    /// The account that was opened last, and what was kept of it then: one account is opened once for many messages.
    opened: Arc<Mutex<Option<OpenGateway>>>,
    /// Somebody is to be asked sooner than it seemed.
    hurry: Arc<Notify>,
}

impl Gateways {
    pub(crate) fn through(gateways: Arc<dyn SmsGateways>) -> Self {
        Self { all: gateways, opened: Arc::default(), hurry: Arc::new(Notify::new()) }
    }
}

/// A product that runs one command sends no SMS.
struct NoGateways;

impl SmsGateways for NoGateways {
    fn open(&self, _: &SmsAccount) -> std::result::Result<Arc<dyn SmsGateway>, PortError> {
        Err(PortError::bare(PortErrorKind::Misconfigured, "send an SMS"))
    }
}

impl Default for Gateways {
    fn default() -> Self {
        Self::through(Arc::new(NoGateways))
    }
}

/// The gateway as it is stored; what lets us in is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmsSetting {
    /// SMS go out; else they stay in the outbox.
    pub enabled: bool,
    /// Who carries them.
    pub provider: SmsProvider,
    /// What the gateway calls the account.
    pub account: String,
    /// What lets us in, under the data key, in base 64.
    pub secret_sealed: Option<String>,
    /// What stands as the sender.
    pub sender: String,
    /// The price of one part; what the gateway asked for last where nobody has typed one.
    pub price: Option<SmsPrice>,
    /// While it is set, everything goes to this number in its readers' stead.
    pub test_number: Option<String>,
}

impl Default for SmsSetting {
    fn default() -> Self {
        Self {
            enabled: false,
            provider: SmsProvider::Elks,
            account: String::new(),
            secret_sealed: None,
            sender: String::new(),
            price: None,
            test_number: None,
        }
    }
}

impl SmsSetting {
    fn goes_where(&self, other: &Self) -> bool {
        (self.provider, &self.account) == (other.provider, &other.account)
    }
}

/// The gateway as it is typed in.
#[derive(Clone, PartialEq, Eq)]
pub struct SmsDraft {
    /// Everything but what lets us in.
    pub setting: SmsSetting,
    /// What lets us in anew; none keeps the one on file, as long as it is for the same account.
    pub secret: Option<String>,
}

impl std::fmt::Debug for SmsDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SmsDraft").field("setting", &self.setting).finish_non_exhaustive()
    }
}

/// Whether the gateway takes anything now.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct SmsStanding {
    /// What stands in the way, as a stable code.
    pub fault: Option<String>,
    /// What the gateway said.
    pub fault_words: Option<String>,
    /// Since when.
    pub fault_since: Option<DateTime<Utc>>,
    /// It is not asked to send anything before.
    pub wait_until: Option<DateTime<Utc>>,
}

/// The gateway with everything that is known of it.
#[derive(Clone, Debug)]
pub struct OpenSmsSetting {
    /// The setting with its version, if there is one.
    pub setting: Option<(SmsSetting, i64)>,
    /// Whether it takes anything now.
    pub standing: SmsStanding,
    /// What a part costs, as far as that is known.
    pub price: Option<SmsPrice>,
    /// What was refused of what came in the names of gateways.
    pub refused: Vec<RefusedReports>,
}

/// What SMS cost before they are sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SmsEstimate {
    /// How many there are.
    pub messages: i64,
    /// Of how many parts in all.
    pub parts: i64,
    /// What one part costs, as far as that is known.
    pub part_price: Option<SmsPrice>,
    /// What all of it costs.
    pub cost: Option<SmsPrice>,
}

/// Which gateway was tried.
#[derive(Serialize)]
struct Tried {
    provider: SmsProvider,
}

/// A gateway that messages go through now.
pub(super) struct OpenGateway {
    gateway: Arc<dyn SmsGateway>,
    setting: SmsSetting,
}

/// Whether SMS leave the house at all.
pub(crate) async fn sms_is_on(conn: &mut Conn) -> Result<bool> {
    let setting: Option<(SmsSetting, i64)> = conn.find_setting(SMS).await?;
    Ok(setting.is_some_and(|(it, _)| it.enabled))
}

/// What a part costs: as somebody has typed it, or as the gateway asked for it last.
async fn part_price(conn: &mut Conn, setting: Option<&SmsSetting>) -> Result<Option<SmsPrice>> {
    match setting.and_then(|it| it.price.clone()) {
        Some(price) => Ok(Some(price)),
        None => Ok(conn.last_part_price().await?),
    }
}

/// What SMS that wait will cost.
pub(crate) async fn estimate(conn: &mut Conn, count: SmsCount) -> Result<SmsEstimate> {
    if count.messages == 0 {
        return Ok(SmsEstimate::default());
    }
    let setting: Option<(SmsSetting, i64)> = conn.find_setting(SMS).await?;
    let part_price = part_price(conn, setting.as_ref().map(|(it, _)| it)).await?;
    let cost = part_price.as_ref().map(|price| price.times(u64::try_from(count.parts).unwrap_or_default()));
    Ok(SmsEstimate { messages: count.messages, parts: count.parts, part_price, cost })
}

/// The stable code of what is wrong, and what the gateway said of it.
fn told(fault: &SmsFault) -> (&'static str, Option<String>) {
    match fault {
        SmsFault::NotAsked(error) | SmsFault::NotAnswered(error) => ("sms.unavailable", error.words()),
        SmsFault::Busy { .. } => ("sms.busy", None),
        SmsFault::Account { trouble, words } => {
            let code = match trouble {
                AccountTrouble::Key => "sms.key",
                AccountTrouble::Balance => "sms.balance",
                AccountTrouble::Sender => "sms.sender_refused",
            };
            (code, Some(words.clone()))
        }
        SmsFault::Refused { code, words } => ("sms.refused", Some(format!("{code}: {words}"))),
    }
}

impl App {
    /// The gateway, if one is set up, and how it stands.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not change settings.
    pub async fn sms_setting(&self, ctx: &Ctx) -> Result<OpenSmsSetting> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let mut conn = self.read().await?;
        let setting: Option<(SmsSetting, i64)> = conn.find_setting(SMS).await?;
        let standing: Option<(SmsStanding, i64)> = conn.find_setting(STANDING).await?;
        let price = part_price(&mut conn, setting.as_ref().map(|(it, _)| it)).await?;
        let refused = conn.refused_reports().await?;
        Ok(OpenSmsSetting { setting, standing: standing.unwrap_or_default().0, price, refused })
    }

    /// Changes the gateway; when it is switched on, what waits in the outbox goes.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault; [`AppError::Unavailable`] `vault.locked`.
    pub async fn change_sms(&self, ctx: &Ctx, row_version: i64, draft: SmsDraft) -> Result<OpenSmsSetting> {
        let before = self.sms_setting(ctx).await?.setting;
        let mut faults = Faults::default();
        let mut it = draft.setting;
        it.account = faults.text("account", &it.account, 100);
        let sender = faults.keep("sender", check_sender(it.provider, &it.sender), |error| error.code().to_owned());
        it.sender = sender.unwrap_or_default();
        if it.price.as_ref().is_some_and(|price| !price.is_sound()) {
            faults.add("price", "sms.price");
        }
        it.test_number = match it.test_number.as_deref().map(str::trim).filter(|number| !number.is_empty()) {
            Some(number) => faults.keep("testNumber", mobile(number), |code| (*code).to_owned()),
            None => None,
        };
        let old = before.as_ref().map(|(old, _)| old);
        let kept = old.and_then(|old| old.secret_sealed.as_deref());
        match (&draft.secret, old) {
            // Whoever may change settings may not learn what lets us in: another gateway would be told it.
            (None, Some(old)) if kept.is_some() && !it.goes_where(old) => faults.add("secret", "sms.secret_again"),
            (None, _) if kept.is_none() => faults.add("secret", "required"),
            (Some(secret), _) if secret.is_empty() => faults.add("secret", "required"),
            _ => {}
        }
        faults.none()?;
        it.secret_sealed = self.sealed_password(Purpose::SmsSecret, kept, draft.secret)?;
        let shown = |setting: &SmsSetting| SmsSetting { secret_sealed: None, ..setting.clone() };
        let mut tx = self.write().await?;
        tx.put_setting(SMS, row_version, &it).await?;
        // What stood in the way may not any more: the next message shows it.
        let standing: Option<(SmsStanding, i64)> = tx.find_setting(STANDING).await?;
        tx.put_setting(STANDING, standing.map_or(0, |(_, version)| version), &SmsStanding::default()).await?;
        if it.enabled {
            tx.release_notices(Channel::Sms, ctx.at).await?;
        }
        let event = Event::new(Action::SettingChanged, Subject::Setting)
            .before(&old.map(shown))
            .after(&shown(&it))
            .because(SMS);
        tx.commit(ctx, [event]).await?;
        self.gateways.hurry.notify_one();
        self.sms_setting(ctx).await
    }

    /// Sends a test SMS at once, past the outbox, so that the gateway's own words are seen; answers how it was taken.
    ///
    /// # Errors
    /// [`AppError::Refused`] `sms.not_set_up`; [`AppError::Invalid`] for a number that takes no SMS;
    /// [`AppError::Unavailable`] with what the gateway said.
    pub async fn test_sms(&self, ctx: &Ctx, to: &str) -> Result<SmsSeen> {
        let (setting, _) = self.sms_setting(ctx).await?.setting.ok_or(AppError::refused("sms.not_set_up"))?;
        let to = mobile(to).map_err(|code| AppError::field("to", code))?;
        let language = self.me(ctx).await?.language;
        let tried = Event::new(Action::SmsTested, Subject::Setting).after(&Tried { provider: setting.provider });
        let gateway = self.gateway_of(&setting)?;
        self.note_read(ctx, tried).await?;
        let sms = Sms { to, text: test_sms(language).to_owned(), report_to: None };
        gateway.send(&sms).await.map_err(|fault| {
            let (code, words) = told(&fault);
            let source = PortError::new(PortErrorKind::Refused, "send an SMS", words.unwrap_or_default());
            AppError::Unavailable { code, source: Some(Box::new(source)) }
        })
    }

    /// That the gateway takes nothing, for those who can do something about it.
    pub(crate) async fn sms_in_trouble(&self, ctx: &Ctx) -> Result<Option<Waiting>> {
        if ctx.may(Permission::ChangeSetting, Place::Host).is_err() {
            return Ok(None);
        }
        let OpenSmsSetting { setting, standing, .. } = self.sms_setting(ctx).await?;
        let since = standing.fault_since.filter(|_| setting.is_some_and(|(it, _)| it.enabled));
        Ok(since.map(|since| Waiting { kind: "sms.fault".into(), facility_id: None, count: 1, oldest_at: Some(since) }))
    }

    fn gateway_of(&self, it: &SmsSetting) -> Result<Arc<dyn SmsGateway>> {
        let mut opened = self.gateways.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(open) = opened.as_ref().filter(|open| open.setting == *it) {
            return Ok(Arc::clone(&open.gateway));
        }
        let secret = self.opened_password(Purpose::SmsSecret, it.secret_sealed.as_deref())?.unwrap_or_default();
        let account =
            SmsAccount { provider: it.provider, account: it.account.clone(), secret, sender: it.sender.clone() };
        let gateway = self.gateways.all.open(&account)?;
        *opened = Some(OpenGateway { gateway: Arc::clone(&gateway), setting: it.clone() });
        Ok(gateway)
    }

    /// The gateway that messages go through now, if SMS are switched on.
    async fn open_gateway(&self) -> Result<Option<OpenGateway>> {
        let setting: Option<(SmsSetting, i64)> = self.read().await?.find_setting(SMS).await?;
        let Some((setting, _)) = setting.filter(|(it, _)| it.enabled) else { return Ok(None) };
        Ok(Some(OpenGateway { gateway: self.gateway_of(&setting)?, setting }))
    }

    async fn standing(&self) -> Result<(SmsStanding, i64)> {
        let standing: Option<(SmsStanding, i64)> = self.read().await?.find_setting(STANDING).await?;
        Ok(standing.unwrap_or_default())
    }

    /// Notes how the gateway stands, unless somebody has noted something else meanwhile.
    async fn note_standing(&self, version: i64, standing: &SmsStanding) -> Result<()> {
        let mut tx = self.write().await?;
        match tx.put_setting(STANDING, version, standing).await {
            Err(StoreError::Changed) => Ok(()),
            outcome => {
                outcome?;
                tx.commit_telemetry().await
            }
        }
    }

    /// Where a gateway reports, if it can reach us: nobody outside reaches a host that is only on this computer.
    async fn reports_go_to(&self) -> Result<Option<String>> {
        let base = self.public_url().await?;
        let host = base.split_once("://").map_or("", |(_, rest)| rest);
        let host = host.split(['/', ':']).next().unwrap_or_default();
        Ok((!host.is_empty() && !is_this_machine(host)).then_some(base))
    }
}

/// A number that takes SMS, as E.164. Which country the host is in nobody knows, so that it is written with its own.
fn mobile(text: &str) -> std::result::Result<String, &'static str> {
    if !text.trim().starts_with('+') {
        return Err("sms.number_with_country");
    }
    let phone = Phone::parse_stored(text.trim()).map_err(PhoneError::code)?;
    if phone.takes_sms() { Ok(phone.as_str().to_owned()) } else { Err("sms.no_mobile") }
}
