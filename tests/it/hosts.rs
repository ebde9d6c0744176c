//! Two hosts on one server: each leaves the other's tasks alone while it is alive, and ends them when it is not.

use crate::imports::read;
use crate::story::{ended_for, text};
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::{Postgres, Transaction};
use stolpe_store::{Db, Engine};
use stolpe_testkit::{Desk, TestHost};

/// Twice as many rows as one run takes.
const ROWS: usize = 4_000;

/// An import that its host is at work on, and cannot go on with while its file is held.
struct AtWork {
    first: TestHost,
    second: TestHost,
    held: Transaction<'static, Postgres>,
    import: String,
    job: String,
}

impl AtWork {
    async fn new() -> Self {
        let first = TestHost::new(Engine::Postgres).await;
        let list: String = std::iter::once("Förnamn;Efternamn\r\n".to_owned())
            .chain((0..ROWS).map(|n| format!("Namn{n};Boende\r\n")))
            .collect();
        let import = text(&read(&first, list).await.expect(201)["id"]);
        let Db::Postgres { pool, .. } = &first.db.db else { panic!("this story is Postgres's") };
        let mut held = pool.begin().await.unwrap();
        sqlx::query("lock table import_file in access exclusive mode").execute(&mut *held).await.unwrap();
        let job = first.owner.post(&format!("/imports/{import}/commit"), json!({})).await.expect(202);
        let second = first.beside().await;
        Self { first, second, held, import, job: text(&job["id"]) }
    }

    async fn task(&self, desk: &Desk) -> Value {
        desk.get(&format!("/jobs/{}", self.job)).await.expect(200)
    }

    async fn state_of_import(&self) -> Value {
        self.second.owner.get(&format!("/imports/{}", self.import)).await.expect(200)["state"].clone()
    }

    /// The import goes on; answers how its task has ended.
    async fn go_on(self) -> (TestHost, TestHost, Value) {
        let Self { first, second, held, job, .. } = self;
        held.rollback().await.unwrap();
        let mut feed = first.app.feed().listen();
        loop {
            let job = first.owner.get(&format!("/jobs/{job}")).await.expect(200);
            if job["state"] != "running" && first.app.running_tasks() == 0 {
                return (first, second, job);
            }
            let _ = feed.recv().await;
        }
    }
}

#[tokio::test]
async fn a_second_host_that_starts_leaves_the_tasks_of_the_first_alone_and_shows_whose_they_are() {
    let at_work = AtWork::new().await;
    at_work.second.app.keep_in_order().await.unwrap();
    let job = at_work.task(&at_work.second.owner).await;
    assert_eq!((&job["state"], &job["stopping"]), (&json!("running"), &json!(false)));
    assert_eq!(job["subject"], json!({"kind": "import", "id": at_work.import}));
    let path = format!("/jobs?subjectId={}&state=running", at_work.import);
    assert_eq!(at_work.second.owner.get(&path).await.expect(200)["items"][0]["id"], at_work.job);
    let (_, _, job) = at_work.go_on().await;
    assert_eq!((&job["state"], &job["result"]["stored"]), (&json!("done"), &json!(ROWS)));
}

#[tokio::test]
async fn a_host_that_gives_signs_of_life_keeps_its_task_however_long_that_takes() {
    let at_work = AtWork::new().await;
    for _ in 0..3 {
        at_work.first.clock.advance(TimeDelta::seconds(90));
        at_work.first.app.give_sign_of_life().await.unwrap();
        at_work.second.app.keep_in_order().await.unwrap();
        assert_eq!(at_work.task(&at_work.second.owner).await["state"], "running");
    }
}

#[tokio::test]
async fn the_task_of_a_host_that_was_silent_for_long_is_ended_and_its_import_can_be_continued_elsewhere() {
    let at_work = AtWork::new().await;
    at_work.first.clock.advance(TimeDelta::minutes(3));
    at_work.second.app.keep_in_order().await.unwrap();
    let job = at_work.task(&at_work.second.owner).await;
    assert_eq!((&job["state"], &job["code"]), (&json!("failed"), &json!("job.host_stopped")));
    assert_eq!(at_work.state_of_import().await, "interrupted");
    // The first host wakes up: what was taken from it, it does not touch.
    let import = at_work.import.clone();
    let (_first, second, job) = at_work.go_on().await;
    assert_eq!((&job["state"], &job["code"]), (&json!("failed"), &json!("job.host_stopped")), "{job}");
    let started = second.owner.post(&format!("/imports/{import}/commit"), json!({})).await;
    let job = ended_for(&second, &second.owner, started).await;
    assert_eq!((&job["state"], &job["result"]), (&json!("done"), &json!({"stored": ROWS, "skipped": 0})));
    let page = second.owner.get(&format!("/persons?facilityId={}&limit=1", second.facility)).await.expect(200);
    assert_eq!(page["total"]["count"], ROWS, "everybody is in once");
}

#[tokio::test]
async fn a_task_is_stopped_from_another_host_after_the_step_it_is_at() {
    let at_work = AtWork::new().await;
    let path = format!("/jobs/{}/cancel", at_work.job);
    let asked = at_work.second.owner.post(&path, json!({})).await.expect(200);
    assert_eq!((&asked["state"], &asked["stopping"]), (&json!("running"), &json!(true)));
    let (first, _, job) = at_work.go_on().await;
    assert_eq!((&job["state"], &job["code"]), (&json!("cancelled"), &json!("job.cancelled")));
    let page = first.owner.get(&format!("/persons?facilityId={}&limit=1", first.facility)).await.expect(200);
    assert_eq!(page["total"]["count"], ROWS / 2, "the step that was begun is whole, and nothing came after it");
}

#[tokio::test]
async fn a_task_whose_host_has_died_stops_at_once_when_that_is_asked() {
    let at_work = AtWork::new().await;
    at_work.first.clock.advance(TimeDelta::minutes(3));
    let path = format!("/jobs/{}/cancel", at_work.job);
    let asked = at_work.second.owner.post(&path, json!({})).await.expect(200);
    assert_eq!((&asked["state"], &asked["code"]), (&json!("cancelled"), &json!("job.cancelled")));
}
