//! The host: puts the product together and serves it. The desktop embeds it, `stolpe-host` runs it alone.
//!
//! **Architecture invariant:** this is the only composition root.

mod charging;
mod data;
mod key_file;
mod metrics;
mod moved;
mod pages;
pub mod serve;
mod training;

use axum::{Extension, Router};
use chrono::TimeDelta;
use std::sync::Arc;
use stolpe_api::Api;
use stolpe_app::App;
use stolpe_messaging::Gateways;
use stolpe_payments::Providers;
use stolpe_ports::clock::SystemClock;
use stolpe_ports::secrets::KeyKeeper;
use stolpe_prices::Web;
use stolpe_store::StoreError;
use tokio_util::sync::CancellationToken;

pub use data::{DataFolder, DataLocked, Place};
pub use key_file::{FixedKey, KeyFile};
pub use moved::{DataMoved, MovedData};
pub use serve::fingerprint;
pub use stolpe_api::Channel;
pub use stolpe_app::{AppError, Change, Ctx, Feed, Retention};
pub use stolpe_messaging::{Imap, SmsAddresses, Smtp};
pub use stolpe_payments::PaymentAddresses;
pub use stolpe_prices::PriceAddresses;

/// Why the host cannot start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data folder cannot be used.
    #[error("the data folder cannot be used")]
    Data(#[from] std::io::Error),
    /// Another host has the data folder open.
    #[error("another host has the data folder open")]
    Locked(#[from] DataLocked),
    /// The data of the folder is on a server now.
    #[error("the data is not in this folder any more")]
    Moved(#[from] DataMoved),
    /// The database cannot be opened.
    #[error("the database cannot be opened")]
    Store(#[from] StoreError),
    /// The product cannot be put together.
    #[error("the product cannot be started")]
    App(#[from] AppError),
}

impl StartError {
    /// The stable word that the interface translates.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Data(_) => "start.data_folder",
            Self::Locked(_) => "start.already_running",
            Self::Moved(DataMoved { moved: MovedData { finished_at: None, .. }, .. }) => "start.move_unfinished",
            Self::Moved(_) => "start.moved",
            Self::Store(StoreError::Newer { .. }) => "start.newer_database",
            Self::Store(StoreError::Damaged(_)) => "start.damaged_database",
            Self::Store(StoreError::Gone(_)) => "start.database_gone",
            Self::Store(StoreError::DiskFull(_)) => "start.disk_full",
            Self::Store(StoreError::Unprotected) => "start.database_unprotected",
            Self::Store(_) => "start.database",
            Self::App(_) => "start.product",
        }
    }

    /// The server that the data went to, when it did.
    pub fn moved_to(&self) -> Option<&str> {
        match self {
            Self::Moved(it) => Some(&it.moved.to),
            _ => None,
        }
    }
}

/// Everything that a host needs to know.
pub struct Config {
    /// Where the data is.
    pub place: Place,
    /// Where the master key is kept.
    pub keeper: Arc<dyn KeyKeeper>,
    /// Hands mail to the world.
    pub mailer: Smtp,
    /// Reads what comes back of it.
    pub mailboxes: Imap,
    /// Where the prices of the market are asked for.
    pub price_addresses: PriceAddresses,
    /// Where payment providers are asked.
    pub payment_addresses: PaymentAddresses,
    /// Where SMS gateways are asked.
    pub sms_addresses: SmsAddresses,
    /// The only authorities that payment providers are believed by, in PEM; those of the operating system when left out.
    pub payment_authorities: Option<String>,
    /// How long is kept what is not kept for good.
    pub retention: Retention,
    /// After how long a sign-in ends however busy its device is; the product's own measure when left out.
    pub longest_sign_in: Option<TimeDelta>,
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config").field("place", &self.place).finish_non_exhaustive()
    }
}

/// A running host.
#[derive(Debug)]
pub struct Host {
    app: App,
    /// Held for as long as the host runs.
    _folder: Option<DataFolder>,
}

impl Host {
    /// Opens the data, puts the product together and starts what runs beside it.
    ///
    /// # Errors
    /// [`StartError`]; the data is unchanged then.
    pub async fn start(config: Config) -> Result<Self, StartError> {
        let (db, folder) = data::open(config.place).await?;
        let app = App::start(db, Arc::new(SystemClock), Arc::new(config.mailer), config.keeper).await?;
        let app = app.keeping(config.retention);
        let app = match config.longest_sign_in {
            Some(time) => app.ending_sign_ins_after(time),
            None => app,
        };
        let app = app.reading_mailboxes(Arc::new(config.mailboxes));
        let app = app.asking_for_prices(Arc::new(Web::at(config.price_addresses)));
        let providers = Providers::at(config.payment_addresses, config.payment_authorities);
        let app = app.taking_payments(Arc::new(providers));
        let app = app.sending_sms(Arc::new(Gateways::at(config.sms_addresses)));
        app.run_outbox();
        app.run_sms();
        app.run_mailbox();
        app.run_price_feed();
        app.run_payments();
        app.run_upkeep();
        app.run_heartbeat();
        app.run_ingest();
        app.spawn(training::live(app.clone()));
        Ok(Self { app, _folder: folder })
    }

    /// Opens the data and puts the product together for one command. Nothing runs beside it, and what another host on
    /// the same server is at work on is left alone.
    ///
    /// # Errors
    /// [`StartError`]; the data is unchanged then.
    pub async fn open(config: Config) -> Result<Self, StartError> {
        let (db, folder) = data::open(config.place).await?;
        let app = App::beside(db, Arc::new(SystemClock), Arc::new(config.mailer), config.keeper).await?;
        Ok(Self { app, _folder: folder })
    }

    /// The API alone, for the desktop, which serves the pages itself and signs in without a cookie.
    pub fn router(&self) -> Router {
        self.api(true).layer(Extension(Channel::DESKTOP))
    }

    /// The API, the pages and the health checks for browsers, and the way in for charge points, whose lines end with
    /// `closing`. Cookies that are secure are kept from lines without TLS.
    pub fn site(&self, closing: CancellationToken, secure_cookies: bool) -> Router {
        self.charging_site(closing).merge(pages::site(self.api(secure_cookies), self.app.clone()))
    }

    /// The way in for charge points alone.
    pub fn charging_site(&self, closing: CancellationToken) -> Router {
        charging::router(self.app.clone(), closing)
    }

    fn api(&self, secure_cookies: bool) -> Router {
        stolpe_api::router(Api { app: self.app.clone(), secure_cookies })
    }

    /// Live changes.
    pub const fn feed(&self) -> &Feed {
        self.app.feed()
    }

    /// The product.
    pub const fn app(&self) -> &App {
        &self.app
    }

    /// Asks background work and streams of live changes to end, without waiting for them.
    pub fn begin_to_stop(&self) {
        self.app.begin_to_stop();
    }

    /// Stops background work after the step it is at and closes the database.
    pub async fn stop(&self) {
        self.app.stop().await;
    }
}
