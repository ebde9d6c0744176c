//! SMS leave the outbox: each is claimed and written down as asked for, and then the gateway is asked once.

use super::look::{Heard, SOONEST};
use super::{OpenGateway, SmsStanding, told};
use crate::App;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::random;
use chrono::{DateTime, TimeDelta, Utc};
use std::time::Duration;
use stolpe_documents::notice_text::diverted_sms;
use stolpe_domain::channel::Channel;
use stolpe_domain::id::SmsSendingId;
use stolpe_domain::person::VEIL;
use stolpe_domain::sms::{SmsHappening, SmsState};
use stolpe_ports::sms::{Sms, SmsFault};
use stolpe_store::notice::Notice;
use stolpe_store::sms::Sending;

/// Messages taken from the outbox at a time.
const RUN: i64 = 50;
/// How often the outbox is looked at.
const EVERY: Duration = Duration::from_secs(5);
/// A host that asks has the message to itself for so long: longer than its question can take.
pub(super) const CLAIM: TimeDelta = TimeDelta::minutes(3);
/// When a gateway is asked again that could not be asked, or has no time and does not say until when.
const AWAY: TimeDelta = TimeDelta::minutes(1);
/// When a gateway is asked again that takes nothing from our account: somebody has to do something about it first.
const ACCOUNT: TimeDelta = TimeDelta::minutes(15);
/// No gateway is believed that it has no time for longer.
const LONGEST_PAUSE: TimeDelta = TimeDelta::hours(1);

impl App {
    /// Sends what is due and asks what became of what was sent, until the host stops.
    pub fn run_sms(&self) {
        let app = self.clone();
        self.spawn(async move {
            loop {
                if let Err(error) = app.send_due_sms().await {
                    tracing::warn!(%error, "SMS wait in the outbox");
                }
                if let Err(error) = app.look_after_sms().await {
                    tracing::warn!(%error, "what became of SMS waits");
                }
                tokio::select! {
                    () = app.stop.cancelled() => return,
                    () = app.gateways.hurry.notified() => {}
                    () = tokio::time::sleep(EVERY) => {}
                }
            }
        });
    }

    /// Sends every SMS whose time has come; answers how many the gateway took.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached or the vault is locked. What the gateway says is noted.
    pub async fn send_due_sms(&self) -> Result<usize> {
        let mut sent = 0;
        if self.open_gateway().await?.is_none() || self.standing().await?.0.wait_until > Some(self.now()) {
            return Ok(sent);
        }
        let due = self.read().await?.due_notices(Channel::Sms, self.now(), RUN).await?;
        for notice in due {
            if self.stop.is_cancelled() {
                break;
            }
            // Whoever switches to a test number while many messages go out means the next one.
            let Some(open) = self.open_gateway().await? else { break };
            let Some(sending) = self.begin_sending(&notice, &open).await? else { continue };
            let sms = Sms {
                to: sending.address.clone(),
                text: sending.text.clone().unwrap_or_default(),
                report_to: sending.report_to.clone(),
            };
            let outcome = open.gateway.send(&sms).await;
            sent += usize::from(outcome.is_ok());
            let pause = outcome.as_ref().err().and_then(pause);
            let heard = match &outcome {
                Ok(seen) => Heard::seen(seen.clone()),
                Err(fault) => {
                    tracing::warn!(notice = %notice.id, error = ?fault, "an SMS was not taken");
                    Heard::fault(fault, pause.map(|pause| self.now() + pause))
                }
            };
            self.learn_of_sms(sending.id, heard).await?;
            self.note_outcome(outcome.as_ref().err(), pause).await?;
            if pause.is_some() {
                break;
            }
        }
        Ok(sent)
    }

    /// Takes a message upon this host and writes down that the gateway is asked; nothing when another host has it.
    async fn begin_sending(&self, notice: &Notice, open: &OpenGateway) -> Result<Option<Sending>> {
        let ctx = Ctx::system("sms", self.now());
        let id: SmsSendingId = ctx.new_id();
        let report_key = hex::encode(random::bytes::<16>());
        let base = self.reports_go_to().await?;
        let provider = open.setting.provider;
        let report_to =
            base.map(|base| format!("{base}/api/v1/callbacks/sms/{}/{}/{report_key}", provider.word(), id.uuid()));
        let (address, text) = match &open.setting.test_number {
            Some(number) => (number.clone(), self.diverted_text(notice).await?),
            None => (notice.address.clone(), notice.body.clone()),
        };
        let sending = Sending {
            id,
            notice: notice.id,
            provider,
            address,
            text: Some(text),
            report_to,
            report_key,
            state: SmsState::Asked,
            reference: None,
            hint: None,
            code: None,
            words: None,
            look_count: 0,
            looked_at: None,
            next_look_at: Some(ctx.at + CLAIM),
            created_at: ctx.at,
        };
        let mut tx = self.write().await?;
        if !tx.claim_sms(notice.id, notice.attempt_count, ctx.at).await? {
            return Ok(None);
        }
        tx.insert_sending(&sending).await?;
        tx.commit_telemetry().await?;
        Ok(Some(sending))
    }

    /// An SMS as it goes to the test number: for whom it was. Protected people are not told of.
    async fn diverted_text(&self, notice: &Notice) -> Result<String> {
        let protected = match notice.person {
            Some(person) => !self.read().await?.protected_of(&[person]).await?.is_empty(),
            None => false,
        };
        let recipient = if protected { VEIL } else { &notice.address };
        Ok(diverted_sms(notice.language, &notice.body, recipient))
    }

    /// Notes whether the gateway takes anything. One that refuses a message takes others.
    async fn note_outcome(&self, fault: Option<&SmsFault>, pause: Option<TimeDelta>) -> Result<()> {
        let (before, version) = self.standing().await?;
        let after = match (fault, pause) {
            (Some(fault), Some(pause)) => {
                let (code, words) = told(fault);
                // That it has no time for more is how gateways are.
                let is_trouble = !matches!(fault, SmsFault::Busy { .. });
                SmsStanding {
                    fault: is_trouble.then(|| code.to_owned()),
                    fault_words: words.filter(|_| is_trouble),
                    fault_since: is_trouble.then(|| before.fault_since.unwrap_or_else(|| self.now())),
                    wait_until: Some(self.now() + pause),
                }
            }
            _ => SmsStanding::default(),
        };
        if after == before { Ok(()) } else { self.note_standing(version, &after).await }
    }
}

/// How long the gateway is not asked to send anything after this; nothing where only one message was refused.
fn pause(fault: &SmsFault) -> Option<TimeDelta> {
    match fault {
        SmsFault::NotAsked(_) | SmsFault::NotAnswered(_) => Some(AWAY),
        SmsFault::Busy { after } => {
            let said = after.and_then(|after| TimeDelta::from_std(after).ok());
            Some(said.unwrap_or(AWAY).clamp(SOONEST, LONGEST_PAUSE))
        }
        SmsFault::Account { .. } => Some(ACCOUNT),
        SmsFault::Refused { .. } => None,
    }
}

impl Heard {
    /// What a fault means for a sending, and when the message may be sent again if the gateway has not heard of it.
    fn fault(fault: &SmsFault, again_at: Option<DateTime<Utc>>) -> Self {
        let happening = match fault {
            SmsFault::NotAsked(_) | SmsFault::Busy { .. } | SmsFault::Account { .. } => SmsHappening::NotAsked,
            SmsFault::NotAnswered(_) => SmsHappening::NotAnswered,
            SmsFault::Refused { .. } => SmsHappening::Refused,
        };
        let (code, words) = told(fault);
        Self { happening, seen: None, fault: Some((code, words)), again_at, looked: false }
    }
}
