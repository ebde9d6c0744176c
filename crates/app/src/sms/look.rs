//! Gateways are asked what became of messages, by a host that has taken it upon itself.

use super::send::CLAIM;
use crate::App;
use crate::error::{AppError, Result};
use crate::feed::Change;
use chrono::{DateTime, TimeDelta, Utc};
use std::sync::Arc;
use stolpe_domain::id::SmsSendingId;
use stolpe_domain::sms::{SmsHappening, SmsState, asks_again_in};
use stolpe_ports::error::PortError;
use stolpe_ports::sms::{SmsGateway, SmsSeen};
use stolpe_store::notice::{Notice, NoticeState};
use stolpe_store::sms::Sending;

/// No message is asked after more often.
pub(super) const SOONEST: TimeDelta = TimeDelta::seconds(3);
/// When a gateway is asked again that could not be asked.
const AWAY: TimeDelta = TimeDelta::minutes(1);
/// Clocks differ: what a gateway calls older by so much may still be what was sent.
const CLOCKS_DIFFER: TimeDelta = TimeDelta::minutes(5);
/// Messages that are asked after in one round.
const MOST_AT_ONCE: i64 = 50;
/// Words of a gateway that are kept.
const LONGEST_WORDS: usize = 400;

/// What became known of a sending.
pub(super) struct Heard {
    pub(super) happening: SmsHappening,
    /// What the gateway says of it.
    pub(super) seen: Option<SmsSeen>,
    /// The stable code and the gateway's words of why not.
    pub(super) fault: Option<(&'static str, Option<String>)>,
    /// When the message may be sent again, if the gateway has not heard of it.
    pub(super) again_at: Option<DateTime<Utc>>,
    /// The gateway was asked what became of it.
    pub(super) looked: bool,
}

impl Heard {
    pub(super) fn seen(seen: SmsSeen) -> Self {
        let happening = SmsHappening::Seen(seen.sight);
        Self { happening, seen: Some(seen), fault: None, again_at: None, looked: false }
    }

    const fn nothing() -> Self {
        Self { happening: SmsHappening::NotAnswered, seen: None, fault: None, again_at: None, looked: true }
    }
}

impl App {
    /// Asks after every SMS whose time has come; answers after how many this host did.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached. What a gateway does is noted and no error.
    pub async fn look_after_sms(&self) -> Result<usize> {
        let due = self.read().await?.due_sendings(self.now(), MOST_AT_ONCE).await?;
        let mut asked = 0;
        for sending in due {
            if self.stop.is_cancelled() {
                break;
            }
            let Some(seen) = sending.next_look_at else { continue };
            let mut tx = self.write().await?;
            let ours = tx.claim_look(sending.id, seen, self.now() + CLAIM).await?;
            tx.commit_telemetry().await?;
            if ours {
                asked += 1;
                self.look_after(&sending).await?;
            }
        }
        Ok(asked)
    }

    async fn look_after(&self, sending: &Sending) -> Result<()> {
        let gateway = match self.open_gateway().await {
            // Of another gateway, or of none, nobody can be asked.
            Ok(open) => open.filter(|it| it.setting.provider == sending.provider).map(|it| it.gateway),
            Err(AppError::Unavailable { code, .. }) => {
                tracing::warn!(code, sending = %sending.id, "an SMS gateway could not be asked");
                return self.look_later(sending.id).await;
            }
            Err(other) => return Err(other),
        };
        let heard = match gateway {
            None => Heard::nothing(),
            Some(gateway) => match self.hear_of_sms(&gateway, sending).await? {
                Ok(Some(seen)) => Heard { looked: true, ..Heard::seen(seen) },
                Ok(None) => Heard::nothing(),
                Err(error) => {
                    tracing::warn!(%error, sending = %sending.id, "an SMS gateway did not say what became of a message");
                    return self.look_later(sending.id).await;
                }
            },
        };
        self.learn_of_sms(sending.id, heard).await
    }

    /// What the gateway knows of a sending: by its name, by the name that a report gave it, or by what was sent and when.
    async fn hear_of_sms(
        &self,
        gateway: &Arc<dyn SmsGateway>,
        sending: &Sending,
    ) -> Result<std::result::Result<Option<SmsSeen>, PortError>> {
        if let Some(reference) = &sending.reference {
            return Ok(gateway.look_up(reference).await);
        }
        let mut found = Vec::new();
        if let Some(hint) = &sending.hint {
            match gateway.look_up(hint).await {
                Ok(seen) => found.extend(seen.filter(|it| it.to == sending.address)),
                Err(error) => return Ok(Err(error)),
            }
        }
        if let (true, Some(text)) = (found.is_empty(), &sending.text) {
            match gateway.find(&sending.address, text, sending.created_at - CLOCKS_DIFFER).await {
                Ok(seen) => found = seen,
                Err(error) => return Ok(Err(error)),
            }
        }
        // The same words to the same number may have been sent before: those have their names.
        let names: Vec<String> = found.iter().map(|it| it.reference.clone()).collect();
        let known = self.read().await?.known_references(sending.provider, &names).await?;
        Ok(Ok(found.into_iter().find(|it| !known.contains(&it.reference))))
    }

    /// The gateway could not be asked: it is, a while later.
    async fn look_later(&self, id: SmsSendingId) -> Result<()> {
        let mut tx = self.write().await?;
        let Some(mut sending) = tx.find_sending(id).await? else { return Ok(()) };
        sending.next_look_at = Some(self.now() + AWAY);
        tx.put_sending(&sending).await?;
        tx.commit_telemetry().await
    }

    /// Writes down what became known of a sending, and what follows for its message.
    ///
    /// # Errors
    /// Whatever the database says; nothing has been changed then.
    pub(super) async fn learn_of_sms(&self, id: SmsSendingId, heard: Heard) -> Result<()> {
        let at = self.now();
        let mut tx = self.write().await?;
        let Some(seen) = tx.find_sending(id).await? else { return Ok(()) };
        tx.hold_notice(seen.notice).await?;
        let (Some(mut notice), all) = (tx.find_notice(seen.notice).await?, tx.sendings_of(seen.notice).await?) else {
            return Ok(());
        };
        let is_last = all.last().is_some_and(|last| last.id == id);
        let Some(mut sending) = all.into_iter().find(|it| it.id == id) else { return Ok(()) };
        note(&mut sending, &heard, at);
        tx.put_sending(&sending).await?;
        let before = notice.clone();
        // A message that was sent again by hand stands as it was sent last, unless an earlier one has arrived.
        if is_last || sending.state == SmsState::Delivered {
            follow(&mut notice, &sending, &heard, at);
        }
        if notice != before {
            tx.update_notice(&notice).await?;
        }
        tx.commit_telemetry().await?;
        if notice != before {
            self.feed.publish(Change {
                action: "notice.moved",
                tags: &["notice", "todo"],
                subject: Some(notice.id.uuid()),
                organisation: notice.organisation,
                facility: None,
                only: None,
            });
        }
        Ok(())
    }
}

/// What became known, put down with the sending.
fn note(sending: &mut Sending, heard: &Heard, at: DateTime<Utc>) {
    let before = sending.state;
    let looks = if heard.looked { sending.look_count + 1 } else { sending.look_count };
    let asked = u32::try_from(looks).unwrap_or(u32::MAX);
    sending.state = before.after(heard.happening);
    // Whoever was asked often enough and does not know it is believed not to have it, and nobody sends it again.
    if heard.looked && sending.state == SmsState::Asked && asks_again_in(SmsState::Asked, asked).is_none() {
        sending.state = sending.state.after(SmsHappening::GivenUp);
    }
    sending.look_count = if sending.state == before { looks } else { 0 };
    if heard.looked {
        sending.looked_at = Some(at);
    }
    if let Some(seen) = &heard.seen {
        sending.reference.get_or_insert_with(|| seen.reference.clone());
        sending.code = seen.code.clone().or_else(|| sending.code.take());
    }
    if let Some((code, words)) = &heard.fault {
        sending.code = Some((*code).to_owned());
        sending.words = words.as_ref().map(|words| words.chars().take(LONGEST_WORDS).collect());
    }
    if sending.state != SmsState::Asked && sending.state != SmsState::Lost {
        sending.text = None;
    }
    let asked = u32::try_from(sending.look_count).unwrap_or(u32::MAX);
    sending.next_look_at = asks_again_in(sending.state, asked).map(|pause| at + pause);
}

/// What follows for the message.
fn follow(notice: &mut Notice, sending: &Sending, heard: &Heard, at: DateTime<Utc>) {
    let diverted = (sending.address != notice.address).then(|| sending.address.clone());
    if let Some(seen) = &heard.seen {
        notice.parts = seen.parts.map(i64::from).or(notice.parts);
        notice.cost = seen.cost.clone().or_else(|| notice.cost.take());
    }
    (notice.fault, notice.fault_words) = (None, None);
    match sending.state {
        SmsState::Asked => notice.state = NoticeState::Unclear,
        SmsState::NotAsked => {
            notice.state = NoticeState::Queued;
            // It was not tried: it stands where it stood.
            notice.attempt_count = (notice.attempt_count - 1).max(0);
            notice.next_attempt_at = Some(heard.again_at.unwrap_or(at));
        }
        SmsState::Taken | SmsState::Delivered => {
            notice.state = match (sending.state, &diverted) {
                (_, Some(_)) => NoticeState::Diverted,
                (SmsState::Delivered, None) => NoticeState::Delivered,
                (_, None) => NoticeState::Sent,
            };
            notice.sent_at.get_or_insert(at);
            if sending.state == SmsState::Delivered {
                notice.delivered_at.get_or_insert(at);
            }
            notice.diverted_to = diverted;
        }
        SmsState::Failed => {
            notice.state = NoticeState::Failed;
            let refused = sending.reference.is_none();
            notice.fault = Some(if refused { "sms.refused" } else { "sms.undelivered" }.to_owned());
            notice.fault_words = if refused { sending.words.clone() } else { sending.code.clone() };
        }
        SmsState::Lost => {
            notice.state = NoticeState::Failed;
            notice.fault = Some("sms.unclear".to_owned());
            notice.fault_words.clone_from(&sending.words);
        }
    }
}
