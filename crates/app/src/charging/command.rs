//! What is asked of charge points: written down first, then given to the line that is open, here or on another host.

use super::caller::Caller;
use super::ingest::moved;
use super::line::Order;
use super::secret::is_secret;
use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use serde_json::Value;
use std::time::Duration;
use stolpe_domain::access::Permission;
use stolpe_domain::charging::command::{CommandState, News};
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{ChargePointId, CommandId};
use stolpe_ocpp::v16::Operation;
use stolpe_store::Engine;
use stolpe_store::command::Command;
use stolpe_store::message::{Message, MessageFilter};
use stolpe_store::page::Page;
use uuid::Uuid;

/// How often a host looks for what was asked on others; a person who has pressed a button waits that long.
const LOOK: Duration = Duration::from_secs(1);

impl App {
    /// Writes down what became known of a command. News that change nothing, or come second, are passed over.
    pub(crate) async fn note_command(&self, id: CommandId, news: &[News], answer: Option<Value>, caller: &Caller) {
        let noted = self.when_reachable(|| self.move_command(id, news, answer.clone())).await;
        match noted {
            Ok(true) => self.feed.publish(moved("command.moved", &["command"], id.uuid(), caller)),
            Ok(false) => {}
            Err(error) => tracing::error!(?error, command = %id, "what became of a command is not written down"),
        }
    }

    async fn move_command(&self, id: CommandId, news: &[News], answer: Option<Value>) -> Result<bool> {
        let at = self.now();
        let mut tx = self.write().await?;
        let Some(mut command) = tx.find_command(id).await? else { return Ok(false) };
        let from = command.state;
        let mut news = news.to_vec();
        // Where nothing later could show the effect, the answer is the effect.
        let accepted = answer.as_ref().is_some_and(|it| it["status"] == "Accepted" || it["status"].is_null());
        let operation = serde_json::from_value::<Operation>(command.operation.clone());
        if news == [News::Yes] && accepted && operation.is_ok_and(|it| it.is_done_when_accepted()) {
            news.push(News::Seen);
        }
        let to = news.iter().fold(from, |state, news| state.after(*news).unwrap_or(state));
        if to == from {
            return Ok(false);
        }
        command.advance(to, answer, at);
        tx.move_command(&command, from).await?;
        tx.commit_telemetry().await?;
        Ok(true)
    }

    /// Gives a command to the line of its charge point, once, if it is open here.
    async fn deliver(&self, command: &Command) -> Result<()> {
        let Ok(mut operation) = serde_json::from_value::<Operation>(command.operation.clone()) else { return Ok(()) };
        if let Operation::ChangeKey { key } = &mut operation {
            // Without a key that is on its way there is nothing to tell; it is looked at again before it leaves.
            let Some(it) = self.read().await?.find_key_change(command.charge_point).await? else { return Ok(()) };
            *key = self.open_key(&it)?;
        }
        self.charging.give(command.charge_point, Order { id: command.id, operation });
        Ok(())
    }

    /// What is asked of a charge point that is not on the line would be done whenever it comes back, when nobody wants it
    /// any more; so it is refused.
    pub(super) async fn must_be_on_the_line(&self, id: ChargePointId) -> Result<()> {
        let contact = self.read().await?.contacts(&[id]).await?.pop();
        if self.charging.is_here(id) || contact.is_some_and(|(_, contact)| contact.connected) {
            Ok(())
        } else {
            Err(AppError::refused("charge_point.offline"))
        }
    }

    /// Asks something of a charge point that is on the line.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too; [`AppError::Refused`] `charge_point.offline`.
    pub async fn ask_charge_point(&self, ctx: &Ctx, id: ChargePointId, operation: Operation) -> Result<Command> {
        let (_, facility) = self.charge_point_for(ctx, id, Permission::RunChargePoint).await?;
        if matches!(&operation, Operation::ChangeConfiguration { key, .. } if is_secret(key)) {
            // What is asked is kept in clear; a key never is.
            return Err(AppError::field("key", "command.key_is_secret"));
        }
        if let Some(id) = self.replayed::<CommandId>(ctx).await? {
            return self.read().await?.find_command(id).await?.ok_or(AppError::NotFound);
        }
        self.must_be_on_the_line(id).await?;
        let command = asked(ctx, id, &operation)?;
        let event = Event::new(Action::CommandAsked, Subject::Command(command.id))
            .organisation(facility.organisation_id)
            .facility(facility.id)
            .after(&command.operation);
        let mut tx = self.write().await?;
        tx.insert_command(&command).await?;
        tx.commit(ctx, [event]).await?;
        self.charging.give(id, Order { id: command.id, operation });
        Ok(command)
    }

    /// What was asked of a charge point, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn list_commands(
        &self,
        ctx: &Ctx,
        id: ChargePointId,
        before: Option<CommandId>,
        limit: i64,
    ) -> Result<Page<Command>> {
        self.charge_point_for(ctx, id, Permission::ReadCharging).await?;
        Ok(self.read().await?.list_commands(id, before, limit).await?)
    }

    /// What went over the line of a charge point, the latest first.
    ///
    /// # Errors
    /// [`AppError::NotFound`] for those who may not see it, too.
    pub async fn list_messages(
        &self,
        ctx: &Ctx,
        id: ChargePointId,
        filter: &MessageFilter,
        before: Option<Uuid>,
        limit: i64,
    ) -> Result<Page<Message>> {
        self.charge_point_for(ctx, id, Permission::ReadCharging).await?;
        Ok(self.read().await?.list_messages(id, filter, before, limit).await?)
    }

    /// Gives what was asked on other hosts to the lines that are open here, until the host stops. A file has one host: what
    /// is asked there is given to the line at once.
    pub(crate) async fn deliver_from_others(&self) {
        while self.db().engine() == Engine::Postgres {
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = tokio::time::sleep(LOOK) => {}
            }
            let here = self.charging.here();
            if here.is_empty() {
                continue;
            }
            if let Err(error) = self.deliver_to(&here).await {
                tracing::warn!(%error, "what was asked on other hosts waits");
            }
        }
    }

    async fn deliver_to(&self, here: &[ChargePointId]) -> Result<()> {
        let asked = self.read().await?.asked_commands(here).await?;
        for command in &asked {
            if let Err(error) = self.deliver(command).await {
                tracing::warn!(%error, command = %command.id, "what was asked on another host waits");
            }
        }
        Ok(())
    }
}

/// Something that is asked now.
pub(super) fn asked(ctx: &Ctx, charge_point: ChargePointId, operation: &Operation) -> Result<Command> {
    Ok(Command {
        id: ctx.new_id(),
        charge_point,
        operation: serde_json::to_value(operation).map_err(AppError::internal)?,
        sealed_secret: None,
        state: CommandState::Asked,
        asked_by: ctx.signed().ok().map(|signed| signed.login),
        asked_at: ctx.at,
        delivered_at: None,
        answered_at: None,
        answer: None,
        verified_at: None,
    })
}
