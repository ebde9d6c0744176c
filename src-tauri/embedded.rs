//! The host inside this desk: where its data is, and where the key of its vault is kept.

use std::sync::Arc;

use axum::Router;
use stolpe_host::{Config, Host, Imap, PaymentAddresses, Place, PriceAddresses, Retention, SmsAddresses, Smtp};
use stolpe_ports::secrets::KeyKeeper;
use tokio::sync::Mutex;
use url::Url;

use crate::error::ShellError;
use crate::folder::Folders;
use crate::keychain::{FileKeeper, KeychainKeeper};
use crate::network::{Door, Listening, Network};
use crate::place::KeyPlace;

/// A host that runs in this program.
pub(crate) struct Embedded {
    host: Host,
    /// What the keychain knows this data by.
    pub(crate) name: String,
    /// The way in from outside this program.
    door: Mutex<Way>,
}

/// How far the way in has come.
#[derive(Default)]
enum Way {
    #[default]
    Closed,
    Open(Door),
    Failed {
        code: &'static str,
        port: u16,
    },
}

impl Embedded {
    /// Starts a host on the database file of this computer.
    ///
    /// # Errors
    /// When the folder is in use, or the host does not start.
    pub(crate) async fn on_file(folders: &Folders, key: &KeyPlace) -> Result<Self, ShellError> {
        let name = folders.data_id()?.to_string();
        Self::start(Place::Embedded(folders.data.clone()), key, name).await
    }

    /// Starts a host on a database that it shares with others.
    ///
    /// # Errors
    /// When the database cannot be reached, or the host does not start.
    pub(crate) async fn on_postgres(key: &KeyPlace, url: &Url, address: &str) -> Result<Self, ShellError> {
        Self::start(Place::Postgres(address.to_owned()), key, url.to_string()).await
    }

    async fn start(place: Place, key: &KeyPlace, name: String) -> Result<Self, ShellError> {
        let keeper = keeper(key, &name);
        // No cookie leaves this program: the shell signs in with a token.
        let host = Host::start(Config {
            place,
            keeper,
            mailer: Smtp::default(),
            mailboxes: Imap::default(),
            price_addresses: PriceAddresses::default(),
            payment_addresses: PaymentAddresses::default(),
            sms_addresses: SmsAddresses::default(),
            payment_authorities: None,
            retention: Retention::default(),
            longest_sign_in: None,
        })
        .await?;
        Ok(Self { host, name, door: Mutex::default() })
    }

    /// Answers what the page asks.
    pub(crate) fn router(&self) -> Router {
        self.host.router()
    }

    /// How many tasks the host is at work on.
    pub(crate) fn running_tasks(&self) -> usize {
        self.host.app().running_tasks()
    }

    /// Lets these in, and nobody that was let in before.
    ///
    /// # Errors
    /// When it cannot listen; then nobody is let in.
    pub(crate) async fn listen(&self, network: &Network) -> Result<(), ShellError> {
        let mut way = self.door.lock().await;
        if let Way::Open(door) = std::mem::take(&mut *way) {
            door.close(&self.host).await;
        }
        let opened = Door::open(&self.host, network).await;
        match opened {
            Ok(door) => {
                *way = Way::Open(door);
                Ok(())
            }
            Err(error) => {
                *way = Way::Failed { code: error.code(), port: network.port };
                Err(error)
            }
        }
    }

    /// Writes down that whoever is signed in by a token changed whom this computer lets in.
    ///
    /// # Errors
    /// When they may not, or it cannot be written down.
    pub(crate) async fn note_network(&self, token: &str, before: &Network, after: &Network) -> Result<(), ShellError> {
        Ok(self.host.app().note_network(token, before, after).await?)
    }

    /// How far listening has come; nothing before it was begun.
    pub(crate) async fn listening(&self) -> Option<Listening> {
        match &*self.door.lock().await {
            Way::Closed => None,
            Way::Open(door) => Some(door.listening()),
            Way::Failed { code, port } => Some(Listening::Failed { code, port: *port }),
        }
    }

    /// Lets nobody in any more, and the host finish what it is doing.
    pub(crate) async fn stop(&self) {
        if let Way::Open(door) = std::mem::take(&mut *self.door.lock().await) {
            door.close(&self.host).await;
        }
        self.host.stop().await;
    }
}

fn keeper(key: &KeyPlace, name: &str) -> Arc<dyn KeyKeeper> {
    match key {
        KeyPlace::Keychain => Arc::new(KeychainKeeper { name: format!("vault {name}") }),
        KeyPlace::File { folder } => {
            let plain: String =
                name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
            Arc::new(FileKeeper { path: folder.join(format!("stolpe-{plain}.key")) })
        }
    }
}
