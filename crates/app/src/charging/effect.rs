//! Whether what was asked has come about: "accepted" is not "done" (R12).

use super::ingest::{Incoming, moved};
use super::report::Report;
use crate::error::Result;
use crate::feed::Change;
use chrono::TimeDelta;
use stolpe_domain::charging::command::News;
use stolpe_domain::charging::connector::Status;
use stolpe_ocpp::v16::Operation;
use stolpe_store::Tx;

/// An effect that shows later than this has another cause.
const SHOWS_WITHIN: TimeDelta = TimeDelta::hours(1);

/// Looks at a report for the effects of what was asked.
pub(crate) async fn look(tx: &mut Tx, it: &Incoming, changes: &mut Vec<Change>) -> Result<()> {
    let waiting = tx.unverified_commands(it.caller.charge_point, it.message.at - SHOWS_WITHIN).await?;
    if waiting.is_empty() {
        it.caller.expect(false);
    }
    for mut command in waiting {
        let from = command.state;
        let operation = serde_json::from_value(command.operation.clone());
        let shows = operation.is_ok_and(|operation| shows(&operation, it));
        if let Some(state) = from.after(News::Seen).filter(|_| shows) {
            command.state = state;
            command.verified_at = Some(it.message.at);
            tx.move_command(&command, from).await?;
            changes.push(moved("command.moved", &["command"], command.id.uuid(), &it.caller));
        }
    }
    Ok(())
}

fn shows(operation: &Operation, it: &Incoming) -> bool {
    match (operation, &it.report) {
        (Operation::RemoteStart { tag, connector }, Report::Start(start)) => {
            start.tag.as_ref().is_some_and(|it| it.as_str().eq_ignore_ascii_case(tag))
                && connector.is_none_or(|number| start.connector == Some(number.into()))
        }
        (Operation::RemoteStop { transaction }, Report::Stop(stop)) => stop.transaction == Some((*transaction).into()),
        (Operation::Reset { .. }, Report::Boot(_)) => true,
        (Operation::ChangeAvailability { connector, operative }, Report::Status(status)) => {
            let is_unavailable = Status::read(&status.status) == Some(Status::Unavailable);
            // All of them is told of any of them.
            (*connector == 0 || status.number == i64::from(*connector)) && is_unavailable != *operative
        }
        (Operation::TriggerMessage { message, .. }, _) => {
            let wanted = serde_json::to_value(message).unwrap_or_default();
            wanted.as_str() == it.message.action.as_deref() && it.message.action.is_some()
        }
        _ => false,
    }
}
