//! A data folder with an installation in it, and the real program that works on it.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use serde_json::Value;
use std::io::{BufRead as _, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use stolpe_app::{AuditEntry, AuditFilter, Ctx, Order};
use stolpe_host::{
    Config, Host, Imap, KeyFile, PaymentAddresses, Place, PriceAddresses, Retention, SmsAddresses, Smtp,
};
use stolpe_store::Engine;
use stolpe_testkit::{Authority, TestDb};
use tempfile::TempDir;

/// Whom a room belongs to.
pub(crate) const OWNER: &str = "ove@example.se";
/// The password of [`OWNER`].
pub(crate) const PASSWORD: &str = "Seven-Blue#Herons!12";

/// What a command said and how it ended.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) status: Option<i32>,
    pub(crate) out: String,
    pub(crate) log: String,
}

/// A data folder, and a Postgres database beside it or none.
pub(crate) struct Room {
    pub(crate) folder: TempDir,
    pub(crate) url: Option<String>,
}

impl Room {
    /// A place with an owner, an organisation and the facility `EKB`.
    pub(crate) async fn new(engine: Engine) -> Self {
        let url = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => {
                let it = TestDb::new(engine).await;
                it.db.close().await;
                Some(it.address)
            }
        };
        let place = Self { folder: tempfile::tempdir().unwrap(), url };
        let mut init = place.command(&["init"]);
        init.args(["--owner-email", OWNER, "--owner-password-stdin", "--organisation", "Brf Ekbacken"]);
        init.args(["--country", "SE", "--facility-code", "EKB", "--facility-name", "Ekbacken"]);
        let mut child = init.stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(PASSWORD.as_bytes()).unwrap();
        assert!(child.wait().unwrap().success());
        place
    }

    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_stolpe-host"));
        command.args(words).arg("--data").arg(self.data());
        command.env_remove("STOLPE_DATABASE_URL").env_remove("STOLPE_KEY").env_remove("RUST_LOG");
        if let Some(url) = &self.url {
            command.args(["--database-url", url]);
        }
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Said {
        let output = self.command(words).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Said { status: output.status.code(), out: text(output.stdout), log: text(output.stderr) }
    }

    pub(crate) fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    pub(crate) fn file(&self, name: &str, content: &str) -> String {
        let path = self.folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    }

    pub(crate) fn config(&self) -> Config {
        let place = self.url.clone().map_or_else(|| Place::Embedded(self.data()), Place::Postgres);
        Config {
            place,
            keeper: Arc::new(KeyFile(self.data().join("stolpe.key"))),
            mailer: Smtp::default(),
            mailboxes: Imap::default(),
            price_addresses: PriceAddresses::default(),
            payment_addresses: PaymentAddresses::default(),
            sms_addresses: SmsAddresses::default(),
            payment_authorities: None,
            retention: Retention::default(),
            longest_sign_in: None,
        }
    }

    /// The audit log, the latest row first.
    pub(crate) async fn audit(&self) -> Vec<AuditEntry> {
        let host = Host::open(self.config()).await.unwrap();
        let ctx = Ctx::system("test", host.app().now());
        let (page, _) = host.app().list_audit(&ctx, AuditFilter::default(), Order::Newest, None, 100).await.unwrap();
        assert_eq!(host.app().prove_audit().await.unwrap().broken_at, None);
        host.stop().await;
        page.items
    }

    /// Everybody, as JSON Lines.
    pub(crate) fn people(&self) -> Vec<String> {
        let said = self.run(&["export", "people", "--facility", "EKB", "--format", "json"]);
        assert_eq!(said.status, Some(0), "{said:?}");
        said.out.lines().map(str::to_owned).collect()
    }
}

/// A host that listens.
#[derive(Debug)]
pub(crate) struct Serving {
    host: Child,
    address: String,
    /// How it is reached where it has TLS.
    tls: Option<Arc<ClientConfig>>,
    token: String,
}

/// A line to it, in clear or not.
trait Line: Read + Write {}
impl<T: Read + Write> Line for T {}

/// What it answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) bytes: Vec<u8>,
}

impl Answer {
    /// The body of an answer with this status.
    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", String::from_utf8_lossy(&self.bytes));
        serde_json::from_slice(&self.bytes).unwrap()
    }
}

impl Serving {
    /// Starts the program with these words of `serve`, and signs in as the owner.
    pub(crate) fn new(room: &Room, words: &[&str]) -> Self {
        Self::to_nobody(room, words).signed_in()
    }

    /// Starts the program with a certificate of this authority, and signs in as the owner.
    pub(crate) fn over_tls(room: &Room, authority: &Authority) -> Self {
        let (certificate, key) = authority.certify(room.folder.path());
        let files = ["--tls-certificate", certificate.to_str().unwrap(), "--tls-key", key.to_str().unwrap()];
        let mut roots = RootCertStore::empty();
        roots.add(CertificateDer::from_pem_slice(authority.pem().as_bytes()).unwrap()).unwrap();
        let trusting = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut it = Self::to_nobody(room, &files);
        it.tls = Some(Arc::new(trusting));
        it.signed_in()
    }

    fn signed_in(mut self) -> Self {
        let credentials = serde_json::json!({"facility": null, "username": OWNER, "password": PASSWORD});
        let signed_in = self.post("/login", &credentials).expect(200);
        signed_in["token"].as_str().unwrap().clone_into(&mut self.token);
        self
    }

    /// Starts the program with these words of `serve`.
    pub(crate) fn to_nobody(room: &Room, words: &[&str]) -> Self {
        let words = [&["serve", "--listen", "127.0.0.1:0"], words].concat();
        let mut host = room.command(&words).stdout(Stdio::piped()).spawn().unwrap();
        // A host with a certificate tells its fingerprint first.
        let mut told = BufReader::new(host.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = told.find_map(|line| Some(line.split_once("://")?.1.trim_end_matches("/admin/").to_owned()));
        Self { host, address: address.unwrap(), tls: None, token: String::new() }
    }

    /// Where it listens.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// Kills it: it has no time for a last word.
    pub(crate) fn kill(mut self) {
        self.host.kill().unwrap();
        self.host.wait().unwrap();
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        self.send("GET", path, "", &Value::Null)
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, "", body)
    }

    pub(crate) fn put_at(&self, path: &str, version: i64, body: &Value) -> Answer {
        self.send("PUT", path, &format!("if-match: \"{version}\"\r\n"), body)
    }

    /// Sends a request as it is written on the wire.
    fn send(&self, method: &str, path: &str, headers: &str, body: &Value) -> Answer {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let (address, token, length) = (&self.address, &self.token, body.len());
        let mut line = self.line();
        write!(
            line,
            "{method} /api/v1{path} HTTP/1.1\r\nhost: {address}\r\nconnection: close\r\nauthorization: Bearer {token}\r\n\
             content-type: application/json\r\ncontent-length: {length}\r\n{headers}\r\n{body}"
        )
        .unwrap();
        let mut answer = Vec::new();
        line.read_to_end(&mut answer).unwrap();
        let end = answer.windows(4).position(|part| part == b"\r\n\r\n").unwrap();
        let head = String::from_utf8(answer[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, bytes: answer.split_off(end + 4) }
    }

    fn line(&self) -> Box<dyn Line> {
        let line = TcpStream::connect(&self.address).unwrap();
        match &self.tls {
            None => Box::new(line),
            Some(trusting) => {
                let name = "localhost".try_into().unwrap();
                Box::new(StreamOwned::new(ClientConnection::new(Arc::clone(trusting), name).unwrap(), line))
            }
        }
    }

    /// Lets it end as a service manager would.
    pub(crate) fn stop(mut self) {
        assert!(Command::new("kill").arg(self.host.id().to_string()).status().unwrap().success());
        assert!(self.host.wait().unwrap().success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // A test that fails must not leave a host behind; one that has ended is no matter.
        let _ = self.host.kill();
        let _ = self.host.wait();
    }
}
