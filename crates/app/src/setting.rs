//! Settings of the installation.

use crate::App;
use crate::ctx::Ctx;
use crate::error::{AppError, Result};
use crate::password::POLICY;
use crate::vault::Purpose;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use stolpe_domain::access::{Permission, Place};
use stolpe_domain::channel::Channel;
use stolpe_domain::email::Email;
use stolpe_domain::event::{Action, Event, Subject};
use stolpe_domain::faults::Faults;
use stolpe_domain::password::PasswordPolicy;
use stolpe_ports::mail::{Mail, MailSecurity, MailServer};
use zeroize::Zeroizing;

const MAIL: &str = "mail";
pub(crate) const ADDRESS: &str = "address";

/// Where people reach this host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AddressSetting {
    /// The address that letters and mails name, such as `https://stolpe.example.se`.
    pub public_url: String,
}

impl Default for AddressSetting {
    fn default() -> Self {
        Self { public_url: "http://127.0.0.1:8443".into() }
    }
}

/// Protection of the connection to the mail server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SecurityWord {
    /// TLS from the first byte.
    Tls,
    /// TLS after `STARTTLS`.
    Starttls,
    /// None; only for a server on this machine.
    None,
}

impl From<SecurityWord> for MailSecurity {
    fn from(word: SecurityWord) -> Self {
        match word {
            SecurityWord::Tls => Self::Tls,
            SecurityWord::Starttls => Self::StartTls,
            SecurityWord::None => Self::None,
        }
    }
}

/// The mail server as it is stored; the password is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MailSetting {
    /// Mail goes out; else it stays in the outbox.
    pub enabled: bool,
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// Protection.
    pub security: SecurityWord,
    /// User name, where the server asks for one.
    pub username: Option<String>,
    /// The password under the data key, in base 64.
    pub password_sealed: Option<String>,
    /// Name of the sender.
    pub from_name: String,
    /// Address of the sender.
    pub from_address: String,
    /// While it is set, everything goes there in its readers' stead.
    #[serde(default)]
    pub test_address: Option<String>,
}

impl MailSetting {
    /// Whether a password goes to the same server, in the same way and for the same user.
    fn goes_where(&self, other: &Self) -> bool {
        (&self.host, self.port, self.security, &self.username)
            == (&other.host, other.port, other.security, &other.username)
    }
}

/// The mail server as it is typed in.
#[derive(Clone, PartialEq, Eq)]
pub struct MailDraft {
    /// Everything but the password.
    pub setting: MailSetting,
    /// A new password; none keeps the one on file, as long as it goes to the same server; an empty one removes it.
    pub password: Option<String>,
}

impl std::fmt::Debug for MailDraft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MailDraft").field("setting", &self.setting).finish_non_exhaustive()
    }
}

/// Which server was tried.
#[derive(Serialize)]
struct Tried<'a> {
    host: &'a str,
}

impl App {
    /// The address that letters and mails name, without a trailing slash.
    pub(crate) async fn public_url(&self) -> Result<String> {
        Ok(self.address_setting().await?.0.public_url.trim_end_matches('/').to_owned())
    }

    /// Where people reach this host, with the row version.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn address_setting(&self) -> Result<(AddressSetting, i64)> {
        Ok(self.read().await?.find_setting(ADDRESS).await?.unwrap_or_default())
    }

    /// Changes where people reach this host.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for anything but an `http` or `https` address.
    pub async fn change_address(
        &self,
        ctx: &Ctx,
        row_version: i64,
        it: AddressSetting,
    ) -> Result<(AddressSetting, i64)> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        let url = it.public_url.trim();
        let sound = ["https://", "http://"].iter().any(|scheme| {
            url.strip_prefix(scheme).is_some_and(|rest| {
                !rest.is_empty() && !rest.starts_with('/') && rest.len() <= 200 && !rest.contains(char::is_whitespace)
            })
        });
        if !sound {
            return Err(AppError::field("publicUrl", "url.malformed"));
        }
        let (before, _) = self.address_setting().await?;
        let after = AddressSetting { public_url: url.trim_end_matches('/').to_owned() };
        self.put_setting(ctx, ADDRESS, row_version, &before, &after).await?;
        self.address_setting().await
    }

    /// The password policy with its row version.
    ///
    /// # Errors
    /// [`AppError::Unavailable`] when the database cannot be reached.
    pub async fn policy_setting(&self, ctx: &Ctx) -> Result<(PasswordPolicy, i64)> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        Ok(self.read().await?.find_setting(POLICY).await?.unwrap_or_default())
    }

    /// Changes the password policy; passwords in use stay valid.
    ///
    /// # Errors
    /// [`AppError::Invalid`] for a policy that nobody can meet.
    pub async fn change_policy(
        &self,
        ctx: &Ctx,
        row_version: i64,
        policy: PasswordPolicy,
    ) -> Result<(PasswordPolicy, i64)> {
        let (before, _) = self.policy_setting(ctx).await?;
        if !policy.is_sound() {
            return Err(AppError::field("minLength", "password_policy.unsound"));
        }
        self.put_setting(ctx, POLICY, row_version, &before, &policy).await?;
        self.policy_setting(ctx).await
    }

    async fn put_setting<T: Serialize + Sync>(
        &self,
        ctx: &Ctx,
        name: &'static str,
        row_version: i64,
        before: &T,
        after: &T,
    ) -> Result<()> {
        let mut tx = self.write().await?;
        tx.put_setting(name, row_version, after).await?;
        let event = Event::new(Action::SettingChanged, Subject::Setting).before(before).after(after).because(name);
        tx.commit(ctx, [event]).await
    }

    /// The mail server, if one is set up, with the row version.
    ///
    /// # Errors
    /// [`AppError::Denied`] for those who may not change settings.
    pub async fn mail_setting(&self, ctx: &Ctx) -> Result<Option<(MailSetting, i64)>> {
        ctx.may(Permission::ChangeSetting, Place::Host)?;
        Ok(self.read().await?.find_setting(MAIL).await?)
    }

    /// Changes the mail server; when it is switched on, what waits in the outbox goes.
    ///
    /// # Errors
    /// [`AppError::Invalid`] with every fault; [`AppError::Unavailable`] `vault.locked` when there is a password.
    pub async fn change_mail(&self, ctx: &Ctx, row_version: i64, draft: MailDraft) -> Result<(MailSetting, i64)> {
        let before = self.mail_setting(ctx).await?;
        let mut faults = Faults::default();
        let mut it = draft.setting;
        it.host = faults.text("host", &it.host, 200);
        it.from_name = faults.optional_text("fromName", Some(&it.from_name), 100).unwrap_or_default();
        it.username = faults.optional_text("username", it.username.as_deref(), 200);
        if it.port == 0 {
            faults.add("port", "required");
        }
        let from = faults.keep("fromAddress", Email::parse(&it.from_address), |e| e.code().to_owned());
        it.from_address = from.map(|from| from.to_string()).unwrap_or_default();
        it.test_address = match it.test_address.as_deref().map(str::trim).filter(|address| !address.is_empty()) {
            Some(address) => {
                faults.keep("testAddress", Email::parse(address), |e| e.code().to_owned()).map(|it| it.to_string())
            }
            None => None,
        };
        if it.security == SecurityWord::None && !is_this_machine(&it.host) {
            faults.add("security", "mail.unprotected");
        }
        let old = before.as_ref().map(|(old, _)| old);
        // Whoever may change settings may not learn the password: a server of their own would be told it.
        if draft.password.is_none() && old.is_some_and(|old| old.password_sealed.is_some() && !it.goes_where(old)) {
            faults.add("password", "mail.password_again");
        }
        faults.none()?;
        let kept = old.and_then(|old| old.password_sealed.as_deref());
        it.password_sealed = self.sealed_password(Purpose::MailPassword, kept, draft.password)?;
        let shown = |setting: &MailSetting| MailSetting { password_sealed: None, ..setting.clone() };
        let mut tx = self.write().await?;
        tx.put_setting(MAIL, row_version, &it).await?;
        if it.enabled {
            tx.release_notices(Channel::Mail, ctx.at).await?;
        }
        let event = Event::new(Action::SettingChanged, Subject::Setting)
            .before(&before.map(|(old, _)| shown(&old)))
            .after(&shown(&it))
            .because(MAIL);
        tx.commit(ctx, [event]).await?;
        self.mail_setting(ctx).await?.ok_or(AppError::NotFound)
    }

    /// Sends a test mail at once, past the outbox, so that the server's own words are seen.
    ///
    /// # Errors
    /// [`AppError::Refused`] `mail.not_set_up`; [`AppError::Unavailable`] with what the server did.
    pub async fn test_mail(&self, ctx: &Ctx, to: &str) -> Result<()> {
        let (setting, _) = self.mail_setting(ctx).await?.ok_or(AppError::refused("mail.not_set_up"))?;
        let to = Email::parse(to).map_err(|error| AppError::field("to", error.code()))?;
        let language = self.me(ctx).await?.language;
        let (subject, text) = stolpe_documents::notice_text::test(language);
        let id: uuid::Uuid = ctx.new_id();
        let mail = Mail {
            message_id: format!("<{id}@stolpe>"),
            to: to.to_string(),
            language,
            subject,
            text,
            attachments: Vec::new(),
        };
        let server = self.mail_server(&setting)?;
        let tried = Event::new(Action::MailTested, Subject::Setting).after(&Tried { host: &server.host });
        self.note_read(ctx, tried).await?;
        Ok(self.mailer.send(&server, &mail).await?)
    }

    /// The mail server that messages go through now, if mail is switched on, and the address that all of them go to
    /// while they are tried out.
    pub(crate) async fn open_mail_server(&self) -> Result<Option<(MailServer, Option<String>)>> {
        let setting: Option<(MailSetting, i64)> = self.read().await?.find_setting(MAIL).await?;
        let Some((it, _)) = setting.filter(|(it, _)| it.enabled) else { return Ok(None) };
        Ok(Some((self.mail_server(&it)?, it.test_address)))
    }

    /// Where all mail goes while it is tried out.
    pub(crate) async fn test_address(&self) -> Result<Option<String>> {
        let setting: Option<(MailSetting, i64)> = self.read().await?.find_setting(MAIL).await?;
        Ok(setting.filter(|(it, _)| it.enabled).and_then(|(it, _)| it.test_address))
    }

    /// What a password becomes on file: none keeps the sealed one, an empty one removes it.
    pub(crate) fn sealed_password(
        &self,
        purpose: Purpose,
        kept: Option<&str>,
        typed: Option<String>,
    ) -> Result<Option<String>> {
        match typed.map(Zeroizing::new) {
            None => Ok(kept.map(str::to_owned)),
            Some(password) if password.is_empty() => Ok(None),
            Some(password) => Ok(Some(STANDARD.encode(self.vault.seal(purpose, password.as_bytes())?))),
        }
    }

    /// A password that is on file.
    pub(crate) fn opened_password(&self, purpose: Purpose, sealed: Option<&str>) -> Result<Option<Zeroizing<String>>> {
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.vault.open(purpose, &STANDARD.decode(sealed).map_err(AppError::internal)?)?;
        Ok(Some(Zeroizing::new(String::from_utf8_lossy(&opened).into_owned())))
    }

    fn mail_server(&self, it: &MailSetting) -> Result<MailServer> {
        let password = self.opened_password(Purpose::MailPassword, it.password_sealed.as_deref())?;
        Ok(MailServer {
            host: it.host.clone(),
            port: it.port,
            security: it.security.into(),
            credentials: it.username.clone().zip(password),
            from: match it.from_name.as_str() {
                "" => it.from_address.clone(),
                name => format!("\"{}\" <{}>", name.replace(['"', '\\'], "'"), it.from_address),
            },
        })
    }
}

pub(crate) fn is_this_machine(host: &str) -> bool {
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}
