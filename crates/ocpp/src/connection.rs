//! The rules of one connection: what was asked waits its turn, one call is in flight, silence has an end.
//!
//! Pure: texts and instants in, steps out. Whoever holds the socket carries the steps out, in their order.

use crate::error_code::ErrorCode;
use crate::frame::{Frame, Unreadable, write_call};
use crate::v16::{Operation, Outcome};
use chrono::{DateTime, TimeDelta, Utc};
use std::collections::VecDeque;
use uuid::Uuid;

/// How long a charge point may think. The standard leaves it open; slow modems have been seen to need some 20 seconds.
pub const ANSWER_WITHIN: TimeDelta = TimeDelta::seconds(30);

/// More than a person asks for in one sitting. A charge point that answers nothing must not gather work for a week.
pub const MOST_WAITING: usize = 64;

/// What has to be done, in this order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Send this text: what was asked under the token leaves us.
    Send(Uuid, String),
    /// What was asked has its end.
    Settled(Uuid, Result<Outcome, Unanswered>),
}

/// What became of one message that came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard<'a> {
    /// The charge point asks; it must be answered with this id.
    Call {
        /// The id of its call.
        id: String,
        /// What it asks.
        action: String,
        /// The JSON object that goes with it.
        payload: &'a str,
    },
    /// It answered us; the steps say what follows.
    Answer(Vec<Step>),
    /// A call that can only be refused, with this id.
    Broken(String),
    /// Nothing that could be answered: no frame, an unknown type, or the answer to something that was never asked.
    Noise,
}

/// Why something that was asked has no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Unanswered {
    /// The charge point said that it cannot.
    Refused(ErrorCode, String),
    /// It said nothing in time. It may have done it all the same.
    Silent,
    /// The connection ended first. It may have done it all the same if it was delivered.
    Gone {
        /// Whether it had left us.
        delivered: bool,
    },
    /// Too much was waiting already.
    TooMany,
}

#[derive(Debug)]
struct InFlight {
    token: Uuid,
    operation: Operation,
    until: DateTime<Utc>,
}

/// One connection from its first message to its last.
#[derive(Debug, Default)]
pub struct Connection {
    in_flight: Option<InFlight>,
    waiting: VecDeque<(Uuid, Operation)>,
    /// Called and given up: its answer may still come, and is told as long as nothing newer was asked.
    late: Option<(Uuid, Operation)>,
}

impl Connection {
    /// Asks something of the charge point, under a token that has never been used before; it becomes the call's id.
    pub fn ask(&mut self, token: Uuid, operation: Operation, now: DateTime<Utc>) -> Vec<Step> {
        if self.waiting.len() >= MOST_WAITING {
            return vec![Step::Settled(token, Err(Unanswered::TooMany))];
        }
        self.waiting.push_back((token, operation));
        self.send_next(now)
    }

    /// Takes in one message.
    pub fn hear<'a>(&mut self, text: &'a str, now: DateTime<Utc>) -> Heard<'a> {
        match Frame::read(text) {
            Ok(Frame::Call { id, action, payload }) => {
                Heard::Call { id: id.into_owned(), action: action.into_owned(), payload }
            }
            Ok(Frame::Answer { id, payload }) => self.settle(&id, now, |operation| Ok(operation.outcome(payload))),
            Ok(Frame::Refusal { id, code, description }) => self.settle(&id, now, |_| match code {
                ErrorCode::NotSupported | ErrorCode::NotImplemented => Ok(Outcome::NotSupported),
                _ => Err(Unanswered::Refused(code, description.into_owned())),
            }),
            Err(Unreadable::BrokenCall { id }) => Heard::Broken(id),
            Err(Unreadable::NoFrame | Unreadable::UnknownType(_)) => Heard::Noise,
        }
    }

    /// When the charge point has had its time, if something is in flight.
    pub fn deadline(&self) -> Option<DateTime<Utc>> {
        self.in_flight.as_ref().map(|call| call.until)
    }

    /// Lets time pass: a call whose time is over is given up and the next one sent.
    pub fn pass(&mut self, now: DateTime<Utc>) -> Vec<Step> {
        let Some(call) = self.in_flight.take_if(|call| call.until <= now) else { return Vec::new() };
        let mut steps = vec![Step::Settled(call.token, Err(Unanswered::Silent))];
        self.late = Some((call.token, call.operation));
        steps.extend(self.send_next(now));
        steps
    }

    /// Something that was to be sent must not be any more: it never leaves us, and the next is sent.
    pub fn withdraw(&mut self, token: Uuid, now: DateTime<Utc>) -> Vec<Step> {
        let Some(call) = self.in_flight.take_if(|call| call.token == token) else { return Vec::new() };
        let mut steps = vec![Step::Settled(call.token, Err(Unanswered::Gone { delivered: false }))];
        steps.extend(self.send_next(now));
        steps
    }

    /// The connection is over: everything that was asked has its end.
    pub fn end(self) -> Vec<Step> {
        let in_flight = self.in_flight.into_iter().map(|call| (call.token, true));
        let waiting = self.waiting.into_iter().map(|(token, _)| (token, false));
        in_flight
            .chain(waiting)
            .map(|(token, delivered)| Step::Settled(token, Err(Unanswered::Gone { delivered })))
            .collect()
    }

    fn settle(
        &mut self,
        id: &str,
        now: DateTime<Utc>,
        outcome: impl FnOnce(&Operation) -> Result<Outcome, Unanswered>,
    ) -> Heard<'static> {
        let names = |token: &Uuid| token.to_string() == id;
        if let Some(call) = self.in_flight.take_if(|call| names(&call.token)) {
            let mut steps = vec![Step::Settled(call.token, outcome(&call.operation))];
            steps.extend(self.send_next(now));
            Heard::Answer(steps)
        } else if let Some((token, operation)) = self.late.take_if(|(token, _)| names(token)) {
            Heard::Answer(vec![Step::Settled(token, outcome(&operation))])
        } else {
            Heard::Noise
        }
    }

    fn send_next(&mut self, now: DateTime<Utc>) -> Vec<Step> {
        if self.in_flight.is_some() {
            return Vec::new();
        }
        let Some((token, operation)) = self.waiting.pop_front() else { return Vec::new() };
        let text = write_call(&token.to_string(), operation.action(), &operation.payload());
        self.in_flight = Some(InFlight { token, operation, until: now + ANSWER_WITHIN });
        self.late = None;
        vec![Step::Send(token, text)]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::HashMap;

    const EPOCH: DateTime<Utc> = DateTime::UNIX_EPOCH;

    fn token(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn stop(transaction: i32) -> Operation {
        Operation::RemoteStop { transaction }
    }

    fn accepted(n: u128) -> String {
        format!(r#"[3,"{}",{{"status":"Accepted"}}]"#, token(n))
    }

    #[test]
    fn the_second_call_waits_for_the_answer_to_the_first() {
        let mut connection = Connection::default();
        assert!(matches!(&connection.ask(token(1), stop(7), EPOCH)[..], [Step::Send(t, _)] if *t == token(1)));
        assert_eq!(connection.ask(token(2), stop(8), EPOCH), []);
        let answer = accepted(1);
        let Heard::Answer(steps) = connection.hear(&answer, EPOCH) else { panic!("no answer") };
        assert_eq!(steps[0], Step::Settled(token(1), Ok(Outcome::Accepted)));
        assert!(matches!(&steps[1..], [Step::Send(t, _)] if *t == token(2)));
    }

    #[test]
    fn what_is_withdrawn_before_it_is_sent_holds_nobody_up() {
        let mut connection = Connection::default();
        connection.ask(token(1), stop(7), EPOCH);
        connection.ask(token(2), stop(8), EPOCH);
        let steps = connection.withdraw(token(1), EPOCH);
        assert_eq!(steps[0], Step::Settled(token(1), Err(Unanswered::Gone { delivered: false })));
        assert!(matches!(&steps[1..], [Step::Send(t, _)] if *t == token(2)));
        assert_eq!(connection.withdraw(token(1), EPOCH), []);
        assert_eq!(connection.hear(&accepted(1), EPOCH), Heard::Noise);
    }

    #[test]
    fn silence_ends_and_a_late_answer_is_told_unless_something_newer_was_asked() {
        let mut connection = Connection::default();
        connection.ask(token(1), stop(7), EPOCH);
        assert_eq!(connection.pass(EPOCH), []);
        let later = EPOCH + ANSWER_WITHIN;
        assert_eq!(connection.pass(later), [Step::Settled(token(1), Err(Unanswered::Silent))]);
        let answer = accepted(1);
        assert_eq!(
            connection.hear(&answer, later),
            Heard::Answer(vec![Step::Settled(token(1), Ok(Outcome::Accepted))])
        );

        connection.ask(token(2), stop(7), later);
        connection.pass(later + ANSWER_WITHIN);
        connection.ask(token(3), stop(7), later);
        assert_eq!(connection.hear(&accepted(2), later), Heard::Noise);
    }

    #[test]
    fn a_charge_point_without_the_feature_is_not_an_error() {
        let mut connection = Connection::default();
        connection.ask(token(1), Operation::UnlockConnector { connector: 1 }, EPOCH);
        let refusal = format!(r#"[4,"{}","NotSupported","",{{}}]"#, token(1));
        assert_eq!(
            connection.hear(&refusal, EPOCH),
            Heard::Answer(vec![Step::Settled(token(1), Ok(Outcome::NotSupported))])
        );
    }

    #[test]
    fn a_charge_point_that_answers_nothing_gathers_no_work() {
        let mut connection = Connection::default();
        let asked = 0..=u128::try_from(MOST_WAITING).expect("small") + 1;
        let refused: Vec<_> = asked.flat_map(|n| connection.ask(token(n), stop(1), EPOCH)).skip(1).collect();
        assert_eq!(refused, [Step::Settled(token(MOST_WAITING as u128 + 1), Err(Unanswered::TooMany))]);
    }

    #[derive(Clone, Debug)]
    enum Move {
        Ask,
        AnswerTo(usize),
        Pass(i64),
    }

    proptest! {
        /// Whatever the order of asking, answering and waiting: each call is sent at most once and one at a time, and
        /// in the end everything that was asked has an end.
        #[test]
        fn everything_that_was_asked_has_an_end(moves in proptest::collection::vec(
            prop_oneof![Just(Move::Ask), (0usize..20).prop_map(Move::AnswerTo), (1i64..40).prop_map(Move::Pass)], 0..80,
        )) {
            let (mut connection, mut now, mut asked) = (Connection::default(), EPOCH, 0u128);
            let mut ends: HashMap<Uuid, usize> = HashMap::new();
            let mut open: Option<Uuid> = None;
            let mut take = |steps: Vec<Step>, open: &mut Option<Uuid>| {
                for step in steps {
                    match step {
                        Step::Send(token, _) => {
                            prop_assert_eq!(*open, None, "two calls in flight");
                            *open = Some(token);
                        }
                        Step::Settled(token, _) => {
                            *ends.entry(token).or_default() += 1;
                            if *open == Some(token) {
                                *open = None;
                            }
                        }
                    }
                }
                Ok(())
            };
            for it in moves {
                match it {
                    Move::Ask => {
                        take(connection.ask(token(asked), stop(1), now), &mut open)?;
                        asked += 1;
                    }
                    Move::AnswerTo(n) => {
                        if let Heard::Answer(steps) = connection.hear(&accepted(n as u128), now) {
                            take(steps, &mut open)?;
                        }
                    }
                    Move::Pass(seconds) => {
                        now += TimeDelta::seconds(seconds);
                        take(connection.pass(now), &mut open)?;
                    }
                }
            }
            take(connection.end(), &mut open)?;
            for n in 0..asked {
                // Once for silence and once more for a late answer, at most.
                prop_assert!(matches!(ends.get(&token(n)), Some(1 | 2)), "{n}: {:?}", ends.get(&token(n)));
            }
        }
    }
}
