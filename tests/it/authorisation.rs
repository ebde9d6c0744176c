//! Who may do what: every operation of the API document, as nobody and as each role, at home and next door.

use crate::walk::{Things, operations};
use rstest::rstest;
use serde_json::{Value, json};
use std::fmt::Write as _;
use stolpe_domain::access::Role;
use stolpe_store::Engine::{self, Postgres, Sqlite};
use stolpe_testkit::{At, Desk, TestHost};

/// Two facilities of one organisation, and another organisation with a facility.
pub(crate) struct World {
    pub(crate) host: TestHost,
    pub(crate) home: Things,
    /// Another facility of the same organisation.
    next_door: Things,
    /// Another organisation.
    pub(crate) abroad: Things,
}

impl World {
    pub(crate) async fn new(engine: Engine) -> Self {
        let host = TestHost::new(engine).await;
        let id = |value: Value| value["id"].as_str().unwrap().to_owned();
        let facility = async |organisation: &str, code: &str| {
            let path = format!("/facilities?organisationId={organisation}");
            id(host.owner.post(&path, json!({"code": code, "name": code, "country": "SE"})).await.expect(201))
        };
        let second = facility(&host.organisation, "EKB2").await;
        let other = json!({"name": "Brf Granen", "country": "SE", "organisationNumber": "769612-3459",
            "street": "Granvägen 1", "postalCode": "392 31", "city": "Kalmar"});
        let other = id(host.owner.post("/organisations", other).await.expect(201));
        let third = facility(&other, "GRAN").await;
        let home = Things::in_facility(&host, &host.organisation, &host.facility).await;
        let next_door = Things::in_facility(&host, &host.organisation, &second).await;
        let abroad = Things::in_facility(&host, &other, &third).await;
        Self { host, home, next_door, abroad }
    }

    /// Somebody of each role with a scope at home, and whose things are the nearest that are not theirs.
    async fn everybody(&self) -> Vec<(String, Desk, &Things)> {
        let organisation = || At::Organisation(self.home.organisation.clone());
        let facility = || At::Facility(self.home.facility.clone());
        let mut callers = vec![
            ("nobody".to_owned(), self.host.nobody(), &self.abroad),
            ("host owner".to_owned(), self.host.owner.clone(), &self.abroad),
        ];
        for role in Role::ALL {
            let (at, neighbour) = match role {
                Role::Owner | Role::EmployerAdministrator => (organisation(), &self.abroad),
                Role::DepartmentAdministrator => (At::Department(self.home.department.clone()), &self.abroad),
                Role::Manager | Role::Accountant | Role::Clerk | Role::Warden => (facility(), &self.next_door),
                Role::Resident | Role::Traveller | Role::PermitBuyer | Role::Guest => {
                    (At::Own(self.home.organisation.clone(), self.home.facility.clone()), &self.next_door)
                }
            };
            callers.push((role.word().replace('_', " "), self.host.as_(*role, at).await, neighbour));
        }
        callers
    }
}

#[rstest]
#[tokio::test]
async fn every_operation_lets_in_whom_the_printed_matrix_says(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let everybody = world.everybody().await;
    let mut matrix = String::from(
        "Every operation as each role: the status at home, then with the things of a neighbour.\n\
         401, 403 and 404 are closed doors; any other status has let the caller in.\n\n",
    );
    let (mut rows, mut open) = (Vec::new(), Vec::new());
    for operation in operations() {
        let mut row = format!("{:<28}", operation.id);
        for (caller, desk, neighbour) in &everybody {
            let home = world.home.knock(desk, &operation).await;
            if caller == "nobody" && home.code() != "access.signed_out" {
                open.push(format!("{}\n", operation.id));
            }
            assert_ne!(home.status, 500, "{} as {caller}: {}", operation.id, home.body);
            assert_ne!(home.code(), "invalid.body", "{} cannot be read: {}", operation.id, home.body);
            // Whoever signs out at home cannot do it again next door.
            let away = if operation.id == "log_out" { home.clone() } else { neighbour.knock(desk, &operation).await };
            let _ = write!(row, " {:>3} {:>3} |", home.status, away.status);
        }
        rows.push(row);
    }
    let width = 28;
    for line in 0..2 {
        let _ = write!(matrix, "{:width$}", "");
        for (caller, ..) in &everybody {
            let word = caller.split(' ').nth(line).unwrap_or_default();
            let _ = write!(matrix, " {word:<7.7} |");
        }
        matrix = matrix.trim_end_matches(' ').to_owned() + "\n";
    }
    rows.sort_unstable();
    matrix.push_str(&rows.join("\n"));
    matrix.push('\n');
    open.sort_unstable();
    same_as_file("authorisation.txt", &matrix);
    same_as_file("open_endpoints.txt", &open.concat());
}

#[rstest]
#[tokio::test]
async fn what_is_not_yours_answers_exactly_like_what_is_not_there(#[values(Sqlite, Postgres)] engine: Engine) {
    let world = World::new(engine).await;
    let mut told = String::new();
    for (caller, desk, neighbour) in world.everybody().await.into_iter().filter(|(caller, ..)| caller != "host owner") {
        let mut nowhere = Things::nowhere();
        if neighbour.organisation == world.home.organisation {
            // The organisation above both facilities may be seen from each.
            nowhere.organisation.clone_from(&neighbour.organisation);
            nowhere.department.clone_from(&neighbour.department);
        }
        for operation in operations().into_iter().filter(|it| it.id != "log_out") {
            let missing = nowhere.knock(&desk, &operation).await;
            if !matches!(missing.status, 401 | 403 | 404) {
                continue;
            }
            let mut foreign = neighbour.knock(&desk, &operation).await;
            if let (Some(foreign), Some(correlation)) = (foreign.body.as_object_mut(), missing.body.get("correlation"))
            {
                foreign.insert("correlation".into(), correlation.clone());
            }
            if (missing.status, &missing.body) != (foreign.status, &foreign.body) {
                let _ = writeln!(told, "{caller} {}: {} but {}", operation.id, missing.body, foreign.body);
            }
        }
    }
    assert!(told.is_empty(), "somebody learns what exists:\n{told}");
}

/// Compares with a file beside this one.
pub(crate) fn same_as_file(name: &str, actual: &str) {
    let expected = format!("{}/it/{name}", env!("CARGO_MANIFEST_DIR"));
    if std::fs::read_to_string(&expected).is_ok_and(|expected| expected == actual) {
        return;
    }
    let fresh = format!("{}/{name}", env!("CARGO_TARGET_TMPDIR"));
    std::fs::write(&fresh, actual).unwrap();
    panic!("{name} is not what happens; if the change is meant: cp {fresh} {expected}");
}
