//! What has happened in the training organisation in the past year, in its rows and in the log.
//!
//! Nobody did it: the log names the training itself, and never a person.

use super::invoicing::Office;
use crate::App;
use crate::audit;
use crate::ctx::Ctx;
use crate::error::Result;
use crate::random;
use crate::sign_in::{new_token, token_digest};
use crate::tenancy::Days;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::id::{Correlation, LoginId, PersonId, SignInId, uuid_at};
use stolpe_domain::person::Tenancy;
use stolpe_domain::training::TrainingTenant;
use stolpe_domain::training::history::{TrainingEvent, TrainingMoment, history};
use stolpe_domain::training::invoicing::invoicing;
use stolpe_store::Tx;
use stolpe_store::access::SignIn;

/// How long a made-up visit lasts.
const VISIT: TimeDelta = TimeDelta::minutes(12);

/// A made-up tenant as they came into the register.
pub(super) struct Trainee {
    pub(super) person: PersonId,
    pub(super) login: LoginId,
    pub(super) tenancy: Tenancy,
    pub(super) tenant: TrainingTenant,
}

/// Lives the past year through, the earliest first.
pub(super) async fn live(app: &App, tx: &mut Tx, ctx: &Ctx, office: &mut Office, trainees: &[Trainee]) -> Result<()> {
    let tenants: Vec<TrainingTenant> = trainees.iter().map(|it| it.tenant.clone()).collect();
    let mut done = invoicing(ctx.today()).into_iter().peekable();
    for moment in history(&tenants, ctx.today()) {
        let Some(trainee) = trainees.get(moment.tenant) else { continue };
        let at = instant(&moment).min(ctx.at);
        while let Some((at, act)) = done.next_if(|(earlier, _)| *earlier <= at) {
            office.act(app, tx, at, act).await?;
        }
        let then = back_at(at);
        let mut events = happen(tx, &then, trainee, &moment.what).await?;
        for event in &mut events {
            event.organisation = Some(office.facility.organisation_id);
            event.facility = Some(office.facility.id);
        }
        audit::append(tx, &then, &events).await?;
    }
    for (at, act) in done {
        office.act(app, tx, at, act).await?;
    }
    Ok(())
}

/// The circumstances of something that happened at an instant.
pub(super) fn back_at(at: DateTime<Utc>) -> Ctx {
    Ctx {
        at,
        origin: "training".into(),
        correlation: Correlation(uuid_at(at, random::bytes())),
        ..Ctx::system("training", at)
    }
}

/// Does in the rows what happened, and says it.
async fn happen(tx: &mut Tx, then: &Ctx, trainee: &Trainee, what: &TrainingMoment) -> Result<Vec<Event>> {
    let (person, login) = (Subject::Person(trainee.person), Subject::Login(trainee.login));
    let tenancy = &trainee.tenancy;
    Ok(match what {
        TrainingMoment::MovedIn => {
            let began = Days::from(&Tenancy { moved_out_on: None, ..tenancy.clone() });
            vec![
                Event::new(Action::PersonAdded, person).after(&trainee.tenant.person),
                Event::new(Action::TenancyBegun, Subject::Tenancy(tenancy.id)).after(&began),
            ]
        }
        TrainingMoment::MovedOut => {
            let began = Days::from(&Tenancy { moved_out_on: None, ..tenancy.clone() });
            let ended = Days::from(tenancy);
            vec![Event::new(Action::TenancyEnded, Subject::Tenancy(tenancy.id)).before(&began).after(&ended)]
        }
        TrainingMoment::LetterMade => vec![Event::new(Action::LoginIssued, login)],
        TrainingMoment::LetterHandedOver => vec![Event::new(Action::LoginHandedOver, login)],
        TrainingMoment::PasswordChosen => vec![Event::new(Action::PasswordChanged, login)],
        TrainingMoment::PhoneChanged(earlier) => {
            let now = &trainee.tenant.person.phone;
            vec![
                Event::new(Action::PersonChanged, person)
                    .before(&json!({ "phone": earlier }))
                    .after(&json!({ "phone": now })),
            ]
        }
        TrainingMoment::SignedIn(device) => {
            let visit = visit(tx, then, trainee.login, device).await?;
            vec![Event::new(Action::SignedIn, Subject::SignIn(visit))]
        }
    })
}

/// A visit that has ended; nobody has its token.
async fn visit(tx: &mut Tx, then: &Ctx, login: LoginId, device: &str) -> Result<SignInId> {
    let left_at = then.at + VISIT;
    let it = SignIn {
        id: then.new_id(),
        login,
        device: device.to_owned(),
        origin: then.origin.clone(),
        created_at: then.at,
        last_seen_at: left_at,
        expires_at: left_at,
    };
    tx.insert_sign_in(&it, &token_digest(&new_token())).await?;
    tx.end_sign_in(login, it.id, left_at).await?;
    tx.note_sign_in(login, then.at).await?;
    Ok(it.id)
}

fn instant(moment: &TrainingEvent) -> DateTime<Utc> {
    let minutes = TimeDelta::minutes(i64::from(moment.minute));
    super::midnight(moment.on) + minutes
}
