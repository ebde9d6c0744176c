//! A throw-away Postgres server for one test process.
//!
//! The cluster lives in a temporary folder and listens on a socket in it. A small shell waits on a pipe that the
//! test process holds: when the process ends, however it ends, the shell stops the server and removes the folder.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, OnceLock};
use stolpe_store::Db;
use uuid::Uuid;

/// A throw-away Postgres server, which can be stopped and started again.
#[derive(Debug)]
pub struct PostgresServer {
    folder: PathBuf,
    /// Held open for as long as the process lives.
    _watch: Mutex<Child>,
}

static SERVER: OnceLock<PostgresServer> = OnceLock::new();
/// Makes the migrated template once.
static TEMPLATE: tokio::sync::OnceCell<()> = tokio::sync::OnceCell::const_new();

/// The address of a fresh, migrated database.
pub(crate) async fn new_database() -> String {
    let server = SERVER.get_or_init(PostgresServer::new);
    TEMPLATE
        .get_or_init(|| async {
            server.psql("create database template_stolpe");
            let db = Db::open_postgres(&server.address("template_stolpe")).await.expect("the template migrates");
            db.close().await;
        })
        .await;
    let name = format!("test_{}", Uuid::from_u128(next()).simple());
    server.psql(&format!("create database {name} template template_stolpe"));
    server.address(&name)
}

/// The address of a fresh database without tables, on the server of this process.
pub fn empty_database() -> String {
    let server = SERVER.get_or_init(PostgresServer::new);
    server.empty_database(&format!("empty_{}", Uuid::from_u128(next()).simple()))
}

/// Runs statements as somebody else on the server.
///
/// # Panics
/// When they are refused.
pub fn at_server(address: &str, statements: &str) {
    let words = ["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", address, "--command", statements];
    run(Command::new(tool("psql")).args(words));
}

/// When [`hinder`] strikes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// Before each row comes into the table.
    Row,
    /// When the transaction that brought rows into the table is committed.
    Commit,
}

/// Sees to it that a table, once it is made, meets its rows with this statement of PL/pgSQL; `new` is the row.
/// [`unhinder`] takes it back. The database counts as empty with it.
///
/// # Panics
/// When the server refuses.
pub fn hinder(address: &str, table: &str, moment: Moment, act: &str) {
    let trigger = match moment {
        Moment::Row => format!("trigger hindrance before insert on public.{table}"),
        Moment::Commit => {
            format!("constraint trigger hindrance after insert on public.{table} deferrable initially deferred")
        }
    };
    at_server(
        address,
        &format!(
            "create schema hindrance; \
             create function hindrance.act() returns trigger language plpgsql as $$ begin {act}; return new; end $$; \
             create function hindrance.arm() returns event_trigger language plpgsql as $$ begin \
             if exists (select from pg_event_trigger_ddl_commands() where object_identity = 'public.{table}') then \
             create {trigger} for each row execute function hindrance.act(); \
             end if; end $$; \
             create event trigger hindrance on ddl_command_end when tag in ('CREATE TABLE') \
             execute function hindrance.arm();"
        ),
    );
}

/// Takes back what [`hinder`] put up.
pub fn unhinder(address: &str) {
    at_server(address, "drop event trigger hindrance; drop schema hindrance cascade");
}

/// A number that nobody else in this process has.
pub(crate) fn next() -> u128 {
    static COUNT: std::sync::atomic::AtomicU64 = std::sync::atomic::AtomicU64::new(1);
    u128::from(COUNT.fetch_add(1, std::sync::atomic::Ordering::Relaxed))
}

impl PostgresServer {
    /// Stops the server as a crash would: without a word to those who are connected.
    ///
    /// # Panics
    /// When it does not stop.
    pub fn stop(&self) {
        run(as_postgres("pg_ctl")
            .current_dir(&self.folder)
            .args(["stop", "--mode", "immediate", "--silent", "--pgdata"])
            .arg(self.folder.join("data")));
    }

    /// The address of a fresh database without tables.
    ///
    /// # Panics
    /// When it cannot be made.
    pub fn empty_database(&self, name: &str) -> String {
        self.psql(&format!("create database {name}"));
        self.address(name)
    }

    fn address(&self, database: &str) -> String {
        format!("postgres:///{database}?host={}&user=stolpe", self.folder.display())
    }

    fn psql(&self, statement: &str) {
        let output = Command::new(tool("psql"))
            .args(["--no-psqlrc", "--quiet", "--username", "stolpe", "--dbname", "postgres", "--command", statement])
            .arg("--host")
            .arg(&self.folder)
            .output()
            .expect("psql runs");
        assert!(output.status.success(), "{statement}: {}", String::from_utf8_lossy(&output.stderr));
    }
}

/// A program of the server; Postgres refuses to run as root, and Debian's package made a user for it.
fn as_postgres(name: &str) -> Command {
    if is_root() {
        let mut command = Command::new("runuser");
        command.args(["-u", "postgres", "--"]).arg(tool(name));
        command
    } else {
        Command::new(tool(name))
    }
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.starts_with(b"0\n"))
}

impl PostgresServer {
    /// A running server with no databases of ours.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn new() -> Self {
        let folder = tempfile::Builder::new().prefix("stolpe-pg-").tempdir().unwrap().keep();
        let data = folder.join("data");
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&folder));
        }
        run(as_postgres("initdb").current_dir(&folder).arg("--pgdata").arg(&data).args([
            "--username=stolpe",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
            "--no-sync",
        ]));
        let stop = format!(
            "cat >/dev/null; {}{} stop --pgdata '{}' --mode immediate --silent; rm -rf '{}'",
            if is_root() { "runuser -u postgres -- " } else { "" },
            tool("pg_ctl").display(),
            data.display(),
            folder.display()
        );
        let mut watch = Command::new("sh");
        watch.args(["-c", &stop]).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir("/");
        let mut watch = watch.spawn().expect("sh runs");
        if let Some(pipe) = watch.stdin.as_mut() {
            pipe.write_all(b"started\n").unwrap();
        }
        let server = Self { folder, _watch: Mutex::new(watch) };
        server.start();
        server
    }

    /// Starts the server, again.
    ///
    /// # Panics
    /// When it does not start.
    pub fn start(&self) {
        let options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c fsync=off -c full_page_writes=off \
             -c max_connections=300",
            self.folder.display()
        );
        run(as_postgres("pg_ctl")
            .current_dir(&self.folder)
            .args(["start", "--wait", "--silent", "--pgdata"])
            .arg(self.folder.join("data"))
            .arg("--log")
            .arg(self.folder.join("log"))
            .args(["--options", &options])
            .stdout(Stdio::null())
            .stderr(Stdio::null()));
    }
}

impl Default for PostgresServer {
    fn default() -> Self {
        Self::new()
    }
}

fn run(command: &mut Command) {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Debian keeps the server's programs outside the path.
fn tool(name: &str) -> PathBuf {
    let newest = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| entry.file_name().to_string_lossy().parse::<u32>().ok())
        .max();
    newest
        .map(|version| Path::new("/usr/lib/postgresql").join(version.to_string()).join("bin").join(name))
        .filter(|path| path.exists())
        .unwrap_or_else(|| PathBuf::from(name))
}
