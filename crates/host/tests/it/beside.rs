//! Commands beside a host that is at work on the same server.

use crate::room::Room;
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Stdio};
use stolpe_app::{Ctx, Job, JobState};
use stolpe_domain::id::JobId;
use stolpe_ports::clock::{Clock as _, SystemClock};
use stolpe_store::{Db, Engine};

/// A host that ends with the test.
struct Serving(Child);

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn serve(room: &Room) -> Serving {
    let mut serve = room.command(&["serve", "--listen", "127.0.0.1:0"]);
    let mut host = Serving(serve.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(host.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    assert!(line.starts_with("http://127.0.0.1:"), "{line}");
    host
}

/// A task that the host is at work on.
async fn running_job(db: &Db) -> JobId {
    let login = db.read().await.unwrap().staff_logins().await.unwrap()[0].id;
    let ctx = Ctx::system("test", SystemClock.now());
    let job = Job {
        id: ctx.new_id(),
        kind: "letters".into(),
        login,
        organisation: None,
        subject: None,
        host: Some(ctx.new_id::<JobId>().uuid()),
        alive_at: Some(ctx.at),
        cancel_asked_at: None,
        state: JobState::Running,
        done: 1,
        total: 9,
        code: None,
        result: None,
        created_at: ctx.at,
        finished_at: None,
        file: None,
    };
    let mut tx = db.write().await.unwrap();
    tx.insert_job(&job).await.unwrap();
    tx.commit().await.unwrap();
    job.id
}

#[tokio::test]
async fn beside_a_host_on_the_same_server_its_tasks_go_on() {
    let room = Room::new(Engine::Postgres).await;
    let _host = serve(&room);
    let db = Db::open_postgres(room.url.as_deref().unwrap()).await.unwrap();
    let id = running_job(&db).await;
    let copy = room.folder.path().join("copy.backup");
    let list = room.file("lista.csv", "Lgh;Förnamn;Efternamn\nA1101;Åsa;Öberg\n");
    for words in [
        &["verify"][..],
        &["migrate"],
        &["backup", copy.to_str().unwrap()],
        &["import", "people", &list, "--facility", "EKB"],
        &["verify"],
    ] {
        let said = room.run(words);
        assert_eq!(said.status, Some(0), "{words:?}: {said:?}");
        let job = db.read().await.unwrap().find_job(id).await.unwrap().unwrap();
        assert_eq!((job.state, job.code.as_deref(), job.done), (JobState::Running, None, 1), "after {words:?}");
    }
    let _second = serve(&room);
    let job = db.read().await.unwrap().find_job(id).await.unwrap().unwrap();
    assert_eq!((job.state, job.done), (JobState::Running, 1), "after a second host has started");
    db.close().await;
}
