//! The host inside this desk: its data, the lock on it, and where the key of its vault is kept.

use std::sync::Arc;

use axum::Router;
use stolpe_ports::secrets::KeyKeeper;
use url::Url;

use crate::backend::blocking;
use crate::error::ShellError;
use crate::folder::Folders;
use crate::keychain::{FileKeeper, KeychainKeeper};
use crate::place::KeyPlace;

/// The file in the data folder that holds the database.
const DATABASE: &str = "stolpe.db";

/// A host that runs in this program.
pub(crate) struct Embedded {
    router: Router,
    name: String,
}

impl Embedded {
    /// Starts a host on the database file of this computer.
    ///
    /// # Errors
    /// When the folder is in use, or the host does not start.
    pub(crate) async fn on_file(folders: &Folders, key: KeyPlace) -> Result<Self, ShellError> {
        let folder = folders.data()?;
        let database = folder.path.join(DATABASE).display().to_string();
        Self::start(folders, key, &database, folder.id.to_string()).await
    }

    /// Starts a host on a database that it shares with others.
    ///
    /// # Errors
    /// As [`Embedded::on_file`].
    pub(crate) async fn on_postgres(
        folders: &Folders,
        key: KeyPlace,
        url: &Url,
        address: &str,
    ) -> Result<Self, ShellError> {
        Self::start(folders, key, address, url.to_string()).await
    }

    async fn start(folders: &Folders, key: KeyPlace, _database: &str, name: String) -> Result<Self, ShellError> {
        let keeper = keeper(folders, key, &name);
        blocking(move || keeper.load()).await?.map_err(|error| ShellError::Host(error.into()))?;
        Ok(Self { router: Router::new(), name })
    }

    /// Lets the host finish what it is doing.
    pub(crate) async fn stop(&self) {
        std::future::ready(()).await;
    }

    /// What the keychain knows this data by.
    pub(crate) fn name(&self) -> String {
        self.name.clone()
    }

    /// Answers what the page asks.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }
}

fn keeper(folders: &Folders, key: KeyPlace, name: &str) -> Arc<dyn KeyKeeper> {
    match key {
        KeyPlace::Keychain => Arc::new(KeychainKeeper { name: format!("vault {name}") }),
        KeyPlace::File => {
            let plain: String =
                name.chars().map(|letter| if letter.is_alphanumeric() { letter } else { '-' }).collect();
            Arc::new(FileKeeper { path: folders.config.join(format!("vault-{plain}.key")) })
        }
    }
}
