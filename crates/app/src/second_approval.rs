//! Who may decide about money that somebody else has asked for.

use crate::error::{AppError, Result};
use stolpe_domain::access::{Actor, Permission, Place, Signed};
use stolpe_domain::id::{OrganisationId, PersonId};
use stolpe_domain::person::Person;
use stolpe_domain::second_approval::may_decide;
use stolpe_store::Conn;

/// Who asked, and who gets the money, where that is known.
pub(crate) type Concerned = (PersonId, Option<PersonId>);

/// The names of those who may decide by a permission in an organisation, about what one asks for and another gets.
pub(crate) async fn approvers(
    conn: &mut Conn,
    (permission, organisation): (Permission, OrganisationId),
    (asked, gets): Concerned,
) -> Result<Vec<String>> {
    let mut people = Vec::new();
    for login in conn.staff_logins().await? {
        if !login.has_password || login.blocked_at.is_some() || may_decide(login.person_id, asked, gets).is_err() {
            continue;
        }
        let actor = Actor::Person(Signed {
            login: login.id,
            person: login.person_id,
            name: String::new(),
            memberships: conn.memberships_of(login.id).await?,
            must_change_password: false,
        });
        if actor.may(permission, Place::Organisation(organisation)) {
            people.push(login.person_id);
        }
    }
    people.sort_unstable();
    people.dedup();
    let mut names: Vec<String> = conn.people(&people).await?.iter().map(Person::name).collect();
    names.sort();
    Ok(names)
}

/// Sees to it that whoever decides is somebody else. Whoever asked under a record that is theirs by now, or gets the money
/// under one, is nobody else.
///
/// # Errors
/// [`AppError::Refused`] with the code of [`stolpe_domain::second_approval::DecisionRefusal`].
pub(crate) async fn by_another(conn: &mut Conn, me: PersonId, (asked, gets): Concerned) -> Result<()> {
    for mine in conn.merged_into(me).await?.into_iter().chain([me]) {
        may_decide(mine, asked, gets).map_err(|refusal| AppError::refused(refusal.code()))?;
    }
    Ok(())
}
