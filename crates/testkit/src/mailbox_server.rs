//! A real IMAP server on a port of its own: Dovecot, with one account.

use crate::authority::Authority;
use crate::mail_server::{MAIL_PASSWORD, Protection, USER};
use std::fmt::Write as _;
use std::io::Read as _;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// A running server with the mailbox of [`USER`], which goes away with its owner.
#[derive(Debug)]
pub struct MailboxServer {
    /// Where it listens on `127.0.0.1`.
    pub port: u16,
    /// The authority that signed its certificate, in PEM; nobody trusts it unless told to.
    pub authority: String,
    mails: PathBuf,
    owner: (String, String),
    process: Child,
    folder: TempDir,
}

impl MailboxServer {
    /// A server with an empty mailbox.
    ///
    /// # Panics
    /// When it does not start; `cargo xtask test` installs what it needs.
    pub fn new(protection: Protection) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mails = folder.path().join("mails");
        std::fs::create_dir(&mails).unwrap();
        let authority = Authority::default();
        let (certificate, key) = authority.certify(folder.path());
        // It reads mail as nobody in particular when it is started by the administrator, and else as whoever starts it.
        let me = (said("id", &["-un"]), said("id", &["-gn"]));
        let owner = if me.0 == "root" { ("nobody".to_owned(), "nogroup".to_owned()) } else { me };
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
        let (plain, protected) = if protection == Protection::Tls { (0, port) } else { (port, 0) };
        let (at, (user, group)) = (folder.path().display(), &owner);
        let mut settings = format!(
            "base_dir = {at}/run\nstate_dir = {at}/state\nlog_path = {at}/log\nprotocols = imap\nlisten = 127.0.0.1\n\
             default_internal_user = {user}\ndefault_login_user = {user}\ndefault_internal_group = {group}\n\
             first_valid_uid = 1\nmail_location = maildir:{at}/mails\n\
             passdb {{\n driver = static\n args = user={USER} password={MAIL_PASSWORD}\n}}\n\
             userdb {{\n driver = static\n args = uid={user} gid={group} home={at}/mails\n}}\n\
             service anvil {{\n chroot =\n}}\nservice stats {{\n chroot =\n}}\n\
             service imap-login {{\n chroot =\n inet_listener imap {{\n port = {plain}\n }}\n\
             inet_listener imaps {{\n port = {protected}\n ssl = yes\n }}\n}}\n"
        );
        match protection {
            Protection::None => settings.push_str("ssl = no\ndisable_plaintext_auth = no\n"),
            Protection::StartTls | Protection::Tls => write!(
                settings,
                "ssl = required\nssl_cert = <{}\nssl_key = <{}\n",
                certificate.display(),
                key.display()
            )
            .unwrap(),
        }
        let file = folder.path().join("dovecot.conf");
        std::fs::write(&file, settings).unwrap();
        let process = Command::new(program())
            .arg("-F")
            .arg("-c")
            .arg(&file)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("Dovecot starts");
        let mut server = Self { port, authority: authority.pem(), mails, owner, process, folder };
        // Those who read as nobody in particular must get in.
        said("chmod", &["755", &server.folder.path().display().to_string()]);
        server.hand_over();
        server.wait(protection);
        server
    }

    /// Puts a mail into the mailbox, as it came.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn deliver(&self, name: &str, mail: &str) {
        let new = self.mails.join("new");
        std::fs::create_dir_all(&new).unwrap();
        std::fs::write(new.join(name), mail).unwrap();
        self.hand_over();
    }

    /// The names of the mails that nobody has looked at, as the server keeps them.
    ///
    /// # Panics
    /// When the folder cannot be read.
    pub fn untouched(&self) -> usize {
        let count = |folder: &str| {
            let files = std::fs::read_dir(self.mails.join(folder)).into_iter().flatten().flatten();
            files.filter(|file| !file.file_name().to_string_lossy().ends_with('S')).count()
        };
        count("new") + count("cur")
    }

    fn hand_over(&self) {
        let (user, group) = &self.owner;
        let all = self.mails.display().to_string();
        said("chown", &["-R", &format!("{user}:{group}"), &all]);
    }

    fn wait(&mut self, protection: Protection) {
        for _ in 0..200 {
            if let Ok(Some(status)) = self.process.try_wait() {
                let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
                panic!("Dovecot ended with {status}: {log}");
            }
            if let Ok(mut wire) = TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)) {
                wire.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
                // Over TLS it waits for the first word of the client.
                if protection == Protection::Tls || wire.read(&mut [0; 4]).is_ok_and(|read| read > 0) {
                    return;
                }
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("Dovecot does not listen");
    }
}

impl Drop for MailboxServer {
    fn drop(&mut self) {
        // It has to end its own processes: asked, and not killed.
        let _ = Command::new("kill").arg(self.process.id().to_string()).status();
        let _ = self.process.wait();
    }
}

/// Debian keeps servers out of the search path of those who do not administer.
fn program() -> &'static str {
    let debian = "/usr/sbin/dovecot";
    if std::path::Path::new(debian).exists() { debian } else { "dovecot" }
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output().unwrap();
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}
