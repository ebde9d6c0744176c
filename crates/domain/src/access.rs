//! Who may do what, where. Deny by default: what is not listed here is refused.

use crate::id::{DepartmentId, FacilityId, LoginId, MembershipId, OrganisationId, PersonId};
use crate::words::words;

words! {
    /// What someone is to an organisation, a facility or a department.
    Role {
        /// Owns the organisation or the whole installation.
        Owner = "owner",
        /// Runs facilities day to day.
        Manager = "manager",
        /// Reads and exports.
        Accountant = "accountant",
        /// Serves people at the counter.
        Clerk = "clerk",
        /// Administers an employer.
        EmployerAdministrator = "employer_administrator",
        /// Administers one department of an employer.
        DepartmentAdministrator = "department_administrator",
        /// Checks permits on the ground.
        Warden = "warden",
        /// Lives on a unit; portal only.
        Resident = "resident",
        /// Travels on an employer's account; portal only.
        Traveller = "traveller",
        /// Buys permits; portal only.
        PermitBuyer = "permit_buyer",
        /// Is let in for a while; portal only.
        Guest = "guest",
    }
}

words! {
    /// One thing that may be allowed.
    Permission {
        /// See organisations and their departments.
        ReadOrganisation = "read_organisation",
        /// Change an organisation.
        ChangeOrganisation = "change_organisation",
        /// Add, change and remove departments.
        ChangeDepartment = "change_department",
        /// See facilities and units.
        ReadFacility = "read_facility",
        /// Add and change facilities and units.
        ChangeFacility = "change_facility",
        /// See circuits, charge points and tags.
        ReadCharging = "read_charging",
        /// See what is owed, and the documents that ask for it.
        ReadBilling = "read_billing",
        /// Charge months, and issue, void, credit and send documents.
        ManageBilling = "manage_billing",
        /// Take in files of the bank, and say what payments are for.
        TakePayment = "take_payment",
        /// Take payments at the counter, in a till of one's own.
        KeepTill = "keep_till",
        /// Take more or less in advance than the rule of a facility says, and say why.
        AdjustTopUp = "adjust_top_up",
        /// Ask that money goes back to whoever paid it.
        AskRefund = "ask_refund",
        /// Approve or reject what somebody else has asked to give back.
        ApproveRefund = "approve_refund",
        /// Ask that money is paid out to a bank account.
        AskPayout = "ask_payout",
        /// Approve or refuse what somebody else has asked to pay out.
        ApprovePayout = "approve_payout",
        /// Say which accounts of the accountant's chart are meant, and take out vouchers.
        KeepBooks = "keep_books",
        /// Add, change, adopt and decommission circuits and charge points.
        ManageCharging = "manage_charging",
        /// Ask charge points to do something.
        RunChargePoint = "run_charge_point",
        /// Give tags to people, block and remove them.
        ManageTag = "manage_tag",
        /// See people, tenancies and logins.
        ReadPerson = "read_person",
        /// Add and change people, tenancies and residents' logins.
        ChangePerson = "change_person",
        /// See a personal number in clear; each time is logged.
        RevealPersonalNumber = "reveal_personal_number",
        /// Merge two records of one person.
        MergePerson = "merge_person",
        /// Erase a person for good.
        ErasePerson = "erase_person",
        /// Take in files.
        Import = "import",
        /// Take out files.
        Export = "export",
        /// Issue sign-in letters.
        IssueLetter = "issue_letter",
        /// Read the audit log.
        ReadAudit = "read_audit",
        /// See outgoing messages and send them again.
        ReadNotice = "read_notice",
        /// Invite, scope and block staff.
        ManageStaff = "manage_staff",
        /// Change settings of the installation.
        ChangeSetting = "change_setting",
        /// Use the desk: to-do list, search, tasks and saved filters.
        UseDesk = "use_desk",
        /// See one's own data in the portal.
        ReadSelf = "read_self",
        /// Change one's own contact data.
        ChangeSelf = "change_self",
    }
}

impl Role {
    /// Whether the role carries the permission, inside its scope.
    pub fn carries(self, permission: Permission) -> bool {
        use Permission as P;
        match self {
            Self::Owner => true,
            Self::Manager => !matches!(permission, P::ChangeOrganisation | P::ManageStaff | P::ChangeSetting),
            Self::Accountant => matches!(
                permission,
                P::ReadOrganisation
                    | P::ReadFacility
                    | P::ReadCharging
                    | P::ReadBilling
                    | P::TakePayment
                    | P::AskRefund
                    | P::ApproveRefund
                    | P::AskPayout
                    | P::ApprovePayout
                    | P::KeepBooks
                    | P::ReadPerson
                    | P::Export
                    | P::ReadAudit
                    | P::ReadNotice
                    | P::UseDesk
                    | P::ReadSelf
                    | P::ChangeSelf
            ),
            Self::Clerk => matches!(
                permission,
                P::ReadOrganisation
                    | P::ReadFacility
                    | P::ReadCharging
                    | P::ReadBilling
                    | P::KeepTill
                    | P::AskRefund
                    | P::AskPayout
                    | P::RunChargePoint
                    | P::ManageTag
                    | P::ReadPerson
                    | P::ChangePerson
                    | P::RevealPersonalNumber
                    | P::IssueLetter
                    | P::ReadNotice
                    | P::UseDesk
                    | P::ReadSelf
                    | P::ChangeSelf
            ),
            Self::EmployerAdministrator => matches!(
                permission,
                P::ReadOrganisation | P::ChangeDepartment | P::ReadPerson | P::UseDesk | P::ReadSelf | P::ChangeSelf
            ),
            Self::DepartmentAdministrator => {
                matches!(permission, P::ReadOrganisation | P::ReadPerson | P::UseDesk | P::ReadSelf | P::ChangeSelf)
            }
            Self::Warden => matches!(permission, P::ReadFacility | P::UseDesk | P::ReadSelf | P::ChangeSelf),
            Self::Resident | Self::Traveller | Self::PermitBuyer | Self::Guest => {
                matches!(permission, P::ReadSelf | P::ChangeSelf)
            }
        }
    }

    /// Whether the role works at the desk; the others only see the portal.
    pub fn is_staff(self) -> bool {
        self.carries(Permission::UseDesk)
    }

    /// The scopes that the role can be given.
    pub const fn fits(self, scope: Scope) -> bool {
        match self {
            Self::Owner => matches!(scope, Scope::Host | Scope::Organisation(_)),
            Self::Manager | Self::Accountant | Self::Clerk => {
                matches!(scope, Scope::Host | Scope::Organisation(_) | Scope::Facility { .. })
            }
            Self::EmployerAdministrator => matches!(scope, Scope::Organisation(_)),
            Self::DepartmentAdministrator => matches!(scope, Scope::Department { .. }),
            Self::Warden => matches!(scope, Scope::Organisation(_) | Scope::Facility { .. }),
            Self::Resident | Self::Traveller | Self::PermitBuyer | Self::Guest => matches!(scope, Scope::Own),
        }
    }
}

/// How far a membership reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Scope {
    /// The whole installation.
    Host,
    /// One organisation with all its facilities and departments.
    Organisation(OrganisationId),
    /// One facility.
    Facility {
        /// The organisation that the facility belongs to.
        organisation: OrganisationId,
        /// The facility.
        facility: FacilityId,
    },
    /// One department.
    Department {
        /// The organisation that the department belongs to.
        organisation: OrganisationId,
        /// The department.
        department: DepartmentId,
    },
    /// The person alone.
    Own,
}

/// Where the thing stands that somebody wants to touch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place<'a> {
    /// The installation itself.
    Host,
    /// An organisation as a whole.
    Organisation(OrganisationId),
    /// A facility.
    Facility(OrganisationId, FacilityId),
    /// A department.
    Department(OrganisationId, DepartmentId),
    /// A person, who may belong to several facilities, and be employed in a department.
    Person(OrganisationId, PersonId, &'a [FacilityId], Option<DepartmentId>),
}

/// A role in a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The row's id.
    pub id: MembershipId,
    /// What one is.
    pub role: Role,
    /// Where one is it.
    pub scope: Scope,
}

impl Membership {
    fn reaches(&self, place: Place<'_>, me: Option<PersonId>) -> bool {
        match (self.scope, place) {
            (Scope::Host, _) => true,
            (
                Scope::Organisation(mine),
                Place::Organisation(its) | Place::Facility(its, _) | Place::Department(its, _) | Place::Person(its, ..),
            ) => mine == its,
            (Scope::Facility { facility, .. }, Place::Facility(_, its)) => facility == its,
            (Scope::Facility { facility, .. }, Place::Person(_, _, facilities, _)) => facilities.contains(&facility),
            (Scope::Department { department, .. }, Place::Department(_, its)) => department == its,
            (Scope::Department { department, .. }, Place::Person(_, _, _, its)) => its == Some(department),
            (Scope::Own, Place::Person(_, person, ..)) => me == Some(person),
            _ => false,
        }
    }
}

/// Who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// Nobody has signed in.
    Nobody,
    /// The product itself, for a named duty.
    System(&'static str),
    /// Somebody who signed in.
    Person(Signed),
}

/// Somebody who signed in, with all roles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signed {
    /// How they signed in.
    pub login: LoginId,
    /// Who they are.
    pub person: PersonId,
    /// Their name, for the audit log.
    pub name: String,
    /// What they hold.
    pub memberships: Vec<Membership>,
    /// The password is still the one from the letter: nothing is allowed but choosing one's own (PRE-06).
    pub must_change_password: bool,
}

impl Actor {
    /// Whether the actor may do this at that place.
    pub fn may(&self, permission: Permission, place: Place<'_>) -> bool {
        match self {
            Self::Nobody => false,
            Self::System(_) => true,
            Self::Person(signed) => {
                !signed.must_change_password
                    && signed
                        .memberships
                        .iter()
                        .any(|m| m.role.carries(permission) && m.reaches(place, Some(signed.person)))
            }
        }
    }

    /// Everything the actor may do somewhere.
    pub fn reach(&self, permission: Permission) -> Reach {
        let signed = match self {
            Self::Nobody => return Reach::default(),
            Self::System(_) => return Reach { everything: true, ..Reach::default() },
            Self::Person(signed) if signed.must_change_password => return Reach::default(),
            Self::Person(signed) => signed,
        };
        let mut reach = Reach::default();
        for membership in signed.memberships.iter().filter(|m| m.role.carries(permission)) {
            match membership.scope {
                Scope::Host => reach.everything = true,
                Scope::Organisation(id) => reach.organisations.push(id),
                Scope::Facility { facility, .. } => reach.facilities.push(facility),
                Scope::Department { department, .. } => reach.departments.push(department),
                Scope::Own => reach.own = true,
            }
        }
        reach
    }
}

/// The union of the scopes in which something is allowed; lists are cut by it in SQL.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// No bounds.
    pub everything: bool,
    /// Whole organisations.
    pub organisations: Vec<OrganisationId>,
    /// Single facilities.
    pub facilities: Vec<FacilityId>,
    /// Single departments.
    pub departments: Vec<DepartmentId>,
    /// The person alone.
    pub own: bool,
}

impl Reach {
    /// Whether nothing at all is allowed.
    pub fn is_empty(&self) -> bool {
        !self.everything
            && !self.own
            && self.organisations.is_empty()
            && self.facilities.is_empty()
            && self.departments.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;
    use uuid::Uuid;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn signed(role: Role, scope: Scope) -> Actor {
        Actor::Person(Signed {
            login: LoginId(id(1)),
            person: PersonId(id(2)),
            name: "Test".into(),
            memberships: vec![Membership { id: MembershipId(id(3)), role, scope }],
            must_change_password: false,
        })
    }

    #[rstest]
    #[case::own_facility(7, true)]
    #[case::next_facility(8, false)]
    fn a_clerk_of_a_facility_changes_people_of_that_facility_only(#[case] facility: u128, #[case] allowed: bool) {
        let actor =
            signed(Role::Clerk, Scope::Facility { organisation: OrganisationId(id(9)), facility: FacilityId(id(7)) });
        let facilities = [FacilityId(id(facility))];
        let place = Place::Person(OrganisationId(id(9)), PersonId(id(50)), &facilities, None);
        assert_eq!(actor.may(Permission::ChangePerson, place), allowed);
    }

    #[rstest]
    #[case::of_the_department(Some(7), true)]
    #[case::of_the_next_department(Some(8), false)]
    #[case::of_no_department(None, false)]
    fn a_department_administrator_sees_people_of_that_department_only(
        #[case] department: Option<u128>,
        #[case] allowed: bool,
    ) {
        let scope = Scope::Department { organisation: OrganisationId(id(9)), department: DepartmentId(id(7)) };
        let actor = signed(Role::DepartmentAdministrator, scope);
        let facilities = [FacilityId(id(7))];
        let department = department.map(|n| DepartmentId(id(n)));
        let place = Place::Person(OrganisationId(id(9)), PersonId(id(50)), &facilities, department);
        assert_eq!(actor.may(Permission::ReadPerson, place), allowed);
        assert!(!actor.may(Permission::ChangePerson, place));
        assert!(!actor.may(Permission::ReadPerson, Place::Organisation(OrganisationId(id(9)))));
    }

    #[test]
    fn a_resident_sees_nobody_but_themselves() {
        let actor = signed(Role::Resident, Scope::Own);
        let me = Place::Person(OrganisationId(id(9)), PersonId(id(2)), &[], None);
        let other = Place::Person(OrganisationId(id(9)), PersonId(id(4)), &[], None);
        assert!(actor.may(Permission::ReadSelf, me));
        assert!(!actor.may(Permission::ReadSelf, other));
        assert!(!actor.may(Permission::ReadPerson, me));
    }

    #[test]
    fn an_accountant_reads_and_exports_but_changes_nothing() {
        for permission in Permission::ALL.iter().filter(|p| {
            let word = p.word();
            word.starts_with("change_") || word.ends_with("_person") && !word.starts_with("read")
        }) {
            let expected = *permission == Permission::ChangeSelf;
            assert_eq!(Role::Accountant.carries(*permission), expected, "{}", permission.word());
        }
    }

    #[test]
    fn an_initial_password_allows_nothing() {
        let Actor::Person(mut person) = signed(Role::Owner, Scope::Host) else { unreachable!() };
        person.must_change_password = true;
        let actor = Actor::Person(person);
        assert!(Permission::ALL.iter().all(|p| !actor.may(*p, Place::Host)));
        assert!(actor.reach(Permission::ReadPerson).is_empty());
    }

    #[test]
    fn an_owner_of_one_organisation_has_no_say_in_another() {
        let actor = signed(Role::Owner, Scope::Organisation(OrganisationId(id(1))));
        assert!(actor.may(Permission::ChangeFacility, Place::Organisation(OrganisationId(id(1)))));
        assert!(!actor.may(Permission::ReadOrganisation, Place::Organisation(OrganisationId(id(2)))));
        assert!(!actor.may(Permission::ChangeSetting, Place::Host));
    }
}
