//! A charge point goes over to a new key, which it is told over its line.
//!
//! The rules are in `domain/charging/key_change.rs`: both keys open until the charge point has called with the new one. The
//! key itself is kept sealed, so that it can be told once more, and leaves with the order to the line. It is never part of
//! what was asked, and `secret.rs` keeps it out of all words.

use super::caller::Caller;
use super::command::asked;
use super::ingest::moved;
use super::line::Order;
use crate::App;
use crate::charge_point::{KEY_LENGTH, OpenChargePoint, key_digest};
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::random;
use crate::vault::Purpose;
use serde_json::Value;
use stolpe_domain::access::Permission;
use stolpe_domain::charge_point::ChargePoint;
use stolpe_domain::charging::command::CommandState;
use stolpe_domain::charging::key_change::{KeyChange, KeyNews, KeyReply, Opens};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::facility::Facility;
use stolpe_domain::id::{ChargePointId, CommandId};
use stolpe_ocpp::connection::Unanswered;
use stolpe_ocpp::credentials::NewKey;
use stolpe_ocpp::v16::{Operation, Outcome};
use stolpe_store::charge_point::CallingChargePoint;
use stolpe_store::key_change::KeyOnItsWay;
use zeroize::Zeroizing;

impl App {
    /// Has a charge point on the line told a new key; the one that it has opens until it has called with the new one. Where
    /// one is on its way, the same is told once more.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too; [`AppError::Refused`] `charge_point.offline` or
    /// `charge_point.decommissioned`; [`AppError::Conflict`] `key_change.begun` when somebody was faster;
    /// [`AppError::Unavailable`] `vault.locked`.
    pub async fn ask_key_change(&self, ctx: &Ctx, id: ChargePointId) -> Result<OpenChargePoint> {
        let (it, place) = self.charge_point_for(ctx, id, Permission::ManageCharging).await?;
        if it.circuit_id.is_none() {
            return Err(AppError::refused("charge_point.decommissioned"));
        }
        if self.done_before(ctx).await? {
            return self.charge_point(ctx, id).await;
        }
        self.must_be_on_the_line(id).await?;
        let mut tx = self.write().await?;
        let standing = tx.find_key_change(id).await?;
        let key = match &standing {
            Some(it) => self.open_key(it)?,
            None => NewKey::new(Zeroizing::new(hex::encode_upper(*Zeroizing::new(random::bytes::<KEY_LENGTH>())))),
        };
        let operation = Operation::ChangeKey { key: key.clone() };
        let command = asked(ctx, id, &operation)?;
        tx.insert_command(&command).await?;
        if let Some(it) = &standing {
            let again = stand(command.state, Some(it)).after(KeyNews::AskedAgain);
            tx.ask_key_again(it, command.id, again.asks).await?;
        } else {
            let bytes = Zeroizing::new(hex::decode(key.digits()).map_err(AppError::internal)?);
            let it = KeyOnItsWay {
                charge_point: id,
                command: command.id,
                digest: key_digest(&bytes).to_vec(),
                sealed_key: self.vault.seal(Purpose::ChargePointKey, key.digits().as_bytes())?,
                asks: KeyChange::BEGUN.asks,
            };
            tx.insert_key_change(&it).await?;
        }
        tx.commit(ctx, [event(Action::KeyChangeAsked, &it, &place)]).await?;
        self.charging.give(id, Order { id: command.id, operation });
        self.charge_point(ctx, id).await
    }

    /// Stays with the key that a charge point had. One that has taken the new key after all is turned away from then on.
    ///
    /// # Errors
    /// [`AppError::NotFound`] when no key is on its way.
    pub async fn give_up_key_change(&self, ctx: &Ctx, id: ChargePointId) -> Result<()> {
        let (it, place) = self.charge_point_for(ctx, id, Permission::ManageCharging).await?;
        if self.done_before(ctx).await? {
            return Ok(());
        }
        let mut tx = self.write().await?;
        let standing = tx.find_key_change(id).await?.ok_or(AppError::NotFound)?;
        let mut command = tx.find_command(standing.command).await?.ok_or(AppError::NotFound)?;
        let from = command.state;
        let after = stand(from, Some(&standing)).after(KeyNews::GivenUp);
        if after.state != from {
            command.advance(after.state, None, ctx.at);
            tx.move_command(&command, from).await?;
        }
        tx.end_key_change(id).await?;
        tx.commit(ctx, [event(Action::KeyChangeGivenUp, &it, &place)]).await
    }

    /// The key that is on its way.
    pub(super) fn open_key(&self, it: &KeyOnItsWay) -> Result<NewKey> {
        let opened = self.vault.open(Purpose::ChargePointKey, &it.sealed_key)?;
        let digits = std::str::from_utf8(&opened).map_err(AppError::internal)?;
        Ok(NewKey::new(Zeroizing::new(digits.to_owned())))
    }

    /// Writes down what became known of a command that tells a key. Answers how far the key is then; nothing when that key
    /// is not on its way any more, or nobody knows.
    pub(super) async fn note_key(
        &self,
        id: CommandId,
        news: KeyNews,
        answer: Option<Value>,
        caller: &Caller,
    ) -> Option<KeyChange> {
        match self.when_reachable(|| self.move_key(id, news, answer.clone())).await {
            Ok(change) => {
                self.feed.publish(moved("command.moved", &["command", "charge_point"], id.uuid(), caller));
                change
            }
            // The charge point has called with it at the same moment.
            Err(AppError::Changed) => None,
            Err(error) => {
                tracing::error!(?error, command = %id, "what became of a key is not written down");
                None
            }
        }
    }

    async fn move_key(&self, id: CommandId, news: KeyNews, answer: Option<Value>) -> Result<Option<KeyChange>> {
        let at = self.now();
        let mut tx = self.write().await?;
        let Some(mut command) = tx.find_command(id).await? else { return Ok(None) };
        // Another command tells it by now, or another key is told.
        let standing = tx.find_key_change(command.charge_point).await?.filter(|it| it.command == id);
        let from = command.state;
        let change = stand(from, standing.as_ref()).after(news);
        if change.state != from {
            command.advance(change.state, answer, at);
            tx.move_command(&command, from).await?;
        }
        if standing.is_some() && change.opens == Opens::Old {
            tx.end_key_change(command.charge_point).await?;
        }
        tx.commit_telemetry().await?;
        Ok(standing.map(|_| change))
    }

    /// A charge point has called with the key that was on its way: from now on it is its only one, unless somebody has given
    /// it another one at the same moment.
    pub(super) async fn take_over_key(&self, it: &CallingChargePoint, digest: &[u8]) -> Result<()> {
        loop {
            match self.try_to_take_over_key(it, digest).await {
                // It answered, or called twice, at the same moment: how it is now is told by another look.
                Err(AppError::Changed) => {}
                other => return other,
            }
        }
    }

    async fn try_to_take_over_key(&self, it: &CallingChargePoint, digest: &[u8]) -> Result<()> {
        let ctx = Ctx::system("charge_point", self.now());
        let mut tx = self.write().await?;
        let Some(standing) = tx.find_key_change(it.id).await? else { return Ok(()) };
        if let Some(mut command) = tx.find_command(standing.command).await? {
            let from = command.state;
            command.advance(stand(from, Some(&standing)).after(KeyNews::CalledWithIt).state, None, ctx.at);
            tx.move_command(&command, from).await?;
        }
        if !tx.take_over_key(it.id, digest, ctx.at).await? {
            return Ok(());
        }
        let taken = Event::new(Action::KeyChanged, Subject::ChargePoint(it.id))
            .organisation(it.organisation_id)
            .facility(it.facility_id);
        tx.commit(&ctx, [taken]).await
    }
}

/// How far a key is, by its command and by what is kept of it.
fn stand(state: CommandState, standing: Option<&KeyOnItsWay>) -> KeyChange {
    match standing {
        Some(it) => KeyChange { state, opens: Opens::Both, asks: it.asks },
        None => KeyChange { state, opens: Opens::Old, ..KeyChange::BEGUN },
    }
}

/// What an outcome means for a key.
pub(super) fn heard(outcome: &Result<Outcome, Unanswered>) -> KeyNews {
    KeyNews::Replied(match outcome {
        Ok(Outcome::Accepted) => KeyReply::Accepted,
        Ok(Outcome::RebootRequired | Outcome::Scheduled) => KeyReply::AfterRestart,
        Ok(Outcome::Rejected(_) | Outcome::NotSupported) => KeyReply::No,
        Ok(Outcome::Told(_)) | Err(Unanswered::Refused(..)) => KeyReply::Failed,
        Err(Unanswered::Silent) => return KeyNews::Silent,
        Err(Unanswered::Gone { .. } | Unanswered::TooMany) => return KeyNews::Lost,
    })
}

fn event(action: Action, it: &ChargePoint, place: &Facility) -> Event {
    Event::new(action, Subject::ChargePoint(it.id)).organisation(place.organisation_id).facility(place.id)
}
