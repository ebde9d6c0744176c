//! The commands of `stolpe-host`.
#![expect(clippy::print_stdout, reason = "answers of a command go to standard output")]

use crate::bench::Bench;
use crate::file_command::{Export, Import};
use crate::promote_command::Promote;
use anyhow::{Context, bail};
use chrono::TimeDelta;
use clap::{Args, Parser, Subcommand, ValueEnum};
use std::io::Read as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use stolpe_app::{Ctx, OwnerDraft, Retention, SetupDraft};
use stolpe_domain::country::Country;
use stolpe_domain::facility::FacilityDraft;
use stolpe_domain::language::Language;
use stolpe_domain::organisation::OrganisationDraft;
use stolpe_host::serve::{Protection, fingerprint_of_file, serve};
use stolpe_host::{
    Config, DataFolder, FixedKey, Host, Imap, KeyFile, PaymentAddresses, Place, PriceAddresses, SmsAddresses, Smtp,
};
use stolpe_ports::secrets::KeyKeeper;
use stolpe_store::Db;

/// Everything with a plug, a meter or a permit, on one desk: the host without a window.
#[derive(Debug, Parser)]
#[command(name = "stolpe-host", version)]
pub(crate) struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serve the desk, the portal and the API.
    Serve(Serve),
    /// Make the first owner and organisation, unattended.
    Init(Init),
    /// Bring the database up to date and stop.
    Migrate(Data),
    /// Write a copy of the whole database to a file, while work goes on.
    Backup {
        #[command(flatten)]
        data: Data,
        /// A file that does not exist yet.
        file: PathBuf,
    },
    /// Replace the database by a backup; the old one is kept beside it.
    Restore {
        #[command(flatten)]
        data: Data,
        /// A file that `backup` wrote.
        file: PathBuf,
    },
    /// Move everything from the database file to an empty Postgres database.
    ///
    /// Exit status 0: everything is there and proved; 1: it is there, but something is left to do, which is said;
    /// 2: nothing was moved.
    Promote(Promote),
    /// Take in a file.
    #[command(subcommand)]
    Import(Import),
    /// Write a file.
    #[command(subcommand)]
    Export(Export),
    /// Prove the audit log, the series of documents and the ledger; exit status 0 only when all of it holds.
    Verify(Data),
    /// Print the OpenAPI document.
    Openapi,
    /// Measure, and print JSON lines.
    #[command(subcommand)]
    Bench(Bench),
}

/// Signs in to a database that was made for training.
const TRAINING_OWNER: &str = "ovning@example.com";

/// Where the data is.
#[derive(Args)]
pub(crate) struct Data {
    /// Folder of the database file and the key file.
    #[arg(long = "data", value_name = "DIR")]
    folder: PathBuf,
    /// A Postgres server instead of the database file.
    #[arg(long, value_name = "postgres://…", env = "STOLPE_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    /// File of the master key; `stolpe.key` in the data folder when left out.
    #[arg(long, value_name = "FILE")]
    key_file: Option<PathBuf>,
    /// The master key itself, 64 hexadecimal digits.
    #[arg(long, env = "STOLPE_KEY", hide_env_values = true, hide = true)]
    key: Option<String>,
}

impl std::fmt::Debug for Data {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The key is one, and the address of a database has a password in it.
        f.debug_struct("Data").field("folder", &self.folder).finish_non_exhaustive()
    }
}

#[derive(Debug, Args)]
struct Serve {
    #[command(flatten)]
    data: Data,
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8443")]
    listen: SocketAddr,
    /// Certificate chain in PEM.
    #[arg(long, requires = "tls_key")]
    tls_certificate: Option<PathBuf>,
    /// Private key in PEM.
    #[arg(long, requires = "tls_certificate")]
    tls_key: Option<PathBuf>,
    /// A proxy in front has TLS.
    #[arg(long, conflicts_with = "tls_certificate")]
    behind_proxy: bool,
    /// Certificate authority of the mail server in PEM, beside those that the system trusts.
    #[arg(long, value_name = "FILE")]
    mail_authority: Option<PathBuf>,
    /// Another address for a source of prices: elprisetjustnu, hvakosterstrommen, entsoe or ecb.
    #[arg(long = "price-address", value_name = "SOURCE=URL", env = "STOLPE_PRICE_ADDRESSES", value_delimiter = ',')]
    price_addresses: Vec<String>,
    /// Another address for a payment provider: swish, vipps or payson.
    #[arg(
        long = "payment-address",
        value_name = "PROVIDER=URL",
        env = "STOLPE_PAYMENT_ADDRESSES",
        value_delimiter = ','
    )]
    payment_addresses: Vec<String>,
    /// The only certificate authorities that payment providers are believed by, in PEM.
    #[arg(long, value_name = "FILE")]
    payment_authority: Option<PathBuf>,
    /// Another address for an SMS gateway: 46elks or twilio.
    #[arg(long = "sms-address", value_name = "PROVIDER=URL", env = "STOLPE_SMS_ADDRESSES", value_delimiter = ',')]
    sms_addresses: Vec<String>,
    /// Days for which the files of imports are kept after the last thing that was done with them.
    #[arg(long, value_name = "DAYS", default_value_t = 90, env = "STOLPE_KEEP_IMPORT_FILES_DAYS")]
    keep_import_files_days: u16,
    /// Days for which the words of charge points are kept; sessions and their energy stay.
    #[arg(long, value_name = "DAYS", default_value_t = 400, env = "STOLPE_KEEP_MESSAGES_DAYS",
        value_parser = clap::value_parser!(u16).range(7..))]
    keep_messages_days: u16,
    /// Hours after which a sign-in ends, however busy its device is.
    #[arg(long, value_name = "HOURS", default_value_t = 720, env = "STOLPE_SIGN_IN_HOURS",
        value_parser = clap::value_parser!(u16).range(1..))]
    sign_in_hours: u16,
    /// See to it that there is a training organisation; on an empty database, with an owner to sign in as.
    #[arg(long)]
    training: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
#[value(rename_all = "UPPER")]
enum CountryArg {
    Se,
    No,
}

#[derive(Debug, Args)]
struct Init {
    #[command(flatten)]
    data: Data,
    /// Address that the owner signs in with.
    #[arg(long)]
    owner_email: String,
    /// Name of the owner.
    #[arg(long, default_value = "Owner")]
    owner_name: String,
    /// Read the password from standard input.
    #[arg(long, required = true)]
    owner_password_stdin: bool,
    /// Name of the organisation.
    #[arg(long)]
    organisation: String,
    /// Country of the organisation.
    #[arg(long)]
    country: CountryArg,
    /// Organisation number; a practice number of the country when left out.
    #[arg(long)]
    organisation_number: Option<String>,
    /// Street of the organisation.
    #[arg(long, default_value = "–")]
    street: String,
    /// Post code of the organisation.
    #[arg(long)]
    postal_code: Option<String>,
    /// Post town of the organisation.
    #[arg(long, default_value = "–")]
    city: String,
    /// Facility ID of a first facility.
    #[arg(long, requires = "facility_name")]
    facility_code: Option<String>,
    /// Name of the first facility.
    #[arg(long, requires = "facility_code")]
    facility_name: Option<String>,
}

impl Data {
    pub(crate) fn place(&self) -> Place {
        match &self.database_url {
            Some(url) => Place::Postgres(url.clone()),
            None => Place::Embedded(self.folder.clone()),
        }
    }

    fn keeper(&self) -> anyhow::Result<Arc<dyn KeyKeeper>> {
        Ok(if let Some(key) = &self.key {
            Arc::new(FixedKey::parse(key)?)
        } else {
            let file = self.key_file.clone().unwrap_or_else(|| self.folder.join("stolpe.key"));
            if let Some(folder) = file.parent() {
                std::fs::create_dir_all(folder).context("the folder of the key file cannot be made")?;
            }
            Arc::new(KeyFile(file))
        })
    }

    /// How a host without listeners opens this data.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        Ok(Config {
            place: self.place(),
            keeper: self.keeper()?,
            mailer: Smtp::default(),
            mailboxes: Imap::default(),
            price_addresses: PriceAddresses::default(),
            payment_addresses: PaymentAddresses::default(),
            sms_addresses: SmsAddresses::default(),
            payment_authorities: None,
            retention: Retention::default(),
            longest_sign_in: None,
        })
    }

    /// Opens data that is there already, for one command.
    pub(crate) async fn open(&self) -> anyhow::Result<Host> {
        if let Place::Embedded(folder) = self.place()
            && !DataFolder::database(&folder).exists()
        {
            bail!("there is no database in {}", folder.display());
        }
        self.open_or_make().await
    }

    /// Opens data for one command, or makes an empty database. A host that serves the same data is not disturbed.
    async fn open_or_make(&self) -> anyhow::Result<Host> {
        Ok(Host::open(self.config()?).await?)
    }
}

pub(crate) async fn run(cli: Cli) -> anyhow::Result<ExitCode> {
    match cli.command {
        Command::Serve(serve) => run_serve(serve).await,
        Command::Init(init) => run_init(init).await,
        Command::Migrate(data) => {
            data.open_or_make().await?.stop().await;
            println!("the database is up to date");
            Ok(ExitCode::SUCCESS)
        }
        Command::Backup { data, file } => {
            let db = match data.place() {
                Place::Postgres(url) => Db::open_postgres(&url).await?,
                // A second reader is welcome: the copy is taken while the host works.
                Place::Embedded(folder) => {
                    DataFolder::still_holds_its_data(&folder)?;
                    Db::open_sqlite(&DataFolder::database(&folder)).await?
                }
            };
            db.backup(&file).await?;
            db.close().await;
            println!("{}", file.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Restore { data, file } => {
            match data.place() {
                Place::Postgres(url) => Db::restore_postgres(&url, &file).await?,
                Place::Embedded(folder) => {
                    let _held = DataFolder::open(&folder)?;
                    Db::restore_sqlite(&DataFolder::database(&folder), &file).await?;
                }
            }
            println!("restored from {}", file.display());
            Ok(ExitCode::SUCCESS)
        }
        Command::Promote(what) => Ok(crate::promote_command::promote(what).await),
        Command::Import(what) => Ok(crate::file_command::import(what).await),
        Command::Export(what) => Ok(crate::file_command::export(what).await),
        Command::Verify(data) => crate::verify_command::verify(data).await,
        Command::Openapi => {
            println!("{}", serde_json::to_string_pretty(&stolpe_api::document())?);
            Ok(ExitCode::SUCCESS)
        }
        Command::Bench(bench) => {
            crate::bench::run(bench).await?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

async fn run_serve(it: Serve) -> anyhow::Result<ExitCode> {
    let protection = match (it.tls_certificate, it.tls_key, it.behind_proxy) {
        (Some(certificate), Some(key), _) => Protection::Tls { certificate, key },
        (_, _, true) => Protection::Proxy,
        _ => Protection::None,
    };
    let scheme = if matches!(protection, Protection::Tls { .. }) { "https" } else { "http" };
    let (mailer, mailboxes) = match &it.mail_authority {
        None => (Smtp::default(), Imap::default()),
        Some(file) => {
            let pem = std::fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
            let wrong = || format!("{} is no certificate in PEM", file.display());
            (Smtp::trusting(&pem).with_context(wrong)?, Imap::trusting(&pem).with_context(wrong)?)
        }
    };
    let retention = Retention {
        import_files: TimeDelta::days(it.keep_import_files_days.into()),
        messages: TimeDelta::days(it.keep_messages_days.into()),
    };
    let longest_sign_in = Some(TimeDelta::hours(it.sign_in_hours.into()));
    let price_addresses = it.price_addresses.iter().try_fold(PriceAddresses::default(), |all, it| all.with(it))?;
    let payment_addresses =
        it.payment_addresses.iter().try_fold(PaymentAddresses::default(), |all, it| all.with(it))?;
    let sms_addresses = it.sms_addresses.iter().try_fold(SmsAddresses::default(), |all, it| all.with(it))?;
    let authorities =
        |file: &PathBuf| std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()));
    let payment_authorities = it.payment_authority.as_ref().map(authorities).transpose()?;
    let host = Host::start(Config {
        mailer,
        mailboxes,
        price_addresses,
        payment_addresses,
        sms_addresses,
        payment_authorities,
        retention,
        longest_sign_in,
        ..it.data.config()?
    })
    .await?;
    if it.training {
        prepare_training(&host).await?;
    }
    // Whoever signs in from a desk that does not trust the certificate compares this with what the desk shows.
    if let Protection::Tls { certificate, .. } = &protection {
        let seen = fingerprint_of_file(certificate);
        println!(
            "certificate: SHA-256 {}",
            seen.with_context(|| format!("no certificate in {}", certificate.display()))?
        );
    }
    let listening = |address| println!("{scheme}://{address}/admin/");
    serve(&host, it.listen, protection, listening, asked_to_stop()).await?;
    host.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// Makes the training organisation if there is none, and on an empty database an owner with a password of the day.
async fn prepare_training(host: &Host) -> anyhow::Result<()> {
    let app = host.app();
    let ctx = Ctx::system("training", app.now());
    let state = app.system().await?;
    if !state.ready {
        let password = app.new_password();
        let draft = SetupDraft {
            owner: OwnerDraft {
                given_name: "Ove".to_owned(),
                family_name: "Övning".to_owned(),
                email: TRAINING_OWNER.to_owned(),
                password: password.clone(),
                language: Language::Sv,
            },
            organisation: OrganisationDraft {
                name: "Min organisation".to_owned(),
                country: Country::Se,
                organisation_number: "556036-0793".to_owned(),
                vat_number: None,
                street: "Storgatan 1".to_owned(),
                postal_code: "111 11".to_owned(),
                city: "Stockholm".to_owned(),
            },
            facility: None,
        };
        let done = app.set_up(&ctx, draft, "stolpe-host").await?;
        println!("sign in as {TRAINING_OWNER} with {password}");
        println!("recovery code: {}", *done.recovery_code);
    }
    if !state.training {
        app.make_training(&ctx).await?;
    }
    Ok(())
}

/// Ends when the terminal or the service manager asks for it.
async fn asked_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = interrupt => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = interrupt.await;
}

async fn run_init(it: Init) -> anyhow::Result<ExitCode> {
    let mut password = String::new();
    std::io::stdin().read_to_string(&mut password).context("the password cannot be read")?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let (given, family) = it.owner_name.split_once(' ').unwrap_or((&it.owner_name, ""));
    let (country, language, number, postal_code) = match it.country {
        CountryArg::Se => (Country::Se, Language::Sv, "556036-0793", "111 11"),
        CountryArg::No => (Country::No, Language::Nb, "974760673", "0001"),
    };
    let draft = SetupDraft {
        owner: OwnerDraft {
            given_name: given.to_owned(),
            family_name: family.to_owned(),
            email: it.owner_email,
            password,
            language,
        },
        organisation: OrganisationDraft {
            name: it.organisation,
            country,
            organisation_number: it.organisation_number.unwrap_or_else(|| number.to_owned()),
            vat_number: None,
            street: it.street,
            postal_code: it.postal_code.unwrap_or_else(|| postal_code.to_owned()),
            city: it.city,
        },
        facility: it.facility_code.zip(it.facility_name).map(|(code, name)| FacilityDraft {
            code,
            name,
            country,
            time_zone: None,
            price_area: None,
            colour: None,
            contact: stolpe_domain::facility::Contact::default(),
        }),
    };
    let host = it.data.open_or_make().await?;
    let ctx = Ctx::system("init", host.app().now());
    let done = host.app().set_up(&ctx, draft, "stolpe-host init").await;
    let outcome = match done {
        Ok(done) => {
            println!("recovery code: {}", *done.recovery_code);
            Ok(ExitCode::SUCCESS)
        }
        Err(stolpe_app::AppError::Invalid(faults)) => {
            for (field, code) in &faults.0 {
                tracing::error!("{field}: {code}");
            }
            bail!("nothing was set up")
        }
        Err(error) => Err(error.into()),
    };
    host.stop().await;
    outcome
}
