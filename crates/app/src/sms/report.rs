//! What gateways report. Nothing of it is believed: it says which message to ask about, and that soon.

use super::look::SOONEST;
use super::{SMS, SmsSetting};
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use stolpe_domain::id::SmsSendingId;
use stolpe_domain::sms::{SmsProvider, SmsState};
use stolpe_ports::payments::{CallbackRefusal, RawCallback};
use stolpe_ports::sms::SmsReport;
use stolpe_store::sms::{Report, ReportOutcome, Sending};
use uuid::Uuid;

/// Events that are kept of one sending; gateways tell of a handful.
const MOST_OF_A_SENDING: i64 = 20;
/// Of a text that somebody outside has written, no more is kept.
const LONGEST_TEXT: usize = 2_000;

impl App {
    /// Takes in what somebody has sent in a gateway's name. It is put into the inbox once, and the gateway is asked soon.
    ///
    /// Open to nobody in particular: who sent it is proven by its address, its signature where the gateway signs, and by
    /// asking.
    ///
    /// # Errors
    /// [`AppError::Refused`] `callback.refused` for what is not the gateway's, cannot be read, or tells of nothing that we
    /// know. That is counted, and nothing of it is kept.
    pub async fn take_sms_report(
        &self,
        ctx: &Ctx,
        (provider, id, key): (SmsProvider, SmsSendingId, &str),
        report: &RawCallback,
    ) -> Result<()> {
        let (sending, told) = match self.reported(provider, id, key, report).await? {
            Ok(told) => told,
            Err(reason) => {
                let mut tx = self.write().await?;
                tx.count_refused_report(provider, reason, ctx.at).await?;
                tx.commit_telemetry().await?;
                return Err(AppError::refused("callback.refused"));
            }
        };
        let is_known = sending.state == SmsState::Delivered;
        let kept = Report {
            id: ctx.new_id::<Uuid>(),
            sending: sending.id,
            event: cut(&told.event, 100),
            body: cut(&String::from_utf8_lossy(&report.body), LONGEST_TEXT),
            outcome: if is_known { ReportOutcome::Ignored } else { ReportOutcome::Asked },
            received_at: ctx.at,
        };
        let mut tx = self.write().await?;
        tx.receive_report(&kept, MOST_OF_A_SENDING).await?;
        if !is_known {
            // However often somebody writes, the gateway is asked no more often than this.
            let soonest = sending.looked_at.map_or(ctx.at, |asked| ctx.at.max(asked + SOONEST));
            tx.hasten_look(sending.id, &cut(&told.reference, 100), soonest).await?;
        }
        tx.commit_telemetry().await?;
        self.gateways.hurry.notify_one();
        Ok(())
    }

    /// Which sending a report tells of, or why it tells of none.
    async fn reported(
        &self,
        provider: SmsProvider,
        id: SmsSendingId,
        key: &str,
        report: &RawCallback,
    ) -> Result<std::result::Result<(Sending, SmsReport), &'static str>> {
        let mut conn = self.read().await?;
        let sending = conn.find_sending(id).await?.filter(|it| it.provider == provider && same(&it.report_key, key));
        let setting: Option<(SmsSetting, i64)> = conn.find_setting(SMS).await?;
        drop(conn);
        let (Some(sending), Some((setting, _))) = (sending, setting.filter(|(it, _)| it.provider == provider)) else {
            return Ok(Err("unknown"));
        };
        let Some(address) = sending.report_to.as_deref() else { return Ok(Err("unknown")) };
        Ok(match self.gateway_of(&setting)?.read_report(address, report) {
            Ok(told) => Ok((sending, told)),
            Err(CallbackRefusal::Forged) => Err("forged"),
            Err(CallbackRefusal::Unreadable) => Err("unreadable"),
        })
    }
}

/// Whether two keys are the same; how long it takes says nothing of where they differ.
fn same(one: &str, other: &str) -> bool {
    let differ = one.bytes().zip(other.bytes()).fold(0, |differ, (a, b)| differ | (a ^ b));
    one.len() == other.len() && differ == 0
}

fn cut(text: &str, most: usize) -> String {
    text.chars().filter(|letter| *letter != '\0').take(most).collect()
}
